"""The plan of a carry-over, read from the database and written nowhere: what would happen to each dossier."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from chiso.assessments import carrying
from chiso.assessments.carrying import Carried, Fate, Leaf, Said
from chiso.assessments.choices import DossierState
from chiso.assessments.models import Dossier, Entry
from chiso.assessments.queries import ANSWERED
from chiso.assessments.windows import is_return
from chiso.indexsets.models import Edition
from chiso.indexsets.reading import index_set_of
from chiso.rounds.models import Assignment, Block
from chiso.scoring import LeafPoints, State

_FIELDS = (
    *("pk", "dossier_id", "code", "facts", "not_applicable", "decided"),
    *("score", "effective_max", "score_state", "reason", "note", "saved_at", "as_of", "no_document"),
)


@dataclass(frozen=True)
class DossierPlan:
    """One dossier: what becomes of each leaf that is not the same as before, and its own total before and after."""

    dossier: Dossier
    leaves: tuple[Carried, ...]
    before: Decimal | None
    after: Decimal | None

    @cached_property
    def to_enter(self) -> list[Leaf]:
        """What the unit must enter: nothing, where it was recorded that it did not submit."""
        if self.dossier.state == DossierState.NOT_SUBMITTED:
            return []
        return [one.leaf for one in self.leaves if one.must_be_entered]

    @property
    def is_returned(self) -> bool:
        """Whether a dossier that was handed in goes back to its unit."""
        return self.dossier.state == DossierState.SUBMITTED and bool(self.to_enter)

    @property
    def is_reopened(self) -> bool:
        """Whether a dossier goes back from its leader to its officials."""
        return self.dossier.state == DossierState.INTERNAL_REVIEW and bool(self.to_enter)


@dataclass(frozen=True)
class Seat:
    """That a member of the team appraises a leaf: of all units, of the block, or of one unit in it."""

    member: int
    name: str
    code: str
    block: int | None = None
    unit: int | None = None


@dataclass(frozen=True)
class CarryPlan:
    """What a carry-over of one block would do."""

    block: Block
    edition: Edition
    leaves: tuple[Leaf, ...]
    dossiers: tuple[DossierPlan, ...]
    seats: tuple[Seat, ...]

    @property
    def returned(self) -> list[DossierPlan]:
        return [one for one in self.dossiers if one.is_returned]

    @property
    def needs_deadline(self) -> bool:
        """Whether units must be told until when: dossiers go back, or are back already."""
        return any(one.to_enter and (one.is_returned or is_return(one.dossier)) for one in self.dossiers)

    def of(self, *fates: Fate) -> list[Leaf]:
        return [leaf for leaf in self.leaves if leaf.fate in fates]

    def new_code_of(self) -> dict[str, str]:
        """Old code → new code of every leaf that stays."""
        return {leaf.old.code: leaf.node.code for leaf in self.leaves if leaf.old and leaf.new}

    def unassigned(self) -> list[Leaf]:
        """The new leaves that people judge and nobody appraises yet."""
        return [leaf for leaf in self.of(Fate.NEW) if not leaf.node.is_survey and not leaf.node.is_info]

    def dropped_seats(self) -> list[Seat]:
        stays = self.new_code_of()
        return [seat for seat in self.seats if seat.code not in stays]


def plan_of(block: Block, edition: Edition) -> CarryPlan:
    """Read what a carry-over would do: four queries, whatever the number of units."""
    old, new = index_set_of(block.edition), index_set_of(edition)
    leaves = carrying.match(old, new)
    changing = tuple(leaf for leaf in leaves if leaf.fate != Fate.SAME)
    said, points = _said(block, changing), _points(block)
    same = {leaf.old.code: leaf.node.code for leaf in leaves if leaf.fate == Fate.SAME and leaf.old}
    plans = []
    for dossier in block.dossiers.select_related("unit").order_by("unit__code"):
        before = {code: one for code, one in points[dossier.pk].items() if code in old.by_code}
        carried = _carried(dossier, changing, said[dossier.pk])
        after = {same[code]: one for code, one in before.items() if code in same}
        after |= {one.leaf.node.code: one.points for one in carried if one.points is not None}
        plans.append(DossierPlan(dossier, carried, carrying.total(old, before), carrying.total(new, after)))
    return CarryPlan(block, edition, leaves, tuple(plans), _seats(block))


def _said(block: Block, leaves: Iterable[Leaf]) -> Mapping[int, dict[str, Said]]:
    """What every dossier says of some leaves, by code."""
    found: dict[int, dict[str, Said]] = defaultdict(dict)
    entries = Entry.objects.filter(dossier__block=block, code__in=[leaf.old.code for leaf in leaves if leaf.old])
    for row in entries.values_list(*_FIELDS).iterator():
        said = Said(*row)
        found[said.dossier][said.code] = said
    return found


def _points(block: Block) -> Mapping[int, dict[str, LeafPoints]]:
    """The points of every answered leaf by dossier and code: as texts, each read once, for a province has 17,000."""
    found: dict[int, dict[str, LeafPoints]] = defaultdict(dict)
    known: dict[tuple[str | None, str, str], LeafPoints] = {}
    columns = (Cast("score", TextField()), Cast("effective_max", TextField()), "score_state")
    rows = Entry.objects.filter(ANSWERED, dossier__block=block).values_list("dossier_id", "code", *columns)
    for dossier, code, score, most, state in rows.iterator():
        if (score, most, state) not in known:
            points = None if score is None else Decimal(score)
            known[score, most, state] = LeafPoints(points, Decimal(most), State(state))
        found[dossier][code] = known[score, most, state]
    return found


def _carried(dossier: Dossier, leaves: Iterable[Leaf], said: Mapping[str, Said]) -> tuple[Carried, ...]:
    late_days = dossier.late_days if dossier.submitted_at else None
    return tuple(carrying.carry(leaf, said.get(leaf.old.code) if leaf.old else None, late_days) for leaf in leaves)


def _seats(block: Block) -> tuple[Seat, ...]:
    """The assignments that hold for this block: not those of another block, or of its units."""
    rows = Assignment.objects.filter(
        Q(block=None) | Q(block=block),
        Q(unit=None) | Q(unit__in=block.participants.values("unit")),
        member__round=block.round_id,
        criterion__edition=block.edition_id,
    ).order_by("member", "criterion__position", "pk")
    fields = ("member_id", "member__user__full_name", "criterion__code", "block_id", "unit_id")
    return tuple(Seat(*row) for row in rows.values_list(*fields))
