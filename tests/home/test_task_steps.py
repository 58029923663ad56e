"""Việc cần làm from the plan's tasks: one's own parts, parts to confirm, returned parts; nothing before its time."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chiso.home.steps import Card, home_page
from chiso.organizations.choices import Role
from chiso.organizations.models import Membership, User
from chiso.rounds.actions.tasks import finish_task, return_part, stamp_of
from chiso.rounds.choices import BodyKind, DeadlineKind, PlanState, TaskRole, WorkState
from chiso.rounds.models import Plan, PlanTask, TaskBody
from tests.factories import MembershipFactory, UnitFactory
from tests.rounds.test_tasks import AT, add, body, finish_all_but, hand_over, row, world
from tests.world import World, moment

pytestmark = pytest.mark.django_db

__all__ = ["world"]


def cards(world: World, name: str, at: str = "20/12/2022 09:00") -> list[Card]:
    """The cards of tasks: those that lead to the page of one."""
    page = home_page(User.objects.get(pk=world.cast.everyone()[name].pk), moment(at))
    return [card for card in page.cards if "/nhiem-vu/" in card.url]


def told(world: World, name: str, at: str = "20/12/2022 09:00") -> list[tuple[str, str]]:
    return [(card.title, card.action) for card in cards(world, name, at)]


TITLE = "Nhiệm vụ 9.1: Tổng hợp danh sách đại biểu"


def test_who_leads_and_who_coordinates_is_told(world: World) -> None:
    assert told(world, "giang") == [(TITLE, "Ghi tiến độ, hoàn thành")]
    assert told(world, "chi") == [(TITLE, "Báo cáo phần việc")]
    assert told(world, "mai") == [(TITLE, "Báo cáo phần việc")]
    assert told(world, "an") == [(TITLE, "Xem nhiệm vụ")]
    [card] = cards(world, "giang")
    assert (card.due, card.note) == ("hết 24 giờ ngày 25/12/2022", "Chủ trì")
    for name in ("ha", "son"):
        assert told(world, name) == []


def test_who_only_reads_in_an_office_is_asked_for_nothing_of_its_part(world: World) -> None:
    assert told(world, "khanh") == [(TITLE, "Ghi tiến độ, hoàn thành")]
    Membership.objects.filter(user=world.cast.khanh).exclude(role=Role.OBSERVER).delete()
    assert told(world, "khanh") == [(TITLE, "Báo cáo phần việc")]  # For the team, where he works.
    Membership.objects.filter(user=world.cast.an).update(role=Role.OBSERVER)
    assert told(world, "an") == []


def test_nothing_is_asked_earlier_than_two_weeks_before(world: World) -> None:
    assert told(world, "giang", "11/12/2022 23:00") == []
    assert told(world, "giang", "12/12/2022 00:00") != []


def test_what_has_begun_is_asked_at_once(world: World) -> None:
    early = "01/12/2022 09:00"
    TaskBody.objects.filter(pk=body("Tư pháp").pk).update(state=WorkState.DOING)
    assert told(world, "giang", early) == [(TITLE, "Ghi tiến độ, hoàn thành")]
    TaskBody.objects.update(state=WorkState.TODO)
    assert told(world, "giang", early) == []
    PlanTask.objects.filter(code="9.1").update(starts_on=date(2022, 12, 1))
    assert told(world, "giang", early) != []


def test_a_draft_and_a_finished_task_ask_nothing(world: World) -> None:
    finish_all_but(world)
    assert told(world, "chi") == []  # The part is done, though the task is not.
    finish_task(row(), world.cast.giang, AT)
    for name in ("giang", "chi", "an", "mai"):
        assert told(world, name) == []
    PlanTask.objects.update(done_at=None)
    Plan.objects.update(state=PlanState.DRAFT)
    assert told(world, "giang") == []


def test_a_part_that_was_handed_over_waits_for_the_lead(world: World) -> None:
    hand_over(world)
    assert told(world, "giang") == [("Nhiệm vụ 9.1: 1 phần việc chờ xác nhận", "Xem, xác nhận")]
    assert cards(world, "giang")[0].note == "Tư pháp"
    hand_over(world, "Hội đồng thẩm định", "lan")
    assert cards(world, "khanh")[0].title == "Nhiệm vụ 9.1: 2 phần việc chờ xác nhận"
    assert told(world, "lan") == []


def test_a_returned_part_says_why(world: World) -> None:
    found = hand_over(world, "Hội đồng thẩm định", "lan")
    return_part(found, world.cast.giang, AT, reason="Thiếu chữ ký.", seen=stamp_of(found))
    [card] = cards(world, "mai")
    assert (card.title, card.note) == ("Nhiệm vụ 9.1: phần việc bị trả lại", "Thiếu chữ ký")


def test_a_task_of_a_stage_is_not_told_twice(world: World) -> None:
    assert all("9.1" in title for title, _action in told(world, "giang"))
    add(row("3.2"), TaskRole.COORDINATE, 1, "Tư pháp", BodyKind.UNIT, body("Tư pháp").unit)
    assert len(told(world, "chi")) == 1
    TaskBody.objects.filter(task__code="3.2", role=TaskRole.COORDINATE).update(state=WorkState.HANDED)
    assert ("Nhiệm vụ 3.2: 1 phần việc chờ xác nhận", "Xem, xác nhận") in told(world, "giang")


def test_a_late_task_of_a_body_without_account_is_the_coordinators(world: World) -> None:
    assert not [title for title, _action in told(world, "giang", "31/01/2023 23:00") if "4.2" in title]
    late = told(world, "giang", "01/02/2023 08:00")
    assert ("Nhiệm vụ 4.2 quá hạn, chưa ghi hoàn thành", "Xem, ghi kết quả") in late
    assert not [title for title, _action in told(world, "khanh", "01/02/2023 08:00") if "4.2" in title]


LATE = "01/02/2023 08:00"


def late_cards(world: World, name: str, at: str = LATE) -> list[Card]:
    page = home_page(User.objects.get(pk=world.cast.everyone()[name].pk), moment(at))
    return [card for card in page.cards if "chưa có tài khoản" in card.title]


def test_late_tasks_whose_lead_has_no_account_are_told_to_the_coordinator(world: World) -> None:
    agency = UnitFactory(name="Bảo hiểm xã hội huyện", parent=world.cast.authority)
    task = PlanTask.objects.get(code="9.1")
    task.bodies.filter(role=TaskRole.LEAD).update(unit=agency, label=agency.name)
    assert late_cards(world, "giang", "25/12/2022 23:00") == []
    [card] = late_cards(world, "giang")
    assert card.title == "1 nhiệm vụ quá hạn, cơ quan chủ trì chưa có tài khoản"
    assert (card.note, card.url) == (
        "9.1 (Bảo hiểm xã hội huyện)",
        f"{reverse('rounds:tasks', args=[world.round.pk])}?loc=qua-han",
    )
    for name in ("khanh", "ha", "an", "chi", "son"):
        assert late_cards(world, name) == []
    person = MembershipFactory(unit=agency).user  # Now somebody can do it, and is reminded.
    assert late_cards(world, "giang") == []
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert len(late_cards(world, "giang")) == 1
    PlanTask.objects.filter(pk=task.pk).update(done_at=moment(LATE))
    assert late_cards(world, "giang") == []


def test_late_tasks_without_account_are_one_step_and_ask_the_same_however_many(world: World) -> None:
    agency = UnitFactory(name="Bảo hiểm xã hội huyện", parent=world.cast.authority)
    counts = []
    for number in (1, 12):
        for one in range(number):
            task = PlanTask.objects.create(
                plan=world.round.plan,
                position=100 + number + one,
                code=f"{number}0.{one}",
                title="Việc khác",
                deadline_kind=DeadlineKind.LATEST,
                ends_at=moment("23/12/2022 00:00"),
            )
            add(task, TaskRole.LEAD, 1, agency.name, BodyKind.UNIT, agency)
        user = User.objects.get(pk=world.cast.giang.pk)
        with CaptureQueriesContext(connection) as queries:
            page = home_page(user, moment(LATE))
        [card] = [card for card in page.cards if "chưa có tài khoản" in card.title]
        counts.append((len(queries), card.title.split()[0]))
    assert [count for _queries, count in counts] == ["1", "13"]
    assert counts[0][0] == counts[1][0]


def test_what_is_late_comes_first(world: World) -> None:
    page = home_page(User.objects.get(pk=world.cast.giang.pk), moment("27/12/2022 09:00"))
    assert page.cards[0].title == TITLE
    assert page.is_late


def test_many_tasks_ask_nothing_more(world: World) -> None:
    counts = []
    for number in (0, 1, 2):
        for one in range(number * 10):
            task = PlanTask.objects.create(
                plan=world.round.plan,
                position=100 + one,
                code=f"{number}0.{one}",
                title="Việc khác",
                deadline_kind=DeadlineKind.LATEST,
                ends_at=moment("23/12/2022 00:00"),
            )
            add(task, TaskRole.LEAD, 1, "Phòng Nội vụ", BodyKind.UNIT, world.cast.office)
            add(task, TaskRole.COORDINATE, 1, "UBND các xã", BodyKind.PARTICIPANTS)
        user = User.objects.get(pk=world.cast.giang.pk)
        with CaptureQueriesContext(connection) as queries:
            home_page(user, AT)
        counts.append(len(queries))
    assert len(set(counts)) == 1
