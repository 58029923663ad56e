"""What a unit does with its dossier: enter, attach, review, submit; and what the coordinator may send back."""

import hashlib
import json
from datetime import date, datetime

from django.core.files.base import File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.assessments import policy, remarks, windows, workflow
from chiso.assessments.citing import cite, require_open, require_own_stage, tell_of_same_content
from chiso.assessments.entering import Said, enter, words_of
from chiso.assessments.models import Citation, Dossier, Entry
from chiso.assessments.scores import judge, node_of
from chiso.audit.actions import action, because, changed
from chiso.common.dates import format_deadline, format_second
from chiso.common.refusals import RuleViolation
from chiso.common.workflow import move
from chiso.evidence.describing import mark_of
from chiso.evidence.models import Document
from chiso.evidence.storing import store
from chiso.indexsets.answers import Answer
from chiso.notices.sending import send
from chiso.organizations.choices import Role
from chiso.organizations.models import User
from chiso.organizations.people import holding
from chiso.rounds.deadlines import late_days
from chiso.rounds.holding import read_again
from chiso.rounds.people import coordinators
from chiso.scoring import LeafScore
from chiso.scoring.rules import LateRule

_CODES_TOLD = 6


@action("entry.save", gettext_noop("Lưu số liệu tự chấm"), allowed=policy.can_edit_entry)
def save_entry(
    entry: Entry,
    by: User,
    at: datetime,
    *,
    version: int,
    answer: Answer,
    reason: str = "",
    note: str = "",
    as_of: date | None = None,
    no_document: bool = False,
) -> LeafScore:
    """Save the unit's facts of one leaf; the rule gives the self score (điểm tự chấm).

    `version` is the one the page was opened with. Raises `FactErrors` with everything wrong in the facts.
    """
    windows.hold(entry.dossier)
    windows.require_writable(entry.dossier, at)
    node = node_of(entry.dossier.block.edition, entry.code)
    before, words_before = entry.all_facts(), words_of(entry)
    outcome = enter(entry, node, by, at, version=version, said=Said(answer, reason, note, as_of, no_document))
    changed(entry.code, entry.all_facts(), before)
    changed("score", entry.score)
    for name, word in words_of(entry).items():
        if word != words_before[name]:
            changed(name, word, words_before[name])
    because(reason)
    return outcome


@action("entry.attach", gettext_noop("Đính kèm tài liệu kiểm chứng"), allowed=policy.can_edit_entry)
def attach_evidence(entry: Entry, by: User, at: datetime, *, file: File[bytes], place: str = "") -> Citation:
    """Keep a file as evidence of a leaf (tài liệu kiểm chứng); the same content is kept once and cited again."""
    require_open(entry, at)
    citation = cite(entry, store(entry.dossier.unit, file, by, at), at, place)
    tell_of_same_content(citation, at)
    return citation


@action("entry.cite", gettext_noop("Dùng lại tài liệu kiểm chứng"), allowed=policy.can_edit_entry)
def cite_document(entry: Entry, by: User, at: datetime, *, document: Document, place: str = "") -> Citation:
    """Let a document that the unit already stored prove this leaf too (dùng lại)."""
    require_open(entry, at)
    if document.unit_id != entry.dossier.unit_id:
        raise RuleViolation(_("Tài liệu này không thuộc đơn vị của hồ sơ."))
    citation = cite(entry, document, at, place)
    tell_of_same_content(citation, at)
    return citation


@action("entry.detach", gettext_noop("Gỡ tài liệu kiểm chứng"), allowed=policy.can_change_citation)
def remove_citation(citation: Citation, by: User, at: datetime) -> Document:
    """Take a document off a leaf, in the stage in which it was added; the document itself is kept."""
    require_open(citation.entry, at)
    require_own_stage(citation)
    document = citation.document
    changed("document", None, mark_of(document))
    gone, _rows = Citation.objects.filter(pk=citation.pk).delete()
    if not gone:
        raise RuleViolation(_("Tài liệu này vừa được gỡ khỏi tiêu chí."))
    return document


@action("dossier.request_review", gettext_noop("Trình lãnh đạo duyệt"), allowed=policy.can_edit)
def request_review(dossier: Dossier, by: User, at: datetime) -> Dossier:
    """Hand the dossier to the unit's leader for review (trình duyệt); entering is locked meanwhile."""
    windows.hold(dossier)
    windows.require_submittable(dossier, at)
    move(dossier, workflow.REQUEST_REVIEW, review_requested_at=at)
    send(
        holding(Role.UNIT_APPROVER, dossier.unit_id),
        _("%(name)s trình duyệt hồ sơ tự đánh giá.") % {"name": by.full_name},
        at,
        url=f"/ho-so/{dossier.pk}/nop/",
    )
    return dossier


@action("dossier.send_back", gettext_noop("Trả lại công chức"), allowed=policy.can_approve)
def send_back(dossier: Dossier, by: User, at: datetime, *, reason: str) -> Dossier:
    """The leader hands the dossier back to the officials, with the reason and the remarks that wait for an answer."""
    if not reason.strip():
        raise RuleViolation(_("Chưa nêu lý do trả lại."))
    windows.hold(dossier)
    windows.require_self_stage(dossier)
    move(dossier, workflow.SEND_BACK)
    remarked = remarks.open_codes(dossier)
    changed("remarks", remarked)
    because(reason)
    words = _("Lãnh đạo trả lại hồ sơ.")
    if remarked:
        words = _("Lãnh đạo trả lại hồ sơ, nhận xét %(count)d tiêu chí (%(codes)s).") % {
            "count": len(remarked),
            "codes": ", ".join(remarked[:_CODES_TOLD]) + ("…" if len(remarked) > _CODES_TOLD else ""),
        }
    send(
        holding(Role.UNIT_EDITOR, dossier.unit_id),
        words,
        at,
        url=f"/ho-so/{dossier.pk}/con-thieu/",
        detail=reason,
    )
    return dossier


@action("dossier.submit", gettext_noop("Ký duyệt, nộp hồ sơ"), allowed=policy.can_approve)
def submit_dossier(dossier: Dossier, by: User, at: datetime) -> Dossier:
    """Sign off and hand the dossier over (nộp hồ sơ): late days are counted by the server's clock."""
    windows.hold(dossier)
    windows.require_submittable(dossier, at)
    _require_report(dossier)
    end = windows.planned(dossier)
    late = late_days(end, at) if end else 0
    if windows.is_return(dossier):
        late = dossier.late_days  # Counted when it first came in; a return in time adds none.
    receipt = _receipt(dossier, at)
    move(
        dossier,
        workflow.SUBMIT,
        submitted_at=at,
        submitted_by=by,
        late_days=late,
        receipt=receipt,
        return_until=None,
    )
    record_late_days(dossier, late)
    changed("receipt", dossier.receipt)
    changed("late_days", late)
    send(
        coordinators(dossier.round),
        _("%(unit)s nộp hồ sơ tự đánh giá lúc %(when)s.") % {"unit": dossier.unit, "when": format_second(at)},
        at,
        url=f"/ho-so/{dossier.pk}/",
    )
    return dossier


def _require_report(dossier: Dossier) -> None:
    """Refuse a dossier without its signed report, where the round asks for one."""
    read_again(dossier, "report_id", "report_number", "report_date")
    read_again(dossier.round, "report_required")
    if dossier.round.report_required and not has_report(dossier):
        raise RuleViolation(
            _(
                "Đợt đánh giá yêu cầu kèm báo cáo tự đánh giá, chấm điểm đã ký, đóng dấu. Hãy tải dự thảo báo cáo, "
                "trình ký rồi đính kèm bản PDF trước khi nộp."
            )
        )


def has_report(dossier: Dossier) -> bool:
    """Whether the signed report is there, its content neither taken away nor withheld."""
    report = dossier.report
    return report is not None and report.removed_at is None and not report.is_withheld


def _receipt(dossier: Dossier, at: datetime) -> str:
    """The SHA-256 of what was handed over, every fact, word and document, as 64 hex digits."""
    entries = dossier.entries.order_by("criterion__position").prefetch_related("citations__document")
    content = [
        [
            entry.code,
            entry.all_facts(),
            [entry.reason, entry.note, str(entry.as_of or ""), entry.no_document],
            sorted([row.document.sha256, row.place] for row in entry.citations.all()),
        ]
        for entry in entries
    ]
    report = [dossier.report_number, str(dossier.report_date or ""), dossier.report.sha256] if dossier.report else []
    text = json.dumps([dossier.unit.code, at.isoformat(), report, content], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def record_late_days(dossier: Dossier, late: int) -> None:
    """The server's clock is the fact of every leaf whose rule counts late days."""
    _clock(dossier, late)


def forget_late_days(dossier: Dossier) -> None:
    """A dossier that was taken back was not handed in, so neither late nor on time."""
    _clock(dossier, None)


def _clock(dossier: Dossier, late: int | None) -> None:
    for entry in dossier.entries.select_related("criterion"):
        node = node_of(dossier.block.edition, entry.code)
        if isinstance(node.rule, LateRule) and node.method == "official":
            # A penalty not incurred needs no fact; points for being on time do.
            is_fact = late is not None and (late > 0 or not node.is_penalty)
            judge(entry, node, Answer({"days_late": str(late)} if is_fact else {}))
            entry.save(update_fields=["facts", "score", "effective_max", "score_state"])


@action("dossier.return", gettext_noop("Trả lại hồ sơ để hoàn thiện"), allowed=policy.can_coordinate_dossier)
def return_dossier(dossier: Dossier, by: User, at: datetime, *, reason: str, until: datetime) -> Dossier:
    """Return a dossier for formal defects, to be handed in again by a moment (design.md §3)."""
    windows.hold(dossier)
    windows.require_self_stage(dossier)
    if not reason.strip():
        raise RuleViolation(_("Chưa nêu lý do trả lại."))
    if until <= at:
        raise RuleViolation(_("Hạn hoàn thiện phải sau thời điểm hiện tại."))
    move(dossier, workflow.RETURN, return_reason=reason, return_until=until)
    changed("until", until)
    because(reason)
    send(
        User.objects.filter(memberships__unit=dossier.unit),
        _("Hồ sơ bị trả lại để hoàn thiện (%(deadline)s).") % {"deadline": format_deadline(until)},
        at,
        url=f"/ho-so/{dossier.pk}/",
        detail=reason,
    )
    return dossier


@action(
    "dossier.record_not_submitted",
    gettext_noop("Ghi nhận đơn vị không nộp"),
    allowed=policy.can_coordinate_dossier,
)
def record_not_submitted(dossier: Dossier, by: User, at: datetime) -> Dossier:
    """Record that a unit sent nothing (không nộp): every leaf is missing, and the unit is listed as such."""
    windows.hold(dossier)
    windows.require_self_stage(dossier)
    end = windows.last_moment(dossier)
    if end and at < end:
        raise RuleViolation(
            _("%(unit)s còn được nộp %(deadline)s.") % {"unit": dossier.unit, "deadline": format_deadline(end)}
        )
    move(dossier, workflow.RECORD_NOT_SUBMITTED)
    return dossier
