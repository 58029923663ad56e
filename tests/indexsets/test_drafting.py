"""Edits of a plain tree, and what is found wrong with it."""

import copy
from typing import Any

import pytest

from chiso.indexsets.drafting import tree_edits
from chiso.indexsets.drafting.findings import all_findings, known_findings, node_findings
from chiso.indexsets.drafting.outline import outline_of
from chiso.indexsets.drafting.step_checks import rule_doubts
from tests.indexsets.big_set import big_tree


def tree() -> dict[str, Any]:
    return big_tree(10, depth=3)


def codes(of: Any) -> list[str]:
    return [spot.code for spot in outline_of(of).spots]


def spot(of: Any, key: str) -> Any:
    return outline_of(of).by_key[key]


def messages(of: Any) -> list[str]:
    return [one.message for one in all_findings(of).all]


def test_edits_leave_the_old_tree_alone() -> None:
    old = tree()
    kept = copy.deepcopy(old)
    one = spot(old, "1.1.2")
    tree_edits.replace_fields(old, one.path, {"code": "x"})
    tree_edits.add(old, (0,), {"code": "new"}, after=0)
    tree_edits.move(old, one.path, -1)
    tree_edits.move_under(old, one, spot(old, "1.2"))
    tree_edits.remove(old, one.path)
    tree_edits.renumber(old, None)
    assert old == kept


def test_a_parent_keeps_what_is_in_it() -> None:
    changed = tree_edits.replace_fields(tree(), (0,), {"code": "1", "name": "Mới"})
    assert len(codes(changed)) == len(codes(tree()))


def test_moves() -> None:
    up = tree_edits.move(tree(), (0, 0, 1), -1)
    assert codes(up)[2:4] == ["1.1.2", "1.1.1"]
    assert tree_edits.move(tree(), (0, 0, 0), -1) == tree(), "the first stays first"
    under, node = tree_edits.move_under(tree(), spot(tree(), "1.1.1"), spot(tree(), "1.2"))
    assert outline_of(under).spot_of(node).path == (0, 1, 5)
    top, node = tree_edits.move_under(under, spot(under, "1.2"), None)
    assert outline_of(top).spot_of(node).depth == 0
    for parent in ("1.1", "1.1.3"):
        with pytest.raises(tree_edits.NotThere):
            tree_edits.move_under(tree(), spot(tree(), "1.1"), spot(tree(), parent))


def test_numbering_follows_the_order_and_the_ranking_follows_the_numbers() -> None:
    mixed: Any = {**tree_edits.move(tree(), (0, 0), 1), "ranking": {"tie_breakers": ["1.2.1"]}}
    renumbered, changes = tree_edits.renumber(mixed, None)
    assert codes(renumbered) == codes(tree())
    assert changes["1.2.1"] == "1.1.1"
    assert renumbered["ranking"] == {"tie_breakers": ["1.1.1"]}
    roman: Any = {"areas": [{"code": "I", "children": [{"code": "x"}]}, {"code": "III"}]}
    assert codes(tree_edits.renumber(roman, None)[0]) == ["I", "I.1", "II"]
    assert tree_edits.new_node(roman, None)["code"] == "IV"


def test_nodes_without_a_fit_code_are_named_by_place() -> None:
    odd: Any = {"areas": [{"name": "a"}, {"code": "a/b"}, {"code": ".."}, {"code": "1"}, {"code": "1"}, "no node"]}
    assert [one.key for one in outline_of(odd).spots] == ["@0", "@1", "@2", "1", "@4"]


def test_a_valid_set_has_only_its_size_to_be_told() -> None:
    assert messages(big_tree(100, depth=4)) == []
    assert messages(tree()) == ["Tổng điểm tối đa của các lĩnh vực là 10, không phải 100."]


def test_sums_name_both_numbers_at_their_node() -> None:
    faulty = tree_edits.replace_fields(tree(), (0, 0, 0), {**spot(tree(), "1.1.1").node, "max": "3"})
    outline = outline_of(faulty)
    sentence = "Điểm tối đa là 5 nhưng tổng điểm tối đa của cấp dưới là 7."
    assert sentence in messages(faulty)
    assert sentence in [one.message for one in node_findings(outline, outline.by_key["1.1.1"]).errors]
    assert (0, 0) in known_findings(faulty, outline).faulty_paths()


def test_the_node_alone_says_what_the_whole_says_of_it() -> None:
    """The findings beside a form are those of the panel."""
    broken: Any = {"kind": "ratio", "numerator": "a", "curve": {"steps": [{"from": "70", "points": "9"}]}}
    faulty = tree_edits.replace_fields(tree(), (0, 0, 0), {"code": "1.1.1", "max": "một", "rule": broken})
    outline = outline_of(faulty)
    here = {one.message for one in node_findings(outline, outline.by_key["1.1.1"]).all if one.path == (0, 0, 0)}
    assert here == {one.message for one in all_findings(faulty).all if one.path == (0, 0, 0)}
    assert len(here) >= 3


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"kind": "levels", "levels": [{"name": "A", "points": "1"}, {"name": "a", "points": "0"}]}, "viết hai lần"),
        ({"kind": "levels", "levels": [{"name": "A", "points": "1"}]}, "Chỉ có một mức"),
        ({"kind": "levels", "levels": [{"name": "A", "points": "1"}, {"name": "B", "points": "1"}]}, "cùng 1 điểm"),
        (
            {"kind": "count", "steps": [{"from": "2", "points": "1"}, {"from": "5", "points": "2"}, {"else": "0"}]},
            "Bậc “từ 5” không bao giờ đạt vì bậc “từ 2” đứng trước đã bao trùm.",
        ),
        (
            {"kind": "count", "steps": [{"from": "5", "points": "1"}, {"from": "2", "points": "2"}]},
            "nhiều điểm hơn bậc",
        ),
        ({"kind": "count", "steps": [{"from": "0", "points": "1"}, {"else": "0.5"}]}, "“còn lại” không bao giờ"),
        ({"kind": "count", "steps": [{"from": "1", "points": "1"}]}, "Chưa có dòng “còn lại”"),
        ({"kind": "ratio", "curve": {"full_from": "80", "proportional_from": "80"}}, "Hai ngưỡng bằng nhau (80%)"),
        (
            {"kind": "late", "tiers": [{"up_to_days": "5", "points": "-1"}, {"per_day_after": "9", "points": "-1"}]},
            "Từ ngày trễ thứ 6 đến ngày 9 không có mức trừ.",
        ),
        ({"kind": "late", "tiers": [{"up_to_days": "5", "points": "-1"}]}, "Trễ quá 5 ngày"),
        (
            {"kind": "late", "tiers": [{"up_to_days": "5", "points": "-1"}], "refuse_after_days": "3"},
            "không bao giờ dùng đến vì sau 3 ngày",
        ),
        ({"kind": "judgement", "step": "0.3"}, "không chia hết"),
        ({"kind": "branch", "when_true": {"kind": "judgement", "step": "0.3"}}, "Nếu có: "),
    ],
)
def test_gaps_overlaps_and_what_nobody_reaches(rule: dict[str, Any], told: str) -> None:
    assert told in " ".join(rule_doubts(rule, 2))


def test_missing_papers_are_a_doubt() -> None:
    leaf = {key: value for key, value in spot(tree(), "1.1.1").node.items() if key != "evidence"}
    assert "Chưa nêu tài liệu kiểm chứng." in messages(tree_edits.replace_fields(tree(), (0, 0, 0), leaf))


def test_nonsense_does_not_break_the_check() -> None:
    for odd in ({}, {"areas": "x"}, {"areas": ["x", {"children": ["y", {"rule": "z"}]}]}, {"areas": [{"max": ["1"]}]}):
        assert all_findings(odd).errors  # type: ignore[arg-type]  # what a broken file may hold
