"""The leader's remarks on leaves (nhận xét), and who answers for which leaf: read along, for pages and actions.

A remark is answered once the leaf was saved, or a document added to it, after the remark was made.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, QuerySet

from chiso.assessments.models import Dossier, Entry
from chiso.common.prepared import Prepared


@dataclass(frozen=True, slots=True)
class Responsibility:
    """Who answers for a leaf and until when, and what the leader remarked on it."""

    code: str
    entry: int
    person: int | None
    until: date | None
    remark: str
    remarked_at: datetime | None
    saved_at: datetime | None
    attached_at: datetime | None

    @property
    def is_answered(self) -> bool:
        return is_answered(self.remarked_at, self.saved_at, self.attached_at)

    @property
    def awaits_answer(self) -> bool:
        return bool(self.remark) and not self.is_answered


def is_answered(remarked_at: datetime | None, *moments: datetime | None) -> bool:
    """Whether anything was done on the leaf after the remark."""
    return remarked_at is not None and any(moment > remarked_at for moment in moments if moment)


def responsibilities_of(dossier: Dossier) -> dict[str, Responsibility]:
    """Every leaf of a dossier by code, in the order of the set (one query)."""
    rows = [Responsibility(*row) for row in _rows.rows(dossier=dossier.pk)]  # type: ignore[arg-type]  # the columns below
    return {row.code: row for row in rows}


@Prepared
def _rows(*, dossier: int) -> QuerySet[Entry, tuple[object, ...]]:
    leaves = Entry.objects.filter(dossier=dossier).order_by("criterion__position")
    return leaves.annotate(attached_at=Max("citations__added_at")).values_list(
        "code", "pk", "assigned_to", "assigned_until", "remark", "remarked_at", "saved_at", "attached_at"
    )


def open_codes(dossier: Dossier) -> list[str]:
    """The leaves whose remark waits for an answer."""
    return [row.code for row in responsibilities_of(dossier).values() if row.awaits_answer]
