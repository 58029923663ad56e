"""Of whom a member may not judge (xung đột lợi ích): declared with a reason, withdrawn by the coordinator only."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.audit.actions import action, because, changed
from chiso.common.refusals import RuleViolation
from chiso.notices.sending import send
from chiso.organizations.models import Unit, User
from chiso.rounds import policy
from chiso.rounds.choices import Panel, Position, StageKey
from chiso.rounds.holding import hold
from chiso.rounds.models import Conflict, PanelMember
from chiso.rounds.people import coordinators, sitting


@action("conflict.declare", gettext_noop("Khai xung đột lợi ích"), allowed=policy.can_declare_conflict)
def declare_conflict(member: PanelMember, by: User, at: datetime, *, unit: Unit, reason: str) -> Conflict:
    """Bar a member from a unit: from now on no sight of it, no appraisal, no vote; what was judged before stays.

    Assignments of the member stop to count for that unit, so that the coverage shows the hole.
    """
    hold(member.round)
    if member.round.stage == StageKey.PUBLISHED:
        raise RuleViolation(_("Kết quả đã công bố nên không khai xung đột lợi ích nữa."))
    if not reason.strip():
        raise RuleViolation(_("Chưa ghi lý do xung đột lợi ích."))
    if not member.round.participants.filter(unit=unit).exists():
        raise RuleViolation(_("%(unit)s không được đánh giá trong đợt này.") % {"unit": unit.name})
    if Conflict.objects.filter(member__round=member.round_id, member__user=member.user_id, unit=unit).exists():
        raise RuleViolation(_("%(name)s đã khai với %(unit)s.") % {"name": member.user.full_name, "unit": unit.name})
    conflict = Conflict.objects.create(member=member, unit=unit, reason=reason[:300], declared_by=by, declared_at=at)
    changed("unit", unit.name)
    because(reason)
    policy.forget_seats(by)
    _tell(
        member,
        by,
        _("%(name)s không thẩm định, biểu quyết về %(unit)s do xung đột lợi ích; cần xem lại phân công.")
        % {"name": member.user.full_name, "unit": unit.name},
        at,
    )
    return conflict


@action("conflict.withdraw", gettext_noop("Rút xung đột lợi ích đã khai"), allowed=policy.can_withdraw_conflict)
def withdraw_conflict(conflict: Conflict, by: User, at: datetime, *, reason: str) -> Conflict:
    """Let a member judge a unit again; the log keeps that it was declared, and why it no longer holds."""
    member, unit = conflict.member, conflict.unit
    hold(member.round)
    if member.round.stage == StageKey.PUBLISHED:
        raise RuleViolation(_("Kết quả đã công bố nên xung đột lợi ích không thay đổi nữa."))
    if not reason.strip():
        raise RuleViolation(_("Chưa ghi lý do rút."))
    if not Conflict.objects.filter(pk=conflict.pk).delete()[0]:
        raise RuleViolation(_("Xung đột lợi ích này đã được rút."))
    changed("unit", None, unit.name)
    changed("declared", None, conflict.reason)
    because(reason)
    _tell(
        member,
        by,
        _("%(name)s lại được thẩm định, biểu quyết về %(unit)s.") % {"name": member.user.full_name, "unit": unit.name},
        at,
    )
    return conflict


def _tell(member: PanelMember, by: User, words: str, at: datetime) -> None:
    """Tell the member, the coordinators, and the leader of the team, whose work changes."""
    people = [member.user, *coordinators(member.round)]
    if member.panel == Panel.TEAM:
        people += sitting(member.round, Panel.TEAM, [Position.LEADER])
    send([one for one in people if one != by], words, at, url=f"/dot/{member.round_id}/hoi-dong/do-phu/")
