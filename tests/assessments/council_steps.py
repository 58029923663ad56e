"""What the tests of the council do again and again."""

from datetime import datetime
from decimal import Decimal

from chiso.assessments.actions import council
from chiso.assessments.choices import Choice
from chiso.assessments.models import Entry, Meeting, Motion
from chiso.indexsets.answers import Answer
from chiso.organizations.models import User
from chiso.rounds.choices import Panel, Position
from chiso.rounds.models import Conflict, PanelMember
from tests.world import World, moment, play_to

HOUR = moment("09/01/2023 08:00")
LATER = moment("09/01/2023 08:30")


def seats(world: World, *names: str) -> list[PanelMember]:
    """The seats of the council, of these people when they are named."""
    found = world.round.panel_members.filter(panel=Panel.COUNCIL).select_related("user").order_by("pk")
    people = [getattr(world.cast, name).pk for name in names]
    return [seat for seat in found if not names or seat.user_id in people]


def with_vice_chair() -> World:
    """Before the council, with Sơn as its vice chair."""
    world = play_to("council")
    world.round.panel_members.create(panel=Panel.COUNCIL, position=Position.VICE_CHAIR, user=world.cast.son)
    return world


def sit(world: World, *present: str, at: datetime = HOUR) -> Meeting:
    """Convene for 8 o'clock, and open with these people; the first of them opens."""
    council.convene_meeting(world.round, world.cast.lan, moment("06/01/2023 08:00"), held_at=HOUR, place="Phòng họp")
    opener = getattr(world.cast, present[0])
    return council.open_meeting(world.meeting, opener, at, present=seats(world, *present))


def propose(world: World, score: str = "5", *, code: str = "2.1", is_secret: bool = False) -> Motion:
    entry = world.entry(world.cast.north, code)
    answer = Answer(entry.facts, decided=Decimal(score))
    motion = council.propose_motion(
        world.meeting, world.cast.lan, LATER, entry=entry, answer=answer, reason="Ghi nhận.", is_secret=is_secret
    )
    return fresh(motion)


def fresh(motion: Motion) -> Motion:
    related = ("meeting__round__authority", "entry__dossier__unit", "entry__dossier__round")
    return Motion.objects.select_related(*related).get(pk=motion.pk)


def cast(world: World, motion: Motion, **votes: str) -> None:
    for name, choice in votes.items():
        council.cast_vote(fresh(motion), person(world, name), LATER, choice=Choice(choice))


def person(world: World, name: str) -> User:
    """Read anew: what the person may changes in the course of a test."""
    return User.objects.get(pk=getattr(world.cast, name).pk)


def bar(world: World, name: str) -> None:
    """The person declares a conflict with Xã Bắc."""
    seat = seats(world, name)[0]
    Conflict.objects.create(
        member=seat, unit=world.cast.north, reason="Vợ là kế toán xã.", declared_by=seat.user, declared_at=HOUR
    )


def leaf(world: World, code: str = "2.1") -> Entry:
    return world.entry(world.cast.north, code)
