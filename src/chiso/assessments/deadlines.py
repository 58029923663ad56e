"""When a stage ends for all units of a round at once; `windows` asks it for one dossier."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from chiso.assessments import windows
from chiso.assessments.models import Dossier
from chiso.common.prepared import Prepared
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Extension, Round


@dataclass(frozen=True)
class Deadlines:
    """When a stage ends for every unit of a round: as planned, and as extended (None stands for all units)."""

    planned: datetime | None
    extended: Mapping[int | None, datetime]

    def of(self, unit_id: int) -> datetime | None:
        moments = (self.planned, self.extended.get(None), self.extended.get(unit_id))
        return max((moment for moment in moments if moment), default=None)

    def of_all(self) -> datetime | None:
        """The end for everybody: a unit may have more, never less."""
        return max((moment for moment in (self.planned, self.extended.get(None)) if moment), default=None)

    def of_dossier(self, dossier: Dossier) -> datetime | None:
        """The end as it counts for a dossier, a return included."""
        return windows.with_return(dossier, self.of(dossier.unit_id))


def deadlines(round: Round, stage: StageKey) -> Deadlines:
    """The deadlines of all units (two queries, however many units; one when the stages were read before)."""
    closes_at = next((row.closes_at for row in round.stages.all() if row.key == stage), None)
    return Deadlines(closes_at, dict(_extensions.rows(round=round.pk, stage=stage.value)))


@Prepared
def _extensions(*, round: int, stage: str) -> QuerySet[Extension, tuple[int | None, datetime]]:
    return Extension.objects.filter(round=round, stage=stage).order_by("until").values_list("unit", "until")
