"""Who may do what with dossiers, appraisals and the council. A predicate answers with the role that allows it, or
None. Nobody appraises or votes on their own unit, or on one with which they declared a conflict of interest."""

from dataclasses import dataclass

from chiso.assessments.models import (
    Citation,
    Dossier,
    Entry,
    Meeting,
    Motion,
    PreliminaryNotice,
    ReadyReason,
    Reopening,
)
from chiso.audit.actions import Verdict
from chiso.organizations.choices import Role
from chiso.organizations.clock_person import is_clock
from chiso.organizations.models import User
from chiso.rounds import policy as round_policy
from chiso.rounds.choices import Panel, Position, StageKey
from chiso.rounds.models import Assignment, Block, Round


def can_edit(user: User, dossier: Dossier) -> Verdict:
    """Officials of the unit, its approver included."""
    for role in (Role.UNIT_EDITOR, Role.UNIT_APPROVER):
        if user.holds(role, dossier.unit_id):
            return role
    return None


def can_move(user: User, round: Round) -> Verdict:
    """The coordinator, and the server's clock where the round moves by it."""
    if is_clock(user):
        return Role.CLOCK if round.moves_by_clock else None
    return round_policy.can_coordinate(user, round)


def can_edit_entry(user: User, entry: Entry) -> Verdict:
    return can_edit(user, entry.dossier)


def can_change_citation(user: User, citation: Citation) -> Verdict:
    return can_edit(user, citation.entry.dossier)


def can_approve(user: User, dossier: Dossier) -> Verdict:
    return Role.UNIT_APPROVER if user.holds(Role.UNIT_APPROVER, dossier.unit_id) else None


def can_approve_entry(user: User, entry: Entry) -> Verdict:
    return can_approve(user, entry.dossier)


def can_coordinate_dossier(user: User, dossier: Dossier) -> Verdict:
    return round_policy.can_coordinate(user, dossier.round)


def can_read_notice(user: User, notice: PreliminaryNotice) -> Verdict:
    return can_edit(user, notice.dossier)


def can_appraise(user: User, entry: Entry) -> Verdict:
    """A member of the team to whom the leaf is assigned for this unit, or its leader; never where one is barred."""
    round, dossier = entry.dossier.round, entry.dossier
    held = round_policy.seat(user, round, Panel.TEAM)
    if held is None or dossier.unit_id in round_policy.barred_units(user, round):
        return None
    if held.position == Position.LEADER or assigned_leaves(user, held.pk).cover(entry):
        return Role.APPRAISER
    return None


@dataclass(frozen=True)
class AssignedLeaves:
    """What is assigned to a seat: criteria for all units, and (criterion, block) and (criterion, unit) pairs."""

    everywhere: frozenset[int]
    in_blocks: frozenset[tuple[int, int]]
    in_units: frozenset[tuple[int, int]]

    def cover(self, entry: Entry) -> bool:
        """As `rounds.sight.assigned_to_seat`, for an entry at hand."""
        criterion, dossier = entry.criterion_id, entry.dossier
        return (
            criterion in self.everywhere
            or (criterion, dossier.block_id) in self.in_blocks
            or (criterion, dossier.unit_id) in self.in_units
        )


def assigned_leaves(user: User, member_id: int) -> AssignedLeaves:
    """The leaves assigned to a seat; asked of the database once for each loaded user."""
    known: dict[int, AssignedLeaves] = user.__dict__.setdefault("_assigned", {})
    if member_id not in known:
        rows: list[tuple[int, int | None, int | None]] = list(
            Assignment.objects.filter(member=member_id).values_list("criterion_id", "block_id", "unit_id")
        )
        known[member_id] = AssignedLeaves(
            frozenset(leaf for leaf, block, unit in rows if block is None and unit is None),
            frozenset((leaf, block) for leaf, block, _unit in rows if block is not None),
            frozenset((leaf, unit) for leaf, _block, unit in rows if unit is not None),
        )
    return known[member_id]


def can_carry_over(user: User, block: Block) -> Verdict:
    return round_policy.can_coordinate(user, block.round)


def can_sit_in_team(user: User, round: Round) -> Verdict:
    return Role.APPRAISER if round_policy.sits_on(user, round, Panel.TEAM) else None


def can_keep_reason(user: User, reason: ReadyReason) -> Verdict:
    """Whoever sits in the team keeps their own; those of the team are its leader's."""
    if reason.owner_id is None:
        return round_policy.can_lead_team(user, reason.round)
    return can_sit_in_team(user, reason.round) if reason.owner_id == user.pk else None


def can_sign_off_office(user: User, round: Round) -> Verdict:
    """The head of a field-owner office, for the leaves given to its people."""
    held = round_policy.seat(user, round, Panel.TEAM)
    return Role.APPRAISER if held and held.position == Position.OFFICE_HEAD and held.body_id else None


def can_follow_appraisal(user: User, round: Round) -> Verdict:
    """The team, each with its own leaves; and those who run the round."""
    return can_sit_in_team(user, round) or _runs(user, round)


def can_read_agreement(user: User, round: Round) -> Verdict:
    """The team's leader, and those who run the round."""
    return round_policy.can_lead_team(user, round) or _runs(user, round)


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
    """Any member of the council, but never where one is barred."""
    round = motion.meeting.round
    if motion.entry.dossier.unit_id in round_policy.barred_units(user, round):
        return None
    return Role.COUNCIL_MEMBER if round_policy.sits_on(user, round, Panel.COUNCIL) else None


def can_conclude(user: User, motion: Motion) -> Verdict:
    return can_run_meeting(user, motion.meeting)


def can_prepare_motion(user: User, motion: Motion) -> Verdict:
    """Whoever may put it to the vote may take it off again."""
    return can_propose_motion(user, motion.meeting)


def can_answer(user: User, meeting: Meeting) -> Verdict:
    """Any member of the council says what they think of the whole."""
    return Role.COUNCIL_MEMBER if round_policy.sits_on(user, meeting.round, Panel.COUNCIL) else None


def can_read_papers(user: User, meeting: Meeting) -> Verdict:
    """The minutes name every item of a meeting: for those who prepare it or run the round, but until the publication
    not for a member of the council who is barred from one of its units."""
    verdict = can_propose_motion(user, meeting) or _runs(user, meeting.round)
    if verdict is None or _runs(user, meeting.round) or meeting.round.stage == StageKey.PUBLISHED:
        return verdict
    barred = round_policy.barred_units(user, meeting.round)
    return None if meeting.motions.filter(entry__dossier__unit__in=barred).exists() else verdict


def can_read_invitation(user: User, meeting: Meeting) -> Verdict:
    """The council, those who prepare the meeting, those who run the round."""
    return can_answer(user, meeting) or can_propose_motion(user, meeting) or _runs(user, meeting.round)


def can_reopen(user: User, entry: Entry) -> Verdict:
    """The team's leader, the council's chair or secretary, or the coordinator for them; never where one is barred."""
    round, dossier = entry.dossier.round, entry.dossier
    if role := round_policy.can_coordinate(user, round):
        return role
    if dossier.unit_id in round_policy.barred_units(user, round):
        return None
    return round_policy.can_lead_team(user, round) or round_policy.can_prepare_meeting(user, round)


def can_settle(user: User, reopening: Reopening) -> Verdict:
    """Who may ask, and who judges the leaf."""
    return can_reopen(user, reopening.entry) or can_appraise(user, reopening.entry)


def can_enter_figures(user: User, block: Block) -> Verdict:
    """The coordinator, and the team, each for the leaves assigned (`may_enter_figure`)."""
    return round_policy.can_coordinate(user, block.round) or can_sit_in_team(user, block.round)


def may_enter_figure(user: User, entry: Entry) -> Verdict:
    """The coordinator, or the seat to which the leaf is assigned for this unit."""
    return round_policy.can_coordinate(user, entry.dossier.round) or can_appraise(user, entry)
