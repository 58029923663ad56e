"""Excel workbooks as grids. A first pass over the XML bounds the size of a sheet before calamine lays it out."""

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import IO, Any

from lxml import etree

from chiso.indexsets.exchange.grids import DateCell, Grid, GridRow, Source, number_of_float
from chiso.indexsets.exchange.opening import UnreadableFile, open_zip

MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_SHEETS = 50
MAX_CELLS = 400_000
MAX_AREA = 4_000_000
"""Rows × columns of all sheets together: an empty cell between two written ones costs time as well."""
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")

_SECONDS = 30
Raw = int | float | str | bool | list[str]


@dataclass(slots=True)
class _Scan:
    """What calamine does not tell of a sheet: hidden rows, cells with formulas; and its true size."""

    hidden: set[int] = field(default_factory=set)
    formulas: set[str] = field(default_factory=set)
    faulty: set[str] = field(default_factory=set)
    cells: int = 0
    row: int = 0


def read_workbook(content: bytes, *, is_old: bool = False) -> Source:
    """Read every sheet with something in it; raises `UnreadableFile`."""
    scans = {} if is_old else _scan_package(content)
    grids = (_grid(sheet, scans.get(sheet["name"], _Scan())) for sheet in _laid_out(content))
    return Source("xlsx", tuple(grid for grid in grids if grid.rows))


def _laid_out(content: bytes) -> list[dict[str, Any]]:
    """The sheets as calamine reads them, in a process of its own: a crafted file ends that one, not ours."""
    limits = [str(limit) for limit in (MAX_ROWS, MAX_COLUMNS, MAX_SHEETS, MAX_AREA)]
    command = [sys.executable, "-P", "-m", "chiso.common.cells_child", *limits]
    try:
        done = subprocess.run(  # noqa: S603 our own interpreter and module, numbers as arguments
            command, input=content, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=_SECONDS, check=True
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise UnreadableFile("Tệp Excel bị hỏng hoặc quá lớn; hãy mở bằng Excel rồi lưu lại.") from error
    if "refused" in answer:
        raise UnreadableFile(_refusal(answer))
    sheets: list[dict[str, Any]] = answer["sheets"]
    return sheets


def _refusal(answer: dict[str, Any]) -> str:
    if answer["refused"] == "password":
        return "Tệp được đặt mật khẩu; hãy bỏ mật khẩu rồi lưu lại."
    if answer["refused"] == "sheets":
        return f"Tệp có hơn {MAX_SHEETS} trang tính."
    if answer["refused"] == "size":
        return _too_big(answer["sheet"])
    return "Tệp Excel bị hỏng; hãy mở bằng Excel rồi lưu lại."


def _grid(sheet: dict[str, Any], scan: _Scan) -> Grid:
    rows = []
    for number, raw in sheet["rows"]:
        cells = tuple(_cell(one) for one in raw)
        if any(cells):
            rows.append(GridRow(number, cells, is_hidden=number in scan.hidden))
    name = sheet["name"]
    merged = tuple((first, second, third, fourth) for first, second, third, fourth in sheet["merged"])
    label = f"trang “{name}”"
    formulas, faulty = frozenset(scan.formulas), frozenset(scan.faulty)
    return Grid(name, label, tuple(rows), merged, formulas, faulty, sheet["is_hidden"])


def _cell(value: Raw) -> str:
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, int | float):
        return number_of_float(float(value))
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    return DateCell(value[0])


def _scan_package(content: bytes) -> dict[str, _Scan]:
    with open_zip(content) as package:
        scans = {}
        try:
            for name, part in _sheet_parts(package):
                with package.open(part) as stream:
                    scans[name] = _scan_sheet(name, stream)
        except (etree.XMLSyntaxError, KeyError) as error:
            raise UnreadableFile("Tệp Excel bị hỏng; hãy mở bằng Excel rồi lưu lại.") from error
        return scans


def _sheet_parts(package: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """The name of every sheet with the part that holds it."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    relations = etree.fromstring(package.read("xl/_rels/workbook.xml.rels"), parser)
    targets = {one.get("Id"): one.get("Target", "") for one in relations}
    workbook = etree.fromstring(package.read("xl/workbook.xml"), parser)
    sheets = list(workbook.iter(f"{_MAIN}sheet", f"{_STRICT}sheet"))
    if len(sheets) > MAX_SHEETS:
        raise UnreadableFile(f"Tệp có hơn {MAX_SHEETS} trang tính.")
    names = set(package.namelist())
    for sheet in sheets:
        target = targets.get(sheet.get(_RELATION) or sheet.get(_STRICT_RELATION), "")
        part = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
        if part in names:
            yield sheet.get("name", ""), part


def _scan_sheet(name: str, stream: IO[bytes]) -> _Scan:
    scan = _Scan()
    events = etree.iterparse(
        stream, events=("start", "end"), resolve_entities=False, no_network=True, remove_comments=True
    )
    for event, element in events:
        tag = etree.QName(element).localname if isinstance(element.tag, str) else ""
        if event == "start" and tag == "row":
            _take_row(name, scan, element)
        elif event == "start" and tag == "c":
            _take_cell(name, scan, element)
        elif event == "end" and tag == "f":
            scan.formulas.add(element.getparent().get("r") or "")  # type: ignore[union-attr]
        elif event == "end" and tag in {"c", "row"}:
            element.clear()
    return scan


def _take_row(name: str, scan: _Scan, row: etree._Element) -> None:
    scan.row = _whole(row.get("r"), scan.row + 1)
    _check_size(name, scan.row, 0)
    if row.get("hidden") in {"1", "true"}:
        scan.hidden.add(scan.row)


def _take_cell(name: str, scan: _Scan, cell: etree._Element) -> None:
    reference = cell.get("r") or ""
    scan.cells += 1
    if scan.cells > MAX_CELLS:
        raise UnreadableFile(_too_big(name))
    if cell.get("t") == "e":
        scan.faulty.add(reference)
    match = _REFERENCE.fullmatch(reference)
    if match:
        column = 0
        for letter in match[1]:
            column = column * 26 + ord(letter) - 64
        _check_size(name, int(match[2]), column)


def _check_size(name: str, row: int, column: int) -> None:
    if row > MAX_ROWS or column > MAX_COLUMNS:
        raise UnreadableFile(_too_big(name))


def _whole(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else default


def _too_big(name: str) -> str:
    return (
        f"Trang “{name}” quá lớn (tối đa {MAX_ROWS:,} dòng, {MAX_COLUMNS} cột, {MAX_CELLS:,} ô); "
        "hãy xóa các dòng, cột trống có định dạng ở cuối trang."
    ).replace(",000", ".000")
