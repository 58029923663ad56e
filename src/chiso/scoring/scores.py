"""The results of scoring as frozen values: of a node, of a leaf, of a unit, of a round."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from chiso.scoring.leaf_calculation import explain_leaf
from chiso.scoring.model import IndexSet, Node, State
from chiso.scoring.numbers import Exact, decimal_of, round_quotient
from chiso.scoring.steps import Step


@dataclass(frozen=True, slots=True)
class LeafPoints:
    """A leaf score as it was stored: all that a total needs. ``score`` None counts as 0 points."""

    score: Decimal | None
    effective_max: Decimal
    state: State


@dataclass(frozen=True, slots=True)
class NodeScore:
    """The points of one node for one unit; integers count grains, that is units of 10**-node.precision.grain.

    ``grains`` is None when nothing was scored: a missing leaf, one that is left out of the effective maximum, or
    a relative leaf whose comparison is not known yet. Such a leaf counts as 0 points. A parent always has points.
    """

    node: Node
    grains: int | None
    effective_grains: int
    state: State

    @property
    def code(self) -> str:
        """The code (mã) of the node."""
        return self.node.code

    @property
    def score(self) -> Decimal | None:
        """The points, with the decimals of the set; None = not scored, 0 = scored zero."""
        return None if self.grains is None else self.points

    @property
    def points(self) -> Decimal:
        """The points counted in sums: ``score``, or 0 where there is none."""
        precision = self.node.precision
        units = round_quotient(self.grains or 0, 10 ** (precision.grain - precision.places), 0)
        return decimal_of(units, precision.places)

    @property
    def max(self) -> Decimal | None:
        """The maximum written in the set."""
        return self.node.max

    @property
    def effective_max(self) -> Decimal:
        """The maximum that counts for this unit (điểm tối đa có hiệu lực)."""
        return decimal_of(self.effective_grains, self.node.precision.grain)

    @property
    def percent(self) -> Decimal | None:
        """Points / effective maximum × 100, rounded; None over an effective maximum of 0."""
        if not self.effective_grains:
            return None
        places = self.node.precision.places
        return decimal_of(round_quotient((self.grains or 0) * 100, self.effective_grains, places), places)


@dataclass(frozen=True, slots=True)
class LeafScore(NodeScore):
    """The score of a leaf with the facts behind it.

    ``computed_units`` is what the rule alone gives, in units of 10**-places: None without facts for the rule.
    ``is_hidden`` marks a leaf that stays out of averages across units.
    """

    facts: Mapping[str, str]
    computed_units: int | None = None
    best: Exact | None = None
    is_hidden: bool = False

    @property
    def computed(self) -> Decimal | None:
        """What the rule alone gives, rounded, before ``decided``."""
        if self.computed_units is None:
            return None
        return decimal_of(self.computed_units, self.node.precision.places)

    @property
    def is_pending(self) -> bool:
        """Whether a relative leaf waits for the values of the other units."""
        return self.state is State.SCORED and self.grains is None

    @property
    def steps(self) -> tuple[Step, ...]:
        """The calculation (diễn giải cách tính) of the leaf, worked out when asked for."""
        return explain_leaf(self)


@dataclass(frozen=True, slots=True)
class UnitScore:
    """The scores of one unit: every node in tree order, and the total; integers count grains.

    ``exact_total`` is clamped and not rounded, None when E = 0. ``state`` is ``missing`` when a leaf is missing,
    else ``scored``. ``bonus`` and ``penalty`` are what is added and taken after the caps, both ≥ 0.
    """

    index_set: IndexSet
    nodes: tuple[NodeScore, ...]
    base_grains: int
    maximum_grains: int
    bonus_grains: int
    penalty_grains: int
    exact_total: Fraction | None
    state: State

    @property
    def base_points(self) -> Decimal:
        """P, the sum of the base leaves' points."""
        return decimal_of(self.base_grains, self.index_set.precision.grain)

    @property
    def base_max_effective(self) -> Decimal:
        """E, the sum of the base leaves' effective maxima."""
        return decimal_of(self.maximum_grains, self.index_set.precision.grain)

    @property
    def bonus(self) -> Decimal:
        """The points the bonus areas (điểm thưởng) add, each capped."""
        return decimal_of(self.bonus_grains, self.index_set.precision.grain)

    @property
    def penalty(self) -> Decimal:
        """The points the penalty areas (điểm trừ) take, each capped; ≥ 0."""
        return decimal_of(self.penalty_grains, self.index_set.precision.grain)

    @property
    def exact_base(self) -> Fraction | None:
        """P / E × scale, not rounded; None when E = 0."""
        if not self.maximum_grains:
            return None
        return Fraction(self.base_grains, self.maximum_grains) * Fraction(self.index_set.scale)

    @property
    def total(self) -> Decimal | None:
        """The total, rounded once after the clamp; None when E = 0."""
        if self.exact_total is None:
            return None
        places = self.index_set.places
        return decimal_of(round_quotient(self.exact_total, 1, places), places)

    @property
    def leaves(self) -> tuple[NodeScore, ...]:
        """The scores of the leaves, in tree order."""
        return tuple(one for one in self.nodes if one.node.rule is not None)

    @property
    def areas(self) -> tuple[NodeScore, ...]:
        """The scores of the areas."""
        return tuple(one for one in self.nodes if one.node.depth == 0)

    @property
    def by_code(self) -> dict[str, NodeScore]:
        """The scores by code."""
        return {one.node.code: one for one in self.nodes}

    @property
    def missing(self) -> tuple[str, ...]:
        """The codes of the leaves without facts."""
        return tuple(one.code for one in self.leaves if one.state is State.MISSING)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a unit stands: its rank (xếp hạng) and its grade (xếp loại), empty when it has none."""

    rank: int | None = None
    grade: str = ""


@dataclass(frozen=True, slots=True)
class RoundScore:
    """The scores and standings of all units of a round, in the order in which the units were given."""

    index_set: IndexSet
    survey_run: bool
    units: Mapping[str, UnitScore]
    standings: Mapping[str, Standing]
