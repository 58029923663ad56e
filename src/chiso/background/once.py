"""Queue a task at most once for a key."""

from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django_tasks.base import Task

from chiso.background import process_time
from chiso.background.models import TaskKey


def enqueue_once(task: Task[..., Any], key: str, *args: Any, **kwargs: Any) -> UUID:
    """Queue `task(*args, **kwargs)` unless `key` was used; return the id of the one queued, now or then.

    Key and task are rows of one transaction, the caller's if there is one: if it rolls back, neither was
    there, and no worker sees the task before the commit. Name in the key what the task makes, and of which
    version: `notice-pdf:41:3`.
    """
    with transaction.atomic():
        # The row comes first: a second caller with the same key waits here until the first has committed.
        row, is_new = TaskKey.objects.get_or_create(key=key, defaults={"task_id": uuid4(), "at": process_time.now()})
        if is_new:
            row.task_id = UUID(str(task.enqueue(*args, **kwargs).id))
            row.save(update_fields=["task_id"])
    return row.task_id
