"""When a motion is carried: every majority rule at its edge, ties, and who is counted."""

import pytest

from chiso.assessments.choices import Choice, Outcome
from chiso.assessments.voting import Tally, decide, is_quorate, is_tied
from chiso.rounds.choices import MajorityRule

MORE, HALF, ALL, THIRDS = MajorityRule


@pytest.mark.parametrize(
    ("rule", "votes", "present", "council", "carried"),
    [
        (MORE, (2, 1, 3), 6, 9, True),
        (MORE, (1, 2, 0), 3, 3, False),
        (MORE, (0, 0, 3), 3, 3, False),
        (HALF, (3, 2, 0), 5, 9, True),
        (HALF, (2, 0, 2), 4, 9, False),
        (HALF, (3, 1, 2), 6, 9, False),
        (ALL, (5, 0, 0), 5, 9, True),
        (ALL, (4, 1, 0), 5, 9, False),
        (ALL, (4, 0, 0), 4, 8, False),
        (THIRDS, (4, 2, 0), 6, 9, True),
        (THIRDS, (3, 2, 0), 5, 9, False),
        (THIRDS, (0, 0, 0), 0, 9, False),
    ],
)
def test_each_rule_at_its_edge(
    rule: MajorityRule, votes: tuple[int, int, int], present: int, council: int, carried: bool
) -> None:
    assert (decide(Tally(*votes, present, council), rule) == Outcome.CARRIED) == carried


@pytest.mark.parametrize(
    ("rule", "votes", "present", "council", "tied"),
    [
        (MORE, (2, 2, 1), 5, 9, True),
        (MORE, (0, 0, 5), 5, 9, False),
        (HALF, (3, 3, 0), 6, 9, True),
        (HALF, (2, 2, 2), 6, 9, False),
        (ALL, (4, 4, 0), 8, 8, True),
        (ALL, (3, 3, 0), 6, 8, False),
        (THIRDS, (3, 3, 0), 6, 6, False),
    ],
)
def test_a_tie_is_decided_by_who_presides(
    rule: MajorityRule, votes: tuple[int, int, int], present: int, council: int, tied: bool
) -> None:
    tally = Tally(*votes, present, council)
    assert is_tied(tally, rule) == tied
    told = {casting: decide(tally, rule, casting=casting) for casting in (Choice.FOR, Choice.AGAINST, "")}
    assert (told[Choice.FOR] == Outcome.CARRIED) == tied
    assert {told[Choice.AGAINST], told[""]} == {Outcome.REJECTED}


@pytest.mark.parametrize(("present", "council", "enough"), [(2, 3, True), (2, 4, False), (3, 4, True), (0, 0, False)])
def test_quorum_is_more_than_half(present: int, council: int, enough: bool) -> None:
    assert is_quorate(present, council) == enough
