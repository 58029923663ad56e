"""Around the hand-over of a dossier: the leader's remarks, the signed report, and taking a dossier back in time."""

from datetime import date, datetime

from django.core.files.base import File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.assessments import policy, windows, workflow
from chiso.assessments.actions.dossier import forget_late_days
from chiso.assessments.choices import DossierState
from chiso.assessments.entering import require_own_work
from chiso.assessments.models import Dossier, Entry
from chiso.assessments.scores import node_of
from chiso.audit.actions import action, because, changed
from chiso.common.dates import format_date, format_deadline, start_of_day
from chiso.common.refusals import RuleViolation
from chiso.common.workflow import move
from chiso.evidence.describing import mark_of
from chiso.evidence.storing import PDF, store
from chiso.notices.sending import send
from chiso.organizations.models import User
from chiso.rounds.holding import read_again
from chiso.rounds.people import coordinators

IN_HAND = windows.WRITING_STATES | {DossierState.INTERNAL_REVIEW}
"""The states of a dossier that its unit still holds."""
REPORT_FIELDS = ("report_number", "report_date", "report_id")


@action("entry.remark", gettext_noop("Ghi nhận xét của lãnh đạo"), allowed=policy.can_approve_entry)
def remark_entry(entry: Entry, by: User, at: datetime, *, remark: str) -> Entry:
    """Write what the leader finds on a leaf (nhận xét), or take it off when `remark` is empty.

    While the dossier lies with the leader the officials read it when it is sent back; else they are told now.
    """
    dossier, text = entry.dossier, remark.strip()
    windows.hold(dossier)
    require_in_hand(dossier)
    require_own_work(node_of(dossier.block.edition, entry.code))
    read_again(entry, "remark", "remarked_at", "assigned_to_id", "saved_by_id")
    if text == entry.remark:
        raise RuleViolation(
            _("Nhận xét này đã được ghi cho tiêu chí %(code)s.") % {"code": entry.code}
            if text
            else _("Tiêu chí %(code)s không có nhận xét nào để bỏ.") % {"code": entry.code}
        )
    changed("remark", text, entry.remark)
    entry.remark, entry.remarked_at = text, at if text else None
    Entry.objects.filter(pk=entry.pk).update(remark=text, remarked_at=entry.remarked_at)
    if text and dossier.state in windows.WRITING_STATES:
        _tell_of_remark(entry, by, at)
    return entry


def _tell_of_remark(entry: Entry, by: User, at: datetime) -> None:
    """The person who answers for the leaf, else the one who entered it."""
    told = User.objects.filter(pk=entry.assigned_to_id or entry.saved_by_id or 0).exclude(pk=by.pk)
    send(
        told,
        _("%(name)s nhận xét tiêu chí %(code)s.") % {"name": by.full_name, "code": entry.code},
        at,
        url=f"/ho-so/{entry.dossier_id}/{entry.code}/",
        detail=entry.remark,
    )


@action("dossier.attach_report", gettext_noop("Đính kèm báo cáo tự đánh giá đã ký"), allowed=policy.can_edit)
def attach_report(
    dossier: Dossier, by: User, at: datetime, *, number: str, day: date, file: File[bytes] | None = None
) -> Dossier:
    """Attach the unit's signed report with number and date; without a file, correct those of the one there."""
    windows.hold(dossier)
    require_in_hand(dossier)
    windows.require_submittable(dossier, at)
    read_again(dossier, *REPORT_FIELDS)
    _require_sense(number, day, at)
    old = dossier.report
    report = store(dossier.unit, file, by, at) if file else old
    if report is None or report.removed_at:
        raise RuleViolation(_("Chưa chọn tệp báo cáo đã ký. Hãy chọn tệp PDF rồi lưu lại."))
    if report.media_type != PDF:
        raise RuleViolation(_("Báo cáo đã ký phải là tệp PDF (bản ký số hoặc bản quét có chữ ký, con dấu)."))
    changed("number", number.strip(), dossier.report_number)
    changed("date", day, dossier.report_date)
    changed("document", mark_of(report), mark_of(old) if old else None)
    dossier.report_number, dossier.report_date, dossier.report = number.strip(), day, report
    dossier.save(update_fields=["report_number", "report_date", "report"])
    return dossier


def _require_sense(number: str, day: date, at: datetime) -> None:
    if not number.strip():
        raise RuleViolation(_("Chưa ghi số, ký hiệu báo cáo."))
    if start_of_day(day) > at:
        raise RuleViolation(
            _("Ngày báo cáo %(day)s ở tương lai. Hãy ghi ngày trên báo cáo.") % {"day": format_date(day)}
        )


@action("dossier.withdraw", gettext_noop("Rút hồ sơ đã nộp"), allowed=policy.can_approve)
def withdraw_dossier(dossier: Dossier, by: User, at: datetime, *, reason: str) -> Dossier:
    """Take a dossier back before the deadline to mend it (rút hồ sơ); its receipt stays in the audit log."""
    windows.hold(dossier)
    windows.require_self_stage(dossier)
    require_before_deadline(dossier, at)
    if not reason.strip():
        raise RuleViolation(_("Chưa nêu lý do rút hồ sơ."))
    read_again(dossier, "receipt", "submitted_at")
    receipt, submitted_at = dossier.receipt, dossier.submitted_at
    move(
        dossier,
        workflow.WITHDRAW,
        submitted_at=None,
        submitted_by=None,
        receipt="",
        late_days=0,
        review_requested_at=None,
    )
    forget_late_days(dossier)
    changed("receipt", "", receipt)
    changed("submitted_at", None, submitted_at)
    because(reason)
    send(
        coordinators(dossier.round),
        _("%(unit)s rút hồ sơ đã nộp để sửa.") % {"unit": dossier.unit},
        at,
        url=f"/ho-so/{dossier.pk}/",
        detail=reason,
    )
    return dossier


def require_before_deadline(dossier: Dossier, at: datetime) -> None:
    """Refuse to take a dossier back once its deadline has passed: it would be late, or lost."""
    end = windows.deadline(dossier, windows.writing_stage(dossier))
    if end is not None and at >= end:
        raise RuleViolation(
            _("Đã hết hạn nộp (%(deadline)s) nên không rút được. Cần sửa thì đề nghị %(coordinator)s trả lại.")
            % {"deadline": format_deadline(end), "coordinator": dossier.round.coordinator.name}
        )


def require_in_hand(dossier: Dossier) -> None:
    """Refuse unless the dossier lies with its unit, before the team has it."""
    windows.require_self_stage(dossier)
    if dossier.state not in IN_HAND:
        raise RuleViolation(windows.why_locked(dossier))
