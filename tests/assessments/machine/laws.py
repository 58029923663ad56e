"""What a step may change: everything else stays as it was, and nothing is said without who, when and why."""

from collections.abc import Callable, Iterable

from chiso import scoring
from tests.assessments.machine.parties import Said, facts_in_file, index_set, is_absent, judgements, was_answered
from tests.assessments.machine.rows import Change, Row, Step, demand
from tests.assessments.machine.stage import LATE, OFFICIAL, Scene
from tests.assessments.machine.times import ANSWERING, OWN, PASS_STAGES, PASS_STATES, WRITING, open_request

POINTS = frozenset({"facts", "not_applicable", "decided", "score", "effective_max", "score_state"})

CLOCKED = frozenset({"dossier.submit", "dossier.withdraw", "round.extend"})
"""What lets the server's clock write the leaf of being late."""

ROUND_MOVES = {
    ("preparation", "self_assessment"),
    ("self_assessment", "aggregation"),
    ("aggregation", "appraisal"),
    ("appraisal", "notice"),
    ("notice", "supplement"),
    ("supplement", "reappraisal"),
    ("reappraisal", "council"),
    ("council", "approval"),
    ("approval", "council"),
    ("approval", "published"),
    ("published", "council"),
}
DOSSIER_MOVES = {
    ("draft", "internal_review"),
    ("returned", "internal_review"),
    ("internal_review", "draft"),
    ("draft", "submitted"),
    ("internal_review", "submitted"),
    ("returned", "submitted"),
    ("submitted", "returned"),
    ("submitted", "draft"),
    ("draft", "not_submitted"),
    ("internal_review", "not_submitted"),
    ("returned", "not_submitted"),
    ("submitted", "under_appraisal"),
    ("under_appraisal", "notified"),
    ("notified", "supplementing"),
    ("notified", "resubmitted"),
    ("supplementing", "resubmitted"),
    ("notified", "under_reappraisal"),
    ("supplementing", "under_reappraisal"),
    ("resubmitted", "under_reappraisal"),
    ("under_reappraisal", "before_council"),
    ("before_council", "adopted"),
    ("adopted", "before_council"),
    ("adopted", "approved"),
    ("approved", "final"),
    ("final", "before_council"),
}
# Where every dossier that was handed in stands while the round is at a stage.
STATES_AT = {
    "appraisal": {"under_appraisal"},
    "notice": {"under_appraisal"},
    "supplement": {"notified", "supplementing", "resubmitted"},
    "reappraisal": {"under_reappraisal"},
    "council": {"before_council"},
    "approval": {"adopted", "approved"},
    "published": {"final"},
}
MOVES = {
    "round": ("stage", ROUND_MOVES),
    "dossier": ("state", DOSSIER_MOVES),
    "meeting": ("state", {("convened", "open"), ("open", "adopted")}),
    "motion": (
        "outcome",
        {
            ("listed", "open"),
            ("listed", "carried"),
            ("open", "carried"),
            ("open", "rejected"),
            ("open", "withdrawn"),
        },
    ),
    "submission": ("state", {("waiting", "approved"), ("waiting", "returned")}),
}


def only_along_the_moves(step: Step, _scene: Scene) -> None:
    """Stages and states move one step at a time, and together."""
    for table, (column, moves) in MOVES.items():
        for change in step.changed(table):
            move = change.old[column], change.new[column]
            demand(move[0] == move[1] or move in moves, f"{table} moved from {move[0]} to {move[1]} by {step.code}.")
    [round] = step.after["round"].values()
    states = {row["state"] for row in step.after["dossier"].values()} - {"not_submitted"}
    allowed = STATES_AT.get(round["stage"])
    demand(allowed is None or states <= allowed, f"Dossiers are {states} in the stage {round['stage']}.")


# ---- nothing is overwritten ---------------------------------------------------------

# Rows that are written once: not one column of them ever changes, and none goes away.
FOREVER = ("extension", "membership", "passsignoff", "result", "ranking", "publication", "correction")
# Columns of the others that never change, and rows that never go away.
ALWAYS = {
    "round": {"authority_id", "coordinator_id", "name", "year", "panels_decision", "panels_date"},
    "stage": {"round_id", "key"},
    "dossier": {"round_id", "block_id", "unit_id"},
    "entry": {"dossier_id", "criterion_id", "code"},
    "appraisal": {"entry_id", "pass_number"},
    "explanation": {"entry_id"},
    "independentscore": {"entry_id", "pass_number", "member_id"},
    "reopening": {"entry_id", "panel", "number", "reason", "until", "requested_by_id", "requested_at"},
    "preliminarynotice": {"dossier_id", "number", "sent_at", "answer_until"},
    "panelmember": {"round_id", "panel", "user_id"},
    "attendance": {"meeting_id", "member_id", "arrived_at"},
    "meeting": {"round_id", "number", "form"},
    "motion": {"meeting_id", "entry_id", "number"},
    "vote": {"motion_id", "member_id"},
    "submission": {"round_id", "number", "text", "submitted_by_id", "submitted_at"},
}
_ASSIGNS = frozenset({"panel.assign", "panel.assign_units", "panel.take_back", "panel.hand_over"})
# Columns that only the named steps change.
ONLY_BY = {
    ("stage", "closes_at"): {"round.send_notices"},
    ("dossier", "late_days"): {"dossier.submit", "dossier.withdraw", "round.extend"},
    ("dossier", "receipt"): {"dossier.submit", "dossier.withdraw"},
    ("dossier", "submitted_at"): {"dossier.submit", "dossier.withdraw"},
    ("dossier", "submitted_by_id"): {"dossier.submit", "dossier.withdraw"},
    ("entry", "remark"): {"entry.remark"},
    ("entry", "assigned_to_id"): {"dossier.assign_leaves"},
    ("reopening", "answered_at"): {"entry.explain"},
    ("reopening", "settled_at"): {"leaf.settle"},
    ("round", "independent_codes"): {"round.set_judging_rules"},
    ("round", "majority"): {"round.set_judging_rules"},
    ("round", "chair_casts"): {"round.set_judging_rules"},
    ("panelmember", "left_at"): {"panel.hand_over", "panel.add"},
    ("panelmember", "position"): {"panel.hand_over", "panel.add"},
    ("meeting", "held_at"): {"meeting.reschedule", "meeting.send_consultation"},
    ("meeting", "answers_until"): {"meeting.reschedule"},
    ("attendance", "left_at"): {"meeting.record_attendance"},
    ("attendance", "dissent"): {"meeting.give_opinion"},
    ("dossier", "return_reason"): {"dossier.return"},
    ("dossier", "return_until"): {"dossier.return", "dossier.submit"},
    ("dossier", "resubmitted_at"): {"dossier.resubmit"},
    ("preliminarynotice", "opened_at"): {"notice.open"},
    ("meeting", "minutes"): {"meeting.adopt"},
    ("meeting", "adopted_at"): {"meeting.adopt"},
    ("motion", "outcome"): {"motion.propose", "motion.conclude", "motion.withdraw", "meeting.adopt_en_bloc"},
    ("motion", "concluded_at"): {"motion.conclude", "motion.withdraw", "meeting.adopt_en_bloc"},
    ("submission", "decided_by_id"): {"result.approve", "result.return"},
    ("submission", "reason"): {"result.return"},
}


def nothing_is_overwritten(step: Step, _scene: Scene) -> None:
    """What was written once stands as it was written."""
    for table in FOREVER:
        demand(not step.changed(table), f"{step.code} changed a row of {table}.")
    for table in (*FOREVER, *ALWAYS):
        gone = [row for row in step.removed(table) if table != "motion" or row["outcome"] != "listed"]
        demand(not gone, f"{step.code} removed a row of {table}.")
    for change in step.changed("motion"):
        is_kept = change.old["outcome"] == "listed" or not change.columns & (POINTS | {"reason", "is_secret"})
        demand(is_kept, f"{step.code} changed what a motion says.")
        demand(change.old["outcome"] in ("listed", "open"), f"{step.code} changed a motion that had ended.")
    for table, columns in ALWAYS.items():
        for change in step.changed(table):
            touched = change.columns & columns
            demand(not touched, f"{step.code} changed {sorted(touched)} of a row of {table}.")
    for (table, column), codes in ONLY_BY.items():
        touched = any(column in change.columns for change in step.changed(table))
        demand(not touched or step.code in codes, f"{step.code} changed {column} of {table}.")
    for change in step.changed("preliminarynotice"):
        demand(change.old["opened_at"] is None, "A notice was opened a second time.")
    assigned = [*step.touched("assignment"), *step.removed("assignment")]
    demand(not assigned or step.code in _ASSIGNS, f"{step.code} changed who appraises what.")
    conflicts = [*step.touched("conflict"), *step.removed("conflict")]
    demand(not conflicts or step.code.startswith("conflict."), f"{step.code} changed who is barred.")


def each_party_writes_in_its_turn(step: Step, _scene: Scene) -> None:
    """Self scores, passes, explanations, evidence, motions and votes change only while it is their party's turn."""
    _self_scores(step)
    _passes(step)
    _explanations(step)
    _evidence(step)
    _motions(step)


def _self_scores(step: Step) -> None:
    demand(not step.added("entry") or step.code == "round.open_self_assessment", "Leaves appeared later.")
    for change in step.changed("entry"):
        if not change.columns & (POINTS | {"reason", "note", "saved_by_id", "saved_at"}):
            continue
        if change.new["code"] == LATE:
            _late_days_only(step, change)
            continue
        if change.new["code"] == OFFICIAL:
            demand(step.code == "official_figures.enter", f"{step.code} changed an official figure.")
            _is_signed(step, change.new, change.old["version"], "saved_by_id", "saved_at")
            continue
        dossier = step.dossier_of(change.new["id"])
        demand(step.stage in OWN and dossier["state"] in WRITING, f"A self score changed when {dossier['state']}.")
        _is_signed(step, change.new, change.old["version"], "saved_by_id", "saved_at")


def _late_days_only(step: Step, change: Change) -> None:
    """The server's clock writes the late leaf, from the dossier's own late days, when it comes in or is forgiven."""
    demand(step.code in CLOCKED, f"{step.code} changed the points for being late.")
    dossier = step.after["dossier"][change.new["dossier_id"]]
    told = {"days_late": str(dossier["late_days"])} if dossier["late_days"] else {}
    demand(change.new["facts"] == told, f"{dossier['late_days']} late days are written as {change.new['facts']}.")


def _is_signed(step: Step, row: Row, version: int, who: str, when: str) -> None:
    demand(row["version"] == version + 1, f"{step.code} went over a version: {version} to {row['version']}.")
    demand((row[who], row[when]) == (step.by, step.at), f"{step.code} does not say who wrote, or when.")


def _written(step: Step, table: str) -> Iterable[tuple[Row, int]]:
    """New and changed rows with the version that stood before."""
    yield from ((row, 0) for row in step.added(table))
    yield from ((change.new, change.old["version"]) for change in step.changed(table))


def _passes(step: Step) -> None:
    demand(not step.removed("appraisal"), "An appraisal went away.")
    for row, version in _written(step, "appraisal"):
        number = row["pass_number"]
        state = step.dossier_of(row["entry_id"])["state"]
        in_turn = step.stage == PASS_STAGES[number] and state == PASS_STATES[number]
        demand(in_turn, f"Pass {number} changed in the stage {step.stage}, dossier {state}.")
        _is_signed(step, row, version, "appraised_by_id", "appraised_at")
        demand(was_answered(row), "An appraisal says nothing.")


def _explanations(step: Step) -> None:
    for row, version in _written(step, "explanation"):
        state = step.dossier_of(row["entry_id"])["state"]
        in_turn = step.stage == "supplement" and state in ANSWERING
        is_asked = open_request(step.before, row["entry_id"], step.at)
        demand(in_turn or is_asked, f"Explained in a dossier that is {state}, and nobody asked.")
        _is_signed(step, row, version, "explained_by_id", "explained_at")
        demand(row["text"].strip(), "An explanation says nothing.")


def _evidence(step: Step) -> None:
    demand(not [one for one in step.changed("citation") if one.columns - {"place"}], "A citation changed.")
    for row in [*step.added("citation"), *step.removed("citation")]:
        state = step.dossier_of(row["entry_id"])["state"]
        mine = "self_assessment" if step.stage in OWN else step.stage
        is_asked = step.stage not in OWN and open_request(step.before, row["entry_id"], step.at)
        states = ANSWERING if step.stage == "supplement" else WRITING if step.stage in OWN else ()
        demand(is_asked or state in states, f"Evidence changed when {state}.")
        demand(row["stage"] == mine, f"Evidence of {row['stage']} changed in {step.stage}.")


def _motions(step: Step) -> None:
    put = [change.new for change in step.changed("motion") if change.old["outcome"] == "listed"]
    for row in [*step.added("motion"), *put]:
        state = step.dossier_of(row["entry_id"])["state"]
        demand(state == "before_council", f"A motion on a dossier that is {state}.")
        demand(step.before["meeting"][row["meeting_id"]]["state"] != "adopted", "A motion after the adoption.")
        demand(row["reason"].strip(), "A motion does not say why.")
        demand(row["outcome"] == "listed" or was_answered(row), "A motion without a score.")
        begins = {"meeting.adopt_en_bloc": "carried", "motion.list": "listed"}.get(step.code, "open")
        demand(row["outcome"] == begins, f"{step.code} began a motion that is {row['outcome']}.")
    for row in step.touched("vote"):
        motion = step.before["motion"][row["motion_id"]]
        is_open = motion["outcome"] == "open" and step.before["meeting"][motion["meeting_id"]]["state"] == "open"
        demand(is_open and row["cast_at"] == step.at, "A vote came after the end, or at no time.")


# ---- no score without who, when and why ---------------------------------------------


def scores_are_those_of_the_facts(step: Step, _scene: Scene) -> None:
    """Every row that was written has exactly the points that the rule gives for its facts."""
    for table in ("entry", "appraisal", "independentscore", "explanation", "motion"):
        changed = [change.new for change in step.changed(table) if change.columns & POINTS]
        for row in [*step.added(table), *changed]:
            if not was_answered(row):
                demand(row["score"] is None, f"{table} has points for nothing.")
                continue
            code = step.after["entry"][row.get("entry_id", row["id"])]["code"]
            told = scoring.score_leaf(index_set().by_code[code], facts_in_file(row))
            wanted = told.score, told.effective_max, told.state.value
            stored = row["score"], row["effective_max"], row["score_state"]
            demand(stored == wanted, f"{table} {code}: {stored} is stored, {wanted} is right.")


def no_score_changed_in_silence(step: Step, _scene: Scene) -> None:
    """Where the score that counts changed, this step's person wrote it; where it differs from before, with a reason."""
    before, after = judgements(step.before), judgements(step.after)
    for pk, said in after.items():
        entry = step.after["entry"][pk]
        if is_absent(step.after, entry):
            was_there = not is_absent(step.before, step.before["entry"][pk])
            demand(not was_there or step.code == "dossier.record_not_submitted", f"{step.code} dropped a unit.")
            continue
        if pk not in before or before[pk][-1].effect != said[-1].effect:
            _was_written_now(step, said[-1], entry)
    for said in after.values():
        for number, one in enumerate(said):
            _says_why(one, said[number - 1] if number else None)


_DECIDES = frozenset({"motion.conclude", "meeting.adopt_en_bloc"})


def _was_written_now(step: Step, one: Said, entry: Row) -> None:
    is_new = step.code == "round.open_self_assessment" and not was_answered(one.row)
    by_clock = entry["code"] == LATE and step.code in CLOCKED
    signature = {
        "self": (one.row.get("saved_by_id"), one.row.get("saved_at")),
        "first": (one.row.get("appraised_by_id"), one.row.get("appraised_at")),
        "second": (one.row.get("appraised_by_id"), one.row.get("appraised_at")),
        "council": (step.by if step.code in _DECIDES else None, one.row.get("concluded_at")),
    }[one.party]
    is_signed = signature == (step.by, step.at)
    demand(is_new or by_clock or is_signed, f"{step.code} changed a counting score that says {signature}.")


def _says_why(one: Said, before: Said | None) -> None:
    """The unit below its rule or outside it, the team where it differs, the council always."""
    if before is None:
        differs = one.row["not_applicable"] or one.row["decided"] is not None
    else:
        differs = one.party == "council" or one.effect != before.effect
    demand(not differs or one.row["reason"].strip(), f"{one.party} differs from the party before, without a reason.")


Law = Callable[[Step, Scene], None]
