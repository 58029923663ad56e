"""``ratio``: a share in percent, turned into points by a curve (chấm theo tỷ lệ)."""

from dataclasses import dataclass
from typing import ClassVar, Self

from chiso.scoring.fields import Fields
from chiso.scoring.numbers import Exact, is_plain_whole, parse_number, shorten, write_vietnamese
from chiso.scoring.rules.base import (
    FactReader,
    Facts,
    Input,
    InputKind,
    Limits,
    Outcome,
    Rule,
    Unsettled,
    divide,
)
from chiso.scoring.rules.curves import Curve, read_curve
from chiso.scoring.steps import Step, StepKind

_ZERO_TEXT = {
    "full": "không phát sinh (0/0): đạt điểm tối đa",
    "zero": "không phát sinh (0/0): 0 điểm",
    "not_applicable": "không phát sinh (0/0): không áp dụng, giảm trừ điểm tối đa",
}


@dataclass(frozen=True, slots=True)
class RatioRule(Rule):
    """Points from R, the exact quotient in percent; R may exceed 100, the points are clamped to the maximum."""

    kind: ClassVar[str] = "ratio"
    limits: Limits
    numerator: str
    denominator: str
    curve: Curve
    on_zero_denominator: str = ""

    @classmethod
    def read(cls, fields: Fields, limits: Limits) -> Self | None:
        """Read ``numerator``, ``denominator``, ``curve`` and ``on_zero_denominator``."""
        numerator, denominator = fields.text("numerator"), fields.text("denominator")
        group = fields.group("curve")
        curve = None if group is None else read_curve(group, limits)
        on_zero = fields.choice("on_zero_denominator", ("", *_ZERO_TEXT), default="")
        if curve is None or on_zero is None:
            return None
        return cls(limits, numerator, denominator, curve, on_zero)

    @property
    def inputs(self) -> tuple[Input, ...]:
        """``numerator`` with ``denominator``, or ``percent`` in their place."""
        return (
            Input("numerator", self.numerator, InputKind.NUMBER, minimum=0),
            Input("denominator", self.denominator, InputKind.NUMBER, minimum=0),
            Input("percent", "hoặc tỷ lệ (%)", InputKind.PERCENT, required=False, minimum=0),
        )

    def outcome(self, facts: Facts, best: Exact | None = None) -> Outcome:
        """Give max·curve(R); 0 over 0 goes to ``on_zero_denominator``, then to the leaf's own policy."""
        numerator, denominator = self._quotient(facts)
        if denominator:
            return self.curve.points(numerator, denominator, self.limits.high)
        if self.on_zero_denominator == "full":
            return self.limits.high, 1
        if self.on_zero_denominator == "zero":
            return 0, 1
        return Unsettled.REDUCE_MAX if self.on_zero_denominator else Unsettled.ASK_POLICY

    def describe(self) -> str:
        """Say the rule in one Vietnamese line."""
        curve = self.curve.describe(self.limits.high)
        zero = _ZERO_TEXT.get(self.on_zero_denominator)
        text = f"{curve}; {zero}" if zero else curve
        return f"Tỷ lệ {self.numerator} trên {self.denominator}: {text}"

    def explain(self, facts: Facts, best: Exact | None = None) -> tuple[Step, ...]:
        """Show the ratio, rounded apart, and the curve applied to it."""
        numerator, denominator = self._quotient(facts)
        if not denominator:
            text = _ZERO_TEXT.get(self.on_zero_denominator, "không phát sinh (0/0): theo cách xử lý không áp dụng")
            return (Step(StepKind.WORKING, "Tỷ lệ", text),)
        shown = f"{write_vietnamese(divide(numerator, denominator), 2)}%"
        pair = "percent" not in facts
        above, below = (facts.get(name, "0") for name in ("numerator", "denominator"))
        working = f"{write_vietnamese(parse_number(above))} ÷ {write_vietnamese(parse_number(below))} = {shown}"
        return (
            Step(StepKind.WORKING, "Tỷ lệ", working if pair else shown),
            Step(StepKind.WORKING, "Cách quy điểm", self.curve.formula(shown, self.limits.high)),
        )

    def _quotient(self, facts: Facts) -> tuple[int, int]:
        """R in percent as an exact pair; a denominator 0 means 0 over 0. Raises FactErrors."""
        above, below = facts.get("numerator", ""), facts.get("denominator", "")
        if len(facts) == 2 and is_plain_whole(above) and is_plain_whole(below) and below.strip("0"):
            return int(above) * 100, int(below)
        reader = FactReader(facts)
        if "percent" in facts:
            if "numerator" in facts or "denominator" in facts:
                reader.fault("percent", "Chỉ nhập tỷ lệ hoặc tử số và mẫu số, không nhập cả hai.")
            percent = reader.quotient("percent", "tỷ lệ (%)", low=0)
            reader.finish()
            return percent or (0, 1)
        numerator = reader.quotient("numerator", self.numerator, low=0)
        denominator = reader.quotient("denominator", self.denominator, low=0)
        if numerator and denominator and numerator[0] and not denominator[0]:
            reader.fault(
                "denominator",
                f"Tử số là {shorten(facts['numerator'])} nhưng mẫu số bằng 0; xem lại “{self.denominator}”.",
            )
        reader.finish()
        top, bottom = numerator or (0, 1), denominator or (0, 1)
        return top[0] * bottom[1] * 100, bottom[0] * top[1]
