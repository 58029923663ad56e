"""What the parties said of leaves before the council, in numbers: read for a whole province in one prepared query.

Points are integers here, ten thousandths of a point as in `totals`: a database hands them over four times as quickly as
decimals, and nothing is rounded.
"""

from collections.abc import Collection
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import DecimalField, F, IntegerField, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Round
from django.db.models.lookups import Exact

from chiso.assessments.choices import ScoreState
from chiso.assessments.models import Entry
from chiso.assessments.totals import ONE_POINT, Points, in_grains, with_final
from chiso.common.prepared import Prepared
from chiso.scoring import Node

_NONE = Value(Decimal(-99999), output_field=DecimalField(max_digits=9, decimal_places=4))


class LeafLine(NamedTuple):
    """One leaf: the unit's own points, pass 1, what the team says last (`final`), what the unit asks for."""

    pk: int
    dossier: int
    block: int
    state: str
    criterion: int
    own: int | None
    own_max: int
    own_state: str
    first: int | None
    first_points: int | None
    first_max: int | None
    final: int | None
    final_max: int
    final_na: bool
    asked: int | None
    asked_points: int | None
    asked_max: int | None
    asked_na: bool | None
    asked_state: str | None

    @property
    def is_disputed(self) -> bool:
        """The unit answered, and asks for something else than what the team gives."""
        return self.asked is not None and (self.asked_points, self.asked_na) != (self.final, self.final_na)

    def is_cut(self, node: Node, percent: int) -> bool:
        """Lowered by so much of the maximum, whether or not the unit answered."""
        if self.own is None or self.final is None or self.final_na or not node.max:
            return False
        return (self.own - self.final) * 100 >= in_grains(node.max) * percent

    def alternatives(self, now: Points) -> set[Points]:
        """What unit and team said of it one after the other, where it is not what counts now."""
        said = {(self.final, self.final_max)}
        if self.own_state != ScoreState.MISSING:
            said.add((self.own, self.own_max))
        if self.first is not None:
            said.add((self.first_points, self.first_max or 0))
        if self.asked is not None and self.asked_state != ScoreState.MISSING:
            said.add((self.asked_points, self.asked_max or 0))
        return {Points(points or 0, most) for points, most in said} - {now}


def differing(round: int, hidden: Collection[int]) -> list[LeafLine]:
    """The leaves of a round on which unit or team said something else, at some time, than what the team says last."""
    return [LeafLine._make(row) for row in _differing.rows(round=round, hidden=sorted(hidden))]


def lines_of(entries: QuerySet[Any], *, keys: Collection[int], with_differing: bool) -> list[LeafLine]:
    """The same of some entries: those named by `keys`, and where asked those that differ."""
    wanted = Q(pk__in=keys)
    return [LeafLine(*row) for row in _columns(entries, wanted | _differs() if with_differing else wanted)]


@Prepared
def _differing(*, round: int, hidden: list[int]) -> QuerySet[Entry, tuple[Any, ...]]:
    entries = Entry.objects.filter(dossier__round=round)
    return _columns(entries.exclude(dossier__unit__in=hidden) if hidden else entries, _differs())


def _columns(entries: QuerySet[Any], wanted: Q) -> QuerySet[Entry, tuple[Any, ...]]:
    rows: QuerySet[Entry, tuple[Any, ...]] = (
        with_final(entries)
        .filter(wanted)
        .order_by()
        .values_list(
            *("pk", "dossier", "dossier__block", "dossier__state", "criterion"),
            *(_grains("score"), _grains("effective_max"), "score_state"),
            *("first_pk", _grains("first_score"), _grains("first_max")),
            *(_grains("final"), _grains("final_max"), "final_na"),
            *("explanation__pk", _grains("explanation__score"), _grains("explanation__effective_max")),
            *("explanation__not_applicable", "explanation__score_state"),
        )
    )
    return rows


def _grains(points: str) -> Cast:
    return Cast(Round(F(points) * ONE_POINT), IntegerField())


def _differs() -> Q:
    own, first = _said_final("score", "not_applicable"), _said_final("first_score", "first_na")
    asked = _said_final("explanation__score", "explanation__not_applicable")
    return ~own | (Q(first_pk__isnull=False) & ~first) | (Q(explanation__isnull=False) & ~asked)


def _said_final(score: str, not_applicable: str) -> Q:
    """A party said what counts; not scored is a value of its own."""
    same = Q(Exact(Coalesce(score, _NONE), Coalesce("final", _NONE)))
    return same & Q(Exact(F(not_applicable), F("final_na")))
