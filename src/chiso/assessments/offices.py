"""Field-owner offices in the team (cơ quan chủ trì lĩnh vực): whose leaves they answer for, and what they signed."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy

from chiso.assessments.models import Appraisal, Entry, PassSignOff
from chiso.assessments.queries import to_appraise
from chiso.organizations.models import User
from chiso.rounds import policy as round_policy
from chiso.rounds.choices import Panel, Position
from chiso.rounds.models import PanelMember, Round
from chiso.rounds.sight import assigned_to_seat

OFFICE_SIGNED = gettext_lazy(
    "Cơ quan của bạn đã ký kết thúc phần thẩm định của mình; chỉ Tổ trưởng chấm lại được trước khi kết thúc."
)


@dataclass(frozen=True)
class Office:
    """An office whose head sits in the team: its leaves in a pass, those that wait, and its signature."""

    body_id: int
    name: str
    head: str
    total: int
    waiting: int
    signed: PassSignOff | None


def head_seat(user: User, round: Round) -> PanelMember | None:
    """The seat by which a person heads an office in the team."""
    held = round_policy.seat(user, round, Panel.TEAM)
    return held if held and held.position == Position.OFFICE_HEAD and held.body_id else None


def leaves_of_office(round: Round, number: int, body_id: int) -> QuerySet[Entry]:
    """The leaves of a pass that the people of an office appraise."""
    return to_appraise(round, number).filter(given_to_office(round, body_id))


def given_to_office(round: Round, body_id: int | None) -> Q:
    """Entries given to the people of an office."""
    return assigned_to_seat(
        member__round=round, member__panel=Panel.TEAM, member__body=body_id, member__left_at__isnull=True
    )


def offices_of(round: Round, number: int) -> list[Office]:
    """Every office that has leaves in a pass: three queries, two where there is none."""
    heads = round.panel_members.filter(panel=Panel.TEAM, position=Position.OFFICE_HEAD, left_at=None)
    seats = {
        seat.body_id: seat for seat in heads.exclude(body=None).select_related("body", "user").order_by("body__name")
    }
    if not seats:
        return []
    signed = {row.office_id: row for row in signatures(round, number).exclude(office=None)}
    waiting = ~Exists(Appraisal.objects.filter(entry=OuterRef("pk"), pass_number=number))
    tallies: dict[str, Count] = {}
    for body in seats:
        given = given_to_office(round, body)
        tallies |= {f"all_{body}": Count("pk", filter=given), f"wait_{body}": Count("pk", filter=given & Q(waiting))}
    counts = to_appraise(round, number).aggregate(**tallies)
    return [
        Office(
            unit.pk,
            unit.name,
            seat.user.full_name,
            counts[f"all_{unit.pk}"],
            counts[f"wait_{unit.pk}"],
            signed.get(unit.pk),
        )
        for seat in seats.values()
        if (unit := seat.body) and counts[f"all_{unit.pk}"]
    ]


def signatures(round: Round, number: int) -> QuerySet[PassSignOff]:
    """Who signed a pass off, with the minutes."""
    return PassSignOff.objects.filter(round=round, pass_number=number).select_related("office", "signed_by")


def has_signed(user: User, round: Round, number: int) -> bool:
    """Whether the person's office signed the pass off, so that its people change nothing more."""
    held = round_policy.seat(user, round, Panel.TEAM)
    if held is None or held.body_id is None or held.position == Position.LEADER:
        return False
    return PassSignOff.objects.filter(round=round, pass_number=number, office=held.body_id).exists()
