"""Word documents as grids: every table with spans and vertical merges laid out, the paragraphs around them, and the
set that a document of ours carries unseen."""

import hashlib
import json
import unicodedata
import zipfile
from collections.abc import Iterator

from lxml import etree

from chiso.indexsets.exchange.grids import AutoNumberCell, Grid, GridRow, Source
from chiso.indexsets.exchange.node_cells import DEPTH_STYLE
from chiso.indexsets.exchange.opening import UnreadableFile, open_zip
from chiso.indexsets.exchange.workbook_reading import MAX_COLUMNS, MAX_ROWS

HIDDEN_NAMESPACE = "urn:chiso:index-set:1"
HIDDEN_ROOT = f"{{{HIDDEN_NAMESPACE}}}indexSet"
MAX_TABLES = 200
_WRAPPERS = {"sdt", "sdtContent", "ins", "smartTag", "customXml", "moveTo"}
STRICT_NAMESPACE = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W = f"{{{NAMESPACE}}}"


def read_document(content: bytes) -> Source:
    """Read every table; raises `UnreadableFile`."""
    with open_zip(content) as package:
        try:
            body = parse_part(package.read("word/document.xml").replace(STRICT_NAMESPACE, NAMESPACE.encode()))
            yaml, stored = _hidden(package)
        except (etree.XMLSyntaxError, KeyError) as error:
            raise UnreadableFile("Tệp Word bị hỏng; hãy mở bằng Word rồi lưu lại.") from error
    grids = tuple(grids_of(body))
    return Source("docx", grids, tuple(_paragraphs(body)), yaml, bool(yaml) and stored == hash_of(grids))


def grids_of(document: etree._Element) -> Iterator[Grid]:
    """The tables of a document, in order, numbered from 1."""
    tables = [element for element in blocks_in(document[0] if len(document) else document) if element.tag == f"{W}tbl"]
    if len(tables) > MAX_TABLES:
        raise UnreadableFile(f"Tệp có hơn {MAX_TABLES} bảng.")
    for position, table in enumerate(tables, start=1):
        label = f"bảng {position}"
        if grid := grid_of(table, label):
            yield grid


def grid_of(table: etree._Element, label: str, *, repeats_merged: bool = False) -> Grid | None:
    """A table laid out; `repeats_merged` writes what is merged downwards into every row it reaches."""
    rows = tuple(_rows(table, label, repeats_merged=repeats_merged))
    return Grid(label, label, rows, is_word=True) if rows else None


def hash_of(grids: tuple[Grid, ...]) -> str:
    """A fingerprint of all that is seen in the tables; blanks and the form of letters (NFC) do not count."""
    seen = [
        [[unicodedata.normalize("NFC", " ".join(cell.split())) for cell in row.cells] for row in grid.rows]
        for grid in grids
    ]
    return hashlib.sha256(json.dumps(seen, ensure_ascii=False).encode()).hexdigest()


def _hidden(package: zipfile.ZipFile) -> tuple[str, str]:
    """The set a document of ours carries, and the fingerprint of the tables it was written with."""
    for name in package.namelist():
        if name.startswith("customXml/item") and "Props" not in name:
            root = parse_part(package.read(name))
            if root.tag == HIDDEN_ROOT:
                return root.text or "", root.get("tables", "")
    return "", ""


def parse_part(content: bytes) -> etree._Element:
    """A part of a package; nothing outside it is loaded. Raises `XMLSyntaxError`."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    return etree.fromstring(content, parser)


def blocks_in(parent: etree._Element) -> Iterator[etree._Element]:
    """Paragraphs and tables, also inside content controls and tracked insertions."""
    for child in parent:
        name = etree.QName(child).localname if isinstance(child.tag, str) else ""
        if name in {"p", "tbl", "tr", "tc"}:
            yield child
        elif name in _WRAPPERS:
            yield from blocks_in(child)


def _paragraphs(document: etree._Element) -> Iterator[str]:
    for element in blocks_in(document[0] if len(document) else document):
        if element.tag == f"{W}p" and (text := paragraph_text(element).strip()):
            yield text


def _rows(table: etree._Element, label: str, *, repeats_merged: bool) -> Iterator[GridRow]:
    rows = [row for row in blocks_in(table) if row.tag == f"{W}tr"]
    if len(rows) > MAX_ROWS:
        raise UnreadableFile(f"{label.capitalize()} quá lớn (tối đa {MAX_ROWS:,} dòng).".replace(",", "."))
    above: list[str] = []
    for number, row in enumerate(rows, start=1):
        cells: list[str] = [""] * _whole(row.find(f"{W}trPr/{W}gridBefore"))
        styles: list[str] = [""] * len(cells)
        for cell in blocks_in(row):
            if cell.tag == f"{W}tc":
                _take_cell(cell, cells, styles, above)
        if len(cells) > MAX_COLUMNS:
            raise UnreadableFile(f"{label.capitalize()} có hơn {MAX_COLUMNS} cột.")
        above = cells if repeats_merged else []
        if any(cells):
            yield GridRow(number, tuple(cells), styles=tuple(styles))


def _take_cell(cell: etree._Element, cells: list[str], styles: list[str], above: list[str]) -> None:
    merge = cell.find(f"{W}tcPr/{W}vMerge")
    goes_on = merge is not None and merge.get(f"{W}val", "continue") == "continue"
    span = min(max(_whole(cell.find(f"{W}tcPr/{W}gridSpan")), 1), MAX_COLUMNS)
    paragraphs = [] if goes_on else [one for one in blocks_in(cell) if one.tag == f"{W}p"]
    repeated = above[len(cells)] if goes_on and len(cells) < len(above) else ""
    cells.append(repeated or _cell_text(paragraphs))
    styles.append(_style(paragraphs[0]) if paragraphs else "")
    cells.extend([""] * (span - 1))
    styles.extend([""] * (span - 1))


def _cell_text(paragraphs: list[etree._Element]) -> str:
    lines = []
    counts = False
    for one in paragraphs:
        text = paragraph_text(one)
        is_listed = one.find(f"{W}pPr/{W}numPr") is not None
        counts = counts or (is_listed and not text.strip())
        lines.append(f"- {text}" if is_listed and text.strip() else text)
    joined = "\n".join(lines).strip()
    return AutoNumberCell(joined) if counts and not joined else joined


def paragraph_text(paragraph: etree._Element) -> str:
    """The text of a paragraph; a line break is a line feed."""
    parts = []
    for element in paragraph.iter():
        name = etree.QName(element).localname if isinstance(element.tag, str) else ""
        if name == "t":
            parts.append(element.text or "")
        elif name == "br" and element.get(f"{W}type", "textWrapping") == "textWrapping":
            parts.append("\n")
        elif name == "tab" and element.getparent().tag == f"{W}r":  # type: ignore[union-attr]
            parts.append(" ")
        elif name == "noBreakHyphen":
            parts.append("-")
    return "".join(parts)


def _style(paragraph: etree._Element) -> str:
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    name = "" if style is None else style.get(f"{W}val", "")
    return name if name.startswith(DEPTH_STYLE) else ""


def _whole(element: etree._Element | None) -> int:
    text = "" if element is None else element.get(f"{W}val", "")
    return int(text) if text.isdecimal() and len(text) < 5 else 0
