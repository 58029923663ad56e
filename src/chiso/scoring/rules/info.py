"""``info``: shown, never scored (thông tin tham khảo)."""

from dataclasses import dataclass
from typing import ClassVar, Self

from chiso.scoring.fields import Fields
from chiso.scoring.numbers import Exact
from chiso.scoring.rules.base import FactReader, Facts, Input, InputKind, Limits, Outcome, Rule


@dataclass(frozen=True, slots=True)
class InfoRule(Rule):
    """A figure for information."""

    kind: ClassVar[str] = "info"
    limits: Limits

    @classmethod
    def read(cls, fields: Fields, limits: Limits) -> Self | None:
        """Read nothing: the rule has no keys."""
        return cls(limits)

    @property
    def inputs(self) -> tuple[Input, ...]:
        """An optional figure."""
        return (Input("value", "Giá trị", InputKind.NUMBER, required=False),)

    def outcome(self, facts: Facts, best: Exact | None = None) -> Outcome:
        """Check the figure; there are no points."""
        reader = FactReader(facts)
        if "value" in facts:
            reader.number("value", "giá trị")
        reader.finish()
        return 0, 1

    def describe(self) -> str:
        """Say the rule in one Vietnamese line."""
        return "Chỉ để thông tin, không chấm điểm"
