"""A small drawing of points against percent, for a ratio: an SVG made of attributes only."""

from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from chiso.indexsets.exchange.trees import Tree, children_of, group_at, text_at
from chiso.scoring import Node, parse_number, write_vietnamese
from chiso.scoring.numbers import Exact, NumberError
from chiso.scoring.rules.ratio import RatioRule

LEFT, TOP, WIDTH, HEIGHT = 40, 12, 280, 110
_WIDE, _HIGH = 34, 14
_JUST_BEFORE = Fraction(1, 1000)
_LIMITS = ("target", "full_from", "proportional_from")


@dataclass(frozen=True)
class Tick:
    x: str
    y: str
    label: str


@dataclass(frozen=True)
class Drawing:
    """What the template draws."""

    title: str
    line: str
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    right: int = LEFT + WIDTH
    bottom: int = TOP + HEIGHT


def drawing_of(node: Node | None, rule: Tree) -> Drawing | None:
    """Draw the curve of a ratio that can be read; None for any other rule."""
    if node is None or not isinstance(node.rule, RatioRule):
        return None
    curve, high = node.rule.curve, Fraction(node.rule.limits.high)
    limits = sorted(set(_limits(group_at(rule, "curve"))))
    furthest = max([Fraction(100), *(limit * Fraction(11, 10) for limit in limits)])
    stops = {Fraction(percent) for percent in range(int(furthest) + 1)} | set(limits)
    stops |= {one - _JUST_BEFORE for one in limits} | {one + _JUST_BEFORE for one in limits}
    shown = [one for one in sorted(stops) if 0 <= one <= furthest]
    earned = [_held(curve.points(one, 1, node.rule.limits.high), high) for one in shown]
    lowest = min(Fraction(0), *earned)
    span = max(high, *earned) - lowest or Fraction(1)
    line = " ".join(
        f"{_x(percent, furthest)},{_y(points - lowest, span)}" for percent, points in zip(shown, earned, strict=True)
    )
    edges = {Fraction(0), Fraction(100), *limits}
    levels = {high} | {points for percent, points in zip(shown, earned, strict=True) if percent in edges}
    return Drawing(
        title=_("Điểm theo tỷ lệ: %(rule)s") % {"rule": node.rule.describe()},
        line=line,
        across=tuple(
            Tick(_x(one, furthest), str(TOP + HEIGHT + 16), f"{write_vietnamese(_whole(one))}%")
            for one in _apart(edges, furthest * _WIDE / WIDTH)
        ),
        up=tuple(
            Tick(str(LEFT - 6), _y(one - lowest, span), _label(one)) for one in _apart(levels, span * _HIGH / HEIGHT)
        ),
    )


def _apart(places: set[Fraction], least: Fraction) -> list[Fraction]:
    """Those that stand far enough apart for their labels, from the highest down."""
    kept: list[Fraction] = []
    for place in sorted(places, reverse=True):
        if not kept or kept[-1] - place >= least:
            kept.append(place)
    return kept


def _label(points: Fraction) -> str:
    return write_vietnamese(_whole(points), None if (points * 100).denominator == 1 else 2)


def _whole(number: Fraction) -> Exact:
    return number.numerator if number.denominator == 1 else number


def _limits(curve: Tree) -> list[Fraction]:
    texts = [text_at(curve, key) for key in _LIMITS]
    texts += [text_at(step, key) for step in children_of(curve, "steps") for key in ("from", "above")]
    found = []
    for text in filter(None, texts):
        try:
            found.append(Fraction(parse_number(text)))
        except NumberError:
            continue
    return [one for one in found if 0 < one <= 1000]


def _held(points: tuple[Exact, Exact], high: Fraction) -> Fraction:
    earned = Fraction(points[0]) / Fraction(points[1])
    return min(earned, high) if high else earned


def _x(percent: Fraction, furthest: Fraction) -> str:
    return _tenths(LEFT + WIDTH * percent / furthest)


def _y(height: Fraction, span: Fraction) -> str:
    return _tenths(TOP + HEIGHT - HEIGHT * height / span)


def _tenths(length: Fraction) -> str:
    whole, tenth = divmod(round(length * 10), 10)
    return f"{whole}.{tenth}"
