"""Who may do what in a round. A predicate answers with the role that allows it, or None."""

from django.db.models import F, QuerySet

from chiso.audit.actions import Verdict
from chiso.common.prepared import Prepared
from chiso.organizations.choices import Role
from chiso.organizations.clock_person import is_clock
from chiso.organizations.models import Unit, User
from chiso.rounds.choices import Panel, Position
from chiso.rounds.models import Conflict, PanelMember, Plan, PlanTask, Round


@Prepared
def _seats(*, user: int) -> QuerySet[PanelMember]:
    """Each seat once for every conflict declared on it: one query for both."""
    return PanelMember.objects.filter(user=user).annotate(conflict=F("conflicts__unit"))


def _read_seats(user: User) -> list[PanelMember]:
    """Every seat a person holds or held; asked of the database once for each loaded user."""
    known: list[PanelMember] | None = user.__dict__.get("_seats")
    if known is None:
        known = user.__dict__["_seats"] = _seats.rows(user=user.pk)
    return known


def forget_seats(user: User) -> None:
    """Let the seats of a loaded person be asked again, after an action changed them."""
    user.__dict__.pop("_seats", None)
    user.__dict__.pop("_assigned", None)


def seats(user: User) -> dict[tuple[int, str], PanelMember]:
    """The seats a person holds now, by (round, panel); whoever left a seat may nothing by it."""
    return {(seat.round_id, seat.panel): seat for seat in _read_seats(user) if seat.left_at is None}


def barred_units(user: User, round: Round) -> frozenset[int]:
    """The units a person neither judges nor votes on in a round, nor follows the judging of (xung đột lợi ích).

    Those the person works in, and those with which a conflict was declared on any seat of the person.
    """
    declared = {vars(seat)["conflict"] for seat in _read_seats(user) if seat.round_id == round.pk}
    return user.unit_ids() | frozenset(declared - {None})


def seat(user: User, round: Round, panel: Panel) -> PanelMember | None:
    return seats(user).get((round.pk, panel.value))


def can_coordinate(user: User, round: Round) -> Verdict:
    return Role.COORDINATOR if user.coordinates(round.authority_id) else None


def can_head(user: User, round: Round) -> Verdict:
    return Role.AUTHORITY_HEAD if user.heads(round.authority_id) else None


def runs(user: User, round: Round) -> bool:
    """Does this person run the round, as coordinator or as head?"""
    return bool(can_coordinate(user, round) or can_head(user, round))


def can_create_round(user: User, authority: Unit) -> Verdict:
    return Role.COORDINATOR if user.coordinates(authority.pk) else None


def can_issue_plan(user: User, plan: Plan) -> Verdict:
    return can_head(user, plan.round)


def can_edit_plan(user: User, plan: Plan) -> Verdict:
    """The coordinator writes the draft, and moves a date of the plan once it is issued."""
    return can_coordinate(user, plan.round)


def can_move_deadline(user: User, task: PlanTask) -> Verdict:
    return can_edit_plan(user, task.plan)


def can_lead_team(user: User, round: Round) -> Verdict:
    held = seat(user, round, Panel.TEAM)
    return Role.APPRAISER if held and held.position == Position.LEADER else None


def can_change_member(user: User, member: PanelMember) -> Verdict:
    return can_coordinate(user, member.round)


def can_lead_work(user: User, round: Round) -> Verdict:
    """The coordinator and the team's leader give out the team's work."""
    return can_coordinate(user, round) or can_lead_team(user, round)


def can_assign(user: User, member: PanelMember) -> Verdict:
    return can_lead_work(user, member.round)


def can_change_panels(user: User, round: Round) -> Verdict:
    """After the decision: whoever runs the round writes down what an amending decision says."""
    return can_coordinate(user, round) or can_head(user, round)


def can_hand_over(user: User, member: PanelMember) -> Verdict:
    return can_change_panels(user, member.round)


def can_end_term(user: User, member: PanelMember) -> Verdict:
    """Nobody but the server's clock: a term ends by itself."""
    return Role.CLOCK if is_clock(user) else None


def can_declare_conflict(user: User, member: PanelMember) -> Verdict:
    """Whoever sits on the seat, and the coordinator for everybody."""
    if member.user_id == user.pk and member.left_at is None:
        return Role.APPRAISER if member.panel == Panel.TEAM else Role.COUNCIL_MEMBER
    return can_coordinate(user, member.round)


def can_withdraw_conflict(user: User, conflict: Conflict) -> Verdict:
    """The coordinator; nobody takes back what keeps oneself away."""
    return None if conflict.member.user_id == user.pk else can_coordinate(user, conflict.member.round)


def can_read_conflicts(user: User, member: PanelMember) -> Verdict:
    """Whoever sits on the seat, those who run the round, and the leader who shares out the work."""
    if member.user_id == user.pk:
        return can_declare_conflict(user, member)
    if member.panel == Panel.TEAM and (role := can_lead_team(user, member.round)):
        return role
    return can_change_panels(user, member.round)


def can_follow_work(user: User, round: Round) -> Verdict:
    """Who appraises what is read by the team and by those who run the round."""
    return Role.APPRAISER if sits_on(user, round, Panel.TEAM) else can_change_panels(user, round)


def sits_on(user: User, round: Round, panel: Panel) -> bool:
    return seat(user, round, panel) is not None


def can_prepare_meeting(user: User, round: Round) -> Verdict:
    """The coordinator, or the council's secretary or chair."""
    held = seat(user, round, Panel.COUNCIL)
    if held and held.position in (Position.CHAIR, Position.VICE_CHAIR, Position.SECRETARY):
        return Role.COUNCIL_MEMBER
    return can_coordinate(user, round)
