"""Days off and working days: weekends, the law's holidays, and the days this installation sets otherwise.

A holiday comes from the law's calendar (the library `holidays`, Tết by the lunar calendar too) or from a `Holiday`
row; a row wins, since every year the Government shifts some days, and a row may say that a day off is worked.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

import holidays
from django.utils.translation import gettext as _

from chiso.organizations.models import Holiday

_WEEKEND = (5, 6)
_LONGEST_BREAK = 21
"""Days that are asked for at once when the next working day is sought; no break of the calendar is as long."""


def is_day_off(day: date) -> str:
    """Why nobody works on that day, in words ("Thứ Bảy", "Tết Dương lịch"); "" when it is a working day (1 query)."""
    return days_off([day])[day]


def days_off(days: Iterable[date]) -> dict[date, str]:
    """For each day why nobody works on it, "" for a working day (1 query for all)."""
    wanted = sorted(set(days))
    if not wanted:
        return {}
    own = {row.day: row for row in Holiday.objects.filter(day__in=wanted)}
    return {day: _why(day, own.get(day)) for day in wanted}


def next_working_day(day: date) -> date:
    """The day itself when it is worked, else the first working day after it (1 query)."""
    return next_working_days([day])[day]


def next_working_days(days: Iterable[date]) -> dict[date, date]:
    """For each day itself, or the first working day after it (1 query for all; more only in a longer break)."""
    found: dict[date, date] = {}
    wanted = {day: day for day in days}
    while wanted:
        runs = {
            day: [start + timedelta(days=ahead) for ahead in range(_LONGEST_BREAK)] for day, start in wanted.items()
        }
        off = days_off(one for run in runs.values() for one in run)
        for day, run in runs.items():
            if worked := next((one for one in run if not off[one]), None):
                found[day] = worked
        wanted = {day: run[-1] + timedelta(days=1) for day, run in runs.items() if day not in found}
    return found


def law_days(year: int) -> dict[date, str]:
    """The holidays that the law's calendar gives a year, by their Vietnamese names (no query)."""
    return dict(_law(year))


def weekday_name(day: date) -> str:
    """What people call the day of the week: “Thứ Hai” … “Chủ nhật”."""
    names = (_("Thứ Hai"), _("Thứ Ba"), _("Thứ Tư"), _("Thứ Năm"), _("Thứ Sáu"), _("Thứ Bảy"), _("Chủ nhật"))
    return names[day.weekday()]


def _why(day: date, own: Holiday | None) -> str:
    if own is not None:
        return "" if own.is_working else own.name
    if named := _law(day.year).get(day):
        return named
    return weekday_name(day) if day.weekday() in _WEEKEND else ""


@cache
def _law(year: int) -> dict[date, str]:
    # The official names, in both languages of the interface: they are quoted, as a plan quotes them.
    return dict(sorted(holidays.country_holidays("VN", years=year, language="vi").items()))
