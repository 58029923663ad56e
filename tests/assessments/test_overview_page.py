"""The round's overview, its confirm pages, and who sees what of it."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from chiso.assessments.choices import DossierState
from chiso.assessments.models import Dossier, Entry, PreliminaryNotice
from chiso.assessments.pages import completeness
from chiso.organizations import clock
from chiso.organizations.models import Unit
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Participant
from tests.factories import UnitFactory
from tests.world import World, moment, play_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> "Day":
    return Day(monkeypatch)


class Day:
    """Says what moment it is for the pages."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch

    def __call__(self, text: str) -> None:
        self.monkeypatch.setattr(clock, "now", lambda: moment(text))


def as_(client: Client, world: World, name: str) -> Client:
    client.force_login(world.cast.everyone()[name])
    return client


def url(name: str, world: World) -> str:
    return reverse(f"assessments:{name}", args=[world.round.pk])


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def late(world: World, unit: Unit) -> Dossier:
    """Take a dossier back to its unit, as if it had never been sent."""
    Dossier.objects.filter(unit=unit).update(state=DossierState.DRAFT, submitted_at=None)
    return world.dossier(unit)


def test_the_coordinator_sees_every_unit_with_its_completeness_and_state(client: Client, day: Day) -> None:
    world = play_to("submitted")
    day("14/12/2022 11:00")
    page = text_of(as_(client, world, "giang"), url("round", world))
    for text in ("Xã Bắc", "Xã Nam", "đã nộp 13/12", "đã nộp 14/12", "8/8", "12%", "2 đơn vị", "100%"):
        assert text in page
    assert "Khóa tự đánh giá, tổng hợp…" in page
    assert reverse("assessments:return_dossier", args=[world.dossier(world.cast.north).pk]) in page


def test_the_filled_button_is_the_step_that_would_succeed(client: Client, day: Day) -> None:
    world = play_to("submitted")
    late(world, world.cast.south)
    day("14/12/2022 11:00")
    as_(client, world, "giang")
    assert "button-primary" not in text_of(client, url("round", world))
    day("15/12/2022 00:00")
    assert text_of(client, url("round", world)).count("button-primary") == 1


@pytest.mark.parametrize("name", ["an", "binh"])
def test_a_judged_unit_sees_its_own_row_only(client: Client, day: Day, name: str) -> None:
    world = play_to("submitted")
    day("14/12/2022 11:00")
    page = text_of(as_(client, world, name), url("round", world))
    assert "Xã Bắc" in page
    assert "Xã Nam" not in page
    assert reverse("assessments:dossier", args=[world.dossier(world.cast.north).pk]) in page
    assert "Gia hạn" not in page
    assert "chuyen-buoc" not in page


@pytest.mark.parametrize("name", ["chi", "khanh", "dung", "lan"])
def test_team_and_council_see_the_round_without_the_progress_of_units(client: Client, day: Day, name: str) -> None:
    world = play_to("submitted")
    day("14/12/2022 11:00")
    page = text_of(as_(client, world, name), url("round", world))
    assert "Xã Bắc" not in page
    assert "Xã Nam" not in page


@pytest.mark.parametrize(
    ("stage", "name", "route"),
    [
        ("appraisal", "chi", "assessments:appraisal"),
        ("council", "dung", "assessments:meetings"),
        ("council", "giang", "assessments:meetings"),
        ("notice", "giang", "assessments:send_notices"),
        ("approval", "giang", "results:approval"),
        ("approval", "ha", "results:approval"),
        ("approved", "giang", "documents:publish"),
    ],
)
def test_each_person_finds_the_way_to_the_next_step(
    client: Client, day: Day, stage: str, name: str, route: str
) -> None:
    world = play_to(stage)
    day("10/01/2023 11:00")
    page = text_of(as_(client, world, name), url("round", world))
    assert f'<a class="button button-primary" href="{reverse(route, args=[world.round.pk])}"' in page


def test_before_the_round_opens_the_page_lists_what_is_missing(client: Client, day: Day) -> None:
    world = play_to("preparation")
    day("25/11/2022 11:00")
    world.round.panel_members.filter(user=world.cast.chi).get().assignments.all().delete()
    page = text_of(as_(client, world, "giang"), url("round", world))
    assert "6 tiêu chí chưa có người thẩm định" in page
    assert "Mở tự đánh giá, chấm điểm…" in page
    assert page.count("button-primary") == 1


def test_an_overdue_unit_is_told_late_and_an_extended_one_is_not(client: Client, day: Day) -> None:
    world = play_to("submitted")
    late(world, world.cast.south)
    day("16/12/2022 08:00")
    as_(client, world, "giang")
    assert "quá hạn 2 ngày" in text_of(client, url("round", world))
    world.round.extensions.create(
        stage=StageKey.SELF_ASSESSMENT,
        unit=world.cast.south,
        until=moment("18/12/2022 00:00"),
        reason="Mất điện",
        granted_by=world.cast.giang,
        granted_at=moment("14/12/2022 08:00"),
    )
    row = text_of(client, url("round", world)).split("Xã Nam</a>")[1].split("</tr>")[0]
    assert "gia hạn đến 17/12" in row
    assert "quá hạn" not in row


def test_nobody_outside_the_round_finds_it(client: Client) -> None:
    world = play_to("submitted")
    as_(client, world, "son")
    for name in ("round", "advance", "send_notices"):
        assert client.get(url(name, world)).status_code == 404
    assert "Chưa có đợt đánh giá nào" in text_of(client, reverse("assessments:rounds"))


def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    world = play_to("submitted")
    for name in ("round", "advance", "send_notices"):
        assert client.get(url(name, world)).status_code == 302


def test_the_list_shows_the_round_with_its_stage(client: Client) -> None:
    world = play_to("submitted")
    page = text_of(as_(client, world, "an"), reverse("assessments:rounds"))
    assert "Đợt thử" in page
    assert "Tự đánh giá" in page


# Moving the round


def test_the_coordinator_reads_what_opening_does_and_confirms_once(client: Client, day: Day) -> None:
    world = play_to("preparation")
    day("28/11/2022 08:00")
    as_(client, world, "giang")
    page = text_of(client, url("advance", world))
    assert "2 đơn vị nhận hồ sơ" in page
    assert "hết 24 giờ ngày 14/12/2022" in page
    first = client.post(url("advance", world), {"stage": "preparation"})
    assert first.status_code == 302
    assert world.round.stage == StageKey.SELF_ASSESSMENT
    again = client.post(url("advance", world), {"stage": "preparation"})
    assert again.status_code == 409
    assert "Trang này mở từ trước" in again.content.decode()
    assert world.round.stage == StageKey.SELF_ASSESSMENT


def test_the_page_names_whom_it_waits_for_and_offers_no_button(client: Client, day: Day) -> None:
    world = play_to("aggregation")
    late(world, world.cast.south)
    day("16/12/2022 08:00")
    page = text_of(as_(client, world, "giang"), url("advance", world))
    assert "Xã Nam: quá hạn (hết 24 giờ ngày 14/12/2022)" in page
    assert "Còn đơn vị chưa nộp" in page
    assert 'name="stage"' in page
    assert "button-primary" not in page
    refused = client.post(url("advance", world), {"stage": "aggregation"})
    assert refused.status_code == 409
    assert world.round.stage == StageKey.AGGREGATION


@pytest.mark.parametrize("stage", ["aggregation", "supplement"])
def test_the_other_moves_of_the_coordinator_go_through(client: Client, day: Day, stage: str) -> None:
    world = play_to(stage)
    day("04/01/2023 08:00")
    before = world.round.stage
    answer = as_(client, world, "giang").post(url("advance", world), {"stage": before})
    assert answer.status_code == 302
    assert world.round.stage in (StageKey.APPRAISAL, StageKey.REAPPRAISAL)


def test_where_others_move_the_round_the_page_says_who(client: Client, day: Day) -> None:
    world = play_to("appraisal")
    day("22/12/2022 08:00")
    as_(client, world, "giang")
    assert "Tổ trưởng kết thúc thẩm định lần 1" in text_of(client, url("advance", world))
    assert client.post(url("advance", world), {"stage": "appraisal"}).status_code == 409


@pytest.mark.parametrize("name", ["an", "binh", "chi", "khanh", "dung", "ha"])
def test_nobody_but_the_coordinator_moves_the_round_or_sends_notices(client: Client, name: str) -> None:
    world = play_to("notice")
    as_(client, world, name)
    for route in ("advance", "send_notices"):
        assert client.get(url(route, world)).status_code == 403
        assert client.post(url(route, world), {"stage": "notice"}).status_code == 403


# Preliminary notices


def test_the_coordinator_reads_every_result_and_sends_the_notices_once(client: Client, day: Day) -> None:
    world = play_to("notice")
    day("29/12/2022 09:00")
    as_(client, world, "giang")
    page = text_of(client, url("send_notices", world))
    row = page[page.index("Xã Bắc") : page.index("Xã Nam")]
    assert row.count('<td class="num">1</td>') == 2  # one cut, one request to explain
    assert "−3,75" in row
    answer = client.post(url("send_notices", world), {"number": "4/TB-PNV", "answer_until": "03/01/2023"})
    assert answer.status_code == 302
    assert {notice.answer_until for notice in PreliminaryNotice.objects.all()} == {moment("04/01/2023 00:00")}
    again = client.post(url("send_notices", world), {"number": "4/TB-PNV", "answer_until": "03/01/2023"})
    assert again.status_code == 422
    assert PreliminaryNotice.objects.count() == 2


@pytest.mark.parametrize("until", ["28/12/2022", "31/01/2023", "2023-01-03", ""])
def test_a_notice_needs_a_day_inside_the_plan(client: Client, day: Day, until: str) -> None:
    world = play_to("notice")
    day("29/12/2022 09:00")
    answer = as_(client, world, "giang").post(url("send_notices", world), {"number": "4/TB", "answer_until": until})
    assert answer.status_code == 422
    assert not PreliminaryNotice.objects.exists()


# Returned, and not submitted


def test_the_coordinator_returns_a_dossier_with_reason_and_deadline(client: Client, day: Day) -> None:
    world = play_to("aggregation")
    day("16/12/2022 08:00")
    address = reverse("assessments:return_dossier", args=[world.dossier(world.cast.north).pk])
    as_(client, world, "giang")
    assert "Xã Bắc" in text_of(client, address)
    assert client.post(address, {"reason": "Thiếu chữ ký.", "until": "15/12/2022"}).status_code == 422
    assert client.post(address, {"reason": "Thiếu chữ ký.", "until": "17/12/2022"}).status_code == 302
    dossier = world.dossier(world.cast.north)
    assert dossier.state == DossierState.RETURNED
    assert dossier.return_until == moment("18/12/2022 00:00")
    assert client.post(address, {"reason": "Thiếu chữ ký.", "until": "17/12/2022"}).status_code == 422


def test_a_unit_is_recorded_as_not_submitted_after_its_last_day_only(client: Client, day: Day) -> None:
    world = play_to("aggregation")
    missing = late(world, world.cast.south)
    address = reverse("assessments:record_not_submitted", args=[missing.pk])
    as_(client, world, "giang")
    day("16/12/2022 08:00")
    refused = client.post(address)
    assert refused.status_code == 409
    assert "còn được nộp hết 24 giờ ngày 19/12/2022" in refused.content.decode()
    day("20/12/2022 08:00")
    assert client.post(address).status_code == 302
    assert world.dossier(world.cast.south).state == DossierState.NOT_SUBMITTED
    assert client.post(address).status_code == 409
    assert "không nộp" in text_of(client, url("round", world))


@pytest.mark.parametrize(("name", "status"), [("an", 403), ("em", 404), ("khanh", 403), ("son", 404), ("ha", 403)])
@pytest.mark.parametrize("route", ["return_dossier", "record_not_submitted"])
def test_nobody_else_returns_or_records(client: Client, name: str, status: int, route: str) -> None:
    world = play_to("aggregation")
    address = reverse(f"assessments:{route}", args=[world.dossier(world.cast.north).pk])
    assert as_(client, world, name).get(address).status_code == status
    assert client.post(address, {"reason": "x", "until": "17/12/2022"}).status_code == status


# Speed


def add_units(world: World, count: int) -> None:
    first = Dossier.objects.get(unit=world.cast.north)
    for _number in range(count):
        unit = UnitFactory(parent=world.cast.authority)
        Participant.objects.create(round=world.round, block=first.block, unit=unit)
        dossier = Dossier.objects.create(
            round=world.round, block=first.block, unit=unit, state=first.state, submitted_at=first.submitted_at
        )
        Entry.objects.bulk_create(
            Entry(dossier=dossier, criterion_id=leaf, code=code)
            for leaf, code in first.entries.values_list("criterion", "code")
        )


@pytest.mark.parametrize(
    ("stage", "name", "queries"),
    [("preparation", "giang", 19), ("submitted", "giang", 13), ("submitted", "an", 11), ("appraisal", "giang", 13)],
)
def test_the_overview_asks_the_same_few_questions_however_many_units(
    client: Client,
    day: Day,
    django_assert_num_queries: DjangoAssertNumQueries,
    stage: str,
    name: str,
    queries: int,
) -> None:
    world = play_to(stage)
    day("13/12/2022 11:00")
    address = url("round", world)
    as_(client, world, name).get(address)
    with django_assert_num_queries(queries):
        client.get(address)
    if stage != "preparation":
        add_units(world, 3)
        with django_assert_num_queries(queries):
            client.get(address)


@pytest.mark.parametrize(
    ("stage", "route", "queries"), [("aggregation", "advance", 16), ("notice", "send_notices", 11)]
)
def test_confirm_pages_ask_the_same_few_questions(
    client: Client,
    day: Day,
    django_assert_num_queries: DjangoAssertNumQueries,
    stage: str,
    route: str,
    queries: int,
) -> None:
    world = play_to(stage)
    day("29/12/2022 11:00")
    address = url(route, world)
    as_(client, world, "giang").get(address)
    with django_assert_num_queries(queries):
        client.get(address)
    add_units(world, 3)
    with django_assert_num_queries(queries):
        client.get(address)


@pytest.mark.parametrize(
    ("part", "whole", "share"), [(0, 41, 0), (1, 400, 1), (399, 400, 99), (41, 41, 100), (0, 0, 0), (1, 2, 50)]
)
def test_a_share_never_rounds_to_nothing_or_to_all(part: int, whole: int, share: int) -> None:
    assert completeness.percent(part, whole) == share
    assert f">{share}%<" in completeness.CELLS[share]


def test_the_row_of_the_running_stage_counts_down(client: Client, day: Day) -> None:
    world = play_to("submitted")
    day("14/12/2022 11:00")
    assert "còn 13 giờ" in text_of(as_(client, world, "giang"), url("round", world))
