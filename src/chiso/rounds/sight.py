"""What a seat reaches, as conditions on rows: written once, for every `visible_to`, list and total of the panels."""

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from chiso.organizations.models import User
from chiso.rounds.choices import Panel, Position
from chiso.rounds.models import Assignment, Conflict, PanelMember


def held_seats(user: User, panel: Panel) -> QuerySet[PanelMember]:
    """The seats of a person that were not left."""
    return PanelMember.objects.filter(user=user, panel=panel, left_at=None)


def assigned_to_seat(*, leaf: str = "", **whose: Any) -> Q:
    """Entries assigned to the seats that `whose` names (conditions on `Assignment`, as `member=seat.pk`).

    An assignment is for all units, for a block, or for one unit: three questions, each with an index of its own.
    `leaf` is the way from the row to its entry, as `entry__`. Own units and conflicts are another question: `barred`.
    """
    rows = Assignment.objects.filter(criterion=OuterRef(f"{leaf}criterion"), **whose)
    return (
        Q(Exists(rows.filter(block=None, unit=None)))
        | Q(Exists(rows.filter(block=OuterRef(f"{leaf}dossier__block"))))
        | Q(Exists(rows.filter(unit=OuterRef(f"{leaf}dossier__unit"))))
    )


def assigned_to_person(user: User, *, leaf: str = "") -> Q:
    """Entries assigned to a person's seat in their round; to the head of an office, those of the office's people."""
    here = OuterRef(f"{leaf}dossier__round")
    return assigned_to_seat(leaf=leaf, member__in=seats_answered_by(user).values("pk"), member__round=here)


def seats_answered_by(user: User) -> QuerySet[PanelMember]:
    """The seats in teams whose leaves a person reads: the own, and those of the people of an office one heads."""
    office = Q(
        round__panel_members__user=user,
        round__panel_members__position=Position.OFFICE_HEAD,
        round__panel_members__left_at=None,
        round__panel_members__body=F("body"),
    )
    return PanelMember.objects.filter(Q(user=user) | office, panel=Panel.TEAM, left_at=None)


def barred(user: User, *, dossier: str = "") -> Q:
    """Rows of units with which the person declared a conflict; `dossier` is the way to it, as `dossier__`.

    The person's own units are told apart where this is used: there one still reads as the unit does.
    """
    declared = Conflict.objects.filter(
        member__user=user, member__round=OuterRef(f"{dossier}round"), unit=OuterRef(f"{dossier}unit")
    )
    return Q(Exists(declared))
