"""The team, the communes' answers, the council and the head: from the first judgement to the published decision."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from chiso.assessments import windows
from chiso.assessments.actions import appraisal, council, stages, supplement
from chiso.assessments.actions.dossier import attach_evidence
from chiso.assessments.choices import Choice
from chiso.assessments.models import Appraisal, Entry, Explanation, Meeting, Motion
from chiso.assessments.offices import offices_of
from chiso.assessments.pages.agenda import agenda_of
from chiso.assessments.pages.council_room import room_of
from chiso.assessments.pages.en_bloc_page import undisputed
from chiso.assessments.policy import can_appraise, can_vote
from chiso.assessments.queries import awaiting_appraisal
from chiso.assessments.scores import node_of
from chiso.demo.facts import draw, facts_for
from chiso.demo.papers import Paper, print_paper
from chiso.demo.stage import Script, moment
from chiso.documents.composing import compose
from chiso.documents.publication_decision import build
from chiso.indexsets.answers import Answer
from chiso.organizations.models import User
from chiso.results import actions as result_actions
from chiso.results.models import Result, Submission
from chiso.rounds.choices import Panel, Position
from chiso.rounds.models import PanelMember
from chiso.rounds.policy import barred_units
from chiso.rounds.sight import assigned_to_seat
from chiso.scoring import Node

if TYPE_CHECKING:
    from chiso.demo.ha_lang import HaLang

_CUT_PERCENT = 9
_MOTIONS = 6
_REASONS = (
    "Số liệu không khớp thống kê trên Cổng Dịch vụ công quốc gia.",
    "Tài liệu kiểm chứng chưa chứng minh được số liệu tự chấm.",
    "Văn bản ban hành chậm so với thời hạn quy định.",
)
_SUPPLEMENT = Paper(
    "Van-ban-bo-sung-{n}.pdf",
    "VĂN BẢN BỔ SUNG, GIẢI TRÌNH",
    ("Số: {n}/UBND-VP ngày 31 tháng 12 năm 2022", "Giải trình theo Thông báo kết quả sơ bộ"),
    (),
)


def write(play: HaLang, script: Script) -> None:
    script.at("20/12/2022 15:00", partial(appraise, play, experts=("chuyen-vien-tp", "tai-chinh")))
    script.at("21/12/2022 16:00", partial(appraise, play, experts=("van-hoa",)))
    script.at("23/12/2022 15:00", partial(appraise, play, experts=("chuyen-vien", "van-phong", "to-truong")))
    script.at("24/12/2022 10:00", partial(sign_off, play))
    script.at("29/12/2022 09:00", partial(notify, play))
    for day, half in (("31/12/2022 10:00", 0), ("03/01/2023 09:00", 1)):
        script.at(day, partial(explain, play, half=half))
    script.at("04/01/2023 08:00", partial(start_second_pass, play))
    script.at("04/01/2023 15:00", partial(reappraise, play, half=0))
    script.at("05/01/2023 10:00", partial(reappraise, play, half=1))
    script.at("05/01/2023 16:30", partial(sign_off, play))
    script.at("06/01/2023 09:00", partial(convene, play))
    script.at("09/01/2023 08:30", partial(meet, play))
    script.at("09/01/2023 10:00", partial(vote_and_adopt, play))
    script.at("10/01/2023 09:00", partial(submit, play))
    script.at("11/01/2023 15:00", partial(approve, play))
    script.at("12/01/2023 10:00", partial(publish, play))


def _loaded() -> list[str]:
    return ["dossier__unit", "dossier__round__coordinator", "dossier__block__edition", "criterion"]


def appraise(play: HaLang, at: datetime, *, experts: tuple[str, ...]) -> None:
    """Each expert judges some leaves one by one and agrees with the rest at once."""
    for key in experts:
        by = _fresh(play.people[key])
        mine = awaiting_appraisal(play.round, 1).filter(assigned_to_seat(member__user=by))
        mine = mine.exclude(dossier__unit__in=barred_units(by, play.round))
        entries = list(mine.select_related(*_loaded()).order_by("criterion__position", "dossier__unit__code"))
        for entry in entries:
            found = _fault_of(entry)
            if found is not None:
                answer, reason = found
                appraisal.appraise_entry(entry, by, at, version=0, answer=answer, reason=reason, needs_explanation=True)
        appraisal.agree_with_self_scores(play.round, by, at, entries=entries)


def _fault_of(entry: Entry) -> tuple[Answer, str] | None:
    """What an expert finds wrong with a leaf, and why; None to agree."""
    node = node_of(entry.dossier.block.edition, entry.code)
    unit = entry.dossier.unit.code
    if node.method != "self" or draw(1, 100, "cut", unit, entry.code) > _CUT_PERCENT:
        return None
    if entry.not_applicable:
        return Answer({}, decided=Decimal(0)), "Có phát sinh nhiệm vụ trong năm nên không thuộc trường hợp này."
    if not entry.score:
        return None
    reason = _REASONS[draw(0, len(_REASONS) - 1, "reason", unit, entry.code)]
    worse = facts_for(unit, node, penalty=14)
    if node.rule is not None and node.rule.kind == "ratio" and worse != entry.facts:
        return Answer(worse), reason
    half = (entry.score / 2).quantize(Decimal("0.01"))
    return Answer(entry.facts, decided=half), reason


def sign_off(play: HaLang, at: datetime) -> None:
    """The head of each field-owner office signs for its part, then the leader for the whole."""
    round = play.round
    for office in offices_of(round, appraisal.current_pass(round)):
        head = round.panel_members.select_related("user").get(position=Position.OFFICE_HEAD, body=office.body_id)
        minutes = f"{office.name} đã thẩm định xong các tiêu chí được giao."
        appraisal.sign_off_office(round, _fresh(head.user), at - timedelta(hours=1), minutes=minutes)
    signed = appraisal.sign_off_pass(
        round,
        _fresh(play.people["to-truong"]),
        at,
        minutes="Tổ Chuyên viên họp, thống nhất kết quả thẩm định từng tiêu chí của các đơn vị.",
    )
    cuts = Appraisal.objects.filter(entry__dossier__round=round, pass_number=signed.pass_number).exclude(reason="")
    play.tell(at, f"  Kết thúc thẩm định lần {signed.pass_number}: {cuts.count()} tiêu chí có ý kiến")


def notify(play: HaLang, at: datetime) -> None:
    sent = appraisal.send_preliminary_notices(
        play.round, play.coordinator, at, number="318/TB-PNV", answer_until=moment("04/01/2023 00:00")
    )
    play.tell(at, f"Thông báo kết quả sơ bộ: {len(sent)} đơn vị, giải trình, bổ sung đến hết 03/01/2023")


def explain(play: HaLang, at: datetime, half: int) -> None:
    """Half of the communes open their notice, explain what was cut, fill gaps, and send the answer."""
    for position, unit in enumerate(play.cast.communes):
        if position % 2 != half:
            continue
        editor, approver = play.cast.editor(unit), play.cast.approver(unit)
        dossier = play.dossier(unit.code)
        appraisal.open_notice(dossier.notice, editor, at)
        open_codes = windows.reopened_codes(dossier)
        entries = Entry.objects.filter(dossier=dossier, code__in=open_codes).select_related(*_loaded())
        told = [_explain_leaf(entry, editor, at) for entry in entries.order_by("criterion__position")]
        if any(told):
            paper = print_paper(_SUPPLEMENT, unit, draw(20, 190, "supplement", unit.code))
            first = next(entry for entry, said in zip(entries, told, strict=True) if said)
            attach_evidence(_loaded_entry(first.pk), editor, at, file=paper, place="trang 1")
            supplement.resubmit_dossier(play.dossier(unit.code), approver, at + timedelta(hours=2))


def _loaded_entry(pk: int) -> Entry:
    return Entry.objects.select_related(*_loaded()).get(pk=pk)


def _explain_leaf(entry: Entry, by: User, at: datetime) -> bool:
    unit, code = entry.dossier.unit.code, entry.code
    node = node_of(entry.dossier.block.edition, code)
    first = entry.appraisals.filter(pass_number=1).first()
    if first is None:
        text, answer = "Bổ sung số liệu còn thiếu.", Answer(facts_for(unit, node, penalty=6))
    elif first.needs_explanation and draw(1, 100, "explains", unit, code) <= 75:
        text = "Đơn vị giải trình và gửi kèm văn bản chứng minh; đề nghị giữ điểm tự chấm."
        answer = Answer(entry.facts, not_applicable=entry.not_applicable)
    elif node.as_of == "year_end" and draw(1, 100, "update", unit, code) <= 30:
        text, answer = "Cập nhật số liệu đến hết 31/12/2022.", Answer(_year_end(entry, node))
    else:
        return False
    supplement.explain_entry(_loaded_entry(entry.pk), by, at, version=0, text=text, answer=answer)
    return True


def _year_end(entry: Entry, node: Node) -> dict[str, str]:
    """A few more cases until the end of the year, nearly all of them done well."""
    more = draw(3, 20, "year-end", entry.dossier.unit.code, node.code)
    numerator, denominator = (int(entry.facts.get(name, "0")) for name in ("numerator", "denominator"))
    if denominator < 100:
        return {"numerator": str(min(denominator, numerator + 1)), "denominator": str(denominator)}
    return {"numerator": str(numerator + more), "denominator": str(denominator + more)}


def start_second_pass(play: HaLang, at: datetime) -> None:
    stages.start_reappraisal(play.round, play.coordinator, at)
    answers = Explanation.objects.filter(entry__dossier__round=play.round).count()
    play.tell(at, f"Rà soát, điều chỉnh: {answers} giải trình, bổ sung")


def reappraise(play: HaLang, at: datetime, *, half: int) -> None:
    """The experts read the answers: some convince, some do not."""
    waiting = awaiting_appraisal(play.round, 2).select_related(*_loaded(), "explanation")
    entries = list(waiting.order_by("criterion__position", "dossier__unit__code"))
    for position, entry in enumerate(entries):
        if half == 0 and position % 2:
            continue
        by = _expert_for(play, entry)
        said = getattr(entry, "explanation", None)
        first = entry.appraisals.filter(pass_number=1).first()
        convinced = said is not None and draw(1, 100, "convinced", entry.dossier.unit.code, entry.code) <= 55
        if convinced or first is None:
            kept = said if said is not None else entry
            reason = "Giải trình có căn cứ, tài liệu bổ sung phù hợp."
        else:
            kept, reason = first, "Tài liệu bổ sung chưa đủ căn cứ, giữ kết quả thẩm định lần 1."
        answer = Answer(kept.facts, not_applicable=kept.not_applicable, decided=kept.decided)
        appraisal.appraise_entry(entry, by, at, version=0, answer=answer, reason=reason)


def _expert_for(play: HaLang, entry: Entry) -> User:
    """The first of the team to whom the leaf is assigned for this commune, and who is not barred from it."""
    seats = PanelMember.objects.filter(round=play.round, panel=Panel.TEAM, assignments__criterion=entry.criterion)
    people = [_fresh(seat.user) for seat in seats.select_related("user").distinct().order_by("pk")]
    return next(person for person in people if can_appraise(person, entry))


def convene(play: HaLang, at: datetime) -> None:
    council.convene_meeting(
        play.round,
        _fresh(play.people["noi-vu"]),
        at,
        held_at=moment("09/01/2023 08:30"),
        place="Phòng họp số 2, UBND huyện Hạ Lang",
    )
    play.tell(at, "Hội đồng: triệu tập họp lúc 08:30 ngày 09/01/2023")


def meet(play: HaLang, at: datetime) -> None:
    """Open the meeting and put to the vote what is still disputed, the largest first."""
    meeting = _meeting(play)
    absent = play.people["truyen-thong"]
    seats = list(play.round.panel_members.filter(panel=Panel.COUNCIL))
    present = [seat for seat in seats if seat.user_id != absent.pk]
    absences = {seat.pk: "Đi công tác tại tỉnh." for seat in seats if seat.user_id == absent.pk}
    council.open_meeting(meeting, _fresh(play.people["pho-chu-tich"]), at, present=present, absences=absences)
    for number, (entry, answer, reason) in enumerate(_disputes(play)[:_MOTIONS], start=1):
        council.propose_motion(
            _meeting(play),
            _fresh(play.people["noi-vu"]),
            at,
            entry=entry,
            answer=answer,
            reason=reason,
            is_secret=number == _MOTIONS,
        )


def _disputes(play: HaLang) -> list[tuple[Entry, Answer, str]]:
    said = Explanation.objects.filter(entry__dossier__round=play.round, score__isnull=False)
    found: dict[Decimal, list[tuple[Entry, Answer, str]]] = defaultdict(list)
    for explanation in said.order_by("entry__dossier__unit__code", "entry__criterion__position"):
        second = Appraisal.objects.filter(entry=explanation.entry_id, pass_number=2).first()
        if second is None or second.score is None or explanation.score is None:
            continue
        gap = explanation.score - second.score
        if gap > 0:
            entry = _loaded_entry(explanation.entry_id)
            between = (second.score + gap / 2).quantize(Decimal("0.01"))
            found[gap].append(
                (entry, Answer(second.facts, decided=between), "Ghi nhận một phần giải trình của đơn vị.")
            )
    return [dispute for gap in sorted(found, reverse=True) for dispute in found[gap]]


def vote_and_adopt(play: HaLang, at: datetime) -> None:
    meeting = _meeting(play)
    chair = _fresh(play.people["pho-chu-tich"])
    for motion in _motions(meeting):
        for seat in meeting.attendances.select_related("member__user").order_by("member__pk"):
            voter = _fresh(seat.member.user)
            if not can_vote(voter, motion):
                continue
            lean = draw(1, 100, "vote", str(motion.number), voter.email)
            choice = Choice.FOR if lean <= 50 else Choice.AGAINST if lean <= 90 else Choice.ABSTAIN
            council.cast_vote(motion, voter, at + timedelta(minutes=motion.number), choice=choice)
        said = at + timedelta(minutes=motion.number + 1)
        council.conclude_motion(motion, chair, said, casting=Choice.AGAINST if motion.is_secret else "")
    agreed = _adopt_what_nobody_disputes(play, chair, at + timedelta(minutes=40))
    play.tell(at, f"  Thông qua chung {agreed} mục không có ý kiến khác")
    council.give_opinion(
        _meeting(play),
        _fresh(play.people["tai-chinh"]),
        at + timedelta(minutes=50),
        dissent="Đề nghị năm sau tách tiêu chí giải ngân thành hai mục.",
    )
    carried = meeting.motions.filter(outcome="carried").count()
    voted = carried - agreed
    play.tell(at, f"  Biểu quyết {meeting.motions.count() - agreed} nội dung, thông qua {voted}")
    council.adopt_results(
        _meeting(play),
        chair,
        at + timedelta(hours=1),
        minutes="Hội đồng thống nhất kết quả Chỉ số CCHC năm 2022 của các xã, thị trấn.",
    )
    play.tell(at, "  Hội đồng thống nhất kết quả")


def _adopt_what_nobody_disputes(play: HaLang, chair: User, at: datetime) -> int:
    room = room_of(_meeting(play), chair)
    keys = [item.line.pk for item in undisputed(room, agenda_of(room))]
    entries = list(room.entries().filter(pk__in=keys))
    return len(council.adopt_en_bloc(_meeting(play), chair, at, entries=entries)) if entries else 0


def _meeting(play: HaLang) -> Meeting:
    return Meeting.objects.select_related("round").filter(round=play.round).order_by("-number")[0]


def _motions(meeting: Meeting) -> list[Motion]:
    related = ("meeting__round", "entry__dossier__unit")
    return list(meeting.motions.select_related(*related).order_by("number"))


def submit(play: HaLang, at: datetime) -> None:
    result_actions.submit_for_approval(
        play.round,
        play.coordinator,
        at,
        number="05/TTr-PNV",
        text="Trình Chủ tịch UBND huyện phê duyệt kết quả Chỉ số CCHC năm 2022 của các xã, thị trấn.",
    )
    play.tell(at, "Phê duyệt: trình Chủ tịch UBND huyện")


def approve(play: HaLang, at: datetime) -> None:
    submission = Submission.objects.select_related("round").get(round=play.round, state="waiting")
    result = result_actions.approve_result(submission, play.head, at)
    play.tell(at, f"  Chủ tịch UBND huyện phê duyệt; kết quả niêm phong {result.digest[:12]}")


def publish(play: HaLang, at: datetime) -> None:
    result = Result.objects.select_related("round__authority", "round__coordinator", "approved_by").get(
        round=play.round
    )
    decision = build(compose(result, number="58/QĐ-UBND", day=date(2023, 1, 12)))
    result_actions.publish_result(
        result, play.coordinator, at, number="58/QĐ-UBND", day=date(2023, 1, 12), decision=decision
    )
    play.tell(at, "Công bố: Quyết định số 58/QĐ-UBND ngày 12/01/2023")


def _fresh(user: User) -> User:
    """The same person with roles and seats to be read anew: seats were given after the cast was engaged."""
    return User.objects.get(pk=user.pk)
