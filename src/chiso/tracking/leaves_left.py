"""How many leaves of the running pass each member of the team still has to judge."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from chiso.assessments.choices import Pass
from chiso.assessments.models import IndependentScore
from chiso.assessments.queries import awaiting_appraisal
from chiso.organizations.models import Membership
from chiso.rounds.choices import Panel, Position, StageKey
from chiso.rounds.models import Assignment, Conflict, PanelMember, Round

PASSES = {StageKey.APPRAISAL: Pass.FIRST, StageKey.REAPPRAISAL: Pass.SECOND}


@dataclass(frozen=True)
class LeavesLeft:
    """The seats of the team, and the leaves left to each; to the leader, those of the whole team."""

    seats: Sequence[PanelMember]
    counts: Counter[int]
    total: int

    def of(self, seat: PanelMember) -> int:
        return self.total if self.is_leader(seat) else self.counts[seat.pk]

    def is_leader(self, seat: PanelMember) -> bool:
        return seat.position == Position.LEADER


def leaves_left(round: Round) -> LeavesLeft:
    """Count them for the whole team at once (6 queries, one less where no leaf is judged by two)."""
    number = PASSES[StageKey(round.stage)]
    seats = list(
        round.panel_members.filter(panel=Panel.TEAM, left_at=None, user__is_active=True)
        .select_related("user")
        .order_by("user__full_name", "pk")
    )
    given = _assigned(seats)
    barred = _barred(seats)
    scored = _scored_by_one(round, number)
    counts: Counter[int] = Counter()
    total = 0
    waiting = awaiting_appraisal(round, number)
    for pk, criterion, block, unit in waiting.values_list("pk", "criterion", "dossier__block", "dossier__unit"):
        total += 1
        places = ((criterion, None, None), (criterion, block, None), (criterion, None, unit))
        judges = {seat for place in places for seat in given.get(place, ())}
        counts.update(seat for seat in judges if unit not in barred[seat] and (pk, seat) not in scored)
    return LeavesLeft(seats, counts, total)


_Place = tuple[int, int | None, int | None]


def _assigned(seats: Sequence[PanelMember]) -> dict[_Place, set[int]]:
    """Who judges a criterion: for all units, for a block, for one unit."""
    found: dict[_Place, set[int]] = defaultdict(set)
    for seat, *place in Assignment.objects.filter(member__in=seats).values_list("member", "criterion", "block", "unit"):
        found[place[0], place[1], place[2]].add(seat)
    return found


def _barred(seats: Sequence[PanelMember]) -> dict[int, set[int]]:
    """The units that each seat does not judge: one's own, and those of a declared conflict."""
    found: dict[int, set[int]] = defaultdict(set)
    for seat, unit in Conflict.objects.filter(member__in=seats).values_list("member", "unit"):
        found[seat].add(unit)
    by_user = {seat.user_id: seat.pk for seat in seats}
    for user, unit in Membership.objects.filter(user__in=by_user).values_list("user", "unit"):
        found[by_user[user]].add(unit)
    return found


def _scored_by_one(round: Round, number: Pass) -> set[tuple[int, int]]:
    """Where two judge independently, the leaves on which a seat has given its own score already."""
    if not round.independent_codes:
        return set()
    rows = IndependentScore.objects.filter(pass_number=number, entry__dossier__round=round)
    return set(rows.values_list("entry", "member"))
