"""A picture of an Office file as PDF, made by LibreOffice in the background and kept by the file's hash.

PDF and images need none. Nothing is made before somebody looks; what was made once serves every unit that holds the
same content, until that content is removed.
"""

from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _
from django_tasks import task

from chiso.background import process_time
from chiso.background.fate import Fate, fate_of
from chiso.background.once import enqueue_once
from chiso.common.office import ConversionFailed, ConverterMissing, to_pdf
from chiso.evidence.choices import Kind, PreviewState
from chiso.evidence.models import Document

LARGEST = 50_000_000
"""What LibreOffice is given at most: it reads a file whole."""
_OFFICE = "application/vnd.openxmlformats-officedocument."
_SUFFIXES = {
    _OFFICE + "wordprocessingml.document": ".docx",
    _OFFICE + "spreadsheetml.sheet": ".xlsx",
    _OFFICE + "presentationml.presentation": ".pptx",
    "application/msword": ".doc",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.ms-powerpoint": ".ppt",
}
_MISSING, _FAILED, _TOO_BIG, _NO_FILE, _BROKEN, _LOST = "missing", "failed", "too-big", "no-file", "broken", "lost"
_LONG = timedelta(minutes=3)


def is_office(document: Document) -> bool:
    """Whether a browser shows the file only by its preview."""
    return document.kind == Kind.FILE and document.media_type in _SUFFIXES


def request_preview(document: Document, at: datetime, *, again: bool = False) -> None:
    """Have the preview made, unless it is there or on its way; `again` also after it failed."""
    if not _may_be_shown(document) or not is_office(document):
        return
    if document.preview_state == PreviewState.PENDING:
        _settle(document)
    if document.preview_state == PreviewState.READY and default_storage.exists(_path(document.sha256)):
        return
    from_states = [PreviewState.NONE, PreviewState.READY] + [PreviewState.FAILED] * again
    with transaction.atomic():  # Never on its way without a task that brings it.
        if _move(document.sha256, from_states, PreviewState.PENDING):
            enqueue_once(make_preview, f"{_key(document.sha256)}{at.isoformat()}", document.pk)
            document.preview_state = PreviewState.PENDING


def _settle(document: Document) -> None:
    """A preview whose task died, was thrown out or vanished is on its way no more."""
    fate, _queued_at = fate_of(_key(document.sha256))
    if fate == Fate.UNDER_WAY:
        return
    if default_storage.exists(_path(document.sha256)):
        _move(document.sha256, [PreviewState.PENDING], PreviewState.READY)
    elif fate != Fate.DONE or not default_storage.exists(_reason_path(document.sha256)):
        _keep(_reason_path(document.sha256), (_BROKEN if fate == Fate.FAILED else _LOST).encode())
    _move(document.sha256, [PreviewState.PENDING], PreviewState.FAILED)
    document.refresh_from_db(fields=["preview_state"])


def is_slow(document: Document) -> bool:
    """Whether the preview is on its way for longer than people are told: no worker runs, or it has much to do."""
    fate, queued_at = fate_of(_key(document.sha256))
    return fate == Fate.UNDER_WAY and queued_at is not None and process_time.now() - queued_at > _LONG


def preview_file(document: Document) -> File[Any] | None:
    """The PDF, opened; None while there is none."""
    if not _may_be_shown(document) or document.preview_state != PreviewState.READY:
        return None
    path = _path(document.sha256)
    return default_storage.open(path, "rb") if default_storage.exists(path) else None


def why_failed(document: Document) -> str:
    """Say why there is no preview, and what to do instead."""
    path = _reason_path(document.sha256)
    code = default_storage.open(path).read().decode() if default_storage.exists(path) else _FAILED
    if code == _MISSING:
        return _("Máy chủ chưa cài LibreOffice nên chưa tạo được bản xem trước. Hãy tải tệp về để xem.")
    if code == _TOO_BIG:
        return _("Tệp quá lớn nên không tạo bản xem trước. Hãy tải tệp về để xem.")
    if code == _NO_FILE:
        return _("Không tìm thấy tệp trên máy chủ nên không tạo được bản xem trước. Hãy báo người quản trị khôi phục.")
    if code == _BROKEN:
        return _(
            "Máy chủ đã thử nhiều lần mà lần nào cũng bị ngắt giữa chừng nên chưa có bản xem trước. "
            "Hãy thử lại, hoặc tải tệp về để xem."
        )
    if code == _LOST:
        return _("Việc tạo bản xem trước bị gián đoạn. Hãy thử lại, hoặc tải tệp về để xem.")
    return _("Không tạo được bản xem trước: tệp có thể có mật khẩu hoặc bị hỏng. Hãy tải tệp về để xem.")


def delete_preview(sha256: str) -> None:
    """Forget what was made of a content, when it is removed."""
    for path in (_path(sha256), _reason_path(sha256)):
        default_storage.delete(path)


@task()
def make_preview(document_id: int) -> str:
    """Convert one document, unless its preview lies there already; answers with the state it ends in."""
    document = Document.objects.get(pk=document_id)
    sha256 = document.sha256
    if not default_storage.exists(_path(sha256)):
        failure = _convert(document)
        if failure:
            _keep(_reason_path(sha256), failure.encode())
            _move(sha256, [PreviewState.PENDING], PreviewState.FAILED)
            return PreviewState.FAILED.value
    if Document.objects.filter(sha256=sha256, removed_at__isnull=False).exists():
        delete_preview(sha256)  # Removed while LibreOffice was at work.
        _move(sha256, [PreviewState.PENDING], PreviewState.NONE)
        return PreviewState.NONE.value
    _move(sha256, [PreviewState.PENDING, PreviewState.NONE, PreviewState.FAILED], PreviewState.READY)
    return PreviewState.READY.value


def _may_be_shown(document: Document) -> bool:
    return document.removed_at is None and not document.is_withheld


def _convert(document: Document) -> str:
    """Make the PDF; answers with what went wrong, or nothing."""
    if document.size > LARGEST:
        return _TOO_BIG
    try:
        with document.content.open("rb") as file:
            pdf = to_pdf(file.read(), suffix=_SUFFIXES[document.media_type])
    except ConverterMissing:
        return _MISSING
    except FileNotFoundError:
        return _NO_FILE
    except (ConversionFailed, OSError, ValueError):  # ValueError: there is no content any more.
        return _FAILED
    _keep(_path(document.sha256), pdf)
    return ""


def _keep(path: str, content: bytes) -> None:
    default_storage.delete(path)
    default_storage.save(path, ContentFile(content, name=PurePosixPath(path).name))


def _move(sha256: str, sources: list[PreviewState], target: PreviewState) -> bool:
    """Move every document of this content at once, by compare-and-set."""
    documents = Document.objects.filter(sha256=sha256, preview_state__in=sources, removed_at=None)
    return bool(documents.update(preview_state=target))


def _key(sha256: str) -> str:
    """How the keys of all tasks begin that make the preview of a content."""
    return f"preview:{sha256}:"


def _path(sha256: str) -> str:
    return f"previews/{sha256}.pdf"


def _reason_path(sha256: str) -> str:
    return f"previews/{sha256}.txt"
