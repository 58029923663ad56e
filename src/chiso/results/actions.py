"""What becomes of an adopted result: submitted, returned or approved (and frozen), published, corrected (row 3.7)."""

from datetime import date, datetime

from django.core.files.base import ContentFile, File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.assessments import workflow as dossier_workflow
from chiso.assessments.actions.stages import advance
from chiso.audit.actions import action, because, changed
from chiso.common.refusals import RuleViolation
from chiso.common.workflow import move, move_all
from chiso.evidence.storing import store
from chiso.notices.sending import send
from chiso.organizations.models import User
from chiso.results import freezing, policy, workflow
from chiso.results.charts import ask_for_chart
from chiso.results.choices import SubmissionState
from chiso.results.models import Correction, Publication, Ranking, Result, Submission
from chiso.rounds import policy as round_policy
from chiso.rounds import workflow as round_workflow
from chiso.rounds.choices import Panel, StageKey
from chiso.rounds.holding import hold
from chiso.rounds.models import Round
from chiso.rounds.people import coordinators, heads, sitting


def is_submitted(round: Round) -> bool:
    """Whether a submission waits for the head, or was approved and not asked to be corrected since."""
    waiting = round.submissions.filter(state=SubmissionState.WAITING)
    return waiting.exists() or round.results.standing().exists()


@action("result.submit", gettext_noop("Trình phê duyệt kết quả"), allowed=round_policy.can_coordinate)
def submit_for_approval(round: Round, by: User, at: datetime, *, number: str, text: str) -> Submission:
    """Draft the submission of the adopted result to the head (tờ trình)."""
    hold(round)
    if round.stage != StageKey.APPROVAL:
        raise RuleViolation(_("Hội đồng chưa thống nhất kết quả nên chưa trình được."))
    if is_submitted(round):
        raise RuleViolation(_("Đã có tờ trình đang chờ hoặc đã được phê duyệt."))
    submission = Submission.objects.create(round=round, number=number, text=text, submitted_by=by, submitted_at=at)
    changed("number", number)
    send(
        heads(round),
        _("Tờ trình số %(number)s đề nghị phê duyệt kết quả Chỉ số CCHC.") % {"number": number},
        at,
        url=f"/dot/{round.pk}/phe-duyet/",
    )
    return submission


@action("result.return", gettext_noop("Trả lại Hội đồng"), allowed=policy.can_decide)
def return_result(submission: Submission, by: User, at: datetime, *, reason: str) -> Submission:
    """The head returns the result to the council with a reason; a new meeting is needed to adopt again."""
    if not reason.strip():
        raise RuleViolation(_("Chưa nêu lý do trả lại."))
    hold(submission.round)
    move(submission, workflow.RETURN, decided_by=by, decided_at=at, reason=reason)
    advance(submission.round, round_workflow.RETURN_TO_COUNCIL, at)
    changed("dossiers", move_all(submission.round.dossiers.all(), dossier_workflow.RETURN_TO_COUNCIL))
    because(reason)
    send(
        [*sitting(submission.round, Panel.COUNCIL), *coordinators(submission.round)],
        _("Kết quả theo Tờ trình số %(number)s bị trả lại Hội đồng.") % {"number": submission.number},
        at,
        url=f"/dot/{submission.round_id}/phe-duyet/",
        detail=reason,
    )
    return submission


@action("result.approve", gettext_noop("Phê duyệt kết quả"), allowed=policy.can_decide)
def approve_result(submission: Submission, by: User, at: datetime) -> Result:
    """The head approves; the result is scored anew from its facts and frozen under one hash.

    After a request to correct it is another result, which names the one that it corrects.
    """
    hold(submission.round)
    move(submission, workflow.APPROVE, decided_by=by, decided_at=at)
    round = submission.round
    changed("dossiers", move_all(round.dossiers.all(), dossier_workflow.APPROVE))
    asked = Correction.objects.filter(result__round=round, result__corrected_by=None).select_related("result").first()
    corrects = asked.result if asked else None
    lines = freezing.score_round(round)
    bundle = freezing.bundle_of(round, lines, corrects=corrects.digest if corrects else "")
    result = Result.objects.create(
        round=round,
        bundle=bundle,
        digest=freezing.digest_of(bundle),
        approved_by=by,
        approved_at=at,
        corrects=corrects,
        reason=asked.reason if asked else "",
    )
    Ranking.objects.bulk_create(
        Ranking(
            result=result,
            block=line.block,
            unit=line.unit,
            total=line.score.total,
            rank=line.rank,
            grade=line.grade,
            was_submitted=line.was_submitted,
        )
        for line in lines
    )
    changed("digest", result.digest)
    return result


@action("result.publish", gettext_noop("Công bố kết quả"), allowed=policy.can_publish)
def publish_result(result: Result, by: User, at: datetime, *, number: str, day: date, decision: bytes) -> Publication:
    """Publish an approved result with its signed decision; from now on everyone may read it.

    A corrected result's publication takes the place of the one before, which stays readable and says so.
    """
    round = result.round
    hold(round)
    _require_new(result, number)
    advance(round, round_workflow.PUBLISH, at)
    changed("dossiers", move_all(round.dossiers.all(), dossier_workflow.PUBLISH))
    publication = Publication(
        result=result,
        number=number,
        date=day,
        signer_name=result.approved_by.full_name,
        published_at=at,
        supersedes=result.corrects.publications.get() if result.corrects else None,
        reason=result.reason,
    )
    publication.decision.save(f"quyet-dinh-{result.pk}.docx", ContentFile(decision), save=False)
    publication.save()
    changed("number", number)
    ask_for_chart(result)
    text = _("Đã công bố Chỉ số CCHC năm %(year)d theo Quyết định số %(number)s.")
    if publication.supersedes:
        because(result.reason)
        text = _(
            "Đã công bố Chỉ số CCHC năm %(year)d đính chính theo Quyết định số %(number)s, thay thế Quyết định "
            "số %(old)s."
        )
    old = publication.supersedes.number if publication.supersedes else ""
    send(
        User.objects.filter(memberships__unit__participations__round=round).distinct(),
        text % {"year": round.year, "number": number, "old": old},
        at,
        url=f"/cong-bo/{publication.pk}/",
    )
    return publication


def _require_new(result: Result, number: str) -> None:
    """A result is published once, and each decision has a number of its own."""
    before = Publication.objects.filter(result__round=result.round)
    if before.filter(result=result).exists():
        raise RuleViolation(_("Kết quả này đã được công bố; sai sót được đính chính bằng quyết định mới."))
    if before.filter(number=number).exists():
        raise RuleViolation(
            _("Quyết định số %(number)s đã công bố kết quả trước đó. Hãy nhập số của quyết định đính chính.")
            % {"number": number}
        )


@action("result.correct", gettext_noop("Yêu cầu đính chính kết quả"), allowed=policy.can_correct)
def correct_result(result: Result, by: User, at: datetime, *, reason: str, file: File[bytes]) -> Correction:
    """Send a published result back to the council for a new meeting, with the reason and the document that shows it.

    What was published stays as it is until another result is adopted, approved and published.
    """
    if not reason.strip():
        raise RuleViolation(_("Chưa nêu lý do đính chính."))
    round = result.round
    hold(round)
    if round.stage != StageKey.PUBLISHED:
        raise RuleViolation(_("Chỉ đính chính được kết quả đã công bố và chưa có yêu cầu đính chính nào khác."))
    if not round.results.standing().filter(pk=result.pk).exists():
        raise RuleViolation(_("Kết quả này đã được đính chính. Hãy tải lại trang để xem kết quả mới nhất."))
    document = store(round.authority, file, by, at)
    correction = Correction.objects.create(result=result, reason=reason, document=document, asked_by=by, asked_at=at)
    advance(round, round_workflow.CORRECT, at)
    changed("dossiers", move_all(round.dossiers.all(), dossier_workflow.CORRECT))
    changed("document", f"{document.pk} · {document.sha256[:12]}")
    because(reason)
    send(
        [*sitting(round, Panel.COUNCIL), *heads(round)],
        _("Cơ quan thường trực yêu cầu đính chính Chỉ số CCHC năm %(year)d; Hội đồng cần họp lại.")
        % {"year": round.year},
        at,
        url=f"/dot/{round.pk}/phe-duyet/",
        detail=reason,
    )
    return correction
