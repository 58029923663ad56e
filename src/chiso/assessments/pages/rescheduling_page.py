"""A date of the plan before it moves: what it says now, and who is affected by the new one."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from chiso.assessments.actions.rescheduling import concerned, moved_row, neighbors
from chiso.assessments.deadlines import Deadlines, deadlines
from chiso.assessments.pages.more_time import UnitLine, recount_words, told_words, unit_lines
from chiso.assessments.recounting import ends_with, recounts
from chiso.common.dates import format_date, format_deadline
from chiso.organizations.workdays import is_day_off
from chiso.rounds.choices import StageKey, TaskRole
from chiso.rounds.models import PlanTask
from chiso.rounds.plan_check import printed_day
from chiso.rounds.plan_rows import deadline_words
from chiso.rounds.task_people import people_of


@dataclass(frozen=True)
class BodyLine:
    """A body of the row: its part, how far it is, and how many people are told."""

    label: str
    role: str
    state: str
    people: int


@dataclass(frozen=True)
class MovePreview:
    """What moving a date does, before it is done."""

    old: str
    old_moment: str
    new: str
    new_moment: str
    effects: tuple[str, ...]
    warnings: tuple[str, ...]
    bodies: tuple[BodyLine, ...]
    units: tuple[UnitLine, ...]


def move_preview(task: PlanTask, at: datetime, *, wording: str, reason: str) -> MovePreview:
    """Say whom a new date concerns; refused as the action would refuse it (15 queries, however many units)."""
    moved = moved_row(task, at, wording=wording, reason=reason)
    effects = [told_words(len(list(concerned(task)))), _("Ngày cũ, lý do và văn bản được giữ trên Kế hoạch.")]
    units: tuple[UnitLine, ...] = ()
    if task.stage:
        round, stage = task.plan.round, StageKey(task.stage)
        now, then = deadlines(round, stage), ends_with(round, stage, closes_at=moved.ends_at)
        effects.insert(0, _window_words(stage, now, then))
        if stage == StageKey.SELF_ASSESSMENT:
            found = recounts(round, then)
            effects += [recount_words(found)] if found else []
            units = unit_lines(round, now, then, found)
    return MovePreview(
        old=task.deadline_text,
        old_moment=format_deadline(task.ends_at),
        new=moved.deadline_text,
        new_moment=format_deadline(moved.ends_at),
        effects=tuple(effects),
        warnings=tuple(_warnings(task, moved)),
        bodies=_bodies(task),
        units=units,
    )


def _window_words(stage: StageKey, now: Deadlines, then: Deadlines) -> str:
    """When the stage ends for everybody: an extension for all may hold whatever the plan says."""
    new, old = then.of_all(), now.of_all()
    if new == old:
        words = _("Hạn của giai đoạn %(stage)s vẫn là %(new)s, vì đã gia hạn cho tất cả đơn vị.")
    else:
        words = _("Hạn của giai đoạn %(stage)s là %(new)s, thay cho %(old)s.")
    return words % {"stage": stage.label, "new": format_deadline(new), "old": format_deadline(old)}


def _warnings(task: PlanTask, moved: PlanTask) -> list[str]:
    found = []
    day = printed_day(moved)
    if day and (why := is_day_off(day)):
        found.append(_("Ngày %(day)s là ngày nghỉ (%(why)s).") % {"day": format_date(day), "why": why})
    if task.ends_at and moved.ends_at and moved.ends_at < task.ends_at:
        found.append(_("Thời hạn mới sớm hơn thời hạn đang có: các cơ quan, đơn vị có ít thời gian hơn."))
    found += [
        _("Dòng %(code)s %(deadline)s kết thúc trước thời hạn mới này: cần đổi cả dòng đó.")
        % {"code": row.code, "deadline": deadline_words(row)}
        for row in neighbors(task, before=False)
        if row.ends_at and moved.ends_at and row.ends_at < moved.ends_at
    ]
    return found


def _bodies(task: PlanTask) -> tuple[BodyLine, ...]:
    bodies = sorted(task.bodies.all(), key=lambda body: (body.role != TaskRole.LEAD, body.position))
    people = people_of(bodies)
    return tuple(
        BodyLine(body.label, body.get_role_display(), body.get_state_display(), len(people[body.pk])) for body in bodies
    )
