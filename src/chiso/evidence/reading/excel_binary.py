"""The texts of an Excel 97-2003 workbook: the table of shared strings, headers and footers ([MS-XLS] 2.4.265).

By hand, because a crafted file makes calamine ask for all the memory there is.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from chiso.evidence.reading.clock import Budget
from chiso.evidence.reading.lines import printed_heading
from chiso.evidence.reading.word_binary import LockedText

_FILE_PASS, _BOUND_SHEET, _STRINGS, _CONTINUE = 0x002F, 0x0085, 0x00FC, 0x003C
_HEADER, _FOOTER = 0x0014, 0x0015
_MACRO_SHEET = 0x01
_WIDE, _EXTENDED, _FORMATTED = 0x01, 0x04, 0x08
_MOST_RECORDS = 2_000_000
_MOST_STRINGS = 500_000


class MacroSheet(Exception):
    """The workbook has a sheet of Excel 4.0 macros."""


def workbook_texts(content: bytes, budget: Budget) -> list[str]:
    """Cells, headers and footers, as texts; numbers say nothing here."""
    strings: list[bytes] = []
    heads: list[str] = []
    before = 0
    for count, (kind, body) in enumerate(_records(content)):
        if count % 5000 == 0:
            budget.check()
        _refuse_locked_and_macros(kind, body)
        if kind == _STRINGS or (kind == _CONTINUE and before == _STRINGS):
            strings.append(body)
            kind = _STRINGS
        elif kind in (_HEADER, _FOOTER) and len(body) > 3:
            heads.append(printed_heading(_SharedStrings([body]).text()))
        before = kind
    return [*(_SharedStrings(strings).texts(budget) if strings else ()), *heads]


def _refuse_locked_and_macros(kind: int, body: bytes) -> None:
    if kind == _FILE_PASS:
        raise LockedText
    if kind == _BOUND_SHEET and len(body) > 5 and body[5] == _MACRO_SHEET:
        raise MacroSheet


def _records(content: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    for _count in range(_MOST_RECORDS):
        if at + 4 > len(content):
            return
        kind, length = struct.unpack_from("<HH", content, at)
        if not kind and not length:  # The rest of the stream is padding.
            return
        yield kind, content[at + 4 : at + 4 + length]
        at += 4 + length


class _SharedStrings:
    """Strings that run over the borders of records; the letters after a border say anew whether they are wide."""

    def __init__(self, parts: list[bytes]) -> None:
        self._parts = parts
        self._part = 0
        self._at = 0

    def texts(self, budget: Budget) -> Iterator[str]:
        (count,) = struct.unpack("<4xI", self._take(8))
        for number in range(min(count, _MOST_STRINGS)):
            if number % 2000 == 0:
                budget.check()
            if self._is_over():
                return
            yield self.text()

    def text(self) -> str:
        length, flags = struct.unpack("<HB", self._take(3))
        runs = struct.unpack("<H", self._take(2))[0] if flags & _FORMATTED else 0
        extra = struct.unpack("<I", self._take(4))[0] if flags & _EXTENDED else 0
        letters = self._letters(length, wide=bool(flags & _WIDE))
        self._skip(4 * runs + extra)
        return letters

    def _letters(self, length: int, *, wide: bool) -> str:
        pieces = []
        while length > 0:
            if not self._left():
                self._next()
                wide = bool(self._take(1)[0] & _WIDE)
            width = 2 if wide else 1
            count = min(length, self._left() // width)
            if not count:
                raise ValueError("half a letter")
            pieces.append(self._take(count * width).decode("utf-16-le" if wide else "latin-1", "replace"))
            length -= count
        return "".join(pieces)

    def _left(self) -> int:
        return len(self._parts[self._part]) - self._at

    def _is_over(self) -> bool:
        return not self._left() and self._part + 1 >= len(self._parts)

    def _next(self) -> None:
        if self._part + 1 >= len(self._parts):
            raise ValueError("the strings end too early")
        self._part, self._at = self._part + 1, 0

    def _take(self, count: int) -> bytes:
        taken = b""
        while count > len(taken):
            if not self._left():
                self._next()
            block = self._parts[self._part][self._at : self._at + count - len(taken)]
            self._at += len(block)
            taken += block
        return taken

    def _skip(self, count: int) -> None:
        while count > 0:
            if not self._left():
                self._next()
            step = min(count, self._left())
            self._at += step
            count -= step
