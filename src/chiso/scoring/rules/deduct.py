"""``deduct``: points are taken off for each one counted (trừ điểm theo số lần)."""

from dataclasses import dataclass
from typing import ClassVar, Self

from chiso.scoring.fields import Fields
from chiso.scoring.numbers import Exact, write_vietnamese
from chiso.scoring.rules.base import FactReader, Facts, Input, InputKind, Limits, Outcome, Rule, points_text
from chiso.scoring.rules.thresholds import read_points
from chiso.scoring.steps import Step, StepKind


@dataclass(frozen=True, slots=True)
class DeductRule(Rule):
    """start − per × count, not below ``floor``; None means no floor."""

    kind: ClassVar[str] = "deduct"
    limits: Limits
    unit: str
    per: Exact
    start: Exact
    floor: Exact | None

    @classmethod
    def read(cls, fields: Fields, limits: Limits) -> Self | None:
        """Read ``unit``, ``per``, ``start`` (default: the maximum, 0 on a penalty) and ``floor`` (default 0)."""
        unit = fields.text("unit")
        per = fields.number("per", low=0)
        start = read_points(fields, "start", limits) if fields.has("start") else limits.high
        floor: Exact | None = None
        if not fields.is_null("floor"):
            floor = fields.number("floor", required=False)
            floor = 0 if floor is None else floor
        if per is None or start is None:
            return None
        if floor is not None and floor > start:
            fields.error(
                "floor",
                f"Mức sàn {write_vietnamese(floor)} cao hơn mức bắt đầu {write_vietnamese(start)}.",
            )
        if floor is not None and floor == start and per:
            fields.warn("floor", "Mức sàn bằng mức bắt đầu nên không bao giờ trừ điểm; “floor: null” là không có sàn.")
        return cls(limits, unit, per, start, floor)

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The count."""
        return (Input("count", f"Số lượng ({self.unit})", InputKind.WHOLE, minimum=0),)

    def outcome(self, facts: Facts, best: Exact | None = None) -> Outcome:
        """Give start − per × count, not below the floor."""
        points = self.start - self.per * self._count(facts)
        return (points if self.floor is None else max(points, self.floor)), 1

    def describe(self) -> str:
        """Say the rule in one Vietnamese line."""
        text = f"{points_text(self.start)}, trừ {points_text(self.per)} cho mỗi {self.unit}"
        return text if self.floor is None else f"{text}, không thấp hơn {points_text(self.floor)}"

    def explain(self, facts: Facts, best: Exact | None = None) -> tuple[Step, ...]:
        """Show the subtraction."""
        count = self._count(facts)
        start, per = write_vietnamese(self.start), write_vietnamese(self.per)
        result = write_vietnamese(self.start - self.per * count)
        return (Step(StepKind.WORKING, "Phép tính", f"{start} − {per} × {write_vietnamese(count)} = {result}"),)

    def _count(self, facts: Facts) -> int:
        reader = FactReader(facts)
        count = reader.whole("count", self.unit)
        reader.finish()
        return count or 0
