"""Lines of text as the recognisers expect them: composed letters, one kind of space, nothing invisible."""

from __future__ import annotations

import re
import unicodedata

_SPACES = re.compile(r"[\s\u00a0\u2000-\u200a\u202f\u3000]+")
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff\ufffe\uffff]")
_FORMAT_CODES = re.compile(r'&(?:"[^"]*"|[A-Z]|\d+)')
_TONES = (("oà", "òa"), ("oá", "óa"), ("oả", "ỏa"), ("uỷ", "ủy"), ("uý", "úy"), ("uỳ", "ùy"))


def clean(line: str) -> str:
    """NFC, single spaces, no control characters."""
    return _SPACES.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFC", line))).strip()


def split(text: str) -> list[str]:
    """The lines of a text that have something in them."""
    return [line for line in (clean(part) for part in text.splitlines()) if line]


def printed_heading(text: str) -> str:
    """The words of a header or footer of Excel, without its codes: `&C&"Times New Roman"&14MẬT`."""
    return _FORMAT_CODES.sub("\n", text)


def one_spelling(text: str) -> str:
    """`uỷ`, `hoà` as `ủy`, `hòa`: both are written, one is compared. Keeps the length, so positions hold."""
    for old, new in _TONES:
        for written in (str.lower, str.upper, str.capitalize):
            text = text.replace(written(old), written(new))
    return text
