"""The lines of a PDF page column by column: a letterhead has two, and a PDF knows only where letters stand.

PDFium gives text line by line, but writes what stands at one height as one line. Where the gap is wide, it is two.
"""

from __future__ import annotations

from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from chiso.evidence.reading.lines import clean

MOST_LETTERS = 6000
LETTERS_OF_A_HEADER = 1000
_HEADER = 0.4
"""The part of the page, from the top, in which two columns are looked for."""
_LEFT, _RIGHT = 0.44, 0.6
"""The middle of a left column lies left of the first, that of a right column right of the second."""
_GAP = 1.8
"""Letters further apart than so many heights are of different columns."""


@dataclass
class _Line:
    """Letters beside each other, and the box around them."""

    text: str
    left: float
    bottom: float
    right: float
    top: float

    @property
    def height(self) -> float:
        return max(self.top - self.bottom, 1.0)


def lines_by_column(words: pdfium.PdfTextPage, width: float, height: float, *, most: int = MOST_LETTERS) -> list[str]:
    """Left column of the header, right column, then the rest, each from top to bottom."""
    header = height * (1 - _HEADER)

    def column(line: _Line) -> int:
        middle = (line.left + line.right) / 2 / max(width, 1)
        if line.bottom < header or _LEFT <= middle <= _RIGHT:
            return 2
        return 0 if middle < _LEFT else 1

    lines = _lines(words, most)
    in_header = [line for line in lines if line.bottom >= header]
    ordered = sorted(in_header, key=lambda line: (column(line), -line.bottom))
    ordered += [line for line in lines if line.bottom < header]
    return [text for line in ordered if (text := clean(line.text))]


def _lines(words: pdfium.PdfTextPage, most: int) -> list[_Line]:
    lines: list[_Line] = []
    last: _Line | None = None
    space = ""
    for number in range(min(words.count_chars(), most)):
        letter = chr(raw.FPDFText_GetUnicode(words, number) & 0x1FFFFF)
        if letter in "\r\n":
            last = None
        elif letter.isspace():
            space = " "
        else:
            box = _Line(letter, *words.get_charbox(number, loose=True))
            if last is not None and _belongs(last, box):
                last.text += space + letter
                last.right, last.top = max(last.right, box.right), max(last.top, box.top)
            else:
                last = box
                lines.append(last)
            space = ""
    return lines


def _belongs(line: _Line, letter: _Line) -> bool:
    gap = letter.left - line.right
    return -letter.height * _GAP < gap < _GAP * min(line.height, letter.height)
