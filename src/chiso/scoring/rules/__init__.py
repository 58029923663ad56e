"""The rules (cách chấm): one class per ``kind`` of the file, and the reading of a rule."""

from collections.abc import Callable

from chiso.scoring.fields import Fields
from chiso.scoring.rules.all_or_nothing import AllOrNothingRule
from chiso.scoring.rules.base import Input, InputKind, Limits, Outcome, Quotient, Rule, Unsettled
from chiso.scoring.rules.branch import BranchRule
from chiso.scoring.rules.change import ChangeRule
from chiso.scoring.rules.checklist import ChecklistRule
from chiso.scoring.rules.count import CountRule
from chiso.scoring.rules.deduct import DeductRule
from chiso.scoring.rules.formula import FormulaRule
from chiso.scoring.rules.info import InfoRule
from chiso.scoring.rules.judgement import JudgementRule
from chiso.scoring.rules.late import LateRule
from chiso.scoring.rules.levels import LevelsRule
from chiso.scoring.rules.ratio import RatioRule
from chiso.scoring.rules.relative import RelativeRule
from chiso.scoring.rules.survey import SurveyRule

__all__ = ["Input", "InputKind", "LateRule", "Limits", "Outcome", "Quotient", "Rule", "Unsettled", "read_rule"]

_READERS: dict[str, Callable[[Fields, Limits], Rule | None]] = {
    LevelsRule.kind: LevelsRule.read,
    ChecklistRule.kind: ChecklistRule.read,
    AllOrNothingRule.kind: AllOrNothingRule.read,
    RatioRule.kind: RatioRule.read,
    CountRule.kind: CountRule.read,
    DeductRule.kind: DeductRule.read,
    LateRule.kind: LateRule.read,
    ChangeRule.kind: ChangeRule.read,
    RelativeRule.kind: RelativeRule.read,
    FormulaRule.kind: FormulaRule.read,
    SurveyRule.kind: SurveyRule.read,
    JudgementRule.kind: JudgementRule.read,
    InfoRule.kind: InfoRule.read,
}


def read_rule(fields: Fields, limits: Limits) -> Rule | None:
    """Read the rule of a leaf; None when a fault was noted in ``fields``."""
    kind = fields.choice("kind", (*_READERS, BranchRule.kind))
    if kind is None:
        return None
    if kind == BranchRule.kind:
        rule: Rule | None = BranchRule.read(fields, limits, read_rule)
    else:
        rule = _READERS[kind](fields, limits)
    fields.close()
    return rule
