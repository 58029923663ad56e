from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from chiso.assessments.models import Dossier
from chiso.common.asking import attempt, sent, status_of
from chiso.common.refusals import RuleViolation
from chiso.evidence.serving import respond_with
from chiso.organizations.requests import UserRequest
from chiso.results import actions, pages, policy, verifying
from chiso.results.approval_page import approval_page, drafted_text
from chiso.results.choices import SubmissionState
from chiso.results.corrections_page import corrections_part, shown_result
from chiso.results.forms import CorrectionForm, ReturnForm, SubmissionForm
from chiso.results.models import Correction, Result, Submission
from chiso.results.unit_page import unit_page
from chiso.results.verify_page import verify_page, verify_url
from chiso.rounds import policy as round_policy
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Round
from chiso.rounds.pages import parts_of
from chiso.rounds.policy import runs
from chiso.rounds.stage_line import stage_line

_ADOPTED = (StageKey.APPROVAL, StageKey.PUBLISHED)


def _round(request: UserRequest, pk: int) -> Round:
    rounds = Round.objects.visible_to(request.user).select_related("authority", "coordinator")
    return get_object_or_404(rounds, pk=pk)


def _frame(request: UserRequest, round: Round, current: str) -> dict[str, Any]:
    """What every page of a round shows on top."""
    parts = parts_of(round, request.user, current)
    return {"round": round, "stage_line": stage_line(round, request.now), "parts": parts}


def _require_reader(request: UserRequest, round: Round) -> None:
    if not policy.can_read_ranking(request.user, round):
        raise PermissionDenied(_("Kết quả chỉ được xem sau khi công bố."))


@require_safe
def results(request: UserRequest, pk: int) -> HttpResponse:
    round = _round(request, pk)
    _require_reader(request, round)
    context = _frame(request, round, "results:results")
    result = shown_result(request.user, round)
    context["corrections"] = corrections_part(request.user, round, result)
    if result or round.stage in _ADOPTED:
        context |= {"page": pages.ranking_page(round, result), "result": result}
        context["next"] = pages.next_step(request.user, round, result)
        context["verify_url"] = verify_url(request.user, round, result)
    return render(request, "results/results.html", context)


@require_safe
def unit(request: UserRequest, pk: int, unit_code: str) -> HttpResponse:
    round = _round(request, pk)
    _require_reader(request, round)
    result = shown_result(request.user, round)
    if result is None and round.stage not in _ADOPTED:
        return redirect("results:results", pk=pk)
    dossier = Dossier.objects.visible_to(request.user).filter(round=round, unit__code=unit_code).first()
    may_read = dossier is not None and policy.can_read_history(request.user, round, dossier.unit_id)
    page = unit_page(round, result, unit_code, dossier if may_read else None)
    if page is None:
        raise Http404
    context = {"page": page, "dossier": dossier if may_read else None}
    return render(request, "results/unit.html", _frame(request, round, "results:results") | context)


@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: UserRequest, pk: int) -> HttpResponse:
    round = _round(request, pk)
    if not round_policy.can_coordinate(request.user, round):
        raise PermissionDenied(_("Cơ quan thường trực của đợt đánh giá lập tờ trình."))
    if request.method != "POST" and actions.is_submitted(round):
        return redirect("results:approval", pk=pk)
    form = SubmissionForm(*sent(request), initial={"text": drafted_text(round)})
    if attempt(form, lambda: actions.submit_for_approval(round, request.user, request.now, **form.cleaned_data)):
        messages.success(request, _("Đã trình. Người đứng đầu nhận được thông báo."))
        return redirect("results:approval", pk=pk)
    context = _frame(request, round, "results:approval") | {"form": form, "ready": round.stage == StageKey.APPROVAL}
    return render(request, "results/submit.html", context, status=status_of(form))


@require_safe
def approval(request: UserRequest, pk: int) -> HttpResponse:
    return _approval(request, _round(request, pk))


def _approval(request: UserRequest, round: Round, *, status: int = 200) -> HttpResponse:
    if not policy.can_read_decisions(request.user, round):
        raise PermissionDenied(_("Kết quả đang chờ người đứng đầu phê duyệt."))
    submissions = Submission.objects.visible_to(request.user).filter(round=round)
    page = approval_page(request.user, round, submissions, shown_result(request.user, round))
    context = _frame(request, round, "results:approval") | {"page": page}
    return render(request, "results/approval.html", context, status=status)


def _submission(request: UserRequest, pk: int) -> Submission:
    rows = Submission.objects.visible_to(request.user)
    submission = get_object_or_404(rows.select_related("round__authority", "round__coordinator"), pk=pk)
    if not policy.can_decide(request.user, submission):
        raise PermissionDenied(_("Chỉ người đứng đầu cơ quan phê duyệt hoặc trả lại kết quả."))
    return submission


def _already_decided(request: UserRequest, submission: Submission) -> HttpResponse:
    text = _("Tờ trình số %(number)s %(state)s nên không quyết định lại được.")
    messages.error(request, text % {"number": submission.number, "state": submission.get_state_display()})
    return _approval(request, submission.round, status=409)


@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: UserRequest, pk: int) -> HttpResponse:
    submission = _submission(request, pk)
    if submission.state != SubmissionState.WAITING:
        return _already_decided(request, submission)
    if request.method == "POST":
        try:
            actions.approve_result(submission, request.user, request.now)
        except RuleViolation as refusal:
            messages.error(request, str(refusal))
            return _approval(request, submission.round, status=409)
        messages.success(request, _("Đã phê duyệt kết quả. Bản chụp kết quả được khóa."))
        return redirect("results:results", pk=submission.round_id)
    context = {"submission": submission, "page": pages.ranking_page(submission.round, None)}
    frame = _frame(request, submission.round, "results:approval")
    return render(request, "results/approve.html", frame | context)


@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request: UserRequest, pk: int) -> HttpResponse:
    submission = _submission(request, pk)
    if submission.state != SubmissionState.WAITING:
        return _already_decided(request, submission)
    form = ReturnForm(*sent(request))
    if attempt(form, lambda: actions.return_result(submission, request.user, request.now, **form.cleaned_data)):
        messages.success(request, _("Đã trả lại Hội đồng thẩm định kèm lý do."))
        return redirect("results:approval", pk=submission.round_id)
    context = _frame(request, submission.round, "results:approval") | {"submission": submission, "form": form}
    return render(request, "results/send_back.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: UserRequest, pk: int) -> HttpResponse:
    """Ask the council to correct what was published."""
    round = _round(request, pk)
    published = Result.objects.visible_to(request.user).published().defer("bundle")
    result = get_object_or_404(published, round=round, correction=None)
    if not policy.can_correct(request.user, result):
        raise PermissionDenied(_("Cơ quan thường trực của đợt đánh giá yêu cầu đính chính kết quả."))
    form = CorrectionForm(*sent(request))
    if attempt(form, lambda: actions.correct_result(result, request.user, request.now, **form.cleaned_data)):
        messages.success(request, _("Đã yêu cầu đính chính. Hội đồng thẩm định nhận được thông báo để họp lại."))
        return redirect("results:approval", pk=pk)
    publication = result.publications.get()
    context = _frame(request, round, "results:results") | {"form": form, "publication": publication}
    return render(request, "results/correct.html", context, status=status_of(form))


@require_safe
def correction_document(request: UserRequest, pk: int) -> HttpResponseBase:
    """The document that shows why a result is corrected."""
    rows = Correction.objects.visible_to(request.user).select_related("document")
    return respond_with(request, get_object_or_404(rows, pk=pk).document)


def _frozen(request: UserRequest, pk: int) -> Result:
    """A frozen result, the facts of every unit in it, for those who run its round."""
    rows = Result.objects.visible_to(request.user).select_related("round__authority", "round__coordinator")
    result = get_object_or_404(rows, pk=pk)
    if not runs(request.user, result.round):
        raise PermissionDenied(_("Bản chụp có số liệu của mọi đơn vị, chỉ cơ quan tổ chức đánh giá được xem."))
    return result


@require_safe
def verify(request: UserRequest, pk: int) -> HttpResponse:
    """Compute the hash of a frozen result anew, and every number in it."""
    result = _frozen(request, pk)
    context = _frame(request, result.round, "results:results") | {"page": verify_page(result)}
    return render(request, "results/verify.html", context)


@require_safe
def bundle(request: UserRequest, pk: int) -> HttpResponse:
    """The frozen result as a file that `chiso verify` reads."""
    result = _frozen(request, pk)
    content = verifying.file_of(result.bundle, result.digest)
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False})
    response.headers["Content-Disposition"] = f'attachment; filename="{_name(result)}"'
    return response


def _name(result: Result) -> str:
    return f"ban-chup-ket-qua-{result.round.year}-{result.digest[:8]}.json"
