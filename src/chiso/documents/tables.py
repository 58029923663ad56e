"""Annexes of official documents: a title on a section of its own, a long table, notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from chiso.documents import styles
from chiso.documents.styles import Style
from chiso.documents.wordml import W, cell, make, mm, paragraph, row, run, table

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")

StyleIds = Mapping[str, str]


@dataclass(frozen=True)
class Column:
    """A table column: heading, width in millimetres, alignment (`left`, `center`, `right`)."""

    heading: str
    width: float
    align: str = "center"


@dataclass(frozen=True)
class Annex:
    """One annex (phụ lục); `reference` is the sentence that ties it to its document.

    A line feed in the title or the reference begins a new centered line.
    """

    title: str
    reference: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    unit_line: str = ""
    notes: tuple[str, ...] = ()
    fingerprint: str = ""
    landscape: bool = False
    bold_rows: frozenset[int] = frozenset()
    """The rows that head others, by their place."""


def append_annexes(document: WordDocument, annexes: tuple[Annex, ...], style_ids: StyleIds) -> None:
    """Add the annexes after the document, each in a section whose pages are numbered from 1."""
    body = document.element.body
    last = body.find(W + "sectPr")
    portrait = deepcopy(last)
    sections = [portrait, *(_section(portrait, annex) for annex in annexes)]
    body.remove(last)
    for index, annex in enumerate(annexes):
        body.append(_section_break(sections[index], style_ids))
        label = f"Phụ lục {ROMAN[index]}" if len(annexes) > 1 else "Phụ lục"
        body.extend(_annex_elements(annex, label, style_ids))
    body.append(sections[-1])


def _section(portrait: etree._Element, annex: Annex) -> etree._Element:
    section = deepcopy(portrait)
    page = section.find(W + "pgSz")
    if annex.landscape and page is not None:
        width, height = page.get(W + "w", "0"), page.get(W + "h", "0")
        page.set(W + "w", height)
        page.set(W + "h", width)
        page.set(W + "orient", "landscape")
    for old in section.findall(W + "pgNumType"):
        section.remove(old)
    margins = section.find(W + "pgMar")
    if margins is not None:
        margins.addnext(make("pgNumType", {"start": 1}))
    return section


def _section_break(section: etree._Element, style_ids: StyleIds) -> etree._Element:
    element = paragraph(style_ids[styles.BREAK.name])
    element[0].append(section)
    return element


def _annex_elements(annex: Annex, label: str, style_ids: StyleIds) -> Iterator[etree._Element]:
    def line(style: Style, text: str) -> etree._Element:
        return paragraph(style_ids[style.name], run(text))

    yield line(styles.ANNEX_LABEL, label)
    yield from (line(styles.ANNEX_TITLE, text) for text in annex.title.split("\n"))
    yield from (line(styles.ANNEX_REFERENCE, text) for text in annex.reference.split("\n"))
    yield paragraph(style_ids[styles.HALF_RULE.name])
    yield line(styles.TABLE_UNIT, annex.unit_line)
    yield build_table(annex.columns, annex.rows, style_ids, bold=annex.bold_rows)
    if annex.notes:
        yield line(styles.NOTE_HEAD, "Ghi chú:")
        yield from (line(styles.NOTE, f"- {note}") for note in annex.notes)
    if annex.fingerprint:
        yield line(styles.FINGERPRINT, annex.fingerprint)
    if not annex.notes and not annex.fingerprint:
        yield paragraph(style_ids[styles.BREAK.name])  # Word wants a paragraph after a table


def build_table(
    columns: tuple[Column, ...],
    rows: tuple[tuple[str, ...], ...],
    style_ids: StyleIds,
    *,
    bold: frozenset[int] = frozenset(),
) -> etree._Element:
    """Build a table whose headings and column numbers (1)(2)(3) are repeated on each page."""
    widths = [mm(column.width) for column in columns]
    element = table(widths, border=True)
    headings = [column.heading for column in columns]
    numbers = [f"({index})" for index in range(1, len(columns) + 1)]
    for texts, style in ((headings, styles.TABLE_HEAD), (numbers, styles.TABLE_NUMBER)):
        cells = [
            cell(width, paragraph(style_ids[style.name], run(text), align="center"), middle=True)
            for width, text in zip(widths, texts, strict=True)
        ]
        element.append(row(cells, header=True))
    style_id = style_ids[styles.TABLE_CELL.name]
    aligns = [column.align for column in columns]
    for place, values in enumerate(rows):
        heads = place in bold
        element.append(
            row(
                cell(width, paragraph(style_id, run(text, bold=heads), align=align, keep_next=heads), middle=True)
                for width, text, align in zip(widths, values, aligns, strict=True)
            )
        )
    return element
