"""How far a task of the plan is: done when, how many days late, overdue or not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Max, Prefetch, Q, prefetch_related_objects

from chiso.rounds.choices import DeadlineKind, StageKey
from chiso.rounds.deadlines import late_days
from chiso.rounds.models import PlanTask, Round, Stage

_WRITTEN_UNTIL_THE_END = (StageKey.SELF_ASSESSMENT, StageKey.SUPPLEMENT)
"""Stages in which units write until the deadline, so that they close after it; who was late is counted by unit."""
_OPENS_THE_NEXT_DAY = (StageKey.PREPARATION, StageKey.AGGREGATION)
"""Stages that end by opening the next one, by the clock just past the deadline or on the morning after: no day late."""


@dataclass(frozen=True)
class TaskStanding:
    """Where a task stands at a moment; `late_days` still grow while it is overdue."""

    code: str
    title: str
    ends_at: datetime | None
    done_at: datetime | None
    late_days: int
    is_overdue: bool

    @property
    def is_done(self) -> bool:
        return self.done_at is not None


def read_stages(round: Round) -> list[Stage]:
    """The stages of a round, each with the time that all units were given for it (one query, kept on the round)."""
    to_all = Q(round__extensions__unit=None, round__extensions__stage=F("key"))
    known = Stage.objects.annotate(given_until=Max("round__extensions__until", filter=to_all))
    prefetch_related_objects([round], Prefetch("stages", known))
    return list(round.stages.all())


def done_at(task: PlanTask, stages: Iterable[Stage]) -> datetime | None:
    """When the task was done: a task bound to a stage when the stage closed, any other when its leads said so."""
    if not task.stage:
        return task.done_at
    found = next((stage for stage in stages if stage.key == task.stage), None)
    if found is None:
        return None
    return found.opened_at if found.key == StageKey.PUBLISHED else found.closed_at  # Nothing follows the last stage.


def days_late(task: PlanTask, stages: Iterable[Stage], at: datetime, *, given: datetime | None) -> int:
    """Calendar days between the deadline and the end of the work, or now while it goes on; 0 for heading rows.

    `given` is until when all units were given more time for the task's stage.
    """
    if task.ends_at is None or task.deadline_kind == DeadlineKind.GROUP:
        return 0
    return stage_days_late(task.stage, max(task.ends_at, given or task.ends_at), done_at(task, stages), at)


def stage_days_late(stage: str, ends_at: datetime, done: datetime | None, at: datetime) -> int:
    """Calendar days between the deadline of a stage and its end, or now while it runs; `stage` may be none at all."""
    if done and stage in _WRITTEN_UNTIL_THE_END:
        return 0
    late = late_days(ends_at, done or at)
    return 0 if done and late == 1 and stage in _OPENS_THE_NEXT_DAY else late


def standing_of(task: PlanTask, stages: Iterable[Stage], at: datetime) -> TaskStanding:
    """All of it for one task; `stages` are those of its round, read by `read_stages` so that extensions count."""
    given = next((vars(stage).get("given_until") for stage in stages if stage.key == task.stage), None)
    done, late = done_at(task, stages), days_late(task, stages, at, given=given)
    return TaskStanding(task.code, task.title, task.ends_at, done, late, is_overdue=done is None and late > 0)
