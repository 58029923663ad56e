"""Stages that open and lock by the clock: to the second, once, and never past what a person must do."""

import threading
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections
from django.test import Client
from pytest_django import Settings

from chiso.assessments.actions import stages
from chiso.assessments.actions.extension import grant_extension
from chiso.assessments.models import Dossier
from chiso.audit.actions import REGISTRY
from chiso.audit.models import AuditEntry
from chiso.background import ticks
from chiso.notices.models import Notice
from chiso.organizations import clock
from chiso.organizations.clock_person import EMAIL, clock_person, is_clock
from chiso.organizations.models import User
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Round, Stage
from chiso.tracking import stage_clock
from tests.world import World, moment, play_to

OPENS = moment("28/11/2022 00:00")
LOCKS = moment("15/12/2022 00:00")
SECOND = timedelta(seconds=1)


def stage_of(world: World) -> str:
    return Round.objects.get(pk=world.round.pk).stage


@pytest.mark.django_db
def test_it_opens_at_midnight_in_vietnam_and_not_a_second_before() -> None:
    world = play_to("preparation")
    assert stage_clock.run(OPENS - SECOND) == 0  # 23:59:59
    assert stage_of(world) == StageKey.PREPARATION
    assert stage_clock.run(OPENS) == 1  # 00:00:00
    assert stage_of(world) == StageKey.SELF_ASSESSMENT
    assert Dossier.objects.count() == 2
    entry = AuditEntry.objects.latest("number")
    assert (entry.code, entry.role, entry.actor_name, entry.origin) == (
        "round.open_self_assessment",
        "clock",
        "Đồng hồ máy chủ",
        "stage-clock",
    )
    assert entry.at == OPENS
    assert datetime.fromisoformat(entry.changes["planned_for"][1]) == OPENS


@pytest.mark.django_db
def test_it_moves_once_however_often_it_runs() -> None:
    world = play_to("self_assessment")
    assert stage_clock.run(LOCKS) == 1
    assert [stage_clock.run(LOCKS + SECOND * number) for number in range(3)] == [0, 0, 0]
    assert AuditEntry.objects.filter(code="round.start_aggregation").count() == 1
    assert world.round.stages.get(key="self_assessment").closed_at == LOCKS


@pytest.mark.django_db
def test_late_it_says_when_it_was_planned_and_when_it_happened() -> None:
    world = play_to("self_assessment")
    at = LOCKS + timedelta(hours=9, minutes=3)
    stage_clock.run(at)
    entry = AuditEntry.objects.latest("number")
    assert (entry.at, datetime.fromisoformat(entry.changes["planned_for"][1])) == (at, LOCKS)
    assert world.round.stages.get(key="aggregation").opened_at == at


@pytest.mark.django_db
def test_after_a_long_stop_each_stage_is_moved_at_its_turn() -> None:
    world = play_to("submitted")
    assert stage_clock.run(moment("21/12/2022 08:00")) == 2
    assert stage_of(world) == StageKey.APPRAISAL
    codes = AuditEntry.objects.filter(role="clock").order_by("number").values_list("code", flat=True)
    assert list(codes) == ["round.start_aggregation", "round.start_appraisal"]


@pytest.mark.django_db
def test_a_stage_that_opened_after_its_own_end_is_not_locked() -> None:
    """The server was off for a month: the communes must not find the door locked before it ever opened."""
    world = play_to("preparation")
    at = moment("20/12/2022 08:00")
    assert stage_clock.run(at) == 1
    assert stage_of(world) == StageKey.SELF_ASSESSMENT
    told = Notice.objects.get(recipient=world.cast.giang, text__contains="mở sau khi đã hết hạn")
    assert "hãy gia hạn cho tất cả đơn vị" in told.text
    grant_extension(
        world.round,
        world.cast.giang,
        at,
        stage=StageKey.SELF_ASSESSMENT,
        until=moment("28/12/2022 00:00"),
        reason="Máy chủ dừng.",
    )
    assert stage_clock.run(moment("27/12/2022 23:59")) == 0
    assert stage_clock.run(moment("28/12/2022 00:00")) == 1


@pytest.mark.django_db
def test_an_extension_for_all_counts_and_one_for_a_unit_keeps_the_supplement_open() -> None:
    world = play_to("supplement")
    until = moment("06/01/2023 00:00")
    grant_extension(
        world.round,
        world.cast.giang,
        moment("03/01/2023 09:00"),
        stage=StageKey.SUPPLEMENT,
        unit=world.cast.south,
        until=until,
        reason="Mất điện.",
    )
    assert stage_clock.run(moment("04/01/2023 00:00")) == 0
    assert not Notice.objects.filter(text__contains="Đã đến hạn").exists()
    assert stage_clock.run(until) == 1


@pytest.mark.django_db
def test_what_is_missing_is_told_once_again_when_it_changes_and_each_day() -> None:
    world = play_to("self_assessment")
    Round.objects.update(panels_decision="")
    stage_clock.run(LOCKS)
    at = moment("20/12/2022 00:00")
    for number in range(3):
        stage_clock.run(at + timedelta(minutes=number))
    told = Notice.objects.filter(recipient=world.cast.giang, text__contains="chưa chuyển được bước")
    assert told.count() == 1
    assert told[0].text.startswith("Đã đến hạn (hết 24 giờ ngày 19/12/2022) nhưng hệ thống chưa chuyển được bước")
    assert "Xã Bắc, Xã Nam" in told[0].text
    assert told[0].url == f"/dot/{world.round.pk}/chuyen-buoc/"
    Dossier.objects.filter(unit=world.cast.north).update(state="not_submitted")
    stage_clock.run(at + timedelta(minutes=5))
    assert told.count() == 2
    stage_clock.run(at + timedelta(hours=23))
    assert told.count() == 2
    stage_clock.run(at + timedelta(hours=25))
    assert told.count() == 3
    assert {notice.recipient for notice in told} == {world.cast.giang}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("stage", "at", "who"),
    [
        ("appraisal", "25/12/2022 00:00", ["khanh"]),
        ("notice", "31/12/2022 00:00", ["giang"]),
        ("reappraisal", "06/01/2023 00:00", ["khanh"]),
        ("council", "10/01/2023 00:00", ["dung", "lan"]),
        ("approval", "16/01/2023 00:00", ["giang"]),
    ],
)
def test_what_needs_a_person_is_not_moved_and_the_person_is_told_once(stage: str, at: str, who: list[str]) -> None:
    world = play_to(stage)
    before, when = stage_of(world), moment(at)
    assert stage_clock.run(when - SECOND) == 0
    assert not Notice.objects.filter(text__contains="đã hết hạn").exists()
    for number in range(3):
        assert stage_clock.run(when + timedelta(days=number)) == 0
    assert stage_of(world) == before
    told = Notice.objects.filter(text__contains="đã hết hạn")
    assert sorted(notice.recipient.email.split("@")[0] for notice in told) == who


@pytest.mark.django_db
def test_a_round_that_does_not_move_by_the_clock_is_left_alone() -> None:
    world = play_to("self_assessment")
    Round.objects.update(moves_by_clock=False)
    assert stage_clock.run(LOCKS) == 0
    assert stage_of(world) == StageKey.SELF_ASSESSMENT
    assert Notice.objects.filter(recipient=world.cast.giang, text__contains="Tự đánh giá đã hết hạn").count() == 1
    with pytest.raises(PermissionDenied):
        stages.start_aggregation(world.round, clock_person(), LOCKS)


@pytest.mark.django_db
def test_a_plan_that_is_not_issued_moves_nothing() -> None:
    world = play_to("preparation")
    world.round.plan.__class__.objects.update(state="draft")
    assert stage_clock.run(LOCKS) == 0
    assert not Notice.objects.filter(text__contains="đến hạn").exists()


@pytest.mark.django_db
def test_nobody_signs_in_as_the_clock(client: Client) -> None:
    person = clock_person()
    assert clock_person() == person
    assert is_clock(person)
    assert not person.is_active
    assert not person.has_usable_password()
    assert not client.login(username=EMAIL, password="")
    assert not is_clock(User(email=EMAIL))  # Whoever took the address, and is active.


@pytest.mark.django_db
def test_the_clock_may_do_nothing_else() -> None:
    world = play_to("notice")
    allowed = {
        code
        for code, one in REGISTRY.items()
        if code.startswith("round.") and code != "round.create" and one.allowed(clock_person(), world.round)
    }
    assert allowed == {
        "round.open_self_assessment",
        "round.start_aggregation",
        "round.start_appraisal",
        "round.start_reappraisal",
    }


# ---- two at once ------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_and_the_coordinator_at_the_same_moment_one_moves() -> None:
    world = play_to("submitted")
    together, failures = threading.Barrier(4), []

    def work() -> None:
        together.wait()
        try:
            stage_clock.run(LOCKS)
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
    assert stage_of(world) == StageKey.AGGREGATION
    assert AuditEntry.objects.filter(code="round.start_aggregation").count() == 1


# ---- the next request ---------------------------------------------------------------------------


@pytest.fixture
def at_midnight(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.STAGE_CLOCK_IN_REQUESTS = True
    monkeypatch.setattr(clock, "now", lambda: LOCKS)


@pytest.mark.django_db
@pytest.mark.usefixtures("at_midnight")
def test_the_next_request_locks_before_the_page_is_drawn(client: Client) -> None:
    world = play_to("self_assessment")
    client.force_login(world.cast.an)
    answer = client.post(f"/ho-so/{world.dossier(world.cast.north).pk}/1.1/", {"level": "1", "version": "0"})
    assert answer.status_code != 500
    assert stage_of(world) == StageKey.AGGREGATION
    assert AuditEntry.objects.get(code="round.start_aggregation").origin == "stage-clock"


@pytest.mark.django_db
@pytest.mark.usefixtures("at_midnight")
def test_asked_at_most_once_a_minute(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(stage_clock, "due", lambda at: asked.append(at) or [])
    for seconds in (0, 30, 59, 60, 90, 125):
        monkeypatch.setattr(clock, "now", lambda seconds=seconds: LOCKS + seconds * SECOND)
        client.get("/cong-bo/")
    assert [(at - LOCKS).seconds for at in asked] == [0, 60, 125]


@pytest.mark.django_db
@pytest.mark.usefixtures("at_midnight")
def test_a_stage_that_cannot_move_is_not_tried_every_minute(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    play_to("aggregation")
    Dossier.objects.update(state="draft")
    tried = []
    really = stage_clock.work_off
    monkeypatch.setattr(stage_clock, "work_off", lambda found, at: tried.append(at) or really(found, at))
    begin = moment("20/12/2022 00:00")
    for minutes in range(12):
        monkeypatch.setattr(clock, "now", lambda minutes=minutes: begin + timedelta(minutes=minutes))
        client.get("/cong-bo/")
    assert [(at - begin).seconds // 60 for at in tried] == [0, 10]


@pytest.mark.django_db
@pytest.mark.usefixtures("at_midnight")
def test_a_broken_clock_breaks_no_request(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_at: datetime) -> list[stage_clock.Due]:
        raise RuntimeError("hỏng")

    monkeypatch.setattr(stage_clock, "due", broken)
    assert client.get("/cong-bo/").status_code == 200
    assert "Đồng hồ giai đoạn bị lỗi" in caplog.text


@pytest.mark.django_db
@pytest.mark.usefixtures("at_midnight")
def test_a_round_that_breaks_in_a_request_keeps_the_next_one_waiting_a_minute(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = play_to("self_assessment")
    found = [stage_clock.Due(0, "self_assessment"), stage_clock.Due(world.round.pk, "self_assessment")]
    monkeypatch.setattr(stage_clock, "due", lambda _at: found)
    client.get("/cong-bo/")
    monkeypatch.setattr(clock, "now", lambda: LOCKS + timedelta(minutes=1))
    client.get("/cong-bo/")
    assert stage_of(world) == StageKey.AGGREGATION


@pytest.mark.django_db
def test_one_broken_round_keeps_no_other_waiting(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    world = play_to("self_assessment")
    found = [stage_clock.Due(0, "self_assessment"), stage_clock.Due(world.round.pk, "self_assessment")]
    monkeypatch.setattr(stage_clock, "due", lambda _at: found)
    assert stage_clock.run(LOCKS) == 1
    assert "bị lỗi ở đợt 0" in caplog.text


@pytest.mark.django_db
def test_a_date_moved_at_the_last_moment_counts() -> None:
    world = play_to("self_assessment")
    Stage.objects.filter(key="self_assessment").update(closes_at=LOCKS + timedelta(days=3))
    assert stage_clock.run(LOCKS) == 0
    assert stage_of(world) == StageKey.SELF_ASSESSMENT


def test_the_worker_looks_every_half_a_minute_and_reminds_every_minute() -> None:
    registered = {tick.name: tick.every_seconds for tick in ticks._registered.values()}
    assert (registered["stage-clock"], registered["reminders"]) == (30, 60)
