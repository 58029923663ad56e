"""The clock reminds: on its day, from its hour on, whoever has not finished, once."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertNumQueries

from chiso.assessments.actions.extension import grant_extension
from chiso.assessments.choices import Pass
from chiso.assessments.pages.pass_rows import my_leaves, waits, with_judgement
from chiso.notices.models import Notice
from chiso.organizations.choices import Role
from chiso.rounds.choices import BodyKind, StageKey, WorkState
from chiso.rounds.models import PlanTask, Round, TaskBody
from chiso.tracking import reminding
from chiso.tracking.models import Reminder, ReminderRules
from chiso.tracking.owing import owing
from tests.factories import MembershipFactory, UnitFactory, UserFactory
from tests.tracking.simulation import Killed, killed_at
from tests.world import World, moment, play_to

SEVEN = moment("11/12/2022 07:00")
"""Three days before the last day of the self-assessment, 14/12."""


def told() -> list[str]:
    rows = Reminder.objects.select_related("person").order_by("person__email")
    return [row.person.email.split("@")[0] for row in rows]


@pytest.mark.django_db
def test_from_the_hour_on_and_once_a_day() -> None:
    play_to("self_assessment")
    assert reminding.run(moment("11/12/2022 06:59")) == 0
    assert reminding.run(SEVEN) == 4
    assert told() == ["an", "binh", "em", "phuc"]
    for minutes in (1, 60, 16 * 60):
        assert reminding.run(SEVEN + timedelta(minutes=minutes)) == 0
    assert reminding.run(moment("12/12/2022 07:00")) == 0  # Two days before: no day to remind.
    assert Reminder.objects.count() == Notice.objects.exclude(reminder=None).count() == 4


@pytest.mark.django_db
def test_says_what_until_when_and_what_is_missing() -> None:
    world = play_to("self_assessment")
    world.fill(world.cast.north, world.cast.an, {"1.1": {"level": "1"}}, moment("10/12/2022 09:00"))
    reminding.run(SEVEN)
    notice = Notice.objects.get(recipient=world.cast.an, reminder__isnull=False)
    assert notice.text == (
        "Nhắc việc 3.1: Tự đánh giá – còn 3 ngày (hết 24 giờ ngày 14/12/2022); còn 3 tiêu chí chưa nhập."
    )
    assert notice.url == f"/ho-so/{world.dossier(world.cast.north).pk}/"
    assert notice.reminder.unit == world.cast.north


@pytest.mark.django_db
def test_a_worker_that_was_off_reminds_late_the_same_day_and_makes_up_no_day() -> None:
    play_to("self_assessment")
    assert reminding.run(moment("11/12/2022 23:59")) == 4
    play_to_day = moment("14/12/2022 00:01")  # 13/12, one day before, passed whole.
    assert reminding.run(play_to_day) == 0
    assert set(Reminder.objects.values_list("day", flat=True)) == {-3}


@pytest.mark.django_db
def test_none_to_those_who_have_finished_and_the_late_are_reminded_after() -> None:
    world = play_to("submitted")
    Round.objects.update(stage=StageKey.SELF_ASSESSMENT)
    assert reminding.run(moment("14/12/2022 12:00")) == 0
    world.round.dossiers.filter(unit=world.cast.south).update(state="draft")
    reminding.run(moment("15/12/2022 08:00"))
    assert told() == ["em", "phuc"]
    assert "quá hạn 1 ngày" in Notice.objects.filter(recipient=world.cast.em).latest("pk").text


@pytest.mark.django_db
def test_an_extension_moves_the_days_of_its_unit() -> None:
    world = play_to("self_assessment")
    grant_extension(
        world.round,
        world.cast.giang,
        moment("10/12/2022 09:00"),
        stage=StageKey.SELF_ASSESSMENT,
        unit=world.cast.south,
        until=moment("19/12/2022 00:00"),
        reason="Mưa lũ.",
    )
    reminding.run(SEVEN)  # Seven days before its 18/12, and three before the others' 14/12.
    days = dict(Reminder.objects.values_list("unit__code", "day"))
    assert days == {"01": -3, "02": -7}
    ends = dict(Reminder.objects.values_list("unit__code", "ends_at"))
    assert ends["02"] == moment("19/12/2022 00:00")


@pytest.mark.django_db
def test_who_only_observes_in_a_commune_is_not_reminded_of_its_dossier() -> None:
    world = play_to("self_assessment")
    MembershipFactory(user=world.cast.an, unit=world.cast.north, role=Role.OBSERVER)  # Beside the work there.
    world.cast.phuc.memberships.update(role=Role.OBSERVER)
    world.cast.binh.memberships.update(role=Role.ADMINISTRATOR)
    assert reminding.run(SEVEN) == 2
    assert told() == ["an", "em"]


@pytest.mark.django_db
def test_whoever_works_in_two_units_is_told_once_of_both() -> None:
    world = play_to("self_assessment")
    MembershipFactory(user=world.cast.an, unit=world.cast.south, role=Role.UNIT_EDITOR)
    world.fill(world.cast.north, world.cast.an, {"1.1": {"level": "1"}}, moment("10/12/2022 09:00"))
    reminding.run(SEVEN)
    reminding.run(SEVEN + timedelta(minutes=1))
    assert told().count("an") == 1
    notice = Notice.objects.get(recipient=world.cast.an, reminder__isnull=False)
    assert notice.text.endswith("; Xã Bắc: còn 3 tiêu chí chưa nhập; Xã Nam: còn 4 tiêu chí chưa nhập.")
    assert (notice.url, notice.reminder.unit) == ("/", None)


@pytest.mark.django_db
@pytest.mark.parametrize(("bound", "code"), [(False, "3.4"), (True, "4.2")])
def test_the_supplement_is_owed_under_one_row(bound: bool, code: str) -> None:
    world = play_to("supplement")
    if bound:
        PlanTask.objects.filter(code="4.2").update(stage=StageKey.SUPPLEMENT)
    units = [(one.task.code, one.name) for one in owing(world.round) if one.unit and one.how_far.startswith("chưa")]
    assert {task for task, _name in units} == {code}
    assert len(units) == len(set(units)) > 0


@pytest.mark.django_db
def test_experts_hear_how_many_leaves_are_left_and_the_leader_of_all() -> None:
    world = play_to("appraisal")
    reminding.run(moment("21/12/2022 07:00"))
    assert told() == ["chi", "khanh"]
    texts = {row.person: row.notice.text for row in Reminder.objects.select_related("person", "notice")}
    leaves = with_judgement(my_leaves(world.cast.chi, world.round, Pass.FIRST), Pass.FIRST)
    left = leaves.filter(waits(world.cast.chi, world.round, Pass.FIRST)).count()
    assert left > 5
    assert f"; còn {left} tiêu chí chưa thẩm định" in texts[world.cast.chi]
    assert "toàn Tổ còn" in texts[world.cast.khanh]


@pytest.mark.django_db
def test_other_tasks_bodies_that_handed_over_are_left_in_peace_and_the_lead_must_confirm() -> None:
    world = play_to("self_assessment")
    task = PlanTask.objects.get(code="4.2")
    task.bodies.update(kind=BodyKind.UNIT, unit=world.cast.office, label="Phòng Nội vụ")
    part = TaskBody.objects.create(
        task=task, position=1, role="coordinate", label="Xã Nam", kind=BodyKind.UNIT, unit=world.cast.south
    )
    at = moment("24/01/2023 07:00")
    reminding.run(at)
    assert told() == ["em", "giang", "phuc"]  # Khánh only observes in the office.
    Reminder.objects.all().delete()
    TaskBody.objects.filter(pk=part.pk).update(state=WorkState.HANDED)
    reminding.run(at)
    assert told() == ["giang"]
    assert Notice.objects.filter(recipient=world.cast.giang, text__contains="1 phần việc chờ xác nhận").exists()
    PlanTask.objects.filter(pk=task.pk).update(done_at=at)
    Reminder.objects.all().delete()
    assert reminding.run(at) == 0


@pytest.mark.django_db
def test_what_the_plan_asks_after_the_publication_is_reminded_too() -> None:
    """Row 4.2 of the seed, the survey, ends two weeks after the decision."""
    world = play_to("published")
    assert reminding.run(moment("24/01/2023 08:00")) == 0
    TaskBody.objects.filter(task__code="4.2").update(kind=BodyKind.UNIT, unit=world.cast.office)
    assert reminding.run(moment("24/01/2023 08:00")) == 1
    assert set(Reminder.objects.values_list("task__code", "day")) == {("4.2", -7)}
    PlanTask.objects.filter(code="4.2").update(done_at=moment("25/01/2023 08:00"))
    assert reminding.run(moment("28/01/2023 08:00")) == 0


@pytest.mark.django_db
def test_inactive_people_and_bodies_that_nobody_stands_for_are_silent() -> None:
    world = play_to("self_assessment")
    world.cast.em.is_active = False
    world.cast.em.save()
    reminding.run(SEVEN)
    assert told() == ["an", "binh", "phuc"]
    assert reminding.run(moment("24/01/2023 07:00")) == 0  # 4.2: the post office has no account.


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["off", "hour", "days", "draft", "published"])
def test_the_rules_of_the_round_hold(change: str) -> None:
    world = play_to("self_assessment")
    if change == "off":
        ReminderRules.objects.create(round=world.round, is_on=False)
    elif change == "hour":
        ReminderRules.objects.create(round=world.round, hour=15)
    elif change == "days":
        ReminderRules.objects.create(round=world.round, days_before=[5], days_after=[])
    elif change == "draft":
        world.round.plan.__class__.objects.update(state="draft")
    else:
        Round.objects.update(stage=StageKey.PUBLISHED)
    assert reminding.run(SEVEN) == 0
    later = {"hour": moment("11/12/2022 15:00"), "days": moment("09/12/2022 07:00")}
    assert reminding.run(later.get(change, SEVEN)) == (4 if change in later else 0)


# ---- never twice, never half -------------------------------------------------------------------


@pytest.mark.django_db
def test_killed_at_any_statement_leaves_all_or_nothing_and_the_next_run_completes() -> None:
    world = play_to("self_assessment")
    outcomes = set()
    for statement in range(1, 200):
        Notice.objects.exclude(reminder=None).delete()
        try:
            with killed_at(statement):
                reminding.run(SEVEN)
        except Killed:
            pass
        else:
            break
        outcomes.add(Reminder.objects.count())
        assert Reminder.objects.count() == Notice.objects.filter(text__startswith="Nhắc việc").count()
        reminding.run(SEVEN)
        assert told() == ["an", "binh", "em", "phuc"]
    assert statement > 10
    assert outcomes <= {0, 4}
    assert world.round.stage == StageKey.SELF_ASSESSMENT


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_each_person_once() -> None:
    play_to("self_assessment")
    together, failures = threading.Barrier(4), []

    def work() -> None:
        together.wait()
        try:
            reminding.run(SEVEN)
        except Exception as error:  # noqa: BLE001 shown by the test
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert told() == ["an", "binh", "em", "phuc"]
    assert Notice.objects.filter(text__startswith="Nhắc việc").count() == 4


@pytest.mark.django_db
def test_the_database_itself_refuses_a_second_reminder_of_the_clock() -> None:
    play_to("self_assessment")
    reminding.run(SEVEN)
    one = Reminder.objects.all()[0]
    notice = Notice.objects.create(recipient=one.person, text="x", sent_at=SEVEN)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reminder.objects.create(
            task=one.task, person=one.person, ends_at=one.ends_at, day=one.day, notice=notice, made_at=SEVEN
        )


@pytest.mark.django_db
def test_a_day_without_deadlines_costs_few_queries_and_no_number_of_units_costs_more() -> None:
    world = play_to("self_assessment")
    with assertNumQueries(3):
        reminding.run(moment("09/12/2022 09:00"))
    grow(world, 20)
    few = queries_of(world)
    grow(world, 40)
    assert queries_of(world) == few


def grow(world: World, number: int) -> None:
    for _ in range(number):
        unit = UnitFactory(parent=world.cast.authority)
        MembershipFactory(user=UserFactory(), unit=unit)
        world.round.participants.create(block=world.round.blocks.get(), unit=unit)
        world.round.dossiers.create(block=world.round.blocks.get(), unit=unit)


def queries_of(world: World) -> int:
    Reminder.objects.all().delete()
    with CaptureQueriesContext(connection) as captured:
        reminding.run(SEVEN)
    assert Reminder.objects.count() > 20
    return len(captured)
