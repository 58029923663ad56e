"""The one place that reads the clock.

Sample data lives on its own day: the offset is kept in its database and refused on any other
(`only_a_demo_has_its_own_clock`). Sign-in and sessions keep real time, since they never ask here.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from chiso.organizations.models import Installation


@cache
def _installation() -> tuple[bool, timedelta]:
    """Asked once for each process: the offset changes only while no server runs."""
    row = Installation.objects.filter(pk=1).values_list("is_demo", "clock_offset").first()
    return row or (False, timedelta())


def forget() -> None:
    """Ask again next time; for the demo command and the tests."""
    _installation.cache_clear()


def is_demo() -> bool:
    return _installation()[0]


def now() -> datetime:
    """The moment it is for the people of this installation."""
    return timezone.now() + _installation()[1]  # noqa: TID251 the one place


class ClockMiddleware:
    """Give every request its moment, so that one page never straddles a deadline."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.now = now()  # type: ignore[attr-defined]  # typed for views in requests.UserRequest
        return self.get_response(request)
