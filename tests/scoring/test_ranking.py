from decimal import Decimal

import pytest

from chiso.scoring import grade_of, score_round
from tests.scoring.builders import area, leaf, make_set, ratio

COUNT = {"kind": "deduct", "unit": "lần", "per": "0.5", "floor": None}
CLASSES = [{"name": "Tốt", "min": "80"}, {"name": "Khá", "min": "50"}]


def standings(facts, **top):
    index_set = make_set(
        area("A", leaf("A.1", ratio(linear=True), "50"), leaf("A.2", ratio(linear=True), "50"), max="100"),
        area("P", leaf("P.1", COUNT, None), kind="penalty"),
        area("B", leaf("B.1", ratio(linear=True), "50"), kind="bonus"),
        classes=CLASSES,
        **top,
    )
    scores = score_round(index_set, {unit: _facts(values) for unit, values in facts.items()})
    return {unit: (standing.rank, standing.grade) for unit, standing in scores.standings.items()}


def _facts(values):
    first, second, *count = values
    facts = {"A.1": {"decided": first}, "A.2": {"decided": second}}
    return facts | ({"P.1": {"count": count[0]}, "B.1": {"decided": count[1]}} if count else {})


FACTS = {"a": ("40", "40"), "b": ("45", "45"), "c": ("30", "50"), "d": ("10", "10")}


def test_competition_leaves_a_gap():
    assert standings(FACTS) == {"a": (2, "Tốt"), "b": (1, "Tốt"), "c": (2, "Tốt"), "d": (4, "")}


def test_dense_leaves_none():
    ranks = standings(FACTS, ranking={"ties": "dense"})
    assert [rank for rank, _ in ranks.values()] == [2, 1, 2, 3]


def test_tie_breakers_in_their_order():
    ranks = standings(FACTS, ranking={"tie_breakers": ["A.2", "A.1"]})
    assert [rank for rank, _ in ranks.values()] == [3, 1, 2, 4]


def test_tie_breaker_of_a_penalty_prefers_nearer_to_zero():
    facts = {"a": ("40", "40", "2", "1"), "b": ("40", "40", "4", "2")}
    assert [rank for rank, _ in standings(facts).values()] == [1, 1]
    assert [rank for rank, _ in standings(facts, ranking={"tie_breakers": ["P"]}).values()] == [1, 2]
    assert [rank for rank, _ in standings(facts, ranking={"tie_breakers": ["P.1"]}).values()] == [1, 2]


def test_still_equal_after_all_tie_breakers_is_the_same_rank():
    facts = {"a": ("40", "40"), "b": ("40", "40"), "c": ("1", "1")}
    ranks = standings(facts, ranking={"tie_breakers": ["A", "A.1"]})
    assert [rank for rank, _ in ranks.values()] == [1, 1, 3]


@pytest.mark.parametrize(
    ("by", "expected"), [("rounded", [(1, "Tốt"), (1, "Tốt")]), ("exact", [(1, "Tốt"), (2, "Khá")])]
)
def test_rank_and_class_use_the_rounded_or_the_exact_total(by, expected):
    index_set = make_set(
        area("A", leaf("A.1", ratio(linear=True), "3"), max="3"),
        scale="100",
        classes=[{"name": "Tốt", "min": "66.67"}, {"name": "Khá", "min": "0"}],
        ranking={"by": by},
    )
    # 2/3 × 100 = 66.666…, 66.67 by rounding only.
    facts = {"a": {"A.1": {"decided": "2.01"}}, "b": {"A.1": {"decided": "2"}}}
    scores = score_round(index_set, facts)
    assert (scores.standings["a"].rank, scores.standings["a"].grade) == (1, "Tốt")
    assert (scores.standings["b"].rank, scores.standings["b"].grade) == (2, expected[1][1])


def test_close_totals_share_a_rank_only_when_rounded():
    def ranks(by):
        index_set = make_set(
            area("A", leaf("A.1", ratio(linear=True), "30000"), max="30000"), scale="1", ranking={"by": by}
        )
        scores = score_round(index_set, {"a": {"A.1": {"decided": "20000"}}, "b": {"A.1": {"decided": "20001"}}})
        return [scores.standings[unit].rank for unit in "ab"]

    assert (ranks("rounded"), ranks("exact")) == ([1, 1], [2, 1])


def test_unit_without_total_has_no_rank_and_no_grade():
    node = leaf("A.1", ratio(linear=True), "3", not_applicable={"policy": "reduce_max"})
    index_set = make_set(area("A", node, max="3"), classes=[{"name": "Tốt", "min": "0"}])
    scores = score_round(index_set, {"a": {"A.1": {"not_applicable": "1"}}, "b": {"A.1": {"decided": "1"}}})
    assert [(one.rank, one.grade) for one in scores.standings.values()] == [(None, ""), (1, "Tốt")]
    assert grade_of(index_set, scores.units["a"]) == ""
    assert scores.units["b"].total == Decimal(1)
