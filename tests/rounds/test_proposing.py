"""The balanced proposal: complete, just, the same every time, and never against a bar."""

from collections.abc import Mapping
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chiso.rounds.choices import Position
from chiso.rounds.coverage import AppraisedLeaf, Coverage, JudgedUnit, Seat, places
from chiso.rounds.models import Block
from chiso.rounds.proposing import Proposal, Wish, propose
from chiso.scoring import Kind, Node, Precision
from chiso.scoring.rules.base import Rule

PRECISION = Precision(2, 4)
BLOCK = cast(Block, SimpleNamespace(pk=1, name="Khối"))
RULE = cast(Rule, SimpleNamespace(kind="levels", inputs=()))


def leaf_of(code: str, points: str, body: str) -> Node:
    return Node(code, f"Tên {code}", Decimal(points), Kind.BASE, PRECISION, appraiser_body=body, rule=RULE)


def coverage(
    *,
    leaves: int,
    units: int,
    experts: int,
    barred: Mapping[int, int] | None = None,
    given: Mapping[int, Mapping[int, int]] | None = None,
    double: frozenset[int] = frozenset(),
    bodies: Mapping[int, str] | None = None,
    points: str = "2",
    positions: Mapping[int, Position] | None = None,
) -> Coverage:
    """One area of so many leaves; everybody is an expert unless said otherwise, and leaf n belongs to `bodies[n]`."""
    all_units = (1 << units) - 1
    bodies = bodies or {}
    inside = tuple(leaf_of(f"1.{number}", points, bodies.get(number, "")) for number in range(leaves))
    area = Node("1", "Lĩnh vực", None, Kind.BASE, PRECISION, children=inside)
    seats = {
        number: Seat(
            number,
            100 + number,
            f"Người {number}",
            (positions or {}).get(number, Position.EXPERT),
            number,
            f"Phòng {number}",
        )
        for number in range(1, experts + 1)
    }
    return Coverage(
        blocks=(BLOCK,),
        units=tuple(JudgedUnit(500 + place, f"{place:02}", f"Xã {place}", 1) for place in range(units)),
        leaves=tuple(
            AppraisedLeaf(900 + number, leaf, area, all_units, 2 if number in double else 1)
            for number, leaf in enumerate(inside)
        ),
        seats=seats,
        barred={seat: (barred or {}).get(seat, 0) for seat in seats},
        given=given or {},
    )


def applied(found: Coverage, proposal: Proposal) -> Coverage:
    """The coverage after the proposal was written."""
    given: dict[int, dict[int, int]] = {leaf: dict(seats) for leaf, seats in found.given.items()}
    place = {unit.pk: number for number, unit in enumerate(found.units)}
    for row in proposal.rows:
        scope = 1 << place[row.unit] if row.unit else found.everybody
        seats = given.setdefault(row.criterion, {})
        seats[row.seat] = seats.get(row.seat, 0) | scope
    return Coverage(found.blocks, found.units, found.leaves, found.seats, found.barred, given)


def test_every_leaf_gets_one_person_for_all_units() -> None:
    found = coverage(leaves=12, units=5, experts=3)
    proposal = propose(found, Wish())
    assert len(proposal.rows) == 12
    assert {row.unit for row in proposal.rows} == {None}
    assert not applied(found, proposal).gaps()
    assert {load.judgements for load in proposal.after.values()} == {20}


def test_neighbouring_leaves_go_to_the_same_person() -> None:
    seats = [row.seat for row in propose(coverage(leaves=12, units=5, experts=3), Wish()).rows]
    assert seats == sorted(seats)


def test_whoever_has_much_gets_less() -> None:
    has = {900 + number: {1: 0b11111} for number in range(4)}
    found = coverage(leaves=12, units=5, experts=3, given=has)
    proposal = propose(found, Wish())
    assert {seat for seat, load in proposal.after.items() if load.judgements == 20} == {1, 2, 3}
    assert not [row for row in proposal.rows if row.seat == 1]


def test_who_is_barred_is_replaced_there_and_only_there() -> None:
    found = coverage(leaves=4, units=5, experts=2, barred={1: 0b00001})
    proposal = propose(found, Wish())
    assert not applied(found, proposal).gaps()
    single = [row for row in proposal.rows if row.unit is not None]
    assert single
    assert {(row.seat, row.unit) for row in single} == {(2, 500)}


def test_what_nobody_may_judge_stays_and_is_named() -> None:
    found = coverage(leaves=2, units=3, experts=2, barred={1: 0b100, 2: 0b100})
    proposal = propose(found, Wish())
    assert [(leaf.node.code, units) for leaf, units in proposal.left] == [("1.0", 0b100), ("1.1", 0b100)]
    assert proposal.rows
    assert not propose(coverage(leaves=2, units=3, experts=0), Wish()).rows


def test_two_judge_an_independent_leaf_and_they_differ() -> None:
    found = coverage(leaves=6, units=4, experts=3, double=frozenset({1, 2, 4}))
    after = applied(found, propose(found, Wish()))
    for leaf in after.leaves:
        assert len(after.covers(leaf)) == leaf.needs
    assert not after.gaps()


def test_one_person_alone_is_not_two() -> None:
    found = coverage(leaves=1, units=2, experts=1, double=frozenset({0}))
    proposal = propose(found, Wish())
    assert len(proposal.rows) == 1
    assert [units for _leaf, units in proposal.left] == [0b11]


def test_the_people_of_the_named_office_take_its_leaves() -> None:
    found = coverage(leaves=6, units=4, experts=3, bodies={0: "Phòng 3", 5: "Phòng 3", 2: "Phòng khác"})
    rows = {row.criterion: row.seat for row in propose(found, Wish()).rows}
    assert rows[900] == rows[905] == 3


def test_a_wish_for_one_office_gives_nothing_to_others() -> None:
    found = coverage(leaves=6, units=4, experts=3)
    assert {row.seat for row in propose(found, Wish(body=2)).rows} == {2}
    assert {seat.pk for seat in propose(found, Wish(body=2)).experts} == {2}


def test_a_wish_for_some_leaves_leaves_the_others() -> None:
    found = coverage(leaves=6, units=4, experts=3)
    assert {row.criterion for row in propose(found, Wish(codes=frozenset({"1.1", "1.4"}))).rows} == {901, 904}
    assert len(propose(found, Wish(codes=frozenset({"1"}))).rows) == 6


def test_an_office_without_experts_gives_its_leaves_to_its_head() -> None:
    positions = {1: Position.EXPERT, 2: Position.OFFICE_HEAD}
    found = coverage(leaves=2, units=2, experts=2, positions=positions)
    assert {row.seat for row in propose(found, Wish(body=2)).rows} == {2}
    assert {row.seat for row in propose(found, Wish()).rows} == {1}


@st.composite
def coverages(draw: st.DrawFn) -> Coverage:
    leaves, units, experts = draw(st.integers(1, 12)), draw(st.integers(1, 9)), draw(st.integers(1, 5))
    mask = st.integers(0, (1 << units) - 1)
    barred = {seat: draw(st.one_of(st.just(0), mask)) for seat in range(1, experts + 1)}
    given_: dict[int, dict[int, int]] = {}
    for leaf in range(leaves):
        for seat in range(1, experts + 1):
            if draw(st.integers(0, 9)) == 0:
                given_.setdefault(900 + leaf, {})[seat] = draw(mask)
    double = frozenset(leaf for leaf in range(leaves) if draw(st.booleans()))
    bodies = {leaf: f"Phòng {draw(st.integers(1, 9))}" for leaf in range(leaves) if draw(st.booleans())}
    return coverage(
        leaves=leaves, units=units, experts=experts, barred=barred, given=given_, double=double, bodies=bodies
    )


@given(coverages())
@settings(deadline=None, max_examples=150)
def test_laws_of_every_proposal(found: Coverage) -> None:
    proposal = propose(found, Wish())
    assert proposal == propose(found, Wish())
    after = applied(found, proposal)
    for leaf in found.leaves:
        before, now = found.covers(leaf), after.covers(leaf)
        for seat in found.seats:
            # What was given stays, and nothing is counted where one is barred.
            assert before.get(seat, 0) & ~now.get(seat, 0) == 0
            assert now.get(seat, 0) & found.barred[seat] == 0
        gap = after.gap(leaf)
        left = next((units for one, units in proposal.left if one is leaf), 0)
        assert gap == left
        for place in places(gap):
            # A hole stays only where everybody who may judge the unit is taken already.
            free = [seat for seat in found.seats if not (found.barred[seat] | now.get(seat, 0)) >> place & 1]
            assert not free
    for row in proposal.rows:
        if row.unit is not None:
            place = next(number for number, unit in enumerate(found.units) if unit.pk == row.unit)
            assert not found.barred[row.seat] >> place & 1
    loads: Any = {seat: sum(units.bit_count() for units in _held(after, seat)) for seat in found.seats}
    assert {seat: load.judgements for seat, load in proposal.after.items()} == loads


def _held(found: Coverage, seat: int) -> list[int]:
    return [found.covers(leaf).get(seat, 0) for leaf in found.leaves]


@given(st.integers(1, 40), st.integers(1, 30), st.integers(1, 9))
@settings(deadline=None, max_examples=60)
def test_loads_differ_by_no_more_than_a_leaf(leaves: int, units: int, experts: int) -> None:
    proposal = propose(coverage(leaves=leaves, units=units, experts=experts), Wish())
    judged = [load.judgements for load in proposal.after.values()]
    assert sum(judged) == leaves * units
    assert max(judged) - min(judged) <= units


@pytest.mark.parametrize("experts", [7, 12])
def test_a_province_is_shared_out_evenly(experts: int) -> None:
    """168 units × 100 leaves, a third of them judged by two, everybody barred from one unit."""
    found = coverage(
        leaves=100,
        units=168,
        experts=experts,
        double=frozenset(range(0, 100, 3)),
        barred={seat: 1 << seat for seat in range(1, experts + 1)},
    )
    proposal = propose(found, Wish())
    assert not applied(found, proposal).gaps()
    judged = [load.judgements for load in proposal.after.values()]
    assert max(judged) - min(judged) <= 2 * 168
