"""Steps (bậc điểm): the first threshold that holds gives the points. Used by ``ratio`` and ``count``."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from chiso.scoring.fields import Fields
from chiso.scoring.numbers import Exact, write_vietnamese
from chiso.scoring.rules.base import Limits, Quotient, points_text


@dataclass(frozen=True, slots=True)
class Threshold:
    """``from`` (≥, ``is_open`` False) or ``above`` (>, ``is_open`` True) a limit, and the points it earns."""

    limit: Exact
    is_open: bool
    points: Exact


@dataclass(frozen=True, slots=True)
class Steps:
    """Thresholds that fall, and the points ``otherwise``."""

    thresholds: tuple[Threshold, ...]
    otherwise: Exact = 0

    def points(self, numerator: Exact, denominator: Exact, high: Exact) -> Quotient:
        """Give the points of the first threshold that holds for numerator/denominator.

        >>> steps = Steps((Threshold(100, False, 10), Threshold(90, True, 8)))
        >>> steps.points(90, 1, 10), steps.points(901, 10, 10), steps.points(300, 3, 10)
        ((0, 1), (8, 1), (10, 1))
        """
        for threshold in self.thresholds:
            bar = threshold.limit * denominator
            if numerator > bar or (numerator == bar and not threshold.is_open):
                return threshold.points, 1
        return self.otherwise, 1

    def describe(self, unit: str) -> str:
        """Say the steps in Vietnamese; ``unit`` is ``%`` or a unit of counting."""
        parts = []
        upper = ""
        for threshold in self.thresholds:
            limit = write_vietnamese(threshold.limit) + unit
            lower = f"trên {limit}" if threshold.is_open else f"từ {limit}"
            span = f"{lower} {upper}" if upper else (lower if threshold.is_open else f"{lower} trở lên")
            parts.append(f"{span}: {points_text(threshold.points)}")
            upper = f"đến {limit}" if threshold.is_open else f"đến dưới {limit}"
        return "; ".join([*parts, f"còn lại: {points_text(self.otherwise)}"])


def read_steps(fields: Fields, limits: Limits) -> Steps | None:
    """Read the list ``steps``; notes faults and warns when the best step is below the maximum."""
    groups = fields.groups("steps")
    thresholds: list[Threshold] = []
    otherwise: Exact | None = 0
    for position, group in enumerate(groups):
        if group.has("else"):
            otherwise = _read_else(group, limits, is_last=position == len(groups) - 1)
        else:
            threshold = _read_threshold(group, limits)
            thresholds += [threshold] if threshold else []
        group.close()
    if not groups or otherwise is None:
        return None
    _check_order(fields, thresholds)
    warn_below_maximum(fields, "steps", [step.points for step in thresholds] + [otherwise], limits)
    return Steps(tuple(thresholds), otherwise)


def warn_below_maximum(fields: Fields, key: str, points: Sequence[Exact], limits: Limits) -> None:
    """Warn when nobody can reach the leaf's maximum."""
    best = max(points, default=limits.high)
    if best < limits.high and not (limits.is_penalty or limits.is_side):
        fields.warn(
            key,
            f"Mức cao nhất {points_text(best)} thấp hơn điểm tối đa {write_vietnamese(limits.high)}.",
        )


def read_points(fields: Fields, key: str, limits: Limits) -> Exact | None:
    """Read points at ``key`` that must lie inside the range of the leaf."""
    points = fields.number(key)
    if points is not None and not limits.hold(points):
        fields.error(key, f"Điểm {write_vietnamese(points)} nằm ngoài khoảng {limits.describe()}.")
        return None
    return points


def _read_else(group: Fields, limits: Limits, *, is_last: bool) -> Exact | None:
    if not is_last:
        group.error("else", "“else” phải là bậc cuối cùng.")
    return read_points(group, "else", limits)


def _read_threshold(group: Fields, limits: Limits) -> Threshold | None:
    points = read_points(group, "points", limits)
    if group.has("from") == group.has("above"):
        group.error("", "Mỗi bậc phải có đúng một trong “from”, “above” hoặc “else”.")
        return None
    is_open = group.has("above")
    limit = group.number("above" if is_open else "from")
    if limit is None or points is None:
        return None
    return Threshold(limit, is_open, points)


def _check_order(fields: Fields, thresholds: list[Threshold]) -> None:
    ranks = [(step.limit, step.is_open) for step in thresholds]
    for higher, lower in pairwise(ranks):
        if lower >= higher:
            fields.error(
                "steps",
                f"Các ngưỡng phải giảm dần: {write_vietnamese(lower[0])} đứng sau {write_vietnamese(higher[0])}.",
            )
