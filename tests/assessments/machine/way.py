"""The sensible way from one stage to the next, step by step through the same player; chance varies who does what."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from chiso.assessments.actions.official_figures import Figure
from chiso.assessments.models import Dossier, Entry, Meeting, Motion, Reopening
from chiso.indexsets.answers import Answer
from chiso.results.models import Result, Submission
from chiso.rounds.choices import Panel
from chiso.rounds.models import Block, PanelMember, Round
from tests.assessments.machine.drawing import Draw
from tests.assessments.machine.mind import Doing, load
from tests.assessments.machine.parties import is_paired, people_of_team, person, was_answered
from tests.assessments.machine.player import Player
from tests.assessments.machine.roles import ROLES, about
from tests.assessments.machine.rows import Row, demand
from tests.assessments.machine.stage import MAXIMUM, OFFICIAL, SELF_SCORED
from tests.assessments.machine.times import ANSWERING, WRITING, is_reopened, own_end, stage_end


def go_on(player: Player, draw: Draw) -> bool:
    """Do what the stage asks for, and move the round on. Answers whether it moved."""
    stage = player.mind(draw).stage
    if stage not in WAYS:
        return False
    for part in WAYS[stage]:
        part(player, draw)
    return player.mind(draw).stage != stage


def half_way(player: Player, draw: Draw) -> None:
    """Do what the stage asks for, and stop before the round moves on."""
    with player.telling():
        for part in WAYS.get(player.mind(draw).stage, ())[:-1]:
            part(player, draw)


def play_to(player: Player, draw: Draw, stage: str) -> None:
    """The sensible way must never be barred: what is refused on it stands in the failure."""
    with player.telling():
        while player.mind(draw).stage != stage:
            demand(go_on(player, draw), f"The round stands still before {stage}.")


def _do(player: Player, code: str, doing: Doing) -> bool:
    """Whoever may does it, the chair before others; answers whether it was done."""
    subject = about(player.tables, doing.model._meta.model_name or "", doing.pk)
    people = [person(player.tables, pk) for pk in player.scene.people.values()]
    fitting = [one for one in people if ROLES[code](one, subject, player.scene)]
    fitting.sort(key=lambda one: one.council != "chair")
    return bool(fitting) and player.ready(code, fitting[0].pk, doing)()


def _round(player: Player, code: str, **arguments: Any) -> bool:
    return _do(player, code, Doing(Round, player.scene.round, arguments))


def _dossiers(player: Player, states: frozenset[str] | set[str]) -> list[tuple[str, Row]]:
    codes = player.scene.unit_codes
    return [(codes[row["unit_id"]], row) for row in player.tables["dossier"].values() if row["state"] in states]


def _leaves(player: Player, dossier: int) -> list[Row]:
    return [row for row in player.tables["entry"].values() if row["dossier_id"] == dossier]


def _open(player: Player, _draw: Draw) -> None:
    _round(player, "round.open_self_assessment")


def _self_assessment(player: Player, draw: Draw) -> None:
    """Two communes hand in, perhaps late; the third may stay silent."""
    for unit, dossier in _dossiers(player, WRITING | {"internal_review"}):
        if draw.mostly(True, unit != "03"):
            _enter(player, draw, dossier)
            _do(player, "dossier.submit", Doing(Dossier, dossier["id"], {}))


def _lock(player: Player, draw: Draw) -> None:
    ends = [stage_end(player.tables, "self_assessment", pk) for pk in player.scene.units.values()]
    if not draw.mostly(True, False):
        player.wait_until(max(end for end in ends if end))
    _round(player, "round.start_aggregation")


def _enter(player: Player, draw: Draw, dossier: Row) -> None:
    for leaf in _leaves(player, dossier["id"]):
        if leaf["code"] in SELF_SCORED and not was_answered(leaf) and dossier["state"] in WRITING:
            answer = Answer(player.mind(draw).facts(leaf["code"]))
            arguments = {"version": leaf["version"], "answer": answer, "note": player.figures.words()}
            _do(player, "entry.save", Doing(Entry, leaf["id"], arguments))


def _figures(player: Player, draw: Draw) -> None:
    """The coordinator enters what another body confirmed."""
    rows = [row for row in player.tables["entry"].values() if row["code"] == OFFICIAL and not was_answered(row)]
    mind = player.mind(draw)
    figures = [Figure(load(Entry, row["id"]), row["version"], Answer(mind.facts(OFFICIAL))) for row in rows]
    day = timezone.localtime(player.at).date()
    arguments = {"code": OFFICIAL, "figures": figures, "as_of": day, "source": player.figures.words()}
    if figures:
        _do(player, "official_figures.enter", Doing(Block, Block.objects.get().pk, arguments))


def _aggregation(player: Player, draw: Draw) -> None:
    if draw.mostly(True, False):
        _figures(player, draw)
    for _unit, dossier in _dossiers(player, WRITING | {"internal_review"}):
        if draw.mostly(True, False) and _do(player, "dossier.submit", Doing(Dossier, dossier["id"], {})):
            continue
        player.wait_until(own_end(player.tables, dossier))
        _do(player, "dossier.record_not_submitted", Doing(Dossier, dossier["id"], {}))


def _hand_to_team(player: Player, _draw: Draw) -> None:
    _round(player, "round.start_appraisal")


def _judge(player: Player, draw: Draw, number: int) -> None:
    """Every leaf that waits: agreed, or cut with a reason."""
    judged = {row["entry_id"] for row in player.tables["appraisal"].values() if row["pass_number"] == number}
    again = {row["entry_id"] for row in player.tables["explanation"].values()}
    again |= {row["entry_id"] for row in player.tables["citation"].values() if row["stage"] == "supplement"}
    for _unit, dossier in _dossiers(player, {"under_appraisal", "under_reappraisal"}):
        for leaf in _leaves(player, dossier["id"]):
            waits = was_answered(leaf) if number == 1 else leaf["id"] in again
            if waits and leaf["id"] not in judged and is_paired(player.tables, leaf):
                _judge_twice(player, draw, leaf, number)
            elif waits and leaf["id"] not in judged:
                _judge_leaf(player, draw, leaf)


def _judge_twice(player: Player, draw: Draw, leaf: Row, number: int) -> None:
    """Two who have the leaf judge it; where they stand apart the leader does."""
    unit = player.tables["dossier"][leaf["dossier_id"]]["unit_id"]
    points = player.mind(draw).points(leaf["code"])
    people = [one for one in people_of_team(player.tables) if one.team == "expert"]
    for one in [one for one in people if one.judges(leaf["criterion_id"], unit)][:2]:
        answer = Answer({}, decided=points + draw.one_of([0, 7, 400]))
        words = {"reason": player.figures.words(), "private_note": player.figures.words()}
        doing = Doing(Entry, leaf["id"], {"version": 0, "answer": answer} | words)
        player.ready("entry.judge_independently", one.pk, doing)()
    judged = {(row["entry_id"], row["pass_number"]) for row in player.tables["appraisal"].values()}
    if (leaf["id"], number) not in judged:
        _judge_leaf(player, draw, leaf)


def _judge_leaf(player: Player, draw: Draw, leaf: Row) -> None:
    mind = player.mind(draw)
    agreed = Answer(leaf["facts"], not_applicable=leaf["not_applicable"], decided=leaf["decided"])
    cut = Answer({}, decided=mind.points(leaf["code"]))
    answer = draw.one_of([cut, agreed] if MAXIMUM[leaf["code"]] > 2000 else [agreed])
    arguments = {
        "version": 0,
        "answer": answer,
        "reason": player.figures.words(),
        "private_note": player.figures.words(),
        "needs_explanation": draw.one_of([False, True]),
    }
    _do(player, "entry.appraise", Doing(Entry, leaf["id"], arguments))


def _agree(player: Player, _draw: Draw) -> None:
    """The bonus and the penalty of the communes: the leader agrees with them at once."""
    entries = [load(Entry, row["id"]) for row in player.tables["entry"].values() if row["code"] in ("B.1", "P.1")]
    _round(player, "round.agree_with_self_scores", entries=entries)


def _appraisal(player: Player, draw: Draw) -> None:
    _agree(player, draw)
    _judge(player, draw, 1)


def _sign_off(player: Player, _draw: Draw) -> None:
    """The heads of the offices for their part, then the leader."""
    _round(player, "round.sign_off_office", minutes="Cơ quan thống nhất.")
    _round(player, "round.sign_off_pass", minutes="Tổ họp, thống nhất.")


def _notice(player: Player, draw: Draw) -> None:
    until = player.at + timedelta(days=draw.one_of([3, 1]))
    _round(player, "round.send_notices", number="4/TB-PNV", answer_until=until)


def _supplement(player: Player, draw: Draw) -> None:
    """Some explain what was reopened; whoever answers hands it in."""
    for _unit, dossier in _dossiers(player, ANSWERING):
        for leaf in _leaves(player, dossier["id"]):
            if leaf["code"] in SELF_SCORED and is_reopened(player.tables, leaf) and draw.one_of([True, False]):
                _explain(player, draw, leaf)
        if draw.one_of([True, False]):
            _do(player, "dossier.resubmit", Doing(Dossier, dossier["id"], {}))


def _close_supplement(player: Player, _draw: Draw) -> None:
    ends = [stage_end(player.tables, "supplement", pk) for pk in player.scene.units.values()]
    player.wait_until(max(end for end in ends if end))
    _round(player, "round.start_reappraisal")


def _explain(player: Player, draw: Draw, leaf: Row) -> None:
    known = [row["version"] for row in player.tables["explanation"].values() if row["entry_id"] == leaf["id"]]
    arguments = {
        "version": known[0] if known else 0,
        "text": player.figures.words(),
        "answer": Answer(player.mind(draw).facts(leaf["code"])),
    }
    _do(player, "entry.explain", Doing(Entry, leaf["id"], arguments))


def _reappraisal(player: Player, draw: Draw) -> None:
    _judge(player, draw, 2)
    _settle(player)


def _settle(player: Player) -> None:
    """What units were asked ends, once they answered or their time is over."""
    for row in list(player.tables["reopening"].values()):
        if row["settled_at"] is None and row["answered_at"] is None:
            player.wait_until(row["until"])
        if row["settled_at"] is None:
            _do(player, "leaf.settle", Doing(Reopening, row["id"], {"conclusion": "Đã xem xét."}))


def _council(player: Player, draw: Draw) -> None:
    meeting = _sit(player)
    if meeting is None:
        return
    disputed = [row for row in player.tables["entry"].values() if _before_council(player, row) and row["code"] == "2.1"]
    if disputed and draw.mostly(True, False):
        _vote(player, draw, meeting, draw.one_of(disputed))
    _settle(player)
    for motion in list(player.tables["motion"].values()):
        if motion["outcome"] == "open":
            _decide(player, draw, motion)


def _adopt(player: Player, _draw: Draw) -> None:
    for meeting in list(player.tables["meeting"].values()):
        if meeting["state"] == "open":
            _do(player, "meeting.adopt", Doing(Meeting, meeting["id"], {"minutes": "Thống nhất."}))


def _before_council(player: Player, leaf: Row) -> bool:
    return bool(player.tables["dossier"][leaf["dossier_id"]]["state"] == "before_council")


def _sit(player: Player) -> int | None:
    """The meeting that is open, or is convened and opened now, if there is anybody who may."""
    meetings = [row for row in player.tables["meeting"].values() if row["state"] != "adopted"]
    if not meetings:
        _round(player, "meeting.convene", held_at=player.at + timedelta(days=1), place="Phòng họp")
        player.wait(days=1)
    meetings = [row for row in player.tables["meeting"].values() if row["state"] != "adopted"]
    if not meetings:
        return None
    [meeting] = meetings
    if meeting["state"] == "convened":
        seats = list(PanelMember.objects.filter(panel=Panel.COUNCIL).order_by("pk"))
        _do(player, "meeting.open", Doing(Meeting, meeting["id"], {"present": seats}))
    return int(meeting["id"])


def _vote(player: Player, draw: Draw, meeting: int, leaf: Row) -> None:
    points = Decimal("2000.5") + Decimal("1.25") * player.figures.next()
    arguments = {"entry": load(Entry, leaf["id"]), "answer": Answer({}, decided=points)}
    _do(player, "motion.propose", Doing(Meeting, meeting, arguments | {"reason": player.figures.words()}))


def _decide(player: Player, draw: Draw, motion: Row) -> None:
    for seat in list(player.tables["panelmember"].values()):
        if seat["panel"] == "council" and seat["left_at"] is None:
            choice = draw.mostly("for", "against", "abstain")
            player.ready("motion.vote", seat["user_id"], Doing(Motion, motion["id"], {"choice": choice}))()
    _do(player, "motion.conclude", Doing(Motion, motion["id"], {}))


def _approval(player: Player, draw: Draw) -> None:
    """Submitted, perhaps returned, else approved and published."""
    waiting = [row["id"] for row in player.tables["submission"].values() if row["state"] == "waiting"]
    standing = set(player.tables["result"]) - {row["result_id"] for row in player.tables["correction"].values()}
    if not waiting and not standing:
        _round(player, "result.submit", number=f"{player.figures.next()}/TTr-PNV", text="Trình.")
        waiting = [row["id"] for row in player.tables["submission"].values() if row["state"] == "waiting"]
    if waiting and not draw.mostly(True, False):
        _do(player, "result.return", Doing(Submission, waiting[0], {"reason": "Xem lại 2.1."}))
        return
    if waiting:
        _do(player, "result.approve", Doing(Submission, waiting[0], {}))


def _publish(player: Player, _draw: Draw) -> None:
    published = {row["result_id"] for row in player.tables["publication"].values()}
    for result in set(player.tables["result"]) - published:
        arguments = {"number": f"{player.figures.next()}/QĐ", "day": date(2023, 1, 12), "decision": b"docx"}
        _do(player, "result.publish", Doing(Result, result, arguments))


Part = Callable[[Player, Draw], None]
WAYS: dict[str, tuple[Part, ...]] = {
    "preparation": (_open,),
    "self_assessment": (_self_assessment, _lock),
    "aggregation": (_aggregation, _hand_to_team),
    "appraisal": (_appraisal, _sign_off),
    "notice": (_notice,),
    "supplement": (_supplement, _close_supplement),
    "reappraisal": (_reappraisal, _sign_off),
    "council": (_council, _adopt),
    "approval": (_approval, _publish),
}
"""The work of a stage, and last what moves the round on."""
