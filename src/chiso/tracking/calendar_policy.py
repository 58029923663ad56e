"""Who may have a calendar address: every person one's own, whoever has something to do here."""

from chiso.audit.actions import Verdict
from chiso.organizations.choices import Role
from chiso.organizations.models import User
from chiso.rounds.choices import Panel
from chiso.rounds.policy import seats
from chiso.tracking.models import CalendarFeed


def can_make_feed(user: User, person: User) -> Verdict:
    """One's own, in the first role one holds; who holds none and sits nowhere has no dates."""
    if user.pk != person.pk:
        return None
    held = {role.role for role in user.roles()}
    panels = {panel for _round, panel in seats(user)}
    held |= {Role.COUNCIL_MEMBER.value} if Panel.COUNCIL in panels else set()
    held |= {Role.APPRAISER.value} if Panel.TEAM in panels else set()
    return next((role for role in Role if role.value in held), None)


def can_change_feed(user: User, feed: CalendarFeed) -> Verdict:
    return can_make_feed(user, feed.user)
