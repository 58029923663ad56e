"""The offline workbook of a dossier: downloaded, filled without a network, read on trial, confirmed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chiso.assessments import policy
from chiso.assessments.actions.workbook import import_workbook
from chiso.assessments.entering import StaleEntry
from chiso.assessments.forms.workbook import WorkbookForm
from chiso.assessments.models import Dossier
from chiso.assessments.pages import workbook_page as pages
from chiso.assessments.pages.dossier_rows import open_dossier
from chiso.assessments.workbook.comparing import compare_filled, compare_sent, require_same
from chiso.assessments.workbook.reading import Filled
from chiso.assessments.workbook.writing import write_workbook
from chiso.common.asking import require, sent, status_of
from chiso.common.refusals import RuleViolation
from chiso.organizations.requests import UserRequest

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _own_dossier(request: UserRequest, pk: int) -> Dossier:
    dossier = open_dossier(request.user, pk)
    require(policy.can_edit(request.user, dossier))
    return dossier


@require_http_methods(["GET", "POST"])
def workbook(request: UserRequest, pk: int) -> HttpResponse:
    """Download and upload; a filled workbook is read on trial, nothing is saved before it is confirmed."""
    dossier = _own_dossier(request, pk)
    form = WorkbookForm(*sent(request))
    if form.is_valid():
        filled = form.cleaned_data["file"]
        try:
            require_same(dossier, filled.identity)
            return _try_out(request, dossier, filled)
        except RuleViolation as refusal:
            form.add_error("file", str(refusal))
    context = {"dossier": dossier, "form": form, "locked": pages.why_locked(dossier, request.now)}
    return render(request, "assessments/workbook.html", context, status=status_of(form))


def _try_out(request: UserRequest, dossier: Dossier, filled: Filled) -> HttpResponse:
    entries = pages.own_entries(dossier)
    comparison = compare_filled(dossier, entries, filled)
    token = pages.Pending.of(filled, comparison).sign(dossier, request.user)
    page = pages.import_page(request, dossier, entries, comparison, exported_at=filled.identity.exported_at)
    context = {"dossier": dossier, "page": page, "token": token}
    return render(request, "assessments/workbook_check.html", context, status=422 if page.problems else 200)


@require_POST
def confirm(request: UserRequest, pk: int) -> HttpResponse:
    """Save what the page before showed; what colleagues saved meanwhile is shown again, never overwritten."""
    dossier = _own_dossier(request, pk)
    try:
        pending = pages.Pending.unsign(request.POST.get("token", ""), dossier, request.user)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect("assessments:workbook", pk)
    return _save(request, dossier, pending)


def _save(request: UserRequest, dossier: Dossier, pending: pages.Pending) -> HttpResponse:
    comparison = compare_sent(dossier, pages.own_entries(dossier), pending.leaves, pending.sent)
    if not comparison.differences and not comparison.problems:
        messages.info(request, _("Không còn thay đổi nào của bảng tính phải lưu."))
        return redirect("assessments:dossier", dossier.pk)
    leaves = pages.leaves_to_save(pending, comparison, request.POST.getlist("mine"))
    try:
        pending.require_unmoved(comparison)
        saved = import_workbook(dossier, request.user, request.now, leaves=leaves)
    except RuleViolation as refusal:
        return _shown_again(request, dossier, pending, refusal)
    told = ngettext("Đã lưu %(n)d tiêu chí từ bảng tính.", "Đã lưu %(n)d tiêu chí từ bảng tính.", len(saved))
    messages.success(request, told % {"n": len(saved)})
    return redirect("assessments:dossier", dossier.pk)


def _shown_again(
    request: UserRequest, dossier: Dossier, pending: pages.Pending, refusal: RuleViolation
) -> HttpResponse:
    """The dry run as it is now; a leaf that moved must be chosen again."""
    entries = pages.own_entries(dossier)
    comparison = compare_sent(dossier, entries, pending.leaves, pending.sent)
    chosen = pending.still_chosen(comparison, request.POST.getlist("mine"))
    page = pages.import_page(request, dossier, entries, comparison, exported_at=pending.exported_at, chosen=chosen)
    token = pending.seen_now(comparison).sign(dossier, request.user)
    words = pages.MOVED if isinstance(refusal, StaleEntry) else refusal
    context = {"dossier": dossier, "page": page, "token": token, "refusal": str(words)}
    return render(request, "assessments/workbook_check.html", context, status=409)


@require_safe
def download(request: UserRequest, pk: int) -> HttpResponse:
    """The workbook as the dossier stands now."""
    dossier = _own_dossier(request, pk)
    content = write_workbook(dossier, pages.own_entries(dossier), request.now)
    name = f"bang-tinh-{dossier.unit.code}-{dossier.round.year}.xlsx"
    response = HttpResponse(content, content_type=_XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    response.headers["Cache-Control"] = "no-store"
    return response
