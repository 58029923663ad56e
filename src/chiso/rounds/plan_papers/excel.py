"""A plan as an Excel workbook: part II on one sheet, the texts on another; read back, it is the same plan."""

import io
from collections.abc import Iterable
from math import ceil

import xlsxwriter
from django.conf import settings
from django.utils import translation
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from chiso.rounds.choices import DeadlineKind
from chiso.rounds.plan_file import BOUND_STAGES, PlanFile, TaskRow
from chiso.rounds.plan_papers.sheet_of_texts import SHEET, rows_of_texts
from chiso.rounds.plan_papers.table import HEADINGS, Column, cells_of

TASKS_SHEET = "Kế hoạch"
HEADER_ROW = 3
SPARE_ROWS = 60
"""Rows below the table that are laid out too, for tasks that people add."""
_WIDTHS = {
    Column.CODE: 7,
    Column.TITLE: 52,
    Column.DEADLINE: 27,
    Column.LEAD: 26,
    Column.COORDINATE: 44,
    Column.NOTE: 30,
    Column.STAGE: 20,
}
_TEXT_WIDTH = 110
_STAGES_AT = 5
"""The hidden column F beside the texts: what the column of stages may say."""
_LINE = 16
_LETTERS_A_UNIT = 1.1
"""Letters of 12 points that fit in a unit of a column's width, with some room for long words."""
_FONT = {"font_name": "Times New Roman", "font_size": 12, "valign": "top", "text_wrap": True}
_HINT = "Mỗi đoạn một dòng; thêm đoạn thì chèn dòng và để trống cột đầu. Dòng bắt đầu bằng số là đề mục."
_OPTIONS = {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}


def write_workbook(plan: PlanFile) -> bytes:
    """Write the workbook, in Vietnamese whatever language its reader's pages speak."""
    target = io.BytesIO()
    with translation.override(settings.LANGUAGE_CODE), xlsxwriter.Workbook(target, _OPTIONS) as book:
        _write_tasks(book, book.add_worksheet(TASKS_SHEET), plan)
        _write_texts(book, book.add_worksheet(SHEET), plan)
    return target.getvalue()


def _write_tasks(book: xlsxwriter.Workbook, sheet: Worksheet, plan: PlanFile) -> None:
    title = book.add_format({**_FONT, "bold": True, "align": "center", "font_size": 14})
    head = book.add_format(
        {**_FONT, "bold": True, "align": "center", "valign": "vcenter", "border": 1, "bg_color": "#E8EEF7"}
    )
    # Kept as text: Excel would make a date or a number of “3.1” that people add.
    plain = book.add_format({**_FONT, "border": 1, "num_format": "@"})
    bold = book.add_format({**_FONT, "border": 1, "num_format": "@", "bold": True})
    last = len(_WIDTHS) - 1
    sheet.merge_range(0, 0, 0, last, "KẾ HOẠCH", title)
    sheet.merge_range(1, 0, 1, last, plan.name, title)
    sheet.set_row(1, 40)
    for place, (column, width) in enumerate(_WIDTHS.items()):
        sheet.set_column(place, place, width)
        sheet.write_string(HEADER_ROW, place, str(HEADINGS[column]), head)
    for number, task in enumerate(plan.tasks, start=HEADER_ROW + 1):
        _write_row(sheet, number, task, bold if task.kind == DeadlineKind.GROUP else plain)
    end = HEADER_ROW + len(plan.tasks)
    for number in range(end + 1, end + 1 + SPARE_ROWS):
        for place in range(len(_WIDTHS)):
            sheet.write_blank(number, place, None, plain)
    # A list in the cell itself would be cut at the commas of “Rà soát, điều chỉnh”.
    source = f"='{SHEET}'!$F$1:$F${len(BOUND_STAGES)}"
    sheet.data_validation(
        HEADER_ROW + 1, last, end + SPARE_ROWS, last, {"validate": "list", "source": source, "ignore_blank": True}
    )
    sheet.freeze_panes(HEADER_ROW + 1, 2)
    sheet.repeat_rows(HEADER_ROW)
    sheet.print_area(0, 0, end, last)
    _lay_out(sheet)


def _write_row(sheet: Worksheet, number: int, task: TaskRow, look: Format) -> None:
    sheet.set_row(number, _height((text, _WIDTHS[column]) for column, text in cells_of(task).items()))
    for place, text in enumerate(cells_of(task).values()):
        if text:
            sheet.write_string(number, place, text, look)
        else:
            sheet.write_blank(number, place, None, look)


def _write_texts(book: xlsxwriter.Workbook, sheet: Worksheet, plan: PlanFile) -> None:
    label = book.add_format({**_FONT, "bold": True, "bg_color": "#E8EEF7", "border": 1})
    plain = book.add_format({**_FONT, "border": 1, "num_format": "@"})
    hint = book.add_format({**_FONT, "italic": True, "font_color": "#555555"})
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, _TEXT_WIDTH)
    rows = list(rows_of_texts(plan))
    for number, (name, text) in enumerate(rows):
        sheet.write_string(number, 0, name, label)
        sheet.write_string(number, 1, text, plain)
        sheet.set_row(number, _height([(text, _TEXT_WIDTH)]))
    sheet.write_string(0, 3, _HINT, hint)
    sheet.set_column(3, 3, 50)
    sheet.write_column(0, _STAGES_AT, [str(key.label) for key in BOUND_STAGES])
    sheet.set_column(_STAGES_AT, _STAGES_AT, None, None, {"hidden": True})
    sheet.print_area(0, 0, len(rows) - 1, 1)
    _lay_out(sheet)


def _height(cells: Iterable[tuple[str, int]]) -> float:
    """Enough for the longest cell: not every program makes room for wrapped lines by itself."""
    return _LINE * max(ceil(len(text) / (width * _LETTERS_A_UNIT)) or 1 for text, width in cells) + 2


def _lay_out(sheet: Worksheet) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.6, right=0.4, top=0.6, bottom=0.6)
