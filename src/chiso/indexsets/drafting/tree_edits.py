"""Edits of a plain tree: each gives a new tree, which shares with the old one whatever it leaves alone."""

import re
from collections.abc import Callable

from chiso.indexsets.drafting.outline import ROOT, Outline, Path, Spot, nodes_at, outline_of
from chiso.indexsets.exchange.trees import NODE_KEYS, Tree, Value, text_at

_ROMAN = re.compile(r"(?=[IVX])(X{0,3})(IX|IV|V?I{0,3})")
_TENS = ("", "X", "XX", "XXX")
_ONES = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
_AREA_ONLY = ("kind", "cap")


class NotThere(LookupError):
    """The edit has no sense in this tree."""


def find(tree: Tree, key: str) -> tuple[Outline, Spot]:
    """The node named by a key, with the outline it stands in."""
    outline = outline_of(tree)
    if key not in outline.by_key:
        raise NotThere(key)
    return outline, outline.by_key[key]


def replace_fields(tree: Tree, path: Path, fields: Tree) -> Tree:
    """Give a node other fields; the nodes in it stay."""

    def change(nodes: list[Value]) -> list[Value]:
        old = nodes[path[-1]]
        kept = {"children": old["children"]} if isinstance(old, dict) and "children" in old else {}
        nodes[path[-1]] = in_order({**fields, **kept})
        return nodes

    return _with_list(tree, path[:-1], change)


def add(tree: Tree, parent: Path, node: Tree, *, after: int | None = None) -> Tree:
    """Put a node in at the end of a parent, or after one position in it; an empty path is the set itself."""

    def change(nodes: list[Value]) -> list[Value]:
        place = len(nodes) if after is None else after + 1
        return [*nodes[:place], node, *nodes[place:]]

    return _with_list(tree, parent, change)


def new_node(tree: Tree, parent: Spot | None) -> Tree:
    """An empty criterion with the next free code below a parent."""
    taken = {spot.code for spot in outline_of(tree).spots}
    siblings = nodes_at(parent.node if parent else tree)
    place = len(siblings) + 1
    is_roman = parent is None and _uses_roman(siblings)
    while (code := _code(parent.code if parent else "", place, is_roman=is_roman)) in taken:
        place += 1
    return {"code": code, "name": ""}


def move(tree: Tree, path: Path, by: int) -> Tree:
    """Change places with the node before (-1) or after (+1); at an end nothing happens."""

    def change(nodes: list[Value]) -> list[Value]:
        here = path[-1]
        others = [place for place, one in enumerate(nodes) if isinstance(one, dict)]
        at = others.index(here) + by
        if 0 <= at < len(others):
            nodes[here], nodes[others[at]] = nodes[others[at]], nodes[here]
        return nodes

    return _with_list(tree, path[:-1], change)


def move_under(tree: Tree, spot: Spot, parent: Spot | None) -> tuple[Tree, Tree]:
    """Move a node with all in it to the end of another parent, or among the areas; gives the tree and the node in it.

    Raises `NotThere` when it can't go there: into itself, or into a criterion that is scored.
    """
    target = parent.path if parent else ()
    if target[: len(spot.path)] == spot.path or (parent and parent.is_leaf):
        raise NotThere(parent.key if parent else ROOT)
    node = spot.node
    if parent:
        node = {key: value for key, value in node.items() if key not in _AREA_ONLY}
    elif spot.depth and spot.kind != "base":
        node = in_order({**node, "kind": spot.kind})
    added = add(tree, target, node)
    return remove(added, spot.path), node


def remove(tree: Tree, path: Path) -> Tree:
    """Take a node out with all in it."""

    def change(nodes: list[Value]) -> list[Value]:
        return nodes[: path[-1]] + nodes[path[-1] + 1 :]

    return _with_list(tree, path[:-1], change)


def renumber(tree: Tree, spot: Spot | None) -> tuple[Tree, dict[str, str]]:
    """Number everything below a node (or the whole set) anew in its order; gives the new code of each old one."""
    codes: dict[str, str] = {}
    is_roman = spot is None and _uses_roman(nodes_at(tree))

    def numbered(parent: Tree, code: str, *, is_roman: bool = False) -> list[Value]:
        listed = parent.get("children", parent.get("areas"))
        nodes: list[Value] = list(listed) if isinstance(listed, list) else []
        for number, (place, node) in enumerate(nodes_at(parent), start=1):
            given = _code(code, number, is_roman=is_roman)
            codes.setdefault(text_at(node, "code").strip(), given)
            renamed = in_order({**node, "code": given})
            if "children" in node:
                renamed["children"] = numbered(node, given)
            nodes[place] = renamed
        return nodes

    if spot is None:
        changed = {**tree, "areas": numbered(tree, "", is_roman=is_roman)}
    else:
        below = numbered(spot.node, spot.code)
        changed = _with_list(tree, spot.path, lambda _nodes: below)
    codes.pop("", None)
    return _with_tie_breakers(changed, codes), codes


def rename_in_ranking(tree: Tree, old: str, new: str) -> Tree:
    """Let the ranking follow a criterion whose code changed."""
    return _with_tie_breakers(tree, {old: new}) if old != new else tree


def in_order(node: Tree) -> Tree:
    """The keys of a node in the order of the format; a key that is not of the format comes last."""
    ordered = {key: node[key] for key in NODE_KEYS if key in node}
    return {**ordered, **{key: value for key, value in node.items() if key not in ordered}}


def _with_tie_breakers(tree: Tree, codes: dict[str, str]) -> Tree:
    ranking = tree.get("ranking")
    named = ranking.get("tie_breakers") if isinstance(ranking, dict) else None
    if not isinstance(ranking, dict) or not isinstance(named, list):
        return tree
    followed: list[Value] = [codes.get(one, one) if isinstance(one, str) else one for one in named]
    return {**tree, "ranking": {**ranking, "tie_breakers": followed}}


def _with_list(tree: Tree, path: Path, change: Callable[[list[Value]], list[Value]], key: str = "areas") -> Tree:
    """A copy of the tree in which the list right below `path` is changed."""
    listed = tree.get(key)
    nodes: list[Value] = list(listed) if isinstance(listed, list) else []
    if path:
        child = nodes[path[0]]
        if not isinstance(child, dict):
            raise NotThere(str(path))
        nodes[path[0]] = _with_list(child, path[1:], change, "children")
    else:
        nodes = change(nodes)
    copied = {**tree, key: nodes}
    if not nodes and key == "children":
        del copied[key]
    return in_order(copied) if key == "children" else copied


def _uses_roman(nodes: list[tuple[int, Tree]]) -> bool:
    codes = [text_at(node, "code").strip() for _place, node in nodes]
    return bool(codes) and sum(bool(_ROMAN.fullmatch(code)) for code in codes) * 2 > len(codes)


def _code(above: str, number: int, *, is_roman: bool) -> str:
    if above:
        return f"{above}.{number}"
    return _TENS[number // 10] + _ONES[number % 10] if is_roman and number < 40 else str(number)
