"""Curves of a ratio (cách quy tỷ lệ ra điểm): linear, target, band and steps."""

from dataclasses import dataclass
from typing import TypeAlias

from chiso.scoring.fields import Fields
from chiso.scoring.numbers import Exact, write_vietnamese
from chiso.scoring.rules.base import Limits, Quotient, points_text
from chiso.scoring.rules.thresholds import Steps, read_steps


@dataclass(frozen=True, slots=True)
class Linear:
    """max·R/100."""

    def points(self, numerator: Exact, denominator: Exact, high: Exact) -> Quotient:
        """Give the points for R = numerator/denominator percent.

        >>> Linear().points(50, 1, 6)
        (300, 100)
        """
        return high * numerator, 100 * denominator

    def describe(self, high: Exact) -> str:
        """Say the curve in Vietnamese."""
        return f"tỷ lệ × {write_vietnamese(high)} điểm"

    def formula(self, ratio: str, high: Exact) -> str:
        """Write the working for a ratio that is already written as text."""
        return f"{write_vietnamese(high)} × {ratio}"


@dataclass(frozen=True, slots=True)
class Target:
    """max·min(1, R/target)."""

    target: Exact

    def points(self, numerator: Exact, denominator: Exact, high: Exact) -> Quotient:
        """Give the points for R = numerator/denominator percent.

        >>> Target(90).points(45, 1, 6), Target(90).points(95, 1, 6)
        ((270, 90), (6, 1))
        """
        if numerator >= self.target * denominator:
            return high, 1
        return high * numerator, self.target * denominator

    def describe(self, high: Exact) -> str:
        """Say the curve in Vietnamese."""
        goal, most = write_vietnamese(self.target), points_text(high)
        return f"từ {goal}% trở lên: {most}; dưới {goal}%: tỷ lệ ÷ {goal}% × {write_vietnamese(high)}"

    def formula(self, ratio: str, high: Exact) -> str:
        """Write the working for a ratio that is already written as text."""
        return f"{write_vietnamese(high)} × min(1; {ratio} ÷ {write_vietnamese(self.target)}%)"


@dataclass(frozen=True, slots=True)
class Band:
    """max from ``full_from`` percent, max·R/full_from from ``proportional_from``, else 0."""

    full_from: Exact
    proportional_from: Exact

    def points(self, numerator: Exact, denominator: Exact, high: Exact) -> Quotient:
        """Give the points for R = numerator/denominator percent.

        >>> band = Band(85, 60)
        >>> band.points(85, 1, 3), band.points(60, 1, 3), band.points(5999, 100, 3)
        ((3, 1), (180, 85), (0, 1))
        """
        if numerator >= self.full_from * denominator:
            return high, 1
        if numerator >= self.proportional_from * denominator:
            return high * numerator, self.full_from * denominator
        return 0, 1

    def describe(self, high: Exact) -> str:
        """Say the curve in Vietnamese."""
        full, part = write_vietnamese(self.full_from), write_vietnamese(self.proportional_from)
        return (
            f"từ {full}% trở lên: {points_text(high)}; từ {part}% đến dưới {full}%: "
            f"tỷ lệ ÷ {full}% × {write_vietnamese(high)}; dưới {part}%: 0 điểm"
        )

    def formula(self, ratio: str, high: Exact) -> str:
        """Write the working for a ratio that is already written as text."""
        return self.describe(high)


@dataclass(frozen=True, slots=True)
class Stepped:
    """Steps over the ratio in percent."""

    steps: Steps

    def points(self, numerator: Exact, denominator: Exact, high: Exact) -> Quotient:
        """Give the points for R = numerator/denominator percent."""
        return self.steps.points(numerator, denominator, high)

    def describe(self, high: Exact) -> str:
        """Say the curve in Vietnamese."""
        return self.steps.describe("%")

    def formula(self, ratio: str, high: Exact) -> str:
        """Write the working for a ratio that is already written as text."""
        return self.describe(high)


Curve: TypeAlias = Linear | Target | Band | Stepped


def read_curve(fields: Fields, limits: Limits) -> Curve | None:
    """Read exactly one curve from the mapping ``curve``."""
    curve: Curve | None = None
    keys = set(fields.names())
    if limits.is_penalty and "steps" not in keys:
        fields.error("", "Tiêu chí điểm trừ chỉ dùng được “steps”, vì không có điểm tối đa để nhân.")
    if "linear" in keys:
        curve = _read_linear(fields)
    elif "target" in keys:
        target = _read_share(fields, "target")
        curve = None if target is None else Target(target)
    elif keys & {"full_from", "proportional_from"}:
        curve = _read_band(fields)
    elif "steps" in keys:
        steps = read_steps(fields, limits)
        curve = None if steps is None else Stepped(steps)
    else:
        fields.error("", "“curve” phải có một trong: linear, target, full_from với proportional_from, steps.")
    fields.close()
    return curve


def _read_linear(fields: Fields) -> Curve | None:
    if fields.text("linear") != "true":
        fields.error("linear", "“linear” chỉ nhận giá trị true.")
        return None
    return Linear()


def _read_band(fields: Fields) -> Curve | None:
    full = _read_share(fields, "full_from")
    part = fields.number("proportional_from", low=0)
    if full is None or part is None:
        return None
    if part > full:
        fields.error(
            "proportional_from",
            f"Các ngưỡng phải giảm dần: proportional_from {write_vietnamese(part)} "
            f"cao hơn full_from {write_vietnamese(full)}.",
        )
    return Band(full, part)


def _read_share(fields: Fields, key: str) -> Exact | None:
    share = fields.number(key)
    if share is not None and share <= 0:
        fields.error(key, f"“{key}” phải lớn hơn 0.")
        return None
    return share
