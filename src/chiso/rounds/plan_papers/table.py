"""Part II as a table, in Word or in Excel: its header in any order of columns, its rows, every fault at its place."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from itertools import islice

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chiso.common.dates import format_date
from chiso.indexsets.exchange.grids import AutoNumberCell, DateCell, Grid, GridRow, column_letter
from chiso.indexsets.exchange.words import fold
from chiso.rounds.choices import DeadlineKind, StageKey
from chiso.rounds.plan_file import BOUND_STAGES, CODE, LIMITS, TaskRow, usual_stage
from chiso.rounds.plan_papers.bodies import cell_of, printed_bodies, split_bodies
from chiso.rounds.plan_papers.wording import Deadline, WordingError, one_line, read_deadline

LOOK_AT = 40
"""Rows in which the header is looked for."""
_MOST_MERGED = 100_000
"""Cells of a sheet that are reached by merged ones above them; no plan comes near."""
_NOTE = re.compile(r"^\s*ghi chú\s*:\s*", re.IGNORECASE | re.MULTILINE)
_MOMENT = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T].*)?")


class Column(StrEnum):
    """What a column of part II holds."""

    CODE = "code"
    TITLE = "title"
    DEADLINE = "deadline"
    LEAD = "lead"
    COORDINATE = "coordinate"
    NOTE = "note"
    STAGE = "stage"


HEADINGS: Mapping[Column, object] = {
    Column.CODE: gettext_lazy("STT"),
    Column.TITLE: gettext_lazy("Nhiệm vụ"),
    Column.DEADLINE: gettext_lazy("Thời gian"),
    Column.LEAD: gettext_lazy("Cơ quan chủ trì"),
    Column.COORDINATE: gettext_lazy("Cơ quan phối hợp"),
    Column.NOTE: gettext_lazy("Ghi chú"),
    Column.STAGE: gettext_lazy("Giai đoạn"),
}
_PATTERNS: tuple[tuple[str, Column], ...] = (
    (r"stt|tt|so tt|so thu tu", Column.CODE),
    (r"ghi chu.*", Column.NOTE),
    (r".*chu tri.*", Column.LEAD),
    (r".*phoi hop.*", Column.COORDINATE),
    (r"(?:mo )?giai doan", Column.STAGE),
    (r"thoi gian.*|thoi han.*|tien do.*|han hoan thanh.*", Column.DEADLINE),
    (r"(?:ten |noi dung |cac )*(?:nhiem vu|noi dung|cong viec).*", Column.TITLE),
)
_NEEDED = frozenset({Column.CODE, Column.TITLE, Column.DEADLINE, Column.LEAD})


@dataclass(frozen=True)
class Header:
    """Where the header ends (a place in the rows), and which column holds what."""

    last: int
    places: Mapping[Column, int]
    words: tuple[str, ...]
    unused: tuple[str, ...]


@dataclass
class Rows:
    """The rows that were read, what is wrong with the others, and what to look at again."""

    tasks: list[TaskRow] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def find_header(grid: Grid) -> Header | None:
    """The header of a table of tasks: one row, or two where “Cơ quan thực hiện” stands over two columns."""
    rows = grid.rows[:LOOK_AT]
    for place, row in enumerate(rows):
        double = rows[place + 1] if place + 1 < len(rows) else None
        for last, cells in ((place, row.cells), (place + 1, _two_rows(row, double))):
            found = _columns(cells)
            if found.keys() >= _NEEDED:
                unused = tuple(one_line(cell) for at, cell in enumerate(cells) if cell and at not in found.values())
                return Header(last, found, tuple(map(fold, cells)), unused)
    return None


def width_of(grid: Grid) -> int:
    """The most columns of any row."""
    return max(len(row.cells) for row in grid.rows)


def read_rows(grid: Grid, header: Header, rows: Rows, label: str, *, from_start: bool = False) -> None:
    """Read the rows below the header into `rows`; `from_start` for a table that goes on without a header."""
    hidden, dated = [], []
    for place, row in enumerate(_merged_down(grid)):
        if (place <= header.last and not from_start) or _is_no_task(row, header):
            continue
        reader = _RowReader(row, header, label, grid)
        task = reader.read()
        rows.faults += reader.faults
        hidden += [row.number] if row.is_hidden else []
        dated += [row.number] if reader.is_dated_by_excel else []
        if task is not None:
            rows.tasks.append(task)
    rows.remarks += _to_look_at(label, hidden, dated)


def cells_of(task: TaskRow) -> dict[Column, str]:
    """A task as its row prints it."""
    return {
        Column.CODE: task.code,
        Column.TITLE: task.title,
        Column.DEADLINE: task.text,
        Column.LEAD: task.lead_text or cell_of(task.lead),
        Column.COORDINATE: task.coordinate_text or cell_of(task.coordinate),
        Column.NOTE: task.note,
        Column.STAGE: str(StageKey(task.stage).label) if task.stage else "",
    }


def _columns(cells: tuple[str, ...]) -> dict[Column, int]:
    found: dict[Column, int] = {}
    for place, cell in enumerate(cells):
        column = next((column for pattern, column in _PATTERNS if re.fullmatch(pattern, fold(cell))), None)
        if column is not None:
            found.setdefault(column, place)
    return found


def _two_rows(first: GridRow, second: GridRow | None) -> tuple[str, ...]:
    if second is None:
        return ()
    width = max(len(first.cells), len(second.cells))
    return tuple(second.cell(place) or first.cell(place) for place in range(width))


def _is_no_task(row: GridRow, header: Header) -> bool:
    """The header once more on a new page, the numbers of the columns, an empty row."""
    filled = [one_line(cell) for cell in row.cells if one_line(cell)]
    counted = [re.sub(r"[()\s]", "", cell) for cell in filled]
    is_count = len(filled) > 2 and counted == [str(number) for number in range(1, len(filled) + 1)]
    return not filled or is_count or tuple(map(fold, row.cells)) == header.words


def _merged_down(grid: Grid) -> Iterator[GridRow]:
    """The rows of a sheet with what is merged downwards written into every row it reaches, as it is read in Word."""
    below = (
        (number, left) for top, left, bottom, _right in grid.merged for number in range(top + 2, bottom + 2)
    )  # A merge counts rows from 0, a row of the grid from 1.
    reached = set(islice(below, _MOST_MERGED))
    above: tuple[str, ...] = ()
    for row in grid.rows:
        above = tuple(
            above[place] if (row.number, place) in reached and place < len(above) else cell
            for place, cell in enumerate(row.cells)
        )
        yield replace(row, cells=above)


def _to_look_at(label: str, hidden: list[int], dated: list[int]) -> Iterator[str]:
    if hidden:
        yield _("%(table)s: dòng %(rows)s đang bị ẩn trong Excel nhưng vẫn được nhập.") % {
            "table": label,
            "rows": ", ".join(map(str, hidden)),
        }
    if dated:
        yield _(
            "%(table)s: ở dòng %(rows)s, ô Thời gian là ngày của Excel nên được hiểu là đúng ngày đó. "
            "Nếu là “Trước ngày …” hoặc cả tháng thì sửa lại dòng."
        ) % {"table": label, "rows": ", ".join(map(str, dated))}


class _RowReader:
    """One row of the table on its way to a task; collects what is wrong with its cells."""

    def __init__(self, row: GridRow, header: Header, label: str, grid: Grid) -> None:
        self.row = row
        self.places = header.places
        self.label = label
        self.grid = grid
        self.faults: list[str] = []
        self.is_dated_by_excel = isinstance(self._cell(Column.DEADLINE), DateCell)

    def read(self) -> TaskRow | None:
        self._check_formulas()
        code, title = self._code(), one_line(self._cell(Column.TITLE))
        if not title:
            self._fault(Column.TITLE, _("chưa ghi nhiệm vụ."))
        note = self._note()
        deadline = self._deadline()
        lead, coordinate = self._bodies(Column.LEAD), self._bodies(Column.COORDINATE)
        stage = self._stage(code, deadline)
        for column, key, text in (
            (Column.CODE, "code", code),
            (Column.TITLE, "title", title),
            (Column.DEADLINE, "text", deadline.text),
            (Column.LEAD, "lead_text", lead),
            (Column.COORDINATE, "coordinate_text", coordinate),
            (Column.NOTE, "note", note),
        ):
            if len(text) > LIMITS[key]:
                self._fault(column, _("dài quá %(limit)d ký tự.") % {"limit": LIMITS[key]})
        if self.faults:
            return None
        return TaskRow(
            code, title, deadline.kind, deadline.text, deadline.starts_on, deadline.ends_on, (), (), note, stage,
            lead, coordinate,
        )  # fmt: skip

    def _cell(self, column: Column) -> str:
        return self.row.cell(self.places[column]) if column in self.places else ""

    def _fault(self, column: Column, sentence: str) -> None:
        place = _("%(table)s, dòng %(row)d") % {"table": self.label, "row": self.row.number}
        if column in self.places:
            heading = str(HEADINGS[column])
            letter = "" if self.grid.is_word else f" ({column_letter(self.places[column])})"
            place = _("%(place)s, cột %(column)s") % {"place": place, "column": f"{heading}{letter}"}
        self.faults.append(f"{place}: {sentence}")

    def _check_formulas(self) -> None:
        """A formula that went wrong, or was never worked out, leaves its cell empty: that is no empty cell."""
        for column, place in self.places.items():
            reference = f"{column_letter(place)}{self.row.number}"
            if reference in self.grid.faulty:
                self._fault(column, _("công thức bị lỗi; hãy sửa công thức hoặc gõ giá trị."))
            elif reference in self.grid.formulas and not self._cell(column):
                self._fault(column, _("công thức chưa có giá trị; hãy mở tệp bằng Excel rồi lưu lại, hoặc gõ giá trị."))

    def _code(self) -> str:
        cell = self._cell(Column.CODE)
        code = one_line(cell).lstrip("( ").rstrip(".) ")
        if isinstance(cell, AutoNumberCell):
            self._fault(Column.CODE, _("số thứ tự do Word tự đánh nên không đọc được; hãy gõ số vào ô."))
        elif isinstance(cell, DateCell):
            self._fault(Column.CODE, _("Excel đã hiểu số thứ tự là ngày; hãy định dạng cột này là Văn bản rồi gõ lại."))
        elif not code:
            self._fault(Column.CODE, _("chưa ghi số thứ tự."))
        elif not CODE.fullmatch(code):
            self._fault(Column.CODE, _("số thứ tự “%(code)s” phải viết liền, như 3.1.") % {"code": code[:30]})
        return code

    def _deadline(self) -> Deadline:
        cell = self._cell(Column.DEADLINE)
        if isinstance(cell, DateCell) and (found := _MOMENT.fullmatch(cell)):
            cell = format_date(date(int(found[1]), int(found[2]), int(found[3])))
        try:
            return read_deadline(_without_note(cell))
        except WordingError as fault:
            self._fault(Column.DEADLINE, str(fault))
            return Deadline(DeadlineKind.GROUP, "")

    def _bodies(self, column: Column) -> str:
        printed = printed_bodies(_without_note(self._cell(column)))
        too_long = [label for label in split_bodies(printed) if len(label) > LIMITS["label"]]
        if too_long and len(printed) <= LIMITS["lead_text"]:
            self._fault(
                column, _("có tên cơ quan dài quá %(limit)d ký tự; hãy ngăn các cơ quan bằng dấu chấm phẩy.")
                % {"limit": LIMITS["label"]},
            )  # fmt: skip
        return printed

    def _note(self) -> str:
        """The note: a column of its own, or what follows “Ghi chú:” in any cell of the row, merged or not."""
        notes = [self._cell(Column.NOTE)]
        for place, cell in enumerate(self.row.cells):
            if place not in (self.places.get(Column.NOTE), self.places[Column.TITLE], self.places[Column.CODE]):
                notes += list(_notes_in(cell))
        kept = (one_line(_NOTE.sub("", note)).rstrip(".") for note in notes)
        return "; ".join(dict.fromkeys(note for note in kept if note))

    def _stage(self, code: str, deadline: Deadline) -> str:
        words = fold(self._cell(Column.STAGE))
        if not words:
            return "" if Column.STAGE in self.places else usual_stage(code, deadline.kind)
        with translation.override(settings.LANGUAGE_CODE):  # The file is Vietnamese, whatever the page is.
            names = {key: str(key.label) for key in BOUND_STAGES}
        stage = next((key for key, name in names.items() if words in (fold(name), fold(key.value))), None)
        if stage is None:
            known = ", ".join(names.values())
            self._fault(
                Column.STAGE,
                _("không có giai đoạn này; chỉ được một trong: %(known)s, hoặc để trống.") % {"known": known},
            )
        return stage.value if stage else ""


def _notes_in(cell: str) -> Iterator[str]:
    if found := _NOTE.search(cell):
        yield cell[found.start() :]


def _without_note(cell: str) -> str:
    found = _NOTE.search(cell)
    return cell[: found.start()] if found else cell
