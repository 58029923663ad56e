"""Tasks that ended long ago leave the queue; the keys stay, so that nothing is queued twice."""

from datetime import datetime

from django.db import transaction
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from chiso.background.models import TaskDeath

_OVER = (TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED)


def prune_tasks(before: datetime, most: int) -> int:
    """Remove tasks that ended before a moment, with the deaths of their workers, so many at once; return how many."""
    ended = DBTaskResult.objects.filter(status__in=_OVER, finished_at__lt=before)
    with transaction.atomic():
        keys = list(ended.order_by("finished_at").values_list("pk", flat=True)[:most])
        TaskDeath.objects.filter(task_id__in=keys).delete()
        ended.filter(pk__in=keys).delete()
    return len(keys)
