from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chiso.scoring import NodeScore, State, StepKind, has_facts, score_leaf
from tests.scoring.builders import INFO, LEVELS, area, fact_faults, make_leaf, make_set, ratio, score

POLICIES = [
    ("reduce_max", None, 0, True),
    ("full", 2, 2, True),
    ("zero", 0, 2, True),
    ("exclude", None, 0, False),
]


@pytest.mark.parametrize(("policy", "points", "most", "in_averages"), POLICIES)
def test_not_applicable_policies(policy, points, most, in_averages):
    node = make_leaf(ratio(linear=True), "2", not_applicable={"policy": policy, "when": "không phát sinh"})
    scored = score(node, not_applicable="có")
    assert (scored.score, scored.effective_max, scored.state) == (points, most, State.NOT_APPLICABLE)
    assert scored.is_hidden is not in_averages


def test_not_applicable_needs_a_policy():
    assert fact_faults(make_leaf(LEVELS), not_applicable="yes") == [
        ("not_applicable", "Tiêu chí A.1 không cho phép khai “không áp dụng”.")
    ]


@pytest.mark.parametrize("other", [{"level": "1"}, {"decided": "1"}])
def test_not_applicable_stands_alone(other):
    node = make_leaf(LEVELS, not_applicable={"policy": "full"})
    assert [name for name, _ in fact_faults(node, not_applicable="yes", **other)] == ["not_applicable"]


def test_not_applicable_is_yes_or_no():
    node = make_leaf(LEVELS, not_applicable={"policy": "full"})
    assert [name for name, _ in fact_faults(node, not_applicable="2")] == ["not_applicable"]


def test_not_applicable_no_claims_nothing():
    assert score(make_leaf(LEVELS), not_applicable="no").state is State.MISSING
    assert score(make_leaf(LEVELS), not_applicable="không", level="1").score == 1


def test_penalty_leaf_not_applicable_is_zero():
    rule = {"kind": "deduct", "unit": "lần", "per": "1", "floor": None}
    node = make_leaf(rule, None, kind="penalty", not_applicable={"policy": "full"})
    assert score(node, not_applicable="yes").score == 0


@pytest.mark.parametrize(
    ("facts", "points", "computed"),
    [
        ({"decided": "0,5"}, "0.5", None),
        ({"decided": "0.5", "level": "1"}, "0.5", 1),
        ({"decided": "0.125"}, "0.13", None),
        ({"decided": "0"}, "0", None),
        ({"decided": "1"}, "1", None),
    ],
)
def test_decided_replaces_the_result_of_the_rule(facts, points, computed):
    scored = score(make_leaf(LEVELS), **facts)
    assert (scored.score, scored.state, scored.computed) == (Decimal(points), State.DECIDED, computed)


@pytest.mark.parametrize("decided", ["1,01", "-0,01", "x"])
def test_decided_stays_within_the_maximum(decided):
    assert [name for name, _ in fact_faults(make_leaf(LEVELS), decided=decided)] == ["decided"]


def test_decided_on_a_penalty_leaf_is_not_above_zero():
    node = make_leaf({"kind": "deduct", "unit": "lần", "per": "1", "floor": None}, None, kind="penalty")
    assert score(node, decided="-7,5").score == Decimal("-7.5")
    assert [name for name, _ in fact_faults(node, decided="0,5")] == ["decided"]


def test_decided_settles_a_pending_comparison_and_zero_over_zero():
    pending = make_leaf({"kind": "relative", "best": "max"}, "5")
    assert score(pending, value="3", decided="4").state is State.DECIDED
    reduced = make_leaf(ratio(linear=True, on_zero="not_applicable"), "5")
    assert score(reduced, numerator="0", denominator="0", decided="4").effective_max == 5


def test_all_faults_of_a_leaf_at_once():
    faults = fact_faults(make_leaf(ratio(linear=True)), numerator="x", decided="9", huyện="1")
    assert [name for name, _ in faults] == ["huyện", "decided", "numerator", "denominator"]


@pytest.mark.parametrize(
    ("kind", "rule", "state", "points"),
    [
        ("base", LEVELS, State.MISSING, None),
        ("bonus", LEVELS, State.SCORED, 0),
        ("penalty", {"kind": "deduct", "unit": "lần", "per": "1", "floor": None}, State.SCORED, 0),
        ("base", INFO, State.EXCLUDED, None),
    ],
)
def test_leaf_without_facts(kind, rule, state, points):
    scored = score(make_leaf(rule, None if kind == "penalty" else "1", kind=kind))
    assert (scored.state, scored.score) == (state, points)


def test_score_is_rounded_once_and_never_leaves_the_maximum():
    node = make_leaf(ratio(linear=True), "0.125")
    assert score(node, percent="100").score == Decimal("0.12")
    assert score(node, percent="100").effective_max == Decimal("0.125")
    assert score(node, decided="0.125").score == Decimal("0.12")


def test_parent_is_not_a_leaf():
    index_set = make_set(area("A", {"code": "A.1", "name": "n", "max": "1", "rule": LEVELS}, max="1"))
    with pytest.raises(ValueError, match="A is not a leaf"):
        score_leaf(index_set.node("A"), {})


def test_has_facts():
    assert has_facts({"not_applicable": "yes"}) is True
    assert has_facts({"not_applicable": "no", "level": "1"}) is True
    assert has_facts({}) is False


def test_percent_of_a_leaf():
    node = make_leaf(ratio(linear=True), "3")
    assert score(node, percent="33,333").percent == Decimal("33.33")
    assert NodeScore(node, 100, 0, State.SCORED).percent is None


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.sampled_from(["linear", "target", "band", "steps"]))
def test_ratio_is_bounded_and_grows_with_the_numerator(numerator, denominator, curve):
    node = CURVES[curve]
    low = score(node, numerator=str(numerator), denominator=str(denominator)).score
    high = score(node, numerator=str(numerator + 1), denominator=str(denominator)).score
    assert 0 <= low <= high <= 6


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_linear_ratio_equals_the_fraction_rounded(numerator, denominator):
    exact = min(Fraction(6), Fraction(6 * numerator, denominator))
    rounded = Fraction(int(exact * 100 + Fraction(1, 2)), 100)
    scored = score(CURVES["linear"], numerator=str(numerator), denominator=str(denominator))
    assert Fraction(scored.score) == rounded


CURVES = {
    "linear": make_leaf(ratio(linear=True), "6"),
    "target": make_leaf(ratio(target="80"), "6"),
    "band": make_leaf(ratio(full_from="85", proportional_from="60"), "6"),
    "steps": make_leaf(ratio(steps=[{"from": "90", "points": "6"}, {"above": "0", "points": "1"}]), "6"),
}


def texts(scored):
    return [(step.kind, step.label, step.text) for step in scored.steps]


def test_steps_of_a_ratio_go_down_to_facts_rule_and_rounding():
    node = make_leaf(ratio(full_from="98", proportional_from="90"), "6")
    assert texts(score(node, numerator="1183", denominator="1250")) == [
        (StepKind.FACT, "số đạt", "1.183"),
        (StepKind.FACT, "tổng số", "1.250"),
        (StepKind.RULE, "Cách chấm", node.rule.describe()),
        (StepKind.WORKING, "Tỷ lệ", "1.183 ÷ 1.250 = 94,64%"),
        (
            StepKind.WORKING,
            "Cách quy điểm",
            "từ 98% trở lên: 6 điểm; từ 90% đến dưới 98%: tỷ lệ ÷ 98% × 6; dưới 90%: 0 điểm",
        ),
        (StepKind.WORKING, "Điểm trước khi làm tròn", "5,794286… điểm"),
        (StepKind.ROUNDING, "Làm tròn 2 chữ số thập phân", "5,79 điểm"),
        (StepKind.RESULT, "Điểm đạt được", "5,79/6 điểm"),
    ]


@pytest.mark.parametrize(
    ("rule", "most", "facts", "working"),
    [
        (ratio(linear=True), "6", {"percent": "85,5"}, ["85,50%", "6 × 85,50%", "5,13 điểm"]),
        (ratio(target="90"), "6", {"percent": "45"}, ["45,00%", "6 × min(1; 45,00% ÷ 90%)", "3 điểm"]),
        (
            ratio(steps=[{"from": "90", "points": "6"}]),
            "6",
            {"percent": "95"},
            ["95,00%", "từ 90% trở lên: 6 điểm; còn lại: 0 điểm", "6 điểm"],
        ),
        (
            ratio(linear=True, on_zero="full"),
            "6",
            {"numerator": "0", "denominator": "0"},
            ["không phát sinh (0/0): đạt điểm tối đa", "6 điểm"],
        ),
        ({"kind": "deduct", "unit": "lần", "per": "0.5"}, "3", {"count": "2"}, ["3 − 0,5 × 2 = 2", "2 điểm"]),
        (
            {"kind": "late", "tiers": [{"up_to_days": "2", "points": "-1"}]},
            "3",
            {"days_late": "1"},
            ["Trễ 1 ngày: −1 điểm", "2 điểm"],
        ),
        (
            {"kind": "change", "points": "1", "direction": "increase"},
            "1",
            {"current": "2", "previous": "1"},
            ["2 > 1", "1 điểm"],
        ),
        (
            {"kind": "change", "points": "1", "direction": "increase"},
            "1",
            {"current": "1", "previous": "2"},
            ["1 < 2", "0 điểm"],
        ),
        (
            {"kind": "change", "points": "1", "direction": "increase"},
            "1",
            {"current": "1", "previous": "1"},
            ["1 = 1", "0 điểm"],
        ),
        ({"kind": "checklist", "items": [{"name": "a", "points": "1"}]}, "1", {"items": "1"}, ["a: 1 điểm", "1 điểm"]),
        ({"kind": "checklist", "items": [{"name": "a", "points": "1"}]}, "1", {"items": "0"}, ["không có", "0 điểm"]),
        (
            {"kind": "relative", "best": "max"},
            "5",
            {"value": "0"},
            ["Giá trị không lớn hơn 0 không tham gia so sánh: 0 điểm", "0 điểm"],
        ),
        (
            {"kind": "formula", "inputs": {"A": {"value": "a"}}, "expression": "2*A"},
            "5",
            {"A": "2"},
            ["2", "2 × A", "4 điểm"],
        ),
        (
            {
                "kind": "branch",
                "question": "q",
                "when_true": LEVELS,
                "when_false": {"kind": "survey", "respondents": ["d"]},
            },
            "1",
            {"condition": "1", "level": "1"},
            ["q: có → Đạt: 1 điểm; Không: 0 điểm", "1 điểm"],
        ),
        (
            {
                "kind": "branch",
                "question": "q",
                "when_true": LEVELS,
                "when_false": {"kind": "survey", "respondents": ["d"]},
            },
            "1",
            {"condition": "no", "percent": "50"},
            ["q: không → Điều tra xã hội học (d): kết quả (%) × 1", "0,5 điểm"],
        ),
        (
            {"kind": "formula", "inputs": {"A": {"value": "a"}}, "expression": "-A"},
            "5",
            {"A": "2"},
            ["2", "-A", "0 điểm"],
        ),
        ({"kind": "survey", "respondents": ["d"]}, "1", {"score": "0,5"}, ["0,5 điểm"]),
    ],
)
def test_working_of_every_rule(rule, most, facts, working):
    scored = score(make_leaf(rule, most), **facts)
    assert [step.text for step in scored.steps if step.kind is StepKind.WORKING] == working


@pytest.mark.parametrize(("best", "working"), [("max", "5 × 10 ÷ 40"), ("min", "5 × 40 ÷ 10")])
def test_working_of_a_comparison(best, working):
    scored = score_leaf(make_leaf({"kind": "relative", "best": best}, "5"), {"value": "10"}, peers_best=40)
    assert working in [step.text for step in scored.steps]


@pytest.mark.parametrize(
    ("rule", "facts", "shown"),
    [
        (LEVELS, {"level": "2"}, ("Mức đạt được", "Không: 0 điểm")),
        ({"kind": "checklist", "items": [{"name": "a", "points": "1"}]}, {"items": "1"}, ("Các yêu cầu đạt được", "1")),
        ({"kind": "all_or_nothing", "conditions": ["a"], "points": "1"}, {"met": "1"}, ("Đạt tất cả: a", "có")),
        ({"kind": "all_or_nothing", "conditions": ["a"], "points": "1"}, {"met": "không"}, ("Đạt tất cả: a", "không")),
        (LEVELS, {"decided": "0.5"}, ("Điểm quyết định", "0,5")),
        (LEVELS, {"not_applicable": "yes"}, ("Không áp dụng", "có")),
        (LEVELS, {"level": "1", "not_applicable": "0"}, ("Không áp dụng", "không")),
    ],
)
def test_facts_are_shown_for_people(rule, facts, shown):
    scored = score(make_leaf(rule, not_applicable={"policy": "full"}), **facts)
    assert shown in [(step.label, step.text) for step in scored.steps if step.kind is StepKind.FACT]


@pytest.mark.parametrize(
    ("policy", "note", "result"),
    [
        ("reduce_max", "giảm trừ điểm tối đa tương ứng", "Không áp dụng: giảm trừ 2 điểm tối đa"),
        ("full", "đạt điểm tối đa", "2,00/2 điểm"),
        ("zero", "0 điểm, giữ nguyên điểm tối đa", "0,00/2 điểm"),
        (
            "exclude",
            "giảm trừ điểm tối đa tương ứng và không tính vào bình quân giữa các đơn vị",
            "Không áp dụng: giảm trừ 2 điểm tối đa",
        ),
    ],
)
def test_steps_say_which_policy_was_applied(policy, note, result):
    node = make_leaf(ratio(linear=True), "2", not_applicable={"policy": policy, "when": "không có PAKN"})
    scored = score(node, not_applicable="yes")
    assert [step.text for step in scored.steps][-2:] == [f"không có PAKN: {note}", result]


def test_steps_say_that_the_rule_itself_takes_the_leaf_out():
    node = make_leaf(ratio(linear=True, on_zero="not_applicable"), "2")
    scored = score(node, numerator="0", denominator="0")
    assert [step.text for step in scored.steps][-2] == "giảm trừ điểm tối đa tương ứng"


@pytest.mark.parametrize(
    ("node", "facts", "result"),
    [
        (make_leaf(INFO, "0"), {"value": "3"}, "Không tính điểm"),
        (make_leaf(LEVELS), {}, "Chưa có số liệu: tính 0/1 điểm"),
        (
            make_leaf({"kind": "deduct", "unit": "lần", "per": "1", "floor": None}, None, kind="penalty"),
            {"count": "2"},
            "−2,00 điểm",
        ),
        (make_leaf(LEVELS), {"decided": "0.5", "level": "1"}, "0,50/1 điểm"),
    ],
)
def test_result_for_people(node, facts, result):
    assert score(node, **facts).steps[-1].text == result


def test_zero_over_zero_settled_by_a_person_shows_both():
    node = make_leaf(ratio(linear=True), "2")
    shown = [step.text for step in score(node, numerator="0", denominator="0", decided="1").steps]
    assert "không phát sinh (0/0): theo cách xử lý không áp dụng" in shown
    assert "Điểm do người có thẩm quyền quyết định thay cho kết quả của cách chấm" in shown
