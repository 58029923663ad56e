"""What votes decide, what a frozen result says, and what the log keeps."""

import hashlib
import json
from decimal import Decimal

from chiso.audit.models import AuditEntry
from tests.assessments.machine.independent_laws import (
    offices_answer_for_their_part,
    two_judge_without_seeing_each_other,
)
from tests.assessments.machine.laws import (
    Law,
    each_party_writes_in_its_turn,
    no_score_changed_in_silence,
    nothing_is_overwritten,
    only_along_the_moves,
    scores_are_those_of_the_facts,
)
from tests.assessments.machine.parties import Person, facts_at, is_absent, judgements, person, scored
from tests.assessments.machine.roles import nobody_judged_the_own_unit, only_in_a_role
from tests.assessments.machine.rows import Broken, Row, Step, Tables, demand
from tests.assessments.machine.stage import Scene
from tests.assessments.machine.times import only_in_its_time


def council_on(tables: Tables, unit: int | None = None) -> list[Person]:
    """The members of the council who take part in the items of a unit."""
    seats = [row for row in tables["panelmember"].values() if row["panel"] == "council" and row["left_at"] is None]
    members = [person(tables, row["user_id"]) for row in seats]
    return [one for one in members if unit is None or unit not in one.barred]


def here(tables: Tables, meeting: int, unit: int | None = None) -> list[Person]:
    """Those of them who are in the room, or answered in writing."""
    rows = [row for row in tables["attendance"].values() if row["meeting_id"] == meeting and row["left_at"] is None]
    users = {tables["panelmember"][row["member_id"]]["user_id"] for row in rows}
    return [one for one in council_on(tables, unit) if one.pk in users]


def _is_led(step: Step, tables: Tables, meeting: int, unit: int | None = None) -> None:
    """More than half are here, and the chair leads; the vice chair where the chair is away or barred."""
    present, all_of_them = here(tables, meeting, unit), council_on(tables, unit)
    demand(2 * len(present) > len(all_of_them), f"{step.code} with {len(present)} of {len(all_of_them)} members.")
    for position in ("chair", "vice_chair"):
        if leading := [one.pk for one in present if one.council == position]:
            demand(step.by in leading, f"{step.code} by somebody who does not preside.")
            return
    raise Broken(f"{step.code} and nobody was there to preside.")


def meetings_are_held_properly(step: Step, _scene: Scene) -> None:
    """Opened, decided and adopted by a quorum, led by who presides; nothing stays open."""
    for change in step.changed("meeting"):
        moved = change.old["state"], change.new["state"]
        if moved == ("convened", "open") and change.new["form"] == "meeting":
            _is_led(step, step.after, change.new["id"])
        if moved == ("open", "adopted"):
            _is_led(step, step.before, change.new["id"])
            mine = [row for row in step.after["motion"].values() if row["meeting_id"] == change.new["id"]]
            demand(all(row["outcome"] not in ("open", "listed") for row in mine), "Adopted over an open motion.")
            demand(change.new["minutes"].strip(), "Adopted without a conclusion.")
    decided = [row for row in step.touched("motion") if row["outcome"] in ("carried", "rejected")]
    for row in decided:
        _is_led(step, step.before, row["meeting_id"], step.unit_of(row["entry_id"]))
        demand(row["concluded_at"] == step.at, "A motion does not say when it ended.")
    demand(not decided or step.code in ("motion.conclude", "meeting.adopt_en_bloc"), f"{step.code} ended a motion.")


def votes_decide(step: Step, _scene: Scene) -> None:
    """A motion ends as its votes and the rule of the round say; what is kept without a vote keeps its score."""
    for change in step.changed("motion"):
        if step.code == "motion.conclude":
            demand(change.new["outcome"] == _outcome(step, change.new), "A motion ended as nobody voted.")
    if step.code == "meeting.adopt_en_bloc":
        before, after = judgements(step.before), judgements(step.after)
        for row in step.touched("motion"):
            kept = before[row["entry_id"]][-1].effect == after[row["entry_id"]][-1].effect
            demand(kept, "A score changed en bloc, without a vote.")


def _outcome(step: Step, motion: Row) -> str:
    yes, no = _count(step, motion, "for"), _count(step, motion, "against")
    demand(yes or no or _count(step, motion, "abstain"), "A motion ended without a vote.")
    unit = step.unit_of(motion["entry_id"])
    voted = {row["member_id"] for row in step.before["vote"].values() if row["motion_id"] == motion["id"]}
    people = {step.before["panelmember"][pk]["user_id"] for pk in voted}  # No vote without its voter.
    present = len({one.pk for one in here(step.before, motion["meeting_id"], unit)} | people)
    council = len({one.pk for one in council_on(step.before, unit)} | people)
    [round] = step.before["round"].values()
    rule = round["majority"]
    half = {"half_present": present, "half_all": council}.get(rule, yes + no)
    if yes and yes == no and rule != "two_thirds_present" and 2 * yes == half:
        return "carried" if round["chair_casts"] and _casting(step, motion) == "for" else "rejected"
    is_carried = yes > 0 and 3 * yes >= 2 * present if rule == "two_thirds_present" else 2 * yes > half
    return "carried" if is_carried else "rejected"


def _count(step: Step, motion: Row, choice: str) -> int:
    if motion["is_secret"]:
        return int(step.before["motion"][motion["id"]][f"secret_{choice}"])
    votes = [row for row in step.before["vote"].values() if row["motion_id"] == motion["id"]]
    return [row["choice"] for row in votes].count(choice)


def _casting(step: Step, motion: Row) -> str:
    """The own vote of who presides; of a secret vote, what this person said when concluding."""
    if motion["is_secret"]:
        return str(motion["casting_choice"])
    own = [row["choice"] for row in step.before["vote"].values() if _is_of(step, row, motion)]
    return str(own[0]) if own else ""


def _is_of(step: Step, vote: Row, motion: Row) -> bool:
    return bool(
        vote["motion_id"] == motion["id"] and step.before["panelmember"][vote["member_id"]]["user_id"] == step.by
    )


def votes_are_of_those_who_were_there(step: Step, _scene: Scene) -> None:
    """Whoever voted is here; of a secret vote nothing says who chose what."""
    for row in step.touched("vote"):
        motion = step.after["motion"][row["motion_id"]]
        voters = [one.pk for one in here(step.after, motion["meeting_id"], step.unit_of(motion["entry_id"]))]
        demand(step.by in voters, "Somebody voted who was not there.")
        if motion["is_secret"]:
            demand(row["id"] not in step.before["vote"], "A secret vote changed.")
            told = json.dumps([row["choice"], step.audit.changes, step.audit.reason])
            is_told = any(choice in told for choice in ('"for"', '"against"', '"abstain"')) or step.audit.origin
            demand(not is_told, "The log or the vote says what somebody chose in secret.")
    for motion in step.after["motion"].values():
        if motion["outcome"] == "open" and motion["is_secret"]:
            cast = [row for row in step.after["vote"].values() if row["motion_id"] == motion["id"]]
            counted = motion["secret_for"] + motion["secret_against"] + motion["secret_abstain"]
            demand(len(cast) == counted, f"{len(cast)} cast a secret vote, {counted} are counted.")


# ---- the result -----------------------------------------------------------------------


def what_is_frozen_is_right(step: Step, scene: Scene) -> None:
    """The frozen copy, its hash and its ranking say what the facts that count score to, when approved and published."""
    appeared = [*step.added("result"), *step.added("publication")]
    demand(not step.added("result") or step.code == "result.approve", f"{step.code} made a result.")
    demand(not step.added("publication") or step.code == "result.publish", f"{step.code} published.")
    if not appeared:
        return
    of_publications = {row["result_id"] for row in step.added("publication")}
    for pk in of_publications | {row["id"] for row in step.added("result")}:
        _is_right(step, scene, step.after["result"][pk])


def _is_right(step: Step, scene: Scene, result: Row) -> None:
    bundle = result["bundle"]
    text = json.dumps(bundle, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    demand(result["digest"] == hashlib.sha256(text.encode()).hexdigest(), "The hash is not that of the frozen copy.")
    demand({unit["code"] for unit in bundle["units"]} == set(scene.units), "A unit is missing in the frozen copy.")
    anew, facts = scored(step.after, scene), facts_at(step.after, scene)
    rankings = [row for row in step.after["ranking"].values() if row["result_id"] == result["id"]]
    lines = {row["unit_id"]: row for row in rankings}
    for unit in bundle["units"]:
        code, right = unit["code"], anew.units[unit["code"]]
        standing = anew.standings[code]
        demand(unit["facts"] == facts[code], f"The facts frozen for {code} are not those that count.")
        frozen = {leaf["code"]: _number(leaf["score"]) for leaf in unit["leaves"]}
        demand(frozen == {leaf.code: leaf.score for leaf in right.leaves}, f"The leaves frozen for {code} are wrong.")
        wanted = right.total, standing.rank, standing.grade
        demand((_number(unit["total"]), unit["rank"], unit["grade"]) == wanted, f"{code} is frozen wrong.")
        line = lines[scene.units[code]]
        demand((line["total"], line["rank"], line["grade"]) == wanted, f"{code} is ranked wrong.")
    _stored_leaves_agree(step, scene, result)


def _stored_leaves_agree(step: Step, scene: Scene, result: Row) -> None:
    """The points that stand on the rows people looked at are the frozen ones, where they did not wait for others."""
    frozen = {
        (unit["code"], leaf["code"]): _number(leaf["score"])
        for unit in result["bundle"]["units"]
        for leaf in unit["leaves"]
    }
    for pk, said in judgements(step.after).items():
        entry = step.after["entry"][pk]
        unit = scene.unit_codes[step.unit_of(pk)]
        if said[-1].row["score"] is not None and not is_absent(step.after, entry):
            demand(frozen[unit, entry["code"]] == said[-1].row["score"], f"{unit} {entry['code']} froze other points.")


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


# ---- the log --------------------------------------------------------------------------


def seal_of(entry: AuditEntry) -> str:
    """The seal as the log's page defines it, written out a second time."""
    columns = ("actor_id", "actor_name", "role", "origin", "code", "subject_type", "subject_id", "subject_label")
    content = [entry.previous_hash, entry.number, entry.at.timestamp()]
    content += [getattr(entry, name) for name in columns]
    text = json.dumps(
        [*content, entry.changes, entry.reason], ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(text.encode()).hexdigest()


def the_log_tells_it(step: Step, _scene: Scene) -> None:
    """The entry names the action, the person and the moment, and its seal holds its content."""
    told = step.audit.code, step.audit.actor_id, step.audit.at
    demand(told == (step.code, step.by, step.at), f"The log says {told}.")
    demand(step.audit.hash == seal_of(step.audit), f"The seal of entry {step.audit.number} does not hold.")


LAWS: tuple[Law, ...] = (
    the_log_tells_it,
    only_in_a_role,
    only_in_its_time,
    only_along_the_moves,
    nothing_is_overwritten,
    each_party_writes_in_its_turn,
    nobody_judged_the_own_unit,
    scores_are_those_of_the_facts,
    no_score_changed_in_silence,
    meetings_are_held_properly,
    votes_decide,
    votes_are_of_those_who_were_there,
    two_judge_without_seeing_each_other,
    offices_answer_for_their_part,
    what_is_frozen_is_right,
)
