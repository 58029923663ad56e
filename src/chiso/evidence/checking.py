"""`chiso check-files`: do all documents lie in the storage as they were received, byte for byte? Nothing is changed.

A large storage takes hours, and people go on working: the database is asked in between, never held.
"""

from collections.abc import Iterator
from typing import TextIO

from django.core.files.storage import default_storage
from django.db.models import QuerySet

from chiso.common.numbers import format_number
from chiso.evidence.choices import Kind
from chiso.evidence.models import Document
from chiso.evidence.storing import digest_at

MISSING, ALTERED = "mất tệp", "tệp bị sửa"
_AT_ONCE = 500


def run_check(out: TextIO) -> int:
    """Name every document whose file is missing or altered, never by its file name; 0 when all are whole, else 1."""
    count = broken = 0
    for path, sha256 in _files():
        count += 1
        if wrong := _wrong(path, sha256):
            held = _stored().filter(sha256=sha256, content=path).select_related("unit").order_by("pk")
            lines = [f"{wrong}: {path} (tài liệu số {one.pk}, {one.unit})\n" for one in held]
            broken += bool(lines)  # Else its content was removed just now.
            out.writelines(lines)
    if broken:
        out.write(
            f"{format_number(broken)}/{format_number(count)} tệp không còn nguyên vẹn. Hãy chép các tệp ấy từ bản "
            "sao lưu vào thư mục “files” của thư mục dữ liệu, rồi chạy lại lệnh này.\n"
        )
        return 1
    out.write(f"{format_number(count)} tệp đều còn, đúng mã băm SHA-256.\n")
    return 0


def _files() -> Iterator[tuple[str, str]]:
    """Place and hash of every file, in the order of the hashes: units that hold the same content share one."""
    after = ""
    while True:
        known = _stored().filter(sha256__gt=after).order_by("sha256").values_list("sha256", flat=True)
        hashes = list(known.distinct()[:_AT_ONCE])
        if not hashes:
            return
        places = _stored().filter(sha256__in=hashes).order_by("sha256", "content").values_list("content", "sha256")
        yield from list(places.distinct())
        after = hashes[-1]


def _stored() -> QuerySet[Document]:
    return Document.objects.filter(kind=Kind.FILE, removed_at=None)


def _wrong(path: str, sha256: str) -> str:
    try:
        if not default_storage.exists(path):
            return MISSING
        return "" if digest_at(path) == sha256 else ALTERED
    except (OSError, ValueError):  # There is something, and it cannot be read.
        return MISSING
