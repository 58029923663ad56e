"""Who may do what with dossiers, appraisals and the council. A predicate answers with the role that allows it, or
None. Nobody appraises or votes on their own unit."""

from chiso.assessments.models import Citation, Dossier, Entry, Meeting, Motion, PreliminaryNotice
from chiso.audit.actions import Verdict
from chiso.organizations.choices import Role
from chiso.organizations.models import User
from chiso.rounds import policy as round_policy
from chiso.rounds.choices import Panel, Position
from chiso.rounds.models import Assignment, Block, Round


def can_edit(user: User, dossier: Dossier) -> Verdict:
    """Officials of the unit, its approver included."""
    for role in (Role.UNIT_EDITOR, Role.UNIT_APPROVER):
        if user.holds(role, dossier.unit_id):
            return role
    return None


def can_edit_entry(user: User, entry: Entry) -> Verdict:
    return can_edit(user, entry.dossier)


def can_remove_citation(user: User, citation: Citation) -> Verdict:
    return can_edit(user, citation.entry.dossier)


def can_approve(user: User, dossier: Dossier) -> Verdict:
    return Role.UNIT_APPROVER if user.holds(Role.UNIT_APPROVER, dossier.unit_id) else None


def can_coordinate_dossier(user: User, dossier: Dossier) -> Verdict:
    return round_policy.can_coordinate(user, dossier.round)


def can_read_notice(user: User, notice: PreliminaryNotice) -> Verdict:
    return can_edit(user, notice.dossier)


def can_appraise(user: User, entry: Entry) -> Verdict:
    """A member of the team to whom the leaf is assigned, or its leader; never for the own unit."""
    if entry.dossier.unit_id in user.unit_ids():
        return None
    held = round_policy.seat(user, entry.dossier.round, Panel.TEAM)
    if held is None:
        return None
    if held.position == Position.LEADER or entry.criterion_id in assigned_criteria(user, held.pk):
        return Role.APPRAISER
    return None


def assigned_criteria(user: User, member_id: int) -> frozenset[int]:
    """The leaves assigned to a seat; asked of the database once for each loaded user."""
    known: dict[int, frozenset[int]] = user.__dict__.setdefault("_assigned", {})
    if member_id not in known:
        known[member_id] = frozenset(Assignment.objects.filter(member=member_id).values_list("criterion_id", flat=True))
    return known[member_id]


def can_carry_over(user: User, block: Block) -> Verdict:
    return round_policy.can_coordinate(user, block.round)


def can_sit_in_team(user: User, round: Round) -> Verdict:
    return Role.APPRAISER if round_policy.sits_on(user, round, Panel.TEAM) else None


def can_follow_appraisal(user: User, round: Round) -> Verdict:
    """The team, each with its own leaves; and those who run the round."""
    return can_sit_in_team(user, round) or _runs(user, round)


def can_read_meetings(user: User, round: Round) -> Verdict:
    """As `Meeting.objects.visible_to`: the council, the team that answers its questions, those who run the round."""
    if round_policy.sits_on(user, round, Panel.COUNCIL):
        return Role.COUNCIL_MEMBER
    return can_sit_in_team(user, round) or _runs(user, round)


def _runs(user: User, round: Round) -> Verdict:
    return round_policy.can_coordinate(user, round) or round_policy.can_head(user, round)


def can_run_meeting(user: User, meeting: Meeting) -> Verdict:
    """The council's chair or vice chair opens, concludes and adopts."""
    held = round_policy.seat(user, meeting.round, Panel.COUNCIL)
    return Role.COUNCIL_MEMBER if held and held.position in (Position.CHAIR, Position.VICE_CHAIR) else None


def can_propose_motion(user: User, meeting: Meeting) -> Verdict:
    return round_policy.can_prepare_meeting(user, meeting.round)


def can_vote(user: User, motion: Motion) -> Verdict:
    """Any member of the council, but never on the own unit."""
    if motion.entry.dossier.unit_id in user.unit_ids():
        return None
    return Role.COUNCIL_MEMBER if round_policy.sits_on(user, motion.meeting.round, Panel.COUNCIL) else None


def can_conclude(user: User, motion: Motion) -> Verdict:
    return can_run_meeting(user, motion.meeting)
