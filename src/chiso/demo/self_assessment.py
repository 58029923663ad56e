"""The communes at work: they enter, attach, submit; one is late, one gets more time, one is sent back."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.core.files.base import File
from django.utils import timezone

from chiso.assessments.actions import dossier as actions
from chiso.assessments.actions import sharing, stages, submission
from chiso.assessments.actions.extension import grant_extension
from chiso.assessments.models import Entry
from chiso.assessments.scores import node_of
from chiso.demo.cast import SHARED
from chiso.demo.facts import GAPS, answer_for, draw
from chiso.demo.papers import PAPERS, Paper, print_paper, print_report
from chiso.demo.stage import Script, moment
from chiso.indexsets.answers import Answer
from chiso.organizations.models import Unit
from chiso.rounds.choices import StageKey

if TYPE_CHECKING:
    from chiso.demo.ha_lang import HaLang

LATE = "01540"
EXTENDED = "01537"
RETURNED = "01573"
_SUBMITTED = {
    "01558": "09/12/2022 16:20",
    "01555": "10/12/2022 09:05",
    "01567": "12/12/2022 10:40",
    "01549": "12/12/2022 11:15",
    "01552": "12/12/2022 15:30",
    "01564": "12/12/2022 17:02",
    "01534": "13/12/2022 16:00",
    "01543": "14/12/2022 10:10",
    "01546": "14/12/2022 15:45",
    "01561": "14/12/2022 21:30",
    "01573": "14/12/2022 23:58",
    EXTENDED: "16/12/2022 17:20",
    LATE: "16/12/2022 10:00",
}
"""When each commune submits; the deadline is the end of 14/12/2022."""
_SHARES = (
    ("", ("1", "3", "7", "8"), date(2022, 12, 13)),
    ("ke-toan", ("6",), date(2022, 12, 10)),
    ("tu-phap", ("2", "4", "5"), date(2022, 12, 12)),
)
"""Who answers for which areas, until when; the bonus leaves are left over."""
_REMARK = "Ghi rõ số hồ sơ trễ hạn do mất điện và số văn bản đã báo cáo."
_ANSWER = "03 hồ sơ, theo Báo cáo số 87/BC-UBND ngày 20/10/2022."
_NOTES = {"3.2.1": "Hồ sơ trễ hạn thuộc lĩnh vực đất đai do mất điện diện rộng (có văn bản kèm theo)."}


def write(play: HaLang, script: Script) -> None:
    """Every commune enters area by area on the days before it submits, then attaches its papers."""
    for unit in play.cast.communes:
        submit_at = moment(_SUBMITTED[unit.code])
        areas = ["1", "2", "3", "4", "5", "6", "7", "8", "B"]
        for number, area in enumerate(areas):
            before = timedelta(hours=14 * (len(areas) - number) + 4, minutes=draw(1, 50, "minute", unit.code, area))
            script.add(submit_at - before, partial(enter_area, play, unit=unit, area=area))
        script.add(submit_at - timedelta(hours=3), partial(attach_papers, play, unit=unit))
        script.add(submit_at - timedelta(hours=1), partial(request_review, play, unit=unit))
        script.add(submit_at - timedelta(minutes=30), partial(sign_report, play, unit=unit))
        script.add(submit_at, partial(submit, play, unit=unit))
    script.at("29/11/2022 09:00", partial(share, play))
    script.at("12/12/2022 20:15", partial(review, play))
    script.at("13/12/2022 09:10", partial(answer_review, play))
    script.at("13/12/2022 15:00", partial(extend, play))
    script.at("15/12/2022 08:00", partial(aggregate, play))
    script.at("15/12/2022 10:00", partial(send_back_formally, play))
    script.at("16/12/2022 14:00", partial(submit, play, unit=_unit(play, RETURNED)))
    script.at("19/12/2022 08:30", partial(hand_over, play))


def _unit(play: HaLang, code: str) -> Unit:
    return next(unit for unit in play.cast.communes if unit.code == code)


def entries_of(play: HaLang, unit: Unit) -> list[Entry]:
    entries = Entry.objects.filter(dossier__round=play.round, dossier__unit=unit).order_by("criterion__position")
    return list(entries.select_related("dossier__unit", "dossier__round__coordinator", "dossier__block__edition"))


def enter_area(play: HaLang, at: datetime, unit: Unit, area: str) -> None:
    for number, entry in enumerate(entries_of(play, unit)):
        node = node_of(entry.dossier.block.edition, entry.code)
        if not entry.code.startswith(area) or node.method != "self":
            continue
        given = answer_for(unit.code, node)
        if given is not None:
            answer, reason = given
            actions.save_entry(
                entry,
                play.cast.editor(unit),
                at + timedelta(minutes=number // 2),
                version=entry.version,
                answer=answer,
                reason=reason,
                note=_NOTES.get(entry.code, ""),
            )


def attach_papers(play: HaLang, at: datetime, unit: Unit) -> None:
    entries = {entry.code: entry for entry in entries_of(play, unit)}
    for number, paper in enumerate(PAPERS):
        file = print_paper(paper, unit, draw(20, 190, "number", unit.code, paper.title))
        attach(play, at + timedelta(minutes=number), unit, [entries[code] for code in paper.codes], paper, file)


def attach(play: HaLang, at: datetime, unit: Unit, entries: list[Entry], paper: Paper, file: File[bytes]) -> None:
    document = None
    for page, entry in enumerate(entries, start=1):
        if not entry.has_answer() or draw(1, 100, "paper", unit.code, entry.code) <= 4:
            continue
        place = f"trang {page}" if paper.name.endswith(".pdf") else ""
        if document is None:
            document = actions.attach_evidence(entry, play.cast.editor(unit), at, file=file, place=place).document
        else:
            actions.cite_document(entry, play.cast.editor(unit), at, document=document, place=place)


def share(play: HaLang, at: datetime) -> None:
    """The chairman of one commune shares the work among three officials."""
    unit = _unit(play, SHARED)
    for key, areas, until in _SHARES:
        to = play.cast.colleague(key) if key else play.cast.editor(unit)
        sharing.assign_leaves(play.dossier(SHARED), play.cast.approver(unit), at, codes=areas, to=to, until=until)
    play.tell(at, f"  {unit.name} phân công tự chấm cho {len(_SHARES)} công chức")


def review(play: HaLang, at: datetime) -> None:
    """The chairman reads what was entered, and finds something."""
    unit = _unit(play, SHARED)
    submission.remark_entry(_reviewed(play), play.cast.approver(unit), at, remark=_REMARK)


def answer_review(play: HaLang, at: datetime) -> None:
    entry, unit = _reviewed(play), _unit(play, SHARED)
    actions.save_entry(
        entry,
        play.cast.editor(unit),
        at,
        version=entry.version,
        answer=Answer(entry.facts, entry.not_applicable, entry.decided),
        reason=entry.reason,
        note=f"{entry.note} {_ANSWER}",
    )


def _reviewed(play: HaLang) -> Entry:
    return next(entry for entry in entries_of(play, _unit(play, SHARED)) if entry.code == "3.2.1")


def sign_report(play: HaLang, at: datetime, unit: Unit) -> None:
    number, day = draw(60, 140, "report", unit.code), timezone.localdate(at)
    submission.attach_report(
        play.dossier(unit.code),
        play.cast.editor(unit),
        at,
        number=f"{number}/BC-UBND",
        day=day,
        file=print_report(unit, number, day),
    )


def request_review(play: HaLang, at: datetime, unit: Unit) -> None:
    actions.request_review(play.dossier(unit.code), play.cast.editor(unit), at)


def submit(play: HaLang, at: datetime, unit: Unit) -> None:
    dossier = actions.submit_dossier(play.dossier(unit.code), play.cast.approver(unit), at)
    late = f", trễ {dossier.late_days} ngày" if dossier.late_days else ""
    gaps = f", còn {len(GAPS[unit.code])} tiêu chí trống" if unit.code in GAPS else ""
    play.tell(at, f"  {unit.name} nộp hồ sơ{late}{gaps}")


def extend(play: HaLang, at: datetime) -> None:
    grant_extension(
        play.round,
        play.coordinator,
        at,
        stage=StageKey.SELF_ASSESSMENT,
        until=moment("17/12/2022 00:00"),
        reason="Mất điện, mất mạng từ 11/12 đến 13/12/2022 do sạt lở đường vào xã.",
        unit=_unit(play, EXTENDED),
    )
    play.tell(at, f"  Gia hạn cho {_unit(play, EXTENDED).name} đến hết 16/12/2022")


def aggregate(play: HaLang, at: datetime) -> None:
    stages.start_aggregation(play.round, play.coordinator, at)
    play.tell(at, "Tổng hợp kết quả tự chấm điểm")


def send_back_formally(play: HaLang, at: datetime) -> None:
    actions.return_dossier(
        play.dossier(RETURNED),
        play.coordinator,
        at,
        reason="Chưa đính kèm bản quét rõ của Quy chế chi tiêu nội bộ.",
        until=moment("18/12/2022 00:00"),
    )


def hand_over(play: HaLang, at: datetime) -> None:
    stages.start_appraisal(play.round, play.coordinator, at)
    play.tell(at, "Thẩm định lần 1: chuyển Tổ Chuyên viên")
