"""Guessing a rule from the scale lines of an office; every guess is told with the sentences it came from."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from chiso.indexsets.exchange.rule_lines import NO_FLOOR, Line
from chiso.indexsets.exchange.sentences import (
    Sentence,
    Span,
    is_below_count,
    is_else,
    is_linear,
    is_none,
    read_count,
    read_deduction,
    read_span,
)
from chiso.indexsets.exchange.words import Word, fold

NUMERATOR, DENOMINATOR = "số đạt", "tổng số"
DEFAULT_STEP = "0.25"


@dataclass(frozen=True, slots=True)
class Guess:
    """A rule guessed: ``lines`` with the sentence each came from (−1: none), and what is doubtful about it."""

    kind: str
    lines: tuple[tuple[Line, int], ...]
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Leaf:
    """What is known of a leaf when its rule is guessed."""

    name: str
    max: str
    is_penalty: bool
    sentences: tuple[Sentence, ...] = field(default=())


def guess_rule(leaf: Leaf) -> Guess:
    """Guess the rule of a leaf; the most particular reading that explains every sentence wins."""
    for guesser in _GUESSERS:
        guess = guesser(leaf)
        if guess is not None:
            return guess
    return _levels(leaf)


def _no_lines(leaf: Leaf) -> Guess | None:
    if leaf.sentences:
        return None
    if is_survey(leaf.name) and not leaf.is_penalty:
        return _from_survey()
    if leaf.is_penalty:
        return Guess("deduct", _penalty_lines(leaf, leaf.name, -1), ("Không có thang điểm; hiểu là trừ theo số lần.",))
    doubt = f"Không có thang điểm; hiểu là người chấm cho điểm theo bước {DEFAULT_STEP.replace('.', ',')}."
    return Guess("judgement", ((Line(Word.STEP, points=DEFAULT_STEP), -1),), (doubt,))


def _survey(leaf: Leaf) -> Guess | None:
    if not leaf.is_penalty and all(is_survey(one.text) for one in leaf.sentences):
        return _from_survey()
    return None


def _from_survey() -> Guess:
    line = Line(Word.RESPONDENT, "người dân, tổ chức")
    return Guess("survey", ((line, -1),), ("Đối tượng điều tra chưa ghi; hãy bổ sung.",))


def is_survey(text: str) -> bool:
    """Whether words speak of a survey."""
    folded = fold(text)
    return "xa hoi hoc" in folded or "dtxhh" in folded or "phieu khao sat" in folded


def _deduct(leaf: Leaf) -> Guess | None:
    found = [(place, deduction) for place, one in enumerate(leaf.sentences) if (deduction := read_deduction(one.text))]
    if not found or len(leaf.sentences) > 2:
        return None
    place, (unit, per) = found[0]
    if leaf.is_penalty:
        return Guess("deduct", _penalty_lines(leaf, unit, place, per))
    return Guess("deduct", ((Line(Word.UNIT, unit), place), (Line(Word.PER, points=per), place)))


def _penalty_lines(leaf: Leaf, unit: str, place: int, per: str = "") -> tuple[tuple[Line, int], ...]:
    points = per or leaf.max.lstrip("-") or "1"
    lines = (
        Line(Word.UNIT, unit if per else "lần"),
        Line(Word.PER, points=points),
        Line(Word.START, points="0"),
        Line(Word.FLOOR, NO_FLOOR),
    )
    return tuple((line, place) for line in lines)


def _ratio(leaf: Leaf) -> Guess | None:
    spans = [_span(one) for one in leaf.sentences]
    if not leaf.sentences or not any(span is not None for span in spans):
        return _linear(leaf)
    if any(span is None and not is_else(one.head) for span, one in zip(spans, leaf.sentences, strict=True)):
        return None
    band = _band(leaf, spans)
    return band or _steps(leaf, spans)


def _span(one: Sentence) -> Span | None:
    return None if is_else(one.head) else read_span(one.head)


def _linear(leaf: Leaf) -> Guess | None:
    if not 1 <= len(leaf.sentences) <= 2 or not any(is_linear(one.text) for one in leaf.sentences):
        return None
    doubt = "Tử số và mẫu số chưa ghi rõ; hãy điền."
    return Guess("ratio.linear", _ratio_words(0), (doubt,))


def _ratio_words(place: int) -> tuple[tuple[Line, int], ...]:
    return (Line(Word.NUMERATOR, NUMERATOR), place), (Line(Word.DENOMINATOR, DENOMINATOR), place)


def _band(leaf: Leaf, spans: list[Span | None]) -> Guess | None:
    """Full points from one share, in proportion from another, else nothing."""
    middle = [place for place, one in enumerate(leaf.sentences) if is_linear(one.text) and not one.points]
    if len(middle) != 1:
        return None
    full = [place for place, one in enumerate(leaf.sentences) if place not in middle and _decimal(one.points)]
    lower = spans[middle[0]]
    upper = spans[full[0]] if full else None
    if lower is None or upper is None or len(full) != 1 or not lower.low or not upper.low:
        return None
    lines = (
        *_ratio_words(full[0]),
        (Line(Word.FULL_FROM, threshold=upper.low), full[0]),
        (Line(Word.PROPORTIONAL_FROM, threshold=lower.low), middle[0]),
    )
    return Guess("ratio.band", lines, ("Tử số và mẫu số chưa ghi rõ; hãy điền.",))


def _steps(leaf: Leaf, spans: list[Span | None]) -> Guess:
    """Steps by their lower ends, highest first; a span without a lower end is the rest."""
    rows = [(span, place) for place, span in enumerate(spans) if span is not None and span.low]
    rest = [place for place, span in enumerate(spans) if span is None or not span.low]
    rows.sort(key=lambda row: (_decimal(row[0].low) or Decimal(0), row[0].low_open), reverse=True)
    lines = [*_ratio_words(0)]
    for span, place in rows:
        word = Word.ABOVE if span.low_open else Word.FROM
        lines.append((Line(word, threshold=span.low, points=leaf.sentences[place].points), place))
    for place in rest[:1]:
        lines.append((Line(Word.ELSE, points=leaf.sentences[place].points), place))
    doubts = ["Tử số và mẫu số chưa ghi rõ; hãy điền.", *_gaps([span for span, _ in rows])]
    doubts += [f"Có hai mức còn lại; bỏ mức sau: “{leaf.sentences[place].head}”." for place in rest[1:]]
    if rows and rest and (last := spans[rest[0]]) is not None:
        doubts += _gap(rows[-1][0], last)
    return Guess("ratio.steps", tuple(lines), tuple(doubts))


def _gaps(spans: list[Span]) -> list[str]:
    return [doubt for upper, lower in pairwise(spans) for doubt in _gap(upper, lower)]


def _gap(upper: Span, lower: Span) -> list[str]:
    """What is doubtful between a span and the one below it: a gap, an overlap, a boundary named twice or never."""
    if not lower.high:
        return []
    top, bottom = _decimal(upper.low), _decimal(lower.high)
    at = upper.low.replace(".", ",")
    if top is None or bottom is None:
        return []
    if top > bottom:
        return [f"Khoảng từ {lower.high.replace('.', ',')}% đến {at}% không thuộc mức nào; hiểu là thuộc mức thấp hơn."]
    if top < bottom:
        return [f"Hai mức chồng nhau từ {at}% đến {lower.high.replace('.', ',')}%; hiểu là thuộc mức cao hơn."]
    if not upper.low_open and not lower.high_open:
        return [f"Đúng {at}% thuộc cả hai mức; hiểu là thuộc mức cao hơn."]
    if upper.low_open and lower.high_open:
        return [f"Đúng {at}% không thuộc mức nào; hiểu là thuộc mức thấp hơn."]
    return []


def _count(leaf: Leaf) -> Guess | None:
    counts = {place: found for place, one in enumerate(leaf.sentences) if (found := read_count(one.head))}
    rest = [place for place in range(len(leaf.sentences)) if place not in counts]
    if not counts or len({fold(unit) for _, unit in counts.values()}) > 1 or len(counts) + len(rest) < 2:
        return None
    if len(rest) > 1 or not all(_is_rest(leaf.sentences[place].head) for place in rest):
        return None
    if len({number for number, _ in counts.values()}) < len(counts):
        return None
    first = next(iter(counts))
    lines = [(Line(Word.UNIT, counts[first][1]), first)]
    for place, (number, _) in sorted(counts.items(), key=lambda one: -int(one[1][0])):
        lines.append((Line(Word.FROM, threshold=number, points=leaf.sentences[place].points), place))
    lines += [(Line(Word.ELSE, points=leaf.sentences[place].points), place) for place in rest]
    return Guess("count", tuple(lines))


def _is_rest(head: str) -> bool:
    return is_else(head) or is_none(head) or is_below_count(head)


def _checklist(leaf: Leaf) -> Guess | None:
    points = [_decimal(one.points) for one in leaf.sentences]
    known = [one for one in points if one is not None and one > 0]
    high = _decimal(leaf.max)
    if len(known) < len(points) or len(points) < 2 or high is None or leaf.is_penalty:
        return None
    if sum(known) != high or max(known) == high:
        return None
    lines = [(Line(Word.ITEM, one.head, points=one.points), place) for place, one in enumerate(leaf.sentences)]
    return Guess("checklist", tuple(lines), ("Tổng điểm các dòng bằng điểm tối đa; hiểu là cộng từng yêu cầu.",))


def _conditions(leaf: Leaf) -> Guess | None:
    """Lines without any points are the conditions for all of them."""
    if not leaf.sentences or any(one.points for one in leaf.sentences) or not leaf.max or leaf.is_penalty:
        return None
    lines = [(Line(Word.CONDITION, one.head), place) for place, one in enumerate(leaf.sentences)]
    doubt = "Các dòng không ghi điểm; hiểu là phải đạt tất cả mới có điểm."
    return Guess("all_or_nothing", (*lines, (Line(Word.POINTS, points=leaf.max), -1)), (doubt,))


def _levels(leaf: Leaf) -> Guess:
    lines = []
    doubts = []
    for place, one in enumerate(leaf.sentences):
        word = Word.LEVEL_UP_TO if one.is_open else Word.LEVEL
        line = Line(word, one.head, points=one.points)
        if leaf.is_penalty and (_decimal(one.points) or 0) > 0:
            line = replace(line, points=f"-{one.points}")
            doubts.append(f"Điểm trừ ghi số dương ở “{one.head}”; hiểu là {'−' + one.points.replace('.', ',')}.")
        lines.append((line, place))
    return Guess("levels", tuple(lines), tuple(doubts))


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


_GUESSERS: tuple[Callable[[Leaf], Guess | None], ...] = (
    _no_lines,
    _survey,
    _deduct,
    _ratio,
    _count,
    _checklist,
    _conditions,
)
