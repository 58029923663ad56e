"""Whom a round tells: asked in one place, and nobody who is not active any more, whoever sends."""

import pytest

from chiso.notices.models import Notice
from chiso.notices.sending import send
from chiso.organizations.choices import Role
from chiso.organizations.models import User
from chiso.organizations.people import holding
from chiso.results import actions as results
from chiso.rounds import actions
from chiso.rounds.choices import Panel, Position
from chiso.rounds.people import coordinators, heads, sitting
from tests.factories import MembershipFactory, UserFactory
from tests.world import World, moment, play_to

pytestmark = pytest.mark.django_db

AT = moment("09/01/2023 16:00")


def retire(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)
    user.refresh_from_db()


def told(user: User) -> bool:
    return Notice.objects.filter(recipient=user, sent_at=AT).exists()


def test_each_is_asked_once_and_only_active_ones() -> None:
    world = play_to("preparation")
    cast, colleague = world.cast, UserFactory(full_name="Mã Thị Duyên")
    MembershipFactory(user=colleague, unit=cast.office, role=Role.COORDINATOR)
    MembershipFactory(user=colleague, unit=cast.office, role=Role.OBSERVER)
    assert list(coordinators(world.round)) == [cast.giang, colleague]  # Khánh only observes there.
    assert list(heads(world.round)) == [cast.ha]
    assert set(sitting(world.round, Panel.COUNCIL)) == {cast.dung, cast.lan, cast.mai}
    assert list(sitting(world.round, Panel.TEAM, [Position.LEADER])) == [cast.khanh]
    assert list(holding(Role.UNIT_APPROVER, cast.north.pk)) == [cast.binh]
    for person in (colleague, cast.ha, cast.lan, cast.khanh, cast.binh):
        retire(person)
    assert list(coordinators(world.round)) == [cast.giang]
    assert set(sitting(world.round, Panel.COUNCIL)) == {cast.dung, cast.mai}
    assert not [*heads(world.round), *sitting(world.round, Panel.TEAM, [Position.LEADER])]
    assert not holding(Role.UNIT_APPROVER, cast.north.pk).exists()


def test_who_left_a_panel_does_not_sit_on_it() -> None:
    world = play_to("preparation")
    world.round.panel_members.filter(user=world.cast.mai).update(left_at=AT)
    assert set(sitting(world.round, Panel.COUNCIL)) == {world.cast.dung, world.cast.lan}


def test_nothing_is_put_into_the_inbox_of_who_is_not_active(world: World) -> None:
    retire(world.cast.an)
    send([world.cast.an, world.cast.binh, world.cast.binh], "Chào.", AT)
    assert not told(world.cast.an)
    assert Notice.objects.filter(recipient=world.cast.binh, sent_at=AT).count() == 1


def test_a_returned_result_is_told_to_no_retired_member(world: World) -> None:
    submission = results.submit_for_approval(world.round, world.cast.giang, AT, number="25/TTr-PNV", text="Kính trình.")
    retire(world.cast.lan)
    results.return_result(submission, world.cast.ha, AT, reason="Rà soát lại.")
    assert told(world.cast.mai)
    assert told(world.cast.giang)
    assert not told(world.cast.lan)


def test_a_conflict_is_told_to_no_retired_coordinator(world: World) -> None:
    cast, colleague = world.cast, UserFactory(full_name="Mã Thị Duyên")
    MembershipFactory(user=colleague, unit=cast.office, role=Role.COORDINATOR)
    retire(colleague)
    member = world.round.panel_members.get(user=cast.lan)
    actions.declare_conflict(member, cast.lan, AT, unit=cast.north, reason="Người thân.")
    assert told(cast.giang)
    assert not told(colleague)


@pytest.fixture
def world() -> World:
    return play_to("approval")
