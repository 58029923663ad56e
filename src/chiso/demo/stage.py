"""A stage to play on: scenes in the order of their moments, played through the real actions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

Play = Callable[[datetime], None]


@dataclass(frozen=True)
class Scene:
    """What happens at a moment. `order` settles who comes first at the same moment."""

    at: datetime
    order: int
    play: Play


class Script:
    """Collects scenes and plays them in time, up to a moment."""

    def __init__(self) -> None:
        self._scenes: list[Scene] = []

    def at(self, text: str, play: Play) -> None:
        """Add a scene at `dd/mm/yyyy HH:MM`, Vietnam time."""
        self.add(moment(text), play)

    def add(self, when: datetime, play: Play) -> None:
        self._scenes.append(Scene(when, len(self._scenes), play))

    def perform(self, until: datetime) -> None:
        """Play every scene not yet played, up to and including a moment."""
        due = sorted((scene for scene in self._scenes if scene.at <= until), key=lambda scene: (scene.at, scene.order))
        self._scenes = [scene for scene in self._scenes if scene.at > until]
        for scene in due:
            scene.play(scene.at)


def moment(text: str) -> datetime:
    """Read `dd/mm/yyyy HH:MM` as a moment in Vietnam."""
    return timezone.make_aware(datetime.strptime(text, "%d/%m/%Y %H:%M"))  # noqa: DTZ007 made aware here
