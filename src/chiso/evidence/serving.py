"""Hand a document back: inline only what a browser shows safely, everything else as a download.

Pages of a large PDF come by ranges, and what a browser has already is not sent again: lines are slow.
"""

import re
from collections.abc import Iterator
from typing import IO

from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from chiso.evidence import losing
from chiso.evidence.choices import Kind
from chiso.evidence.models import Document
from chiso.evidence.storing import IMAGES, PDF
from chiso.organizations import clock

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_BLOCK = 256 * 1024
_GONE, _NOT_FOUND, _NO_MORE, _PARTIAL, _UNCHANGED = 410, 404, 416, 206, 304


def is_shown_inline(document: Document) -> bool:
    return document.media_type == PDF or document.media_type in IMAGES


def respond_with(request: HttpRequest, document: Document, *, download: bool = False) -> HttpResponseBase:
    """The content, or a page that says why it cannot be given. A link leads to its address."""
    if document.removed_at is not None:
        return _unavailable(
            request,
            _GONE,
            _("Nội dung tài liệu này đã được gỡ theo quy định bảo vệ bí mật nhà nước. Chỉ còn lưu vết việc gỡ."),
        )
    if document.kind == Kind.LINK:
        return HttpResponseRedirect(document.url)
    if document.is_withheld:
        return _unavailable(
            request,
            _GONE,
            _(
                "Tài liệu này có dấu chỉ độ mật nên tạm giữ, không ai mở được. "
                "Cơ quan thường trực sẽ xem xét và gỡ theo quy định bảo vệ bí mật nhà nước."
            ),
        )
    try:
        content = default_storage.open(document.content.name or "")
    except (OSError, ValueError):
        losing.note_missing(document, clock.now())
        return _unavailable(request, _NOT_FOUND, losing.words())
    losing.note_found(document, clock.now())
    inline = is_shown_inline(document) and not download
    return respond_with_content(
        request, content, document.name, document.media_type, tag=document.sha256, inline=inline
    )


def respond_with_content(
    request: HttpRequest, content: IO[bytes], name: str, media_type: str, *, tag: str, inline: bool
) -> HttpResponseBase:
    """Any stored file, whole or the part asked for; `tag` names the content, and never means another."""
    etag = f'"{tag}"'
    known = [one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")]
    if etag in known:  # A proxy that packs pages marks the tag as weak.
        content.close()
        response: HttpResponseBase = HttpResponse(status=_UNCHANGED)
    else:
        response = _whole_or_part(request, content, etag)
        response.headers["Content-Type"] = media_type
        response.headers["Content-Disposition"] = content_disposition_header(not inline, name) or "inline"
    response.headers["ETag"] = etag
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Content-Encoding"] = "identity"  # Packed on the way, the ranges would be of something else.
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = _rights(media_type)
    response.headers["Cache-Control"] = "private, max-age=0, must-revalidate"
    return response


def _rights(media_type: str) -> str:
    """Nothing inside a document may run, load or be framed elsewhere."""
    if media_type == PDF:
        # Browsers refuse to draw a sandboxed PDF; the viewer itself runs none of the page's rights.
        return "default-src 'none'; frame-ancestors 'self'"
    return "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def _whole_or_part(request: HttpRequest, content: IO[bytes], etag: str) -> HttpResponseBase:
    size = content.seek(0, 2)
    asked = _asked_range(request, size, etag)
    if asked is not None and not asked:
        content.close()
        return HttpResponse(status=_NO_MORE, headers={"Content-Range": f"bytes */{size}"})
    first, length = (asked.start, len(asked)) if asked else (0, size)
    response = StreamingHttpResponse(_Part(content, first, length))
    response.headers["Content-Length"] = str(length)
    if asked:
        response.status_code = _PARTIAL
        response.headers["Content-Range"] = f"bytes {first}-{first + length - 1}/{size}"
    return response


def _asked_range(request: HttpRequest, size: int, etag: str) -> range | None:
    """The bytes asked for; None for the whole file, empty when there are no such bytes. One range, not many."""
    if request.method != "GET":  # HEAD asks about the whole file.
        return None
    match = _RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    if not match or request.headers.get("If-Range", etag) != etag or match[0] == "bytes=-":
        return None
    if not match[1]:
        return range(max(size - int(match[2][:18]), 0), size)
    first = int(match[1][:18])
    last = min(int(match[2][:18]), size - 1) if match[2] else size - 1
    if match[2] and int(match[2][:18]) < first:
        return None
    return range(first, last + 1)


class _Part:
    """Some bytes of an open file, block by block; the response closes it, read or not."""

    def __init__(self, content: IO[bytes], first: int, length: int) -> None:
        self._content = content
        self._left = length
        content.seek(first)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        block = self._content.read(min(_BLOCK, self._left)) if self._left else b""
        if not block:
            raise StopIteration
        self._left -= len(block)
        return block

    def close(self) -> None:
        self._content.close()


def _unavailable(request: HttpRequest, status: int, reason: str) -> HttpResponse:
    return render(request, "evidence/unavailable.html", {"reason": reason}, status=status)
