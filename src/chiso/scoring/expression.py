"""The expressions of ``formula`` rules: ``+ - * / ( ) min max``, unary minus and named figures, nothing else.

A recursive-descent parser for texts up to 500 characters and 40 brackets deep; values are exact Fractions.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from chiso.scoring.numbers import Exact, parse_number

MAX_LENGTH = 500
MAX_DEPTH = 40

_TOKEN = re.compile(r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<sign>[-+*/(),]))")
_FUNCTIONS = {"min", "max"}


class ExpressionError(ValueError):
    """The text is not an expression; the message is a Vietnamese sentence."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number written in the expression."""

    value: Exact

    def evaluate(self, values: Mapping[str, Exact]) -> Fraction:
        """Give the number."""
        return Fraction(self.value)


@dataclass(frozen=True, slots=True)
class Name:
    """A named figure."""

    name: str

    def evaluate(self, values: Mapping[str, Exact]) -> Fraction:
        """Give the figure's value."""
        return Fraction(values[self.name])


@dataclass(frozen=True, slots=True)
class Negative:
    """Unary minus."""

    operand: "Term"

    def evaluate(self, values: Mapping[str, Exact]) -> Fraction:
        """Give minus the operand."""
        return -self.operand.evaluate(values)


@dataclass(frozen=True, slots=True)
class Operation:
    """Two operands and one of ``+ - * /``."""

    sign: str
    left: "Term"
    right: "Term"

    def evaluate(self, values: Mapping[str, Exact]) -> Fraction:
        """Give the result; raises ZeroDivisionError."""
        left, right = self.left.evaluate(values), self.right.evaluate(values)
        if self.sign == "+":
            return left + right
        if self.sign == "-":
            return left - right
        return left * right if self.sign == "*" else left / right


@dataclass(frozen=True, slots=True)
class Choice:
    """``min`` or ``max`` of one or more operands."""

    function: str
    operands: tuple["Term", ...]

    def evaluate(self, values: Mapping[str, Exact]) -> Fraction:
        """Give the least or the greatest operand."""
        results = [operand.evaluate(values) for operand in self.operands]
        return min(results) if self.function == "min" else max(results)


Term: TypeAlias = Number | Name | Negative | Operation | Choice


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression, its text and the names it uses."""

    text: str
    term: Term
    names: frozenset[str]

    def evaluate(self, values: Mapping[str, Exact]) -> Fraction:
        """Evaluate exactly; raises ZeroDivisionError.

        >>> parse_expression("6*A + min(2, 2.5*B)").evaluate({"A": Fraction(1, 3), "B": 1})
        Fraction(4, 1)
        """
        return self.term.evaluate(values)

    def vietnamese(self) -> str:
        """Write it for people: decimal comma, ``;`` between arguments, ``×`` and ``÷``.

        >>> parse_expression("min(2, 2.5*B) / 3").vietnamese()
        'min(2; 2,5 × B) ÷ 3'
        """
        text = re.sub(r"\s*,\s*", "; ", self.text)
        text = re.sub(r"(?<=[0-9])\.(?=[0-9])", ",", text)
        return re.sub(r"\s*([*/])\s*", lambda sign: " × " if sign.group(1) == "*" else " ÷ ", text)


def parse_expression(text: str) -> Expression:
    """Parse an expression; raises `ExpressionError` with the position of the fault."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"Công thức quá dài (tối đa {MAX_LENGTH} ký tự).")
    return _Parser(text).parse()


class _Parser:
    """expression = product {(+|-) product}; product = factor {(*|/) factor}; factor = [-] atom."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _tokens(text)
        self.index = 0
        self.depth = 0
        self.names: set[str] = set()

    def parse(self) -> Expression:
        term = self._sum()
        if self._peek():
            raise self._fault()
        return Expression(self.text, term, frozenset(self.names))

    def _sum(self) -> Term:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionError(f"Công thức lồng quá sâu (tối đa {MAX_DEPTH} cấp).")
        term = self._product()
        while self._peek() in {"+", "-"}:
            term = Operation(self._next(), term, self._product())
        self.depth -= 1
        return term

    def _product(self) -> Term:
        term = self._factor()
        while self._peek() in {"*", "/"}:
            term = Operation(self._next(), term, self._factor())
        return term

    def _factor(self) -> Term:
        if self._peek() != "-":
            return self._atom()
        self._next()
        return Negative(self._atom())

    def _atom(self) -> Term:
        word = self._peek()
        if word == "(":
            return self._bracket()[0]
        if word in _FUNCTIONS:
            return Choice(self._next(), self._bracket(several=True))
        if not word or not (word[0].isalnum() or word[0] == "_"):
            raise self._fault()
        self._next()
        if word[0].isdigit():
            return Number(parse_number(word))
        self.names.add(word)
        return Name(word)

    def _bracket(self, *, several: bool = False) -> tuple[Term, ...]:
        self._expect("(")
        terms = [self._sum()]
        while several and self._peek() == ",":
            self._next()
            terms.append(self._sum())
        self._expect(")")
        return tuple(terms)

    def _expect(self, sign: str) -> None:
        if self._peek() != sign:
            raise self._fault()
        self._next()

    def _peek(self) -> str:
        return self.tokens[self.index][0] if self.index < len(self.tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        self.index += 1
        return token

    def _fault(self) -> ExpressionError:
        if self.index >= len(self.tokens):
            return ExpressionError("Công thức kết thúc giữa chừng.")
        token, position = self.tokens[self.index]
        return ExpressionError(f"Không hiểu “{token}” ở ký tự thứ {position + 1} của công thức.")


def _tokens(text: str) -> list[tuple[str, int]]:
    tokens = []
    position = 0
    end = len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            start = position + len(text[position:]) - len(text[position:].lstrip())
            raise ExpressionError(f"Không hiểu “{text[start]}” ở ký tự thứ {start + 1} của công thức.")
        token = match.group(match.lastgroup or 0)
        if match.lastgroup == "number" and len(token) > 20:
            raise ExpressionError("Số trong công thức có quá nhiều chữ số (tối đa 20).")
        tokens.append((token, match.start(match.lastgroup or 0)))
        position = match.end()
    return tokens
