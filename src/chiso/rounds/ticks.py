"""A tree of criteria to tick (chọn tiêu chí): an area or a criterion stands for every leaf inside it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from chiso.indexsets.reading import index_set_of
from chiso.rounds.coverage import judged_leaves
from chiso.rounds.models import Round
from chiso.scoring import Node


@dataclass(frozen=True)
class Tick:
    """One node with its box."""

    code: str
    name: str
    is_ticked: bool


@dataclass(frozen=True)
class TickArea:
    """An area with the nodes inside it; open when some of them are ticked, not all."""

    tick: Tick
    nodes: tuple[Tick, ...]
    is_open: bool


def areas_of_round(round: Round, edition: int | None = None) -> list[Node]:
    """The areas that have something to appraise, of every edition of the round or of one, each code once (1 query)."""
    blocks = round.blocks.select_related("edition").defer("edition__text", "edition__draft").order_by("pk")
    editions = {block.edition_id: block.edition for block in blocks if edition in (None, block.edition_id)}
    areas = [area for one in editions.values() for area in index_set_of(one).areas]
    return list({area.code: area for area in areas if judged_leaves(area)}.values())


def nodes_of(areas: Sequence[Node]) -> list[tuple[str, str]]:
    """Every node that can be ticked, for a form: code, and code with name."""
    return [(node.code, f"{node.code} {node.name}") for area in areas for node in area.walk() if judged_leaves(node)]


def topmost(areas: Sequence[Node], leaves: Collection[str]) -> list[str]:
    """The fewest nodes that together stand for these leaves."""
    found: list[str] = []

    def look(node: Node) -> None:
        below = judged_leaves(node)
        if below and all(leaf.code in leaves for leaf in below):
            found.append(node.code)
        else:
            for child in node.children:
                look(child)

    for area in areas:
        look(area)
    return found


def ticks_of(areas: Sequence[Node], ticked: Collection[str]) -> tuple[TickArea, ...]:
    """The boxes, with the given nodes ticked."""
    return tuple(_area(area, ticked) for area in areas)


def _area(area: Node, ticked: Collection[str]) -> TickArea:
    below = [node for node in area.walk() if node is not area and judged_leaves(node)]
    nodes = tuple(Tick(node.code, node.name, node.code in ticked) for node in below)
    return TickArea(Tick(area.code, area.name, area.code in ticked), nodes, any(node.is_ticked for node in nodes))
