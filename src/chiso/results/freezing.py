"""The whole round scored anew from its facts, as the frozen copy keeps it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chiso import scoring
from chiso.assessments.choices import DossierState
from chiso.assessments.scores import facts_of, units_of
from chiso.indexsets.reading import index_set_of
from chiso.organizations.models import Unit
from chiso.results.verifying import BUNDLE_FORMAT, digest_of, node_row, text_of
from chiso.rounds.models import Block, Round

__all__ = ["Line", "bundle_of", "digest_of", "score_round"]


@dataclass(frozen=True)
class Line:
    """One unit's line: its scores, rank and grade inside its block."""

    unit: Unit
    block: Block
    score: scoring.UnitScore
    rank: int | None
    grade: str
    was_submitted: bool
    facts: Mapping[str, Mapping[str, str]]


def score_round(round: Round, stage: str = "council") -> list[Line]:
    """Score every unit of a round from the facts that count at a stage; blocks one by one, best unit first."""
    facts = facts_of(round, stage)
    dossiers = {dossier.unit.code: dossier for dossier in units_of(round)}
    lines: list[Line] = []
    for block in round.blocks.select_related("edition").order_by("pk"):
        mine = {code: facts.get(code, {}) for code, dossier in dossiers.items() if dossier.block_id == block.pk}
        scored = scoring.score_round(index_set_of(block.edition), mine)
        block_lines = [
            Line(
                unit=dossiers[code].unit,
                block=block,
                score=scored.units[code],
                rank=scored.standings[code].rank,
                grade=scored.standings[code].grade,
                was_submitted=dossiers[code].state != DossierState.NOT_SUBMITTED,
                facts=mine[code],
            )
            for code in mine
        ]
        lines += sorted(block_lines, key=lambda line: (line.rank is None, line.rank, line.unit.code))
    return lines


def bundle_of(round: Round, lines: list[Line], *, corrects: str = "") -> dict[str, Any]:
    """The frozen copy: editions, facts, scores, ranks and method, as plain JSON data.

    `corrects` is the hash of the result that this one corrects.
    """
    named = {"corrects": corrects} if corrects else {}
    rows: defaultdict[int, _Rows] = defaultdict(_Rows)
    return named | {
        "format": BUNDLE_FORMAT,
        "round": round.name,
        "year": round.year,
        "authority": round.authority.name,
        "blocks": [
            {"name": block.name, "edition": block.edition.digest, "text": block.edition.text}
            for block in round.blocks.select_related("edition").order_by("pk")
        ],
        "units": [
            {
                "code": line.unit.code,
                "name": line.unit.name,
                "block": line.block.name,
                "total": text_of(line.score.total),
                "rank": line.rank,
                "grade": line.grade,
                "was_submitted": line.was_submitted,
                "areas": [rows[line.block.pk].of(area) for area in line.score.areas],
                "leaves": [rows[line.block.pk].of(leaf) for leaf in line.score.leaves],
                "facts": line.facts,
            }
            for line in lines
        ],
    }


class _Rows:
    """The nodes of the units of a block as they are frozen; the same points of the same node are written once."""

    def __init__(self) -> None:
        self.written: dict[tuple[str, int | None, int, str], dict[str, Any]] = {}

    def of(self, score: scoring.NodeScore) -> dict[str, Any]:
        key = (score.node.code, score.grains, score.effective_grains, score.state)
        if key not in self.written:
            self.written[key] = node_row(score)
        return self.written[key]
