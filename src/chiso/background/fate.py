"""What became of a task that was queued under a key: who waits for it must not wait for ever."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from django_tasks.base import Task, TaskResultStatus
from django_tasks_db.models import DBTaskResult

from chiso.background.models import TaskKey

_AFTER_ALL = "zzzz"
"""Comes after all that keys go on with, which is numbers and moments, in every order of letters."""


class Fate(StrEnum):
    """How a queued task stands."""

    UNDER_WAY = "under_way"
    DONE = "done"
    FAILED = "failed"
    """It raised, or its workers died under it five times."""
    LOST = "lost"
    """Nobody knows of it: never queued, or pruned from the queue."""


def fate_of(start: str) -> tuple[Fate, datetime | None]:
    """How the task stands that was queued last under a key beginning with `start`, and when it was queued."""
    # Keys are never pruned, and SQLite finds a beginning by its index only when it is told as a range too.
    under = TaskKey.objects.filter(key__startswith=start, key__gte=start, key__lt=start + _AFTER_ALL)
    row = under.order_by("-pk").first()
    if row is None:
        return Fate.LOST, None
    status = DBTaskResult.objects.filter(pk=row.task_id).values_list("status", flat=True).first()
    fates = {
        None: Fate.LOST,
        TaskResultStatus.SUCCESSFUL.value: Fate.DONE,
        TaskResultStatus.FAILED.value: Fate.FAILED,
    }
    return fates.get(status, Fate.UNDER_WAY), row.at


def arguments_of_failed(task: Task[..., Any]) -> list[list[Any]]:
    """What the runs of a task were given that came to no good end."""
    failed = DBTaskResult.objects.filter(task_path=task.module_path, status=TaskResultStatus.FAILED.value)
    return [given["args"] for given in failed.values_list("args_kwargs", flat=True)]
