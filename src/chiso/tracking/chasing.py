"""The list to chase (danh sách đôn đốc): who owes what, how late, when last reminded and whether that was opened."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from chiso.common.dates import format_deadline, format_moment
from chiso.common.refusals import RuleViolation
from chiso.organizations.models import User
from chiso.rounds.models import PanelMember, Participant, PlanTask, Round, TaskBody
from chiso.tracking import policy
from chiso.tracking.day_words import when
from chiso.tracking.models import Reminder
from chiso.tracking.owing import BODY, UNIT, Owing, parts_of_key

OVERDUE, UNOPENED, SOON = "qua-han", "chua-mo", "sap-den-han"
SOON_DAYS = 7


@dataclass(frozen=True)
class Last:
    """The last time that somebody was reminded of something owed: of how many people how many opened it."""

    made_at: datetime
    by: str
    people: int
    opened: int

    @property
    def is_opened(self) -> bool:
        return self.opened > 0


@dataclass(frozen=True)
class ChaseTask:
    """One task with what is owed of it, ready to print."""

    code: str
    title: str
    rows: tuple[dict[str, object], ...]


@dataclass(frozen=True)
class ChaseList:
    """What is owed, as far as the filter lets through, and what the page must remember."""

    tasks: tuple[ChaseTask, ...]
    count: int
    silent: int
    overdue: int
    shown: int
    may_urge: bool


def last_urged(round: Round) -> int:
    """The last urging by hand, as a number that grows: what a page was opened with."""
    rows = Reminder.objects.filter(task__plan__round=round, by__isnull=False)
    return rows.aggregate(last=Max("pk"))["last"] or 0


def name_of(round: Round, key: str) -> str:
    """Whom a row of the page named, who owes nothing any more; refuses what was never a row of this round."""
    task_id, kind, pk = parts_of_key(key)
    if not PlanTask.objects.filter(plan__round=round, pk=task_id).exists():
        raise RuleViolation(_("Có dòng không thuộc đợt đánh giá này. Hãy tải lại trang."))
    if kind == UNIT:
        name = Participant.objects.filter(round=round, unit=pk).values_list("unit__name", flat=True).first()
    elif kind == BODY:
        name = TaskBody.objects.filter(task=task_id, pk=pk).values_list("label", flat=True).first()
    else:
        name = PanelMember.objects.filter(round=round, user=pk).values_list("user__full_name", flat=True).first()
    if name is None:
        raise RuleViolation(_("Có dòng không thuộc đợt đánh giá này. Hãy tải lại trang."))
    return str(name)


def tasks_to_chase(listed: Iterable[Owing]) -> list[tuple[str, str]]:
    """The tasks that something is owed of, for a filter."""
    return [(task.code, f"{task.code} {task.title}") for task in dict.fromkeys(one.task for one in listed)]


def chase_list(
    round: Round, user: User, at: datetime, listed: Sequence[Owing], *, task: str, only: str, chosen: Iterable[str]
) -> ChaseList:
    """Put the list together from what is owed (2 queries)."""
    told = _last_told(round)
    picked = set(chosen)
    rows: dict[PlanTask, list[dict[str, object]]] = defaultdict(list)
    for one in listed:
        last = _last_of(one, told)
        if (task and one.task.code != task) or not _is_asked(one, last, at, only):
            continue
        rows[one.task].append(_row(one, last, at, is_chosen=one.key in picked))
    shown = [row for group in rows.values() for row in group]
    return ChaseList(
        tasks=tuple(ChaseTask(found.code, found.title, tuple(group)) for found, group in rows.items()),
        count=len(shown),
        silent=sum(not row["people"] for row in shown),
        overdue=sum(bool(row["is_late"]) for row in shown),
        shown=last_urged(round),
        may_urge=bool(policy.can_chase(user, round)),
    )


def _is_asked(one: Owing, last: Last | None, at: datetime, only: str) -> bool:
    if only == OVERDUE:
        return one.ends_at <= at
    if only == SOON:
        return at < one.ends_at and one.day(at) >= -SOON_DAYS
    if only == UNOPENED:
        return last is not None and not last.is_opened
    return True


def _row(one: Owing, last: Last | None, at: datetime, *, is_chosen: bool) -> dict[str, object]:
    """One line, as a dict: a province has hundreds of them."""
    is_late = one.ends_at <= at
    return {
        "key": one.key,
        "name": one.name,
        "url": one.url,
        "how_far": one.how_far,
        "deadline": format_deadline(one.ends_at),
        "left": when(one.day(at)),
        "is_late": is_late,
        "people": len(one.people),
        "last": format_moment(last.made_at) if last else "",
        "last_by": last.by if last else "",
        "opened": _opened(last),
        "is_opened": bool(last and last.is_opened),
        "is_chosen": is_chosen,
    }


def _opened(last: Last | None) -> str:
    if last is None:
        return ""
    if not last.opened:
        return _("chưa ai mở")
    return _("%(opened)d/%(people)d người đã mở") % {"opened": last.opened, "people": last.people}


def _last_told(round: Round) -> dict[tuple[int, int], tuple[datetime, str, bool]]:
    """By task and person: when last reminded, by whom, and whether it was opened (one query)."""
    rows = Reminder.objects.filter(task__plan__round=round).order_by("made_at", "pk")
    values = rows.values_list("task", "person", "made_at", "by__full_name", "notice__opened_at")
    return {
        (task, person): (made_at, by or _("hệ thống"), opened_at is not None)
        for task, person, made_at, by, opened_at in values
    }


def _last_of(one: Owing, told: dict[tuple[int, int], tuple[datetime, str, bool]]) -> Last | None:
    found = [told[one.task.pk, person.pk] for person in one.people if (one.task.pk, person.pk) in told]
    if not found:
        return None
    made_at = max(moment for moment, _by, _opened in found)
    latest = [(by, opened) for moment, by, opened in found if moment == made_at]
    return Last(made_at, latest[0][0], len(latest), sum(opened for _by, opened in latest))
