"""Tables as offices make them: workbooks and documents from plain rows."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter

Row = Sequence[Any]
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def workbook(rows: Iterable[Row], *, name: str = "Sheet1", merged: Iterable[str] = (), **more: Iterable[Row]) -> bytes:
    """One sheet of these rows; further sheets by keyword."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = fill(book, name, rows)
        for span in merged:
            first = next(iter(span.split(":")))
            sheet.merge_range(span, None)
            sheet.write(first, _value(rows, first))
        for other, other_rows in more.items():
            fill(book, other, other_rows)
    return target.getvalue()


def fill(book: Any, name: str, rows: Iterable[Row]) -> Any:
    sheet = book.add_worksheet(name)
    for number, row in enumerate(rows):
        for place, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, place, value)
            elif value is not None:
                sheet.write(number, place, value)
    return sheet


def _value(rows: Any, cell: str) -> Any:
    from xlsxwriter.utility import xl_cell_to_rowcol

    row, column = xl_cell_to_rowcol(cell)
    return rows[row][column]


def cell(text: str = "", *, span: int = 1, merge: str = "", listed: bool = False) -> str:
    """One cell of a Word table; paragraphs are separated by line feeds."""
    properties = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    properties += {"": "", "restart": '<w:vMerge w:val="restart"/>', "continue": "<w:vMerge/>"}[merge]
    numbering = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>' if listed else ""
    body = "".join(f"<w:p>{numbering}<w:r><w:t>{part}</w:t></w:r></w:p>" for part in text.split("\n"))
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{body}</w:tc>"


def table(*rows: Iterable[str]) -> str:
    """One Word table of cells."""
    return f"<w:tbl>{_rows(rows)}</w:tbl>"


def _rows(rows: Iterable[Iterable[str]]) -> str:
    return "".join("<w:tr>" + "".join(row) + "</w:tr>" for row in rows)


def document(*blocks: str) -> bytes:
    """A .docx of paragraphs and tables."""
    body = "".join(one if one.startswith("<") else f"<w:p><w:r><w:t>{one}</w:t></w:r></w:p>" for one in blocks)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("word/document.xml", f"<w:document {W}><w:body>{body}</w:body></w:document>")
    return target.getvalue()
