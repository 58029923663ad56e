"""The team's ready-made reasons: the page of both lists, and what one does to them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from chiso.assessments import policy
from chiso.assessments.actions import reasons as actions
from chiso.assessments.choices import Pass
from chiso.assessments.forms.reasons import ReasonForm
from chiso.assessments.models import ReadyReason
from chiso.assessments.pages.reasons_page import codes_of, pass_asked, reasons_page
from chiso.assessments.reasons import readable
from chiso.assessments.views.appraisal import frame_of, open_round
from chiso.common.asking import attempt, require, status_of
from chiso.common.refusals import RuleViolation
from chiso.organizations.requests import UserRequest
from chiso.rounds import policy as round_policy
from chiso.rounds.models import Round


@require_http_methods(["GET", "HEAD", "POST"])
def reasons(request: UserRequest, pk: int) -> HttpResponse:
    """Both lists of a pass; a POST adds a reason to one of them."""
    round = _round(request, pk)
    number, codes = pass_asked(round, request.GET.get("lan", "")), codes_of(round)
    leads = bool(round_policy.can_lead_team(request.user, round))
    form = ReasonForm(codes, request.POST if request.method == "POST" else None, may_choose_list=leads)
    if attempt(form, lambda: _add(request, round, number, form)):
        messages.success(request, _("Đã thêm lý do mẫu."))
        return _back(round, number)
    page = reasons_page(request.user, round, number, codes)
    context = frame_of(request, round) | {"page": page, "form": form}
    return render(request, "assessments/reasons.html", context, status=status_of(form))


def _add(request: UserRequest, round: Round, number: Pass, form: ReasonForm) -> ReadyReason:
    given = form.cleaned_data
    owner = None if form.is_for_team() else request.user
    reason = ReadyReason(round=round, owner=owner, pass_number=number, code=given["code"], text=given["text"])
    return actions.add_reason(reason, request.user, request.now)


@require_POST
def take_built_in(request: UserRequest, pk: int) -> HttpResponse:
    """Begin the team's list with what comes with the product."""
    round = _round(request, pk)
    number = pass_asked(round, request.POST.get("lan", ""))
    try:
        actions.take_built_in_reasons(round, request.user, request.now, number=number)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    return _back(round, number)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_reason(request: UserRequest, pk: int, reason_pk: int) -> HttpResponse:
    """Change the words of a reason, or the criteria it is for."""
    reason = _reason(request, pk, reason_pk)
    round, number = reason.round, Pass(reason.pass_number)
    form = ReasonForm(codes_of(round), request.POST if request.method == "POST" else None, reason=reason)
    if attempt(form, lambda: actions.edit_reason(reason, request.user, request.now, **form.cleaned_data)):
        messages.success(request, _("Đã sửa lý do mẫu."))
        return _back(round, number)
    context = frame_of(request, round) | {"form": form, "back_url": _address(round, number)}
    return render(request, "assessments/reason.html", context, status=status_of(form))


@require_POST
def remove_reason(request: UserRequest, pk: int, reason_pk: int) -> HttpResponse:
    """Take a reason out of its list."""
    reason = _reason(request, pk, reason_pk)
    try:
        actions.remove_reason(reason, request.user, request.now)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Đã bỏ lý do mẫu “%(text)s”.") % {"text": reason.text})
    return _back(reason.round, Pass(reason.pass_number))


@require_POST
def move_reason(request: UserRequest, pk: int, reason_pk: int, *, up: bool) -> HttpResponse:
    """Let a reason change places with its neighbor."""
    reason = _reason(request, pk, reason_pk)
    try:
        actions.move_reason(reason, request.user, request.now, up=up)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    return _back(reason.round, Pass(reason.pass_number), reason)


def _round(request: UserRequest, pk: int) -> Round:
    round = open_round(request, pk)
    require(policy.can_sit_in_team(request.user, round))
    return round


def _reason(request: UserRequest, pk: int, reason_pk: int) -> ReadyReason:
    round = _round(request, pk)
    reason = get_object_or_404(readable(request.user, round), pk=reason_pk)
    reason.round = round
    require(policy.can_keep_reason(request.user, reason))
    return reason


def _address(round: Round, number: Pass) -> str:
    return f"{reverse('assessments:reasons', args=[round.pk])}?lan={number.value}"


def _back(round: Round, number: Pass, reason: ReadyReason | None = None) -> HttpResponse:
    """To the lists of the pass, at the reason."""
    return redirect(_address(round, number) + (f"#ly-do-{reason.pk}" if reason else ""))
