"""Faults a fresh pair of eyes found once, kept from coming back: returns, late days, races, double rounding."""

from decimal import Decimal

import pytest

from chiso.assessments.actions import appraisal, council, extension, supplement
from chiso.assessments.actions import dossier as dossiers
from chiso.assessments.choices import Choice, DossierState
from chiso.assessments.models import Entry, Motion, PreliminaryNotice
from chiso.assessments.pages.answer_words import thread_of
from chiso.assessments.pages.leaf_thread import counting_now, with_thread
from chiso.assessments.scores import facts_of, node_of
from chiso.common.refusals import RuleViolation
from chiso.indexsets.answers import Answer
from chiso.indexsets.models import Criterion
from chiso.indexsets.reading import digest_of
from chiso.organizations.models import User
from chiso.rounds.choices import StageKey
from tests.world import DATA, World, moment, play_to

pytestmark = pytest.mark.django_db


def returned(until: str = "22/12/2022 00:00") -> World:
    world = play_to("aggregation")
    people = world.cast
    dossiers.return_dossier(
        world.dossier(people.north),
        people.giang,
        moment("16/12/2022 09:00"),
        reason="Thiếu trang 2.",
        until=moment(until),
    )
    return world


def test_return_keeps_its_deadline_through_internal_review() -> None:
    world = returned()
    people = world.cast
    at = moment("17/12/2022 09:00")
    dossiers.request_review(world.dossier(people.north), people.an, at)
    back = dossiers.submit_dossier(world.dossier(people.north), people.binh, at)
    assert (back.state, back.late_days, back.return_until) == (DossierState.SUBMITTED, 0, None)
    assert world.entry(people.north, "P.1").score is None


def test_return_that_the_leader_sent_back_is_still_open() -> None:
    world = returned()
    people = world.cast
    dossiers.request_review(world.dossier(people.north), people.an, moment("17/12/2022 09:00"))
    dossiers.send_back(world.dossier(people.north), people.binh, moment("20/12/2022 09:00"), reason="Xem lại 1.1.")
    entry = world.entry(people.north, "1.1")
    at = moment("21/12/2022 09:00")
    dossiers.save_entry(entry, people.an, at, version=entry.version, answer=Answer({"level": "2"}))
    with pytest.raises(RuleViolation, match="còn được nộp"):
        dossiers.record_not_submitted(world.dossier(people.north), people.giang, at)
    assert dossiers.submit_dossier(world.dossier(people.north), people.binh, at).late_days == 0


def extend(world: World, until: str, at: str, *, everybody: bool = False) -> None:
    extension.grant_extension(
        world.round,
        world.cast.giang,
        moment(at),
        stage=StageKey.SELF_ASSESSMENT,
        until=moment(until),
        reason="Mất điện.",
        unit=None if everybody else world.cast.north,
    )


def test_extension_frees_a_returned_dossier_whose_date_has_passed() -> None:
    world = returned("17/12/2022 00:00")
    extend(world, "20/12/2022 00:00", "17/12/2022 09:00")
    people = world.cast
    done = dossiers.submit_dossier(world.dossier(people.north), people.binh, moment("18/12/2022 09:00"))
    assert done.late_days == 0


@pytest.mark.parametrize("everybody", [False, True])
def test_later_extension_cancels_the_late_days_it_covers(everybody: bool) -> None:
    world = play_to("self_assessment")
    people = world.cast
    dossiers.submit_dossier(world.dossier(people.north), people.binh, moment("17/12/2022 09:00"))
    assert (world.dossier(people.north).late_days, world.entry(people.north, "P.1").score) == (3, Decimal(-2))
    extend(world, "17/12/2022 00:00", "16/12/2022 12:00", everybody=everybody)
    assert (world.dossier(people.north).late_days, world.entry(people.north, "P.1").score) == (1, Decimal(-1))
    extend(world, "18/12/2022 00:00", "16/12/2022 13:00", everybody=everybody)
    assert (world.dossier(people.north).late_days, world.entry(people.north, "P.1").score) == (0, None)


def test_objects_read_before_the_hand_over_change_nothing_after_it() -> None:
    world = play_to("self_assessment")
    people = world.cast
    stale = world.entry(people.north, "1.1")
    at = moment("13/12/2022 10:00")
    dossiers.submit_dossier(world.dossier(people.north), people.binh, at)
    with pytest.raises(RuleViolation, match="đã nộp"):
        dossiers.save_entry(stale, people.an, at, version=0, answer=Answer({"level": "1"}))
    world = World(people)
    assert world.entry(people.north, "1.1").version == 0


def test_nothing_is_explained_after_the_answer_was_sent() -> None:
    world = play_to("supplement")
    people, at = world.cast, moment("02/01/2023 09:00")
    stale = world.entry(people.north, "2.1")
    supplement.resubmit_dossier(world.dossier(people.north), people.binh, at)
    with pytest.raises(RuleViolation, match="Đã gửi giải trình"):
        supplement.explain_entry(stale, people.an, at, version=0, text="Thêm.", answer=Answer({}))


def test_a_meeting_read_before_adoption_takes_no_motion_and_no_vote_after_it() -> None:
    world = play_to("council")
    world.meeting_open()
    people, at = world.cast, moment("09/01/2023 09:00")
    stale, entry = world.meeting, world.entry(people.north, "2.1")
    motion = council.propose_motion(
        world.meeting, people.lan, at, entry=entry, answer=Answer({}, decided=Decimal(5)), reason="Ghi nhận."
    )
    open_motion = Motion.objects.select_related("meeting__round", "entry__dossier").get(pk=motion.pk)
    council.cast_vote(open_motion, people.dung, at, choice=Choice.FOR)
    council.conclude_motion(open_motion, people.dung, at)
    late = Motion.objects.select_related("meeting__round", "entry__dossier").get(pk=motion.pk)
    late.outcome = "open"
    council.adopt_results(world.meeting, people.dung, at, minutes="Thống nhất.")
    with pytest.raises(RuleViolation):
        council.propose_motion(
            stale, people.lan, at, entry=entry, answer=Answer({}, decided=Decimal(1)), reason="Muộn."
        )
    with pytest.raises(RuleViolation, match="không mở biểu quyết"):
        council.cast_vote(late, people.lan, at, choice=Choice.AGAINST)
    assert facts_of(world.round)["01"]["2.1"] == {"decided": "5"}


def test_points_are_decided_with_the_decimals_of_the_set_so_that_nothing_is_rounded_twice() -> None:
    world = play_to("appraisal")
    with pytest.raises(RuleViolation, match="tối đa 2 chữ số"):
        appraisal.appraise_entry(
            world.entry(world.cast.north, "2.1"),
            world.cast.chi,
            moment("22/12/2022 09:00"),
            version=0,
            answer=Answer({}, decided=Decimal("1.00495")),
            reason="Thiếu.",
        )


def test_lost_maximum_counts_as_a_cut_and_needs_a_reason() -> None:
    world = play_to("appraisal")
    entry = world.entry(world.cast.south, "1.2")
    with pytest.raises(RuleViolation, match="phải nêu lý do"):
        appraisal.appraise_entry(
            entry, world.cast.chi, moment("22/12/2022 09:00"), version=0, answer=Answer({}, decided=Decimal(0))
        )


def test_members_with_two_roles_get_one_notice() -> None:
    world = play_to("notice")
    world.cast.an.memberships.create(unit=world.cast.north, role="unit_approver")
    appraisal.send_preliminary_notices(
        world.round,
        world.cast.giang,
        moment("29/12/2022 09:00"),
        number="4/TB",
        answer_until=moment("03/01/2023 00:00"),
    )
    assert world.cast.an.notices.filter(text__contains="kết quả sơ bộ").count() == 1
    assert PreliminaryNotice.objects.count() == 2


def test_council_starts_from_what_it_carried_itself() -> None:
    world = play_to("approval")  # The council gave 2.1 of Xã Bắc 5 points; the team had given 4,80.
    seen = with_thread(Entry.objects.filter(code="2.1", dossier__unit=world.cast.north)).get()
    assert counting_now(seen).score == Decimal(5)
    titles = [step["title"] for step in thread_of(seen, node_of(world.edition, "2.1"), None)]
    assert titles[-1] == "Hội đồng thẩm định"


def test_points_for_being_on_time_are_given_on_a_base_leaf() -> None:
    text = (DATA / "small_set.yaml").read_text(encoding="utf-8")
    on_time = """
      - code: "2.4"
        name: Nộp đúng hạn
        max: 2
        method: official
        rule: {kind: late, tiers: [{up_to_days: 2, points: -1}]}
"""
    text = text.replace("    max: 12\n", "    max: 14\n").replace("  - code: B\n", on_time[1:] + "  - code: B\n", 1)
    world = play_to("self_assessment")
    edition = world.edition
    edition.text, edition.digest = text, digest_of(text)
    edition.save(update_fields=["text", "digest"])
    leaf = Criterion.objects.create(
        edition=edition, position=99, code="2.4", name="Nộp đúng hạn", max_score=2, is_leaf=True
    )
    Entry.objects.create(dossier=world.dossier(world.cast.north), criterion=leaf, code="2.4")
    dossiers.submit_dossier(world.dossier(world.cast.north), world.cast.binh, moment("13/12/2022 10:00"))
    assert world.entry(world.cast.north, "2.4").score == Decimal(2)


def test_expert_sees_no_motion_on_a_leaf_of_somebody_else() -> None:
    world = play_to("approval")
    assert Motion.objects.visible_to(world.cast.chi).exists()
    world.round.panel_members.get(user=world.cast.chi).assignments.filter(criterion__code="2.1").delete()
    assert not Motion.objects.visible_to(User.objects.get(pk=world.cast.chi.pk)).exists()
    assert Motion.objects.visible_to(world.cast.lan).exists()
