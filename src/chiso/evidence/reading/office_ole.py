"""DOC, XLS and PPT, and Office files behind a password: OLE2 by olefile. Runs in the reading process only."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import olefile

from chiso.evidence.reading import kinds
from chiso.evidence.reading.clock import Budget, OutOfTime
from chiso.evidence.reading.excel_binary import MacroSheet, workbook_texts
from chiso.evidence.reading.lines import split
from chiso.evidence.reading.result import FindingCode, Refusal
from chiso.evidence.reading.sheet import Sheet
from chiso.evidence.reading.word_binary import LockedText, word_text

_STREAMS = (
    ("WordDocument", kinds.DOC),
    ("Workbook", kinds.XLS),
    ("Book", kinds.XLS),
    ("PowerPoint Document", kinds.PPT),
)
_MACROS = frozenset({"macros", "_vba_project_cur", "vba", "_vba_project"})
MOST_OF_A_STREAM = 64 * 1024 * 1024
_MOST_RECORDS = 500_000
# olefile and struct meet anything in a broken file; whatever they stumble over, the file is what is wrong.
_TROUBLE: tuple[type[Exception], ...] = (
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    AssertionError,
    struct.error,
)


def read_ole(path: Path, budget: Budget) -> Sheet | Refusal:
    """Read an older Office file, or say why it is not accepted."""
    try:
        with olefile.OleFileIO(str(path)) as package:
            return _read(package, budget)
    except _TROUBLE:
        return Refusal.UNKNOWN


def _read(package: olefile.OleFileIO, budget: Budget) -> Sheet | Refusal:
    if _has_macros(package):
        return Refusal.MACROS
    if package.exists("EncryptedPackage"):
        sheet = Sheet(kinds.LOCKED_OFFICE, complete=True)
        sheet.find(FindingCode.ENCRYPTED)
        return sheet
    stream, media_type = next(((name, kind) for name, kind in _STREAMS if package.exists(name)), ("", ""))
    if not media_type:
        return Refusal.UNKNOWN
    sheet = Sheet(media_type, complete=True)
    try:
        lines = _lines(package, stream, media_type, budget)
    except LockedText:
        sheet.find(FindingCode.ENCRYPTED)
    except OutOfTime:
        sheet.complete = False
    except _TROUBLE:
        sheet.find(FindingCode.DAMAGED)
    else:
        return lines if isinstance(lines, Refusal) else _with_lines(sheet, lines)
    return sheet


def _has_macros(package: olefile.OleFileIO) -> bool:
    entries = package.listdir(streams=True, storages=True)
    return any(part.lower() in _MACROS for entry in entries for part in entry)


def _with_lines(sheet: Sheet, lines: list[str]) -> Sheet:
    sheet.take_letterhead(lines)
    sheet.look_for_secret(lines, None, first=True)
    if not lines:
        sheet.find(FindingCode.EMPTY)
    return sheet


def _lines(package: olefile.OleFileIO, stream: str, media_type: str, budget: Budget) -> list[str] | Refusal:
    content = _content(package, stream)
    if media_type == kinds.DOC:
        return split(word_text(content, lambda name: _content(package, name)))
    if media_type == kinds.PPT:
        return _slide_lines(content, package, budget)
    try:
        return [line for text in workbook_texts(content, budget) for line in split(text)]
    except MacroSheet:
        return Refusal.MACROS


def _content(package: olefile.OleFileIO, name: str) -> bytes:
    with package.openstream(name) as stream:
        content: bytes = stream.read(MOST_OF_A_STREAM)
    return content


_TEXT_WIDE, _TEXT_NARROW, _MACRO_INFO, _LOCKED_DOCUMENT = 0x0FA0, 0x0FA8, 0x03FF, 0x2F14
_IS_CONTAINER = 0x0F


def _slide_lines(content: bytes, package: olefile.OleFileIO, budget: Budget) -> list[str] | Refusal:
    """Texts of a slide show."""
    if package.exists("EncryptedSummary"):
        raise LockedText
    lines: list[str] = []
    for kind, body in _slide_records(content, budget):
        if kind == _LOCKED_DOCUMENT:
            raise LockedText
        if kind == _MACRO_INFO:
            return Refusal.MACROS
        if kind in (_TEXT_WIDE, _TEXT_NARROW):
            lines += split(body.decode("utf-16-le" if kind == _TEXT_WIDE else "latin-1", "replace"))
    return lines


def _slide_records(content: bytes, budget: Budget) -> Iterator[tuple[int, bytes]]:
    """Record by record; containers are walked into."""
    at = 0
    for count in range(_MOST_RECORDS):
        if at + 8 > len(content):
            return
        if count % 1000 == 0:
            budget.check()
        version, kind, length = struct.unpack_from("<HHI", content, at)
        at += 8
        is_container = version & _IS_CONTAINER == _IS_CONTAINER
        yield kind, b"" if is_container else content[at : at + length]
        at += 0 if is_container else length
