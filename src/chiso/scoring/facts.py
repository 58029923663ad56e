"""The facts file (tệp số liệu): CSV ``unit,code,input,value`` → facts per unit, with every fault at once."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from chiso.scoring.model import IndexSet
from chiso.scoring.numbers import shorten
from chiso.scoring.problems import FactErrors, FactProblem, FactsFileErrors, FileProblem
from chiso.scoring.rollup import score_round
from chiso.scoring.scores import RoundScore

COLUMNS = ("unit", "code", "input", "value")
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_COMMON = frozenset({"not_applicable", "decided"})


class CsvReader(Protocol):
    """What `csv.reader` gives."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


@dataclass(slots=True)
class FactsFile:
    """What a facts file says, and what is wrong with its form."""

    text: str
    facts: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    problems: list[FileProblem] = field(default_factory=list)
    faulty: set[tuple[str, str]] = field(default_factory=set)


def score_facts(index_set: IndexSet, text: str, *, units: frozenset[str] | None = None) -> RoundScore:
    """Score a round from the text of a facts file.

    Parameters
    ----------
    index_set : IndexSet
    text : str
        The CSV text; a byte-order mark is skipped.
    units : frozenset of str, optional
        The units that may appear.

    Raises
    ------
    FactsFileErrors
        With every fault of the form and of the figures, in the order of the rows.
    """
    file = read_facts(index_set, text, units=units)
    problems = list(file.problems)
    try:
        scores = score_round(index_set, file.facts)
    except FactErrors as errors:
        problems += _located(file, errors.problems)
    if problems:
        raise FactsFileErrors(tuple(sorted(problems, key=_place)))
    return scores


def read_facts(index_set: IndexSet, text: str, *, units: frozenset[str] | None = None) -> FactsFile:
    """Read the form of a facts file; figures are checked when they are scored."""
    file = FactsFile(text.removeprefix("\ufeff"))
    _refuse_nul(file)
    reader = _reader(file.text)
    try:
        if _read_header(file, next(reader, [])):
            _take_rows(file, reader, _RowTaker(file, index_set, units))
    except csv.Error:
        message = "Dòng này không đúng dạng CSV (dấu nháy kép không khớp hoặc ô quá dài); phần sau chưa được đọc."
        file.problems.append(FileProblem(reader.line_num, "unit", message))
    return file


def _take_rows(file: FactsFile, rows: CsvReader, taker: "_RowTaker") -> None:
    """Take the usual rows here and now; every other one, and every fault, goes the long way."""
    known, spelled = taker.known, taker.spelled
    for row in rows:
        if len(row) == len(COLUMNS):
            unit, code, name, value = row
            leaves, names = spelled.get(unit), known.get(code)
            if leaves is not None and names is not None and name in names and value.strip():
                leaf = leaves.get(code)
                if leaf is None:
                    leaves[code] = {name: value}
                    continue
                if name not in leaf:
                    leaf[name] = value
                    continue
        if row:
            taker.take(_first_line(rows, row), row)


class _RowTaker:
    """Takes the rows of a facts file one by one and notes the faults of their form."""

    def __init__(self, file: FactsFile, index_set: IndexSet, units: frozenset[str] | None) -> None:
        self.file = file
        self.units = units
        self.known = {node.code: node.input_names | _COMMON for node in index_set.leaves}
        self.spelled: dict[str, dict[str, dict[str, str]]] = {}

    def take(self, line: int, row: list[str]) -> None:
        if len(row) != len(COLUMNS):
            _note_width(self.file, line, row)
            return
        unit, code, name, value = (cell.strip() for cell in row)
        leaves = self._leaves(line, row[0], _normal(unit))
        inputs = self.known.get(code)
        if not unit or inputs is None or name not in inputs or not value:
            _note_fault(self.file, line, (_normal(unit), code, name, value), inputs)
            return
        leaf = leaves.setdefault(code, {})
        if name in leaf:
            message = f"“{name}” của mã {code} bị lặp lại cho “{shorten(unit)}”."
            self.file.problems.append(FileProblem(line, "input", message))
        else:
            leaf[name] = value

    def _leaves(self, line: int, spelling: str, unit: str) -> dict[str, dict[str, str]]:
        """The facts of a unit; one that is met first must be among the units allowed."""
        if unit not in self.file.facts and unit and self.units is not None and unit not in self.units:
            message = f"Đơn vị “{shorten(unit)}” không có trong danh sách đơn vị."
            self.file.problems.append(FileProblem(line, "unit", message))
        leaves = self.spelled[spelling] = self.file.facts.setdefault(unit, {})
        return leaves


def read_units(text: str) -> frozenset[str]:
    """Read the column ``unit`` of a CSV file; raises `FactsFileErrors` when there is none."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        header = [cell.strip() for cell in next(reader, [])]
        if "unit" not in header:
            raise FactsFileErrors((FileProblem(1, "unit", "Tệp đơn vị phải có cột “unit”."),))
        column = header.index("unit")
        return frozenset(_normal(row[column].strip()) for row in reader if len(row) > column)
    except csv.Error as error:
        message = "Dòng này không đúng dạng CSV."
        raise FactsFileErrors((FileProblem(reader.line_num, "unit", message),)) from error


def _reader(text: str) -> CsvReader:
    return csv.reader(io.StringIO(text, newline=""), strict=True)


def _first_line(reader: CsvReader, row: list[str]) -> int:
    """The line on which the row just read begins; cells in quotes may hold line breaks."""
    return reader.line_num - sum(len(_LINE_BREAK.findall(cell)) for cell in row)


def _read_header(file: FactsFile, header: list[str]) -> bool:
    """Check the header; rows are read on unless the number of columns shows another form."""
    if [cell.strip() for cell in header] == list(COLUMNS):
        return True
    message = f"Dòng đầu phải là “{','.join(COLUMNS)}”, phân cách bằng dấu phẩy."
    file.problems.append(FileProblem(1, "unit", message))
    return len(header) == len(COLUMNS)


def _note_width(file: FactsFile, line: int, row: list[str]) -> None:
    column = COLUMNS[min(len(row), len(COLUMNS) - 1)]
    message = f"Dòng có {len(row)} ô, phải có đúng 4 ô: {','.join(COLUMNS)}."
    if len(row) > len(COLUMNS):
        message += " Số thập phân có dấu phẩy phải đặt trong dấu nháy kép, hoặc viết dấu chấm."
    file.problems.append(FileProblem(line, column, message))


def _note_fault(file: FactsFile, line: int, row: tuple[str, str, str, str], inputs: frozenset[str] | None) -> None:
    """Note what is wrong with a row of four cells: an empty cell, an unknown code, an unknown input."""
    unit, code, name, _ = row
    file.faulty.add((unit, code))
    for column, cell in zip(COLUMNS, row, strict=True):
        if not cell:
            file.problems.append(FileProblem(line, column, f"Ô “{column}” để trống."))
    if code and inputs is None:
        message = f"Bộ chỉ số không có tiêu chí được chấm mang mã “{shorten(code)}”."
        file.problems.append(FileProblem(line, "code", message))
    elif name and inputs is not None and name not in inputs:
        message = f"Tiêu chí {code} không có số liệu tên “{shorten(name)}”."
        file.problems.append(FileProblem(line, "input", message))


def _refuse_nul(file: FactsFile) -> None:
    if "\0" not in file.text:
        return
    for line, text in enumerate(file.text.split("\n"), start=1):
        if "\0" in text:
            column = COLUMNS[min(text[: text.index("\0")].count(","), len(COLUMNS) - 1)]
            file.problems.append(FileProblem(line, column, "Có ký tự NUL; tệp bị hỏng hoặc không phải CSV."))
    file.text = file.text.replace("\0", "")


def _located(file: FactsFile, problems: tuple[FactProblem, ...]) -> list[FileProblem]:
    """Give every fault of the figures its row: that of the input, else the first one of the leaf.

    On a leaf with a row that was already refused, what is missing is not reported a second time.
    """
    lines = _lines(file)
    located = []
    for problem in problems:
        given = file.facts[problem.unit][problem.code]
        if problem.input in given:
            line = lines[problem.unit, problem.code, problem.input]
            located.append(FileProblem(line, "value", problem.message))
        elif (problem.unit, problem.code) not in file.faulty:
            first = lines[problem.unit, problem.code, ""]
            located.append(FileProblem(first, "input", problem.message))
    return located


def _lines(file: FactsFile) -> Mapping[tuple[str, str, str], int]:
    """For every (unit, code, input) its line, and under the input "" the first line of the leaf."""
    lines: dict[tuple[str, str, str], int] = {}
    reader = _reader(file.text)
    # A fault of CSV itself was noted when the file was read; the rows before it are all there is.
    with suppress(csv.Error):
        for row in reader:
            if len(row) == len(COLUMNS):
                line = _first_line(reader, row)
                unit, code, name, _ = (cell.strip() for cell in row)
                lines.setdefault((_normal(unit), code, name), line)
                lines.setdefault((_normal(unit), code, ""), line)
    return lines


def _normal(unit: str) -> str:
    """One spelling for names whose Vietnamese letters are composed in different ways."""
    return unicodedata.normalize("NFC", unit)


def _place(problem: FileProblem) -> tuple[int, int]:
    return problem.row, COLUMNS.index(problem.column)
