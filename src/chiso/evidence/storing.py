"""Check an upload by its content, not its name, and keep it byte for byte."""

import hashlib
import unicodedata
from contextlib import suppress
from datetime import datetime
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.validators import URLValidator
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chiso.common.numbers import format_number
from chiso.common.refusals import RuleViolation
from chiso.evidence import losing, reader, unfit
from chiso.evidence.choices import Kind
from chiso.evidence.models import Document, path_of
from chiso.evidence.reading import Reading, Refusal, kinds
from chiso.evidence.tasks import queue_reading
from chiso.organizations.models import Unit, User

PDF = kinds.PDF
IMAGES = frozenset({kinds.PNG, kinds.JPEG})
_ENVELOPES = frozenset({kinds.ZIP, kinds.OLE})
_CHUNK = 1024 * 1024
_LONGEST_URL = 500


def store(unit: Unit, file: File[bytes], by: User, at: datetime) -> Document:
    """Keep one file for a unit; the same content again gives the document that is already there.

    Runs inside the transaction of the action that received the file. Raises `RuleViolation` naming the file
    when it is empty, too big, of a kind that is not accepted, or bears the mark of a state secret: then nothing of it
    is kept. What it says of itself is read within a second; what is left, in the background.
    """
    name = clean_name(file.name or "")
    check_size(name, file.size)
    kind = _kind_of(file)
    if isinstance(kind, Refusal):
        raise unfit.unfit(name, kind)
    sha256 = _digest(file)
    known = _known(unit, sha256, name)
    if known:
        _kept(file, sha256)  # Bytes that were lost come back with it.
        losing.note_found(known, at)
        return known
    reading = reader.read_quickly(file)
    media_type = _accepted(name, kind, reading, at)
    document = Document(
        unit=unit,
        name=name,
        media_type=media_type,
        size=file.size,
        sha256=sha256,
        content=_kept(file, sha256),
        uploaded_by=by,
        uploaded_at=at,
        reading=reading.to_json(),
        read_at=at,
    )
    if not _saved(document):
        return Document.objects.get(unit=unit, sha256=sha256)
    if not reading.is_finished:
        queue_reading(document)
    return document


def store_link(unit: Unit, url: str, title: str, by: User, at: datetime) -> Document:
    """Keep the address of a page as evidence; the same address again gives the document that is already there."""
    url = _checked_url(url)
    sha256 = hashlib.sha256(url.encode()).hexdigest()
    known = _known(unit, sha256, url)
    if known:
        return known
    name = " ".join(title.split())[:200] or url.split("://", 1)[1][:200]
    document = Document(unit=unit, kind=Kind.LINK, name=name, url=url, sha256=sha256, uploaded_by=by, uploaded_at=at)
    return document if _saved(document) else Document.objects.get(unit=unit, sha256=sha256)


def new_revision(old: Document, new: Document) -> None:
    """Note that `new` takes the place of `old` (bản thay thế); no action of its own, so call it inside one."""
    if old.unit_id != new.unit_id:
        raise RuleViolation(_("Hai tài liệu không cùng một đơn vị nên không thay cho nhau được."))
    if old.pk == new.pk:
        raise RuleViolation(
            _("Tệp vừa chọn trùng nội dung với tài liệu đang có nên không phải bản thay thế. Hãy chọn đúng tệp mới.")
        )
    if new.replaces_id not in (None, old.pk):
        raise RuleViolation(_("Tài liệu này đã là bản thay thế của một tài liệu khác."))
    if _descends_from(old, new):
        raise RuleViolation(_("Tệp vừa chọn là bản cũ hơn của chính tài liệu này. Hãy chọn đúng tệp mới."))
    Document.objects.filter(pk=new.pk).update(replaces=old)
    new.replaces = old


def _descends_from(document: Document, ancestor: Document) -> bool:
    seen = set()
    step = document.replaces
    while step is not None and step.pk not in seen:
        if step.pk == ancestor.pk:
            return True
        seen.add(step.pk)
        step = step.replaces
    return False


def _known(unit: Unit, sha256: str, name: str) -> Document | None:
    """The unit's own document of this content; refused when it was removed, or is withheld, anywhere."""
    own = None
    for document in Document.objects.filter(sha256=sha256):
        if document.removed_at is not None or document.is_withheld:
            raise unfit.removed(name)
        if document.unit_id == unit.pk:
            own = document
    return own


def _accepted(name: str, kind: str, reading: Reading, at: datetime) -> str:
    """The media type of what is taken; refused what is not."""
    if reading.refusal:
        raise unfit.unfit(name, reading.refusal)
    if reading.secret:
        raise unfit.secret(name, reading, at)
    if kind not in _ENVELOPES:
        return kind
    if not reading.media_type:
        raise unfit.unopened(name)
    return reading.media_type


def _saved(document: Document) -> bool:
    """Insert; False when another request has just stored the same content for the unit."""
    try:
        with transaction.atomic():
            document.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _checked_url(url: str) -> str:
    url = url.strip()
    try:
        URLValidator(schemes=["http", "https"])(url)
        parts = urlsplit(url)
    except (ValidationError, ValueError):
        parts = None
    if parts is None or not parts.hostname or parts.username or parts.password:
        raise RuleViolation(
            _("Liên kết chưa đúng. Hãy chép cả địa chỉ trang, bắt đầu bằng https:// hoặc http://, không kèm mật khẩu.")
        )
    if len(url) > _LONGEST_URL:
        raise RuleViolation(
            _("Liên kết dài quá %(limit)d ký tự. Hãy dùng địa chỉ ngắn hơn hoặc tải tệp lên.") % {"limit": _LONGEST_URL}
        )
    return url


def _kept(file: File[bytes], sha256: str) -> str:
    """Where the bytes lie. Two units may hold the same content: the bytes are shared, the documents are not."""
    path = path_of(sha256)
    if default_storage.exists(path):
        with suppress(OSError):  # A disk that cannot read it any more may still take it anew.
            if default_storage.size(path) == file.size and digest_at(path) == sha256:
                return path
        default_storage.delete(path)  # Broken off while written, or altered since; these are the whole bytes.
    file.seek(0)
    saved = default_storage.save(path, file)
    if saved != path:  # Another request was keeping the same content: beside it, nobody would find it to erase it.
        default_storage.delete(saved)
    return path


def clean_name(name: str) -> str:
    """The file's own name, Vietnamese letters kept (NFC), without folders or control characters, 150 at most."""
    plain = unicodedata.normalize("NFC", PurePosixPath(name.replace("\\", "/")).name)
    plain = "".join(character for character in plain if character.isprintable()).strip()
    stem, dot, suffix = plain.rpartition(".")
    return f"{stem[:140]}{dot}{suffix[:9]}" if stem else plain[:150] or _("không tên")


def check_size(name: str, size: int) -> None:
    """Refuse an empty or oversized file, also before it is sent (`receiving.begin`)."""
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
    """PDF or image, by the first bytes; None for everything else, packages included."""
    kind = _kind_of(file)
    return None if isinstance(kind, Refusal) or kind in _ENVELOPES else kind


def _kind_of(file: File[bytes]) -> str | Refusal:
    file.seek(0)
    start = file.read(kinds.START)
    file.seek(0)
    return kinds.kind_of(start)


def digest_at(path: str) -> str:
    """The SHA-256 of what lies at a place of the storage."""
    with default_storage.open(path) as file:
        return _digest(file)


def _digest(file: File[bytes]) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    while block := file.read(_CHUNK):
        digest.update(block)
    return digest.hexdigest()
