"""Who looks at a meeting of the council, and what this person may see of it."""

from dataclasses import dataclass

from django.db.models import QuerySet

from chiso.assessments import policy
from chiso.assessments.choices import MeetingState
from chiso.assessments.models import Entry, Meeting, Motion
from chiso.assessments.sitting import Sitting, sitting_of
from chiso.indexsets.models import Criterion
from chiso.organizations.models import Unit, User
from chiso.rounds import policy as round_policy
from chiso.rounds.choices import Panel, StageKey
from chiso.rounds.models import PanelMember


@dataclass(frozen=True)
class Room:
    """A meeting with the council and the person at the page. `hidden` are the units whose items this person never sees.

    Those who run the round see everything; whoever merely sits on council or team, nothing of a unit where one is
    barred (conflict of interest); the experts of the team, the leaves that are theirs.
    """

    meeting: Meeting
    user: User
    sitting: Sitting
    seat: PanelMember | None
    hidden: frozenset[int]
    sees_totals: bool

    @property
    def is_open(self) -> bool:
        return self.meeting.state == MeetingState.OPEN

    @property
    def is_changeable(self) -> bool:
        return self.meeting.state != MeetingState.ADOPTED and self.meeting.round.stage == StageKey.COUNCIL

    @property
    def may_prepare(self) -> bool:
        return self.is_changeable and bool(policy.can_propose_motion(self.user, self.meeting))

    @property
    def is_presiding(self) -> bool:
        presiding = self.sitting.presiding()
        return presiding is not None and presiding.user_id == self.user.pk

    def may_touch(self, unit: int) -> bool:
        """Whether one may act on the items of a unit: in the council's name never where one is barred."""
        return self.seat is None or not self.sitting.is_barred(self.seat, unit)

    def entries(self) -> QuerySet[Entry]:
        """The leaves of the round as this person may see them here.

        `visible_to` says the same of those who see whole dossiers, but asks six questions of each of 17,000 rows.
        """
        rows = Entry.objects.filter(dossier__round=self.meeting.round)
        if not self.sees_totals:
            rows = Entry.objects.visible_to(self.user).filter(dossier__round=self.meeting.round)
        return rows.exclude(dossier__unit__in=self.hidden) if self.hidden else rows

    def motions(self) -> QuerySet[Motion]:
        """The motions of the meeting that this person may see, as `Motion.objects.visible_to` says."""
        if not self.sees_totals:
            return Motion.objects.visible_to(self.user).filter(meeting=self.meeting)
        rows = Motion.objects.filter(meeting=self.meeting)
        return rows.exclude(entry__dossier__unit__in=self.hidden) if self.hidden else rows


def room_of(meeting: Meeting, user: User) -> Room:
    """Read the room (four queries); the meeting comes through `Meeting.objects.visible_to`."""
    sitting, round = sitting_of(meeting), meeting.round
    runs = bool(round_policy.can_coordinate(user, round) or round_policy.can_head(user, round))
    in_council = round_policy.sits_on(user, round, Panel.COUNCIL) and round.stage in _COUNCIL_READS
    whole = runs or in_council or bool(round_policy.can_lead_team(user, round))
    hidden = frozenset() if runs else round_policy.barred_units(user, round)
    return Room(meeting, user, sitting, sitting.seat_of(user), hidden, whole)


_COUNCIL_READS = (StageKey.COUNCIL, StageKey.APPROVAL, StageKey.PUBLISHED)


def hidden_units(room: Room) -> list[str]:
    """The judged units of the round that this person is kept away from, by name."""
    if not room.hidden:
        return []
    units = Unit.objects.filter(pk__in=room.hidden, participations__round=room.meeting.round)
    return list(units.order_by("code").values_list("name", flat=True))


def leaf_choices(room: Room) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The units and the leaves of a round by code and name, to choose one of each; none of a unit that is hidden."""
    dossiers = room.meeting.round.dossiers.exclude(unit__in=room.hidden).order_by("unit__code")
    units = [(code, f"{code} · {name}") for code, name in dossiers.values_list("unit__code", "unit__name")]
    leaves = Criterion.objects.filter(edition__blocks__round=room.meeting.round, is_leaf=True).distinct()
    found = leaves.order_by("edition", "position").values_list("code", "name")
    return units, list({code: (code, f"{code} {name}") for code, name in found}.values())
