"""From facts to points, and which party's score counts at which stage.

A leaf is judged in turn by the unit, by the team in pass 1 and pass 2, and by the council. Each keeps its own
row; the last one that judged counts.
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import IntegerField, Prefetch, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from chiso import scoring
from chiso.assessments.choices import DossierState, Outcome
from chiso.assessments.models import Appraisal, Dossier, Entry, LeafScored, Motion
from chiso.assessments.models.leaf_score import all_facts
from chiso.common.numbers import format_number
from chiso.common.refusals import RuleViolation
from chiso.indexsets.answers import Answer
from chiso.indexsets.models import Edition
from chiso.indexsets.reading import index_set_of
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Round

_MOST_POINTS = 10_000

JUDGING_STAGES = (StageKey.SELF_ASSESSMENT, StageKey.APPRAISAL, StageKey.REAPPRAISAL, StageKey.COUNCIL)
"""The stages at which a party has judged, in order."""


def node_of(edition: Edition, code: str) -> scoring.Node:
    return index_set_of(edition).by_code[code]


def judge(row: LeafScored, node: scoring.Node, answer: Answer) -> scoring.LeafScore:
    """Score an answer and put it on a row, unsaved. Raises `FactErrors` with everything wrong in the answer."""
    _require_writable_points(answer.decided, node)
    row.facts = {name: value for name, value in answer.facts.items() if value != ""}
    row.not_applicable = answer.not_applicable
    row.decided = answer.decided
    outcome = scoring.score_leaf(node, row.all_facts())
    row.score = outcome.score if row.has_answer() else None
    row.effective_max = outcome.effective_max
    row.score_state = outcome.state.value
    return outcome


SCORE_FIELDS = ("facts", "not_applicable", "decided", "score", "effective_max", "score_state")


def copy_of(row: LeafScored) -> dict[str, object]:
    """The score fields of a row, to agree with it in a row of one's own."""
    return {name: getattr(row, name) for name in SCORE_FIELDS}


def is_same(row: LeafScored, other: LeafScored) -> bool:
    """Whether two parties said the same in effect; points not known yet (a comparison of units) go by their facts."""
    if row.score is None and other.score is None and row.facts != other.facts:
        return False
    told = (row.score, row.effective_max, row.not_applicable)
    return told == (other.score, other.effective_max, other.not_applicable)


def _require_writable_points(decided: Decimal | None, node: scoring.Node) -> None:
    """Points that a person decides are written with the decimals of the set: nothing is left to round a second time."""
    if decided is None:
        return
    places = node.precision.places
    if decided != scoring.round_half_up(decided, places):
        raise RuleViolation(
            _("Điểm %(points)s có quá %(places)d chữ số thập phân. Hãy viết tối đa %(places)d chữ số.")
            % {"points": format_number(decided), "places": places}
        )
    if abs(decided) > _MOST_POINTS:
        raise RuleViolation(_("Điểm %(points)s quá lớn.") % {"points": format_number(decided)})


def total(edition: Edition, rows: Mapping[str, LeafScored], *, survey_run: bool = False) -> scoring.UnitScore:
    """Roll stored leaf scores up to areas and a total, without judging anything again."""
    index_set = index_set_of(edition)
    points = {
        code: scoring.LeafPoints(score=row.score, effective_max=row.effective_max, state=scoring.State(row.score_state))
        for code, row in rows.items()
        if row.has_answer()
    }
    return scoring.roll_up(index_set, points, survey_run=survey_run)


def with_all_scores() -> list[Prefetch[str]]:
    """What to prefetch so that `counting` asks the database nothing more."""
    return [
        Prefetch("appraisals", queryset=Appraisal.objects.order_by("pass_number")),
        Prefetch("motions", queryset=Motion.objects.filter(outcome=Outcome.CARRIED).order_by("concluded_at")),
    ]


def counting(entry: Entry, stage: str = StageKey.COUNCIL) -> LeafScored:
    """The row whose score counts at the end of a stage: the last party that judged the leaf by then."""
    if entry.dossier.state == DossierState.NOT_SUBMITTED:
        return Entry()
    row: LeafScored = entry
    reached = JUDGING_STAGES.index(StageKey(stage))
    for appraisal in entry.appraisals.all():
        if appraisal.pass_number <= reached:
            row = appraisal
    if reached == JUDGING_STAGES.index(StageKey.COUNCIL):
        for motion in entry.motions.all():
            row = motion
    return row


_Said = tuple[Any, ...]
"""Facts, “not applicable” and decided points of a row, as the database writes them: text, 0 or 1, text or None."""


def facts_of(round: Round, stage: str = StageKey.COUNCIL) -> dict[str, dict[str, dict[str, str]]]:
    """The facts file of a round as nested dicts, {unit code: {criterion code: {input: value}}}, units by code.

    It says the same as `counting`, on plain values: a province has 17,000 leaves, too many for model instances. Many
    leaves say the same in the same words: these are read once, so nobody may write into what is answered here.
    """
    judged = _judged(round, JUDGING_STAGES.index(StageKey(stage)))
    entries = Entry.objects.filter(dossier__round=round).order_by("dossier__unit__code", "criterion__position")
    names: tuple[str | Cast, ...] = ("pk", "dossier__unit__code", "dossier__state", "code", *_said_columns())
    facts: dict[str, dict[str, dict[str, str]]] = {}
    read: dict[_Said, dict[str, str]] = {}
    for pk, unit, state, code, *own in entries.values_list(*names).iterator():
        given = facts.setdefault(unit, {})
        if state == DossierState.NOT_SUBMITTED:
            continue
        said = judged.get(pk) or tuple(own)
        if (told := read.get(said)) is None:
            told = read[said] = _read(*said)
        if told:
            given[code] = told
    return facts


def _judged(round: Round, reached: int) -> dict[int, _Said]:
    """What the last party after the unit said of each leaf."""
    names: tuple[str | Cast, ...] = ("entry_id", *_said_columns())
    passes = Appraisal.objects.filter(entry__dossier__round=round, pass_number__lte=reached).order_by("pass_number")
    rows: list[Any] = [*passes.values_list(*names).iterator()]
    if reached == JUDGING_STAGES.index(StageKey.COUNCIL):
        carried = Motion.objects.filter(entry__dossier__round=round, outcome=Outcome.CARRIED)
        rows += carried.order_by("concluded_at").values_list(*names)
    return {pk: tuple(said) for pk, *said in rows}


def _said_columns() -> tuple[Cast, ...]:
    """As texts: 30,000 values of JSON and decimals take ten times as long to build as to read."""
    return Cast("facts", TextField()), Cast("not_applicable", IntegerField()), Cast("decided", TextField())


def _read(facts: str, not_applicable: int, decided: str | None) -> dict[str, str]:
    return all_facts(json.loads(facts), bool(not_applicable), None if decided is None else Decimal(decided))


def units_of(round: Round) -> list[Dossier]:
    return list(round.dossiers.select_related("unit", "block").order_by("unit__code"))
