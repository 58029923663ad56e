"""Every route is closed to strangers unless this list opens it, and nothing is written by a GET."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter

pytestmark = pytest.mark.django_db

OPEN_TO_ALL = {
    "portal:publications",
    "portal:publication",
    "portal:results_csv",
    "portal:results_json",
    "portal:chart",
    "documents:decision",
    "tracking:feed",
    "language",
    "components",
    "account_login",
    "account_logout",
    "account_signup",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_confirm_email",
    "account_email_verification_sent",
    "account_confirm_login_code",
    "account_request_login_code",
    "mfa_authenticate",
    "mfa_trust",
}


def routes(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            name = pattern.namespace
            yield from routes(pattern, f"{namespace}{name}:" if name else namespace)
        elif pattern.name:
            yield f"{namespace}{pattern.name}", pattern


ROUTES = dict(routes(get_resolver()))


def path_of(name: str, pattern: URLPattern) -> str:
    given = {
        key: 1 if isinstance(converter, IntConverter) else "x" for key, converter in pattern.pattern.converters.items()
    }
    if not given and pattern.pattern.regex.groups:
        given = dict.fromkeys(pattern.pattern.regex.groupindex, "x")
    return reverse(name, kwargs=given)


@pytest.mark.parametrize("name", sorted(set(ROUTES) - OPEN_TO_ALL))
@pytest.mark.parametrize("method", ["get", "post"])
def test_strangers_are_sent_to_sign_in(client: Client, name: str, method: str) -> None:
    response = getattr(client, method)(path_of(name, ROUTES[name]))
    assert response.status_code in (302, 405), name
    if response.status_code == 302:
        assert response.url.startswith(reverse("account_login")), name


def test_the_list_of_open_routes_names_real_routes_of_ours() -> None:
    ours = {name for name in OPEN_TO_ALL if not name.startswith(("account_", "mfa_"))}
    assert ours - set(ROUTES) == set()
