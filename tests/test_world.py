"""The small round itself: it reaches every stage, and its numbers are the ones worked out by hand."""

from decimal import Decimal

import pytest

from chiso.assessments.choices import DossierState
from chiso.audit import chain
from chiso.results.models import Result
from chiso.rounds.choices import StageKey
from tests.world import ORDER, play_to

pytestmark = pytest.mark.django_db

STATES = {
    "self_assessment": (StageKey.SELF_ASSESSMENT, DossierState.DRAFT),
    "submitted": (StageKey.SELF_ASSESSMENT, DossierState.SUBMITTED),
    "aggregation": (StageKey.AGGREGATION, DossierState.SUBMITTED),
    "appraisal": (StageKey.APPRAISAL, DossierState.UNDER_APPRAISAL),
    "notice": (StageKey.NOTICE, DossierState.UNDER_APPRAISAL),
    "supplement": (StageKey.SUPPLEMENT, DossierState.NOTIFIED),
    "reappraisal": (StageKey.REAPPRAISAL, DossierState.UNDER_REAPPRAISAL),
    "council": (StageKey.COUNCIL, DossierState.BEFORE_COUNCIL),
    "approval": (StageKey.APPROVAL, DossierState.ADOPTED),
    "approved": (StageKey.APPROVAL, DossierState.APPROVED),
    "published": (StageKey.PUBLISHED, DossierState.FINAL),
}


@pytest.mark.parametrize("stage", ORDER[1:])
def test_round_reaches_every_stage(stage: str) -> None:
    world = play_to(stage)
    stage_key, state = STATES[stage]
    assert world.round.stage == stage_key
    assert world.dossier(world.cast.north).state == state
    assert chain.first_break() is None


def test_published_totals_are_those_worked_out_by_hand() -> None:
    play_to("published")
    rows = {line.unit.name: line for line in Result.objects.get().rankings.select_related("unit")}
    # Xã Bắc: 2 + 6×(8/10)/0.9 + 5 (council) + 2 = 14.33 of 16 -> 89.5625, + bonus 1 = 90.56.
    # 1.2 is rounded once: 5.3333 -> 5.33, so P = 14.33.
    assert (rows["Xã Bắc"].total, rows["Xã Bắc"].rank, rows["Xã Bắc"].grade) == (Decimal("90.56"), 1, "Tốt")
    # Xã Nam: 1 + 4.2 + 1 = 6.2 of 10 (1.2 does not apply) -> 62.
    assert (rows["Xã Nam"].total, rows["Xã Nam"].rank, rows["Xã Nam"].grade) == (Decimal("62.00"), 2, "Khá")
