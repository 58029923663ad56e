"""What happens to a task that was begun and did not come to an end."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from chiso.background import process_time
from chiso.background.models import TaskDeath, WorkerBeat

DEATHS_ALLOWED = 5
QueuedTask = DBTaskResult[..., Any]


class WorkerDied(Exception):
    """Recorded as the error of a task whose workers died under it again and again."""


def bury_silent(dead_after: float) -> int:
    """Give back the tasks of workers not heard of for `dead_after` seconds; return how many."""
    now = process_time.now()
    # The tasks first, the beats second: a worker says that it lives before it takes a task.
    running = list(DBTaskResult.objects.running())
    if not running:
        return 0
    heard = now - timedelta(seconds=dead_after)
    alive = set(WorkerBeat.objects.filter(seen_at__gt=heard).values_list("worker_id", flat=True))
    return sum(_give_back_dead(task, now) for task in running if _worker(task) not in alive)


def bury_own(worker_id: str) -> int:
    """Give back the tasks of an earlier process of the same name; return how many."""
    now = process_time.now()
    return sum(_give_back_dead(task, now) for task in _of(worker_id))


def give_back(task: QueuedTask, reason: BaseException, at: datetime, *, wait: float = 0) -> bool:
    """Record one death; put the task back to the queue, or fail it with `reason` when it was the fifth.

    False if the task has moved on meanwhile. `wait`: seconds before the second try, doubled with each death.
    """
    with transaction.atomic():
        row = _lock(task)
        if row is None:
            return False
        TaskDeath.objects.create(task_id=row.pk, worker_id=_worker(row), at=at, reason=str(reason))
        deaths = TaskDeath.objects.filter(task_id=row.pk).count()
        if deaths >= DEATHS_ALLOWED:
            row.set_failed(reason)
        else:
            if wait:
                row.run_after = at + timedelta(seconds=wait * 2 ** (deaths - 1))
            _make_ready(row)
    return True


def leave(worker_id: str) -> None:
    """A worker stops on request: what it had begun goes back, and counts as no death."""
    with transaction.atomic():
        for task in _of(worker_id):
            if row := _lock(task):
                _make_ready(row)
        WorkerBeat.objects.filter(worker_id=worker_id).delete()


def _of(worker_id: str) -> list[QueuedTask]:
    return [task for task in DBTaskResult.objects.running() if _worker(task) == worker_id]


def _worker(task: QueuedTask) -> str:
    return str(task.worker_ids[-1]) if task.worker_ids else ""


def _give_back_dead(task: QueuedTask, now: datetime) -> bool:
    return give_back(task, WorkerDied(f"Tiến trình nền {_worker(task)} dừng giữa chừng."), now)


def _lock(task: QueuedTask) -> QueuedTask | None:
    """The row, locked, if it is still in the same run as when it was read."""
    return (
        DBTaskResult.objects.select_for_update()
        .filter(pk=task.pk, status=TaskResultStatus.RUNNING, started_at=task.started_at)
        .first()
    )


def _make_ready(row: QueuedTask) -> None:
    row.status = TaskResultStatus.READY
    row.started_at = None
    row.save(update_fields=["status", "started_at", "run_after"])
