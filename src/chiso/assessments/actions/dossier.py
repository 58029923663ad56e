"""What a unit does with its dossier: enter, attach, review, submit; and what the coordinator may send back."""

import hashlib
import json
from datetime import datetime

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.assessments import policy, windows, workflow
from chiso.assessments.models import Citation, Dossier, Entry
from chiso.assessments.scores import judge, node_of
from chiso.audit.actions import action, because, changed
from chiso.common.dates import format_deadline, format_second
from chiso.common.numbers import format_points
from chiso.common.refusals import RuleViolation
from chiso.common.workflow import move, save_if_unchanged
from chiso.evidence.models import Document
from chiso.evidence.storing import store
from chiso.indexsets.answers import Answer
from chiso.notices.sending import send
from chiso.organizations.choices import Role
from chiso.organizations.models import User
from chiso.rounds.deadlines import late_days
from chiso.scoring import LeafScore, Node
from chiso.scoring.rules import LateRule


class StaleEntry(RuleViolation):
    """Someone saved this leaf after the page was opened; nothing was overwritten."""


@action("entry.save", gettext_noop("Lưu số liệu tự chấm"), allowed=policy.can_edit_entry)
def save_entry(
    entry: Entry, by: User, at: datetime, *, version: int, answer: Answer, reason: str = "", note: str = ""
) -> LeafScore:
    """Save the unit's facts of one leaf; the rule gives the self score (điểm tự chấm).

    `version` is the one the page was opened with. Raises `FactErrors` with everything wrong in the facts.
    """
    windows.hold(entry.dossier)
    windows.require_writable(entry.dossier, at)
    node = node_of(entry.dossier.block.edition, entry.code)
    _require_own_work(node)
    before, note_before = entry.all_facts(), entry.note
    outcome = judge(entry, node, answer)
    require_fair(entry, node, outcome, reason)
    entry.reason, entry.note, entry.saved_at, entry.saved_by = reason, note, at, by
    if not save_if_unchanged(entry, version):
        raise StaleEntry(
            _("Tiêu chí %(code)s vừa được người khác lưu nên chưa ghi đè. Hãy tải lại trang, đối chiếu rồi lưu lại.")
            % {"code": entry.code}
        )
    changed(entry.code, entry.all_facts(), before)
    changed("score", entry.score)
    if note != note_before:
        changed("note", note, note_before)
    because(reason)
    return outcome


def _require_own_work(node: Node) -> None:
    if node.method != "self":
        raise RuleViolation(_("Tiêu chí %(code)s không do đơn vị tự chấm nên không nhập ở đây.") % {"code": node.code})


def require_fair(row: Entry, node: Node, outcome: LeafScore, reason: str) -> None:
    """A unit may score itself lower than the rule with a reason, never higher; “not applicable” needs its reason."""
    if row.not_applicable and not reason.strip():
        raise RuleViolation(_("Chưa nêu lý do không áp dụng tiêu chí %(code)s.") % {"code": node.code})
    if row.decided is None:
        return
    if outcome.computed is None or row.decided > outcome.computed:
        raise RuleViolation(
            _("Điểm tự chấm %(score)s cao hơn điểm theo cách chấm (%(computed)s). Hãy sửa số liệu hoặc chấm thấp hơn.")
            % {"score": format_points(row.decided), "computed": format_points(outcome.computed)}
        )
    if not reason.strip():
        raise RuleViolation(_("Chưa nêu lý do tự chấm thấp hơn cách chấm."))


@action("entry.attach", gettext_noop("Đính kèm tài liệu kiểm chứng"), allowed=policy.can_edit_entry)
def attach_evidence(entry: Entry, by: User, at: datetime, *, file: File[bytes], place: str = "") -> Citation:
    """Keep a file as evidence of a leaf (tài liệu kiểm chứng); the same content is kept once and cited again."""
    _require_open(entry, at)
    document = store(entry.dossier.unit, file, by, at)
    return _cite(entry, document, at, place)


@action("entry.cite", gettext_noop("Dùng lại tài liệu kiểm chứng"), allowed=policy.can_edit_entry)
def cite_document(entry: Entry, by: User, at: datetime, *, document: Document, place: str = "") -> Citation:
    """Let a document that the unit already stored prove this leaf too (dùng lại)."""
    _require_open(entry, at)
    if document.unit_id != entry.dossier.unit_id:
        raise RuleViolation(_("Tài liệu này không thuộc đơn vị của hồ sơ."))
    return _cite(entry, document, at, place)


def _cite(entry: Entry, document: Document, at: datetime, place: str) -> Citation:
    stage = windows.writing_stage(entry.dossier)
    try:
        with transaction.atomic():
            citation = Citation.objects.create(entry=entry, document=document, place=place, stage=stage, added_at=at)
    except IntegrityError:
        raise RuleViolation(
            _("Tài liệu “%(name)s” đã được đính kèm cho tiêu chí %(code)s.")
            % {"name": document.name, "code": entry.code}
        ) from None
    changed("document", f"{document.name} · {document.sha256}")
    return citation


@action("entry.detach", gettext_noop("Gỡ tài liệu kiểm chứng"), allowed=policy.can_remove_citation)
def remove_citation(citation: Citation, by: User, at: datetime) -> Document:
    """Take a document off a leaf, in the stage in which it was added; the document itself is kept."""
    _require_open(citation.entry, at)
    if citation.stage != windows.writing_stage(citation.entry.dossier):
        raise RuleViolation(_("Tài liệu đã nộp ở giai đoạn trước nên không gỡ được."))
    document = citation.document
    changed("document", None, f"{document.name} · {document.sha256}")
    Citation.objects.filter(pk=citation.pk).delete()
    return document


def _require_open(entry: Entry, at: datetime) -> None:
    dossier = entry.dossier
    windows.hold(dossier)
    _require_own_work(node_of(dossier.block.edition, entry.code))
    if dossier.state in windows.ANSWERING_STATES:
        windows.require_answerable(dossier, at)
        if entry.code not in windows.reopened_codes(dossier):
            raise RuleViolation(_("Tiêu chí %(code)s không thuộc diện giải trình, bổ sung.") % {"code": entry.code})
    else:
        windows.require_writable(dossier, at)


@action("dossier.request_review", gettext_noop("Trình lãnh đạo duyệt"), allowed=policy.can_edit)
def request_review(dossier: Dossier, by: User, at: datetime) -> Dossier:
    """Hand the dossier to the unit's leader for review (trình duyệt); entering is locked meanwhile."""
    windows.hold(dossier)
    windows.require_submittable(dossier, at)
    move(dossier, workflow.REQUEST_REVIEW, review_requested_at=at)
    send(
        User.objects.filter(memberships__unit=dossier.unit, memberships__role=Role.UNIT_APPROVER),
        _("%(name)s trình duyệt hồ sơ tự đánh giá.") % {"name": by.full_name},
        at,
        url=f"/ho-so/{dossier.pk}/nop/",
    )
    return dossier


@action("dossier.send_back", gettext_noop("Trả lại công chức"), allowed=policy.can_approve)
def send_back(dossier: Dossier, by: User, at: datetime, *, reason: str) -> Dossier:
    """The leader hands the dossier back to the officials, with the reason."""
    if not reason.strip():
        raise RuleViolation(_("Chưa nêu lý do trả lại."))
    windows.hold(dossier)
    windows.require_self_stage(dossier)
    move(dossier, workflow.SEND_BACK)
    because(reason)
    send(
        User.objects.filter(memberships__unit=dossier.unit, memberships__role=Role.UNIT_EDITOR),
        _("Lãnh đạo trả lại hồ sơ: %(reason)s") % {"reason": reason},
        at,
        url=f"/ho-so/{dossier.pk}/",
    )
    return dossier


@action("dossier.submit", gettext_noop("Ký duyệt, nộp hồ sơ"), allowed=policy.can_approve)
def submit_dossier(dossier: Dossier, by: User, at: datetime) -> Dossier:
    """Sign off and hand the dossier over (nộp hồ sơ): late days are counted by the server's clock."""
    windows.hold(dossier)
    windows.require_submittable(dossier, at)
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
        User.objects.filter(memberships__unit=dossier.round.coordinator_id),
        _("%(unit)s nộp hồ sơ tự đánh giá lúc %(when)s.") % {"unit": dossier.unit, "when": format_second(at)},
        at,
        url=f"/ho-so/{dossier.pk}/",
    )
    return dossier


def _receipt(dossier: Dossier, at: datetime) -> str:
    """The SHA-256 of what was handed over, every fact and every document, as 64 hex digits."""
    entries = dossier.entries.order_by("criterion__position").prefetch_related("citations__document")
    content = [
        [
            entry.code,
            entry.all_facts(),
            entry.note,
            sorted(row.document.sha256 for row in entry.citations.all()),
        ]
        for entry in entries
    ]
    text = json.dumps([dossier.unit.code, at.isoformat(), content], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def record_late_days(dossier: Dossier, late: int) -> None:
    """The server's clock is the fact of every leaf whose rule counts late days."""
    for entry in dossier.entries.select_related("criterion"):
        node = node_of(dossier.block.edition, entry.code)
        if isinstance(node.rule, LateRule) and node.method == "official":
            # A penalty not incurred needs no fact; points for being on time do.
            judge(entry, node, Answer({"days_late": str(late)} if late or not node.is_penalty else {}))
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
        _("Hồ sơ bị trả lại để hoàn thiện (%(deadline)s): %(reason)s")
        % {"deadline": format_deadline(until), "reason": reason},
        at,
        url=f"/ho-so/{dossier.pk}/",
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
