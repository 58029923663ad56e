"""Ready-made reasons: each member of the team keeps their own, the leader those of the team."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.assessments import policy
from chiso.assessments.models import ReadyReason
from chiso.assessments.reasons import LONGEST, MOST, built_in, of_same_list
from chiso.audit.actions import action, changed
from chiso.common.refusals import RuleViolation
from chiso.organizations.models import User
from chiso.rounds import policy as round_policy
from chiso.rounds.choices import StageKey
from chiso.rounds.holding import hold
from chiso.rounds.models import Round


@action("reason.add", gettext_noop("Thêm lý do mẫu"), allowed=policy.can_keep_reason)
def add_reason(reason: ReadyReason, by: User, at: datetime) -> ReadyReason:
    """Put a new reason at the end of its list."""
    _hold(reason.round)
    others = list(of_same_list(reason))
    if len(others) >= MOST:
        raise RuleViolation(_("Danh sách đã có %(count)d lý do mẫu; hãy bỏ bớt rồi thêm.") % {"count": MOST})
    reason.text = _clean(reason.text)
    _require_new(reason, others)
    reason.position = others[-1].position + 1 if others else 1
    reason.save()
    changed("text", reason.text)
    changed("code", reason.code)
    changed("pass", reason.pass_number)
    return reason


@action("reason.edit", gettext_noop("Sửa lý do mẫu"), allowed=policy.can_keep_reason)
def edit_reason(reason: ReadyReason, by: User, at: datetime, *, code: str, text: str, seen: str) -> ReadyReason:
    """Change a reason; `seen` is its text as the page showed it."""
    others = _list_around(reason)
    old = next(one for one in others if one.pk == reason.pk)
    if _lines(old.text) != _lines(seen):
        raise RuleViolation(_("Lý do mẫu này vừa được sửa ở nơi khác. Hãy tải lại trang để xem."))
    reason.position, reason.code, reason.text = old.position, code, _clean(text)
    _require_new(reason, [one for one in others if one.pk != reason.pk])
    reason.save()
    changed("text", reason.text, old.text)
    changed("code", reason.code, old.code)
    return reason


@action("reason.remove", gettext_noop("Bỏ lý do mẫu"), allowed=policy.can_keep_reason)
def remove_reason(reason: ReadyReason, by: User, at: datetime) -> ReadyReason:
    """Take a reason out; what was written with it stays."""
    _list_around(reason)
    ReadyReason.objects.filter(pk=reason.pk).delete()
    changed("text", None, reason.text)
    return reason


@action("reason.move", gettext_noop("Chuyển chỗ lý do mẫu"), allowed=policy.can_keep_reason)
def move_reason(reason: ReadyReason, by: User, at: datetime, *, up: bool) -> ReadyReason:
    """Let a reason change places with the one above it, or below it."""
    rows = _list_around(reason)
    here = rows.index(reason)
    there = here + (-1 if up else 1)
    if not 0 <= there < len(rows):
        raise RuleViolation(_("Lý do mẫu này đã ở đầu danh sách.") if up else _("Lý do mẫu này đã ở cuối danh sách."))
    rows[here], rows[there] = rows[there], rows[here]
    for place, row in enumerate(rows, start=1):
        row.position = place
    ReadyReason.objects.bulk_update(rows, ["position"])
    changed("position", there + 1, here + 1)
    return reason


@action("reason.take_built_in", gettext_noop("Lập danh sách lý do mẫu của Tổ"), allowed=round_policy.can_lead_team)
def take_built_in_reasons(round: Round, by: User, at: datetime, *, number: int) -> list[ReadyReason]:
    """Begin the team's list with the reasons that come with the product, so that they can be edited."""
    _hold(round)
    if of_same_list(ReadyReason(round=round, pass_number=number)).exists():
        raise RuleViolation(_("Tổ đã có danh sách lý do mẫu. Hãy tải lại trang để xem."))
    rows = [
        ReadyReason(round=round, pass_number=number, text=text, position=place)
        for place, text in enumerate(built_in(number), start=1)
    ]
    ReadyReason.objects.bulk_create(rows)
    changed("texts", [row.text for row in rows])
    changed("pass", number)
    return rows


def _hold(round: Round) -> None:
    hold(round)
    if round.stage == StageKey.PUBLISHED:
        raise RuleViolation(_("Kết quả đã công bố nên danh sách lý do mẫu chỉ còn để xem."))


def _list_around(reason: ReadyReason) -> list[ReadyReason]:
    """The list of a reason, read anew; refused when the reason is no longer in it."""
    _hold(reason.round)
    rows = list(of_same_list(reason))
    if reason not in rows:
        raise RuleViolation(_("Lý do mẫu này đã được bỏ. Hãy tải lại trang để xem."))
    return rows


def _clean(text: str) -> str:
    text = _lines(text).strip()
    if not text:
        raise RuleViolation(_("Chưa có nội dung lý do mẫu."))
    if len(text) > LONGEST:
        raise RuleViolation(
            _("Lý do mẫu dài %(length)d ký tự; tối đa %(most)d ký tự, hãy rút ngắn.")
            % {"length": len(text), "most": LONGEST}
        )
    return text


def _lines(text: str) -> str:
    """Browsers send the end of a line in more than one way."""
    return "\n".join(text.splitlines())


def _require_new(reason: ReadyReason, others: list[ReadyReason]) -> None:
    """Refuse words that the list has for the same criterion, or for every criterion, already."""
    words = " ".join(reason.text.casefold().split())
    for one in others:
        if one.code in ("", reason.code) and " ".join(one.text.casefold().split()) == words:
            raise RuleViolation(_("Danh sách đã có lý do mẫu này."))
