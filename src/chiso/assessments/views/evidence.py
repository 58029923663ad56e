"""Documents of a leaf: add, link, use again, take off, look at, mend, replace.

With htmx the answer is the list anew, so that what is being typed into the leaf stays; without it the page.
"""

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import reswap, retarget

from chiso.assessments import policy
from chiso.assessments.actions import dossier as actions
from chiso.assessments.actions import evidence as more_actions
from chiso.assessments.forms.evidence import AttachForm, CiteForm, DescribeForm, LinkForm, ReviseForm
from chiso.assessments.forms.uploads import PlaceForm
from chiso.assessments.models import Citation, Entry
from chiso.assessments.pages.dossier_page import dossier_page, files_pieces
from chiso.assessments.pages.dossier_rows import open_leaf
from chiso.assessments.pages.leaf_pane import Editing, editing_of, preview_of
from chiso.assessments.pages.leaf_papers import CitedDocument
from chiso.assessments.pages.plan_dates import plan_day
from chiso.common.asking import attempt, require
from chiso.common.refusals import RuleViolation
from chiso.evidence import previews
from chiso.evidence.actions import describe_document
from chiso.evidence.serving import respond_with, respond_with_content
from chiso.evidence.storing import PDF
from chiso.organizations.requests import UserRequest


@require_POST
def attach(request: UserRequest, pk: int, code: str) -> HttpResponse:
    """Each file is kept or refused on its own: one bad file loses none of the others."""
    entry = open_leaf(request.user, pk, code, to_write=True)
    form = AttachForm(request.POST, request.FILES)
    if not form.is_valid():
        return _refused(request, entry, _errors(form), 422)
    refusals = []
    for file in form.cleaned_data["file"]:
        try:
            actions.attach_evidence(entry, request.user, request.now, file=file, place=form.cleaned_data["place"])
        except RuleViolation as refusal:
            refusals.append(str(refusal))
    if refusals:
        return _refused(request, entry, refusals, 422)
    return _done(request, entry)


@require_POST
def attach_link(request: UserRequest, pk: int, code: str) -> HttpResponse:
    entry = open_leaf(request.user, pk, code, to_write=True)
    form = LinkForm(request.POST)
    if not attempt(form, lambda: more_actions.attach_link(entry, request.user, request.now, **form.cleaned_data)):
        return _refused(request, entry, _errors(form), 422)
    return _done(request, entry)


@require_POST
def cite(request: UserRequest, pk: int, code: str) -> HttpResponse:
    entry = open_leaf(request.user, pk, code, to_write=True)
    form = CiteForm(request.POST)
    if not form.is_valid():
        return _refused(request, entry, _errors(form), 422)
    document = get_object_or_404(entry.dossier.unit.documents.all(), pk=form.cleaned_data["document"])
    try:
        actions.cite_document(entry, request.user, request.now, document=document, place=form.cleaned_data["place"])
    except RuleViolation as refusal:
        return _refused(request, entry, [str(refusal)], 409)
    return _done(request, entry)


@require_POST
def remove_citation(request: UserRequest, pk: int) -> HttpResponse:
    citation = _to_change(request, pk)
    try:
        actions.remove_citation(citation, request.user, request.now)
    except RuleViolation as refusal:
        return _refused(request, citation.entry, [str(refusal)], 409)
    return _done(request, citation.entry)


@require_safe
def document(request: UserRequest, pk: int) -> HttpResponseBase:
    return respond_with(request, _to_read(request, pk).document, download="tai-ve" in request.GET)


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: UserRequest, pk: int) -> HttpResponse:
    """The pane with one document; a POST asks once more for a preview that failed."""
    citation = _to_read(request, pk)
    if request.method == "POST":
        previews.request_preview(citation.document, request.now, again=True)
    if not request.htmx:
        return _back(citation, "xem")
    if "dong" in request.GET:
        return HttpResponse("")
    beside = Citation.objects.visible_to(request.user).filter(entry=citation.entry_id).select_related("document")
    plan = plan_day(one.document for one in beside)
    shown = preview_of(request.user, citation.entry, CitedDocument.of(citation), request.now, plan=plan)
    return render(request, "assessments/preview.html", {"preview": shown})


@require_safe
def preview_file(request: UserRequest, pk: int) -> HttpResponseBase:
    document = _to_read(request, pk).document
    content = previews.preview_file(document)
    if content is None:
        raise Http404
    return respond_with_content(
        request, content, f"{document.name}.pdf", PDF, tag=f"{document.sha256}-pdf", inline=True
    )


@require_safe
def edit(request: UserRequest, pk: int) -> HttpResponse:
    """The pane in which a document is mended."""
    if not request.htmx:
        return _back(_to_read(request, pk), "sua")
    citation = _to_change(request, pk)
    require(policy.can_change_citation(request.user, citation))
    if citation.document.removed_at is not None:
        raise Http404
    editing = editing_of(citation.entry, CitedDocument.of(citation))
    return render(request, "assessments/edit_document.html", {"editing": editing})


@require_POST
def place(request: UserRequest, pk: int) -> HttpResponse:
    citation = _to_change(request, pk)
    form = PlaceForm(request.POST)
    if not attempt(form, lambda: more_actions.place_citation(citation, request.user, request.now, **form.cleaned_data)):
        return _unmended(request, citation, editing_of(citation.entry, CitedDocument.of(citation), place=form))
    return _done(request, citation.entry)


@require_POST
def describe(request: UserRequest, pk: int) -> HttpResponse:
    """Confirm what a document says of itself."""
    citation = _to_change(request, pk)
    form = DescribeForm.of(citation.document, request.POST)
    if not attempt(form, lambda: describe_document(citation.document, request.user, request.now, **form.cleaned_data)):
        return _unmended(request, citation, editing_of(citation.entry, CitedDocument.of(citation), description=form))
    return _done(request, citation.entry)


@require_POST
def revise(request: UserRequest, pk: int) -> HttpResponse:
    citation = _to_change(request, pk)
    form = ReviseForm(request.POST, request.FILES)
    if not attempt(
        form, lambda: more_actions.revise_document(citation, request.user, request.now, **form.cleaned_data)
    ):
        return _unmended(request, citation, editing_of(citation.entry, CitedDocument.of(citation), revision=form))
    return _done(request, citation.entry)


# ---- what the views share ------------------------------------------------------


def _to_read(request: UserRequest, pk: int) -> Citation:
    joins = ("document", "entry__dossier__round__coordinator", "entry__dossier__unit")
    return get_object_or_404(Citation.objects.visible_to(request.user).select_related(*joins), pk=pk)


def _to_change(request: UserRequest, pk: int) -> Citation:
    """A citation on its leaf, as the guards of the actions want it."""
    cited = Citation.objects.visible_to(request.user).select_related("entry", "document__unit")
    citation = get_object_or_404(cited, pk=pk)
    citation.entry = open_leaf(request.user, citation.entry.dossier_id, citation.entry.code, to_write=True)
    return citation


def _back(citation: Citation, what: str) -> HttpResponse:
    entry = citation.entry
    leaf = reverse("assessments:leaf", args=[entry.dossier_id, entry.code])
    return redirect(f"{leaf}?{what}={citation.pk}#pane")


def _done(request: UserRequest, entry: Entry) -> HttpResponse:
    if request.htmx:
        return render(request, "assessments/dossier.html#listed", files_pieces(request, entry))
    return redirect("assessments:leaf", entry.dossier_id, entry.code)


def _refused(request: UserRequest, entry: Entry, errors: list[str], status: int) -> HttpResponse:
    if request.htmx:
        pieces = files_pieces(request, entry, file_errors=errors)
        return render(request, "assessments/dossier.html#listed", pieces, status=status)
    context = dossier_page(request, entry, file_errors=errors)
    return render(request, "assessments/dossier.html", context, status=status)


def _unmended(request: UserRequest, citation: Citation, editing: Editing) -> HttpResponse:
    """The pane again, with what was wrong in it."""
    if request.htmx:
        answer = render(request, "assessments/edit_document.html", {"editing": editing}, status=422)
        return reswap(retarget(answer, "#pane"), "innerHTML")
    context = dossier_page(request, citation.entry, editing=editing)
    return render(request, "assessments/dossier.html", context, status=422)


def _errors(form: AttachForm | CiteForm | LinkForm) -> list[str]:
    return [str(error) for errors in form.errors.values() for error in errors]
