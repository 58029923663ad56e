"""Late days that are counted again when there is more time: fewer than before, or none, never more.

A dossier that was returned keeps the late days of its first hand-over (`submit_dossier`) until it comes in again, so it
is counted again too, wherever it lies.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chiso.assessments.actions.dossier import record_late_days
from chiso.assessments.choices import DossierState
from chiso.assessments.deadlines import Deadlines, deadlines
from chiso.assessments.models import Dossier
from chiso.audit.actions import changed
from chiso.organizations.models import Unit
from chiso.rounds.choices import StageKey
from chiso.rounds.deadlines import late_days
from chiso.rounds.models import Round

_WAS_IN = (DossierState.SUBMITTED, DossierState.RETURNED, DossierState.INTERNAL_REVIEW)


@dataclass(frozen=True)
class Recount:
    """A dossier that was in too late, and how late it is by the new deadline."""

    dossier: Dossier
    late: int
    was: int


def ends_with(
    round: Round,
    stage: StageKey,
    *,
    closes_at: datetime | None = None,
    unit: Unit | None = None,
    until: datetime | None = None,
) -> Deadlines:
    """The deadlines of a stage as they would be if it closed at another moment, or had one more extension."""
    now = deadlines(round, stage)
    extended = dict(now.extended)
    if until:
        key = unit.pk if unit else None
        extended[key] = max(until, extended.get(key, until))
    return Deadlines(closes_at or now.planned, extended)


def recounts(round: Round, ends: Deadlines, unit: Unit | None = None) -> list[Recount]:
    """The dossiers of the self-assessment that a deadline makes less late (1 query)."""
    dossiers = round.dossiers.filter(state__in=_WAS_IN, late_days__gt=0).select_related("unit")
    found = []
    for dossier in (dossiers.filter(unit=unit) if unit else dossiers).order_by("unit__code"):
        end = ends.of(dossier.unit_id)
        if end is None or dossier.submitted_at is None:
            continue
        late = min(dossier.late_days, late_days(end, dossier.submitted_at))
        if late != dossier.late_days:
            found.append(Recount(dossier, late, dossier.late_days))
    return found


def record_recounts(found: Sequence[Recount]) -> None:
    """Write the new late days down, inside the action that gives the time."""
    for one in found:
        changed(f"late_days:{one.dossier.unit_id}", one.late, one.was)
        one.dossier.late_days = one.late
        one.dossier.save(update_fields=["late_days"])
        record_late_days(one.dossier, one.late)
