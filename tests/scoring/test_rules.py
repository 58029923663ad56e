"""Every rule by hand: at, just under and just over each threshold, and every refusal."""

from decimal import Decimal
from fractions import Fraction

import pytest

from chiso.scoring import InputKind, State, best_value, score_leaf
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
    [("yes", 3), ("có", 3), ("1", 3), ("CÓ", 3), ("no", 0), ("không", 0), ("0", 0)],
)
def test_all_or_nothing_points(met, points):
    node = make_leaf({"kind": "all_or_nothing", "conditions": ["a", "b"], "points": "3"}, "3")
    assert score(node, met=met).score == points


def test_all_or_nothing_refuses_other_words():
    node = make_leaf({"kind": "all_or_nothing", "conditions": ["a"], "points": "1"})
    assert fact_faults(node, met="đạt")[0][0] == "met"


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


@pytest.mark.parametrize(("count", "points"), [("6", "0"), ("7", "0.5"), ("11", "0.5"), ("12", "1"), ("99", "1")])
def test_count_points(count, points):
    assert score(make_leaf(COUNT), count=count).score == Decimal(points)


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


def test_info_value_is_a_number():
    assert [name for name, _ in fact_faults(make_leaf({"kind": "info"}), value="nhiều")] == ["value"]


@pytest.mark.parametrize(
    ("rule", "most", "inputs"),
    [
        (LEVELS, "1", [("level", InputKind.LEVEL, True)]),
        (OPEN_LEVELS, "6", [("level", InputKind.LEVEL, True), ("score", InputKind.SCORE, False)]),
        (CHECKLIST, "3", [("items", InputKind.ITEMS, True)]),
        (
            ratio(linear=True),
            "1",
            [
                ("numerator", InputKind.NUMBER, True),
                ("denominator", InputKind.NUMBER, True),
                ("percent", InputKind.PERCENT, False),
            ],
        ),
        (LATE, "3", [("days_late", InputKind.WHOLE, True)]),
        (
            BRANCH,
            "2",
            [
                ("condition", InputKind.YES_NO, True),
                ("numerator", InputKind.NUMBER, True),
                ("denominator", InputKind.NUMBER, True),
                ("percent", InputKind.PERCENT, False),
                ("level", InputKind.LEVEL, True),
            ],
        ),
        (
            FORMULA,
            "10",
            [(name, InputKind.NUMBER, True) for name in ("A.numerator", "A.denominator", "B")],
        ),
        (SURVEY, "9", [("percent", InputKind.PERCENT, True), ("score", InputKind.SCORE, False)]),
        (JUDGEMENT, "2", [("score", InputKind.SCORE, True)]),
    ],
)
def test_inputs_describe_a_form(rule, most, inputs):
    node = make_leaf(rule, most)
    assert [(one.name, one.kind, one.required) for one in node.rule.inputs] == inputs


def test_inputs_carry_choices_and_the_side_of_a_branch():
    node = make_leaf(BRANCH, "2")
    assert [one.when for one in node.rule.inputs] == ["", "yes", "yes", "yes", "no"]
    assert node.rule.inputs[-1].choices == (("1", "Có: 0,5 điểm"), ("2", "Không: 0 điểm"))


@pytest.mark.parametrize(
    ("rule", "most", "text"),
    [
        (
            ratio(full_from="98", proportional_from="90", on_zero="zero"),
            "6",
            "Tỷ lệ số đạt trên tổng số: từ 98% trở lên: 6 điểm; từ 90% đến dưới 98%: tỷ lệ ÷ 98% × 6; "
            "dưới 90%: 0 điểm; không phát sinh (0/0): 0 điểm",
        ),
        (
            ratio(steps=STEPS),
            "10",
            "Tỷ lệ số đạt trên tổng số: từ 100% trở lên: 10 điểm; trên 90% đến dưới 100%: 8 điểm; "
            "từ 90% đến 90%: 7 điểm; còn lại: 1 điểm",
        ),
        (ratio(linear=True), "6", "Tỷ lệ số đạt trên tổng số: tỷ lệ × 6 điểm"),
        (COUNT, "1", "Số lượng (tin bài): từ 12 trở lên: 1 điểm; trên 6 đến dưới 12: 0,5 điểm; còn lại: 0 điểm"),
        (OPEN_LEVELS, "6", "Tiên phong: 6 điểm; Cải tiến: đến 3 điểm; Không có: 0 điểm"),
        (DEDUCT, "3", "3 điểm, trừ 0,75 điểm cho mỗi lần, không thấp hơn 0 điểm"),
        (DEDUCT | {"floor": None}, "3", "3 điểm, trừ 0,75 điểm cho mỗi lần"),
        (
            LATE,
            "3",
            "Đúng hạn: không trừ; trễ đến 2 ngày: -1 điểm; từ ngày thứ 3: thêm -1 điểm mỗi ngày; "
            "quá 5 ngày: không tiếp nhận".replace("-", "−"),
        ),
        ({"kind": "late", "tiers": LATE["tiers"][:1]}, "3", "Đúng hạn: không trừ; trễ đến 2 ngày: −1 điểm"),
        (
            {"kind": "change", "points": "1", "direction": "decrease"},
            "1",
            "Giảm so với năm trước: 1 điểm; không giảm: 0 điểm",
        ),
        ({"kind": "relative", "best": "max"}, "5", "5 × giá trị của đơn vị ÷ giá trị lớn nhất trong khối"),
        ({"kind": "relative", "best": "min"}, "5", "5 × giá trị nhỏ nhất trong khối ÷ giá trị của đơn vị"),
        (FORMULA, "10", "6 × A + min(2; 2,5 × B), trong đó A = a ÷ b; B = c"),
        (SURVEY, "9", "Điều tra xã hội học (Người dân): kết quả (%) × 9"),
        (JUDGEMENT, "2", "Người chấm cho từ 0,5 đến 2 điểm, theo bước 0,25 điểm"),
        (CHECKLIST, "3", "Cộng điểm từng yêu cầu đạt: a: 1 điểm; b: 0,5 điểm; c: 1,5 điểm"),
        (
            {"kind": "all_or_nothing", "conditions": ["đủ", "đúng hạn"], "points": "3"},
            "3",
            "Đạt tất cả (đủ; đúng hạn): 3 điểm; thiếu một: 0 điểm",
        ),
        ({"kind": "info"}, "0", "Chỉ để thông tin, không chấm điểm"),
        (
            BRANCH | {"when_true": LEVELS | {"levels": [{"name": "Đủ", "points": "2"}]}},
            "2",
            "Nếu có kế hoạch: Đủ: 2 điểm. Nếu không: Có: 0,5 điểm; Không: 0 điểm",
        ),
    ],
)
def test_describe_in_one_vietnamese_line(rule, most, text):
    assert make_leaf(rule, most).rule.describe() == text
