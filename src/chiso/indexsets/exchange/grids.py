"""Tables as they stand in a file: sheets of rows of cells, every cell a text that knows whether it was a number."""

import re
from dataclasses import dataclass
from decimal import Decimal


class NumberCell(str):
    """The text of a cell that holds a number; a decimal point, no grouping."""


class DateCell(str):
    """The text of a cell that Excel holds as a date."""


class AutoNumberCell(str):
    """The text of a Word cell whose number Word counts by itself: the number is not in the text."""


@dataclass(frozen=True, slots=True)
class GridRow:
    """One row: its number in the file and its cells, "" where empty. ``styles`` are Word's paragraph styles."""

    number: int
    cells: tuple[str, ...]
    is_hidden: bool = False
    styles: tuple[str, ...] = ()

    def cell(self, column: int) -> str:
        """The cell in a column; "" past the end."""
        return self.cells[column] if column < len(self.cells) else ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in the row."""
        return not any(self.cells)


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet of a workbook or one table of a document; ``label`` names it in messages.

    ``formulas`` and ``faulty`` are the cells (like C5) with a formula, with an Excel error such as #REF!.
    """

    name: str
    label: str
    rows: tuple[GridRow, ...]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    formulas: frozenset[str] = frozenset()
    faulty: frozenset[str] = frozenset()
    is_hidden: bool = False
    is_word: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """All tables of a file, the paragraphs around them, and what a document of ours carries unseen."""

    format: str
    grids: tuple[Grid, ...]
    paragraphs: tuple[str, ...] = ()
    hidden_yaml: str = ""
    hidden_is_fresh: bool = False


_GROUPED = re.compile(r"-?[1-9][0-9]{0,2}(\.[0-9]{3})+(,[0-9]+)?")
_PLAIN = re.compile(r"-?[0-9]+([.,][0-9]+)?")
_UNIT = re.compile(r"\s*(điểm|đ|%)\.?$", re.IGNORECASE)
_MINUS = str.maketrans({"−": "-", "–": "-", "‑": "-"})


def number_of_float(value: float) -> NumberCell:
    """Write the number Excel shows: 15 digits, as Excel itself keeps.

    >>> number_of_float(0.1 + 0.2), number_of_float(100.0), number_of_float(1e-7)
    ('0.3', '100', '0.0000001')
    """
    if value.is_integer() and abs(value) < 1e15:
        return NumberCell(int(value))
    text = f"{Decimal(f'{value:.15g}'):f}"
    return NumberCell(text.rstrip("0").rstrip(".") if "." in text else text)


def read_number(text: str) -> str | None:
    """Read a number the Vietnamese way, as YAML text; None when it is none.

    Comma = decimal; dots between groups of three = thousands; one other dot = decimal.

    >>> [read_number(one) for one in ("0,5", "1.234,5", "0.25", "−1 điểm", "04", "mười", "1,234.5")]
    ['0.5', '1234.5', '0.25', '-1', '4', None, None]
    """
    if isinstance(text, NumberCell):
        return str(text)
    bare = _UNIT.sub("", text.strip().translate(_MINUS)).strip()
    if bare.startswith("- "):
        bare = "-" + bare[2:].lstrip()
    if _GROUPED.fullmatch(bare):
        return _canonical(bare.replace(".", "").replace(",", "."))
    if _PLAIN.fullmatch(bare):
        return _canonical(bare.replace(",", "."))
    return None


def is_doubtful_number(text: str) -> bool:
    """Whether a typed number may mean thousands or decimals, like 1.250."""
    bare = _UNIT.sub("", text.strip())
    return not isinstance(text, NumberCell) and bool(re.fullmatch(r"[1-9][0-9]{0,2}\.[0-9]{3}", bare))


def _canonical(text: str) -> str:
    sign = "-" if text.startswith("-") else ""
    whole, _, decimals = text.lstrip("-").partition(".")
    whole, decimals = whole.lstrip("0") or "0", decimals.rstrip("0")
    number = f"{whole}.{decimals}" if decimals else whole
    return number if number == "0" else sign + number


def column_letter(column: int) -> str:
    """The letter of a column counted from 0.

    >>> column_letter(0), column_letter(27)
    ('A', 'AB')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
