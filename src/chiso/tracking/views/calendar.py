"""A person's dates: on screen, as a file, and under a secret address that telephones read without signing in."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chiso.common.asking import require
from chiso.common.refusals import RuleViolation
from chiso.organizations.requests import UserRequest
from chiso.tracking.actions import calendar as actions
from chiso.tracking.calendar import entries_of
from chiso.tracking.calendar_address import feed_of, own_feed
from chiso.tracking.calendar_file import write_calendar
from chiso.tracking.calendar_page import calendar_page
from chiso.tracking.calendar_policy import can_make_feed
from chiso.tracking.models import CalendarFeed

_ICS = "text/calendar; charset=utf-8"


class VersionForm(forms.Form):
    """Which address a button was shown beside."""

    version = forms.IntegerField(min_value=1, max_value=2**31 - 1)


@require_safe
def calendar(request: UserRequest) -> HttpResponse:
    """One's month as a list by day, and the address for other programs."""
    page = calendar_page(request.user, request.now, request.GET.get("thang", ""), site=_site(request))
    return render(request, "tracking/calendar.html", {"page": page})


@require_safe
def calendar_file(request: UserRequest) -> HttpResponse:
    """One's dates as a file, once, without an address."""
    response = HttpResponse(write_calendar(entries_of(request.user, request.now), site=_site(request)), _ICS)
    response.headers["Content-Disposition"] = 'attachment; filename="lich-chi-so.ics"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@login_not_required
@require_safe
def feed(request: UserRequest, token: str) -> HttpResponse:
    """The dates of whoever the secret address belongs to; a wrong, old or switched-off one does not exist."""
    found = feed_of(token)
    if found is None:
        raise Http404
    response = HttpResponse(write_calendar(entries_of(found.user, request.now), site=_site(request)), _ICS)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@require_POST
def make(request: UserRequest) -> HttpResponse:
    """Get an address."""
    require(can_make_feed(request.user, request.user))
    return _answer(
        request,
        lambda: actions.make_feed(request.user, request.user, request.now),
        _("Đã cấp địa chỉ lịch. Hãy giữ kín địa chỉ này."),
    )


@require_POST
def renew(request: UserRequest) -> HttpResponse:
    """Get another address; the old one stops."""
    return _change(request, actions.renew_feed, _("Đã cấp địa chỉ mới. Địa chỉ cũ không dùng được nữa."))


@require_POST
def turn_off(request: UserRequest) -> HttpResponse:
    """Let the address stop."""
    return _change(request, actions.turn_off_feed, _("Đã tắt địa chỉ lịch."))


def _site(request: UserRequest) -> str:
    """How the person reached us, as addresses outside begin."""
    return request.build_absolute_uri("/").rstrip("/")


def _change(request: UserRequest, act: Callable[..., CalendarFeed], said: str) -> HttpResponse:
    """Act on one's own feed in the version that the page showed."""
    form = VersionForm(request.POST)
    mine = own_feed(request.user)
    if mine is None or not form.is_valid():
        raise Http404
    return _answer(request, lambda: act(mine, request.user, request.now, version=form.cleaned_data["version"]), said)


def _answer(request: UserRequest, act: Callable[[], object], said: str) -> HttpResponse:
    try:
        act()
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("tracking:calendar")
