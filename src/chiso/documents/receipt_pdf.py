"""The receipt as PDF: made in the background from the Word file, kept by what it says.

A page never converts: it asks once, then says whether the file is there, is being made, or why it could not be made.
"""

import hashlib
from datetime import datetime
from enum import StrEnum

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from django_tasks import task

from chiso.background.fate import Fate, fate_of
from chiso.background.once import enqueue_once
from chiso.common.office import ConversionFailed, ConverterMissing, to_pdf
from chiso.documents.receipt import ReceiptDocument, build

_FOLDER = "receipts"


class Making(StrEnum):
    """How far the PDF is."""

    NOT_ASKED = "not_asked"
    PENDING = "pending"
    READY = "ready"
    FAILED = "failed"


def path_of(document: ReceiptDocument) -> str:
    """Where the PDF lies: under its receipt, named by its words, which change when a document is removed."""
    words = hashlib.sha256(repr(document).encode()).hexdigest()
    return f"{_FOLDER}/{document.receipt.code}/{words[:16]}.pdf"


def ask_for_pdf(document: ReceiptDocument, at: datetime) -> None:
    """Have the PDF made, unless it is there or under way; after a failure, once more."""
    path = path_of(document)
    if how_far(path) in (Making.READY, Making.PENDING):
        return
    for suffix in ("txt", "docx"):
        _remove(_beside(path, suffix))
    default_storage.save(_beside(path, "docx"), ContentFile(build(document)))
    enqueue_once(make_pdf, f"{_key(path)}{at:%Y%m%d%H%M%S}", path)


def how_far(path: str) -> Making:
    """Ask the storage; while the PDF is on its way, also whether its task still is."""
    making = _kept(path)
    if making == Making.PENDING and fate_of(_key(path))[0] != Fate.UNDER_WAY:
        making = _kept(path)  # It may have come to its end just now.
        return Making.FAILED if making == Making.PENDING else making
    return making


def _kept(path: str) -> Making:
    for suffix, making in (("pdf", Making.READY), ("txt", Making.FAILED), ("docx", Making.PENDING)):
        if default_storage.exists(_beside(path, suffix)):
            return making
    return Making.NOT_ASKED


def why_failed(path: str) -> str:
    """The sentence that the converter left, or that the task broke off."""
    if not default_storage.exists(_beside(path, "txt")):
        return _("Việc tạo tệp PDF bị gián đoạn giữa chừng. Hãy tạo lại, hoặc tải tệp Word.")
    with default_storage.open(_beside(path, "txt")) as file:
        return str(file.read().decode())


@task()
def make_pdf(path: str) -> str:
    """Convert the Word file that lies beside `path`; a second run finds it gone and does nothing."""
    source = _beside(path, "docx")
    if not default_storage.exists(source):
        return path
    with default_storage.open(source) as file:
        content = file.read()
    try:
        made, suffix = to_pdf(content), "pdf"
    except (ConversionFailed, ConverterMissing) as error:
        made, suffix = str(error).encode(), "txt"
    _forget_others(path)
    default_storage.save(_beside(path, suffix), ContentFile(made))
    _remove(source)
    return path


def _forget_others(path: str) -> None:
    """An earlier PDF of the receipt may name what was removed since."""
    folder = path.rpartition("/")[0]
    for name in default_storage.listdir(folder)[1]:
        if name.endswith((".pdf", ".txt")):
            _remove(f"{folder}/{name}")


def _key(path: str) -> str:
    """How the keys of all tasks begin that make the PDF."""
    return f"pdf:{path}:"


def _beside(path: str, suffix: str) -> str:
    return f"{path.removesuffix('pdf')}{suffix}"


def _remove(path: str) -> None:
    if default_storage.exists(path):
        default_storage.delete(path)
