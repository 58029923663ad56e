"""The calculation (diễn giải cách tính) of one leaf: facts, rule, working, rounding, result."""

from fractions import Fraction
from typing import TYPE_CHECKING

from chiso.scoring.model import Node, Policy, State
from chiso.scoring.numbers import decimal_of, parse_number, write_vietnamese
from chiso.scoring.rules.base import Input, InputKind, Outcome, Rule, Unsettled, divide, parse_yes_no
from chiso.scoring.steps import Step, StepKind

if TYPE_CHECKING:
    from chiso.scoring.scores import LeafScore

_POLICY_TEXT = {
    Policy.REDUCE_MAX: "giảm trừ điểm tối đa tương ứng",
    Policy.FULL: "đạt điểm tối đa",
    Policy.ZERO: "0 điểm, giữ nguyên điểm tối đa",
    Policy.EXCLUDE: "giảm trừ điểm tối đa tương ứng và không tính vào bình quân giữa các đơn vị",
}
_COMMON = (
    Input("not_applicable", "Không áp dụng", InputKind.YES_NO),
    Input("decided", "Điểm quyết định", InputKind.SCORE),
)


def explain_leaf(score: "LeafScore") -> tuple[Step, ...]:
    """Show how a leaf came to its points, from the facts to the rounded result."""
    rule = score.node.rule
    steps = _facts(score)
    steps += [Step(StepKind.RULE, "Cách chấm", rule.describe()), *_working(score, rule)] if rule else []
    steps.append(Step(StepKind.RESULT, "Điểm đạt được", result_text(score), score.code))
    return tuple(steps)


def result_text(score: "LeafScore") -> str:
    """Write the result as ``5,66/6``, or say why there is none."""
    if score.state is State.EXCLUDED:
        return "Không tính điểm"
    if score.state is State.MISSING:
        return f"Chưa có số liệu: tính 0/{maximum_text(score.node)} điểm"
    if score.is_pending:
        return "Chưa hiển thị: chờ kết thúc giai đoạn"
    if score.grains is None:
        return f"Không áp dụng: giảm trừ {maximum_text(score.node)} điểm tối đa"
    shown = write_vietnamese(score.points, score.node.precision.places)
    return f"{shown} điểm" if score.node.is_penalty else f"{shown}/{maximum_text(score.node)} điểm"


def maximum_text(node: Node) -> str:
    """Write the maximum of a node, or a dash."""
    return "—" if node.max is None else write_vietnamese(node.max)


def _facts(score: "LeafScore") -> list[Step]:
    """Show every fact under the label of its input; of a branch, the inputs of the side that holds."""
    rule = score.node.rule
    side = "yes" if parse_yes_no(score.facts.get("condition", "")) else "no"
    inputs = (*_COMMON, *(one for one in rule.inputs if one.when in {"", side})) if rule else ()
    by_name = {one.name: one for one in inputs}
    return [
        Step(StepKind.FACT, by_name[name].label, _fact_text(text, by_name[name]), score.code)
        for name, text in score.facts.items()
    ]


def _fact_text(text: str, given: Input) -> str:
    if given.kind is InputKind.ITEMS:
        return text.strip()
    if given.kind is InputKind.LEVEL:
        return dict(given.choices)[str(parse_number(text))]
    if given.kind is InputKind.YES_NO:
        return "có" if parse_yes_no(text) else "không"
    return write_vietnamese(parse_number(text))


def _working(score: "LeafScore", rule: Rule) -> list[Step]:
    if score.state is State.NOT_APPLICABLE:
        return [Step(StepKind.NOTE, "Không áp dụng", _why_not_applicable(score))]
    steps: list[Step] = []
    places = score.node.precision.places
    given = {name: text for name, text in score.facts.items() if name in score.node.input_names}
    if given and score.state is not State.EXCLUDED:
        steps += rule.explain(given, score.best)
    if score.computed_units is not None:
        steps.append(_before_rounding(score, rule.outcome(given, score.best)))
        shown = write_vietnamese(decimal_of(score.computed_units, places), places)
        steps.append(Step(StepKind.ROUNDING, f"Làm tròn {places} chữ số thập phân", f"{shown} điểm"))
    if score.state is State.DECIDED:
        text = "Điểm do người có thẩm quyền quyết định thay cho kết quả của cách chấm"
        steps.append(Step(StepKind.NOTE, "Điểm quyết định", text))
    return steps


def _before_rounding(score: "LeafScore", outcome: Outcome) -> Step:
    exact = Fraction(0) if isinstance(outcome, Unsettled) else divide(*score.node.limits.clamp(outcome))
    return Step(StepKind.WORKING, "Điểm trước khi làm tròn", f"{write_vietnamese(exact)} điểm")


def _why_not_applicable(score: "LeafScore") -> str:
    """Say which policy was applied: the one the points themselves show."""
    how = score.node.not_applicable
    if score.is_hidden:
        policy = Policy.EXCLUDE
    elif score.grains is None:
        policy = Policy.REDUCE_MAX
    else:
        policy = Policy.ZERO if how is None else how.policy
    when = f"{how.when}: " if how is not None and how.when else ""
    return when + _POLICY_TEXT[policy]
