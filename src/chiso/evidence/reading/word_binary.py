"""The text of a Word 97-2003 file, by its table of pieces ([MS-DOC] 2.4.1)."""

from __future__ import annotations

import struct
from collections.abc import Callable

_FLAGS, _IS_LOCKED, _TABLE_ONE = 0x0A, 0x0100, 0x0200
_CLX = 0x01A2
_PIECES, _PROPERTIES = 0x02, 0x01
_NARROW = 1 << 30
_MOST_PIECES = 50_000
_BREAKS = dict.fromkeys((0x07, 0x0B, 0x0C, 0x0D, 0x0E), "\n") | {0x09: " ", 0xA0: " "}
_FIELD_BEGIN, _FIELD_TEXT, _FIELD_END = "\x13", "\x14", "\x15"


class LockedText(Exception):
    """The text is behind a password."""


def word_text(document: bytes, stream: Callable[[str], bytes]) -> str:
    """All text of the file: body, headers, notes, text boxes, in the order of the file."""
    (flags,) = struct.unpack_from("<H", document, _FLAGS)
    if flags & _IS_LOCKED:
        raise LockedText
    table = stream("1Table" if flags & _TABLE_ONE else "0Table")
    start, length = struct.unpack_from("<II", document, _CLX)
    return _without_fields(_pieces(document, table[start : start + length])).translate(_BREAKS)


def _pieces(document: bytes, clx: bytes) -> str:
    at = 0
    while at < len(clx) and clx[at] == _PROPERTIES:
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    if at >= len(clx) or clx[at] != _PIECES:
        raise ValueError("clx")
    (length,) = struct.unpack_from("<I", clx, at + 1)
    table = clx[at + 5 : at + 5 + length]
    count = min((len(table) - 4) // 12, _MOST_PIECES)
    ends = struct.unpack_from(f"<{count + 1}I", table)
    texts = []
    for n in range(count):
        (offset,) = struct.unpack_from("<I", table, 4 * (count + 1) + 8 * n + 2)
        letters = max(ends[n + 1] - ends[n], 0)
        if offset & _NARROW:
            begin = (offset & ~_NARROW) // 2
            texts.append(document[begin : begin + letters].decode("cp1252", "replace"))
        else:
            texts.append(document[offset : offset + 2 * letters].decode("utf-16-le", "replace"))
    return "".join(texts)


def _without_fields(text: str) -> str:
    """Only what a field shows, not its instruction (`PAGE`, `HYPERLINK …`)."""
    shown, hidden = [], 0
    for character in text:
        if character == _FIELD_BEGIN:
            hidden += 1
        elif character in (_FIELD_TEXT, _FIELD_END):
            hidden = max(hidden - (character == _FIELD_TEXT or hidden > 0), 0)
        elif not hidden:
            shown.append(character)
    return "".join(shown)
