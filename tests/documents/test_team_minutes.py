"""The minutes that end a pass: what they print, for whom, and that private notes stay out."""

import pytest
from django.test import Client
from django.urls import reverse

from chiso.assessments.choices import Pass
from chiso.assessments.models import Appraisal
from chiso.documents import team_minutes
from chiso.organizations import clock
from chiso.organizations.models import Unit, User
from chiso.rounds.choices import Panel, Position
from chiso.rounds.models import PanelMember
from tests.documents.reading import Reading
from tests.world import World, moment, play_to

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment("22/12/2022 09:00"))


def read(world: World, name: str, number: int = 1) -> str:
    user = User.objects.get(pk=world.cast.everyone()[name].pk)
    return "\n".join(Reading(team_minutes.build(team_minutes.compose(world.round, user, Pass(number)))).lines)


def test_the_minutes_tell_the_cuts_and_the_conclusion() -> None:
    world = play_to("notice")
    Appraisal.objects.filter(entry__code="2.1").update(private_note="Chỉ Tổ biết")
    text = read(world, "khanh")
    for words in (
        "Họp Tổ Chuyên viên kết thúc thẩm định lần 1",
        "Đã thẩm định 9/9 mục; 1 mục có điểm khác điểm trước đó",
        "Không khớp Cổng Dịch vụ công quốc gia.",
        "Tổ họp, thống nhất.",
        "Triệu Văn Khánh",
        "09 giờ 00 phút, ngày 22 tháng 12 năm 2022",
    ):
        assert words in text, words
    assert "Chỉ Tổ biết" not in text


def test_a_draft_has_blanks_and_says_what_waits() -> None:
    text = read(play_to("appraisal"), "khanh")
    assert "Đã thẩm định 0/9 mục; 0 mục có điểm khác điểm trước đó; còn 9 mục chưa thẩm định" in text


def test_who_is_barred_reads_nothing_of_the_unit() -> None:
    world = play_to("notice")
    world.cast.khanh.memberships.create(unit=world.cast.north, role="observer")
    text = read(world, "khanh")
    assert "Xã Bắc" not in text
    assert "Đã thẩm định 4/4 mục" in text


def test_the_head_of_an_office_reads_its_part() -> None:
    world = play_to("notice")
    justice = Unit.objects.get(code="TP")
    chi = world.cast.chi.panel_seats.get()
    chi.assignments.exclude(criterion__code="2.1").delete()
    PanelMember.objects.filter(pk=chi.pk).update(body=justice)
    PanelMember.objects.create(
        round=world.round, panel=Panel.TEAM, position=Position.OFFICE_HEAD, user=world.cast.son, body=justice
    )
    text = read(world, "son")
    assert "phần của Phòng Tư pháp" in text
    assert "Đã thẩm định 2/2 mục" in text


def test_who_may_have_the_minutes(client: Client) -> None:
    world = play_to("notice")
    address = reverse("documents:team_minutes", args=[world.round.pk, 1])
    may = {"khanh": 200, "giang": 200, "ha": 200, "chi": 403, "an": 403, "dung": 403, "son": 404}
    for name, status in may.items():
        client.force_login(User.objects.get(pk=world.cast.everyone()[name].pk))
        assert client.get(address).status_code == status, name
    client.force_login(world.cast.khanh)
    for number in (0, 2, 7):
        assert client.get(reverse("documents:team_minutes", args=[world.round.pk, number])).status_code == 404
