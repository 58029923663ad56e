"""When a stage ends for all units of a round at once; `windows` asks it for one dossier."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chiso.rounds.choices import StageKey
from chiso.rounds.models import Round


@dataclass(frozen=True)
class Deadlines:
    """When a stage ends for every unit of a round: as planned, and as extended (None stands for all units)."""

    planned: datetime | None
    extended: Mapping[int | None, datetime]

    def of(self, unit_id: int) -> datetime | None:
        moments = (self.planned, self.extended.get(None), self.extended.get(unit_id))
        return max((moment for moment in moments if moment), default=None)


def deadlines(round: Round, stage: StageKey) -> Deadlines:
    """The deadlines of all units (two queries, however many units)."""
    closes_at = round.stages.filter(key=stage).values_list("closes_at", flat=True).first()
    extensions = round.extensions.filter(stage=stage).order_by("until").values_list("unit", "until")
    return Deadlines(closes_at, dict(extensions))
