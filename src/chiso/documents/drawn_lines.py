"""Draw the lines of NĐ 30/2020/NĐ-CP at the length of the words above them.

A line is an empty paragraph with a top border; its indents make it as long as the motto, or 1/3 to 1/2 of
the issuer's name or the summary. The width of words is measured with the advance widths of Times New Roman
Bold, so that no font need be installed on the server.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from lxml import etree

from chiso.documents import styles
from chiso.documents.wordml import POINT, W, make, style_id_of, text_of

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

HALF = 0.45
"""Inside 1/3 to 1/2 both of this line and of a name's other line of about the same length."""

_AFTER_INDENT = {"contextualSpacing", "jc", "outlineLvl", "rPr", "sectPr"}
_DEFAULT_SIZE = 13.0
_DEFAULT_WIDTH = 556
_WIDTHS = {
    250: " ,.\xa0",
    278: "il/:;",
    333: "fjt-()",
    389: "IsJ",
    444: "cer",
    500: "agovxyJ0123456789–",
    556: "bdhknpquS",
    611: "FP",
    667: "BELTZ",
    722: "ACDNRUVXYwĐ&",
    778: "GHKOQ",
    833: "m",
    944: "M",
    1000: "W",
}
_WIDTH_OF = {character: width for width, characters in _WIDTHS.items() for character in characters}


def width_of(text: str, size: float) -> float:
    """Width of a bold text in twentieths of a point at a size in points."""
    letters = (c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return sum(_WIDTH_OF.get(letter, _DEFAULT_WIDTH) for letter in letters) / 1000 * size * POINT


def fit_lines(document: WordDocument) -> None:
    """Give every drawn line of the document the length its words ask for."""
    sizes = _sizes_by_id(document)
    names = {style.name: style.style_id for style in document.styles}
    shares = {names.get(styles.FULL_RULE.name): 1.0, names.get(styles.HALF_RULE.name): HALF}
    body = document.element.body
    for line in list(body.iter(W + "p")):
        share = shares.get(style_id_of(line))
        words = line.getprevious()
        if share and words is not None and words.tag == W + "p":
            size = sizes.get(style_id_of(words), _DEFAULT_SIZE)
            room = _room(line, body)
            _indent(line, round((room - min(width_of(text_of(words), size), room) * share) / 2))


def _indent(line: etree._Element, length: int) -> None:
    properties = line.find(W + "pPr")
    if properties is None:
        return
    for old in properties.findall(W + "ind"):
        properties.remove(old)
    indents = make("ind", {"left": length, "right": length})
    after = next((child for child in properties if etree.QName(child).localname in _AFTER_INDENT), None)
    if after is None:
        properties.append(indents)
    else:
        after.addprevious(indents)


def _room(line: etree._Element, body: etree._Element) -> float:
    """Width of the cell or of the text area the line stands in."""
    parent = line.getparent()
    if parent is not None and parent.tag == W + "tc":
        width = parent.find(f"{W}tcPr/{W}tcW")
        return 0.0 if width is None else float(width.get(W + "w", "0"))
    breaks = (found.find(f"{W}pPr/{W}sectPr") for found in line.itersiblings(W + "p"))
    section = next((found for found in breaks if found is not None), body.find(W + "sectPr"))
    if section is None:
        return 0.0
    page, margins = section.find(W + "pgSz"), section.find(W + "pgMar")
    if page is None or margins is None:
        return 0.0
    return float(page.get(W + "w", "0")) - sum(float(margins.get(W + side, "0")) for side in ("left", "right"))


def _sizes_by_id(document: WordDocument) -> dict[str, float]:
    sizes = {}
    for style in document.styles:
        font = getattr(style, "font", None)
        if font is not None and font.size is not None:
            sizes[style.style_id] = float(font.size.pt)
    return sizes
