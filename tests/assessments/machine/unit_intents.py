"""What the people of a unit might try: enter, prove, review, hand in, take back, explain."""

from django.core.files.base import ContentFile

from chiso.assessments.models import Citation, Dossier, Entry, PreliminaryNotice
from chiso.evidence.models import Document
from tests.assessments.machine.mind import Doing, Mind, NothingToDo, user
from tests.assessments.machine.parties import was_answered
from tests.assessments.machine.rows import Row
from tests.assessments.machine.stage import SELF_SCORED
from tests.assessments.machine.times import is_reopened, open_request
from tests.world import PDF


def _own_entry(mind: Mind, *, empty_first: bool = False) -> Row:
    def fits(row: Row) -> bool:
        writable = mind.state_of(row) in ("draft", "returned") and mind.stage in ("self_assessment", "aggregation")
        answering = mind.state_of(row) in ("notified", "supplementing") and is_reopened(mind.tables, row)
        is_asked = mind.stage in ("reappraisal", "council") and open_request(mind.tables, row["id"], mind.at)
        return (
            row["code"] in SELF_SCORED
            and (writable or answering or is_asked)
            and not (empty_first and was_answered(row))
        )

    return mind.pick("entry", usual=fits)


def save(mind: Mind) -> Doing:
    entry = _own_entry(mind, empty_first=mind.draw.one_of([True, False]))
    arguments = {"version": mind.version(entry), "answer": mind.answer(entry["code"], decides=False)}
    return Doing(Entry, entry["id"], arguments | {"reason": mind.text(), "note": mind.text()})


def attach(mind: Mind) -> Doing:
    content = mind.draw.mostly(PDF, PDF + f"%{mind.figures.next()}".encode(), b"")
    return Doing(Entry, _own_entry(mind)["id"], {"file": ContentFile(content, name="Kế hoạch.pdf")})


def cite(mind: Mind) -> Doing:
    entry = _own_entry(mind)
    unit = mind.tables["dossier"][entry["dossier_id"]]["unit_id"]
    documents = list(Document.objects.order_by("pk"))
    if not documents:
        raise NothingToDo
    own = [document for document in documents if document.unit_id == unit] or documents
    return Doing(Entry, entry["id"], {"document": mind.draw.one_of(mind.draw.mostly(own, documents))})


def detach(mind: Mind) -> Doing:
    return Doing(Citation, mind.pick_pk("citation"), {})


def request_review(mind: Mind) -> Doing:
    return Doing(Dossier, mind.pick_pk("dossier", usual=lambda row: row["state"] in ("draft", "returned")), {})


def send_back(mind: Mind) -> Doing:
    pk = mind.pick_pk("dossier", usual=lambda row: row["state"] == "internal_review")
    return Doing(Dossier, pk, {"reason": mind.text()})


def submit(mind: Mind) -> Doing:
    pk = mind.pick_pk("dossier", usual=lambda row: row["state"] in ("internal_review", "draft", "returned"))
    return Doing(Dossier, pk, {})


def open_notice(mind: Mind) -> Doing:
    return Doing(PreliminaryNotice, mind.pick_pk("preliminarynotice"), {})


def explain(mind: Mind) -> Doing:
    entry = _own_entry(mind)
    known = next((row for row in mind.tables["explanation"].values() if row["entry_id"] == entry["id"]), None)
    arguments = {"version": mind.version(known), "answer": mind.answer(entry["code"], decides=False)}
    return Doing(Entry, entry["id"], arguments | {"text": mind.text()})


def resubmit(mind: Mind) -> Doing:
    return Doing(Dossier, mind.pick_pk("dossier", usual=lambda row: row["state"] == "supplementing"), {})


def attach_link(mind: Mind) -> Doing:
    url = mind.draw.mostly(f"https://xa.example/van-ban/{mind.figures.next()}", "ftp://xa.example", "")
    return Doing(Entry, _own_entry(mind)["id"], {"url": url, "title": "Kế hoạch"})


def place(mind: Mind) -> Doing:
    return Doing(Citation, mind.pick_pk("citation"), {"place": mind.draw.one_of(["trang 2", ""])})


def withdraw(mind: Mind) -> Doing:
    pk = mind.pick_pk("dossier", usual=lambda row: row["state"] == "submitted")
    return Doing(Dossier, pk, {"reason": mind.text()})


def remark(mind: Mind) -> Doing:
    return Doing(Entry, _own_entry(mind)["id"], {"remark": mind.text()})


def assign_leaves(mind: Mind) -> Doing:
    dossier = mind.pick("dossier", usual=lambda row: row["state"] == "draft")
    unit = mind.draw.mostly(dossier["unit_id"], *mind.scene.units.values())
    officials = sorted(row["user_id"] for row in mind.tables["membership"].values() if row["unit_id"] == unit)
    codes = mind.draw.one_of([["1"], ["2.1"], ["1", "2", "B"]])
    return Doing(Dossier, dossier["id"], {"codes": codes, "to": user(mind.draw.one_of(officials))})
