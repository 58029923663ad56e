"""The index set (bộ chỉ số) as frozen values: what was read from the file, and its tree.

Points are `Decimal` here; the scoring modules turn them into exact integers and Fractions.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from chiso.scoring.numbers import simplify
from chiso.scoring.problems import Problem
from chiso.scoring.rules.base import Limits, Rule


class Kind(StrEnum):
    """What the points of an area (lĩnh vực) do: base, bonus (điểm thưởng), penalty (điểm trừ)."""

    BASE = "base"
    BONUS = "bonus"
    PENALTY = "penalty"


class Method(StrEnum):
    """Where the facts of a leaf come from."""

    SELF = "self"
    SURVEY = "survey"
    OFFICIAL = "official"
    INFO = "info"


class Policy(StrEnum):
    """What happens to a leaf that does not apply to a unit (không áp dụng)."""

    REDUCE_MAX = "reduce_max"
    FULL = "full"
    ZERO = "zero"
    EXCLUDE = "exclude"


class State(StrEnum):
    """How a leaf, a node or a total came about."""

    SCORED = "scored"
    DECIDED = "decided"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """The policy for a leaf that does not apply, and the words saying when a unit may claim it."""

    policy: Policy
    when: str = ""


@dataclass(frozen=True, slots=True)
class Precision:
    """``places``: decimals of a score; ``grain``: decimals in which points are counted as integers (≥ places)."""

    places: int
    grain: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """How units are ranked (xếp hạng): ``by`` rounded or exact, ``ties`` competition or dense."""

    by: str = "rounded"
    ties: str = "competition"
    tie_breakers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade (xếp loại) and the lowest total that earns it."""

    name: str
    min: Decimal


@dataclass(frozen=True, slots=True)
class Node:
    """One node of the tree: area (lĩnh vực), criterion (tiêu chí) or component (tiêu chí thành phần).

    A node with a ``rule`` is a leaf. ``kind`` is that of its area; ``owner`` and ``appraiser_body`` are inherited
    from the parent when absent. ``max`` is None where the file leaves it out; a parent that leaves it out gets
    the sum of its children's when all of them have one. ``depth`` is 0 for an area. Derived: ``max_grains``
    (the maximum in grains, 0 where there is none), ``max_units`` (the most points in units of 10**-places, cut),
    ``unit_grains`` (grains in such a unit), ``limits`` of the points, ``input_names`` of the rule.
    """

    code: str
    name: str
    max: Decimal | None
    kind: Kind
    precision: Precision
    cap: Decimal | None = None
    owner: str = ""
    appraiser_body: str = ""
    official_source: str = ""
    method: Method = Method.SELF
    as_of: str = ""
    guidance: str = ""
    basis: str = ""
    evidence: tuple[str, ...] = ()
    not_applicable: NotApplicable | None = None
    rule: Rule | None = None
    children: tuple["Node", ...] = ()
    parent_code: str | None = None
    depth: int = 0
    max_grains: int = field(init=False, compare=False, repr=False)
    max_units: int = field(init=False, compare=False, repr=False)
    unit_grains: int = field(init=False, compare=False, repr=False)
    limits: Limits = field(init=False, compare=False, repr=False)
    input_names: frozenset[str] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        high = self.max or Decimal(0)
        names = frozenset(one.name for one in self.rule.inputs) if self.rule else frozenset[str]()
        limits = Limits(0, is_penalty=True) if self.is_penalty else Limits(simplify(Fraction(high)))
        object.__setattr__(self, "max_grains", int(Fraction(high) * 10**self.precision.grain))
        object.__setattr__(self, "max_units", int(Fraction(limits.high) * 10**self.precision.places))
        object.__setattr__(self, "unit_grains", 10 ** (self.precision.grain - self.precision.places))
        object.__setattr__(self, "limits", limits)
        object.__setattr__(self, "input_names", names)

    @property
    def is_leaf(self) -> bool:
        """Whether the node carries a rule; only such nodes are scored."""
        return self.rule is not None

    @property
    def is_base(self) -> bool:
        """Whether the points count towards the base."""
        return self.kind is Kind.BASE

    @property
    def is_bonus(self) -> bool:
        """Whether the points are added on top (điểm thưởng)."""
        return self.kind is Kind.BONUS

    @property
    def is_penalty(self) -> bool:
        """Whether the points are taken off (điểm trừ); they are ≤ 0."""
        return self.kind is Kind.PENALTY

    @property
    def is_info(self) -> bool:
        """Whether the leaf is shown but never scored, by its method or by its rule."""
        return self.rule is not None and (self.method is Method.INFO or self.rule.kind == "info")

    @property
    def is_survey(self) -> bool:
        """Whether the leaf is filled by a survey (điều tra xã hội học), by its method or by its rule."""
        return self.rule is not None and (self.method is Method.SURVEY or self.rule.kind == "survey")

    @property
    def is_final_after_year_end(self) -> bool:
        """Whether the figure is not final when self-scored and may be updated in the supplement."""
        return self.as_of == "year_end"

    def walk(self) -> Iterator["Node"]:
        """Yield the node and everything below it in tree order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class IndexSet:
    """One index set (bộ chỉ số) of one year for one group of units.

    ``nodes`` and ``leaves`` are in tree order (a parent before its children). ``warnings`` are faults that do not
    stop scoring. For the arithmetic: ``spans`` gives every node with the half-open range of the leaves below it,
    ``area_places`` the places of the areas in ``nodes``, ``one_point`` the grains in a point.
    """

    id: str
    name: str
    year: int
    version: int
    status: str
    areas: tuple[Node, ...]
    scale: Decimal
    precision: Precision
    source: str = ""
    note: str = ""
    applies_to: tuple[str, ...] = ()
    total_minimum: Decimal = Decimal(0)
    total_maximum: Decimal | None = None
    ranking: Ranking = Ranking()
    survey_absent: str = "zero"
    grades: tuple[Grade, ...] = ()
    warnings: tuple[Problem, ...] = ()
    nodes: tuple[Node, ...] = field(init=False, compare=False, repr=False)
    leaves: tuple[Node, ...] = field(init=False, compare=False, repr=False)
    by_code: Mapping[str, Node] = field(init=False, compare=False, repr=False)
    spans: tuple[tuple[Node, int, int], ...] = field(init=False, compare=False, repr=False)
    area_places: tuple[int, ...] = field(init=False, compare=False, repr=False)
    exact_scale: Fraction = field(init=False, compare=False, repr=False)
    exact_range: tuple[Fraction, Fraction | None] = field(init=False, compare=False, repr=False)
    one_point: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        nodes = tuple(node for area in self.areas for node in area.walk())
        leaves = tuple(node for node in nodes if node.is_leaf)
        object.__setattr__(self, "nodes", nodes)
        object.__setattr__(self, "leaves", leaves)
        object.__setattr__(self, "by_code", {node.code: node for node in nodes})
        object.__setattr__(self, "spans", _spans(nodes))
        areas = tuple(place for place, node in enumerate(nodes) if node.depth == 0)
        object.__setattr__(self, "area_places", areas)
        object.__setattr__(self, "exact_scale", Fraction(self.scale))
        highest = None if self.total_maximum is None else Fraction(self.total_maximum)
        object.__setattr__(self, "exact_range", (Fraction(self.total_minimum), highest))
        object.__setattr__(self, "one_point", 10**self.precision.grain)

    @property
    def places(self) -> int:
        """Decimals of every score."""
        return self.precision.places

    def node(self, code: str) -> Node:
        """Find a node by its code; KeyError when there is none."""
        return self.by_code[code]


def _spans(nodes: tuple[Node, ...]) -> tuple[tuple[Node, int, int], ...]:
    """Every node with the range [start, end) of the leaves below it; leaves of a node stand together."""
    spans = []
    start = 0
    for node in nodes:
        spans.append((node, start, start + sum(below.is_leaf for below in node.walk())))
        start += node.is_leaf
    return tuple(spans)
