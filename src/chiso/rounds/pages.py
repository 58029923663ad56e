"""What the pages of a round's frame show, ready to print: plan, rules, extensions, and the round's parts."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from chiso.common.addresses import address
from chiso.common.dates import format_date, format_deadline, format_moment
from chiso.organizations.models import User
from chiso.rounds import policy
from chiso.rounds.choices import DeadlineKind, Panel, PlanState, StageKey, TaskRole
from chiso.rounds.evidence_window import evidence_window
from chiso.rounds.models import Extension, Plan, PlanTask, Round

_ORDER = list(StageKey)
_FROM_COUNCIL = frozenset(_ORDER[_ORDER.index(StageKey.COUNCIL) :])
_BEFORE_APPRAISAL = frozenset(_ORDER[: _ORDER.index(StageKey.APPRAISAL)])
_FROM_SELF = frozenset(_ORDER[_ORDER.index(StageKey.SELF_ASSESSMENT) :])
_FROM_REAPPRAISAL = frozenset(_ORDER[_ORDER.index(StageKey.REAPPRAISAL) :])
_FROM_APPRAISAL = frozenset(_ORDER[_ORDER.index(StageKey.APPRAISAL) :])


@dataclass(frozen=True)
class Part:
    """One page of a round in its row of links."""

    label: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class TaskLine:
    """One row of the plan's part II, as printed and as an exact moment."""

    code: str
    title: str
    is_heading: bool
    is_now: bool
    printed: str
    moment: str
    lead: str
    coordinate: str
    note: str


@dataclass(frozen=True)
class PlanPage:
    """A plan as the document prints it."""

    title: str
    issued: str
    superior_plan: str
    reading: str
    tasks: tuple[TaskLine, ...]
    may_issue: bool


@dataclass(frozen=True)
class RulesPage:
    """What units must hand in, in words."""

    report: str
    window: str
    may_set: bool


@dataclass(frozen=True)
class ExtensionLine:
    """One extension: to whom, until when, why, by whom."""

    unit: str
    stage: str
    until: str
    reason: str
    granted: str


def runs(user: User, round: Round) -> bool:
    """Does this person run the round, as coordinator or as head?"""
    return bool(policy.can_coordinate(user, round) or policy.can_head(user, round))


def parts_of(round: Round, user: User, current: str) -> tuple[Part, ...]:
    """The pages of a round that this person may open (no query beyond the person's roles and seats)."""
    stage = StageKey(round.stage)
    is_runner = runs(user, round)
    in_team = policy.sits_on(user, round, Panel.TEAM)
    in_council = policy.sits_on(user, round, Panel.COUNCIL)
    in_panel = in_team or in_council
    offered = (
        ("assessments:round", _("Theo dõi"), True),
        ("rounds:plan", _("Kế hoạch"), True),
        ("rounds:panels", _("Hội đồng, Tổ Chuyên viên"), True),
        ("rounds:coverage", _("Phân công thẩm định"), is_runner or in_team),
        ("rounds:rules", _("Quy định"), is_runner),
        ("assessments:extend", _("Gia hạn"), is_runner),
        ("assessments:appraisal", _("Thẩm định"), in_team and stage in _FROM_APPRAISAL),
        ("assessments:official_list", _("Số liệu chính thức"), (is_runner or in_team) and stage in _FROM_SELF),
        ("assessments:matrix", _("Tổng hợp"), is_runner or (in_panel and stage in _FROM_APPRAISAL)),
        ("assessments:reopenings", _("Yêu cầu bổ sung"), (in_panel or is_runner) and stage in _FROM_REAPPRAISAL),
        ("assessments:meetings", _("Họp Hội đồng"), (in_panel or is_runner) and stage in _FROM_COUNCIL),
        ("results:approval", _("Trình, phê duyệt"), (is_runner or in_council) and stage in _FROM_COUNCIL),
        ("results:results", _("Kết quả"), stage == StageKey.PUBLISHED or (is_runner and stage in _FROM_COUNCIL)),
    )
    return tuple(
        Part(label, url_of(route, round.pk), route == current) for route, label, is_offered in offered if is_offered
    )


def url_of(route: str, *args: int) -> str:
    """The address of a page, which may be of an app above this one: routes are names, not imports."""
    return address(route, *args)


def plan_page(plan: Plan, user: User) -> PlanPage:
    """Put the plan's page together (2 queries)."""
    tasks = plan.tasks.order_by("position").prefetch_related("bodies")
    return PlanPage(
        title=_("Kế hoạch số %(number)s") % {"number": plan.number} if plan.number else _("Kế hoạch (dự thảo)"),
        issued=_("Ban hành ngày %(date)s, người ký %(signer)s")
        % {"date": format_date(plan.date), "signer": plan.signer_name}
        if plan.state == PlanState.ISSUED
        else "",
        superior_plan=plan.superior_plan,
        reading=_("Kế hoạch này quy định “trước ngày” tính cả ngày đó.")
        if plan.before_counts_day
        else _("“Trước ngày” nghĩa là đến hết 24 giờ của ngày liền trước."),
        tasks=tuple(_task(task, plan.round) for task in tasks),
        may_issue=plan.state == PlanState.DRAFT and bool(policy.can_issue_plan(user, plan)),
    )


def _task(task: PlanTask, round: Round) -> TaskLine:
    bodies: dict[str, list[str]] = {TaskRole.LEAD: [], TaskRole.COORDINATE: []}
    for body in sorted(task.bodies.all(), key=lambda body: body.position):
        bodies[body.role].append(body.label)
    return TaskLine(
        code=task.code,
        title=task.title,
        is_heading=task.deadline_kind == DeadlineKind.GROUP,
        is_now=bool(task.stage) and task.stage == round.stage,
        printed=task.deadline_text,
        moment=moment_words(task),
        lead="; ".join(bodies[TaskRole.LEAD]),
        coordinate="; ".join(bodies[TaskRole.COORDINATE]),
        note=task.note,
    )


def moment_words(task: PlanTask) -> str:
    """The exact moment a task ends, in words; a span says both its ends."""
    if task.ends_at is None:
        return ""
    end = format_deadline(task.ends_at)
    if task.starts_on is None:
        return end
    return _("từ ngày %(start)s đến %(end)s") % {"start": format_date(task.starts_on), "end": end}


def effects_of_plan(plan: Plan) -> list[str]:
    """What issuing the plan does (one query)."""
    count = plan.tasks.exclude(deadline_kind=DeadlineKind.GROUP).count()
    return [
        _("Kế hoạch “%(name)s” được ban hành với %(count)d nhiệm vụ có thời hạn.")
        % {"name": plan.round.name, "count": count},
        _("Các thời hạn của Kế hoạch có hiệu lực trên hệ thống: khóa nhập và tính ngày trễ theo giờ máy chủ."),
        _("Sau khi ban hành, Kế hoạch không sửa được; thời hạn chỉ thay đổi bằng gia hạn có lý do."),
    ]


def rules_of(round: Round) -> dict[str, object]:
    """The rules as their form names them."""
    return {"report_required": round.report_required, "evidence_months_before": round.evidence_months_before}


def rules_page(round: Round, user: User) -> RulesPage:
    """What the rules say now, and whether this person may change them (no query)."""
    first, last = evidence_window(round)
    return RulesPage(
        report=_("Bắt buộc kèm báo cáo đã ký, đóng dấu") if round.report_required else _("Không bắt buộc"),
        window=_("từ %(first)s đến %(last)s") % {"first": format_date(first), "last": format_date(last)},
        may_set=bool(policy.can_coordinate(user, round)) and round.stage in _BEFORE_APPRAISAL,
    )


def extensions_of(round: Round) -> tuple[ExtensionLine, ...]:
    """Every extension of a round, the newest first (one query)."""
    rows = Extension.objects.filter(round=round).select_related("unit", "granted_by").order_by("-granted_at", "-pk")
    return tuple(
        ExtensionLine(
            unit=row.unit.name if row.unit else _("Tất cả đơn vị"),
            stage=row.get_stage_display(),
            until=format_deadline(row.until),
            reason=row.reason,
            granted=f"{row.granted_by.full_name}, {format_moment(row.granted_at)}",
        )
        for row in rows
    )
