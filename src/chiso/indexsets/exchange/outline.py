"""The rows of a table of criteria, read one by one into areas, criteria, leaves and scale lines."""

import re
from dataclasses import dataclass, field

from chiso.indexsets.exchange import line_sentences
from chiso.indexsets.exchange.drafts import Notebook, Place, RowKind
from chiso.indexsets.exchange.grids import AutoNumberCell, Grid, GridRow, NumberCell, is_doubtful_number, read_number
from chiso.indexsets.exchange.headers import Columns, Role, is_number_row, is_repeated_header
from chiso.indexsets.exchange.items import Item, ScaleLine
from chiso.indexsets.exchange.node_cells import DEPTH_STYLE, LINE_STYLE, read_cells, read_labels
from chiso.indexsets.exchange.numbering import Numbering, is_date, read_code, split_code, split_name
from chiso.indexsets.exchange.rule_lines import Line
from chiso.indexsets.exchange.sentences import looks_like_scale, read_sentence
from chiso.indexsets.exchange.words import Word, fold, word_of

_TOTAL = re.compile(r"(tong cong|tong diem|tong so diem|tong|cong)( diem)?( toi da)?( [0-9]+ diem)?")
_EXTRA = re.compile(r"(phan |muc )?diem (thuong|cong|tru)( .*)?")
_STEP = re.compile(r"(?:Từ|Trên)\s+([0-9]+(?:[.,][0-9]+)?)")
_REMARK = re.compile(r"(ghi chu|chu thich|luu y|nguoi lap|noi nhan).*")


@dataclass(slots=True)
class Outline:
    """Reads grids into ``areas``; what each row was read as goes to the notebook."""

    notebook: Notebook
    areas: list[Item] = field(default_factory=list)
    totals: list[tuple[Place, str]] = field(default_factory=list)
    numbering: Numbering = field(default_factory=Numbering)
    path: list[Item] = field(default_factory=list)

    def read(self, grid: Grid, columns: Columns, *, from_row: int = 0) -> None:
        """Read all rows below the header; ``from_row`` is set for a table that goes on without one."""
        for row in grid.rows:
            if row.number <= (from_row or columns.last_row) and row.number >= columns.first_row:
                self.notebook.row(Place(grid.label, row.number), RowKind.HEADER, _words(row))
            elif row.number > (from_row or columns.last_row):
                RowReader(self, grid, columns, row).read()
            else:
                self.notebook.row(Place(grid.label, row.number), RowKind.NOTE, _words(row))

    @property
    def current(self) -> Item | None:
        """The node that a line without number belongs to."""
        return self.path[-1] if self.path else None

    def add(self, item: Item) -> None:
        """Hang a node below the last one that is less deep."""
        del self.path[item.depth :]
        if self.path:
            self.path[-1].children.append(item)
        else:
            self.areas.append(item)
        self.path.append(item)


@dataclass(slots=True)
class RowReader:
    """Reads one row."""

    outline: Outline
    grid: Grid
    columns: Columns
    row: GridRow

    def read(self) -> None:
        """Decide what the row is and take it in."""
        if is_number_row(self.row) or is_repeated_header(self.row, self.columns):
            self._note(RowKind.HEADER)
            return
        self._warn_hidden()
        current = self.outline.current
        if self._style() == LINE_STYLE and current is not None:
            self._take_sentence(current, self._cell(Role.NAME))
            return
        code, name = self._code_and_name()
        if self._cell(Role.WORD):
            self._take_own_line(name)
        elif code and (is_date(code) or read_code(code)):
            self._take_node(code, name)
        elif self._is_extra_area(name):
            self._take_node("THUONG" if "tru" not in fold(name).split()[:3] else "TRU", name, is_guess=True)
        else:
            self._take_rest(f"{code} {name}".strip() if code else name)

    def _cell(self, role: Role) -> str:
        place = self.columns.places.get(role)
        return "" if place is None else self.row.cell(place)

    def _place(self, role: Role | None = None) -> Place:
        return Place(self.grid.label, self.row.number, "" if role is None else self.columns.title(role))

    def _note(self, kind: RowKind, text: str = "", *, code: str = "", is_guess: bool = False) -> int:
        place = Place(self.grid.label, self.row.number)
        self.outline.notebook.row(place, kind, text or _words(self.row), code=code, is_guess=is_guess)
        return len(self.outline.notebook.rows) - 1

    def _warn_hidden(self) -> None:
        if self.row.is_hidden:
            self.outline.notebook.warn(self._place(), "Dòng đang bị ẩn trong Excel nhưng vẫn được đọc.")

    def _code_and_name(self) -> tuple[str, str]:
        """The number and the name, also where an office wrote both in one cell."""
        code, name = self._cell(Role.CODE), self._cell(Role.NAME)
        if self.columns.is_ours or self._style_depth():
            return code, name
        if not name and code and (split := split_code(code)):
            return split
        if not code and name and (split := split_name(name)) and not read_sentence(split[1]).points:
            return split
        if isinstance(code, AutoNumberCell) and not code and name and self._cell(Role.MAX):
            message = "Số thứ tự do Word tự đánh nên không đọc được; hãy gõ số vào ô."
            self.outline.notebook.error(self._place(Role.CODE), message)
        return code, name

    def _is_extra_area(self, name: str) -> bool:
        return (
            bool(name)
            and not self.columns.is_ours
            and _EXTRA.fullmatch(fold(name)) is not None
            and (not read_sentence(name).points)
        )

    def _take_node(self, code: str, name: str, *, is_guess: bool = False) -> None:
        notebook = self.outline.notebook
        number = self._number(code)
        depth = self._depth(number)
        paragraphs = [] if self._is_exact() else [part.strip() for part in name.split("\n") if part.strip()]
        lines = [part for part in paragraphs[1:] if looks_like_scale(part)]
        kept = " ".join(part for part in paragraphs if part not in lines or part is paragraphs[0]) or name
        row = self._note(RowKind.CRITERION, kept, code=number, is_guess=is_guess)
        item = Item(number, depth, self._place(), self.columns, row, is_exact=self._is_exact())
        item.tree = {"code": number, "name": str(kept) if kept else ""}
        self.outline.add(item)
        read_cells(item, self.row, notebook)
        item.lines += [ScaleLine(self._place(Role.NAME), part, row=-1) for part in lines]
        if is_guess:
            notebook.guess(
                self._place(), f"Dòng không có STT; hiểu là lĩnh vực, đặt mã {number}.", code=number, source=name
            )

    def _number(self, code: str) -> str:
        notebook, place = self.outline.notebook, self._place(Role.CODE)
        if is_date(code):
            notebook.error(place, f"Excel đã đổi số thứ tự thành ngày {code}; hãy đặt cột này dạng văn bản rồi gõ lại.")
            return str(code)
        if self._is_exact():
            if isinstance(code, NumberCell) and "." in code:
                text = (
                    f"Mã {code} là số trong Excel nên không phân biệt được với {code}0; hãy đặt cột này dạng văn bản."
                )
                notebook.warn(place, text, code=str(code))
            return str(code)
        number, doubt = self.outline.numbering.mend(code)
        if doubt:
            notebook.guess(place, doubt)
        return number.text if number else str(code)

    def _is_exact(self) -> bool:
        return self.columns.is_ours or self._style_depth() > 0

    def _style(self) -> str:
        place = self.columns.places.get(Role.NAME, 0)
        return self.row.styles[place] if place < len(self.row.styles) else ""

    def _style_depth(self) -> int:
        match = re.fullmatch(rf"{DEPTH_STYLE}([0-9]{{1,2}})", self._style())
        return int(match[1]) if match else 0

    def _depth(self, number: str) -> int:
        given = self._style_depth() or self._given_depth()
        if not given:
            found = read_code(number)
            return self.outline.numbering.depth(found) if found else len(self.outline.path)
        current = self.outline.current
        deepest = len(self.outline.path) + 1
        if given > deepest:
            given = deepest - 1 if current is not None and (current.rule_word or current.lines) else deepest
            role = Role.DEPTH if Role.DEPTH in self.columns.places else Role.NAME
            written = self._style_depth() or self._cell(Role.DEPTH)
            message = f"Cấp {written} đứng ngay sau cấp {deepest - 1}; thiếu cấp {deepest} ở giữa."
            self.outline.notebook.error(self._place(role), message, code=number)
        return given - 1

    def _given_depth(self) -> int:
        cell = self._cell(Role.DEPTH)
        if Role.DEPTH not in self.columns.places:
            return 0
        if not (cell.isascii() and cell.isdigit() and 1 <= int(cell[:3]) <= 50):
            text = f"Cấp phải là số từ 1 đến 50, không phải “{cell}”." if cell else "Thiếu cấp."
            self.outline.notebook.error(self._place(Role.DEPTH), text)
            return max(1, len(self.outline.path))
        return int(cell)

    def _take_own_line(self, name: str) -> None:
        """A line of our own layout: word, text, threshold, points."""
        notebook, current = self.outline.notebook, self.outline.current
        word = word_of(self._cell(Role.WORD))
        if word is None:
            text = f"Không có dòng thang điểm “{self._cell(Role.WORD)}”; hãy chọn trong danh sách."
            notebook.error(self._place(Role.WORD), text)
        elif current is None:
            notebook.error(self._place(), "Dòng thang điểm đứng trước mọi tiêu chí.")
        else:
            numbers = [self._read_number(role) for role in (Role.THRESHOLD, Role.POINTS)]
            is_step = word in {Word.FROM, Word.ABOVE, Word.ELSE}
            line = Line(word, "" if is_step else str(name), *numbers)
            self._warn_other_words(word, name, numbers[0])
            row = self._note(RowKind.SCALE, " ".join(filter(None, (str(word), str(name), *numbers))))
            current.lines.append(ScaleLine(self._place(), str(name), numbers[1], line, row))
            return
        self._note(RowKind.SKIPPED)

    def _warn_other_words(self, word: Word, name: str, threshold: str) -> None:
        """The words of a step are only for people; somebody may have changed them and not the threshold."""
        written = _STEP.match(name) if word in {Word.FROM, Word.ABOVE} else None
        if written and read_number(written[1]) != threshold:
            text = f"Lời “{name}” khác ngưỡng {threshold.replace('.', ',')}; chương trình lấy ngưỡng."
            self.outline.notebook.warn(self._place(Role.NAME), text)

    def _read_number(self, role: Role) -> str:
        cell = self._cell(role)
        number = read_number(cell)
        if number is not None and is_doubtful_number(cell):
            text = f"“{cell}” được hiểu là {number}; nếu là số lẻ thập phân hãy viết dấu phẩy."
            self.outline.notebook.guess(self._place(role), text)
        return str(cell) if number is None else number

    def _take_rest(self, name: str) -> None:
        """A row without number: total, remark, scale line, or more evidence."""
        current, folded = self.outline.current, fold(name)
        if name and _TOTAL.fullmatch(folded):
            self._note(RowKind.NOTE)
            self.outline.totals.append((self._place(Role.MAX), self._cell(Role.MAX)))
        elif current is None or (folded and _REMARK.fullmatch(folded) and not self._cell(Role.MAX)):
            self._note(RowKind.NOTE if current is None or folded else RowKind.SKIPPED)
        elif self.columns.is_ours and name:
            self.outline.notebook.error(
                self._place(Role.WORD), "Dòng không có mã thì phải có “Dòng thang điểm”.", code=current.number
            )
            self._note(RowKind.SKIPPED)
        elif current.is_exact and name:
            self._take_sentence(current, name)
        elif name or self._cell(Role.RULE):
            self._take_office_lines(current, name)
        elif self._cell(Role.EVIDENCE):
            read_labels(current, self.row, self.outline.notebook)
            self._note(RowKind.NOTE)
        else:
            self._note(RowKind.SKIPPED)

    def _take_sentence(self, current: Item, name: str) -> None:
        """A line of our own Word annex; which line it is depends on the kind of the rule, known at the end."""
        row = self._note(RowKind.SCALE, name)
        current.lines.append(ScaleLine(self._place(Role.NAME), name, row=row))

    def _take_office_lines(self, current: Item, name: str) -> None:
        row = self._note(RowKind.SCALE, name or self._cell(Role.RULE))
        parts = [part.strip() for part in (name or self._cell(Role.RULE)).split("\n") if part.strip()]
        points = self._cell(Role.MAX) if len(parts) == 1 else ""
        if name and self._cell(Role.RULE) and len(parts) == 1 and not points:
            points = self._cell(Role.RULE) if read_number(self._cell(Role.RULE)) is not None else ""
        for part in parts:
            current.lines.append(ScaleLine(self._place(Role.NAME), part, points, row=row))


def sentences_as_lines(kind: str, item: Item) -> list[Line]:
    """The lines of a leaf of our own Word annex."""
    return line_sentences.understand_lines(kind, [one.text for one in item.lines])


def _words(row: GridRow) -> str:
    return " | ".join(" ".join(cell.split()) for cell in row.cells if cell)[:200]
