"""The nodes of a plain tree in order, each with the key that names it in an address."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from chiso.indexsets.exchange.trees import Tree, text_at

Path = tuple[int, ...]

ROOT = "@"
"""The key of the set itself, in addresses that name a parent."""

_FIT_FOR_ADDRESS = re.compile(r"(?!\.+$)[\w.()\-]{1,60}")


@dataclass(frozen=True, slots=True)
class Spot:
    """A node and where it stands: `path` are the positions from the areas down."""

    node: Tree
    path: Path
    key: str
    kind: str
    is_first: bool
    is_last: bool

    @property
    def depth(self) -> int:
        return len(self.path) - 1

    @property
    def code(self) -> str:
        return text_at(self.node, "code").strip()

    @property
    def name(self) -> str:
        return text_at(self.node, "name").strip()

    @property
    def title(self) -> str:
        return f"{self.code} {self.name}".strip()

    @property
    def is_leaf(self) -> bool:
        return is_leaf(self.node)


@dataclass(frozen=True, slots=True)
class Outline:
    """All nodes of a tree, by their order, by key and by path."""

    spots: tuple[Spot, ...]
    by_key: dict[str, Spot]
    by_path: dict[Path, Spot]

    def spot_of(self, node: Tree) -> Spot:
        """The place of a node of this very tree."""
        return next(spot for spot in self.spots if spot.node is node)

    def parent_of(self, spot: Spot) -> Spot | None:
        return self.by_path.get(spot.path[:-1])

    def above(self, spot: Spot) -> list[Spot]:
        """The areas and criteria a node lies in, from the area down."""
        return [self.by_path[spot.path[:length]] for length in range(1, len(spot.path))]

    def below(self, spot: Spot) -> list[Spot]:
        """The node and everything in it."""
        return [one for one in self.spots if one.path[: len(spot.path)] == spot.path]


def outline_of(tree: Tree) -> Outline:
    """Read the nodes of a tree. A code that is missing, repeated or unfit for an address is replaced by the place."""
    spots: list[Spot] = []
    by_key: dict[str, Spot] = {}
    for path, node, kind, is_first, is_last in _walk(tree):
        code = text_at(node, "code").strip()
        key = code if code not in by_key and _FIT_FOR_ADDRESS.fullmatch(code) else place_key(path)
        spot = Spot(node, path, key, kind, is_first, is_last)
        spots.append(spot)
        by_key[key] = spot
    return Outline(tuple(spots), by_key, {spot.path: spot for spot in spots})


def place_key(path: Path) -> str:
    """The key of a node that has no code to be named by.

    >>> place_key((0, 2))
    '@0.2'
    """
    return ROOT + ".".join(map(str, path))


def nodes_at(parent: Tree) -> list[tuple[int, Tree]]:
    """The nodes right below a node or the set, with their positions; what is no node in a faulty draft is skipped."""
    listed = parent.get("children", parent.get("areas"))
    if not isinstance(listed, list):
        return []
    return [(place, one) for place, one in enumerate(listed) if isinstance(one, dict)]


def is_leaf(node: Tree) -> bool:
    return isinstance(node.get("rule"), dict)


def own_fields(node: Tree) -> Tree:
    """What a node says itself, without the nodes in it."""
    return {key: value for key, value in node.items() if key != "children"}


def mark_of(node: Tree) -> str:
    """A mark that changes with what is given: a node's own fields, a whole branch, a whole draft."""
    return hashlib.sha256(json.dumps(node, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:32]


def _walk(tree: Tree) -> Iterator[tuple[Path, Tree, str, bool, bool]]:
    waiting: list[tuple[Path, Tree, str, bool, bool]] = _listed(tree, (), "")
    waiting.reverse()
    while waiting:
        path, node, kind, is_first, is_last = waiting.pop()
        yield path, node, kind, is_first, is_last
        waiting += reversed(_listed(node, path, kind))


def _listed(parent: Tree, path: Path, kind: str) -> list[tuple[Path, Tree, str, bool, bool]]:
    nodes = nodes_at(parent)
    return [
        ((*path, place), node, kind or text_at(node, "kind") or "base", at == 0, at == len(nodes) - 1)
        for at, (place, node) in enumerate(nodes)
    ]
