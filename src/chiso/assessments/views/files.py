"""Files for a whole dossier at once: sorted to their leaves by name, the others by hand."""

from django.contrib import messages
from django.core.files.base import File
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chiso.assessments import policy
from chiso.assessments.actions.dossier import attach_evidence, cite_document
from chiso.assessments.actions.workbook import take_in_file
from chiso.assessments.forms.files import FilesForm, SortForm
from chiso.assessments.matching import leaf_for_name
from chiso.assessments.models import Dossier
from chiso.assessments.pages.dossier_rows import open_dossier, open_leaf
from chiso.assessments.pages.files_page import Sorted, files_page, leaf_label, leaves_of, unsorted_documents
from chiso.common.asking import attempt, require, sent
from chiso.common.refusals import RuleViolation
from chiso.evidence.serving import respond_with
from chiso.evidence.storing import clean_name
from chiso.indexsets.reading import index_set_of
from chiso.organizations.requests import UserRequest


def _own_dossier(request: UserRequest, pk: int) -> Dossier:
    dossier = open_dossier(request.user, pk)
    require(policy.can_edit(request.user, dossier))
    return dossier


@require_http_methods(["GET", "POST"])
def many(request: UserRequest, pk: int) -> HttpResponse:
    """Each file is kept or refused on its own, as on the page of a leaf."""
    dossier = _own_dossier(request, pk)
    form = FilesForm(*sent(request))
    results = [_sort(request, dossier, file) for file in form.cleaned_data["file"]] if form.is_valid() else []
    is_refused = bool(form.errors) or any(one.refusal for one in results)
    context = {"dossier": dossier, "form": form, "page": files_page(request, dossier, results)}
    return render(request, "assessments/many_files.html", context, status=422 if is_refused else 200)


def _sort(request: UserRequest, dossier: Dossier, file: File[bytes]) -> Sorted:
    name = clean_name(file.name or "")
    code = leaf_for_name(index_set_of(dossier.block.edition), name)
    try:
        if code is None:
            take_in_file(dossier, request.user, request.now, file=file)
            return Sorted(name)
        entry = open_leaf(request.user, dossier.pk, code, to_write=True)
        attach_evidence(entry, request.user, request.now, file=file)
        return Sorted.to(name, entry)
    except RuleViolation as refusal:
        return Sorted(name, refusal=str(refusal))


@require_POST
def sort(request: UserRequest, pk: int) -> HttpResponse:
    """Say for which leaf a file is."""
    dossier = _own_dossier(request, pk)
    form = SortForm(unsorted_documents(dossier), [code for code, _label in leaves_of(dossier)], request.POST)
    told = form.cleaned_data if form.is_valid() else {}
    entry = open_leaf(request.user, pk, told["code"], to_write=True) if told else None
    if entry and attempt(
        form,
        lambda: cite_document(entry, request.user, request.now, document=told["document"], place=told["place"]),
    ):
        words = {"name": told["document"].name, "leaf": leaf_label(entry)}
        messages.success(request, _("Đã xếp “%(name)s” vào tiêu chí %(leaf)s.") % words)
        return redirect("assessments:many_files", pk)
    context = {"dossier": dossier, "form": FilesForm(), "sort_form": form, "page": files_page(request, dossier)}
    return render(request, "assessments/many_files.html", context, status=422)


@require_safe
def unsorted_file(request: UserRequest, pk: int, document_pk: int) -> HttpResponseBase:
    """Open a file that waits for its leaf."""
    document = get_object_or_404(unsorted_documents(_own_dossier(request, pk)), pk=document_pk)
    return respond_with(request, document, download="tai-ve" in request.GET)
