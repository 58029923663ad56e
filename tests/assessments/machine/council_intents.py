"""What the council might try, and what becomes of its result."""

from datetime import date

from django.core.files.base import ContentFile

from chiso.assessments.models import Entry, Meeting, Motion
from chiso.results.models import Result, Submission
from chiso.rounds.choices import Panel
from chiso.rounds.models import PanelMember, Round
from tests.assessments.machine.mind import Doing, Mind, load
from tests.assessments.machine.rows import Row
from tests.world import PDF


def _meeting(mind: Mind, *states: str) -> int:
    return mind.pick_pk("meeting", usual=lambda row: row["state"] in states)


def convene(mind: Mind) -> Doing:
    """A meeting in a room, or in writing."""
    form = mind.draw.one_of(["meeting", "meeting", "written"])
    arguments = {"held_at": mind.later(0.1, 1, -1), "place": mind.draw.mostly("Phòng họp", "")}
    return Doing(Round, mind.scene.round, arguments | {"form": form, "answers_until": mind.later(1, 3, -1)})


def reschedule(mind: Mind) -> Doing:
    arguments = {"reason": mind.text(), "held_at": mind.later(0.2, 2, -1), "answers_until": mind.later(1, 3, -1)}
    return Doing(Meeting, _meeting(mind, "convened"), arguments)


def open_meeting(mind: Mind) -> Doing:
    seats = list(PanelMember.objects.filter(panel=Panel.COUNCIL).order_by("pk"))
    present = mind.draw.one_of([seats, seats[:3], seats[1:], seats[:2], []])
    return Doing(Meeting, _meeting(mind, "convened"), {"present": present})


def send_consultation(mind: Mind) -> Doing:
    return Doing(Meeting, mind.pick_pk("meeting", usual=lambda row: row["form"] == "written"), {})


def record_attendance(mind: Mind) -> Doing:
    pk = mind.pick_pk("panelmember", usual=lambda row: row["panel"] == "council")
    arguments = {"member": load(PanelMember, pk), "is_here": mind.draw.one_of([False, True])}
    return Doing(Meeting, _meeting(mind, "open"), arguments)


def give_opinion(mind: Mind) -> Doing:
    return Doing(Meeting, _meeting(mind, "open"), {"dissent": mind.text()})


def _before_council(mind: Mind) -> Row:
    return mind.pick("entry", usual=lambda row: mind.state_of(row) == "before_council")


def list_item(mind: Mind) -> Doing:
    entry = load(Entry, _before_council(mind)["id"])
    return Doing(Meeting, _meeting(mind, "convened", "open"), {"entry": entry, "reason": mind.text()})


def unlist_item(mind: Mind) -> Doing:
    return Doing(Motion, mind.pick_pk("motion", usual=lambda row: row["outcome"] == "listed"), {})


def propose(mind: Mind) -> Doing:
    """A score that somebody decides, or that facts give, to be voted on openly or in secret."""
    row = _before_council(mind)
    arguments = {"entry": load(Entry, row["id"]), "answer": mind.answer(row["code"], decides=True)}
    arguments |= {"reason": mind.text(), "is_secret": mind.draw.one_of([False, True])}
    return Doing(Meeting, _meeting(mind, "convened", "open"), arguments)


def _open_motion(mind: Mind) -> int:
    return mind.pick_pk("motion", usual=lambda row: row["outcome"] == "open")


def withdraw_motion(mind: Mind) -> Doing:
    return Doing(Motion, _open_motion(mind), {"reason": mind.text()})


def vote(mind: Mind) -> Doing:
    return Doing(Motion, _open_motion(mind), {"choice": mind.draw.one_of(["for", "against", "abstain"])})


def conclude(mind: Mind) -> Doing:
    return Doing(Motion, _open_motion(mind), {"casting": mind.draw.one_of(["for", "against", ""])})


def adopt_en_bloc(mind: Mind) -> Doing:
    rows = [_before_council(mind) for _item in range(2)]
    entries = [load(Entry, pk) for pk in dict.fromkeys(row["id"] for row in rows)]
    return Doing(Meeting, _meeting(mind, "open"), {"entries": entries, "resolution": mind.text()})


def adopt(mind: Mind) -> Doing:
    return Doing(Meeting, _meeting(mind, "open"), {"minutes": mind.text()})


# ---- the result ------------------------------------------------------------------------------------


def submit_result(mind: Mind) -> Doing:
    return Doing(Round, mind.scene.round, {"number": f"{mind.figures.next()}/TTr-PNV", "text": "Trình."})


def _submission(mind: Mind) -> int:
    return mind.pick_pk("submission", usual=lambda row: row["state"] == "waiting")


def approve(mind: Mind) -> Doing:
    return Doing(Submission, _submission(mind), {})


def return_result(mind: Mind) -> Doing:
    return Doing(Submission, _submission(mind), {"reason": mind.text()})


def correct(mind: Mind) -> Doing:
    return Doing(Result, mind.pick_pk("result"), {"reason": mind.text(), "file": ContentFile(PDF, name="can-cu.pdf")})


def publish(mind: Mind) -> Doing:
    number = f"{mind.figures.next()}/QĐ-UBND"
    return Doing(Result, mind.pick_pk("result"), {"number": number, "day": date(2023, 1, 12), "decision": b"docx"})
