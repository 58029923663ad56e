"""What the page of the rules for team and council shows (quy định thẩm định, biểu quyết)."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from chiso.common.numbers import format_number
from chiso.organizations.models import User
from chiso.rounds import policy
from chiso.rounds.actions.rules import may_set_council_rules, may_set_team_rules
from chiso.rounds.choices import MajorityRule, Panel
from chiso.rounds.coverage_page import listed
from chiso.rounds.models import Round
from chiso.rounds.panel_forms import JudgingRulesForm
from chiso.rounds.policy import runs
from chiso.rounds.ticks import TickArea, areas_of_round, nodes_of, ticks_of
from chiso.scoring import Node

_FIELDS = ("independent_codes", "independent_step", "majority", "chair_casts", "large_cut_percent")


@dataclass(frozen=True)
class JudgingPage:
    """The rules in words, and the boxes of the form."""

    independent: str
    step: str
    majority: str
    tie: str
    large_cut: str
    areas: tuple[TickArea, ...]
    may_set: bool
    team_is_open: bool
    council_is_open: bool


def may_read(user: User, round: Round) -> bool:
    """Those who run the round, the team and the council."""
    return runs(user, round) or any(policy.sits_on(user, round, panel) for panel in Panel)


def areas_of(round: Round) -> list[Node]:
    return areas_of_round(round)


def rules_of(round: Round) -> dict[str, object]:
    """The rules as their form names them."""
    return {name: getattr(round, name) for name in _FIELDS}


def form_options(round: Round, areas: list[Node]) -> dict[str, Any]:
    """What the form must know of the round."""
    return {
        "nodes": nodes_of(areas),
        "team_is_open": may_set_team_rules(round),
        "council_is_open": may_set_council_rules(round),
    }


def judging_page(round: Round, user: User, areas: list[Node], form: JudgingRulesForm) -> JudgingPage:
    """What the rules say now, and the boxes as they were last ticked (no query)."""
    ticked = form["independent_codes"].value() or [] if "independent_codes" in form.fields else []
    return JudgingPage(
        independent=listed(sorted(round.independent_codes)) if round.independent_codes else _("không có"),
        step=_("%(points)s điểm") % {"points": format_number(round.independent_step)},
        majority=str(MajorityRule(round.majority).label),
        tie=_("theo ý kiến của Chủ tịch Hội đồng") if round.chair_casts else _("không được thông qua"),
        large_cut=_("từ %(percent)d%% điểm tối đa") % {"percent": round.large_cut_percent},
        areas=ticks_of(areas, ticked),
        may_set=bool(policy.can_coordinate(user, round)) and may_set_council_rules(round),
        team_is_open=may_set_team_rules(round),
        council_is_open=may_set_council_rules(round),
    )
