"""Where everyone stands: the board of those who run a round, of its council and of the team's leader.

Counts are for all of them; the names of units, and how far each is, only for those who run the round.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.assessments.pages.submission_curve import Curve, submission_curve
from chiso.common.addresses import address
from chiso.common.dates import format_date, format_deadline, start_of_day
from chiso.common.numbers import NONE_SIGN, format_number
from chiso.organizations.models import User
from chiso.rounds import policy
from chiso.rounds.choices import Panel, StageKey, TaskRole
from chiso.rounds.models import Round
from chiso.rounds.pages import url_of
from chiso.rounds.policy import runs
from chiso.scoring import round_half_up
from chiso.tracking.board_form import BoardForm
from chiso.tracking.board_rows import (
    OVERDUE,
    STATES,
    UNIT_STAGES,
    StageNumbers,
    Standing,
    TaskRow,
    is_behind,
    means_units,
)
from chiso.tracking.chasing import OVERDUE as LATE_ONLY
from chiso.tracking.gantt import Gantt, end_text, gantt
from chiso.tracking.policy import can_chase

WEEK = timedelta(days=7)
_NAMES_SHOWN = 12


@dataclass(frozen=True)
class Stat:
    """One figure on top."""

    label: str
    value: str
    note: str
    kind: str = ""


@dataclass(frozen=True)
class DueLine:
    """A task that is due soon, or overdue."""

    name: str
    url: str
    lead: str
    moment: str
    day: str
    left: str
    kind: str


@dataclass(frozen=True)
class Behind:
    """A body that overdue tasks wait for: how many, the oldest, and who it is."""

    label: str
    count: int
    codes: str
    days: int
    days_words: str
    names: str


@dataclass(frozen=True)
class StageLine:
    """The numbers of one stage in words."""

    label: str
    ends: str
    day: str
    closed: str
    is_now: bool
    expected: str
    actual: str
    on_time: str
    late: str
    rate: str
    average: str


@dataclass(frozen=True)
class TaskLine:
    """One row of the table that says what the timeline draws."""

    code: str
    title: str
    url: str
    is_heading: bool
    lead: str
    printed: str
    moment: str
    old: str
    state: str
    kind: str
    progress: str
    late: str


@dataclass(frozen=True)
class BoardPage:
    """The board, ready to print."""

    form: BoardForm
    summary: str
    export_url: str
    clear_url: str
    chase_url: str
    chase_late_url: str
    brief_url: str
    stats: tuple[Stat, ...]
    gantt: Gantt | None
    tasks: tuple[TaskLine, ...]
    due: tuple[DueLine, ...]
    behind: tuple[Behind, ...]
    stages: tuple[StageLine, ...]
    curve: Curve | None
    curve_title: str
    overview_url: str


def may_read(user: User, round: Round) -> bool:
    """Those who run the round, its council, and the leader of its team."""
    return runs(user, round) or policy.sits_on(user, round, Panel.COUNCIL) or bool(policy.can_lead_team(user, round))


def board_page(found: Standing, user: User, given: Mapping[str, Any]) -> BoardPage:
    """Put the board together from what was read (1 query more, for the days off)."""
    round, at, is_runner = found.round, found.at, runs(user, found.round)
    form = BoardForm(given, found.tasks)
    rows = form.left(found.tasks, at)
    curve_stage = _curve_stage(found)
    query = f"?{form.query}" if form.query else ""
    chase, may_chase = url_of("tracking:chase", round.pk), bool(can_chase(user, round))
    return BoardPage(
        form=form,
        summary=_summary(rows, form),
        export_url=url_of("tracking:board_file", round.pk) + query,
        clear_url=url_of("tracking:board", round.pk) if form.is_filtering else "",
        chase_url=chase if may_chase else "",
        chase_late_url=f"{chase}?loc={LATE_ONLY}&chon=tat-ca" if may_chase else "",
        brief_url=url_of("tracking:brief", round.pk) if is_runner else "",
        stats=stats_of(rows),
        gantt=gantt(rows, at, form.chosen("ty_le")),
        tasks=tuple(_task_line(row, round) for row in rows),
        due=tuple(due_lines(rows, found, at, at + WEEK)),
        behind=behind_of(found, rows, names=is_runner),
        stages=tuple(stage_line(numbers, found) for numbers in found.numbers),
        curve=_curve(found, curve_stage),
        curve_title=str(curve_stage.label),
        overview_url=url_of("assessments:round", round.pk),
    )


def _summary(rows: Sequence[TaskRow], form: BoardForm) -> str:
    count = sum(not row.is_heading for row in rows)
    words = ngettext("%(n)d nhiệm vụ", "%(n)d nhiệm vụ", count) % {"n": count}
    return _("còn %(tasks)s theo bộ lọc") % {"tasks": words} if form.is_filtering else words


def _curve_stage(found: Standing) -> StageKey:
    """From the supplement on, who answered; before it, who handed in."""
    stage = found.stages.get(StageKey.SUPPLEMENT)
    return StageKey.SUPPLEMENT if stage and stage.opened_at else StageKey.SELF_ASSESSMENT


def _curve(found: Standing, key: StageKey) -> Curve | None:
    stage = found.stages.get(key)
    return submission_curve(found.dossiers, key, found.ends[key], stage.opened_at if stage else None, found.at)


def stats_of(rows: Sequence[TaskRow]) -> tuple[Stat, ...]:
    """What is done, in time or late; over the tasks that are shown."""
    dated = [row for row in rows if not row.is_heading]
    done = [row for row in dated if row.is_done]
    late = [row for row in dated if row.late]
    overdue = [row for row in dated if row.state == OVERDUE]
    due = len(done) + len(overdue)
    in_time = sum(not row.late for row in done)
    days = average(sum(row.late for row in late), len(late))
    oldest = max((row.late for row in overdue), default=0)
    note = ngettext("· lâu nhất %(n)d ngày", "· lâu nhất %(n)d ngày", oldest) % {"n": oldest} if oldest else ""
    return (
        Stat(_("Nhiệm vụ đã xong"), str(len(done)), _("/ %(count)d nhiệm vụ") % {"count": len(dated)}),
        Stat(_("Xong đúng hạn"), rate(in_time, due), f"· {in_time}/{due}" if due else ""),
        Stat(_("Quá hạn"), str(len(overdue)), note, "red" if overdue else ""),
        Stat(
            _("Số ngày trễ bình quân"), days, _("· của %(count)d nhiệm vụ trễ") % {"count": len(late)} if late else ""
        ),
    )


def last_day(ends: datetime | None) -> str:
    """The shortest exact wording of a deadline: `hết ngày 14/12/2022`; one with an hour says it."""
    if ends is None:
        return NONE_SIGN
    if ends != start_of_day(timezone.localdate(ends)):
        return format_deadline(ends)
    return _("hết ngày %(day)s") % {"day": format_date(ends - timedelta(seconds=1))}


def rate(part: int, whole: int) -> str:
    """`83%`, half-up; `–` of nothing."""
    return f"{round_half_up(Decimal(100 * part) / whole, 0):f}%" if whole else NONE_SIGN


def average(total: int, count: int) -> str:
    """Days with one decimal: `2,5`; `–` of nothing."""
    return format_number(round_half_up(Decimal(total) / count, 1)) if count else NONE_SIGN


def stage_line(numbers: StageNumbers, found: Standing) -> StageLine:
    """One row of the table of stages; a stage that has not opened expects, and says nothing else."""
    is_shown = numbers.opened is not None or bool(numbers.late)
    return StageLine(
        label=str(numbers.key.label),
        ends=format_deadline(numbers.ends) if numbers.ends else NONE_SIGN,
        day=last_day(numbers.ends),
        closed=format_date(numbers.closed) if numbers.closed else "",
        is_now=numbers.key == found.round.stage,
        expected=f"{format_number(numbers.expected)} {numbers.unit}",
        actual=format_number(numbers.actual) if is_shown else NONE_SIGN,
        on_time=format_number(numbers.on_time) if is_shown else NONE_SIGN,
        late=format_number(numbers.late) if is_shown else NONE_SIGN,
        rate=rate(numbers.on_time, numbers.on_time + numbers.late) if is_shown else NONE_SIGN,
        average=average(numbers.late_sum, numbers.late_counted) if is_shown else NONE_SIGN,
    )


def _task_line(row: TaskRow, round: Round) -> TaskLine:
    words, kind = STATES.get(row.state, ("", ""))
    return TaskLine(
        code=row.code,
        title=row.title,
        url="" if row.is_heading else task_url(round, row.code),
        is_heading=row.is_heading,
        lead=row.names(TaskRole.LEAD),
        printed=row.printed,
        moment=format_deadline(row.ends) if row.ends else "",
        old=", ".join(format_deadline(moment) for moment in row.old_ends),
        state=str(words),
        kind=kind,
        progress=f"{format_number(row.part)}/{format_number(row.whole)}" if row.whole else "",
        late=end_text(row) if row.late else "",
    )


def task_url(round: Round, code: str) -> str:
    """The page of a task, by its code."""
    return address("rounds:task", round.pk, code)


def due_lines(rows: Sequence[TaskRow], found: Standing, after: datetime, until: datetime) -> list[DueLine]:
    """Tasks not done whose deadline lies in a span, the first first."""
    due = [row for row in rows if row.ends and not row.is_done and after < row.ends <= until]
    return [due_line(row, found) for row in sorted(due, key=lambda row: (row.ends or found.at, row.code))]


def due_line(row: TaskRow, found: Standing) -> DueLine:
    left = (row.ends or found.at) - found.at
    days = left // timedelta(days=1)
    if row.late:
        words, kind = end_text(row), "red"
    elif days:
        words = ngettext("còn %(n)d ngày", "còn %(n)d ngày", days) % {"n": days}
        kind = "red" if days < 3 else "gold"
    else:
        hours = left // timedelta(hours=1) or 1
        words, kind = ngettext("còn %(n)d giờ", "còn %(n)d giờ", hours) % {"n": hours}, "red"
    return DueLine(
        f"{row.code} {row.title}",
        task_url(found.round, row.code),
        row.names(TaskRole.LEAD),
        format_deadline(row.ends),
        last_day(row.ends),
        words,
        kind,
    )


def behind_of(found: Standing, rows: Sequence[TaskRow], *, names: bool) -> tuple[Behind, ...]:
    """The bodies that overdue tasks wait for, who waits longest first; units by name where one may know."""
    codes: dict[str, list[tuple[int, str]]] = {}
    units: dict[str, str] = {}
    for row in rows:
        if row.state != OVERDUE:
            continue
        for body in row.bodies:
            late = row.late
            if means_units(body) and row.stage in UNIT_STAGES:
                overdue = found.overdue_units(StageKey(row.stage))
                if not overdue:
                    continue
                late = max(days for _dossier, days in overdue)
                units[body.label] = _names([dossier.unit.name for dossier, _days in overdue], names=names)
            elif not is_behind(body):
                continue
            codes.setdefault(body.label, []).append((late, row.code))
    lines = [
        Behind(
            label,
            count=len(tasks),
            codes=", ".join(code for _late, code in tasks),
            days=max(tasks)[0],
            days_words=ngettext("%(n)d ngày", "%(n)d ngày", max(tasks)[0]) % {"n": max(tasks)[0]},
            names=units.get(label, ""),
        )
        for label, tasks in codes.items()
    ]
    return tuple(sorted(lines, key=lambda line: (-line.days, -line.count, line.label)))


def _names(units: Sequence[str], *, names: bool) -> str:
    count = ngettext("%(n)d đơn vị", "%(n)d đơn vị", len(units)) % {"n": len(units)}
    if not names:
        return count
    shown = ", ".join(units[:_NAMES_SHOWN])
    if len(units) > _NAMES_SHOWN:
        shown = _("%(names)s và %(count)d đơn vị khác") % {"names": shown, "count": len(units) - _NAMES_SHOWN}
    return f"{count}: {shown}"
