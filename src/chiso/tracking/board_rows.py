"""Where each task of a plan and each stage of a round stands: what the board, its file and the leader's page share.

Reads everything once, in a fixed number of queries, and computes the rest in plain Python.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chiso.assessments.choices import DossierState
from chiso.assessments.deadlines import Deadlines, deadlines_of
from chiso.assessments.models import Appraisal, Dossier
from chiso.assessments.pages.submission_curve import UNSENT, asked, handed_over
from chiso.assessments.queries import to_appraise
from chiso.common.dates import start_of_day
from chiso.common.prepared import Prepared
from chiso.rounds.choices import BodyKind, DeadlineKind, StageKey, TaskRole, WorkState
from chiso.rounds.deadlines import late_days
from chiso.rounds.models import DeadlineChange, PlanTask, Round, Stage, TaskBody
from chiso.rounds.task_progress import days_late, done_at, stage_days_late

UNIT_STAGES = (StageKey.SELF_ASSESSMENT, StageKey.SUPPLEMENT)
_PASS_OF_STAGE = {StageKey.APPRAISAL: 1, StageKey.REAPPRAISAL: 2}
WAITING, RUNNING, OVERDUE, DONE, DONE_LATE = "waiting", "running", "overdue", "done", "done-late"
STATES = {
    WAITING: (gettext_lazy("chưa đến kỳ"), ""),
    RUNNING: (gettext_lazy("đang thực hiện"), "blue"),
    OVERDUE: (gettext_lazy("quá hạn"), "red"),
    DONE: (gettext_lazy("xong đúng hạn"), "green"),
    DONE_LATE: (gettext_lazy("xong trễ"), "gold"),
}
"""What a task can be, in words, and the colour that goes with them."""


@dataclass(frozen=True)
class TaskRow:
    """One row of the plan as it stands; a heading row has neither start nor end."""

    pk: int
    code: str
    title: str
    line: str
    printed: str
    note: str
    starts: datetime | None
    ends: datetime | None
    until: datetime | None
    """The last extension of a unit, where it lies after the end."""
    old_ends: tuple[datetime, ...]
    done: datetime | None
    late: int
    state: str
    part: int
    whole: int
    stage: str
    bodies: tuple[TaskBody, ...]

    @property
    def is_heading(self) -> bool:
        return self.ends is None

    @property
    def is_done(self) -> bool:
        return self.done is not None

    def names(self, role: TaskRole) -> str:
        return "; ".join(body.label for body in self.bodies if body.role == role)


@dataclass(frozen=True)
class StageNumbers:
    """What a stage expects, what came, and how much of it in time; `late_sum` adds up the days of those late."""

    key: StageKey
    ends: datetime | None
    opened: datetime | None
    closed: datetime | None
    unit: str
    expected: int
    actual: int
    on_time: int
    late: int
    late_sum: int
    late_counted: int


@dataclass(frozen=True)
class Standing:
    """A round as it stands at a moment."""

    round: Round
    at: datetime
    stages: Mapping[str, Stage]
    dossiers: Sequence[Dossier]
    ends: Mapping[StageKey, Deadlines]
    tasks: tuple[TaskRow, ...]
    numbers: tuple[StageNumbers, ...]

    def overdue_units(self, stage: StageKey) -> list[tuple[Dossier, int]]:
        """Who has not handed over what a stage asks although its own deadline is over, and for how many days."""
        return _overdue(self.dossiers, stage, self.ends[stage], self.at)


def standing(round: Round, at: datetime) -> Standing:
    """Read a round: 5 queries, and up to 4 for what the passes of the team have done."""
    stages = {stage.key: stage for stage in round.stages.all()}
    dossiers = _dossiers.rows(round=round.pk)
    ends = deadlines_of(round)
    tasks = _tasks.rows(plan=round.plan.pk)
    bodies: dict[int, list[TaskBody]] = {}
    for body in _bodies.rows(plan=round.plan.pk):
        bodies.setdefault(body.task_id, []).append(body)
    changes: dict[int, list[datetime]] = {}
    for moved, old in _changes.rows(plan=round.plan.pk):
        changes.setdefault(moved, []).append(old)
    numbers = tuple(_numbers(round, key, stages, dossiers, ends, at) for key in StageKey if key in stages)
    by_stage = {one.key: one for one in numbers}
    rows = []
    for task in tasks:
        found = _Found(task, bodies.get(task.pk, []), changes.get(task.pk, []), stages, dossiers, ends, by_stage, at)
        rows.append(found.row(_start(task, tasks, round, stages)))
    return Standing(round, at, stages, dossiers, ends, tuple(rows), numbers)


@Prepared
def _dossiers(*, round: int) -> QuerySet[Dossier]:
    rows = Dossier.objects.filter(round=round).select_related("unit").order_by("unit__code")
    return rows.only(
        *("round", "block", "unit__code", "unit__name", "state", "submitted_at", "resubmitted_at"),
        *("late_days", "return_until"),
    )


@Prepared
def _tasks(*, plan: int) -> QuerySet[PlanTask]:
    return PlanTask.objects.filter(plan=plan).order_by("position")


@Prepared
def _bodies(*, plan: int) -> QuerySet[TaskBody]:
    return TaskBody.objects.filter(task__plan=plan).order_by("task__position", "role", "position")


@Prepared
def _changes(*, plan: int) -> QuerySet[DeadlineChange, tuple[int, datetime]]:
    rows = DeadlineChange.objects.filter(task__plan=plan).order_by("changed_at", "pk")
    return rows.values_list("task", "old_ends_at")


# ---- the numbers of a stage ----------------------------------------------------------------------------


def _numbers(
    round: Round,
    key: StageKey,
    stages: Mapping[str, Stage],
    dossiers: Sequence[Dossier],
    ends: Mapping[StageKey, Deadlines],
    at: datetime,
) -> StageNumbers:
    stage, end = stages[key], ends[key].of_all()
    if key in UNIT_STAGES and dossiers:
        counted = _of_units(dossiers, key, stage, ends[key], at)
    elif key in _PASS_OF_STAGE and stage.opened_at is not None:
        counted = _of_leaves(round, _PASS_OF_STAGE[key], stage, end)
    else:
        counted = _of_step(stage, end, at)
    return StageNumbers(key, end, stage.opened_at, _over(stage), *counted)


_Counted = tuple[str, int, int, int, int, int, int]


def _of_units(dossiers: Sequence[Dossier], key: StageKey, stage: Stage, ends: Deadlines, at: datetime) -> _Counted:
    """Who handed over, who in time; a self-assessment that never came is late, an explanation is nobody's duty."""
    wanted = asked(dossiers, key)
    came = [dossier for dossier in wanted if handed_over(dossier, key)]
    days = [dossier.late_days for dossier in came if dossier.late_days] if key == StageKey.SELF_ASSESSMENT else []
    on_time, missing = len(came) - len(days), 0
    if key == StageKey.SELF_ASSESSMENT and stage.opened_at is not None:
        days += [late for _dossier, late in _overdue(dossiers, key, ends, at)]
        missing = sum(dossier.state == DossierState.NOT_SUBMITTED for dossier in wanted)
    return _("đơn vị"), len(wanted), len(came), on_time, len(days) + missing, sum(days), len(days)


def _of_leaves(round: Round, number: int, stage: Stage, end: datetime | None) -> _Counted:
    """The leaves of a pass: when it is over all were judged, while it runs the rest is counted too."""
    done = Appraisal.objects.filter(entry__dossier__round=round, pass_number=number)
    count = done.count()
    expected = count if stage.closed_at else max(count, to_appraise(round, number).count())
    days, late = 0, 0
    if end is not None:
        # By moment: whoever agrees with many leaves at once does it in one.
        after = done.filter(appraised_at__gt=end).values_list("appraised_at").annotate(n=Count("pk")).order_by()
        for moment, n in after:
            days, late = days + n * late_days(end, moment), late + n
    return _("tiêu chí"), expected, count, count - late, late, days, late


def _of_step(stage: Stage, end: datetime | None, at: datetime) -> _Counted:
    """A stage that is one piece of work: done when it is over."""
    over = _over(stage)
    if stage.opened_at is None and (end is None or at < end):
        return _("việc"), 1, 0, 0, 0, 0, 0
    days = stage_days_late(stage.key, end, over, at) if end else 0
    is_closed = over is not None
    return _("việc"), 1, int(is_closed), int(is_closed and not days), int(bool(days)), days, int(bool(days))


def _over(stage: Stage) -> datetime | None:
    """When a stage was over; nothing follows the last one, which is over as soon as it is reached."""
    return stage.opened_at if stage.key == StageKey.PUBLISHED else stage.closed_at


def _overdue(dossiers: Iterable[Dossier], stage: StageKey, ends: Deadlines, at: datetime) -> list[tuple[Dossier, int]]:
    found = []
    for dossier in dossiers:
        end = ends.of_dossier(dossier) if stage == StageKey.SELF_ASSESSMENT else None
        if end is not None and at >= end and dossier.state in UNSENT:
            found.append((dossier, max(late_days(end, at), 1)))
    return found


# ---- a task ----------------------------------------------------------------------------------------------


def _start(task: PlanTask, tasks: Sequence[PlanTask], round: Round, stages: Mapping[str, Stage]) -> datetime | None:
    """As the plan says, or when its stage opened, or when the task before it in its line of work was due."""
    if task.ends_at is None:
        return None
    opened = stages[task.stage].opened_at if task.stage in stages else None
    if task.starts_on:
        start = start_of_day(task.starts_on)
    elif opened and task.stage != StageKey.PREPARATION:
        start = opened
    else:
        line = line_of(task.code)
        earlier = [
            other.ends_at
            for other in tasks
            if other.ends_at and other.position < task.position and line_of(other.code) == line
        ]
        issued = start_of_day(round.plan.date) if round.plan.date else round.created_at
        start = max([moment for moment in earlier if moment < task.ends_at], default=issued)
    return min(start, task.ends_at - timedelta(days=1))


def line_of(code: str) -> str:
    """The line of work that a row belongs to: `4` of `4.2`."""
    return code.split(".", maxsplit=1)[0]


@dataclass(frozen=True)
class _Found:
    """All that was read of a task."""

    task: PlanTask
    bodies: Sequence[TaskBody]
    changes: Sequence[datetime]
    stages: Mapping[str, Stage]
    dossiers: Sequence[Dossier]
    ends: Mapping[StageKey, Deadlines]
    numbers: Mapping[StageKey, StageNumbers]
    at: datetime

    def row(self, starts: datetime | None) -> TaskRow:
        task = self.task
        done = None if task.ends_at is None else self._done()
        late = self._late()
        part, whole = self._progress()
        return TaskRow(
            pk=task.pk,
            code=task.code,
            title=task.title,
            line=line_of(task.code),
            printed=task.deadline_text,
            note=task.note,
            starts=starts,
            ends=None if task.deadline_kind == DeadlineKind.GROUP else task.ends_at,
            until=self._until(),
            old_ends=tuple(self.changes),
            done=done,
            late=late,
            state=self._state(starts, done, late),
            part=whole if done else part,
            whole=whole,
            stage=task.stage,
            bodies=tuple(self.bodies),
        )

    def _done(self) -> datetime | None:
        """A self-assessment is over when its stage is and the last that still came in has come."""
        done = done_at(self.task, self.stages.values())
        if done is None or self.task.stage != StageKey.SELF_ASSESSMENT:
            return done
        came = [handed_over(dossier, StageKey.SELF_ASSESSMENT) for dossier in self.dossiers]
        return max([done, *(moment for moment in came if moment)])

    def _late(self) -> int:
        """A self-assessment is as late as its last unit: that the stage closes after the deadline is no lateness."""
        if self.task.stage == StageKey.SELF_ASSESSMENT and self.dossiers:
            ends = self.ends[StageKey.SELF_ASSESSMENT]
            open_days = [days for _dossier, days in _overdue(self.dossiers, StageKey.SELF_ASSESSMENT, ends, self.at)]
            return max([*open_days, *(dossier.late_days for dossier in self.dossiers)], default=0)
        given = self.ends[StageKey(self.task.stage)].given if self.task.stage else None
        return days_late(self.task, self.stages.values(), self.at, given=given)

    def _progress(self) -> tuple[int, int]:
        """Of a stage what it counts; of any other task its bodies that are done."""
        if self.task.stage in self.numbers and self.numbers[StageKey(self.task.stage)].expected > 1:
            numbers = self.numbers[StageKey(self.task.stage)]
            return numbers.actual, numbers.expected
        return sum(body.state == WorkState.DONE for body in self.bodies), len(self.bodies)

    def _until(self) -> datetime | None:
        if not self.task.stage or self.task.ends_at is None:
            return None
        extended = self.ends[StageKey(self.task.stage)].extended
        return max((until for until in extended.values() if until > self.task.ends_at), default=None)

    def _state(self, starts: datetime | None, done: datetime | None, late: int) -> str:
        if self.task.ends_at is None:
            return ""
        if done:
            return DONE_LATE if late else DONE
        if late:
            return OVERDUE
        is_begun = any(body.state != WorkState.TODO for body in self.bodies) or (
            starts is not None and starts <= self.at
        )
        return RUNNING if is_begun else WAITING


def is_behind(body: TaskBody) -> bool:
    """Whether an unfinished task waits for this body: what a body handed over, the lead must confirm."""
    if body.role == TaskRole.LEAD:
        return body.state != WorkState.DONE
    return body.state in (WorkState.TODO, WorkState.DOING)


def means_units(body: TaskBody) -> bool:
    return body.kind == BodyKind.PARTICIPANTS
