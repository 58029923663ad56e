"""When something may be done: stages, states and deadlines, written down by hand."""

from collections.abc import Callable
from datetime import datetime, timedelta

from tests.assessments.machine.parties import was_answered
from tests.assessments.machine.rows import Row, Step, Tables, demand
from tests.assessments.machine.stage import BASE, OFFICIAL, REFUSED_AFTER_DAYS, SELF_SCORED, YEAR_END, Scene

OWN = frozenset({"self_assessment", "aggregation"})
WRITING = frozenset({"draft", "returned"})
NOT_HANDED_IN = WRITING | {"internal_review"}
ANSWERING = frozenset({"notified", "supplementing"})
ANSWERED_AT = frozenset({"supplement", "reappraisal", "council"})
"""In the supplement by the notice, after it by a numbered request."""
PASS_STAGES = {1: "appraisal", 2: "reappraisal"}
PASS_STATES = {1: "under_appraisal", 2: "under_reappraisal"}

# The stage in which an action may be done; what is not named has no stage of its own.
STAGE_OF: dict[str, frozenset[str]] = {
    "round.open_self_assessment": frozenset({"preparation"}),
    "round.start_aggregation": frozenset({"self_assessment"}),
    "round.start_appraisal": frozenset({"aggregation"}),
    "round.start_reappraisal": frozenset({"supplement"}),
    "round.send_notices": frozenset({"notice"}),
    "entry.save": OWN,
    "entry.attach": OWN | ANSWERED_AT,
    "entry.attach_link": OWN | ANSWERED_AT,
    "entry.cite": OWN | ANSWERED_AT,
    "entry.place_citation": OWN | ANSWERED_AT,
    "entry.remark": OWN,
    "dossier.assign_leaves": OWN | {"supplement"},
    "dossier.withdraw": OWN,
    "entry.detach": OWN | ANSWERED_AT,
    "entry.explain": ANSWERED_AT,
    "entry.judge_independently": frozenset({"appraisal", "reappraisal"}),
    "round.sign_off_office": frozenset({"appraisal", "reappraisal"}),
    "official_figures.enter": OWN | {"appraisal"},
    "leaf.reopen": frozenset({"reappraisal", "council"}),
    "leaf.settle": frozenset({"reappraisal", "council"}),
    "result.correct": frozenset({"published"}),
    "dossier.request_review": OWN,
    "dossier.send_back": OWN,
    "dossier.submit": OWN,
    "dossier.resubmit": frozenset({"supplement"}),
    "dossier.return": OWN,
    "dossier.record_not_submitted": OWN,
    "entry.appraise": frozenset({"appraisal", "reappraisal"}),
    "round.agree_with_self_scores": frozenset({"appraisal"}),
    "round.sign_off_pass": frozenset({"appraisal", "reappraisal"}),
    "meeting.convene": frozenset({"council"}),
    "meeting.open": frozenset({"council"}),
    "meeting.reschedule": frozenset({"council"}),
    "meeting.send_consultation": frozenset({"council"}),
    "meeting.record_attendance": frozenset({"council"}),
    "meeting.give_opinion": frozenset({"council"}),
    "meeting.adopt_en_bloc": frozenset({"council"}),
    "motion.list": frozenset({"council"}),
    "motion.unlist": frozenset({"council"}),
    "motion.propose": frozenset({"council"}),
    "motion.withdraw": frozenset({"council"}),
    "motion.vote": frozenset({"council"}),
    "motion.conclude": frozenset({"council"}),
    "meeting.adopt": frozenset({"council"}),
    "result.submit": frozenset({"approval"}),
    "result.approve": frozenset({"approval"}),
    "result.return": frozenset({"approval"}),
    "result.publish": frozenset({"approval"}),
}


def stage_end(tables: Tables, stage: str, unit: int) -> datetime | None:
    """When a stage ends for a unit: as planned or noticed, or as an extension says if that is later."""
    planned = [row["closes_at"] for row in tables["stage"].values() if row["key"] == stage]
    extended = [
        row["until"] for row in tables["extension"].values() if row["stage"] == stage and row["unit_id"] in (None, unit)
    ]
    return max((moment for moment in (*planned, *extended) if moment), default=None)


def own_end(tables: Tables, dossier: Row) -> datetime:
    """The last moment of a self-assessment: a return has its own date, else the set takes it five days late."""
    end = stage_end(tables, "self_assessment", dossier["unit_id"])
    if end is None:
        raise LookupError("The plan gives the self-assessment a deadline.")
    if dossier["return_until"] and dossier["state"] in NOT_HANDED_IN:
        return max(end, dossier["return_until"])
    return end + timedelta(days=REFUSED_AFTER_DAYS)


def only_in_its_time(step: Step, _scene: Scene) -> None:
    """Stage, state and clock allowed the step."""
    if step.code in STAGE_OF:
        demand(step.stage in STAGE_OF[step.code], f"{step.code} was done in the stage {step.stage}.")
    if step.code in _CHECKS:
        _CHECKS[step.code](step)


def _subject(step: Step, kind: str) -> Row:
    return step.before[kind][step.audit.subject_id]


def _writes(step: Step, entry: Row) -> None:
    """A unit changes one of its leaves: before it hands in, or, where reopened, while it may answer."""
    dossier = step.before["dossier"][entry["dossier_id"]]
    demand(entry["code"] in SELF_SCORED, f"The unit changed {entry['code']}, which is not its own work.")
    if step.stage in ("reappraisal", "council"):
        demand(open_request(step.before, entry["id"], step.at), f"{entry['code']} was not asked for, or too late.")
        return
    if step.stage == "supplement":
        _answers(step, dossier)
        demand(is_reopened(step.before, entry), f"{entry['code']} is not open in the supplement.")
        return
    demand(dossier["state"] in WRITING, f"{step.code} in a dossier that is {dossier['state']}.")
    demand(step.at < own_end(step.before, dossier), f"{step.code} after the last moment.")


def open_request(tables: Tables, entry: int, at: datetime) -> bool:
    """Whether a request to the unit about a leaf waits for its answer."""
    mine = [row for row in tables["reopening"].values() if row["entry_id"] == entry and row["settled_at"] is None]
    return any(at < row["until"] for row in mine)


def none_waits(tables: Tables) -> bool:
    return all(row["settled_at"] for row in tables["reopening"].values())


def _settled_in_time(step: Step) -> None:
    """The unit answered, and in pass 2 the answer was judged; or its time is over."""
    row = _subject(step, "reopening")
    demand(row["settled_at"] is None, "A request was settled twice.")
    if row["answered_at"] is None:
        demand(step.at >= row["until"], "A request was settled while the unit may still answer.")
        return
    judged = [
        one
        for one in step.before["appraisal"].values()
        if one["entry_id"] == row["entry_id"] and one["pass_number"] == 2 and one["appraised_at"] >= row["answered_at"]
    ]
    demand(judged or step.stage == "council", "A request was settled, and nobody judged the answer.")


def _enters_unjudged(step: Step) -> None:
    """An official figure never goes over what a person judged."""
    judged = {row["entry_id"] for table in ("appraisal", "independentscore") for row in step.before[table].values()}
    for change in step.changed("entry"):
        demand(change.new["id"] not in judged, "An official figure replaced what somebody had judged.")
        demand(change.new["code"] == OFFICIAL, f"An official figure came to {change.new['code']}.")


def _answers(step: Step, dossier: Row) -> None:
    end = stage_end(step.before, "supplement", dossier["unit_id"])
    demand(dossier["state"] in ANSWERING, f"{step.code} in a dossier that is {dossier['state']}.")
    demand(end is not None and step.at < end, f"{step.code} after the notice's date.")


def is_reopened(tables: Tables, entry: Row) -> bool:
    """Cut, flagged, missing, or not final before the year's end (design.md §3)."""
    if entry["code"] in YEAR_END:
        return True
    passes = [row for row in tables["appraisal"].values() if row["entry_id"] == entry["id"] and row["pass_number"] == 1]
    if not passes:
        return entry["code"] in BASE and not was_answered(entry)
    [first] = passes
    if first["needs_explanation"] or first["not_applicable"] != entry["not_applicable"]:
        return True
    if first["score"] is None and entry["score"] is None:
        return bool(first["facts"] != entry["facts"])
    if first["score"] is None:
        return True
    return bool((entry["score"] or 0) > first["score"])


def _hands_in(step: Step) -> None:
    dossier = _subject(step, "dossier")
    demand(dossier["state"] in NOT_HANDED_IN, f"{step.code} of a dossier that is {dossier['state']}.")
    demand(step.at < own_end(step.before, dossier), f"{step.code} after the last moment.")


def _takes_back(step: Step) -> None:
    dossier = _subject(step, "dossier")
    end = stage_end(step.before, "self_assessment", dossier["unit_id"])
    demand(end is not None and step.at < end, "A dossier was taken back after its deadline.")


def _records_absence(step: Step) -> None:
    dossier = _subject(step, "dossier")
    demand(step.at >= own_end(step.before, dossier), "A unit is absent while it may still hand in.")


def _locks(step: Step) -> None:
    end = max(row["closes_at"] for row in step.before["stage"].values() if row["key"] == "self_assessment")
    are_in = all(row["state"] == "submitted" for row in step.before["dossier"].values())
    demand(are_in or step.at >= end, "The self-assessment was locked before its deadline.")


def _hands_to_team(step: Step) -> None:
    states = {row["state"] for row in step.before["dossier"].values()}
    demand(states <= {"submitted", "not_submitted"}, f"The team got dossiers that are {states}.")


def _ends_pass(step: Step) -> None:
    number = 1 if step.stage == "appraisal" else 2
    judged = {row["entry_id"] for row in step.before["appraisal"].values() if row["pass_number"] == number}
    left = [
        entry["code"]
        for entry in step.before["entry"].values()
        if entry["id"] not in judged and _awaits(step.before, entry, number)
    ]
    demand(not left, f"Pass {number} ended while {left} waited.")
    demand(none_waits(step.before), "A pass ended while a unit was still asked.")


def _awaits(tables: Tables, entry: Row, number: int) -> bool:
    """Whether a pass has to judge a leaf: in pass 1 what was answered, in pass 2 what was answered again."""
    if tables["dossier"][entry["dossier_id"]]["state"] == "not_submitted":
        return False
    if number == 1:
        return was_answered(entry)
    explained = any(row["entry_id"] == entry["id"] for row in tables["explanation"].values())
    later = [row for row in tables["citation"].values() if row["stage"] in ("supplement", "reappraisal")]
    proven = any(row["entry_id"] == entry["id"] for row in later)
    return explained or proven


def _closes_supplement(step: Step) -> None:
    for dossier in step.before["dossier"].values():
        end = stage_end(step.before, "supplement", dossier["unit_id"])
        is_over = end is not None and step.at >= end
        demand(is_over or dossier["state"] not in ANSWERING, "The supplement closed while a unit still had time.")


_CHECKS: dict[str, Callable[[Step], None]] = {
    "entry.save": lambda step: _writes(step, _subject(step, "entry")),
    "entry.attach": lambda step: _writes(step, _subject(step, "entry")),
    "entry.attach_link": lambda step: _writes(step, _subject(step, "entry")),
    "entry.cite": lambda step: _writes(step, _subject(step, "entry")),
    "entry.place_citation": lambda step: _writes(step, step.before["entry"][_subject(step, "citation")["entry_id"]]),
    "entry.detach": lambda step: _writes(step, step.before["entry"][_subject(step, "citation")["entry_id"]]),
    "entry.explain": lambda step: _writes(step, _subject(step, "entry")),
    "dossier.request_review": _hands_in,
    "dossier.submit": _hands_in,
    "leaf.settle": _settled_in_time,
    "official_figures.enter": _enters_unjudged,
    "meeting.adopt": lambda step: demand(none_waits(step.before), "Adopted while a unit was still asked."),
    "dossier.withdraw": _takes_back,
    "dossier.resubmit": lambda step: _answers(step, _subject(step, "dossier")),
    "dossier.record_not_submitted": _records_absence,
    "round.start_aggregation": _locks,
    "round.start_appraisal": _hands_to_team,
    "round.start_reappraisal": _closes_supplement,
    "round.sign_off_pass": _ends_pass,
}
