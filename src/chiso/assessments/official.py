"""Which leaves take figures that another body confirms, and whose figures a person enters."""

from django.db.models import QuerySet

from chiso.assessments.models import Entry
from chiso.organizations.models import User
from chiso.rounds import policy as round_policy
from chiso.rounds.choices import Panel
from chiso.rounds.models import Block
from chiso.rounds.sight import assigned_to_seat
from chiso.scoring import IndexSet, Node


def is_official(node: Node) -> bool:
    """A leaf of the method `official`; lateness is counted by the server's clock, not entered."""
    return node.is_leaf and node.method == "official" and node.rule is not None and node.rule.kind != "late"


def official_leaves(index_set: IndexSet) -> list[Node]:
    return [node for node in index_set.leaves if is_official(node)]


def leaves_to_enter(user: User, block: Block) -> QuerySet[Entry]:
    """The leaves of a block whose official figures a person enters: all to the coordinator; to a member of the team
    those assigned, in any state of the dossier (the figure is not the unit's), never of a unit one is barred from."""
    leaves = Entry.objects.filter(dossier__block=block)
    if round_policy.can_coordinate(user, block.round):
        return leaves
    seat = round_policy.seat(user, block.round, Panel.TEAM)
    if seat is None:
        return leaves.none()
    barred = round_policy.barred_units(user, block.round)
    return leaves.filter(assigned_to_seat(member=seat.pk)).exclude(dossier__unit__in=barred)
