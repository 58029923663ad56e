from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chiso.common.asking import attempt, require, sent, status_of
from chiso.indexsets import actions, issue_page, pages, policy
from chiso.indexsets.forms import IssueForm
from chiso.indexsets.models import Edition
from chiso.indexsets.reissue_page import reissue_part
from chiso.organizations.requests import UserRequest


def seen_edition(request: UserRequest, pk: int) -> Edition:
    """The only door from an address to an edition, for every view of this app."""
    found = Edition.objects.visible_to(request.user).defer("text").select_related("index_set__authority")
    return get_object_or_404(found, pk=pk)


@require_safe
def editions(request: UserRequest) -> HttpResponse:
    """The index sets a person may see."""
    context = {
        "editions": pages.editions_for(request.user),
        "may_import": bool(pages.own_authorities(request.user)),
    }
    return render(request, "indexsets/editions.html", context)


@require_safe
def edition(request: UserRequest, pk: int) -> HttpResponse:
    """One edition as a table that can be read and printed."""
    edition = seen_edition(request, pk)
    page = pages.edition_page(edition, request.user, request.now)
    return render(request, "indexsets/edition.html", {"page": page, "reissue": reissue_part(edition, request.user)})


def issue(request: UserRequest, pk: int) -> HttpResponse:
    """The head issues an edition by decision, with others of the authority when they go together."""
    edition = seen_edition(request, pk)
    require(policy.can_issue(request.user, edition))
    page = issue_page.issue_page(edition, request.user, request.now)
    initial = {"day": localdate(request.now), "signer": request.user.full_name}
    form = IssueForm(*sent(request), page=page, initial=initial)
    if attempt(form, lambda: _issue(request, edition, form)):
        messages.success(request, _("Đã ban hành “%(name)s”.") % {"name": edition.name})
        return redirect("indexsets:edition", pk)
    return render(request, "indexsets/issue.html", {"form": form, "page": page}, status=status_of(form))


def _issue(request: UserRequest, edition: Edition, form: IssueForm) -> object:
    given, also = form.cleaned_data, form.also()
    decision = {name: given[name] for name in ("number", "day", "signer", "signed_file")}
    if not also:
        return actions.issue_edition(edition, request.user, request.now, **decision, seen=given["seen"])
    rows = Edition.objects.visible_to(request.user).filter(pk__in=also).select_related("index_set").order_by("pk")
    together = [(edition, given["seen"]), *((row, also[row.pk]) for row in rows)]
    return actions.issue_editions(
        edition.index_set.authority,
        request.user,
        request.now,
        editions=together,
        decision=actions.Decision(**decision),
    )


@require_safe
def signed_file(request: UserRequest, pk: int) -> FileResponse:
    """The signed decision of an issued edition."""
    edition = seen_edition(request, pk)
    if not edition.signed_file:
        raise Http404
    name = f"quyet-dinh-{edition.decision_number.replace('/', '-')}.pdf"
    return FileResponse(edition.signed_file.open("rb"), filename=name, content_type="application/pdf")
