"""``change``: all points when the figure is better than last year's (chấm theo mức thay đổi)."""

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Self

from chiso.scoring.fields import Fields
from chiso.scoring.numbers import Exact, write_vietnamese
from chiso.scoring.rules.base import FactReader, Facts, Input, InputKind, Limits, Outcome, Rule, points_text
from chiso.scoring.rules.thresholds import read_points, warn_below_maximum
from chiso.scoring.steps import Step, StepKind

_DIRECTIONS = {"increase": "tăng", "decrease": "giảm"}


@dataclass(frozen=True, slots=True)
class ChangeRule(Rule):
    """``points`` when ``current`` is strictly better than ``previous``, else 0."""

    kind: ClassVar[str] = "change"
    limits: Limits
    points: Exact
    direction: str

    @classmethod
    def read(cls, fields: Fields, limits: Limits) -> Self | None:
        """Read ``points`` and ``direction``."""
        points = read_points(fields, "points", limits)
        direction = fields.choice("direction", tuple(_DIRECTIONS))
        if points is None or direction is None:
            return None
        warn_below_maximum(fields, "points", [points], limits)
        return cls(limits, points, direction)

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The figures of this year and of the year before."""
        return (
            Input("current", "Năm đánh giá", InputKind.NUMBER),
            Input("previous", "Năm trước liền kề", InputKind.NUMBER),
        )

    def outcome(self, facts: Facts, best: Exact | None = None) -> Outcome:
        """Give all points or none."""
        current, previous = self._pair(facts)
        gain = current[0] * previous[1] - previous[0] * current[1]
        is_better = gain > 0 if self.direction == "increase" else gain < 0
        return (self.points if is_better else 0), 1

    def describe(self) -> str:
        """Say the rule in one Vietnamese line."""
        word = _DIRECTIONS[self.direction]
        return f"{word.capitalize()} so với năm trước: {points_text(self.points)}; không {word}: 0 điểm"

    def explain(self, facts: Facts, best: Exact | None = None) -> tuple[Step, ...]:
        """Show the comparison."""
        current, previous = (Fraction(*one) for one in self._pair(facts))
        sign = ">" if current > previous else "<" if current < previous else "="
        text = f"{write_vietnamese(current)} {sign} {write_vietnamese(previous)}"
        return (Step(StepKind.WORKING, "So với năm trước", text),)

    def _pair(self, facts: Facts) -> tuple[tuple[int, int], tuple[int, int]]:
        reader = FactReader(facts)
        current = reader.quotient("current", "năm đánh giá")
        previous = reader.quotient("previous", "năm trước liền kề")
        reader.finish()
        return current or (0, 1), previous or (0, 1)
