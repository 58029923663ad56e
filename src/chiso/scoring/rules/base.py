"""What every rule (cách chấm) shares: its inputs, its limits, and what it may answer."""

import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from fractions import Fraction
from typing import ClassVar, TypeAlias

from chiso.scoring.numbers import Exact, NumberError, parse_quotient, parse_whole, shorten, simplify, write_vietnamese
from chiso.scoring.problems import FactErrors, FactProblem
from chiso.scoring.steps import Step

YES = frozenset({"yes", "có", "1"})
NO = frozenset({"no", "không", "0"})

Facts: TypeAlias = Mapping[str, str]
Quotient: TypeAlias = tuple[Exact, Exact]
"""Exact points as (numerator, denominator > 0), unreduced, so that no division is done before rounding."""


class InputKind(StrEnum):
    """How an input is entered."""

    WHOLE = "whole"
    NUMBER = "number"
    YES_NO = "yes_no"
    LEVEL = "level"
    ITEMS = "items"
    SCORE = "score"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a rule, with what a form needs.

    Attributes
    ----------
    name : str
        The name in the facts file.
    label : str
        Vietnamese label.
    kind : InputKind
    required : bool
        False when another input may stand in its place or when it is needed only for some choices.
    choices : tuple of (value, label)
        For ``level``, ``items`` and ``yes_no``.
    when : str
        In a ``branch``: ``"yes"`` or ``"no"``, the condition under which the input is asked; else empty. The two
        sides of a branch may use the same name.
    minimum, maximum : int or Fraction, optional
        The range, ends included.
    step : int or Fraction, optional
        The value must be a multiple of it.
    """

    name: str
    label: str
    kind: InputKind
    required: bool = True
    choices: tuple[tuple[str, str], ...] = ()
    when: str = ""
    minimum: Exact | None = None
    maximum: Exact | None = None
    step: Exact | None = None


class Unsettled(Enum):
    """What a rule answers when the facts alone give no points."""

    REDUCE_MAX = "0/0, and the rule says the leaf does not apply"
    ASK_POLICY = "0/0, and the leaf's own policy for not applicable must decide"
    PENDING = "the units it is compared with are not known yet"


Outcome: TypeAlias = Quotient | Unsettled


@dataclass(frozen=True, slots=True)
class Limits:
    """The range of a leaf's points: 0…``high`` on a base or bonus leaf, no lower limit and ``high`` 0 on a penalty.

    ``is_side`` marks one side of a branch, which may well stay below the maximum.
    """

    high: Exact
    is_penalty: bool = False
    is_side: bool = False

    def clamp(self, points: Quotient) -> Quotient:
        """Bring points back into the range.

        >>> Limits(high=2).clamp((9, 3)), Limits(high=2).clamp((-1, 3)), Limits(0, is_penalty=True).clamp((-1, 3))
        ((2, 1), (0, 1), (-1, 3))
        """
        numerator, denominator = points
        if numerator > self.high * denominator:
            return self.high, 1
        if numerator < 0 and not self.is_penalty:
            return 0, 1
        return points

    def hold(self, points: Exact) -> bool:
        """Whether points lie inside the range."""
        return points <= self.high and (self.is_penalty or points >= 0)

    def describe(self) -> str:
        """Say the range in Vietnamese."""
        if self.is_penalty:
            return "không lớn hơn 0"
        return f"từ 0 đến {write_vietnamese(self.high)}"


class Rule(ABC):
    """One way of scoring a leaf; every kind in the file has one class, whose ``read`` reads its keys."""

    __slots__ = ()
    kind: ClassVar[str]

    @property
    @abstractmethod
    def inputs(self) -> tuple[Input, ...]:
        """The inputs of the rule, in the order a form shows them."""

    @abstractmethod
    def outcome(self, facts: Facts, best: Exact | None = None) -> Outcome:
        """Give the exact points for the facts, not yet clamped; raises `FactErrors` with all faults.

        ``best`` is the value a relative rule compares with; other rules ignore it.
        """

    @abstractmethod
    def describe(self) -> str:
        """Say the rule in one Vietnamese line."""

    def explain(self, facts: Facts, best: Exact | None = None) -> tuple[Step, ...]:
        """Show the working between facts and points, for facts that are without fault."""
        return ()

    @property
    def compares(self) -> bool:
        """Whether the points depend on the other units."""
        return False

    def compared(self, facts: Facts) -> tuple[str, Exact] | None:
        """The (``max`` or ``min``, value > 0) this unit puts into a comparison of units; None for other rules."""
        return None


class FactReader:
    """Reads the inputs of one rule and keeps every fault until `finish`."""

    __slots__ = ("facts", "problems")

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.problems: list[FactProblem] = []

    def fault(self, name: str, message: str) -> None:
        """Note a fault of the input called ``name``."""
        self.problems.append(FactProblem(name, message))

    def text(self, name: str, label: str) -> str | None:
        """The text of a required input; notes a fault and gives None when it is absent."""
        text = self.facts.get(name)
        if text is None:
            self.fault(name, f"Thiếu số liệu “{label}” ({name}).")
        return text

    def whole(self, name: str, label: str) -> int | None:
        """A required whole number ≥ 0."""
        text = self.text(name, label)
        if text is None:
            return None
        try:
            return parse_whole(text)
        except NumberError as error:
            self.fault(name, str(error))
            return None

    def number(self, name: str, label: str, *, low: Exact | None = None, high: Exact | None = None) -> Exact | None:
        """A required number inside low…high."""
        quotient = self.quotient(name, label, low=low, high=high)
        return None if quotient is None else simplify(Fraction(*quotient))

    def quotient(
        self, name: str, label: str, *, low: Exact | None = None, high: Exact | None = None
    ) -> tuple[int, int] | None:
        """A required number inside low…high, as integers over a power of ten."""
        text = self.text(name, label)
        if text is None:
            return None
        try:
            numerator, denominator = parse_quotient(text)
        except NumberError as error:
            self.fault(name, str(error))
            return None
        too_low = low is not None and numerator < low * denominator
        if too_low or (high is not None and numerator > high * denominator):
            self.fault(name, f"“{shorten(text)}” nằm ngoài khoảng cho phép: {_range(low, high)}.")
            return None
        return numerator, denominator

    def yes_no(self, name: str, label: str) -> bool | None:
        """A required yes or no."""
        text = self.text(name, label)
        if text is None:
            return None
        answer = parse_yes_no(text)
        if answer is None:
            self.fault(name, f"“{shorten(text)}” phải là có hoặc không (yes/no, có/không, 1/0).")
        return answer

    def finish(self) -> None:
        """Raise everything that was noted."""
        if self.problems:
            raise FactErrors(tuple(self.problems))


def parse_yes_no(text: str) -> bool | None:
    """Read ``yes/no``, ``có/không`` or ``1/0``; None for anything else.

    >>> parse_yes_no("Có"), parse_yes_no("0"), parse_yes_no("maybe")
    (True, False, None)
    """
    word = unicodedata.normalize("NFC", text.strip().casefold())
    if word in YES:
        return True
    return False if word in NO else None


def points_text(points: Exact) -> str:
    """Write points with their unit, as ``0,5 điểm``."""
    return f"{write_vietnamese(points)} điểm"


def divide(numerator: Exact, denominator: Exact) -> Fraction:
    """Divide exactly, ints included.

    >>> divide(1, 3)
    Fraction(1, 3)
    """
    return Fraction(numerator) / denominator


def _range(low: Exact | None, high: Exact | None) -> str:
    if low is not None and high is not None:
        return f"từ {write_vietnamese(low)} đến {write_vietnamese(high)}"
    if low is not None:
        return "không âm" if low == 0 else f"từ {write_vietnamese(low)} trở lên"
    return f"không quá {write_vietnamese(high or 0)}"
