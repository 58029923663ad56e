"""Units × criteria: what each reader sees, what the filters leave, and the Excel file."""

import io

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertNumQueries
from python_calamine import CalamineWorkbook

from chiso.assessments.choices import DossierState
from chiso.assessments.models import Dossier
from chiso.organizations import clock
from chiso.rounds.choices import Panel, Position
from chiso.rounds.models import Conflict, PanelMember
from tests.cast import Cast
from tests.world import World, moment, play_to

pytestmark = pytest.mark.django_db
NOW = moment("05/01/2023 09:00")


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def read(client: Client, world: World, who: str, **asked: str) -> str:
    client.force_login(getattr(world.cast, who))
    answer = client.get(reverse("assessments:matrix", args=[world.round.pk]), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_totals_and_cuts_with_sign_and_word(client: Client) -> None:
    world = play_to("notice")
    page = read(client, world, "giang", diem="lan-1")
    assert "14,13/16" in page  # 2 + 5,33 + 4,8 + 2
    assert "−0,60 hạ" in page
    leaves = read(client, world, "giang", diem="lan-1", cot="2")
    assert "4,80" in leaves
    assert "−0,60 hạ" in leaves
    assert ">KAD<" not in leaves
    assert ">KAD<" in read(client, world, "giang", diem="lan-1", cot="1")


def test_each_party_has_its_own_scores(client: Client) -> None:
    world = play_to("approval")
    told = {party: read(client, world, "giang", diem=party, cot="2") for party in ("tu-cham", "lan-1", "hoi-dong")}
    assert "5,40" in told["tu-cham"]
    assert "hạ<" not in told["tu-cham"]
    assert "4,80" in told["lan-1"]
    assert "5,00" in told["hoi-dong"]
    assert "−0,40 hạ" in told["hoi-dong"]


def test_filters_leave_units_and_leaves(client: Client) -> None:
    world = play_to("council")
    cut = read(client, world, "giang", chi="bi-ha", cot="tat-ca")
    assert ("Xã Bắc</a>" in cut, "Xã Nam</a>" in cut) == (True, False)
    assert 'title="Hồ sơ đúng hạn"' in cut
    assert 'title="Kế hoạch' not in cut
    disputed = read(client, world, "giang", chi="con-y-kien", cot="tat-ca")
    assert ("Xã Bắc</a>" in disputed, "Xã Nam</a>" in disputed) == (True, False)
    south = read(client, world, "giang", don_vi=str(world.dossier(world.cast.south).pk))
    assert ("Xã Bắc</a>" in south, "Xã Nam</a>" in south) == (False, True)


def test_a_leaf_the_council_decided_is_disputed_no_more(client: Client) -> None:
    world = play_to("approval")
    assert "Không có đơn vị nào" in read(client, world, "giang", chi="con-y-kien")


@pytest.mark.parametrize("asked", [{"chi": "x"}, {"cot": "99"}, {"don_vi": "999999"}, {"khoi": "0"}, {"page": "-1"}])
def test_a_crafted_address_falls_back(client: Client, asked: dict[str, str]) -> None:
    assert "Xã Bắc</a>" in read(client, play_to("notice"), "giang", **asked)


def test_who_is_missing(client: Client) -> None:
    world = play_to("appraisal")
    page = read(client, world, "giang")
    assert "Còn tiêu chí chưa thẩm định" in page
    assert "Xã Bắc (5), Xã Nam (4)" in page
    Dossier.objects.filter(unit=world.cast.south).update(state=DossierState.NOT_SUBMITTED)
    page = read(client, world, "giang")
    assert "Xã Bắc (5)</dd>" in page
    assert "không nộp" in page


def test_waiting_leaves_are_found(client: Client) -> None:
    world = play_to("notice")
    page = read(client, world, "giang", chi="con-thieu", cot="tat-ca", diem="lan-1")
    assert "Không có đơn vị nào" in page
    page = read(client, play_to_appraisal_of(world), "giang", chi="con-thieu", cot="tat-ca", diem="lan-1")
    assert "chưa chấm" in page


def play_to_appraisal_of(world: World) -> World:
    world.entry(world.cast.north, "2.1").appraisals.all().delete()
    return world


# ---- sight ----------------------------------------------------------------------------


def outsiders(cast: Cast) -> list[tuple[str, int]]:
    return [("an", 403), ("binh", 403), ("son", 404)]


@pytest.mark.parametrize("route", ["assessments:matrix", "assessments:matrix_file"])
def test_units_and_strangers_do_not_read_it(client: Client, route: str) -> None:
    world = play_to("notice")
    for who, status in outsiders(world.cast):
        client.force_login(getattr(world.cast, who))
        assert client.get(reverse(route, args=[world.round.pk])).status_code == status, who


def test_a_member_of_the_team_reads_assigned_leaves_without_totals(client: Client) -> None:
    world = play_to("notice")
    seat = PanelMember.objects.get(user=world.cast.chi)
    seat.assignments.exclude(criterion__code="2.1").delete()
    page = read(client, world, "chi", diem="lan-1")
    assert "4,80" in page
    assert 'title="Hồ sơ đúng hạn"' in page
    assert page.count("<abbr ") == 1
    assert "14,13" not in page
    assert "Tổng điểm</th>" not in page


@pytest.mark.parametrize("who", ["khanh", "chi", "dung"])
def test_a_barred_member_sees_neither_leaves_nor_totals_of_the_unit(client: Client, who: str) -> None:
    world = play_to("council")
    seat = PanelMember.objects.get(user=getattr(world.cast, who))
    Conflict.objects.create(
        member=seat, unit=world.cast.north, reason="Người nhà.", declared_by=world.cast.giang, declared_at=NOW
    )
    page = read(client, world, who, cot="tat-ca", diem="lan-1")
    assert "Xã Bắc" not in page
    assert "Xã Nam</a>" in page
    assert "Xã Bắc" not in _cells(client, world)


def test_the_council_reads_nothing_before_its_stage(client: Client) -> None:
    world = play_to("notice")
    page = read(client, world, "dung")
    assert "Xã Bắc" not in page
    assert "Không có đơn vị nào" in page


def test_a_person_of_a_judged_unit_who_sits_in_the_team_does_not_read_the_own_unit(client: Client) -> None:
    world = play_to("appraisal")
    PanelMember.objects.create(round=world.round, panel=Panel.TEAM, position=Position.EXPERT, user=world.cast.an)
    assert "Xã Bắc</a>" not in read(client, world, "an", cot="tat-ca")


# ---- Excel ----------------------------------------------------------------------------


def _cells(client: Client, world: World, **asked: str) -> str:
    answer = client.get(reverse("assessments:matrix_file", args=[world.round.pk]), asked)
    assert answer.status_code == 200
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return "\n".join(
        "|".join(map(str, row)) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()
    )


def test_the_excel_file_holds_four_scores_reasons_and_states(client: Client) -> None:
    world = play_to("approval")
    client.force_login(world.cast.giang)
    text = _cells(client, world)
    line = next(line for line in text.splitlines() if line.startswith("01|Xã Bắc|2.1|"))
    assert line.split("|")[5:12] == ["5.4", "4.8", "5.4", "4.8", "5.0", "5.0", "-0.4"]
    assert "Không khớp Cổng Dịch vụ công quốc gia.|Có văn bản.|Chưa đủ căn cứ.|Ghi nhận." in line
    assert "bị hạ" in line


def test_the_excel_file_keeps_private_notes_and_drafts_of_the_unit(client: Client) -> None:
    world = play_to("supplement")
    entry = world.entry(world.cast.north, "2.1")
    entry.appraisals.update(private_note="Nghi số liệu ảo.")
    from chiso.assessments.actions import supplement
    from chiso.indexsets.answers import Answer

    supplement.explain_entry(
        entry, world.cast.an, moment("02/01/2023 09:00"), version=0, text="Bản nháp.", answer=Answer(entry.facts)
    )
    client.force_login(world.cast.giang)
    text = _cells(client, world)
    assert "Nghi số liệu ảo." not in text
    assert "Bản nháp." not in text


def test_the_page_takes_the_same_queries_whatever_its_size(client: Client) -> None:
    world = play_to("council")
    client.force_login(world.cast.giang)
    url = reverse("assessments:matrix", args=[world.round.pk])
    client.get(url)
    with assertNumQueries(10):
        client.get(url, {"cot": "tat-ca"})
    Dossier.objects.filter(unit=world.cast.south).delete()
    with assertNumQueries(10):
        client.get(url, {"cot": "tat-ca"})
