from django.http import HttpResponse
from django.shortcuts import render

from chiso.organizations.requests import UserRequest


def home(request: UserRequest) -> HttpResponse:
    return render(request, "home/home.html")
