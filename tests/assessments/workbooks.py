"""Workbooks filled by tests the way a spreadsheet program does it: cells of the sheet's XML are written anew."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from lxml import etree

from chiso.assessments.models import Dossier
from chiso.assessments.pages.workbook_page import own_entries
from chiso.assessments.workbook.identity import Identity
from chiso.assessments.workbook.writing import KEY, VALUE, write_workbook
from chiso.indexsets.exchange.grids import column_letter
from chiso.indexsets.exchange.workbook_reading import read_workbook

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
SHEET = "xl/worksheets/sheet1.xml"
Value = str | float | None


def exported(dossier: Dossier, at: datetime) -> bytes:
    return write_workbook(dossier, own_entries(dossier), at)


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(parts: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return target.getvalue()


def cells(content: bytes) -> dict[str, str]:
    """The values of a workbook by key, as they are read."""
    [grid] = [grid for grid in read_workbook(content).grids if grid.name == "Tự chấm"]
    return {row.cell(KEY): row.cell(VALUE) for row in grid.rows if "/" in row.cell(KEY)}


def rows(content: bytes) -> list[tuple[str, ...]]:
    """All that people see of the sheet, from its head on."""
    [grid] = [grid for grid in read_workbook(content).grids if grid.name == "Tự chấm"]
    return [row.cells for row in grid.rows if row.number > 3]


def row_of(content: bytes, key: str) -> int:
    [grid] = [grid for grid in read_workbook(content).grids if grid.name == "Tự chấm"]
    return next(row.number for row in grid.rows if row.cell(KEY) == key)


def filled(content: bytes, values: Mapping[str, Value], *, formulas: Mapping[str, str] | None = None) -> bytes:
    """Write values into the cells of these keys; a formula beside its value where one is given."""
    parts = parts_of(content)
    sheet = etree.fromstring(parts[SHEET])
    for key, value in values.items():
        number = row_of(content, key)
        reference = f"{column_letter(VALUE)}{number}"
        [cell] = sheet.iterfind(f".//{MAIN}c[@r='{reference}']")
        _write(cell, value, (formulas or {}).get(key, ""))
    return packed(parts | {SHEET: etree.tostring(sheet)})


def _write(cell: etree._Element, value: Value, formula: str) -> None:
    for child in list(cell):
        cell.remove(child)
    cell.attrib.pop("t", None)
    if formula:
        etree.SubElement(cell, f"{MAIN}f").text = formula
    if isinstance(value, str):
        cell.set("t", "inlineStr")
        etree.SubElement(etree.SubElement(cell, f"{MAIN}is"), f"{MAIN}t").text = value
    elif value is not None:
        etree.SubElement(cell, f"{MAIN}v").text = repr(value)


def token_of(content: bytes) -> str:
    [grid] = [grid for grid in read_workbook(content).grids if grid.name == "chiso"]
    return "".join(row.cell(0) for row in grid.rows[1:])


def with_token(content: bytes, token: str) -> bytes:
    """Another identity, as somebody would put it there."""
    parts = parts_of(content)
    texts = parts["xl/sharedStrings.xml"].replace(token_of(content).encode(), token.encode())
    return packed(parts | {"xl/sharedStrings.xml": texts})


def signed_as(content: bytes, **changes: object) -> bytes:
    """The workbook as this installation would have signed it for something else."""
    return with_token(content, replace(Identity.read(token_of(content)), **changes).sign())


def without_rows(content: bytes, *keys: str) -> bytes:
    """Empty whole rows, as somebody who deletes their cells does."""
    parts = parts_of(content)
    sheet = etree.fromstring(parts[SHEET])
    for key in keys:
        [row] = sheet.iterfind(f".//{MAIN}row[@r='{row_of(content, key)}']")
        for cell in list(row):
            row.remove(cell)
    return packed(parts | {SHEET: etree.tostring(sheet)})


def turned_round(content: bytes) -> bytes:
    """The rows below the head in the opposite order, as after sorting."""
    parts = parts_of(content)
    sheet = etree.fromstring(parts[SHEET])
    [data] = sheet.iterfind(f"{MAIN}sheetData")
    body = [row for row in data if int(row.get("r", "0")) > 4]
    numbers = [row.get("r", "") for row in body]
    for row in body:
        data.remove(row)
    for row, number in zip(reversed(body), numbers, strict=True):
        row.set("r", number)
        for cell in row:
            cell.set("r", cell.get("r", "").rstrip("0123456789") + number)
        data.append(row)
    return packed(parts | {SHEET: etree.tostring(sheet)})
