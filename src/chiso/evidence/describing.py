"""When the data of a document may still be confirmed or changed, and how the log names it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from chiso.common.refusals import RuleViolation
from chiso.evidence.models import Document
from chiso.evidence.reading import Reading

Guard = Callable[[Document, datetime], None]
_guards: list[Guard] = []


def guard_descriptions(guard: Guard) -> None:
    """Have `guard(document, at)` asked before a description changes; it raises `RuleViolation`.

    For apps above this one, from their `AppConfig.ready`: they know what the document has been handed in for.
    """
    if guard not in _guards:
        _guards.append(guard)


def require_describable(document: Document, at: datetime) -> None:
    """Refuse for content that is gone or withheld, and where an app above refuses."""
    if document.removed_at is not None:
        raise RuleViolation(_("Nội dung tài liệu này đã được gỡ nên không ghi thông tin được."))
    if document.is_withheld:
        raise RuleViolation(_("Tài liệu này đang tạm giữ vì có dấu chỉ độ mật nên không ghi thông tin được."))
    for guard in _guards:
        guard(document, at)


@dataclass(frozen=True)
class Description:
    """What a document says of itself: as a person confirmed it, or else as the machine read it."""

    number: str
    issued_on: date | None
    issuer: str
    title: str
    is_confirmed: bool

    def __bool__(self) -> bool:
        return bool(self.number or self.issued_on or self.issuer or self.title)


def description_of(document: Document) -> Description:
    """The data of a document, confirmed or proposed; no query."""
    if document.described_at is not None:
        return Description(document.number, document.issued_on, document.issuer, document.title, is_confirmed=True)
    read = Reading.from_json(document.reading) or Reading()
    return Description(read.number, read.issued_on, read.issuer, read.title, is_confirmed=False)


def mark_of(document: Document) -> str:
    """How the audit log names a document (`Document.__str__`), said where it matters."""
    return str(document)
