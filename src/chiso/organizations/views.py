from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from chiso.common.asking import attempt, require, sent, status_of
from chiso.common.dates import DateNotUnderstood, format_date, parse_date
from chiso.common.refusals import RuleViolation
from chiso.organizations.actions import remove_holiday, set_holiday
from chiso.organizations.forms import HolidayForm
from chiso.organizations.holidays_page import holidays_page, year_of
from chiso.organizations.models import Holiday, Unit
from chiso.organizations.policy import desk_of
from chiso.organizations.requests import UserRequest


@require_http_methods(["GET", "POST"])
def holidays(request: UserRequest) -> HttpResponse:
    """The days off of a year for everybody who is signed in; whoever keeps the calendar writes in it."""
    desk = desk_of(request.user)
    require(desk or request.method == "GET")
    form = HolidayForm(*sent(request))
    if desk and (row := attempt(form, lambda: _set(request, desk, form))):
        messages.success(request, _("Đã ghi ngày %(day)s.") % {"day": format_date(row.day)})
        return _back(row.day.year)
    year = year_of(request.GET.get("nam", ""), localdate(request.now).year)
    context = {"form": form, "page": holidays_page(year), "may_set": desk is not None}
    return render(request, "organizations/holidays.html", context, status=status_of(form))


def _set(request: UserRequest, desk: Unit, form: HolidayForm) -> Holiday:
    return set_holiday(desk, request.user, request.now, **form.cleaned_data)


@require_POST
def remove(request: UserRequest) -> HttpResponse:
    """Let the law's calendar say again what a day is."""
    if (desk := desk_of(request.user)) is None:
        raise PermissionDenied
    year = localdate(request.now).year
    try:
        day = parse_date(request.POST.get("day", ""))
        year = day.year
        remove_holiday(desk, request.user, request.now, day=day)
    except (DateNotUnderstood, RuleViolation) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Đã bỏ ngày %(day)s khỏi danh sách.") % {"day": format_date(day)})
    return _back(year)


def _back(year: int) -> HttpResponse:
    return redirect(f"{reverse('organizations:holidays')}?nam={year}")
