"""``count``: a number counted, turned into points by steps (chấm theo số lượng)."""

from dataclasses import dataclass
from typing import ClassVar, Self

from chiso.scoring.fields import Fields
from chiso.scoring.numbers import Exact
from chiso.scoring.rules.base import FactReader, Facts, Input, InputKind, Limits, Outcome, Rule
from chiso.scoring.rules.thresholds import Steps, read_steps


@dataclass(frozen=True, slots=True)
class CountRule(Rule):
    """Points of the first step that holds for the count."""

    kind: ClassVar[str] = "count"
    limits: Limits
    unit: str
    steps: Steps

    @classmethod
    def read(cls, fields: Fields, limits: Limits) -> Self | None:
        """Read ``unit`` and ``steps``."""
        unit = fields.text("unit")
        steps = read_steps(fields, limits)
        return None if steps is None else cls(limits, unit, steps)

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The count."""
        return (Input("count", f"Số lượng ({self.unit})", InputKind.WHOLE, minimum=0),)

    def outcome(self, facts: Facts, best: Exact | None = None) -> Outcome:
        """Give the points of the first step that holds."""
        reader = FactReader(facts)
        count = reader.whole("count", self.unit)
        reader.finish()
        return self.steps.points(count or 0, 1, self.limits.high)

    def describe(self) -> str:
        """Say the rule in one Vietnamese line."""
        return f"Số lượng ({self.unit}): {self.steps.describe('')}"
