"""The mark of a state secret (dấu chỉ độ mật): a line of its own, `MẬT`, `TỐI MẬT`, `TUYỆT MẬT`, or `Độ mật: …`.

A text that speaks of secrets (`bảo vệ bí mật nhà nước`, `văn bản có dấu Mật`, a table of the three levels) bears none.
A mark that is only a picture cannot be seen here: the page that takes files says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from chiso.evidence.reading.lines import clean
from chiso.evidence.reading.result import Secret

_LEVELS = {"MẬT": Secret.CONFIDENTIAL, "TỐIMẬT": Secret.SECRET, "TUYỆTMẬT": Secret.TOP_SECRET}
_DECLARED = re.compile(
    r"(?:mức\s)?(?:độ|cấp)\s(?:độ\s)?mật\s?[:：]\W*((?:tối|tuyệt)\s)?mật\W*",  # noqa: RUF001 the wide colon is meant
    re.IGNORECASE,
)
_WORTH_LOOKING = re.compile(r"M\s*Ậ\s*T|Mật|(?i:độ|cấp|tối|tuyệt)\s+mật")
_AROUND = " ()[]{}<>*.-–—_|/\\"
_BEFORE = "bí bảo cơ mã dấu độ mức loại cấp và hoặc là chữ tài văn bản liệu hồ sơ tin vật có đóng gồm mục của theo"
_GOES_ON_BEFORE = frozenset(_BEFORE.split())
_HEADING_GOES_ON_BEFORE = frozenset({"bí", "bảo"})
_GOES_ON_AFTER = frozenset({"nhà", "độ", "mã", "khẩu"})
_NAMES = ("XÃ ", "PHƯỜNG ", "THỊ TRẤN ", "HUYỆN ", "TỈNH ", "THÀNH PHỐ ", "ỦY BAN ", "UBND ", "SỐ")
"""A letterhead is no sentence that goes on, whatever it ends with: there is a commune Lộc Bảo."""
_TOP = 15
"""Only so near the top of the first page does `Mật`, not in capitals, count: further down it may be a person's name."""
_NEAR = 2
_LONGEST = 500


def could_be_marked(text: str) -> bool:
    """Quick: is it worth looking at the lines at all?"""
    return bool(_WORTH_LOOKING.search(unicodedata.normalize("NFC", text)))


def secret_mark(lines: Sequence[str], *, first_page: bool = True) -> Secret | None:
    """The level that a page is marked with, the highest if there are several."""
    cleaned = [clean(line[:_LONGEST]) for line in lines]
    alone = {
        n: level for n, line in enumerate(cleaned) if (level := _alone(line, may_be_small=first_page and n < _TOP))
    }
    marks = [level for n, level in alone.items() if not _is_listing(alone, n, level) and not _goes_on(cleaned, n)]
    marks += [level for line in cleaned if (level := _declared(line))]
    return max(marks, key=list(Secret).index, default=None)


def _alone(line: str, *, may_be_small: bool) -> Secret | None:
    if not 3 <= len(line) <= 30:
        return None
    bare = line.strip(_AROUND)
    letters = bare.replace(" ", "")
    if bare.isupper() or (may_be_small and bare[:1].isupper()):
        return _LEVELS.get(letters.upper())
    return None


def _declared(line: str) -> Secret | None:
    match = _DECLARED.fullmatch(line.strip(_AROUND))
    return _LEVELS[f"{(match[1] or '').strip().upper()}MẬT"] if match else None


def _is_listing(alone: dict[int, Secret], at: int, level: Secret) -> bool:
    """Two levels beside each other are the head of a table or a legend."""
    return any(alone.get(at + step, level) != level for step in range(-_NEAR, _NEAR + 1))


def _goes_on(lines: Sequence[str], at: int) -> bool:
    """Is this line a piece of a sentence that was wrapped?"""
    before = lines[at - 1] if at else ""
    after = lines[at + 1].lower().split()[:1] if at + 1 < len(lines) else []
    if _GOES_ON_AFTER & set(after):
        return True
    if before.upper().startswith(_NAMES):
        return False
    words = _HEADING_GOES_ON_BEFORE if before.isupper() else _GOES_ON_BEFORE
    return bool(words & set(before.rstrip(" “\"'(").lower().split()[-1:]))
