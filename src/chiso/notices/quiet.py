"""Quiet hours: when nobody is written to (setting QUIET_HOURS, like `21:00-06:30`)."""

import re
from dataclasses import dataclass
from datetime import datetime, time

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

_FORM = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")


@dataclass(frozen=True)
class QuietHours:
    """From `begins` up to `ends`, over midnight when it ends earlier than it begins."""

    begins: time
    ends: time

    def hold(self, at: datetime) -> bool:
        now = timezone.localtime(at).time()
        if self.begins <= self.ends:
            return self.begins <= now < self.ends
        return now >= self.begins or now < self.ends

    def __str__(self) -> str:
        return f"{self.begins:%H:%M}–{self.ends:%H:%M}"


def quiet_hours() -> QuietHours | None:
    """As the setting says; none when it is empty."""
    text = settings.QUIET_HOURS.strip()
    if not text:
        return None
    match = _FORM.fullmatch(text)
    try:
        if match is None:
            raise ValueError(text)
        first, first_minute, last, last_minute = map(int, match.groups())
        return QuietHours(time(first, first_minute), time(last, last_minute))
    except ValueError:
        raise ImproperlyConfigured(
            f"CHISO_QUIET_HOURS={text!r} không đọc được. Viết như 21:00-06:30, hoặc để trống nếu không có giờ nghỉ."
        ) from None


def is_quiet(at: datetime) -> bool:
    hours = quiet_hours()
    return hours is not None and hours.hold(at)
