"""Whom a body of the plan means: the people who do its task and are reminded of it; and whose tasks a person sees."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Q, QuerySet

from chiso.organizations.choices import Role
from chiso.organizations.models import Membership, User
from chiso.rounds.choices import BodyKind, Panel
from chiso.rounds.models import PanelMember, Participant, PlanTask, Round, TaskBody
from chiso.rounds.policy import seats

_PANELS: dict[str, Panel] = {BodyKind.TEAM: Panel.TEAM, BodyKind.COUNCIL: Panel.COUNCIL}
READERS = (Role.OBSERVER, Role.ADMINISTRATOR)
"""Who belongs to a unit without doing its work: they read its tasks, report on none and are reminded of none."""
_SEAT_ROLES: dict[str, Role] = {BodyKind.TEAM: Role.APPRAISER, BodyKind.COUNCIL: Role.COUNCIL_MEMBER}


def people_of(bodies: Iterable[TaskBody]) -> dict[int, list[User]]:
    """The active people who act for each body, by name; nobody for one of no known people (4 queries, however many)."""
    listed = list(bodies)
    if not listed:
        return {}
    rounds = dict(PlanTask.objects.filter(bodies__in=listed).values_list("pk", "plan__round").distinct())
    wanted = {rounds[body.task_id] for body in listed if body.kind == BodyKind.PARTICIPANTS}
    judged: dict[int, set[int]] = defaultdict(set)
    for round_pk, unit_pk in (
        Participant.objects.filter(round__in=wanted).values_list("round", "unit") if wanted else ()
    ):
        judged[round_pk].add(unit_pk)
    of_unit = _members(
        {body.unit_id for body in listed if body.unit_id} | {pk for units in judged.values() for pk in units}
    )
    of_panel = _sitting({rounds[body.task_id] for body in listed if body.kind in _PANELS})
    found: dict[int, list[User]] = {}
    for body in listed:
        round_pk = rounds[body.task_id]
        if body.kind in _PANELS:
            people = of_panel[round_pk, _PANELS[body.kind]]
        elif body.kind == BodyKind.PARTICIPANTS:
            people = {pk: user for unit in judged[round_pk] for pk, user in of_unit[unit].items()}
        else:
            people = of_unit[body.unit_id] if body.kind == BodyKind.UNIT and body.unit_id else {}
        found[body.pk] = sorted(people.values(), key=lambda user: (user.full_name, user.pk))
    return found


def _members(units: set[int]) -> dict[int, dict[int, User]]:
    found: dict[int, dict[int, User]] = defaultdict(dict)
    rows = Membership.objects.filter(unit__in=units, user__is_active=True).exclude(role__in=READERS)
    for row in rows.select_related("user") if units else ():
        found[row.unit_id][row.user_id] = row.user
    return found


def _sitting(rounds: set[int]) -> dict[tuple[int, str], dict[int, User]]:
    found: dict[tuple[int, str], dict[int, User]] = defaultdict(dict)
    rows = PanelMember.objects.filter(round__in=rounds, left_at=None, user__is_active=True).select_related("user")
    for row in rows if rounds else ():
        found[row.round_id, row.panel][row.user_id] = row.user
    return found


def units_worked_in(user: User) -> frozenset[int]:
    """The units whose tasks a person does, not only reads."""
    return frozenset(held.unit_id for held in user.roles() if held.role not in READERS)


def bodies_of(user: User, round: Round) -> QuerySet[TaskBody]:
    """The bodies of a round's plan that a person belongs to; the query is the caller's to make."""
    return bodies_in(user, [round])


def bodies_in(user: User, rounds: Sequence[Round]) -> QuerySet[TaskBody]:
    """The same for several rounds at once."""
    rows = TaskBody.objects.filter(task__plan__round__in=[round.pk for round in rounds])
    units = user.unit_ids()
    judged_in = Participant.objects.filter(unit__in=units).values("round")
    mine = Q(kind=BodyKind.UNIT, unit__in=units) | Q(kind=BodyKind.PARTICIPANTS, task__plan__round__in=judged_in)
    for kind, panel in _PANELS.items():
        sat_in = [round_pk for round_pk, held in seats(user) if held == panel]
        mine |= Q(kind=kind, task__plan__round__in=sat_in)
    return rows.filter(mine)


def works_for(user: User, body: TaskBody, round: Round, *, takes_part: bool) -> bool:
    """The same of one body that was read already; `takes_part` says whether one's unit is judged (no query)."""
    if body.kind in _PANELS:
        return (round.pk, _PANELS[body.kind].value) in seats(user)
    if body.kind == BodyKind.PARTICIPANTS:
        return takes_part
    return body.kind == BodyKind.UNIT and body.unit_id in user.unit_ids()


def role_in(user: User, body: TaskBody, round: Round) -> Role | None:
    """The role in which a person belongs to a body, the one that may most; None for whoever does not.

    No query beyond the person's roles and seats, save for the judged units together.
    """
    units = {body.unit_id}
    if body.kind == BodyKind.PARTICIPANTS:
        mine = Participant.objects.filter(round=round, unit__in=user.unit_ids())
        units = set(mine.values_list("unit", flat=True)) if user.unit_ids() else set()
    if not works_for(user, body, round, takes_part=bool(units)):
        return None
    if body.kind in _PANELS:
        return _SEAT_ROLES[body.kind]
    held = {role.role for role in user.roles() if role.unit_id in units}
    return next((role for role in Role if role.value in held), None)
