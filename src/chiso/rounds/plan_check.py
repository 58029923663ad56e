"""What a draft plan should still settle before it is issued: faults block, advice never does.

- faults: a stage that ends before the one it needs, two rows that open one stage, a task that nobody leads
- advice: bodies in a row without a date, a printed day on which nobody works, a stage without a row, a body that
  nobody stands for, days gone by

Rows that open no stage are another line of work (4.3 before 3.1 is as it should be), so their order is free.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from chiso.common.dates import format_date, format_deadline
from chiso.common.refusals import RuleViolation
from chiso.organizations.workdays import days_off, next_working_day, next_working_days
from chiso.rounds.choices import BodyKind, DeadlineKind, StageKey, TaskRole
from chiso.rounds.models import Plan, PlanTask
from chiso.rounds.plan_papers.wording import WordingError, moved_to
from chiso.rounds.plan_rows import GivenTask, given_of, mark_of

_PRINTED_DAY = re.compile(r"\d{1,2}[/.]\d{1,2}[/.]\d{4}|\d{1,2} tháng \d{1,2} năm", re.ASCII)
_DATED_BY_THE_NOTICE = StageKey.SUPPLEMENT
_ORDER = list(StageKey)


@dataclass(frozen=True)
class Finding:
    """One thing to settle: the row, what about it, the way out.

    `moves_to` is the day that one click writes instead, into the row as this page saw it (`seen`).
    """

    code: str
    text: str
    way_out: str
    is_fault: bool = False
    moves_to: str = ""
    seen: str = ""


def check_plan(plan: Plan, tasks: Sequence[PlanTask], at: datetime) -> tuple[Finding, ...]:
    """Everything to settle, faults first; `tasks` in order, their bodies prefetched (2 queries, however many rows)."""
    faults = [*_stages_twice(tasks), *_wrong_order(tasks), *_without_lead(tasks)]
    advice = [
        *_undated(tasks),
        *_days_off(tasks),
        *_stages_without_row(tasks),
        *_nobody(tasks),
        *_gone_by(tasks, at),
    ]
    return (*faults, *advice)


def require_sound(plan: Plan, at: datetime) -> None:
    """Refuse to issue a plan that contradicts itself, naming every fault."""
    tasks = list(plan.tasks.order_by("position").prefetch_related("bodies"))
    if faults := [finding.text for finding in check_plan(plan, tasks, at) if finding.is_fault]:
        raise RuleViolation(_("Chưa ban hành được: %(faults)s") % {"faults": " ".join(faults)})


def on_a_working_day(task: PlanTask) -> GivenTask:
    """The row with the next working day written instead of a day off, in the same words."""
    day = printed_day(task)
    working = next_working_day(day) if day else None
    if working is None or working == day:
        raise RuleViolation(_("Thời hạn của dòng %(code)s không rơi vào ngày nghỉ.") % {"code": task.code})
    try:
        return replace(given_of(task), deadline_text=moved_to(task.deadline_text, working))
    except WordingError as error:
        raise RuleViolation(str(error)) from error


def printed_day(task: PlanTask) -> date | None:
    """The last day that a row prints; none for heading rows, and for months, which name no day."""
    if task.deadline_kind == DeadlineKind.GROUP or task.ends_on is None:
        return None
    if task.deadline_kind == DeadlineKind.PERIOD and not _PRINTED_DAY.search(task.deadline_text):
        return None
    return task.ends_on


def last_day(task: PlanTask) -> date | None:
    """The last day on which the work may still be done."""
    return localdate(task.ends_at - timedelta(seconds=1)) if task.ends_at else None


def _days_off(tasks: Iterable[PlanTask]) -> list[Finding]:
    printed = {task.pk: (task, day) for task in tasks if (day := printed_day(task))}
    off = days_off(day for _task, day in printed.values())
    nexts = next_working_days(day for day, why in off.items() if why)
    return [_day_off(task, day, off[day], nexts[day]) for task, day in printed.values() if off[day]]


def _day_off(task: PlanTask, day: date, why: str, working: date) -> Finding:
    last = "" if last_day(task) == day else _("; hạn cuối là %(moment)s") % {"moment": format_deadline(task.ends_at)}
    return Finding(
        task.code,
        _("Dòng %(code)s: “%(text)s” ghi ngày nghỉ (%(day)s, %(why)s)%(last)s.")
        % {"code": task.code, "text": task.deadline_text, "day": format_date(day), "why": why, "last": last},
        _("Ngày làm việc tiếp theo là %(day)s.") % {"day": format_date(working)},
        moves_to=format_date(working),
        seen=mark_of(task),
    )


def _stages_twice(tasks: Iterable[PlanTask]) -> list[Finding]:
    rows: dict[str, list[str]] = defaultdict(list)
    for task in tasks:
        if task.stage:
            rows[task.stage].append(task.code)
    return [
        Finding(
            codes[-1],
            _("Các dòng %(codes)s cùng mở giai đoạn %(stage)s.")
            % {"codes": ", ".join(codes), "stage": StageKey(stage).label},
            _("Sửa để chỉ một dòng mở giai đoạn này."),
            is_fault=True,
        )
        for stage, codes in rows.items()
        if len(codes) > 1
    ]


def _wrong_order(tasks: Iterable[PlanTask]) -> list[Finding]:
    bound = sorted((task for task in tasks if task.stage and task.ends_at), key=lambda task: _place(task.stage))
    found = []
    latest: PlanTask | None = None
    for task in bound:
        if latest and task.ends_at < latest.ends_at:  # type: ignore[operator]  # `bound` has moments only
            found.append(_too_early(task, latest))
        else:
            latest = task
    return found


def _too_early(task: PlanTask, needed: PlanTask) -> Finding:
    return Finding(
        task.code,
        _("Dòng %(code)s (%(stage)s, %(text)s) kết thúc trước dòng %(needed)s (%(before)s, %(needed_text)s).")
        % {
            "code": task.code,
            "stage": task.get_stage_display(),
            "text": task.deadline_text,
            "needed": needed.code,
            "before": needed.get_stage_display(),
            "needed_text": needed.deadline_text,
        },
        _("Giai đoạn sau cần kết quả của giai đoạn trước: sửa thời hạn của một trong hai dòng."),
        is_fault=True,
    )


def _without_lead(tasks: Iterable[PlanTask]) -> list[Finding]:
    return [
        Finding(
            task.code,
            _("Dòng %(code)s chưa có cơ quan chủ trì.") % {"code": task.code},
            _("Sửa dòng, ghi cơ quan chủ trì."),
            is_fault=True,
        )
        for task in tasks
        if task.deadline_kind != DeadlineKind.GROUP
        and not any(body.role == TaskRole.LEAD for body in task.bodies.all())
    ]


def _undated(tasks: Iterable[PlanTask]) -> list[Finding]:
    """A row without a date is a heading; one that names bodies as well may have lost its date."""
    return [
        Finding(
            task.code,
            _("Dòng %(code)s có cơ quan thực hiện mà không ghi thời hạn, nên là dòng tiêu đề, không ai được giao việc.")
            % {"code": task.code},
            _("Nếu là nhiệm vụ thì sửa dòng, ghi thời hạn."),
        )
        for task in tasks
        if task.deadline_kind == DeadlineKind.GROUP and task.bodies.all()
    ]


def _stages_without_row(tasks: Iterable[PlanTask]) -> list[Finding]:
    opened = {task.stage for task in tasks}
    missing = [
        str(key.label)
        for key in StageKey
        if key not in opened and key not in (_DATED_BY_THE_NOTICE, StageKey.PUBLISHED)
    ]
    if not missing:
        return []
    return [
        Finding(
            "",
            _("Chưa dòng nào mở giai đoạn: %(stages)s.") % {"stages": ", ".join(missing)},
            _("Giai đoạn như vậy không có hạn, phải chuyển bằng tay. Chọn giai đoạn ở dòng tương ứng."),
        )
    ]


def _nobody(tasks: Iterable[PlanTask]) -> list[Finding]:
    rows: dict[str, list[str]] = defaultdict(list)
    shown: dict[str, str] = {}
    for task in tasks:
        for body in task.bodies.all():
            if body.kind == BodyKind.OTHER:
                rows[body.label.lower()].append(task.code)
                shown.setdefault(body.label.lower(), body.label)
    return [
        Finding(
            codes[0],
            _("“%(label)s” (dòng %(codes)s) chưa rõ chỉ ai, nên không ai được giao việc và nhắc việc.")
            % {"label": shown[label], "codes": ", ".join(dict.fromkeys(codes))},
            _("Sửa dòng, chọn đơn vị; nếu không dùng hệ thống thì cơ quan thường trực báo kết quả thay."),
        )
        for label, codes in rows.items()
    ]


def _gone_by(tasks: Iterable[PlanTask], at: datetime) -> list[Finding]:
    codes = [task.code for task in tasks if task.ends_at and task.ends_at <= at]
    if not codes:
        return []
    return [
        Finding(
            codes[0],
            _("Thời hạn của dòng %(codes)s đã qua.") % {"codes": ", ".join(codes)},
            _("Ban hành lúc này thì các việc đó trễ ngay: xem lại thời hạn."),
        )
    ]


def _place(stage: str) -> int:
    return _ORDER.index(StageKey(stage))
