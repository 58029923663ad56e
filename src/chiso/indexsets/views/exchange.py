from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chiso.common.asking import attempt, require, sent, status_of
from chiso.common.refusals import RuleViolation
from chiso.indexsets import actions, import_page, library_page, pages
from chiso.indexsets.compare_page import difference_page, label_of, seen_by
from chiso.indexsets.exchange import DraftSet, write_docx, write_xlsx, write_yaml
from chiso.indexsets.exchange.excel_writing import TooLongForExcel
from chiso.indexsets.exchange.trees import Tree
from chiso.indexsets.forms import CompareForm, CopyForm, IdentityForm, SetImportForm, identity_of
from chiso.indexsets.models import Edition
from chiso.indexsets.views.sets import seen_edition
from chiso.organizations.requests import UserRequest

_OFFICE = "application/vnd.openxmlformats-officedocument."
_WRITERS: dict[str, tuple[str, Callable[[DraftSet], str | bytes]]] = {
    "yaml": ("application/yaml; charset=utf-8", write_yaml),
    "xlsx": (f"{_OFFICE}spreadsheetml.sheet", write_xlsx),
    "docx": (f"{_OFFICE}wordprocessingml.document", write_docx),
}


def import_set(request: UserRequest) -> HttpResponse:
    """Read a file and show what was understood of it; nothing is saved before that page is confirmed."""
    require(pages.own_authorities(request.user))
    form = SetImportForm(*sent(request))
    draft: DraftSet | None = form.cleaned_data["file"] if form.is_valid() else None
    if draft is None:
        return render(request, "indexsets/import.html", {"form": form}, status=status_of(form))
    context: dict[str, object] = {"page": import_page.import_page(draft)}
    if draft.tree:
        token = attempt(form, lambda: import_page.sign(draft.tree, draft.name, request.user))
        if token is None:
            return render(request, "indexsets/import.html", {"form": form}, status=422)
        context["form"] = IdentityForm(user=request.user, initial={**identity_of(draft.tree), "token": token})
    return render(request, "indexsets/import_check.html", context, status=200 if draft.tree else 422)


@require_POST
def import_confirm(request: UserRequest) -> HttpResponse:
    """Keep as a draft what the page before showed, under the name, year and version that were entered."""
    require(pages.own_authorities(request.user))
    try:
        tree, name = import_page.unsign(request.POST.get("token", ""), request.user)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return render(request, "indexsets/import.html", {"form": SetImportForm()}, status=409)
    form = IdentityForm(request.POST, user=request.user)
    edition = _start(request, form, tree)
    if edition:
        return redirect("indexsets:edition", edition.pk)
    context = {"form": form, "page": import_page.page_of_tree(tree, name)}
    return render(request, "indexsets/import_check.html", context, status=422)


@require_safe
def export(request: UserRequest, pk: int, kind: str) -> HttpResponse:
    """An edition as a file, for whoever sees it; a faulty draft as well."""
    edition = seen_edition(request, pk)
    if kind not in _WRITERS:
        raise Http404
    media_type, write = _WRITERS[kind]
    try:
        content = write(seen_by(request.user, edition).draft)
    except TooLongForExcel as error:
        messages.error(request, str(error))
        return redirect("indexsets:edition", pk)
    name = f"{edition.index_set.key}-{edition.year}-{edition.version}.{kind}"
    response = HttpResponse(content, content_type=media_type)
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return response


@require_safe
def library(request: UserRequest) -> HttpResponse:
    """Where a new set may start."""
    require(pages.own_authorities(request.user))
    context = {"shipped": library_page.shipped_sets(), "editions": pages.editions_for(request.user)}
    return render(request, "indexsets/library.html", context)


def start_from_library(request: UserRequest, slug: str) -> HttpResponse:
    """A new draft from a set that ships with the product."""
    require(pages.own_authorities(request.user))
    tree = library_page.shipped_tree(slug)
    if tree is None:
        raise Http404
    form = IdentityForm(*_posted(request), user=request.user, initial=identity_of(tree))
    edition = _start(request, form, tree) if request.method == "POST" else None
    if edition:
        return redirect("indexsets:edition", edition.pk)
    context = {"form": form, "name": tree["name"]}
    return render(request, "indexsets/copy.html", context, status=status_of(form))


def start_from_edition(request: UserRequest, pk: int) -> HttpResponse:
    """A new draft from last year's edition, or from any that one may see."""
    origin = seen_edition(request, pk)
    mine = pages.own_authorities(request.user)
    require(mine)
    choices = library_page.copy_choices(origin, mine)
    initial = {"name": library_page.copy_name(origin)}
    form = CopyForm(*_posted(request), user=request.user, choices=choices, initial=initial)
    tree = seen_by(request.user, origin).tree
    edition = _start(request, form, {**tree, "id": origin.index_set.key}, origin) if request.method == "POST" else None
    if edition:
        return redirect("indexsets:edition", edition.pk)
    context = {"form": form, "name": origin.name}
    return render(request, "indexsets/copy.html", context, status=status_of(form))


@require_safe
def compare(request: UserRequest) -> HttpResponse:
    """How two editions differ."""
    rows = Edition.objects.visible_to(request.user).defer("text", "draft").order_by("name", "-year", "-version")
    chosen = {name: request.GET[name] for name in ("cu", "moi") if request.GET.get(name)}
    labels = [(row.pk, label_of(row)) for row in rows]
    form = CompareForm(chosen if len(chosen) == 2 else None, editions=labels, initial=chosen)
    if form.is_bound and not form.is_valid():
        raise Http404
    page = None
    if form.is_bound:
        old, new = (seen_edition(request, form.cleaned_data[name]) for name in ("cu", "moi"))
        page = difference_page(old, new, request.user)
    return render(request, "indexsets/compare.html", {"form": form, "page": page})


def _start(
    request: UserRequest, form: IdentityForm | CopyForm, tree: Tree, origin: Edition | None = None
) -> Edition | None:
    edition = attempt(
        form,
        lambda: actions.start_draft(
            form.cleaned_data["authority"], request.user, request.now, tree=form.tree(tree), origin=origin
        ),
    )
    if edition:
        messages.success(request, _("Đã tạo dự thảo “%(name)s”.") % {"name": edition.name})
    return edition


def _posted(request: UserRequest) -> tuple[object]:
    return (request.POST if request.method == "POST" else None,)
