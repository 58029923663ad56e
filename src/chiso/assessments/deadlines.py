"""When stages end for all units of a round at once; `windows` asks it for one dossier."""

from collections.abc import Mapping
from datetime import datetime

from chiso.assessments import windows
from chiso.assessments.models import Dossier
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Round
from chiso.rounds.stage_ends import StageEnds, extensions_of


class Deadlines(StageEnds):
    """When a stage ends for every unit of a round, and for the dossier of each."""

    def of_dossier(self, dossier: Dossier) -> datetime | None:
        """The end as it counts for a dossier, a return included."""
        return windows.with_return(dossier, self.of(dossier.unit_id))


def deadlines(round: Round, stage: StageKey) -> Deadlines:
    """The deadlines of one stage (two queries, however many units; one when the stages were read before)."""
    return deadlines_of(round)[stage]


def deadlines_of(round: Round) -> Mapping[StageKey, Deadlines]:
    """The deadlines of every stage (as many queries)."""
    planned = {row.key: row.closes_at for row in round.stages.all()}
    extended = extensions_of(round)
    return {key: Deadlines(planned.get(key), extended.get(key, {})) for key in StageKey}
