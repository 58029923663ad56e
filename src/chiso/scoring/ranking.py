"""Ranks (xếp hạng) and grades (xếp loại) of the units of one block."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from chiso.scoring.model import IndexSet
from chiso.scoring.scores import Standing, UnitScore


def rank(index_set: IndexSet, units: Mapping[str, UnitScore]) -> dict[str, Standing]:
    """Rank and grade units by their total.

    ``by: rounded`` compares the rounded clamped total, ``by: exact`` the unrounded one. Tie-breakers compare the
    rounded points of a node, higher first (of a penalty: nearer 0); units still equal share a rank. With ties
    ``competition`` the next rank leaves a gap (1, 2, 2, 4), with ``dense`` it does not (1, 2, 2, 3). A unit
    without a total has neither rank nor grade.
    """
    keys = {unit: _key(index_set, score) for unit, score in units.items() if score.exact_total is not None}
    ranks = assign_ranks(keys, is_dense=index_set.ranking.ties == "dense")
    return {
        unit: Standing(ranks[unit], grade_of(index_set, score)) if unit in ranks else Standing()
        for unit, score in units.items()
    }


def grade_of(index_set: IndexSet, score: UnitScore) -> str:
    """Name the grade (xếp loại) that the total earns; empty when none."""
    total = _counted_total(index_set, score)
    if total is None:
        return ""
    return next((grade.name for grade in index_set.grades if total >= grade.min), "")


def assign_ranks(keys: Mapping[str, tuple[Fraction | Decimal | int, ...]], *, is_dense: bool) -> dict[str, int]:
    """Give rank 1 to the highest key; equal keys share a rank.

    >>> assign_ranks({"a": (2,), "b": (3,), "c": (2,), "d": (1,)}, is_dense=False)
    {'b': 1, 'a': 2, 'c': 2, 'd': 4}
    """
    ranks: dict[str, int] = {}
    rank_now = 0
    last: tuple[Fraction | Decimal | int, ...] | None = None
    for position, unit in enumerate(sorted(keys, key=keys.__getitem__, reverse=True), start=1):
        if keys[unit] != last:
            rank_now = rank_now + 1 if is_dense else position
            last = keys[unit]
        ranks[unit] = rank_now
    return ranks


def _key(index_set: IndexSet, score: UnitScore) -> tuple[Fraction | Decimal | int, ...]:
    total = _counted_total(index_set, score)
    codes = index_set.ranking.tie_breakers
    if not codes or total is None:
        return (total or 0,)
    by_code = score.by_code
    return (total, *(by_code[code].points for code in codes))


def _counted_total(index_set: IndexSet, score: UnitScore) -> Fraction | Decimal | None:
    return score.exact_total if index_set.ranking.by == "exact" else score.total
