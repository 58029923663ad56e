"""Every kind of rule survives its form: shown and sent back untouched, it says the same."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import chiso.indexsets
from chiso.indexsets.drafting.outline import outline_of
from chiso.indexsets.exchange.trees import tree_of
from chiso.indexsets.rule_cells import Part, canonical, canonical_expression, shown_expression, typed
from chiso.indexsets.rule_forms import KINDS, parts_of, rule_from
from chiso.scoring import read_index_set

LIBRARY = Path(chiso.indexsets.__file__).parent / "library"

RULES: list[dict[str, Any]] = [
    {"kind": "levels", "levels": [{"name": "Tốt", "points": "1"}, {"name": "Kém", "points_up_to": "0.5"}]},
    {"kind": "checklist", "items": [{"name": "Có kế hoạch", "points": "0.5"}, {"name": "Đúng hạn", "points": "0.5"}]},
    {"kind": "all_or_nothing", "conditions": ["Một", "Hai"], "points": "1.25"},
    {"kind": "ratio", "numerator": "a", "denominator": "b", "curve": {"linear": True}},
    {"kind": "ratio", "numerator": "a", "denominator": "b", "curve": {"target": "90"}, "on_zero_denominator": "full"},
    {"kind": "ratio", "numerator": "a", "denominator": "b", "curve": {"full_from": "85.5", "proportional_from": "60"}},
    {
        "kind": "ratio",
        "numerator": "a",
        "denominator": "b",
        "curve": {"steps": [{"from": "90", "points": "1"}, {"above": "70", "points": "0.5"}, {"else": "0"}]},
    },
    {"kind": "count", "unit": "cuộc", "steps": [{"from": "4", "points": "1"}, {"else": "0"}]},
    {"kind": "deduct", "unit": "lần", "per": "0.25", "start": "1", "floor": None},
    {"kind": "deduct", "unit": "lần", "per": "0.25"},
    {
        "kind": "late",
        "tiers": [{"up_to_days": "5", "points": "-0.5"}, {"per_day_after": "5", "points": "-0.1"}],
        "refuse_after_days": "30",
    },
    {"kind": "change", "points": "1", "direction": "increase"},
    {"kind": "relative", "best": "min"},
    {
        "kind": "branch",
        "question": "Có phát sinh không",
        "when_true": {"kind": "count", "unit": "cuộc", "steps": [{"from": "1", "points": "1"}, {"else": "0"}]},
        "when_false": {
            "kind": "branch",
            "question": "Có lý do không",
            "when_true": {"kind": "info"},
            "when_false": {"kind": "judgement", "step": "0.5"},
        },
    },
    {
        "kind": "formula",
        "inputs": {"a": {"value": "số văn bản"}, "b": {"numerator": "đúng hạn", "denominator": "tất cả"}},
        "expression": "min(1, a / 0.5) * b",
    },
    {"kind": "survey", "respondents": ["Người dân", "Doanh nghiệp"]},
    {"kind": "judgement", "step": "0.25", "minimum": "0.5"},
    {"kind": "info"},
]


def sent(parts: tuple[Part, ...]) -> dict[str, str]:
    """What a browser sends of the fields as they are drawn."""
    return {name: value for name, value in _cells(parts) if value}


def _cells(parts: tuple[Part, ...]) -> Iterator[tuple[str, str]]:
    for part in parts:
        for cell in (*part.cells, *(cell for row in part.rows for cell in row)):
            yield cell.name, cell.value or (str(cell.options[0][0]) if cell.options else "")
        yield from _cells(part.side)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["kind"]))
def test_a_rule_comes_back_as_it_was(rule: dict[str, Any]) -> None:
    assert rule_from(sent(parts_of(rule)), kind=rule["kind"]) == rule


def test_every_kind_is_among_them() -> None:
    assert {rule["kind"] for rule in RULES} == {kind for kind, _label in KINDS}


@pytest.mark.parametrize("path", sorted(LIBRARY.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_sets_of_the_library_come_back_as_they_were(path: Path) -> None:
    tree = tree_of(read_index_set(path.read_text(encoding="utf-8")))
    for spot in outline_of(tree).spots:
        rule = spot.node.get("rule")
        if isinstance(rule, dict):
            assert rule_from(sent(parts_of(rule)), kind=str(rule["kind"])) == rule, spot.code


def test_emptied_rows_are_gone_and_half_filled_ones_stay() -> None:
    data = {"rule-levels-0-name": "", "rule-levels-0-points": " ", "rule-levels-0-how": "yes"}
    data |= {"rule-levels-1-name": "Chỉ có tên", "rule-levels-7-points": "1.000"}
    assert rule_from(data, kind="levels") == {
        "kind": "levels",
        "levels": [{"name": "Chỉ có tên"}, {"points": "1000"}],
    }


def test_a_doubled_figure_is_not_lost() -> None:
    data = {
        "rule-inputs-0-name": "a",
        "rule-inputs-0-label": "x",
        "rule-inputs-1-name": "a",
        "rule-inputs-1-label": "y",
    }
    assert rule_from(data, kind="formula")["inputs"] == {"a": {"value": "x"}, "a_2": {"value": "y"}}


def test_branches_end() -> None:
    """However deep the names that are sent go, the reading stops."""
    data, prefix = {"rule-kind": "branch"}, "rule"
    for _level in range(50):
        prefix = f"{prefix}-when_true"
        data[f"{prefix}-kind"] = "branch"
    depth, side = 0, rule_from(data)
    while "when_true" in side:
        depth, side = depth + 1, dict(side["when_true"])  # type: ignore[arg-type]
    assert depth <= 5


@pytest.mark.parametrize(
    ("text", "stored", "shown"),
    [("1.234,5", "1234.5", "1234,5"), ("0,50", "0.5", "0,5"), ("−2", "-2", "-2"), ("abc", "abc", "abc"), ("", "", "")],
)
def test_numbers_are_read_the_vietnamese_way(text: str, stored: str, shown: str) -> None:
    assert canonical(text) == stored
    assert typed(stored) == shown


def test_formulas_are_read_as_people_write_them() -> None:
    assert canonical_expression("max(0; a − 1,5) × 2") == "max(0, a - 1.5) * 2"
    assert canonical_expression("min(a,b)*0.5") == "min(a,b)*0.5"
    assert shown_expression("max(0, a - 1.5) * 2") == "max(0; a - 1,5) * 2"
