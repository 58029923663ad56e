"""A rule as lines under its leaf, the way offices write scales, and back: one line is word, text, threshold, points."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from chiso.indexsets.exchange.rule_trees import RuleTree
from chiso.indexsets.exchange.words import BEST, DIRECTIONS, ON_ZERO, RULES, Word, key_of

NO_FLOOR = "không có"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a scale; numbers are texts as the YAML would hold them, empty where there is none."""

    word: Word
    text: str = ""
    threshold: str = ""
    points: str = ""


def kind_of(rule: RuleTree) -> str:
    """The key of `words.RULES` for a rule: its kind, for a ratio with its curve."""
    kind = rule.get("kind")
    if kind != "ratio":
        return kind if isinstance(kind, str) else ""
    curve = _group(rule, "curve")
    for name, key in (("linear", "linear"), ("target", "target"), ("full_from", "band"), ("steps", "steps")):
        if name in curve:
            return f"ratio.{key}"
    return "ratio.linear"


def lines_of(rule: RuleTree) -> list[Line]:
    """Write a rule as lines; a faulty one gives the lines that can be made of it."""
    writer = _WRITERS.get(kind_of(rule))
    return writer(rule) if writer else []


def _group(tree: RuleTree, key: str) -> RuleTree:
    value = tree.get(key)
    return value if isinstance(value, dict) else {}


def _groups(tree: RuleTree, key: str) -> list[RuleTree]:
    value = tree.get(key)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _texts(tree: RuleTree, key: str) -> list[str]:
    value = tree.get(key)
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _text(tree: RuleTree, key: str) -> str:
    value = tree.get(key)
    return value if isinstance(value, str) else ""


def _levels(rule: RuleTree) -> list[Line]:
    lines = []
    for level in _groups(rule, "levels"):
        if "points_up_to" in level:
            lines.append(Line(Word.LEVEL_UP_TO, _text(level, "name"), points=_text(level, "points_up_to")))
        else:
            lines.append(Line(Word.LEVEL, _text(level, "name"), points=_text(level, "points")))
    return lines


def _checklist(rule: RuleTree) -> list[Line]:
    return [Line(Word.ITEM, _text(one, "name"), points=_text(one, "points")) for one in _groups(rule, "items")]


def _all_or_nothing(rule: RuleTree) -> list[Line]:
    conditions = [Line(Word.CONDITION, text) for text in _texts(rule, "conditions")]
    return [*conditions, Line(Word.POINTS, points=_text(rule, "points"))]


def _ratio(rule: RuleTree) -> list[Line]:
    lines = [Line(Word.NUMERATOR, _text(rule, "numerator")), Line(Word.DENOMINATOR, _text(rule, "denominator"))]
    curve = _group(rule, "curve")
    for key, word in (
        ("target", Word.TARGET),
        ("full_from", Word.FULL_FROM),
        ("proportional_from", Word.PROPORTIONAL_FROM),
    ):
        if key in curve:
            lines.append(Line(word, threshold=_text(curve, key)))
    lines += _steps(curve)
    on_zero = _text(rule, "on_zero_denominator")
    return [*lines, Line(Word.ON_ZERO, ON_ZERO.get(on_zero, on_zero))] if on_zero else lines


def _steps(tree: RuleTree) -> list[Line]:
    lines = []
    for step in _groups(tree, "steps"):
        if "else" in step:
            lines.append(Line(Word.ELSE, points=_text(step, "else")))
        else:
            word, key = (Word.ABOVE, "above") if "above" in step else (Word.FROM, "from")
            lines.append(Line(word, threshold=_text(step, key), points=_text(step, "points")))
    return lines


def _count(rule: RuleTree) -> list[Line]:
    return [Line(Word.UNIT, _text(rule, "unit")), *_steps(rule)]


def _deduct(rule: RuleTree) -> list[Line]:
    lines = [Line(Word.UNIT, _text(rule, "unit")), Line(Word.PER, points=_text(rule, "per"))]
    if "start" in rule:
        lines.append(Line(Word.START, points=_text(rule, "start")))
    if "floor" in rule:
        floor = _text(rule, "floor")
        lines.append(Line(Word.FLOOR, points=floor) if floor else Line(Word.FLOOR, NO_FLOOR))
    return lines


def _late(rule: RuleTree) -> list[Line]:
    lines = []
    for tier in _groups(rule, "tiers"):
        word, key = Word.UP_TO_DAYS, "up_to_days"
        if "per_day_after" in tier:
            word, key = Word.PER_DAY_AFTER, "per_day_after"
        lines.append(Line(word, threshold=_text(tier, key), points=_text(tier, "points")))
    if "refuse_after_days" in rule:
        lines.append(Line(Word.REFUSE_AFTER, threshold=_text(rule, "refuse_after_days")))
    return lines


def _change(rule: RuleTree) -> list[Line]:
    direction = _text(rule, "direction")
    return [
        Line(Word.DIRECTION, DIRECTIONS.get(direction, direction)),
        Line(Word.POINTS, points=_text(rule, "points")),
    ]


def _relative(rule: RuleTree) -> list[Line]:
    best = _text(rule, "best")
    return [Line(Word.BEST, BEST.get(best, best))]


def _branch(rule: RuleTree) -> list[Line]:
    lines = [Line(Word.QUESTION, _text(rule, "question"))]
    for word, key in ((Word.WHEN_TRUE, "when_true"), (Word.WHEN_FALSE, "when_false")):
        side = _group(rule, key)
        kind = kind_of(side)
        lines += [Line(word, RULES.get(kind, kind)), *lines_of(side)]
    return lines


def _formula(rule: RuleTree) -> list[Line]:
    lines = []
    for name, figure in _group(rule, "inputs").items():
        if "value" in figure:
            lines.append(Line(Word.FIGURE, f"{name}: {_text(figure, 'value')}"))
        else:
            lines.append(Line(Word.FIGURE_NUMERATOR, f"{name}: {_text(figure, 'numerator')}"))
            lines.append(Line(Word.FIGURE_DENOMINATOR, f"{name}: {_text(figure, 'denominator')}"))
    return [*lines, Line(Word.EXPRESSION, _text(rule, "expression"))]


def _survey(rule: RuleTree) -> list[Line]:
    return [Line(Word.RESPONDENT, text) for text in _texts(rule, "respondents")]


def _judgement(rule: RuleTree) -> list[Line]:
    lines = [Line(Word.STEP, points=_text(rule, "step"))]
    return [*lines, Line(Word.MINIMUM, points=_text(rule, "minimum"))] if "minimum" in rule else lines


_WRITERS: dict[str, Callable[[RuleTree], list[Line]]] = {
    "levels": _levels,
    "checklist": _checklist,
    "all_or_nothing": _all_or_nothing,
    "ratio.linear": _ratio,
    "ratio.target": _ratio,
    "ratio.band": _ratio,
    "ratio.steps": _ratio,
    "count": _count,
    "deduct": _deduct,
    "late": _late,
    "change": _change,
    "relative": _relative,
    "branch": _branch,
    "formula": _formula,
    "survey": _survey,
    "judgement": _judgement,
}


@dataclass(slots=True)
class BuiltRule:
    """A rule made of lines; ``places`` says which line made which part; ``strays`` are lines it has no use for."""

    tree: RuleTree
    places: dict[str, int] = field(default_factory=dict)
    strays: list[int] = field(default_factory=list)


def build_rule(kind: str, lines: Iterable[Line]) -> BuiltRule:
    """Make a rule of ``kind`` (a key of `words.RULES`) of its lines; what is missing is left for the reader to tell."""
    numbered = list(enumerate(lines))
    if kind == "branch":
        return _build_branch(numbered)
    built = BuiltRule({"kind": kind.partition(".")[0]})
    _prepare(kind, built.tree)
    for number, line in numbered:
        _take(kind, built, number, line)
    return built


def _prepare(kind: str, tree: RuleTree) -> None:
    """The lists and groups a kind always has, in the order of the format."""
    if kind.startswith("ratio."):
        tree |= {"numerator": "", "denominator": "", "curve": {"linear": True} if kind == "ratio.linear" else {}}
    for name, key in (("levels", "levels"), ("checklist", "items"), ("all_or_nothing", "conditions")):
        if kind == name:
            tree[key] = []
    if kind == "count":
        tree |= {"unit": "", "steps": []}
    if kind == "late":
        tree["tiers"] = []
    if kind == "formula":
        tree["inputs"] = {}
    if kind == "survey":
        tree["respondents"] = []


_ROWS: dict[Word, tuple[str, str, str, str]] = {
    Word.LEVEL: ("levels", "name", "", "points"),
    Word.LEVEL_UP_TO: ("levels", "name", "", "points_up_to"),
    Word.ITEM: ("items", "name", "", "points"),
    Word.FROM: ("steps", "", "from", "points"),
    Word.ABOVE: ("steps", "", "above", "points"),
    Word.ELSE: ("steps", "", "", "else"),
    Word.UP_TO_DAYS: ("tiers", "", "up_to_days", "points"),
    Word.PER_DAY_AFTER: ("tiers", "", "per_day_after", "points"),
}
"""Lines that are one entry of a list: the list, and the keys of text, threshold and points."""

_VALUES: dict[Word, tuple[str, str]] = {
    Word.POINTS: ("points", "points"),
    Word.NUMERATOR: ("numerator", "text"),
    Word.DENOMINATOR: ("denominator", "text"),
    Word.TARGET: ("curve.target", "threshold"),
    Word.FULL_FROM: ("curve.full_from", "threshold"),
    Word.PROPORTIONAL_FROM: ("curve.proportional_from", "threshold"),
    Word.UNIT: ("unit", "text"),
    Word.PER: ("per", "points"),
    Word.START: ("start", "points"),
    Word.REFUSE_AFTER: ("refuse_after_days", "threshold"),
    Word.QUESTION: ("question", "text"),
    Word.EXPRESSION: ("expression", "text"),
    Word.STEP: ("step", "points"),
    Word.MINIMUM: ("minimum", "points"),
}
"""Lines that are one value: the key and which part of the line holds it."""

_LISTS = {Word.CONDITION: "conditions", Word.RESPONDENT: "respondents"}
_CHOICES: dict[Word, tuple[str, dict[str, str]]] = {
    Word.ON_ZERO: ("on_zero_denominator", ON_ZERO),
    Word.DIRECTION: ("direction", DIRECTIONS),
    Word.BEST: ("best", BEST),
}
_FIGURES = {Word.FIGURE: "value", Word.FIGURE_NUMERATOR: "numerator", Word.FIGURE_DENOMINATOR: "denominator"}

_RATIO_WORDS = {Word.NUMERATOR, Word.DENOMINATOR, Word.ON_ZERO}
_STEP_WORDS = {Word.FROM, Word.ABOVE, Word.ELSE}
WORDS_OF: dict[str, set[Word]] = {
    "levels": {Word.LEVEL, Word.LEVEL_UP_TO},
    "checklist": {Word.ITEM},
    "all_or_nothing": {Word.CONDITION, Word.POINTS},
    "ratio.linear": _RATIO_WORDS,
    "ratio.target": _RATIO_WORDS | {Word.TARGET},
    "ratio.band": _RATIO_WORDS | {Word.FULL_FROM, Word.PROPORTIONAL_FROM},
    "ratio.steps": _RATIO_WORDS | _STEP_WORDS,
    "count": {Word.UNIT} | _STEP_WORDS,
    "deduct": {Word.UNIT, Word.PER, Word.START, Word.FLOOR},
    "late": {Word.UP_TO_DAYS, Word.PER_DAY_AFTER, Word.REFUSE_AFTER},
    "change": {Word.DIRECTION, Word.POINTS},
    "relative": {Word.BEST},
    "branch": {Word.QUESTION, Word.WHEN_TRUE, Word.WHEN_FALSE},
    "formula": {Word.EXPRESSION, *_FIGURES},
    "survey": {Word.RESPONDENT},
    "judgement": {Word.STEP, Word.MINIMUM},
    "info": set(),
}
"""The lines each kind of rule knows."""


def _take(kind: str, built: BuiltRule, number: int, line: Line) -> None:
    tree = built.tree
    if line.word not in WORDS_OF.get(kind, set()):
        built.strays.append(number)
    elif line.word in _ROWS:
        _take_row(kind, built, number, line)
    elif line.word in _VALUES:
        key, part = _VALUES[line.word]
        _put(built, key, getattr(line, part), number)
    elif line.word in _LISTS:
        key = _LISTS[line.word]
        built.places[f"{key}[{len(tree[key])}]"] = number
        tree[key].append(line.text)
    elif line.word in _CHOICES:
        key, words = _CHOICES[line.word]
        _put(built, key, key_of(line.text, words) or line.text, number)
    elif line.word is Word.FLOOR:
        _put(built, "floor", line.points or None, number)
    else:
        _take_figure(built, number, line)


def _put(built: BuiltRule, key: str, value: str | None, number: int) -> None:
    """Put one value; a second line of the same word is a stray."""
    if key in built.places:
        built.strays.append(number)
        return
    group: Any = built.tree
    name = key
    if key.startswith("curve."):
        group, name = built.tree["curve"], key.removeprefix("curve.")
    group[name] = value
    built.places[key] = number


def _take_row(kind: str, built: BuiltRule, number: int, line: Line) -> None:
    name, text_key, threshold_key, points_key = _ROWS[line.word]
    holder, prefix = built.tree, ""
    if kind.startswith("ratio."):
        holder, prefix = built.tree["curve"], "curve."
    rows = holder.setdefault(name, [])
    parts = ((text_key, line.text), (threshold_key, line.threshold), (points_key, line.points))
    built.places[f"{prefix}{name}[{len(rows)}]"] = number
    rows.append({key: value for key, value in parts if key})


def _take_figure(built: BuiltRule, number: int, line: Line) -> None:
    name, _, label = (part.strip() for part in line.text.partition(":"))
    built.tree["inputs"].setdefault(name, {})[_FIGURES[line.word]] = label
    built.places.setdefault(f"inputs.{name}", number)


def _build_branch(numbered: list[tuple[int, Line]]) -> BuiltRule:
    """The question, then the lines of each side after “Nếu có” and “Nếu không”."""
    built = BuiltRule({"kind": "branch"})
    sides: dict[Word, tuple[int, str, list[tuple[int, Line]]]] = {}
    current: list[tuple[int, Line]] | None = None
    for number, line in numbered:
        if line.word in {Word.WHEN_TRUE, Word.WHEN_FALSE} and line.word not in sides:
            current = []
            sides[line.word] = (number, key_of(line.text, RULES) or line.text, current)
        elif current is not None:
            current.append((number, line))
        elif line.word is Word.QUESTION:
            _put(built, "question", line.text, number)
        else:
            built.strays.append(number)
    for word, key in ((Word.WHEN_TRUE, "when_true"), (Word.WHEN_FALSE, "when_false")):
        if word in sides:
            number, kind, lines = sides[word]
            _add_side(built, key, number, build_rule(kind, [line for _, line in lines]), [one for one, _ in lines])
    return built


def _add_side(built: BuiltRule, key: str, number: int, side: BuiltRule, numbers: list[int]) -> None:
    built.tree[key] = side.tree
    built.places[key] = number
    built.places |= {f"{key}.{place}": numbers[one] for place, one in side.places.items()}
    built.strays += [numbers[one] for one in side.strays]
