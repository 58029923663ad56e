"""The unit's dossier, leaf by leaf."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from chiso.assessments.actions import dossier as actions
from chiso.assessments.entering import StaleEntry
from chiso.assessments.forms.leaf import LeafForm, saved_over
from chiso.assessments.models import Entry
from chiso.assessments.pages.dossier_page import dossier_page, leaf_pieces
from chiso.assessments.pages.dossier_rows import open_dossier, open_leaf
from chiso.assessments.pages.submission_page import missing_page
from chiso.assessments.pages.two_versions import TwoVersions, of_entry
from chiso.assessments.scores import node_of
from chiso.common.refusals import RuleViolation
from chiso.indexsets.facts_form import FactsForm
from chiso.indexsets.live_score import LiveScore, live_score
from chiso.organizations.requests import UserRequest
from chiso.scoring import FactErrors


@require_safe
def dossier(request: UserRequest, pk: int) -> HttpResponse:
    entry = open_leaf(request.user, pk)
    return render(request, "assessments/dossier.html", dossier_page(request, entry))


@require_http_methods(["GET", "POST"])
def leaf(request: UserRequest, pk: int, code: str) -> HttpResponse:
    is_save = request.method == "POST"
    entry = open_leaf(request.user, pk, code, to_write=is_save)
    if is_save:
        return _save(request, entry)
    return render(request, "assessments/dossier.html", dossier_page(request, entry))


def _save(request: UserRequest, entry: Entry) -> HttpResponse:
    if request.POST.get("then") == "theirs":  # Of two versions, the one that stands.
        return _saved(request, entry)
    form = LeafForm.of(node_of(entry.dossier.block.edition, entry.code), entry, request.POST)
    if not form.is_valid():
        return _refused(request, entry, form, 422)
    try:
        if form.changes(entry):
            actions.save_entry(entry, request.user, request.now, **form.told())
    except FactErrors as errors:
        form.refuse(errors)
        return _refused(request, entry, form, 422)
    except StaleEntry:
        return _stale(request, entry)
    except RuleViolation as refusal:
        form.add_error(None, str(refusal))
        return _refused(request, entry, form, 409)
    return _saved(request, entry)


def _stale(request: UserRequest, entry: Entry) -> HttpResponse:
    """Show what stands now beside what was typed; saving from there is over what was seen."""
    fresh = open_leaf(request.user, entry.dossier_id, entry.code, to_write=True)
    node = node_of(fresh.dossier.block.edition, fresh.code)
    form = LeafForm.of(node, fresh, saved_over(request.POST, fresh.version))
    form.full_clean()
    return _refused(request, fresh, form, 409, of_entry(request.user, fresh, node, form))


def _refused(
    request: UserRequest, entry: Entry, form: LeafForm, status: int, versions: TwoVersions | None = None
) -> HttpResponse:
    if request.htmx:
        context = leaf_pieces(request, entry, form, versions=versions)
        return render(request, "assessments/dossier.html#refused", context, status=status)
    context = dossier_page(request, entry, form, versions=versions)
    return render(request, "assessments/dossier.html", context, status=status)


def _saved(request: UserRequest, entry: Entry) -> HttpResponse:
    walks_on = request.POST.get("then") == "next"
    if not walks_on and not request.htmx:
        return redirect("assessments:leaf", entry.dossier_id, entry.code)
    pieces = leaf_pieces(request, entry)
    if not walks_on:
        return render(request, "assessments/dossier.html#saved", pieces)
    target = pieces["page"].next_url or pieces["page"].missing_url
    return HttpResponseClientRedirect(target) if request.htmx else HttpResponseRedirect(target)


@require_POST
def live(request: UserRequest, pk: int, code: str) -> HttpResponse:
    entry = open_leaf(request.user, pk, code)
    node = node_of(entry.dossier.block.edition, entry.code)
    form = FactsForm(node, entry, request.POST)
    score = live_score(node, form.answer()) if form.is_valid() else LiveScore(error=form.first_error())
    return render(request, "indexsets/calculation_box.html", {"live": score})


@require_safe
def missing(request: UserRequest, pk: int) -> HttpResponse:
    dossier = open_dossier(request.user, pk)
    return render(request, "assessments/missing.html", missing_page(request, dossier))
