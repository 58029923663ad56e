"""What the page of a member's conflicts of interest shows."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from chiso.common.addresses import address
from chiso.common.dates import format_moment
from chiso.organizations.models import Unit, User
from chiso.rounds import policy
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Conflict, PanelMember


@dataclass(frozen=True)
class ConflictLine:
    """A unit one may not judge, why, and since when; own units cannot be withdrawn."""

    pk: int | None
    unit: str
    reason: str
    told: str
    withdraw_url: str
    may_withdraw: bool


@dataclass(frozen=True)
class ConflictsPage:
    """Of whom a member may not judge."""

    lines: tuple[ConflictLine, ...]
    barred: frozenset[int]
    may_declare: bool


def conflicts_page(member: PanelMember, user: User) -> ConflictsPage:
    """Own units, and what was declared on any seat of the person in the round (3 queries)."""
    round = member.round
    rows = Conflict.objects.filter(member__round=round, member__user=member.user_id)
    declared = list(rows.select_related("unit", "declared_by", "member__user").order_by("unit__code"))
    own = Unit.objects.filter(participations__round=round, memberships__user=member.user_id).distinct()
    lines = [ConflictLine(None, unit.name, _("Đơn vị công tác"), "", "", may_withdraw=False) for unit in own]
    lines += [_line(conflict, member, user) for conflict in declared]
    is_open = round.stage != StageKey.PUBLISHED
    return ConflictsPage(
        lines=tuple(lines),
        barred=frozenset(unit.pk for unit in own) | {conflict.unit_id for conflict in declared},
        may_declare=is_open and bool(policy.can_declare_conflict(user, member)),
    )


def _line(conflict: Conflict, member: PanelMember, user: User) -> ConflictLine:
    conflict.member.round = member.round
    may_withdraw = member.round.stage != StageKey.PUBLISHED and bool(policy.can_withdraw_conflict(user, conflict))
    told = _("%(name)s khai lúc %(when)s") % {
        "name": conflict.declared_by.full_name,
        "when": format_moment(conflict.declared_at),
    }
    url = address("rounds:withdraw_conflict", member.round_id, conflict.member_id, conflict.pk)
    return ConflictLine(conflict.pk, conflict.unit.name, conflict.reason, told, url, may_withdraw)
