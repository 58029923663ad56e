"""From where the person acts: the network address, or the command, of what runs now."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

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
        with acting_from(request.META.get("REMOTE_ADDR") or ""):
            return self.get_response(request)
