"""DOCX, XLSX and PPTX: a ZIP of XML, opened with limits and read as a stream. Runs in the reading process only."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

from chiso.evidence.reading import kinds
from chiso.evidence.reading.clock import Budget, OutOfTime
from chiso.evidence.reading.lines import printed_heading, split
from chiso.evidence.reading.result import FindingCode, Refusal
from chiso.evidence.reading.sheet import Sheet

MOST_MEMBERS = 10_000
MOST_UNPACKED = 1024 * 1024 * 1024
MOST_OF_A_PART = 128 * 1024 * 1024
STEEP = 500
"""A part that shrinks more than so many times, and is large, was made to swell."""
_LARGE = 32 * 1024 * 1024
_BLOCK = 64 * 1024

_MAIN_PARTS = {
    "word/document.xml": kinds.DOCX,
    "xl/workbook.xml": kinds.XLSX,
    "ppt/presentation.xml": kinds.PPTX,
}
_TEXT_PARTS = {
    kinds.DOCX: re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml"),
    kinds.XLSX: re.compile(r"xl/(sharedStrings\.xml|worksheets/[^/]+\.xml|drawings/drawing\d*\.xml)"),
    kinds.PPTX: re.compile(r"ppt/(slides/slide\d+|notesSlides/notesSlide\d+|slideMasters/slideMaster\d+)\.xml"),
}
_PAGE = {
    kinds.XLSX: re.compile(r"xl/worksheets/sheet(\d+)\.xml"),
    kinds.PPTX: re.compile(r"ppt/slides/slide(\d+)\.xml"),
}
_MACROS = re.compile(r"(vbaProject\.bin|vbaData\.xml|macrosheets/.*)$", re.IGNORECASE)
_TROUBLE: tuple[type[Exception], ...] = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    LookupError,
)


class ForbiddenXml(ValueError):
    """The part declares a document type: no Office program writes one, only who wants entities expanded."""


def read_office_xml(path: Path, budget: Budget) -> Sheet | Refusal:
    """Read the text of an Office file, or say why the ZIP is none that is accepted."""
    try:
        with zipfile.ZipFile(path) as package:
            members = package.infolist()
            media_type = _kind(members, package)
            if isinstance(media_type, Refusal):
                return media_type
            sheet = Sheet(media_type)
            _read_parts(package, sheet, budget)
            return sheet
    except _TROUBLE:
        return Refusal.UNKNOWN


def _kind(members: list[zipfile.ZipInfo], package: zipfile.ZipFile) -> str | Refusal:
    names = frozenset(member.filename for member in members)
    if "mimetype" in names and package.open("mimetype").read(100).startswith(b"application/vnd.oasis.opendocument"):
        return Refusal.OPEN_DOCUMENT
    media_type = next((kind for name, kind in _MAIN_PARTS.items() if name in names), None)
    if media_type is None:
        return Refusal.ARCHIVE
    if any(_MACROS.search(name) for name in names) or _declares_macros(package, names):
        return Refusal.MACROS
    return Refusal.SWOLLEN if _is_swollen(members) else media_type


def _declares_macros(package: zipfile.ZipFile, names: frozenset[str]) -> bool:
    """A `.docm` is one also when its macros were moved: Word asks the list of contents, not the names."""
    if "[Content_Types].xml" not in names:
        return False
    with package.open("[Content_Types].xml") as part:
        return b"macroEnabled" in part.read(4 * 1024 * 1024)


def _is_swollen(members: list[zipfile.ZipInfo]) -> bool:
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
        return True
    return any(
        member.file_size > _LARGE and member.file_size > STEEP * max(member.compress_size, 1) for member in members
    )


def _read_parts(package: zipfile.ZipFile, sheet: Sheet, budget: Budget) -> None:
    page_of = _PAGE.get(sheet.media_type)
    parts = sorted(filter(_TEXT_PARTS[sheet.media_type].fullmatch, package.namelist()), key=_reading_order)
    sheet.pages = _stated_pages(package) or (sum(1 for name in parts if page_of.fullmatch(name)) if page_of else None)
    letters = 0
    try:
        for position, name in enumerate(parts):
            match = page_of.fullmatch(name) if page_of else None
            try:
                lines = list(_lines(package, name, budget))
            except _TROUBLE:
                sheet.find(FindingCode.DAMAGED)
                continue
            letters += sum(map(len, lines))
            if position == 0:
                sheet.take_letterhead(lines)
            is_head = position == 0 or "header" in name
            sheet.look_for_secret(lines, int(match[1]) if match else None, first=is_head)
        sheet.complete = True
    except OutOfTime:
        return
    if not letters and not sheet.has(FindingCode.DAMAGED):
        sheet.find(
            FindingCode.IMAGE_ONLY if any("/media/" in name for name in package.namelist()) else FindingCode.EMPTY
        )


def _reading_order(name: str) -> tuple[bool, int, str]:
    """The text first, then in the order of its numbers: slide 2 before slide 10."""
    number = re.search(r"(\d+)\.xml$", name)
    main = not name.endswith("document.xml") and not name.startswith("ppt/slides/")
    return main, int(number[1]) if number else 0, name


def _stated_pages(package: zipfile.ZipFile) -> int | None:
    """Word counts its pages itself; a slide show's and a workbook's are counted here."""
    try:
        with package.open("docProps/app.xml") as part:
            match = re.search(rb"<Pages>(\d{1,5})</Pages>", part.read(_BLOCK))
    except _TROUBLE:
        return None
    return int(match[1]) if match else None


def _lines(package: zipfile.ZipFile, name: str, budget: Budget) -> Iterator[str]:
    """The paragraphs, or cells, of one part."""
    gathered = _Paragraphs()
    taken = 0
    with package.open(name) as part:
        while block := part.read(_BLOCK):
            budget.check()
            taken += len(block)
            if taken > MOST_OF_A_PART:
                raise ValueError(name)
            gathered.feed(block)
            yield from gathered.take()
    gathered.end()
    yield from gathered.take()


class _Paragraphs:
    """Texts by paragraph, whichever of the three vocabularies; a text box inside a paragraph is one of its own."""

    _TEXTS = frozenset({"t", "v"})
    _HEADINGS = re.compile(r"(odd|even|first)(Header|Footer)")

    def __init__(self) -> None:
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.StartElementHandler = self._open
        self._parser.EndElementHandler = self._close
        self._parser.CharacterDataHandler = self._text
        self._open_paragraphs: list[list[str]] = [[]]
        self._inside = False
        self._is_text_cell = False
        self._done: list[str] = []

    def feed(self, block: bytes) -> None:
        self._parser.Parse(block, False)  # noqa: FBT003 the parser's own signature

    def end(self) -> None:
        self._parser.Parse(b"", True)  # noqa: FBT003 the parser's own signature
        self._finish()

    def take(self) -> list[str]:
        done, self._done = self._done, []
        return done

    def _refuse(self, *_declaration: object) -> None:
        raise ForbiddenXml("DOCTYPE")

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        if local in ("p", "si", "is"):
            self._open_paragraphs.append([])
        elif local == "c":
            self._is_text_cell = attributes.get("t") == "str"
        elif local in ("tab", "ptab"):
            self._open_paragraphs[-1].append(" ")
        elif local in ("br", "cr"):
            self._open_paragraphs[-1].append("\n")
        self._inside = local == "t" or (local == "v" and self._is_text_cell) or bool(self._HEADINGS.fullmatch(local))

    def _close(self, name: str) -> None:
        local = name.rpartition(" ")[2]
        self._inside = False
        if local in ("p", "si", "is") and len(self._open_paragraphs) > 1:
            self._done += split("".join(self._open_paragraphs.pop()))
        elif local == "v" and self._is_text_cell:
            self._finish()
        elif self._HEADINGS.fullmatch(local):
            self._open_paragraphs[-1] = [printed_heading("".join(self._open_paragraphs[-1]))]
            self._finish()

    def _text(self, text: str) -> None:
        if self._inside:
            self._open_paragraphs[-1].append(text)

    def _finish(self) -> None:
        self._done += split("".join(self._open_paragraphs[-1]))
        self._open_paragraphs[-1] = []
