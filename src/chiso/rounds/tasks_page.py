"""What the page of a round's tasks shows: one's own first, with deadline, time left and the state of every part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.common.addresses import address
from chiso.common.dates import format_date, format_remaining, start_of_day
from chiso.organizations.models import User
from chiso.rounds.choices import DeadlineKind, PlanState, TaskRole, WorkState
from chiso.rounds.models import Plan, PlanTask, Round, Stage, TaskBody
from chiso.rounds.plan_page import moment_words
from chiso.rounds.task_people import bodies_of
from chiso.rounds.task_progress import TaskStanding, read_stages, standing_of

MINE, WEEK, OVERDUE, ALL = "cua-toi", "tuan-nay", "qua-han", "tat-ca"
"""The values of `?loc=`."""
_SOON = timedelta(days=3)
_KINDS = {WorkState.TODO: "", WorkState.DOING: "blue", WorkState.HANDED: "gold", WorkState.DONE: "green"}


@dataclass(frozen=True)
class Part:
    """The part of a body, in words."""

    label: str
    role: str
    is_mine: bool
    state: str
    kind: str


@dataclass(frozen=True)
class TaskRow:
    """One task: what, by when, how long is left, by whom and how far."""

    code: str
    title: str
    url: str
    printed: str
    moment: str
    status: str
    kind: str
    stage: str
    parts: tuple[Part, ...]
    is_now: bool
    is_overdue: bool


@dataclass(frozen=True)
class Section:
    title: str
    rows: tuple[TaskRow, ...]


@dataclass(frozen=True)
class TasksPage:
    """The tasks that a filter keeps, one's own before the others'."""

    sections: tuple[Section, ...]
    filters: tuple[dict[str, object], ...]
    summary: str
    is_draft: bool
    nothing: str


@dataclass(frozen=True)
class _Item:
    task: PlanTask
    bodies: Sequence[TaskBody]
    standing: TaskStanding
    is_mine: bool


def tasks_page(round: Round, user: User, at: datetime, kept: str) -> TasksPage:
    """Put the list together (4 queries, however many tasks)."""
    stages = read_stages(round)  # The stage line on top asks for them again.
    mine = set(bodies_of(user, round).values_list("pk", flat=True))
    items = [_item(task, round.plan, stages, at, mine) for task in tasks_of(round)]
    counts = {key: sum(_keeps(key, item, at) for item in items) for key in (MINE, WEEK, OVERDUE, ALL)}
    if kept not in counts:
        kept = MINE if counts[MINE] else ALL
    chosen = [item for item in items if _keeps(kept, item, at)]
    own = sorted((item for item in chosen if item.is_mine), key=_urgency)
    others = [item for item in chosen if not item.is_mine]
    found = ((_("Nhiệm vụ của cơ quan, tổ chức tôi"), own), (_("Nhiệm vụ của cơ quan khác"), others))
    return TasksPage(
        sections=tuple(
            Section(title, tuple(_row(item, round, at, mine) for item in listed)) for title, listed in found if listed
        ),
        filters=tuple(_filter(round, key, counts[key], is_current=key == kept) for key in _labels()),
        summary=_summary(items),
        is_draft=round.plan.state != PlanState.ISSUED,
        nothing=_nothing()[kept],
    )


def tasks_of(round: Round) -> list[PlanTask]:
    """The rows of the plan that are tasks, with their bodies (2 queries)."""
    rows = round.plan.tasks.exclude(deadline_kind=DeadlineKind.GROUP)
    return list(rows.order_by("position").prefetch_related("bodies"))


def in_order(bodies: Sequence[TaskBody]) -> list[TaskBody]:
    """Who leads, then who coordinates, as printed."""
    return sorted(bodies, key=lambda body: (body.role != TaskRole.LEAD, body.position))


def in_force(plan: Plan, standing: TaskStanding) -> TaskStanding:
    """A task's standing as its plan gives it: the dates of a draft hold nobody yet."""
    if plan.state == PlanState.ISSUED:
        return standing
    return replace(standing, ends_at=None, late_days=0, is_overdue=False)


def _item(task: PlanTask, plan: Plan, stages: Sequence[Stage], at: datetime, mine: set[int]) -> _Item:
    bodies = in_order(list(task.bodies.all()))
    standing = in_force(plan, standing_of(task, stages, at))
    return _Item(task, bodies, standing, any(body.pk in mine for body in bodies))


def _urgency(item: _Item) -> tuple[bool, object]:
    return item.standing.is_done, item.task.ends_at


def end_of_week(at: datetime) -> datetime:
    """24:00 of this week's Sunday."""
    today = localdate(at)
    return start_of_day(today + timedelta(days=7 - today.weekday()))


def _keeps(kept: str, item: _Item, at: datetime) -> bool:
    if kept == MINE:
        return item.is_mine
    if kept == WEEK:
        ends = item.task.ends_at
        return not item.standing.is_done and ends is not None and at < ends <= end_of_week(at)
    return item.standing.is_overdue if kept == OVERDUE else True


def _labels() -> Mapping[str, str]:
    return {
        MINE: _("Của cơ quan tôi"),
        WEEK: _("Đến hạn tuần này"),
        OVERDUE: _("Quá hạn"),
        ALL: _("Tất cả"),
    }


def _nothing() -> Mapping[str, str]:
    return {
        MINE: _("Kế hoạch không giao nhiệm vụ nào cho cơ quan, tổ chức của đồng chí."),
        WEEK: _("Tuần này không có nhiệm vụ nào đến hạn."),
        OVERDUE: _("Không có nhiệm vụ nào quá hạn."),
        ALL: _("Kế hoạch chưa có nhiệm vụ nào."),
    }


def _filter(round: Round, key: str, count: int, *, is_current: bool) -> dict[str, object]:
    url = f"{address('rounds:tasks', round.pk)}?loc={key}"
    return {"label": _labels()[key], "url": url, "count": count, "is_current": is_current}


def _summary(items: Sequence[_Item]) -> str:
    done = sum(item.standing.is_done for item in items)
    late = sum(item.standing.is_overdue for item in items)
    words = _("Hoàn thành %(done)d/%(of)d nhiệm vụ") % {"done": done, "of": len(items)}
    return f"{words} · {_('%(late)d nhiệm vụ quá hạn') % {'late': late}}" if late else words


def _row(item: _Item, round: Round, at: datetime, mine: set[int]) -> TaskRow:
    task = item.task
    status, kind = status_of(item.standing, at)
    return TaskRow(
        code=task.code,
        title=task.title,
        url=address("rounds:task", round.pk, task.code),
        printed=task.deadline_text,
        moment=moment_words(task),
        status=status,
        kind=kind,
        stage=task.get_stage_display() if task.stage else "",
        parts=tuple(part_of(body, is_mine=body.pk in mine, is_stage=bool(task.stage)) for body in item.bodies),
        is_now=bool(task.stage) and task.stage == round.stage,
        is_overdue=item.standing.is_overdue,
    )


def part_of(body: TaskBody, *, is_mine: bool, is_stage: bool = False) -> Part:
    """A body's part in words; what nobody reported of a stage's work is not said to be undone: the stage tells."""
    state = WorkState(body.state)
    is_silent = is_stage and state == WorkState.TODO
    return Part(
        label=body.label,
        role=body.get_role_display(),
        is_mine=is_mine,
        state="" if is_silent else str(state.label),
        kind=_KINDS[state],
    )


def status_of(standing: TaskStanding, at: datetime) -> tuple[str, str]:
    """Done when and how late, or how long is left; and the color of it."""
    if standing.done_at is not None:
        if standing.late_days:
            late = ngettext("hoàn thành muộn %(n)d ngày", "hoàn thành muộn %(n)d ngày", standing.late_days)
            return late % {"n": standing.late_days}, "gold"
        return _("hoàn thành ngày %(day)s") % {"day": format_date(standing.done_at)}, "green"
    if standing.ends_at is None:
        return "", ""
    left = standing.ends_at - at
    return format_remaining(left), "red" if standing.is_overdue or left < _SOON else ""
