"""Leaves that two members of the team judge without seeing each other (thẩm định độc lập), and what follows from both.

Equal, or apart by no more than the round's step: the judgement follows at once. Further apart: the leader judges; of a
unit where the leader is barred, a third to whom the leaf was given.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from chiso import scoring
from chiso.assessments.models import Entry, IndependentScore, LeafScored
from chiso.assessments.policy import assigned_leaves
from chiso.assessments.scores import is_same
from chiso.common.numbers import format_points
from chiso.indexsets.answers import Answer
from chiso.organizations.models import User
from chiso.rounds import policy as round_policy
from chiso.rounds.choices import Panel, Position
from chiso.rounds.coverage import Coverage, coverage_of
from chiso.rounds.models import PanelMember, Round

NOTHING = Q(pk__in=())
_BOTH = 2


def two_judge(round: Round, number: int) -> Q:
    """The entries of a round that two people judge: under the codes of the round, and given to two who may.

    Where one of two left the team after giving a score, the other still completes the pair; and what two gave stays
    theirs, and the leader's, when the leaf is taken from one of them. No query where the round names no codes; else
    read once for each loaded round.
    """
    if not round.independent_codes:
        return NOTHING
    known: dict[int, Q] = round.__dict__.setdefault("_two_judge", {})
    if number not in known:
        known[number] = _two_judge(coverage_of(round), number)
    return known[number]


def forget_pairs(round: Round) -> None:
    """Let a loaded round be asked again, inside an action that holds it."""
    round.__dict__.pop("_two_judge", None)
    round.__dict__.pop("_units_without_leader", None)


def units_without_leader(round: Round) -> frozenset[int]:
    """The units where the team's leader is barred (up to 3 queries, read once for each loaded round)."""
    known: frozenset[int] | None = round.__dict__.get("_units_without_leader")
    if known is None:
        leading = PanelMember.objects.filter(
            round=round, panel=Panel.TEAM, position=Position.LEADER, left_at=None
        ).select_related("user")
        known = frozenset[int]().union(*(round_policy.barred_units(seat.user, round) for seat in leading))
        round.__dict__["_units_without_leader"] = known
    return known


def _two_judge(coverage: Coverage, number: int) -> Q:
    asked = [leaf for leaf in coverage.leaves if leaf.needs >= _BOTH]
    one_only = NOTHING
    for leaf in asked:
        if units := coverage.named(leaf.units & ~coverage.count(leaf).two):
            one_only |= Q(criterion=leaf.criterion_id, dossier__unit__in=[unit.pk for unit in units])
    left = Exists(scores_given(number).filter(member__left_at__isnull=False))
    return Q(criterion__in=[leaf.criterion_id for leaf in asked]) & (~one_only | Q(left) | given_by_two(number))


def scores_given(number: int) -> QuerySet[IndependentScore]:
    """The scores given in a pass on the entry of an outer query."""
    return IndependentScore.objects.filter(entry=OuterRef("pk"), pass_number=number)


def given_by(member: PanelMember | None, number: int) -> Q:
    """The entries on which a seat gave its own score."""
    return Q(Exists(scores_given(number).filter(member=member))) if member else NOTHING


def given_by_two(number: int) -> Q:
    """The entries on which two seats gave their scores."""
    earlier = IndependentScore.objects.filter(entry=OuterRef("entry"), pass_number=number, pk__lt=OuterRef("pk"))
    return Q(Exists(scores_given(number).filter(Exists(earlier))))


@dataclass(frozen=True)
class Pair:
    """The two judgements of one leaf in a pass, as far as they were given, for the person who looks."""

    scores: tuple[IndependentScore, ...]
    mine: IndependentScore | None
    is_assigned: bool
    is_leader: bool
    leader_is_barred: bool

    @property
    def is_complete(self) -> bool:
        return len(self.scores) >= _BOTH

    @property
    def shown(self) -> tuple[IndependentScore, ...]:
        """What the person may see: both once both are there, before that at most the own."""
        if self.is_complete:
            return self.scores
        return (self.mine,) if self.mine else ()

    @property
    def may_give(self) -> bool:
        return (self.is_assigned or self.mine is not None) and not self.is_complete

    @property
    def may_decide(self) -> bool:
        is_third = self.leader_is_barred and self.is_assigned and self.mine is None
        return self.is_complete and (self.is_leader or is_third)

    def why_not(self) -> str:
        """Say what the person waits for, who may neither give nor decide."""
        if self.is_complete and self.leader_is_barred:
            return _(
                "Đã đủ hai điểm thẩm định độc lập. Tổ trưởng không được thẩm định đơn vị này nên người thứ ba "
                "được phân công tiêu chí quyết định."
            )
        if self.is_complete:
            return _("Đã đủ hai điểm thẩm định độc lập; chỉ Tổ trưởng quyết định, chấm lại được.")
        return _("Tiêu chí này do hai người thẩm định độc lập; chờ hai người chấm xong.")


def pair_of(entry: Entry, user: User, number: int) -> Pair | None:
    """The pair of a leaf; None where one person judges it. The entry needs its dossier with the round."""
    round = entry.dossier.round
    if not round.independent_codes or not Entry.objects.filter(two_judge(round, number), pk=entry.pk).exists():
        return None
    rows = IndependentScore.objects.filter(entry=entry, pass_number=number).select_related("member__user")
    scores = tuple(rows.order_by("given_at", "pk"))
    seat = round_policy.seat(user, round, Panel.TEAM)
    return Pair(
        scores=scores,
        mine=next((row for row in scores if seat and row.member_id == seat.pk), None),
        is_assigned=bool(seat and assigned_leaves(user, seat.pk).cover(entry)),
        is_leader=bool(round_policy.can_lead_team(user, round)),
        leader_is_barred=entry.dossier.unit_id in units_without_leader(round),
    )


# ---- from two to one ---------------------------------------------------------------


def are_apart(one: LeafScored, two: LeafScored, step: Decimal) -> bool:
    """Whether two judgements differ by more than the round lets pass; what has no points differs unless it is equal."""
    if is_same(one, two):
        return False
    if one.score is None or two.score is None or one.not_applicable != two.not_applicable:
        return True
    return abs(one.score - two.score) > step


def middle_of(one: IndependentScore, two: IndependentScore, node: scoring.Node, before: LeafScored) -> Answer:
    """The mean of two scores with the decimals of the set, the facts that stood before beside it."""
    points = ((one.score or Decimal(0)) + (two.score or Decimal(0))) / 2
    return Answer(before.facts, decided=scoring.round_half_up(points, node.precision.places))


def reason_of_both(one: IndependentScore, two: IndependentScore, mean: Decimal | None) -> str:
    """What the unit reads: each reason once; and how the points came about where they are a mean. Names nobody."""
    reasons = list(dict.fromkeys(text for row in (one, two) if (text := row.reason.strip())))
    if mean is None:
        return "\n".join(reasons)
    told = _("Hai người thẩm định độc lập cho %(one)s và %(two)s điểm; lấy trung bình %(mean)s điểm.") % {
        "one": format_points(one.score),
        "two": format_points(two.score),
        "mean": format_points(mean),
    }
    return "\n".join([told, *reasons])


def flags_of_both(one: IndependentScore, two: IndependentScore) -> dict[str, Any]:
    """What either of the two asked for, and the private notes of both."""
    notes = dict.fromkeys(text for row in (one, two) if (text := row.private_note.strip()))
    return {
        "needs_explanation": one.needs_explanation or two.needs_explanation,
        "needs_visit": one.needs_visit or two.needs_visit,
        "private_note": "\n".join(notes),
    }
