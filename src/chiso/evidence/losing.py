"""A document whose bytes are gone from the storage (mất tệp): who can help is told once, until they are back.

Whoever opens it and finds nothing calls `note_missing`; whoever finds the bytes of a document that was noted so calls
`note_found`, which has it read anew. `checking` looks at all of them.
"""

from datetime import datetime

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from chiso.evidence.choices import Kind
from chiso.evidence.models import Document, path_of
from chiso.evidence.reading import FindingCode, Reading
from chiso.evidence.tasks import read_again, tell_of_loss


def words() -> str:
    return _(
        "Không tìm thấy tệp của tài liệu này trên máy chủ. Hãy báo người quản trị khôi phục từ bản sao lưu; "
        "đơn vị có thể tải lại chính tệp ấy để bù."
    )


def has_bytes(document: Document) -> bool:
    """Whether something lies where the content should; `checking` says whether it is the right thing."""
    if default_storage.exists(path_of(document.sha256)):
        return True
    name = document.content.name
    return bool(name) and default_storage.exists(name or "")


def note_missing(document: Document, at: datetime) -> None:
    """Note that the bytes are gone, of every unit that holds the content; tells of each document once."""
    if _is_noted(document):
        return
    with transaction.atomic():
        for row in _same(document).select_for_update():
            if not _is_noted(row):
                reading = Reading.from_json(row.reading) or Reading(media_type=row.media_type)
                row.reading = reading.with_finding(FindingCode.MISSING).to_json()
                row.save(update_fields=["reading"])
                tell_of_loss(row, at)


def note_found(document: Document, at: datetime) -> None:
    """The bytes are there: where they were noted as gone, read the document anew."""
    if _is_noted(document):
        for row in _same(document):
            read_again(row, at)


def _is_noted(document: Document) -> bool:
    reading = Reading.from_json(document.reading)
    return reading is not None and reading.found(FindingCode.MISSING) is not None


def _same(document: Document) -> QuerySet[Document]:
    return Document.objects.filter(sha256=document.sha256, kind=Kind.FILE, removed_at=None).order_by("pk")
