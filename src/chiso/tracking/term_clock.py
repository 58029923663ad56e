"""Terms of panel members that end when their last day is over (nhiệm kỳ), as stages do: see `stage_clock`."""

from datetime import datetime

from django.conf import settings
from django.utils import translation

from chiso.audit import origin
from chiso.common.refusals import RuleViolation
from chiso.organizations.clock_person import clock_person
from chiso.rounds.actions.terms import end_term
from chiso.rounds.models import PanelMember
from chiso.rounds.terms import over
from chiso.tracking.one_by_one import for_each

ORIGIN = "term-clock"


def run(at: datetime) -> int:
    """End every term that is over; answers how many. Mostly there is none, which costs one query."""
    told = "Chưa kết thúc được nhiệm kỳ của vị trí %s."
    members = over(at).select_related("round", "user", "body")
    return for_each(members, lambda member: _end(member, at), told=told, key=lambda member: member.pk)


def _end(member: PanelMember, at: datetime) -> int:
    try:
        with translation.override(settings.LANGUAGE_CODE), origin.acting_from(ORIGIN):
            end_term(member, clock_person(), at)
    except RuleViolation:
        return 0  # Another worker was faster, or a decision gave more time meanwhile.
    return 1
