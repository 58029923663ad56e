"""What a carry-over keeps for people to read afterwards, as plain values: the row `CarryOver.report`.

For each unit every leaf whose facts did not go over, or whose points changed, with facts, reason, note and
documents as they were; every leaf that it must enter; and what became of the appraisers' assignments.
"""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from chiso.assessments.carry_plan import CarryPlan, DossierPlan
from chiso.assessments.carrying import Carried, Fate, Leaf, Said
from chiso.assessments.models import Citation

Report = dict[str, Any]
_CITED = ("entry_id", "document_id", "document__name", "document__sha256", "place", "stage", "added_at")


def report_of(plan: CarryPlan) -> Report:
    """Put the report together; one query for the documents."""
    papers = _papers(plan)
    return {
        "leaves": [_leaf(leaf) for leaf in plan.leaves if leaf.fate != Fate.SAME],
        "same": len(plan.of(Fate.SAME)),
        "units": [_unit(one, papers) for one in plan.dossiers],
        "assignments": {
            "kept": len(plan.seats) - len(plan.dropped_seats()),
            "dropped": [{"member": name, "code": code} for name, code in _dropped(plan)],
            "unassigned": [leaf.node.code for leaf in plan.unassigned()],
        },
    }


def _dropped(plan: CarryPlan) -> list[tuple[str, str]]:
    """Each person and leaf once, in however many units it was assigned."""
    return list(dict.fromkeys((seat.name, seat.code) for seat in plan.dropped_seats()))


def _leaf(leaf: Leaf) -> Report:
    return _codes(leaf) | {"fate": leaf.fate.value, "why": leaf.why}


def _codes(leaf: Leaf) -> Report:
    return {
        "old": leaf.old.code if leaf.old else "",
        "new": leaf.new.code if leaf.new else "",
        "name": leaf.node.name,
    }


def _unit(plan: DossierPlan, papers: Mapping[int, list[Report]]) -> Report:
    dossier = plan.dossier
    return {
        "unit": dossier.unit_id,
        "name": dossier.unit.name,
        "dossier": dossier.pk,
        "state": dossier.state,
        "receipt": dossier.receipt,
        "is_returned": plan.is_returned,
        "before": _text(plan.before),
        "after": _text(plan.after),
        "to_enter": [leaf.node.code for leaf in plan.to_enter],
        "rows": [_row(one.said, one, papers) for one in plan.leaves if one.said and _is_kept(one.said, one, papers)],
    }


def _is_kept(said: Said, one: Carried, papers: Mapping[int, list[Report]]) -> bool:
    """What was said and is not said any more, points that changed, and whatever hangs on a leaf that is gone."""
    if one.is_lost or one.is_changed:
        return True
    is_gone = one.leaf.fate == Fate.REMOVED
    return is_gone and bool(said.note or said.reason or papers.get(said.entry))


def _row(said: Said, one: Carried, papers: Mapping[int, list[Report]]) -> Report:
    return _codes(one.leaf) | {
        "fate": one.leaf.fate.value,
        "why": one.why,
        "is_lost": one.is_lost,
        "facts": said.told(),
        "reason": said.reason,
        "note": said.note,
        "as_of": said.as_of.isoformat() if said.as_of else "",
        "no_document": said.no_document,
        "saved_at": said.saved_at.isoformat() if said.saved_at else "",
        "papers": papers.get(said.entry, []),
        "before": _text(said.score),
        "after": _text(one.points.score if one.points else None),
    }


def _papers(plan: CarryPlan) -> Mapping[int, list[Report]]:
    """The documents of the leaves that are not the same as before."""
    found: dict[int, list[Report]] = defaultdict(list)
    codes = [leaf.old.code for leaf in plan.leaves if leaf.old and leaf.fate != Fate.SAME]
    cited = Citation.objects.filter(entry__dossier__block=plan.block, entry__code__in=codes)
    rows = cited.order_by("pk").values_list(*_CITED)
    for entry, document, name, sha256, place, stage, added_at in rows.iterator():
        found[entry].append(
            {
                "document": document,
                "name": name,
                "sha256": sha256,
                "place": place,
                "stage": stage,
                "added_at": added_at.isoformat(),
            }
        )
    return found


def _text(number: Decimal | None) -> str:
    return "" if number is None else str(number)
