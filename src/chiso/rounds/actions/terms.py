"""A seat's term is over, which the clock writes down, or a decision gives a new one."""

from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.audit.actions import action, changed
from chiso.common.addresses import address
from chiso.common.dates import format_date
from chiso.common.refusals import RuleViolation
from chiso.notices.sending import send
from chiso.organizations.models import User
from chiso.rounds import policy, terms
from chiso.rounds.actions.panels import Amendment, record, require_amendable, require_free, tell
from chiso.rounds.holding import hold, read_again
from chiso.rounds.models import PanelMember
from chiso.rounds.people import coordinators

_FRESH = ("position", "body_id", "term_until", "left_at", "left_reason")


@action("panel.end_term", gettext_noop("Kết thúc nhiệm kỳ thành viên Hội đồng, Tổ"), allowed=policy.can_end_term)
def end_term(member: PanelMember, by: User, at: datetime) -> PanelMember:
    """Let a member leave as of the end of the term; the leaves stay with the seat until somebody takes them over."""
    hold(member.round)
    read_again(member, *_FRESH)
    end = terms.ends_at(member)
    if member.left_at is not None or end is None or at < end:
        raise RuleViolation(_("Nhiệm kỳ của %(name)s chưa hết.") % {"name": member.user.full_name})
    words = {"name": member.user.full_name, "panel": member.get_panel_display(), "day": format_date(member.term_until)}
    member.left_at = end
    member.left_reason = _("Hết nhiệm kỳ (đến hết ngày %(day)s).") % words
    member.save(update_fields=["left_at", "left_reason"])
    changed("left", f"{member.user.full_name} · {member.panel} · {member.position}")
    changed("term_until", member.term_until)
    send(
        [member.user, *coordinators(member.round)],
        _("%(name)s hết nhiệm kỳ trong %(panel)s (đến hết ngày %(day)s).") % words,
        at,
        url=address("rounds:panels", member.round_id),
    )
    return member


@action("panel.renew_term", gettext_noop("Đổi nhiệm kỳ thành viên Hội đồng, Tổ"), allowed=policy.can_hand_over)
def renew_term(
    member: PanelMember, by: User, at: datetime, *, amendment: Amendment, term_until: date | None
) -> PanelMember:
    """Give a member another term, as an amending decision says; whose term was over comes back to seat and leaves."""
    require_amendable(member.round, amendment)
    terms.require_ahead(term_until, at)
    read_again(member, *_FRESH)
    was_over = terms.was_ended(member)
    if member.left_at is not None and not was_over:
        raise RuleViolation(
            _("%(name)s đã thôi tham gia. Muốn mời lại, hãy dùng “Bổ sung thành viên”.")
            % {"name": member.user.full_name}
        )
    if member.term_until == term_until:
        raise RuleViolation(_("Nhiệm kỳ đang ghi đúng như vậy nên không có gì thay đổi."))
    if was_over:
        require_free(member.round, member.panel, member.position, member.body)
    changed("member", f"{member.user.full_name} · {member.panel} · {member.position}")
    changed("term_until", term_until, member.term_until)
    member.term_until, member.left_at, member.left_reason = term_until, None, ""
    member.save(update_fields=["term_until", "left_at", "left_reason"])
    record(amendment)
    policy.forget_seats(by)
    tell(member.round, by, member.user, member, at)
    return member
