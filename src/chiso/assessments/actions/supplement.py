"""What a unit does after the notice: explain, propose a score, send its answer."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.assessments import policy, windows, workflow
from chiso.assessments.choices import DossierState
from chiso.assessments.models import Dossier, Entry, Explanation
from chiso.assessments.scores import judge, node_of
from chiso.audit.actions import action, because, changed
from chiso.common.refusals import RuleViolation
from chiso.common.workflow import move, save_if_unchanged
from chiso.indexsets.answers import Answer
from chiso.organizations.models import User


@action("entry.explain", gettext_noop("Giải trình"), allowed=policy.can_edit_entry)
def explain_entry(entry: Entry, by: User, at: datetime, *, version: int, text: str, answer: Answer) -> Explanation:
    """Answer the team on a reopened leaf (giải trình), with the facts that the unit proposes.

    `version` is that of the explanation the page showed, 0 when there was none. Points are never proposed
    against the rule: facts are, and the rule scores them.
    """
    dossier = entry.dossier
    windows.hold(dossier)
    windows.require_answerable(dossier, at)
    if entry.code not in windows.reopened_codes(dossier):
        raise RuleViolation(_("Tiêu chí %(code)s không thuộc diện giải trình, bổ sung.") % {"code": entry.code})
    if not text.strip():
        raise RuleViolation(_("Chưa có nội dung giải trình."))
    row = Explanation.objects.filter(entry=entry).first() or Explanation(entry=entry, version=0)
    before = row.all_facts()
    judge(row, node_of(dossier.block.edition, entry.code), answer)
    row.text, row.explained_by, row.explained_at = text, by, at
    if not save_if_unchanged(row, version):
        raise RuleViolation(
            _("Giải trình của tiêu chí %(code)s vừa được người khác lưu. Hãy tải lại trang để xem.")
            % {"code": entry.code}
        )
    if dossier.state == DossierState.NOTIFIED:
        move(dossier, workflow.START_SUPPLEMENT)
    changed("proposed", row.score, entry.score)
    changed(entry.code, row.all_facts(), before)
    because(text)
    return row


@action("dossier.resubmit", gettext_noop("Gửi giải trình, bổ sung"), allowed=policy.can_approve)
def resubmit_dossier(dossier: Dossier, by: User, at: datetime) -> Dossier:
    """Send the unit's explanations and supplements to the team; nothing changes after it."""
    windows.hold(dossier)
    windows.require_answerable(dossier, at)
    move(dossier, workflow.RESUBMIT, resubmitted_at=at)
    return dossier
