"""How people sign in: with allauth, by e-mail and password, with a second factor if they set one up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts are opened by the administrator: the sign-up page answers that it is closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
