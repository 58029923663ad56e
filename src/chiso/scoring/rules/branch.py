"""``branch``: one of two rules, by the answer to a question (chấm theo điều kiện)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar, Self, TypeAlias

from chiso.scoring.fields import Fields
from chiso.scoring.numbers import Exact
from chiso.scoring.rules.all_or_nothing import YES_NO_CHOICES
from chiso.scoring.rules.base import FactReader, Facts, Input, InputKind, Limits, Outcome, Rule
from chiso.scoring.steps import Step, StepKind

SideReader: TypeAlias = Callable[[Fields, Limits], Rule | None]


@dataclass(frozen=True, slots=True)
class BranchRule(Rule):
    """``when_true`` or ``when_false``; an input of the other side is an error."""

    kind: ClassVar[str] = "branch"
    question: str
    when_true: Rule
    when_false: Rule

    @classmethod
    def read(cls, fields: Fields, limits: Limits, read_side: SideReader) -> Self | None:
        """Read ``question`` and the two sides; ``read_side`` knows all kinds of rules."""
        question = fields.text("question")
        when_true = _read_side(fields, "when_true", limits, read_side)
        when_false = _read_side(fields, "when_false", limits, read_side)
        if when_true is None or when_false is None:
            return None
        return cls(question, when_true, when_false)

    @property
    def inputs(self) -> tuple[Input, ...]:
        """``condition``, then the inputs of both sides with their ``when``."""
        return (
            Input("condition", self.question, InputKind.YES_NO, choices=YES_NO_CHOICES),
            *(replace(one, when="yes") for one in self.when_true.inputs),
            *(replace(one, when="no") for one in self.when_false.inputs),
        )

    def outcome(self, facts: Facts, best: Exact | None = None) -> Outcome:
        """Give what the rule of the chosen side gives."""
        reader = FactReader(facts)
        condition = reader.yes_no("condition", self.question)
        reader.finish()
        side = self._side(is_true=bool(condition))
        known = {one.name for one in side.inputs}
        for name in facts:
            if name != "condition" and name not in known:
                answer = "có" if condition else "không"
                reader.fault(name, f"“{name}” không dùng khi “{self.question}” là {answer}.")
        reader.finish()
        return side.outcome(facts, best)

    def describe(self) -> str:
        """Say the rule in one Vietnamese line."""
        return f"Nếu {self.question}: {self.when_true.describe()}. Nếu không: {self.when_false.describe()}"

    def explain(self, facts: Facts, best: Exact | None = None) -> tuple[Step, ...]:
        """Show which side holds, then its working."""
        is_true = bool(FactReader(facts).yes_no("condition", self.question))
        side = self._side(is_true=is_true)
        text = f"{self.question}: {'có' if is_true else 'không'} → {side.describe()}"
        return Step(StepKind.WORKING, "Trường hợp áp dụng", text), *side.explain(facts, best)

    @property
    def compares(self) -> bool:
        """Whether a side depends on the other units."""
        return self.when_true.compares or self.when_false.compares

    def compared(self, facts: Facts) -> tuple[str, Exact] | None:
        """The value the chosen side puts into a comparison of units."""
        condition = FactReader(facts).yes_no("condition", self.question)
        return None if condition is None else self._side(is_true=condition).compared(facts)

    def _side(self, *, is_true: bool) -> Rule:
        return self.when_true if is_true else self.when_false


def _read_side(fields: Fields, key: str, limits: Limits, read_side: SideReader) -> Rule | None:
    group = fields.group(key)
    if group is None:
        return None
    if group.has("kind") and group.text("kind") in {BranchRule.kind, "info"}:
        group.error("kind", "Trong “branch” không dùng được “branch” và “info”.")
        return None
    return read_side(group, replace(limits, is_side=True))
