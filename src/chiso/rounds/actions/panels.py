"""Who sits on the council and in the team: the draft list, the decision, and what changes after it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.audit.actions import action, because, changed
from chiso.common.dates import format_date
from chiso.common.refusals import RuleViolation
from chiso.notices.sending import send
from chiso.organizations.models import Unit, User
from chiso.rounds import policy
from chiso.rounds.actions.framing import require_preparation
from chiso.rounds.choices import Panel, Position, StageKey
from chiso.rounds.holding import hold, read_again
from chiso.rounds.models import Assignment, PanelMember, Round
from chiso.rounds.people import heads
from chiso.rounds.terms import require_ahead, require_all_ahead, was_ended

HEADS = (Position.CHAIR, Position.LEADER)


@dataclass(frozen=True)
class Amendment:
    """The decision that changes council or team after they were set up (quyết định kiện toàn), and why."""

    number: str
    day: date
    reason: str

    def __str__(self) -> str:
        return _("Quyết định số %(number)s ngày %(day)s") % {"number": self.number, "day": format_date(self.day)}


@action("panel.appoint", gettext_noop("Dự kiến thành viên Hội đồng, Tổ"), allowed=policy.can_coordinate)
def appoint_member(
    round: Round,
    by: User,
    at: datetime,
    *,
    user: User,
    panel: Panel,
    position: Position,
    body: Unit | None = None,
    term_until: date | None = None,
) -> PanelMember:
    """Put a person on the draft list of the council or the team, with the body the person works in."""
    hold(round)
    require_preparation(round)
    if round.panels_decision:
        raise RuleViolation(
            _("Hội đồng và Tổ đã thành lập theo Quyết định số %(number)s.") % {"number": round.panels_decision}
        )
    require_ahead(term_until, at)
    return _seat(round, user=user, panel=panel, position=position, body=body, term_until=term_until)


@action("panel.remove", gettext_noop("Đưa khỏi danh sách dự kiến Hội đồng, Tổ"), allowed=policy.can_change_member)
def remove_member(member: PanelMember, by: User, at: datetime) -> PanelMember:
    """Take a person off the draft list, with the leaves assigned to the seat; after the decision nobody leaves it."""
    hold(member.round)
    require_preparation(member.round)
    if member.round.panels_decision:
        raise RuleViolation(
            _("Hội đồng và Tổ đã thành lập theo Quyết định số %(number)s nên không đổi danh sách.")
            % {"number": member.round.panels_decision}
        )
    changed("member", None, f"{member.user.full_name} · {member.panel} · {member.position}")
    PanelMember.objects.filter(pk=member.pk).delete()
    return member


@action("panel.establish", gettext_noop("Thành lập Hội đồng thẩm định và Tổ Chuyên viên"), allowed=policy.can_head)
def establish_panels(round: Round, by: User, at: datetime, *, number: str, day: date) -> Round:
    """Set up council and team by decision (row 2 of the plan): each needs its head."""
    hold(round)
    found = set(round.panel_members.filter(position__in=HEADS).values_list("position", flat=True))
    if len(found) < len(HEADS):
        raise RuleViolation(_("Danh sách chưa có Chủ tịch Hội đồng hoặc Tổ trưởng. Cơ quan thường trực cần bổ sung."))
    if round.panels_decision:
        raise RuleViolation(_("Đã thành lập theo Quyết định số %(number)s.") % {"number": round.panels_decision})
    require_all_ahead(round.panel_members.select_related("user").order_by("pk"), at)
    round.panels_decision, round.panels_date = number, day
    round.save(update_fields=["panels_decision", "panels_date"])
    changed("decision", number)
    return round


@action("panel.add", gettext_noop("Bổ sung thành viên Hội đồng, Tổ"), allowed=policy.can_change_panels)
def add_member(
    round: Round,
    by: User,
    at: datetime,
    *,
    amendment: Amendment,
    user: User,
    panel: Panel,
    position: Position,
    body: Unit | None = None,
    term_until: date | None = None,
) -> PanelMember:
    """Add a person to the council or the team after the decision, as an amending decision says."""
    require_amendable(round, amendment)
    require_ahead(term_until, at)
    member = _seat(round, user=user, panel=panel, position=position, body=body, term_until=term_until)
    record(amendment)
    tell(round, by, user, member, at)
    return member


@action("panel.hand_over", gettext_noop("Thay thành viên Hội đồng, Tổ"), allowed=policy.can_hand_over)
def hand_over(
    member: PanelMember, by: User, at: datetime, *, amendment: Amendment, successor: User | None = None
) -> PanelMember | None:
    """Let a member leave as an amending decision says; a successor takes over position and leaves.

    The successor may sit on the panel already or is new to it. What the one who leaves judged or voted stays theirs.
    Without a successor the leaves are free again; only the heads of council and team must be replaced. A member whose
    term has ended is replaced too, since when stays as it was.
    """
    require_amendable(member.round, amendment)
    read_again(member, "position", "body_id", "term_until", "left_at", "left_reason")
    if member.left_at is not None and not was_ended(member):
        raise RuleViolation(_("%(name)s đã thôi tham gia.") % {"name": member.user.full_name})
    if successor is None and member.position in HEADS:
        raise RuleViolation(
            _("%(position)s thôi tham gia thì phải có người thay.") % {"position": member.get_position_display()}
        )
    if successor == member.user:
        raise RuleViolation(_("Người thay phải là người khác."))
    _leave(member, at, f"{amendment}: {amendment.reason}")
    taken_over = _succeed(member, successor) if successor else None
    _hand_over_leaves(member, taken_over)
    record(amendment)
    policy.forget_seats(by)
    for person, seat in ((member.user, member), *([(successor, taken_over)] if successor and taken_over else [])):
        tell(member.round, by, person, seat, at)
    return taken_over


def _leave(member: PanelMember, at: datetime, why: str) -> None:
    """Write down since when and why; with its work passed on, a seat that its term ended is one that was left."""
    if was_ended(member):
        member.left_reason, member.term_until = f"{member.left_reason} {why}"[:300], None
    else:
        member.left_at, member.left_reason = at, why[:300]
    member.save(update_fields=["left_at", "left_reason", "term_until"])
    changed("left", f"{member.user.full_name} · {member.panel} · {member.position}")


def _succeed(member: PanelMember, successor: User) -> PanelMember:
    """The seat of the successor: the one held already, in the position of whoever left, or a new one."""
    held = PanelMember.objects.filter(
        round=member.round_id, panel=member.panel, user=successor, left_at=None
    ).select_related("user")
    seat = held.first()
    if seat is None:
        return _seat(
            member.round,
            user=successor,
            panel=Panel(member.panel),
            position=Position(member.position),
            body=member.body if member.position == Position.OFFICE_HEAD else _workplace(successor) or member.body,
            term_until=member.term_until,
        )
    # Of a head whose term ended another may have been named meanwhile: then only the leaves are passed on.
    heads_now = PanelMember.objects.filter(round=member.round_id, position=member.position, left_at=None)
    if member.position in HEADS and not heads_now.exists():
        changed("position", member.position, seat.position)
        seat.position = member.position
        seat.save(update_fields=["position"])
    changed("successor", f"{successor.full_name} · {seat.panel} · {seat.position}")
    return seat


def _hand_over_leaves(member: PanelMember, successor: PanelMember | None) -> None:
    """The leaves go to the successor's seat; those that it has already, and all without a successor, just go."""
    held = Assignment.objects.filter(member=member)
    rows = list(held)
    if successor is not None:
        given = [
            Assignment(member=successor, criterion_id=row.criterion_id, block_id=row.block_id, unit_id=row.unit_id)
            for row in rows
        ]
        Assignment.objects.bulk_create(given, batch_size=1000, ignore_conflicts=True)
    held.delete()
    changed("assignments", len(rows) if successor else 0, len(rows))


def _seat(
    round: Round, *, user: User, panel: Panel, position: Position, body: Unit | None, term_until: date | None
) -> PanelMember:
    """Give a person a seat; who left one comes back to it."""
    body = body or _workplace(user)
    seats = PanelMember.objects.filter(round=round, panel=panel)
    before = seats.filter(user=user).first()
    if before is not None and before.left_at is None:
        raise RuleViolation(_("%(name)s đã có trong danh sách.") % {"name": user.full_name})
    require_free(round, panel, position, body)
    seat = before or PanelMember(round=round, panel=panel, user=user)
    seat.position, seat.body, seat.term_until = position, body, term_until
    seat.left_at, seat.left_reason = None, ""
    seat.save()
    changed("member", f"{user.full_name} · {panel} · {position}")
    if body is not None:
        changed("body", body.name)
    return seat


def require_free(round: Round, panel: str, position: str, body: Unit | None) -> None:
    """Refuse a second head of the council, of the team or of an office."""
    seats = PanelMember.objects.filter(round=round, panel=panel)
    if position in HEADS and seats.filter(position=position, left_at=None).exists():
        raise RuleViolation(_("Danh sách đã có %(position)s.") % {"position": Position(position).label})
    if position == Position.OFFICE_HEAD:
        _require_first_of_office(round, body)


def _require_first_of_office(round: Round, body: Unit | None) -> None:
    if body is None:
        raise RuleViolation(_("Thủ trưởng cơ quan chủ trì lĩnh vực phải có cơ quan công tác. Hãy chọn cơ quan."))
    others = PanelMember.objects.filter(round=round, position=Position.OFFICE_HEAD, body=body, left_at=None)
    if others.exists():
        raise RuleViolation(_("%(body)s đã có thủ trưởng trong danh sách.") % {"body": body.name})


def _workplace(user: User) -> Unit | None:
    """Where a person works, when that is one place."""
    units = list(Unit.objects.filter(memberships__user=user).distinct()[:2])
    return units[0] if len(units) == 1 else None


def require_amendable(round: Round, amendment: Amendment) -> None:
    """Hold the round; only a set-up council and team are amended, and only while they have work."""
    hold(round)
    if not round.panels_decision:
        raise RuleViolation(_("Hội đồng và Tổ chưa thành lập. Hãy sửa trong danh sách dự kiến."))
    if round.stage == StageKey.PUBLISHED:
        raise RuleViolation(_("Kết quả đã công bố nên Hội đồng và Tổ không thay đổi nữa."))
    if not amendment.reason.strip():
        raise RuleViolation(_("Chưa ghi lý do thay đổi."))
    if round.panels_date and amendment.day < round.panels_date:
        raise RuleViolation(
            _("Quyết định thay đổi không thể trước ngày thành lập (%(day)s).") % {"day": format_date(round.panels_date)}
        )


def record(amendment: Amendment) -> None:
    """Put the decision and its reason on the entry."""
    changed("decision", amendment.number)
    changed("decision_date", amendment.day)
    because(amendment.reason)


def tell(round: Round, by: User, person: User, member: PanelMember | None, at: datetime) -> None:
    """Tell the person whom it is about; and the head, when somebody else wrote the change down."""
    if member is None:
        return
    words = _("%(name)s thôi tham gia %(panel)s.") if member.left_at else _("%(name)s tham gia %(panel)s.")
    send(
        [one for one in (person, *heads(round)) if one != by],
        words % {"name": person.full_name, "panel": member.get_panel_display()},
        at,
        url=f"/dot/{round.pk}/hoi-dong/",
    )
