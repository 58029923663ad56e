"""How complete dossiers are by area, counted in SQL: what the heat map of a round draws."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from chiso.assessments.models import Citation, Entry
from chiso.assessments.queries import ANSWERED
from chiso.indexsets.models import Criterion
from chiso.indexsets.reading import index_set_of
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


def expected_leaves(area: Node) -> list[str]:
    """The leaves of an area that every unit answers itself; bonus leaves are a choice, surveys come later."""
    return [node.code for node in area.walk() if node.is_leaf and node.is_base and node.method == "self"]


def counted_areas(block: Any) -> list[Node]:
    return [area for area in index_set_of(block.edition).areas if expected_leaves(area)]


def completeness_of(entries: QuerySet[Entry], blocks: list[Any]) -> dict[int, Completeness]:
    """Answered and proven leaves of every dossier by area: 2 queries, grouped in SQL, never row by row."""
    leaves = Criterion.objects.filter(edition__in=[block.edition_id for block in blocks], is_leaf=True)
    area_of = {
        (block.edition_id, code): number
        for block in blocks
        for number, area in enumerate(counted_areas(block))
        for code in expected_leaves(area)
    }
    by_area: dict[int, list[int]] = {}
    for pk, edition_id, code in leaves.values_list("pk", "edition", "code"):
        if (edition_id, code) in area_of:
            by_area.setdefault(area_of[edition_id, code], []).append(pk)
    area = Case(
        *(When(criterion__in=pks, then=Value(number)) for number, pks in by_area.items()), output_field=IntegerField()
    )
    cited = Exists(Citation.objects.filter(entry=OuterRef("pk")))
    grouped = (
        entries.filter(ANSWERED)
        .annotate(area=area, is_proven=cited)
        .values_list("dossier", "area")
        .annotate(answered=Count("pk"), proven=Count("pk", filter=Q(is_proven=True)))
    )
    counts: dict[int, dict[int, int]] = {}
    proven: dict[int, int] = {}
    for dossier, number, answered, with_evidence in grouped.order_by():
        if number is None:  # Bonus leaves, and those that others fill in.
            continue
        counts.setdefault(dossier, {})[number] = answered
        proven[dossier] = proven.get(dossier, 0) + with_evidence
    return {dossier: Completeness(answered, proven[dossier]) for dossier, answered in counts.items()}


def percent(part: int, whole: int) -> int:
    """Whole per cent that never says 0 for something, nor 100 for less than all."""
    if not part or not whole:
        return 0
    return max(1, part * 100 // whole)


def heat_level(share: int) -> int:
    """0 nothing, 1 to 49 %, 2 to 74 %, 3 to 99 %, 4 complete."""
    return sum(share >= bound for bound in (1, 50, 75, 100))


CELLS = tuple({"text": f"{share}%", "level": str(heat_level(share))} for share in range(101))
"""The cells of a heat map by their share; words only, since templates are slow with numbers."""
