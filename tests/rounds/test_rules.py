"""What units must hand in (quy định của đợt): set by the coordinator until the dossiers go to the team."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from chiso.audit.models import AuditEntry
from chiso.common.refusals import RuleViolation
from chiso.notices.models import Notice
from chiso.organizations import clock
from chiso.rounds.actions import set_rules
from chiso.rounds.choices import StageKey
from chiso.rounds.evidence_window import evidence_window
from chiso.rounds.models import Round
from tests.world import World, moment, play_to

pytestmark = pytest.mark.django_db

AT = moment("01/12/2022 09:00")


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)


def put(world: World, *, report: bool = True, months: int = 2) -> Round:
    return set_rules(world.round, world.cast.giang, AT, report_required=report, evidence_months_before=months)


def url(world: World) -> str:
    return reverse("rounds:rules", args=[world.round.pk])


def test_a_change_is_kept_audited_and_told() -> None:
    world = play_to("self_assessment")
    put(world, months=3)
    assert (world.round.report_required, world.round.evidence_months_before) == (True, 3)
    assert AuditEntry.objects.latest("pk").changes == {
        "report_required": [False, True],
        "evidence_months_before": [2, 3],
    }
    told = Notice.objects.filter(text__contains="Quy định của đợt đánh giá thay đổi")
    assert {notice.recipient for notice in told} == {world.cast.an, world.cast.binh, world.cast.em, world.cast.phuc}
    assert "phải kèm báo cáo đã ký" in told[0].text
    assert "từ 01/10/2021" in told[0].text


def test_before_the_round_opens_nobody_is_told() -> None:
    world = play_to("preparation")
    put(world)
    assert not Notice.objects.filter(text__contains="Quy định").exists()


@pytest.mark.parametrize(
    ("year", "months", "first"), [(2022, 2, "2021-11-01"), (2022, 0, "2022-01-01"), (2022, 24, "2020-01-01")]
)
def test_the_window_begins_on_the_first_of_a_month(year: int, months: int, first: str) -> None:
    window = evidence_window(Round(year=year, evidence_months_before=months))
    assert window == (date.fromisoformat(first), date(2022, 12, 31))


def test_rules_are_set_until_the_dossiers_go_to_the_team() -> None:
    world = play_to("self_assessment")
    fitting = set()
    for stage in StageKey:
        Round.objects.update(stage=stage, report_required=False)
        try:
            put(world)
        except RuleViolation:
            continue
        fitting.add(stage)
    assert fitting == {StageKey.PREPARATION, StageKey.SELF_ASSESSMENT, StageKey.AGGREGATION}


@pytest.mark.parametrize("months", [-1, 25])
def test_months_have_limits(months: int) -> None:
    with pytest.raises(RuleViolation, match="từ 0 đến 24"):
        put(play_to("preparation"), months=months)


def test_no_change_is_no_entry_in_the_log() -> None:
    world = play_to("preparation")
    before = AuditEntry.objects.count()
    with pytest.raises(RuleViolation, match="không có gì thay đổi"):
        put(world, report=False)
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize("name", ["ha", "an", "binh", "khanh", "dung", "son"])
def test_only_the_coordinator_sets_rules(name: str) -> None:
    world = play_to("preparation")
    with pytest.raises(PermissionDenied):
        set_rules(world.round, world.cast.everyone()[name], AT, report_required=True, evidence_months_before=2)


def test_the_coordinator_sets_them_on_the_page(client: Client) -> None:
    world = play_to("self_assessment")
    client.force_login(world.cast.giang)
    assert "từ 01/11/2021 đến 31/12/2022" in client.get(url(world)).content.decode()
    answer = client.post(url(world), {"report_required": "on", "evidence_months_before": "0"})
    assert (answer.status_code, answer["Location"]) == (302, url(world))
    page = client.get(url(world)).content.decode()
    assert "từ 01/01/2022 đến 31/12/2022" in page
    assert "Bắt buộc kèm báo cáo đã ký, đóng dấu" in page
    assert client.post(url(world), {"report_required": "on", "evidence_months_before": "0"}).status_code == 422


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Chưa ghi số tháng."),
        ({"evidence_months_before": "hai"}, "Số tháng phải là số nguyên"),
        ({"evidence_months_before": "-1"}, "Số tháng không nhỏ hơn 0."),
        ({"evidence_months_before": "25"}, "Số tháng không quá 24."),
        ({"evidence_months_before": "9" * 30}, "Số tháng không quá 24."),
    ],
    ids=["none", "word", "negative", "many", "huge"],
)
def test_the_page_refuses_with_a_sentence(client: Client, sent: dict[str, Any], sentence: str) -> None:
    world = play_to("self_assessment")
    client.force_login(world.cast.giang)
    answer = client.post(url(world), sent)
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert world.round.evidence_months_before == 2


@pytest.mark.parametrize(
    ("name", "get", "post"), [("ha", 200, 403), ("an", 403, 403), ("khanh", 403, 403), ("son", 404, 404)]
)
def test_who_reads_and_who_may_not(client: Client, name: str, get: int, post: int) -> None:
    world = play_to("self_assessment")
    client.force_login(world.cast.everyone()[name])
    answer = client.get(url(world))
    assert answer.status_code == get
    assert "Lưu quy định" not in answer.content.decode()
    assert client.post(url(world), {"evidence_months_before": "1"}).status_code == post


def test_after_the_hand_over_the_page_says_why(client: Client) -> None:
    world = play_to("appraisal")
    client.force_login(world.cast.giang)
    page = client.get(url(world)).content.decode()
    assert "cho đến khi hồ sơ chuyển thẩm định" in page
    client.post(url(world), {"report_required": "on", "evidence_months_before": "1", "moves_by_clock": "on"})
    assert (world.round.report_required, world.round.evidence_months_before) == (False, 2)
    with pytest.raises(RuleViolation, match="đợt sau"):
        put(world)
