"""Every action × every person: who may, written down once. A new action fails here until somebody says who may.

The people are those of `tests/cast.py`; the subject is always of Xã Bắc, or of the round.
"""

from collections.abc import Callable
from typing import Any

import pytest

import chiso.config.urls  # noqa: F401 loads every module that registers an action
from chiso.assessments.models import Citation, Motion, PreliminaryNotice, ReadyReason, Reopening
from chiso.audit.actions import REGISTRY
from chiso.indexsets.models import Consultation, Edition, Opinion
from chiso.notices.models import Delivery, Notice
from chiso.results.models import Result, Submission
from chiso.rounds.models import Block, Conflict, PanelMember, PlanTask
from chiso.tracking.models import CalendarFeed
from tests.world import World, moment, play_to

pytestmark = pytest.mark.django_db

AN, BINH, GIANG, HA, CHI, KHANH, DUNG, LAN, MAI = "an", "binh", "giang", "ha", "chi", "khanh", "dung", "lan", "mai"
UNIT, TEAM, COUNCIL = {AN, BINH}, {CHI, KHANH}, {DUNG, LAN, MAI}

MAY: dict[str, set[str]] = {
    "delivery.send_again": {GIANG},
    "index_set.import": {GIANG},
    "index_set.start_draft": {GIANG},
    "index_set.save_information": {GIANG},
    "index_set.save_node": {GIANG},
    "index_set.add_node": {GIANG},
    "index_set.move_node": {GIANG},
    "index_set.remove_node": {GIANG},
    "index_set.renumber": {GIANG},
    "index_set.consult": {GIANG},
    "index_set.give_opinion": UNIT,
    "index_set.answer_opinion": {GIANG},
    "index_set.extend_consultation": {GIANG},
    "index_set.close_consultation": {GIANG},
    "index_set.issue": {HA},
    "index_set.issue_together": {HA},
    "index_set.start_reissue": {GIANG},
    "block.carry_over": {GIANG},
    "round.create": {GIANG},
    "plan.issue": {HA},
    "plan.add_task": {GIANG},
    "plan.edit_task": {GIANG},
    "plan.remove_task": {GIANG},
    "plan.move_task": {GIANG},
    "plan.edit_texts": {GIANG},
    "plan.move_deadline": {GIANG},
    "holiday.set": {GIANG},
    "holiday.remove": {GIANG},
    "round.add_block": {GIANG},
    "task.report": {GIANG},  # Of the office that leads row 3.2; Khánh only reads there.
    "task.confirm": {GIANG},
    "task.return": {GIANG},
    "task.finish": {GIANG},
    "task.reopen": {GIANG},
    "panel.appoint": {GIANG},
    "panel.establish": {HA},
    "panel.remove": {GIANG},
    "panel.assign": {GIANG, KHANH},
    "panel.assign_units": {GIANG, KHANH},
    "panel.take_back": {GIANG, KHANH},
    "panel.assign_proposed": {GIANG, KHANH},
    "panel.add": {GIANG, HA},
    "panel.hand_over": {GIANG, HA},
    "panel.renew_term": {GIANG, HA},
    "panel.end_term": set(),  # The clock alone.
    "conflict.declare": {GIANG, CHI},
    "conflict.withdraw": {GIANG},
    "round.set_judging_rules": {GIANG},
    "round.extend": {GIANG},
    "round.set_rules": {GIANG},
    "round.set_reminders": {GIANG},
    "round.urge": {GIANG},
    "round.open_self_assessment": {GIANG},
    "round.start_aggregation": {GIANG},
    "round.start_appraisal": {GIANG},
    "round.start_reappraisal": {GIANG},
    "round.send_notices": {GIANG},
    "entry.save": UNIT,
    "entry.attach": UNIT,
    "entry.attach_link": UNIT,
    "entry.cite": UNIT,
    "entry.place_citation": UNIT,
    "entry.revise": UNIT,
    "entry.detach": UNIT,
    "entry.explain": UNIT,
    "document.describe": UNIT,
    "document.remove_content": {GIANG, HA},
    "document.release": {GIANG, HA},
    "dossier.request_review": UNIT,
    "dossier.send_back": {BINH},
    "dossier.submit": {BINH},
    "dossier.withdraw": {BINH},
    "dossier.attach_report": UNIT,
    "dossier.import_workbook": UNIT,
    "dossier.take_in": UNIT,
    "dossier.assign_leaves": {BINH},
    "dossier.hand_over_leaves": {BINH},
    "entry.remark": {BINH},
    "dossier.resubmit": {BINH},
    "dossier.return": {GIANG},
    "dossier.record_not_submitted": {GIANG},
    "notice.open": UNIT,
    "entry.appraise": TEAM,
    "entry.judge_independently": TEAM,
    "round.agree_with_self_scores": TEAM,
    "reason.add": {CHI},  # A reason of her own.
    "reason.edit": {CHI},
    "reason.remove": {CHI},
    "reason.move": {CHI},
    "reason.take_built_in": {KHANH},
    "official_figures.enter": {GIANG, *TEAM},
    "leaf.reopen": {GIANG, KHANH, DUNG, LAN},
    "leaf.settle": {GIANG, KHANH, DUNG, LAN, CHI},
    "round.sign_off_pass": {KHANH},
    "round.sign_off_office": set(),  # The head of an office, and the cast has none.
    "meeting.convene": {GIANG, DUNG, LAN},
    "meeting.reschedule": {GIANG, DUNG, LAN},
    "meeting.open": {DUNG},
    "meeting.send_consultation": {GIANG, DUNG, LAN},
    "meeting.record_attendance": {GIANG, DUNG, LAN},
    "meeting.give_opinion": COUNCIL,
    "meeting.adopt_en_bloc": {DUNG},
    "motion.list": {GIANG, DUNG, LAN},
    "motion.unlist": {GIANG, DUNG, LAN},
    "motion.propose": {GIANG, DUNG, LAN},
    "motion.withdraw": {GIANG, DUNG, LAN},
    "motion.vote": COUNCIL,
    "motion.conclude": {DUNG},
    "meeting.adopt": {DUNG},
    "meeting.attach_minutes": {GIANG, DUNG, LAN},
    "records.prune": set(),  # The clock alone.
    "calendar_feed.make": {AN},
    "calendar_feed.renew": {AN},
    "calendar_feed.turn_off": {AN},
    "result.submit": {GIANG},
    "result.approve": {HA},
    "result.return": {HA},
    "result.publish": {GIANG},
    "result.correct": {GIANG},
}

SUBJECTS: dict[str, Callable[[World], Any]] = {
    "delivery": lambda world: Delivery(recipient=world.cast.an),
    "index_set": lambda world: world.edition,
    "round": lambda world: world.round,
    "block": lambda world: Block.objects.select_related("round").get(),
    "plan": lambda world: world.round.plan,
    "holiday": lambda world: world.cast.authority,
    "panel": lambda world: world.round,
    "task": lambda world: _task(world).bodies.select_related("task__plan__round").get(),
    "conflict": lambda world: Conflict(member=_seat_of_chi(world)),
    "entry": lambda world: world.entry(world.cast.north, "2.1"),
    "official_figures": lambda world: Block.objects.select_related("round").get(),
    "leaf": lambda world: world.entry(world.cast.north, "2.1"),
    "dossier": lambda world: world.dossier(world.cast.north),
    "document": lambda world: world.cast.north.documents.select_related("unit").first(),
    "notice": lambda world: PreliminaryNotice.objects.get(dossier__unit=world.cast.north),
    "meeting": lambda world: world.meeting,
    "motion": lambda world: Motion.objects.select_related("meeting__round", "entry__dossier").get(),
    "calendar_feed": lambda world: CalendarFeed(user=world.cast.an),
    "reason": lambda world: ReadyReason(round=world.round, owner=world.cast.chi),
    "records": lambda world: world.cast.an,
    "result": lambda world: Submission.objects.select_related("round").get(),
}
EXCEPTIONS: dict[str, Callable[[World], Any]] = {
    "index_set.import": lambda world: world.cast.authority,
    "index_set.start_draft": lambda world: world.cast.authority,
    "round.create": lambda world: world.cast.authority,
    "index_set.issue_together": lambda world: world.cast.authority,
    "index_set.extend_consultation": lambda world: _consultation(world),
    "index_set.close_consultation": lambda world: _consultation(world),
    "index_set.give_opinion": lambda world: _consultation(world),
    "index_set.answer_opinion": lambda world: Opinion(consultation=_consultation(world)),
    "task.finish": lambda world: _task(world),
    "task.reopen": lambda world: _task(world),
    "plan.move_deadline": lambda world: world.round.plan.tasks.get(code="3.1"),
    "panel.remove": lambda world: _seat_of_chi(world),
    "panel.assign": lambda world: _seat_of_chi(world),
    "panel.assign_units": lambda world: _seat_of_chi(world),
    "panel.take_back": lambda world: _seat_of_chi(world),
    "panel.hand_over": lambda world: _seat_of_chi(world),
    "panel.renew_term": lambda world: _seat_of_chi(world),
    "panel.end_term": lambda world: _seat_of_chi(world),
    "conflict.declare": lambda world: _seat_of_chi(world),
    "entry.detach": lambda world: _citation(),
    "entry.place_citation": lambda world: _citation(),
    "entry.revise": lambda world: _citation(),
    "leaf.settle": lambda world: Reopening(entry=world.entry(world.cast.north, "2.1")),
    "meeting.convene": lambda world: world.round,
    "motion.list": lambda world: world.meeting,
    "motion.propose": lambda world: world.meeting,
    "calendar_feed.make": lambda world: world.cast.an,
    "reason.take_built_in": lambda world: world.round,
    "result.submit": lambda world: world.round,
    "result.publish": lambda world: Result.objects.select_related("round").get(),
    "result.correct": lambda world: Result.objects.select_related("round").get(),
}


def _task(world: World) -> PlanTask:
    return PlanTask.objects.select_related("plan__round").get(plan__round=world.round, code="3.2")


def _citation() -> Citation:
    return Citation.objects.select_related("entry__dossier").get()


def _seat_of_chi(world: World) -> PanelMember:
    return PanelMember.objects.select_related("round").get(user=world.cast.chi)


def _consultation(world: World) -> Consultation:
    edition = Edition.objects.select_related("index_set").get()
    at = moment("14/11/2022 09:00")
    consultation, is_new = Consultation.objects.get_or_create(
        edition=edition, defaults={"opened_at": at, "closes_at": at}
    )
    if is_new:
        consultation.bodies.add(world.cast.north)
    return consultation


def test_every_action_says_who_may() -> None:
    assert set(REGISTRY) == set(MAY)


def test_table_of_roles_and_actions() -> None:
    world = play_to("published")
    wrong = []
    for code, may in MAY.items():
        subject = EXCEPTIONS.get(code, SUBJECTS[code.split(".")[0]])(world)
        allowed = {
            name for name, user in world.cast.everyone().items() if REGISTRY[code].allowed(user, subject) is not None
        }
        if allowed != may:
            wrong.append(f"{code}: {sorted(allowed)} may, {sorted(may)} should")
    assert wrong == []


def test_nobody_judges_the_own_unit() -> None:
    """Chi moves to Xã Bắc: no appraisal there any more, and none of the council votes on the own unit."""
    world = play_to("published")
    for person, code in ((world.cast.chi, "entry.appraise"), (world.cast.mai, "motion.vote")):
        subject = SUBJECTS[code.split(".")[0]](world)
        assert REGISTRY[code].allowed(person, subject) is not None
        person.memberships.create(unit=world.cast.north, role="observer")
        person.refresh_from_db()
        assert REGISTRY[code].allowed(person, subject) is None


def test_reasons_of_the_team_are_its_leaders() -> None:
    world = play_to("appraisal")
    shared = ReadyReason(round=world.round, owner=None)
    for code in ("reason.add", "reason.edit", "reason.remove", "reason.move"):
        may = {name for name, user in world.cast.everyone().items() if REGISTRY[code].allowed(user, shared)}
        assert may == {KHANH}, code


def test_notices_belong_to_their_reader() -> None:
    world = play_to("supplement")
    for user in (world.cast.an, world.cast.em):
        assert {notice.recipient for notice in Notice.objects.visible_to(user)} == {user}
