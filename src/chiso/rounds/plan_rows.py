"""A row of a plan as it is given by a person: what it says, what is wrong with it, and how it is written down.

The words of the deadline are the source: kind, days and the exact moment are read from them each time.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from chiso.common.dates import format_deadline
from chiso.organizations.models import Unit
from chiso.rounds.choices import BodyKind, DeadlineKind, TaskRole
from chiso.rounds.deadlines import ends_at
from chiso.rounds.models import Plan, PlanTask, TaskBody
from chiso.rounds.plan_file import CODE
from chiso.rounds.plan_papers.wording import Deadline, WordingError, read_deadline


@dataclass(frozen=True)
class GivenBody:
    """A body of a row: the name as it is printed, and whom it means."""

    label: str
    kind: str = BodyKind.OTHER
    unit: Unit | None = None


@dataclass(frozen=True)
class GivenTask:
    """A row of part II as a person gives it."""

    code: str
    title: str
    deadline_text: str = ""
    stage: str = ""
    note: str = ""
    lead: tuple[GivenBody, ...] = ()
    coordinate: tuple[GivenBody, ...] = ()

    def bodies(self, role: str) -> tuple[GivenBody, ...]:
        return self.lead if role == TaskRole.LEAD else self.coordinate


def given_of(task: PlanTask) -> GivenTask:
    """A row as it stands (its bodies may be prefetched, with their units)."""
    bodies = sorted(task.bodies.all(), key=lambda body: body.position)
    of = {
        role: tuple(GivenBody(body.label, body.kind, body.unit) for body in bodies if body.role == role)
        for role in TaskRole.values
    }
    return GivenTask(
        code=task.code,
        title=task.title,
        deadline_text=task.deadline_text,
        stage=task.stage,
        note=task.note,
        lead=of[TaskRole.LEAD],
        coordinate=of[TaskRole.COORDINATE],
    )


def mark_of(task: PlanTask) -> str:
    """A short mark of all that a row says (no query when its bodies are prefetched).

    A page that was opened before somebody else's change carries another mark.
    """
    bodies = sorted([body.role, body.position, body.label, body.kind, body.unit_id or 0] for body in task.bodies.all())
    return short_mark([task.code, task.title, task.deadline_text, task.stage, task.note, bodies])


def rows_of(plan: Plan) -> list[PlanTask]:
    """The rows in order, with their bodies and the changes of their dates (3 queries)."""
    return list(plan.tasks.order_by("position", "pk").prefetch_related("bodies", "changes"))


SAID_BESIDE = ("superior_plan", "before_counts_day", "preamble", "aims", "duties", "closing", "recipients")
"""What a plan says beside its rows."""


def mark_of_plan(plan: Plan, rows: Sequence[PlanTask]) -> str:
    """A short mark of all that a draft says, so that nobody signs what they have not read."""
    return short_mark([[getattr(plan, name) for name in SAID_BESIDE], [mark_of(row) for row in rows]])


def short_mark(said: Sequence[object]) -> str:
    """A short mark of words, by which a page that was opened before a change is told from one after it."""
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:16]


def faults_of(plan: Plan, given: GivenTask, *, but: PlanTask | None = None) -> dict[str, str]:
    """What is wrong with a given row, by the field at fault; `but` is the row that it replaces (one query)."""
    faults: dict[str, str] = {}
    others = [task for task in plan.tasks.order_by("position") if but is None or task.pk != but.pk]
    if not CODE.fullmatch(given.code):
        faults["code"] = _("Số thứ tự chỉ gồm chữ, số, dấu chấm, như 3.1 hoặc IV.")
    elif any(task.code == given.code for task in others):
        faults["code"] = _("Đã có dòng %(code)s. Hãy dùng số khác.") % {"code": given.code}
    if not given.title.strip():
        faults["title"] = _("Chưa ghi tên nhiệm vụ.")
    try:
        is_heading = read_deadline(given.deadline_text).kind == DeadlineKind.GROUP
    except WordingError as error:
        faults["deadline_text"] = str(error)
        is_heading = False
    if given.stage and is_heading:
        faults["stage"] = _("Dòng không ghi thời hạn là dòng tiêu đề, không mở giai đoạn nào.")
    elif given.stage and (same := next((task for task in others if task.stage == given.stage), None)):
        faults["stage"] = _("Giai đoạn này đã do dòng %(code)s mở. Hãy bỏ ở dòng đó trước.") % {"code": same.code}
    return faults


def put_deadline(task: PlanTask, deadline: Deadline, plan: Plan) -> None:
    """Write on a row what the words of its deadline mean."""
    task.deadline_kind = deadline.kind
    task.deadline_text = deadline.text
    task.starts_on, task.ends_on = deadline.starts_on, deadline.ends_on
    task.ends_at = ends_at(deadline.kind, deadline.ends_on, before_counts_day=plan.before_counts_day)


def put_row(task: PlanTask, given: GivenTask, plan: Plan) -> None:
    """Write a given row down; a printed cell that names other bodies than before is given up."""
    before = given_of(task) if task.pk else None
    for role, field in ((TaskRole.LEAD, "lead_text"), (TaskRole.COORDINATE, "coordinate_text")):
        if before and _labels(before.bodies(role)) != _labels(given.bodies(role)):
            setattr(task, field, "")
    task.code, task.title = given.code, given.title.strip()
    task.stage, task.note = given.stage, given.note
    put_deadline(task, read_deadline(given.deadline_text), plan)
    task.save()
    if before and (before.lead, before.coordinate) == (given.lead, given.coordinate):
        return
    task.bodies.all().delete()
    TaskBody.objects.bulk_create(
        TaskBody(task=task, position=number, role=role, label=body.label, unit=body.unit, kind=body.kind)
        for role in TaskRole.values
        for number, body in enumerate(given.bodies(role), start=1)
    )


def keep_stages_in_step(plan: Plan) -> None:
    """Let every stage end as the row that opens it says: of a draft, whose stages have no dates but the plan's."""
    opened_by = {task.stage: task for task in plan.tasks.order_by("position") if task.stage}
    for stage in plan.round.stages.all():
        task = opened_by.get(stage.key)
        closes_at, text = (task.ends_at, task.deadline_text) if task else (None, "")
        if (stage.closes_at, stage.deadline_text) != (closes_at, text):
            stage.closes_at, stage.deadline_text = closes_at, text
            stage.save(update_fields=["closes_at", "deadline_text"])


def deadline_words(task: PlanTask) -> str:
    """A deadline as printed, with the exact moment: for the audit log and for messages."""
    return f"{task.deadline_text} ({format_deadline(task.ends_at)})" if task.ends_at else task.deadline_text


def _labels(bodies: Sequence[GivenBody]) -> list[str]:
    return [body.label for body in bodies]
