"""What a unit's result page reads: every leaf from the self score to the final one, and how it came about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from chiso import scoring
from chiso.assessments.choices import DossierState
from chiso.assessments.models import Dossier, Entry, LeafScored
from chiso.assessments.placing import placed_in
from chiso.assessments.scores import facts_of, with_all_scores
from chiso.assessments.scores import units_of as units_now
from chiso.common.numbers import NONE_SIGN, format_max, format_points
from chiso.indexsets.models import Edition
from chiso.indexsets.reading import index_set_of
from chiso.results.models import Result
from chiso.results.pages import set_of, units_of
from chiso.rounds.models import Round
from chiso.scoring.calculation import explain_total

UnitFacts = Mapping[str, Mapping[str, str]]


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
    """Score the unit again from its frozen facts: the same numbers, with every step that led to them."""
    unit = next((one for one in result.bundle["units"] if one["code"] == code), None)
    if unit is None:
        return None
    block = next(one for one in result.bundle["blocks"] if one["name"] == unit["block"])
    units = units_of(result.bundle, block)
    score = _score_alone(set_of(block), {one["code"]: one["facts"] for one in units}, code)
    return _Scored(unit["name"], score, unit["rank"], unit["grade"], len(units), was_submitted=unit["was_submitted"])


def _today(round: Round, code: str) -> _Scored | None:
    dossiers = {dossier.unit.code: dossier for dossier in units_now(round)}
    if code not in dossiers:
        return None
    dossier = dossiers[code]
    others = [one for one in dossiers.values() if one.block_id == dossier.block_id]
    facts = facts_of(round)
    edition = Edition.objects.defer("text", "draft").get(blocks=dossier.block_id)
    score = _score_alone(index_set_of(edition), {one.unit.code: facts.get(one.unit.code, {}) for one in others}, code)
    placed = placed_in(round, list(dossiers.values()))[dossier.pk]
    was_submitted = dossier.state != DossierState.NOT_SUBMITTED
    return _Scored(dossier.unit.name, score, placed.rank, placed.grade, len(others), was_submitted=was_submitted)


def _score_alone(index_set: scoring.IndexSet, facts: Mapping[str, UnitFacts], code: str) -> scoring.UnitScore:
    """One unit of a block as scoring all of it says; the others are scored only where a leaf compares them."""
    if any(node.rule is not None and node.rule.compares for node in index_set.leaves):
        return scoring.score_round(index_set, facts).units[code]
    return scoring.score_unit(index_set, facts[code], survey_run=scoring.survey_was_run(index_set, facts.values()))


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
