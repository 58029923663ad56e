"""What the coordinating office, the head and the team might try."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from chiso.assessments.actions.official_figures import Figure
from chiso.assessments.models import Dossier, Entry, Reopening
from chiso.indexsets.answers import Answer
from chiso.organizations.models import Unit
from chiso.rounds.actions.panels import Amendment
from chiso.rounds.actions.rules import JudgingRules
from chiso.rounds.choices import MajorityRule, Panel, Position, StageKey
from chiso.rounds.models import Block, Conflict, PanelMember, Round
from tests.assessments.machine.mind import Doing, Intent, Mind, load, user
from tests.assessments.machine.parties import is_paired, was_answered
from tests.assessments.machine.stage import LATE, OFFICIAL, SELF_SCORED


def on_the_round(**fixed: Any) -> Intent:
    return lambda mind: Doing(Round, mind.scene.round, dict(fixed))


def return_dossier(mind: Mind) -> Doing:
    pk = mind.pick_pk("dossier", usual=lambda row: row["state"] == "submitted")
    return Doing(Dossier, pk, {"reason": mind.text(), "until": mind.later(1, 3, -1)})


def record_not_submitted(mind: Mind) -> Doing:
    return Doing(Dossier, mind.pick_pk("dossier", usual=lambda row: row["state"] in ("draft", "returned")), {})


def extend(mind: Mind) -> Doing:
    stage = mind.draw.one_of([StageKey.SELF_ASSESSMENT, StageKey.SUPPLEMENT, StageKey.APPRAISAL])
    planned = [row["closes_at"] for row in mind.tables["stage"].values() if row["key"] == stage]
    until = max([mind.at, *filter(None, planned)]) + timedelta(days=mind.draw.one_of([1, 2, -1]))
    pk = mind.draw.one_of([*mind.scene.units.values(), 0])
    unit = Unit.objects.get(pk=pk) if pk else None
    return Doing(Round, mind.scene.round, {"stage": stage, "until": until, "reason": mind.text(), "unit": unit})


def assign(mind: Mind) -> Doing:
    pk = mind.pick_pk("panelmember", usual=lambda row: row["position"] == "expert")
    codes = mind.draw.one_of([["1", "2", "B", "P"], ["1", "P"], ["2", "B"], ["2.1"], ["9"]])
    return Doing(PanelMember, pk, {"codes": codes})


def set_judging_rules(mind: Mind) -> Doing:
    """How team and council judge."""
    codes = mind.draw.mostly([], ["2.1"], ["9.9"])
    majority = mind.draw.one_of(list(MajorityRule))
    rules = JudgingRules(codes, Decimal("40"), majority, mind.draw.one_of([True, False]), mind.draw.one_of([50, 20]))
    return Doing(Round, mind.scene.round, {"rules": rules})


def assign_units(mind: Mind) -> Doing:
    pk = mind.pick_pk("panelmember", usual=lambda row: row["panel"] == "team")
    units = [Unit.objects.get(pk=mind.draw.one_of(list(mind.scene.units.values())))]
    return Doing(PanelMember, pk, {"codes": mind.draw.one_of([["2"], ["1.1", "B"]]), "units": units})


def take_back(mind: Mind) -> Doing:
    pk = mind.pick_pk("panelmember", usual=lambda row: row["panel"] == "team")
    one = mind.draw.one_of([0, *mind.scene.units.values()])
    return Doing(PanelMember, pk, {"unit": Unit.objects.get(pk=one) if one else None})


def _amendment(mind: Mind) -> Amendment:
    return Amendment(f"{mind.figures.next()}/QĐ-UBND", date(2022, 12, 1), mind.text())


def hand_over(mind: Mind) -> Doing:
    """A member leaves; somebody on the panel already, or from outside, may take over."""
    pk = mind.pick_pk("panelmember", usual=lambda row: row["left_at"] is None)
    successor = mind.draw.one_of([0, *mind.scene.people.values()])
    return Doing(PanelMember, pk, {"amendment": _amendment(mind), "successor": user(successor) if successor else None})


def add_member(mind: Mind) -> Doing:
    newcomer = mind.draw.one_of(list(mind.scene.people.values()))
    panel, position = mind.draw.one_of(
        [(Panel.TEAM, Position.EXPERT), (Panel.COUNCIL, Position.MEMBER), (Panel.COUNCIL, Position.CHAIR)]
    )
    arguments = {"amendment": _amendment(mind), "user": user(newcomer), "panel": panel, "position": position}
    return Doing(Round, mind.scene.round, arguments)


def declare_conflict(mind: Mind) -> Doing:
    pk = mind.pick_pk("panelmember", usual=lambda row: row["left_at"] is None)
    unit = Unit.objects.get(pk=mind.draw.one_of([*mind.scene.units.values(), mind.scene.office]))
    return Doing(PanelMember, pk, {"unit": unit, "reason": mind.text()})


def withdraw_conflict(mind: Mind) -> Doing:
    return Doing(Conflict, mind.pick_pk("conflict"), {"reason": mind.text()})


def send_notices(mind: Mind) -> Doing:
    number = f"{mind.figures.next()}/TB-PNV"
    return Doing(Round, mind.scene.round, {"number": number, "answer_until": mind.later(2, 4, 40, -1)})


# ---- the team ----------------------------------------------------------------------------------


def _pass_of(mind: Mind) -> int:
    return 2 if mind.stage == "reappraisal" else 1


def appraise(mind: Mind) -> Doing:
    number = _pass_of(mind)
    rows = {row["entry_id"]: row for row in mind.tables["appraisal"].values() if row["pass_number"] == number}
    entry = mind.pick("entry", usual=lambda row: was_answered(row) and row["id"] not in rows)
    agreed = Answer(entry["facts"], not_applicable=entry["not_applicable"], decided=entry["decided"])
    arguments = {
        "version": mind.version(rows.get(entry["id"])),
        "answer": mind.draw.one_of([mind.answer(entry["code"], decides=True), agreed]),
        "reason": mind.text(),
        "private_note": mind.figures.words(),
        "needs_explanation": mind.draw.one_of([False, True]),
    }
    return Doing(Entry, entry["id"], arguments)


def agree(mind: Mind) -> Doing:
    """Agree with leaves of one code, or with everything, for whoever it may be of."""
    codes = mind.draw.one_of([[code] for code in SELF_SCORED] + [list(SELF_SCORED)])
    chosen = [row["id"] for row in mind.tables["entry"].values() if row["code"] in codes]
    units = mind.draw.one_of([*mind.scene.units.values(), 0])
    entries = [load(Entry, pk) for pk in chosen]
    mine = [entry for entry in entries if not units or entry.dossier.unit_id == units]
    return Doing(Round, mind.scene.round, {"entries": mine})


def judge_independently(mind: Mind) -> Doing:
    """One of two: a score of the own, or near to what somebody could have given before."""
    number = _pass_of(mind)
    entry = mind.pick("entry", usual=lambda row: was_answered(row) and is_paired(mind.tables, row))
    given = [
        row
        for row in mind.tables["independentscore"].values()
        if (row["entry_id"], row["pass_number"]) == (entry["id"], number)
    ]
    near = [Answer({}, decided=row["score"] + Decimal(7)) for row in given if row["score"]]
    arguments = {
        "version": mind.draw.one_of([0, 1]),
        "answer": mind.draw.one_of([*near, mind.answer(entry["code"], decides=True), Answer(entry["facts"])]),
        "reason": mind.text(),
        "private_note": mind.figures.words(),
    }
    return Doing(Entry, entry["id"], arguments)


def enter_figures(mind: Mind) -> Doing:
    """The figures of the official leaf, for all units or one; sometimes those of another leaf."""
    code = mind.draw.mostly(OFFICIAL, LATE)
    rows = [row for row in mind.tables["entry"].values() if row["code"] == code]
    chosen = mind.draw.one_of([rows, rows[:1]])
    figures = [Figure(load(Entry, row["id"]), mind.version(row), Answer(mind.facts(row["code"]))) for row in chosen]
    arguments = {"code": OFFICIAL, "figures": figures, "as_of": timezone.localtime(mind.at).date()}
    return Doing(Block, Block.objects.get().pk, arguments | {"source": mind.text()})


def reopen(mind: Mind) -> Doing:
    states = ("under_reappraisal", "before_council")
    entry = mind.pick("entry", usual=lambda row: row["code"] in SELF_SCORED and mind.state_of(row) in states)
    arguments = {"number": f"{mind.figures.next()}/YC", "reason": mind.text(), "until": mind.later(1, 0.01, -1)}
    return Doing(Entry, entry["id"], arguments)


def settle(mind: Mind) -> Doing:
    pk = mind.pick_pk("reopening", usual=lambda row: row["settled_at"] is None)
    return Doing(Reopening, pk, {"conclusion": mind.text()})


def sign_off(mind: Mind) -> Doing:
    return Doing(Round, mind.scene.round, {"minutes": mind.text()})
