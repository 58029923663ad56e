"""Who may do what, written down by hand: nothing here asks the policies of the product."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.assessments.machine.parties import Person, person
from tests.assessments.machine.rows import Row, Step, Tables, demand
from tests.assessments.machine.stage import Scene


@dataclass(frozen=True)
class About:
    """The unit, the leaf and the person that an action is about, where it is about one."""

    unit: int = 0
    leaf: int = 0
    person: int = 0


Rule = Callable[[Person, About, Scene], bool]


def _enters(one: Person, about: About, _scene: Scene) -> bool:
    return bool({("unit_editor", about.unit), ("unit_approver", about.unit)} & one.memberships)


def _approves(one: Person, about: About, _scene: Scene) -> bool:
    return ("unit_approver", about.unit) in one.memberships


def _coordinates(one: Person, _about: About, scene: Scene) -> bool:
    return one.coordinates(scene)


def _heads(one: Person, _about: About, scene: Scene) -> bool:
    return one.heads(scene)


def _judges(one: Person, about: About, _scene: Scene) -> bool:
    return one.judges(about.leaf, about.unit)


def _sits_in_team(one: Person, _about: About, _scene: Scene) -> bool:
    return bool(one.team)


def _leads_team(one: Person, _about: About, _scene: Scene) -> bool:
    return one.team == "leader"


def _assigns(one: Person, _about: About, scene: Scene) -> bool:
    return one.coordinates(scene) or one.team == "leader"


def _prepares_meetings(one: Person, _about: About, scene: Scene) -> bool:
    return one.coordinates(scene) or one.council in ("chair", "vice_chair", "secretary")


def _prepares_motions(one: Person, about: About, scene: Scene) -> bool:
    """Whoever prepares meetings; a member of the council, for units where this member is not barred."""
    return _prepares_meetings(one, about, scene) and not (one.council and about.unit in one.barred)


def _sits_in_council(one: Person, _about: About, _scene: Scene) -> bool:
    return bool(one.council)


def _asks_units(one: Person, about: About, scene: Scene) -> bool:
    """The leader, the council's head or secretary, the coordinator for them; never where one is barred."""
    asks = one.team == "leader" or one.council in ("chair", "vice_chair", "secretary")
    return one.coordinates(scene) or (asks and about.unit not in one.barred)


def _settles(one: Person, about: About, scene: Scene) -> bool:
    return _asks_units(one, about, scene) or one.judges(about.leaf, about.unit)


def _enters_figures(one: Person, _about: About, scene: Scene) -> bool:
    return one.coordinates(scene) or bool(one.team)


def _heads_office(one: Person, _about: About, _scene: Scene) -> bool:
    return one.team == "office_head"


def _votes(one: Person, about: About, _scene: Scene) -> bool:
    return bool(one.council) and about.unit not in one.barred


def _runs(one: Person, _about: About, scene: Scene) -> bool:
    return one.runs(scene)


def _declares(one: Person, about: About, scene: Scene) -> bool:
    return one.coordinates(scene) or (one.pk == about.person and bool(one.team or one.council))


def _takes_back_conflict(one: Person, about: About, scene: Scene) -> bool:
    return one.coordinates(scene) and one.pk != about.person


def _chairs(one: Person, _about: About, _scene: Scene) -> bool:
    return one.council in ("chair", "vice_chair")


ROLES: dict[str, Rule] = {
    "round.open_self_assessment": _coordinates,
    "round.start_aggregation": _coordinates,
    "round.start_appraisal": _coordinates,
    "round.start_reappraisal": _coordinates,
    "round.send_notices": _coordinates,
    "round.extend": _coordinates,
    "round.set_judging_rules": _coordinates,
    "panel.assign": _assigns,
    "panel.assign_units": _assigns,
    "panel.take_back": _assigns,
    "panel.hand_over": _runs,
    "panel.add": _runs,
    "conflict.declare": _declares,
    "conflict.withdraw": _takes_back_conflict,
    "entry.save": _enters,
    "entry.attach": _enters,
    "entry.attach_link": _enters,
    "entry.cite": _enters,
    "entry.place_citation": _enters,
    "entry.remark": _approves,
    "dossier.assign_leaves": _approves,
    "dossier.withdraw": _approves,
    "entry.detach": _enters,
    "entry.explain": _enters,
    "dossier.request_review": _enters,
    "dossier.send_back": _approves,
    "dossier.submit": _approves,
    "dossier.resubmit": _approves,
    "dossier.return": _coordinates,
    "dossier.record_not_submitted": _coordinates,
    "notice.open": _enters,
    "entry.appraise": _judges,
    "entry.judge_independently": _judges,
    "round.sign_off_office": _heads_office,
    "official_figures.enter": _enters_figures,
    "leaf.reopen": _asks_units,
    "leaf.settle": _settles,
    "round.agree_with_self_scores": _sits_in_team,
    "round.sign_off_pass": _leads_team,
    "meeting.convene": _prepares_meetings,
    "meeting.open": _chairs,
    "meeting.reschedule": _prepares_meetings,
    "meeting.send_consultation": _prepares_meetings,
    "meeting.record_attendance": _prepares_meetings,
    "meeting.give_opinion": _sits_in_council,
    "meeting.adopt_en_bloc": _chairs,
    "motion.list": _prepares_meetings,
    "motion.unlist": _prepares_motions,
    "motion.propose": _prepares_meetings,
    "motion.withdraw": _prepares_motions,
    "motion.vote": _votes,
    "motion.conclude": _chairs,
    "meeting.adopt": _chairs,
    "result.submit": _coordinates,
    "result.approve": _heads,
    "result.return": _heads,
    "result.publish": _coordinates,
    "result.correct": _coordinates,
}


def about(tables: Tables, kind: str, pk: int) -> About:
    """Which unit and leaf a row is about, found by walking up to its dossier."""
    if kind not in tables or pk not in tables[kind]:
        return About()
    row = tables[kind][pk]
    if kind == "panelmember":
        return About(person=row["user_id"])
    if kind == "conflict":
        return About(person=tables["panelmember"][row["member_id"]]["user_id"])
    if kind == "dossier":
        return About(unit=row["unit_id"])
    if kind == "entry":
        return About(unit=_unit_of(tables, row["dossier_id"]), leaf=row["criterion_id"])
    if "entry_id" in row:
        return about(tables, "entry", row["entry_id"])
    if "dossier_id" in row:
        return About(unit=_unit_of(tables, row["dossier_id"]))
    return About()


def _unit_of(tables: Tables, dossier: int) -> int:
    return int(tables["dossier"][dossier]["unit_id"])


def only_in_a_role(step: Step, scene: Scene) -> None:
    """Nobody acted without the role, and the log says in which role."""
    one = person(step.before, step.by)
    kind = step.audit.subject_type.rsplit(".", 1)[-1]
    subject = about(step.before, kind, step.audit.subject_id)
    demand(ROLES[step.code](one, subject, scene), f"{scene.name_of(step.by)} may not do {step.code} on {subject}.")
    role = step.audit.role
    demand(one.holds_audit_role(role), f"{scene.name_of(step.by)} does not hold the role {role} of the log.")


def nobody_judged_the_own_unit(step: Step, scene: Scene) -> None:
    """Each appraisal and vote that appeared or changed is of somebody who may judge that leaf of that unit."""
    for row in step.touched("appraisal"):
        judge = person(step.before, row["appraised_by_id"])
        leaf = step.after["entry"][row["entry_id"]]["criterion_id"]
        unit = step.unit_of(row["entry_id"])
        demand(judge.pk == step.by, f"An appraisal is signed by {judge.pk}, who did not do it.")
        demand(unit not in judge.barred, f"{scene.name_of(judge.pk)} appraised a unit where one is barred.")
        demand(judge.judges(leaf, unit), f"{scene.name_of(judge.pk)} appraised a leaf that is not assigned.")
    for row in step.touched("independentscore"):
        unit, leaf = step.unit_of(row["entry_id"]), step.after["entry"][row["entry_id"]]["criterion_id"]
        judge = person(step.before, step.after["panelmember"][row["member_id"]]["user_id"])
        demand(judge.pk == step.by and judge.judges(leaf, unit), f"{scene.name_of(judge.pk)} judged independently.")
    for row in step.touched("vote"):
        seat = step.after["panelmember"][row["member_id"]]
        voter = person(step.before, seat["user_id"])
        demand(voter.pk == step.by and seat["panel"] == "council", "A vote is somebody else's.")
        demand(_motion_unit(step, row) not in voter.barred, f"{scene.name_of(voter.pk)} voted where one is barred.")
    for row in step.touched("motion"):
        one = person(step.before, step.by)
        is_barred = one.council and step.unit_of(row["entry_id"]) in one.barred
        demand(not is_barred, f"{scene.name_of(one.pk)} did {step.code} to a motion where one is barred.")


def _motion_unit(step: Step, vote: Row) -> int:
    return step.unit_of(step.after["motion"][vote["motion_id"]]["entry_id"])
