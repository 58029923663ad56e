"""The scores of a round as CSV, the output of ``chiso score``."""

from collections.abc import Iterator

from chiso.scoring.model import Node, State
from chiso.scoring.numbers import round_half_up, round_quotient, write_units
from chiso.scoring.scores import NodeScore, RoundScore, UnitScore

HEADER = "unit,level,code,score,max,effective_max,state,percent,rank,class\n"


def write_report(scores: RoundScore) -> Iterator[str]:
    """Yield the CSV in pieces: the header, then the rows of each unit.

    Units stand in the order in which they were given, nodes in tree order, ``total`` last. Numbers have a decimal
    point and the decimals of the set; what was not scored counts 0. An absent maximum and a percent over 0 are
    empty. The level ``area`` names every node at the top, ``leaf`` and ``node`` those below it.
    """
    yield HEADER
    heads = [_Head(node) for node in scores.index_set.nodes]
    for unit, score in scores.units.items():
        name = _cell(unit)
        rows = [f"{name},{head.row(one)}" for head, one in zip(heads, score.nodes, strict=True)]
        standing = scores.standings[unit]
        rank = "" if standing.rank is None else standing.rank
        rows.append(f"{name},{_total_row(score)},{rank},{_cell(standing.grade)}\n")
        yield "".join(rows)


class _Head:
    """The cells of a node that are the same for every unit, and the rows that were written before."""

    __slots__ = ("maximum", "place", "places", "rows", "unit_grains")

    def __init__(self, node: Node) -> None:
        level = "area" if node.depth == 0 else "leaf" if node.is_leaf else "node"
        self.places = node.precision.places
        self.unit_grains = node.unit_grains
        self.place = f"{level},{_cell(node.code)}"
        self.maximum = "" if node.max is None else f"{round_half_up(node.max, self.places):f}"
        self.rows: dict[tuple[int, int, State], str] = {}

    def row(self, one: NodeScore) -> str:
        key = (one.grains or 0, one.effective_grains, one.state)
        row = self.rows.get(key)
        if row is None:
            row = self.rows[key] = self._write(*key)
        return row

    def _write(self, grains: int, maximum: int, state: State) -> str:
        places = self.places
        score = write_units(round_quotient(grains, self.unit_grains, 0), places)
        effective = write_units(round_quotient(maximum, self.unit_grains, 0), places)
        percent = write_units(round_quotient(grains * 100, maximum, places), places) if maximum else ""
        return f"{self.place},{score},{self.maximum},{effective},{state},{percent},,\n"


def _total_row(score: UnitScore) -> str:
    places = score.index_set.places
    total = "" if score.total is None else f"{score.total:f}"
    scale = f"{round_half_up(score.index_set.scale, places):f}"
    maximum = f"{round_half_up(score.base_max_effective, places):f}"
    return f"total,,{total},{scale},{maximum},{score.state.value},"


def _cell(text: str) -> str:
    """Quote a text where CSV needs it.

    >>> _cell("Xã A"), _cell("Xã A, B")
    ('Xã A', '"Xã A, B"')
    """
    if any(sign in text for sign in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text
