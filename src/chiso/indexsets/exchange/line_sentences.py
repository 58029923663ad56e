"""The lines of a rule as the sentences of a printed annex, and back, exactly.

The sentence of a line depends on the kind of its rule: under “Chọn một mức” every line is a level unless it says
something else. Numbers are written with a decimal comma.
"""

import re

from chiso.indexsets.exchange.grids import read_number
from chiso.indexsets.exchange.rule_lines import WORDS_OF, Line
from chiso.indexsets.exchange.words import RULES, Word, key_of

_DEFAULT = {
    "levels": Word.LEVEL,
    "checklist": Word.ITEM,
    "all_or_nothing": Word.CONDITION,
    "survey": Word.RESPONDENT,
}
_UP_TO = "cho đến "
_POINTS_WORDS = {Word.POINTS, Word.PER, Word.START, Word.FLOOR, Word.STEP, Word.MINIMUM, Word.ELSE}
_SHARE_WORDS = {Word.TARGET, Word.FULL_FROM, Word.PROPORTIONAL_FROM}
_NUMBER = r"([-−]?[0-9]+(?:,[0-9]+)?)"
_PLACED: tuple[tuple[Word, str], ...] = (
    (Word.FROM, rf"Từ {_NUMBER}%?(?: trở lên| đến (?:dưới )?{_NUMBER}%?)?: (.*) điểm"),
    (Word.ABOVE, rf"Trên {_NUMBER}%?(?: đến (?:dưới )?{_NUMBER}%?)?: (.*) điểm"),
    (Word.UP_TO_DAYS, rf"Trễ đến {_NUMBER} ngày: (.*) điểm"),
    (Word.PER_DAY_AFTER, rf"Mỗi ngày sau ngày thứ {_NUMBER}: (.*) điểm"),
    (Word.REFUSE_AFTER, rf"Không tiếp nhận sau {_NUMBER} ngày"),
)


def show_number(text: str) -> str:
    """Write a number of the YAML for people; what is no number stays.

    >>> show_number("-0.25"), show_number("mười")
    ('−0,25', 'mười')
    """
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        return text
    return text.replace("-", "−").replace(".", ",")


def say_lines(kind: str, lines: list[Line]) -> list[str]:
    """Write the lines of a rule of this kind as sentences."""
    sentences = []
    side, upper = kind, ""
    for line in lines:
        if line.word in {Word.WHEN_TRUE, Word.WHEN_FALSE}:
            side = key_of(line.text, RULES) or ""
        sentences.append(_say(side, line, upper))
        upper = span_text(line, side) if line.word in {Word.FROM, Word.ABOVE} else ""
    return sentences


def understand_lines(kind: str, sentences: list[str]) -> list[Line]:
    """Read the sentences of a rule of this kind."""
    lines = []
    side = kind
    for sentence in sentences:
        line = _understand(side if side == kind else f"{side}|branch", sentence)
        if line.word in {Word.WHEN_TRUE, Word.WHEN_FALSE}:
            side = key_of(line.text, RULES) or ""
        lines.append(line)
    return lines


def span_text(line: Line, kind: str) -> str:
    """The upper end that the step below a step gets: “đến 90%”, “đến dưới 90%”."""
    limit = show_number(line.threshold) + ("%" if kind.startswith("ratio") else "")
    return f" đến {limit}" if line.word is Word.ABOVE else f" đến dưới {limit}"


def step_text(line: Line, kind: str, upper: str) -> str:
    """Say a step as a span: “Từ 70% đến dưới 90%”."""
    limit = show_number(line.threshold) + ("%" if kind.startswith("ratio") else "")
    open_end = "" if line.word is Word.ABOVE else " trở lên"
    return f"{line.word} {limit}{upper or open_end}"


def _say(kind: str, line: Line, upper: str) -> str:
    points = f"{show_number(line.points)} điểm"
    short = {
        Word.LEVEL: f"{line.text}: {points}",
        Word.ITEM: f"{line.text}: {points}",
        Word.LEVEL_UP_TO: f"{line.text}: {_UP_TO}{points}",
        Word.CONDITION: line.text,
        Word.RESPONDENT: line.text,
        Word.FROM: f"{step_text(line, kind, upper)}: {points}",
        Word.ABOVE: f"{step_text(line, kind, upper)}: {points}",
        Word.UP_TO_DAYS: f"Trễ đến {show_number(line.threshold)} ngày: {points}",
        Word.PER_DAY_AFTER: f"{line.word} {show_number(line.threshold)}: {points}",
        Word.REFUSE_AFTER: f"Không tiếp nhận sau {show_number(line.threshold)} ngày",
    }.get(line.word)
    if short is not None and _understand(f"{kind}|branch", short) == line:
        return short
    return f"{line.word}: {_rest(line)}"


def _rest(line: Line) -> str:
    if line.word in {Word.LEVEL, Word.ITEM}:
        return f"{line.text}: {show_number(line.points)} điểm"
    if line.word is Word.LEVEL_UP_TO:
        return f"{line.text}: {_UP_TO}{show_number(line.points)} điểm"
    if line.word in _SHARE_WORDS:
        return f"{show_number(line.threshold)}%"
    if line.word in _POINTS_WORDS and not line.text:
        return f"{show_number(line.points)} điểm"
    return line.text or show_number(line.threshold)


def _understand(kinds: str, sentence: str) -> Line:
    kind = kinds.partition("|")[0]
    known = WORDS_OF.get(kind, set()) | (WORDS_OF["branch"] if "branch" in kinds else set())
    for word in sorted(known, key=lambda one: -len(one)):
        if sentence.startswith(f"{word}: "):
            return _worded(word, sentence.removeprefix(f"{word}: "))
    for word, pattern in _PLACED:
        match = re.fullmatch(pattern, sentence, re.DOTALL) if word in known else None
        if match:
            points = match[match.re.groups] if word is not Word.REFUSE_AFTER else ""
            return Line(word, threshold=_number(match[1]), points=_number(points))
    return _worded(_DEFAULT.get(kind, Word.LEVEL), sentence)


def _worded(word: Word, rest: str) -> Line:
    if word in {Word.LEVEL, Word.ITEM, Word.LEVEL_UP_TO}:
        text, _, points = rest.rpartition(": ")
        if not points.startswith(_UP_TO) and word is Word.LEVEL_UP_TO:
            return Line(word, text, points=_points(points))
        if points.startswith(_UP_TO) and word is not Word.ITEM:
            return Line(Word.LEVEL_UP_TO, text, points=_points(points.removeprefix(_UP_TO)))
        return Line(word, text, points=_points(points)) if text else Line(word, rest)
    if word in _SHARE_WORDS:
        return Line(word, threshold=_number(rest.removesuffix("%")))
    if word in _POINTS_WORDS and (word is not Word.FLOOR or rest.endswith(" điểm")):
        return Line(word, points=_points(rest))
    if word in {Word.UP_TO_DAYS, Word.PER_DAY_AFTER, Word.REFUSE_AFTER, Word.FROM, Word.ABOVE}:
        return Line(word, threshold=_number(rest))
    return Line(word, rest)


def _points(text: str) -> str:
    return _number(text.removesuffix("điểm").strip())


def _number(text: str) -> str:
    number = read_number(text)
    return text if number is None else number
