"""Which leaf of which unit the team appraises, and by whom: what is assigned, less where one is barred.

A set of units is an integer with a bit for each unit of the round, so that a province of 168 units × 100 leaves is
counted in a few milliseconds.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from chiso.indexsets.models import Criterion
from chiso.indexsets.reading import index_set_of
from chiso.organizations.models import Membership
from chiso.rounds.choices import Panel, Position
from chiso.rounds.models import Assignment, Block, Conflict, PanelMember, Round
from chiso.scoring import Node

Units = int
"""A set of units: bit n is the unit at place n of `Coverage.units`."""


@dataclass(frozen=True)
class JudgedUnit:
    """A unit of the round, and the block it is ranked in."""

    pk: int
    code: str
    name: str
    block_id: int


@dataclass(frozen=True)
class Seat:
    """A seat in the team that was not left."""

    pk: int
    user_id: int
    name: str
    position: str
    body_id: int | None
    body_name: str


@dataclass(frozen=True)
class AppraisedLeaf:
    """A leaf that people judge, the units it is judged of, and how many people must judge each."""

    criterion_id: int
    node: Node
    area: Node
    units: Units
    needs: int


@dataclass(frozen=True)
class Count:
    """Of a leaf, the units that nobody appraises, one person, two or more."""

    none: Units
    one: Units
    two: Units


@dataclass(frozen=True)
class Coverage:
    """The assignments of a round as they stand. `given[criterion][seat]` are the units assigned, barred ones too."""

    blocks: tuple[Block, ...]
    units: tuple[JudgedUnit, ...]
    leaves: tuple[AppraisedLeaf, ...]
    seats: Mapping[int, Seat]
    barred: Mapping[int, Units]
    given: Mapping[int, Mapping[int, Units]]

    @cached_property
    def units_of_block(self) -> Mapping[int, Units]:
        return masks((unit.block_id, place) for place, unit in enumerate(self.units))

    @cached_property
    def everybody(self) -> Units:
        return (1 << len(self.units)) - 1

    def covers(self, leaf: AppraisedLeaf) -> dict[int, Units]:
        """The units in which each seat appraises the leaf."""
        found = self.given.get(leaf.criterion_id, {})
        return {seat: units & leaf.units & ~self.barred[seat] for seat, units in found.items()}

    def count(self, leaf: AppraisedLeaf) -> Count:
        once = twice = 0
        for units in self.covers(leaf).values():
            twice |= once & units
            once |= units
        return Count(leaf.units & ~once, once & ~twice, twice)

    def gap(self, leaf: AppraisedLeaf) -> Units:
        """The units that lack a person for the leaf."""
        count = self.count(leaf)
        return count.none | (count.one if leaf.needs > 1 else 0)

    def gaps(self) -> list[tuple[AppraisedLeaf, Units]]:
        return [(leaf, gap) for leaf in self.leaves if (gap := self.gap(leaf))]

    def named(self, units: Units) -> list[JudgedUnit]:
        return [self.units[place] for place in places(units)]


def masks(pairs: Iterator[tuple[int, int]]) -> defaultdict[int, Units]:
    """Gather (key, place of a unit) into the set of units of each key."""
    found: defaultdict[int, Units] = defaultdict(int)
    for key, place in pairs:
        found[key] |= 1 << place
    return found


def places(units: Units) -> Iterator[int]:
    while units:
        lowest = units & -units
        yield lowest.bit_length() - 1
        units ^= lowest


def coverage_of(round: Round) -> Coverage:
    """Read who appraises what: seven queries, whatever the number of units, leaves and people."""
    blocks = tuple(round.blocks.select_related("edition").defer("edition__text", "edition__draft").order_by("pk"))
    rows = round.participants.order_by("block", "unit__code").values_list("unit", "unit__code", "unit__name", "block")
    units = tuple(JudgedUnit(*row) for row in rows)
    team = round.panel_members.filter(panel=Panel.TEAM, left_at=None).select_related("user", "body").order_by("pk")
    seats = {seat.pk: _seat(seat) for seat in team}
    of_block = masks((unit.block_id, place) for place, unit in enumerate(units))
    return Coverage(
        blocks, units, _leaves(round, blocks, of_block), seats, _barred(round, seats, units), _given(round, units)
    )


def _seat(member: PanelMember) -> Seat:
    body = member.body.name if member.body else ""
    return Seat(member.pk, member.user_id, member.user.full_name, member.position, member.body_id, body)


def _leaves(round: Round, blocks: Collection[Block], of_block: Mapping[int, Units]) -> tuple[AppraisedLeaf, ...]:
    editions = {block.edition_id: block.edition for block in blocks}
    rows = Criterion.objects.filter(edition__in=editions, is_leaf=True).values_list("edition", "code", "pk")
    criteria = {(edition, code): pk for edition, code, pk in rows}
    found = []
    for key, edition in editions.items():
        units = sum(of_block[block.pk] for block in blocks if block.edition_id == key)
        for area in index_set_of(edition).areas:
            double = leaves_under([area], round.independent_codes)
            found += [
                AppraisedLeaf(criteria[key, node.code], node, area, units, 2 if node.code in double else 1)
                for node in judged_leaves(area)
            ]
    return tuple(found)


def judged_leaves(node: Node) -> list[Node]:
    """The leaves below a node that people judge: not those of a survey, nor those only shown."""
    return [leaf for leaf in node.walk() if leaf.is_leaf and not leaf.is_survey and not leaf.is_info]


def leaves_under(areas: Iterable[Node], codes: Collection[str]) -> frozenset[str]:
    """The codes of the leaves that people judge under the nodes with these codes."""
    chosen = [node for area in areas for node in area.walk() if node.code in codes]
    return frozenset(leaf.code for node in chosen for leaf in judged_leaves(node))


def bars_of(round: Round) -> Mapping[int, frozenset[int]]:
    """Of everybody with a seat, the units they may not judge: as `policy.barred_units`, for all at once (2 queries)."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    of_people = Membership.objects.filter(user__panel_seats__round=round, unit__participations__round=round)
    for user, unit in of_people.values_list("user", "unit").distinct():
        found[user].add(unit)
    for user, unit in Conflict.objects.filter(member__round=round).values_list("member__user", "unit"):
        found[user].add(unit)
    return {user: frozenset(units) for user, units in found.items()}


def _barred(round: Round, seats: Mapping[int, Seat], units: Collection[JudgedUnit]) -> Mapping[int, Units]:
    bars = bars_of(round)
    return {
        pk: sum(1 << place for place, unit in enumerate(units) if unit.pk in bars.get(seat.user_id, ()))
        for pk, seat in seats.items()
    }


def _given(round: Round, units: Collection[JudgedUnit]) -> Mapping[int, Mapping[int, Units]]:
    everybody = (1 << len(units)) - 1
    of_block = masks((unit.block_id, place) for place, unit in enumerate(units))
    bit = {unit.pk: 1 << place for place, unit in enumerate(units)}
    found: defaultdict[int, defaultdict[int, Units]] = defaultdict(lambda: defaultdict(int))
    rows = Assignment.objects.filter(member__round=round, member__left_at=None)
    for seat, criterion, block, unit in rows.values_list("member", "criterion", "block", "unit"):
        scope = of_block[block] if block else bit.get(unit, 0) if unit else everybody
        found[criterion][seat] |= scope
    return found


def experts_of(coverage: Coverage, body: int | None = None) -> list[Seat]:
    """Who takes leaves: the experts, of one office where it is named; its head, or the leader, where there is none."""
    seats = [seat for seat in coverage.seats.values() if body is None or seat.body_id == body]
    for position in (Position.EXPERT, Position.OFFICE_HEAD, Position.LEADER):
        if found := [seat for seat in seats if seat.position == position]:
            return found
    return []
