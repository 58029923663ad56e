"""What the page of council and team says of terms: which end within a week, and which are over with work left."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.common.addresses import address
from chiso.common.dates import format_date
from chiso.rounds import terms
from chiso.rounds.choices import Position
from chiso.rounds.coverage import Coverage
from chiso.rounds.models import Assignment, PanelMember

_NEEDED = (Position.CHAIR, Position.LEADER)
"""Seats that must not stay empty, whether leaves are assigned to them or not."""


@dataclass(frozen=True)
class TermLine:
    """A seat whose term somebody must look at."""

    name: str
    position: str
    words: str
    work: str
    is_over: bool
    renew_url: str
    hand_over_url: str


def terms_of(members: Iterable[PanelMember], coverage: Coverage, at: datetime) -> tuple[TermLine, ...]:
    """The terms to look at, what is over first (two queries where there are any)."""
    listed = list(members)
    over = [one for one in listed if terms.was_ended(one)]
    ending = [one for one in listed if one.left_at is None and _ends_soon(one, at)]
    if not over and not ending:
        return ()
    held = leaves_held(ending, coverage) + leaves_held(over, coverage, only_gaps=True)
    taken = {member.position for member in listed if member.left_at is None}
    over = [one for one in over if held[one.pk] or _is_missed(one, taken)]
    ending.sort(key=lambda one: (one.term_until or date.max, one.pk))
    return tuple(_line(one, held[one.pk], at) for one in [*over, *ending])


def leaves_held(members: Iterable[PanelMember], coverage: Coverage, *, only_gaps: bool = False) -> Counter[int]:
    """How many leaves that people judge are assigned to each seat, also to those whose term is over (one query).

    With `only_gaps`, those for which somebody is missing: others may have been given the work meanwhile.
    """
    judged = {leaf.criterion_id for leaf in coverage.leaves if not only_gaps or coverage.gap(leaf)}
    rows = Assignment.objects.filter(member__in=[member.pk for member in members])
    return Counter(seat for seat, leaf in rows.values_list("member", "criterion").distinct() if leaf in judged)


def _is_missed(member: PanelMember, taken: set[str]) -> bool:
    return member.position in _NEEDED and member.position not in taken


def _ends_soon(member: PanelMember, at: datetime) -> bool:
    end = terms.ends_at(member)
    return end is not None and end - at <= terms.WARNED_BEFORE


def _line(member: PanelMember, leaves: int, at: datetime) -> TermLine:
    is_over = member.left_at is not None
    days = (member.term_until - localdate(at)).days if member.term_until else 0
    words = _("đã hết nhiệm kỳ ngày %(day)s") if is_over else _("nhiệm kỳ đến hết ngày %(day)s (%(left)s)")
    left = ngettext("còn %(n)d ngày", "còn %(n)d ngày", days) % {"n": days} if days else _("hôm nay là ngày cuối")
    work = ngettext("đang được giao %(n)d tiêu chí", "đang được giao %(n)d tiêu chí", leaves)
    if is_over:
        work = ngettext("%(n)d tiêu chí chờ người nhận", "%(n)d tiêu chí chờ người nhận", leaves)
    return TermLine(
        name=member.user.full_name,
        position=f"{member.get_panel_display()}, {member.get_position_display()}",
        words=words % {"day": format_date(member.term_until), "left": left},
        work=work % {"n": leaves} if leaves else "",
        is_over=is_over,
        renew_url=address("rounds:renew_term", member.round_id, member.pk),
        hand_over_url=address("rounds:hand_over", member.round_id, member.pk),
    )


def effects_of_new_term(member: PanelMember) -> list[str]:
    """What another term does."""
    name = member.user.full_name
    if not terms.was_ended(member):
        return [_("%(name)s giữ nguyên chức vụ và các tiêu chí được giao.") % {"name": name}]
    return [
        _("%(name)s trở lại chức vụ, được thẩm định, biểu quyết từ thời điểm này.") % {"name": name},
        _("Các tiêu chí đã giao mà chưa chuyển cho người khác lại thuộc về %(name)s.") % {"name": name},
    ]
