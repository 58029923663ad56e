"""The rules of appraisal, notice, supplement and council, each with its refusal."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile

from chiso.assessments import windows
from chiso.assessments.actions import appraisal, council, stages, supplement
from chiso.assessments.actions.dossier import attach_evidence, remove_citation
from chiso.assessments.choices import Choice, DossierState, Outcome
from chiso.assessments.models import Appraisal, Citation, Motion, PreliminaryNotice
from chiso.assessments.queries import awaiting_appraisal
from chiso.assessments.scores import counting, facts_of, with_all_scores
from chiso.common.refusals import RuleViolation
from chiso.indexsets.answers import Answer
from chiso.rounds.choices import Panel, StageKey
from tests.world import PDF, World, moment, play_to

pytestmark = pytest.mark.django_db
PASS_1, PASS_2 = moment("22/12/2022 09:00"), moment("05/01/2023 09:00")
ANSWERING = moment("02/01/2023 09:00")


def appraise(
    world: World, answer: Answer, *, version: int = 0, at=PASS_1, code: str = "2.1", **also: object
) -> Appraisal:
    entry = world.entry(world.cast.north, code)
    return appraisal.appraise_entry(entry, world.cast.chi, at, version=version, answer=answer, **also)


def test_agreeing_needs_no_reason_but_differing_does() -> None:
    world = play_to("appraisal")
    same = Answer({"numerator": "90", "denominator": "100"})
    assert appraise(world, same).score == Decimal("5.40")
    with pytest.raises(RuleViolation, match="phải nêu lý do"):
        appraise(world, Answer({"numerator": "80", "denominator": "100"}), version=1)
    cut = appraise(world, Answer({}, decided=Decimal(3)), version=1, reason="Thiếu tài liệu.")
    assert (cut.score, cut.score_state, cut.version) == (Decimal(3), "decided", 2)
    assert world.entry(world.cast.north, "2.1").score == Decimal("5.40")


def test_second_appraiser_on_a_stale_page_is_refused() -> None:
    world = play_to("appraisal")
    appraise(world, Answer({"numerator": "90", "denominator": "100"}))
    with pytest.raises(RuleViolation, match="vừa được người khác chấm"):
        appraise(world, Answer({}, decided=Decimal(1)), reason="Thiếu.")


def test_appraising_nothing_is_refused() -> None:
    with pytest.raises(RuleViolation, match="Chưa có số liệu"):
        appraise(play_to("appraisal"), Answer({}), reason="Không rõ.")


def test_refusing_not_applicable_counts_as_a_cut() -> None:
    world = play_to("appraisal")
    entry = world.entry(world.cast.south, "1.2")
    row = appraisal.appraise_entry(
        entry, world.cast.chi, PASS_1, version=0, answer=Answer({}, decided=Decimal(0)), reason="Có được giao nhiệm vụ."
    )
    assert (row.score, row.effective_max) == (Decimal(0), Decimal(6))


def test_bulk_agreement_leaves_judged_leaves_alone() -> None:
    world = play_to("appraisal")
    appraise(world, Answer({}, decided=Decimal(3)), reason="Thiếu.")
    related = ("dossier__round", "dossier__unit", "criterion")
    entries = list(world.dossier(world.cast.north).entries.select_related(*related))
    assert appraisal.agree_with_self_scores(world.round, world.cast.chi, PASS_1, entries=entries) == 4
    assert Appraisal.objects.get(entry__code="2.1").score == Decimal(3)
    assert set(Appraisal.objects.values_list("entry__code", flat=True)) == {"1.1", "1.2", "2.1", "2.2", "B.1"}


def test_bulk_agreement_with_the_own_unit_is_refused_whole() -> None:
    world = play_to("appraisal")
    world.cast.chi.memberships.create(unit=world.cast.north, role="observer")
    world.cast.chi.refresh_from_db()
    related = ("dossier__round", "dossier__unit", "criterion")
    entries = list(awaiting_appraisal(world.round, 1).select_related(*related).order_by("-dossier__unit__code"))
    with pytest.raises(RuleViolation, match="không được phân công"):
        appraisal.agree_with_self_scores(world.round, world.cast.chi, PASS_1, entries=entries)
    assert not Appraisal.objects.exists()


def test_pass_ends_only_when_nothing_waits_and_with_minutes() -> None:
    world = play_to("appraisal")
    with pytest.raises(RuleViolation, match="Còn 9 tiêu chí"):
        appraisal.sign_off_pass(world.round, world.cast.khanh, PASS_1, minutes="Họp")
    related = ("dossier__round", "dossier__unit", "criterion")
    waiting = list(awaiting_appraisal(world.round, 1).select_related(*related))
    appraisal.agree_with_self_scores(world.round, world.cast.chi, PASS_1, entries=waiting)
    with pytest.raises(RuleViolation, match="biên bản"):
        appraisal.sign_off_pass(world.round, world.cast.khanh, PASS_1, minutes=" ")
    appraisal.sign_off_pass(world.round, world.cast.khanh, PASS_1, minutes="Tổ họp.")
    assert world.round.stage == StageKey.NOTICE


@pytest.mark.parametrize("until", ["29/12/2022 08:00", "06/01/2023 00:01"])
def test_notice_states_a_date_inside_the_reappraisal(until: str) -> None:
    world = play_to("notice")
    with pytest.raises(RuleViolation, match=r"05/01/2023"):
        appraisal.send_preliminary_notices(
            world.round, world.cast.giang, moment("29/12/2022 09:00"), number="4/TB", answer_until=moment(until)
        )


def test_first_opening_of_a_notice_is_recorded() -> None:
    world = play_to("supplement")
    notice = PreliminaryNotice.objects.select_related("dossier").get(dossier__unit=world.cast.north)
    appraisal.open_notice(notice, world.cast.an, ANSWERING)
    appraisal.open_notice(notice, world.cast.binh, moment("03/01/2023 09:00"))
    notice.refresh_from_db()
    assert notice.opened_at == ANSWERING


def test_leaves_reopen_when_cut_flagged_missing_or_not_final() -> None:
    world = play_to("supplement")
    # Xã Bắc: 2.1 was cut. Xã Nam: 2.1 is a year-end figure; 1.2 was agreed, so nothing else. None is missing.
    assert windows.reopened_codes(world.dossier(world.cast.north)) == {"2.1"}
    assert windows.reopened_codes(world.dossier(world.cast.south)) == {"2.1"}
    world.dossier(world.cast.south).entries.filter(code="1.1").update(facts={}, score=None, score_state="missing")
    Appraisal.objects.filter(entry__dossier__unit=world.cast.south, entry__code="1.1").delete()
    Appraisal.objects.filter(entry__dossier__unit=world.cast.north, entry__code="2.2").update(needs_explanation=True)
    assert windows.reopened_codes(world.dossier(world.cast.south)) == {"2.1", "1.1"}
    assert windows.reopened_codes(world.dossier(world.cast.north)) == {"2.1", "2.2"}


def explain(world: World, code: str, text: str = "Có văn bản.", version: int = 0, at=ANSWERING) -> None:
    entry = world.entry(world.cast.north, code)
    supplement.explain_entry(entry, world.cast.an, at, version=version, text=text, answer=Answer(entry.facts))


def test_explaining_is_for_reopened_leaves_in_time_and_with_words() -> None:
    world = play_to("supplement")
    with pytest.raises(RuleViolation, match="không thuộc diện"):
        explain(world, "1.1")
    with pytest.raises(RuleViolation, match="Chưa có nội dung"):
        explain(world, "2.1", text=" ")
    with pytest.raises(RuleViolation, match="hết 24 giờ ngày 03/01/2023"):
        explain(world, "2.1", at=moment("04/01/2023 00:00"))
    explain(world, "2.1")
    assert world.dossier(world.cast.north).state == DossierState.SUPPLEMENTING
    with pytest.raises(RuleViolation, match="vừa được người khác lưu"):
        explain(world, "2.1")
    explain(world, "2.1", version=1, text="Có văn bản số 12.")


def test_supplement_takes_new_evidence_for_reopened_leaves_only() -> None:
    world = play_to("supplement")
    file = ContentFile(PDF + b"more", name="bổ sung.pdf")
    with pytest.raises(RuleViolation, match="không thuộc diện"):
        attach_evidence(world.entry(world.cast.north, "1.1"), world.cast.an, ANSWERING, file=file)
    added = attach_evidence(world.entry(world.cast.north, "2.1"), world.cast.an, ANSWERING, file=file)
    assert added.stage == StageKey.SUPPLEMENT
    related = ("entry__dossier__round__coordinator", "entry__dossier__block__edition", "document")
    old = Citation.objects.select_related(*related).get(entry__code="1.1")
    with pytest.raises(RuleViolation):
        remove_citation(old, world.cast.an, ANSWERING)


def test_second_pass_judges_what_was_answered_and_keeps_the_rest() -> None:
    world = play_to("reappraisal")
    assert [entry.code for entry in awaiting_appraisal(world.round, 2)] == ["2.1"]
    with pytest.raises(RuleViolation, match="phải nêu lý do"):
        appraise(world, Answer({"numerator": "90", "denominator": "100"}), at=PASS_2)
    appraise(world, Answer({"numerator": "90", "denominator": "100"}), at=PASS_2, reason="Giải trình có căn cứ.")
    entry = world.round.dossiers.get(unit=world.cast.north).entries.prefetch_related(*with_all_scores())
    rows = {row.code: counting(row, StageKey.REAPPRAISAL).score for row in entry}
    assert rows["2.1"] == Decimal("5.40")
    assert rows["1.1"] == Decimal(2)


def test_supplement_closes_at_the_date_of_the_notice() -> None:
    world = play_to("supplement")
    with pytest.raises(RuleViolation, match="Còn 2 đơn vị"):
        stages.start_reappraisal(world.round, world.cast.giang, ANSWERING)
    stages.start_reappraisal(world.round, world.cast.giang, moment("04/01/2023 00:00"))
    assert world.dossier(world.cast.south).state == DossierState.UNDER_REAPPRAISAL


AT_MEETING = moment("09/01/2023 08:30")


@pytest.fixture
def meeting() -> World:
    world = play_to("council")
    world.meeting_open()
    return world


def propose(world: World, points: int = 5) -> Motion:
    motion = council.propose_motion(
        world.meeting,
        world.cast.lan,
        AT_MEETING,
        entry=world.entry(world.cast.north, "2.1"),
        answer=Answer({}, decided=Decimal(points)),
        reason="Ghi nhận.",
    )
    return Motion.objects.select_related("meeting__round", "entry__dossier__unit").get(pk=motion.pk)


@pytest.mark.parametrize(
    ("votes", "outcome"),
    [
        ({"dung": "for", "lan": "for", "mai": "against"}, Outcome.CARRIED),
        ({"dung": "for", "lan": "against", "mai": "against"}, Outcome.REJECTED),
        ({"dung": "for", "lan": "against"}, Outcome.CARRIED),
        ({"dung": "against", "lan": "for"}, Outcome.REJECTED),
        ({"dung": "abstain", "lan": "for", "mai": "against"}, Outcome.REJECTED),
        ({"lan": "for"}, Outcome.CARRIED),
    ],
)
def test_majority_carries_and_the_chair_decides_a_tie(meeting: World, votes: dict[str, str], outcome: Outcome) -> None:
    motion = propose(meeting)
    for name, choice in votes.items():
        council.cast_vote(motion, getattr(meeting.cast, name), AT_MEETING, choice=Choice(choice))
    assert council.conclude_motion(motion, meeting.cast.dung, AT_MEETING).outcome == outcome
    given = facts_of(meeting.round)["01"]["2.1"]
    assert ("decided" in given) == (outcome == Outcome.CARRIED)


def test_vote_may_be_changed_until_the_motion_is_concluded(meeting: World) -> None:
    motion = propose(meeting)
    council.cast_vote(motion, meeting.cast.lan, AT_MEETING, choice=Choice.FOR)
    council.cast_vote(motion, meeting.cast.lan, AT_MEETING, choice=Choice.AGAINST)
    assert motion.votes.count() == 1
    council.conclude_motion(motion, meeting.cast.dung, AT_MEETING)
    with pytest.raises(RuleViolation, match="đã được kết luận"):
        council.conclude_motion(motion, meeting.cast.dung, AT_MEETING)
    with pytest.raises(RuleViolation, match="không mở biểu quyết"):
        council.cast_vote(motion, meeting.cast.dung, AT_MEETING, choice=Choice.FOR)


def test_motion_without_votes_is_not_concluded_and_blocks_adoption(meeting: World) -> None:
    motion = propose(meeting)
    with pytest.raises(RuleViolation, match="Chưa có ai biểu quyết"):
        council.conclude_motion(motion, meeting.cast.dung, AT_MEETING)
    with pytest.raises(RuleViolation, match="Còn 1 nội dung"):
        council.adopt_results(meeting.meeting, meeting.cast.dung, AT_MEETING, minutes="Thống nhất.")
    with pytest.raises(RuleViolation, match="chưa biểu quyết xong"):
        propose(meeting, 4)


def test_later_carried_motion_replaces_an_earlier_one(meeting: World) -> None:
    for points in (5, 4):
        motion = propose(meeting, points)
        council.cast_vote(motion, meeting.cast.dung, AT_MEETING, choice=Choice.FOR)
        council.conclude_motion(motion, meeting.cast.dung, moment(f"09/01/2023 09:0{9 - points}"))
    assert facts_of(meeting.round)["01"]["2.1"] == {"decided": "4"}


def test_meeting_needs_more_than_half_of_the_council() -> None:
    world = play_to("council")
    people = world.cast
    called = council.convene_meeting(
        world.round, people.giang, moment("06/01/2023 08:00"), held_at=AT_MEETING, place="Phòng họp"
    )
    seats = list(world.round.panel_members.filter(panel=Panel.COUNCIL))
    with pytest.raises(RuleViolation, match="1/3 thành viên"):
        council.open_meeting(called, people.dung, AT_MEETING, present=seats[:1])
    council.open_meeting(called, people.dung, AT_MEETING, present=seats[:2])
    with pytest.raises(RuleViolation, match="chưa kết thúc"):
        council.convene_meeting(world.round, people.giang, AT_MEETING, held_at=AT_MEETING, place="Phòng họp")


def test_absent_member_may_not_vote() -> None:
    world = play_to("council")
    people = world.cast
    called = council.convene_meeting(
        world.round, people.giang, moment("06/01/2023 08:00"), held_at=AT_MEETING, place="Phòng họp"
    )
    here = [seat for seat in world.round.panel_members.filter(panel=Panel.COUNCIL) if seat.user_id != people.mai.pk]
    council.open_meeting(called, people.dung, AT_MEETING, present=here)
    with pytest.raises(RuleViolation, match="danh sách dự họp"):
        council.cast_vote(propose(world), people.mai, AT_MEETING, choice=Choice.FOR)


def test_outsiders_may_not_vote(meeting: World) -> None:
    with pytest.raises(PermissionDenied):
        council.cast_vote(propose(meeting), meeting.cast.an, AT_MEETING, choice=Choice.FOR)
