import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from chiso.audit.origin import OriginMiddleware, current


@pytest.mark.parametrize(
    ("behind_proxy", "forwarded", "address"),
    [
        (False, "", "10.0.0.9"),
        (False, "203.0.113.7", "10.0.0.9"),
        (True, "203.0.113.7", "203.0.113.7"),
        (True, "forged, 203.0.113.7", "203.0.113.7"),
        (True, "", "10.0.0.9"),
    ],
)
def test_our_own_proxy_is_believed_nobody_else(settings, behind_proxy: bool, forwarded: str, address: str) -> None:
    settings.BEHIND_PROXY = behind_proxy
    seen: list[str] = []

    def view(_request: HttpRequest) -> HttpResponse:
        seen.append(current())
        return HttpResponse()

    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    OriginMiddleware(view)(RequestFactory().get("/", REMOTE_ADDR="10.0.0.9", **headers))
    assert seen == [address]
    assert current() == ""
