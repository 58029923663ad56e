"""Which node of one set is which node of another: by code and name, then by name, then by likeness of names."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from chiso.indexsets.exchange.trees import Tree, Value, children_of, text_at
from chiso.indexsets.exchange.words import fold

SAME_CODE_LIKENESS = 0.4
OTHER_CODE_LIKENESS = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """A node with where it stands; ``words`` are those of its name, folded."""

    tree: Tree
    parent: "Spot | None"
    path: str
    words: frozenset[str]

    @property
    def code(self) -> str:
        """The code of the node."""
        return text_at(self.tree, "code")

    @property
    def name(self) -> str:
        """The name of the node."""
        return text_at(self.tree, "name")

    @property
    def rule(self) -> Value:
        """The rule as plain data; None for a parent."""
        return self.tree.get("rule")


Pair = tuple[Spot, Spot]


def spots_of(tree: Tree) -> list[Spot]:
    """All nodes in tree order."""
    return [spot for area in children_of(tree, "areas") for spot in _spots(area, None, "")]


def _spots(tree: Tree, parent: Spot | None, above: str) -> Iterator[Spot]:
    path = f"{above}/{text_at(tree, 'code')}"
    spot = Spot(tree, parent, path, frozenset(fold(text_at(tree, "name")).split()))
    yield spot
    for child in children_of(tree):
        yield from _spots(child, spot, path)


def match(old: list[Spot], new: list[Spot]) -> list[Pair]:
    """Pair the nodes of two sets; each node is in one pair at most, a leaf only with a leaf."""
    pairs: list[Pair] = []
    rest_old, rest_new = list(old), list(new)
    for key in (_code_and_name, _unique_name):
        rest_old, rest_new = _pair_by(key, rest_old, rest_new, pairs)
    rest_old, rest_new = _pair_by(_code, rest_old, rest_new, pairs, least=SAME_CODE_LIKENESS)
    rest_old, rest_new = _pair_by_likeness(rest_old, rest_new, pairs)
    _pair_by(_code_and_rule, rest_old, rest_new, pairs)
    return pairs


def likeness(one: Spot, other: Spot) -> float:
    """How alike two names are, from 0 to 1: the share of words they have in common."""
    count = len(one.words) + len(other.words)
    return 2 * len(one.words & other.words) / count if count else 1.0


def _code_and_name(spot: Spot) -> str:
    return f"{spot.code}\n{fold(spot.name)}"


def _unique_name(spot: Spot) -> str:
    return fold(spot.name)


def _code(spot: Spot) -> str:
    return spot.code


def _code_and_rule(spot: Spot) -> str:
    """A wholly new name under the same code is the same leaf only if all that is scored stayed."""
    return f"{spot.code}\n{text_at(spot.tree, 'max')}\n{spot.rule}" if spot.rule else ""


def _pair_by(
    key: Callable[[Spot], str], old: list[Spot], new: list[Spot], pairs: list[Pair], *, least: float = 0
) -> tuple[list[Spot], list[Spot]]:
    """Pair nodes with the same key where it is unique on both sides."""
    first, second = _unique(key, old), _unique(key, new)
    taken: set[Spot] = set()
    for name, one in first.items():
        other = second.get(name)
        if other is not None and bool(one.rule) == bool(other.rule) and likeness(one, other) >= least:
            pairs.append((one, other))
            taken |= {one, other}
    return [one for one in old if one not in taken], [one for one in new if one not in taken]


def _unique(key: Callable[[Spot], str], spots: list[Spot]) -> dict[str, Spot]:
    found: dict[str, Spot] = {}
    seen: set[str] = set()
    for spot in spots:
        name = f"{key(spot)}\n{bool(spot.rule)}" if key(spot) else ""
        if name in seen:
            found.pop(name, None)
        elif name:
            found[name] = spot
        seen.add(name)
    return found


def _pair_by_likeness(old: list[Spot], new: list[Spot], pairs: list[Pair]) -> tuple[list[Spot], list[Spot]]:
    """Pair the most alike names first."""
    scored = [
        (likeness(one, other), -place, one, other)
        for place, one in enumerate(old)
        for other in new
        if bool(one.rule) == bool(other.rule) and one.words & other.words
    ]
    scored = sorted((row for row in scored if row[0] >= OTHER_CODE_LIKENESS), key=lambda row: row[:2], reverse=True)
    taken: set[Spot] = set()
    for _, _, one, other in scored:
        if one not in taken and other not in taken:
            pairs.append((one, other))
            taken |= {one, other}
    return [one for one in old if one not in taken], [one for one in new if one not in taken]
