"""Who may change what all rounds share. A predicate answers with the role that allows it, or None."""

from chiso.organizations.choices import Role
from chiso.organizations.models import Unit, User


def can_set_holidays(user: User, unit: Unit) -> Role | None:
    """The administrator, and the coordinating office of an authority."""
    if any(held.role == Role.ADMINISTRATOR for held in user.roles()):
        return Role.ADMINISTRATOR
    return Role.COORDINATOR if user.coordinates(unit.pk) else None


def desk_of(user: User) -> Unit | None:
    """The unit for which a person keeps the calendar: the authority whose index it runs, or the administrator's own.

    One query; none for whoever may not.
    """
    run = {held.run_authority_id for held in user.roles() if held.role == Role.COORDINATOR} - {None}
    own = {held.unit_id for held in user.roles() if held.role == Role.ADMINISTRATOR}
    wanted = min(run or own, default=None)  # type: ignore[type-var]  # None was taken out
    return None if wanted is None else Unit.objects.filter(pk=wanted).first()
