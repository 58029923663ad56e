"""Check an upload by its content, not its name, and keep it byte for byte."""

import hashlib
import unicodedata
import zipfile
from datetime import datetime
from pathlib import PurePosixPath

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chiso.common.numbers import format_number
from chiso.common.refusals import RuleViolation
from chiso.evidence.models import Document
from chiso.organizations.models import Unit, User

PDF = "application/pdf"
IMAGES = frozenset({"image/png", "image/jpeg"})
_OFFICE = "application/vnd.openxmlformats-officedocument."
_SIGNATURES = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))
_PACKAGES = {
    "word/document.xml": _OFFICE + "wordprocessingml.document",
    "xl/workbook.xml": _OFFICE + "spreadsheetml.sheet",
    "ppt/presentation.xml": _OFFICE + "presentationml.presentation",
}
_CHUNK = 1024 * 1024


def store(unit: Unit, file: File[bytes], by: User, at: datetime) -> Document:
    """Keep one file for a unit; the same content again gives the document that is already there.

    Runs inside the transaction of the action that received the file. Raises `RuleViolation` naming the file
    when it is empty, too big, or of a kind that is not accepted.
    """
    name = clean_name(file.name or "")
    _check_size(name, file.size)
    media_type = media_type_of(file)
    if media_type is None:
        raise RuleViolation(
            _(
                "Tệp “%(name)s” không phải là PDF, ảnh (PNG, JPEG) hoặc tệp Word, Excel, PowerPoint "
                "(docx, xlsx, pptx). Hãy chuyển sang PDF rồi tải lại."
            )
            % {"name": name}
        )
    sha256 = _digest(file)
    document = Document(
        unit=unit,
        name=name,
        media_type=media_type,
        size=file.size,
        sha256=sha256,
        content=_kept(file, sha256),
        uploaded_by=by,
        uploaded_at=at,
    )
    try:
        with transaction.atomic():
            document.save(force_insert=True)
    except IntegrityError:  # Nearly every upload is new content, so nobody looks first.
        return Document.objects.get(unit=unit, sha256=sha256)
    return document


def _kept(file: File[bytes], sha256: str) -> str:
    """Where the bytes lie. Two units may hold the same content: the bytes are shared, the documents are not."""
    path = f"evidence/{sha256[:2]}/{sha256}"
    if default_storage.exists(path):
        if default_storage.size(path) == file.size:
            return path
        default_storage.delete(path)  # A write that broke off left a part of it; these are the whole bytes.
    file.seek(0)
    return default_storage.save(path, file)


def clean_name(name: str) -> str:
    """The file's own name, Vietnamese letters kept (NFC), without folders or control characters, 150 at most."""
    plain = unicodedata.normalize("NFC", PurePosixPath(name.replace("\\", "/")).name)
    plain = "".join(character for character in plain if character.isprintable()).strip()
    stem, dot, suffix = plain.rpartition(".")
    return f"{stem[:140]}{dot}{suffix[:9]}" if stem else plain[:150] or _("không tên")


def _check_size(name: str, size: int) -> None:
    if size == 0:
        raise RuleViolation(_("Tệp “%(name)s” rỗng (0 byte). Hãy chọn lại tệp.") % {"name": name})
    limit: int = settings.EVIDENCE_MAX_BYTES
    if size > limit:
        raise RuleViolation(
            _(
                "Tệp “%(name)s” nặng %(size)s MB, quá giới hạn %(limit)s MB. "
                "Hãy giảm độ phân giải khi quét hoặc chia tệp."
            )
            % {
                "name": name,
                "size": format_number(-(-size // 1_000_000)),
                "limit": format_number(limit // 1_000_000),
            }
        )


def media_type_of(file: File[bytes]) -> str | None:
    """The kind of the content itself, or None when it is none that we accept."""
    file.seek(0)
    start = file.read(16)
    file.seek(0)
    for signature, media_type in _SIGNATURES:
        if start.startswith(signature):
            return media_type
    if start.startswith(b"PK\x03\x04"):
        return _office_type(file)
    return None


def _office_type(file: File[bytes]) -> str | None:
    try:
        with zipfile.ZipFile(file) as package:  # Reads the directory only; nothing is unpacked.
            names = frozenset(package.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    if any(name.endswith("vbaProject.bin") for name in names):
        return None
    return next((media_type for name, media_type in _PACKAGES.items() if name in names), None)


def _digest(file: File[bytes]) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    while block := file.read(_CHUNK):
        digest.update(block)
    return digest.hexdigest()
