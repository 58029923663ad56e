"""The figures of one official leaf as Excel: a template with every unit, and a filled one read back by cell.

What is read is put into the form of the page, which shows old → new and says what is wrong; nothing is saved here.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from chiso.assessments.models import Entry
from chiso.common.numbers import for_input
from chiso.indexsets.exchange import UnreadableFile
from chiso.indexsets.exchange.excel_writing import is_exact_float
from chiso.indexsets.exchange.grids import Grid, GridRow, NumberCell, column_letter
from chiso.indexsets.exchange.opening import FileKind, kind_of_file
from chiso.indexsets.exchange.workbook_reading import read_workbook
from chiso.indexsets.facts_form import choices_of, field_key, shown_inputs, side_words
from chiso.scoring import Input, InputKind, Node

SHEET, CODE, UNIT = "Số liệu chính thức", "Mã đơn vị", "Đơn vị"
MAX_BYTES = 5_000_000
_HEADER_ROW = 2
_CHOSEN = (InputKind.LEVEL, InputKind.YES_NO)


def heading_of(one: Input) -> str:
    """`Số hồ sơ đúng hạn`, with the side of a branch before it."""
    side = side_words(one)
    label = one.label[:1].upper() + one.label[1:]
    return f"{side}: {label}" if side else label


def write_template(node: Node, entries: Sequence[Entry]) -> bytes:
    """The units with what is stored now; only the figures are asked."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(SHEET)
        font = {"font_name": "Times New Roman", "font_size": 11, "valign": "top"}
        head = book.add_format({**font, "bold": True, "text_wrap": True, "bg_color": "#D5E3F3", "border": 1})
        text, asked = book.add_format(font), book.add_format({**font, "bg_color": "#FFF9DB", "border": 1})
        sheet.write_string(0, 0, f"{node.code} {node.name}", book.add_format({**font, "bold": True, "font_size": 14}))
        inputs = shown_inputs(node, entries[0]) if entries else []
        for place, name in enumerate((CODE, UNIT, *map(heading_of, inputs))):
            sheet.set_column(place, place, 30 if place else 12)
            sheet.write_string(_HEADER_ROW, place, name, head)
        for number, entry in enumerate(entries, start=_HEADER_ROW + 1):
            sheet.write_string(number, 0, entry.dossier.unit.code, text)
            sheet.write_string(number, 1, entry.dossier.unit.name, text)
            for place, one in enumerate(inputs, start=2):
                stored = entry.facts.get(one.name, "") if _counts(one, entry.facts) else ""
                if stored and one.kind not in (*_CHOSEN, InputKind.ITEMS) and is_exact_float(stored):
                    sheet.write_number(number, place, float(stored), asked)
                elif stored:
                    sheet.write_string(number, place, dict(one.choices).get(stored, stored), asked)
                else:
                    sheet.write_blank(number, place, None, asked)
        _offer_choices(sheet, inputs, len(entries))
        sheet.freeze_panes(_HEADER_ROW + 1, 2)
    return target.getvalue()


def _counts(one: Input, facts: Mapping[str, str]) -> bool:
    return one.when in ("", facts.get("condition"))


def _offer_choices(sheet: Any, inputs: Sequence[Input], count: int) -> None:
    for place, one in enumerate(inputs, start=2):
        words = [label for _value, label in one.choices]
        if one.kind in _CHOSEN and count and sum(map(len, words)) + len(words) < 255:
            options = {"validate": "list", "source": words}
            sheet.data_validation(_HEADER_ROW + 1, place, _HEADER_ROW + count, place, options)


@dataclass(slots=True)
class Filled:
    """What stands in a filled file: form values by unit, where each stands, and what is wrong."""

    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    places: dict[tuple[str, str], str] = field(default_factory=dict)
    problems: list[dict[str, str]] = field(default_factory=list)


def read_figures(content: bytes, node: Node, entries: Sequence[Entry]) -> Filled:
    """Read a filled template; all faults at once, each with its cell. Raises `UnreadableFile`, a sentence."""
    if kind_of_file(content) is not FileKind.XLSX:
        raise UnreadableFile(_("Tệp này không phải là Excel (.xlsx). Hãy mở bằng Excel rồi lưu lại dạng .xlsx."))
    inputs = shown_inputs(node, entries[0]) if entries else []
    for grid in read_workbook(content).grids:
        for row in grid.rows:
            if CODE in row.cells:
                return _Reading(grid, row, inputs, {entry.dossier.unit.code for entry in entries}).read()
    raise UnreadableFile(
        _("Không tìm thấy trang có cột “%(column)s”. Hãy tải biểu mẫu của trang này rồi nhập vào đó.")
        % {"column": CODE}
    )


class _Reading:
    """One sheet, read row by row; columns are found by their heads, wherever they were moved."""

    def __init__(self, grid: Grid, head: GridRow, inputs: Sequence[Input], units: set[str]) -> None:
        self.grid, self.head, self.units, self.filled = grid, head, units, Filled()
        self.code = head.cells.index(CODE)
        self.columns: dict[int, Input] = {}
        for one in inputs:
            heading = heading_of(one)
            if heading in head.cells:
                self.columns[head.cells.index(heading)] = one
            else:
                self._note(head, self.code, _("Thiếu cột “%(column)s”.") % {"column": heading})

    def read(self) -> Filled:
        for row in self.grid.rows:
            if row.number > self.head.number and not row.is_empty:
                self._read_row(row)
        return self.filled

    def _read_row(self, row: GridRow) -> None:
        code = row.cell(self.code).strip()
        if code not in self.units:
            what = _("Không có đơn vị mã “%(code)s” trong danh sách.") if code else _("Thiếu mã đơn vị.")
            self._note(row, self.code, what % {"code": code[:60]})
            return
        if code in self.filled.values:
            self._note(row, self.code, _("Đơn vị mã “%(code)s” có hai dòng.") % {"code": code})
            return
        values: dict[str, Any] = {}
        for place, one in self.columns.items():
            reference = f"{column_letter(place)}{row.number}"
            self.filled.places[code, field_key(one)] = f"{self.grid.name}, {reference}"
            if reference in self.grid.faulty or (reference in self.grid.formulas and not row.cell(place)):
                self._note(row, place, _("Công thức trong ô bị lỗi hoặc chưa có kết quả. Hãy nhập thẳng giá trị."))
            elif row.cell(place).strip():
                values[field_key(one)] = self._value(one, row.cell(place), row, place)
        self.filled.values[code] = {name: value for name, value in values.items() if value is not None}

    def _value(self, one: Input, cell: str, row: GridRow, place: int) -> Any:
        """As somebody would type it into the form."""
        if one.kind == InputKind.ITEMS:
            parts = [part.strip() for part in cell.replace(",", ";").split(";")]
            return [part for part in parts if part]
        if one.kind in _CHOSEN:
            wanted = " ".join(cell.split()).casefold()
            for value, label in choices_of(one):
                if wanted in (" ".join(label.split()).casefold(), value):
                    return value
            allowed = "; ".join(label for _value, label in choices_of(one))
            self._note(row, place, _("Giá trị không có trong danh sách. Hãy chọn: %(allowed)s.") % {"allowed": allowed})
            return None
        return for_input(cell) if isinstance(cell, NumberCell) else cell.strip()

    def _note(self, row: GridRow, place: int, what: str) -> None:
        where = f"{self.grid.name}, {column_letter(place)}{row.number}"
        self.filled.problems.append({"where": where, "what": what})
