"""From leaves to the total of a unit, and from units to the round.

With E the sum of the base leaves' effective maxima and P the sum of their scores::

    base  = P / E × scale
    total = clamp(base + Σ min(bonus area, its cap) − Σ min(|penalty area|, its cap), minimum, maximum)

Sums are integers counted in grains; the total is an exact Fraction, rounded once after the clamp.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from chiso.scoring.leaf import has_facts, score_leaf, score_without_facts
from chiso.scoring.model import IndexSet, Node, State
from chiso.scoring.numbers import Exact, shorten
from chiso.scoring.problems import FactErrors, FactProblem
from chiso.scoring.ranking import rank
from chiso.scoring.scores import LeafPoints, LeafScore, NodeScore, RoundScore, UnitScore

UnitFacts = Mapping[str, Mapping[str, str]]
"""The facts of one unit: code of the leaf → input → text."""


def roll_up(index_set: IndexSet, leaf_scores: Mapping[str, LeafPoints], *, survey_run: bool) -> UnitScore:
    """Total leaves that are already scored, for example those stored by the web application.

    Parameters
    ----------
    index_set : IndexSet
    leaf_scores : mapping of code to LeafPoints
        A leaf that is left out counts as a leaf without facts.
    survey_run : bool
        Whether any unit has a fact for a survey leaf; see `survey_was_run`. Where none has, the survey leaves that
        are stored as missing follow ``survey_absent``.

    Raises
    ------
    KeyError
        When a code is not a leaf of the set.
    """
    leaves: list[NodeScore] = []
    found = 0
    for node in index_set.leaves:
        stored = leaf_scores.get(node.code)
        if stored is None:
            leaves.append(_without_facts(index_set, node, survey_run=survey_run))
            continue
        found += 1
        if stored.state is State.MISSING and node.is_survey and not survey_run:
            leaves.append(_without_facts(index_set, node, survey_run=survey_run))
        else:
            leaves.append(_stored(node, stored))
    if found < len(leaf_scores):
        codes = {node.code for node in index_set.leaves}
        raise KeyError(next(code for code in leaf_scores if code not in codes))
    return _add_up(index_set, leaves)


def score_unit(index_set: IndexSet, facts: UnitFacts, *, survey_run: bool) -> UnitScore:
    """Score all leaves of one unit and total them; relative leaves stay pending and count 0 points.

    Raises
    ------
    FactErrors
        With every fault of every leaf; each problem carries its ``code``.
    """
    scorer = _Scorer(index_set, survey_run=survey_run, best={})
    unit = scorer.score(facts)
    if scorer.problems:
        raise FactErrors(tuple(scorer.problems))
    return unit


def score_round(index_set: IndexSet, facts: Mapping[str, UnitFacts]) -> RoundScore:
    """Score all units of a round, compare them where a rule does so, rank and grade them.

    Parameters
    ----------
    index_set : IndexSet
    facts : mapping of unit to its facts
        Units that are ranked against each other (khối).

    Raises
    ------
    FactErrors
        With every fault of every unit; each problem carries its ``unit`` and ``code``.
    """
    survey_run = survey_was_run(index_set, facts.values())
    scorer = _Scorer(index_set, survey_run=survey_run, best=_best_values(index_set, facts.values()))
    units: dict[str, UnitScore] = {}
    for unit, unit_facts in facts.items():
        scorer.unit = unit
        units[unit] = scorer.score(unit_facts)
    if scorer.problems:
        raise FactErrors(tuple(scorer.problems))
    return RoundScore(index_set, survey_run, units, rank(index_set, units))


def survey_was_run(index_set: IndexSet, all_facts: Iterable[UnitFacts]) -> bool:
    """Whether any survey leaf of any unit has a fact."""
    codes = [node.code for node in index_set.leaves if node.is_survey]
    return any(has_facts(facts.get(code)) for facts in all_facts for code in codes)


class _Scorer:
    """Scores units; leaves with the same facts are scored once."""

    def __init__(self, index_set: IndexSet, *, survey_run: bool, best: Mapping[tuple[str, str], Exact]) -> None:
        self.index_set = index_set
        self.best = best
        self.problems: list[FactProblem] = []
        self.unit = ""
        self.codes = frozenset(node.code for node in index_set.leaves)
        self.slots: list[tuple[Node, NodeScore, dict[tuple[tuple[str, str], ...], NodeScore]]] = [
            (node, _without_facts(index_set, node, survey_run=survey_run), {}) for node in index_set.leaves
        ]

    def score(self, facts: UnitFacts) -> UnitScore:
        if not self.codes.issuperset(facts):
            self.problems += [self._unknown(code) for code in facts if code not in self.codes]
        leaves: list[NodeScore] = []
        for node, empty, known in self.slots:
            leaf_facts = facts.get(node.code)
            if leaf_facts is None:
                leaves.append(empty)
                continue
            key = tuple(leaf_facts.items())
            score = known.get(key)
            if score is None:
                score = self._score(node, leaf_facts, empty)
                if score is not None:
                    known[key] = score
            leaves.append(score or empty)
        return _add_up(self.index_set, leaves)

    def _score(self, node: Node, facts: Mapping[str, str], empty: NodeScore) -> NodeScore | None:
        try:
            if not has_facts(facts):
                return empty
            return score_leaf(node, facts, peers_best=self._best(node, facts))
        except FactErrors as errors:
            self.problems += [replace(one, code=node.code, unit=self.unit) for one in errors.problems]
            return None

    def _best(self, node: Node, facts: Mapping[str, str]) -> Exact | None:
        if node.rule is None or not node.rule.compares:
            return None
        own = _compared(node, facts)
        return None if own is None else self.best.get((node.code, own[0]))

    def _unknown(self, code: str) -> FactProblem:
        message = f"Bộ chỉ số không có tiêu chí được chấm mang mã “{shorten(code)}”."
        return FactProblem("", message, code, self.unit)


def _best_values(index_set: IndexSet, all_facts: Iterable[UnitFacts]) -> dict[tuple[str, str], Exact]:
    """For every relative leaf and direction, the best value > 0 over all units."""
    best: dict[tuple[str, str], Exact] = {}
    nodes = [node for node in index_set.leaves if node.rule is not None and node.rule.compares]
    for facts in all_facts if nodes else ():
        for node in nodes:
            own = _compared(node, facts.get(node.code))
            if own is not None:
                key = (node.code, own[0])
                choose = max if own[0] == "max" else min
                best[key] = choose(best.get(key, own[1]), own[1])
    return best


def _compared(node: Node, facts: Mapping[str, str] | None) -> tuple[str, Exact] | None:
    if node.rule is None or not facts:
        return None
    try:
        return node.rule.compared(facts)
    except FactErrors:
        return None


def _without_facts(index_set: IndexSet, node: Node, *, survey_run: bool) -> LeafScore:
    """A leaf nobody gave facts for; where no survey was run, ``survey_absent`` decides on survey leaves."""
    if node.is_info or not node.is_survey or survey_run:
        return score_without_facts(node)
    if index_set.survey_absent == "rescale":
        return LeafScore(node, None, 0, State.EXCLUDED, {})
    return LeafScore(node, 0, node.max_grains, State.SCORED, {})


def _stored(node: Node, stored: LeafPoints) -> NodeScore:
    point = 10**node.precision.grain
    grains = None if stored.score is None else int(stored.score * point)
    most = node.max_grains if stored.effective_max == node.max else int(stored.effective_max * point)
    return NodeScore(node, grains, most, State(stored.state))


def _add_up(index_set: IndexSet, leaves: Sequence[NodeScore]) -> UnitScore:
    points = [leaf.grains or 0 for leaf in leaves]
    maxima = [leaf.effective_grains for leaf in leaves]
    missing = [leaf.state is State.MISSING for leaf in leaves]
    nodes: list[NodeScore] = []
    for node, start, end in index_set.spans:
        if node.rule is not None:
            nodes.append(leaves[start])
        else:
            state = State.MISSING if True in missing[start:end] else State.SCORED
            nodes.append(NodeScore(node, sum(points[start:end]), sum(maxima[start:end]), state))
    return _total(index_set, tuple(nodes), State.MISSING if True in missing else State.SCORED)


def _total(index_set: IndexSet, nodes: tuple[NodeScore, ...], state: State) -> UnitScore:
    base = maximum = bonus = penalty = 0
    for place in index_set.area_places:
        one = nodes[place]
        points = one.grains or 0
        if one.node.is_base:
            base += points
            maximum += one.effective_grains
        elif one.node.is_bonus:
            bonus += _capped(one.node, points)
        else:
            penalty += _capped(one.node, -points)
    exact = _exact_total(index_set, base, maximum, bonus - penalty) if maximum else None
    return UnitScore(index_set, nodes, base, maximum, bonus, penalty, exact, state)


def _exact_total(index_set: IndexSet, base: int, maximum: int, extra: int) -> Fraction:
    """base / maximum × scale + extra, as one Fraction, then clamped."""
    scale, grain = index_set.exact_scale, index_set.one_point
    numerator = base * scale.numerator * grain + extra * maximum * scale.denominator
    total = Fraction(numerator, maximum * scale.denominator * grain)
    lowest, highest = index_set.exact_range
    if total < lowest:
        return lowest
    return highest if highest is not None and total > highest else total


def _capped(node: Node, grains: int) -> int:
    return grains if node.cap is None else min(grains, int(node.cap.scaleb(node.precision.grain)))


def points_of(score: LeafScore) -> LeafPoints:
    """What to store of a leaf score so that `roll_up` can total it again."""
    return LeafPoints(score.score, score.effective_max, score.state)
