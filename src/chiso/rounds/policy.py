"""Who may do what in a round. A predicate answers with the role that allows it, or None."""

from django.db.models import QuerySet

from chiso.audit.actions import Verdict
from chiso.common.prepared import Prepared
from chiso.organizations.choices import Role
from chiso.organizations.models import Unit, User
from chiso.rounds.choices import Panel, Position
from chiso.rounds.models import PanelMember, Plan, Round


@Prepared
def _seats(*, user: int) -> QuerySet[PanelMember]:
    return PanelMember.objects.filter(user=user)


def seats(user: User) -> dict[tuple[int, str], PanelMember]:
    """The seats of a person by (round, panel); asked of the database once for each loaded user."""
    known: dict[tuple[int, str], PanelMember] | None = user.__dict__.get("_seats")
    if known is None:
        known = {(seat.round_id, seat.panel): seat for seat in _seats.rows(user=user.pk)}
        user.__dict__["_seats"] = known
    return known


def seat(user: User, round: Round, panel: Panel) -> PanelMember | None:
    return seats(user).get((round.pk, panel.value))


def can_coordinate(user: User, round: Round) -> Verdict:
    return Role.COORDINATOR if user.coordinates(round.authority_id) else None


def can_head(user: User, round: Round) -> Verdict:
    return Role.AUTHORITY_HEAD if user.heads(round.authority_id) else None


def can_create_round(user: User, authority: Unit) -> Verdict:
    return Role.COORDINATOR if user.coordinates(authority.pk) else None


def can_issue_plan(user: User, plan: Plan) -> Verdict:
    return can_head(user, plan.round)


def can_lead_team(user: User, round: Round) -> Verdict:
    held = seat(user, round, Panel.TEAM)
    return Role.APPRAISER if held and held.position == Position.LEADER else None


def can_change_member(user: User, member: PanelMember) -> Verdict:
    return can_coordinate(user, member.round)


def can_assign(user: User, member: PanelMember) -> Verdict:
    return can_coordinate(user, member.round) or can_lead_team(user, member.round)


def sits_on(user: User, round: Round, panel: Panel) -> bool:
    return seat(user, round, panel) is not None


def can_prepare_meeting(user: User, round: Round) -> Verdict:
    """The coordinator, or the council's secretary or chair."""
    held = seat(user, round, Panel.COUNCIL)
    if held and held.position in (Position.CHAIR, Position.VICE_CHAIR, Position.SECRETARY):
        return Role.COUNCIL_MEMBER
    return can_coordinate(user, round)
