"""Who still owes what, by when: the one list behind reminders, the chase page and the urging letter.

- A task bound to a stage is owed while that stage runs: the self-assessment by each unit whose dossier is not in (late
  ones while the dossiers are gathered, too), an appraisal by each expert with leaves left, the rest by the leads.
- The supplement is owed by the units that were told, by the date that the notice states; it has no row of its own in
  the usual plan and then stands under the row of the notice.
- Any other task is owed by each body whose part is not done. A part that was handed over is its leads' to confirm.
- A unit's own deadline counts: its extension, or the date up to which a returned dossier is awaited.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.assessments import windows
from chiso.assessments.choices import DossierState
from chiso.assessments.deadlines import deadlines
from chiso.assessments.models import Dossier
from chiso.assessments.pages.completeness import completeness_of, counted_areas
from chiso.assessments.pages.overview_steps import blocks_of
from chiso.common.addresses import address
from chiso.common.refusals import RuleViolation
from chiso.organizations.models import Membership, Unit, User
from chiso.rounds.choices import BodyKind, DeadlineKind, StageKey, TaskRole, WorkState
from chiso.rounds.models import PlanTask, Round, TaskBody
from chiso.rounds.task_people import READERS, people_of
from chiso.tracking.leaves_left import PASSES, leaves_left

_NOT_IN = frozenset({DossierState.DRAFT, DossierState.INTERNAL_REVIEW, DossierState.RETURNED})
UNIT, BODY, PERSON = "u", "b", "p"
_KEY = re.compile(r"([1-9]\d{0,17})-([ubp])([1-9]\d{0,17})")


@dataclass(frozen=True)
class Owing:
    """One unit, body or person that has not done its part of a task, and the people who hear of it."""

    task: PlanTask
    key: str
    name: str
    unit: Unit | None
    ends_at: datetime
    how_far: str
    people: tuple[User, ...]
    url: str

    def day(self, at: datetime) -> int:
        """Which day it is, counted from the last day of the deadline: 0 that day, 1 the first day late."""
        return (timezone.localdate(at) - last_day(self.ends_at)).days


@dataclass(frozen=True)
class Share:
    """What one person owes of one task by one moment: whoever works in two units owes a thing for each."""

    person: User
    things: tuple[Owing, ...]

    @property
    def task(self) -> PlanTask:
        return self.things[0].task

    @property
    def ends_at(self) -> datetime:
        return self.things[0].ends_at

    @property
    def unit(self) -> Unit | None:
        """The unit that it is owed by; none where there are several."""
        units = {thing.unit for thing in self.things}
        return units.pop() if len(units) == 1 else None

    @property
    def url(self) -> str:
        """Where it is done; of several places, the list of what one has to do."""
        urls = {thing.url for thing in self.things}
        return urls.pop() if len(urls) == 1 else "/"

    @property
    def names(self) -> str:
        """Whose things they are, where they are not of one."""
        names = list(dict.fromkeys(thing.name for thing in self.things))
        return ", ".join(names) if len(names) > 1 else ""

    @property
    def how_far(self) -> str:
        if not self.names:
            return self.things[0].how_far
        return "; ".join(f"{thing.name}: {thing.how_far}" for thing in self.things)

    def day(self, at: datetime) -> int:
        return self.things[0].day(at)


def shares(listed: Iterable[Owing]) -> list[Share]:
    """The same list person by person: each is told once of a task and its deadline, however often it is owed."""
    found: dict[tuple[int, int, datetime], list[Owing]] = {}
    people: dict[int, User] = {}
    for one in listed:
        for person in one.people:
            found.setdefault((one.task.pk, person.pk, one.ends_at), []).append(one)
            people[person.pk] = person
    return [Share(people[person], tuple(things)) for (_task, person, _end), things in found.items()]


def last_day(ends_at: datetime) -> date:
    """The day at whose end, or on which, a deadline ends."""
    return timezone.localdate(ends_at - timedelta(seconds=1))


def owing(round: Round, ending: Collection[datetime] | None = None) -> list[Owing]:
    """Everything that is owed in a round now, task by task (a fixed number of queries for each stage).

    With `ending`, only what ends at one of these moments: to remind, one need not ask how far the others are.
    """
    tasks = _open_tasks(round)
    if ending is not None:
        tasks = [task for task in tasks if task.ends_at in ending or _is_of_units(task, round)]
    if not tasks:
        return []
    people = people_of([body for task in tasks for body in task.bodies.all()])
    found: list[Owing] = []
    for task in tasks:
        if task.stage == StageKey.SELF_ASSESSMENT:
            found += _units(round, task, StageKey.SELF_ASSESSMENT, ending)
        elif task.stage in PASSES:
            found += _experts(round, task, people)
        elif _is_of_units(task, round):
            found += _units(round, task, StageKey.SUPPLEMENT, ending)
        else:
            found += _bodies(round, task, people)
    return found


def _end(task: PlanTask) -> datetime:
    """Every row but a heading has an end: a constraint of the table."""
    return cast(datetime, task.ends_at)


def key_of(task_id: int, kind: str, pk: int) -> str:
    """How a row is named on a page, as `12-u7`."""
    return f"{task_id}-{kind}{pk}"


def parts_of_key(key: str) -> tuple[int, str, int]:
    """The task, the kind and the number that a key names; refuses what is none."""
    match = _KEY.fullmatch(key)
    if match is None:
        raise RuleViolation(_("Có dòng không thuộc đợt đánh giá này. Hãy tải lại trang."))
    return int(match[1]), match[2], int(match[3])


def _open_tasks(round: Round) -> list[PlanTask]:
    """The rows that something may be owed of now, in order."""
    rows = PlanTask.objects.filter(plan__round=round).exclude(deadline_kind=DeadlineKind.GROUP)
    tasks = list(rows.order_by("position").prefetch_related("bodies__unit"))
    running = {round.stage}
    if round.stage == StageKey.AGGREGATION:
        running.add(StageKey.SELF_ASSESSMENT)
    if round.stage == StageKey.SUPPLEMENT and not any(task.stage == StageKey.SUPPLEMENT for task in tasks):
        running.add(StageKey.NOTICE)
    return [task for task in tasks if (task.stage in running if task.stage else task.done_at is None)]


def _is_of_units(task: PlanTask, round: Round) -> bool:
    """Whether a task is owed by units, each by its own deadline."""
    return task.stage == StageKey.SELF_ASSESSMENT or (round.stage == StageKey.SUPPLEMENT and bool(task.stage))


# ---- units -------------------------------------------------------------------------------


def _units(round: Round, task: PlanTask, stage: StageKey, ending: Collection[datetime] | None) -> Iterator[Owing]:
    states = _NOT_IN if stage == StageKey.SELF_ASSESSMENT else windows.ANSWERING_STATES
    dossiers = list(Dossier.objects.filter(round=round, state__in=states).select_related("unit").order_by("unit__code"))
    ends = _ends(round, stage, dossiers)
    dossiers = [dossier for dossier in dossiers if ending is None or (ends[dossier.pk] or task.ends_at) in ending]
    people = _officials([dossier.unit_id for dossier in dossiers])
    missing = _missing(round, dossiers) if stage == StageKey.SELF_ASSESSMENT else {}
    for dossier in dossiers:
        yield Owing(
            task=task,
            key=key_of(task.pk, UNIT, dossier.unit_id),
            name=dossier.unit.name,
            unit=dossier.unit,
            ends_at=ends[dossier.pk] or _end(task),
            how_far=_dossier_words(dossier, missing.get(dossier.pk, 0)),
            people=tuple(people.get(dossier.unit_id, ())),
            url=address("assessments:dossier", dossier.pk),
        )


def _ends(round: Round, stage: StageKey, dossiers: list[Dossier]) -> dict[int, datetime | None]:
    """By when each unit owes the stage: extensions counted, and the date of a return."""
    ends = deadlines(round, stage)
    if stage != StageKey.SELF_ASSESSMENT:
        return {dossier.pk: ends.of(dossier.unit_id) for dossier in dossiers}
    return {dossier.pk: ends.of_dossier(dossier) for dossier in dossiers}


def _officials(units: list[int]) -> dict[int, list[User]]:
    found: dict[int, dict[int, User]] = {}
    rows = Membership.objects.filter(unit__in=units, user__is_active=True).exclude(role__in=READERS)
    for row in rows.select_related("user").order_by("user__full_name", "user"):
        found.setdefault(row.unit_id, {})[row.user_id] = row.user
    return {unit: list(people.values()) for unit, people in found.items()}


def _missing(round: Round, dossiers: list[Dossier]) -> dict[int, int]:
    """How many leaves each unit has not answered; a bonus is a choice and does not count."""
    if not dossiers:
        return {}
    blocks = blocks_of(round)
    wanted = {block.pk: sum(len(area.codes) for area in counted_areas(block)) for block in blocks}
    answered = completeness_of(round, blocks, None)
    return {
        dossier.pk: wanted[dossier.block_id] - (answered[dossier.pk].total if dossier.pk in answered else 0)
        for dossier in dossiers
    }


def _dossier_words(dossier: Dossier, missing: int) -> str:
    state = DossierState(dossier.state)
    label = str(state.label)
    if state not in _NOT_IN:
        return _("chưa giải trình, bổ sung") if state == DossierState.NOTIFIED else label
    if missing:
        count = ngettext("còn %(n)d tiêu chí chưa nhập", "còn %(n)d tiêu chí chưa nhập", missing) % {"n": missing}
        return count if state == DossierState.DRAFT else f"{label}, {count}"
    return _("đã nhập đủ, chưa nộp") if state == DossierState.DRAFT else label


# ---- the team ----------------------------------------------------------------------------


def _experts(round: Round, task: PlanTask, people: dict[int, list[User]]) -> Iterator[Owing]:
    """Each expert with leaves left, and the leader until the pass is signed off; other leads as bodies."""
    leads = [body for body in task.bodies.all() if body.role == TaskRole.LEAD]
    if any(body.kind == BodyKind.TEAM for body in leads) or not any(people.get(body.pk) for body in leads):
        left = leaves_left(round)
        for seat in left.seats:
            count = left.of(seat)
            if not count and not left.is_leader(seat):
                continue
            yield Owing(
                task=task,
                key=key_of(task.pk, PERSON, seat.user_id),
                name=seat.user.full_name,
                unit=None,
                ends_at=_end(task),
                how_far=_leaf_words(count, is_leader=left.is_leader(seat)),
                people=(seat.user,),
                url=address("assessments:appraisal", round.pk),
            )
    for body in leads:
        if body.kind != BodyKind.TEAM:
            yield _body(round, task, body, people)


def _leaf_words(count: int, *, is_leader: bool) -> str:
    left = ngettext("còn %(n)d tiêu chí chưa thẩm định", "còn %(n)d tiêu chí chưa thẩm định", count) % {"n": count}
    if not is_leader:
        return left
    return _("toàn Tổ %(left)s") % {"left": left} if count else _("đã thẩm định hết, chờ Tổ trưởng kết thúc")


# ---- every other body ----------------------------------------------------------------------


def _bodies(round: Round, task: PlanTask, people: dict[int, list[User]]) -> Iterator[Owing]:
    """The leads of a stage's task; of any other task also who coordinates and has not handed over."""
    for body in sorted(task.bodies.all(), key=lambda one: (one.role != TaskRole.LEAD, one.position)):
        waits = body.role == TaskRole.LEAD or (not task.stage and body.state in (WorkState.TODO, WorkState.DOING))
        if waits:
            yield _body(round, task, body, people)


def _body(round: Round, task: PlanTask, body: TaskBody, people: dict[int, list[User]]) -> Owing:
    return Owing(
        task=task,
        key=key_of(task.pk, BODY, body.pk),
        name=body.label,
        unit=body.unit,
        ends_at=_end(task),
        how_far=_body_words(task, body),
        people=tuple(people.get(body.pk, ())),
        url=address("rounds:task", round.pk, task.code),
    )


def _body_words(task: PlanTask, body: TaskBody) -> str:
    handed = _handed(task.bodies.all()) if body.role == TaskRole.LEAD and not task.stage else 0
    if handed:
        return ngettext("%(n)d phần việc chờ xác nhận", "%(n)d phần việc chờ xác nhận", handed) % {"n": handed}
    return str(WorkState(body.state).label).lower()


def _handed(bodies: Iterable[TaskBody]) -> int:
    return sum(body.state == WorkState.HANDED for body in bodies if body.role != TaskRole.LEAD)
