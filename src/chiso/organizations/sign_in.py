"""How people sign in: with allauth, by e-mail and password, with a second factor if they set one up."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import F, QuerySet
from django.http import HttpRequest

from chiso.common.prepared import Prepared
from chiso.organizations.models import HeldRole, User


@Prepared
def _with_roles(*, pk: int) -> QuerySet[User]:
    """The person once for each role, or once without any."""
    return User.objects.filter(pk=pk).annotate(
        role=F("memberships__role"),
        unit=F("memberships__unit_id"),
        parent=F("memberships__unit__parent_id"),
        unit_name=F("memberships__unit__name"),
        unit_kind=F("memberships__unit__kind"),
    )


class Backend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """allauth's way in; who comes back with a session is read together with the roles that every page asks for."""

    def get_user(self, user_id: int) -> User | None:
        rows: list[Any] = _with_roles.rows(pk=user_id)
        if not rows or not self.user_can_authenticate(rows[0]):
            return None
        user: User = rows[0]
        user.remember_roles(
            HeldRole(row.role, row.unit, row.parent, row.unit_name, row.unit_kind) for row in rows if row.role
        )
        return user


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts are opened by the administrator: the sign-up page answers that it is closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
