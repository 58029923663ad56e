"""What lies on the desk beside a judgement: one's draft of it, and a reason kept to start from another time."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chiso.assessments import drafts
from chiso.assessments.actions import reasons as actions
from chiso.assessments.forms.appraisal import AppraisalForm
from chiso.assessments.forms.reasons import ReasonText
from chiso.assessments.models import ReadyReason
from chiso.assessments.pages.appraisal_listing import listing_of
from chiso.assessments.pages.appraise_draft import drafted_words, keep_typed
from chiso.assessments.pages.appraise_page import Desk, desk_of, reasons_of, why_locked
from chiso.assessments.pages.pass_rows import pass_shown
from chiso.assessments.views.appraisal import entry_to_judge
from chiso.common.asking import attempt, status_of
from chiso.common.refusals import RuleViolation
from chiso.organizations.requests import UserRequest


@require_POST
def appraise_draft(request: UserRequest, pk: int, code: str, unit_code: str) -> HttpResponse:
    """Keep what is being typed, so that leaving the page loses nothing (htmx)."""
    desk = _desk(request, pk, code, unit_code)
    try:
        kept = keep_typed(desk, AppraisalForm(desk.node, desk.parties), request.POST)
    except RuleViolation as refusal:
        return render(request, "assessments/appraise.html#tag", {"not_drafted": str(refusal)}, status=409)
    return render(request, "assessments/appraise.html#tag", {"drafted": drafted_words(kept)})


@require_POST
def take_draft(request: UserRequest, pk: int, code: str, unit_code: str) -> HttpResponse:
    """Put an older draft into the form, upon the judgement that the page showed."""
    desk = _desk(request, pk, code, unit_code)
    saved = desk.parties.saved
    is_seen = request.POST.get("version") == str(saved.version if saved else 0)
    if desk.draft and is_seen and not why_locked(desk):
        drafts.take_draft(desk.draft, saved, request.now)
    return _back(request, desk)


@require_POST
def drop_draft(request: UserRequest, pk: int, code: str, unit_code: str) -> HttpResponse:
    """Discard one's draft: the form shows again what was saved."""
    desk = _desk(request, pk, code, unit_code)
    if drafts.drop_draft(request.user, desk.entry, desk.parties.number):
        messages.success(request, _("Đã bỏ bản nháp."))
    return _back(request, desk)


def _desk(request: UserRequest, pk: int, code: str, unit_code: str) -> Desk:
    entry = entry_to_judge(request, pk, code, unit_code)
    return desk_of(entry, request.user, request.now, listing_of(request.GET))


def _back(request: UserRequest, desk: Desk) -> HttpResponse:
    """To the same leaf in the same list."""
    dossier = desk.entry.dossier
    path = reverse("assessments:appraise", args=[dossier.round_id, desk.entry.code, dossier.unit.code])
    return redirect(path + listing_of(request.GET).query)


@require_POST
def keep_reason(request: UserRequest, pk: int, code: str, unit_code: str) -> HttpResponse:
    """Keep what stands in the field as a reason to start from, of one's own and for this criterion (htmx)."""
    entry = entry_to_judge(request, pk, code, unit_code)
    number = pass_shown(entry.dossier.round)
    if number is None:
        raise Http404
    form = ReasonText(request.POST)
    reason = ReadyReason(round=entry.dossier.round, owner=request.user, pass_number=number, code=entry.code)
    kept = attempt(form, lambda: actions.add_reason(form.onto(reason), request.user, request.now))
    context = {
        "reasons": reasons_of(request.user, entry, number),
        "kept": _("Đã lưu lý do mẫu.") if kept else "",
        "not_kept": [str(error) for errors in form.errors.values() for error in errors],
    }
    return render(request, "assessments/appraise.html#reasons", context, status=status_of(form))
