from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chiso.common.asking import require, sent, status_of
from chiso.common.refusals import RuleViolation
from chiso.notices import actions, pages, policy
from chiso.notices.channels import is_open
from chiso.notices.choices import Channel
from chiso.notices.forms import DeliveryFilter, PreferenceForm, SeenForm
from chiso.notices.models import Delivery, Notice
from chiso.notices.opening import record_all, record_opening
from chiso.notices.preferences import preference_of, set_preference
from chiso.organizations.requests import UserRequest


@require_safe
def inbox(request: UserRequest) -> HttpResponse:
    """All messages of a person, the newest first."""
    return render(request, "notices/inbox.html", {"page": pages.inbox_page(request.user, request.GET.get("page"))})


@require_POST
def mark_all_read(request: UserRequest) -> HttpResponse:
    """A person has seen what the page showed."""
    form = SeenForm(request.POST)
    if form.is_valid():
        record_all(request.user, request.now, up_to=form.cleaned_data["up_to"])
    return redirect("notices:inbox")


@require_safe
def open_from_mail(request: UserRequest, pk: int) -> HttpResponse:
    """Follow the link of a mail; that the person came is kept, as long as it is the person and not a program.

    A scanner has no session and is sent to sign in. A browser that fetches ahead, or asks for the head, reads nothing.
    """
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    fetched_ahead = "prefetch" in (request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", ""))
    if request.method == "GET" and not fetched_ahead:
        record_opening(notice, request.now)
    return redirect(notice.url or "home")


def preferences(request: UserRequest) -> HttpResponse:
    """How the person wants to be written to."""
    kept = preference_of(request.user)
    has_webhook = is_open(Channel.WEBHOOK)
    form = PreferenceForm(*sent(request), initial={"mail": kept.mail, "push": kept.push}, has_webhook=has_webhook)
    if form.is_valid():
        push = form.cleaned_data.get("push", kept.push)
        set_preference(request.user, mail=form.cleaned_data["mail"], push=push)
        messages.success(request, _("Đã lưu cách nhận thông báo."))
        return redirect("notices:preferences")
    context = {"form": form, "page": pages.preference_page(request.user)}
    return render(request, "notices/preferences.html", context, status=status_of(form))


@require_safe
def deliveries(request: UserRequest) -> HttpResponse:
    """What left the product, to whom, and what became of it."""
    require(policy.can_follow_deliveries(request.user))
    rows = Delivery.objects.visible_to(request.user)
    page = pages.deliveries_page(rows, request.user, DeliveryFilter(request.GET), request.GET, request.now)
    return render(request, "notices/deliveries.html", {"page": page})


@require_POST
def send_again(request: UserRequest, pk: int) -> HttpResponse:
    """Send a failed message again, and come back to the list as it was."""
    delivery = get_object_or_404(Delivery.objects.visible_to(request.user).select_related("recipient"), pk=pk)
    try:
        actions.send_again(delivery, request.user, request.now)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Đã xếp hàng gửi lại cho %(name)s.") % {"name": delivery.recipient.full_name})
    return redirect(pages.list_address(request.GET))


@require_POST
def send_failed_again(request: UserRequest) -> HttpResponse:
    """Send again all of the list that failed: the server was down, and is back."""
    require(policy.can_follow_deliveries(request.user))
    rows = pages.failed_ones(Delivery.objects.visible_to(request.user), request.GET)
    count = actions.send_all_again(rows, request.user, request.now)
    messages.success(request, _("Đã xếp hàng gửi lại %(count)d bản tin.") % {"count": count})
    return redirect(pages.list_address(request.GET))
