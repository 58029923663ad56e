"""The totals of all units of a round as they stand now: summed in the database, put together exactly here.

`scores.facts_of` with `scoring.score_round` says the same and is what gets frozen, but it reads every fact of 17,000
leaves. The council's agenda asks at each opening who stands close to whom, so it gets sums; a test holds both together.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    Count,
    DecimalField,
    F,
    FilteredRelation,
    IntegerField,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from chiso import scoring
from chiso.assessments.choices import DossierState, Outcome, Pass, ScoreState
from chiso.assessments.models import Entry, Motion
from chiso.assessments.models.leaf_score import all_facts
from chiso.common.prepared import Prepared
from chiso.indexsets.models import Criterion
from chiso.indexsets.reading import index_set_of
from chiso.rounds.models import Block, Round
from chiso.scoring.numbers import round_quotient

_BASE, _SURVEY, _EXTRA = 0, 1, 2
"""Leaves are summed in groups: base, base filled by a survey, and from 2 on each area of bonus or penalty points."""
_ZERO = Decimal(0)
ONE_POINT = 10_000
"""Points are counted here in ten thousandths, the decimals in which they are stored."""
_POINTS = DecimalField(max_digits=12, decimal_places=4)


class Points(NamedTuple):
    """Of a leaf, all that a total needs, in ten thousandths of a point."""

    score: int
    effective_max: int


class UnitTotal(NamedTuple):
    """What the total of a unit is made of, in ten thousandths: base points, their maximum, the points of `areas`."""

    index_set: scoring.IndexSet
    areas: tuple[scoring.Node, ...]
    points: int
    maximum: int
    extra: tuple[int, ...]

    @property
    def total(self) -> Fraction | None:
        """The total as it is ranked: rounded, or exact where the set says so; None without a maximum."""
        if not self.maximum:
            return None
        if self.index_set.ranking.by == "exact":
            return self.exact_total
        numerator, denominator = self._quotient()
        places, (lowest, highest) = self.index_set.places, self.index_set.exact_range
        units = max(round_quotient(numerator, denominator, places), round_quotient(lowest, 1, places))
        units = units if highest is None else min(units, round_quotient(highest, 1, places))
        return Fraction(units, 10**places)

    @property
    def exact_total(self) -> Fraction | None:
        """The total as scoring has it: clamped, not rounded."""
        if not self.maximum:
            return None
        lowest, highest = self.index_set.exact_range
        exact = max(Fraction(*self._quotient()), lowest)
        return exact if highest is None else min(exact, highest)

    @property
    def score(self) -> scoring.UnitScore:
        """For `scoring.rank`, and to write the total: a unit of which only the total is known, no node."""
        return scoring.UnitScore(self.index_set, (), 0, 0, 0, 0, self.exact_total, scoring.State.SCORED)

    def _quotient(self) -> tuple[int, int]:
        scale = self.index_set.exact_scale
        numerator = self.points * scale.numerator * ONE_POINT + self._added() * self.maximum * scale.denominator
        return numerator, self.maximum * scale.denominator * ONE_POINT

    def _added(self) -> int:
        added = 0
        for area, points in zip(self.areas, self.extra, strict=True):
            size = points if area.is_bonus else -points
            size = size if area.cap is None else min(size, in_grains(area.cap))
            added += size if area.is_bonus else -size
        return added

    def with_leaf(self, group: int, now: Points, then: Points) -> "UnitTotal":
        """The same unit, had one leaf of a group been scored otherwise."""
        points, maximum, extra = self.points, self.maximum, self.extra
        more = then.score - now.score
        if group < _EXTRA:
            points, maximum = points + more, maximum + then.effective_max - now.effective_max
        else:
            place = group - _EXTRA
            extra = (*extra[:place], extra[place] + more, *extra[place + 1 :])
        return UnitTotal(self.index_set, self.areas, points, maximum, extra)


def in_grains(points: Decimal | None) -> int:
    """Points as they are stored have at most four decimals."""
    return 0 if points is None else int(points.scaleb(4))


def in_points(grains: int | None) -> Decimal | None:
    """Back again, to be written for people."""
    return None if grains is None else Decimal(grains).scaleb(-4)


@dataclass(frozen=True)
class Leaves:
    """The leaves of a block's edition by key, in order; `groups` of those that are scored. Those that compare units
    are scored apart."""

    index_set: scoring.IndexSet
    nodes: Mapping[int, scoring.Node]
    groups: Mapping[int, int]
    compared: Mapping[int, str]


def _extra_areas(index_set: scoring.IndexSet) -> list[scoring.Node]:
    return [area for area in index_set.areas if not area.is_base]


def leaves_by_block(round: Round) -> dict[int, Leaves]:
    """The leaves of every block of a round (two queries)."""
    blocks = list(Block.objects.filter(round=round).select_related("edition").defer("edition__text", "edition__draft"))
    criteria: dict[int, list[tuple[int, str]]] = {}
    leaves = Criterion.objects.filter(edition__in=[block.edition_id for block in blocks], is_leaf=True)
    for edition, key, code in leaves.order_by("position").values_list("edition", "pk", "code"):
        criteria.setdefault(edition, []).append((key, code))
    return {block.pk: _leaves(index_set_of(block.edition), criteria.get(block.edition_id, ())) for block in blocks}


def _leaves(index_set: scoring.IndexSet, criteria: Iterable[tuple[int, str]]) -> Leaves:
    extra = {area.code: number for number, area in enumerate(_extra_areas(index_set), start=_EXTRA)}
    area_of = {node.code: area.code for area in index_set.areas for node in area.walk()}
    nodes = {key: index_set.by_code[code] for key, code in criteria}
    groups, compared = {}, {}
    for key, node in nodes.items():
        if node.rule is not None and not node.is_info:
            groups[key] = extra.get(area_of[node.code], _SURVEY if node.is_survey else _BASE)
            if node.rule.compares:
                compared[key] = node.code
    return Leaves(index_set, nodes, groups, compared)


def with_final(entries: QuerySet[Any], reached: int = Pass.SECOND) -> QuerySet[Any]:
    """What the team said last of each leaf, else the unit, as `final…`; the council's motions are read apart.

    `reached` is the pass that counts last, 0 for the unit alone. Ask of pass 1 by the names given here: a filter on
    the relation itself would join it once more.
    """
    annotated: QuerySet[Any] = entries.annotate(
        first=FilteredRelation("appraisals", condition=Q(appraisals__pass_number=Pass.FIRST)),
        second=FilteredRelation("appraisals", condition=Q(appraisals__pass_number=Pass.SECOND)),
        first_pk=F("first__pk"),
        first_score=F("first__score"),
        first_max=F("first__effective_max"),
        first_na=F("first__not_applicable"),
        final=_last("score", reached),
        final_max=_last("effective_max", reached),
        final_na=_last("not_applicable", reached),
        final_state=_last("score_state", reached),
    )
    return annotated


def _last(name: str, reached: int = Pass.SECOND) -> Case:
    later = ("second", "first")[Pass.SECOND - reached :]
    return Case(*(When(**{f"{one}__isnull": False, "then": f"{one}__{name}"}) for one in later), default=F(name))


_CARRIED = (
    *("meeting", "facts", "not_applicable", "decided", "score", "effective_max", "entry"),
    *("entry__dossier__block", "entry__dossier__state"),
)


def carried_motions(round: Round) -> dict[int, Motion]:
    """By leaf, the motion that the council carried last."""
    carried = Motion.objects.filter(entry__dossier__round=round, outcome=Outcome.CARRIED)
    rows = carried.select_related("entry__dossier").only(*_CARRIED).order_by("concluded_at")
    return {motion.entry_id: motion for motion in rows}


def totals_of(round: Round, blocks: Mapping[int, Leaves], carried: Mapping[int, Motion]) -> dict[int, UnitTotal]:
    """The totals by dossier: one query, one more where the council decided, one more where a set compares units."""
    sums = _sums(round, blocks, Pass.SECOND, left_out=_compared(blocks))
    _let_motions_count(sums, blocks, carried)
    ran = {block for (block, _), found in sums.items() if found[_SURVEY].said}
    _compare(round, blocks, carried, sums)
    return {
        dossier: _unit_total(found, blocks[block].index_set, survey_ran=block in ran)
        for (block, dossier), found in sums.items()
    }


def stored_totals(round: Round, blocks: Mapping[int, Leaves], reached: int) -> dict[int, UnitTotal]:
    """By dossier what `scores.total` says of the rows up to a pass, as units are told it: no leaf is compared, and a
    survey counts where the unit has it (one query)."""
    return {
        dossier: _unit_total(found, blocks[block].index_set, survey_ran=False)
        for (block, dossier), found in _sums(round, blocks, reached).items()
    }


@dataclass(slots=True)
class _Sum:
    """Of one group of a unit: points and maximum of what was said, and the maximum of what was not."""

    said: int = 0
    points: Decimal = _ZERO
    maximum: Decimal = _ZERO
    unsaid: Decimal = _ZERO


_Sums = dict[tuple[int, int], list[_Sum]]
"""By (block, dossier), one for each group."""


def _unit_total(found: list[_Sum], index_set: scoring.IndexSet, *, survey_ran: bool) -> UnitTotal:
    """Where no survey was run, its leaves stay out of the maximum, or count 0 points, as the set says."""
    base, survey = found[_BASE], found[_SURVEY]
    stays = survey_ran or index_set.survey_absent != "rescale"
    maximum = base.maximum + base.unsaid + survey.maximum + (survey.unsaid if stays else _ZERO)
    extra = tuple(in_grains(one.points) for one in found[_EXTRA:])
    areas = tuple(_extra_areas(index_set))
    return UnitTotal(index_set, areas, in_grains(base.points + survey.points), in_grains(maximum), extra)


def _compared(blocks: Mapping[int, Leaves]) -> frozenset[int]:
    return frozenset(key for leaves in blocks.values() for key in leaves.compared)


def _sums(round: Round, blocks: Mapping[int, Leaves], reached: int, *, left_out: frozenset[int] = frozenset()) -> _Sums:
    """One row for each unit and group of leaves."""
    groups: dict[int, set[int]] = {}
    unscored = set(left_out)
    for leaves in blocks.values():
        for key in leaves.nodes:
            if key not in leaves.groups:
                unscored.add(key)
            elif key not in left_out:
                groups.setdefault(leaves.groups[key], set()).add(key)
    special = {f"group_{group}": sorted(keys) for group, keys in sorted(groups.items()) if group != _BASE}
    rows = _summed[reached].rows(round=round.pk, left_out=sorted(unscored), **special)
    sums: _Sums = {}
    for block, dossier, one, *values in rows:
        size = _EXTRA + len(_extra_areas(blocks[block].index_set))
        sums.setdefault((block, dossier), [_Sum() for _ in range(size)])[one] = _Sum(*values)
    return sums


def _summing(
    reached: int, *, round: int, left_out: list[int], **special: list[int]
) -> QuerySet[Entry, tuple[Any, ...]]:
    """(block, dossier, group, how many leaves were answered, points, maximum, maximum of the others)."""
    whens = [When(criterion__in=keys, then=Value(int(name.rpartition("_")[2]))) for name, keys in special.items()]
    group = Case(*whens, default=Value(_BASE), output_field=IntegerField())
    is_said = ~Q(final_state=ScoreState.MISSING) & ~Q(dossier__state=DossierState.NOT_SUBMITTED)
    entries = Entry.objects.filter(dossier__round=round)
    rows: QuerySet[Entry, tuple[Any, ...]] = (
        with_final(entries.exclude(criterion__in=left_out) if left_out else entries, reached)
        .order_by()
        .values_list("dossier__block", "dossier", group)
        .annotate(
            said=Count("pk", filter=is_said),
            points=Coalesce(Sum("final", filter=is_said), _ZERO, output_field=_POINTS),
            maximum=Coalesce(Sum("final_max", filter=is_said), _ZERO, output_field=_POINTS),
            unsaid=Coalesce(Sum("criterion__max_score", filter=~is_said), _ZERO, output_field=_POINTS),
        )
    )
    return rows


_summed: Mapping[int, Prepared[tuple[Any, ...]]] = {
    reached: Prepared(partial(_summing, reached)) for reached in (0, Pass.FIRST, Pass.SECOND)
}


def _let_motions_count(sums: _Sums, blocks: Mapping[int, Leaves], carried: Mapping[int, Motion]) -> None:
    """Take what the team gave out of the sums again, and put in what the council gave."""
    if not carried:
        return
    given = with_final(Entry.objects.filter(pk__in=carried)).values_list(
        "pk", "criterion", "criterion__max_score", "final", "final_max", "final_state"
    )
    for pk, criterion, most, final, final_max, state in given:
        motion = carried[pk]
        dossier = motion.entry.dossier
        leaves = blocks[dossier.block_id]
        if criterion in leaves.compared or dossier.state == DossierState.NOT_SUBMITTED:
            continue
        one = sums[dossier.block_id, dossier.pk][leaves.groups[criterion]]
        if state == ScoreState.MISSING:
            one.said += 1
            one.unsaid -= most or _ZERO
            final, final_max = _ZERO, _ZERO
        one.points += (motion.score or _ZERO) - (final or _ZERO)
        one.maximum += motion.effective_max - final_max


def _compare(round: Round, blocks: Mapping[int, Leaves], carried: Mapping[int, Motion], sums: _Sums) -> None:
    """Score the leaves that compare units of a block, from their facts, and add them."""
    codes = {key: code for leaves in blocks.values() for key, code in leaves.compared.items()}
    if not codes:
        return
    last = _with_final_facts(Entry.objects.filter(dossier__round=round, criterion__in=codes))
    facts: dict[int, dict[str, dict[str, dict[str, str]]]] = {}
    for pk, block, dossier, state, criterion, *said in last:
        motion = carried.get(pk)
        told = motion.all_facts() if motion else all_facts(*said)
        unit = facts.setdefault(block, {}).setdefault(str(dossier), {})
        if told and state != DossierState.NOT_SUBMITTED:
            unit[codes[criterion]] = told
    for block, given in facts.items():
        leaves = blocks[block]
        scored = scoring.score_round(leaves.index_set, given)
        for dossier, found in scored.units.items():
            by_code = found.by_code
            for key, code in leaves.compared.items():
                one = sums.setdefault((block, int(dossier)), _empty(leaves))[leaves.groups[key]]
                one.points += by_code[code].points
                one.maximum += by_code[code].effective_max


def _empty(leaves: Leaves) -> list[_Sum]:
    return [_Sum() for _ in range(_EXTRA + len(_extra_areas(leaves.index_set)))]


def _with_final_facts(entries: QuerySet[Any]) -> QuerySet[Any, tuple[Any, ...]]:
    """(key, block, dossier, its state, criterion, facts, not applicable, decided) of what the team said last."""
    annotated = with_final(entries).annotate(final_facts=_last("facts"), final_decided=_last("decided"))
    rows: QuerySet[Any, tuple[Any, ...]] = annotated.order_by().values_list(
        *("pk", "dossier__block", "dossier", "dossier__state", "criterion"),
        *("final_facts", "final_na", "final_decided"),
    )
    return rows
