"""The draft of a plan is edited: rows of part II come, change, move and go; the other parts are written.

Once the plan is issued only its dates move (`assessments.actions.rescheduling`): units follow them, and late days are
counted by them.
"""

from dataclasses import dataclass, fields
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.audit.actions import action, changed
from chiso.common.refusals import RuleViolation
from chiso.organizations.models import User
from chiso.rounds import policy
from chiso.rounds.choices import PlanState
from chiso.rounds.deadlines import ends_at
from chiso.rounds.holding import hold, read_again
from chiso.rounds.models import Plan, PlanTask
from chiso.rounds.plan_rows import (
    GivenTask,
    deadline_words,
    faults_of,
    given_of,
    keep_stages_in_step,
    mark_of,
    put_row,
    short_mark,
)


@dataclass(frozen=True)
class PlanTexts:
    """What a plan says beside its tasks, by the names of its fields."""

    superior_plan: str
    before_counts_day: bool
    preamble: str
    aims: str
    duties: str
    closing: str
    recipients: str


_TEXTS = [field.name for field in fields(PlanTexts)]


def mark_of_texts(plan: Plan) -> str:
    """A short mark of what a plan says beside its tasks."""
    return short_mark([getattr(plan, name) for name in _TEXTS])


@action("plan.add_task", gettext_noop("Thêm nhiệm vụ vào dự thảo Kế hoạch"), allowed=policy.can_edit_plan)
def add_task(plan: Plan, by: User, at: datetime, *, given: GivenTask, after: str = "") -> PlanTask:
    """Add a row after the one of that code; at the end when there is no such row."""
    _hold_draft(plan)
    _require_sense(plan, given)
    rows = list(plan.tasks.order_by("position", "pk"))
    place = next((number for number, row in enumerate(rows, start=1) if row.code == after), len(rows))
    task = PlanTask(plan=plan, position=0)
    put_row(task, given, plan)
    _number([*rows[:place], task, *rows[place:]])
    keep_stages_in_step(plan)
    changed("task", f"{given.code} {given.title}")
    changed("deadline", deadline_words(task))
    return task


@action("plan.edit_task", gettext_noop("Sửa nhiệm vụ của dự thảo Kế hoạch"), allowed=policy.can_edit_plan)
def edit_task(plan: Plan, by: User, at: datetime, *, code: str, given: GivenTask, seen: str) -> PlanTask:
    """Change a row. `seen` is the mark of the row as the page showed it: nobody overwrites what they have not read."""
    _hold_draft(plan)
    task = _row(plan, code)
    if mark_of(task) != seen:
        raise RuleViolation(
            _("Dòng %(code)s vừa được người khác sửa. Hãy tải lại trang để xem rồi sửa tiếp.") % {"code": code}
        )
    _require_sense(plan, given, but=task)
    before = given_of(task)
    if before == given:
        raise RuleViolation(_("Dòng %(code)s không có gì thay đổi.") % {"code": code})
    was = deadline_words(task)
    put_row(task, given, plan)
    keep_stages_in_step(plan)
    changed("task", task.code, code)
    for name in ("title", "stage", "note"):
        if getattr(before, name) != getattr(given, name):
            changed(name, getattr(given, name), getattr(before, name))
    if was != deadline_words(task):
        changed("deadline", deadline_words(task), was)
    for name in ("lead", "coordinate"):
        if getattr(before, name) != getattr(given, name):
            changed(name, _printed(given, name), _printed(before, name))
    return task


@action("plan.remove_task", gettext_noop("Bỏ nhiệm vụ khỏi dự thảo Kế hoạch"), allowed=policy.can_edit_plan)
def remove_task(plan: Plan, by: User, at: datetime, *, code: str) -> Plan:
    """Take a row out; a stage that it opened has no date until another row opens it."""
    _hold_draft(plan)
    task = _row(plan, code)
    changed("task", None, f"{task.code} {task.title}")
    changed("deadline", None, deadline_words(task))
    task.delete()
    _number(list(plan.tasks.order_by("position", "pk")))
    keep_stages_in_step(plan)
    return plan


@action("plan.move_task", gettext_noop("Chuyển chỗ nhiệm vụ trong dự thảo Kế hoạch"), allowed=policy.can_edit_plan)
def move_task(plan: Plan, by: User, at: datetime, *, code: str, up: bool, seen: str) -> Plan:
    """Let a row change places with the one above it, or below it.

    `seen` is the place of the row as the page showed it: a second click moves nothing further.
    """
    _hold_draft(plan)
    rows = list(plan.tasks.order_by("position", "pk"))
    row = _row(plan, code)
    if str(row.position) != seen:
        raise RuleViolation(
            _("Dòng %(code)s vừa được chuyển chỗ. Hãy xem thứ tự hiện nay rồi chuyển tiếp nếu cần.") % {"code": code}
        )
    here = rows.index(row)
    there = here + (-1 if up else 1)
    if not 0 <= there < len(rows):
        raise RuleViolation(
            _("Dòng %(code)s đã ở đầu Kế hoạch.") % {"code": code}
            if up
            else _("Dòng %(code)s đã ở cuối Kế hoạch.") % {"code": code}
        )
    rows[here], rows[there] = rows[there], rows[here]
    _number(rows)
    changed("task", code)
    changed("position", there + 1, here + 1)
    return plan


@action("plan.edit_texts", gettext_noop("Soạn lời văn dự thảo Kế hoạch"), allowed=policy.can_edit_plan)
def edit_texts(plan: Plan, by: User, at: datetime, *, texts: PlanTexts, seen: str) -> Plan:
    """Write what the plan says beside its tasks, and whether “trước ngày” counts the day: that moves the moments.

    `seen` is the mark of the texts as the page showed them: nobody overwrites what they have not read.
    """
    _hold_draft(plan)
    read_again(plan, *_TEXTS)
    different = [name for name in _TEXTS if getattr(plan, name) != getattr(texts, name)]
    if not different:
        raise RuleViolation(_("Lời văn Kế hoạch không có gì thay đổi."))
    if mark_of_texts(plan) != seen:
        raise RuleViolation(_("Lời văn Kế hoạch vừa được người khác sửa. Hãy tải lại trang để xem rồi sửa tiếp."))
    for name in different:
        changed(name, getattr(texts, name), getattr(plan, name))
        setattr(plan, name, getattr(texts, name))
    plan.save(update_fields=different)
    if "before_counts_day" in different:
        for task in plan.tasks.all():
            task.ends_at = ends_at(task.deadline_kind, task.ends_on, before_counts_day=plan.before_counts_day)
            task.save(update_fields=["ends_at"])
        keep_stages_in_step(plan)
    return plan


def _hold_draft(plan: Plan) -> None:
    hold(plan.round)
    read_again(plan, "state")
    if plan.state != PlanState.DRAFT:
        raise RuleViolation(
            _("Kế hoạch đã ban hành nên không sửa được; cần đổi thời gian thì dùng “Đổi thời hạn” ở từng dòng.")
        )


def _row(plan: Plan, code: str) -> PlanTask:
    task = plan.tasks.filter(code=code).first()
    if task is None:
        raise RuleViolation(
            _("Kế hoạch không còn dòng %(code)s. Hãy tải lại trang để xem Kế hoạch hiện nay.") % {"code": code}
        )
    return task


def _require_sense(plan: Plan, given: GivenTask, *, but: PlanTask | None = None) -> None:
    if faults := faults_of(plan, given, but=but):
        raise RuleViolation(" ".join(faults.values()))


def _number(rows: list[PlanTask]) -> None:
    for number, row in enumerate(rows, start=1):
        if row.position != number:
            row.position = number
            row.save(update_fields=["position"])


def _printed(given: GivenTask, role: str) -> str:
    return "; ".join(f"{body.label} → {body.unit or body.kind}" for body in given.bodies(role))
