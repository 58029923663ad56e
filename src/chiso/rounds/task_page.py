"""What the page of one task shows: its deadline, every body's part, what one may do now, and what was done."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.audit.actions import REGISTRY
from chiso.audit.models import AuditEntry
from chiso.common.addresses import address
from chiso.common.dates import format_date, format_deadline, format_moment
from chiso.organizations.models import User
from chiso.rounds import task_policy
from chiso.rounds.actions.tasks import stamp_of
from chiso.rounds.choices import BodyKind, PlanState, TaskRole, WorkState
from chiso.rounds.models import DeadlineChange, PlanTask, TaskBody
from chiso.rounds.plan_page import moment_words
from chiso.rounds.policy import can_coordinate, runs
from chiso.rounds.task_people import bodies_of, people_of, role_in
from chiso.rounds.task_progress import TaskStanding, read_stages, standing_of
from chiso.rounds.tasks_page import Part, in_force, in_order, part_of, status_of


@dataclass(frozen=True)
class PartCard:
    """One body's part; note and product only for those who read them."""

    pk: int
    part: Part
    who: str
    note: str
    product: str
    file_name: str
    file_url: str
    returned: str
    told: tuple[str, ...]
    seen: str
    report_url: str
    is_reporting: bool
    may_confirm: bool
    may_return: bool


@dataclass(frozen=True)
class Event:
    """One entry of the audit log, as the component `thread` draws it."""

    title: str
    who: str
    when: str
    text: str


@dataclass(frozen=True)
class TaskPage:
    """Where a task stands, and what this person may do about it."""

    facts: tuple[dict[str, str], ...]
    status: str
    kind: str
    stage_words: str
    parts: tuple[PartCard, ...]
    reporting: TaskBody | None
    is_over_final: bool
    may_finish: bool
    left: tuple[str, ...]
    is_late: bool
    may_reopen: bool
    is_draft: bool
    history: tuple[Event, ...]


@dataclass(frozen=True)
class _Sight:
    """What a person is to the task's bodies."""

    own: Collection[int]
    acting: Collection[int]
    leads: bool
    runs: bool
    can_reopen: bool

    def reads(self, body: TaskBody) -> bool:
        return self.leads or self.runs or body.pk in self.own or body.pk in self.acting


def task_page(task: PlanTask, user: User, at: datetime, *, chosen: TaskBody | None = None) -> TaskPage:
    """Put the page together; a fixed number of queries, whatever the plan says."""
    round = task.plan.round
    bodies = in_order(list(task.bodies.select_related("product", "handed_by", "confirmed_by")))
    for body in bodies:
        body.task = task
    standing = in_force(task.plan, standing_of(task, read_stages(round), at))
    sight = _sight(task, bodies, user)
    is_issued = task.plan.state == PlanState.ISSUED
    is_open = is_issued and (bool(task.stage) or task.done_at is None)
    near = [body for body in _by_nearness(bodies, sight) if _may_report(body, sight, is_open=is_open)]
    reporting = next((body for body in near if chosen is None or body.pk == chosen.pk), None)
    status, kind = status_of(standing, at)
    return TaskPage(
        facts=_facts(task, standing),
        status=status,
        kind=kind,
        stage_words=_stage_words(task, standing),
        parts=tuple(_card(body, sight, reporting, is_open=is_open) for body in bodies),
        reporting=reporting,
        is_over_final=reporting is not None and sight.leads,
        may_finish=is_open and not task.stage and sight.leads,
        left=tuple(body.label for body in bodies if body.state != WorkState.DONE and not _finishes_with(body, sight)),
        is_late=standing.is_overdue,
        may_reopen=sight.can_reopen and not task.stage and task.done_at is not None,
        is_draft=not is_issued,
        history=_history(task, bodies, sight),
    )


def may_read(user: User, body: TaskBody) -> bool:
    """May this person read the note and the product of a part?"""
    round = body.task.plan.round
    is_own = runs(user, round) or role_in(user, body, round) is not None
    return is_own or bool(task_policy.can_finish(user, body.task))


def _sight(task: PlanTask, bodies: Sequence[TaskBody], user: User) -> _Sight:
    round = task.plan.round
    own = set(bodies_of(user, round).filter(task=task).values_list("pk", flat=True))
    coordinating = bool(can_coordinate(user, round))
    asked = [body for body in bodies if body.kind in task_policy.ACTS_ITSELF] if coordinating else []
    peopled = {pk for pk, people in people_of(asked).items() if people}
    acting = {body.pk for body in bodies if task_policy.acts_for(user, body, round, peopled=peopled)}
    leads = [body for body in bodies if body.role == TaskRole.LEAD]
    return _Sight(
        own=own,
        acting=acting,
        leads=any(body.pk in acting for body in leads) if leads else coordinating,
        runs=runs(user, round),
        can_reopen=bool(task_policy.can_reopen(user, task)),
    )


def _by_nearness(bodies: Sequence[TaskBody], sight: _Sight) -> list[TaskBody]:
    """One's own body before those that one writes for."""
    return sorted(bodies, key=lambda body: body.pk not in sight.own)


def _may_report(body: TaskBody, sight: _Sight, *, is_open: bool) -> bool:
    is_confirmed = body.role == TaskRole.COORDINATE and body.state == WorkState.DONE
    return is_open and body.pk in sight.acting and not is_confirmed


def _finishes_with(body: TaskBody, sight: _Sight) -> bool:
    return body.role == TaskRole.LEAD and body.pk in sight.acting


def _facts(task: PlanTask, standing: TaskStanding) -> tuple[dict[str, str], ...]:
    told = [(_("Thời gian ghi trong Kế hoạch"), task.deadline_text), (_("Hết hạn"), moment_words(task))]
    told += [
        (_("Thời hạn cũ"), _("%(old)s, đổi ngày %(day)s: %(reason)s") % _change(change))
        for change in task.changes.order_by("changed_at", "pk")
    ]
    if standing.done_at:
        told.append((_("Hoàn thành"), format_moment(standing.done_at)))
    if task.note:
        told.append((_("Ghi chú"), task.note))
    return tuple({"term": term, "text": text} for term, text in told if text)


def _change(change: DeadlineChange) -> dict[str, str]:
    return {
        "old": change.old_text or format_deadline(change.old_ends_at),
        "day": format_date(change.changed_at),
        "reason": change.reason.rstrip(". "),
    }


def _stage_words(task: PlanTask, standing: TaskStanding) -> str:
    if not task.stage:
        return ""
    stage = task.get_stage_display()
    if standing.is_done:
        return _("Hoàn thành cùng giai đoạn “%(stage)s” của đợt đánh giá.") % {"stage": stage}
    return _("Nhiệm vụ này hoàn thành khi giai đoạn “%(stage)s” của đợt đánh giá kết thúc, không ghi bằng tay.") % {
        "stage": stage
    }


def _card(body: TaskBody, sight: _Sight, reporting: TaskBody | None, *, is_open: bool) -> PartCard:
    reads = sight.reads(body)
    code, round_pk = body.task.code, body.task.plan.round_id
    is_coordinate = body.role == TaskRole.COORDINATE
    number = _("Số %(number)s") % {"number": body.product_number} if body.product_number else ""
    day = _("ngày %(day)s") % {"day": format_date(body.product_date)} if body.product_date else ""
    return PartCard(
        pk=body.pk,
        part=part_of(body, is_mine=body.pk in sight.own, is_stage=bool(body.task.stage)),
        who=_who(body, sight),
        note=body.note if reads else "",
        product=f"{number} {day}".strip() if reads else "",
        file_name=body.product.name if reads and body.product else "",
        file_url=address("rounds:product", round_pk, code, body.pk) if reads and body.product else "",
        returned=body.returned_reason if reads else "",
        told=tuple(_told(body)) if reads else (),
        seen=stamp_of(body),
        report_url=address("rounds:report", round_pk, code, body.pk)
        if _may_report(body, sight, is_open=is_open)
        else "",
        is_reporting=reporting is not None and reporting.pk == body.pk,
        may_confirm=sight.leads and body.state == WorkState.HANDED,
        may_return=sight.leads and is_open and is_coordinate and body.state in (WorkState.HANDED, WorkState.DONE),
    )


def _who(body: TaskBody, sight: _Sight) -> str:
    """Why it is the coordinating office that writes for a body."""
    if not sight.runs and body.pk not in sight.own:
        return ""
    if body.kind == BodyKind.PARTICIPANTS:
        return _("Các đơn vị cùng thực hiện; cơ quan thường trực ghi kết quả chung.")
    if body.pk in sight.acting and body.pk not in sight.own:
        return _("Chưa có ai ở đó báo cáo được; cơ quan thường trực ghi thay.")
    return ""


def _told(body: TaskBody) -> list[str]:
    words = []
    if body.handed_at and body.handed_by:
        words.append(
            _("%(who)s báo xong lúc %(when)s")
            % {"who": body.handed_by.full_name, "when": format_moment(body.handed_at)}
        )
    if body.confirmed_at and body.confirmed_by and body.role == TaskRole.COORDINATE:
        words.append(
            _("%(who)s xác nhận lúc %(when)s")
            % {"who": body.confirmed_by.full_name, "when": format_moment(body.confirmed_at)}
        )
    return words


def _history(task: PlanTask, bodies: Sequence[TaskBody], sight: _Sight) -> tuple[Event, ...]:
    """The newest first; of other bodies' parts only for those who read them (one query)."""
    read = [body.pk for body in bodies if sight.reads(body)]
    if not read and not sight.runs:
        return ()
    rows = AuditEntry.objects.filter(
        Q(subject_type=PlanTask._meta.label_lower, subject_id=task.pk)
        | Q(subject_type=TaskBody._meta.label_lower, subject_id__in=read)
    )
    return tuple(_event(row) for row in rows.order_by("-number"))


def _event(row: AuditEntry) -> Event:
    known = REGISTRY.get(row.code)
    title = _(known.label) if known else row.code
    new = {name: value for name, (_old, value) in row.changes.items()}
    words = [
        str(WorkState(new["state"]).label) if new.get("state") in WorkState.values else "",
        new.get("note") or "",
        _("văn bản số %(number)s") % {"number": new["product_number"]} if new.get("product_number") else "",
        _("có tệp sản phẩm") if new.get("product") else "",
        _("chưa xác nhận: %(bodies)s") % {"bodies": "; ".join(new["unconfirmed"])} if new.get("unconfirmed") else "",
        _late(new.get("late_days") or 0),
        _("lý do: %(reason)s") % {"reason": row.reason} if row.reason else "",
    ]
    if row.subject_type == TaskBody._meta.label_lower:
        title = f"{title} · {row.subject_label}"
    return Event(title, row.actor_name, format_moment(row.at), " · ".join(word for word in words if word))


def _late(days: int) -> str:
    return ngettext("muộn %(n)d ngày", "muộn %(n)d ngày", days) % {"n": days} if days else ""
