"""What chance decides: Hypothesis in the machine, always the first choice on the sensible way."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


class Draw(Protocol):
    """Chooses; the first option is the sensible one, and what a failure shrinks to."""

    def one_of(self, options: Sequence[T]) -> T: ...

    def mostly(self, usual: T, *others: T) -> T: ...


class Chance:
    """Hypothesis chooses."""

    def __init__(self, data: st.DataObject) -> None:
        self._data = data

    def one_of(self, options: Sequence[T]) -> T:
        """By number: what was chosen stands in the player's log, where it reads better."""
        return options[self._data.draw(st.integers(0, len(options) - 1))]

    def mostly(self, usual: T, *others: T) -> T:
        """The usual in about four of five cases."""
        return self.one_of([usual] * (4 * len(others)) + list(others))


class First:
    """Always the first, the usual."""

    def one_of(self, options: Sequence[T]) -> T:
        return options[0]

    def mostly(self, usual: T, *_others: T) -> T:
        return usual


class Figures:
    """Figures and words that stand nowhere else: no two of a run are alike."""

    def __init__(self) -> None:
        self.count = 0

    def next(self) -> int:
        self.count += 1
        return self.count

    def words(self) -> str:
        return f"lời-nói-số-{self.next():05d}-hết"
