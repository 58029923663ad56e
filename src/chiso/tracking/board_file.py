"""The board as .xlsx: tasks, bodies, units and stages. Its words are Vietnamese, whatever language the pages are in.

Who does not run the round gets neither the sheet of units nor what bodies wrote of their part.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import xlsxwriter
from django.conf import settings
from django.utils import timezone, translation
from xlsxwriter.worksheet import Worksheet

from chiso.assessments.pages.completeness import NOTHING, completeness_of, counted_areas
from chiso.assessments.pages.overview_steps import blocks_of
from chiso.common.dates import format_deadline, format_moment
from chiso.organizations.models import User
from chiso.rounds.choices import BodyKind, StageKey, TaskRole, WorkState
from chiso.rounds.policy import runs
from chiso.tracking.board_form import BoardForm
from chiso.tracking.board_rows import STATES, Standing, TaskRow

TASKS, BODIES, UNITS, STAGES = "Nhiệm vụ", "Cơ quan", "Đơn vị", "Giai đoạn"
_HEADER_ROW = 2
_MAX_CELL = 32_000
_TASK_HEADS = (
    *(("STT", 7), ("Nhiệm vụ", 60), ("Chủ trì", 30), ("Phối hợp", 40), ("Thời gian theo Kế hoạch", 22)),
    *(("Bắt đầu", 12), ("Ngày cuối", 12), ("Hạn cũ", 12), ("Tình trạng", 16), ("Xong ngày", 12), ("Số ngày trễ", 9)),
    *(("Đã làm", 9), ("Trên tổng", 9), ("Ghi chú", 40)),
)
_BODY_HEADS = (
    *(("STT", 7), ("Nhiệm vụ", 60), ("Cơ quan", 34), ("Vai trò", 12), ("Chỉ ai", 24), ("Tiến độ", 26)),
    *(("Báo cáo lúc", 18), ("Xác nhận lúc", 18)),
)
_PRIVATE_HEADS = (("Số, ký hiệu văn bản", 20), ("Ngày văn bản", 12), ("Tình hình thực hiện", 50), ("Lý do trả lại", 40))
_UNIT_HEADS = (
    *(("Mã", 10), ("Đơn vị", 28), ("Khối", 20), ("Trạng thái hồ sơ", 24), ("Hạn nộp của đơn vị", 26)),
    *(("Nộp lúc", 18), ("Số ngày trễ", 9), ("Đang quá hạn (ngày)", 11), ("Gửi giải trình lúc", 18)),
    *(("Tiêu chí đã nhập", 10), ("Trên tổng", 9), ("Có tài liệu kiểm chứng", 12)),
)
_STAGE_HEADS = (
    *(("Giai đoạn", 24), ("Thời hạn", 28), ("Mở", 18), ("Kết thúc", 18), ("Đơn vị tính", 11), ("Phải có", 9)),
    *(("Đã có", 9), ("Đúng hạn", 9), ("Trễ", 9), ("Tỷ lệ đúng hạn (%)", 11), ("Số ngày trễ bình quân", 12)),
)
_Heads = Sequence[tuple[str, int]]


def write_board(found: Standing, user: User, given: Mapping[str, Any]) -> bytes:
    """Write where everyone stands; of tasks and bodies those that the filters leave (2 queries more for units)."""
    with translation.override(settings.LANGUAGE_CODE):
        is_runner = runs(user, found.round)
        form = BoardForm(given, found.tasks)
        rows = form.left(found.tasks, found.at)
        about = "; chỉ gồm nhiệm vụ theo bộ lọc" if form.is_filtering else ""
        target = io.BytesIO()
        options = {"in_memory": True, "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(target, options) as book:
            book.set_properties({"title": f"Tiến độ – {found.round.name}"})
            looks = _looks(book)
            told = f"Tại thời điểm {format_moment(found.at)}"
            _write(book.add_worksheet(TASKS), looks, found, told + about, _TASK_HEADS, map(_task, rows))
            heads = _BODY_HEADS + (_PRIVATE_HEADS if is_runner else ())
            lines = _bodies(rows, is_runner=is_runner)
            _write(book.add_worksheet(BODIES), looks, found, told + about, heads, lines)
            if is_runner:
                _write(book.add_worksheet(UNITS), looks, found, told, _UNIT_HEADS, _units(found))
            _write(book.add_worksheet(STAGES), looks, found, told, _STAGE_HEADS, _stages(found))
    return target.getvalue()


def _looks(book: xlsxwriter.Workbook) -> dict[str, Any]:
    font = {"font_name": "Times New Roman", "font_size": 11}
    return {
        "title": book.add_format({**font, "bold": True, "font_size": 14}),
        "about": book.add_format({**font, "font_color": "#566173"}),
        "head": book.add_format({**font, "bold": True, "text_wrap": True, "bg_color": "#D5E3F3", "border": 1}),
        "text": book.add_format({**font, "valign": "top", "text_wrap": True}),
        "number": book.add_format({**font, "valign": "top", "num_format": "[$-42A]#,##0.##"}),
        "day": book.add_format({**font, "valign": "top", "num_format": "dd/mm/yyyy"}),
        "moment": book.add_format({**font, "valign": "top", "num_format": "dd/mm/yyyy hh:mm"}),
    }


def _write(
    sheet: Worksheet,
    looks: Mapping[str, Any],
    found: Standing,
    about: str,
    heads: _Heads,
    lines: Iterator[Sequence[object]],
) -> None:
    """One sheet, from top to bottom: title, when, heads, lines."""
    for place, (_name, width) in enumerate(heads):
        sheet.set_column(place, place, width)
    sheet.freeze_panes(_HEADER_ROW + 1, 2)
    sheet.write_string(0, 0, found.round.name, looks["title"])
    sheet.write_string(1, 0, about, looks["about"])
    for place, (name, _width) in enumerate(heads):
        sheet.write_string(_HEADER_ROW, place, name, looks["head"])
    last = _HEADER_ROW
    for cells in lines:
        last += 1
        for place, value in enumerate(cells):
            _cell(sheet, looks, last, place, value)
    sheet.autofilter(_HEADER_ROW, 0, max(last, _HEADER_ROW + 1), len(heads) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEADER_ROW)


def _cell(sheet: Worksheet, looks: Mapping[str, Any], row: int, place: int, value: object) -> None:
    if isinstance(value, datetime):
        sheet.write_datetime(row, place, timezone.make_naive(value), looks["moment"])
    elif isinstance(value, date):
        sheet.write_datetime(row, place, datetime(value.year, value.month, value.day), looks["day"])  # noqa: DTZ001 Excel's
    elif isinstance(value, int | float):
        sheet.write_number(row, place, value, looks["number"])
    elif value:
        sheet.write_string(row, place, str(value)[:_MAX_CELL], looks["text"])


def _day(moment: datetime | None, *, is_end: bool = False) -> date | None:
    """The day of a moment; the end of a day belongs to the day that ends."""
    if moment is None:
        return None
    return timezone.localdate(moment - timedelta(seconds=1) if is_end else moment)


def _task(row: TaskRow) -> Sequence[object]:
    if row.is_heading:
        return (row.code, row.title, *[None] * 11, row.note)
    old = _day(row.old_ends[0], is_end=True) if row.old_ends else None
    return (
        *(row.code, row.title, row.names(TaskRole.LEAD), row.names(TaskRole.COORDINATE), row.printed),
        *(_day(row.starts), _day(row.ends, is_end=True), old, str(STATES[row.state][0]), _day(row.done), row.late),
        *(row.part, row.whole, row.note),
    )


def _bodies(rows: Sequence[TaskRow], *, is_runner: bool) -> Iterator[Sequence[object]]:
    for row in rows:
        for body in row.bodies:
            cells: list[object] = [row.code, row.title, body.label, str(TaskRole(body.role).label)]
            cells += [str(BodyKind(body.kind).label), str(WorkState(body.state).label)]
            cells += [body.handed_at, body.confirmed_at]
            if is_runner:
                cells += [body.product_number, body.product_date, body.note, body.returned_reason]
            yield cells


def _units(found: Standing) -> Iterator[Sequence[object]]:
    blocks = blocks_of(found.round)
    names = {block.pk: block.name for block in blocks}
    sizes = {block.pk: sum(len(area.codes) for area in counted_areas(block)) for block in blocks}
    counts = completeness_of(found.round, blocks, None) if found.dossiers else {}
    ends = found.ends[StageKey.SELF_ASSESSMENT]
    overdue = {dossier.pk: days for dossier, days in found.overdue_units(StageKey.SELF_ASSESSMENT)}
    for dossier in found.dossiers:
        mine = counts.get(dossier.pk, NOTHING)
        end = ends.of_dossier(dossier)
        yield (
            *(dossier.unit.code, dossier.unit.name, names[dossier.block_id], str(dossier.get_state_display())),
            *(format_deadline(end) if end else "", dossier.submitted_at, dossier.late_days, overdue.get(dossier.pk)),
            *(dossier.resubmitted_at, mine.total, sizes[dossier.block_id], mine.proven),
        )


def _stages(found: Standing) -> Iterator[Sequence[object]]:
    for one in found.numbers:
        due = one.on_time + one.late
        yield (
            *(str(one.key.label), format_deadline(one.ends) if one.ends else "", one.opened, one.closed, one.unit),
            *(one.expected, one.actual, one.on_time, one.late),
            round(100 * one.on_time / due, 1) if due else None,
            round(one.late_sum / one.late_counted, 1) if one.late_counted else None,
        )
