"""A round played at random by everybody, which never reaches a forbidden state: see `machine/__init__.py`.

`CHISO_EXAMPLES=300 pytest tests/assessments/test_state_machine.py` plays so many new runs from each starting point.
"""

import logging
import os
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from chiso.assessments import windows
from chiso.assessments.models import Dossier, Entry
from chiso.assessments.pages import judgements
from chiso.audit import chain
from chiso.audit.actions import REGISTRY
from chiso.indexsets.answers import Answer
from chiso.organizations import clock
from chiso.rounds.actions.rules import JudgingRules
from chiso.rounds.choices import MajorityRule
from chiso.rounds.models import Round
from tests.assessments.machine import pages, way
from tests.assessments.machine.drawing import First
from tests.assessments.machine.intents import INTENTS
from tests.assessments.machine.machine import RoundMachine
from tests.assessments.machine.mind import Doing
from tests.assessments.machine.player import ANYBODY, Player
from tests.assessments.machine.rows import Broken, Row
from tests.assessments.machine.stage import set_up

pytestmark = pytest.mark.django_db

EXAMPLES = int(os.environ.get("CHISO_EXAMPLES", "0"))
"""By default the same few runs each time, on every machine; a number asks for new ones."""
PROFILE = settings(
    max_examples=EXAMPLES or 10,
    stateful_step_count=50,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    print_blob=False,
    report_multiple_bugs=False,
    phases=[Phase.generate, *([Phase.shrink] if EXAMPLES else [])],  # The player's log tells enough.
    suppress_health_check=list(HealthCheck),
)

ELSEWHERE = {
    "calendar_feed": "a person's own address, no part of the round",
    "index_set": "the set is issued before the round",
    "plan": "the preparation",
    "task": "about the plan's work, not scores: test_tasks.py",
    "holiday": "about the calendar, not scores",
    "round.create": "the preparation",
    "round.add_block": "the preparation",
    "panel.appoint": "the preparation",
    "panel.establish": "the preparation",
    "panel.remove": "the preparation",
    "panel.end_term": "by the clock: test_terms.py",
    "panel.renew_term": "about terms, not scores: test_terms.py",
    "panel.assign_proposed": "writes what panel.assign does",
    "round.set_rules": "about papers, not scores",
    "round.set_reminders": "about messages, not scores",
    "round.urge": "about messages, not scores",
    "block.carry_over": "another edition: test_carry_over.py",
    "delivery": "about messages, not scores",
    "document": "about papers, not scores",
    "dossier.attach_report": "about papers, not scores",
    "dossier.hand_over_leaves": "as dossier.assign_leaves",
    "dossier.import_workbook": "saves as entry.save does",
    "dossier.take_in": "saves as entry.save does",
    "entry.revise": "about papers, not scores",
    "meeting.attach_minutes": "about papers, not scores",
    "records": "about messages, not scores: test_pruning.py",
    "reason": "words to start from, no part of the scores: test_reasons.py",
}
"""Actions, or all of one noun, that the machine leaves to other tests, and why."""


@pytest.fixture
def player(monkeypatch: pytest.MonkeyPatch) -> Player:
    one = Player(set_up())
    monkeypatch.setattr(clock, "now", lambda: one.at)
    monkeypatch.setattr(logging.getLogger("django.request"), "disabled", True)  # Refusals are no news here.
    return one


def two_judge(player: Player) -> None:
    """Leaf 2.1 is judged by two who do not see each other."""
    rules = JudgingRules(["2.1"], Decimal(40), MajorityRule.MORE_FOR, chair_casts=True, large_cut_percent=50)
    assert player.act("round.set_judging_rules", "giang", Doing(Round, player.scene.round, {"rules": rules}))


@pytest.mark.parametrize("start", ["preparation", "aggregation", "appraisal", "supplement", "council", "published"])
def test_no_run_reaches_a_forbidden_state(player: Player, start: str) -> None:
    if start == "appraisal":
        two_judge(player)
    way.play_to(player, First(), start)
    run_state_machine_as_test(lambda: RoundMachine(player), settings=PROFILE)


READERS = ("an", "oanh", "chi", "quy", "son", ANYBODY)
"""A commune, an expert in conflict, an expert, a council member in conflict, a stranger, and who has no account."""


@pytest.mark.parametrize("stage", ["appraisal", "supplement", "council", "approval", "published"])
def test_no_page_shows_what_is_hidden(player: Player, stage: str) -> None:
    """Every page of the address table, in the middle of a stage, for those from whom something is hidden."""
    way.play_to(player, First(), stage)
    way.half_way(player, First())
    found = [leak for name in READERS for leak in player.look_everywhere(name, ["2.1"])]
    assert found == []
    for name in player.scene.people:
        player.count_rows(name)


def test_one_of_two_reads_nothing_of_the_other(player: Player) -> None:
    """Chi gave her score, Việt and the others have not: nobody finds it on any page."""
    two_judge(player)
    way.play_to(player, First(), "appraisal")
    words = {"reason": player.figures.words(), "private_note": player.figures.words()}
    given = {"version": 0, "answer": Answer({}, decided=Decimal("2345.67"))} | words
    assert player.act("entry.judge_independently", "chi", Doing(Entry, _leaf(player, "01", "2.1")["id"], given))
    found = [leak for name in ("viet", "khanh", "giang") for leak in player.look_everywhere(name, ["2.1"])]
    assert found == []


def test_every_address_is_opened() -> None:
    assert [route for route in pages.every_route() if pages.unknown_parameters(route)] == []


def test_every_action_of_a_round_is_driven_or_left_out_with_a_reason() -> None:
    left = {code for code in REGISTRY if code not in ELSEWHERE and code.split(".")[0] not in ELSEWHERE}
    assert left == set(INTENTS)


# ---- the machine sees a fault ------------------------------------------------------------------------


def _leaf(player: Player, unit: str, code: str) -> Row:
    [dossier] = [row for row in player.tables["dossier"].values() if row["unit_id"] == player.scene.units[unit]]
    leaves = player.tables["entry"].values()
    [leaf] = [row for row in leaves if row["dossier_id"] == dossier["id"] and row["code"] == code]
    return leaf


def test_sees_a_page_that_tells_too_early(player: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    way.play_to(player, First(), "appraisal")
    way.half_way(player, First())
    path = f"/ho-so/{_leaf(player, '01', '2.1')['dossier_id']}/2.1/"
    assert player.look("an", path) == 200
    monkeypatch.setattr(judgements, "sight_of", lambda _user, _dossier: judgements.Sight(first=True, later=True))
    with pytest.raises(Broken, match="of first, unit 01"):
        player.look("an", path)


def test_sees_a_self_score_that_changes_after_submission(player: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    way.play_to(player, First(), "aggregation")
    leaf = _leaf(player, "01", "2.1")
    saving = Doing(Entry, leaf["id"], {"version": leaf["version"], "answer": Answer({"score": "6000"})})
    assert not player.act("entry.save", "an", saving)
    monkeypatch.setattr(windows, "require_writable", lambda _dossier, _at: None)
    with pytest.raises(Broken, match=r"entry\.save in a dossier that is submitted"):
        player.act("entry.save", "an", saving)


def test_sees_an_action_that_the_log_tells_twice(player: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    way.play_to(player, First(), "self_assessment")
    once = chain.append

    def twice(**told: Any) -> Any:
        once(**told)
        return once(**told)

    monkeypatch.setattr(chain, "append", twice)
    with pytest.raises(Broken, match="wrote 2 entries"):
        player.act("dossier.submit", "binh", Doing(Dossier, _leaf(player, "01", "2.1")["dossier_id"], {}))
