"""The rows of the plan that come next, as the round's overview shows them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import ngettext

from chiso.common.prepared import Prepared
from chiso.rounds.choices import DeadlineKind, StageKey, TaskRole
from chiso.rounds.models import PlanTask, Round, TaskBody

_TASKS_SHOWN = 4


@dataclass(frozen=True)
class DueTask:
    """A row of the plan that comes next."""

    title: str
    lead: str
    printed: str
    left: str
    kind: str


def due_tasks(round: Round, at: datetime) -> tuple[DueTask, ...]:
    """The row of the running stage and the next rows of the plan (2 queries)."""
    is_over = round.stage == StageKey.PUBLISHED
    tasks = _tasks.rows(plan=round.plan.pk, at=at, stage=round.stage, is_over=is_over)
    leads: dict[int, list[str]] = {}
    for task, label in _leads.rows(tasks=[task.pk for task in tasks]):
        leads.setdefault(task, []).append(label)
    return tuple(_due_task(task, leads.get(task.pk, []), at) for task in tasks)


@Prepared
def _tasks(*, plan: int, at: datetime, stage: str, is_over: bool) -> QuerySet[PlanTask]:
    tasks = PlanTask.objects.filter(Q(ends_at__gt=at) | Q(stage=stage), plan=plan)
    if is_over:
        tasks = tasks.filter(stage="")
    return tasks.exclude(deadline_kind=DeadlineKind.GROUP).order_by("ends_at", "position")[:_TASKS_SHOWN]


@Prepared
def _leads(*, tasks: list[int]) -> QuerySet[TaskBody, tuple[int, str]]:
    bodies = TaskBody.objects.filter(task__in=tasks, role=TaskRole.LEAD)
    return bodies.order_by("position").values_list("task", "label")


def _due_task(task: PlanTask, leads: list[str], at: datetime) -> DueTask:
    left = (task.ends_at or at) - at
    days = left // timedelta(days=1)
    if left < timedelta():
        words = ngettext("quá hạn %(n)d ngày", "quá hạn %(n)d ngày", -days) % {"n": -days}
    elif days:
        words = ngettext("còn %(n)d ngày", "còn %(n)d ngày", days) % {"n": days}
    else:
        hours = left // timedelta(hours=1) or 1
        words = ngettext("còn %(n)d giờ", "còn %(n)d giờ", hours) % {"n": hours}
    kind = "red" if days < 3 else "blue"
    return DueTask(f"{task.code} {task.title}", "; ".join(leads), task.deadline_text, words, kind)
