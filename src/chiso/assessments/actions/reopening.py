"""A leaf is reopened before the approval by a numbered request with its own deadline, answered, and settled."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.assessments import policy, windows
from chiso.assessments.choices import DossierState, Pass
from chiso.assessments.models import Entry, Reopening
from chiso.assessments.reopenings import REOPENABLE
from chiso.assessments.scores import node_of
from chiso.audit.actions import action, because, changed
from chiso.common.dates import format_deadline
from chiso.common.refusals import RuleViolation
from chiso.notices.sending import send
from chiso.organizations.models import User
from chiso.rounds import policy as round_policy
from chiso.rounds.choices import Panel, StageKey

_STAGES = {StageKey.REAPPRAISAL: Panel.TEAM, StageKey.COUNCIL: Panel.COUNCIL}


def require_reopenable(entry: Entry) -> None:
    """Refuse where nobody may ask now, with the way out."""
    round = entry.dossier.round
    if round.stage in (StageKey.APPRAISAL, StageKey.NOTICE, StageKey.SUPPLEMENT):
        raise RuleViolation(
            _(
                "Trước khi rà soát, điều chỉnh, đánh dấu “yêu cầu giải trình” khi thẩm định; "
                "đơn vị trả lời ở bước bổ sung."
            )
        )
    if round.stage not in _STAGES or entry.dossier.state not in REOPENABLE:
        raise RuleViolation(
            _("Hồ sơ %(state)s nên không mở lại tiêu chí được; sau khi thống nhất phải có phiên họp mới của Hội đồng.")
            % {"state": DossierState(entry.dossier.state).label}
        )
    if node_of(entry.dossier.block.edition, entry.code).method != "self":
        raise RuleViolation(_("Tiêu chí %(code)s không do đơn vị tự chấm nên không mở lại.") % {"code": entry.code})


@action("leaf.reopen", gettext_noop("Yêu cầu giải trình, bổ sung"), allowed=policy.can_reopen)
def reopen_leaf(entry: Entry, by: User, at: datetime, *, number: str, reason: str, until: datetime) -> Reopening:
    """Reopen one leaf for its unit until a moment, by a numbered request of the team or of the council."""
    windows.hold(entry.dossier)
    require_reopenable(entry)
    if not number.strip() or not reason.strip():
        raise RuleViolation(_("Yêu cầu phải có số và nội dung."))
    if until <= at:
        raise RuleViolation(_("Hạn trả lời phải sau hiện tại."))
    round = entry.dossier.round
    try:
        with transaction.atomic():
            row = Reopening.objects.create(
                entry=entry,
                panel=_panel_of(entry, by),
                number=number.strip(),
                reason=reason.strip(),
                until=until,
                requested_by=by,
                requested_at=at,
            )
    except IntegrityError:
        raise RuleViolation(
            _("Tiêu chí %(code)s đang có yêu cầu chưa xem xét xong. Hãy xem xét xong rồi yêu cầu lại.")
            % {"code": entry.code}
        ) from None
    send(
        User.objects.filter(memberships__unit=entry.dossier.unit_id),
        _("Yêu cầu số %(number)s: giải trình, bổ sung tiêu chí %(code)s, %(deadline)s.")
        % {"number": row.number, "code": entry.code, "deadline": format_deadline(until)},
        at,
        url=f"/ho-so/{entry.dossier_id}/{entry.code}/",
    )
    changed("number", row.number)
    changed("panel", row.panel)
    changed("until", until)
    changed("stage", round.stage)
    because(row.reason)
    return row


def _panel_of(entry: Entry, by: User) -> Panel:
    """On whose behalf: the seat of the person, else the body whose turn it is."""
    round = entry.dossier.round
    if round_policy.can_lead_team(by, round):
        return Panel.TEAM
    if round_policy.sits_on(by, round, Panel.COUNCIL):
        return Panel.COUNCIL
    return _STAGES[StageKey(round.stage)]


@action("leaf.settle", gettext_noop("Xem xét xong yêu cầu giải trình, bổ sung"), allowed=policy.can_settle)
def settle_leaf(reopening: Reopening, by: User, at: datetime, *, conclusion: str) -> Reopening:
    """End a request, once the unit answered or its time is over, and say what came of it; the leaf closes again.

    While pass 2 runs, an answer must have been judged first; before the council it may end in a motion or not.
    """
    entry = reopening.entry
    windows.hold(entry.dossier)
    reopening.refresh_from_db(fields=["answered_at", "settled_at", "until"])
    if reopening.settled_at is not None:
        raise RuleViolation(_("Yêu cầu này đã xem xét xong. Hãy tải lại trang để xem."))
    if reopening.answered_at is None and at < reopening.until:
        raise RuleViolation(
            _("Đơn vị chưa trả lời và còn hạn (%(deadline)s).") % {"deadline": format_deadline(reopening.until)}
        )
    if not conclusion.strip():
        raise RuleViolation(_("Chưa nêu kết quả xem xét."))
    if entry.dossier.round.stage == StageKey.REAPPRAISAL and reopening.answered_at is not None:
        _require_judged(entry, reopening.answered_at)
    reopening.settled_at = at
    reopening.save(update_fields=["settled_at"])
    send(
        User.objects.filter(memberships__unit=entry.dossier.unit_id),
        _("Yêu cầu số %(number)s, tiêu chí %(code)s: đã xem xét xong.")
        % {"number": reopening.number, "code": entry.code},
        at,
        url=f"/ho-so/{entry.dossier_id}/{entry.code}/",
    )
    changed("number", reopening.number)
    because(conclusion.strip())
    return reopening


def _require_judged(entry: Entry, answered_at: datetime) -> None:
    """The appraiser judges what is new in pass 2, be it with the same score."""
    judged = entry.appraisals.filter(pass_number=Pass.SECOND, appraised_at__gte=answered_at)
    if not judged.exists():
        raise RuleViolation(
            _("Tiêu chí %(code)s chưa được thẩm định lại sau khi đơn vị trả lời.") % {"code": entry.code}
        )
