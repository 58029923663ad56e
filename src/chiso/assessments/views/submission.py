"""Review inside the unit, submission, and the receipt."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chiso.assessments.actions import dossier as actions
from chiso.assessments.forms.submission import SendBackForm
from chiso.assessments.models import Dossier
from chiso.assessments.pages.dossier_rows import open_dossier
from chiso.assessments.pages.submission_page import is_handed_over, receipt_page, submit_page
from chiso.common.refusals import RuleViolation
from chiso.organizations.requests import UserRequest

_PAGE = "assessments/submit.html"


@require_http_methods(["GET", "POST"])
def submit(request: UserRequest, pk: int) -> HttpResponse:
    dossier = open_dossier(request.user, pk)
    if request.method != "POST":
        return render(request, _PAGE, submit_page(request, dossier, form=SendBackForm()))
    try:
        actions.submit_dossier(dossier, request.user, request.now)
    except RuleViolation as refusal:
        return _refused(request, dossier, refusal)
    return redirect("assessments:receipt", pk)


@require_POST
def request_review(request: UserRequest, pk: int) -> HttpResponse:
    dossier = open_dossier(request.user, pk)
    try:
        actions.request_review(dossier, request.user, request.now)
    except RuleViolation as refusal:
        return _refused(request, dossier, refusal)
    return redirect("assessments:submit", pk)


@require_POST
def send_back(request: UserRequest, pk: int) -> HttpResponse:
    dossier = open_dossier(request.user, pk)
    form = SendBackForm(request.POST)
    if not form.is_valid():
        return render(request, _PAGE, submit_page(request, dossier, form=form), status=422)
    try:
        actions.send_back(dossier, request.user, request.now, reason=form.cleaned_data["reason"])
    except RuleViolation as refusal:
        return _refused(request, dossier, refusal)
    return redirect("assessments:dossier", pk)


@require_safe
def receipt(request: UserRequest, pk: int) -> HttpResponse:
    dossier = open_dossier(request.user, pk)
    if not is_handed_over(dossier):
        return redirect("assessments:submit", pk)
    return render(request, "assessments/receipt.html", receipt_page(request, dossier))


def _refused(request: UserRequest, dossier: Dossier, refusal: RuleViolation) -> HttpResponse:
    context = submit_page(request, dossier, refusal=str(refusal), form=SendBackForm())
    return render(request, _PAGE, context, status=409)
