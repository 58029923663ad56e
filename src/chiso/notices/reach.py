"""Who follows whose messages: administrators everybody's, those who run an index its people's."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from chiso.organizations.choices import Role
from chiso.organizations.models import Membership, User


def runs_everything(user: User) -> bool:
    return any(held.role == Role.ADMINISTRATOR for held in user.roles())


def coordinated(user: User) -> frozenset[int]:
    """The authorities for whose index this person works in the coordinating office."""
    held = (role.run_authority_id for role in user.roles() if role.role == Role.COORDINATOR)
    return frozenset(authority for authority in held if authority is not None)


def people_under(authorities: Collection[int]) -> QuerySet[User]:
    """Everybody of these authorities, of the units under them, and of the panels of their rounds."""
    of_units = Membership.objects.filter(Q(unit__in=authorities) | Q(unit__parent__in=authorities)).values("user")
    of_panels = User.objects.filter(panel_seats__round__authority__in=authorities).values("pk")
    return User.objects.filter(Q(pk__in=of_units) | Q(pk__in=of_panels))
