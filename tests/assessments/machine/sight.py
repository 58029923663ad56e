"""Who may see which figure, written down by hand, and which rows a person's `visible_to` may hold at most."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from tests.assessments.machine.parties import (
    PARTIES,
    STAGES,
    Person,
    facts_in_file,
    judgements,
    plain,
    scored,
)
from tests.assessments.machine.rows import Row, Tables, the_round
from tests.assessments.machine.stage import RELATIVE, Scene

_KEPT_IN_THE_UNIT = frozenset({"draft", "internal_review", "returned"})
_ANSWERING = frozenset({"notified", "supplementing"})
_PLANTED_FROM = 1000
"""Smaller numbers stand on a page for other reasons."""
_PRINTED = frozenset({1500, Decimal("1250.5"), 2000, 6000, 7000, 8000, 9000, 4000, 17000, 20000, 34000})
"""Maxima, sums and steps of the set itself: anybody reads them."""


def _is_planted(value: Decimal | None) -> bool:
    return value is not None and abs(value) >= _PLANTED_FROM and value not in _PRINTED


@dataclass(frozen=True)
class Secret:
    """One thing that a party said of a leaf: points, facts, words, or a note that is not for the unit."""

    party: str
    facet: str
    unit: int
    leaf: int
    state: str
    """Where the unit's dossier stands."""
    independent_of: int = 0
    """Who gave it as one of two who do not see each other, until both did; 0 is nobody."""


@dataclass(frozen=True)
class Reader:
    """A person, and the stage of the round in which this person looks."""

    one: Person | None
    """None is anybody without an account."""
    stage: str
    scene: Scene

    def has_reached(self, stage: str) -> bool:
        return STAGES.index(self.stage) >= STAGES.index(stage)

    def may_see(self, secret: Secret) -> bool:
        if self.one is None:
            return False
        if secret.party == "explanation" and secret.state in _ANSWERING and secret.unit not in self.one.units:
            return False
        if secret.independent_of and secret.independent_of != self.one.pk:
            return False
        if secret.facet == "private" and secret.unit in self.one.units:
            return False
        return (
            self.one.runs(self.scene)
            or self._as_unit(secret)
            or self._as_team(self.one, secret)
            or self._as_council(self.one, secret)
        )

    def _as_unit(self, secret: Secret) -> bool:
        """The own words always; pass 1 from the notice on; the rest once it is published."""
        if self.one is None or secret.unit not in self.one.units or secret.facet == "private":
            return False
        if secret.party in ("self", "explanation", "request"):
            return True
        return self.has_reached("supplement" if secret.party == "first" else "published")

    def _as_team(self, one: Person, secret: Secret) -> bool:
        """The assigned leaves that were handed over, never of the own unit."""
        is_given = one.reads(secret.leaf, secret.unit) and secret.facet != "inner"
        return is_given and secret.state not in _KEPT_IN_THE_UNIT

    def _as_council(self, one: Person, secret: Secret) -> bool:
        return self.sits_over(one, secret.unit) and secret.facet not in ("private", "inner")

    def sits_over(self, one: Person, unit: int) -> bool:
        """A member of the council, once it is its turn, for units where the member is not barred."""
        return bool(one.council) and self.has_reached("council") and unit not in one.barred

    def may_see_total(self, unit: int, party: str) -> bool:
        """A sum is seen by whoever may see each of its parts."""
        if self.one is None:
            return False
        if self.one.runs(self.scene) or self.sits_over(self.one, unit):
            return True
        if unit in self.one.units:
            return self._as_unit(Secret(party, "points", unit, 0, ""))
        if unit in self.one.barred:
            return False
        return self.one.team == "leader" and STAGES.index(self.stage) > STAGES.index("self_assessment")


def planted(tables: Tables, scene: Scene) -> Iterator[tuple[str, Secret]]:
    """Every figure and every word that stands in the rows, with what it is."""
    for pk, said in judgements(tables).items():
        entry = tables["entry"][pk]
        dossier = tables["dossier"][entry["dossier_id"]]
        where = dossier["unit_id"], entry["criterion_id"], dossier["state"]
        for one in said:
            yield from _told(one.row, one.party, where)
    for name, party in (("explanation", "explanation"), ("motion", "council"), ("reopening", "request")):
        for row in tables[name].values():
            entry = tables["entry"][row["entry_id"]]
            dossier = tables["dossier"][entry["dossier_id"]]
            yield from _told(row, party, (dossier["unit_id"], entry["criterion_id"], dossier["state"]))
    yield from _independent(tables)


def _independent(tables: Tables) -> Iterator[tuple[str, Secret]]:
    """What two gave who do not see each other: each one's own until both are there."""
    rows = list(tables["independentscore"].values())
    for row in rows:
        entry = tables["entry"][row["entry_id"]]
        dossier = tables["dossier"][entry["dossier_id"]]
        given = [one for one in rows if (one["entry_id"], one["pass_number"]) == (entry["id"], row["pass_number"])]
        owner = 0 if len(given) > 1 else tables["panelmember"][row["member_id"]]["user_id"]
        where = dossier["unit_id"], entry["criterion_id"], dossier["state"]
        for text, secret in _told(row, PARTIES[row["pass_number"]], where):
            yield text, replace(secret, independent_of=owner)


_WORDS = {"reason": "words", "note": "words", "text": "words", "private_note": "private", "remark": "inner"}


def _told(row: Row, party: str, where: tuple[int, int, str]) -> Iterator[tuple[str, Secret]]:
    if _is_planted(row.get("score")):
        yield plain(row["score"]), Secret(party, "points", *where)
    for value in facts_in_file(row).values() if "facts" in row else ():
        if value.replace(".", "").isdigit() and _is_planted(Decimal(value)):
            yield plain(Decimal(value)), Secret(party, "facts", *where)
    for column, facet in (
        ("reason", "words"),
        ("note", "words"),
        ("text", "words"),
        ("private_note", "private"),
        ("remark", "inner"),
    ):
        if (text := row.get(column, "")).strip():
            yield text, Secret(party, facet, *where)


def published(tables: Tables) -> Iterator[str]:
    """What anybody may read: points of leaves and areas, and the totals, of each published result.

    And the best value of a block, against which the leaf of every unit is measured: its calculation names it.
    """
    for row in tables["publication"].values():
        units = tables["result"][row["result_id"]]["bundle"]["units"]
        values = [Decimal(value) for unit in units if (value := unit["facts"].get(RELATIVE, {}).get("value"))]
        yield from [plain(max(values))] if values else []
        for unit in units:
            for text in [unit["total"], *(node["score"] for node in (*unit["areas"], *unit["leaves"]))]:
                if text is not None:
                    yield plain(Decimal(text))


def totals(tables: Tables, scene: Scene) -> Iterator[tuple[str, int, str]]:
    """(sum, unit, party): of areas and of all, as they were once a party had judged."""
    for party in PARTIES:
        for code, score in scored(tables, scene, party).units.items():
            sums = [score.total, *(area.score for area in score.areas)]
            for value in sums:
                if value is not None and _is_planted(value):
                    yield plain(value), scene.units[code], party


def hidden_from(reader: Reader, tables: Tables) -> dict[str, str]:
    """What this person may not see in any form: text → what it is."""
    hidden: dict[str, str] = {}
    seen = set(published(tables))
    for text, secret in planted(tables, reader.scene):
        if reader.may_see(secret):
            seen.add(text)
        else:
            hidden[text] = f"{secret.facet} of {secret.party}, unit {reader.scene.unit_codes[secret.unit]}"
    for text, unit, party in totals(tables, reader.scene):
        if reader.may_see_total(unit, party):
            seen.add(text)
        else:
            hidden.setdefault(text, f"sum after {party}, unit {reader.scene.unit_codes[unit]}")
    return {text: what for text, what in hidden.items() if text not in seen}


def reader_of(one: Person | None, tables: Tables, scene: Scene) -> Reader:
    return Reader(one, the_round(tables)["stage"], scene)


# ---- rows ---------------------------------------------------------------------------------

May = Callable[[Reader, Row, Tables], bool]


def _dossier(reader: Reader, row: Row, _tables: Tables) -> bool:
    one = reader.one
    if one is None:
        return False
    in_team = bool(one.team) and row["state"] not in _KEPT_IN_THE_UNIT and row["unit_id"] not in one.barred
    return row["unit_id"] in one.units or one.runs(reader.scene) or in_team or reader.sits_over(one, row["unit_id"])


def _entry(reader: Reader, row: Row, tables: Tables) -> bool:
    dossier = tables["dossier"][row["dossier_id"]]
    secret = Secret("self", "points", dossier["unit_id"], row["criterion_id"], dossier["state"])
    return reader.may_see(secret)


def _of_entry(reader: Reader, row: Row, tables: Tables) -> bool:
    return _entry(reader, tables["entry"][row["entry_id"]], tables)


def _motion(reader: Reader, row: Row, tables: Tables) -> bool:
    entry = tables["entry"][row["entry_id"]]
    dossier = tables["dossier"][entry["dossier_id"]]
    return reader.may_see(Secret("council", "words", dossier["unit_id"], entry["criterion_id"], dossier["state"]))


def _notice(reader: Reader, row: Row, tables: Tables) -> bool:
    return _dossier(reader, tables["dossier"][row["dossier_id"]], tables)


def _meeting(reader: Reader, _row: Row, _tables: Tables) -> bool:
    one = reader.one
    return one is not None and bool(one.team or one.council or one.runs(reader.scene))


def _submission(reader: Reader, _row: Row, _tables: Tables) -> bool:
    """Those who run the round; and the council, which reads why a result came back."""
    return reader.one is not None and (reader.one.runs(reader.scene) or bool(reader.one.council))


def _result(reader: Reader, row: Row, tables: Tables) -> bool:
    one = reader.one
    if one is not None and one.runs(reader.scene):
        return True
    is_in_round = one is not None and bool(one.team or one.council or one.units & set(reader.scene.units.values()))
    return is_in_round and row["id"] in [one["result_id"] for one in tables["publication"].values()]


MAY_HOLD: dict[str, May] = {
    "dossier": _dossier,
    "entry": _entry,
    "citation": _of_entry,
    "preliminarynotice": _notice,
    "meeting": _meeting,
    "motion": _motion,
    "submission": _submission,
    "result": _result,
}
