"""The timeline of a plan (biểu đồ Gantt), placed in whole points so that a template only has to write it down.

A bar runs from the start of a task to its deadline; what is done of it is filled, what is late goes on hatched in red
with the days in words, and the table under it says the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.common.dates import end_of_day, format_date, format_day_month, start_of_day
from chiso.organizations.workdays import days_off
from chiso.tracking.board_rows import DONE, DONE_LATE, OVERDUE, TaskRow

LABEL, RIGHT, HEAD, ROW = 330, 130, 42, 28
_PLOT = 730
_WEEK_DAYS = 100
"""A longer plan is drawn by months, unless somebody asks for weeks."""
_LETTERS = 48
_LONGEST = timedelta(days=3 * 366)
WEEKS, MONTHS = "tuan", "thang"
_FILLS = {DONE: "#1a6b3f", DONE_LATE: "#8a5a00"}


@dataclass(frozen=True)
class Bar:
    """One rectangle of a row: `plan`, `done`, `late` or `extended`."""

    x: int
    y: int
    width: int
    height: int
    kind: str
    fill: str = ""


@dataclass(frozen=True)
class GanttRow:
    """A task with its bars, and what stands at their end; a heading has a label only."""

    y: int
    text_y: int
    label: str
    full: str
    is_heading: bool
    bars: tuple[Bar, ...] = ()
    old_x: tuple[int, ...] = ()
    mark_y: int = 0
    end_x: int = 0
    end_text: str = ""
    is_late: bool = False


@dataclass(frozen=True)
class Shade:
    """Days on which nobody works."""

    x: int
    width: int
    fill: str
    title: str


@dataclass(frozen=True)
class Tick:
    """The first day of a week or a month."""

    x: int
    label: str


@dataclass(frozen=True)
class Gantt:
    """The whole drawing."""

    width: int
    height: int
    plot_x: int
    plot_right: int
    head: int
    rows: tuple[GanttRow, ...]
    shades: tuple[Shade, ...]
    ticks: tuple[Tick, ...]
    today_x: int
    today: str
    today_anchor: str
    text: str
    scale: str


@dataclass(frozen=True)
class _Scale:
    first: date
    last: date
    per_day: float

    def x(self, moment: datetime) -> int:
        days = (moment - start_of_day(self.first)) / timedelta(days=1)
        return round(LABEL + min(max(days, 0), self.length) * self.per_day)

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def right(self) -> int:
        return round(LABEL + self.length * self.per_day)


def gantt(rows: Sequence[TaskRow], at: datetime, scale: str = "") -> Gantt | None:
    """Draw the tasks; None without one that has a date (1 query, for the days off)."""
    dated = [row for row in rows if row.ends]
    if not dated:
        return None
    chosen, space = _scale(dated, at, scale)
    top = [_row(row, HEAD + place * ROW, space, at) for place, row in enumerate(rows)]
    today = timezone.localdate(at)
    shows_today = space.first <= today <= space.last
    late = sum(row.state == OVERDUE for row in dated)
    now = space.x(at) if shows_today else 0
    return Gantt(
        width=space.right + RIGHT,
        height=HEAD + len(rows) * ROW + 8,
        plot_x=LABEL,
        plot_right=space.right,
        head=HEAD,
        rows=tuple(top),
        shades=_shades(space),
        ticks=_weeks(space) if chosen == WEEKS else _months(space),
        today_x=now,
        today=_("hôm nay %(day)s") % {"day": format_day_month(today)},
        today_anchor="end" if now > (LABEL + space.right) // 2 else "start",
        text=_(
            "%(count)d nhiệm vụ từ %(first)s đến %(last)s; %(late)d nhiệm vụ quá hạn. Bảng bên dưới ghi đủ từng dòng."
        )
        % {
            "count": len(dated),
            "first": format_date(min(row.starts for row in dated if row.starts)),
            "last": format_date(max(row.ends for row in dated if row.ends) - timedelta(seconds=1)),
            "late": late,
        },
        scale=chosen,
    )


def _scale(dated: Sequence[TaskRow], at: datetime, wanted: str) -> tuple[str, _Scale]:
    """Whole weeks or whole months around everything that is drawn."""
    starts = [row.starts for row in dated if row.starts]
    ends = [moment for row in dated for moment in (row.ends, row.until, row.done) if moment]
    late = [at for row in dated if row.state == OVERDUE]
    begin = min(starts)
    first = timezone.localdate(begin)
    last = timezone.localdate(min(max(*ends, *late, begin), begin + _LONGEST) - timedelta(seconds=1))
    chosen = wanted if wanted in (WEEKS, MONTHS) else WEEKS if (last - first).days <= _WEEK_DAYS else MONTHS
    if chosen == WEEKS:
        first -= timedelta(days=first.weekday())
        last += timedelta(days=6 - last.weekday())
        per_day = max(_PLOT / ((last - first).days + 1), 7)
    else:
        first = first.replace(day=1)
        last = (last.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        per_day = max(_PLOT / ((last - first).days + 1), 1.5)
    return chosen, _Scale(first, last, per_day)


def _row(row: TaskRow, y: int, space: _Scale, at: datetime) -> GanttRow:
    full = f"{row.code} {row.title}"
    if row.ends is None or row.starts is None:
        return GanttRow(y, y + 19, _cut(full, _LETTERS - 4), full, is_heading=True)
    bars, right = _bars(row, y, row.starts, row.ends, space, at)
    return GanttRow(
        y=y,
        text_y=y + 19,
        label=_cut(full),
        full=full,
        is_heading=False,
        bars=bars,
        old_x=tuple(space.x(moment) for moment in row.old_ends),
        mark_y=y + 4,
        end_x=right + 6,
        end_text=end_text(row),
        is_late=bool(row.late),
    )


def _bars(
    row: TaskRow, y: int, starts: datetime, ends: datetime, space: _Scale, at: datetime
) -> tuple[tuple[Bar, ...], int]:
    """The bars of a task, and where they end."""
    left, right = space.x(starts), space.x(ends)
    bars = [Bar(left, y + 6, max(right - left, 3), 16, "plan")]
    if row.done:
        until = min(max(space.x(row.done), left + 3), right)
        bars.append(Bar(left, y + 6, max(until - left, 3), 16, "done", _FILLS.get(row.state, "")))
    elif row.part and row.whole:
        bars.append(Bar(left, y + 10, max((right - left) * row.part // row.whole, 3), 8, "done", "#14508c"))
    if row.until:
        bars.append(Bar(right, y + 10, max(space.x(row.until) - right, 3), 8, "extended"))
        right = max(right, space.x(row.until))
    if row.late:
        until = space.x(min(ends + timedelta(days=row.late), row.done or at) if row.done else at)
        begin = space.x(ends)
        bars.append(Bar(begin, y + 6, max(until - begin, 4), 16, "late"))
        right = max(right, begin + max(until - begin, 4))
    return tuple(bars), right


def end_text(row: TaskRow) -> str:
    """What stands at the end of a bar: when it is due, when it was done, how late it is."""
    if row.ends is None:
        return ""
    late = ngettext("trễ %(n)d ngày", "trễ %(n)d ngày", row.late) % {"n": row.late} if row.late else ""
    if row.done:
        words = _("xong %(day)s") % {"day": format_day_month(row.done)}
        return f"{words}, {late}" if late else words
    return late or format_day_month(row.ends - timedelta(seconds=1))


def _cut(text: str, room: int = _LETTERS) -> str:
    """Cut a label between words to fit its column; the whole stands in the row's title and in the table."""
    return text if len(text) <= room else text[: room + 1].rsplit(" ", 1)[0].rstrip(",;") + "…"


def _shades(space: _Scale) -> tuple[Shade, ...]:
    """Weekends and holidays, neighbours as one; by months only the holidays can be seen."""
    run = [space.first + timedelta(days=ahead) for ahead in range(space.length)]
    named = days_off(run)
    found: list[tuple[date, date, str]] = []
    for day in run:
        is_holiday = bool(named[day]) and not _is_weekend(day, named)
        if not named[day] or (space.per_day < 4 and not is_holiday):
            continue
        kind = named[day] if is_holiday else ""
        if found and found[-1][2] == kind and found[-1][1] + timedelta(days=1) == day:
            found[-1] = (found[-1][0], day, kind)
        else:
            found.append((day, day, kind))
    return tuple(_shade(begin, end, name, space) for begin, end, name in found)


def _is_weekend(day: date, named: Mapping[date, str]) -> bool:
    return named[day] in (_("Thứ Bảy"), _("Chủ nhật"))


def _shade(begin: date, end: date, name: str, space: _Scale) -> Shade:
    x = space.x(start_of_day(begin))
    days = format_date(begin) if begin == end else f"{format_day_month(begin)}–{format_date(end)}"
    title = f"{name}, {days}" if name else days
    return Shade(x, space.x(end_of_day(end)) - x, "#f7dfa6" if name else "#eceff4", title)


def _weeks(space: _Scale) -> tuple[Tick, ...]:
    step = 7 if space.per_day >= 5 else 14
    days = (space.first + timedelta(days=ahead) for ahead in range(0, space.length, step))
    return tuple(Tick(space.x(start_of_day(day)), format_day_month(day)) for day in days)


def _months(space: _Scale) -> tuple[Tick, ...]:
    ticks, day = [], space.first
    while day <= space.last:
        ticks.append(Tick(space.x(start_of_day(day)), f"{day:%m/%Y}"))
        day = (day + timedelta(days=32)).replace(day=1)
    return tuple(ticks)
