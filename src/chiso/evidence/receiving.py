"""Files over a bad line (tải lên từng phần): what has arrived stays when the line is lost, and goes on from there.

The core of the tus protocol 1.0: an upload is begun, asked how far it is, and sent on from there. A piece counts once
its bytes lie in the storage and the row says so, in one transaction; whoever sends it second is told the true offset.
The last piece puts the file together, checks it against the checksum given at the start, and hands it to an action,
which alone decides and is audited. Views: `assessments.views.uploads`.
"""

import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from chiso.common.prepared import Prepared
from chiso.common.refusals import RuleViolation
from chiso.evidence import unfit
from chiso.evidence.models import Upload
from chiso.evidence.reading import Refusal, kinds
from chiso.evidence.storing import check_size, clean_name
from chiso.organizations.models import Unit, User

SMALLEST_PIECE = 64 * 1024
"""Only the last piece may be smaller, so that nobody leaves millions of files behind."""
LARGEST_PIECE = 1024 * 1024
KEPT = timedelta(days=3)
_FOLDER = "uploads"
_UNFINISHED = Q(received__lt=F("size")) | Q(pieces__gt=0)
Kept = TypeVar("Kept")


class OutOfStep(Exception):
    """The piece does not begin where the last one ended; nothing was kept."""


class UnfitPiece(Exception):
    """The piece is empty, too small, too large or runs past the end of the file; nothing was kept."""


@dataclass(frozen=True)
class Unfinished:
    """What a person sees of an upload that broke off: choose the file again, and it goes on."""

    key: str
    name: str
    percent: int


def begin(unit: Unit, by: User, at: datetime, *, purpose: str, name: str, size: int, checksum: str) -> Upload:
    """Begin to receive a file, or find it where it broke off: same person, same purpose, same content.

    `checksum` is the CRC-32 of the content, eight hex digits. Raises `RuleViolation` as `storing.store` would for the
    size, and when the person left too many others unfinished.
    """
    name = clean_name(name)
    check_size(name, size)
    same = {"by": by, "purpose": purpose, "fingerprint": f"{size}-{checksum}"}
    found = Upload.objects.filter(**same).first()
    if found is None:
        _require_room(by)
        start = {"unit": unit, "key": uuid4().hex, "name": name, "size": size, "started_at": at, "touched_at": at}
        found, _is_new = Upload.objects.get_or_create(**same, defaults=start)
    elif is_finished(found):  # It was sent, taken off, and comes once more.
        again = Upload.objects.filter(pk=found.pk, received=F("size"), pieces=0)
        again.update(received=0, name=name, started_at=at, touched_at=at)
        found.refresh_from_db()
    return found


def _require_room(by: User) -> None:
    limit: int = settings.EVIDENCE_UNFINISHED_MAX
    if Upload.objects.filter(_UNFINISHED, by=by).count() >= limit:
        raise RuleViolation(
            _("Bạn còn %(count)d tệp đang tải lên dở. Hãy tải tiếp hoặc hủy bớt rồi tải tệp khác.") % {"count": limit}
        )


def upload_of(by: User, key: str) -> Upload | None:
    """The upload with this key, if it is this person's."""
    return Upload.objects.select_related("unit").filter(by=by, key=key).first()


def unfinished(by: User, purpose: str) -> list[Unfinished]:
    """What this person began for a purpose and did not finish, latest first (one query)."""
    rows = _broken_off.rows(by=by.pk, purpose=purpose)
    return [Unfinished(row.key, row.name, 100 * row.received // row.size) for row in rows]


@Prepared
def _broken_off(*, by: int, purpose: str) -> QuerySet[Upload]:
    return Upload.objects.filter(_UNFINISHED, by=by, purpose=purpose).order_by("-touched_at", "-pk")


def is_finished(upload: Upload) -> bool:
    """Whether the file was taken; the row stays a while, for a browser that missed the answer."""
    return upload.received == upload.size and upload.pieces == 0


def append(upload: Upload, offset: int, piece: bytes, at: datetime) -> None:
    """Keep one piece, which must begin at what has arrived. No bytes at the end of a whole file change nothing.

    Raises `RuleViolation` when the first piece shows a kind that is not accepted: the rest need not use the line.
    """
    end = offset + len(piece)
    if offset != upload.received:
        raise OutOfStep
    if not piece and offset == upload.size:
        return
    smallest = SMALLEST_PIECE if end < upload.size else 1
    if not smallest <= len(piece) <= LARGEST_PIECE or end > upload.size:
        raise UnfitPiece
    if offset == 0 and isinstance(kind := kinds.kind_of(piece[: kinds.START]), Refusal):
        raise unfit.unfit(upload.name, kind)
    with transaction.atomic():
        # Two tabs may send the same piece: one of them moves the row, the other waits here and finds it moved.
        free = Upload.objects.filter(pk=upload.pk, received=offset, pieces=upload.pieces)
        if not free.update(received=end, pieces=F("pieces") + 1, touched_at=at):
            raise OutOfStep
        _write(_path(upload.key, upload.pieces), piece)
    upload.received, upload.pieces, upload.touched_at = end, upload.pieces + 1, at


def _path(key: str, number: int) -> str:
    return f"{_FOLDER}/{key}/{number:05d}"


def _write(path: str, piece: bytes) -> None:
    if default_storage.exists(path):
        default_storage.delete(path)  # Left by a process that died before its transaction was through.
    default_storage.save(path, ContentFile(piece))


def finish(upload: Upload, keep: Callable[[File[bytes]], Kept]) -> Kept | None:
    """Give the whole file to `keep`, once, and remove the pieces; None when another request did so before.

    When `keep` refuses, the pieces are removed too: what was refused is not left lying about. Raises
    `Upload.DoesNotExist` when another request was refused meanwhile.
    """
    if is_finished(upload):
        return None
    ours = Upload.objects.filter(pk=upload.pk, received=F("size"), pieces=upload.pieces)
    try:
        with _whole(upload) as file, transaction.atomic():
            is_ours = ours.update(pieces=0)
            kept = keep(file) if is_ours else None
    except (RuleViolation, PermissionDenied):
        is_ours = ours.delete()[0]
        if is_ours:
            _remove_pieces(upload.key)
            raise
        kept = None
    if is_ours:
        _remove_pieces(upload.key)
    else:
        upload.refresh_from_db()
    return kept


@contextmanager
def _whole(upload: Upload) -> Iterator[File[bytes]]:
    checksum = 0
    with TemporaryUploadedFile(upload.name, "", upload.size, None) as file:
        with suppress(FileNotFoundError):  # A missing piece shows in the checksum.
            for number in range(upload.pieces):
                with default_storage.open(_path(upload.key, number)) as piece:
                    content = piece.read()
                checksum = zlib.crc32(content, checksum)
                file.write(content)
        if upload.fingerprint != f"{file.tell()}-{checksum:08x}":
            raise RuleViolation(
                _("Tệp “%(name)s” đến nơi không nguyên vẹn nên không được nhận. Hãy chọn lại tệp và tải từ đầu.")
                % {"name": upload.name}
            )
        file.seek(0)
        yield file


def discard(upload: Upload) -> None:
    """Forget an upload and what has arrived of it."""
    Upload.objects.filter(pk=upload.pk).delete()
    _remove_pieces(upload.key)


def _remove_pieces(key: str) -> None:
    folder = f"{_FOLDER}/{key}"
    with suppress(FileNotFoundError):
        for name in default_storage.listdir(folder)[1]:
            default_storage.delete(f"{folder}/{name}")
    with suppress(OSError):  # A store of objects has no folders, and a late piece keeps this one until next time.
        default_storage.delete(folder)


def prune(at: datetime) -> int:
    """Remove what nobody sent on for three days, and pieces that a broken process left without a row."""
    old = Upload.objects.filter(touched_at__lte=at - KEPT).delete()[0]
    with suppress(FileNotFoundError):
        # The folders first: a row is always there before its folder.
        folders = [name for name in default_storage.listdir(_FOLDER)[0] if re.fullmatch(r"[0-9a-f]{32}", name)]
        alive = set(Upload.objects.filter(_UNFINISHED).values_list("key", flat=True))
        for key in set(folders) - alive:
            _remove_pieces(key)
    return old
