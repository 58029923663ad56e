"""What a unit does after the notice: explain, propose a score, send its answer."""

from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.assessments import policy, windows, workflow
from chiso.assessments.choices import DossierState
from chiso.assessments.citing import tell_of_sent
from chiso.assessments.models import Dossier, Entry, Explanation, Reopening
from chiso.assessments.reopenings import require_leaf_answerable
from chiso.assessments.scores import judge, node_of
from chiso.audit.actions import action, because, changed
from chiso.common.refusals import RuleViolation
from chiso.common.workflow import move, save_if_unchanged
from chiso.indexsets.answers import Answer
from chiso.notices.sending import send
from chiso.organizations.models import User


class StaleExplanation(RuleViolation):
    """Someone saved the explanation after the page was opened; nothing was overwritten."""


@action("entry.explain", gettext_noop("Giải trình"), allowed=policy.can_edit_entry)
def explain_entry(
    entry: Entry, by: User, at: datetime, *, version: int, text: str, answer: Answer, as_of: date | None = None
) -> Explanation:
    """Answer the team on a reopened leaf (giải trình), with the facts that the unit proposes.

    `version` is that of the explanation the page showed, 0 when there was none. Points are never proposed
    against the rule: facts are, and the rule scores them.
    """
    dossier = entry.dossier
    windows.hold(dossier)
    request = require_leaf_answerable(entry, at)
    if not text.strip():
        raise RuleViolation(_("Chưa có nội dung giải trình."))
    row = Explanation.objects.filter(entry=entry).first() or Explanation(entry=entry, version=0)
    before, as_of_before = row.all_facts(), row.as_of
    judge(row, node_of(dossier.block.edition, entry.code), answer)
    row.text, row.as_of, row.explained_by, row.explained_at = text, as_of, by, at
    if not save_if_unchanged(row, version):
        raise StaleExplanation(
            _("Giải trình của tiêu chí %(code)s vừa được người khác lưu. Hãy tải lại trang để xem.")
            % {"code": entry.code}
        )
    if dossier.state == DossierState.NOTIFIED:
        move(dossier, workflow.START_SUPPLEMENT)
    if request is not None:
        Reopening.objects.filter(pk=request.pk).update(answered_at=at)
        _tell_of_answer(entry, request, at)
        changed("request", request.number)
    changed("proposed", row.score, entry.score)
    changed(entry.code, row.all_facts(), before)
    if as_of != as_of_before:
        changed("as_of", as_of, as_of_before)
    because(text)
    return row


def _tell_of_answer(entry: Entry, request: Reopening, at: datetime) -> None:
    """Tell whoever asked; once for a request, however often the unit improves its answer."""
    if request.answered_at is not None:
        return
    send(
        User.objects.filter(pk=request.requested_by_id),
        _("%(unit)s đã trả lời yêu cầu số %(number)s, tiêu chí %(code)s.")
        % {"unit": entry.dossier.unit, "number": request.number, "code": entry.code},
        at,
        url=f"/ho-so/{entry.dossier_id}/{entry.code}/qua-trinh/",
    )


@action("dossier.resubmit", gettext_noop("Gửi giải trình, bổ sung"), allowed=policy.can_approve)
def resubmit_dossier(dossier: Dossier, by: User, at: datetime) -> Dossier:
    """Send the unit's explanations and supplements to the team; nothing changes after it."""
    windows.hold(dossier)
    windows.require_answerable(dossier, at)
    move(dossier, workflow.RESUBMIT, resubmitted_at=at)
    tell_of_sent(Dossier.objects.filter(pk=dossier.pk), at)
    return dossier
