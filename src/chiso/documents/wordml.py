"""WordprocessingML through lxml: the few elements official documents are made of, and a stable .docx file.

Long tables are built here element by element, seven times faster than cell by cell in python-docx
(performance.md).
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W = f"{{{NAMESPACE}}}"
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
ZIP_DATE = (1980, 1, 1, 0, 0, 0)
POINT = 20
"""Twentieths of a point in a point, Word's unit of length."""

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def mm(length: float) -> int:
    """Millimetres in Word's unit, the twentieth of a point."""
    return round(length / 25.4 * 72 * POINT)


def clean(text: str) -> str:
    """Make any text fit for Word: composed Vietnamese letters (NFC), one line, no characters XML forbids."""
    composed = unicodedata.normalize("NFC", text)
    return _FORBIDDEN.sub("", re.sub(r"[\t\r\n]+", " ", composed))


def make(tag: str, attributes: dict[str, object] | None = None, *children: etree._Element) -> etree._Element:
    """Make one element of the `w:` namespace with attributes of the same namespace."""
    element = etree.Element(W + tag, {W + key: str(value) for key, value in (attributes or {}).items()})
    element.extend(children)
    return element


def run(text: str, *, bold: bool = False) -> etree._Element:
    """Make a run of text; spaces are kept as typed."""
    element = make("r")
    if bold:
        element.append(make("rPr", None, make("b"), make("bCs")))
    words = etree.SubElement(element, W + "t", {XML_SPACE: "preserve"})
    words.text = clean(text)
    return element


def paragraph(style_id: str, *runs: etree._Element, align: str = "", keep_next: bool = False) -> etree._Element:
    """Make a paragraph of a style; `align` overrides the style's own, `keep_next` keeps it on the page of the next."""
    properties = make("pPr", None, make("pStyle", {"val": style_id}))
    if keep_next:
        properties.append(make("keepNext"))
    if align:
        properties.append(make("jc", {"val": align}))
    return make("p", None, properties, *runs)


def text_of(element: etree._Element) -> str:
    """The text below an element as it is read."""
    return "".join(part.text or "" for part in element.iter(W + "t"))


def style_id_of(element: etree._Element) -> str:
    """The style id of a paragraph; empty for one without a style of its own."""
    style = element.find(f"{W}pPr/{W}pStyle")
    return "" if style is None else style.get(W + "val", "")


def table(widths: Iterable[int], *, border: bool) -> etree._Element:
    """Make an empty table of fixed column widths, with thin borders or none."""
    columns = list(widths)
    side = {"val": "single", "sz": 4, "space": 0, "color": "000000"} if border else {"val": "nil"}
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    margin = {"w": 85 if border else 0, "type": "dxa"}
    properties = make(
        "tblPr",
        None,
        make("tblW", {"w": sum(columns), "type": "dxa"}),
        make("jc", {"val": "center"}),
        make("tblBorders", None, *(make(name, dict(side)) for name in sides)),
        make("tblLayout", {"type": "fixed"}),
        make("tblCellMar", None, make("left", dict(margin)), make("right", dict(margin))),
    )
    grid = make("tblGrid", None, *(make("gridCol", {"w": width}) for width in columns))
    return make("tbl", None, properties, grid)


def row(cells: Iterable[etree._Element], *, header: bool = False) -> etree._Element:
    """Make a row that never breaks across pages; a header row is repeated on each page."""
    properties = make("trPr", None, make("cantSplit"))
    if header:
        properties.append(make("tblHeader"))
    return make("tr", None, properties, *cells)


def cell(width: int, *paragraphs: etree._Element, middle: bool = False) -> etree._Element:
    """Make a cell of that width; `middle` centers its text from top to bottom."""
    properties = make("tcPr", None, make("tcW", {"w": width, "type": "dxa"}))
    if middle:
        properties.append(make("vAlign", {"val": "center"}))
    return make("tc", None, properties, *paragraphs)


def save_stably(document: WordDocument) -> bytes:
    """Save so that the same content gives the same bytes: no clock in the archive."""
    saved = io.BytesIO()
    document.save(saved)
    stable = io.BytesIO()
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(stable, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return stable.getvalue()
