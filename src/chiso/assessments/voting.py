"""When a motion of the council is carried: the majority rule of the round, a tie, the casting vote.

Counts in, outcome out: no database. Members who are barred from the unit are in none of the counts.
"""

from dataclasses import dataclass

from chiso.assessments.choices import Choice, Outcome
from chiso.rounds.choices import MajorityRule


@dataclass(frozen=True, slots=True)
class Tally:
    """The votes on a motion; `present` and `council` are those who could vote and were there, or sit on the council.

    Whoever voted is among both, also after leaving the room or the council: no vote without its voter.
    """

    in_favour: int
    against: int
    abstain: int
    present: int
    council: int

    @property
    def cast(self) -> int:
        return self.in_favour + self.against + self.abstain


def is_tied(tally: Tally, rule: str) -> bool:
    """Whether the casting vote decides: as many for as against and, where a half is asked, exactly half for."""
    if not tally.in_favour or tally.in_favour != tally.against:
        return False
    if rule == MajorityRule.HALF_PRESENT:
        return 2 * tally.in_favour == tally.present
    if rule == MajorityRule.HALF_ALL:
        return 2 * tally.in_favour == tally.council
    return rule == MajorityRule.MORE_FOR


def decide(tally: Tally, rule: str, *, casting: str = "") -> Outcome:
    """`casting` is what the presiding member says where there is a tie; empty rejects a tie."""
    if is_tied(tally, rule):
        return Outcome.CARRIED if casting == Choice.FOR else Outcome.REJECTED
    return Outcome.CARRIED if _has_majority(tally, rule) else Outcome.REJECTED


def _has_majority(tally: Tally, rule: str) -> bool:
    if rule == MajorityRule.HALF_PRESENT:
        return 2 * tally.in_favour > tally.present
    if rule == MajorityRule.HALF_ALL:
        return 2 * tally.in_favour > tally.council
    if rule == MajorityRule.TWO_THIRDS_PRESENT:
        return tally.in_favour > 0 and 3 * tally.in_favour >= 2 * tally.present
    return tally.in_favour > tally.against


def is_quorate(present: int, council: int) -> bool:
    """More than half."""
    return 2 * present > council
