"""What a unit's result page reads: every leaf from the self score to the final one, and how it came about."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from chiso import scoring
from chiso.assessments.models import Dossier, Entry, LeafScored
from chiso.assessments.scores import with_all_scores
from chiso.common.numbers import NONE_SIGN, format_max, format_points
from chiso.results import freezing
from chiso.results.models import Result
from chiso.results.pages import set_of, units_of
from chiso.rounds.models import Round
from chiso.scoring.calculation import explain_total


@dataclass(frozen=True)
class Calculation:
    """One line of a shown calculation (diễn giải cách tính)."""

    label: str
    text: str


@dataclass(frozen=True)
class UnitPage:
    """A unit's result; `lines` are dicts, since there are a hundred of them."""

    name: str
    total: str
    rank: str
    grade: str
    scale: str
    of_units: int
    was_submitted: bool
    has_history: bool
    lines: tuple[dict[str, Any], ...]
    calculation: tuple[Calculation, ...]


@dataclass(frozen=True)
class _Scored:
    name: str
    score: scoring.UnitScore
    rank: int | None
    grade: str
    of_units: int
    was_submitted: bool


def unit_page(round: Round, result: Result | None, code: str, dossier: Dossier | None) -> UnitPage | None:
    """Lay out one unit; `dossier` only for those who may see how each party scored. None when there is no such unit."""
    scored = _frozen(result, code) if result else _today(round, code)
    if scored is None:
        return None
    history = _history(dossier) if dossier else {}
    index_set = scored.score.index_set
    return UnitPage(
        name=scored.name,
        total=format_points(scored.score.total, index_set.places),
        rank=NONE_SIGN if scored.rank is None else str(scored.rank),
        grade=scored.grade or NONE_SIGN,
        scale=format_max(index_set.scale),
        of_units=scored.of_units,
        was_submitted=scored.was_submitted,
        has_history=dossier is not None,
        lines=tuple(
            _line(node, history.get(node.code), shows_facts=dossier is not None) for node in scored.score.nodes
        ),
        calculation=tuple(Calculation(step.label, step.text) for step in explain_total(scored.score)),
    )


def _frozen(result: Result, code: str) -> _Scored | None:
    """Score the block again from its frozen facts: the same numbers, with every step that led to them."""
    unit = next((one for one in result.bundle["units"] if one["code"] == code), None)
    if unit is None:
        return None
    block = next(one for one in result.bundle["blocks"] if one["name"] == unit["block"])
    units = units_of(result.bundle, block)
    scored = scoring.score_round(set_of(block), {one["code"]: one["facts"] for one in units})
    return _Scored(
        unit["name"], scored.units[code], unit["rank"], unit["grade"], len(units), was_submitted=unit["was_submitted"]
    )


def _today(round: Round, code: str) -> _Scored | None:
    lines = freezing.score_round(round)
    line = next((one for one in lines if one.unit.code == code), None)
    if line is None:
        return None
    of_units = sum(one.block == line.block for one in lines)
    return _Scored(line.unit.name, line.score, line.rank, line.grade, of_units, was_submitted=line.was_submitted)


def _history(dossier: Dossier) -> dict[str, dict[str, str]]:
    entries = Entry.objects.filter(dossier=dossier).prefetch_related(*with_all_scores())
    return {entry.code: _parties(entry) for entry in entries}


def _parties(entry: Entry) -> dict[str, str]:
    """What each party gave, in order; a cell stays empty when that party left the leaf as it was."""
    passes: dict[int, LeafScored] = {row.pass_number: row for row in entry.appraisals.all()}
    return {
        "self": _given([entry] if entry.has_answer() else []),
        "first": _given([passes[1]] if 1 in passes else []),
        "second": _given([passes[2]] if 2 in passes else []),
        "council": _given(list(entry.motions.all())[-1:]),
    }


def _given(rows: Iterable[LeafScored]) -> str:
    return "".join(_("không áp dụng") if row.not_applicable else format_points(row.score) for row in rows)


def _line(node: scoring.NodeScore, parties: dict[str, str] | None, *, shows_facts: bool) -> dict[str, Any]:
    return {
        "code": node.code,
        "name": node.node.name,
        "is_leaf": node.node.is_leaf,
        "is_area": node.node.depth == 0,
        "max": format_max(node.max),
        "score": format_points(node.score, node.node.precision.places),
        "effective": "" if node.effective_max == (node.max or 0) else format_max(node.effective_max),
        "percent": "" if node.node.is_leaf else format_points(node.percent),
        "parties": parties,
        # The figures stay with the unit and those who run the round; everyone else in it reads the points.
        "steps": _steps(node) if shows_facts else (),
    }


def _steps(node: scoring.NodeScore) -> tuple[Calculation, ...]:
    if not isinstance(node, scoring.LeafScore):
        return ()
    return tuple(Calculation(step.label, step.text) for step in node.steps)
