"""Doing what the plan says: each body reports on its part, the leads confirm it and finish the task.

A page sends back the stamp of what it showed (`stamp_of`), so that nobody overwrites or confirms what they did not see
and a second click is told that the first one worked.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.audit.actions import action, because, changed
from chiso.common.addresses import address
from chiso.common.refusals import RuleViolation
from chiso.common.workflow import Transition, move, move_all
from chiso.evidence.storing import store
from chiso.notices.sending import send
from chiso.organizations.models import User
from chiso.rounds import task_policy, workflow
from chiso.rounds.choices import DeadlineKind, PlanState, TaskRole, WorkState
from chiso.rounds.deadlines import late_days
from chiso.rounds.holding import hold, read_again
from chiso.rounds.models import PlanTask, TaskBody
from chiso.rounds.people import coordinators
from chiso.rounds.task_people import people_of

_SHOWN = (
    "state",
    "note",
    "product_number",
    "product_date",
    "product_id",
    "handed_at",
    "confirmed_at",
    "returned_reason",
)


@dataclass(frozen=True)
class Report:
    """What a body says of its part; `is_over` hands it over."""

    note: str
    number: str = ""
    day: date | None = None
    file: File[bytes] | None = None
    is_over: bool = False


def stamp_of(body: TaskBody) -> str:
    """What a page showed of a part, in few letters."""
    values = [getattr(body, name) for name in _SHOWN]
    # A moment is one moment, whichever time zone it was read in.
    shown = [str(value.timestamp()) if isinstance(value, datetime) else str(value) for value in values]
    return hashlib.sha256("|".join(shown).encode()).hexdigest()[:16]


@action("task.report", gettext_noop("Báo cáo thực hiện nhiệm vụ"), allowed=task_policy.can_report)
def report_part(body: TaskBody, by: User, at: datetime, *, report: Report, seen: str) -> TaskBody:
    """Write down how far a part is, with its product; or hand it over (báo cáo tiến độ, bàn giao)."""
    _require_fresh(body, seen)
    _require_open(body.task)
    if body.state == WorkState.DONE and body.role == TaskRole.COORDINATE:
        raise RuleViolation(
            _("Phần việc của %(body)s đã được xác nhận. Muốn sửa, hãy đề nghị cơ quan chủ trì trả lại.")
            % {"body": body.label}
        )
    if report.is_over and not (report.note or report.number or report.file or body.product_id):
        raise RuleViolation(
            _("Hãy ghi tình hình thực hiện, hoặc số văn bản, hoặc kèm tệp sản phẩm trước khi báo xong.")
        )
    given = _product(body, by, at, report)
    # Whoever leads the task needs nobody's confirmation, also where a lead writes for another body.
    is_final = bool(task_policy.can_confirm(by, body)) if report.is_over else False
    step = _next(body, is_over=report.is_over, is_final=is_final)
    move(body, step, **(given | _when(body, by, at, report, is_final=is_final)))
    changed("state", body.state)
    changed("note", report.note)
    if report.is_over:
        _record_late(body.task, at)
    if body.state == WorkState.HANDED:
        leads = body.task.bodies.filter(role=TaskRole.LEAD)
        _tell(body.task, by, at, leads, _("%(body)s báo xong phần việc, chờ xác nhận.") % {"body": body.label})
    return body


def _next(body: TaskBody, *, is_over: bool, is_final: bool) -> Transition:
    if not is_over:
        return workflow.REOPEN_PART if body.state == WorkState.DONE else workflow.KEEP_ON
    return workflow.COMPLETE if is_final else workflow.HAND_OVER


def _when(body: TaskBody, by: User, at: datetime, report: Report, *, is_final: bool) -> dict[str, Any]:
    """Who handed over and who confirmed, as far as it has come; why it was returned stays until it comes again."""
    handed, confirmed = report.is_over, report.is_over and is_final
    return {
        "handed_at": at if handed else None,
        "handed_by": by if handed else None,
        "confirmed_at": at if confirmed else None,
        "confirmed_by": by if confirmed else None,
        "returned_reason": "" if handed else body.returned_reason,
    }


def _product(body: TaskBody, by: User, at: datetime, report: Report) -> dict[str, Any]:
    """The note and the product; a file already given stays until another takes its place."""
    given: dict[str, Any] = {"note": report.note, "product_number": report.number, "product_date": report.day}
    if report.number != body.product_number:
        changed("product_number", report.number, body.product_number)
    if report.file is not None:
        given["product"] = document = store(body.unit or body.task.plan.round.coordinator, report.file, by, at)
        changed("product", document, body.product_id)
    return given


@action("task.confirm", gettext_noop("Xác nhận phần việc"), allowed=task_policy.can_confirm)
def confirm_part(body: TaskBody, by: User, at: datetime, *, seen: str) -> TaskBody:
    """A lead of the task confirms what a body handed over."""
    _require_fresh(body, seen)
    move(body, workflow.CONFIRM_PART, confirmed_at=at, confirmed_by=by)
    changed("state", body.state)
    _tell(body.task, by, at, [body], _("Phần việc của %(body)s được xác nhận hoàn thành.") % {"body": body.label})
    return body


@action("task.return", gettext_noop("Trả lại phần việc"), allowed=task_policy.can_confirm)
def return_part(body: TaskBody, by: User, at: datetime, *, reason: str, seen: str) -> TaskBody:
    """A lead of the task returns a part with the reason; also one that was confirmed by mistake."""
    _require_fresh(body, seen)
    _require_reason(reason)
    _require_open(body.task)
    if body.role == TaskRole.LEAD:
        raise RuleViolation(_("Phần việc của cơ quan chủ trì không trả lại được. Cơ quan đó tự ghi lại tiến độ."))
    move(body, workflow.RETURN_PART, confirmed_at=None, confirmed_by=None, returned_reason=reason)
    changed("state", body.state)
    because(reason)
    words = _("Phần việc của %(body)s bị trả lại.") % {"body": body.label}
    _tell(body.task, by, at, [body], words, reason)
    return body


@action("task.finish", gettext_noop("Hoàn thành nhiệm vụ"), allowed=task_policy.can_finish)
def finish_task(task: PlanTask, by: User, at: datetime, *, reason: str = "") -> PlanTask:
    """A lead says that the task is done; parts that are not done are named, and need a reason. Late stays late."""
    hold(task.plan.round)
    read_again(task, "done_at", "ends_at", "stage")
    _require_open(task)
    if task.stage:
        raise RuleViolation(
            _("Nhiệm vụ này hoàn thành khi giai đoạn “%(stage)s” kết thúc.") % {"stage": task.get_stage_display()}
        )
    bodies = list(task.bodies.order_by("role", "position"))
    own = [body for body in bodies if body.role == TaskRole.LEAD and task_policy.acts_for(by, body, task.plan.round)]
    left = [body.label for body in bodies if body not in own and body.state != WorkState.DONE]
    if left and not reason.strip():
        raise RuleViolation(
            _("Còn phần việc chưa được xác nhận: %(bodies)s. Muốn kết thúc nhiệm vụ, hãy ghi lý do.")
            % {"bodies": "; ".join(left)}
        )
    for body in own:
        if body.state != WorkState.DONE:
            move(body, workflow.COMPLETE, handed_at=at, handed_by=by, confirmed_at=at, confirmed_by=by)
    task.done_at = at
    task.save(update_fields=["done_at"])
    changed("done_at", at)
    _record_late(task, at)
    if left:
        changed("unconfirmed", left)
        because(reason)
    _tell_coordinators(task, by, at, _("đã hoàn thành."))
    return task


@action("task.reopen", gettext_noop("Mở lại nhiệm vụ"), allowed=task_policy.can_reopen)
def reopen_task(task: PlanTask, by: User, at: datetime, *, reason: str) -> PlanTask:
    """The coordinator opens a finished task again; its leads go on, what others handed over stays."""
    hold(task.plan.round)
    _require_reason(reason)
    read_again(task, "done_at", "stage")
    if task.stage or task.done_at is None:
        raise RuleViolation(_("Nhiệm vụ này chưa được ghi hoàn thành nên không cần mở lại."))
    changed("done_at", None, task.done_at)
    because(reason)
    task.done_at = None
    task.save(update_fields=["done_at"])
    leads = task.bodies.filter(role=TaskRole.LEAD)
    move_all(leads, workflow.REOPEN_PART)
    leads.update(handed_at=None, handed_by=None, confirmed_at=None, confirmed_by=None)
    _tell(task, by, at, leads, _("được mở lại."), reason)
    return task


def _require_fresh(body: TaskBody, seen: str) -> None:
    """Hold the round; refuse whoever acts on what has changed since they looked."""
    hold(body.task.plan.round)
    read_again(body, *_SHOWN)
    read_again(body.task, "done_at")
    if stamp_of(body) != seen:
        raise RuleViolation(
            _("Phần việc của %(body)s vừa được cập nhật: %(state)s. Hãy tải lại trang, xem rồi làm tiếp.")
            % {"body": body.label, "state": body.get_state_display().lower()}
        )


def _require_open(task: PlanTask) -> None:
    if task.plan.state != PlanState.ISSUED:
        raise RuleViolation(_("Kế hoạch chưa ban hành nên chưa có nhiệm vụ để báo cáo."))
    if task.deadline_kind == DeadlineKind.GROUP:
        raise RuleViolation(_("Đây là dòng tiêu đề của Kế hoạch, không phải một nhiệm vụ."))
    if task.done_at is not None and not task.stage:
        raise RuleViolation(
            _("Nhiệm vụ %(code)s đã hoàn thành. Muốn sửa, hãy đề nghị cơ quan thường trực mở lại.")
            % {"code": task.code}
        )


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise RuleViolation(_("Chưa ghi lý do."))


def _record_late(task: PlanTask, at: datetime) -> None:
    late = late_days(task.ends_at, at) if task.ends_at else 0
    if late:
        changed("late_days", late)


def _tell(task: PlanTask, by: User, at: datetime, bodies: Iterable[TaskBody], words: str, detail: str = "") -> None:
    people = [user for users in people_of(bodies).values() for user in users if user != by]
    _send(task, people, at, words, detail)


def _tell_coordinators(task: PlanTask, by: User, at: datetime, words: str) -> None:
    _send(task, [user for user in coordinators(task.plan.round) if user != by], at, words)


def _send(task: PlanTask, people: Iterable[User], at: datetime, words: str, detail: str = "") -> None:
    text = _("Nhiệm vụ %(code)s: %(words)s") % {"code": task.code, "words": words}
    send(people, text, at, url=address("rounds:task", task.plan.round_id, task.code), detail=detail)
