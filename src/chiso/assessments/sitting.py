"""The council at a meeting: who sits on it, who is here, who takes no part in the items of which unit, who presides.

Read once for an action or a page, in four queries whatever the number of members.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from chiso.assessments.choices import MeetingForm
from chiso.assessments.models import Attendance, Meeting
from chiso.organizations.models import Membership, User
from chiso.rounds.choices import Panel, Position
from chiso.rounds.models import Conflict, PanelMember, Round

_RANK = {position: number for number, position in enumerate(Position)}
_PRESIDING = (Position.CHAIR, Position.VICE_CHAIR)


@dataclass(frozen=True)
class Sitting:
    """`attended` by seat, also who left early; `barred` by seat, the units in whose items it has no part."""

    meeting: Meeting
    members: tuple[PanelMember, ...]
    attended: Mapping[int, Attendance] = field(default_factory=dict)
    barred: Mapping[int, frozenset[int]] = field(default_factory=dict)

    @property
    def is_written(self) -> bool:
        return self.meeting.form == MeetingForm.WRITTEN

    def seat_of(self, user: User) -> PanelMember | None:
        return next((member for member in self.members if member.user_id == user.pk), None)

    def is_here(self, member: PanelMember) -> bool:
        """In the room now; of a consultation in writing: has answered."""
        found = self.attended.get(member.pk)
        return found is not None and found.left_at is None

    @property
    def present(self) -> tuple[PanelMember, ...]:
        return tuple(member for member in self.members if self.is_here(member))

    def is_barred(self, member: PanelMember, unit: int) -> bool:
        return unit in self.barred.get(member.pk, frozenset())

    def council_on(self, unit: int) -> tuple[PanelMember, ...]:
        """The members who take part in the items of a unit."""
        return tuple(member for member in self.members if not self.is_barred(member, unit))

    def voters_on(self, unit: int) -> tuple[PanelMember, ...]:
        """Those of them who are here."""
        return tuple(member for member in self.council_on(unit) if self.is_here(member))

    def counts_on(self, unit: int, voted: Collection[int]) -> tuple[int, int]:
        """How many are here for the items of a unit, and how many decide them: who voted counts, also after leaving."""
        here, council = ({member.pk for member in found} for found in (self.voters_on(unit), self.council_on(unit)))
        return len(here.union(voted)), len(council.union(voted))

    def barred_on(self, unit: int) -> tuple[PanelMember, ...]:
        return tuple(member for member in self.members if self.is_barred(member, unit))

    def presiding(self, unit: int | None = None) -> PanelMember | None:
        """The chair who is here, else the vice chair who is; on the items of a unit, one who takes part in them.

        In writing nobody need be here: where neither has answered, it is the chair.
        """
        council = self.members if unit is None else self.council_on(unit)
        here = tuple(member for member in council if self.is_here(member))
        found = _first_presiding(here)
        return found or (_first_presiding(council) if self.is_written else None)


def _first_presiding(members: tuple[PanelMember, ...]) -> PanelMember | None:
    return next((member for position in _PRESIDING for member in members if member.position == position), None)


def members_of(round: Round, *, at: datetime | None = None) -> tuple[PanelMember, ...]:
    """The council, chair first, now or as it was at a moment; whoever left it is no member from then on."""
    stays = Q(left_at=None) if at is None else Q(left_at=None) | Q(left_at__gt=at)
    members = PanelMember.objects.filter(stays, round=round, panel=Panel.COUNCIL).select_related("user", "body")
    return tuple(sorted(members, key=lambda member: (_RANK[Position(member.position)], member.pk)))


def sitting_of(meeting: Meeting) -> Sitting:
    members = members_of(meeting.round, at=meeting.adopted_at)
    attended = {row.member_id: row for row in meeting.attendances.all()}
    return Sitting(meeting, members, attended, bars_of(meeting.round, members))


def bars_of(round: Round, members: tuple[PanelMember, ...]) -> dict[int, frozenset[int]]:
    """As `rounds.policy.barred_units`, for a whole council in two queries."""
    people = [member.user_id for member in members]
    own = Membership.objects.filter(user__in=people).values_list("user_id", "unit_id")
    declared = Conflict.objects.filter(member__round=round, member__user__in=people)
    units: dict[int, set[int]] = {}
    for person, unit in (*own, *declared.values_list("member__user_id", "unit_id")):
        units.setdefault(person, set()).add(unit)
    return {member.pk: frozenset(units.get(member.user_id, ())) for member in members}
