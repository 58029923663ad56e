"""Publishing a result: the preview, the confirm page, the draft, the stored decision."""

import io
from zipfile import ZipFile

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from chiso.background.models import TaskKey
from chiso.documents.composing import compose
from chiso.documents.publication_decision import build
from chiso.organizations import clock
from chiso.results import charts
from chiso.results.models import Publication, Result
from chiso.rounds.choices import StageKey
from tests.world import World, moment, play_to

pytestmark = pytest.mark.django_db

SIGNED = {"number": "6/QĐ-UBND", "day": "12/01/2023"}


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment("12/01/2023 09:00"))


def as_(client: Client, world: World, name: str) -> Client:
    client.force_login(world.cast.everyone()[name])
    return client


def url_of(world: World) -> str:
    return reverse("documents:publish", args=[world.round.pk])


def text_of(docx: bytes) -> str:
    return ZipFile(io.BytesIO(docx)).read("word/document.xml").decode()


def test_the_decision_says_what_the_rows_say() -> None:
    play_to("approved")
    decision = compose(Result.objects.get())
    assert (decision.issuer.name, decision.issuer.place) == ("Ủy ban nhân dân huyện", "Hạ Lang")
    assert decision.number is None
    assert "Kế hoạch số 1/KH-UBND ngày 14 tháng 11 năm 2022" in decision.own_plan
    assert "Quyết định số 2/QĐ-UBND ngày 25 tháng 11 năm 2022" in decision.set_decision
    assert "Quyết định số 3/QĐ-UBND" in decision.council_minutes
    assert "ngày 09 tháng 01 năm 2023" in decision.council_minutes
    assert decision.submission == "Tờ trình số 5/TTr-PNV ngày 10 tháng 01 năm 2023"
    assert [(row.rank, row.unit, str(row.total)) for row in decision.rows] == [
        (1, "Xã Bắc", "90.56"),
        (2, "Xã Nam", "62.00"),
    ]
    assert len(decision.rows[0].areas) == len(decision.area_names) == 2
    assert decision.result_hash == Result.objects.get().digest
    assert decision.recipients[0] == "Như Điều 3"
    assert decision.recipients[-1] == "Lưu: VT, NV"


def test_the_decision_is_vietnamese_whatever_the_reader_speaks(client: Client) -> None:
    world = play_to("approved")
    client.cookies["django_language"] = "en"
    answer = as_(client, world, "giang").get(reverse("documents:draft", args=[world.round.pk]))
    assert "làm tròn" in text_of(answer.content)


def test_a_deputy_signs_for_the_chairman() -> None:
    world = play_to("approved")
    world.cast.ha.title = "Phó Chủ tịch UBND huyện"
    world.cast.ha.save()
    assert compose(Result.objects.get()).signer.capacity == ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")


def test_the_coordinator_previews_confirms_and_publishes(client: Client) -> None:
    world = play_to("approved")
    url = url_of(world)
    page = as_(client, world, "giang").get(url).content.decode()
    for text in ("Dự thảo Quyết định", "Điều 1.", "90,56", "Bế Văn Hà"):
        assert text in page
    confirm = client.post(url, SIGNED).content.decode()
    assert "Công bố kết quả theo Quyết định số 6/QĐ-UBND ngày 12/01/2023" in confirm
    assert not Publication.objects.exists()
    answer = client.post(url, SIGNED | {"confirmed": "1"})
    publication = Publication.objects.get()
    assert answer.headers["Location"] == reverse("portal:publication", args=[publication.pk])
    assert world.round.stage == StageKey.PUBLISHED
    with publication.decision.open("rb") as file:
        assert "90,56" in text_of(file.read())


def test_the_draft_carries_number_and_date_once_they_are_given(client: Client) -> None:
    world = play_to("approved")
    url = reverse("documents:draft", args=[world.round.pk])
    as_(client, world, "giang")
    assert "ngày 12 tháng 01 năm 2023" not in text_of(client.get(url).content)
    assert "ngày 12 tháng 01 năm 2023" in text_of(client.get(url, SIGNED).content)


def test_a_wrong_date_is_told_at_its_field(client: Client) -> None:
    world = play_to("approved")
    answer = as_(client, world, "giang").post(url_of(world), {"number": "6", "day": "2023-01-12", "confirmed": "1"})
    assert answer.status_code == 422
    assert "Viết ngày/tháng/năm" in answer.content.decode()
    assert not Publication.objects.exists()


def test_publishing_twice_is_refused_and_publishes_once(client: Client) -> None:
    world = play_to("approved")
    as_(client, world, "giang").post(url_of(world), SIGNED | {"confirmed": "1"})
    again = client.post(url_of(world), SIGNED | {"confirmed": "1"})
    assert again.status_code == 409
    assert "Đã công bố theo Quyết định số 6/QĐ-UBND" in again.content.decode()
    assert Publication.objects.count() == 1


@pytest.mark.parametrize(("name", "status"), [("ha", 403), ("an", 404), ("son", 404)])
def test_only_the_coordinator_publishes(client: Client, name: str, status: int) -> None:
    world = play_to("approved")
    as_(client, world, name)
    assert client.post(url_of(world), SIGNED | {"confirmed": "1"}).status_code == status
    assert client.get(reverse("documents:draft", args=[world.round.pk])).status_code == status
    assert not Publication.objects.exists()


def test_nothing_is_published_before_approval(client: Client) -> None:
    world = play_to("approval")
    assert as_(client, world, "giang").get(url_of(world)).status_code == 404


def test_anonymous_readers_are_asked_to_sign_in(client: Client) -> None:
    world = play_to("approved")
    answer = client.get(url_of(world))
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, reverse("account_login"))


def test_anyone_downloads_the_published_decision(client: Client) -> None:
    play_to("published")
    answer = client.get(reverse("documents:decision", args=[Publication.objects.get().pk]))
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == b"docx"  # type: ignore[attr-defined]
    assert "attachment" in answer.headers["Content-Disposition"]
    assert client.get(reverse("documents:decision", args=[999])).status_code == 404


def test_the_decision_is_built_from_the_demo_round_too() -> None:
    play_to("approved")
    assert "QUYẾT ĐỊNH" in text_of(build(compose(Result.objects.get(), number="6", day=None)))


def test_publishing_asks_for_the_chart_which_is_kept_by_its_content() -> None:
    play_to("published")
    result = Result.objects.get()
    path = charts.path_of(result.bundle)
    assert TaskKey.objects.filter(key=f"chart:{path}").exists()
    assert charts.draw_ranking.func(result.pk) == path
    with default_storage.open(path) as file:
        drawing = file.read().decode()
    for text in ("<svg", "Noto Sans", "Xã Bắc", "90,56"):
        assert text in drawing
    assert charts.draw_ranking.func(result.pk) == path
