"""What becomes of an adopted result: submitted, returned or approved (and frozen), published (row 3.7)."""

from datetime import date, datetime

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.assessments import workflow as dossier_workflow
from chiso.assessments.actions.stages import advance
from chiso.audit.actions import action, because, changed
from chiso.common.refusals import RuleViolation
from chiso.common.workflow import move, move_all
from chiso.notices.sending import send
from chiso.organizations.choices import Role
from chiso.organizations.models import User
from chiso.results import freezing, policy, workflow
from chiso.results.charts import ask_for_chart
from chiso.results.choices import SubmissionState
from chiso.results.models import Publication, Ranking, Result, Submission
from chiso.rounds import policy as round_policy
from chiso.rounds import workflow as round_workflow
from chiso.rounds.choices import StageKey
from chiso.rounds.holding import hold
from chiso.rounds.models import Round


@action("result.submit", gettext_noop("Trình phê duyệt kết quả"), allowed=round_policy.can_coordinate)
def submit_for_approval(round: Round, by: User, at: datetime, *, number: str, text: str) -> Submission:
    """Draft the submission of the adopted result to the head (tờ trình)."""
    hold(round)
    if round.stage != StageKey.APPROVAL:
        raise RuleViolation(_("Hội đồng chưa thống nhất kết quả nên chưa trình được."))
    if round.submissions.exclude(state=SubmissionState.RETURNED).exists():
        raise RuleViolation(_("Đã có tờ trình đang chờ hoặc đã được phê duyệt."))
    submission = Submission.objects.create(round=round, number=number, text=text, submitted_by=by, submitted_at=at)
    changed("number", number)
    send(
        User.objects.filter(memberships__unit=round.authority_id, memberships__role=Role.AUTHORITY_HEAD),
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
    return submission


@action("result.approve", gettext_noop("Phê duyệt kết quả"), allowed=policy.can_decide)
def approve_result(submission: Submission, by: User, at: datetime) -> Result:
    """The head approves; the result is scored anew from its facts and frozen under one hash."""
    hold(submission.round)
    move(submission, workflow.APPROVE, decided_by=by, decided_at=at)
    round = submission.round
    changed("dossiers", move_all(round.dossiers.all(), dossier_workflow.APPROVE))
    lines = freezing.score_round(round)
    bundle = freezing.bundle_of(round, lines)
    result = Result.objects.create(
        round=round, bundle=bundle, digest=freezing.digest_of(bundle), approved_by=by, approved_at=at
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
    """Publish an approved result with its signed decision; from now on everyone may read it."""
    round = result.round
    hold(round)
    advance(round, round_workflow.PUBLISH, at)
    changed("dossiers", move_all(round.dossiers.all(), dossier_workflow.PUBLISH))
    publication = Publication(
        result=result, number=number, date=day, signer_name=result.approved_by.full_name, published_at=at
    )
    publication.decision.save(f"quyet-dinh-{result.pk}.docx", ContentFile(decision), save=False)
    publication.save()
    changed("number", number)
    ask_for_chart(result)
    send(
        User.objects.filter(memberships__unit__participations__round=round).distinct(),
        _("Đã công bố Chỉ số CCHC năm %(year)d theo Quyết định số %(number)s.")
        % {"year": round.year, "number": number},
        at,
        url=f"/cong-bo/{publication.pk}/",
    )
    return publication
