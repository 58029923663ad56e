"""The leaves of a pass as the team's pages read them: whose they are, what was given, what still waits."""

from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, FilteredRelation, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from chiso.assessments.choices import Pass
from chiso.assessments.independent import NOTHING, given_by, given_by_two, two_judge, units_without_leader
from chiso.assessments.models import Entry
from chiso.assessments.offices import given_to_office, head_seat
from chiso.assessments.queries import to_appraise
from chiso.organizations.models import User
from chiso.rounds import policy as round_policy
from chiso.rounds.choices import Panel, Position, StageKey
from chiso.rounds.models import Round
from chiso.rounds.sight import assigned_to_seat

Row = dict[str, Any]

_PASS_SHOWN = {
    StageKey.APPRAISAL: Pass.FIRST,
    StageKey.NOTICE: Pass.FIRST,
    StageKey.SUPPLEMENT: Pass.FIRST,
    StageKey.REAPPRAISAL: Pass.SECOND,
    StageKey.COUNCIL: Pass.SECOND,
    StageKey.APPROVAL: Pass.SECOND,
    StageKey.PUBLISHED: Pass.SECOND,
}
_ZERO = Value(Decimal(0), output_field=DecimalField(max_digits=9, decimal_places=4))


def pass_shown(round: Round) -> Pass | None:
    """The pass that runs, or the last one that ran; None before the first."""
    return _PASS_SHOWN.get(StageKey(round.stage))


def is_running(round: Round) -> bool:
    return round.stage in (StageKey.APPRAISAL, StageKey.REAPPRAISAL)


def my_leaves(user: User, round: Round, number: Pass) -> QuerySet[Entry]:
    """The leaves of a pass that this person judges, as `policy.can_appraise` says: never where one is barred."""
    return _followed(user, round, number).filter(is_mine(user, round))


def seen_leaves(user: User, round: Round, number: Pass) -> QuerySet[Entry]:
    """Those one judges; to the head of an office, those of its people; all, for those who run the round; never where
    one is barred from following the judging."""
    followed = _followed(user, round, number)
    if round.authority_id in user.authorities_run():
        return followed
    if head := head_seat(user, round):
        return followed.filter(is_mine(user, round) | given_to_office(round, head.body_id))
    return my_leaves(user, round, number)


def _followed(user: User, round: Round, number: Pass) -> QuerySet[Entry]:
    return to_appraise(round, number).exclude(dossier__unit__in=round_policy.barred_units(user, round))


def is_mine(user: User, round: Round) -> Q:
    """The leaves given to this person's seat; all, to the leader."""
    held = round_policy.seat(user, round, Panel.TEAM)
    if held is None:
        return Q(pk__in=())
    return Q() if held.position == Position.LEADER else assigned_to_seat(member=held.pk)


def with_judgement(entries: QuerySet[Entry], number: Pass) -> QuerySet[Any]:
    """Join what the team gave in the pass: `judged`, `gave`, and whether it `differs` from what stood `before`.

    Before pass 1 stands the self score, before pass 2 the score of pass 1. One row for each leaf stays.
    """
    before, not_applicable = "score", "not_applicable"
    if number == Pass.SECOND:
        first = FilteredRelation("appraisals", condition=Q(appraisals__pass_number=Pass.FIRST))
        entries = entries.annotate(first=first)
        before, not_applicable = "first__score", "first__not_applicable"
    return entries.annotate(
        judged=FilteredRelation("appraisals", condition=Q(appraisals__pass_number=number)),
        gave=Coalesce("judged__score", _ZERO),
        before=Coalesce(before, "score", _ZERO),
        was_not_applicable=Coalesce(not_applicable, "not_applicable"),
    )


def differs(number: Pass) -> Q:
    """A judged leaf that was cut (pass 1) or changed against pass 1 (pass 2)."""
    points = Q(gave__lt=F("before")) if number == Pass.FIRST else ~Q(gave=F("before"))
    return Q(judged__isnull=False) & (points | ~Q(judged__not_applicable=F("was_not_applicable")))


def waits(user: User, round: Round, number: Pass) -> Q:
    """The leaves that this person can judge now and has not; on rows of `with_judgement`.

    Where two judge independently: one's own score first, and when both are there the word of the leader, or of a third
    where the leader is barred.
    """
    held = round_policy.seat(user, round, Panel.TEAM)
    if not round.independent_codes or held is None:
        return Q(judged=None)
    both = given_by_two(number)
    mine = assigned_to_seat(member=held.pk) & ~given_by(held, number)
    third = both & Q(dossier__unit__in=units_without_leader(round))
    can = ~two_judge(round, number) | (mine & (~both | third))
    return Q(judged=None) & (can | both if held.position == Position.LEADER else can)


def is_done(user: User, round: Round, number: Pass) -> Q:
    """The leaves on which one's own work is done: judged, or one's own of two scores given."""
    if not round.independent_codes:
        return Q(judged__isnull=False)
    return Q(judged__isnull=False) | given_by(round_policy.seat(user, round, Panel.TEAM), number)


def is_disputed(round: Round, number: Pass) -> Q:
    """The leaves on which two stand apart, so that the leader must judge."""
    return Q(judged=None) & given_by_two(number) if round.independent_codes else NOTHING
