"""The keys above the tree as a small table “Thông tin”: one row a key, one row a grade."""

from collections.abc import Iterator
from dataclasses import dataclass

from chiso.indexsets.exchange import words
from chiso.indexsets.exchange.drafts import Notebook, Place, RowKind
from chiso.indexsets.exchange.grids import Grid, GridRow, read_number
from chiso.indexsets.exchange.trees import Tree, Value, children_of, group_at, text_at, texts_at
from chiso.indexsets.exchange.words import fold, join_items, key_of, split_items

HEADINGS = ("Mục", "Nội dung", "Điểm từ")
GRADE_LABEL = "Xếp loại"
KNOWN_ROWS = 3
"""Rows with a known label that make a table the table of information."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: the key (``total.minimum`` for one inside a group), its label, how its value is written."""

    key: str
    label: str
    form: str = "text"
    choices: "dict[str, str] | None" = None


ENTRIES = (
    Entry("id", "Mã bộ chỉ số"),
    Entry("name", "Tên bộ chỉ số"),
    Entry("year", "Năm", "number"),
    Entry("version", "Lần ban hành", "number"),
    Entry("status", "Tình trạng", "choice", words.STATUSES),
    Entry("source", "Nguồn văn bản"),
    Entry("note", "Lưu ý"),
    Entry("applies_to", "Áp dụng cho", "list"),
    Entry("scale", "Thang điểm", "number"),
    Entry("total.minimum", "Tổng điểm thấp nhất", "number"),
    Entry("total.maximum", "Tổng điểm cao nhất", "number"),
    Entry("rounding.places", "Số chữ số thập phân", "number"),
    Entry("rounding.mode", "Cách làm tròn", "choice", words.ROUNDING),
    Entry("ranking.by", "Xếp hạng theo", "choice", words.RANK_BY),
    Entry("ranking.ties", "Khi bằng điểm", "choice", words.TIES),
    Entry("ranking.tie_breakers", "Tiêu chí phân định khi bằng điểm", "list"),
    Entry("survey_absent", "Khi không điều tra xã hội học", "choice", words.SURVEY_ABSENT),
)
_BY_LABEL = {fold(entry.label): entry for entry in ENTRIES}


@dataclass(frozen=True, slots=True)
class InformationRow:
    """One row to write; ``number`` holds the lowest total of a grade."""

    label: str
    value: str
    entry: Entry | None = None
    number: str = ""


def information_rows(tree: Tree) -> Iterator[InformationRow]:
    """Give the rows to write, empty ones too: they show what may be filled in."""
    for entry in ENTRIES:
        group, _, name = entry.key.rpartition(".")
        holder = group_at(tree, group) if group else tree
        value = text_at(holder, name)
        if entry.form == "list":
            value = join_items(texts_at(holder, name))
        elif entry.choices:
            value = entry.choices.get(value, value)
        yield InformationRow(entry.label, value, entry)
    for grade in children_of(tree, "classes"):
        yield InformationRow(GRADE_LABEL, text_at(grade, "name"), None, text_at(grade, "min"))


def is_information(grid: Grid) -> bool:
    """Whether a sheet or table is the table of information."""
    labels = {fold(row.cell(0)) for row in grid.rows[:40]}
    return len(labels & set(_BY_LABEL)) >= KNOWN_ROWS


def read_information(grid: Grid, notebook: Notebook) -> Tree:
    """Read the keys above the tree; rows with an unknown label are told."""
    tree: Tree = {"format": "chiso-index-set/1"}
    for row in grid.rows:
        place = Place(grid.label, row.number)
        label = fold(row.cell(0))
        entry = _BY_LABEL.get(label)
        if entry is not None:
            notebook.row(place, RowKind.INFORMATION, f"{entry.label}: {row.cell(1)}")
            _put(tree, entry, row.cell(1), Place(grid.label, row.number, "“Nội dung”"), notebook)
        elif label == fold(GRADE_LABEL):
            notebook.row(place, RowKind.INFORMATION, f"{GRADE_LABEL}: {row.cell(1)}")
            _put_grade(tree, row, place, notebook)
        elif label and (label, fold(row.cell(1))) != (fold(HEADINGS[0]), fold(HEADINGS[1])) and row.cell(1):
            notebook.row(place, RowKind.SKIPPED, row.cell(0))
            notebook.warn(place, f"Không có mục “{row.cell(0)}” trong thông tin chung; dòng này bị bỏ qua.")
    return tree


def _put(tree: Tree, entry: Entry, cell: str, place: Place, notebook: Notebook) -> None:
    notebook.places[entry.key] = place
    if not cell:
        return
    value: Value = str(cell)
    if entry.form == "list":
        value = [*split_items(cell)]
    elif entry.form == "number":
        value = read_number(cell) or cell
    elif entry.choices:
        value = key_of(cell, entry.choices) or cell
    group, _, name = entry.key.rpartition(".")
    if not group:
        tree[name] = value
        return
    holder = tree.setdefault(group, {})
    if isinstance(holder, dict):
        holder[name] = value


def _put_grade(tree: Tree, row: GridRow, place: Place, notebook: Notebook) -> None:
    grades = tree.setdefault("classes", [])
    if isinstance(grades, list):
        notebook.places[f"classes[{len(grades)}]"] = place
        grade: Tree = {"name": str(row.cell(1)), "min": read_number(row.cell(2)) or str(row.cell(2))}
        grades.append({key: value for key, value in grade.items() if value})
