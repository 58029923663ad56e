"""Scoring one leaf (tiêu chí được chấm): facts → points, rounded once.

The order of decision: not applicable → the rule → ``decided``, which replaces the rule's result → no facts.
"""

from collections.abc import Iterable, Mapping

from chiso.scoring.model import Kind, Node, NotApplicable, Policy, State
from chiso.scoring.numbers import Exact, round_quotient, shorten
from chiso.scoring.problems import FactErrors
from chiso.scoring.rules import Outcome, Quotient, Rule, Unsettled
from chiso.scoring.rules.base import FactReader, Facts, parse_yes_no
from chiso.scoring.scores import LeafScore

NOT_APPLICABLE = "not_applicable"
DECIDED = "decided"


def score_leaf(node: Node, facts: Mapping[str, str], *, peers_best: Exact | None = None) -> LeafScore:
    """Score a leaf.

    Parameters
    ----------
    node : Node
        A leaf.
    facts : mapping of input to text
        As in the facts file: ``{"numerator": "1183", "denominator": "1250"}``; also ``decided`` and
        ``not_applicable``.
    peers_best : int or Fraction, optional
        For ``relative``: the best value > 0 among the units (`best_value`). Without it the leaf is ``scored`` with
        ``score`` None (`LeafScore.is_pending`): it is shown after the stage closes.

    Raises
    ------
    FactErrors
        With every fault of the facts.
    """
    rule = node.rule
    if rule is None:
        raise ValueError(f"{node.code} is not a leaf")
    if facts and node.input_names.issuperset(facts) and not node.is_info:
        plain = rule.outcome(facts, peers_best)
        if not isinstance(plain, Unsettled):
            units = _round(node, plain)
            grains = units * node.unit_grains
            return LeafScore(node, grains, node.max_grains, State.SCORED, facts, units, peers_best)
    reader = FactReader(facts)
    given = _rule_facts(node, reader)
    claimed = _read_claim(node, reader)
    decided = _read_decided(node, reader)
    outcome = _ask_rule(rule, given, reader, peers_best) if given and not claimed else None
    _refuse_undecided(node, outcome, reader)
    reader.finish()
    if node.is_info:
        return LeafScore(node, None, 0, State.EXCLUDED, facts)
    if claimed:
        return _not_applicable(node, facts, node.not_applicable)
    return _settle(node, facts, outcome, decided, peers_best)


def best_value(node: Node, facts: Mapping[str, str], of_all_units: Iterable[Mapping[str, str]]) -> Exact | None:
    """Find the value a relative leaf is compared with: the best one > 0 over all units.

    None for another rule, and when the unit's own value is absent or not above 0. Pass it as ``peers_best``.
    """
    if node.rule is None or not node.rule.compares:
        return None
    own = node.rule.compared(facts)
    if own is None:
        return None
    compared = [node.rule.compared(others) for others in of_all_units]
    values = [own[1], *(one[1] for one in compared if one is not None and one[0] == own[0])]
    return max(values) if own[0] == "max" else min(values)


def has_facts(facts: Mapping[str, str] | None) -> bool:
    """Whether there is a fact at all; ``not_applicable: no`` claims nothing and is none.

    >>> has_facts({"percent": "80"}), has_facts({"not_applicable": "no"}), has_facts(None)
    (True, False, False)
    """
    if not facts:
        return False
    return len(facts) > 1 or NOT_APPLICABLE not in facts or parse_yes_no(facts[NOT_APPLICABLE]) is not False


def score_without_facts(node: Node) -> LeafScore:
    """Score a leaf nobody gave facts for: missing in the base, 0 on bonus and penalty, excluded when info."""
    if node.is_info:
        return LeafScore(node, None, 0, State.EXCLUDED, {})
    if node.kind is Kind.BASE:
        return LeafScore(node, None, node.max_grains, State.MISSING, {})
    return LeafScore(node, 0, node.max_grains, State.SCORED, {})


def _rule_facts(node: Node, reader: FactReader) -> Facts:
    """The facts for the rule; others than ``decided`` and ``not_applicable`` are faults."""
    facts = reader.facts
    names = node.input_names
    if names.issuperset(facts):
        return facts
    given = {}
    for name, text in facts.items():
        if name in names:
            given[name] = text
        elif name not in {NOT_APPLICABLE, DECIDED}:
            reader.fault(name, f"Tiêu chí {node.code} không có số liệu tên “{shorten(name)}”.")
    return given


def _read_claim(node: Node, reader: FactReader) -> bool:
    if NOT_APPLICABLE not in reader.facts:
        return False
    claimed = reader.yes_no(NOT_APPLICABLE, "không áp dụng")
    if claimed and node.not_applicable is None:
        reader.fault(NOT_APPLICABLE, f"Tiêu chí {node.code} không cho phép khai “không áp dụng”.")
    if claimed and len(reader.facts) > 1:
        reader.fault(NOT_APPLICABLE, "Đã khai “không áp dụng” thì không nhập số liệu nào khác của tiêu chí này.")
    return bool(claimed)


def _read_decided(node: Node, reader: FactReader) -> int | None:
    """The points decided, rounded, in units of 10**-places."""
    if DECIDED not in reader.facts:
        return None
    low = None if node.is_penalty else 0
    points = reader.number(DECIDED, "điểm quyết định", low=low, high=node.limits.high)
    return None if points is None else _round(node, (points, 1))


def _ask_rule(rule: Rule, given: Facts, reader: FactReader, best: Exact | None) -> Outcome | None:
    try:
        return rule.outcome(given, best)
    except FactErrors as errors:
        reader.problems += errors.problems
        return None


def _refuse_undecided(node: Node, outcome: Outcome | None, reader: FactReader) -> None:
    """0 over 0 where neither the rule nor the leaf says what it means needs a person's decision."""
    if outcome is Unsettled.ASK_POLICY and node.not_applicable is None and DECIDED not in reader.facts:
        reader.fault(
            "denominator",
            f"Tử số và mẫu số đều bằng 0 mà tiêu chí {node.code} chưa quy định cách chấm; "
            "cần có quyết định của người chấm (nhập “decided”).",
        )


def _settle(node: Node, facts: Facts, outcome: Outcome | None, decided: int | None, best: Exact | None) -> LeafScore:
    computed = _round(node, outcome) if isinstance(outcome, tuple) else None
    points, state = (computed, State.SCORED) if decided is None else (decided, State.DECIDED)
    if points is not None:
        return LeafScore(node, points * node.unit_grains, node.max_grains, state, facts, computed, best)
    if outcome is Unsettled.PENDING:
        return LeafScore(node, None, node.max_grains, State.SCORED, facts)
    if outcome is Unsettled.REDUCE_MAX:
        return _not_applicable(node, facts, NotApplicable(Policy.REDUCE_MAX))
    if outcome is Unsettled.ASK_POLICY:
        return _not_applicable(node, facts, node.not_applicable)
    return score_without_facts(node)


def _not_applicable(node: Node, facts: Facts, how: NotApplicable | None) -> LeafScore:
    if how is not None and how.policy is Policy.FULL:
        full = node.max_units * node.unit_grains
        return LeafScore(node, full, node.max_grains, State.NOT_APPLICABLE, facts)
    if how is not None and how.policy is Policy.ZERO:
        return LeafScore(node, 0, node.max_grains, State.NOT_APPLICABLE, facts)
    is_hidden = how is not None and how.policy is Policy.EXCLUDE
    return LeafScore(node, None, 0, State.NOT_APPLICABLE, facts, is_hidden=is_hidden)


def _round(node: Node, points: Quotient) -> int:
    """Round once and clamp, in whole units; a maximum with more decimals than the set keeps is never passed.

    Rounding keeps the order, so that it makes no difference which of the two comes first.
    """
    units = round_quotient(points[0], points[1], node.precision.places)
    if units > node.max_units:
        return node.max_units
    return 0 if units < 0 and not node.is_penalty else units
