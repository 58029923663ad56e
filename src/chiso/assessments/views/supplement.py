"""The preliminary notice, and the unit's answer to it."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chiso.assessments import policy
from chiso.assessments.actions import supplement as actions
from chiso.assessments.actions.appraisal import open_notice
from chiso.assessments.forms.leaf import ExplanationForm, saved_over
from chiso.assessments.models import Entry, PreliminaryNotice
from chiso.assessments.pages.dossier_page import dossier_page
from chiso.assessments.pages.dossier_rows import open_dossier, open_leaf, sees_whole
from chiso.assessments.pages.notice_page import notice_page
from chiso.assessments.pages.submission_page import resubmit_page
from chiso.assessments.pages.two_versions import TwoVersions, of_explanation, stored_explanation
from chiso.assessments.scores import node_of
from chiso.common.refusals import RuleViolation
from chiso.organizations.requests import UserRequest
from chiso.scoring import FactErrors

_JOINS = ("dossier__round__coordinator", "dossier__unit", "dossier__block__edition")


@require_safe
def notice(request: UserRequest, pk: int) -> HttpResponse:
    """Opening it is recorded once, when somebody of the unit does so."""
    told = PreliminaryNotice.objects.visible_to(request.user).select_related("opened_by", *_JOINS)
    found = get_object_or_404(told.defer("dossier__block__edition__text"), dossier=pk)
    if not sees_whole(request.user, found.dossier):
        raise PermissionDenied(_("Thông báo dành cho đơn vị và cơ quan thường trực."))
    if found.opened_at is None and policy.can_read_notice(request.user, found):
        open_notice(found, request.user, request.now)
    return render(request, "assessments/notice.html", notice_page(request, found))


@require_POST
def explain(request: UserRequest, pk: int, code: str) -> HttpResponse:
    entry = open_leaf(request.user, pk, code, to_write=True)
    if request.POST.get("then") == "theirs":  # Of two versions, the one that stands.
        return redirect("assessments:leaf", pk, code)
    form = ExplanationForm(node_of(entry.dossier.block.edition, code), entry, request.POST)
    if not form.is_valid():
        return _refused(request, entry, form, 422)
    try:
        actions.explain_entry(entry, request.user, request.now, **form.told())
    except FactErrors as errors:
        form.refuse(errors)
        return _refused(request, entry, form, 422)
    except actions.StaleExplanation:
        return _stale(request, entry)
    except RuleViolation as refusal:
        form.add_error(None, str(refusal))
        return _refused(request, entry, form, 409)
    return redirect("assessments:leaf", pk, code)


def _stale(request: UserRequest, entry: Entry) -> HttpResponse:
    """Show what stands now beside what was typed; saving from there is over what was seen."""
    stored = stored_explanation(entry)
    node = node_of(entry.dossier.block.edition, entry.code)
    form = ExplanationForm(node, entry, saved_over(request.POST, stored.version if stored else 0))
    form.full_clean()
    versions = of_explanation(request.user, stored, node, form) if stored else None
    return _refused(request, entry, form, 409, versions)


def _refused(
    request: UserRequest, entry: Entry, form: ExplanationForm, status: int, versions: TwoVersions | None = None
) -> HttpResponse:
    context = dossier_page(request, entry, form, versions=versions)
    return render(request, "assessments/dossier.html", context, status=status)


@require_http_methods(["GET", "POST"])
def resubmit(request: UserRequest, pk: int) -> HttpResponse:
    dossier = open_dossier(request.user, pk)
    if request.method != "POST":
        return render(request, "assessments/resubmit.html", resubmit_page(request, dossier))
    try:
        actions.resubmit_dossier(dossier, request.user, request.now)
    except RuleViolation as refusal:
        context = resubmit_page(request, dossier, refusal=str(refusal))
        return render(request, "assessments/resubmit.html", context, status=409)
    return redirect("assessments:resubmit", pk)
