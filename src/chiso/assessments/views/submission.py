"""Review inside the unit, the signed report, submission, the receipt, and taking a dossier back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chiso.assessments import policy
from chiso.assessments.actions import dossier as actions
from chiso.assessments.actions import submission as more_actions
from chiso.assessments.forms.submission import RemarkForm, ReportForm, SendBackForm, WithdrawForm
from chiso.assessments.models import Dossier
from chiso.assessments.pages.dossier_rows import open_dossier, open_leaf, sees_whole
from chiso.assessments.pages.receipt_page import is_handed_over, receipt_page
from chiso.assessments.pages.submission_page import submit_page, withdraw_page
from chiso.common.asking import attempt, require, sent, status_of
from chiso.common.refusals import RuleViolation
from chiso.evidence.serving import respond_with
from chiso.organizations.requests import UserRequest


@require_http_methods(["GET", "POST"])
def submit(request: UserRequest, pk: int) -> HttpResponse:
    dossier = open_dossier(request.user, pk)
    if request.method != "POST":
        return _page(request, dossier)
    try:
        actions.submit_dossier(dossier, request.user, request.now)
    except RuleViolation as refusal:
        return _page(request, dossier, refusal=str(refusal), status=409)
    return redirect("assessments:receipt", pk)


@require_POST
def request_review(request: UserRequest, pk: int) -> HttpResponse:
    dossier = open_dossier(request.user, pk)
    try:
        actions.request_review(dossier, request.user, request.now)
    except RuleViolation as refusal:
        return _page(request, dossier, refusal=str(refusal), status=409)
    return redirect("assessments:submit", pk)


@require_POST
def send_back(request: UserRequest, pk: int) -> HttpResponse:
    dossier = open_dossier(request.user, pk)
    form = SendBackForm(request.POST)
    if not form.is_valid():
        return _page(request, dossier, form=form, status=422)
    try:
        actions.send_back(dossier, request.user, request.now, reason=form.cleaned_data["reason"])
    except RuleViolation as refusal:
        return _page(request, dossier, refusal=str(refusal), status=409)
    return redirect("assessments:dossier", pk)


@require_POST
def remark(request: UserRequest, pk: int, code: str) -> HttpResponse:
    """The leader writes a remark on a leaf, or takes it off; back to the leaf either way."""
    entry = open_leaf(request.user, pk, code, to_write=True)
    form = RemarkForm(request.POST)
    text = form.cleaned_data["remark"] if form.is_valid() and "remove" not in request.POST else ""
    if form.errors:
        messages.error(request, " ".join(str(error) for error in form.errors["remark"]))
        return redirect("assessments:leaf", pk, code)
    try:
        more_actions.remark_entry(entry, request.user, request.now, remark=text)
        messages.success(request, _("Đã ghi nhận xét.") if text else _("Đã bỏ nhận xét."))
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    return redirect("assessments:leaf", pk, code)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: UserRequest, pk: int) -> HttpResponseBase:
    """Attach the signed report; or read the one that is attached, as the unit and those who run the round may."""
    dossier = open_dossier(request.user, pk)
    if request.method != "POST":
        if not sees_whole(request.user, dossier) or not actions.has_report(dossier) or dossier.report is None:
            raise Http404
        return respond_with(request, dossier.report, download="tai-ve" in request.GET)
    require(policy.can_edit(request.user, dossier))
    form = ReportForm(dossier, *sent(request))
    if attempt(form, lambda: more_actions.attach_report(dossier, request.user, request.now, **form.cleaned_data)):
        messages.success(request, _("Đã lưu báo cáo."))
        return redirect("assessments:submit", pk)
    return _page(request, dossier, report_form=form, status=422)


@require_safe
def receipt(request: UserRequest, pk: int) -> HttpResponse:
    dossier = open_dossier(request.user, pk)
    if not is_handed_over(dossier):
        return redirect("assessments:submit", pk)
    return render(request, "assessments/receipt.html", receipt_page(request, dossier))


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: UserRequest, pk: int) -> HttpResponse:
    """Take a dossier back before its deadline, with the reason."""
    dossier = open_dossier(request.user, pk)
    require(policy.can_approve(request.user, dossier))
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if attempt(form, lambda: more_actions.withdraw_dossier(dossier, request.user, request.now, **form.cleaned_data)):
        messages.success(request, _("Đã rút hồ sơ. Hãy sửa rồi nộp lại trước hạn."))
        return redirect("assessments:dossier", pk)
    context = withdraw_page(request, dossier, form=form)
    return render(request, "assessments/withdraw.html", context, status=status_of(form))


def _page(
    request: UserRequest,
    dossier: Dossier,
    *,
    refusal: str = "",
    form: SendBackForm | None = None,
    report_form: ReportForm | None = None,
    status: int = 200,
) -> HttpResponse:
    forms: dict[str, Any] = {"form": form or SendBackForm(), "report_form": report_form or ReportForm(dossier)}
    context = submit_page(request, dossier, refusal=refusal, **forms)
    return render(request, "assessments/submit.html", context, status=status)
