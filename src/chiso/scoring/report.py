"""The scores of a round as CSV, the output of ``chiso score``."""

from collections.abc import Iterator

from chiso.scoring.model import Node
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
    known: dict[int, str] = {}
    for unit, score in scores.units.items():
        name = _cell(unit)
        rows = []
        for head, one in zip(heads, score.nodes, strict=True):
            text = known.get(id(one)) or head.row(one)
            if head.is_shared:
                known[id(one)] = text
            rows.append(f"{name},{text}")
        standing = scores.standings[unit]
        rank = "" if standing.rank is None else standing.rank
        rows.append(f"{name},{_total_row(score)},{rank},{_cell(standing.grade)}\n")
        yield "".join(rows)


class _Head:
    """The cells of a node that are the same for every unit, and the texts of numbers met before."""

    __slots__ = ("is_shared", "maximum", "place", "places", "spare", "texts")

    def __init__(self, node: Node) -> None:
        level = "area" if node.depth == 0 else "leaf" if node.is_leaf else "node"
        self.is_shared = node.is_leaf
        self.places = node.precision.places
        self.spare = node.unit_grains
        self.place = f"{level},{_cell(node.code)}"
        self.maximum = "" if node.max is None else f"{round_half_up(node.max, self.places):f}"
        self.texts: dict[int, str] = {}

    def row(self, one: NodeScore) -> str:
        grains, maximum = one.grains or 0, one.effective_grains
        score = self._text(grains if self.spare == 1 else round_quotient(grains, self.spare, 0))
        effective = self._text(maximum if self.spare == 1 else round_quotient(maximum, self.spare, 0))
        percent = self._text(round_quotient(grains * 100, maximum, self.places)) if maximum else ""
        return ",".join((self.place, score, self.maximum, effective, one.state, percent, ",\n"))

    def _text(self, units: int) -> str:
        text = self.texts.get(units)
        if text is None:
            text = self.texts[units] = write_units(units, self.places)
        return text


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
