"""The plan at work: tasks that no stage does, one of them late; a date that the superior moves; a letter that urges."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

from chiso.assessments.actions.rescheduling import move_deadline
from chiso.demo.stage import Script, moment
from chiso.rounds.actions.tasks import Report, confirm_part, finish_task, report_part, stamp_of
from chiso.rounds.choices import TaskRole
from chiso.rounds.models import PlanTask, TaskBody
from chiso.tracking.actions.urging import LetterDraft, urge
from chiso.tracking.chasing import last_urged
from chiso.tracking.owing import owing

if TYPE_CHECKING:
    from chiso.demo.ha_lang import HaLang

REPORTS = (
    ("24/11/2022 09:10", "2", "Văn phòng HĐND & UBND huyện", "van-phong", "Đã cử 02 công chức tham gia Tổ."),
    ("24/11/2022 10:25", "2", "Tư pháp", "tu-phap", "Đã cử 02 công chức tham gia Tổ."),
    ("24/11/2022 14:40", "2", "Tài chính - Kế hoạch", "tai-chinh", "Đã cử 01 công chức tham gia Tổ."),
    ("24/11/2022 15:05", "2", "Văn hóa và Thông tin", "van-hoa", "Đã cử 01 công chức tham gia Tổ."),
    ("07/12/2022 16:20", "4.1", "Văn phòng HĐND & UBND huyện", "van-phong", "Đã gửi danh sách lãnh đạo huyện."),
)
"""When, which row, which body as printed, who, what."""
CONFIRMED = ("24/11/2022 16:30", "08/12/2022 08:15")
"""When the coordinating office confirms what was handed over."""
_OTHERS = "Các cơ quan khác không có nội dung phải thực hiện."
FINISHED = (
    ("25/11/2022 09:45", "2", "noi-vu", "2236/QĐ-UBND", date(2022, 11, 25), ""),
    ("05/12/2022 16:50", "4.3", "to-truong", "", None, _OTHERS),
    ("09/12/2022 10:30", "4.1", "noi-vu", "509/PNV", date(2022, 12, 9), _OTHERS),
    ("09/12/2022 15:20", "4.4", "noi-vu", "", None, ""),
    ("09/12/2022 16:45", "4.5", "noi-vu", "512/BC-UBND", date(2022, 12, 9), ""),
)
"""When, which row, who, the product's number and date, why parts are missing. Row 4.3 was due a day before."""
_GUIDANCE = "Công văn số 1905/SNV-CCHC của Sở Nội vụ ngày 30/11/2022"


def write(play: HaLang, script: Script) -> None:
    """Add the scenes of the plan's own tasks."""
    script.at("01/12/2022 10:00", partial(_move, play=play))
    script.at("13/12/2022 08:30", partial(_urge, play=play))
    for when, code, body, person, note in REPORTS:
        script.at(when, partial(_report, play=play, code=code, body=body, person=person, note=note))
    for when in CONFIRMED:
        script.at(when, partial(_confirm, play=play))
    for when, code, person, number, day, reason in FINISHED:
        script.at(when, partial(_finish, play=play, code=code, person=person, number=number, day=day, reason=reason))


def _parts() -> list[TaskBody]:
    return list(TaskBody.objects.select_related("task__plan__round__coordinator", "unit"))


def _report(at: datetime, *, play: HaLang, code: str, body: str, person: str, note: str) -> None:
    part = next(one for one in _parts() if one.task.code == code and one.label == body)
    report_part(part, play.people[person], at, report=Report(note, is_over=True), seen=stamp_of(part))


def _confirm(at: datetime, *, play: HaLang) -> None:
    for part in _parts():
        if part.state == "handed":
            confirm_part(part, play.coordinator, at, seen=stamp_of(part))


def _finish(at: datetime, *, play: HaLang, code: str, person: str, number: str, day: date | None, reason: str) -> None:
    by = play.people[person]
    own = next(one for one in _parts() if one.task.code == code and one.role == TaskRole.LEAD)
    report_part(own, by, at, report=Report("Đã hoàn thành.", number, day, is_over=True), seen=stamp_of(own))
    task = PlanTask.objects.select_related("plan__round").get(code=code, plan__round=play.round)
    finish_task(task, by, at, reason=reason)
    play.tell(at, f"  Hoàn thành nhiệm vụ {code}")


def _move(at: datetime, *, play: HaLang) -> None:
    """As the plan itself says: “Thời gian có thể thay đổi theo hướng dẫn của Sở Nội vụ”."""
    task = PlanTask.objects.select_related("plan__round").get(code="4.5", plan__round=play.round)
    if task.ends_at:
        reason = "Sở Nội vụ lùi thời gian nhận báo cáo."
        words = {"wording": "Trước 14/12/2022", "reason": reason, "guidance": _GUIDANCE}
        move_deadline(task, play.coordinator, at, shown=task.ends_at, **words)
        play.tell(at, "  Lùi thời hạn nhiệm vụ 4.5 theo công văn của Sở Nội vụ")


def _urge(at: datetime, *, play: HaLang) -> None:
    late = [one for one in owing(play.round) if one.task.code == "3.1"]
    text = "Khẩn trương hoàn thành việc tự đánh giá, chấm điểm và gửi hồ sơ trên hệ thống."
    letter = LetterDraft("78/PNV", date(2022, 12, 13), text, moment("15/12/2022 00:00"))
    chosen = [one.key for one in late]
    urge(play.round, play.coordinator, at, chosen=chosen, shown=last_urged(play.round), letter=letter)
    play.tell(at, f"  Đôn đốc {len(late)} xã chưa nộp, kèm công văn")
