"""When the stages of a round end: the plan's moment, and the extensions that give more time (gia hạn).

One reading for everybody who asks of a whole round. `assessments.windows` asks of one dossier, inside its own query.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from chiso.common.prepared import Prepared
from chiso.rounds.models import Extension, Round

Given = Mapping[int | None, datetime]
"""Until when each unit was given time; None stands for all units."""


@dataclass(frozen=True)
class StageEnds:
    """When a stage ends for every unit of a round: as planned, and as extended."""

    planned: datetime | None
    extended: Given

    @property
    def given(self) -> datetime | None:
        """Until when everybody was given more time."""
        return self.extended.get(None)

    def of(self, unit_id: int) -> datetime | None:
        moments = (self.planned, self.given, self.extended.get(unit_id))
        return max((moment for moment in moments if moment), default=None)

    def of_all(self) -> datetime | None:
        """The end for everybody: a unit may have more, never less."""
        return max((moment for moment in (self.planned, self.given) if moment), default=None)


def extensions_of(round: Round) -> Mapping[str, Given]:
    """What was given in each stage, the longest where there are several (one query, however many units)."""
    found: dict[str, dict[int | None, datetime]] = {}
    for stage, unit, until in _extensions.rows(round=round.pk):
        found.setdefault(stage, {})[unit] = until
    return found


@Prepared
def _extensions(*, round: int) -> QuerySet[Extension, tuple[str, int | None, datetime]]:
    return Extension.objects.filter(round=round).order_by("until").values_list("stage", "unit", "until")
