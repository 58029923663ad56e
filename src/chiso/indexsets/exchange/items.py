"""The rows of a table grown into a tree: what one node and one scale line are while a table is read."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from chiso.indexsets.exchange.drafts import Place
from chiso.indexsets.exchange.headers import Columns, Role
from chiso.indexsets.exchange.rule_lines import Line
from chiso.indexsets.exchange.trees import Tree


@dataclass(frozen=True, slots=True)
class ScaleLine:
    """One line under a leaf: as written, with the points of its own column, or as a line of our layout."""

    place: Place
    text: str
    points: str = ""
    line: Line | None = None
    row: int = -1


@dataclass(slots=True)
class Item:
    """A node while it is read; ``number`` is its number as written, ``row`` its place among the draft's rows."""

    number: str
    depth: int
    place: Place
    columns: Columns
    row: int
    tree: Tree = field(default_factory=dict)
    rule_word: str = ""
    is_exact: bool = False
    lines: list[ScaleLine] = field(default_factory=list)
    children: "list[Item]" = field(default_factory=list)

    def at(self, role: Role) -> Place:
        """The cell of this node in the column of ``role``."""
        return Place(self.place.sheet, self.place.row, self.columns.title(role))

    def walk(self) -> "Iterator[Item]":
        """The node and everything below it."""
        yield self
        for child in self.children:
            yield from child.walk()


def give_codes(areas: list[Item]) -> list[Item]:
    """Give every node its code; where numbers start again in every area, the parent's code goes before them.

    Returns the nodes whose code is not their number.
    """
    everything = [item for area in areas for item in area.walk()]
    counts: dict[str, int] = {}
    for item in everything:
        counts[item.number] = counts.get(item.number, 0) + 1
    restarts = _restarts(areas, counts)
    changed: list[Item] = []
    for area in areas:
        _give(area, None, restarts, changed)
    return changed


def _restarts(areas: list[Item], counts: dict[str, int]) -> set[str]:
    """Numbers that stand under different parents; twice under one parent is a fault, told elsewhere."""
    parents: dict[str, set[int]] = {}
    for area in areas:
        for item in area.walk():
            for child in item.children:
                parents.setdefault(child.number, set()).add(id(item))
    roots = {area.number for area in areas}
    return {number for number, found in parents.items() if len(found) > 1 or (number in roots and counts[number] > 1)}


def _give(item: Item, parent: Item | None, restarts: set[str], changed: list[Item]) -> None:
    code = item.number
    if parent is not None and not item.is_exact:
        above = str(parent.tree["code"])
        if code.startswith(f"{parent.number}.") and above != parent.number:
            code = above + code.removeprefix(parent.number)
        elif code in restarts or (len(code) == 1 and code.islower()):
            code = f"{above}.{code}"
    item.tree = {"code": code, **{key: value for key, value in item.tree.items() if key != "code"}}
    if code != item.number:
        changed.append(item)
    for child in item.children:
        _give(child, item, restarts, changed)
