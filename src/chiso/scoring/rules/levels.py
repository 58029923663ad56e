"""``levels``: one of several levels is chosen (chấm theo mức)."""

from dataclasses import dataclass
from typing import ClassVar, Self

from chiso.scoring.fields import Fields
from chiso.scoring.numbers import Exact, NumberError, parse_whole, write_vietnamese
from chiso.scoring.rules.base import FactReader, Facts, Input, InputKind, Limits, Outcome, Rule, points_text
from chiso.scoring.rules.thresholds import read_points, warn_below_maximum


@dataclass(frozen=True, slots=True)
class Level:
    """A level (mức) and its points; with ``is_open`` the assessor gives points between 0 and ``points``."""

    name: str
    points: Exact
    is_open: bool = False

    def describe(self) -> str:
        """Say the level with its points."""
        return f"{self.name}: {'đến ' if self.is_open else ''}{points_text(self.points)}"


@dataclass(frozen=True, slots=True)
class LevelsRule(Rule):
    """Points of the chosen level, counted from 1 in the order of the file."""

    kind: ClassVar[str] = "levels"
    limits: Limits
    levels: tuple[Level, ...]

    @classmethod
    def read(cls, fields: Fields, limits: Limits) -> Self | None:
        """Read ``levels``; warns when the best one is below the maximum."""
        groups = fields.groups("levels")
        levels = [level for group in groups if (level := _read_level(group, limits))]
        if not groups or len(levels) < len(groups):
            return None
        warn_below_maximum(fields, "levels", [level.points for level in levels], limits)
        return cls(limits, tuple(levels))

    @property
    def inputs(self) -> tuple[Input, ...]:
        """``level``; and ``score`` when some level leaves the points to the assessor."""
        choices = tuple((str(place), level.describe()) for place, level in enumerate(self.levels, start=1))
        level = Input("level", "Mức đạt được", InputKind.LEVEL, choices=choices)
        ends = [level.points for level in self.levels if level.is_open]
        if not ends:
            return (level,)
        label = "Điểm người chấm cho (ở mức có điểm “đến …”)"
        low, high = min(0, *ends), max(0, *ends)
        return level, Input("score", label, InputKind.SCORE, required=False, minimum=low, maximum=high)

    def outcome(self, facts: Facts, best: Exact | None = None) -> Outcome:
        """Give the points of the level, or the ``score`` within an open one."""
        reader = FactReader(facts)
        points: Exact | None = None
        level = self._level(reader)
        if level is None:
            pass
        elif level.is_open:
            points = reader.number("score", "điểm người chấm cho", low=min(0, level.points), high=max(0, level.points))
        else:
            points = level.points
            if "score" in facts:
                reader.fault("score", f"Mức “{level.name}” có điểm cố định, không nhập điểm.")
        reader.finish()
        return points or 0, 1

    def describe(self) -> str:
        """Say the rule in one Vietnamese line."""
        return "; ".join(level.describe() for level in self.levels)

    def _level(self, reader: FactReader) -> Level | None:
        text = reader.text("level", "mức đạt được")
        if text is None:
            return None
        try:
            position = parse_whole(text)
        except NumberError as error:
            reader.fault("level", str(error))
            return None
        if not 1 <= position <= len(self.levels):
            reader.fault("level", f"Không có mức {write_vietnamese(position)}; chọn từ 1 đến {len(self.levels)}.")
            return None
        return self.levels[position - 1]


def _read_level(group: Fields, limits: Limits) -> Level | None:
    name = group.text("name")
    is_open = group.has("points_up_to")
    if is_open and group.has("points"):
        group.error("points_up_to", "Mỗi mức chỉ có một trong “points” hoặc “points_up_to”.")
    points = read_points(group, "points_up_to" if is_open else "points", limits)
    group.close()
    return None if points is None else Level(name, points, is_open)
