"""The people of a round, for whoever has something to tell them: active ones only."""

from collections.abc import Iterable

from django.db.models import QuerySet

from chiso.organizations.choices import Role
from chiso.organizations.models import User
from chiso.organizations.people import holding
from chiso.rounds.choices import Panel, Position
from chiso.rounds.models import PanelMember, Round


def coordinators(round: Round) -> QuerySet[User]:
    """Who works in the office that runs the round."""
    return holding(Role.COORDINATOR, round.coordinator_id)


def heads(round: Round) -> QuerySet[User]:
    """The head of the authority, and the deputies who sign."""
    return holding(Role.AUTHORITY_HEAD, round.authority_id)


def sitting(round: Round, panel: Panel, positions: Iterable[Position] = tuple(Position)) -> QuerySet[User]:
    """Who sits on a panel of the round, in these positions."""
    seats = PanelMember.objects.filter(round=round, panel=panel, position__in=list(positions), left_at=None)
    return User.objects.filter(pk__in=seats.values("user"), is_active=True).order_by("pk")
