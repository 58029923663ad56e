"""What the pages of coverage show: criteria × blocks with no, one or two appraisers; one criterion over its units; the
load of each expert; and the balanced proposal before it is applied."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.common.addresses import address
from chiso.common.numbers import NONE_SIGN, format_number
from chiso.organizations.models import User
from chiso.rounds import policy
from chiso.rounds.choices import StageKey
from chiso.rounds.coverage import AppraisedLeaf, Coverage, Seat, Units, coverage_of
from chiso.rounds.models import Block, Round
from chiso.rounds.proposing import Load, Proposal
from chiso.rounds.ticks import topmost

_OVER = frozenset({StageKey.COUNCIL, StageKey.APPROVAL, StageKey.PUBLISHED})
_CODES_SHOWN = 12


@dataclass(frozen=True)
class CoveragePage:
    """Every leaf × block with its number of appraisers, and how much each expert has."""

    stats: tuple[dict[str, object], ...]
    columns: tuple[str, ...]
    rows: tuple[dict[str, object], ...]
    loads: tuple[dict[str, object], ...]
    legend: tuple[str, ...]
    gaps: int
    may_assign: bool


def coverage_page(round: Round, user: User) -> CoveragePage:
    """Put the matrix together (the seven queries of the coverage, whatever its size)."""
    coverage = coverage_of(round)
    return CoveragePage(
        stats=_stats(coverage),
        columns=tuple(block.name for block in coverage.blocks),
        rows=tuple(_rows(coverage, round)),
        loads=tuple(_load_row(seat, coverage) for seat in coverage.seats.values()),
        legend=legend(),
        gaps=len(coverage.gaps()),
        may_assign=may_assign(user, round),
    )


def may_assign(user: User, round: Round) -> bool:
    return bool(policy.can_lead_work(user, round)) and round.stage not in _OVER


def legend() -> tuple[str, ...]:
    """What the five colours mean, the lowest first."""
    return (
        _("không có tiêu chí này"),
        _("còn đơn vị chưa có người"),
        _("còn thiếu người thứ hai"),
        _("một người"),
        _("hai người trở lên"),
    )


def _stats(coverage: Coverage) -> tuple[dict[str, object], ...]:
    none = one = two = 0
    for leaf in coverage.leaves:
        count = coverage.count(leaf)
        none, one, two = none + count.none.bit_count(), one + count.one.bit_count(), two + count.two.bit_count()
    barred = sum(units.bit_count() for units in coverage.barred.values())
    return (
        {"label": _("Chưa có người thẩm định"), "value": format_number(none), "kind": "red" if none else ""},
        {"label": _("Một người"), "value": format_number(one)},
        {"label": _("Hai người trở lên"), "value": format_number(two)},
        {
            "label": _("Không được thẩm định"),
            "value": format_number(barred),
            "note": _("lượt thành viên × đơn vị (đơn vị công tác, xung đột lợi ích)"),
        },
    )


# ---- criteria × blocks --------------------------------------------------------------


def _rows(coverage: Coverage, round: Round) -> list[dict[str, object]]:
    """A row for each area with what its leaves lack, then one for each leaf."""
    by_area: dict[str, dict[str, list[AppraisedLeaf]]] = {}
    for leaf in coverage.leaves:
        by_area.setdefault(leaf.area.code, {}).setdefault(leaf.node.code, []).append(leaf)
    rows: list[dict[str, object]] = []
    for leaves in by_area.values():
        every = [leaf for same in leaves.values() for leaf in same]
        rows.append(_area_row(every, coverage, round))
        rows += [_leaf_row(same, coverage, round) for same in leaves.values()]
    return rows


def _area_row(leaves: list[AppraisedLeaf], coverage: Coverage, round: Round) -> dict[str, object]:
    area = leaves[0].area
    cells = []
    for block in coverage.blocks:
        units = coverage.units_of_block.get(block.pk, 0)
        there = [leaf for leaf in leaves if leaf.units & units]
        lacking = sum((coverage.gap(leaf) & units).bit_count() for leaf in there)
        of = sum((leaf.units & units).bit_count() for leaf in there)
        url = address("rounds:coverage_node", round.pk, block.pk, area.code) if there else ""
        cells.append({"text": _short(lacking, of), "level": "0" if not of else "1" if lacking else "4", "url": url})
    return {"is_area": True, "name": f"{area.code} {area.name}", "cells": cells, "tag": ""}


def _short(lacking: int, of: int) -> str:
    if not of:
        return NONE_SIGN
    return _("thiếu %(count)d/%(of)d") % {"count": lacking, "of": of} if lacking else f"{of}/{of}"


def _leaf_row(same: list[AppraisedLeaf], coverage: Coverage, round: Round) -> dict[str, object]:
    node = same[0].node
    cells = [_leaf_cell(same, block, coverage, round) for block in coverage.blocks]
    return {
        "is_area": False,
        "name": f"{node.code} {node.name}",
        "cells": cells,
        "tag": _("hai người độc lập") if same[0].needs > 1 else "",
    }


def _leaf_cell(same: list[AppraisedLeaf], block: Block, coverage: Coverage, round: Round) -> dict[str, object]:
    units = coverage.units_of_block.get(block.pk, 0)
    leaf = next((leaf for leaf in same if leaf.units & units), None)
    if leaf is None:
        return {"text": NONE_SIGN, "level": "0", "url": ""}
    count = coverage.count(leaf)
    none, one, two = ((part & units).bit_count() for part in (count.none, count.one, count.two))
    text, level = cell_words(none, one, two, needs=leaf.needs)
    url = address("rounds:coverage_node", round.pk, block.pk, leaf.node.code)
    return {"text": text, "level": str(level), "url": url}


def cell_words(none: int, one: int, two: int, *, needs: int) -> tuple[str, int]:
    """What a cell says of its units, and its colour: what lacks comes first."""
    of = none + one + two
    if none:
        return _("0 người: %(count)d/%(of)d") % {"count": none, "of": of}, 1
    if needs > 1 and one:
        return _("mới 1 người: %(count)d/%(of)d") % {"count": one, "of": of}, 2
    if two == of:
        return _("2 người"), 4
    return (_("1 người") if one == of else _("1–2 người")), 3


# ---- the load of each expert ----------------------------------------------------------


def load_of(coverage: Coverage, seat: int) -> tuple[Load, set[str]]:
    """How much a person judges, and which leaves."""
    judgements, points, codes = 0, Decimal(0), set()
    for leaf in coverage.leaves:
        units = coverage.covers(leaf).get(seat, 0)
        if units:
            judgements += units.bit_count()
            points += (leaf.node.max or Decimal(0)) * units.bit_count()
            codes.add(leaf.node.code)
    return Load(judgements, points), codes


def _load_row(seat: Seat, coverage: Coverage) -> dict[str, object]:
    load, codes = load_of(coverage, seat.pk)
    barred = coverage.named(coverage.barred[seat.pk])
    return {
        "pk": seat.pk,
        "name": seat.name,
        "body": seat.body_name,
        "leaves": len(codes) or NONE_SIGN,
        "codes": listed(topmost_of(coverage, codes)),
        "judgements": format_number(load.judgements) if codes else NONE_SIGN,
        "points": format_number(load.points) if codes else NONE_SIGN,
        "barred": ", ".join(unit.name for unit in barred[:_CODES_SHOWN]),
    }


def topmost_of(coverage: Coverage, codes: Collection[str]) -> list[str]:
    """The fewest nodes that stand for these leaves."""
    areas = {leaf.area.code: leaf.area for leaf in coverage.leaves}
    return topmost(list(areas.values()), codes)


def listed(codes: list[str]) -> str:
    """`1, 2.1, 2.3` and so on, cut where it gets long."""
    words = ", ".join(codes[:_CODES_SHOWN])
    return words + "…" if len(codes) > _CODES_SHOWN else words or NONE_SIGN


# ---- one node over the units of a block ---------------------------------------------------


@dataclass(frozen=True)
class NodePage:
    """The leaves under a node over the units of one block: who appraises, who may not."""

    title: str
    block: str
    columns: tuple[dict[str, str], ...]
    rows: tuple[dict[str, object], ...]
    leaf: AppraisedLeaf | None
    legend: tuple[str, ...]
    gaps: int
    note: str
    may_assign: bool


def node_page(round: Round, user: User, block: Block, code: str) -> NodePage | None:
    """Put the page of a node together: names for one leaf, numbers for several; None where nothing is to appraise."""
    coverage = coverage_of(round)
    units = coverage.units_of_block.get(block.pk, 0)
    there = [leaf for leaf in coverage.leaves if leaf.units & units]
    node = next((node for leaf in there for node in leaf.area.walk() if node.code == code), None)
    inside = {below.code for below in node.walk()} if node else set()
    leaves = [leaf for leaf in there if leaf.node.code in inside]
    if node is None or not leaves:
        return None
    one = leaves[0] if len(leaves) == 1 else None
    gaps = sum((coverage.gap(leaf) & units).bit_count() for leaf in leaves)
    return NodePage(
        title=f"{node.code} {node.name}",
        block=block.name,
        columns=() if one else tuple(_column(leaf, block, round) for leaf in leaves),
        rows=tuple(_people_rows(one, units, coverage) if one else _number_rows(leaves, units, coverage)),
        leaf=one,
        legend=legend(),
        gaps=gaps,
        note=ngettext("%(n)d lượt còn thiếu người", "%(n)d lượt còn thiếu người", gaps) % {"n": gaps} if gaps else "",
        may_assign=may_assign(user, round),
    )


def _column(leaf: AppraisedLeaf, block: Block, round: Round) -> dict[str, str]:
    url = address("rounds:coverage_node", round.pk, block.pk, leaf.node.code)
    return {"label": leaf.node.code, "name": leaf.node.name, "url": url}


def _number_rows(leaves: list[AppraisedLeaf], units: Units, coverage: Coverage) -> list[dict[str, object]]:
    counts = [(leaf, coverage.count(leaf)) for leaf in leaves]
    rows: list[dict[str, object]] = []
    for place, unit in enumerate(coverage.units):
        bit = 1 << place
        if not bit & units:
            continue
        cells = []
        for leaf, count in counts:
            people = 0 if count.none & bit else 1 if count.one & bit else 2
            level = 1 if not people else 2 if people < leaf.needs else 2 + people
            cells.append({"text": str(people), "level": str(level)})
        rows.append({"name": unit.name, "cells": cells})
    return rows


def _people_rows(leaf: AppraisedLeaf, units: Units, coverage: Coverage) -> list[dict[str, object]]:
    covers, given = coverage.covers(leaf), coverage.given.get(leaf.criterion_id, {})
    gap = coverage.gap(leaf)
    rows: list[dict[str, object]] = []
    for place, unit in enumerate(coverage.units):
        bit = 1 << place
        if not bit & units:
            continue
        people = [coverage.seats[seat].name for seat, mask in covers.items() if mask & bit]
        void = [coverage.seats[seat].name for seat, mask in given.items() if mask & bit & coverage.barred[seat]]
        rows.append(
            {
                "pk": unit.pk,
                "name": unit.name,
                "people": ", ".join(people) or NONE_SIGN,
                "void": _("%(names)s được giao nhưng không được thẩm định") % {"names": ", ".join(void)}
                if void
                else "",
                "lacks": bool(gap & bit),
                "count": str(len(people)),
            }
        )
    return rows


# ---- the proposal ---------------------------------------------------------------------------


@dataclass(frozen=True)
class ProposalPage:
    """What the proposal would write: each person before and after, what it gives, what stays without anybody."""

    rows: tuple[dict[str, object], ...]
    left: tuple[str, ...]
    count: int
    digest: str


def proposal_page(coverage: Coverage, proposal: Proposal) -> ProposalPage:
    """Put the proposal into words (no query)."""
    codes = {leaf.criterion_id: leaf.node.code for leaf in coverage.leaves}
    return ProposalPage(
        rows=tuple(_proposed(seat, coverage, proposal, codes) for seat in proposal.experts),
        left=tuple(_left(leaf, units, coverage) for leaf, units in proposal.left),
        count=len({(row.seat, row.criterion) for row in proposal.rows}),
        digest=proposal.digest,
    )


def _proposed(seat: Seat, coverage: Coverage, proposal: Proposal, codes: dict[int, str]) -> dict[str, object]:
    mine = [row for row in proposal.rows if row.seat == seat.pk]
    whole = {codes[row.criterion] for row in mine if row.unit is None}
    single = sum(1 for row in mine if row.unit is not None)
    before, after = proposal.before[seat.pk], proposal.after[seat.pk]
    given = [listed(topmost_of(coverage, whole))] if whole else []
    if single:
        given.append(ngettext("%(n)d lượt tiêu chí × đơn vị", "%(n)d lượt tiêu chí × đơn vị", single) % {"n": single})
    return {
        "name": seat.name,
        "body": seat.body_name,
        "given": "; ".join(given) or NONE_SIGN,
        "before": format_number(before.judgements),
        "after": format_number(after.judgements),
        "points_before": format_number(before.points),
        "points_after": format_number(after.points),
    }


def _left(leaf: AppraisedLeaf, units: Units, coverage: Coverage) -> str:
    names = [unit.name for unit in coverage.named(units)]
    words = ", ".join(names[:_CODES_SHOWN]) + ("…" if len(names) > _CODES_SHOWN else "")
    return f"{leaf.node.code} {leaf.node.name}: {words}"


def orphans_of(round: Round) -> tuple[str, ...]:
    """The leaves of a round that lack somebody somewhere (the queries of the coverage)."""
    return tuple(dict.fromkeys(f"{leaf.node.code} {leaf.node.name}" for leaf, _units in coverage_of(round).gaps()))
