"""The decision that sets up council and team: what it says, with whom, as a draft and after changes."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chiso.documents.panels_decision import build, compose
from chiso.rounds import actions
from chiso.rounds.actions import Amendment
from chiso.rounds.choices import MajorityRule, Panel, Position
from chiso.rounds.models import PanelMember, Round
from tests.documents.reading import Reading
from tests.factories import UserFactory
from tests.world import World, moment, play_to

pytestmark = pytest.mark.django_db
AT = moment("20/12/2022 09:00")


@pytest.fixture
def world() -> World:
    return play_to("preparation")


def read(world: World) -> Reading:
    return Reading(build(compose(world.round)))


def text_of(reading: Reading) -> str:
    return "\n".join(reading.lines)


def test_the_decision_names_number_duties_and_members(world: World) -> None:
    world.cast.chi.title = "Chuyên viên Phòng Tư pháp"
    world.cast.chi.save()
    world.cast.mai.title = "Phó Chánh Văn phòng"
    world.cast.mai.save()
    printed = text_of(read(world))
    for words in (
        "Số: 3/QĐ-UBND",
        "ngày 25 tháng 11 năm 2022",
        "Điều 2. Nhiệm vụ của Hội đồng",
        "Điều 3. Nhiệm vụ của Tổ Chuyên viên",
        "số tán thành nhiều hơn số không tán thành; khi số phiếu ngang nhau thì theo ý kiến của Chủ tịch Hội đồng",
        "xung đột lợi ích",
        "Đàm Văn Dũng",
        "Chủ tịch Hội đồng",
        "Tổ trưởng",
        "Phó Chánh Văn phòng",
    ):
        assert words in printed
    assert "Chuyên viên Phòng Tư pháp, Phòng Tư pháp" not in printed
    assert "Ghi chú" not in printed


def test_a_draft_leaves_number_and_date_blank(world: World) -> None:
    Round.objects.update(panels_decision="", panels_date=None)
    printed = text_of(read(world))
    assert "Số:        /QĐ-UBND" in printed
    assert "ngày       tháng       năm 2022" in printed


def test_the_rules_of_voting_are_those_of_the_round(world: World) -> None:
    Round.objects.update(majority=MajorityRule.TWO_THIRDS_PRESENT, chair_casts=False)
    printed = text_of(read(world))
    assert "từ hai phần ba số thành viên dự họp tán thành; khi số phiếu ngang nhau thì không được thông qua" in printed


def test_who_left_is_marked_with_the_decision_that_says_so(world: World) -> None:
    seat = PanelMember.objects.select_related("round", "user", "body").get(user=world.cast.mai)
    amendment = Amendment("9/QĐ-UBND", date(2022, 12, 20), "Nghỉ hưu.")
    actions.hand_over(seat, world.cast.ha, AT, amendment=amendment, successor=UserFactory(full_name="Nông Văn Mới"))
    printed = text_of(read(world))
    assert "Thôi tham gia. Quyết định số 9/QĐ-UBND ngày 20/12/2022: Nghỉ hưu." in printed
    assert "Nông Văn Mới" in printed


def test_names_that_look_like_markup_stay_names(world: World) -> None:
    world.cast.mai.full_name = "{{ 7*7 }} <w:p/> & Mai"
    world.cast.mai.save()
    assert "{{ 7*7 }} <w:p/> & Mai" in text_of(read(world))


@pytest.mark.parametrize(
    ("name", "draft", "issued"),
    [("giang", 200, 200), ("ha", 200, 200), ("chi", 403, 200), ("an", 403, 200), ("son", 404, 404)],
)
def test_the_draft_is_for_those_who_run_the_round(
    client: Client, world: World, name: str, draft: int, issued: int
) -> None:
    address = reverse("documents:panels_decision", args=[world.round.pk])
    client.force_login(world.cast.everyone()[name])
    assert client.get(address).status_code == issued
    Round.objects.update(panels_decision="", panels_date=None)
    assert client.get(address).status_code == draft
    assert client.post(address).status_code == 405


def test_more_members_are_no_more_questions(world: World) -> None:
    with CaptureQueriesContext(connection) as few:
        compose(world.round)
    for _number in range(3):
        PanelMember.objects.create(round=world.round, panel=Panel.COUNCIL, position=Position.MEMBER, user=UserFactory())
    with CaptureQueriesContext(connection) as many:
        compose(world.round)
    assert len(few) == len(many)
