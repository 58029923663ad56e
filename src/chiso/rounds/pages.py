"""What the pages of a round's frame show, ready to print: plan, council and team, extensions, and the round's parts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from chiso.common.addresses import address
from chiso.common.dates import format_date, format_deadline, format_moment
from chiso.indexsets.models import Criterion
from chiso.indexsets.reading import index_set_of
from chiso.organizations.models import User
from chiso.rounds import policy
from chiso.rounds.choices import DeadlineKind, Panel, PlanState, Position, StageKey, TaskRole
from chiso.rounds.models import Assignment, Extension, PanelMember, Plan, PlanTask, Round
from chiso.scoring import Node

_ORDER = list(StageKey)
_FROM_COUNCIL = frozenset(_ORDER[_ORDER.index(StageKey.COUNCIL) :])
_FROM_APPRAISAL = frozenset(_ORDER[_ORDER.index(StageKey.APPRAISAL) :])
_FROM_APPROVAL = frozenset({StageKey.APPROVAL, StageKey.PUBLISHED})


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
class MemberLine:
    """A seat, and what its holder appraises."""

    pk: int
    name: str
    title: str
    position: str
    load: str


@dataclass(frozen=True)
class PanelsPage:
    """Council and team, who appraises what, and which leaves nobody appraises."""

    decision: str
    council: tuple[MemberLine, ...]
    team: tuple[MemberLine, ...]
    columns: tuple[MemberLine, ...]
    areas: tuple[dict[str, object], ...]
    orphans: tuple[str, ...]
    sees_work: bool
    may_appoint: bool
    may_assign: bool
    may_establish: bool
    lacks: str


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
    in_panel = in_team or policy.sits_on(user, round, Panel.COUNCIL)
    offered = (
        ("assessments:round", _("Theo dõi"), True),
        ("rounds:plan", _("Kế hoạch"), True),
        ("rounds:panels", _("Hội đồng, Tổ Chuyên viên"), True),
        ("assessments:extend", _("Gia hạn"), is_runner),
        ("assessments:appraisal", _("Thẩm định"), in_team and stage in _FROM_APPRAISAL),
        ("assessments:meetings", _("Họp Hội đồng"), (in_panel or is_runner) and stage in _FROM_COUNCIL),
        ("results:approval", _("Trình, phê duyệt"), is_runner and stage in _FROM_APPROVAL),
        ("results:results", _("Kết quả"), stage == StageKey.PUBLISHED or (is_runner and stage in _FROM_APPROVAL)),
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


def panels_page(round: Round, user: User) -> PanelsPage:
    """Put the page of council and team together (4 queries)."""
    members = list(round.panel_members.select_related("user").order_by("pk"))
    nodes = _nodes_of(round)
    owners: dict[int, set[str]] = defaultdict(set)
    for member_id, code in Assignment.objects.filter(member__round=round).values_list("member", "criterion__code"):
        owners[member_id].add(code)
    lines = {member.pk: _member(member, len(owners[member.pk])) for member in members}
    team = [member for member in members if member.panel == Panel.TEAM]
    is_coordinator = bool(policy.can_coordinate(user, round))
    heads = {member.position for member in members} & {Position.CHAIR, Position.LEADER}
    is_free = not round.panels_decision
    return PanelsPage(
        decision=_("Thành lập theo Quyết định số %(number)s ngày %(date)s")
        % {"number": round.panels_decision, "date": format_date(round.panels_date)}
        if round.panels_decision
        else "",
        council=tuple(lines[member.pk] for member in _by_rank(members) if member.panel == Panel.COUNCIL),
        team=tuple(lines[member.pk] for member in _by_rank(team)),
        columns=tuple(lines[member.pk] for member in _by_rank(team)),
        areas=tuple(_area_row(area, [owners[member.pk] for member in _by_rank(team)]) for area in _areas(nodes)),
        orphans=_orphans(nodes, owners.values()),
        sees_work=runs(user, round) or bool({(round.pk, panel) for panel in Panel} & set(policy.seats(user))),
        may_appoint=is_coordinator and is_free and round.stage == StageKey.PREPARATION,
        may_assign=is_coordinator or bool(policy.can_lead_team(user, round)),
        may_establish=bool(policy.can_head(user, round)) and is_free and len(heads) == 2,
        lacks="" if len(heads) == 2 else _("Danh sách chưa có Chủ tịch Hội đồng hoặc Tổ trưởng."),
    )


def _by_rank(members: Iterable[PanelMember]) -> list[PanelMember]:
    order = list(Position)
    return sorted(members, key=lambda member: (order.index(Position(member.position)), member.pk))


def _member(member: PanelMember, leaves: int) -> MemberLine:
    return MemberLine(
        pk=member.pk,
        name=member.user.full_name,
        title=member.user.title,
        position=member.get_position_display(),
        load=_("%(count)d tiêu chí") % {"count": leaves} if leaves else _("chưa phân công"),
    )


def _nodes_of(round: Round) -> list[Node]:
    """The areas of every edition of the round, one after the other (one query)."""
    blocks = round.blocks.select_related("edition").defer("edition__text").order_by("pk")
    editions = {block.edition_id: block.edition for block in blocks}
    return [area for edition in editions.values() for area in index_set_of(edition).areas]


def _areas(areas: Sequence[Node]) -> list[Node]:
    """The areas that have something to appraise, each code once."""
    return list({area.code: area for area in areas if _to_appraise(area)}.values())


def areas_of(round: Round) -> list[tuple[str, str]]:
    """The areas of a round that can be assigned, for a form: code, and code with name (one query)."""
    return [(area.code, f"{area.code} {area.name}") for area in _areas(_nodes_of(round))]


def assigned_areas(member: PanelMember) -> list[str]:
    """The areas of which a member appraises something, to tick them in the form (2 queries)."""
    mine = set(Criterion.objects.filter(assignments__member=member).values_list("code", flat=True))
    return [area.code for area in _areas(_nodes_of(member.round)) if mine.intersection(_to_appraise(area))]


def _to_appraise(area: Node) -> list[str]:
    """The leaves that people judge: not those of a survey, nor those only shown."""
    return [node.code for node in area.walk() if node.is_leaf and not node.is_survey and not node.is_info]


def _area_row(area: Node, owners: list[set[str]]) -> dict[str, object]:
    leaves = _to_appraise(area)
    counts = [len(owned.intersection(leaves)) for owned in owners]
    return {
        "name": f"{area.code} {area.name}",
        "orphans": len(set(leaves).difference(*owners)),
        "cells": [
            {
                "text": f"{count}/{len(leaves)}" if count else "–",
                "level": 4 if count == len(leaves) else 2 if count else 0,
            }
            for count in counts
        ],
    }


def _orphans(areas: Sequence[Node], owned: Iterable[set[str]]) -> tuple[str, ...]:
    """The leaves that nobody appraises, by code and name."""
    known = set().union(*owned)
    names = {node.code: f"{node.code} {node.name}" for area in areas for node in area.walk()}
    return tuple(names[code] for area in _areas(areas) for code in _to_appraise(area) if code not in known)


def orphans_of(round: Round) -> tuple[str, ...]:
    """The leaves of a round that nobody appraises yet (2 queries)."""
    assigned = Assignment.objects.filter(member__round=round).values_list("criterion__code", flat=True)
    return _orphans(_nodes_of(round), [set(assigned)])


def effects_of_panels(round: Round) -> list[str]:
    """What establishing council and team does (one query)."""
    panels = list(round.panel_members.values_list("panel", flat=True))
    return [
        _("Hội đồng thẩm định được thành lập với %(count)d thành viên.") % {"count": panels.count(Panel.COUNCIL)},
        _("Tổ Chuyên viên giúp việc được thành lập với %(count)d thành viên.") % {"count": panels.count(Panel.TEAM)},
        _("Danh sách thành viên được khóa; phân công thẩm định vẫn bổ sung được."),
    ]


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
