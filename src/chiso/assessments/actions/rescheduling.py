"""A date of an issued plan moves (“Thời gian có thể thay đổi theo hướng dẫn của Sở Nội vụ”).

The window of the stage moves with it, late days already counted are forgiven as far as the new date covers them,
those whom the row means are told, and the old date stays on the plan with the reason and the document.
"""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.assessments.actions.extension import people_told
from chiso.assessments.recounting import ends_with, record_recounts, recounts
from chiso.audit.actions import action, because, changed
from chiso.common.addresses import address
from chiso.common.dates import format_deadline
from chiso.common.refusals import RuleViolation
from chiso.notices.sending import send
from chiso.organizations.models import User
from chiso.rounds import policy as round_policy
from chiso.rounds.choices import DeadlineKind, PlanState, StageKey
from chiso.rounds.holding import hold, read_again
from chiso.rounds.models import DeadlineChange, PlanTask, Round
from chiso.rounds.plan_papers.wording import Deadline, WordingError, read_deadline
from chiso.rounds.plan_rows import deadline_words, put_deadline
from chiso.rounds.task_people import people_of

_DEADLINE_FIELDS = ("deadline_kind", "deadline_text", "starts_on", "ends_on", "ends_at")
_ORDER = list(StageKey)


@action("plan.move_deadline", gettext_noop("Đổi thời hạn của Kế hoạch"), allowed=round_policy.can_move_deadline)
def move_deadline(
    task: PlanTask, by: User, at: datetime, *, shown: datetime, wording: str, reason: str, guidance: str = ""
) -> DeadlineChange:
    """Move the date of one row. `shown` is the date the page showed: nobody moves a date they have not seen."""
    round = task.plan.round
    hold(round)
    read_again(task, *_DEADLINE_FIELDS, "done_at")
    if task.ends_at != shown:
        raise RuleViolation(
            _("Thời hạn dòng %(code)s vừa được đổi thành %(deadline)s. Hãy tải lại trang để xem rồi đổi tiếp.")
            % {"code": task.code, "deadline": deadline_words(task)}
        )
    moved = moved_row(task, at, wording=wording, reason=reason)
    change = DeadlineChange.objects.create(
        task=task,
        old_text=task.deadline_text,
        old_ends_at=task.ends_at,
        new_text=moved.deadline_text,
        new_ends_at=moved.ends_at or shown,  # `moved_row` refuses a row without a moment
        reason=reason,
        guidance=guidance,
        changed_by=by,
        changed_at=at,
    )
    changed("deadline", deadline_words(moved), deadline_words(task))
    changed("guidance", guidance)
    because(reason)
    for name in _DEADLINE_FIELDS:
        setattr(task, name, getattr(moved, name))
    task.save(update_fields=_DEADLINE_FIELDS)
    _move_window(task)
    _tell(task, change, at)
    return change


def require_movable(task: PlanTask) -> None:
    """Refuse for a row whose date holds nothing any more, or is not the plan's to give."""
    plan, round = task.plan, task.plan.round
    if plan.state != PlanState.ISSUED:
        raise RuleViolation(_("Kế hoạch còn là dự thảo: hãy sửa thẳng ở dòng."))
    if task.deadline_kind == DeadlineKind.GROUP or task.ends_at is None:
        raise RuleViolation(_("Dòng %(code)s là dòng tiêu đề, không có thời hạn.") % {"code": task.code})
    if task.stage == StageKey.SUPPLEMENT:
        raise RuleViolation(
            _("Hạn giải trình, bổ sung do Thông báo kết quả sơ bộ ghi; cần thêm thời gian thì dùng Gia hạn.")
        )
    if task.stage and _is_over(task.stage, round):
        raise RuleViolation(
            _("Giai đoạn %(stage)s đã kết thúc nên không đổi thời hạn; cần cho đơn vị thêm thời gian thì dùng Gia hạn.")
            % {"stage": task.get_stage_display()}
        )
    if not task.stage and task.done_at:
        raise RuleViolation(_("Nhiệm vụ %(code)s đã hoàn thành nên không đổi thời hạn.") % {"code": task.code})


def _is_over(stage: str, round: Round) -> bool:
    return _ORDER.index(StageKey(round.stage)) > _ORDER.index(StageKey(stage))


def moved_row(task: PlanTask, at: datetime, *, wording: str, reason: str) -> PlanTask:
    """The row as it would be with the new words, not saved; refused when that makes no sense (2 queries at most)."""
    require_movable(task)
    if not reason.strip():
        raise RuleViolation(_("Chưa nêu lý do đổi thời hạn."))
    moved = PlanTask(plan=task.plan, code=task.code, title=task.title, stage=task.stage)
    put_deadline(moved, _read(wording), task.plan)
    if moved.ends_at is None:
        raise RuleViolation(_("Chưa ghi thời hạn mới."))
    if moved.ends_at == task.ends_at:
        raise RuleViolation(
            _("Thời hạn mới trùng thời hạn đang có (%(deadline)s).") % {"deadline": deadline_words(task)}
        )
    if moved.ends_at <= at:
        raise RuleViolation(
            _("Thời hạn mới %(deadline)s đã qua.") % {"deadline": format_deadline(moved.ends_at)},
        )
    waited_for = (row for row in neighbors(task, before=True) if not _is_over(row.stage, task.plan.round))
    if needed := next((row for row in waited_for if row.ends_at and moved.ends_at < row.ends_at), None):
        raise RuleViolation(
            _("Thời hạn mới sớm hơn thời hạn của dòng %(code)s %(deadline)s, là việc phải xong trước.")
            % {"code": needed.code, "deadline": deadline_words(needed)}
        )
    return moved


def neighbors(task: PlanTask, *, before: bool) -> list[PlanTask]:
    """The rows that open the stages before, or after, the one that a row opens, in order (1 query at most)."""
    if not task.stage:
        return []
    here = _ORDER.index(StageKey(task.stage))
    keys = _ORDER[:here] if before else _ORDER[here + 1 :]
    rows = task.plan.tasks.filter(stage__in=keys).exclude(stage=StageKey.SUPPLEMENT)
    return sorted(rows, key=lambda row: _ORDER.index(StageKey(row.stage)))


def concerned(task: PlanTask) -> Iterable[User]:
    """Whom a row means, each once; all units when it is their self-assessment (5 queries at most)."""
    people = {user.pk: user for found in people_of(task.bodies.all()).values() for user in found}
    if task.stage == StageKey.SELF_ASSESSMENT:
        people |= {user.pk: user for user in people_told(task.plan.round, None)}
    return people.values()


def _read(wording: str) -> Deadline:
    try:
        return read_deadline(wording)
    except WordingError as error:
        raise RuleViolation(str(error)) from error


def _move_window(task: PlanTask) -> None:
    """The stage ends when its row does; a dossier that is in already is never later than it was."""
    if not task.stage:
        return
    round, stage = task.plan.round, StageKey(task.stage)
    round.stages.filter(key=stage).update(closes_at=task.ends_at, deadline_text=task.deadline_text)
    if stage == StageKey.SELF_ASSESSMENT:
        record_recounts(recounts(round, ends_with(round, stage, closes_at=task.ends_at)))


def _tell(task: PlanTask, change: DeadlineChange, at: datetime) -> None:
    send(
        concerned(task),
        _("Nhiệm vụ %(code)s của Kế hoạch đổi thời hạn: %(new)s (%(moment)s), thay cho %(old)s. %(title)s")
        % {
            "code": task.code,
            "new": change.new_text,
            "moment": format_deadline(change.new_ends_at),
            "old": change.old_text,
            "title": task.title[:120],
        },
        at,
        url=address("rounds:plan", task.plan.round_id),
    )
