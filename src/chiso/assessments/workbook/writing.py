"""The workbook of a dossier as .xlsx: only the value cells can be written in, each with what it takes.

Its words are Vietnamese like the index set itself, whatever language the pages are in.
"""

import io
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from math import ceil
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from chiso.assessments.models import Dossier, Entry
from chiso.assessments.workbook.identity import FORMAT, Identity, plain_text
from chiso.assessments.workbook.rows import Row, RowKind, own_leaves, rows_of, values_of
from chiso.common.dates import format_date, format_moment
from chiso.common.numbers import for_input, format_max, format_points
from chiso.indexsets.exchange.excel_writing import is_exact_float
from chiso.indexsets.reading import index_set_of
from chiso.scoring import Node

SHEET, GUIDE_SHEET, LISTS_SHEET, IDENTITY_SHEET = "Tự chấm", "Hướng dẫn", "Danh sách", "chiso"
HEADINGS = ("Mã", "Tiêu chí, nội dung cần nhập", "Kiểu", "Giá trị được nhập", "Giá trị", "Hướng dẫn", "Khóa dòng")
VALUE, KEY = HEADINGS.index("Giá trị"), HEADINGS.index("Khóa dòng")
_WIDTHS = (9, 52, 11, 36, 36, 62, 16)
_HEADER_ROW = 3
_PIECE = 8_000
"""Letters of the identity in one cell; a cell holds 32,767."""
_LONGEST_HINT = 5_000
_LENGTHS = {"reason": 2_000, "note": 10_000}

_GUIDE = (
    "Bảng tính này dùng để nhập số liệu tự chấm điểm khi không có mạng, rồi tải lên trang “Bảng tính” của hồ sơ.",
    "1. Chỉ nhập vào các ô nền vàng của cột “Giá trị” ở trang “Tự chấm”. Các ô khác được khóa.",
    "2. Số viết như 85,25 hoặc 1.234,5. Ngày viết như 31/12/2022. Ô có danh sách thì chọn trong danh sách.",
    "3. Để trống nghĩa là chưa nhập; số 0 là đã nhập số 0. Xóa một ô đã có số liệu là xóa số liệu đó trong hồ sơ.",
    "4. Không xóa dòng, không đổi tên trang, không chép số liệu sang bảng tính của đơn vị khác.",
    "5. Tài liệu kiểm chứng không nhập ở đây: đặt tên tệp bắt đầu bằng mã tiêu chí, như 1.1.1_kehoach.pdf, "
    "rồi tải lên ở trang “Tải nhiều tệp”.",
    "6. Khi tải lên, hệ thống cho xem trước từng thay đổi và từng lỗi; chưa lưu gì cho đến khi xác nhận. "
    "Tiêu chí mà đồng nghiệp đã lưu sau khi tải bảng tính này không bị ghi đè nếu không chọn rõ.",
    "7. Lưu bảng tính ở dạng Excel (.xlsx). Không nhập nội dung thuộc bí mật nhà nước.",
)


def write_workbook(dossier: Dossier, entries: Mapping[str, Entry], at: datetime) -> bytes:
    """Write the workbook of a dossier as it stands; `entries` are its leaves by code."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"title": f"Bảng tính tự chấm điểm – {dossier.unit.name}"})
        sheet, guide = book.add_worksheet(SHEET), book.add_worksheet(GUIDE_SHEET)
        lists, identity = book.add_worksheet(LISTS_SHEET), book.add_worksheet(IDENTITY_SHEET)
        _Table(book, sheet, lists).write(dossier, entries, at)
        _write_guide(book, guide)
        lists.hide()
        _write_identity(identity, Identity.of(dossier, entries, at))
    return target.getvalue()


_LOOKS: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 14, "text_wrap": False},
    "about": {"font_color": "#566173", "text_wrap": False},
    "header": {"bold": True, "align": "center", "valign": "vcenter", "bg_color": "#0F2C48", "font_color": "#FFFFFF"},
    "area": {"bold": True, "bg_color": "#D5E3F3"},
    "leaf": {"bold": True, "bg_color": "#EEF3FA"},
    "guidance": {"bg_color": "#EEF3FA", "font_color": "#566173"},
    "quiet": {"font_color": "#566173"},
    "asked": {"indent": 1},
    RowKind.WHOLE.name: {"num_format": "[$-42A]#,##0", "align": "right"},
    RowKind.NUMBER.name: {"num_format": "[$-42A]#,##0.00##", "align": "right"},
    RowKind.CHOICE.name: {},
    RowKind.YES_NO.name: {},
    RowKind.DATE.name: {"num_format": "@", "align": "right"},
    RowKind.TEXT.name: {"num_format": "@"},
}
_VALUE_CELL = {"locked": False, "bg_color": "#FFF9DB"}


class _Table:
    """The sheet that people fill in; cells of the same kind share one validation, as Excel keeps them."""

    def __init__(self, book: xlsxwriter.Workbook, sheet: Worksheet, lists: Worksheet) -> None:
        self.sheet, self.lists = sheet, lists
        shared = {"font_name": "Times New Roman", "font_size": 11, "valign": "top", "text_wrap": True}
        border = {"border": 1, "border_color": "#DBE1E9"}
        self.looks: dict[str, Format] = {}
        for name, look in _LOOKS.items():
            is_value, is_head = name in RowKind.__members__, name in ("title", "about")
            parts = (shared, {} if is_head else border, _VALUE_CELL if is_value else {}, look)
            self.looks[name] = book.add_format({key: value for part in parts for key, value in part.items()})
        self.whole = book.add_format({"num_format": "[$-42A]#,##0"})
        self.row = _HEADER_ROW
        self.cells: defaultdict[tuple[Any, ...], list[int]] = defaultdict(list)
        self.listed: dict[tuple[str, ...], str] = {}
        self.last_listed = 0

    def write(self, dossier: Dossier, entries: Mapping[str, Entry], at: datetime) -> None:
        self._write_heads(dossier, at)
        index_set = index_set_of(dossier.block.edition)
        own = {node.code for node in own_leaves(index_set)} & entries.keys()
        above = {code for leaf in own for code in _above(index_set.by_code, leaf)}
        for node in index_set.nodes:
            if node.code in above:
                self._write_line("area", node.code, node.name)
            elif node.code in own:
                self._write_leaf(node, entries[node.code])
        self._offer()
        self._protect()

    def _write_heads(self, dossier: Dossier, at: datetime) -> None:
        sheet = self.sheet
        sheet.write_string(0, 0, f"Bảng tính tự chấm điểm – {dossier.unit.name}", self.looks["title"])
        sheet.write_string(1, 0, dossier.round.name, self.looks["about"])
        told = f"Tải về lúc {format_moment(at)}. Chỉ nhập vào ô nền vàng; cách nhập ở trang “{GUIDE_SHEET}”."
        sheet.write_string(2, 0, told, self.looks["about"])
        for place, (heading, width) in enumerate(zip(HEADINGS, _WIDTHS, strict=True)):
            sheet.set_column(place, place, width, None, {"hidden": place == KEY})
            sheet.write_string(_HEADER_ROW, place, heading, self.looks["header"])
        sheet.set_row(_HEADER_ROW, 24)
        sheet.freeze_panes(_HEADER_ROW + 1, 2)

    def _write_line(self, look: str, code: str, *texts: str) -> None:
        self.row += 1
        style = self.looks[look]
        for place, text in enumerate((code, *texts)):
            self.sheet.write_string(self.row, place, text, style)
        for place in range(len(texts) + 1, KEY):
            self.sheet.write_blank(self.row, place, None, style)
        self._set_height(enumerate((code, *texts)))

    def _write_leaf(self, node: Node, entry: Entry) -> None:
        now = f"Đang tự chấm: {format_points(entry.score, node.precision.places)}" if entry.has_answer() else ""
        most = "điểm trừ" if node.is_penalty or node.max is None else f"tối đa {format_max(node.max)}"
        guidance = _guidance(node)
        self._write_line("leaf", node.code, node.name, most, now)
        self.sheet.write_string(self.row, KEY - 1, guidance, self.looks["guidance"])
        self._set_height(((1, node.name), (KEY - 1, guidance)))
        values = values_of(node, entry)
        for row in rows_of(node, entry):
            self._write_row(row, values.get(row.field, ""))

    def _write_row(self, row: Row, value: str) -> None:
        self.row += 1
        texts = (row.code, row.label, row.kind.value, row.allowed, "", row.hint, row.key)
        write, quiet = self.sheet.write_string, self.looks["quiet"]
        for place, text in enumerate(texts):
            if place == VALUE:
                shown = self._write_value(row, value)
            elif text:
                write(self.row, place, text, self.looks["asked"] if place == 1 else quiet)
        self.cells[_validation_key(row)].append(self.row)
        self._set_height((*enumerate(texts), (VALUE, shown)))

    def _write_value(self, row: Row, value: str) -> str:
        style = self.looks[row.kind.name]
        if not value:
            self.sheet.write_blank(self.row, VALUE, None, style)
        elif row.kind in (RowKind.NUMBER, RowKind.WHOLE) and is_exact_float(value):
            self.sheet.write_number(self.row, VALUE, float(value), style)
        else:
            value = shown_value(row, value)
            self.sheet.write_string(self.row, VALUE, value, style)
        return value

    def _set_height(self, texts: Iterable[tuple[int, str]]) -> None:
        lines = 1
        for place, text in texts:
            if (len(text) > _WIDTHS[place] and place != KEY) or "\n" in text:
                width = 1.2 * _WIDTHS[place]
                lines = max(lines, sum(ceil(max(len(part), 1) / width) for part in text.split("\n")))
        if lines > 1:
            self.sheet.set_row(self.row, min(409, 15.5 * lines))

    def _offer(self) -> None:
        for (kind, *limits), rows in self.cells.items():
            options = self._options(kind, limits)
            if options:
                options["other_cells"] = [[row, VALUE, row, VALUE] for row in rows[1:]]
                self.sheet.data_validation(rows[0], VALUE, rows[0], VALUE, options)
        numbers = [row for (kind, *_), rows in self.cells.items() if kind is RowKind.NUMBER for row in rows]
        if numbers:
            letter = chr(ord("A") + VALUE)
            first = f"{letter}{numbers[0] + 1}"
            options = {
                "type": "formula",
                "criteria": f"=IF(ISNUMBER({first}),{first}=INT({first}),FALSE)",
                "format": self.whole,
                "multi_range": " ".join(f"{letter}{row + 1}" for row in numbers),
            }
            self.sheet.conditional_format(numbers[0], VALUE, numbers[0], VALUE, options)

    def _options(self, kind: RowKind, limits: list[Any]) -> dict[str, Any] | None:
        if kind in (RowKind.YES_NO, RowKind.CHOICE):
            error = ("Không có trong danh sách", "Hãy chọn một mục trong danh sách của ô.")
            options = {"validate": "list", "source": self._list(limits[0])}
        elif kind in (RowKind.NUMBER, RowKind.WHOLE):
            error = ("Số chưa đúng", limits[0] or "Hãy nhập một số.")
            options = {"validate": "integer" if kind is RowKind.WHOLE else "decimal", **_between(*limits[1:])}
        elif limits[0]:
            error = ("Dài quá", f"Nội dung dài quá {limits[0]} ký tự.")
            options = {"validate": "length", "criteria": "<=", "value": limits[0]}
        else:
            return None
        return options | {"error_title": error[0], "error_message": error[1][:255]}

    def _list(self, words: tuple[str, ...]) -> str:
        if words not in self.listed:
            first = self.last_listed + 1
            for word in words:
                self.lists.write_string(self.last_listed, 0, word)
                self.last_listed += 1
            self.listed[words] = f"='{LISTS_SHEET}'!$A${first}:$A${self.last_listed}"
        return self.listed[words]

    def _protect(self) -> None:
        sheet = self.sheet
        sheet.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})
        sheet.ignore_errors({"number_stored_as_text": f"A1:G{self.row + 1}"})
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(_HEADER_ROW)
        sheet.set_footer("&CTrang &P/&N")


def shown_value(row: Row, value: str) -> str:
    """A value in words, as the cell shows it."""
    if row.options:
        return dict(row.options).get(value, value)
    if row.kind is RowKind.DATE:
        return format_date(date.fromisoformat(value))
    return for_input(value) if row.kind in (RowKind.NUMBER, RowKind.WHOLE) else plain_text(value)


def _validation_key(row: Row) -> tuple[Any, ...]:
    if row.options:
        return row.kind, tuple(words for _, words in row.options)
    if row.kind in (RowKind.NUMBER, RowKind.WHOLE):
        return row.kind, row.allowed, row.low, row.high
    return row.kind, _LENGTHS.get(row.field)


def _between(low: str | None, high: str | None) -> dict[str, Any]:
    if low is not None and high is not None:
        return {"criteria": "between", "minimum": float(low), "maximum": float(high)}
    if high is not None:
        return {"criteria": "<=", "value": float(high)}
    return {"criteria": ">=", "value": -1e15 if low is None else float(low)}


def _above(by_code: Mapping[str, Node], code: str) -> Iterable[str]:
    parent = by_code[code].parent_code
    while parent:
        yield parent
        parent = by_code[parent].parent_code


def _guidance(node: Node) -> str:
    parts = [f"{node.rule.describe()}." if node.rule else "", node.guidance]
    parts += [f"Tài liệu cần có: {'; '.join(node.evidence)}." if node.evidence else ""]
    parts += ["Được cập nhật số liệu cuối năm ở bước bổ sung." if node.is_final_after_year_end else ""]
    return "\n".join(part for part in parts if part)[:_LONGEST_HINT]


def _write_guide(book: xlsxwriter.Workbook, sheet: Worksheet) -> None:
    look = book.add_format({"font_name": "Times New Roman", "font_size": 12, "text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 110)
    for number, line in enumerate(_GUIDE):
        sheet.write_string(number, 0, line, look)
        sheet.set_row(number, 18 * ceil(len(line) / 115) + 6)
    sheet.protect()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _write_identity(sheet: Worksheet, identity: Identity) -> None:
    """The format in A1, the signed identity below it in pieces."""
    token = identity.sign()
    sheet.write_string(0, 0, FORMAT)
    for number, start in enumerate(range(0, len(token), _PIECE), start=1):
        sheet.write_string(number, 0, token[start : start + _PIECE])
    sheet.protect()
    sheet.very_hidden()
