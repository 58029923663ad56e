"""The exact moment a deadline of the plan ends (design.md §3).

“Trước (ngày) D” ends at 24:00 of D−1, unless the plan says that D counts; “Chậm nhất ngày D” at 24:00 of D.
"""

from datetime import date, datetime, timedelta

from chiso.common.dates import end_of_day, start_of_day
from chiso.rounds.choices import DeadlineKind


def ends_at(kind: str, day: date | None, *, before_counts_day: bool = False) -> datetime | None:
    """The moment a dated deadline ends; None for heading rows."""
    if day is None or kind == DeadlineKind.GROUP:
        return None
    if kind == DeadlineKind.BEFORE and not before_counts_day:
        return start_of_day(day)
    return end_of_day(day)


def end_of_month(month: date) -> date:
    """The last day of the month that `month` lies in."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def late_days(deadline: datetime, at: datetime) -> int:
    """Calendar days late: a second past the deadline is the first day; on time is 0."""
    late = at - deadline
    return 0 if late <= timedelta() else -(-late // timedelta(days=1))
