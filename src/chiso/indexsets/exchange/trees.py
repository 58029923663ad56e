"""An index set as the plain tree a YAML file would hold: dicts, lists and texts, in the canonical order of keys.

All writers work on this tree, so a faulty draft can be written as well as a valid set.
"""

from typing import TypeAlias

from chiso.indexsets.exchange.rule_trees import number_text, rule_tree
from chiso.scoring import IndexSet, Method, Node

Value: TypeAlias = "str | bool | list[Value] | dict[str, Value] | None"
Tree: TypeAlias = dict[str, Value]

FORMAT = "chiso-index-set/1"
TOP_KEYS = (
    *("format", "id", "name", "year", "version", "status", "source", "note", "applies_to", "scale", "total"),
    *("rounding", "ranking", "survey_absent", "classes", "areas"),
)
TEXT_KEYS = ("owner", "appraiser_body", "official_source")
NODE_KEYS = (
    *("code", "name", "max", "kind", "cap", *TEXT_KEYS, "method", "as_of", "guidance", "evidence"),
    *("not_applicable", "basis", "rule", "children"),
)
_INHERITED = {"owner", "appraiser_body"}


def tree_of(index_set: IndexSet) -> Tree:
    """Give the plain tree of a set; what equals a default of the format is left out."""
    tree: Tree = {
        "format": FORMAT,
        "id": index_set.id,
        "name": index_set.name,
        "year": str(index_set.year),
        "version": str(index_set.version),
        "status": index_set.status,
        "source": index_set.source,
        "note": index_set.note,
        "applies_to": list(index_set.applies_to),
        "scale": number_text(index_set.scale) if index_set.scale else "",
        "total": _total(index_set),
        "rounding": {"places": str(index_set.places), "mode": "half_up"},
        "ranking": without_empty(
            {
                "by": index_set.ranking.by,
                "ties": index_set.ranking.ties,
                "tie_breakers": list(index_set.ranking.tie_breakers),
            }
        ),
        "survey_absent": index_set.survey_absent,
        "classes": [{"name": grade.name, "min": number_text(grade.min)} for grade in index_set.grades],
        "areas": [_node(area, None) for area in index_set.areas],
    }
    return without_empty(tree)


def without_empty(tree: Tree) -> Tree:
    """Drop texts and lists that are empty: they say the same as an absent key."""
    return {key: value for key, value in tree.items() if value not in ("", [], {})}


def children_of(tree: Tree, key: str = "children") -> list[Tree]:
    """The mappings listed at ``key``; anything else there is left out."""
    found = tree.get(key)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def text_at(tree: Tree, key: str) -> str:
    """The text at ``key``; empty when there is none."""
    value = tree.get(key)
    return value if isinstance(value, str) else ""


def texts_at(tree: Tree, key: str) -> list[str]:
    """The list of texts at ``key``."""
    value = tree.get(key)
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def group_at(tree: Tree, key: str) -> Tree:
    """The mapping at ``key``; empty when there is none."""
    value = tree.get(key)
    return value if isinstance(value, dict) else {}


def _total(index_set: IndexSet) -> Tree:
    total: Tree = {"minimum": number_text(index_set.total_minimum)}
    if index_set.total_maximum is not None:
        total["maximum"] = number_text(index_set.total_maximum)
    return total


def _node(node: Node, parent: Node | None) -> Tree:
    tree: Tree = {"code": node.code, "name": node.name, "max": _max(node)}
    if parent is None and not node.is_base:
        tree["kind"] = node.kind.value
    tree["cap"] = "" if node.cap is None else number_text(node.cap)
    for key in TEXT_KEYS:
        text: str = getattr(node, key)
        inherited = parent is not None and key in _INHERITED and getattr(parent, key) == text
        tree[key] = "" if inherited else text
    tree["method"] = "" if node.method is Method.SELF else node.method.value
    tree["as_of"], tree["guidance"] = node.as_of, node.guidance
    tree["evidence"] = list(node.evidence)
    if node.not_applicable is not None:
        claim: Tree = {"policy": node.not_applicable.policy.value, "when": node.not_applicable.when}
        tree["not_applicable"] = without_empty(claim)
    tree["basis"] = node.basis
    if node.rule is None:
        tree["children"] = [_node(child, node) for child in node.children]
    else:
        tree["rule"] = rule_tree(node.rule)
    return without_empty(tree)


def _max(node: Node) -> str:
    """The maximum; empty where the reader derives it: a bonus or penalty parent has the sum of its children's."""
    is_derived = not node.is_leaf and not node.is_base and all(child.max is not None for child in node.children)
    return "" if node.max is None or is_derived else number_text(node.max)
