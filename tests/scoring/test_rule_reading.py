"""Reading a rule: every kind of fault with its place in the tree."""

import pytest

from tests.scoring.builders import LEVELS, ratio, rule_faults


@pytest.mark.parametrize(
    ("rule", "faults"),
    [
        (
            {"kind": "magic"},
            [
                "rule.kind: “kind” phải là một trong: levels, checklist, all_or_nothing, ratio, count, deduct, late, "
                "change, relative, formula, survey, judgement, info, branch; không phải “magic”."
            ],
        ),
        ({"levels": "x"}, ["rule.kind: Thiếu khóa bắt buộc “kind”."]),
        (LEVELS | {"thừa": "x"}, ["rule.thừa: Khóa “thừa” không có trong định dạng ở vị trí này."]),
        ({"kind": "levels"}, ["rule.levels: Thiếu khóa bắt buộc “levels”."]),
        ({"kind": "levels", "levels": [{"name": "a"}]}, ["rule.levels[0].points: Thiếu khóa bắt buộc “points”."]),
        (
            {"kind": "levels", "levels": [{"name": "a", "points": "2"}]},
            ["rule.levels[0].points: Điểm 2 nằm ngoài khoảng từ 0 đến 1."],
        ),
        (
            {"kind": "levels", "levels": [{"name": "a", "points": "1", "points_up_to": "1"}]},
            ["rule.levels[0].points_up_to: Mỗi mức chỉ có một trong “points” hoặc “points_up_to”."],
        ),
        ({"kind": "checklist"}, ["rule.items: Thiếu khóa bắt buộc “items”."]),
        (
            {"kind": "checklist", "items": [{"name": "a", "points": "0.5"}]},
            ["rule.items: Tổng điểm các mục là 0,5, khác điểm tối đa 1."],
        ),
        (
            {"kind": "checklist", "items": [{"name": "a", "points": "-1"}]},
            ["rule.items[0].points: Điểm −1 nằm ngoài khoảng từ 0 đến 1."],
        ),
        ({"kind": "all_or_nothing", "points": "1"}, ["rule.conditions: Thiếu khóa bắt buộc “conditions”."]),
        ({"kind": "all_or_nothing", "conditions": ["a"]}, ["rule.points: Thiếu khóa bắt buộc “points”."]),
        (ratio(), ["rule.curve: “curve” phải có một trong: linear, target, full_from với proportional_from, steps."]),
        ({"kind": "ratio", "numerator": "a", "denominator": "b"}, ["rule.curve: Thiếu khóa bắt buộc “curve”."]),
        (ratio(linear=False), ["rule.curve.linear: “linear” chỉ nhận giá trị true."]),
        (ratio(linear=True, target="90"), ["rule.curve.target: Khóa “target” không có trong định dạng ở vị trí này."]),
        (ratio(target="0"), ["rule.curve.target: “target” phải lớn hơn 0."]),
        (ratio(full_from="60"), ["rule.curve.proportional_from: Thiếu khóa bắt buộc “proportional_from”."]),
        (
            ratio(full_from="60", proportional_from="85"),
            ["rule.curve.proportional_from: Các ngưỡng phải giảm dần: proportional_from 85 cao hơn full_from 60."],
        ),
        (
            ratio(linear=True, on_zero="half"),
            [
                "rule.on_zero_denominator: “on_zero_denominator” phải là một trong: full, zero, not_applicable; "
                "không phải “half”."
            ],
        ),
        (ratio(steps=[]), ["rule.curve.steps: Danh sách “steps” không được để trống."]),
        (
            ratio(steps=[{"from": "9", "points": "1"}, {"from": "9", "points": "0"}]),
            ["rule.curve.steps: Các ngưỡng phải giảm dần: 9 đứng sau 9."],
        ),
        (
            ratio(steps=[{"from": "9", "points": "1"}, {"above": "9", "points": "0"}]),
            ["rule.curve.steps: Các ngưỡng phải giảm dần: 9 đứng sau 9."],
        ),
        (
            ratio(steps=[{"from": "8", "points": "1"}, {"from": "9", "points": "0"}]),
            ["rule.curve.steps: Các ngưỡng phải giảm dần: 9 đứng sau 8."],
        ),
        (
            ratio(steps=[{"from": "9", "points": "2"}]),
            ["rule.curve.steps[0].points: Điểm 2 nằm ngoài khoảng từ 0 đến 1."],
        ),
        (
            ratio(steps=[{"points": "1"}]),
            ["rule.curve.steps[0]: Mỗi bậc phải có đúng một trong “from”, “above” hoặc “else”."],
        ),
        (
            ratio(steps=[{"from": "9", "above": "9", "points": "1"}]),
            ["rule.curve.steps[0]: Mỗi bậc phải có đúng một trong “from”, “above” hoặc “else”."],
        ),
        (
            ratio(steps=[{"from": "x", "points": "1"}]),
            ["rule.curve.steps[0].from: “x” không phải là số. Viết như 1183 hoặc 0,5."],
        ),
        (
            ratio(steps=[{"else": "1"}, {"from": "9", "points": "1"}]),
            ["rule.curve.steps[0].else: “else” phải là bậc cuối cùng."],
        ),
        (
            ratio(steps=[{"from": "9", "points": "1"}, {"else": "-1"}]),
            ["rule.curve.steps[1].else: Điểm −1 nằm ngoài khoảng từ 0 đến 1."],
        ),
        ({"kind": "count", "unit": "lần"}, ["rule.steps: Thiếu khóa bắt buộc “steps”."]),
        ({"kind": "deduct", "unit": "lần"}, ["rule.per: Thiếu khóa bắt buộc “per”."]),
        ({"kind": "deduct", "unit": "lần", "per": "-1"}, ["rule.per: “per” phải từ 0 trở lên, không phải -1."]),
        (
            {"kind": "deduct", "unit": "lần", "per": "1", "start": "2"},
            ["rule.start: Điểm 2 nằm ngoài khoảng từ 0 đến 1."],
        ),
        ({"kind": "deduct", "unit": "lần", "per": "1", "floor": "2"}, ["rule.floor: Mức sàn 2 cao hơn mức bắt đầu 1."]),
        ({"kind": "late"}, ["rule.tiers: Thiếu khóa bắt buộc “tiers”."]),
        (
            {"kind": "late", "tiers": [{"up_to_days": "2", "points": "1"}]},
            ["rule.tiers[0].points: Điểm trừ phải viết là số không dương, không phải 1."],
        ),
        (
            {"kind": "late", "tiers": [{"points": "-1"}]},
            ["rule.tiers[0].up_to_days: Thiếu khóa bắt buộc “up_to_days”."],
        ),
        (
            {"kind": "late", "tiers": [{"per_day_after": "1", "points": "-1"}, {"up_to_days": "2", "points": "-1"}]},
            [
                "rule.tiers[0].per_day_after: “per_day_after” phải là bậc cuối cùng.",
                "rule.tiers: “per_day_after” (1) phải từ 2 ngày trở lên.",
            ],
        ),
        (
            {"kind": "late", "tiers": [{"up_to_days": "2", "points": "-1"}, {"up_to_days": "2", "points": "-2"}]},
            ["rule.tiers: “up_to_days” phải tăng dần."],
        ),
        ({"kind": "change", "points": "1"}, ["rule.direction: Thiếu khóa bắt buộc “direction”."]),
        ({"kind": "relative", "best": "avg"}, ["rule.best: “best” phải là một trong: max, min; không phải “avg”."]),
        ({"kind": "survey"}, ["rule.respondents: Thiếu khóa bắt buộc “respondents”."]),
        ({"kind": "judgement", "step": "0"}, ["rule.step: “step” phải lớn hơn 0."]),
        ({"kind": "judgement"}, ["rule.step: Thiếu khóa bắt buộc “step”."]),
        ({"kind": "judgement", "step": "1", "minimum": "-1"}, ["rule.minimum: Điểm −1 nằm ngoài khoảng từ 0 đến 1."]),
        (
            {"kind": "judgement", "step": "1", "minimum": "x"},
            ["rule.minimum: “x” không phải là số. Viết như 1183 hoặc 0,5."],
        ),
        (
            {"kind": "branch", "question": "q", "when_true": LEVELS},
            ["rule.when_false: Thiếu khóa bắt buộc “when_false”."],
        ),
        (
            {"kind": "branch", "question": "q", "when_true": LEVELS, "when_false": {"kind": "branch"}},
            ["rule.when_false.kind: Trong “branch” không dùng được “branch” và “info”."],
        ),
        (
            {"kind": "branch", "when_true": LEVELS, "when_false": {"x": "y"}},
            ["rule.question: Thiếu khóa bắt buộc “question”.", "rule.when_false.kind: Thiếu khóa bắt buộc “kind”."],
        ),
        ({"kind": "formula", "inputs": {"A": {"value": "a"}}}, ["rule.expression: Thiếu khóa bắt buộc “expression”."]),
        (
            {"kind": "formula", "inputs": {"A": {"value": "a"}}, "expression": "A +"},
            ["rule.expression: Công thức kết thúc giữa chừng."],
        ),
        (
            {"kind": "formula", "inputs": {"A": {"value": "a"}}, "expression": "A + B"},
            ["rule.expression: “B” chưa được khai báo trong “inputs”."],
        ),
        (
            {"kind": "formula", "inputs": {"max": {"value": "a"}}, "expression": "1"},
            ["rule.inputs.max: “max” không dùng được làm tên; tên gồm chữ không dấu, số và gạch dưới."],
        ),
        (
            {"kind": "formula", "inputs": {"A": "a"}, "expression": "1"},
            ["rule.inputs.A: “A” phải là một nhóm khóa.", "rule.inputs: “inputs” phải khai báo ít nhất một số liệu."],
        ),
        ({"kind": "formula", "expression": "1"}, ["rule.inputs: Thiếu khóa bắt buộc “inputs”."]),
        (
            {"kind": "formula", "inputs": {"A": {"numerator": "a"}}, "expression": "A"},
            ["rule.inputs.A.denominator: Thiếu khóa bắt buộc “denominator”."],
        ),
    ],
)
def test_faults_in_rules(rule, faults):
    assert rule_faults(rule) == faults


@pytest.mark.parametrize(
    ("rule", "faults"),
    [
        (ratio(linear=True), ["rule.curve: Tiêu chí điểm trừ chỉ dùng được “steps”, vì không có điểm tối đa để nhân."]),
        (
            ratio(steps=[{"from": "9", "points": "1"}]),
            ["rule.curve.steps[0].points: Điểm 1 nằm ngoài khoảng không lớn hơn 0."],
        ),
        (
            {"kind": "relative", "best": "max"},
            ["rule: Tiêu chí điểm trừ không dùng được cách chấm so với đơn vị tốt nhất."],
        ),
        (
            {"kind": "survey", "respondents": ["d"]},
            ["rule: Tiêu chí điểm trừ không dùng được cách chấm điều tra xã hội học."],
        ),
        (LEVELS, ["rule.levels[0].points: Điểm 1 nằm ngoài khoảng không lớn hơn 0."]),
    ],
)
def test_faults_in_penalty_rules(rule, faults):
    assert rule_faults(rule, None, kind="penalty") == faults
