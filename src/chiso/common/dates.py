"""Dates as Vietnamese officials write them: dd/mm/yyyy, 24-hour time, Asia/Ho_Chi_Minh."""

import re
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

_DAY_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


class DateNotUnderstood(ValueError):
    """The text is no date in the form dd/mm/yyyy; the message says how to write it."""


def parse_date(text: str) -> date:
    """Read `05/12/2022` as 5 December 2022; anything else is refused with a hint."""
    match = _DAY_FIRST.fullmatch(text.strip())
    if match:
        day, month, year = map(int, match.groups())
        try:
            parsed = date(year, month, day)
        except ValueError:
            parsed = None
        if parsed and 1900 <= year <= 2200:  # Beyond is a slip of the finger.
            return parsed
    raise DateNotUnderstood(
        _("“%(text)s” không phải là ngày. Viết ngày/tháng/năm, như 15/12/2022.") % {"text": text[:40]}
    )


def format_date(day: date | datetime | None) -> str:
    """`15/12/2022`; a moment is shown on its day in Vietnam."""
    if day is None:
        return "–"
    return f"{_local(day):%d/%m/%Y}"


def format_day_month(day: date | datetime | None) -> str:
    """`15/12`, where the year is clear from the page."""
    return "–" if day is None else f"{_local(day):%d/%m}"


def format_time(moment: datetime) -> str:
    """`21:04`."""
    return f"{_local(moment):%H:%M}"


def format_moment(moment: datetime | None) -> str:
    """`21:04 ngày 12/12/2022`."""
    if moment is None:
        return "–"
    return _("%(time)s ngày %(date)s") % {"time": format_time(moment), "date": format_date(moment)}


def format_second(moment: datetime) -> str:
    """`21:04:09 ngày 12/12/2022`: for receipts."""
    return _("%(time)s ngày %(date)s") % {"time": f"{_local(moment):%H:%M:%S}", "date": format_date(moment)}


def format_deadline(moment: datetime | None) -> str:
    """Say when a window ends: midnight is `hết 24 giờ ngày 14/12/2022`, the end of that day (design.md §3)."""
    if moment is None:
        return "–"
    local = timezone.localtime(moment)
    if (local.hour, local.minute) == (0, 0):
        return _("hết 24 giờ ngày %(date)s") % {"date": format_date(local.date() - timedelta(days=1))}
    return _("đến %(moment)s") % {"moment": format_moment(moment)}


def format_remaining(left: timedelta) -> str:
    """Say how long is left, or by how much it is late: `Còn 2 ngày 2 giờ 56 phút`, `Quá hạn 1 ngày`."""
    minutes = int(abs(left).total_seconds() // 60)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts = [
        ngettext("%(n)d ngày", "%(n)d ngày", days) % {"n": days} if days else "",
        ngettext("%(n)d giờ", "%(n)d giờ", hours) % {"n": hours} if hours else "",
        ngettext("%(n)d phút", "%(n)d phút", minutes) % {"n": minutes} if minutes and days < 3 else "",
    ]
    length = " ".join(part for part in parts if part) or _("dưới 1 phút")
    text = _("Quá hạn %(length)s") if left < timedelta() else _("Còn %(length)s")
    return text % {"length": length}


def end_of_day(day: date) -> datetime:
    """24:00 of that day in Vietnam, as a moment."""
    return start_of_day(day + timedelta(days=1))


def start_of_day(day: date) -> datetime:
    """00:00 of that day in Vietnam, as a moment."""
    return timezone.make_aware(datetime(day.year, day.month, day.day))  # noqa: DTZ001 made aware here


def _local(day: date | datetime) -> date | datetime:
    return timezone.localtime(day) if isinstance(day, datetime) else day
