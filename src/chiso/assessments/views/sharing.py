"""A unit shares its work: give leaves, take them back, hand everything of one person to another."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from chiso.assessments import policy
from chiso.assessments.actions import sharing as actions
from chiso.assessments.forms.sharing import HandOverForm, ShareForm
from chiso.assessments.pages.dossier_rows import open_dossier
from chiso.assessments.pages.sharing_page import Desk, desk_of, sharing_page
from chiso.common.asking import attempt, require, status_of
from chiso.organizations.requests import UserRequest


@require_http_methods(["GET", "HEAD", "POST"])
def sharing(request: UserRequest, pk: int) -> HttpResponse:
    """Who answers for which leaf; the leader ticks leaves or areas and gives them to somebody."""
    desk = desk_of(request.user, open_dossier(request.user, pk))
    form = ShareForm(desk.codes, desk.officials, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require(policy.can_approve(request.user, desk.dossier))
        if count := attempt(form, lambda: _share(request, desk, form)):
            _told(request, count)
            return _back(request, pk)
    return _page(request, desk, form, HandOverForm(desk.givers, desk.officials))


@require_POST
def hand_over(request: UserRequest, pk: int) -> HttpResponse:
    """Everything of one person goes to another."""
    desk = desk_of(request.user, open_dossier(request.user, pk))
    require(policy.can_approve(request.user, desk.dossier))
    form = HandOverForm(desk.givers, desk.officials, request.POST)
    if count := attempt(form, lambda: _hand_over(request, desk, form)):
        _told(request, count)
        return redirect("assessments:sharing", pk)
    return _page(request, desk, ShareForm(desk.codes, desk.officials), form)


def _share(request: UserRequest, desk: Desk, form: ShareForm) -> int:
    given = form.cleaned_data
    to = None if "take_back" in request.POST else given["to"]
    return actions.assign_leaves(
        desk.dossier, request.user, request.now, codes=given["codes"], to=to, until=given["until"]
    )


def _hand_over(request: UserRequest, desk: Desk, form: HandOverForm) -> int:
    given = form.cleaned_data
    return actions.hand_over_leaves(desk.dossier, request.user, request.now, giver=given["giver"], to=given["receiver"])


def _told(request: UserRequest, count: int) -> None:
    text = ngettext("Đã phân công lại %(n)d tiêu chí.", "Đã phân công lại %(n)d tiêu chí.", count) % {"n": count}
    messages.success(request, text)


def _back(request: UserRequest, pk: int) -> HttpResponse:
    """To the same part of the table."""
    chosen = request.GET.get("loc", "")
    path = reverse("assessments:sharing", args=[pk])
    return redirect(f"{path}?{urlencode({'loc': chosen})}" if chosen else path)


def _page(request: UserRequest, desk: Desk, form: ShareForm, handing: HandOverForm) -> HttpResponse:
    context: dict[str, Any] = sharing_page(request, desk, chosen=request.GET.get("loc", ""))
    context |= {"form": form, "handing": handing, "ticked": request.POST.getlist("codes")}
    return render(request, "assessments/sharing.html", context, status=status_of(form if form.errors else handing))
