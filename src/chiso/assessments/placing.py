"""Totals, ranks and grades of a round as it stands now, without reading every fact.

What `scoring.score_round` says of the facts that count, from sums (`totals`): a page that only ranks needs no leaf.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from chiso import scoring
from chiso.assessments.models import Dossier
from chiso.assessments.scores import facts_of
from chiso.assessments.totals import Leaves, carried_motions, leaves_by_block, totals_of
from chiso.rounds.models import Round


@dataclass(frozen=True)
class Placed:
    """Where a unit stands in its block; None and empty where it has no total."""

    total: Decimal | None
    rank: int | None
    grade: str


def placed_in(round: Round, dossiers: Sequence[Dossier]) -> dict[int, Placed]:
    """By dossier; `dossiers` are all of the round, with their units. A fixed number of queries; where a set breaks ties
    by criteria it takes every leaf."""
    blocks = leaves_by_block(round)
    if any(leaves.index_set.ranking.tie_breakers for leaves in blocks.values()):
        scores = _scored(facts_of(round), blocks, dossiers)
    else:
        units = totals_of(round, blocks, carried_motions(round))
        scores = {dossier: unit.score for dossier, unit in units.items()}
    placed: dict[int, Placed] = {}
    for block, leaves in blocks.items():
        mine = {str(one.pk): scores[one.pk] for one in dossiers if one.block_id == block}
        for key, standing in scoring.rank(leaves.index_set, mine).items():
            placed[int(key)] = Placed(mine[key].total, standing.rank, standing.grade)
    return placed


def _scored(
    facts: Mapping[str, Mapping[str, dict[str, str]]], blocks: Mapping[int, Leaves], dossiers: Sequence[Dossier]
) -> dict[int, scoring.UnitScore]:
    scores: dict[int, scoring.UnitScore] = {}
    for block, leaves in blocks.items():
        mine = {one.unit.code: one.pk for one in dossiers if one.block_id == block}
        scored = scoring.score_round(leaves.index_set, {code: facts.get(code, {}) for code in mine})
        scores |= {mine[code]: score for code, score in scored.units.items()}
    return scores
