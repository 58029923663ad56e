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


@dataclass(frozen=True)
class BodyTable:
    """A table inside the main text: headings without column numbers; a line feed in a cell begins a new paragraph."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    bold_rows: frozenset[int] = frozenset()
    """The rows that head others, by their place."""
    bold_columns: int | None = None
    """How many of their cells are bold; all, unless it says."""


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
    element = _headed(columns, style_ids)
    widths = [mm(column.width) for column in columns]
    numbers = [f"({index})" for index in range(1, len(columns) + 1)]
    element.append(_heading_row(widths, numbers, style_ids[styles.TABLE_NUMBER.name]))
    style_id = style_ids[styles.TABLE_CELL.name]
    for place, values in enumerate(rows):
        cells = [
            _cell(column, [text], style_id, heads=place in bold, bold=place in bold)
            for column, text in zip(columns, values, strict=True)
        ]
        element.append(row(cells))
    return element


def build_body_table(body: BodyTable, style_ids: StyleIds) -> etree._Element:
    """Build a table of the main text, whose headings are repeated on each page."""
    element = _headed(body.columns, style_ids)
    style_id = style_ids[styles.TABLE_CELL.name]
    most = len(body.columns) if body.bold_columns is None else body.bold_columns
    for place, values in enumerate(body.rows):
        heads = place in body.bold_rows
        cells = [
            _cell(column, text.split("\n"), style_id, heads=heads, bold=heads and number < most)
            for number, (column, text) in enumerate(zip(body.columns, values, strict=True))
        ]
        element.append(row(cells))
    return element


def _headed(columns: tuple[Column, ...], style_ids: StyleIds) -> etree._Element:
    widths = [mm(column.width) for column in columns]
    element = table(widths, border=True)
    headings = [column.heading for column in columns]
    element.append(_heading_row(widths, headings, style_ids[styles.TABLE_HEAD.name]))
    return element


def _heading_row(widths: list[int], texts: list[str], style_id: str) -> etree._Element:
    cells = [
        cell(width, paragraph(style_id, run(text), align="center"), middle=True)
        for width, text in zip(widths, texts, strict=True)
    ]
    return row(cells, header=True)


def _cell(column: Column, lines: list[str], style_id: str, *, heads: bool, bold: bool) -> etree._Element:
    """A cell, one paragraph a line; that of a row which heads others stays on the page of the next."""
    printed = (paragraph(style_id, run(line, bold=bold), align=column.align, keep_next=heads) for line in lines)
    return cell(mm(column.width), *printed, middle=True)
