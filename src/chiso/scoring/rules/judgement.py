"""``judgement``: the assessor gives points on a scale (chấm theo đánh giá)."""

from dataclasses import dataclass
from typing import ClassVar, Self

from chiso.scoring.fields import Fields
from chiso.scoring.numbers import Exact, shorten, write_vietnamese
from chiso.scoring.rules.base import FactReader, Facts, Input, InputKind, Limits, Outcome, Rule


@dataclass(frozen=True, slots=True)
class JudgementRule(Rule):
    """A multiple of ``step`` within ``minimum``…max; anything else is an error, never clamped."""

    kind: ClassVar[str] = "judgement"
    limits: Limits
    step: Exact
    minimum: Exact

    @classmethod
    def read(cls, fields: Fields, limits: Limits) -> Self | None:
        """Read ``step`` and ``minimum`` (default 0)."""
        step = fields.number("step")
        minimum = fields.number("minimum") if fields.has("minimum") else 0
        if step is not None and step <= 0:
            fields.error("step", "“step” phải lớn hơn 0.")
        if minimum is not None and not limits.hold(minimum):
            fields.error("minimum", f"Điểm {write_vietnamese(minimum)} nằm ngoài khoảng {limits.describe()}.")
        return None if step is None or minimum is None else cls(limits, step, minimum)

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The points given."""
        return (
            Input(
                "score",
                "Điểm người chấm cho",
                InputKind.SCORE,
                minimum=self.minimum,
                maximum=self.limits.high,
                step=self.step,
            ),
        )

    def outcome(self, facts: Facts, best: Exact | None = None) -> Outcome:
        """Give the points of the assessor."""
        reader = FactReader(facts)
        score = reader.number("score", "điểm người chấm cho", low=self.minimum, high=self.limits.high)
        if score is not None and score % self.step:
            reader.fault("score", f"“{shorten(facts['score'])}” phải là bội số của {write_vietnamese(self.step)}.")
        reader.finish()
        return score or 0, 1

    def describe(self) -> str:
        """Say the rule in one Vietnamese line."""
        low, high = write_vietnamese(self.minimum), write_vietnamese(self.limits.high)
        return f"Người chấm cho từ {low} đến {high} điểm, theo bước {write_vietnamese(self.step)} điểm"
