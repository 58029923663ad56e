"""Every rule by hand: at, just under and just over each threshold, and every refusal."""

from decimal import Decimal
from fractions import Fraction

import pytest

from chiso.scoring import State, best_value, score_leaf
from tests.scoring.builders import LEVELS, fact_faults, make_leaf, ratio, score

OPEN_LEVELS = {
    "kind": "levels",
    "levels": [
        {"name": "Tiên phong", "points": "6"},
        {"name": "Cải tiến", "points_up_to": "3"},
        {"name": "Không có", "points": "0"},
    ],
}
CHECKLIST = {
    "kind": "checklist",
    "items": [{"name": n, "points": p} for n, p in (("a", "1"), ("b", "0.5"), ("c", "1.5"))],
}
COUNT = {
    "kind": "count",
    "unit": "tin bài",
    "steps": [{"from": "12", "points": "1"}, {"above": "6", "points": "0.5"}],
}
DEDUCT = {"kind": "deduct", "unit": "lần", "per": "0.75"}
LATE = {
    "kind": "late",
    "tiers": [{"up_to_days": "2", "points": "-1"}, {"per_day_after": "2", "points": "-1"}],
    "refuse_after_days": "5",
}
FORMULA = {
    "kind": "formula",
    "inputs": {"A": {"numerator": "a", "denominator": "b"}, "B": {"value": "c"}},
    "expression": "6*A + min(2, 2.5*B)",
}
BRANCH = {
    "kind": "branch",
    "question": "có kế hoạch",
    "when_true": ratio(steps=[{"from": "100", "points": "2"}, {"else": "0"}], on_zero="zero"),
    "when_false": {"kind": "levels", "levels": [{"name": "Có", "points": "0.5"}, {"name": "Không", "points": "0"}]},
}


@pytest.mark.parametrize(
    ("facts", "points"), [({"level": "1"}, "6"), ({"level": "3"}, "0"), ({"level": "2", "score": "2,5"}, "2.5")]
)
def test_levels_points(facts, points):
    assert score(make_leaf(OPEN_LEVELS, "6"), **facts).score == Decimal(points)


@pytest.mark.parametrize(
    ("facts", "faulty"),
    [
        ({"level": "0"}, ["level"]),
        ({"level": "4"}, ["level"]),
        ({"level": "1,5"}, ["level"]),
        ({"level": "tốt"}, ["level"]),
        ({"level": "2"}, ["score"]),
        ({"level": "2", "score": "3,01"}, ["score"]),
        ({"level": "2", "score": "-0.1"}, ["score"]),
        ({"level": "1", "score": "6"}, ["score"]),
        ({"score": "1"}, ["level"]),
    ],
)
def test_levels_refusals(facts, faulty):
    assert [name for name, _ in fact_faults(make_leaf(OPEN_LEVELS, "6"), **facts)] == faulty


def test_score_belongs_only_to_levels_with_points_up_to():
    assert [name for name, _ in fact_faults(make_leaf(LEVELS), level="1", score="1")] == ["score"]


@pytest.mark.parametrize(("items", "points"), [("0", "0"), ("1", "1"), ("2;3", "2"), ("3; 1", "2.5"), ("1;2;3", "3")])
def test_checklist_points(items, points):
    assert score(make_leaf(CHECKLIST, "3"), items=items).score == Decimal(points)


@pytest.mark.parametrize("items", ["1;1", "4", "0;1", "1;x", "1,2", ";", "-1"])
def test_checklist_refusals(items):
    assert {name for name, _ in fact_faults(make_leaf(CHECKLIST, "3"), items=items)} == {"items"}


def test_checklist_reports_every_item():
    assert len(fact_faults(make_leaf(CHECKLIST, "3"), items="1;1;7;x")) == 3


def test_checklist_needs_its_input_when_decided_is_absent():
    node = make_leaf(BRANCH | {"when_false": CHECKLIST}, "3")
    assert [name for name, _ in fact_faults(node, condition="no")] == ["items"]


@pytest.mark.parametrize(
    ("met", "points"),
    [("yes", 3), ("có", 3), ("1", 3), ("CÓ", 3), ("co\u0301", 3), ("no", 0), ("không", 0), ("0", 0)],
)
def test_all_or_nothing_points(met, points):
    node = make_leaf({"kind": "all_or_nothing", "conditions": ["a", "b"], "points": "3"}, "3")
    assert score(node, met=met).score == points


def test_all_or_nothing_refuses_other_words():
    node = make_leaf({"kind": "all_or_nothing", "conditions": ["a"], "points": "1"})
    assert fact_faults(node, met="đạt")[0][0] == "met"


@pytest.mark.parametrize(("count", "points"), [("6", "0"), ("7", "0.5"), ("11", "0.5"), ("12", "1"), ("99", "1")])
def test_count_points(count, points):
    assert score(make_leaf(COUNT), count=count).score == Decimal(points)


def test_a_count_may_not_be_left_out_beside_the_answer_of_a_branch():
    rule = BRANCH | {"when_false": COUNT}
    assert fact_faults(make_leaf(rule, "2"), condition="no") == [("count", "Thiếu số liệu “tin bài” (count).")]


@pytest.mark.parametrize("count", ["-1", "1,5", "một", "1.000,0"])
def test_count_refusals(count):
    assert [name for name, _ in fact_faults(make_leaf(COUNT), count=count)] == ["count"]


@pytest.mark.parametrize(
    ("keys", "count", "points"),
    [
        ({}, "0", "3"),
        ({}, "2", "1.5"),
        ({}, "4", "0"),
        ({}, "5", "0"),
        ({"start": "2"}, "1", "1.25"),
        ({"floor": "1"}, "4", "1"),
        ({"floor": None}, "9", "0"),
        ({"floor": "-1"}, "9", "0"),
    ],
)
def test_deduct_points(keys, count, points):
    assert score(make_leaf(DEDUCT | keys, "3"), count=count).score == Decimal(points)


@pytest.mark.parametrize(
    ("floor", "count", "points"), [(None, "0", "0"), (None, "4", "-3"), ("-1", "4", "-1"), ("0", "4", "0")]
)
def test_deduct_on_a_penalty_leaf_starts_at_zero(floor, count, points):
    node = make_leaf(DEDUCT | {"floor": floor}, None, kind="penalty")
    assert score(node, count=count).score == Decimal(points)


@pytest.mark.parametrize(
    ("days", "penalty", "base"), [("0", 0, 3), ("1", -1, 2), ("2", -1, 2), ("3", -2, 1), ("4", -3, 0), ("5", -4, 0)]
)
def test_late_points(days, penalty, base):
    assert score(make_leaf(LATE, None, kind="penalty"), days_late=days).score == penalty
    assert score(make_leaf(LATE, "3"), days_late=days).score == base


def test_late_refuses_after_the_last_day():
    [(name, message)] = fact_faults(make_leaf(LATE, None, kind="penalty"), days_late="6")
    assert (name, message) == ("days_late", "Trễ quá 5 ngày thì không tiếp nhận.")


@pytest.mark.parametrize(
    ("tiers", "days", "points"),
    [
        ([{"per_day_after": "0", "points": "-0.5"}], "3", "-1.5"),
        ([{"per_day_after": "2", "points": "-1"}], "2", "0"),
        ([{"up_to_days": "2", "points": "-1"}, {"up_to_days": "4", "points": "-2"}], "3", "-2"),
        ([{"up_to_days": "2", "points": "-1"}], "9", "-1"),
        ([{"up_to_days": "2", "points": "-1"}, {"per_day_after": "4", "points": "-1"}], "4", "-1"),
        ([{"up_to_days": "2", "points": "-1"}, {"per_day_after": "4", "points": "-1"}], "5", "-2"),
    ],
)
def test_late_tiers(tiers, days, points):
    node = make_leaf({"kind": "late", "tiers": tiers}, None, kind="penalty")
    assert score(node, days_late=days).score == Decimal(points)


@pytest.mark.parametrize(
    ("direction", "current", "previous", "points"),
    [
        ("increase", "80,1", "80", 1),
        ("increase", "80,0", "80", 0),
        ("increase", "79", "80", 0),
        ("decrease", "79", "80", 1),
        ("decrease", "80", "80,00", 0),
        ("decrease", "-1", "0", 1),
    ],
)
def test_change_is_strict(direction, current, previous, points):
    node = make_leaf({"kind": "change", "points": "1", "direction": direction})
    assert score(node, current=current, previous=previous).score == points


def test_change_needs_both():
    node = make_leaf({"kind": "change", "points": "1", "direction": "increase"})
    assert [name for name, _ in fact_faults(node, current="1")] == ["previous"]


@pytest.mark.parametrize(
    ("best", "value", "points"),
    [("max", "50", "1.25"), ("max", "0", "0"), ("max", "-3", "0"), ("min", "20", "5"), ("min", "80", "1.25")],
)
def test_relative_points(best, value, points):
    node = make_leaf({"kind": "relative", "best": best}, "5")
    peers = 200 if best == "max" else 20
    assert score_leaf(node, {"value": value}, peers_best=peers).score == Decimal(points)


def test_relative_is_pending_until_the_peers_are_known():
    scored = score(make_leaf({"kind": "relative", "best": "max"}, "5"), value="50")
    assert (scored.score, scored.state, scored.effective_max, scored.is_pending) == (None, State.SCORED, 5, True)
    assert "sau khi kết thúc giai đoạn" in "".join(step.text for step in scored.steps)


def test_best_value_compares_only_values_above_zero():
    node = make_leaf({"kind": "relative", "best": "min"}, "5")
    peers = [{"value": "4"}, {"value": "0"}, {}, {"value": "2,5"}]
    assert best_value(node, {"value": "3"}, peers) == Fraction(5, 2)
    assert best_value(node, {"value": "0"}, peers) is None
    assert best_value(make_leaf(LEVELS), {"level": "1"}, peers) is None


def test_best_value_inside_a_branch_keeps_the_sides_apart():
    side = {"kind": "relative", "best": "max"}
    rule = {"kind": "branch", "question": "q", "when_true": side, "when_false": {"kind": "relative", "best": "min"}}
    node = make_leaf(rule, "5")
    peers = [{"condition": "yes", "value": "9"}, {"condition": "no", "value": "2"}, {"decided": "1"}]
    assert best_value(node, {"condition": "yes", "value": "3"}, peers) == 9
    assert best_value(node, {"condition": "no", "value": "3"}, peers) == 2


@pytest.mark.parametrize(
    ("facts", "points"),
    [
        ({"A.numerator": "1", "A.denominator": "2", "B": "0,4"}, "4"),
        ({"A.numerator": "1", "A.denominator": "2", "B": "3"}, "5"),
        ({"A.numerator": "7", "A.denominator": "0", "B": "0"}, "0"),
        ({"A.numerator": "9", "A.denominator": "1", "B": "9"}, "10"),
        ({"A.numerator": "0", "A.denominator": "1", "B": "-9"}, "0"),
    ],
)
def test_formula_points_are_clamped(facts, points):
    assert score_leaf(make_leaf(FORMULA, "10"), facts).score == Decimal(points)


def test_formula_needs_every_input():
    faults = fact_faults(make_leaf(FORMULA, "10"), **{"A.numerator": "-1"})
    assert [name for name, _ in faults] == ["A.numerator", "A.denominator", "B"]


def test_formula_division_by_zero_is_an_error():
    rule = FORMULA | {"expression": "A/(B - 1)"}
    [(name, message)] = fact_faults(make_leaf(rule, "10"), **{"A.numerator": "1", "A.denominator": "1", "B": "1"})
    assert (name, "chia cho 0" in message) == ("", True)


SURVEY = {"kind": "survey", "respondents": ["Người dân"]}


@pytest.mark.parametrize(
    ("facts", "points"),
    [
        ({"percent": "85,25"}, "7.67"),
        ({"percent": "100"}, "9"),
        ({"percent": "0"}, "0"),
        ({"score": "8,755"}, "8.76"),
    ],
)
def test_survey_points(facts, points):
    assert score(make_leaf(SURVEY, "9"), **facts).score == Decimal(points)


@pytest.mark.parametrize(
    ("facts", "faulty"),
    [
        ({"percent": "100,01"}, "percent"),
        ({"percent": "-1"}, "percent"),
        ({"score": "9,01"}, "score"),
        ({"score": "-1"}, "score"),
        ({"percent": "1", "score": "1"}, "score"),
    ],
)
def test_survey_refusals(facts, faulty):
    assert [name for name, _ in fact_faults(make_leaf(SURVEY, "9"), **facts)] == [faulty]


JUDGEMENT = {"kind": "judgement", "step": "0.25", "minimum": "0.5"}


@pytest.mark.parametrize("points", ["0.5", "1,75", "2"])
def test_judgement_points(points):
    assert score(make_leaf(JUDGEMENT, "2"), score=points).score == Decimal(points.replace(",", "."))


@pytest.mark.parametrize("points", ["0.25", "2.25", "1.1", "0", "x"])
def test_judgement_is_never_clamped(points):
    assert [name for name, _ in fact_faults(make_leaf(JUDGEMENT, "2"), score=points)] == ["score"]


def test_judgement_on_a_penalty_leaf_goes_below_zero():
    node = make_leaf({"kind": "judgement", "step": "0.5", "minimum": "-2"}, None, kind="penalty")
    assert score(node, score="-1,5").score == Decimal("-1.5")
    assert [name for name, _ in fact_faults(node, score="0,5")] == ["score"]


@pytest.mark.parametrize(
    ("facts", "points"),
    [
        ({"condition": "yes", "numerator": "5", "denominator": "5"}, "2"),
        ({"condition": "yes", "numerator": "4", "denominator": "5"}, "0"),
        ({"condition": "không", "level": "1"}, "0.5"),
    ],
)
def test_branch_points(facts, points):
    assert score(make_leaf(BRANCH, "2"), **facts).score == Decimal(points)


@pytest.mark.parametrize(
    ("facts", "faulty"),
    [
        ({"condition": "yes", "level": "1"}, ["level"]),
        ({"condition": "no", "level": "1", "percent": "5"}, ["percent"]),
        ({"condition": "có lẽ", "level": "1"}, ["condition"]),
        ({"level": "1"}, ["condition"]),
        ({"condition": "no"}, ["level"]),
    ],
)
def test_branch_refusals(facts, faulty):
    assert [name for name, _ in fact_faults(make_leaf(BRANCH, "2"), **facts)] == faulty


def test_branch_sends_zero_over_zero_to_the_policy_of_the_leaf():
    rule = BRANCH | {"when_true": ratio(linear=True)}
    node = make_leaf(rule, "2", not_applicable={"policy": "full"})
    scored = score(node, condition="yes", numerator="0", denominator="0")
    assert (scored.score, scored.state) == (2, State.NOT_APPLICABLE)


@pytest.mark.parametrize("facts", [{}, {"value": "12,5"}, {"decided": "1"}])
def test_info_is_never_scored(facts):
    scored = score(make_leaf({"kind": "info"}, "12"), **facts)
    assert (scored.score, scored.effective_max, scored.state) == (None, 0, State.EXCLUDED)


def test_info_by_method_takes_facts_and_is_never_scored():
    scored = score(make_leaf(LEVELS, method="info"), level="1")
    assert (scored.score, scored.state, scored.percent) == (None, State.EXCLUDED, None)


def test_info_needs_no_value():
    assert make_leaf({"kind": "info"}).rule.outcome({}) == (0, 1)


def test_only_rules_that_compare_have_a_compared_value():
    assert make_leaf(LEVELS).rule.compared({"level": "1"}) is None


def test_info_value_is_a_number():
    assert [name for name, _ in fact_faults(make_leaf({"kind": "info"}), value="nhiều")] == ["value"]
