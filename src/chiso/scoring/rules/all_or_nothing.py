"""``all_or_nothing``: all conditions or no points (đạt tất cả điều kiện mới có điểm)."""

from dataclasses import dataclass
from typing import ClassVar, Self

from chiso.scoring.fields import Fields
from chiso.scoring.numbers import Exact
from chiso.scoring.rules.base import FactReader, Facts, Input, InputKind, Limits, Outcome, Rule, points_text
from chiso.scoring.rules.thresholds import read_points, warn_below_maximum

YES_NO_CHOICES = (("yes", "Có"), ("no", "Không"))


@dataclass(frozen=True, slots=True)
class AllOrNothingRule(Rule):
    """``points`` when every condition is met, else 0."""

    kind: ClassVar[str] = "all_or_nothing"
    limits: Limits
    conditions: tuple[str, ...]
    points: Exact

    @classmethod
    def read(cls, fields: Fields, limits: Limits) -> Self | None:
        """Read ``conditions`` and ``points``."""
        conditions = fields.texts("conditions", required=True)
        points = read_points(fields, "points", limits)
        if points is None:
            return None
        warn_below_maximum(fields, "points", [points], limits)
        return cls(limits, conditions, points)

    @property
    def inputs(self) -> tuple[Input, ...]:
        """Whether all conditions are met."""
        label = "Đạt tất cả: " + "; ".join(self.conditions)
        return (Input("met", label, InputKind.YES_NO, choices=YES_NO_CHOICES),)

    def outcome(self, facts: Facts, best: Exact | None = None) -> Outcome:
        """Give all points or none."""
        reader = FactReader(facts)
        met = reader.yes_no("met", "đạt tất cả điều kiện")
        reader.finish()
        return (self.points if met else 0), 1

    def describe(self) -> str:
        """Say the rule in one Vietnamese line."""
        return f"Đạt tất cả ({'; '.join(self.conditions)}): {points_text(self.points)}; thiếu một: 0 điểm"
