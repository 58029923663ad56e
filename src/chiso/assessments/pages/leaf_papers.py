"""The documents of one leaf with all that is known of them, and the same leaf a year before: one query for both."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When

from chiso.assessments.choices import Outcome, Pass
from chiso.assessments.models import Appraisal, Citation, Entry, Motion
from chiso.assessments.pages.dossier_rows import LeafRow, last_year_of, sees_whole
from chiso.common.prepared import Prepared
from chiso.evidence.models import Document
from chiso.indexsets.answers import Facts
from chiso.indexsets.models import Edition
from chiso.organizations.models import User

_LEAF = (
    *("pk", "facts", "not_applicable", "decided", "score", "effective_max", "final"),
    *("dossier__block__edition_id", "dossier__block__edition__digest"),
)
_CITATION = ("citations__pk", "citations__place", "citations__stage")
_DOCUMENT = (
    *("id", "unit_id", "kind", "name", "media_type", "size", "sha256", "url", "uploaded_at", "number", "issued_on"),
    *("issuer", "title", "described_by_id", "described_at", "replaces_id", "reading", "read_at", "preview_state"),
    "removed_at",
)


@dataclass(frozen=True, slots=True)
class CitedDocument:
    """A document as a leaf cites it, with all that is known of it."""

    citation: int
    place: str
    stage: str
    document: Document

    @classmethod
    def of(cls, citation: Citation) -> Self:
        return cls(citation.pk, citation.place, citation.stage, citation.document)


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of the leaf a year before, and what it scored in the end."""

    facts: Facts
    not_applicable: bool
    decided: Decimal | None
    score: Decimal | None
    effective_max: Decimal
    final: Decimal | None
    edition: Edition
    papers: tuple[CitedDocument, ...]


@dataclass(frozen=True, slots=True)
class LeafPapers:
    """What stands behind a leaf. `has_last_year`: the unit was judged a year before, whether or not on this leaf."""

    here: tuple[CitedDocument, ...] = ()
    has_last_year: bool = False
    last_year: Said | None = None


def read_papers(user: User, entry: Entry, row: LeafRow) -> LeafPapers:
    """Read them in one query; in none where there are no documents and no year before."""
    before = last_year_of(entry) if sees_whole(user, entry.dossier) else None
    if before is None and not row.papers:
        return LeafPapers()
    mine = {"entry": entry.pk}
    found = _own.rows(**mine) if before is None else _both.rows(**mine, dossier=before, code=entry.code)
    shown = {paper.citation for paper in row.papers}
    here = tuple(paper for paper in _papers(found, lambda pk: pk == entry.pk) if paper.citation in shown)
    return LeafPapers(here, before is not None, _said(found, entry))


@Prepared
def _own(*, entry: int) -> QuerySet[Entry, tuple[Any, ...]]:
    return _columns(Entry.objects.filter(pk=entry).annotate(final=F("score")))


@Prepared
def _both(*, entry: int, dossier: int, code: str) -> QuerySet[Entry, tuple[Any, ...]]:
    wanted = Entry.objects.filter(Q(pk=entry) | Q(dossier=dossier, code=code))
    return _columns(wanted.annotate(final=_final_score()))


def _columns(wanted: QuerySet[Entry]) -> QuerySet[Entry, tuple[Any, ...]]:
    documents = (f"citations__document__{name}" for name in _DOCUMENT)
    return wanted.order_by("pk", "citations__pk").values_list(*_LEAF, *_CITATION, *documents)


def _final_score() -> Case:
    """What counts in the end, as `scores.counting`: the last party that judged the leaf."""
    carried = Motion.objects.filter(entry=OuterRef("pk"), outcome=Outcome.CARRIED).order_by("-concluded_at")
    passes = {number: Appraisal.objects.filter(entry=OuterRef("pk"), pass_number=number) for number in Pass}
    last_first = (carried, passes[Pass.SECOND], passes[Pass.FIRST])
    return Case(*(When(Exists(rows), then=Subquery(rows.values("score")[:1])) for rows in last_first), default="score")


def _papers(found: list[tuple[Any, ...]], is_wanted: Any) -> list[CitedDocument]:
    papers = []
    for row in found:
        citation, place, stage, *document = row[len(_LEAF) :]
        if citation is not None and is_wanted(row[0]):
            papers.append(CitedDocument(citation, place, stage, Document.from_db(None, _DOCUMENT, document)))
    return papers


def _said(found: list[tuple[Any, ...]], entry: Entry) -> Said | None:
    row = next((row for row in found if row[0] != entry.pk), None)
    if row is None:
        return None
    pk, *said, edition, digest = row[: len(_LEAF)]
    papers = tuple(_papers(found, lambda one: one == pk))
    facts, not_applicable, decided, score, effective_max, final = said
    return Said(
        facts=facts,
        not_applicable=not_applicable,
        decided=decided,
        score=score,
        effective_max=effective_max,
        final=final,
        edition=Edition.from_db(None, ("id", "digest"), (edition, digest)),
        papers=papers,
    )
