"""What the page of one member's assignments shows: what is given already, and the nodes to tick for a scope."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from chiso.common.addresses import address
from chiso.organizations.models import Unit
from chiso.rounds import policy
from chiso.rounds.choices import Panel
from chiso.rounds.coverage import judged_leaves
from chiso.rounds.coverage_page import listed
from chiso.rounds.models import Assignment, PanelMember, Round
from chiso.rounds.panel_forms import EVERYWHERE, UNITS, WishForm
from chiso.rounds.ticks import TickArea, areas_of_round, nodes_of, ticks_of, topmost
from chiso.scoring import Node


@dataclass(frozen=True)
class Scope:
    """Where the ticks below hold: all units, one block, or single units."""

    label: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Held:
    """What a member has already, for one scope; `block` and `unit` name it for the form that takes it back."""

    label: str
    codes: str
    count: int
    block: int | str
    unit: int | str


@dataclass(frozen=True)
class UnitBox:
    """A unit to tick; not where the member is barred."""

    pk: int
    name: str
    is_barred: bool


@dataclass(frozen=True)
class AssigningPage:
    """The assignments of one member."""

    scope: str
    scopes: tuple[Scope, ...]
    held: tuple[Held, ...]
    areas: tuple[TickArea, ...]
    nodes: list[tuple[str, str]]
    units: tuple[UnitBox, ...]
    barred: str
    url: str


def assigning_page(member: PanelMember, scope: str) -> AssigningPage:
    """Put the page together: six queries, whatever the number of leaves and units."""
    round = member.round
    blocks = {str(block.pk): block for block in round.blocks.order_by("pk")}
    scope = scope if scope in blocks or scope == UNITS else EVERYWHERE
    areas = areas_of_round(round, blocks[scope].edition_id if scope in blocks else None)
    given = _given(member)
    here = given.get((blocks[scope].pk if scope in blocks else None, None), set()) if scope != UNITS else set()
    units = {unit.pk: unit for unit in Unit.objects.filter(participations__round=round).order_by("code")}
    barred = policy.barred_units(member.user, round) & set(units)
    return AssigningPage(
        scope=scope,
        scopes=_scopes(member, {key: block.name for key, block in blocks.items()}, scope),
        held=tuple(_held(given, areas_of_round(round), {block.pk: block.name for block in blocks.values()}, units)),
        areas=ticks_of(areas, topmost(areas, here)),
        nodes=nodes_of(areas),
        units=tuple(UnitBox(unit.pk, unit.name, unit.pk in barred) for unit in units.values()),
        barred=", ".join(units[pk].name for pk in units if pk in barred),
        url=_url(member, scope),
    )


def _given(member: PanelMember) -> Mapping[tuple[int | None, int | None], set[str]]:
    rows = Assignment.objects.filter(member=member).values_list("block", "unit", "criterion__code")
    found: defaultdict[tuple[int | None, int | None], set[str]] = defaultdict(set)
    for block, unit, code in rows:
        found[block, unit].add(code)
    return found


def _url(member: PanelMember, scope: str) -> str:
    return f"{address('rounds:assign', member.round_id, member.pk)}?{urlencode({'scope': scope})}"


def _scopes(member: PanelMember, blocks: Mapping[str, str], current: str) -> tuple[Scope, ...]:
    offered = [(EVERYWHERE, _("Tất cả đơn vị"))]
    if len(blocks) > 1:
        offered += [(key, _("Khối “%(name)s”") % {"name": name}) for key, name in blocks.items()]
    offered.append((UNITS, _("Từng đơn vị")))
    return tuple(Scope(label, _url(member, key), key == current) for key, label in offered)


def _held(
    given: Mapping[tuple[int | None, int | None], set[str]],
    areas: list[Node],
    blocks: Mapping[int, str],
    units: Mapping[int, Unit],
) -> list[Held]:
    """All units first, then blocks, then units in their order."""
    found = []
    judged = {leaf.code for area in areas for leaf in judged_leaves(area)}
    order: dict[int | None, int] = {pk: place for place, pk in enumerate(units)}
    for (block, unit), codes in sorted(given.items(), key=lambda one: (one[0][0] or 0, order.get(one[0][1], -1))):
        label = blocks[block] if block else units[unit].name if unit else _("Tất cả đơn vị")
        found.append(Held(label, listed(topmost(areas, codes)), len(codes & judged), block or "", unit or ""))
    return found


def takers_of(round: Round) -> QuerySet[PanelMember]:
    """The members of the team who can be given a leaf."""
    team = PanelMember.objects.filter(round=round, panel=Panel.TEAM, left_at=None)
    return team.select_related("user", "body").order_by("pk")


def areas_for(round: Round) -> list[tuple[str, str]]:
    """The areas of a round, for a list to choose from (one query)."""
    return [(area.code, f"{area.code} {area.name}") for area in areas_of_round(round)]


def chosen(form: WishForm) -> list[tuple[str, str]]:
    """What was asked for, as hidden fields of the form that writes the proposal."""
    return [(name, str(form.data.get(name, ""))) for name in form.fields]
