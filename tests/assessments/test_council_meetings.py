"""How the council meets: when it may open, who presides and counts, what goes together, what stays as adopted."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile

from chiso.assessments.actions import council
from chiso.assessments.choices import Choice, MeetingForm, MeetingState, Outcome
from chiso.assessments.models import Absence, Attendance, Motion
from chiso.assessments.scores import facts_of
from chiso.audit.models import AuditEntry
from chiso.common.refusals import RuleViolation
from chiso.evidence.models import Document
from chiso.indexsets.answers import Answer
from chiso.notices.models import Notice
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Round
from tests.assessments.council_steps import (
    HOUR,
    LATER,
    bar,
    cast,
    fresh,
    leaf,
    person,
    propose,
    seats,
    sit,
    with_vice_chair,
)
from tests.world import PDF, World, moment, play_to

pytestmark = pytest.mark.django_db

FRIDAY = moment("06/01/2023 08:00")


# ---- opening, coming and going ---------------------------------------------------------------


def test_a_meeting_opens_half_an_hour_early_at_most_unless_all_are_there() -> None:
    world = play_to("council")
    with pytest.raises(RuleViolation, match="08:00 ngày 09/01/2023"):
        sit(world, "dung", "lan", at=HOUR - timedelta(minutes=31))
    council.open_meeting(
        world.meeting, world.cast.dung, HOUR - timedelta(minutes=30), present=seats(world, "dung", "lan")
    )
    assert world.meeting.state == MeetingState.OPEN


def test_all_members_may_begin_whenever_they_are_there() -> None:
    world = play_to("council")
    assert sit(world, "dung", "lan", "mai", at=FRIDAY).state == MeetingState.OPEN


def test_who_is_absent_is_recorded_with_the_reason() -> None:
    world = play_to("council")
    council.convene_meeting(world.round, world.cast.lan, FRIDAY, held_at=HOUR, place="Phòng họp")
    absent = seats(world, "mai")[0]
    words = {"present": seats(world, "dung", "lan"), "absences": {absent.pk: " Đi công tác. "}}
    council.open_meeting(world.meeting, world.cast.dung, HOUR, **words)
    assert [(row.member_id, row.reason) for row in Absence.objects.all()] == [(absent.pk, "Đi công tác.")]
    told = AuditEntry.objects.get(code="meeting.open").changes
    assert told["absent"] == [None, {"Chu Thị Mai": "Đi công tác."}]
    came = council.record_attendance(world.meeting, world.cast.lan, LATER, member=absent, is_here=True)
    assert came.arrived_at == LATER
    assert not Absence.objects.exists()


def test_who_comes_late_or_leaves_early_counts_from_then_on() -> None:
    world = play_to("council")
    Round.objects.update(majority="half_present")
    sit(world, "dung", "lan")
    mai = seats(world, "mai")[0]
    with pytest.raises(RuleViolation, match="không có trong danh sách dự họp"):
        cast(world, propose(world), mai="for")
    council.record_attendance(world.meeting, world.cast.giang, LATER, member=mai, is_here=True)
    with pytest.raises(RuleViolation, match="ghi nhận như vậy rồi"):
        council.record_attendance(world.meeting, world.cast.giang, LATER, member=mai, is_here=True)
    motion = Motion.objects.get()
    cast(world, motion, mai="for", dung="abstain", lan="abstain")
    assert council.conclude_motion(fresh(motion), world.cast.dung, LATER).outcome == Outcome.REJECTED
    council.record_attendance(world.meeting, world.cast.lan, LATER, member=mai, is_here=False)
    again = propose(world, "4")
    with pytest.raises(RuleViolation, match="không có trong danh sách dự họp"):
        cast(world, again, mai="for")
    cast(world, again, dung="for", lan="for")
    assert council.conclude_motion(fresh(again), world.cast.dung, LATER).outcome == Outcome.CARRIED


def test_a_member_who_left_the_council_neither_votes_nor_counts() -> None:
    world = play_to("council")
    sit(world, "dung", "lan", "mai")
    motion = propose(world)
    world.round.panel_members.filter(user=world.cast.mai).update(left_at=LATER)
    with pytest.raises(PermissionDenied):
        cast(world, motion, mai="for")
    assert person(world, "mai").panel_seats.get().attendances.count() == 1
    assert not type(world.meeting).objects.visible_to(person(world, "mai")).exists()


def test_a_meeting_is_moved_with_a_reason_and_everybody_is_told() -> None:
    world = play_to("council")
    council.convene_meeting(world.round, world.cast.lan, FRIDAY, held_at=HOUR, place="Phòng họp")
    with pytest.raises(RuleViolation, match="Chưa nêu lý do"):
        council.reschedule_meeting(world.meeting, world.cast.lan, FRIDAY, reason=" ", held_at=LATER)
    with pytest.raises(RuleViolation, match="từ bây giờ trở đi"):
        council.reschedule_meeting(world.meeting, world.cast.lan, LATER, reason="Bão.", held_at=HOUR)
    council.reschedule_meeting(world.meeting, world.cast.lan, FRIDAY, reason="Bão.", held_at=LATER, place="Phòng 2")
    assert (world.meeting.held_at, world.meeting.place) == (LATER, "Phòng 2")
    texts = {notice.recipient_id: notice.text for notice in Notice.objects.filter(text__startswith="Dời")}
    assert set(texts) == {world.cast.dung.pk, world.cast.lan.pk, world.cast.mai.pk}
    council.open_meeting(world.meeting, world.cast.dung, LATER, present=seats(world))
    with pytest.raises(RuleViolation, match="đã khai mạc"):
        council.reschedule_meeting(world.meeting, world.cast.lan, LATER, reason="Muộn.", held_at=LATER)


# ---- who presides --------------------------------------------------------------------------------


def test_the_vice_chair_who_is_present_presides_for_an_absent_chair() -> None:
    world = with_vice_chair()
    council.convene_meeting(world.round, world.cast.lan, FRIDAY, held_at=HOUR, place="Phòng họp")
    here = seats(world, "son", "lan", "mai")
    with pytest.raises(RuleViolation, match="Bạn vắng mặt"):
        council.open_meeting(world.meeting, person(world, "dung"), HOUR, present=here)
    council.open_meeting(world.meeting, person(world, "son"), HOUR, present=here)
    motion = propose(world)
    cast(world, motion, son="for", lan="against")
    with pytest.raises(RuleViolation, match="Phó Chủ tịch Hội đồng có mặt điều hành"):
        council.conclude_motion(fresh(motion), person(world, "dung"), LATER)
    concluded = council.conclude_motion(fresh(motion), person(world, "son"), LATER)
    assert (concluded.outcome, concluded.casting_choice) == (Outcome.CARRIED, Choice.FOR)
    with pytest.raises(RuleViolation, match="không điều hành được"):
        council.adopt_results(world.meeting, person(world, "dung"), LATER, minutes="Thống nhất.")
    council.adopt_results(world.meeting, person(world, "son"), LATER, minutes="Thống nhất.")
    assert world.round.stage == StageKey.APPROVAL


def test_the_chair_who_is_present_presides() -> None:
    world = with_vice_chair()
    council.convene_meeting(world.round, world.cast.lan, FRIDAY, held_at=HOUR, place="Phòng họp")
    with pytest.raises(RuleViolation, match="Chủ tịch khai mạc"):
        council.open_meeting(world.meeting, person(world, "son"), HOUR, present=seats(world))
    council.open_meeting(world.meeting, person(world, "dung"), HOUR, present=seats(world))
    motion = propose(world)
    cast(world, motion, son="for", lan="for")
    with pytest.raises(RuleViolation, match="Chủ tịch Hội đồng có mặt"):
        council.conclude_motion(fresh(motion), person(world, "son"), LATER)
    with pytest.raises(RuleViolation, match="Chủ tịch Hội đồng có mặt"):
        council.adopt_en_bloc(world.meeting, person(world, "son"), LATER, entries=[leaf(world, "1.1")])


def test_a_barred_chair_leaves_the_item_to_the_vice_chair_and_a_barred_member_is_not_counted() -> None:
    world = with_vice_chair()
    Round.objects.update(majority="half_all")
    bar(world, "dung")
    sit(world, "dung", "son", "lan", "mai")
    motion = propose(world)
    with pytest.raises(PermissionDenied):
        cast(world, motion, dung="for")
    cast(world, motion, son="for", lan="for")
    with pytest.raises(RuleViolation, match="Phó Chủ tịch Hội đồng có mặt kết luận"):
        council.conclude_motion(fresh(motion), person(world, "dung"), LATER)
    # Two of the three who take part in it are more than half; of all four they would not be.
    assert council.conclude_motion(fresh(motion), person(world, "son"), LATER).outcome == Outcome.CARRIED


def test_an_item_needs_a_quorum_of_those_who_take_part_in_it() -> None:
    world = play_to("council")
    bar(world, "lan")
    council.convene_meeting(world.round, world.cast.giang, FRIDAY, held_at=HOUR, place="Phòng họp")
    council.open_meeting(world.meeting, world.cast.dung, HOUR, present=seats(world, "dung", "lan"))
    entry, answer = leaf(world), Answer({"numerator": "85", "denominator": "100"})
    words = {"entry": entry, "answer": answer, "reason": "Xem lại."}
    with pytest.raises(PermissionDenied):
        council.propose_motion(world.meeting, person(world, "lan"), LATER, **words)
    motion = council.propose_motion(world.meeting, world.cast.giang, LATER, **words)
    cast(world, motion, dung="for")
    with pytest.raises(RuleViolation, match="1/2 thành viên được tham gia mục này"):
        council.conclude_motion(fresh(motion), world.cast.dung, LATER)


# ---- the agenda by hand ------------------------------------------------------------------------------


def test_an_item_is_listed_unlisted_and_proposed() -> None:
    world = play_to("council")
    sit(world, "dung", "lan", "mai")
    with pytest.raises(RuleViolation, match="Chưa nêu lý do"):
        council.list_item(world.meeting, world.cast.lan, LATER, entry=leaf(world, "1.2"), reason=" ")
    listed = council.list_item(world.meeting, world.cast.lan, LATER, entry=leaf(world, "1.2"), reason="Báo nêu.")
    assert (listed.outcome, listed.score, listed.number) == (Outcome.LISTED, None, 1)
    with pytest.raises(RuleViolation, match="đã có trong chương trình"):
        council.list_item(world.meeting, world.cast.giang, LATER, entry=leaf(world, "1.2"), reason="Lại.")
    with pytest.raises(RuleViolation, match="Còn 1 nội dung"):
        council.adopt_results(world.meeting, world.cast.dung, LATER, minutes="Thống nhất.")
    motion = propose(world, "4", code="1.2")
    assert (motion.pk, motion.number, motion.outcome) == (listed.pk, 1, Outcome.OPEN)
    with pytest.raises(RuleViolation, match="không còn chỉ nằm trong chương trình"):
        council.unlist_item(fresh(listed), world.cast.lan, LATER)
    other = council.list_item(world.meeting, world.cast.lan, LATER, entry=leaf(world, "1.1"), reason="Xem.")
    council.unlist_item(fresh(other), world.cast.giang, LATER)
    assert list(Motion.objects.values_list("pk", flat=True)) == [motion.pk]
    assert AuditEntry.objects.filter(code="motion.unlist", reason="Xem.").exists()
    assert "decided" not in facts_of(world.round)["01"]["1.2"]


def test_a_motion_is_withdrawn_with_a_reason_and_may_come_again() -> None:
    world = play_to("council")
    sit(world, "dung", "lan", "mai")
    motion = propose(world)
    with pytest.raises(RuleViolation, match="Chưa nêu lý do rút"):
        council.withdraw_motion(motion, world.cast.lan, LATER, reason="")
    cast(world, motion, mai="for")
    with pytest.raises(RuleViolation, match="Chủ tịch điều hành"):
        council.withdraw_motion(fresh(motion), world.cast.lan, LATER, reason="Số liệu nhầm.")
    council.withdraw_motion(fresh(motion), world.cast.dung, LATER, reason="Số liệu nhầm.")
    motion = fresh(motion)
    assert (motion.outcome, motion.resolution) == (Outcome.WITHDRAWN, "Số liệu nhầm.")
    with pytest.raises(RuleViolation, match="không mở biểu quyết"):
        cast(world, motion, lan="for")
    with pytest.raises(RuleViolation, match="đã được kết luận"):
        council.conclude_motion(motion, world.cast.dung, LATER)
    with pytest.raises(RuleViolation, match="chưa kết luận"):
        council.withdraw_motion(motion, world.cast.dung, LATER, reason="Lại.")
    assert propose(world).number == 2
    assert "decided" not in facts_of(world.round)["01"]["2.1"]


# ---- what goes together --------------------------------------------------------------------------------


def test_items_that_nobody_disputes_are_adopted_together() -> None:
    world = play_to("council")
    sit(world, "dung", "lan", "mai")
    council.list_item(world.meeting, world.cast.lan, LATER, entry=leaf(world, "1.2"), reason="Báo nêu.")
    before = facts_of(world.round)
    entries = [leaf(world, "1.1"), leaf(world, "1.2")]
    council.adopt_en_bloc(world.meeting, world.cast.dung, LATER, entries=entries, resolution="Đồng ý.")
    motions = {motion.entry.code: motion for motion in Motion.objects.select_related("entry")}
    assert {code: motion.outcome for code, motion in motions.items()} == dict.fromkeys(("1.1", "1.2"), Outcome.CARRIED)
    assert {motion.reason for motion in motions.values()} == {"Báo nêu.", "Thông qua chung: không có ý kiến khác."}
    assert sorted(motion.number for motion in motions.values()) == [1, 2]
    assert facts_of(world.round) == before
    told = AuditEntry.objects.get(code="meeting.adopt_en_bloc")
    assert told.changes["entries"][1] == ["Xã Bắc · 1.1", "Xã Bắc · 1.2"]
    council.adopt_results(world.meeting, world.cast.dung, LATER, minutes="Thống nhất.")


@pytest.mark.parametrize(
    ("code", "sentence"),
    [("2.1", "đơn vị còn đề nghị điểm khác"), ("2.3", "chưa có điểm để thông qua"), ("1.1", "đang được biểu quyết")],
)
def test_nothing_that_somebody_disputes_goes_with_it(code: str, sentence: str) -> None:
    world = play_to("council")
    sit(world, "dung", "lan", "mai")
    if code == "1.1":
        propose(world, "1", code="1.1")
    count = Motion.objects.count()
    with pytest.raises(RuleViolation, match=sentence):
        council.adopt_en_bloc(world.meeting, world.cast.dung, LATER, entries=[leaf(world, "2.2"), leaf(world, code)])
    assert Motion.objects.count() == count


def test_dissent_is_recorded_on_a_vote_and_on_the_whole() -> None:
    world = play_to("council")
    sit(world, "dung", "lan")
    motion = propose(world)
    council.cast_vote(motion, world.cast.lan, LATER, choice=Choice.AGAINST, dissent=" Tài liệu ban hành muộn. ")
    assert motion.votes.get().dissent == "Tài liệu ban hành muộn."
    council.give_opinion(world.meeting, world.cast.lan, LATER, dissent="Bảo lưu về nhóm 2.")
    assert Attendance.objects.get(member__user=world.cast.lan).dissent == "Bảo lưu về nhóm 2."
    with pytest.raises(RuleViolation, match="không có trong danh sách dự họp"):
        council.give_opinion(world.meeting, world.cast.mai, LATER, dissent="Bảo lưu.")
    with pytest.raises(PermissionDenied):
        council.give_opinion(world.meeting, world.cast.giang, LATER, dissent="Bảo lưu.")


# ---- in writing ------------------------------------------------------------------------------------------

UNTIL = moment("09/01/2023 00:00")


def consult(world: World) -> Motion:
    """Send one motion out on Friday, to be answered until Sunday night."""
    words = {"form": MeetingForm.WRITTEN, "held_at": FRIDAY, "answers_until": UNTIL}
    council.convene_meeting(world.round, world.cast.lan, FRIDAY, **words)
    motion = propose(world)
    assert not Notice.objects.filter(text__startswith="Mời họp").exists()
    council.send_consultation(world.meeting, world.cast.lan, FRIDAY)
    return fresh(motion)


def test_a_consultation_in_writing_from_sending_to_adoption() -> None:
    world = play_to("council")
    motion = consult(world)
    assert Notice.objects.filter(text__contains="hết 24 giờ ngày 08/01/2023").count() == 3
    council.cast_vote(motion, world.cast.lan, FRIDAY, choice=Choice.FOR)
    with pytest.raises(RuleViolation, match="còn 2 thành viên chưa trả lời"):
        council.conclude_motion(fresh(motion), world.cast.dung, FRIDAY)
    council.cast_vote(fresh(motion), world.cast.dung, FRIDAY, choice=Choice.FOR)
    with pytest.raises(RuleViolation, match="Đã hết hạn gửi ý kiến"):
        council.cast_vote(fresh(motion), world.cast.mai, UNTIL, choice=Choice.AGAINST)
    with pytest.raises(RuleViolation, match="Đã hết hạn gửi ý kiến"):
        council.give_opinion(world.meeting, world.cast.mai, UNTIL)
    assert council.conclude_motion(fresh(motion), world.cast.dung, UNTIL).outcome == Outcome.CARRIED
    council.adopt_results(world.meeting, world.cast.dung, UNTIL, minutes="Thống nhất.")
    assert world.round.stage == StageKey.APPROVAL


def test_a_consultation_in_writing_ends_early_when_all_have_answered() -> None:
    world = play_to("council")
    motion = consult(world)
    for name in ("dung", "lan", "mai"):
        council.cast_vote(fresh(motion), person(world, name), FRIDAY, choice=Choice.FOR)
    assert council.conclude_motion(fresh(motion), world.cast.dung, FRIDAY).outcome == Outcome.CARRIED


def test_a_consultation_in_writing_needs_answers_of_more_than_half() -> None:
    world = play_to("council")
    motion = consult(world)
    council.give_opinion(world.meeting, world.cast.dung, FRIDAY)
    council.cast_vote(motion, world.cast.dung, FRIDAY, choice=Choice.FOR)
    with pytest.raises(RuleViolation, match="1/3 thành viên trả lời"):
        council.conclude_motion(fresh(motion), world.cast.dung, UNTIL)
    council.reschedule_meeting(
        world.meeting, world.cast.lan, UNTIL, reason="Ít ý kiến.", answers_until=moment("10/01/2023 00:00")
    )
    council.cast_vote(fresh(motion), world.cast.mai, UNTIL, choice=Choice.FOR)
    with pytest.raises(RuleViolation, match="Chưa hết hạn"):
        council.conclude_motion(fresh(motion), world.cast.dung, UNTIL)
    assert council.conclude_motion(fresh(motion), world.cast.dung, moment("10/01/2023 00:00")).outcome == "carried"


def test_a_meeting_is_not_sent_and_a_consultation_not_opened() -> None:
    world = play_to("council")
    with pytest.raises(RuleViolation, match="Hạn gửi ý kiến phải sau"):
        council.convene_meeting(
            world.round, world.cast.lan, FRIDAY, held_at=FRIDAY, form=MeetingForm.WRITTEN, answers_until=FRIDAY
        )
    motion = consult(world)
    with pytest.raises(RuleViolation, match="không khai mạc"):
        council.open_meeting(world.meeting, world.cast.dung, FRIDAY, present=seats(world))
    with pytest.raises(RuleViolation, match="không điểm danh"):
        council.record_attendance(world.meeting, world.cast.lan, FRIDAY, member=seats(world)[0], is_here=True)
    with pytest.raises(RuleViolation, match="biểu quyết từng mục"):
        council.adopt_en_bloc(world.meeting, world.cast.dung, FRIDAY, entries=[leaf(world, "1.1")])
    assert motion.outcome == Outcome.OPEN
    type(world.meeting).objects.update(form=MeetingForm.MEETING, state=MeetingState.CONVENED)
    with pytest.raises(RuleViolation, match="không gửi xin ý kiến"):
        council.send_consultation(world.meeting, world.cast.lan, FRIDAY)


# ---- after the adoption --------------------------------------------------------------------------------

AFTER: dict[str, Callable[[World], object]] = {
    "open": lambda w: council.open_meeting(w.meeting, w.cast.dung, LATER, present=seats(w)),
    "send": lambda w: council.send_consultation(w.meeting, w.cast.lan, LATER),
    "move": lambda w: council.reschedule_meeting(w.meeting, w.cast.lan, LATER, reason="Muộn.", held_at=LATER),
    "attend": lambda w: council.record_attendance(
        w.meeting, w.cast.lan, LATER, member=seats(w, "mai")[0], is_here=False
    ),
    "list": lambda w: council.list_item(w.meeting, w.cast.lan, LATER, entry=leaf(w, "1.1"), reason="Xem."),
    "propose": lambda w: propose(w, "1", code="1.1"),
    "unlist": lambda w: council.unlist_item(fresh(Motion.objects.get()), w.cast.lan, LATER),
    "withdraw": lambda w: council.withdraw_motion(fresh(Motion.objects.get()), w.cast.dung, LATER, reason="Rút."),
    "vote": lambda w: cast(w, Motion.objects.get(), mai="against"),
    "conclude": lambda w: council.conclude_motion(fresh(Motion.objects.get()), w.cast.dung, LATER),
    "opinion": lambda w: council.give_opinion(w.meeting, w.cast.mai, LATER, dissent="Bảo lưu."),
    "en bloc": lambda w: council.adopt_en_bloc(w.meeting, w.cast.dung, LATER, entries=[leaf(w, "1.1")]),
    "adopt": lambda w: council.adopt_results(w.meeting, w.cast.dung, LATER, minutes="Lại."),
}


@pytest.mark.parametrize("stage", [StageKey.APPROVAL, StageKey.COUNCIL], ids=["adopted", "returned to the council"])
@pytest.mark.parametrize("name", AFTER)
def test_nothing_of_an_adopted_meeting_changes(name: str, stage: StageKey) -> None:
    world = play_to("approval")
    Round.objects.update(stage=stage)
    if stage == StageKey.COUNCIL:
        world.round.dossiers.update(state="before_council")
    before = rows(world)
    with pytest.raises(RuleViolation):
        AFTER[name](world)
    assert rows(world) == before


def rows(world: World) -> list[object]:
    meeting = world.meeting
    return [
        list(type(meeting).objects.values()),
        list(Motion.objects.values()),
        list(meeting.attendances.values()),
        list(Motion.objects.get().votes.values()),
        AuditEntry.objects.count(),
        facts_of(world.round),
    ]


def test_only_the_signed_minutes_are_attached_afterwards() -> None:
    world = play_to("approval")
    scan = ContentFile(PDF, name="Biên bản.pdf")
    with pytest.raises(PermissionDenied):
        council.attach_minutes(world.meeting, world.cast.mai, LATER, file=scan)
    council.attach_minutes(world.meeting, world.cast.lan, LATER, file=scan)
    document = Document.objects.get(name="Biên bản.pdf")
    assert (world.meeting.signed_minutes, document.unit) == (document, world.cast.authority)
    told = AuditEntry.objects.get(code="meeting.attach_minutes").changes
    assert told == {"minutes": [None, f"{document.pk} · {document.sha256[:12]}"]}
    for file in (ContentFile(b"MZ", name="a.exe"), ContentFile(b"PK\x03\x04", name="a.docx")):
        with pytest.raises(RuleViolation, match="không phải là PDF hoặc ảnh"):
            council.attach_minutes(world.meeting, world.cast.lan, LATER, file=file)


def test_minutes_are_not_attached_before_the_end() -> None:
    world = play_to("council")
    sit(world, "dung", "lan", "mai")
    with pytest.raises(RuleViolation, match="chưa kết thúc"):
        council.attach_minutes(world.meeting, world.cast.lan, LATER, file=ContentFile(PDF, name="b.pdf"))


def test_after_a_return_a_new_meeting_changes_what_the_first_adopted() -> None:
    world = play_to("approval")
    Round.objects.update(stage=StageKey.COUNCIL)
    world.round.dossiers.update(state="before_council")
    at = moment("10/01/2023 08:00")
    council.convene_meeting(world.round, world.cast.lan, at, held_at=at, place="Phòng họp")
    council.open_meeting(world.meeting, world.cast.dung, at, present=seats(world))
    answer = Answer({"numerator": "85", "denominator": "100"})
    motion = council.propose_motion(
        world.meeting, world.cast.lan, at, entry=leaf(world), answer=answer, reason="Chủ tịch UBND huyện yêu cầu."
    )
    council.cast_vote(fresh(motion), world.cast.dung, at, choice=Choice.FOR)
    council.conclude_motion(fresh(motion), world.cast.dung, at)
    assert facts_of(world.round)["01"]["2.1"] == {"numerator": "85", "denominator": "100"}
