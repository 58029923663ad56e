"""Who may do what with a task of the plan. A predicate answers with the role that allows it, or None.

People act for the body they work for; who only reads there does not. Nobody alone acts for all judged units together,
nor for a body of which no account is known, like a post office: there the coordinating office writes down what it was
told.
"""

from collections.abc import Collection

from chiso.audit.actions import Verdict
from chiso.organizations.models import User
from chiso.rounds.choices import BodyKind, TaskRole
from chiso.rounds.models import PlanTask, Round, TaskBody
from chiso.rounds.policy import can_coordinate
from chiso.rounds.task_people import READERS, people_of, role_in

ACTS_ITSELF = (BodyKind.UNIT, BodyKind.TEAM, BodyKind.COUNCIL)
"""Bodies whose people speak for them."""


def acts_for(user: User, body: TaskBody, round: Round, *, peopled: Collection[int] | None = None) -> Verdict:
    """The role in which a person acts for a body; `peopled` are the bodies that somebody stands for, where known."""
    acts_itself = body.kind in ACTS_ITSELF
    if acts_itself and (role := role_in(user, body, round)) and role not in READERS:
        return role
    coordinating = can_coordinate(user, round)
    if not coordinating or not acts_itself:
        return coordinating
    has_people = body.pk in peopled if peopled is not None else bool(people_of([body])[body.pk])
    return None if has_people else coordinating


def can_report(user: User, body: TaskBody) -> Verdict:
    """The people of the body; the coordinator for a body that nobody stands for."""
    return acts_for(user, body, body.task.plan.round)


def can_finish(user: User, task: PlanTask) -> Verdict:
    """The people of a body that leads the task."""
    leads = [body for body in task.bodies.all() if body.role == TaskRole.LEAD]
    if not leads:  # The plan names nobody: whoever runs the round answers for the row.
        return can_coordinate(user, task.plan.round)
    found = (acts_for(user, body, task.plan.round) for body in leads)
    return next((role for role in found if role), None)


def can_confirm(user: User, body: TaskBody) -> Verdict:
    """Who leads the task confirms what the others hand over, or returns it."""
    return can_finish(user, body.task)


def can_reopen(user: User, task: PlanTask) -> Verdict:
    return can_coordinate(user, task.plan.round)
