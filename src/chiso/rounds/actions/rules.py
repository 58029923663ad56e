"""The rules of a round that its coordinator sets (quy định của đợt): what units hand in, how team and council judge."""

import dataclasses
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.audit.actions import action, changed
from chiso.common.dates import format_date
from chiso.common.numbers import format_number
from chiso.common.refusals import RuleViolation
from chiso.indexsets.models import Criterion
from chiso.notices.sending import send
from chiso.organizations.models import User
from chiso.rounds import policy
from chiso.rounds.choices import MajorityRule, StageKey
from chiso.rounds.evidence_window import MOST_MONTHS_BEFORE, evidence_window
from chiso.rounds.holding import hold, read_again
from chiso.rounds.models import Round

MOST_STEP = Decimal(100)
_ORDER = list(StageKey)
_BEFORE_APPRAISAL = frozenset(_ORDER[: _ORDER.index(StageKey.APPRAISAL)])
_BEFORE_COUNCIL = frozenset(_ORDER[: _ORDER.index(StageKey.COUNCIL)])


@dataclass(frozen=True)
class JudgingRules:
    """How team and council judge, by the names of the round's fields."""

    independent_codes: Collection[str]
    independent_step: Decimal
    majority: str
    chair_casts: bool
    large_cut_percent: int


@action("round.set_rules", gettext_noop("Đặt quy định của đợt đánh giá"), allowed=policy.can_coordinate)
def set_rules(
    round: Round,
    by: User,
    at: datetime,
    *,
    report_required: bool,
    evidence_months_before: int,
    moves_by_clock: bool | None = None,
) -> Round:
    """Say what units must hand in (a signed report or not, how old a document may be), and whether stages move by the
    clock. Units are told of what concerns them.

    What was handed in before keeps the rules it was handed in under; the clock may be set until the publication.
    """
    hold(round)
    rules = {"report_required": report_required, "evidence_months_before": evidence_months_before}
    if moves_by_clock is not None:
        rules["moves_by_clock"] = moves_by_clock
    read_again(round, *rules)
    before = {name: getattr(round, name) for name in rules}
    different = [name for name in rules if rules[name] != before[name]]
    if not different:
        raise RuleViolation(_("Quy định không có gì thay đổi."))
    is_of_papers = different != ["moves_by_clock"]
    if is_of_papers:
        require_rules_open(round)
    elif round.stage == StageKey.PUBLISHED:
        raise RuleViolation(_("Kết quả đã công bố nên không còn bước nào để tự chuyển."))
    if not 0 <= evidence_months_before <= MOST_MONTHS_BEFORE:
        raise RuleViolation(_("Số tháng nhận tài liệu phải từ 0 đến %(most)d.") % {"most": MOST_MONTHS_BEFORE})
    for name in rules:
        setattr(round, name, rules[name])
        changed(name, rules[name], before[name])
    round.save(update_fields=list(rules))
    if is_of_papers and round.stage != StageKey.PREPARATION:
        _tell_of_rules(round, at)
    return round


def may_set_paper_rules(round: Round) -> bool:
    """Before the dossiers went to the team."""
    return round.stage in _BEFORE_APPRAISAL


def require_rules_open(round: Round) -> None:
    """Refuse once the dossiers went to the team."""
    if not may_set_paper_rules(round):
        raise RuleViolation(
            _("Hồ sơ đã chuyển thẩm định nên không đổi quy định của đợt này. Hãy đặt quy định cho đợt sau.")
        )


def _tell_of_rules(round: Round, at: datetime) -> None:
    report = (
        _("khi nộp hồ sơ phải kèm báo cáo đã ký, đóng dấu")
        if round.report_required
        else _("không bắt buộc kèm báo cáo đã ký")
    )
    send(
        User.objects.filter(memberships__unit__participations__round=round),
        _("Quy định của đợt đánh giá thay đổi: %(report)s; nhận tài liệu ban hành từ %(day)s.")
        % {"report": report, "day": format_date(evidence_window(round)[0])},
        at,
        url="/",
    )


@action("round.set_judging_rules", gettext_noop("Đặt quy định thẩm định, biểu quyết"), allowed=policy.can_coordinate)
def set_judging_rules(round: Round, by: User, at: datetime, *, rules: JudgingRules) -> Round:
    """Say how team and council judge. The team's rules are fixed once it has the dossiers, the council's once it sits.

    A leaf of `independent_codes` is judged by two people who do not see each other; so the codes must be of the set.
    """
    hold(round)
    fields = [field.name for field in dataclasses.fields(JudgingRules)]
    read_again(round, *fields)
    before = {name: getattr(round, name) for name in fields}
    after = dataclasses.asdict(rules) | {"independent_codes": sorted(set(rules.independent_codes))}
    different = [name for name in fields if after[name] != before[name]]
    if not different:
        raise RuleViolation(_("Quy định không có gì thay đổi."))
    _require_open(round, different)
    _require_sense(round, rules)
    for name in different:
        setattr(round, name, after[name])
        changed(name, after[name], before[name])
    round.save(update_fields=different)
    return round


def _require_open(round: Round, names: Collection[str]) -> None:
    if not may_set_team_rules(round) and any(name.startswith("independent") for name in names):
        raise RuleViolation(_("Thẩm định đã bắt đầu nên không đổi quy định thẩm định độc lập."))
    if not may_set_council_rules(round) and any(not name.startswith("independent") for name in names):
        raise RuleViolation(_("Hồ sơ đã trình Hội đồng nên không đổi quy định biểu quyết."))


def may_set_team_rules(round: Round) -> bool:
    """Before the team has the dossiers."""
    return round.stage in _BEFORE_APPRAISAL


def may_set_council_rules(round: Round) -> bool:
    """Before the council has them."""
    return round.stage in _BEFORE_COUNCIL


def _require_sense(round: Round, rules: JudgingRules) -> None:
    known = set(Criterion.objects.filter(edition__blocks__round=round).values_list("code", flat=True))
    if unknown := sorted(set(rules.independent_codes) - known):
        raise RuleViolation(_("Bộ chỉ số không có tiêu chí: %(codes)s.") % {"codes": ", ".join(unknown)})
    if not 0 <= rules.independent_step <= MOST_STEP:
        raise RuleViolation(_("Mức chênh lệch phải từ 0 đến %(most)s điểm.") % {"most": format_number(MOST_STEP)})
    if not 1 <= rules.large_cut_percent <= 100:
        raise RuleViolation(_("Tỷ lệ bị hạ phải từ 1 đến 100 phần trăm."))
    if rules.majority not in MajorityRule.values:
        raise RuleViolation(_("Không có cách tính đa số này."))
