"""What the notice of every unit will say, summed in the database, is what the unit then reads on its own page."""

from decimal import Decimal

import pytest

from chiso.assessments.choices import DossierState, Pass
from chiso.assessments.models import Appraisal, Dossier, Entry
from chiso.assessments.pages.confirm_pages import notice_rows
from chiso.assessments.scores import total
from chiso.assessments.totals import leaves_by_block, stored_totals
from chiso.common.numbers import format_points
from chiso.indexsets.models import Edition
from chiso.indexsets.reading import digest_of, index_set_of
from tests.world import World, play_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return play_to("notice")


def require_same(world: World) -> None:
    """The sums say what adding up the rows of each unit says, and the page counts what was cut and asked."""
    blocks = leaves_by_block(world.round)
    own, first = stored_totals(world.round, blocks, 0), stored_totals(world.round, blocks, Pass.FIRST)
    rows = {row["unit"]: row for row in notice_rows(world.round)}
    for dossier in Dossier.objects.exclude(state=DossierState.NOT_SUBMITTED).select_related("unit", "block__edition"):
        edition = dossier.block.edition
        entries = {entry.code: entry for entry in dossier.entries.all()}
        judged = {row.entry.code: row for row in Appraisal.objects.filter(entry__dossier=dossier, pass_number=1)}
        told = total(edition, entries), total(edition, entries | judged)
        assert (own[dossier.pk].score.exact_total, first[dossier.pk].score.exact_total) == tuple(
            one.exact_total for one in told
        )
        row, places = rows[dossier.unit.name], index_set_of(edition).places
        assert (row["own"], row["first"]) == tuple(format_points(one.total, places) for one in told)
        assert row["asked"] == sum(one.needs_explanation for one in judged.values())
        assert row["cuts"] == sum(
            (entries[code].score or 0) > (one.score or 0) or entries[code].not_applicable != one.not_applicable
            for code, one in judged.items()
        )


@pytest.mark.parametrize("stage", ["appraisal", "notice", "reappraisal", "council"])
def test_sums_are_those_of_the_rows_at_every_stage(stage: str) -> None:
    require_same(play_to(stage))


def test_a_survey_and_a_leaf_that_does_not_apply_any_more_are_summed_alike(world: World) -> None:
    Entry.objects.filter(code="2.3", dossier__unit=world.cast.north).update(
        decided=Decimal("3.25"), score=Decimal("3.25"), effective_max=4, score_state="decided"
    )
    require_same(world)
    Appraisal.objects.filter(entry__code="1.2", entry__dossier__unit=world.cast.north).update(
        facts={}, not_applicable=True, score=None, effective_max=0, score_state="not_applicable"
    )
    require_same(world)


def test_leaves_that_compare_units_are_told_as_they_are_stored(world: World) -> None:
    text = world.edition.text
    rule = text[text.index("          kind: ratio\n          numerator: hồ sơ") : text.index('      - code: "2.2"')]
    text = text.replace(rule, "          kind: relative\n          best: max\n")
    Edition.objects.update(text=text, digest=digest_of(text))
    Entry.objects.filter(code="2.1").update(facts={"value": "30"}, score=None, effective_max=6, score_state="scored")
    require_same(world)


def test_a_unit_that_sent_nothing_gets_no_notice(world: World) -> None:
    world.round.dossiers.filter(unit=world.cast.south).update(state=DossierState.NOT_SUBMITTED)
    require_same(world)
    assert {"unit": "Xã Nam", "is_absent": True} in notice_rows(world.round)
