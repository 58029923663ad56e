import pytest

from chiso.scoring import LeafPoints, State, explain_node, explain_total, points_of, roll_up, score_leaf, score_unit
from tests.scoring.builders import LEVELS, area, leaf, make_set, ratio

COUNT = {"kind": "deduct", "unit": "lần", "per": "1", "floor": None}


def sample(**top):
    return make_set(
        area("A", leaf("A.1", ratio(linear=True), "6"), leaf("A.2", LEVELS), max="7"),
        area("B", leaf("B.1", ratio(linear=True), "4"), kind="bonus", cap="3"),
        area("P", leaf("P.1", COUNT, None), kind="penalty"),
        **({"scale": "100"} | top),
    )


FACTS = {
    "A.1": {"percent": "50"},
    "A.2": {"decided": "0,5"},
    "B.1": {"percent": "100"},
    "P.1": {"count": "1"},
}


def lines(steps):
    return [(step.kind.value, step.label, step.text) for step in steps]


def test_calculation_of_the_total():
    unit = score_unit(sample(), FACTS, survey_run=False)
    assert lines(explain_total(unit)) == [
        ("part", "A Lĩnh vực A", "3,50/7"),
        ("part", "B Lĩnh vực B", "4,00/4"),
        ("part", "P Lĩnh vực P", "−1,00"),
        ("working", "Điểm quy đổi theo thang điểm", "3,5 ÷ 7 × 100 = 50"),
        ("working", "Điểm thưởng B", "4 điểm, tính không quá 3 điểm"),
        ("working", "Điểm trừ P", "1 điểm"),
        ("working", "Cộng điểm thưởng, trừ điểm trừ", "50 + 3 − 1 = 52"),
        ("rounding", "Làm tròn 2 chữ số thập phân", "52,00 điểm"),
        ("result", "Tổng điểm", "52,00 điểm"),
    ]


def test_calculation_shows_the_clamp():
    unit = score_unit(sample(total={"maximum": "40"}), {"A.1": {"percent": "50"}}, survey_run=False)
    texts = lines(explain_total(unit))
    assert ("part", "A Lĩnh vực A", "3,00/7 (chưa có đủ số liệu)") in texts
    assert ("working", "Giới hạn của tổng điểm", "42,857143… → 40") in texts


def test_calculation_without_a_total():
    index_set = make_set(area("A", leaf("A.1", LEVELS, not_applicable={"policy": "exclude"}), max="1"))
    unit = score_unit(index_set, {"A.1": {"not_applicable": "yes"}}, survey_run=False)
    assert lines(explain_total(unit)) == [
        ("part", "A Lĩnh vực A", "0,00"),
        ("result", "Tổng điểm", "Tổng điểm tối đa có hiệu lực bằng 0 nên không có tổng điểm"),
    ]
    assert lines(explain_node(unit, "A")) == [
        ("part", "A.1 Tiêu chí A.1", "0,00 (không áp dụng)"),
        ("result", "Cộng", "0,00"),
    ]


def test_calculation_of_an_area():
    unit = score_unit(sample(), FACTS, survey_run=False)
    assert lines(explain_node(unit, "A")) == [
        ("part", "A.1 Tiêu chí A.1", "3,00/6"),
        ("part", "A.2 Tiêu chí A.2", "0,50/1 (điểm quyết định)"),
        ("result", "Cộng", "3,50/7"),
        ("working", "Chỉ số thành phần", "3,50/7 × 100 = 50,00%"),
    ]


def test_calculation_of_a_leaf_goes_down_to_its_facts():
    unit = score_unit(sample(), FACTS, survey_run=False)
    assert explain_node(unit, "A.1") == score_leaf(sample().node("A.1"), {"percent": "50"}).steps


def test_calculation_of_a_stored_leaf_shows_its_points_only():
    stored = {"A.1": points_of(score_leaf(sample().node("A.1"), {"percent": "50"}))}
    assert stored["A.1"] == LeafPoints(3, 6, State.SCORED)
    unit = roll_up(sample(), stored, survey_run=False)
    assert lines(explain_node(unit, "A.1")) == [
        ("result", "Điểm đạt được", "3,00/6"),
        ("working", "Chỉ số thành phần", "3,00/6 × 100 = 50,00%"),
    ]


def test_unknown_code():
    with pytest.raises(KeyError):
        explain_node(score_unit(sample(), {}, survey_run=False), "Z")
