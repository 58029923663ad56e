"""The numbers in the column STT: what depth a row has, and which code it gets."""

import re
from dataclasses import dataclass, field

from chiso.indexsets.exchange.grids import DateCell, NumberCell

_ROMAN = re.compile(r"(?=[IVX])(X{0,3})(IX|IV|V?I{0,3})")
_PARTS = re.compile(r"([IVXLC]+|[A-Z]|[0-9]+)((?:\.[0-9]+)*)")
_LETTER = re.compile(r"[a-zđ]")
_BULLET = re.compile(r"[-–+*•●▪◦o]")
_SPLIT = re.compile(r"((?:[IVX]+|[A-Z]|[0-9]+)(?:\.[0-9]+)*)[.):]?\s+(\S.*)", re.DOTALL)
_IN_NAME = re.compile(r"((?:[IVX]+|[A-Z])(?:\.[0-9]+)*[.):]|[0-9]+(?:\.[0-9]+)+[.):]?|[0-9]+[.)])\s+(\S.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written: its parts, such as ("I", "1") or ("1", "1", "2"); one letter for a), b)."""

    text: str
    parts: tuple[str, ...]
    is_letter: bool = False

    @property
    def is_roman(self) -> bool:
        """Whether it is a whole Roman number or a capital letter: an area."""
        return len(self.parts) == 1 and not self.parts[0].isdecimal() and not self.is_letter


def read_code(cell: str) -> Number | None:
    """Read a number; None for a bullet or nothing. Any other word is a code of one part.

    >>> read_code("1.1.2.").parts, read_code("II.1").parts, read_code("a)").is_letter, read_code("-")
    (('1', '1', '2'), ('II', '1'), True, None)
    """
    text = cell.strip().rstrip(".):").strip()
    text = text.removeprefix("(").strip()
    if not text or _BULLET.fullmatch(text):
        return None
    if _LETTER.fullmatch(text):
        return Number(text, (text,), is_letter=True)
    match = _PARTS.fullmatch(text)
    if match is None:
        return Number(text, (text,))
    return Number(text, (match[1], *match[2].split(".")[1:]))


def split_code(cell: str) -> tuple[str, str] | None:
    """Take the number off a title that stands in the column STT: “I. CÔNG TÁC CHỈ ĐẠO”."""
    match = _SPLIT.fullmatch(cell.strip())
    return (match[1], match[2].strip()) if match else None


def split_name(cell: str) -> tuple[str, str] | None:
    """Take the number off a name, where there is no number in the column STT: “1.1. Kế hoạch”."""
    match = _IN_NAME.fullmatch(cell.strip())
    return (match[1].rstrip(".):"), match[2].strip()) if match else None


def is_date(cell: str) -> bool:
    """Whether Excel turned the number into a date."""
    return isinstance(cell, DateCell)


@dataclass(slots=True)
class Numbering:
    """Finds the depth of each row from its number and the numbers before it."""

    areas_are_roman: bool = False
    open: list[Number] = field(default_factory=list)

    def mend(self, cell: str) -> tuple[Number | None, str]:
        """Read a number; one that Excel shortened (1.10 → 1.1) is given its zero back, with the doubt as a sentence."""
        number = read_code(cell)
        if number is None or not isinstance(cell, NumberCell) or len(number.parts) != 2:
            return number, ""
        before = next((one for one in reversed(self.open) if len(one.parts) == 2), None)
        if before is None or before.parts[0] != number.parts[0] or not before.parts[1].isdecimal():
            return number, ""
        expected = int(before.parts[1]) + 1
        if expected % 10 == 0 and number.parts[1] == str(expected).rstrip("0"):
            whole = f"{number.parts[0]}.{expected}"
            doubt = (
                f"Excel ghi số {number.text}; hiểu là {whole} vì đứng sau {before.text}. Hãy đặt cột này dạng văn bản."
            )
            return Number(whole, (number.parts[0], str(expected))), doubt
        return number, ""

    def depth(self, number: Number) -> int:
        """Give the depth of a row, 0 for an area, and remember it for the rows below."""
        if not self.open:
            self.areas_are_roman = number.is_roman
        depth = self._find(number)
        del self.open[depth:]
        self.open.append(number)
        return depth

    def _find(self, number: Number) -> int:
        for place in range(len(self.open) - 1, -1, -1):
            if self._is_parent(self.open[place], number):
                return place + 1
        if number.is_letter:
            return self._below_last_figure()
        if number.is_roman or not self.open or not self.areas_are_roman:
            return self._same_form(number)
        return max(1, self._same_form(number))

    def _is_parent(self, parent: Number, number: Number) -> bool:
        return len(number.parts) == len(parent.parts) + 1 and number.parts[: len(parent.parts)] == parent.parts

    def _same_form(self, number: Number) -> int:
        """The place of the open row of the same form; a number of more parts goes below the last row."""
        for place, one in enumerate(self.open):
            if _form(one) == _form(number):
                return place
        if number.is_roman:
            return 1 if self.open and _form(self.open[0])[0] == "capital" and _form(number)[0] == "roman" else 0
        shorter = [place for place, one in enumerate(self.open) if _length(one) < _length(number)]
        return shorter[-1] + 1 if shorter else 0

    def _below_last_figure(self) -> int:
        for place, one in enumerate(self.open):
            if one.is_letter:
                return place
        return len(self.open)


def _form(number: Number) -> tuple[str, int]:
    head = number.parts[0]
    if number.is_letter:
        return "letter", 1
    kind = "figure" if head.isdecimal() else "roman" if _ROMAN.fullmatch(head) else "capital"
    return kind, len(number.parts)


def _length(number: Number) -> int:
    """How deep a number lies by its looks: Roman before figures, figures by their parts, letters last."""
    if number.is_letter:
        return 99
    return len(number.parts) if number.parts[0].isdecimal() else len(number.parts) - 1
