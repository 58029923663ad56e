from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from chiso.home.steps import home_page
from chiso.notices.models import Notice
from chiso.notices.opening import record_opening
from chiso.organizations.requests import UserRequest


@require_safe
def home(request: UserRequest) -> HttpResponse:
    return render(request, "home/home.html", {"page": home_page(request.user, request.now)})


@require_POST
def open_notice(request: UserRequest, pk: int) -> HttpResponse:
    """Record that a message was opened and go where it points."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    record_opening(notice, request.now)
    return redirect(notice.url or "home")
