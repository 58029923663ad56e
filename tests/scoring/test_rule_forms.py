"""What a rule tells a form and a reader: its inputs and its one line of Vietnamese."""

import pytest

from chiso.scoring import InputKind
from tests.scoring.builders import LEVELS, make_leaf, ratio
from tests.scoring.test_ratio import STEPS
from tests.scoring.test_rules import (
    BRANCH,
    CHECKLIST,
    COUNT,
    DEDUCT,
    FORMULA,
    JUDGEMENT,
    LATE,
    OPEN_LEVELS,
    SURVEY,
)


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
