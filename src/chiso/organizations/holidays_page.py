"""The days off of a year: the law's, and those that this installation wrote itself."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from chiso.common.dates import format_date
from chiso.organizations.forms import YEARS
from chiso.organizations.models import Holiday
from chiso.organizations.workdays import law_days, weekday_name


@dataclass(frozen=True)
class DayLine:
    """One day: `is_own` when this installation wrote it, `is_void` when such a day overrules it."""

    day: str
    weekday: str
    name: str
    tag: str
    is_own: bool
    is_void: bool


@dataclass(frozen=True)
class HolidaysPage:
    """The days of a year, and the years beside it."""

    year: int
    lines: tuple[DayLine, ...]
    before: int | None
    after: int | None


def holidays_page(year: int) -> HolidaysPage:
    """Both calendars of a year, by day (one query)."""
    own = {row.day: row for row in Holiday.objects.filter(day__year=year)}
    law = law_days(year)
    lines = []
    for day in sorted({*own, *law}):
        row = own.get(day)
        if day in law:
            lines.append(_line(day, law[day], _("theo luật"), is_void=row is not None))
        if row:
            tag = _("làm bù, ghi tại đây") if row.is_working else _("nghỉ, ghi tại đây")
            lines.append(_line(day, row.name, tag, is_own=True))
    return HolidaysPage(
        year,
        tuple(lines),
        year - 1 if year - 1 in YEARS else None,
        year + 1 if year + 1 in YEARS else None,
    )


def year_of(text: str, now: int) -> int:
    """The year that an address asks for, or this one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) == 4 and int(text) in YEARS else now


def _line(day: date, name: str, tag: str, *, is_own: bool = False, is_void: bool = False) -> DayLine:
    return DayLine(format_date(day), weekday_name(day), name, tag, is_own, is_void)
