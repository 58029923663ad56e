"""`read_plan_file`: a plan's file of any kind, told by its content, as a `PlanFile` or with every fault at once.

A file comes from outside: it is measured before it is unpacked, XML loads nothing, and the cells of a workbook are
laid out in a process of their own (`indexsets.exchange`).
"""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from chiso.indexsets.exchange.grids import Grid
from chiso.indexsets.exchange.opening import FileKind, UnreadableFile, kind_of_file
from chiso.indexsets.exchange.words import fold
from chiso.indexsets.exchange.workbook_reading import read_workbook
from chiso.rounds.plan_file import HEAD_LIMITS, TEXTS, PlanErrors, PlanFile, faults_between, read_plan
from chiso.rounds.plan_papers.sheet_of_texts import is_sheet_of_texts, read_texts
from chiso.rounds.plan_papers.table import Header, Rows, find_header, read_rows, width_of
from chiso.rounds.plan_papers.texts import Texts
from chiso.rounds.plan_papers.word import read_flow
from chiso.rounds.plan_papers.wording import one_line

MAX_FILE = 5 * 1024 * 1024
MAX_YAML = 1024 * 1024
_SIGN_OFF_CELLS = 2
_MACROS = "vbaproject.bin"


def read_plan_file(content: bytes) -> PlanFile:
    """Read a plan from Word, Excel or YAML; raises `PlanErrors` with whole sentences."""
    if len(content) > MAX_FILE:
        raise PlanErrors([_("Tệp lớn hơn 5 MB. Hãy chọn đúng tệp Kế hoạch.")])
    try:
        kind = kind_of_file(content)
        if kind in (FileKind.DOCX, FileKind.XLSX):
            _refuse_macros(content)
        if kind == FileKind.DOCX:
            return _of_word(content)
        if kind in (FileKind.XLSX, FileKind.XLS):
            return _of_workbook(content, is_old=kind == FileKind.XLS)
    except UnreadableFile as error:
        raise PlanErrors([str(error)]) from error
    if len(content) > MAX_YAML:
        raise PlanErrors([_("Tệp YAML lớn hơn 1 MB. Hãy chọn đúng tệp Kế hoạch.")])
    return read_plan(_decoded(content))


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PlanErrors([_("Tệp không phải là văn bản UTF-8. Hãy lưu lại tệp với mã UTF-8 rồi tải lên.")]) from error


def _refuse_macros(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        if any(name.lower().endswith(_MACROS) for name in package.namelist()):
            raise UnreadableFile(_("Tệp có chứa macro nên không nhận. Hãy lưu lại dạng .docx hoặc .xlsx."))


class _WordPlan:
    """A document on its way to a plan: its blocks come one after another."""

    def __init__(self) -> None:
        self.texts = Texts()
        self.rows = Rows()
        self.remarks: list[str] = []
        self.header: Header | None = None
        self.width = self.count = 0

    def take(self, grid: Grid) -> None:
        """A table: of tasks, with a header or going on without one, or the one that signs off; others are left out."""
        header = find_header(grid)
        goes_on = header is None and self.header is not None and width_of(grid) == self.width
        if header is not None:
            self.header, self.width = header, width_of(grid)
            self.texts.take_table()
            self.remarks += _unused(header)
        elif sign_off := _sign_off(grid):
            self.texts.take_sign_off(*sign_off)
        elif self.texts.has_title and not goes_on:
            self.texts.left_out.append(_first_words(grid))
        if self.header is not None and (header is not None or goes_on):
            self.count += 1
            label = _("Bảng %(number)d") % {"number": self.count}
            read_rows(grid, self.header, self.rows, label, from_start=goes_on)


def _of_word(content: bytes) -> PlanFile:
    word = _WordPlan()
    for block in read_flow(content):
        if isinstance(block, Grid):
            word.take(block)
        else:
            word.texts.take(block)
    if word.header is None:
        raise UnreadableFile(_no_table())
    texts, remarks = word.texts, word.remarks
    texts.finish()
    if texts.left_out:
        remarks.append(
            _("Không nhập bảng khác và phần sau chữ ký: “%(text)s”.") % {"text": " … ".join(texts.left_out)[:200]}
        )
    if texts.content:
        remarks.append(_("Không nhập đoạn cạnh bảng ở phần II: “%(text)s”.") % {"text": " ".join(texts.content)[:200]})
    faults = [] if texts.name else [_("Không thấy tên Kế hoạch: cần dòng “KẾ HOẠCH”, dưới đó là trích yếu.")]
    if texts.name and texts.year is None:
        faults.append(_("Không thấy năm đánh giá: trích yếu phải ghi “năm …”, như “năm 2022”."))
    parts: dict[str, Any] = {key: "\n".join(getattr(texts, key)) for key in TEXTS}
    plan = PlanFile(
        name=texts.name,
        year=texts.year or 0,
        superior_plan=texts.superior_plan,
        tasks=(),
        aliases={},
        **parts,
        signer_name=texts.signer_name,
    )
    return _finished(plan, word.rows, faults, remarks)


def _of_workbook(content: bytes, *, is_old: bool) -> PlanFile:
    rows, remarks, faults = Rows(), list[str](), list[str]()
    read = False
    plan = PlanFile("", 0, "", (), {})
    for grid in read_workbook(content, is_old=is_old).grids:
        label = _("Trang “%(name)s”") % {"name": grid.name}
        if is_sheet_of_texts(grid):
            plan, found = read_texts(grid, label)
            faults += found
        elif (header := find_header(grid)) and not read and not grid.is_hidden:
            read = True
            read_rows(grid, header, rows, label)
            remarks += _unused(header)
            plan = plan if plan.name else _titled(plan, grid, header)
        else:
            remarks.append(_("%(sheet)s không được đọc.") % {"sheet": label})
    if not read:
        raise UnreadableFile(_no_table())
    if not plan.name:
        faults.append(
            _(
                "Không thấy tên Kế hoạch: ghi trên bảng, dưới dòng “KẾ HOẠCH”, hoặc ở trang “Nội dung”, "
                "dòng “Tên Kế hoạch”."
            )
        )
    elif not plan.year:
        faults.append(
            _("Không thấy năm đánh giá: tên Kế hoạch phải ghi “năm …”, hoặc ghi ở trang “Nội dung”, dòng “Năm”.")
        )
    return _finished(plan, rows, faults, remarks)


def _titled(plan: PlanFile, grid: Grid, header: Header) -> PlanFile:
    """The name and the year from the lines above the table."""
    texts = Texts()
    for row in grid.rows[: header.last]:
        texts.take_title(next((cell for cell in row.cells if cell), ""))
    return replace(plan, name=texts.name, year=plan.year or texts.year or 0)


def _sign_off(grid: Grid) -> tuple[str, str] | None:
    """The cells of the table at the end of a document: recipients and signature."""
    for row in grid.rows:
        filled = [cell for cell in row.cells if cell.strip()]
        if filled and fold(filled[0]).startswith("noi nhan"):
            return filled[0], "\n".join(filled[1:_SIGN_OFF_CELLS])
    return None


def _first_words(grid: Grid) -> str:
    return one_line(next(cell for cell in grid.rows[0].cells if cell))[:60]


def _unused(header: Header) -> list[str]:
    if not header.unused:
        return []
    return [_("Không nhập các cột: %(columns)s.") % {"columns": ", ".join(header.unused)[:200]}]


def _finished(plan: PlanFile, rows: Rows, faults: list[str], remarks: list[str]) -> PlanFile:
    faults = [*rows.faults, *faults, *faults_between(rows.tasks)]
    if not rows.tasks and not rows.faults:
        faults.append(_("Bảng nhiệm vụ không có dòng nào."))
    names: dict[str, Callable[[], str]] = {
        "name": lambda: _("Tên Kế hoạch"),
        "superior_plan": lambda: _("Kế hoạch của cấp trên"),
        "signer_name": lambda: _("Người ký"),
        "preamble": lambda: _("Phần mở đầu"),
        "aims": lambda: _("Phần I"),
        "duties": lambda: _("Phần III"),
        "closing": lambda: _("Đoạn kết"),
        "recipients": lambda: _("Nơi nhận"),
    }
    faults += [
        _("%(what)s dài quá %(limit)d ký tự.") % {"what": names[key](), "limit": limit}
        for key, limit in HEAD_LIMITS.items()
        if len(getattr(plan, key)) > limit
    ]
    if faults:
        raise PlanErrors(faults)
    return replace(plan, tasks=tuple(rows.tasks), remarks=tuple(dict.fromkeys([*remarks, *rows.remarks])))


def _no_table() -> str:
    return _(
        "Không tìm thấy bảng nhiệm vụ: cần một bảng có dòng đầu ghi STT, Nhiệm vụ, Thời gian, Cơ quan chủ trì, "
        "Cơ quan phối hợp."
    )
