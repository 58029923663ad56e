"""What the page of council and team shows: who sits where, who left, who appraises how much."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from chiso.common.addresses import address
from chiso.common.dates import format_date, format_moment
from chiso.organizations.models import User
from chiso.rounds import policy
from chiso.rounds.choices import Panel, Position, StageKey
from chiso.rounds.coverage import Coverage, coverage_of
from chiso.rounds.models import PanelMember, Round
from chiso.rounds.policy import runs
from chiso.rounds.terms import was_ended
from chiso.rounds.terms_page import TermLine, leaves_held, terms_of

_ORDER = (
    *(Position.CHAIR, Position.VICE_CHAIR, Position.SECRETARY, Position.MEMBER),
    *(Position.LEADER, Position.OFFICE_HEAD, Position.EXPERT),
)


@dataclass(frozen=True)
class MemberLine:
    """A seat, and what its holder appraises. Conflicts are told only to those who may know."""

    pk: int
    name: str
    title: str
    position: str
    body: str
    term: str
    load: str
    conflicts: int
    conflicts_url: str
    has_links: bool


@dataclass(frozen=True)
class LeftLine:
    """Somebody who sat on a panel."""

    name: str
    position: str
    when: str
    reason: str


@dataclass(frozen=True)
class PanelsPage:
    """Council and team, who appraises what, and how many leaves lack somebody."""

    decision: str
    council: tuple[MemberLine, ...]
    team: tuple[MemberLine, ...]
    left: tuple[LeftLine, ...]
    areas: tuple[dict[str, object], ...]
    gaps: int
    sees_work: bool
    sees_coverage: bool
    may_appoint: bool
    may_amend: bool
    terms: tuple[TermLine, ...]
    may_assign: bool
    may_establish: bool
    may_print: bool
    lacks: str


def panels_page(round: Round, user: User, at: datetime) -> PanelsPage:
    """Put the page of council and team together (2 queries, and those of the coverage for those who follow it)."""
    members = list(round.panel_members.select_related("user", "body").prefetch_related("conflicts").order_by("pk"))
    sitting = [member for member in by_rank(members) if member.left_at is None]
    team = [member for member in sitting if member.panel == Panel.TEAM]
    sees_work = runs(user, round) or any(key[0] == round.pk for key in policy.seats(user))
    coverage = coverage_of(round) if sees_work else None
    lines = {member.pk: _member(member, user, coverage) for member in sitting}
    heads = {member.position for member in sitting} & {Position.CHAIR, Position.LEADER}
    is_free = not round.panels_decision
    is_coordinator = bool(policy.can_coordinate(user, round))
    may_amend = bool(policy.can_change_panels(user, round)) and not is_free and round.stage != StageKey.PUBLISHED
    return PanelsPage(
        decision=_("Thành lập theo Quyết định số %(number)s ngày %(date)s")
        % {"number": round.panels_decision, "date": format_date(round.panels_date)}
        if round.panels_decision
        else "",
        council=tuple(lines[member.pk] for member in sitting if member.panel == Panel.COUNCIL),
        team=tuple(lines[member.pk] for member in team),
        left=tuple(_left(member) for member in by_rank(members) if member.left_at is not None),
        areas=_areas(coverage, team) if coverage else (),
        gaps=len(coverage.gaps()) if coverage else 0,
        sees_work=sees_work,
        sees_coverage=bool(policy.can_follow_work(user, round)),
        may_appoint=is_coordinator and is_free and round.stage == StageKey.PREPARATION,
        may_amend=may_amend,
        terms=terms_of(members, coverage, at) if may_amend and coverage else (),
        may_assign=bool(policy.can_lead_work(user, round)),
        may_establish=bool(policy.can_head(user, round)) and is_free and len(heads) == 2,
        may_print=bool(members) and (not is_free or runs(user, round)),
        lacks="" if len(heads) == 2 else _("Danh sách chưa có Chủ tịch Hội đồng hoặc Tổ trưởng."),
    )


def by_rank(members: Iterable[PanelMember]) -> list[PanelMember]:
    """The heads first, as a decision lists them."""
    return sorted(members, key=lambda member: (_ORDER.index(Position(member.position)), member.pk))


def _member(member: PanelMember, user: User, coverage: Coverage | None) -> MemberLine:
    count = _leaves_of(coverage, member.pk) if coverage else 0
    may_know = bool(policy.can_read_conflicts(user, member))
    may_amend = bool(policy.can_hand_over(user, member)) and bool(member.round.panels_decision)
    return MemberLine(
        pk=member.pk,
        name=member.user.full_name,
        title=member.user.title,
        position=member.get_position_display(),
        body=member.body.name if member.body else "",
        term=_("nhiệm kỳ đến %(day)s") % {"day": format_date(member.term_until)} if member.term_until else "",
        load=_("%(count)d tiêu chí") % {"count": count} if count else _("chưa phân công"),
        conflicts=len(member.conflicts.all()) if may_know else 0,
        conflicts_url=address("rounds:conflicts", member.round_id, member.pk) if may_know else "",
        has_links=may_know or may_amend,
    )


def _left(member: PanelMember) -> LeftLine:
    return LeftLine(
        name=member.user.full_name,
        position=f"{member.get_panel_display()}, {member.get_position_display()}",
        when=format_moment(member.left_at),
        reason=member.left_reason,
    )


def _leaves_of(coverage: Coverage, seat: int) -> int:
    return sum(1 for leaf in coverage.leaves if coverage.given.get(leaf.criterion_id, {}).get(seat))


def _areas(coverage: Coverage, team: list[PanelMember]) -> tuple[dict[str, object], ...]:
    """Areas × members: how many leaves of the area each has, in whatever units."""
    held = {
        seat.pk: {leaf.node.code for leaf in coverage.leaves if coverage.given.get(leaf.criterion_id, {}).get(seat.pk)}
        for seat in team
    }
    codes: dict[str, set[str]] = {}
    names: dict[str, str] = {}
    lacking: dict[str, set[str]] = {}
    for leaf in coverage.leaves:
        codes.setdefault(leaf.area.code, set()).add(leaf.node.code)
        names.setdefault(leaf.area.code, f"{leaf.area.code} {leaf.area.name}")
        if coverage.gap(leaf):
            lacking.setdefault(leaf.area.code, set()).add(leaf.node.code)
    return tuple(
        {
            "name": names[area],
            "gaps": len(lacking.get(area, ())),
            "cells": [_cell(len(held[seat.pk] & leaves), len(leaves)) for seat in team],
        }
        for area, leaves in codes.items()
    )


def _cell(count: int, of: int) -> dict[str, object]:
    return {"text": f"{count}/{of}" if count else "–", "level": "4" if count == of else "2" if count else "0"}


def effects_of_panels(round: Round) -> list[str]:
    """What establishing council and team does (one query)."""
    panels = list(round.panel_members.values_list("panel", flat=True))
    return [
        _("Hội đồng thẩm định được thành lập với %(count)d thành viên.") % {"count": panels.count(Panel.COUNCIL)},
        _("Tổ Chuyên viên giúp việc được thành lập với %(count)d thành viên.") % {"count": panels.count(Panel.TEAM)},
        _("Danh sách thành viên được khóa; sau đó chỉ thay đổi theo quyết định thay đổi, có lý do."),
        _("Phân công thẩm định vẫn bổ sung được."),
    ]


def effects_of_hand_over(member: PanelMember) -> list[str]:
    """What it means that a member leaves, or is followed after the term (one query, and those of the coverage)."""
    leaves = leaves_held([member], coverage_of(member.round))[member.pk]
    panel = member.get_panel_display()
    words = _("%(name)s thôi tham gia %(panel)s: không còn quyền và không xem được hồ sơ theo vị trí này.")
    if was_ended(member):
        words = _("%(name)s đã thôi tham gia %(panel)s khi hết nhiệm kỳ; thời điểm đó giữ nguyên.")
    effects = [
        words % {"name": member.user.full_name, "panel": panel},
        _("Điểm đã chấm, phiếu đã bỏ của %(name)s vẫn giữ nguyên.") % {"name": member.user.full_name},
    ]
    if leaves:
        effects.append(
            _("%(count)d tiêu chí được giao chuyển sang người thay; không có người thay thì trở thành chưa phân công.")
            % {"count": leaves}
        )
    return effects
