"""Who holds a role in a unit now: the one place that asks it, for messages, signatures and next steps."""

from django.db.models import QuerySet

from chiso.organizations.choices import Role
from chiso.organizations.models import User


def holding(role: Role, unit_id: int) -> QuerySet[User]:
    """The active people who hold a role in a unit, each once, the first who came first."""
    held = User.objects.filter(memberships__role=role, memberships__unit=unit_id, is_active=True)
    return held.distinct().order_by("pk")
