"""Which plan a document should follow: one cited beside it for the same leaf. Advice, as all of `evidence.advice`."""

from collections.abc import Iterable
from datetime import date

from chiso.assessments.pages.document_words import letters_of
from chiso.evidence.describing import description_of
from chiso.evidence.models import Document

_PLAN = "KH"
_FOLLOWING = frozenset({"BC", "BB"})
"""Reports and minutes tell what was done; a decision or a letter may well come before the plan."""


def plan_day(beside: Iterable[Document]) -> date | None:
    """The day of the first plan among the documents of a leaf, as confirmed or else as read."""
    told = [description_of(document) for document in beside if document.removed_at is None]
    return min((one.issued_on for one in told if one.issued_on and letters_of(one.number) == _PLAN), default=None)


def not_before(document: Document, plan: date | None) -> date | None:
    """The day before which a document cannot report on the plan; None where it reports on nothing."""
    return plan if plan and letters_of(description_of(document).number) in _FOLLOWING else None
