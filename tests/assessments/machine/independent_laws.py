"""Two judge a leaf without seeing each other; the head of an office answers for its part of a pass."""

import json
from decimal import ROUND_HALF_UP, Decimal

from tests.assessments.machine.parties import Said, is_paired, people_of_team, person
from tests.assessments.machine.rows import Row, Step, demand
from tests.assessments.machine.stage import Scene
from tests.assessments.machine.times import PASS_STAGES, PASS_STATES

_CENT = Decimal("0.01")


def _scores(step: Step, entry: int, number: int) -> list[Row]:
    rows = step.after["independentscore"].values()
    return [row for row in rows if (row["entry_id"], row["pass_number"]) == (entry, number)]


def two_judge_without_seeing_each_other(step: Step, _scene: Scene) -> None:
    """One score each, in the turn of the pass; of both follows what the round says, and until then nothing is told."""
    changed = [(row, 0) for row in step.added("independentscore")]
    changed += [(change.new, change.old["version"]) for change in step.changed("independentscore")]
    for row, version in changed:
        number, state = row["pass_number"], step.dossier_of(row["entry_id"])["state"]
        in_turn = step.stage == PASS_STAGES[number] and state == PASS_STATES[number]
        demand(in_turn, f"Judged independently in the stage {step.stage}, dossier {state}.")
        demand((row["version"], row["given_at"]) == (version + 1, step.at), "A score went over a version.")
        both = _scores(step, row["entry_id"], number)
        demand(len(both) <= 2, f"{len(both)} judged a leaf independently.")
        demand(not version or len(both) == 1, "A score changed when both were there.")
        _follows(step, row, both)
    for row in step.touched("appraisal"):
        if step.code != "entry.judge_independently":
            _is_decided_by_leader(step, row)


def _follows(step: Step, row: Row, both: list[Row]) -> None:
    """Equal: that. Near: the mean. Apart, or alone: nothing yet, and the log does not tell what one gave."""
    made = [one for one in step.added("appraisal") if one["entry_id"] == row["entry_id"]]
    if len(both) < 2:
        told = json.dumps([step.audit.changes, step.audit.reason], ensure_ascii=False)
        hidden = [text for text in (row["reason"], str(row["score"]), *row["facts"].values()) if len(text) > 3]
        demand(not made and not any(text in told for text in hidden), "The log tells what one of two gave.")
        return
    one, two = (Said("first", given) for given in both)
    if one.effect == two.effect:
        demand(made and Said("first", made[0]).effect == one.effect, "Two agreed, and something else was kept.")
        return
    [round] = step.before["round"].values()
    scores = [given["score"] for given in both]
    is_known = None not in scores and both[0]["not_applicable"] == both[1]["not_applicable"]
    if not is_known or abs(scores[0] - scores[1]) > round["independent_step"]:
        demand(not made, "Two stood apart, and the leader was not asked.")
        return
    mean = (sum(scores) / 2).quantize(_CENT, ROUND_HALF_UP)
    demand(made and made[0]["score"] == mean, f"The mean of {scores} is kept as {made and made[0]['score']}.")


def _is_decided_by_leader(step: Step, row: Row) -> None:
    """A pair's leaf is judged after both by the leader alone; by a third of the unit where the leader is barred."""
    known = step.before["independentscore"]
    both = [one for one in _scores(step, row["entry_id"], row["pass_number"]) if one["id"] in known]
    if len(both) < 2 and not is_paired(step.before, step.before["entry"][row["entry_id"]]):
        return
    by, unit = person(step.before, step.by), step.unit_of(row["entry_id"])
    leaders = [one for one in people_of_team(step.before) if one.team == "leader"]
    gave = {step.before["panelmember"][one["member_id"]]["user_id"] for one in both}
    is_third = any(unit in one.barred for one in leaders) and by.pk not in gave
    demand(len(both) == 2 and (by.team == "leader" or is_third), f"{step.code} went before two independent judgements.")


def offices_answer_for_their_part(step: Step, scene: Scene) -> None:
    """An office's head signs for it; then its people change nothing; the leader signs for the whole."""
    for row in step.added("passsignoff"):
        seat = _seat(step, row["signed_by_id"])
        leads = seat["position"] == ("office_head" if row["office_id"] else "leader")
        demand(leads and (not row["office_id"] or seat["body_id"] == row["office_id"]), "A pass is signed by another.")
        demand(row["minutes"].strip() and row["signed_at"] == step.at, "A pass ended without minutes.")
    for row in [*step.touched("appraisal"), *step.touched("independentscore")]:
        seat = _seat(step, step.by)
        signed = [one for one in step.before["passsignoff"].values() if one["pass_number"] == row["pass_number"]]
        is_over = seat["body_id"] and seat["body_id"] in [one["office_id"] for one in signed]
        demand(not is_over or seat["position"] == "leader", f"{scene.name_of(step.by)} judged after the office signed.")


def _seat(step: Step, user: int) -> Row:
    rows = step.before["panelmember"].values()
    [seat] = [row for row in rows if row["user_id"] == user and row["panel"] == "team" and row["left_at"] is None]
    return seat
