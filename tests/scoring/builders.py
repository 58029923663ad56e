"""Small index sets for the tests; numbers are given as texts, as the file holds them."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from chiso.scoring import FactErrors, IndexSet, IndexSetErrors, LeafScore, Node, read_index_set, score_leaf

LIBRARY = Path(__file__).parents[2] / "src/chiso/indexsets/library"
DATA = Path(__file__).parents[1] / "data"

LEVELS = {"kind": "levels", "levels": [{"name": "Đạt", "points": "1"}, {"name": "Không", "points": "0"}]}
INFO = {"kind": "info"}


def ratio(**curve: Any) -> dict[str, Any]:
    on_zero = curve.pop("on_zero", None)
    rule = {"kind": "ratio", "numerator": "số đạt", "denominator": "tổng số", "curve": curve}
    return rule if on_zero is None else rule | {"on_zero_denominator": on_zero}


def leaf(code: str, rule: dict[str, Any], max: str | None = "1", **keys: Any) -> dict[str, Any]:
    node = {"code": code, "name": f"Tiêu chí {code}", "rule": rule} | keys
    return node if max is None else node | {"max": max}


def area(code: str, *children: dict[str, Any], max: str | None = None, **keys: Any) -> dict[str, Any]:
    node = {"code": code, "name": f"Lĩnh vực {code}", "children": list(children)} | keys
    return node if max is None else node | {"max": max}


def set_text(*areas: dict[str, Any], **top: Any) -> str:
    head = {
        "format": "chiso-index-set/1",
        "id": "thu",
        "name": "Bộ thử",
        "year": "2026",
        "version": "1",
        "status": "sample",
    }
    return yaml.safe_dump(head | top | {"areas": list(areas)}, allow_unicode=True, sort_keys=False)


def make_set(*areas: dict[str, Any], **top: Any) -> IndexSet:
    return read_index_set(set_text(*areas, **top))


def make_leaf(rule: dict[str, Any], max: str | None = "1", *, kind: str = "base", **keys: Any) -> Node:
    top = {"max": max} if max is not None and kind == "base" else {}
    return make_set(area("A", leaf("A.1", rule, max, **keys), kind=kind, **top)).node("A.1")


def score(node: Node, **facts: str) -> LeafScore:
    return score_leaf(node, facts)


def fact_faults(node: Node, **facts: str) -> list[tuple[str, str]]:
    with pytest.raises(FactErrors) as caught:
        score_leaf(node, facts)
    return [(problem.input, problem.message) for problem in caught.value.problems]


def set_faults(text: str) -> list[str]:
    with pytest.raises(IndexSetErrors) as caught:
        read_index_set(text)
    return [f"{error.path}: {error.message}" for error in caught.value.errors]


def rule_faults(rule: dict[str, Any], max: str | None = "1", *, kind: str = "base") -> list[str]:
    top = {"max": max} if max is not None and kind == "base" else {}
    text = set_text(area("A", leaf("A.1", rule, max), kind=kind, **top))
    return [fault.replace("areas[0].children[0].", "") for fault in set_faults(text)]
