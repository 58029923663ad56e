"""A person's month on screen, and the address under which other programs read it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from chiso.common.addresses import address
from chiso.common.dates import format_date, format_moment, format_time
from chiso.organizations.models import User
from chiso.organizations.workdays import days_off
from chiso.tracking.calendar import Entry, entries_of
from chiso.tracking.calendar_address import path_of
from chiso.tracking.calendar_policy import can_make_feed
from chiso.tracking.models import CalendarFeed


@dataclass(frozen=True)
class Line:
    """One date on a day."""

    title: str
    url: str
    note: str
    is_done: bool
    is_late: bool


@dataclass(frozen=True)
class Day:
    """A day with its dates, or a holiday by its name; holidays on end without a date are one."""

    label: str
    off: str
    is_today: bool
    lines: tuple[Line, ...]
    first: str
    last: date
    is_holiday_only: bool


@dataclass(frozen=True)
class Feed:
    """The address as it stands now; `version` says which one a button means."""

    address: str
    webcal: str
    version: int
    made: str


@dataclass(frozen=True)
class CalendarPage:
    """The month and the address."""

    title: str
    days: tuple[Day, ...]
    previous_url: str
    next_url: str
    today_url: str
    feed: Feed | None
    may_make: bool


def calendar_page(user: User, at: datetime, asked: str, *, site: str) -> CalendarPage:
    """Lay out a month (`2022-12`; anything else is this one), in a fixed number of queries."""
    first = _month(asked) or timezone.localdate(at).replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    return CalendarPage(
        title=_("Tháng %(month)s") % {"month": f"{first:%m/%Y}"},
        days=tuple(_days(first, after, entries_of(user, at), at)),
        previous_url=_url(before),
        next_url=_url(after),
        today_url=address("tracking:calendar"),
        feed=_feed(user, site),
        may_make=bool(can_make_feed(user, user)),
    )


def _url(month: date) -> str:
    return f"{address('tracking:calendar')}?thang={month:%Y-%m}"


def _month(asked: str) -> date | None:
    year, _dash, month = asked.partition("-")
    if not (year.isdecimal() and month.isdecimal() and len(year) == 4 and len(month) <= 2):
        return None
    if not (1900 < int(year) < 2200 and 1 <= int(month) <= 12):
        return None
    return date(int(year), int(month), 1)


def _feed(user: User, site: str) -> Feed | None:
    feed = CalendarFeed.objects.filter(user=user, is_on=True).first()
    if feed is None:
        return None
    path = path_of(feed)
    return Feed(site + path, f"webcal:{site.partition(':')[2]}{path}", feed.version, format_moment(feed.made_at))


def _days(first: date, after: date, entries: list[Entry], at: datetime) -> list[Day]:
    """The days with a date or a named holiday, in order."""
    by_day: dict[date, list[Entry]] = {}
    for entry in entries:
        if first <= entry.day < after:
            by_day.setdefault(entry.day, []).append(entry)
    month = [first + timedelta(days=ahead) for ahead in range((after - first).days)]
    off = days_off(month)
    today = timezone.localdate(at)
    weekend = {_("Thứ Bảy"), _("Chủ nhật")}
    shown: list[Day] = []
    for day in month:
        name = "" if off[day] in weekend else off[day]
        lines = tuple(_line(entry, at) for entry in by_day.get(day, ()))
        if not (lines or name or day == today):
            continue
        alone = not lines and day != today
        before = shown[-1] if shown else None
        if alone and before and before.is_holiday_only and before.last == day - timedelta(days=1):
            shown[-1] = replace(before, label=f"{before.first} – {_label(day)}", off=f"{before.off}; {name}", last=day)
        else:
            shown.append(Day(_label(day), name, day == today, lines, _label(day), day, alone))
    return shown


def _label(day: date) -> str:
    return f"{_weekday(day)}, {format_date(day)}"


def _weekday(day: date) -> str:
    names = (_("Thứ Hai"), _("Thứ Ba"), _("Thứ Tư"), _("Thứ Năm"), _("Thứ Sáu"), _("Thứ Bảy"), _("Chủ nhật"))
    return names[day.weekday()]


def _line(entry: Entry, at: datetime) -> Line:
    note = ""
    if entry.starts is not None:
        note = ", ".join(part for part in (format_time(entry.starts), entry.place) if part)
    elif not entry.is_whole_day:
        note = _("đến %(time)s") % {"time": format_time(entry.ends)}
    return Line(entry.title, entry.url, note, entry.is_done, not entry.is_done and entry.ends <= at)
