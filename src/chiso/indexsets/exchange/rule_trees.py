"""A rule (cách chấm) of the scoring core as the plain tree a YAML file would hold."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from chiso.scoring import Rule
from chiso.scoring.numbers import Exact, exact_decimal
from chiso.scoring.rules.all_or_nothing import AllOrNothingRule
from chiso.scoring.rules.branch import BranchRule
from chiso.scoring.rules.change import ChangeRule
from chiso.scoring.rules.checklist import ChecklistRule
from chiso.scoring.rules.count import CountRule
from chiso.scoring.rules.curves import Band, Curve, Linear, Target
from chiso.scoring.rules.deduct import DeductRule
from chiso.scoring.rules.formula import FormulaRule
from chiso.scoring.rules.info import InfoRule
from chiso.scoring.rules.judgement import JudgementRule
from chiso.scoring.rules.late import LateRule
from chiso.scoring.rules.levels import LevelsRule
from chiso.scoring.rules.ratio import RatioRule
from chiso.scoring.rules.relative import RelativeRule
from chiso.scoring.rules.survey import SurveyRule
from chiso.scoring.rules.thresholds import Steps

RuleTree = dict[str, Any]


def rule_tree(rule: Rule) -> RuleTree:
    """Give the plain tree of a rule; what equals a default of the format is left out."""
    return {"kind": rule.kind, **_WRITERS[type(rule)](rule)}


def number_text(number: Exact | Decimal) -> str:
    """Write a number exactly as the file holds it: decimal point, no exponent, no needless zeros.

    >>> number_text(Decimal("1E+2")), number_text(Decimal("0.50")), number_text(7)
    ('100', '0.5', '7')
    """
    decimal = number if isinstance(number, Decimal) else exact_decimal(number)
    text = f"{decimal:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _levels(rule: LevelsRule) -> RuleTree:
    levels = []
    for level in rule.levels:
        key = "points_up_to" if level.is_open else "points"
        levels.append({"name": level.name, key: number_text(level.points)})
    return {"levels": levels}


def _checklist(rule: ChecklistRule) -> RuleTree:
    return {"items": [{"name": item.name, "points": number_text(item.points)} for item in rule.items]}


def _all_or_nothing(rule: AllOrNothingRule) -> RuleTree:
    return {"conditions": list(rule.conditions), "points": number_text(rule.points)}


def _ratio(rule: RatioRule) -> RuleTree:
    tree: RuleTree = {"numerator": rule.numerator, "denominator": rule.denominator, "curve": _curve(rule.curve)}
    if rule.on_zero_denominator:
        tree["on_zero_denominator"] = rule.on_zero_denominator
    return tree


def _curve(curve: Curve) -> RuleTree:
    if isinstance(curve, Linear):
        return {"linear": True}
    if isinstance(curve, Target):
        return {"target": number_text(curve.target)}
    if isinstance(curve, Band):
        return {
            "full_from": number_text(curve.full_from),
            "proportional_from": number_text(curve.proportional_from),
        }
    return {"steps": _steps(curve.steps)}


def _steps(steps: Steps) -> list[RuleTree]:
    """The steps; ``else: 0`` is written out, so that a reader sees it."""
    rows: list[RuleTree] = [
        {"above" if one.is_open else "from": number_text(one.limit), "points": number_text(one.points)}
        for one in steps.thresholds
    ]
    return [*rows, {"else": number_text(steps.otherwise)}]


def _count(rule: CountRule) -> RuleTree:
    return {"unit": rule.unit, "steps": _steps(rule.steps)}


def _deduct(rule: DeductRule) -> RuleTree:
    tree: RuleTree = {"unit": rule.unit, "per": number_text(rule.per)}
    if rule.start != rule.limits.high:
        tree["start"] = number_text(rule.start)
    if rule.floor != 0:
        tree["floor"] = None if rule.floor is None else number_text(rule.floor)
    return tree


def _late(rule: LateRule) -> RuleTree:
    tiers: list[RuleTree] = [{"up_to_days": str(tier.days), "points": number_text(tier.points)} for tier in rule.tiers]
    if rule.after is not None:
        tiers.append({"per_day_after": str(rule.after.days), "points": number_text(rule.after.points)})
    tree: RuleTree = {"tiers": tiers}
    if rule.refuse_after is not None:
        tree["refuse_after_days"] = str(rule.refuse_after)
    return tree


def _change(rule: ChangeRule) -> RuleTree:
    return {"points": number_text(rule.points), "direction": rule.direction}


def _relative(rule: RelativeRule) -> RuleTree:
    return {"best": rule.best}


def _branch(rule: BranchRule) -> RuleTree:
    return {
        "question": rule.question,
        "when_true": rule_tree(rule.when_true),
        "when_false": rule_tree(rule.when_false),
    }


def _formula(rule: FormulaRule) -> RuleTree:
    inputs = {
        one.name: {"numerator": one.label, "denominator": one.denominator} if one.denominator else {"value": one.label}
        for one in rule.figures
    }
    return {"inputs": inputs, "expression": rule.expression.text}


def _survey(rule: SurveyRule) -> RuleTree:
    return {"respondents": list(rule.respondents)}


def _judgement(rule: JudgementRule) -> RuleTree:
    tree: RuleTree = {"step": number_text(rule.step)}
    if rule.minimum != 0:
        tree["minimum"] = number_text(rule.minimum)
    return tree


def _info(rule: InfoRule) -> RuleTree:
    return {}


_WRITERS: dict[type[Rule], Callable[[Any], RuleTree]] = {
    LevelsRule: _levels,
    ChecklistRule: _checklist,
    AllOrNothingRule: _all_or_nothing,
    RatioRule: _ratio,
    CountRule: _count,
    DeductRule: _deduct,
    LateRule: _late,
    ChangeRule: _change,
    RelativeRule: _relative,
    BranchRule: _branch,
    FormulaRule: _formula,
    SurveyRule: _survey,
    JudgementRule: _judgement,
    InfoRule: _info,
}
