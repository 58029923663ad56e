"""The terms of seats (nhiệm kỳ): held through the last day of the term, then the clock lets the holder leave.

Who asks for a seat asks only whether it was left: quorum, coverage, votes, every `visible_to`.
A seat that its term ended is told by its moment: it was left exactly when the term was over, and keeps the term.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from chiso.common.dates import end_of_day, format_date
from chiso.common.refusals import RuleViolation
from chiso.rounds.choices import StageKey
from chiso.rounds.models import PanelMember

WARNED_BEFORE = timedelta(days=7)


def ends_at(member: PanelMember) -> datetime | None:
    """The moment after the last day of the term; None for a seat without one."""
    return end_of_day(member.term_until) if member.term_until else None


def was_ended(member: PanelMember) -> bool:
    """Did the holder leave because the term was over, and is the seat's work still to be passed on?"""
    return member.left_at is not None and member.left_at == ends_at(member)


def over(at: datetime) -> QuerySet[PanelMember]:
    """The seats whose last day has passed and that were not left, of panels that still have work (one query)."""
    seats = PanelMember.objects.filter(left_at=None, term_until__lt=localdate(at))
    return seats.exclude(round__panels_decision="").exclude(round__stage=StageKey.PUBLISHED).order_by("pk")


def require_ahead(term_until: date | None, at: datetime) -> None:
    """Refuse a term that is over before it begins."""
    if term_until is not None and end_of_day(term_until) <= at:
        raise RuleViolation(
            _("Nhiệm kỳ đến hết ngày %(day)s đã qua. Hãy ghi ngày từ hôm nay trở đi, hoặc để trống nếu không có hạn.")
            % {"day": format_date(term_until)}
        )


def require_all_ahead(members: Iterable[PanelMember], at: datetime) -> None:
    """Refuse a list with a term that ended while it was a draft: the clock would let its holder leave at once."""
    ended = [member for member in members if (end := ends_at(member)) and end <= at]
    if ended:
        raise RuleViolation(
            _("Nhiệm kỳ của %(names)s đã hết. Cơ quan thường trực cần bỏ khỏi danh sách rồi ghi lại nhiệm kỳ.")
            % {"names": ", ".join(member.user.full_name for member in ended)}
        )
