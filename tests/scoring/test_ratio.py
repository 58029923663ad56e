"""The ratio by hand: every curve at, just under and just over its thresholds, 0 over 0, every refusal."""

from decimal import Decimal

import pytest

from chiso.scoring import State
from tests.scoring.builders import fact_faults, make_leaf, ratio, score


@pytest.mark.parametrize(
    ("curve", "most", "facts", "points"),
    [
        ({"linear": True}, "3", ("5", "24"), "0.63"),
        ({"linear": True}, "3", ("24", "24"), "3"),
        ({"linear": True}, "3", ("30", "24"), "3"),
        ({"linear": True}, "1.5", ("1", "3"), "0.5"),
        ({"target": "90"}, "6", ("89999", "100000"), "6.00"),
        ({"target": "90"}, "6", ("90", "100"), "6"),
        ({"target": "90"}, "6", ("45", "100"), "3"),
        ({"target": "90"}, "6", ("1651", "2270"), "4.85"),
        ({"full_from": "85", "proportional_from": "60"}, "3", ("85", "100"), "3"),
        ({"full_from": "85", "proportional_from": "60"}, "3", ("8499", "10000"), "3.00"),
        ({"full_from": "85", "proportional_from": "60"}, "3", ("84", "100"), "2.96"),
        ({"full_from": "85", "proportional_from": "60"}, "3", ("60", "100"), "2.12"),
        ({"full_from": "85", "proportional_from": "60"}, "3", ("5999", "10000"), "0"),
        ({"full_from": "85", "proportional_from": "60"}, "3", ("0,6", "1,0"), "2.12"),
    ],
)
def test_ratio_points(curve, most, facts, points):
    node = make_leaf(ratio(**curve), most)
    assert score(node, numerator=facts[0], denominator=facts[1]).score == Decimal(points)


STEPS = [{"from": "100", "points": "10"}, {"above": "90", "points": "8"}, {"from": "90", "points": "7"}, {"else": "1"}]


@pytest.mark.parametrize(
    ("numerator", "denominator", "points"),
    [
        ("3", "3", 10),
        ("301", "300", 10),
        ("299999", "300000", 8),
        ("901", "1000", 8),
        ("90", "100", 7),
        ("899999", "1000000", 1),
        ("0", "7", 1),
    ],
)
def test_ratio_steps_use_the_unrounded_ratio(numerator, denominator, points):
    node = make_leaf(ratio(steps=STEPS), "10")
    assert score(node, numerator=numerator, denominator=denominator).score == points


def test_steps_without_else_give_zero():
    node = make_leaf(ratio(steps=[{"above": "50", "points": "1"}]))
    assert [score(node, percent=percent).score for percent in ("50", "50,0001")] == [0, 1]


def test_ratio_takes_a_percent_above_one_hundred():
    assert score(make_leaf(ratio(linear=True), "6"), percent="120,5").score == 6


@pytest.mark.parametrize(
    ("facts", "faulty"),
    [
        ({"numerator": "1"}, ["denominator"]),
        ({"denominator": "1"}, ["numerator"]),
        ({"numerator": "-1", "denominator": "2"}, ["numerator"]),
        ({"numerator": "1", "denominator": "-2"}, ["denominator"]),
        ({"numerator": "1", "denominator": "0"}, ["denominator"]),
        ({"numerator": "0,01", "denominator": "0,0"}, ["denominator"]),
        ({"percent": "-0,1"}, ["percent"]),
        ({"percent": "50", "numerator": "1"}, ["percent"]),
        ({"percent": "50", "numerator": "1", "denominator": "2"}, ["percent"]),
        ({"numerator": "a", "denominator": "b"}, ["numerator", "denominator"]),
        ({"tử": "1"}, ["tử"]),
    ],
)
def test_ratio_refusals(facts, faulty):
    assert [name for name, _ in fact_faults(make_leaf(ratio(linear=True), "6"), **facts)] == faulty


@pytest.mark.parametrize(
    ("on_zero", "policy", "expected"),
    [
        ("full", None, (6, 6, State.SCORED)),
        ("zero", None, (0, 6, State.SCORED)),
        ("not_applicable", None, (None, 0, State.NOT_APPLICABLE)),
        ("not_applicable", "full", (None, 0, State.NOT_APPLICABLE)),
        ("zero", "full", (0, 6, State.SCORED)),
        (None, "full", (6, 6, State.NOT_APPLICABLE)),
        (None, "zero", (0, 6, State.NOT_APPLICABLE)),
        (None, "reduce_max", (None, 0, State.NOT_APPLICABLE)),
        (None, "exclude", (None, 0, State.NOT_APPLICABLE)),
    ],
)
def test_zero_over_zero(on_zero, policy, expected):
    keys = {"not_applicable": {"policy": policy, "when": "không phát sinh"}} if policy else {}
    node = make_leaf(ratio(linear=True, on_zero=on_zero), "6", **keys)
    scored = score(node, numerator="0", denominator="0")
    assert (scored.score, scored.effective_max, scored.state) == expected


def test_zero_over_zero_without_any_policy_asks_for_a_decision():
    node = make_leaf(ratio(linear=True), "6")
    [(name, message)] = fact_faults(node, numerator="0", denominator="0")
    assert (name, "cần có quyết định" in message) == ("denominator", True)
    assert score(node, numerator="0", denominator="0", decided="2").score == 2
