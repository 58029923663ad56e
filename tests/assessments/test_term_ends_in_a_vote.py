"""A term that ends in the middle of a vote: what was voted counts, and so does who voted; the chair can be replaced."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from chiso.assessments.actions import council
from chiso.assessments.choices import Choice, MeetingForm, Outcome
from chiso.assessments.models import Motion
from chiso.assessments.pages.council_room import room_of
from chiso.assessments.pages.motion_card import tally_of
from chiso.common.refusals import RuleViolation
from chiso.notices.models import Notice
from chiso.organizations.models import User
from chiso.rounds import actions
from chiso.rounds.actions import Amendment
from chiso.rounds.choices import Panel
from chiso.rounds.models import PanelMember, Round
from chiso.tracking import term_clock
from tests.assessments.council_steps import LATER, cast, fresh, person, propose, seats, sit, with_vice_chair
from tests.factories import UserFactory
from tests.world import World, moment

pytestmark = pytest.mark.django_db

FRIDAY, MONDAY, UNTIL = moment("06/01/2023 08:00"), moment("09/01/2023 00:00"), moment("12/01/2023 00:00")


def until_sunday(user: User) -> None:
    PanelMember.objects.filter(user=user, panel=Panel.COUNCIL).update(term_until=date(2023, 1, 8))


def consult(world: World, *, is_secret: bool = False) -> Motion:
    words = {"form": MeetingForm.WRITTEN, "held_at": FRIDAY, "answers_until": UNTIL}
    council.convene_meeting(world.round, world.cast.lan, FRIDAY, **words)
    motion = propose(world, is_secret=is_secret)
    council.send_consultation(world.meeting, world.cast.lan, FRIDAY)
    return motion


def end(world: World, name: str) -> None:
    until_sunday(getattr(world.cast, name))
    assert term_clock.run(MONDAY) == 1


@pytest.mark.parametrize("majority", ["half_present", "half_all", "more_for"])
def test_a_tie_stays_a_tie_when_the_term_of_one_who_voted_ends(majority: str) -> None:
    world = with_vice_chair()
    Round.objects.update(majority=majority)
    motion = consult(world)
    cast(world, motion, dung="against", son="against", lan="for", mai="for")
    end(world, "mai")
    council.conclude_motion(fresh(motion), person(world, "dung"), MONDAY)
    assert Motion.objects.get().outcome == Outcome.REJECTED  # Two against two, and the chair is against.


def test_two_thirds_are_of_all_who_voted() -> None:
    world = with_vice_chair()
    Round.objects.update(majority="two_thirds_present")
    motion = consult(world)
    cast(world, motion, dung="against", son="against", lan="for", mai="for")
    end(world, "mai")
    council.conclude_motion(fresh(motion), person(world, "dung"), MONDAY)
    assert Motion.objects.get().outcome == Outcome.REJECTED


def test_who_left_answers_for_nobody_else() -> None:
    world = with_vice_chair()
    motion = consult(world)
    cast(world, motion, dung="for", lan="for", mai="for")
    end(world, "mai")
    with pytest.raises(RuleViolation, match="còn 1 thành viên chưa trả lời"):
        council.conclude_motion(fresh(motion), person(world, "dung"), MONDAY)
    council.cast_vote(fresh(motion), person(world, "son"), MONDAY, choice=Choice.AGAINST)
    council.conclude_motion(fresh(motion), person(world, "dung"), MONDAY)
    assert Motion.objects.get().outcome == Outcome.CARRIED


def test_of_a_secret_vote_the_page_counts_no_more_papers_than_voters() -> None:
    world = with_vice_chair()
    motion = consult(world, is_secret=True)
    cast(world, motion, dung="for", lan="for", mai="for")
    end(world, "mai")
    card = tally_of(fresh(motion), room_of(world.meeting, person(world, "dung")))
    assert (card["cast"], card["voters"], card["missing"]) == (3, 4, 1)


def test_who_voted_in_the_room_and_left_it_counts_too() -> None:
    world = with_vice_chair()
    Round.objects.update(majority="half_present")
    sit(world, "dung", "son", "lan", "mai")
    motion = propose(world)
    cast(world, motion, dung="against", son="against", lan="for", mai="for")
    council.record_attendance(world.meeting, world.cast.lan, LATER, member=seats(world, "mai")[0], is_here=False)
    council.conclude_motion(fresh(motion), person(world, "dung"), LATER)
    assert Motion.objects.get().outcome == Outcome.REJECTED


def test_a_council_whose_chair_has_gone_goes_on_with_another() -> None:
    world = with_vice_chair()
    PanelMember.objects.filter(user=world.cast.son).delete()
    motion = consult(world)
    cast(world, motion, lan="for", mai="for")
    chair = seats(world, "dung")[0]
    end(world, "dung")
    with pytest.raises(PermissionDenied):
        council.conclude_motion(fresh(motion), person(world, "dung"), MONDAY)
    amendment, successor = Amendment("9/QĐ-UBND", date(2023, 1, 9), "Kiện toàn."), UserFactory(full_name="Nông Văn Mới")
    chair = PanelMember.objects.select_related("round", "user", "body").get(pk=chair.pk)
    actions.hand_over(chair, person(world, "giang"), MONDAY, amendment=amendment, successor=successor)
    successor = User.objects.get(pk=successor.pk)
    council.cast_vote(fresh(motion), successor, MONDAY, choice=Choice.FOR)
    council.conclude_motion(fresh(motion), successor, MONDAY)
    council.adopt_results(world.meeting, successor, MONDAY, minutes="Thống nhất.")
    assert Motion.objects.get().outcome == Outcome.CARRIED


# ---- the invitation -----------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "invited"), [("08/01/2023", True), ("09/01/2023", False)])
def test_who_will_have_left_by_then_is_not_invited(day: str, invited: bool) -> None:
    world = with_vice_chair()
    until_sunday(world.cast.mai)
    council.convene_meeting(world.round, world.cast.lan, FRIDAY, held_at=moment(f"{day} 08:00"), place="Phòng họp")
    told = {notice.recipient for notice in Notice.objects.filter(text__startswith="Mời họp")}
    assert told == {world.cast.dung, world.cast.lan, world.cast.son} | ({world.cast.mai} if invited else set())


def test_who_was_invited_hears_that_the_meeting_moved_beyond_the_term() -> None:
    world = with_vice_chair()
    until_sunday(world.cast.mai)
    council.convene_meeting(world.round, world.cast.lan, FRIDAY, held_at=moment("07/01/2023 08:00"), place="Phòng họp")
    council.reschedule_meeting(world.meeting, world.cast.lan, FRIDAY, reason="Bão.", held_at=MONDAY)
    assert Notice.objects.filter(recipient=world.cast.mai, text__startswith="Dời họp").exists()
