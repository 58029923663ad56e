"""The sentences in which offices write scales: what stands before the points, the points, a span, a unit."""

import re
from dataclasses import dataclass

from chiso.indexsets.exchange.grids import read_number
from chiso.indexsets.exchange.words import fold

_FIGURE = r"[-−–]?\s?[0-9]+(?:[.,][0-9]+)*"
_POINTS = re.compile(
    r"^(?P<head>.*?)(?:\s*[:;=→⇒]\s*|\s+[-–]\s+|\s+(?=\()"
    rf"|\s+(?=(?:được|đạt|chấm|tối đa|trừ)\s+{_FIGURE}\s*(?:điểm|đ)\b))"
    rf"\(?(?:được |đạt |chấm |cho |cộng |bị )*(?P<open>tối đa |đến |từ 0 đến )?(?P<minus>trừ )?"
    rf"(?P<points>{_FIGURE})\s*(?:điểm|đ)?\)?\s*[.;,]?$",
    re.IGNORECASE | re.DOTALL,
)
_BULLET = re.compile(r"^\s*(?:[-–+*•●▪◦]+|[a-zđ][).])\s*", re.IGNORECASE)
_SHARE = r"([0-9]+(?:[.,][0-9]+)?)\s*%?"
_SPANS: tuple[tuple[str, str, str], ...] = (
    (rf"(?:từ|đạt từ|>=|≥)?\s*{_SHARE}\s*(?:đến|tới|-|–)\s*(?:dưới|<)\s*{_SHARE}.*", "from", "below"),
    (rf"(?:trên|lớn hơn|>)\s*{_SHARE}\s*(?:đến|tới|-|–)\s*(?:dưới|<)\s*{_SHARE}.*", "above", "below"),
    (rf"(?:trên|lớn hơn|>)\s*{_SHARE}\s*(?:đến|tới|-|–)\s*{_SHARE}.*", "above", "to"),
    (rf"(?:từ|đạt từ|>=|≥)?\s*{_SHARE}\s*(?:đến|tới|-|–)\s*{_SHARE}.*", "from", "to"),
    (rf"(?:trên|lớn hơn|vượt|cao hơn|>)\s*{_SHARE}.*", "above", ""),
    (rf"(?:dưới|nhỏ hơn|thấp hơn|ít hơn|<)\s*{_SHARE}.*", "", "below"),
    (rf"(?:không quá|đến|tối đa|<=|≤)\s*{_SHARE}.*", "", "to"),
    (rf"(?:từ|đạt|đạt từ|tối thiểu|ít nhất|>=|≥)?\s*{_SHARE}(?:\s*trở lên)?.*", "from", ""),
)
_PERCENT = re.compile(r"[0-9]\s*%")
_COUNT = re.compile(
    r"(?:(?P<from>từ|có từ|tối thiểu|ít nhất)\s+|(?:có|họp|tổ chức|đủ|được)\s+)?"
    r"(?P<number>[0-9]+)\s+(?P<unit>[^\d:;%]+?)(?P<more>\s+trở lên)?(?:\s*/\s*năm)?",
    re.IGNORECASE,
)
_BELOW_COUNT = re.compile(r"(?:dưới|ít hơn)\s+(?P<number>[0-9]+)\s*(?P<unit>[^\d:;%]*)", re.IGNORECASE)
_DEDUCT = (
    re.compile(
        rf"(?:cứ\s+|với\s+)?mỗi\s+(?P<unit>.+?),?\s*(?:thì\s+)?(?:bị\s+)?trừ\s+(?P<points>{_FIGURE})\s*(?:điểm|đ)?.*",
        re.IGNORECASE | re.DOTALL,
    ),
    re.compile(
        rf".*trừ\s+(?P<points>{_FIGURE})\s*(?:điểm|đ)\s*(?:/|cho mỗi|mỗi)\s*(?P<unit>[^.;]+).*", re.I | re.DOTALL
    ),
)
_LINEAR = re.compile(
    r"(ty le|ket qua|phan tram|%)[^.;]*( x | × | nhan | ×|×)|(x|×|nhan) (diem toi da|[0-9 ]+ diem)|"
    r"(diem|tinh diem) (tinh )?theo ty le|theo ty le (phan tram )?(tuong ung|dat duoc|hoan thanh|thuc hien)"
)
_ELSE = re.compile(r"(con lai|cac truong hop (con lai|khac)|truong hop (con lai|khac)|muc khac).*")

LONGEST = 600
"""Characters of a scale line; a longer text is an explanation and is not searched for points."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One scale line as written: ``head`` without its points; ``points`` as YAML text, "" where there are none."""

    text: str
    head: str
    points: str
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """The span a sentence names; "" where an end is not named. ``low_open``: above; ``high_open``: below."""

    low: str = ""
    low_open: bool = False
    high: str = ""
    high_open: bool = False


def read_sentence(text: str, points: str = "") -> Sentence:
    """Read one scale line; ``points`` of its own column count before those in the words.

    >>> read_sentence("- Ban hành kịp thời: 1 điểm"), read_sentence("04 cuộc", "1").head
    (Sentence(text='- Ban hành kịp thời: 1 điểm', head='Ban hành kịp thời', points='1', is_open=False), '04 cuộc')
    """
    bare = _BULLET.sub("", " ".join(text.split()))
    if points:
        number = read_number(points)
        match = _POINTS.fullmatch(bare) if len(bare) <= LONGEST else None
        head = match["head"].strip() if match and match["head"].strip() else bare
        return Sentence(text, head.rstrip(" :;."), points if number is None else number)
    match = _POINTS.fullmatch(bare) if len(bare) <= LONGEST else None
    if match is None or not match["head"].strip():
        return Sentence(text, bare.rstrip(" :;."), "")
    number = read_number(match["points"].replace(" ", "")) or ""
    if match["minus"] and number and not number.startswith("-"):
        number = "-" + number
    return Sentence(text, match["head"].strip(" :;"), number, is_open=bool(match["open"]))


def read_span(text: str) -> Span | None:
    """Read a span of percent: “từ 70% đến dưới 90%”; None when there is none.

    >>> read_span("Từ 70% đến dưới 90%"), read_span("trên 90%").low_open, read_span("kịp thời")
    (Span(low='70', low_open=False, high='90', high_open=True), True, None)
    """
    if len(text) > LONGEST or not _PERCENT.search(text):
        return None
    bare = re.sub(
        r"^(?:đạt )?(?:tỷ lệ|tỉ lệ|kết quả|hoàn thành|đạt|mức)(?: đạt)?:?\s+(?=[^x×*/]*$)", "", text.strip(), flags=re.I
    )
    for pattern, low_word, high_word in _SPANS:
        match = re.fullmatch(pattern, bare, re.IGNORECASE | re.DOTALL)
        if match:
            figures = [read_number(one) or "" for one in match.groups()]
            low = figures.pop(0) if low_word else ""
            high = figures.pop(0) if high_word else ""
            return Span(low, low_word == "above", high, high_word == "below")
    return None


def read_count(text: str) -> tuple[str, str] | None:
    """Read a counted number and its unit: “04 cuộc họp”; None when there is none.

    >>> read_count("04 cuộc họp"), read_count("Từ 3 lần trở lên"), read_count("trên 90%")
    (('4', 'cuộc họp'), ('3', 'lần'), None)
    """
    match = _COUNT.fullmatch(text.strip()) if len(text) <= LONGEST else None
    return (str(int(match["number"])), match["unit"].strip()) if match else None


def is_below_count(text: str) -> bool:
    """Whether a line names what lies below all counts: “dưới 2 lần”."""
    return _BELOW_COUNT.fullmatch(text.strip()) is not None


def is_else(text: str) -> bool:
    """Whether a line is the rest: “Còn lại”."""
    return _ELSE.fullmatch(fold(text)) is not None


def is_none(text: str) -> bool:
    """Whether a line says that there is nothing: “Không tổ chức”."""
    return fold(text).startswith(("khong", "chua"))


def is_linear(text: str) -> bool:
    """Whether points follow the share: “Tỷ lệ x điểm tối đa”.

    >>> is_linear("Điểm = Tỷ lệ * Điểm tối đa"), is_linear("Ban hành kịp thời")
    (True, False)
    """
    return len(text) <= LONGEST and _LINEAR.search(fold(text.replace("*", " × "))) is not None


def read_deduction(text: str) -> tuple[str, str] | None:
    """Read “Mỗi văn bản chậm trừ 0,25 điểm” as (unit, points for each)."""
    for pattern in _DEDUCT if len(text) <= LONGEST else ():
        match = pattern.fullmatch(" ".join(text.split()))
        if match:
            number = read_number(match["points"].replace(" ", ""))
            if number:
                return match["unit"].strip(" ,:."), number.lstrip("-")
    return None


def looks_like_scale(text: str) -> bool:
    """Whether a paragraph inside a name is a line of a scale."""
    return bool(_BULLET.match(text)) or bool(read_sentence(text).points) or read_deduction(text) is not None
