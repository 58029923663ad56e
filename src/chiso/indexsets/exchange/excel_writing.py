"""An index set as an Excel workbook in the documented layout, which reads back identical (docs/index-set-excel.md)."""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from chiso.indexsets.exchange import words
from chiso.indexsets.exchange.headers import Role
from chiso.indexsets.exchange.information import HEADINGS, information_rows
from chiso.indexsets.exchange.line_sentences import show_number, span_text, step_text
from chiso.indexsets.exchange.rule_lines import Line, kind_of, lines_of
from chiso.indexsets.exchange.trees import Tree, children_of, group_at, text_at, texts_at, tree_of
from chiso.indexsets.exchange.words import RULES, Word, join_items
from chiso.scoring import IndexSet

if TYPE_CHECKING:
    from chiso.indexsets.exchange.drafts import DraftSet

SHEET, INFORMATION_SHEET = "Bộ chỉ số", "Thông tin"
HEADER_ROW = 2
MAX_CELL = 32_767
SPARE_ROWS = 500
"""Rows below the table that carry the lists too, for rows that people add."""

COLUMNS: tuple[tuple[Role, float], ...] = (
    (Role.DEPTH, 5),
    (Role.CODE, 10),
    (Role.NAME, 58),
    (Role.MAX, 9),
    (Role.RULE, 22),
    (Role.WORD, 21),
    (Role.THRESHOLD, 9),
    (Role.POINTS, 9),
    (Role.EVIDENCE, 34),
    (Role.GUIDANCE, 34),
    (Role.NA_POLICY, 19),
    (Role.NA_WHEN, 28),
    (Role.OWNER, 24),
    (Role.APPRAISER, 24),
    (Role.SOURCE, 24),
    (Role.METHOD, 19),
    (Role.AS_OF, 12),
    (Role.KIND, 13),
    (Role.CAP, 9),
    (Role.BASIS, 14),
)
_PLACES = {role: place for place, (role, _) in enumerate(COLUMNS)}
_CENTERED = {Role.DEPTH, Role.MAX, Role.THRESHOLD, Role.POINTS, Role.CAP}
_LISTS = {
    Role.RULE: RULES,
    Role.NA_POLICY: words.POLICIES,
    Role.METHOD: words.METHODS,
    Role.AS_OF: words.AS_OF,
    Role.KIND: words.KINDS,
}
_TEXTS = {
    Role.OWNER: "owner",
    Role.APPRAISER: "appraiser_body",
    Role.SOURCE: "official_source",
    Role.GUIDANCE: "guidance",
    Role.BASIS: "basis",
}
_CHOICES = {Role.METHOD: "method", Role.AS_OF: "as_of", Role.KIND: "kind"}
_STEP_WORDS = {Word.FROM, Word.ABOVE}


class TooLongForExcel(ValueError):
    """A text does not fit in a cell; the message is a Vietnamese sentence."""


@dataclass(frozen=True, slots=True)
class _Row:
    look: str
    cells: dict[Role, str]


def write_xlsx(index_set: "IndexSet | DraftSet") -> bytes:
    """Write the workbook; reading it again gives the identical set. Raises `TooLongForExcel`."""
    tree = tree_of(index_set) if isinstance(index_set, IndexSet) else index_set.tree
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        looks = _Looks(book)
        _write_criteria(book.add_worksheet(SHEET), tree, looks)
        _write_information(book.add_worksheet(INFORMATION_SHEET), tree, looks)
        _write_lists(book)
    return target.getvalue()


class _Looks:
    """The formats of cells, made once each: by the look of the row and the column."""

    FONT: Mapping[str, object] = {"font_name": "Times New Roman", "font_size": 11, "valign": "top", "text_wrap": True}
    ROWS: Mapping[str, Mapping[str, object]] = {
        "title": {"bold": True, "font_size": 14, "text_wrap": False},
        "hint": {"italic": True, "font_color": "#555555", "text_wrap": False},
        "header": {"bold": True, "align": "center", "valign": "vcenter", "bg_color": "#D9E2F3", "border": 1},
        "area": {"bold": True, "bg_color": "#EEF3FA", "border": 1},
        "criterion": {"bold": True, "border": 1},
        "leaf": {"border": 1},
        "line": {"border": 1, "italic": True, "font_color": "#333333"},
        "spare": {},
    }

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        self.made: dict[tuple[str, str, int], Format] = {}

    def get(self, look: str, form: str = "text", indent: int = 0) -> Format:
        """The format of a cell; ``form`` is text, center or number."""
        key = (look, form, indent)
        if key not in self.made:
            properties = {**self.FONT, **self.ROWS[look]}
            if form == "text":
                properties["num_format"] = "@"
            if form in {"center", "number"} and look != "header":
                properties["align"] = "center"
            if indent:
                properties |= {"indent": indent, "align": "left"}
            self.made[key] = self.book.add_format(properties)
        return self.made[key]


def _write_criteria(sheet: Worksheet, tree: Tree, looks: _Looks) -> None:
    _write(sheet, 0, 0, text_at(tree, "name"), looks.get("title"))
    hint = "Mỗi dòng có mã là một lĩnh vực hoặc tiêu chí; dòng không có mã là thang điểm của tiêu chí đứng trên."
    _write(sheet, 1, 0, hint, looks.get("hint"))
    for place, (role, width) in enumerate(COLUMNS):
        sheet.set_column(place, place, width, looks.get("spare", "center" if role in _CENTERED else "text"))
        _write(sheet, HEADER_ROW, place, role.value, looks.get("header"))
    sheet.set_row(HEADER_ROW, 34)
    sheet.freeze_panes(HEADER_ROW + 1, _PLACES[Role.MAX])
    number = HEADER_ROW
    for area in children_of(tree, "areas"):
        for row in _rows(area, 1):
            number += 1
            _write_row(sheet, number, row, looks)
    _offer_lists(sheet, HEADER_ROW + 1, number + SPARE_ROWS)
    sheet.autofilter(HEADER_ROW, 0, max(number, HEADER_ROW + 1), len(COLUMNS) - 1)
    _set_print(sheet, number)


def _set_print(sheet: Worksheet, last_row: int) -> None:
    """On paper the columns up to the evidence, as wide as the page; the others are for the screen."""
    sheet.print_area(0, 0, last_row, _PLACES[Role.EVIDENCE])
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW)
    sheet.set_footer("&CTrang &P/&N")


def _rows(node: Tree, depth: int) -> Iterable[_Row]:
    cells = _node_cells(node, depth)
    rule = group_at(node, "rule")
    look = "area" if depth == 1 else "leaf" if rule else "criterion"
    if rule:
        cells[Role.RULE] = RULES.get(kind_of(rule), kind_of(rule))
    yield _Row(look, cells)
    yield from _line_rows(rule)
    for child in children_of(node):
        yield from _rows(child, depth + 1)


def _node_cells(node: Tree, depth: int) -> dict[Role, str]:
    claim = group_at(node, "not_applicable")
    policy = text_at(claim, "policy")
    cells = {
        Role.DEPTH: str(depth),
        Role.CODE: text_at(node, "code"),
        Role.NAME: text_at(node, "name"),
        Role.MAX: text_at(node, "max"),
        Role.CAP: text_at(node, "cap"),
        Role.EVIDENCE: join_items(texts_at(node, "evidence")),
        Role.NA_POLICY: words.POLICIES.get(policy, policy),
        Role.NA_WHEN: text_at(claim, "when"),
    }
    cells |= {role: text_at(node, key) for role, key in _TEXTS.items()}
    for role, key in _CHOICES.items():
        cells[role] = _LISTS[role].get(text_at(node, key), text_at(node, key))
    return cells


def _line_rows(rule: Tree) -> Iterable[_Row]:
    kind, upper = kind_of(rule), ""
    for line in lines_of(rule):
        yield _Row("line", _line_cells(line, kind, upper))
        if line.word in {Word.WHEN_TRUE, Word.WHEN_FALSE}:
            kind = words.key_of(line.text, RULES) or kind
        upper = span_text(line, kind) if line.word in _STEP_WORDS else ""


def _line_cells(line: Line, kind: str, upper: str) -> dict[Role, str]:
    text = step_text(line, kind, upper) if line.word in _STEP_WORDS else line.text
    return {
        Role.NAME: text,
        Role.WORD: line.word.value,
        Role.THRESHOLD: line.threshold,
        Role.POINTS: line.points,
    }


def _height(texts: Iterable[tuple[str, float]]) -> float:
    """The height of a row that shows all of its texts in columns of these widths; Excel's limit is 409."""
    lines = [
        sum(ceil(max(len(part), 1) / (1.15 * width)) for part in text.split("\n")) for text, width in texts if text
    ]
    return min(409, 15.5 * max(lines, default=1))


def _write_row(sheet: Worksheet, number: int, row: _Row, looks: _Looks) -> None:
    sheet.set_row(number, _height((row.cells.get(role, ""), width) for role, width in COLUMNS))
    for place, (role, _) in enumerate(COLUMNS):
        value = row.cells.get(role, "")
        form = "center" if role in _CENTERED else "text"
        look = looks.get(row.look, form, 1 if role is Role.NAME and row.look == "line" else 0)
        if role in _CENTERED and is_exact_float(value):
            sheet.write_number(number, place, float(value), look)
        else:
            _write(sheet, number, place, show_number(value) if role in _CENTERED else value, look)


def is_exact_float(text: str) -> bool:
    """Whether Excel holds a number exactly: 15 digits at most.

    >>> is_exact_float("0.25"), is_exact_float("1234567890123456"), is_exact_float("mười")
    (True, False, False)
    """
    bare = text.removeprefix("-")
    digits = bare.replace(".", "", 1)
    return (
        digits.isascii()
        and digits.isdigit()
        and bare[0] != "."
        and len(digits) <= 15
        and (Decimal(repr(float(text))) == Decimal(text))
    )


def _write(sheet: Worksheet, row: int, column: int, text: str, look: Format) -> None:
    if len(text.encode("utf-16-le")) // 2 > MAX_CELL:
        raise TooLongForExcel(f"“{text[:40]}…” dài hơn {MAX_CELL:,} ký tự, không vừa một ô Excel.".replace(",", ".", 1))
    if text:
        sheet.write_string(row, column, text, look)
    else:
        sheet.write_blank(row, column, None, look)


def _offer_lists(sheet: Worksheet, first: int, last: int) -> None:
    """Lists to choose from; a warning only, so that a new word reaches the import, which names it."""
    for place, role in enumerate((*_LISTS, Role.WORD)):
        count = len(Word) if role is Role.WORD else len(_LISTS[role])
        letter = chr(ord("A") + place)
        column = _PLACES[role]
        options = {
            "validate": "list",
            "source": f"='{LISTS_SHEET}'!${letter}$1:${letter}${count}",
            "error_type": "warning",
            "error_title": "Không có trong danh sách",
            "error_message": "Hãy chọn một mục trong danh sách.",
        }
        sheet.data_validation(first, column, last, column, options)


LISTS_SHEET = "Danh sách"


def _write_lists(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet(LISTS_SHEET)
    for place, role in enumerate((*_LISTS, Role.WORD)):
        listed = [word.value for word in Word] if role is Role.WORD else list(_LISTS[role].values())
        for number, word in enumerate(listed):
            sheet.write_string(number, place, word)
    sheet.hide()


def _write_information(sheet: Worksheet, tree: Tree, looks: _Looks) -> None:
    for place, (heading, width) in enumerate(zip(HEADINGS, (34, 80, 12), strict=True)):
        sheet.set_column(place, place, width)
        _write(sheet, 0, place, heading, looks.get("header"))
    sheet.freeze_panes(1, 1)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    for number, row in enumerate(information_rows(tree), start=1):
        sheet.set_row(number, _height([(row.value, 80)]))
        _write(sheet, number, 0, row.label, looks.get("criterion"))
        is_number = row.entry is not None and row.entry.form == "number"
        for place, value, counts in ((1, row.value, is_number), (2, row.number, True)):
            if counts and is_exact_float(value or "x"):
                sheet.write_number(number, place, float(value), looks.get("leaf", "number"))
            else:
                _write(sheet, number, place, show_number(value) if counts else value, looks.get("leaf"))
        if row.entry is not None and row.entry.choices:
            choices = {"validate": "list", "source": list(row.entry.choices.values()), "error_type": "warning"}
            sheet.data_validation(number, 1, number, 1, choices)
