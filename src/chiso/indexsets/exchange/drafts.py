"""A set that may still be faulty: the plain tree, what every row was read as, guesses, errors, warnings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from chiso.indexsets.exchange.trees import Tree
from chiso.indexsets.exchange.yaml_writing import tree_to_yaml
from chiso.scoring import IndexSet, IndexSetErrors, Problem, read_index_set


class RowKind(StrEnum):
    """What a row of a table was read as."""

    INFORMATION = "information"
    AREA = "area"
    CRITERION = "criterion"
    LEAF = "leaf"
    SCALE = "scale"
    HEADER = "header"
    NOTE = "note"
    SKIPPED = "skipped"

    @property
    def label(self) -> str:
        """The Vietnamese word."""
        return _ROW_LABELS[self]


_ROW_LABELS = {
    RowKind.INFORMATION: "thông tin chung",
    RowKind.AREA: "lĩnh vực",
    RowKind.CRITERION: "tiêu chí",
    RowKind.LEAF: "tiêu chí được chấm",
    RowKind.SCALE: "thang điểm",
    RowKind.HEADER: "đầu bảng",
    RowKind.NOTE: "ghi chú",
    RowKind.SKIPPED: "bỏ qua",
}


class FindingKind(StrEnum):
    """How much a finding weighs: an error stops the issue, a guess asks to be confirmed, a warning is told."""

    ERROR = "error"
    GUESS = "guess"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the file: sheet (or “Bảng 1” in Word), row from 1, column with its heading; 0 and "" where unknown."""

    sheet: str = ""
    row: int = 0
    column: str = ""

    def __str__(self) -> str:
        parts = [self.sheet] if self.sheet else []
        parts += [f"dòng {self.row}"] if self.row else []
        parts += [f"cột {self.column}"] if self.column else []
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Finding:
    """One error, guess or warning; ``source`` is the sentence a guess came from, ``code`` the node it is about."""

    kind: FindingKind
    place: Place
    message: str
    code: str = ""
    source: str = ""
    path: str = ""

    def __str__(self) -> str:
        """The sentence with its place; a file of our own form is told by path and line instead."""
        where = str(self.place)
        about = f" (mã {self.code})" if self.code and where else ""
        text = f"{where}{about}: {self.message}" if where else self.message
        return f"{text} (từ câu “{self.source}”)" if self.source else text


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One row of the file and what it was read as; ``text`` is what was understood."""

    place: Place
    kind: RowKind
    code: str = ""
    text: str = ""
    is_guess: bool = False


@dataclass(frozen=True, slots=True)
class DraftSet:
    """What was read of a file; ``index_set`` is None while there are errors, which may be kept but not issued.

    ``tree`` is what the YAML would hold. ``format`` is ``yaml``, ``xlsx`` (also for .xls) or ``docx``.
    """

    name: str
    format: str
    tree: Tree
    rows: tuple[DraftRow, ...] = ()
    findings: tuple[Finding, ...] = ()
    index_set: IndexSet | None = None
    text: str = field(default="", repr=False)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Everything that keeps the set from being issued."""
        return self._of(FindingKind.ERROR)

    @property
    def guesses(self) -> tuple[Finding, ...]:
        """Everything that was guessed and asks to be confirmed."""
        return self._of(FindingKind.GUESS)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """Everything that is worth a look."""
        return self._of(FindingKind.WARNING)

    @property
    def is_valid(self) -> bool:
        """Whether the set is without error."""
        return self.index_set is not None

    def to_yaml(self) -> str:
        """The set as YAML, faulty or not; a YAML file that was no tree comes back as it was."""
        return tree_to_yaml(self.tree) if self.tree else self.text

    def _of(self, kind: FindingKind) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.kind is kind)


@dataclass(slots=True)
class Notebook:
    """What an import notes while it reads; `finish` validates and makes the `DraftSet`."""

    name: str
    format: str
    rows: list[DraftRow] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)
    say: Callable[[str, str], str] = lambda message, path: message

    def error(self, place: Place, message: str, *, code: str = "") -> None:
        """Note a fault of the file itself."""
        self.findings.append(Finding(FindingKind.ERROR, place, message, code))

    def warn(self, place: Place, message: str, *, code: str = "") -> None:
        """Note something worth a look."""
        self.findings.append(Finding(FindingKind.WARNING, place, message, code))

    def guess(self, place: Place, message: str, *, code: str = "", source: str = "") -> None:
        """Note something that was guessed, with the sentence it came from."""
        self.findings.append(Finding(FindingKind.GUESS, place, message, code, source))

    def row(self, place: Place, kind: RowKind, text: str = "", *, code: str = "", is_guess: bool = False) -> None:
        """Note what a row was read as."""
        self.rows.append(DraftRow(place, kind, code, text, is_guess))

    def finish(self, tree: Tree) -> DraftSet:
        """Validate the tree through the scoring core and give the draft with all findings in order of place."""
        index_set, problems, warnings = _validate(tree_to_yaml(tree))
        known = {(one.place.sheet, one.place.row, one.place.column) for one in self.findings if _is_error(one)}
        for problem in problems:
            part = ".rule" if problem.message.startswith("Phải có “rule”") else ""
            place = place_of(problem.path + part, self.places)
            if (place.sheet, place.row, place.column) not in known or not place.column:
                self.findings.append(self._finding(FindingKind.ERROR, place, problem))
        self.findings += [self._finding(FindingKind.WARNING, place_of(one.path, self.places), one) for one in warnings]
        if any(_is_error(one) for one in self.findings):
            index_set = None
        order = {sheet: position for position, sheet in enumerate(dict.fromkeys(row.place.sheet for row in self.rows))}
        self.findings.sort(key=lambda one: (order.get(one.place.sheet, -1), one.place.row))
        return DraftSet(self.name, self.format, tree, tuple(self.rows), tuple(self.findings), index_set)

    def _finding(self, kind: FindingKind, place: Place, problem: Problem) -> Finding:
        """A problem of the scoring core in the words of the table, under the code of the row it is in."""
        codes = {row.code for row in self.rows if row.code and _spot(row.place) == _spot(place)}
        message = self.say(problem.message, problem.path)
        if not place.sheet:
            message = f"{problem.path}: {message}"
        return Finding(kind, place, message, codes.pop() if codes else problem.code, path=problem.path)


def _spot(place: Place) -> tuple[str, int]:
    return place.sheet, place.row


def place_of(path: str, places: Mapping[str, Place]) -> Place:
    """The place of the nearest part of the tree that has one.

    >>> place_of("areas[0].rule.curve", {"areas[0]": Place("Bảng 1", 4)})
    Place(sheet='Bảng 1', row=4, column='')
    """
    while path:
        if path in places:
            return places[path]
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return places.get("", Place())


def draft_of_yaml(text: str, name: str, tree: Tree) -> DraftSet:
    """The draft of a file that is YAML already: errors keep their path and line."""
    index_set, problems, warnings = _validate(text)
    findings = [Finding(FindingKind.ERROR, Place(), str(one), one.code, path=one.path) for one in problems]
    findings += [Finding(FindingKind.WARNING, Place(), str(one), one.code, path=one.path) for one in warnings]
    return DraftSet(name, "yaml", tree, (), tuple(findings), index_set, text)


def _validate(text: str) -> tuple[IndexSet | None, tuple[Problem, ...], tuple[Problem, ...]]:
    try:
        index_set = read_index_set(text)
    except IndexSetErrors as errors:
        return None, errors.errors, ()
    return index_set, (), index_set.warnings


def _is_error(one: Finding) -> bool:
    return one.kind is FindingKind.ERROR
