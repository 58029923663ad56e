"""``survey``: points from a survey (điểm điều tra xã hội học)."""

from dataclasses import dataclass
from typing import ClassVar, Self

from chiso.scoring.fields import Fields
from chiso.scoring.numbers import Exact, write_vietnamese
from chiso.scoring.rules.base import FactReader, Facts, Input, InputKind, Limits, Outcome, Rule


@dataclass(frozen=True, slots=True)
class SurveyRule(Rule):
    """max × percent/100, or the points themselves."""

    kind: ClassVar[str] = "survey"
    limits: Limits
    respondents: tuple[str, ...]

    @classmethod
    def read(cls, fields: Fields, limits: Limits) -> Self | None:
        """Read ``respondents``."""
        if limits.is_penalty:
            fields.error("", "Tiêu chí điểm trừ không dùng được cách chấm điều tra xã hội học.")
        return cls(limits, fields.texts("respondents", required=True))

    @property
    def inputs(self) -> tuple[Input, ...]:
        """``percent``, or ``score`` in its place."""
        return (
            Input("percent", "Kết quả điều tra (%)", InputKind.PERCENT, minimum=0, maximum=100),
            Input("score", "hoặc điểm", InputKind.SCORE, required=False, minimum=0, maximum=self.limits.high),
        )

    def outcome(self, facts: Facts, best: Exact | None = None) -> Outcome:
        """Give the points of the survey."""
        reader = FactReader(facts)
        if "score" in facts:
            if "percent" in facts:
                reader.fault("score", "Chỉ nhập tỷ lệ hoặc điểm, không nhập cả hai.")
            score = reader.number("score", "điểm", low=0, high=self.limits.high)
            reader.finish()
            return score or 0, 1
        percent = reader.quotient("percent", "kết quả điều tra (%)", low=0, high=100)
        reader.finish()
        numerator, denominator = percent or (0, 1)
        return self.limits.high * numerator, 100 * denominator

    def describe(self) -> str:
        """Say the rule in one Vietnamese line."""
        most = write_vietnamese(self.limits.high)
        return f"Điều tra xã hội học ({'; '.join(self.respondents)}): kết quả (%) × {most}"
