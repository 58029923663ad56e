"""The agenda of a meeting: the leaves that the council has to look at, and why each is there.

Whatever the size of a round it takes a fixed number of queries: sums for the totals (`totals`), and one read of the
leaves on which somebody said something else than what counts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chiso.assessments.choices import DossierState, MeetingState, Outcome
from chiso.assessments.models import IndependentScore, Motion
from chiso.assessments.pages.council_room import Room
from chiso.assessments.pages.leaf_lines import LeafLine, differing, lines_of
from chiso.assessments.pages.near_ties import Alternative, Brink, Scales, brinks_of
from chiso.assessments.totals import (
    Leaves,
    Points,
    carried_motions,
    in_grains,
    in_points,
    leaves_by_block,
    totals_of,
)
from chiso.common.numbers import format_max, format_number, format_points
from chiso.rounds.models import Round
from chiso.scoring import Node

_ZERO = Decimal(0)


class Why(TextChoices):
    """Why a leaf is on the agenda; the value stands in addresses."""

    LISTED = "dua-them", gettext_lazy("đưa thêm")
    DISPUTED = "de-nghi-khac", gettext_lazy("đơn vị đề nghị điểm khác")
    CUT = "ha-nhieu", gettext_lazy("bị hạ nhiều")
    APART = "cham-lech", gettext_lazy("hai người chấm lệch nhau")
    NEAR = "sat-diem", gettext_lazy("bằng hoặc sát điểm")


class Item(NamedTuple):
    """One leaf on the agenda; `motion` is the last that this meeting took up on it."""

    line: LeafLine
    node: Node
    unit: str
    unit_code: str
    why: tuple[Why, ...]
    brinks: tuple[Brink, ...]
    apart: tuple[Decimal | None, ...]
    motion: Motion | None

    @property
    def code(self) -> str:
        return self.node.code


@dataclass(frozen=True)
class Agenda:
    """All items in the order in which they are taken up: criterion by criterion, so that like is compared with like."""

    items: tuple[Item, ...]
    unit_names: Mapping[int, str]

    def of(self, group: str) -> tuple[Item, ...]:
        """The items of a group (a value of `Why`); all of them when it names none."""
        return tuple(item for item in self.items if group in item.why) if group in Why.values else self.items

    @cached_property
    def counts(self) -> dict[Why, int]:
        return {why: sum(why in item.why for item in self.items) for why in Why}

    def words(self, item: Item) -> list[tuple[str, str]]:
        """Why an item is there: (short, in figures)."""
        return [(str(why.label), sentence) for why in item.why for sentence in self._told(why, item)]

    def _told(self, why: Why, item: Item) -> list[str]:
        line = item.line
        if why == Why.DISPUTED:
            words = {"asked": written(line.asked_points), "final": written(line.final)}
            return [_("đề nghị %(asked)s, thẩm định %(final)s") % words]
        if why == Why.CUT:
            cut = written((line.own or 0) - (line.final or 0))
            return [_("hạ %(cut)s trên tối đa %(max)s") % {"cut": cut, "max": format_max(item.node.max)}]
        if why == Why.APART:
            return [
                _("%(one)s và %(other)s") % dict(zip(("one", "other"), map(format_points, item.apart), strict=True))
            ]
        if why == Why.NEAR:
            return [self._near(brink) for brink in item.brinks]
        return [item.motion.reason if item.motion else ""]

    def _near(self, brink: Brink) -> str:
        gap = format_number(Decimal(round(brink.gap * 10_000)) / 10_000)
        words = {"unit": self.unit_names[brink.dossier], "grade": brink.grade, "gap": gap}
        if brink.other is None:
            return _("%(unit)s cách mức “%(grade)s” %(gap)s điểm") % words
        words["other"] = self.unit_names[brink.other]
        if not brink.gap:
            return _("%(unit)s và %(other)s bằng điểm") % words
        return _("%(unit)s hơn %(other)s %(gap)s điểm") % words


def written(grains: int | None) -> str:
    """The points of a line as pages write them."""
    return format_points(in_points(grains))


def agenda_of(room: Room) -> Agenda:
    """Build the agenda for who looks at it. Once adopted, a meeting has had the items that it took up."""
    found = _Finder(room)
    items = [item for line in found.lines() if (item := found.item(line))]
    order = {key: place for leaves in found.blocks.values() for place, key in enumerate(leaves.nodes)}
    items.sort(key=lambda item: (item.line.block, order[item.line.criterion], item.unit_code))
    return Agenda(tuple(items), {dossier: judged.name for dossier, judged in found.units.items()})


@dataclass(frozen=True, slots=True)
class _Judged:
    """The unit of a dossier."""

    unit: int
    name: str
    code: str
    block: int


class _Finder:
    """What is read once to say of each leaf whether, and why, it is on the agenda."""

    def __init__(self, room: Room) -> None:
        self.room, self.round = room, room.meeting.round
        self.is_over = room.meeting.state == MeetingState.ADOPTED
        self.blocks = leaves_by_block(self.round)
        self.units = _units(self.round)
        self.motions = _motions(room)
        self.carried = carried_motions(self.round)
        self.settled = {pk for pk, motion in self.carried.items() if motion.meeting_id != room.meeting.pk}
        self.apart = _apart(self.round)
        self.scales = self._scales()

    def lines(self) -> list[LeafLine]:
        """The leaves on which a party said something else than what counts, and those that were taken up here."""
        keys = {*self.motions, *self.apart}
        if self.is_over or not self.room.sees_totals:
            return lines_of(self.room.entries(), keys=keys, with_differing=not self.is_over)
        found = differing(self.round.pk, self.room.hidden)
        missing = keys.difference(line.pk for line in found)
        return found if not missing else found + lines_of(self.room.entries(), keys=missing, with_differing=False)

    def item(self, line: LeafLine) -> Item | None:
        leaves = self.blocks[line.block]
        node, motion = leaves.nodes[line.criterion], self.motions.get(line.pk)
        why, brinks, apart = [], self._brinks(line, leaves), self.apart.get(line.pk, ())
        if motion is not None and motion.outcome == Outcome.LISTED:
            why.append(Why.LISTED)
        if self._is_before_council(line) and line.pk not in self.settled:
            why += [Why.DISPUTED] if line.is_disputed else []
            why += [Why.CUT] if line.is_cut(node, self.round.large_cut_percent) else []
            why += [Why.APART] if apart else []
        why += [Why.NEAR] if brinks else []
        if not why and motion is None:
            return None
        unit = self.units[line.dossier]
        return Item(line, node, unit.name, unit.code, tuple(why), brinks, apart, motion)

    def _is_before_council(self, line: LeafLine) -> bool:
        return line.state == DossierState.BEFORE_COUNCIL or line.pk in self.motions

    def _brinks(self, line: LeafLine, leaves: Leaves) -> tuple[Brink, ...]:
        """The near-ties that the leaf would turn, if what another party said of it counted."""
        if self.scales is None or line.state != DossierState.BEFORE_COUNCIL or line.criterion in leaves.compared:
            return ()
        group = leaves.groups.get(line.criterion)
        if group is None or not self.scales.is_near(line.dossier):
            return ()
        motion = self.carried.get(line.pk)
        now = Points(line.final or 0, line.final_max)
        if motion is not None:
            now = Points(in_grains(motion.score), in_grains(motion.effective_max))
        turned: dict[Brink, None] = {}
        for then in line.alternatives(now):
            turned |= dict.fromkeys(self.scales.turned_by(Alternative(line.dossier, group, now, then)))
        return tuple(turned)

    def _scales(self) -> Scales | None:
        """None for who may not see totals; units that this person never sees stand in no near-tie."""
        if not self.room.sees_totals or self.is_over:
            return None
        units = totals_of(self.round, self.blocks, self.carried)
        blocks: dict[int, list[int]] = {}
        for dossier, judged in self.units.items():
            if judged.unit not in self.room.hidden:
                blocks.setdefault(judged.block, []).append(dossier)
        return Scales(units, brinks_of(units, blocks.values()))


def _units(round: Round) -> dict[int, _Judged]:
    rows = round.dossiers.values_list("pk", "unit", "unit__name", "unit__code", "block")
    return {pk: _Judged(unit, name, code, block) for pk, unit, name, code, block in rows}


def _motions(room: Room) -> dict[int, Motion]:
    """By leaf, the last motion that this meeting has on it."""
    return {motion.entry_id: motion for motion in room.motions().order_by("number")}


def _apart(round: Round) -> dict[int, tuple[Decimal | None, ...]]:
    """The leaves on which two appraisers stand further apart than the round lets pass; the last pass counts."""
    if not round.independent_codes:
        return {}
    rows = IndependentScore.objects.filter(entry__dossier__round=round).order_by("pass_number", "pk")
    given: dict[int, dict[int, list[tuple[Decimal | None, bool]]]] = {}
    for entry, number, score, na in rows.values_list("entry", "pass_number", "score", "not_applicable"):
        given.setdefault(entry, {}).setdefault(number, []).append((score, na))
    last = {entry: found[max(found)] for entry, found in given.items()}
    return {
        entry: (one[0], two[0]) for entry, (one, two) in _pairs(last) if _are_apart(one, two, round.independent_step)
    }


def _pairs(given: Mapping[int, list[Any]]) -> Iterator[tuple[int, tuple[Any, Any]]]:
    return ((entry, (said[0], said[1])) for entry, said in given.items() if len(said) > 1)


def _are_apart(one: tuple[Decimal | None, bool], two: tuple[Decimal | None, bool], step: Decimal) -> bool:
    return one[1] != two[1] or abs((one[0] or _ZERO) - (two[0] or _ZERO)) > step
