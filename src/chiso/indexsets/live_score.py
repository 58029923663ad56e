"""The score of an answer as the page shows it while people type, with what was understood."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from chiso.common.numbers import NONE_SIGN, format_max, format_points
from chiso.indexsets.answers import Answer
from chiso.scoring import FactErrors, LeafScore, Node, Policy, StepKind, score_leaf


@dataclass(frozen=True)
class LiveScore:
    """The box of `components/calculation.html`: the working, the points out of the maximum, or what is wrong."""

    expression: str = ""
    score: str = ""
    max: str = ""
    error: str = ""


def live_score(node: Node, answer: Answer) -> LiveScore:
    """Score an answer without keeping it."""
    facts = dict(answer.facts)
    if answer.not_applicable:
        facts = {"not_applicable": "yes"}
    if not facts:
        return LiveScore(_("Nhập số liệu để tính điểm"), NONE_SIGN, maximum(node))
    try:
        outcome = score_leaf(node, facts)
    except FactErrors as errors:
        problem = errors.problems[0]
        return LiveScore(error=problem.message.replace(f" ({problem.input})", ""))
    return shown(outcome, answer.decided)


def shown(outcome: LeafScore, decided: Decimal | None = None) -> LiveScore:
    """A score with its working; a lower self score replaces what the rule gives."""
    node = outcome.node
    if answer_is_left_out(outcome):
        return LiveScore(effect_of_not_applicable(node), NONE_SIGN)
    expression = _working(outcome)
    points = outcome.score
    if decided is not None:
        expression = " · ".join(filter(None, [expression, _("tự chấm thấp hơn cách chấm")]))
        points = decided
    return LiveScore(expression, format_points(points, node.precision.places), maximum(node))


def answer_is_left_out(outcome: LeafScore) -> bool:
    return outcome.state == "not_applicable" and outcome.score is None


def _working(outcome: LeafScore) -> str:
    if outcome.is_pending:
        return _("Điểm được hiển thị sau khi kết thúc giai đoạn")
    if outcome.state == "not_applicable":
        return effect_of_not_applicable(outcome.node)
    rule = outcome.node.rule.describe() if outcome.node.rule else ""
    # The rule itself stands above the box: only what is new is worth a line.
    steps = [
        step.text
        for step in outcome.steps
        if step.kind == StepKind.WORKING and step.text.rpartition(" → ")[2] not in rule
    ]
    return " → ".join(steps) or _("Theo nội dung đã chọn")


def maximum(node: Node) -> str:
    return "" if node.max is None or node.is_penalty else format_max(node.max)


def effect_of_not_applicable(node: Node) -> str:
    """Say what claiming “not applicable” does to the unit's points."""
    most = maximum(node)
    policy = node.not_applicable.policy if node.not_applicable else Policy.REDUCE_MAX
    if policy == Policy.FULL:
        return _("Không áp dụng: được tính đủ %(max)s điểm.") % {"max": most}
    if policy == Policy.ZERO:
        return _("Không áp dụng: 0 điểm, giữ nguyên điểm tối đa.")
    return _("Không áp dụng: tổng điểm tối đa của đơn vị giảm %(max)s điểm.") % {"max": most}
