"""``relative``: compared with the best unit of the block (so với đơn vị tốt nhất trong khối)."""

from dataclasses import dataclass
from typing import ClassVar, Self

from chiso.scoring.fields import Fields
from chiso.scoring.numbers import Exact, write_vietnamese
from chiso.scoring.rules.base import FactReader, Facts, Input, InputKind, Limits, Outcome, Rule, Unsettled
from chiso.scoring.steps import Step, StepKind


@dataclass(frozen=True, slots=True)
class RelativeRule(Rule):
    """max × value / largest, or max × smallest / value, over all units with a value > 0.

    A unit whose own value is not above 0 stands outside the comparison and gets 0. Before the stage closes the
    best value is unknown and the outcome is `Unsettled.PENDING`, since it would reveal that value.
    """

    kind: ClassVar[str] = "relative"
    limits: Limits
    best: str

    @classmethod
    def read(cls, fields: Fields, limits: Limits) -> Self | None:
        """Read ``best``."""
        best = fields.choice("best", ("max", "min"))
        if limits.is_penalty:
            fields.error("", "Tiêu chí điểm trừ không dùng được cách chấm so với đơn vị tốt nhất.")
        return None if best is None else cls(limits, best)

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The value that is compared."""
        return (Input("value", "Giá trị của đơn vị", InputKind.NUMBER),)

    def outcome(self, facts: Facts, best: Exact | None = None) -> Outcome:
        """Give the share of the best value ``best`` of the block; pending while that is None."""
        value = self._value(facts)
        if value <= 0:
            return 0, 1
        if best is None:
            return Unsettled.PENDING
        if self.best == "max":
            return self.limits.high * value, best
        return self.limits.high * best, value

    def describe(self) -> str:
        """Say the rule in one Vietnamese line."""
        most = write_vietnamese(self.limits.high)
        if self.best == "max":
            return f"{most} × giá trị của đơn vị ÷ giá trị lớn nhất trong khối"
        return f"{most} × giá trị nhỏ nhất trong khối ÷ giá trị của đơn vị"

    def explain(self, facts: Facts, best: Exact | None = None) -> tuple[Step, ...]:
        """Show the comparison, or that it is shown after the stage closes."""
        value = self._value(facts)
        if value <= 0:
            text = "Giá trị không lớn hơn 0 không tham gia so sánh: 0 điểm"
        elif best is None:
            text = "Điểm được hiển thị sau khi kết thúc giai đoạn"
        else:
            most = write_vietnamese(self.limits.high)
            over, under = (value, best) if self.best == "max" else (best, value)
            text = f"{most} × {write_vietnamese(over)} ÷ {write_vietnamese(under)}"
        return (Step(StepKind.WORKING, "So với đơn vị tốt nhất", text),)

    @property
    def compares(self) -> bool:
        """Always: the points depend on the best value of the block."""
        return True

    def compared(self, facts: Facts) -> tuple[str, Exact] | None:
        """The value this unit puts into the comparison; None when it is not above 0."""
        if "value" not in facts:
            return None
        value = self._value(facts)
        return (self.best, value) if value > 0 else None

    def _value(self, facts: Facts) -> Exact:
        reader = FactReader(facts)
        value = reader.number("value", "giá trị của đơn vị")
        reader.finish()
        return value or 0
