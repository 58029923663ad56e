"""``formula``: an expression over named figures (chấm theo công thức)."""

import re
from dataclasses import dataclass
from typing import ClassVar, Self

from chiso.scoring.expression import Expression, ExpressionError, parse_expression
from chiso.scoring.fields import Fields
from chiso.scoring.numbers import Exact, write_vietnamese
from chiso.scoring.problems import FactErrors, FactProblem
from chiso.scoring.rules.base import FactReader, Facts, Input, InputKind, Limits, Outcome, Rule, divide
from chiso.scoring.steps import Step, StepKind

_RESERVED = {"min", "max", "decided", "not_applicable"}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Figure:
    """A named figure: one value, or a quotient that is 0 when its denominator is 0."""

    name: str
    label: str
    denominator: str = ""

    @property
    def inputs(self) -> tuple[Input, ...]:
        """``A``, or ``A.numerator`` and ``A.denominator``."""
        if not self.denominator:
            return (Input(self.name, self.label, InputKind.NUMBER),)
        return (
            Input(f"{self.name}.numerator", self.label, InputKind.NUMBER, minimum=0),
            Input(f"{self.name}.denominator", self.denominator, InputKind.NUMBER, minimum=0),
        )

    def value(self, reader: FactReader) -> Exact:
        """Read the figure; faults are noted in the reader."""
        numbers = [reader.number(one.name, one.label, low=one.minimum) or 0 for one in self.inputs]
        if not self.denominator:
            return numbers[0]
        return divide(numbers[0], numbers[1]) if numbers[1] else 0

    def describe(self) -> str:
        """Say what the name stands for."""
        return f"{self.name} = {self.label}" + (f" ÷ {self.denominator}" if self.denominator else "")


@dataclass(frozen=True, slots=True)
class FormulaRule(Rule):
    """The value of the expression, clamped to the range of the leaf."""

    kind: ClassVar[str] = "formula"
    limits: Limits
    figures: tuple[Figure, ...]
    expression: Expression

    @classmethod
    def read(cls, fields: Fields, limits: Limits) -> Self | None:
        """Read ``inputs`` and ``expression``."""
        group = fields.group("inputs")
        figures = _read_figures(group) if group else ()
        text = fields.text("expression")
        if not text:
            return None
        try:
            expression = parse_expression(text)
        except ExpressionError as error:
            fields.error("expression", str(error))
            return None
        for name in sorted(expression.names - {figure.name for figure in figures}):
            fields.error("expression", f"“{name}” chưa được khai báo trong “inputs”.")
        for figure in figures:
            if figure.name not in expression.names:
                fields.warn("inputs", f"“{figure.name}” không được dùng trong công thức.")
        return cls(limits, figures, expression)

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The inputs of all figures; all are required."""
        return tuple(one for figure in self.figures for one in figure.inputs)

    def outcome(self, facts: Facts, best: Exact | None = None) -> Outcome:
        """Evaluate the expression exactly."""
        values = self._values(facts)
        try:
            points = self.expression.evaluate(values)
        except ZeroDivisionError as error:
            message = f"Công thức {self.expression.text} chia cho 0 với các số liệu này."
            raise FactErrors((FactProblem("", message),)) from error
        return points.numerator, points.denominator

    def describe(self) -> str:
        """Say the rule in one Vietnamese line."""
        names = "; ".join(figure.describe() for figure in self.figures)
        return f"{self.expression.vietnamese()}, trong đó {names}"

    def explain(self, facts: Facts, best: Exact | None = None) -> tuple[Step, ...]:
        """Show the value of every figure and the expression."""
        values = self._values(facts)
        figures = tuple(
            Step(StepKind.WORKING, figure.describe(), write_vietnamese(values[figure.name])) for figure in self.figures
        )
        return *figures, Step(StepKind.WORKING, "Công thức", self.expression.vietnamese())

    def _values(self, facts: Facts) -> dict[str, Exact]:
        reader = FactReader(facts)
        values: dict[str, Exact] = {figure.name: figure.value(reader) for figure in self.figures}
        reader.finish()
        return values


def _read_figures(group: Fields) -> tuple[Figure, ...]:
    figures = []
    for name in group.names():
        if not _NAME.fullmatch(name) or name in _RESERVED:
            group.error(name, f"“{name}” không dùng được làm tên; tên gồm chữ không dấu, số và gạch dưới.")
        entry = group.group(name)
        if entry:
            is_value = entry.has("value")
            label = entry.text("value" if is_value else "numerator")
            figures.append(Figure(name, label, "" if is_value else entry.text("denominator")))
            entry.close()
    group.close()
    if not figures:
        group.error("", "“inputs” phải khai báo ít nhất một số liệu.")
    return tuple(figures)
