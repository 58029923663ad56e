"""What people do with index sets: import, ask for opinions, give and answer them, issue."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.audit.actions import action, because, changed
from chiso.common import dates
from chiso.common.refusals import RuleViolation
from chiso.common.workflow import move
from chiso.indexsets import policy, workflow
from chiso.indexsets.choices import EditionState, Response
from chiso.indexsets.models import Consultation, Criterion, Edition, IndexSet, Opinion
from chiso.indexsets.reading import digest_of
from chiso.notices.sending import send
from chiso.organizations.models import Unit, User
from chiso.scoring import read_index_set


@action("index_set.import", gettext_noop("Nhập Bộ chỉ số"), allowed=policy.can_import)
def import_edition(authority: Unit, by: User, at: datetime, *, text: str) -> Edition:
    """Read a `chiso-index-set/1` text into a new draft edition.

    Raises `IndexSetErrors` with every fault of the text, and `RuleViolation` when this version is already there.
    """
    parsed = read_index_set(text)
    index_set, _is_new = IndexSet.objects.get_or_create(authority=authority, key=parsed.id)
    if index_set.editions.filter(year=parsed.year, version=parsed.version).exists():
        raise RuleViolation(
            _("Bộ chỉ số “%(key)s” năm %(year)d lần %(version)d đã có. Hãy tăng `version` trong tệp.")
            % {"key": parsed.id, "year": parsed.year, "version": parsed.version}
        )
    edition = Edition.objects.create(
        index_set=index_set,
        name=parsed.name,
        year=parsed.year,
        version=parsed.version,
        text=text,
        digest=digest_of(text),
        imported_at=at,
    )
    rows: dict[str, Criterion] = {}
    for position, node in enumerate(parsed.nodes, start=1):
        rows[node.code] = Criterion.objects.create(
            edition=edition,
            parent=rows.get(node.parent_code or ""),
            position=position,
            code=node.code,
            name=node.name,
            max_score=node.max,
            is_leaf=node.is_leaf,
        )
    changed("edition", edition.pk)
    changed("digest", edition.digest)
    return edition


@action("index_set.consult", gettext_noop("Lấy ý kiến Bộ chỉ số"), allowed=policy.can_consult)
def open_consultation(
    edition: Edition, by: User, at: datetime, *, bodies: Sequence[Unit], closes_at: datetime
) -> Consultation:
    """Ask chosen bodies for their opinion until a moment (lấy ý kiến)."""
    if closes_at <= at:
        raise RuleViolation(_("Thời hạn lấy ý kiến phải sau thời điểm hiện tại. Hãy chọn ngày khác."))
    if not bodies:
        raise RuleViolation(_("Chưa chọn cơ quan được lấy ý kiến."))
    move(edition, workflow.CONSULT)
    consultation = Consultation.objects.create(edition=edition, opened_at=at, closes_at=closes_at)
    consultation.bodies.set(bodies)
    changed("bodies", [body.name for body in bodies])
    changed("closes_at", closes_at)
    send(
        User.objects.filter(memberships__unit__in=bodies).distinct(),
        _("Lấy ý kiến %(name)s, %(deadline)s.") % {"name": edition.name, "deadline": dates.format_deadline(closes_at)},
        at,
        url=f"/bo-chi-so/{edition.pk}/",
    )
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
    opinion = Opinion.objects.create(
        consultation=consultation, unit=unit, criterion=criterion, text=text, given_by=by, given_at=at
    )
    changed("unit", unit.name)
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


@action("index_set.issue", gettext_noop("Ban hành Bộ chỉ số"), allowed=policy.can_issue)
def issue_edition(edition: Edition, by: User, at: datetime, *, number: str, day: date) -> Edition:
    """Issue an edition by the head's decision (ban hành); from now on it never changes."""
    waiting = Opinion.objects.filter(consultation__edition=edition, response="").count()
    if waiting:
        raise RuleViolation(
            _(
                "Còn %(count)d ý kiến chưa được tiếp thu, giải trình. "
                "Cơ quan thường trực cần trả lời trước khi ban hành."
            )
            % {"count": waiting}
        )
    move(edition, workflow.ISSUE, decision_number=number, decision_date=day, signer_name=by.full_name)
    changed("decision", f"{number} {dates.format_date(day)}")
    return edition
