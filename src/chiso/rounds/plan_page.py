"""A plan as a page: its rows as printed, the exact moment of each, how far it is, and what the draft still lacks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.common.addresses import address
from chiso.common.dates import format_date, format_deadline
from chiso.organizations.models import User
from chiso.rounds import policy
from chiso.rounds.choices import DeadlineKind, PlanState, TaskRole
from chiso.rounds.models import DeadlineChange, Plan, PlanTask, Round, Stage
from chiso.rounds.plan_check import Finding, check_plan
from chiso.rounds.plan_rows import rows_of
from chiso.rounds.task_progress import TaskStanding, read_stages, standing_of


@dataclass(frozen=True)
class ChangeLine:
    """A date that no longer holds: as it was printed, its moment, and why it was moved."""

    printed: str
    moment: str
    why: str


@dataclass(frozen=True)
class TaskLine:
    """One row of the plan's part II, as printed and as an exact moment; the addresses are those one may use."""

    code: str
    place: str
    title: str
    is_heading: bool
    is_now: bool
    printed: str
    moment: str
    changes: tuple[ChangeLine, ...]
    state: str
    state_kind: str
    lead: str
    coordinate: str
    note: str
    url: str
    edit_url: str
    up_url: str
    down_url: str
    move_url: str


@dataclass(frozen=True)
class TextPart:
    """One part of the plan beside its tasks: (line, is a heading) for each printed line."""

    title: str
    lines: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class PlanPage:
    """A plan as the document prints it."""

    title: str
    issued: str
    superior_plan: str
    reading: str
    before: tuple[TextPart, ...]
    tasks: tuple[TaskLine, ...]
    after: tuple[TextPart, ...]
    findings: tuple[Finding, ...]
    is_draft: bool
    may_edit: bool
    may_move: bool
    may_issue: bool


def plan_page(plan: Plan, user: User, at: datetime) -> PlanPage:
    """Put the plan's page together (4 queries, 2 more for a draft, however many rows)."""
    tasks, stages = rows_of(plan), read_stages(plan.round)
    is_draft = plan.state == PlanState.DRAFT
    runs = bool(policy.can_edit_plan(user, plan))
    reads_check = is_draft and (runs or bool(policy.can_issue_plan(user, plan)))
    return PlanPage(
        title=_("Kế hoạch số %(number)s") % {"number": plan.number} if plan.number else _("Kế hoạch (dự thảo)"),
        issued="" if is_draft else _issued(plan),
        superior_plan=plan.superior_plan,
        reading=_("Kế hoạch này quy định “trước ngày” tính cả ngày đó.")
        if plan.before_counts_day
        else _("“Trước ngày” nghĩa là đến hết 24 giờ của ngày liền trước."),
        before=_parts((_("Mở đầu"), plan.preamble), (_("I. Mục đích, yêu cầu"), plan.aims)),
        tasks=tuple(
            _task(task, plan.round, standing_of(task, stages, at), edits=runs and is_draft, moves=runs and not is_draft)
            for task in tasks
        ),
        after=_parts(
            (_("III. Tổ chức thực hiện"), plan.duties),
            (_("Đoạn kết"), plan.closing),
            (_("Nơi nhận"), plan.recipients),
        ),
        findings=check_plan(plan, tasks, at) if reads_check else (),
        is_draft=is_draft,
        may_edit=runs and is_draft,
        may_move=runs and not is_draft,
        may_issue=is_draft and bool(policy.can_issue_plan(user, plan)),
    )


def _issued(plan: Plan) -> str:
    return _("Ban hành ngày %(date)s, người ký %(signer)s") % {
        "date": format_date(plan.date),
        "signer": plan.signer_name,
    }


def _parts(*parts: tuple[str, str]) -> tuple[TextPart, ...]:
    return tuple(
        TextPart(title, tuple((line, line[:1].isdigit()) for line in text.splitlines() if line.strip()))
        for title, text in parts
        if text.strip()
    )


def _task(task: PlanTask, round: Round, standing: TaskStanding, *, edits: bool, moves: bool) -> TaskLine:
    is_heading = task.deadline_kind == DeadlineKind.GROUP
    is_issued = round.plan.state == PlanState.ISSUED
    state, kind = _state(standing) if is_issued and not is_heading else ("", "")
    is_now = bool(task.stage) and task.stage == round.stage

    def to(route: str) -> str:
        return address(route, round.pk, task.code)

    return TaskLine(
        code=task.code,
        place=str(task.position),
        title=task.title,
        is_heading=is_heading,
        is_now=is_now,
        printed=task.deadline_text,
        moment=moment_words(task),
        changes=tuple(_change(change) for change in sorted(task.changes.all(), key=lambda row: -row.pk)),
        state=_("đang thực hiện") if is_now and not state else state,
        state_kind="blue" if is_now and not state else kind,
        lead=task.lead_text or labels_of(task, TaskRole.LEAD),
        coordinate=task.coordinate_text or labels_of(task, TaskRole.COORDINATE),
        note=task.note,
        url=to("rounds:task") if is_issued and not is_heading else "",
        edit_url=to("rounds:edit_task") if edits else "",
        up_url=to("rounds:task_up") if edits else "",
        down_url=to("rounds:task_down") if edits else "",
        move_url=to("assessments:move_deadline") if moves and not is_heading and not standing.is_done else "",
    )


def _change(change: DeadlineChange) -> ChangeLine:
    by = f" ({change.guidance})" if change.guidance else ""
    return ChangeLine(
        change.old_text,
        format_deadline(change.old_ends_at),
        _("Đổi ngày %(day)s: %(reason)s%(by)s")
        % {"day": format_date(change.changed_at), "reason": change.reason.rstrip(". "), "by": by},
    )


def _state(standing: TaskStanding) -> tuple[str, str]:
    """How far a task of an issued plan is, as a tag; nothing while it is neither done nor late."""
    late = ngettext("%(n)d ngày", "%(n)d ngày", standing.late_days) % {"n": standing.late_days}
    if standing.is_done:
        if standing.late_days:
            return _("hoàn thành, trễ %(late)s") % {"late": late}, "gold"
        return _("hoàn thành %(day)s") % {"day": format_date(standing.done_at)}, "green"
    return (_("quá hạn %(late)s") % {"late": late}, "red") if standing.is_overdue else ("", "")


def labels_of(task: PlanTask, role: str) -> str:
    """The bodies of a row as one cell."""
    bodies = sorted(task.bodies.all(), key=lambda body: body.position)
    return "; ".join(body.label for body in bodies if body.role == role)


def moment_words(task: PlanTask) -> str:
    """The exact moment a task ends, in words; a span says both its ends."""
    if task.ends_at is None:
        return ""
    end = format_deadline(task.ends_at)
    if task.starts_on is None:
        return end
    return _("từ ngày %(start)s đến %(end)s") % {"start": format_date(task.starts_on), "end": end}


def effects_of_plan(plan: Plan, tasks: Sequence[PlanTask]) -> list[str]:
    """What issuing the plan does."""
    count = sum(task.deadline_kind != DeadlineKind.GROUP for task in tasks)
    return [
        _("Kế hoạch “%(name)s” được ban hành với %(count)d nhiệm vụ có thời hạn.")
        % {"name": plan.round.name, "count": count},
        _("Các thời hạn của Kế hoạch có hiệu lực trên hệ thống: khóa nhập và tính ngày trễ theo giờ máy chủ."),
        _("Sau khi ban hành, Kế hoạch không sửa được; thời hạn chỉ đổi khi nêu lý do, và ngày cũ được giữ lại."),
    ]


def stage_of(task: PlanTask, stages: Sequence[Stage]) -> Stage | None:
    """The stage that a row opens."""
    return next((stage for stage in stages if stage.key == task.stage), None) if task.stage else None
