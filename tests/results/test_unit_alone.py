"""A unit's page scores the unit alone; its numbers are those of scoring everybody. Frozen rows are written once."""

from typing import Any

import pytest

from chiso.assessments.models import Appraisal, Explanation, Motion
from chiso.assessments.scores import judge, node_of
from chiso.indexsets.answers import Answer
from chiso.indexsets.models import Edition
from chiso.indexsets.reading import digest_of
from chiso.organizations.models import Unit
from chiso.results import freezing
from chiso.results.models import Result
from chiso.results.pages import frozen_page, page_of
from chiso.results.unit_page import unit_page
from chiso.results.verifying import node_row, verify
from tests.world import World, play_to

pytestmark = pytest.mark.django_db


def require_same(world: World) -> None:
    for line in freezing.score_round(world.round):
        page = unit_page(world.round, None, line.unit.code, None)
        assert page is not None
        told = [(one["code"], one["score"]) for one in page.lines]
        assert told == [(one.code, _points(one)) for one in line.score.nodes]
        assert (page.rank, page.grade) == (str(line.rank or "–"), line.grade or "–")
        assert page.total == _written(line.score.total)


def _points(node: Any) -> str:
    return _written(node.score)


def _written(points: Any) -> str:
    return "–" if points is None else f"{points:.2f}".replace(".", ",")


def say(world: World, unit: Unit, code: str, **facts: str) -> None:
    entry = world.entry(unit, code)
    judge(entry, node_of(entry.dossier.block.edition, code), Answer(facts))
    entry.save()


def test_a_unit_alone_is_scored_as_among_all() -> None:
    require_same(play_to("approval"))


def test_a_survey_that_another_unit_answered_counts_for_this_one() -> None:
    world = play_to("approval")
    before = unit_page(world.round, None, "01", None)
    say(world, world.cast.south, "2.3", percent="75")
    require_same(world)
    after = unit_page(world.round, None, "01", None)
    assert before is not None
    assert after is not None
    assert before.total != after.total


def test_a_leaf_that_compares_units_is_compared() -> None:
    world = play_to("approval")
    text = world.edition.text
    rule = text[text.index("          kind: ratio\n          numerator: hồ sơ") : text.index('      - code: "2.2"')]
    text = text.replace(rule, "          kind: relative\n          best: max\n")
    Edition.objects.update(text=text, digest=digest_of(text))
    for model in (Appraisal, Explanation, Motion):
        model._default_manager.filter(entry__code="2.1").delete()
    say(world, world.cast.north, "2.1", value="30")
    say(world, world.cast.south, "2.1", value="70")
    require_same(world)


def test_frozen_rows_are_those_of_every_node() -> None:
    """Points of a node are written once for all units that have them: each unit still gets its own.

    Nobody scored 1.2: one commune said nothing, of the other it does not apply.
    """
    world = play_to("approval")
    Appraisal.objects.filter(entry__code="1.2").delete()
    say(world, world.cast.north, "1.2")
    lines = freezing.score_round(world.round)
    bundle = freezing.bundle_of(world.round, lines)
    for unit, line in zip(bundle["units"], lines, strict=True):
        assert unit["leaves"] == [node_row(leaf) for leaf in line.score.leaves]
        assert unit["areas"] == [node_row(area) for area in line.score.areas]
    assert verify(bundle).is_sound


def test_a_frozen_page_is_laid_out_once_and_is_that_of_its_hash() -> None:
    play_to("published")
    result = Result.objects.defer("bundle").get()
    page = frozen_page(result)
    assert page == page_of(Result.objects.get().bundle, result.digest)
    assert frozen_page(Result.objects.defer("bundle").get()) is page
    other = Result(digest="0" * 64, bundle=Result.objects.get().bundle | {"units": []})
    assert frozen_page(other).unit_count == 0
