"""Who may submit, approve, return and publish a result."""

from chiso.audit.actions import Verdict
from chiso.organizations.models import User
from chiso.results.models import Result, Submission
from chiso.rounds import policy as round_policy
from chiso.rounds.choices import Panel, StageKey
from chiso.rounds.models import Round


def can_decide(user: User, submission: Submission) -> Verdict:
    return round_policy.can_head(user, submission.round)


def can_publish(user: User, result: Result) -> Verdict:
    """Publication is its own permission; the coordinating office publishes what the head approved."""
    return round_policy.can_coordinate(user, result.round)


def can_correct(user: User, result: Result) -> Verdict:
    """The coordinating office asks the council to look again; the head decides on what it then adopts."""
    return round_policy.can_coordinate(user, result.round)


def can_read_ranking(user: User, round: Round) -> bool:
    """Those who run the round; everyone in it once a result is published, also while that is being corrected."""
    return round_policy.runs(user, round) or round.stage == StageKey.PUBLISHED or _is_being_corrected(round)


def _is_being_corrected(round: Round) -> bool:
    again = (StageKey.COUNCIL, StageKey.APPROVAL)
    return round.stage in again and Result.objects.published().filter(round=round).exists()


def can_read_history(user: User, round: Round, unit_id: int) -> bool:
    """How each party scored a leaf: the unit itself and those who run the round, never other units.

    While a result is being corrected, what council or team say anew stays with those who run the round.
    """
    return round_policy.runs(user, round) or (unit_id in user.unit_ids() and round.stage == StageKey.PUBLISHED)


def can_read_decisions(user: User, round: Round) -> bool:
    """What became of each submission, and why: those who run the round, and its council."""
    return round_policy.runs(user, round) or round_policy.sits_on(user, round, Panel.COUNCIL)
