"""A balanced proposal of who appraises what (đề xuất phân công): pure, so that the same rows give the same proposal.

Only what nobody appraises yet is given out; what was assigned stays. A leaf goes to one person for all its units, so
that like is compared with like, and neighbouring leaves go to the same person. Where the set names the office that
appraises an area, its people take it. Who is barred from a unit is replaced there by whoever has the least to do.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from chiso.rounds.coverage import AppraisedLeaf, Coverage, Seat, Units, experts_of, leaves_under, places


@dataclass(frozen=True)
class Wish:
    """What shall be given out: leaves under these nodes (all when empty), to the people of one office or to all, for
    one block or for all."""

    codes: frozenset[str] = frozenset()
    body: int | None = None
    block: int | None = None


@dataclass(frozen=True)
class Load:
    """How much a person judges: leaves × units, and the most points of them."""

    judgements: int
    points: Decimal


@dataclass(frozen=True)
class Row:
    """An assignment to write: for all units, for a block, or for one unit."""

    seat: int
    criterion: int
    block: int | None = None
    unit: int | None = None


@dataclass(frozen=True)
class Proposal:
    """The rows to write, each person's load before and after, and what nobody can take."""

    rows: tuple[Row, ...]
    experts: tuple[Seat, ...]
    before: dict[int, Load]
    after: dict[int, Load]
    left: tuple[tuple[AppraisedLeaf, Units], ...]

    @property
    def digest(self) -> str:
        """Tells whether what was looked at is what would be written now."""
        return hashlib.sha256(repr(sorted(map(repr, self.rows))).encode()).hexdigest()[:16]


def propose(coverage: Coverage, wish: Wish) -> Proposal:
    """Give out what the wish names and nobody appraises: first one person for each leaf and unit, then the second."""
    sharing = _Sharing(coverage, wish)
    before = sharing.loads()
    for layer in (1, 2):
        for takers, leaves in sharing.groups():
            sharing.give_out(takers, [leaf for leaf in leaves if leaf.needs >= layer], layer)
    left = [(leaf, gap) for leaf in sharing.wished if (gap := sharing.lacking(leaf, leaf.needs))]
    return Proposal(tuple(sharing.rows), tuple(sharing.experts), before, sharing.loads(), tuple(left))


class _Sharing:
    """The assignments while they are given out: `held[criterion][seat]` are the units a person really appraises."""

    def __init__(self, coverage: Coverage, wish: Wish) -> None:
        self.coverage, self.wish = coverage, wish
        self.scope = coverage.everybody if wish.block is None else coverage.units_of_block.get(wish.block, 0)
        self.experts = experts_of(coverage, wish.body)
        codes = leaves_under({leaf.area.code: leaf.area for leaf in coverage.leaves}.values(), wish.codes)
        self.wished = [
            leaf for leaf in coverage.leaves if leaf.units & self.scope and (leaf.node.code in codes or not wish.codes)
        ]
        self.held = {leaf.criterion_id: coverage.covers(leaf) for leaf in coverage.leaves}
        self.rows: list[Row] = []
        judged = sum((leaf.units.bit_count() for leaf in coverage.leaves), 0)
        points = sum((_points(leaf, leaf.units) for leaf in coverage.leaves), Decimal(0))
        self._shares = (Fraction(1, judged or 1), Fraction(1) / Fraction(points or 1))
        self._weights: defaultdict[int, Fraction] = defaultdict(Fraction)
        for leaf in coverage.leaves:
            for seat, units in self.held[leaf.criterion_id].items():
                self._weights[seat] += self._weight(leaf, units)

    def loads(self) -> dict[int, Load]:
        found = {seat.pk: Load(0, Decimal(0)) for seat in self.experts}
        for leaf in self.coverage.leaves:
            for seat, units in self.held[leaf.criterion_id].items():
                if seat in found:
                    one = found[seat]
                    found[seat] = Load(one.judgements + units.bit_count(), one.points + _points(leaf, units))
        return found

    def lacking(self, leaf: AppraisedLeaf, people: int) -> Units:
        """The units of the wish in which fewer than so many people appraise the leaf."""
        once = twice = 0
        for units in self.held[leaf.criterion_id].values():
            twice |= once & units
            once |= units
        return leaf.units & self.scope & ~(once if people == 1 else twice)

    def groups(self) -> list[tuple[list[Seat], list[AppraisedLeaf]]]:
        """Leaves by who may take them, the people of the named offices first: nobody else is asked for theirs."""
        by_body: defaultdict[str, list[AppraisedLeaf]] = defaultdict(list)
        bodies = {seat.body_name for seat in self.experts}
        for leaf in self.wished:
            body = leaf.node.appraiser_body
            by_body[body if body in bodies else ""].append(leaf)
        named = sorted((body for body in by_body if body), key=lambda body: len(self._of(body)))
        return [(self._of(body), by_body[body]) for body in [*named, ""] if by_body.get(body)]

    def _of(self, body: str) -> list[Seat]:
        return [seat for seat in self.experts if not body or seat.body_name == body]

    def give_out(self, takers: list[Seat], leaves: list[AppraisedLeaf], layer: int) -> None:
        gaps = [(leaf, gap) for leaf in leaves if (gap := self.lacking(leaf, layer))]
        for seat, leaf, gap in self._in_runs(takers, gaps, layer):
            rest = gap
            if seat is not None:
                rest = self._take(seat, leaf, gap, whole=gap == leaf.units & self.scope)
            self._replace(takers, leaf, rest)

    def _in_runs(
        self, takers: list[Seat], gaps: Sequence[tuple[AppraisedLeaf, Units]], layer: int
    ) -> list[tuple[Seat | None, AppraisedLeaf, Units]]:
        """Cut the leaves, in their order, into one run for each person: as long as brings all to the same load."""
        if layer > 1:
            return [(None, leaf, gap) for leaf, gap in gaps]
        ends = _ends(
            [self._weights[seat.pk] for seat in takers], sum((self._weight(*gap) for gap in gaps), Fraction(0))
        )
        found: list[tuple[Seat | None, AppraisedLeaf, Units]] = []
        given = Fraction(0)
        for leaf, gap in gaps:
            weight = self._weight(leaf, gap)
            middle = given + weight / 2
            place = next((place for place, end in enumerate(ends) if middle <= end), len(takers) - 1)
            found.append((takers[place] if takers else None, leaf, gap))
            given += weight
        return found

    def _replace(self, takers: list[Seat], leaf: AppraisedLeaf, units: Units) -> None:
        """Give what is left of a leaf to those with the least to do who may take it, the fewest people possible."""
        others = [seat for seat in self.experts if seat not in takers]
        for group in (takers, others):
            while units:
                free = [seat for seat in group if self._may_take(seat, leaf, units)]
                if not free:
                    break
                best = min(free, key=lambda seat: self._rank(seat, leaf, units))
                units = self._take(best, leaf, units, whole=units == leaf.units & self.scope)

    def _rank(self, seat: Seat, leaf: AppraisedLeaf, units: Units) -> tuple[bool, Fraction, int]:
        """Whoever takes most of it comes before who takes a few; then whoever has the least to do."""
        takes_few = 2 * self._may_take(seat, leaf, units) < units.bit_count()
        return takes_few, self._weights[seat.pk], seat.pk

    def _may_take(self, seat: Seat, leaf: AppraisedLeaf, units: Units) -> int:
        """How many of the units this person may judge and does not judge yet."""
        held = self.held[leaf.criterion_id].get(seat.pk, 0)
        return (units & ~self.coverage.barred[seat.pk] & ~held).bit_count()

    def _take(self, seat: Seat, leaf: AppraisedLeaf, units: Units, *, whole: bool) -> Units:
        """Write that a person appraises the leaf of these units; answers those that remain."""
        held = self.held[leaf.criterion_id]
        taken = units & ~self.coverage.barred[seat.pk] & ~held.get(seat.pk, 0)
        if not taken:
            return units
        held[seat.pk] = held.get(seat.pk, 0) | taken
        self._weights[seat.pk] += self._weight(leaf, taken)
        if whole:
            self.rows.append(Row(seat.pk, leaf.criterion_id, self.wish.block))
        else:
            units_taken = (self.coverage.units[place].pk for place in places(taken))
            self.rows += [Row(seat.pk, leaf.criterion_id, None, unit) for unit in units_taken]
        return units & ~taken

    def _weight(self, leaf: AppraisedLeaf, units: Units) -> Fraction:
        """Judgements and points count alike: each as its share of the whole."""
        judgements, points = self._shares
        return units.bit_count() * judgements + Fraction(_points(leaf, units)) * points


def _points(leaf: AppraisedLeaf, units: Units) -> Decimal:
    return (leaf.node.max or Decimal(0)) * units.bit_count()


def _ends(loads: Collection[Fraction], work: Fraction) -> list[Fraction]:
    """Where each person's run ends, so that all come to the same load; who has more than that gets nothing."""
    level = Fraction(0)
    ordered = sorted(loads)
    for count in range(1, len(ordered) + 1):
        level = (work + sum(ordered[:count])) / count
        if count == len(ordered) or level <= ordered[count]:
            break
    ends: list[Fraction] = []
    rest = Fraction(0)
    for load in loads:
        rest += max(Fraction(0), level - load)
        ends.append(rest)
    return ends
