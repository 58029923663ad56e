"""The round of Hạ Lang played by the hour: people do their work as a script says, the clock does the rest.

The plan is the real one with its 16 rows. Xã Bắc hands in on time, Xã Nam two days late, Xã Đông within an extension,
Xã Tây never. Everything that people do goes through the real actions.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

import chiso.demo
from chiso.assessments.actions import appraisal, council, supplement
from chiso.assessments.actions import dossier as dossiers
from chiso.assessments.actions.extension import grant_extension
from chiso.assessments.choices import Choice
from chiso.assessments.queries import awaiting_appraisal
from chiso.indexsets import actions as sets
from chiso.indexsets.answers import Answer
from chiso.organizations.choices import Role
from chiso.organizations.models import Unit, User
from chiso.results import actions as results
from chiso.results.models import Result, Submission
from chiso.rounds import actions as rounds
from chiso.rounds.actions.tasks import finish_task
from chiso.rounds.choices import Panel, Position, StageKey
from chiso.rounds.models import PlanTask
from chiso.rounds.plan_file import read_plan
from tests import cast
from tests.factories import MembershipFactory, UnitFactory, UserFactory
from tests.world import DATA, NORTH, SOUTH, World, moment

PLAN = Path(chiso.demo.__file__).parent / "data" / "plan_ha_lang_2022.yaml"
BEGIN, END = moment("20/11/2022 00:00"), moment("16/01/2023 00:00")
HOUR = timedelta(hours=1)


class Killed(BaseException):
    """The worker is no more, in the middle of whatever it did."""


@dataclass
class Play:
    """The people of the round, and what each of them does at which hour."""

    world: World
    east: Unit
    west: Unit
    dong: User
    tay: User
    script: dict[datetime, list[Callable[[datetime], object]]] = field(default_factory=dict)

    def at(self, text: str, act: Callable[[datetime], object]) -> None:
        self.script.setdefault(moment(text), []).append(act)

    def people_work(self, at: datetime) -> None:
        """What people do in this hour, in the order of the script."""
        for act in self.script.pop(at, []):
            act(at)

    def finish(self, code: str, by: User) -> Callable[[datetime], object]:
        def act(at: datetime) -> object:
            task = PlanTask.objects.select_related("plan__round").get(code=code)
            return finish_task(task, by, at, reason="Các cơ quan phối hợp đã gửi bằng văn bản.")

        return act


def hours() -> Iterator[datetime]:
    """Every full hour from the first to the last, in Vietnam's time."""
    at = BEGIN
    while at <= END:
        yield at
        at += HOUR


def set_up() -> Play:
    """The plan is issued, everything else of the preparation is in the script."""
    people = cast.engage()
    east = UnitFactory(code="03", name="Xã Đông", parent=people.authority)
    west = UnitFactory(code="04", name="Xã Tây", parent=people.authority)
    dong = UserFactory(email="dong@chiso.example", full_name="Nông Văn Đông")
    tay = UserFactory(email="tay@chiso.example", full_name="Nông Văn Tây")
    MembershipFactory(user=dong, unit=east, role=Role.UNIT_APPROVER)
    MembershipFactory(user=tay, unit=west, role=Role.UNIT_APPROVER)
    for person in (people.khanh, people.chi):  # They do the tasks of their offices; observers would only read them.
        person.memberships.update(role=Role.UNIT_EDITOR)
    play = Play(World(people), east, west, dong, tay)
    at = moment("14/11/2022 09:00")
    plan = read_plan(PLAN.read_text(encoding="utf-8"))
    round = rounds.create_round(people.authority, people.giang, at, coordinator=people.office, plan=plan)
    rounds.issue_plan(round.plan, people.ha, at, number="1880/KH-UBND", day=at.date())
    _prepare(play)
    _assess(play)
    _judge(play)
    _decide(play)
    return play


def _prepare(play: Play) -> None:
    world, people = play.world, play.world.cast

    def establish(at: datetime) -> None:
        edition = sets.import_edition(
            people.authority, people.giang, at, text=(DATA / "small_set.yaml").read_text(encoding="utf-8")
        )
        sets.issue_edition(edition, people.ha, at, number="2/QĐ-UBND", day=at.date())
        seats = [(people.khanh, Panel.TEAM, Position.LEADER), (people.chi, Panel.TEAM, Position.EXPERT)]
        seats += [(people.dung, Panel.COUNCIL, Position.CHAIR), (people.lan, Panel.COUNCIL, Position.SECRETARY)]
        members = [
            rounds.appoint_member(world.round, people.giang, at, user=user, panel=panel, position=position)
            for user, panel, position in seats
        ]
        rounds.establish_panels(world.round, people.ha, at, number="3/QĐ-UBND", day=at.date())
        units = [people.north, people.south, play.east, play.west]
        rounds.add_block(world.round, people.giang, at, name="Các xã", edition=world.edition, units=units)
        rounds.assign_criteria(members[1], people.giang, at, codes=["1", "2", "B", "P"])

    play.at("25/11/2022 09:00", establish)
    play.at("25/11/2022 10:00", play.finish("2", people.giang))
    play.at("05/12/2022 11:00", play.finish("4.3", people.khanh))
    play.at("08/12/2022 09:00", play.finish("4.4", people.giang))
    play.at("10/12/2022 09:00", play.finish("4.5", people.giang))
    play.at("28/12/2022 14:00", play.finish("4.1", people.giang))


def _assess(play: Play) -> None:
    world, people = play.world, play.world.cast

    def hand_in(unit: Unit, editor: User, approver: User, facts: Any) -> Callable[[datetime], object]:
        def act(at: datetime) -> None:
            world.fill(unit, editor, facts, at)
            dossiers.submit_dossier(world.dossier(unit), approver, at)

        return act

    def extend(at: datetime) -> None:
        grant_extension(
            world.round,
            people.giang,
            at,
            stage=StageKey.SELF_ASSESSMENT,
            unit=play.east,
            until=moment("19/12/2022 00:00"),
            reason="Mất điện do mưa lũ.",
        )

    play.at("10/12/2022 10:00", hand_in(people.north, people.an, people.binh, NORTH))
    play.at("13/12/2022 15:00", extend)
    play.at("16/12/2022 09:00", hand_in(people.south, people.em, people.phuc, SOUTH))
    play.at("18/12/2022 20:00", hand_in(play.east, play.dong, play.dong, SOUTH))
    play.at("20/12/2022 10:00", lambda at: dossiers.record_not_submitted(world.dossier(play.west), people.giang, at))


RELATED = ("dossier__round", "dossier__unit", "dossier__block__edition", "criterion")
LESS = Answer({"numerator": "60", "denominator": "100"})


def _judge(play: Play) -> None:
    world, people = play.world, play.world.cast

    def send(at: datetime) -> None:
        until = moment("04/01/2023 00:00")
        appraisal.send_preliminary_notices(world.round, people.giang, at, number="4/TB-PNV", answer_until=until)

    def explain(unit: Unit, editor: User, approver: User) -> Callable[[datetime], object]:
        def act(at: datetime) -> None:
            entry = world.entry(unit, "2.1")
            supplement.explain_entry(entry, editor, at, version=0, text="Có văn bản.", answer=Answer(entry.facts))
            supplement.resubmit_dossier(world.dossier(unit), approver, at)

        return act

    def sign_off(at: datetime) -> object:
        return appraisal.sign_off_pass(world.round, people.khanh, at, minutes="Tổ họp, thống nhất.")

    play.at("22/12/2022 16:00", lambda at: _first_pass(play, at))
    play.at("25/12/2022 10:00", sign_off)
    play.at("29/12/2022 09:00", send)
    play.at("01/01/2023 10:00", explain(people.north, people.an, people.binh))
    play.at("03/01/2023 12:00", explain(people.south, people.em, people.phuc))
    play.at("04/01/2023 16:00", lambda at: _second_pass(play, at))
    play.at("05/01/2023 15:00", sign_off)


def _first_pass(play: Play, at: datetime) -> None:
    """Chi cuts one leaf of each commune and agrees with the rest."""
    world, people = play.world, play.world.cast
    for unit in (people.north, people.south, play.east):
        entry = world.entry(unit, "2.1")
        why = "Không khớp Cổng Dịch vụ công quốc gia."
        appraisal.appraise_entry(entry, people.chi, at, version=0, answer=LESS, reason=why, needs_explanation=True)
    waiting = list(awaiting_appraisal(world.round, 1).select_related(*RELATED))
    appraisal.agree_with_self_scores(world.round, people.chi, at, entries=waiting)


def _second_pass(play: Play, at: datetime) -> None:
    """Chi holds to the cuts."""
    for entry in awaiting_appraisal(play.world.round, 2).select_related(*RELATED):
        appraisal.appraise_entry(entry, play.world.cast.chi, at, version=0, answer=LESS, reason="Chưa đủ căn cứ.")


def _decide(play: Play) -> None:
    world, people = play.world, play.world.cast

    def adopt(at: datetime) -> None:
        council.convene_meeting(world.round, people.lan, at, held_at=at, place="Phòng họp")
        seats = list(world.round.panel_members.filter(panel=Panel.COUNCIL))
        council.open_meeting(world.meeting, people.dung, at, present=seats)
        for code in ("2.1",):
            for unit in (people.north, people.south):
                motion = council.propose_motion(
                    world.meeting,
                    people.lan,
                    at,
                    entry=world.entry(unit, code),
                    answer=Answer({}, decided=Decimal(3)),
                    reason=".",
                )
                for voter in (people.dung, people.lan):
                    council.cast_vote(motion, voter, at, choice=Choice.FOR)
                council.conclude_motion(motion, people.dung, at)
        council.adopt_results(world.meeting, people.dung, at, minutes="Thống nhất.")

    def publish(at: datetime) -> None:
        results.submit_for_approval(world.round, people.giang, at, number="5/TTr-PNV", text="Trình.")
        results.approve_result(Submission.objects.select_related("round").get(), people.ha, at)
        result = Result.objects.select_related("round", "approved_by").get()
        results.publish_result(result, people.giang, at, number="6/QĐ-UBND", day=at.date(), decision=b"docx")

    play.at("09/01/2023 09:00", adopt)
    play.at("14/01/2023 10:00", publish)


@contextmanager
def killed_at(statement: int) -> Iterator[None]:
    """The worker dies before its n-th statement of the database."""
    left = statement

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal left
        left -= 1
        if left == 0:
            raise Killed
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        yield


def work(jobs: list[Callable[[datetime], object]], at: datetime, dice: random.Random) -> list[int]:
    """Run the worker's jobs, killed some times on the way and started again; answers at which statements it died.

    Where something happens, at midnight and in the hours when people are reminded or work, it is killed more often.
    """
    kills = 4 if timezone.localtime(at).hour in (0, 7, 10, 15) else int(dice.random() < 0.1)
    died = []
    for job in jobs:
        for _attempt in range(kills):
            try:
                with killed_at(statement := dice.choice((dice.randint(1, 20), dice.randint(10, 90)))):
                    job(at)
            except Killed:
                died.append(statement)
            else:
                break
        job(at)  # Whole, whatever happened before; a second whole run must do nothing more.
    return died


def local(at: datetime | None) -> str:
    return "" if at is None else f"{timezone.localtime(at):%d/%m %H:%M}"
