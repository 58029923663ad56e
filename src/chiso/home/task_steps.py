"""The next steps that come from the plan's tasks: one's own parts, parts to confirm, and what nobody stands for.

A task bound to a stage has its steps with that stage; here only its returned parts and those that wait are told.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.home.step import Step
from chiso.organizations.models import User
from chiso.rounds import policy
from chiso.rounds.choices import BodyKind, PlanState, TaskRole, WorkState
from chiso.rounds.models import Participant, PlanTask, Round, TaskBody
from chiso.rounds.task_people import people_of, units_worked_in, works_for
from chiso.rounds.tasks_page import OVERDUE

_AHEAD = timedelta(days=14)
_NAMED = 5


def steps_of_tasks(user: User, at: datetime) -> Iterator[Step]:
    """What the plans of all visible rounds ask of a person now (one query, and the person's roles and seats).

    Who coordinates a round with a late task asks once more whether its leads have anybody (the queries of `people_of`).
    """
    if not user.roles() and not policy.seats(user):
        return
    due = _due_tasks(user, at)
    for task, bodies in due.items():
        mine = [body for body in bodies if _is_mine(user, body, task)]
        leads = any(body.role == TaskRole.LEAD and body.kind != BodyKind.PARTICIPANTS for body in mine)
        stands_in = not leads and _stands_in(user, bodies, task)
        waiting = [body.label for body in bodies if body.state == WorkState.HANDED]
        if waiting and (leads or stands_in):
            yield _to_confirm(task, waiting, at)
        elif leads and not task.stage:
            yield _work(task, at, _("Chủ trì"), _("Ghi tiến độ, hoàn thành"))
        elif mine:
            yield from _as_other(task, mine, at)
        elif stands_in and not task.stage and _is_overdue(task, at):
            yield _overdue_of_nobody(task, bodies)
    yield from _late_without_people(user, due, at)


def _due_tasks(user: User, at: datetime) -> dict[PlanTask, list[TaskBody]]:
    """The tasks that are not done and whose time has come, by deadline, with their bodies."""
    has_come = Q(task__ends_at__lte=at + _AHEAD) | Q(task__starts_on__lte=localdate(at)) | Q(task__in=_begun())
    told_here = Q(task__stage="") | Q(task__in=_begun())
    rows = (
        TaskBody.objects.filter(task__plan__round__in=Round.objects.visible_to(user))
        .filter(task__plan__state=PlanState.ISSUED, task__done_at=None)
        .filter(has_come, told_here)
        .annotate(
            takes_part=Exists(
                Participant.objects.filter(round=OuterRef("task__plan__round"), unit__in=units_worked_in(user))
            )
        )
        .select_related("task__plan__round")
    )
    found: dict[PlanTask, list[TaskBody]] = defaultdict(list)
    for body in rows.order_by("task__ends_at", "task_id", "role", "position"):
        found[body.task].append(body)
    return found


def _begun() -> QuerySet[TaskBody, int]:
    return TaskBody.objects.filter(state__in=(WorkState.DOING, WorkState.HANDED)).values_list("task", flat=True)


def _is_mine(user: User, body: TaskBody, task: PlanTask) -> bool:
    """Is it this person's to do? Who only reads in a unit is asked for nothing."""
    if body.kind == BodyKind.UNIT and body.unit_id not in units_worked_in(user):
        return False
    return works_for(user, body, task.plan.round, takes_part=bool(vars(body)["takes_part"]))


def _stands_in(user: User, bodies: Iterable[TaskBody], task: PlanTask) -> bool:
    """Where no lead acts for itself, the coordinating office answers."""
    leads = [body for body in bodies if body.role == TaskRole.LEAD]
    is_nobodys = all(body.kind in (BodyKind.OTHER, BodyKind.PARTICIPANTS) for body in leads)
    return is_nobodys and bool(policy.can_coordinate(user, task.plan.round))


def _is_overdue(task: PlanTask, at: datetime) -> bool:
    return task.ends_at is not None and task.ends_at < at


def _to_confirm(task: PlanTask, waiting: list[str], at: datetime) -> Step:
    title = ngettext(
        "Nhiệm vụ %(code)s: %(n)d phần việc chờ xác nhận",
        "Nhiệm vụ %(code)s: %(n)d phần việc chờ xác nhận",
        len(waiting),
    )
    words = title % {"code": task.code, "n": len(waiting)}
    return Step(
        words, _url(task), _("Xem, xác nhận"), "; ".join(waiting), task.ends_at, is_blocking=_is_overdue(task, at)
    )


def _as_other(task: PlanTask, mine: list[TaskBody], at: datetime) -> Iterator[Step]:
    returned = next((body for body in mine if body.returned_reason and body.state == WorkState.DOING), None)
    own = [body for body in mine if body.state in (WorkState.TODO, WorkState.DOING)]
    if returned is not None:
        title = _("Nhiệm vụ %(code)s: phần việc bị trả lại") % {"code": task.code}
        note = returned.returned_reason
        is_late = _is_overdue(task, at)
        yield Step(title, _url(task), _("Làm lại, báo cáo"), note, task.ends_at, is_blocking=is_late)
    elif own and not task.stage:
        reports = any(body.kind != BodyKind.PARTICIPANTS for body in own)
        action = _("Báo cáo phần việc") if reports else _("Xem nhiệm vụ")
        yield _work(task, at, str(own[0].get_role_display()), action)


def _work(task: PlanTask, at: datetime, role: str, action: str) -> Step:
    title = _("Nhiệm vụ %(code)s: %(title)s") % {"code": task.code, "title": task.title}
    return Step(title, _url(task), action, role, task.ends_at, is_blocking=_is_overdue(task, at))


def _overdue_of_nobody(task: PlanTask, bodies: Iterable[TaskBody]) -> Step:
    title = _("Nhiệm vụ %(code)s quá hạn, chưa ghi hoàn thành") % {"code": task.code}
    leads = "; ".join(body.label for body in bodies if body.role == TaskRole.LEAD)
    return Step(title, _url(task), _("Xem, ghi kết quả"), leads, task.ends_at, is_blocking=True)


def _late_without_people(user: User, due: Mapping[PlanTask, list[TaskBody]], at: datetime) -> Iterator[Step]:
    """Late tasks whose leads are known and have no account to do them with: one step for each round, to its office."""
    late = {
        task: [body for body in bodies if body.role == TaskRole.LEAD]
        for task, bodies in due.items()
        if not task.stage and _is_overdue(task, at) and not _stands_in(user, bodies, task)
    }
    late = {task: leads for task, leads in late.items() if policy.can_coordinate(user, task.plan.round)}
    people = people_of(body for leads in late.values() for body in leads)
    found: dict[Round, list[PlanTask]] = defaultdict(list)
    for task, leads in late.items():
        if not any(people[body.pk] for body in leads):
            found[task.plan.round].append(task)
    for round, tasks in found.items():
        title = ngettext(
            "%(n)d nhiệm vụ quá hạn, cơ quan chủ trì chưa có tài khoản",
            "%(n)d nhiệm vụ quá hạn, cơ quan chủ trì chưa có tài khoản",
            len(tasks),
        ) % {"n": len(tasks)}
        named = [f"{task.code} ({', '.join(body.label for body in late[task])})" for task in tasks]
        note = "; ".join(named[:_NAMED]) + ("…" if len(named) > _NAMED else "")
        url = f"{reverse('rounds:tasks', args=[round.pk])}?loc={OVERDUE}"
        yield Step(title, url, _("Xem, ghi thay"), note, tasks[0].ends_at, is_blocking=True)


def _url(task: PlanTask) -> str:
    return reverse("rounds:task", args=[task.plan.round_id, task.code])
