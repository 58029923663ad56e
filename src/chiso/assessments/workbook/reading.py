"""A filled workbook read back: its identity, and every value cell by leaf and field, wherever its row was moved to."""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from chiso.assessments.workbook.identity import FORMAT, Identity, NotSigned
from chiso.assessments.workbook.rows import Row, RowKind
from chiso.assessments.workbook.writing import HEADINGS, KEY, VALUE
from chiso.common.dates import format_date
from chiso.common.numbers import for_input
from chiso.indexsets.exchange import UnreadableFile
from chiso.indexsets.exchange.grids import DateCell, Grid, GridRow, NumberCell, Source, column_letter
from chiso.indexsets.exchange.opening import FileKind, kind_of_file
from chiso.indexsets.exchange.workbook_reading import read_workbook
from chiso.scoring.numbers import shorten

MAX_BYTES = 5_000_000


class CellFault(ValueError):
    """What a cell holds is no value of its row; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a workbook: where, as people find it, and what."""

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A value cell: its text, which knows whether it was a number or a date, and where it stands."""

    text: str
    where: str


@dataclass(slots=True)
class Filled:
    """What stands in a workbook."""

    identity: Identity
    cells: dict[tuple[str, str], Cell] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_filled(content: bytes) -> Filled:
    """Read a workbook of ours. Raises `UnreadableFile`, a sentence, when it is none, or its identity was edited."""
    if len(content) > MAX_BYTES:
        raise UnreadableFile(_("Tệp lớn hơn 5 MB. Hãy chọn đúng bảng tính đã tải về từ hồ sơ này."))
    if kind_of_file(content) is not FileKind.XLSX:
        raise UnreadableFile(_("Tệp này không phải là Excel (.xlsx). Hãy mở bằng Excel rồi lưu lại dạng .xlsx."))
    source = read_workbook(content)
    filled = Filled(_identity(source))
    table = next((found for grid in source.grids if (found := _table(grid))), None)
    if table is None:
        raise UnreadableFile(
            _("Không tìm thấy trang có cột “%(value)s” và cột “%(key)s”. Hãy tải lại bảng tính rồi nhập vào bản mới.")
            % {"value": HEADINGS[VALUE], "key": HEADINGS[KEY]}
        )
    table.read(filled)
    return filled


def _identity(source: Source) -> Identity:
    for grid in source.grids:
        pieces = [row.cell(0) for row in grid.rows]
        if pieces[0] == FORMAT:
            try:
                return Identity.read("".join(pieces[1:]))
            except NotSigned as error:
                raise UnreadableFile(
                    _(
                        "Phần nhận dạng của bảng tính bị sửa, hoặc bảng tính được tải về từ một hệ thống khác. "
                        "Hãy tải lại bảng tính từ hồ sơ này rồi nhập vào bản mới."
                    )
                ) from error
    raise UnreadableFile(
        _("Tệp này không phải là bảng tính tải về từ hồ sơ. Hãy tải bảng tính của hồ sơ này rồi nhập vào đó.")
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """The sheet with the values: where its head, keys and values are."""

    grid: Grid
    head: int
    value: int
    key: int

    def read(self, filled: Filled) -> None:
        first: dict[tuple[str, str], str] = {}
        for row in self.grid.rows:
            if row.number <= self.head:
                continue
            code, slash, name = row.cell(self.key).rpartition("/")
            where = f"{self.grid.name}, {self._reference(row)}"
            if not slash:
                self._note_stray(filled, row, where)
                continue
            if (code, name) in first:
                what = _("Dòng này trùng với dòng ở ô %(other)s. Hãy xóa một trong hai dòng.")
                filled.problems.append(Problem(where, what % {"other": first[code, name]}))
                continue
            first[code, name] = self._reference(row)
            text = row.cell(self.value)
            self._note_formula(filled, self._reference(row), where, text)
            filled.cells[code, name] = Cell(text, where)

    def _reference(self, row: GridRow) -> str:
        return f"{column_letter(self.value)}{row.number}"

    def _note_stray(self, filled: Filled, row: GridRow, where: str) -> None:
        if row.cell(self.value):
            what = _("Dòng này không có trong bảng tính đã tải về. Hãy nhập vào dòng có sẵn rồi xóa dòng này.")
            filled.problems.append(Problem(where, what))

    def _note_formula(self, filled: Filled, reference: str, where: str, text: str) -> None:
        if reference in self.grid.faulty:
            what = _("Công thức trong ô bị lỗi. Hãy sửa công thức hoặc nhập thẳng giá trị.")
            filled.problems.append(Problem(where, what))
        elif reference in self.grid.formulas and not text:
            what = _("Công thức trong ô chưa có kết quả. Hãy mở bằng Excel, lưu lại, hoặc nhập thẳng giá trị.")
            filled.problems.append(Problem(where, what))


def _table(grid: Grid) -> _Table | None:
    """The table of a sheet, found by its head, so that lines above or columns between do no harm."""
    for row in grid.rows:
        if HEADINGS[VALUE] in row.cells and HEADINGS[KEY] in row.cells:
            return _Table(grid, row.number, row.cells.index(HEADINGS[VALUE]), row.cells.index(HEADINGS[KEY]))
    return None


def entered(row: Row, text: str) -> str:
    """What a cell holds, as somebody would type it into the form; a choice by its value. Raises `CellFault`."""
    if not text:
        return ""
    if row.options:
        return _chosen(row, text)
    if row.kind is RowKind.DATE:
        return _as_date(text)
    if isinstance(text, DateCell):
        if row.kind is RowKind.TEXT:
            return _as_date(text)
        raise CellFault(_("Ô này cần số, không phải ngày. Hãy nhập lại như 85,25."))
    if isinstance(text, NumberCell):
        return for_input(text)
    return text


def _chosen(row: Row, text: str) -> str:
    wanted = _folded(text)
    for value, words in row.options:
        # People also write the number alone, and “1” where the list says “1. Kịp thời: 2 điểm”.
        if wanted in (_folded(words), value):
            return value
    raise CellFault(
        _("“%(text)s” không có trong danh sách. Hãy chọn: %(allowed)s.")
        % {"text": shorten(text), "allowed": "; ".join(words for _value, words in row.options)}
    )


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _as_date(text: str) -> str:
    if isinstance(text, NumberCell):
        raise CellFault(_("“%(text)s” không phải là ngày. Viết ngày/tháng/năm, như 15/12/2022.") % {"text": text})
    if not isinstance(text, DateCell):
        return text
    try:
        return format_date(datetime.fromisoformat(text).date())
    except ValueError:
        raise CellFault(
            _("“%(text)s” không phải là ngày. Viết ngày/tháng/năm, như 15/12/2022.") % {"text": shorten(text)}
        ) from None
