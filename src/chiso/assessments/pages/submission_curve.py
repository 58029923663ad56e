"""How many units have handed over by when, against the deadline: a small drawing, and the same as a table.

Everything is placed here, in whole points of the drawing; the template only writes it down.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.assessments.choices import DossierState
from chiso.assessments.deadlines import Deadlines
from chiso.assessments.models import Dossier
from chiso.common.dates import end_of_day, format_date, format_day_month, format_deadline, start_of_day
from chiso.rounds.choices import StageKey

UNSENT = frozenset({DossierState.DRAFT, DossierState.INTERNAL_REVIEW, DossierState.RETURNED})
WIDE, NARROW, HEIGHT = 560, 310, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 16, 40, 26
_NEAR = 110
"""Two words on top nearer than this would run into each other."""


@dataclass(frozen=True)
class Mark:
    """A moment drawn as a line from top to bottom: a deadline, an extension, or now."""

    x: int
    label_x: int
    label_y: int
    anchor: str
    label: str
    kind: str


@dataclass(frozen=True)
class DayLine:
    """One day on which units handed over."""

    day: str
    count: int
    total: int


@dataclass(frozen=True)
class Curve:
    """The drawing, its words, and its table."""

    title: str
    text: str
    points: str
    pace: str
    end_x: int
    end_y: int
    end_anchor: str
    end_label: str
    all_label: str
    first_day: str
    last_day: str
    marks: tuple[Mark, ...]
    days: tuple[DayLine, ...]
    width: int
    right: int
    height: int = HEIGHT
    left: int = _LEFT
    top: int = _TOP
    bottom: int = HEIGHT - _BOTTOM


@dataclass(frozen=True)
class _Frame:
    """Where a moment and a number of units lie in the drawing."""

    start: datetime
    end: datetime
    expected: int
    width: int

    def x(self, moment: datetime) -> int:
        share = (min(max(moment, self.start), self.end) - self.start) / (self.end - self.start)
        return round(_LEFT + share * (self.width - _LEFT - _RIGHT))

    def y(self, count: int) -> int:
        return round(HEIGHT - _BOTTOM - count / self.expected * (HEIGHT - _TOP - _BOTTOM))


def handed_over(dossier: Dossier, stage: StageKey) -> datetime | None:
    """When a unit handed over what a stage asks of it; None while it has not."""
    if stage == StageKey.SUPPLEMENT:
        return dossier.resubmitted_at
    return None if dossier.state in UNSENT else dossier.submitted_at


def asked(dossiers: Iterable[Dossier], stage: StageKey) -> list[Dossier]:
    """The dossiers of which a stage asks something: who sent nothing has nothing to explain."""
    if stage == StageKey.SUPPLEMENT:
        return [dossier for dossier in dossiers if dossier.state != DossierState.NOT_SUBMITTED]
    return list(dossiers)


def submission_curve(
    dossiers: Iterable[Dossier],
    stage: StageKey,
    ends: Deadlines,
    opened_at: datetime | None,
    at: datetime,
    *,
    width: int = WIDE,
) -> Curve | None:
    """Draw who handed over by when; None before the stage has opened (no query)."""
    expected = asked(dossiers, stage)
    if opened_at is None or not expected:
        return None
    moments = sorted(moment for dossier in expected if (moment := handed_over(dossier, stage)))
    frame = _frame(moments, ends, opened_at, at, len(expected), width)
    now = min(at, frame.end)
    return Curve(
        title=_("Số đơn vị đã gửi theo ngày"),
        text=_text(len(moments), len(expected), ends),
        points=_points(frame, moments, now),
        pace=_pace(frame, ends),
        end_x=frame.x(now),
        end_y=frame.y(len(moments)),
        end_anchor="end" if frame.x(now) > width // 3 else "start",
        end_label=ngettext("%(n)d đơn vị", "%(n)d đơn vị", len(moments)) % {"n": len(moments)},
        all_label=str(len(expected)),
        first_day=format_day_month(frame.start),
        last_day=format_day_month(frame.end - timedelta(seconds=1)),
        marks=_marks(frame, ends),
        days=_days(moments),
        width=width,
        right=width - _RIGHT,
    )


def _frame(
    moments: list[datetime], ends: Deadlines, opened_at: datetime, at: datetime, expected: int, width: int
) -> _Frame:
    """From the day the stage opened to the last deadline, or to the last that came in after it."""
    known = [moment for moment in (ends.planned, *ends.extended.values()) if moment]
    last = max([*known, *moments], default=at)
    first = timezone.localdate(min([opened_at, *moments]))
    last_day = max(timezone.localdate(last - timedelta(seconds=1)), first)
    return _Frame(start_of_day(first), end_of_day(last_day + timedelta(days=1)), expected, width)


def _points(frame: _Frame, moments: list[datetime], now: datetime) -> str:
    """A step for each unit, up to now."""
    steps = [(_LEFT, frame.y(0))]
    for count, moment in enumerate(moments, 1):
        steps += [(frame.x(moment), frame.y(count - 1)), (frame.x(moment), frame.y(count))]
    steps.append((max(frame.x(now), steps[-1][0]), frame.y(len(moments))))
    return " ".join(f"{x},{y}" for x, y in dict.fromkeys(steps))


def _pace(frame: _Frame, ends: Deadlines) -> str:
    """What would be expected if the units came in evenly until the deadline of all."""
    end = ends.of_all()
    return "" if end is None else f"{_LEFT},{frame.y(0)} {frame.x(end)},{frame.y(frame.expected)}"


def _marks(frame: _Frame, ends: Deadlines) -> tuple[Mark, ...]:
    wanted: list[tuple[datetime, str, str]] = []
    if ends.planned:
        wanted.append((ends.planned, _("hạn %(day)s"), "deadline"))
    for until in sorted(set(ends.extended.values())):
        if until != ends.planned:
            wanted.append((until, _("gia hạn %(day)s"), "extension"))
    marks: list[Mark] = []
    for moment, words, kind in wanted:
        x = frame.x(moment)
        crowd = sum(abs(x - other.x) < _NEAR for other in marks)
        label = words % {"day": format_day_month(moment - timedelta(seconds=1))} if crowd < 3 else ""
        anchor, label_x = ("end", x - 4) if x > frame.width // 2 else ("start", x + 4)
        marks.append(Mark(x, label_x, 11 + 12 * crowd, anchor, label, kind))
    return tuple(marks)


def _text(count: int, expected: int, ends: Deadlines) -> str:
    """The drawing in one sentence, for those who do not see it."""
    words = _("%(count)d trên %(expected)d đơn vị đã gửi.") % {"count": count, "expected": expected}
    if ends.planned:
        words += " " + _("Thời hạn: %(moment)s.") % {"moment": format_deadline(ends.planned)}
    if ends.extended:
        words += " " + _("Gia hạn lâu nhất: %(moment)s.") % {"moment": format_deadline(max(ends.extended.values()))}
    return words


def _days(moments: list[datetime]) -> tuple[DayLine, ...]:
    by_day: Counter[date] = Counter(timezone.localdate(moment) for moment in moments)
    lines, total = [], 0
    for day in sorted(by_day):
        total += by_day[day]
        lines.append(DayLine(format_date(day), by_day[day], total))
    return tuple(lines)
