"""The parts of a plan around its table, told apart by their headings: preamble, I, III, closing, recipients."""

import re
from dataclasses import dataclass, field
from enum import IntEnum

from chiso.indexsets.exchange.words import fold
from chiso.rounds.plan_papers.wording import one_line

_ROMAN = r"(?:[IVX]+\s*[.:)]\s*)?"
_PART_ONE = re.compile(rf"{_ROMAN}MỤC (?:ĐÍCH|TIÊU)\b.*")
_PART_TWO = re.compile(rf"{_ROMAN}(?:NỘI DUNG|NHIỆM VỤ|CÁC NHIỆM VỤ)\b.*")
_PART_THREE = re.compile(rf"{_ROMAN}TỔ CHỨC THỰC HIỆN\b.*")
_BY_NUMBER = {"I": 1, "II": 2, "III": 3}
_NUMBERED = re.compile(r"(I{1,3})\s*[.:]\s*\S.*")
_PREAMBLE = re.compile(
    r"(?:Căn cứ|Thực hiện Kế hoạch|Thực hiện Quyết định|Thực hiện Công văn|Thực hiện Chỉ thị|Thực hiện Nghị quyết|"
    r"Theo |Để |Nhằm |Trên cơ sở|Xét |Ủy ban nhân dân.{0,60}(?:ban hành|xây dựng)|UBND.{0,60}(?:ban hành|xây dựng))"
)
_YEAR = re.compile(r"\bnăm\s+(\d{4})\b", re.IGNORECASE)
_SUPERIOR = re.compile(r"(Kế hoạch số \S+ ngày .{4,200}?)(?= về việc| về | ban hành |[;,.])")
_LETTER = re.compile(r"[^\W\d_]")
MOST_TITLE_LINES = 6
_LONGEST_HEAD = 60
"""“Nơi nhận:”, with the capacity of the signer on the same line where a tab parts them."""


class _Part(IntEnum):
    """Where in the plan a paragraph stands; a plan only goes forward."""

    BEFORE = 0
    TITLE = 1
    PREAMBLE = 2
    AIMS = 3
    CONTENT = 4
    DUTIES = 5
    CLOSING = 6
    RECIPIENTS = 7
    END = 8


@dataclass(frozen=True)
class Line:
    """A paragraph on one line."""

    text: str
    is_centered: bool = False


@dataclass
class Texts:
    """Collects the paragraphs of a plan in the order they come."""

    title: list[str] = field(default_factory=list)
    preamble: list[str] = field(default_factory=list)
    aims: list[str] = field(default_factory=list)
    content: list[str] = field(default_factory=list)
    """What stands in part II beside the table: there is no place for it in a plan's record."""
    duties: list[str] = field(default_factory=list)
    closing: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    """What stands below the signature, as annexes do, and other tables."""
    signer_name: str = ""
    _part: _Part = _Part.BEFORE
    _title_is_centered: bool = False

    def take(self, line: Line) -> None:
        """Put the next paragraph where it belongs."""
        text = one_line(line.text)
        if not _LETTER.search(text):
            return
        if fold(text).startswith("noi nhan") and len(text) <= _LONGEST_HEAD:
            self._part = _Part.RECIPIENTS
        elif not self._take_heading(text):
            self._keep(text, line)

    def take_title(self, text: str) -> None:
        """A line above the table of a sheet: the name stands below “KẾ HOẠCH” where that is written."""
        line = one_line(text)
        if fold(line) == "ke hoach":
            self.title.clear()
        elif _LETTER.search(line) and not line.startswith("(") and _part_of_heading(line) is None:
            self.title.append(line)

    def take_table(self) -> None:
        """The table of tasks stands here: what follows is part III at the earliest."""
        if self._part < _Part.CONTENT:
            self._part = _Part.CONTENT
        if self._part == _Part.CONTENT:
            self._part = _Part.DUTIES

    def take_sign_off(self, recipients: str, signature: str) -> None:
        """The two cells at the end: who gets the plan, and who signs it."""
        lines = [one_line(line) for line in recipients.splitlines()]
        self.recipients += [_recipient(line) for line in lines if fold(line) not in ("", "noi nhan")]
        names = [one_line(line) for line in signature.splitlines() if one_line(line)]
        self.signer_name = next((name for name in reversed(names) if _is_name(name)), "")
        self._part = _Part.END

    def finish(self) -> None:
        """A plan whose last paragraph is no sentence of its own ends with the last one of part III."""
        if not self.closing and self.duties and self.duties[-1].endswith("./."):
            self.closing.append(self.duties.pop())

    @property
    def has_title(self) -> bool:
        """Whether “KẾ HOẠCH” was met: what stands above it is the head of the document."""
        return self._part > _Part.BEFORE

    @property
    def name(self) -> str:
        return " ".join(self.title)

    @property
    def year(self) -> int | None:
        """The assessed year, as the title says it, or the preamble."""
        found = _YEAR.search(self.name) or _YEAR.search(" ".join(self.preamble))
        return int(found[1]) if found else None

    @property
    def superior_plan(self) -> str:
        found = _SUPERIOR.search(" ".join(self.preamble))
        return one_line(found[1]) if found else ""

    def _take_heading(self, text: str) -> bool:
        """Whether the paragraph is the heading of part I, II or III, which is printed anew and not kept.

        Only the usual words are: “III. KINH PHÍ” is part III, and its heading is the first line of it.
        """
        part = _part_of_heading(text)
        if part is None or part < self._part:
            return False
        if part == self._part and (part != _Part.DUTIES or self.duties):
            return False
        if self._part == _Part.BEFORE:
            return True
        self._part = part
        return _named_part(text) is not None

    def _keep(self, text: str, line: Line) -> None:
        if self._part == _Part.BEFORE:
            if text.upper().startswith("KẾ HOẠCH") and text[:8] == text[:8].upper():
                self._part = _Part.TITLE
                self.title += [rest] if (rest := text[8:].strip()) else []
                self._title_is_centered = line.is_centered
            return
        if self._part == _Part.TITLE and self._ends_title(text, line):
            self._part = _Part.PREAMBLE
        if _Part.PREAMBLE <= self._part <= _Part.DUTIES and text.startswith("Trên đây là"):
            self._part = _Part.CLOSING
        if self._part == _Part.RECIPIENTS and not self._is_recipient(text):
            self._take_signer(text)
            return
        kept = {
            _Part.TITLE: self.title,
            _Part.PREAMBLE: self.preamble,
            _Part.AIMS: self.aims,
            _Part.CONTENT: self.content,
            _Part.DUTIES: self.duties,
            _Part.CLOSING: self.closing,
            _Part.RECIPIENTS: self.recipients,
        }.get(self._part)
        if kept is not None:
            kept.append(_recipient(text) if self._part == _Part.RECIPIENTS else text)
        elif self._part == _Part.END:
            self.left_out.append(text)

    def _ends_title(self, text: str, line: Line) -> bool:
        if not self.title:
            self._title_is_centered = line.is_centered
            return False
        if self._title_is_centered:
            return not line.is_centered
        return bool(_PREAMBLE.match(text)) or len(self.title) >= MOST_TITLE_LINES

    def _is_recipient(self, text: str) -> bool:
        if self.recipients and self.recipients[-1].startswith("Lưu"):
            return False  # The line for the files is the last one.
        return text.startswith(("-", "–", "•", "*")) or text.endswith((";", "."))

    def _take_signer(self, text: str) -> None:
        if _is_name(text):
            self.signer_name = text
            self._part = _Part.END


def _named_part(text: str) -> _Part | None:
    if text != text.upper():
        return None
    for pattern, part in ((_PART_ONE, _Part.AIMS), (_PART_TWO, _Part.CONTENT), (_PART_THREE, _Part.DUTIES)):
        if pattern.fullmatch(text):
            return part
    return None


def _part_of_heading(text: str) -> _Part | None:
    if part := _named_part(text):
        return part
    if (found := _NUMBERED.fullmatch(text)) and text == text.upper():
        return (_Part.AIMS, _Part.CONTENT, _Part.DUTIES)[_BY_NUMBER[found[1]] - 1]
    return None


def _recipient(text: str) -> str:
    return text.lstrip("-–•* ").rstrip(" ;.")


def _is_name(text: str) -> bool:
    """Whether a line below the signature is the signer's name, and not the capacity or “(Đã ký)”."""
    return text != text.upper() and not text.startswith("(")
