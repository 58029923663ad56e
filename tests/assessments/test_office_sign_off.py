"""Heads of field-owner offices sign their part of a pass, then the leader the whole; the team's minutes."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from chiso.assessments.actions import appraisal
from chiso.assessments.models import Appraisal, Entry, PassSignOff
from chiso.assessments.queries import awaiting_appraisal
from chiso.common.refusals import RuleViolation
from chiso.indexsets.answers import Answer
from chiso.organizations import clock
from chiso.organizations.models import Unit, User
from chiso.rounds.choices import Panel, Position, StageKey
from chiso.rounds.models import PanelMember
from tests.world import World, moment, play_to

pytestmark = pytest.mark.django_db

NOW = moment("22/12/2022 09:00")


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def world() -> World:
    """Chi is of Phòng Tư pháp, which Sơn heads in the team."""
    world = play_to("appraisal")
    justice = Unit.objects.get(code="TP")
    PanelMember.objects.filter(user=world.cast.chi).update(body=justice)
    PanelMember.objects.create(
        round=world.round, panel=Panel.TEAM, position=Position.OFFICE_HEAD, user=world.cast.son, body=justice
    )
    for name in ("chi", "son", "khanh"):
        object.__setattr__(world.cast, name, User.objects.get(pk=getattr(world.cast, name).pk))
    return world


def judge_all(world: World) -> None:
    related = ("dossier__round", "dossier__unit", "dossier__block__edition", "criterion")
    waiting = list(awaiting_appraisal(world.round, 1).select_related(*related))
    appraisal.agree_with_self_scores(world.round, world.cast.chi, NOW, entries=waiting)


def sign(world: World, minutes: str = "Phòng họp, thống nhất.") -> PassSignOff:
    return appraisal.sign_off_office(world.round, world.cast.son, NOW, minutes=minutes)


def test_the_leader_waits_for_the_offices(world: World, client: Client) -> None:
    with pytest.raises(RuleViolation, match="còn 9 tiêu chí"):
        sign(world)
    judge_all(world)
    with pytest.raises(RuleViolation, match="Chưa có chữ ký của thủ trưởng cơ quan: Phòng Tư pháp"):
        appraisal.sign_off_pass(world.round, world.cast.khanh, NOW, minutes="Tổ họp.")
    client.force_login(world.cast.khanh)
    address = reverse("assessments:sign_off", args=[world.round.pk])
    page = client.get(address).content.decode()
    assert "chưa có chữ ký của: Phòng Tư pháp" in page
    assert 'name="minutes"' not in page
    sign(world)
    page = client.get(address).content.decode()
    assert "đã ký 09:00" in page
    assert "Phòng họp, thống nhất." in page
    assert client.post(address, {"minutes": "Tổ họp."}).status_code == 302
    assert world.round.stage == StageKey.NOTICE
    assert set(PassSignOff.objects.values_list("office__code", flat=True)) == {None, "TP"}


def test_an_office_signs_once_with_minutes(world: World) -> None:
    judge_all(world)
    with pytest.raises(RuleViolation, match="Chưa có nội dung biên bản"):
        sign(world, " ")
    sign(world)
    with pytest.raises(RuleViolation, match="Phòng Tư pháp đã ký lúc"):
        sign(world)


@pytest.mark.parametrize("name", ["chi", "khanh", "giang", "an", "dung"])
def test_only_the_head_signs_for_an_office(world: World, name: str) -> None:
    judge_all(world)
    with pytest.raises(PermissionDenied):
        appraisal.sign_off_office(world.round, getattr(world.cast, name), NOW, minutes="Họp.")


def test_after_the_signature_only_the_leader_changes_a_judgement(world: World) -> None:
    judge_all(world)
    sign(world)
    entry = world.entry(world.cast.north, "2.1")
    change = {"version": 1, "answer": Answer({"numerator": "80", "denominator": "100"}), "reason": "Sai."}
    with pytest.raises(RuleViolation, match="đã ký kết thúc phần thẩm định"):
        appraisal.appraise_entry(entry, world.cast.chi, NOW, **change)
    appraisal.appraise_entry(entry, world.cast.khanh, NOW, **change)
    assert Appraisal.objects.get(entry=entry).version == 2


def test_the_head_sees_and_signs_the_part_of_the_office(world: World, client: Client) -> None:
    other = Entry.objects.get(code="2.1", dossier__unit=world.cast.north).criterion
    world.cast.chi.panel_seats.get().assignments.exclude(criterion=other).delete()
    client.force_login(world.cast.son)
    page = client.get(reverse("assessments:appraisal", args=[world.round.pk])).content.decode()
    assert "2.1 Hồ sơ" in page
    assert "1.1 Ban hành" not in page
    address = reverse("assessments:sign_off", args=[world.round.pk])
    assert "Còn 2 mục chưa thẩm định" in client.get(address).content.decode()
    for unit in (world.cast.north, world.cast.south):
        entry = world.entry(unit, "2.1")
        appraisal.appraise_entry(entry, world.cast.chi, NOW, version=0, answer=Answer(entry.facts))
    page = client.get(address).content.decode()
    assert "phần của Phòng Tư pháp" in page
    assert client.post(address, {"minutes": "Phòng họp."}).status_code == 302
    assert PassSignOff.objects.get().office == Unit.objects.get(code="TP")
    assert world.round.stage == StageKey.APPRAISAL
