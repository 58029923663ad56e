"""Who may read and repeat what was sent. A predicate answers with the role that allows it, or None."""

from chiso.audit.actions import Verdict
from chiso.notices import reach
from chiso.notices.models import Delivery
from chiso.organizations.choices import Role
from chiso.organizations.models import User


def can_follow_deliveries(user: User) -> Verdict:
    """Administrators, and those who run an index."""
    if reach.runs_everything(user):
        return Role.ADMINISTRATOR
    if reach.coordinated(user):
        return Role.COORDINATOR
    return Role.AUTHORITY_HEAD if user.authorities_run() else None


def can_send_again(user: User, delivery: Delivery) -> Verdict:
    """Administrators, and the office that chases this recipient."""
    if reach.runs_everything(user):
        return Role.ADMINISTRATOR
    offices = reach.coordinated(user)
    chased = offices and reach.people_under(offices).filter(pk=delivery.recipient_id).exists()
    return Role.COORDINATOR if chased else None
