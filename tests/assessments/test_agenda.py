"""The agenda of a meeting: which leaves are on it, why, for whose eyes; and the totals that near-ties rest on."""

from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chiso import scoring
from chiso.assessments.actions import council
from chiso.assessments.choices import DossierState
from chiso.assessments.models import Appraisal, Dossier, Entry, Explanation, IndependentScore, Meeting
from chiso.assessments.pages.agenda import Agenda, Why, agenda_of
from chiso.assessments.pages.council_room import room_of
from chiso.assessments.pages.near_ties import Alternative, Scales, brinks_of
from chiso.assessments.placing import Placed, placed_in
from chiso.assessments.scores import facts_of, judge, node_of
from chiso.assessments.totals import Points, UnitTotal, carried_motions, leaves_by_block, totals_of
from chiso.indexsets.answers import Answer
from chiso.indexsets.models import Edition
from chiso.indexsets.reading import digest_of, index_set_of
from chiso.organizations import clock
from chiso.organizations.models import Unit, User
from chiso.rounds.choices import Panel
from chiso.rounds.models import PanelMember, Participant, Round
from tests.assessments.council_steps import LATER, bar, cast, fresh, leaf, person, propose, sit
from tests.world import World, play_to

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: LATER)


@pytest.fixture
def world() -> World:
    world = play_to("council")
    sit(world, "dung", "lan", "mai")
    return world


def agenda(world: World, name: str = "lan") -> Agenda:
    meeting = Meeting.objects.select_related("round").get()
    return agenda_of(room_of(meeting, person(world, name)))


def reasons(found: Agenda) -> dict[tuple[str, str], list[str]]:
    return {(item.unit_code, item.code): [why.name for why in item.why] for item in found.items}


def say(unit: Unit, code: str, points: str, *, pass_number: int = 1) -> None:
    """The team's points for a leaf, as if it had given them."""
    rows = Appraisal.objects.filter(entry__code=code, entry__dossier__unit=unit, pass_number=pass_number)
    assert rows.update(score=Decimal(points), decided=Decimal(points), score_state="decided")


# ---- why ------------------------------------------------------------------------------------------


def test_a_leaf_is_there_for_each_reason_that_holds(world: World) -> None:
    assert reasons(agenda(world)) == {("01", "2.1"): ["DISPUTED"]}
    say(world.cast.north, "2.1", "2.40", pass_number=2)
    assert reasons(agenda(world)) == {("01", "2.1"): ["DISPUTED", "CUT"]}
    council.list_item(world.meeting, world.cast.lan, LATER, entry=leaf(world, "1.2"), reason="Báo nêu.")
    found = agenda(world)
    assert reasons(found) == {("01", "1.2"): ["LISTED"], ("01", "2.1"): ["DISPUTED", "CUT"]}
    assert found.counts == {Why.LISTED: 1, Why.DISPUTED: 1, Why.CUT: 1, Why.APART: 0, Why.NEAR: 0}
    assert [item.code for item in found.of(Why.LISTED)] == ["1.2"]
    assert [words for item in found.items for words in found.words(item)] == [
        ("đưa thêm", "Báo nêu."),
        ("đơn vị đề nghị điểm khác", "đề nghị 5,40, thẩm định 2,40"),
        ("bị hạ nhiều", "hạ 3,00 trên tối đa 6"),
    ]


def test_who_accepts_the_second_pass_disputes_nothing(world: World) -> None:
    say(world.cast.north, "2.1", "5.40", pass_number=2)
    assert reasons(agenda(world)) == {}


@pytest.mark.parametrize(("second", "is_there"), [("1.5", False), ("1.49", True)])
def test_appraisers_who_stand_apart_by_more_than_the_step(world: World, second: str, is_there: bool) -> None:
    seats = PanelMember.objects.filter(panel=Panel.TEAM)
    for seat, points in zip(seats, ("2", second), strict=True):
        entry = leaf(world, "1.1")
        row = IndependentScore(entry=entry, pass_number=1, member=seat, given_at=LATER, reason="Xem.")
        judge(row, node_of(entry.dossier.block.edition, "1.1"), Answer({}, decided=Decimal(points)))
        row.save()
    assert ("01", "1.1") not in reasons(agenda(world))
    Round.objects.update(independent_codes=["1"])
    found = agenda(world)
    assert (reasons(found).get(("01", "1.1")) == ["APART"]) == is_there
    if is_there:
        assert found.words(found.of(Why.APART)[0]) == [("hai người chấm lệch nhau", "2,00 và 1,49")]


def test_an_item_that_was_taken_up_stays_with_its_motion(world: World) -> None:
    motion = propose(world, "1", code="1.1")
    assert reasons(agenda(world))[("01", "1.1")] == []
    cast(world, motion, dung="for")
    council.conclude_motion(fresh(motion), world.cast.dung, LATER)
    cast(world, propose(world), dung="for")
    council.conclude_motion(
        world.meeting.motions.select_related("meeting__round").get(number=2), world.cast.dung, LATER
    )
    council.adopt_results(world.meeting, world.cast.dung, LATER, minutes="Thống nhất.")
    assert set(reasons(agenda(world))) == {("01", "1.1"), ("01", "2.1")}


def test_what_an_earlier_meeting_settled_is_no_dispute_any_more() -> None:
    world = play_to("approval")
    Round.objects.update(stage="council")
    world.round.dossiers.update(state=DossierState.BEFORE_COUNCIL)
    council.convene_meeting(world.round, world.cast.lan, LATER, held_at=LATER, place="Phòng họp")
    assert reasons(agenda_of(room_of(world.meeting, person(world, "lan")))) == {}


# ---- near-ties ------------------------------------------------------------------------------------


def unit(total: str, *, by: str = "rounded") -> UnitTotal:
    """A unit of the small set with so many of 100 points."""
    text = (
        "format: chiso-index-set/1\nid: a\nname: A\nyear: 2022\nversion: 1\nstatus: sample\nscale: 100\n"
        f"total: {{minimum: 0, maximum: 100}}\nranking: {{by: {by}}}\n"
        "classes: [{name: Tốt, min: 80}, {name: Yếu, min: 0}]\n"
        "areas:\n  - code: '1'\n    name: A\n    max: 100\n    children:\n"
        "      - {code: '1.1', name: B, max: 100, rule: {kind: judgement, step: 0.01}}\n"
    )
    return UnitTotal(scoring.read_index_set(text), (), int(Decimal(total) * 10_000), 1_000_000, ())


@pytest.mark.parametrize(
    ("totals", "pairs", "grades"),
    [
        (("70", "70"), [(1, 2)], []),
        (("70.05", "70"), [(1, 2)], []),
        (("70.06", "70"), [], []),
        (("70", "70.04", "70.08"), [(3, 2), (2, 1)], []),
        (("80.05", "60"), [], [1]),
        (("79.95", "60"), [], [1]),
        (("79.94", "60"), [], []),
        (("0.01", "60"), [], []),
    ],
)
def test_near_is_within_five_hundredths(
    totals: tuple[str, ...], pairs: list[tuple[int, int]], grades: list[int]
) -> None:
    units = {number: unit(total) for number, total in enumerate(totals, start=1)}
    found = list(brinks_of(units, [units]))
    assert [(one.dossier, one.other) for one in found if one.other] == pairs
    assert [one.dossier for one in found if one.grade] == grades
    assert list(brinks_of(units, [[key] for key in units])) == [one for one in found if one.grade]


@pytest.mark.parametrize(
    ("dossier", "more", "turns"),
    [(2, "0.03", True), (2, "0.02", False), (2, "-1", False), (1, "-0.04", True), (1, "-0.02", False), (1, "5", False)],
)
def test_only_what_would_change_the_order_is_there(dossier: int, more: str, turns: bool) -> None:
    units = {1: unit("70.03"), 2: unit("70")}
    scales = Scales(units, brinks_of(units, [units]))
    now = Points(100_000, 200_000)
    then = Points(100_000 + int(Decimal(more) * 10_000), 200_000)
    assert bool(scales.turned_by(Alternative(dossier, 0, now, then))) == turns


@pytest.mark.parametrize(("more", "turns"), [("0.02", False), ("0.03", True)])
def test_only_what_would_change_the_grade_is_there(more: str, turns: bool) -> None:
    units = {1: unit("79.97")}
    scales = Scales(units, brinks_of(units, [units]))
    then = Points(int(Decimal(more) * 10_000), 0)
    assert bool(scales.turned_by(Alternative(1, 0, Points(0, 0), then))) == turns


def test_exact_totals_are_compared_exactly() -> None:
    units = {1: unit("79.9999", by="exact"), 2: unit("80", by="exact")}
    assert [one.gap for one in brinks_of(units, [units]) if one.other] == [Fraction(1, 10_000)]


def test_a_leaf_that_would_turn_a_grade_is_on_the_agenda(world: World) -> None:
    # 2 + 5.33 + 3.31 + 2 of 16 and 0.98 on top: 79.98, with “Tốt” from 80.
    say(world.cast.north, "2.1", "3.31", pass_number=2)
    say(world.cast.north, "B.1", "0.98")
    assert current(world)[world.dossier(world.cast.north).pk] == Fraction("79.98")
    found = agenda(world)
    assert [item.code for item in found.of(Why.NEAR)] == ["2.1", "B.1"]
    near = ("bằng hoặc sát điểm", "Xã Bắc cách mức “Tốt” 0,02 điểm")
    assert all(near in found.words(item) for item in found.of(Why.NEAR))


def test_a_leaf_that_would_turn_a_tie_is_on_the_agenda(world: World) -> None:
    make_equal(world)
    found = agenda(world)
    assert [(item.unit_code, item.code) for item in found.of(Why.NEAR)] == [("01", "1.2"), ("01", "2.1")]
    words = {sentence for item in found.of(Why.NEAR) for _label, sentence in found.words(item)}
    assert words & {"Xã Bắc và Xã Nam bằng điểm", "Xã Nam và Xã Bắc bằng điểm"}


def current(world: World) -> dict[int, Fraction | None]:
    round = world.round
    units = totals_of(round, leaves_by_block(round), carried_motions(round))
    return {dossier: unit.total for dossier, unit in units.items()}


# ---- the totals -----------------------------------------------------------------------------------------


def same_as_scored(world: World) -> None:
    """The sums say what scoring all facts anew says."""
    round = world.round
    scored = scoring.score_round(index_set_of(world.edition), facts_of(round))
    by_code = {dossier.unit.code: dossier.pk for dossier in Dossier.objects.select_related("unit")}
    told = current(world)
    assert {code: told[by_code[code]] for code in scored.units} == {
        code: unit.total for code, unit in scored.units.items()
    }
    placed = placed_in(round, list(Dossier.objects.select_related("unit")))
    for code, standing in scored.standings.items():
        assert placed[by_code[code]] == Placed(scored.units[code].total, standing.rank, standing.grade)


@pytest.mark.parametrize("stage", ["self_assessment", "submitted", "notice", "reappraisal", "council", "approval"])
def test_totals_are_those_of_the_facts_at_every_stage(stage: str) -> None:
    same_as_scored(play_to(stage))


def test_totals_with_a_survey_a_penalty_and_a_unit_that_sent_nothing(world: World) -> None:
    for code, answer in (("2.3", Answer({}, decided=Decimal("3.25"))), ("P.1", Answer({}, decided=Decimal(-2)))):
        entry = leaf(world, code)
        judge(entry, node_of(entry.dossier.block.edition, code), answer)
        entry.save()
    same_as_scored(world)
    Entry.objects.filter(dossier__unit=world.cast.north, code="B.1").update(
        facts={"count": "2"}, score=2, score_state="scored"
    )
    Appraisal.objects.filter(entry__code="B.1").delete()
    same_as_scored(world)
    world.round.dossiers.filter(unit=world.cast.south).update(state=DossierState.NOT_SUBMITTED)
    same_as_scored(world)


def test_totals_follow_what_the_council_carried(world: World) -> None:
    for code, points in (("2.1", "5"), ("2.1", "4.5"), ("B.1", "2"), ("2.3", "3")):
        motion = propose(world, points, code=code)
        cast(world, motion, dung="for")
        council.conclude_motion(fresh(motion), world.cast.dung, LATER)
        same_as_scored(world)


def test_totals_compare_units_where_the_set_does(world: World) -> None:
    text = world.edition.text
    rule = text[text.index("          kind: ratio\n          numerator: hồ sơ") : text.index('      - code: "2.2"')]
    text = text.replace(rule, "          kind: relative\n          best: max\n")
    Edition.objects.update(text=text, digest=digest_of(text))
    Appraisal.objects.filter(entry__code="2.1").delete()
    Explanation.objects.all().delete()
    for unit, value in ((world.cast.north, "30"), (world.cast.south, "70")):
        entry = world.entry(unit, "2.1")
        judge(entry, node_of(entry.dossier.block.edition, "2.1"), Answer({"value": value}))
        entry.save()
    same_as_scored(world)
    assert len(set(current(world).values())) == 2
    motion = propose(world, "1")
    cast(world, motion, dung="for")
    council.conclude_motion(fresh(motion), world.cast.dung, LATER)
    same_as_scored(world)
    assert agenda(world).items


@pytest.mark.parametrize(
    "ranking",
    ["{by: exact, ties: dense}", "{by: rounded, tie_breakers: ['2', '1.1']}", "{by: exact, tie_breakers: [B]}"],
)
def test_places_follow_the_ranking_that_the_set_names(world: World, ranking: str) -> None:
    make_equal(world)
    text = world.edition.text.replace("\nareas:\n", f"\nranking: {ranking}\nareas:\n", 1)
    Edition.objects.update(text=text, digest=digest_of(text))
    same_as_scored(world)


# ---- for whose eyes -----------------------------------------------------------------------------------


def test_who_is_barred_finds_no_item_and_no_near_tie_of_that_unit(world: World) -> None:
    make_equal(world)
    assert any("Xã Bắc" in words for item in agenda(world).items for _label, words in agenda(world).words(item))
    bar(world, "mai")
    seen = agenda(world, "mai")
    assert {item.unit_code for item in seen.items} <= {"02"}
    assert not any("Xã Bắc" in words for item in seen.items for _label, words in seen.words(item))


def make_equal(world: World) -> None:
    """Both communes at 62: 2 + 3.92 + 1.84 + 2 of 16 and 1 on top, as 6.2 of 10."""
    say(world.cast.north, "1.2", "3.92")
    say(world.cast.north, "2.1", "1.84", pass_number=2)
    assert set(current(world).values()) == {Fraction(62)}


def test_an_expert_sees_the_own_leaves_and_no_near_ties(world: World) -> None:
    world.cast.chi.panel_seats.get().assignments.exclude(criterion__code="2.1").delete()
    say(world.cast.north, "1.1", "1")
    assert ("01", "1.1") in reasons(agenda(world))
    assert reasons(agenda(world, "chi")) == {("01", "2.1"): ["DISPUTED"]}


def test_who_runs_the_round_sees_all_even_with_a_seat_and_a_conflict(world: World) -> None:
    bar(world, "lan")
    world.cast.lan.memberships.create(unit=world.cast.office, role="coordinator")
    assert ("01", "2.1") in reasons(agenda(world, "lan"))


# ---- size -------------------------------------------------------------------------------------------------


def test_the_number_of_queries_does_not_grow_with_units_and_items(world: World, client: Client) -> None:
    def count(name: str, *more: str) -> int:
        client.force_login(User.objects.get(pk=world.cast.giang.pk))
        address = reverse(f"assessments:{name}", args=[world.meeting.pk, *more])
        client.get(address)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address).status_code == 200
        return len(caught)

    before = [count("meeting"), count("item", "2.1", "01")]
    block = world.round.blocks.get()
    for number in range(12):
        new = Unit.objects.create(code=f"X{number}", name=f"Xã số {number}")
        Participant.objects.create(round=world.round, block=block, unit=new)
        dossier = Dossier.objects.create(round=world.round, block=block, unit=new, state=DossierState.BEFORE_COUNCIL)
        for criterion in block.edition.criteria.filter(is_leaf=True, code__in=["1.1", "2.2"]):
            entry = Entry(dossier=dossier, criterion=criterion, code=criterion.code)
            judge(entry, node_of(block.edition, criterion.code), Answer({}, decided=Decimal(2)))
            entry.save()
            Appraisal.objects.create(
                entry=entry,
                pass_number=1,
                score=0,
                effective_max=2,
                score_state="decided",
                decided=0,
                appraised_by=world.cast.chi,
                appraised_at=LATER,
            )
    assert len(agenda(world).items) == 25
    assert [count("meeting"), count("item", "2.1", "01")] == before
    assert max(before) <= 28
