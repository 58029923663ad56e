"""Who is who, and what each party said of a leaf, read from the rows alone."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from chiso import scoring
from tests.assessments.machine.rows import Row, Tables
from tests.assessments.machine.stage import SET_TEXT, Scene

STAGES = (
    "preparation",
    "self_assessment",
    "aggregation",
    "appraisal",
    "notice",
    "supplement",
    "reappraisal",
    "council",
    "approval",
    "published",
)
PARTIES = ("self", "first", "second", "council")


@cache
def index_set() -> scoring.IndexSet:
    return scoring.read_index_set(SET_TEXT)


@dataclass(frozen=True)
class Person:
    """One person as memberships, seats and assignments have it."""

    pk: int
    memberships: frozenset[tuple[str, int]]
    team: str
    council: str
    leaves: frozenset[tuple[int, int | None]]
    """(leaf, unit) of the assignments; None stands for all units."""
    declared: frozenset[int]
    """The units with which a conflict was declared, on any seat."""
    answers_for: frozenset[tuple[int, int | None]] = frozenset()
    """As `leaves`, of the people of the office that this person heads."""

    @property
    def units(self) -> frozenset[int]:
        return frozenset(unit for _role, unit in self.memberships)

    @property
    def barred(self) -> frozenset[int]:
        """Units of which this person judges nothing, and follows nothing as one who judges."""
        return self.units | self.declared

    def coordinates(self, scene: Scene) -> bool:
        return ("coordinator", scene.office) in self.memberships

    def heads(self, scene: Scene) -> bool:
        return ("authority_head", scene.authority) in self.memberships

    def runs(self, scene: Scene) -> bool:
        return self.coordinates(scene) or self.heads(scene)

    def judges(self, leaf: int, unit: int) -> bool:
        """Whether the team gave this person the leaf of that unit: never of one where the person is barred."""
        is_given = bool({(leaf, None), (leaf, unit)} & self.leaves)
        return bool(self.team) and unit not in self.barred and (self.team == "leader" or is_given)

    def reads(self, leaf: int, unit: int) -> bool:
        """What the team shows this person: what one judges, and what the own office answers for."""
        is_of_office = bool({(leaf, None), (leaf, unit)} & self.answers_for) and unit not in self.barred
        return is_of_office or self.judges(leaf, unit)

    def holds_audit_role(self, role: str) -> bool:
        if role == "appraiser":
            return bool(self.team)
        if role == "council_member":
            return bool(self.council)
        return any(held == role for held, _unit in self.memberships)


def person(tables: Tables, pk: int) -> Person:
    every = [row for row in tables["panelmember"].values() if row["user_id"] == pk]
    seats = {row["panel"]: row for row in every if row["left_at"] is None}
    team = seats.get("team")
    ever = {row["id"] for row in every}
    heads = team is not None and team["position"] == "office_head"
    office = [row["id"] for row in tables["panelmember"].values() if heads and _is_of_office(row, team)]
    theirs = [row for row in tables["assignment"].values() if row["member_id"] in office]
    mine = [row for row in tables["assignment"].values() if team and row["member_id"] == team["id"]]
    return Person(
        pk=pk,
        memberships=frozenset(
            (row["role"], row["unit_id"]) for row in tables["membership"].values() if row["user_id"] == pk
        ),
        team=team["position"] if team else "",
        council=seats["council"]["position"] if "council" in seats else "",
        leaves=frozenset((row["criterion_id"], row["unit_id"]) for row in mine),
        declared=frozenset(row["unit_id"] for row in tables["conflict"].values() if row["member_id"] in ever),
        answers_for=frozenset((row["criterion_id"], row["unit_id"]) for row in theirs),
    )


def _is_of_office(row: Row, head: Row) -> bool:
    return row["panel"] == "team" and row["left_at"] is None and row["body_id"] == head["body_id"]


def people_of_team(tables: Tables) -> list[Person]:
    seats = tables["panelmember"].values()
    return [person(tables, row["user_id"]) for row in seats if row["panel"] == "team" and row["left_at"] is None]


def is_paired(tables: Tables, entry: Row) -> bool:
    """Whether two judge the leaf without seeing each other: the round says so, and two have it who may."""
    [round] = tables["round"].values()
    if not any(entry["code"] == code or entry["code"].startswith(f"{code}.") for code in round["independent_codes"]):
        return False
    unit, leaf = tables["dossier"][entry["dossier_id"]]["unit_id"], entry["criterion_id"]
    given = [one for one in people_of_team(tables) if {(leaf, None), (leaf, unit)} & one.leaves]
    return sum(unit not in one.barred for one in given) > 1


@dataclass(frozen=True)
class Said:
    """What one party said of a leaf."""

    party: str
    row: Row

    @property
    def effect(self) -> tuple[Any, ...]:
        """What it comes to: points, and the maximum they are out of; where no points are known yet, the facts."""
        facts = tuple(sorted(self.row["facts"].items())) if self.row["score"] is None else ()
        return self.row["score"], self.row["effective_max"], self.row["not_applicable"], facts


def was_answered(row: Row) -> bool:
    return bool(row["facts"]) or row["not_applicable"] or row["decided"] is not None


def judgements(tables: Tables) -> dict[int, list[Said]]:
    """By entry: self score, pass 1, pass 2, then what the council carried, in the order of the round."""
    said: dict[int, list[Said]] = {pk: [Said("self", row)] for pk, row in tables["entry"].items()}
    for row in sorted(tables["appraisal"].values(), key=lambda row: row["pass_number"]):
        said[row["entry_id"]].append(Said(PARTIES[row["pass_number"]], row))
    carried = [row for row in tables["motion"].values() if row["outcome"] == "carried"]
    for row in sorted(carried, key=lambda row: row["concluded_at"]):
        said[row["entry_id"]].append(Said("council", row))
    return said


def is_absent(tables: Tables, entry: Row) -> bool:
    """Whether the unit was recorded as having sent nothing: then no party's score counts."""
    return bool(tables["dossier"][entry["dossier_id"]]["state"] == "not_submitted")


def facts_in_file(row: Row) -> dict[str, str]:
    """The inputs of one row as the facts file writes them."""
    facts = dict(row["facts"])
    if row["not_applicable"]:
        facts["not_applicable"] = "yes"
    if row["decided"] is not None:
        facts["decided"] = plain(row["decided"])
    return facts


def plain(value: Decimal) -> str:
    """A decimal without needless zeros and without an exponent."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def facts_at(tables: Tables, scene: Scene, party: str = "council") -> dict[str, dict[str, dict[str, str]]]:
    """The facts that count once a party has judged: {unit: {leaf: {input: value}}}."""
    codes, reached = scene.unit_codes, PARTIES.index(party)
    facts: dict[str, dict[str, dict[str, str]]] = {codes[row["unit_id"]]: {} for row in tables["dossier"].values()}
    for pk, said in judgements(tables).items():
        entry = tables["entry"][pk]
        last = [one for one in said if PARTIES.index(one.party) <= reached][-1]
        if not is_absent(tables, entry) and was_answered(last.row):
            unit = codes[tables["dossier"][entry["dossier_id"]]["unit_id"]]
            facts[unit][entry["code"]] = facts_in_file(last.row)
    return facts


def scored(tables: Tables, scene: Scene, party: str = "council") -> scoring.RoundScore:
    """The whole round scored anew by the pure core from the facts that count."""
    return scoring.score_round(index_set(), facts_at(tables, scene, party))
