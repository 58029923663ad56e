"""Documents of a leaf: add, use again, take off, open."""

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from chiso.assessments.actions import dossier as actions
from chiso.assessments.forms.evidence import AttachForm, CiteForm
from chiso.assessments.models import Citation, Entry
from chiso.assessments.pages.dossier_page import dossier_page
from chiso.assessments.pages.dossier_rows import open_leaf
from chiso.common.refusals import RuleViolation
from chiso.evidence.serving import respond_with
from chiso.organizations.requests import UserRequest


@require_POST
def attach(request: UserRequest, pk: int, code: str) -> HttpResponse:
    """Each file is kept or refused on its own: one bad file loses none of the others."""
    entry = open_leaf(request.user, pk, code, to_write=True)
    form = AttachForm(request.POST, request.FILES)
    if not form.is_valid():
        return _refused(request, entry, [str(error) for errors in form.errors.values() for error in errors], 422)
    refusals = []
    for file in form.cleaned_data["file"]:
        try:
            actions.attach_evidence(entry, request.user, request.now, file=file, place=form.cleaned_data["place"])
        except RuleViolation as refusal:
            refusals.append(str(refusal))
    if refusals:
        return _refused(request, entry, refusals, 422)
    return redirect("assessments:leaf", pk, code)


@require_POST
def cite(request: UserRequest, pk: int, code: str) -> HttpResponse:
    entry = open_leaf(request.user, pk, code, to_write=True)
    form = CiteForm(request.POST)
    if not form.is_valid():
        return _refused(request, entry, [str(error) for errors in form.errors.values() for error in errors], 422)
    document = get_object_or_404(entry.dossier.unit.documents.all(), pk=form.cleaned_data["document"])
    try:
        actions.cite_document(entry, request.user, request.now, document=document, place=form.cleaned_data["place"])
    except RuleViolation as refusal:
        return _refused(request, entry, [str(refusal)], 409)
    return redirect("assessments:leaf", pk, code)


@require_POST
def remove_citation(request: UserRequest, pk: int) -> HttpResponse:
    cited = Citation.objects.visible_to(request.user).select_related("entry", "document")
    citation = get_object_or_404(cited, pk=pk)
    entry = open_leaf(request.user, citation.entry.dossier_id, citation.entry.code, to_write=True)
    citation.entry = entry
    try:
        actions.remove_citation(citation, request.user, request.now)
    except RuleViolation as refusal:
        return _refused(request, entry, [str(refusal)], 409)
    return redirect("assessments:leaf", entry.dossier_id, entry.code)


@require_safe
def document(request: UserRequest, pk: int) -> FileResponse:
    cited = Citation.objects.visible_to(request.user).select_related("document")
    return respond_with(get_object_or_404(cited, pk=pk).document, download="tai-ve" in request.GET)


def _refused(request: UserRequest, entry: Entry, errors: list[str], status: int) -> HttpResponse:
    context = dossier_page(request, entry, file_errors=errors)
    return render(request, "assessments/dossier.html", context, status=status)
