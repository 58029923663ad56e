"""What a seat reaches: assignments in every scope, conflicts, left seats. Database, policy and coverage must agree."""

import random

import pytest

from chiso.assessments import policy as assessment_policy
from chiso.assessments.models import Dossier, Entry, Meeting, Motion
from chiso.assessments.pages.appraisal_page import my_leaves
from chiso.organizations.choices import Role
from chiso.organizations.models import Unit, User
from chiso.rounds import policy
from chiso.rounds.choices import Panel, Position
from chiso.rounds.coverage import coverage_of
from chiso.rounds.models import Assignment, Block, Conflict, PanelMember, Participant, Round
from tests.factories import MembershipFactory, UserFactory
from tests.world import World, moment, play_to

pytestmark = pytest.mark.django_db
AT = moment("19/12/2022 09:00")


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def seat_of(user: User, panel: str = Panel.TEAM) -> PanelMember:
    return PanelMember.objects.select_related("round", "user").get(user=user, panel=panel)


def declare(user: User, unit: Unit, panel: str = Panel.TEAM) -> Conflict:
    return Conflict.objects.create(
        member=seat_of(user, panel), unit=unit, reason="Chồng là Chủ tịch.", declared_by=user, declared_at=AT
    )


def units_seen(user: User) -> set[str]:
    entries = Entry.objects.visible_to(fresh(user))
    return {f"{entry.dossier.unit.code}:{entry.code}" for entry in entries.select_related("dossier__unit")}


def test_own_units_and_declared_conflicts_bar() -> None:
    world = play_to("appraisal")
    chi, round = world.cast.chi, world.round
    assert policy.barred_units(fresh(chi), round) == chi.unit_ids()
    declare(chi, world.cast.north)
    assert policy.barred_units(fresh(chi), round) == chi.unit_ids() | {world.cast.north.pk}


def test_a_conflict_holds_for_every_seat_of_the_person_and_in_its_round_only() -> None:
    world = play_to("appraisal")
    chi = world.cast.chi
    PanelMember.objects.create(round=world.round, panel=Panel.COUNCIL, position=Position.MEMBER, user=chi)
    conflict = declare(chi, world.cast.north)
    round = world.round
    other = Round.objects.create(
        authority=world.cast.authority, coordinator=world.cast.office, name="Khác", year=2023, created_at=AT
    )
    assert world.cast.north.pk not in policy.barred_units(fresh(chi), other)
    conflict.member.left_at = AT
    conflict.member.save()
    assert world.cast.north.pk in policy.barred_units(fresh(chi), round)


def test_the_team_sees_nothing_of_a_unit_it_is_barred_from() -> None:
    world = play_to("appraisal")
    chi = world.cast.chi
    assert {"01:2.1", "02:2.1"} <= units_seen(chi)
    entry = world.entry(world.cast.north, "2.1")
    assert assessment_policy.can_appraise(fresh(chi), entry) == Role.APPRAISER
    declare(chi, world.cast.north)
    assert {code[:2] for code in units_seen(chi)} == {"02"}
    assert [dossier.unit for dossier in Dossier.objects.visible_to(fresh(chi)).select_related("unit")] == [
        world.cast.south
    ]
    assert assessment_policy.can_appraise(fresh(chi), entry) is None


def test_the_leader_is_barred_like_everybody() -> None:
    world = play_to("appraisal")
    khanh = world.cast.khanh
    declare(khanh, world.cast.north)
    assert {code[:2] for code in units_seen(khanh)} == {"02"}
    assert assessment_policy.can_appraise(fresh(khanh), world.entry(world.cast.north, "2.1")) is None


def test_the_council_sees_nothing_of_a_unit_it_is_barred_from() -> None:
    world = play_to("council")
    mai = world.cast.mai
    assert {code[:2] for code in units_seen(mai)} == {"01", "02"}
    declare(mai, world.cast.south, Panel.COUNCIL)
    assert {code[:2] for code in units_seen(mai)} == {"01"}
    assert not Dossier.objects.visible_to(fresh(mai)).filter(unit=world.cast.south).exists()


def test_nobody_votes_where_one_is_barred() -> None:
    world = play_to("approval")
    motion = Motion.objects.select_related("meeting__round", "entry__dossier").get()
    assert assessment_policy.can_vote(fresh(world.cast.mai), motion) == Role.COUNCIL_MEMBER
    declare(world.cast.mai, world.cast.north, Panel.COUNCIL)
    assert assessment_policy.can_vote(fresh(world.cast.mai), motion) is None
    assert not Motion.objects.visible_to(fresh(world.cast.mai)).exists()


def test_whoever_runs_the_round_keeps_sight_but_does_not_act() -> None:
    world = play_to("appraisal")
    giang = world.cast.giang
    PanelMember.objects.create(round=world.round, panel=Panel.TEAM, position=Position.EXPERT, user=giang)
    seat = seat_of(giang)
    for leaf in Assignment.objects.filter(member__user=world.cast.chi):
        Assignment.objects.create(member=seat, criterion=leaf.criterion)
    declare(giang, world.cast.north)
    assert {"01:2.1", "02:2.1"} <= units_seen(giang)
    assert assessment_policy.can_appraise(fresh(giang), world.entry(world.cast.north, "2.1")) is None
    mine = my_leaves(fresh(giang), world.round, 1).values_list("dossier__unit", flat=True)
    assert set(mine) == {world.cast.south.pk}


def test_a_left_seat_gives_nothing() -> None:
    world = play_to("council")
    for user, panel in ((world.cast.chi, Panel.TEAM), (world.cast.mai, Panel.COUNCIL)):
        entry = world.entry(world.cast.north, "2.1")
        assert Round.objects.visible_to(fresh(user)).exists()
        PanelMember.objects.filter(user=user).update(left_at=AT, left_reason="Chuyển công tác.")
        assert policy.seat(fresh(user), world.round, panel) is None
        assert not Round.objects.visible_to(fresh(user)).exists()
        assert not Dossier.objects.visible_to(fresh(user)).exists()
        assert not Entry.objects.visible_to(fresh(user)).exists()
        assert not Meeting.objects.visible_to(fresh(user)).exists()
        assert assessment_policy.can_appraise(fresh(user), entry) is None
    assert not coverage_of(world.round).covers(coverage_of(world.round).leaves[0])


def test_the_head_of_an_office_reads_what_its_people_judge_and_judges_nothing_of_it() -> None:
    world = play_to("appraisal")
    justice = Unit.objects.get(code="TP")
    head = UserFactory(full_name="Trưởng phòng Tư pháp")
    MembershipFactory(user=head, unit=justice, role=Role.OBSERVER)
    PanelMember.objects.create(
        round=world.round, panel=Panel.TEAM, position=Position.OFFICE_HEAD, user=head, body=justice
    )
    Assignment.objects.filter(criterion__code__startswith="1").delete()
    PanelMember.objects.filter(user=world.cast.chi).update(body=None)
    assert not units_seen(head)
    PanelMember.objects.filter(user=world.cast.chi).update(body=justice)
    assert units_seen(head) == units_seen(world.cast.chi)
    assert assessment_policy.can_appraise(fresh(head), world.entry(world.cast.north, "2.1")) is None
    declare(head, world.cast.north)
    assert {code[:2] for code in units_seen(head)} == {"02"}


def scatter(world: World, draw: random.Random) -> list[User]:
    """Random assignments in all scopes, random bars, for three experts over two blocks."""
    first = Block.objects.get()
    second = Block.objects.create(round=world.round, name="Khối hai", edition=first.edition)
    Participant.objects.filter(unit=world.cast.south).update(block=second)
    Dossier.objects.filter(unit=world.cast.south).update(block=second)
    Assignment.objects.all().delete()
    people = [world.cast.chi, UserFactory(), UserFactory()]
    leaves = list(first.edition.criteria.filter(is_leaf=True))
    for person in people:
        seat, _is_new = PanelMember.objects.get_or_create(
            round=world.round, panel=Panel.TEAM, user=person, defaults={"position": Position.EXPERT}
        )
        for leaf in leaves:
            for scope in (
                {},
                {"block": first},
                {"block": second},
                {"unit": world.cast.north},
                {"unit": world.cast.south},
            ):
                if draw.random() < 0.15:
                    Assignment.objects.create(member=seat, criterion=leaf, **scope)
        for unit in (world.cast.north, world.cast.south):
            if draw.random() < 0.25:
                declare(person, unit)
            elif draw.random() < 0.2:
                MembershipFactory(user=person, unit=unit, role=Role.OBSERVER)
    return people


@pytest.mark.parametrize("seed", range(6))
def test_database_policy_and_coverage_say_the_same(seed: int) -> None:
    world = play_to("appraisal")
    people = scatter(world, random.Random(seed))
    coverage = coverage_of(world.round)
    place = {unit.pk: number for number, unit in enumerate(coverage.units)}
    leaves = {leaf.criterion_id: leaf for leaf in coverage.leaves}
    related = ("dossier__round", "dossier__unit", "criterion")
    checked = 0
    for person in people:
        user, seat = fresh(person), seat_of(person)
        listed = set(my_leaves(user, world.round, 1).values_list("pk", flat=True))
        seen = set(Entry.objects.visible_to(user).values_list("pk", flat=True))
        for entry in Entry.objects.select_related(*related):
            unit = entry.dossier.unit_id
            may = assessment_policy.can_appraise(user, entry) is not None
            if entry.criterion_id in leaves:
                covered = coverage.covers(leaves[entry.criterion_id]).get(seat.pk, 0) >> place[unit] & 1
                assert may == bool(covered), f"{person} {entry} {entry.dossier}"
                checked += may
            if unit not in user.unit_ids():
                assert may == (entry.pk in seen)
            if entry.facts or entry.not_applicable:
                assert may == (entry.pk in listed)
    assert checked
