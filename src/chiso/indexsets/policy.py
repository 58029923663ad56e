"""Who may do what with index sets. A predicate answers with the role that allows it, or None."""

from chiso.audit.actions import Verdict
from chiso.indexsets.models import Consultation, Edition, Opinion
from chiso.organizations.choices import Role
from chiso.organizations.models import Unit, User


def can_import(user: User, authority: Unit) -> Verdict:
    return Role.COORDINATOR if user.coordinates(authority.pk) else None


def can_edit_draft(user: User, edition: Edition) -> Verdict:
    return Role.COORDINATOR if user.coordinates(edition.index_set.authority_id) else None


def can_reissue(user: User, edition: Edition) -> Verdict:
    return can_edit_draft(user, edition)


def can_consult(user: User, edition: Edition) -> Verdict:
    return Role.COORDINATOR if user.coordinates(edition.index_set.authority_id) else None


def can_issue(user: User, edition: Edition) -> Verdict:
    return Role.AUTHORITY_HEAD if user.heads(edition.index_set.authority_id) else None


def can_issue_for(user: User, authority: Unit) -> Verdict:
    return Role.AUTHORITY_HEAD if user.heads(authority.pk) else None


def can_run(user: User, consultation: Consultation) -> Verdict:
    """Those who asked for the opinions keep the date."""
    return can_consult(user, consultation.edition)


def can_read_opinions(user: User, edition: Edition) -> Verdict:
    """The table of all opinions is for those who ask and for the head who issues."""
    return can_consult(user, edition) or can_issue(user, edition)


def can_give_opinion(user: User, consultation: Consultation) -> Verdict:
    """Anyone who works in a body that was asked."""
    asked = set(consultation.bodies.values_list("pk", flat=True))
    return next((held.role for held in sorted(user.roles()) if held.unit_id in asked), None)


def can_answer(user: User, opinion: Opinion) -> Verdict:
    return can_consult(user, opinion.consultation.edition)
