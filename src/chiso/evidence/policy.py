"""Who may describe and remove documents. A predicate answers with the role that allows it, or None."""

from chiso.audit.actions import Verdict
from chiso.evidence.models import Document
from chiso.organizations.choices import Role
from chiso.organizations.models import User


def can_describe(user: User, document: Document) -> Verdict:
    """Officials of the unit that holds the document, its approver included."""
    for role in (Role.UNIT_EDITOR, Role.UNIT_APPROVER):
        if user.holds(role, document.unit_id):
            return role
    return None


def can_remove_content(user: User, document: Document) -> Verdict:
    """The administrator, and those who run the index of the authority that judges the unit, or of the unit itself."""
    if any(held.role == Role.ADMINISTRATOR for held in user.roles()):
        return Role.ADMINISTRATOR
    for authority in (document.unit.parent_id, document.unit_id):
        if authority is not None and user.coordinates(authority):
            return Role.COORDINATOR
        if authority is not None and user.heads(authority):
            return Role.AUTHORITY_HEAD
    return None
