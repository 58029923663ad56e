"""How complete dossiers are by area, counted in SQL: what the heat map of a round draws."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.utils.html import format_html

from chiso.assessments.models import Citation, Entry
from chiso.assessments.queries import ANSWERED
from chiso.assessments.windows import ANSWERING_STATES
from chiso.common.prepared import Prepared
from chiso.indexsets.reading import index_set_of
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Block, Round
from chiso.scoring import Node


@dataclass(frozen=True)
class Completeness:
    """Of one dossier: how many leaves of each area are answered, and how many of those carry evidence."""

    answered: Mapping[int, int]
    proven: int

    @property
    def total(self) -> int:
        return sum(self.answered.values())


NOTHING = Completeness({}, 0)


@dataclass(frozen=True)
class CountedArea:
    """An area with the leaves that every unit answers itself; bonus leaves are a choice, surveys come later."""

    node: Node
    codes: tuple[str, ...]


_counted: dict[str, tuple[CountedArea, ...]] = {}


def counted_areas(block: Block) -> tuple[CountedArea, ...]:
    """The areas of a block's edition that count, worked out once for each edition a process meets."""
    digest = block.edition.digest
    if digest not in _counted:
        areas = [CountedArea(area, _expected(area)) for area in index_set_of(block.edition).areas]
        _counted[digest] = tuple(area for area in areas if area.codes)
    return _counted[digest]


def _expected(area: Node) -> tuple[str, ...]:
    return tuple(node.code for node in area.walk() if node.is_leaf and node.is_base and node.method == "self")


def completeness_of(round: Round, blocks: Sequence[Block], dossiers: Collection[int] | None) -> dict[int, Completeness]:
    """Answered and proven leaves by area, of some dossiers of a round or of all: one query, grouped in SQL.

    A document that a unit added after its notice proves nothing here until it is sent.
    """
    codes = tuple((block.pk, tuple(area.codes for area in counted_areas(block))) for block in blocks)
    counts: dict[int, dict[int, int]] = {}
    proven: dict[int, int] = {}
    for dossier, number, answered, with_evidence in _counts(codes).rows(round=round.pk, dossiers=dossiers):
        if number is None:  # Bonus leaves, and those that others fill in.
            continue
        counts.setdefault(dossier, {})[number] = answered
        proven[dossier] = proven.get(dossier, 0) + with_evidence
    return {dossier: Completeness(answered, proven[dossier]) for dossier, answered in counts.items()}


@lru_cache(maxsize=64)
def _counts(codes: tuple[tuple[int, tuple[tuple[str, ...], ...]], ...]) -> Prepared[tuple[int, int | None, int, int]]:
    """The query for blocks with these leaves in these areas."""
    places = [
        When(dossier__block=block, code__in=leaves, then=Value(number))
        for block, areas in codes
        for number, leaves in enumerate(areas)
    ]

    def build(*, round: int, dossiers: Collection[int] | None) -> QuerySet[Entry, tuple[int, int | None, int, int]]:
        entries = Entry.objects.filter(ANSWERED, dossier__round=round)
        if dossiers is not None:
            entries = entries.filter(dossier__in=dossiers)
        cited = Citation.objects.filter(entry=OuterRef("pk"))
        added = ~Q(dossier__state__in=ANSWERING_STATES) & Q(Exists(cited.filter(stage=StageKey.SUPPLEMENT)))
        is_proven = Q(Exists(cited.exclude(stage=StageKey.SUPPLEMENT))) | added
        grouped = entries.annotate(
            area=Case(*places, output_field=IntegerField()),
            is_proven=ExpressionWrapper(is_proven, BooleanField()),
        )
        return (
            grouped.values_list("dossier", "area")
            .annotate(answered=Count("pk"), proven=Count("pk", filter=Q(is_proven=True)))
            .order_by()
        )

    return Prepared(build)


def percent(part: int, whole: int) -> int:
    """Whole per cent that never says 0 for something, nor 100 for less than all."""
    if not part or not whole:
        return 0
    return max(1, part * 100 // whole)


def heat_level(share: int) -> int:
    """0 nothing, 1 to 49 %, 2 to 74 %, 3 to 99 %, 4 complete."""
    return sum(share >= bound for bound in (1, 50, 75, 100))


CELLS = tuple(format_html('<td class="heat-{}">{}%</td>', str(heat_level(share)), str(share)) for share in range(101))
"""The cells of a heat map by their share: a province has thousands of them on a page."""
