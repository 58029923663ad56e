"""Which edition replaces which."""

from collections.abc import Collection, Iterable

from chiso.indexsets.choices import EditionState
from chiso.indexsets.models import Edition


def in_force_after(edition_pks: Iterable[int]) -> dict[int, Edition]:
    """The edition now in force for each edition that was replaced; one query for each issue since, however many."""
    wanted = set(edition_pks)
    latest: dict[int, Edition] = {}
    origin = {pk: pk for pk in wanted}
    while origin:
        found = _issued_after(origin)
        latest |= {origin[edition.supersedes_id]: edition for edition in found if edition.supersedes_id}
        origin = {edition.pk: origin[edition.supersedes_id] for edition in found if edition.supersedes_id}
    return latest


def _issued_after(pks: Collection[int]) -> list[Edition]:
    issued = Edition.objects.filter(supersedes__in=pks, state=EditionState.ISSUED)
    return list(issued.select_related("index_set").defer("text", "draft"))
