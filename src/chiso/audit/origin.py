"""From where the person acts: the network address, or the command, of what runs now."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_origin: ContextVar[str] = ContextVar("audit_origin", default="")


def current() -> str:
    return _origin.get()


@contextmanager
def acting_from(place: str) -> Iterator[None]:
    token = _origin.set(place[:100])
    try:
        yield
    finally:
        _origin.reset(token)


class OriginMiddleware:
    """Note the client's address for the entries this request writes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with acting_from(_address(request)):
            return self.get_response(request)


def _address(request: HttpRequest) -> str:
    """The client's address. Only our own proxy's word counts: the last one it added to X-Forwarded-For."""
    if settings.BEHIND_PROXY and (told := request.META.get("HTTP_X_FORWARDED_FOR", "")):
        return str(told).rsplit(",", 1)[-1].strip()
    return str(request.META.get("REMOTE_ADDR") or "")
