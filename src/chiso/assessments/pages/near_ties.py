"""Ties and near-ties (bằng điểm, sát điểm): units whose order or grade one leaf could turn, and which leaves."""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from chiso.assessments.totals import Points, UnitTotal

NEAR = Fraction(1, 20)
"""Points of the total."""


class Brink(NamedTuple):
    """A unit (by dossier) close to the one ranked next, or to the limit of a grade. `gap` is never negative."""

    dossier: int
    gap: Fraction
    other: int | None = None
    grade: str = ""
    limit: Fraction = Fraction(0)

    def is_turned_by(self, dossier: int, total: Fraction, totals: Mapping[int, Fraction]) -> bool:
        """Whether order or grade change once `dossier` has another total."""
        if self.other is None:
            return (total >= self.limit) != (totals[dossier] >= self.limit)
        mine, others = (total if one == dossier else totals[one] for one in (self.dossier, self.other))
        return _order(mine, others) != _order(totals[self.dossier], totals[self.other])


def _order(mine: Fraction, others: Fraction) -> int:
    return (mine > others) - (mine < others)


def brinks_of(units: Mapping[int, UnitTotal], blocks: Iterable[Iterable[int]]) -> Iterator[Brink]:
    """The near-ties of every block; `blocks` are its dossiers."""
    totals = totals_by_dossier(units)
    for block in blocks:
        ranked = sorted((one for one in block if one in totals), key=lambda one: totals[one], reverse=True)
        for upper, lower in pairwise(ranked):
            gap = totals[upper] - totals[lower]
            if gap <= NEAR:
                yield Brink(upper, gap, other=lower)
        for one in ranked:
            yield from _grades_near(one, totals[one], units[one])


def _grades_near(dossier: int, total: Fraction, unit: UnitTotal) -> Iterator[Brink]:
    lowest = unit.index_set.total_minimum
    for grade in unit.index_set.grades:
        limit = Fraction(grade.min)
        if grade.min > lowest and abs(total - limit) <= NEAR:
            yield Brink(dossier, abs(total - limit), grade=grade.name, limit=limit)


def totals_by_dossier(units: Mapping[int, UnitTotal]) -> dict[int, Fraction]:
    return {dossier: total for dossier, unit in units.items() if (total := unit.total) is not None}


class Alternative(NamedTuple):
    """What another party said of a leaf than what counts; `group` is where the leaf is summed (`totals.Leaves`)."""

    dossier: int
    group: int
    now: Points
    then: Points


class Scales:
    """All near-ties of a round, and which of them an alternative would turn."""

    def __init__(self, units: Mapping[int, UnitTotal], brinks: Iterable[Brink]) -> None:
        self._units = units
        self._totals = totals_by_dossier(units)
        self._at: dict[int, list[Brink]] = {}
        for brink in brinks:
            for dossier in (brink.dossier, brink.other):
                if dossier is not None:
                    self._at.setdefault(dossier, []).append(brink)

    def is_near(self, dossier: int) -> bool:
        return dossier in self._at

    def turned_by(self, alternative: Alternative) -> list[Brink]:
        near = self._at.get(alternative.dossier)
        if not near or alternative.now == alternative.then:
            return []
        unit = self._units[alternative.dossier].with_leaf(alternative.group, alternative.now, alternative.then)
        total = unit.total
        if total is None:
            return []
        return [brink for brink in near if brink.is_turned_by(alternative.dossier, total, self._totals)]
