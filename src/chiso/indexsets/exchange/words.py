"""The Vietnamese words of the tables, and the keys of the format they stand for."""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache

KINDS = {"base": "Điểm cơ bản", "bonus": "Điểm thưởng", "penalty": "Điểm trừ"}
METHODS = {
    "self": "Tự chấm",
    "survey": "Điều tra xã hội học",
    "official": "Cơ quan khác cung cấp số liệu",
    "info": "Chỉ để thông tin",
}
AS_OF = {"year_end": "Cuối năm"}
POLICIES = {
    "reduce_max": "Giảm trừ điểm tối đa",
    "full": "Đạt điểm tối đa",
    "zero": "0 điểm",
    "exclude": "Không tính và không hiện",
}
ON_ZERO = {"full": "đạt điểm tối đa", "zero": "0 điểm", "not_applicable": "không áp dụng"}
DIRECTIONS = {"increase": "tăng", "decrease": "giảm"}
BEST = {"max": "lớn nhất", "min": "nhỏ nhất"}
STATUSES = {"official": "Ban hành chính thức", "transcribed": "Chép từ văn bản", "sample": "Bộ mẫu"}
RANK_BY = {"rounded": "Tổng điểm đã làm tròn", "exact": "Tổng điểm chưa làm tròn"}
TIES = {"competition": "Cùng hạng và bỏ hạng sau (1-2-2-4)", "dense": "Cùng hạng và không bỏ hạng (1-2-2-3)"}
SURVEY_ABSENT = {"rescale": "Quy đổi phần còn lại", "zero": "0 điểm"}
ROUNDING = {"half_up": "Làm tròn nửa lên"}

RULES = {
    "levels": "Chọn một mức",
    "checklist": "Cộng từng yêu cầu",
    "all_or_nothing": "Đạt đủ điều kiện",
    "ratio.linear": "Tỷ lệ × điểm tối đa",
    "ratio.target": "Tỷ lệ so với mục tiêu",
    "ratio.band": "Tỷ lệ theo dải",
    "ratio.steps": "Tỷ lệ theo bậc",
    "count": "Đếm số lượng",
    "deduct": "Trừ theo số lần",
    "late": "Trừ theo ngày trễ hạn",
    "change": "So với năm trước",
    "relative": "So với đơn vị tốt nhất",
    "branch": "Chấm theo trường hợp",
    "formula": "Theo công thức",
    "survey": "Kết quả điều tra",
    "judgement": "Người chấm cho điểm",
    "info": "Không chấm điểm",
}


class Word(StrEnum):
    """What a line under a leaf says; the value is the word in the column “Dòng thang điểm”."""

    LEVEL = "Mức"
    LEVEL_UP_TO = "Mức (cho điểm đến)"
    ITEM = "Yêu cầu"
    CONDITION = "Điều kiện"
    POINTS = "Điểm khi đạt"
    NUMERATOR = "Tử số"
    DENOMINATOR = "Mẫu số"
    TARGET = "Mục tiêu"
    FULL_FROM = "Đủ điểm từ"
    PROPORTIONAL_FROM = "Tính theo tỷ lệ từ"
    FROM = "Từ"
    ABOVE = "Trên"
    ELSE = "Còn lại"
    ON_ZERO = "Khi mẫu số bằng 0"
    UNIT = "Đơn vị đếm"
    PER = "Trừ mỗi lần"
    START = "Điểm bắt đầu"
    FLOOR = "Điểm thấp nhất khi trừ"
    UP_TO_DAYS = "Trễ đến (ngày)"
    PER_DAY_AFTER = "Mỗi ngày sau ngày thứ"
    REFUSE_AFTER = "Không tiếp nhận sau (ngày)"
    DIRECTION = "Chiều"
    BEST = "Tốt nhất là"
    QUESTION = "Câu hỏi"
    WHEN_TRUE = "Nếu có"
    WHEN_FALSE = "Nếu không"
    FIGURE = "Số liệu"
    FIGURE_NUMERATOR = "Số liệu (tử số)"
    FIGURE_DENOMINATOR = "Số liệu (mẫu số)"
    EXPRESSION = "Công thức"
    RESPONDENT = "Đối tượng"
    STEP = "Bước điểm"
    MINIMUM = "Điểm thấp nhất"


LONGEST = 1_000
"""Letters of a text that are compared; no two headings or names differ only after that."""
LONGEST_KEPT = 100
"""Headings, words and labels come again and again and are folded once; names and sentences are not kept."""


def fold(text: str) -> str:
    """A text for comparing: no diacritics, lower case, letters, digits and single blanks only.

    >>> fold("  Điểm tối đa (1): "), fold("Lĩnh vực/TC")
    ('diem toi da 1', 'linh vuc tc')
    """
    return _fold_short(text) if len(text) <= LONGEST_KEPT else _fold(text[:LONGEST])


@lru_cache(maxsize=4096)
def _fold_short(text: str) -> str:
    return _fold(text)


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d").casefold())
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^a-z0-9×]+", " ", bare).split())


def key_of(text: str, words: Mapping[str, str]) -> str | None:
    """The key a Vietnamese word stands for; the key itself is understood too. None for an unknown word."""
    folded = fold(text)
    for key, word in words.items():
        if folded in {fold(word), fold(key)} or text.strip() == key:
            return key
    return None


def word_of(text: str) -> Word | None:
    """The word of a line; None for an unknown one."""
    folded = fold(text)
    return next((word for word in Word if fold(word) == folded), None)


NEWLINE_SIGN = "⏎"
ESCAPE = "␛"


def join_items(items: list[str]) -> str:
    """Write a list one item a line; a line break inside an item becomes ⏎.

    >>> join_items(["a", "b\\nc"])
    'a\\nb⏎c'
    """
    return "\n".join(escape_line(item) for item in items)


def split_items(text: str) -> list[str]:
    """Read a list written one item a line."""
    return [unescape_line(line.strip()) for line in text.split("\n") if line.strip()]


def escape_line(text: str) -> str:
    """Write a text on one line, exactly."""
    kept = text.replace(ESCAPE, ESCAPE * 2).replace(NEWLINE_SIGN, ESCAPE + NEWLINE_SIGN)
    return kept.replace("\n", NEWLINE_SIGN)


def unescape_line(text: str) -> str:
    """Read what `escape_line` wrote.

    >>> unescape_line(escape_line("a\\nb ⏎ ␛"))
    'a\\nb ⏎ ␛'
    """
    return re.sub(f"{ESCAPE}(.)|{NEWLINE_SIGN}", lambda sign: sign.group(1) or "\n", text, flags=re.DOTALL)
