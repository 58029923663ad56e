"""``checklist``: every item that is met adds its points (chấm theo danh mục yêu cầu)."""

from dataclasses import dataclass
from typing import ClassVar, Self

from chiso.scoring.fields import Fields
from chiso.scoring.numbers import Exact, NumberError, parse_whole, write_vietnamese
from chiso.scoring.rules.base import FactReader, Facts, Input, InputKind, Limits, Outcome, Rule, points_text
from chiso.scoring.rules.thresholds import read_points
from chiso.scoring.steps import Step, StepKind


@dataclass(frozen=True, slots=True)
class Item:
    """One requirement (yêu cầu) and its points."""

    name: str
    points: Exact

    def describe(self) -> str:
        """Say the item with its points."""
        return f"{self.name}: {points_text(self.points)}"


@dataclass(frozen=True, slots=True)
class ChecklistRule(Rule):
    """The sum of the points of the items met."""

    kind: ClassVar[str] = "checklist"
    limits: Limits
    items: tuple[Item, ...]

    @classmethod
    def read(cls, fields: Fields, limits: Limits) -> Self | None:
        """Read ``items``, which sum to the maximum of the leaf."""
        groups = fields.groups("items")
        items = [item for group in groups if (item := _read_item(group, limits))]
        if not groups or len(items) < len(groups):
            return None
        total = sum(item.points for item in items)
        if total != limits.high and not limits.is_penalty:
            fields.error(
                "items",
                f"Tổng điểm các mục là {write_vietnamese(total)}, khác điểm tối đa {write_vietnamese(limits.high)}.",
            )
        return cls(limits, tuple(items))

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The positions met, such as ``1;3``; ``0`` for none."""
        choices = tuple((str(place), item.describe()) for place, item in enumerate(self.items, start=1))
        return (Input("items", "Các yêu cầu đạt được", InputKind.ITEMS, choices=choices),)

    def outcome(self, facts: Facts, best: Exact | None = None) -> Outcome:
        """Give the sum of the points of the items met."""
        return sum(item.points for item in self._met(facts)), 1

    def describe(self) -> str:
        """Say the rule in one Vietnamese line."""
        return "Cộng điểm từng yêu cầu đạt: " + "; ".join(item.describe() for item in self.items)

    def explain(self, facts: Facts, best: Exact | None = None) -> tuple[Step, ...]:
        """Show the items met."""
        met = "; ".join(item.describe() for item in self._met(facts))
        return (Step(StepKind.WORKING, "Yêu cầu đạt", met or "không có"),)

    def _met(self, facts: Facts) -> list[Item]:
        reader = FactReader(facts)
        text = reader.text("items", "các yêu cầu đạt được")
        positions: list[int] = []
        for part in [] if text is None else text.split(";"):
            self._take(part, positions, reader)
        if 0 in positions and len(positions) > 1:
            reader.fault("items", "“0” nghĩa là không đạt yêu cầu nào, không viết cùng yêu cầu khác.")
        reader.finish()
        return [self.items[position - 1] for position in positions if position]

    def _take(self, part: str, positions: list[int], reader: FactReader) -> None:
        try:
            position = parse_whole(part)
        except NumberError as error:
            reader.fault("items", f"{error} Viết các số thứ tự cách nhau bằng dấu chấm phẩy, như 1;3.")
            return
        if position > len(self.items):
            reader.fault("items", f"Không có yêu cầu số {write_vietnamese(position)}; có {len(self.items)} yêu cầu.")
        elif position in positions:
            reader.fault("items", f"Yêu cầu số {position} bị lặp lại.")
        else:
            positions.append(position)


def _read_item(group: Fields, limits: Limits) -> Item | None:
    name = group.text("name")
    points = read_points(group, "points", limits)
    group.close()
    return None if points is None else Item(name, points)
