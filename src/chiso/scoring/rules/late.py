"""``late``: days of delay cost points (trừ điểm nộp trễ hạn)."""

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, Self

from chiso.scoring.fields import Fields
from chiso.scoring.numbers import Exact, write_vietnamese
from chiso.scoring.rules.base import FactReader, Facts, Input, InputKind, Limits, Outcome, Rule, points_text
from chiso.scoring.steps import Step, StepKind


@dataclass(frozen=True, slots=True)
class Tier:
    """Up to ``days`` days late cost ``points`` (≤ 0)."""

    days: int
    points: Exact


@dataclass(frozen=True, slots=True)
class LateRule(Rule):
    """The first tier that holds; past the last, its points and ``after`` points for each further day.

    ``after`` counts the days past ``after.days``. On a base leaf the result is added to the maximum.
    """

    kind: ClassVar[str] = "late"
    limits: Limits
    tiers: tuple[Tier, ...]
    after: Tier | None = None
    refuse_after: int | None = None

    @classmethod
    def read(cls, fields: Fields, limits: Limits) -> Self | None:
        """Read ``tiers`` and ``refuse_after_days``."""
        groups = fields.groups("tiers")
        refuse_after = fields.whole("refuse_after_days", required=False)
        tiers: list[Tier] = []
        after: Tier | None = None
        for position, group in enumerate(groups):
            is_after = group.has("per_day_after")
            tier = _read_tier(group, "per_day_after" if is_after else "up_to_days")
            if is_after and position < len(groups) - 1:
                group.error("per_day_after", "“per_day_after” phải là bậc cuối cùng.")
            if is_after:
                after = tier
            else:
                tiers += [tier] if tier else []
        _check_order(fields, tiers, after)
        return cls(limits, tuple(tiers), after, refuse_after) if groups else None

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The days late."""
        return (Input("days_late", "Số ngày trễ hạn", InputKind.WHOLE, minimum=0, maximum=self.refuse_after),)

    def outcome(self, facts: Facts, best: Exact | None = None) -> Outcome:
        """Give the cost of the delay, on a base leaf added to the maximum."""
        return self.limits.high + self._cost(self._days(facts)), 1

    def describe(self) -> str:
        """Say the rule in one Vietnamese line."""
        parts = ["Đúng hạn: không trừ"]
        parts += [f"trễ đến {tier.days} ngày: {points_text(tier.points)}" for tier in self.tiers]
        if self.after:
            parts.append(f"từ ngày thứ {self.after.days + 1}: thêm {points_text(self.after.points)} mỗi ngày")
        if self.refuse_after is not None:
            parts.append(f"quá {self.refuse_after} ngày: không tiếp nhận")
        return "; ".join(parts)

    def explain(self, facts: Facts, best: Exact | None = None) -> tuple[Step, ...]:
        """Show the cost of the delay."""
        days = self._days(facts)
        cost = points_text(self._cost(days))
        return (Step(StepKind.WORKING, "Điểm do trễ hạn", f"Trễ {write_vietnamese(days)} ngày: {cost}"),)

    def _days(self, facts: Facts) -> int:
        reader = FactReader(facts)
        days = reader.whole("days_late", "số ngày trễ hạn")
        if days is not None and self.refuse_after is not None and days > self.refuse_after:
            reader.fault("days_late", f"Trễ quá {self.refuse_after} ngày thì không tiếp nhận.")
        reader.finish()
        return days or 0

    def _cost(self, days: int) -> Exact:
        if days == 0:
            return 0
        cost: Exact = 0
        for tier in self.tiers:
            cost = tier.points
            if days <= tier.days:
                return cost
        if self.after is None:
            return cost
        return cost + self.after.points * max(0, days - self.after.days)


def _read_tier(group: Fields, key: str) -> Tier | None:
    days = group.whole(key)
    points = group.number("points")
    if points is not None and points > 0:
        group.error("points", f"Điểm trừ phải viết là số không dương, không phải {write_vietnamese(points)}.")
    group.close()
    return None if days is None or points is None else Tier(days, points)


def _check_order(fields: Fields, tiers: list[Tier], after: Tier | None) -> None:
    days = [tier.days for tier in tiers]
    if any(later <= earlier for earlier, later in pairwise(days)):
        fields.error("tiers", "“up_to_days” phải tăng dần.")
    if after and days and after.days < days[-1]:
        fields.error("tiers", f"“per_day_after” ({after.days}) phải từ {days[-1]} ngày trở lên.")
