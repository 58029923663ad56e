"""The dates of a person as iCalendar (RFC 5545), as telephones and mail programs subscribe to it.

A deadline at midnight is an all-day event on its last day, everything else has its hour in Asia/Ho_Chi_Minh. Each
is announced at 08:00 of the day before (a meeting 24 hours before).
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache

from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from chiso.tracking.calendar import Entry

_BEFORE_DAY = -timedelta(hours=16)
_BEFORE_HOUR = -timedelta(days=1)
_SHORT = timedelta(minutes=30)
"""How long a deadline with an hour is drawn before it ends."""
_REFRESH = timedelta(hours=1)


def write_calendar(entries: Iterable[Entry], *, site: str) -> bytes:
    """The whole file; `site` is put before the addresses of pages."""
    calendar = Calendar()
    calendar.add("prodid", "-//chiso//lich//VI")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Chỉ số cải cách hành chính"))
    calendar.add("x-wr-timezone", str(timezone.get_default_timezone()))
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    for entry in entries:
        calendar.add_component(_event(entry, site))
    calendar.add_missing_timezones()
    written: bytes = calendar.to_ical()
    return written


def _event(entry: Entry, site: str) -> Event:
    event = Event()
    event.add("uid", f"{entry.key}@{_place()}")
    event.add("summary", entry.title)
    event.add("description", entry.text)
    event.add("url", site + entry.url)
    event.add("sequence", entry.moved)
    event.add("last-modified", entry.changed_at.astimezone(UTC))
    event.add("dtstamp", entry.changed_at.astimezone(UTC))
    event.add("transp", "TRANSPARENT" if entry.starts is None else "OPAQUE")
    if entry.place:
        event.add("location", entry.place)
    if entry.is_whole_day:
        event.add("dtstart", entry.day)
        event.add("dtend", entry.day + timedelta(days=1))
    else:
        event.add("dtstart", _local(entry.starts or entry.ends - _SHORT))
        event.add("dtend", _local(entry.ends))
    if not entry.is_done:
        event.add_component(_alarm(entry))
    return event


def _alarm(entry: Entry) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", entry.title)
    alarm.add("trigger", _BEFORE_DAY if entry.is_whole_day else _BEFORE_HOUR)
    return alarm


def _local(moment: datetime) -> datetime:
    return timezone.localtime(moment, timezone.get_default_timezone())


@cache
def _place() -> str:
    """Where the keys come from: one installation's are never another's, and they stay when its address changes."""
    return f"{salted_hmac('chiso.tracking.calendar', 'place').hexdigest()[:16]}.chiso"
