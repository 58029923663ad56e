from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from chiso.home.steps import home_page
from chiso.organizations.requests import UserRequest


@require_safe
def home(request: UserRequest) -> HttpResponse:
    return render(request, "home/home.html", {"page": home_page(request.user, request.now)})
