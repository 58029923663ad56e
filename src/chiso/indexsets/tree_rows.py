"""The tree of a set as rows of a table, whole or faulty, each with what is wrong with it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from chiso.common.numbers import format_max
from chiso.indexsets.contents import Contents
from chiso.indexsets.drafting.findings import Finding, Findings
from chiso.indexsets.drafting.outline import Path
from chiso.indexsets.exchange.difference import rule_words
from chiso.indexsets.exchange.line_sentences import show_number
from chiso.indexsets.exchange.trees import Tree, text_at, texts_at
from chiso.scoring import Method, Node, Policy

Row = dict[str, object]
Fault = dict[str, str]

NO_FINDINGS = Findings(())


@dataclass(frozen=True)
class _Spot:
    path: Path
    tree: Tree


def tree_rows(contents: Contents, findings: Findings = NO_FINDINGS) -> tuple[Row, ...]:
    """One row a node; a dict each, since a page has hundreds of them."""
    marks = _marks(findings)
    spots = list(_spots(contents.tree))
    if contents.index_set is not None:
        rows = [_row_of_node(node) for node in contents.index_set.nodes]
    else:
        rows = [_row_of_tree(spot) for spot in spots]
    return tuple(row | {"marks": marks.get(spot.path, ())} for spot, row in zip(spots, rows, strict=True))


def faults_of(found: Iterable[Finding], tree: Tree) -> list[Fault]:
    """Every fault with its place in words: number and name of the criterion, else the key of the file."""
    names = {spot.path: _title(spot.tree) for spot in _spots(tree)}
    return [{"where": names.get(one.path or (), "") or one.field, "what": one.message} for one in found]


def _marks(findings: Findings) -> dict[Path, tuple[Fault, ...]]:
    marks: dict[Path, tuple[Fault, ...]] = {}
    for one in findings.all:
        if one.path:
            kind, word = ("red", _("lỗi")) if one.is_error else ("gold", _("cảnh báo"))
            marks[one.path] = (*marks.get(one.path, ()), {"kind": kind, "word": word, "text": one.message})
    return marks


def _spots(tree: Tree, path: Path = (), key: str = "areas") -> Iterator[_Spot]:
    children = tree.get(key)
    for place, child in enumerate(children if isinstance(children, list) else ()):
        if isinstance(child, dict):
            spot = _Spot((*path, place), child)
            yield spot
            yield from _spots(child, spot.path, "children")


def _title(tree: Tree) -> str:
    return f"{text_at(tree, 'code')} {text_at(tree, 'name')}".strip()


def _row_of_tree(spot: _Spot) -> Row:
    tree = spot.tree
    is_leaf = "rule" in tree
    return {
        "code": text_at(tree, "code"),
        "name": text_at(tree, "name"),
        "depth": len(spot.path) - 1,
        "is_leaf": is_leaf,
        "max": show_number(text_at(tree, "max")) or "–",
        "rule": rule_words(tree["rule"]) if is_leaf else "",
        "when": "",
        "evidence": "; ".join(texts_at(tree, "evidence")),
        "who": " · ".join(filter(None, (text_at(tree, "owner"), text_at(tree, "appraiser_body")))),
        "method": "",
    }


def _row_of_node(node: Node) -> Row:
    return {
        "code": node.code,
        "name": node.name,
        "depth": node.depth,
        "is_leaf": node.is_leaf,
        "max": format_max(node.max),
        "rule": node.rule.describe() if node.rule else "",
        "when": _when_not_applicable(node),
        "evidence": "; ".join(node.evidence),
        "who": " · ".join(filter(None, (node.owner, node.appraiser_body))) if node.is_leaf else "",
        "method": _method_words(node),
    }


def _method_words(node: Node) -> str:
    if not node.is_leaf:
        return ""
    return {
        Method.SELF: "",
        Method.SURVEY: _("điều tra xã hội học"),
        Method.OFFICIAL: _("theo số liệu chính thức"),
        Method.INFO: _("chỉ để tham khảo"),
    }[node.method]


def _when_not_applicable(node: Node) -> str:
    if node.not_applicable is None:
        return ""
    effect = {
        Policy.REDUCE_MAX: _("giảm điểm tối đa"),
        Policy.FULL: _("đủ điểm"),
        Policy.ZERO: _("0 điểm"),
        Policy.EXCLUDE: _("không tính"),
    }[node.not_applicable.policy]
    when = node.not_applicable.when
    return _("Không áp dụng: %(effect)s%(when)s.") % {"effect": effect, "when": f" ({when})" if when else ""}
