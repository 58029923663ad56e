from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from chiso.assessments.models import Dossier
from chiso.common.asking import attempt, sent, status_of
from chiso.common.refusals import RuleViolation
from chiso.organizations.requests import UserRequest
from chiso.results import actions, pages, policy
from chiso.results.approval_page import approval_page, drafted_text
from chiso.results.choices import SubmissionState
from chiso.results.forms import ReturnForm, SubmissionForm
from chiso.results.models import Result, Submission
from chiso.results.unit_page import unit_page
from chiso.rounds import policy as round_policy
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Round
from chiso.rounds.pages import parts_of
from chiso.rounds.stage_line import stage_line

_ADOPTED = (StageKey.APPROVAL, StageKey.PUBLISHED)


def _round(request: UserRequest, pk: int) -> Round:
    rounds = Round.objects.visible_to(request.user).select_related("authority", "coordinator")
    return get_object_or_404(rounds, pk=pk)


def _frame(request: UserRequest, round: Round, current: str) -> dict[str, Any]:
    """What every page of a round shows on top."""
    parts = parts_of(round, request.user, current)
    return {"round": round, "stage_line": stage_line(round, request.now), "parts": parts}


def _result(request: UserRequest, round: Round) -> Result | None:
    return Result.objects.visible_to(request.user).filter(round=round).first()


def _require_reader(request: UserRequest, round: Round) -> None:
    if not policy.can_read_ranking(request.user, round):
        raise PermissionDenied(_("Kết quả chỉ được xem sau khi công bố."))


@require_safe
def results(request: UserRequest, pk: int) -> HttpResponse:
    round = _round(request, pk)
    _require_reader(request, round)
    context = _frame(request, round, "results:results")
    if round.stage in _ADOPTED:
        result = _result(request, round)
        context |= {"page": pages.ranking_page(round, result), "result": result}
        context["next"] = pages.next_step(request.user, round, result)
    return render(request, "results/results.html", context)


@require_safe
def unit(request: UserRequest, pk: int, unit_code: str) -> HttpResponse:
    round = _round(request, pk)
    _require_reader(request, round)
    if round.stage not in _ADOPTED:
        return redirect("results:results", pk=pk)
    dossier = Dossier.objects.visible_to(request.user).filter(round=round, unit__code=unit_code).first()
    may_read = dossier is not None and policy.can_read_history(request.user, round, dossier.unit_id)
    page = unit_page(round, _result(request, round), unit_code, dossier if may_read else None)
    if page is None:
        raise Http404
    context = {"page": page, "dossier": dossier if may_read else None}
    return render(request, "results/unit.html", _frame(request, round, "results:results") | context)


@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: UserRequest, pk: int) -> HttpResponse:
    round = _round(request, pk)
    if not round_policy.can_coordinate(request.user, round):
        raise PermissionDenied(_("Cơ quan thường trực của đợt đánh giá lập tờ trình."))
    if request.method != "POST" and round.submissions.exclude(state=SubmissionState.RETURNED).exists():
        return redirect("results:approval", pk=pk)
    form = SubmissionForm(*sent(request), initial={"text": drafted_text(round)})
    if attempt(form, lambda: actions.submit_for_approval(round, request.user, request.now, **form.cleaned_data)):
        messages.success(request, _("Đã trình. Người đứng đầu nhận được thông báo."))
        return redirect("results:approval", pk=pk)
    context = _frame(request, round, "results:approval") | {"form": form}
    return render(request, "results/submit.html", context, status=status_of(form))


@require_safe
def approval(request: UserRequest, pk: int) -> HttpResponse:
    return _approval(request, _round(request, pk))


def _approval(request: UserRequest, round: Round, *, status: int = 200) -> HttpResponse:
    if not policy.runs(request.user, round):
        raise PermissionDenied(_("Kết quả đang chờ người đứng đầu phê duyệt."))
    submissions = Submission.objects.visible_to(request.user).filter(round=round)
    page = approval_page(request.user, round, submissions, _result(request, round))
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
