"""How a score came about: every step with who, when, why; what a unit and a barred member do not see."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chiso.assessments.actions import supplement
from chiso.assessments.models import Appraisal
from chiso.indexsets.answers import Answer
from chiso.organizations import clock
from chiso.rounds.models import Conflict, PanelMember
from tests.documents.reading import Reading
from tests.world import World, moment, play_to

pytestmark = pytest.mark.django_db
NOW = moment("13/01/2023 09:00")
PRIVATE = "Nghi số liệu ảo."


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def leaf(client: Client, world: World, who: str, code: str = "2.1") -> str:
    client.force_login(getattr(world.cast, who))
    answer = client.get(reverse("assessments:leaf_history", args=[world.dossier(world.cast.north).pk, code]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_full_line_in_order_without_private_notes(client: Client) -> None:
    world = play_to("approval")
    Appraisal.objects.update(private_note=PRIVATE)
    page = leaf(client, world, "giang")
    told = ["Tự chấm", "Không khớp Cổng", "Có văn bản.", "Chưa đủ căn cứ.", "Ghi nhận."]
    places = [page.index(words) for words in told]
    assert places == sorted(places)
    assert "Mã Thị Chi" in page
    assert "22/12/2022" in page
    assert PRIVATE not in page


@pytest.mark.parametrize(
    ("stage", "seen", "hidden"),
    [
        ("notice", (), ("Không khớp", "Chưa đủ", "Ghi nhận")),
        ("supplement", ("Không khớp",), ("Chưa đủ", "Ghi nhận")),
        ("council", ("Không khớp", "Có văn bản"), ("Chưa đủ", "Ghi nhận")),
        ("approval", ("Không khớp",), ("Chưa đủ", "Ghi nhận")),
        ("published", ("Không khớp", "Chưa đủ", "Ghi nhận"), ()),
    ],
)
def test_a_unit_reads_what_was_told_to_it_and_no_names(
    client: Client, stage: str, seen: tuple[str, ...], hidden: tuple[str, ...]
) -> None:
    page = leaf(client, play_to(stage), "an")
    assert all(words in page for words in seen)
    assert not any(words in page for words in (*hidden, "Mã Thị Chi"))


@pytest.mark.parametrize("who", ["giang", "khanh", "chi"])
def test_an_answer_that_was_not_sent_stays_with_its_unit(client: Client, who: str) -> None:
    world = play_to("supplement")
    entry = world.entry(world.cast.north, "2.1")
    at = moment("02/01/2023 09:00")
    supplement.explain_entry(entry, world.cast.an, at, version=0, text="Bản nháp.", answer=Answer(entry.facts))
    assert "Bản nháp." not in leaf(client, world, who)
    assert "Bản nháp." in leaf(client, world, "an")


@pytest.mark.parametrize("who", ["khanh", "chi", "dung"])
def test_a_barred_member_reads_nothing_of_the_unit(client: Client, who: str) -> None:
    world = play_to("council")
    seat = PanelMember.objects.get(user=getattr(world.cast, who))
    Conflict.objects.create(
        member=seat, unit=world.cast.north, reason="Người nhà.", declared_by=world.cast.giang, declared_at=NOW
    )
    client.force_login(getattr(world.cast, who))
    pk = world.dossier(world.cast.north).pk
    assert client.get(reverse("assessments:leaf_history", args=[pk, "2.1"])).status_code == 404
    assert client.get(reverse("assessments:dossier_history", args=[pk])).status_code == 404
    assert client.get(reverse("documents:dossier_history", args=[pk])).status_code == 404
    page = client.get(reverse("assessments:criterion_history", args=[world.round.pk, "2.1"])).content.decode()
    assert ("Xã Bắc" in page, "Xã Nam" in page) == (False, True)


@pytest.mark.parametrize("who", ["em", "son"])
def test_others_find_no_page(client: Client, who: str) -> None:
    world = play_to("published")
    client.force_login(getattr(world.cast, who))
    pk = world.dossier(world.cast.north).pk
    for route, args in (
        ("assessments:leaf_history", [pk, "2.1"]),
        ("assessments:dossier_history", [pk]),
        ("documents:dossier_history", [pk]),
    ):
        assert client.get(reverse(route, args=args)).status_code == 404


def test_a_unit_reads_of_a_criterion_its_own_line_alone(client: Client) -> None:
    world = play_to("published")
    client.force_login(world.cast.em)
    page = client.get(reverse("assessments:criterion_history", args=[world.round.pk, "2.1"])).content.decode()
    assert "Xã Nam</a>" in page
    assert "Xã Bắc" not in page


def test_of_a_unit_and_of_a_criterion_on_screen_and_in_word(client: Client) -> None:
    world = play_to("approval")
    Appraisal.objects.update(private_note=PRIVATE)
    client.force_login(world.cast.giang)
    for name, args in (
        ("dossier_history", [world.dossier(world.cast.north).pk]),
        ("criterion_history", [world.round.pk, "2.1"]),
    ):
        page = client.get(reverse(f"assessments:{name}", args=args)).content.decode()
        word = "\n".join(Reading(client.get(reverse(f"documents:{name}", args=args)).content).lines)
        for text in (page, word):
            assert "Không khớp Cổng Dịch vụ công quốc gia." in text
            assert "Chưa đủ căn cứ." in text
            assert PRIVATE not in text


@pytest.mark.parametrize("name", ["leaf", "criterion"])
def test_there_is_no_history_of_a_made_up_code(client: Client, name: str) -> None:
    world = play_to("council")
    client.force_login(world.cast.giang)
    pk = world.dossier(world.cast.north).pk if name == "leaf" else world.round.pk
    assert client.get(reverse(f"assessments:{name}_history", args=[pk, "9.9"])).status_code == 404


def test_the_criterion_page_asks_the_same_whatever_the_number_of_units(client: Client) -> None:
    world = play_to("council")
    client.force_login(world.cast.giang)
    url = reverse("assessments:criterion_history", args=[world.round.pk, "2.1"])
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        client.get(url)
    world.entry(world.cast.south, "2.1").delete()
    with CaptureQueriesContext(connection) as fewer:
        client.get(url)
    assert len(asked) == len(fewer) <= 9
