"""Council, team, assignments and blocks."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from chiso.organizations import clock
from chiso.rounds.choices import Panel, Position
from chiso.rounds.models import Assignment, Block, PanelMember, Round
from tests.cast import Cast
from tests.factories import UserFactory
from tests.world import World, moment, play_to

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment("24/11/2022 11:00"))


@pytest.fixture
def world() -> World:
    """A round whose council and team are still a draft, and whose units are not chosen."""
    world = play_to("preparation")
    Round.objects.update(panels_decision="", panels_date=None)
    return world


def sign_in(client: Client, cast: Cast, name: str) -> Client:
    client.force_login(cast.everyone()[name])
    return client


def url(name: str, world: World, *more: int) -> str:
    return reverse(f"rounds:{name}", args=[world.round.pk, *more])


def test_everybody_in_the_round_reads_who_sits_where(client: Client, world: World) -> None:
    page = sign_in(client, world.cast, "an").get(url("panels", world)).content.decode()
    for words in ("Đàm Văn Dũng", "Chủ tịch Hội đồng", "Triệu Văn Khánh", "Tổ trưởng"):
        assert words in page
    assert "tiêu chí" not in page.split("<main")[1]
    assert "Thêm thành viên" not in page


def test_the_coordinator_sees_who_has_what_and_how_many_leaves_lack_somebody(client: Client, world: World) -> None:
    Assignment.objects.filter(criterion__code__startswith="2").delete()
    page = sign_in(client, world.cast, "giang").get(url("panels", world)).content.decode()
    assert "2/2" in page
    assert "2 tiêu chí chưa đủ người thẩm định" in page
    assert url("coverage", world) in page
    page = client.get(url("coverage", world)).content.decode()
    assert "2.1 Hồ sơ đúng hạn" in page
    assert "0 người: 2/2" in page
    assert "2.3" not in page  # a survey is nobody's to appraise


def test_the_coordinator_appoints_a_member(client: Client, world: World) -> None:
    newcomer = UserFactory(full_name="Nông Văn Mới")
    sign_in(client, world.cast, "giang")
    answer = client.post(url("panels", world), {"user": newcomer.pk, "position": "expert"})
    assert answer.status_code == 302
    assert PanelMember.objects.get(user=newcomer).panel == Panel.TEAM
    again = client.post(url("panels", world), {"user": newcomer.pk, "position": "expert"})
    assert again.status_code == 422
    assert "đã có trong danh sách" in again.content.decode()


@pytest.mark.parametrize("position", ["chair", "leader"])
def test_a_panel_has_one_head(client: Client, world: World, position: str) -> None:
    newcomer = UserFactory()
    answer = sign_in(client, world.cast, "giang").post(
        url("panels", world), {"user": newcomer.pk, "position": position}
    )
    assert answer.status_code == 422
    assert "Danh sách đã có" in answer.content.decode()


def test_people_of_judged_units_are_not_offered(client: Client, world: World) -> None:
    sign_in(client, world.cast, "giang")
    assert "Nông Thị An" not in client.get(url("panels", world)).content.decode()
    answer = client.post(url("panels", world), {"user": world.cast.an.pk, "position": "member"})
    assert answer.status_code == 422


def test_the_head_establishes_council_and_team_once(client: Client, world: World) -> None:
    sign_in(client, world.cast, "ha")
    assert url("establish", world) in client.get(url("panels", world)).content.decode()
    page = client.get(url("establish", world)).content.decode()
    assert "Hội đồng thẩm định được thành lập với 3 thành viên" in page
    assert client.post(url("establish", world), {"number": "3/QĐ-UBND", "day": "24/11/2022"}).status_code == 302
    assert "Quyết định số 3/QĐ-UBND ngày 24/11/2022" in client.get(url("panels", world)).content.decode()
    assert client.post(url("establish", world), {"number": "4/QĐ-UBND", "day": "24/11/2022"}).status_code == 422
    assert world.round.panels_decision == "3/QĐ-UBND"


def test_without_its_heads_nothing_is_established(client: Client, world: World) -> None:
    PanelMember.objects.filter(position=Position.CHAIR).delete()
    sign_in(client, world.cast, "ha")
    assert "chưa có Chủ tịch Hội đồng hoặc Tổ trưởng" in client.get(url("panels", world)).content.decode()
    assert client.post(url("establish", world), {"number": "3/QĐ-UBND", "day": "24/11/2022"}).status_code == 422


def test_once_established_the_list_is_closed(client: Client) -> None:
    world = play_to("preparation")
    sign_in(client, world.cast, "giang")
    assert "Thêm thành viên" not in client.get(url("panels", world)).content.decode()
    newcomer = UserFactory()
    assert client.post(url("panels", world), {"user": newcomer.pk, "position": "member"}).status_code == 422


@pytest.mark.parametrize("name", ["giang", "khanh"])
def test_coordinator_and_leader_assign_areas(client: Client, world: World, name: str) -> None:
    Assignment.objects.all().delete()
    member = PanelMember.objects.get(user=world.cast.chi)
    sign_in(client, world.cast, name)
    assert "Thủ tục hành chính" in client.get(url("assign", world, member.pk)).content.decode()
    assert client.post(url("assign", world, member.pk), {"codes": ["2"]}).status_code == 302
    codes = set(Assignment.objects.filter(member=member).values_list("criterion__code", flat=True))
    assert {"2.1", "2.2"} <= codes
    assert client.post(url("assign", world, member.pk), {"codes": []}).status_code == 422
    assert client.post(url("assign", world, member.pk), {"codes": ["9"]}).status_code == 422


def test_a_member_of_the_council_appraises_nothing(client: Client, world: World) -> None:
    member = PanelMember.objects.get(user=world.cast.mai)
    answer = sign_in(client, world.cast, "giang").post(url("assign", world, member.pk), {"codes": ["2"]})
    assert answer.status_code == 422


def test_the_coordinator_makes_a_block_of_chosen_units(client: Client, world: World) -> None:
    Block.objects.get().participants.filter(unit=world.cast.south).delete()
    sign_in(client, world.cast, "giang")
    page = client.get(url("block", world)).content.decode()
    assert "Xã Nam" in page
    assert "Xã Bắc" not in page
    assert "(đã ban hành)" in page
    given = {"name": "Khối hai", "edition": world.edition.pk, "units": [world.cast.south.pk]}
    assert client.post(url("block", world), given).status_code == 302
    assert [row.unit for row in Block.objects.get(name="Khối hai").participants.all()] == [world.cast.south]
    again = client.post(url("block", world), given)
    assert again.status_code == 422  # Xã Nam has its block now


@pytest.mark.parametrize("change", [{"units": []}, {"name": "Các xã"}, {"name": ""}])
def test_a_block_needs_a_name_of_its_own_and_units(client: Client, world: World, change: dict[str, object]) -> None:
    Block.objects.get().participants.filter(unit=world.cast.south).delete()
    given = {"name": "Khối hai", "edition": world.edition.pk, "units": [world.cast.south.pk]} | change
    assert sign_in(client, world.cast, "giang").post(url("block", world), given).status_code == 422
    assert Block.objects.count() == 1


def test_after_preparation_no_block_is_made(client: Client) -> None:
    world = play_to("self_assessment")
    page = sign_in(client, world.cast, "giang").get(url("block", world)).content.decode()
    assert "đã qua bước chuẩn bị" in page


@pytest.mark.parametrize(("name", "status"), [("an", 403), ("chi", 403), ("ha", 403), ("son", 404)])
def test_nobody_else_appoints_assigns_or_makes_blocks(client: Client, world: World, name: str, status: int) -> None:
    member = PanelMember.objects.get(user=world.cast.chi)
    sign_in(client, world.cast, name)
    assert client.post(url("panels", world), {"user": world.cast.son.pk, "position": "member"}).status_code == status
    assert client.get(url("assign", world, member.pk)).status_code == status
    assert client.get(url("block", world)).status_code == status


@pytest.mark.parametrize(("name", "status"), [("giang", 403), ("khanh", 403), ("son", 404)])
def test_only_the_head_establishes(client: Client, world: World, name: str, status: int) -> None:
    assert sign_in(client, world.cast, name).get(url("establish", world)).status_code == status


def test_the_page_asks_the_same_few_questions_however_many_members(
    client: Client, world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    address = url("panels", world)
    sign_in(client, world.cast, "giang").get(address)
    with django_assert_num_queries(16):
        client.get(address)
    for _number in range(3):
        PanelMember.objects.create(round=world.round, panel=Panel.TEAM, position=Position.EXPERT, user=UserFactory())
    with django_assert_num_queries(16):
        client.get(address)


def test_a_mistaken_name_is_taken_off_the_draft_list(client: Client, world: World) -> None:
    seat = PanelMember.objects.get(user=world.cast.mai)
    remove = url("remove_member", world, seat.pk)
    assert sign_in(client, world.cast, "an").post(remove).status_code == 403
    assert sign_in(client, world.cast, "giang").get(remove).status_code == 405
    assert "Bỏ khỏi danh sách" in client.get(url("panels", world)).content.decode()
    assert client.post(remove).status_code == 302
    assert not PanelMember.objects.filter(pk=seat.pk).exists()
    assert client.post(remove).status_code == 404
    Round.objects.update(panels_decision="3/QĐ-UBND")
    seat = PanelMember.objects.get(user=world.cast.lan)
    page = client.post(url("remove_member", world, seat.pk), follow=True).content.decode()
    assert "không đổi danh sách" in page
    assert "Bỏ khỏi danh sách" not in page


def test_unticking_an_area_takes_its_leaves_back(client: Client, world: World) -> None:
    seat = PanelMember.objects.get(user=world.cast.chi)
    sign_in(client, world.cast, "giang")
    assert client.post(url("assign", world, seat.pk), {"codes": ["1"]}).status_code == 302
    codes = Assignment.objects.filter(member=seat).values_list("criterion__code", flat=True)
    assert sorted(codes) == ["1.1", "1.2"]
