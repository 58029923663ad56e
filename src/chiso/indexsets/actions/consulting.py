"""Opinions on a set: asked for, given, answered (lấy ý kiến; tiếp thu, giải trình)."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.audit.actions import action, because, changed
from chiso.common import dates
from chiso.common.refusals import RuleViolation
from chiso.common.workflow import move
from chiso.indexsets import policy, workflow
from chiso.indexsets.choices import EditionState, Response
from chiso.indexsets.models import Consultation, Criterion, Edition, Opinion
from chiso.indexsets.settling import lock, settle
from chiso.notices.sending import send
from chiso.organizations.models import Unit, User


@action("index_set.consult", gettext_noop("Lấy ý kiến Bộ chỉ số"), allowed=policy.can_consult)
def open_consultation(
    edition: Edition, by: User, at: datetime, *, bodies: Sequence[Unit], closes_at: datetime, seen: int | None = None
) -> Consultation:
    """Ask chosen bodies for their opinion until a moment (lấy ý kiến), on the draft as it is now.

    `seen` is the `draft_version` of the page one confirms; a draft saved since then is refused.
    """
    if closes_at <= at:
        raise RuleViolation(_("Thời hạn lấy ý kiến phải sau thời điểm hiện tại. Hãy chọn ngày khác."))
    if not bodies:
        raise RuleViolation(_("Chưa chọn cơ quan được lấy ý kiến."))
    row = lock(edition, seen)
    if row.state not in workflow.CONSULT.sources:
        move(edition, workflow.CONSULT)  # Says that it is not in a state to be asked about.
    move(edition, workflow.CONSULT, **vars(settle(row, is_issued=False)))
    consultation = Consultation.objects.create(edition=edition, opened_at=at, closes_at=closes_at)
    consultation.bodies.set(bodies)
    changed("bodies", [body.name for body in bodies])
    changed("closes_at", closes_at)
    changed("digest", edition.digest)
    _tell(consultation, _("Lấy ý kiến %(name)s, %(deadline)s."), at)
    return consultation


@action("index_set.extend_consultation", gettext_noop("Đổi thời hạn lấy ý kiến"), allowed=policy.can_run)
def extend_consultation(
    consultation: Consultation, by: User, at: datetime, *, closes_at: datetime, reason: str
) -> Consultation:
    """Give the bodies until another moment, also after the first one has passed."""
    if closes_at <= max(at, consultation.closes_at):
        raise RuleViolation(
            _("Thời hạn mới phải sau thời điểm hiện tại và sau thời hạn cũ (%(deadline)s). Hãy chọn ngày khác.")
            % {"deadline": dates.format_deadline(consultation.closes_at)}
        )
    _set_deadline(consultation, closes_at, reason)
    _tell(consultation, _("Gia hạn lấy ý kiến %(name)s, %(deadline)s."), at, reason)
    return consultation


@action("index_set.close_consultation", gettext_noop("Kết thúc lấy ý kiến trước hạn"), allowed=policy.can_run)
def close_consultation(consultation: Consultation, by: User, at: datetime, *, reason: str) -> Consultation:
    """End the asking before its time."""
    if at >= consultation.closes_at:
        raise RuleViolation(
            _("Thời hạn lấy ý kiến đã hết (%(deadline)s) nên không cần kết thúc nữa.")
            % {"deadline": dates.format_deadline(consultation.closes_at)}
        )
    _set_deadline(consultation, at, reason)
    _tell(consultation, _("Kết thúc lấy ý kiến %(name)s trước hạn."), at, reason)
    return consultation


@action("index_set.give_opinion", gettext_noop("Góp ý Bộ chỉ số"), allowed=policy.can_give_opinion)
def give_opinion(
    consultation: Consultation,
    by: User,
    at: datetime,
    *,
    unit: Unit,
    text: str,
    criterion: Criterion | None = None,
) -> Opinion:
    """Give a body's opinion on the whole set or on one criterion."""
    if unit.pk not in by.unit_ids() or not consultation.bodies.filter(pk=unit.pk).exists():
        raise RuleViolation(_("Bạn chỉ góp ý thay mặt cơ quan của mình, khi cơ quan đó được lấy ý kiến."))
    if consultation.edition.state != EditionState.CONSULTING or at >= consultation.closes_at:
        raise RuleViolation(
            _("Đã hết thời gian lấy ý kiến (%(deadline)s). Hãy liên hệ cơ quan thường trực.")
            % {"deadline": dates.format_deadline(consultation.closes_at)}
        )
    if criterion is not None and criterion.edition_id != consultation.edition_id:
        raise RuleViolation(_("Tiêu chí được chọn không thuộc Bộ chỉ số đang lấy ý kiến. Hãy tải lại trang."))
    opinion = Opinion.objects.create(
        consultation=consultation,
        unit=unit,
        criterion=criterion,
        about=str(criterion) if criterion else "",
        text=text,
        given_by=by,
        given_at=at,
    )
    changed("unit", unit.name)
    changed("about", opinion.about)
    changed("text", text)
    return opinion


@action("index_set.answer_opinion", gettext_noop("Tiếp thu, giải trình ý kiến"), allowed=policy.can_answer)
def answer_opinion(opinion: Opinion, by: User, at: datetime, *, response: Response, text: str) -> Opinion:
    """Answer an opinion: accepted, partly, or declined with the reason (tiếp thu, giải trình)."""
    if opinion.consultation.edition.state != EditionState.CONSULTING:
        raise RuleViolation(_("Bộ chỉ số không còn ở bước lấy ý kiến nên không sửa được phần trả lời."))
    if response != Response.ACCEPTED and not text.strip():
        raise RuleViolation(_("Chưa nêu lý do. Khi không tiếp thu toàn bộ, hãy giải trình lý do."))
    changed("response", response, opinion.response)
    because(text)
    opinion.response, opinion.response_text, opinion.answered_at = response, text, at
    opinion.save(update_fields=["response", "response_text", "answered_at"])
    return opinion


def _set_deadline(consultation: Consultation, closes_at: datetime, reason: str) -> None:
    """Both ways of changing the date are for a set that is still being asked about, and both say why."""
    if consultation.edition.state != EditionState.CONSULTING:
        raise RuleViolation(_("Bộ chỉ số không còn ở bước lấy ý kiến nên không đổi được thời hạn."))
    if not reason.strip():
        raise RuleViolation(_("Chưa nêu lý do. Lý do được báo cho các cơ quan được lấy ý kiến."))
    # Two people at once: the second one saw another date than the one that stands now.
    rows = Consultation.objects.filter(pk=consultation.pk, closes_at=consultation.closes_at)
    if not rows.update(closes_at=closes_at):
        raise RuleViolation(_("Thời hạn lấy ý kiến vừa được người khác đổi. Hãy tải lại trang."))
    changed("closes_at", closes_at, consultation.closes_at)
    because(reason)
    consultation.closes_at = closes_at


def _tell(consultation: Consultation, sentence: str, at: datetime, reason: str = "") -> None:
    """Tell everyone who works in a body that was asked."""
    told = {"name": consultation.edition.name, "deadline": dates.format_deadline(consultation.closes_at)}
    people = User.objects.filter(memberships__unit__consultations=consultation).distinct()
    send(people, sentence % told, at, url=f"/bo-chi-so/{consultation.edition_id}/", detail=reason)
