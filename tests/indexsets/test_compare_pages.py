"""Comparing editions, and starting a new one from another or from the library."""

import pytest
from django.test import Client
from django.urls import reverse

from chiso.indexsets import actions
from chiso.indexsets.exchange.trees import Tree
from chiso.indexsets.models import Edition
from chiso.organizations import clock
from chiso.scoring import read_tree
from tests.cast import Cast, engage
from tests.indexsets.steps import NOW, draft, faulty_tree, queries, sign_in, small_tree, url

pytestmark = pytest.mark.django_db
LIBRARY = ("commune_nq57_2026", "commune_sample_2022", "commune_sample_2026", "service_quality_766")


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def cast() -> Cast:
    return engage()


@pytest.fixture
def edition(cast: Cast) -> Edition:
    return draft(cast)


def changed_tree() -> Tree:
    """1.1 is renamed and worth 1 less, 2.2 goes, 1.3 comes, 2.1 becomes linear up to 95."""
    tree = small_tree(version="2")
    first, second = tree["areas"][0], tree["areas"][1]
    first["children"][0]["name"] = "Ban hành kế hoạch năm"
    first["children"].append(
        {"code": "1.3", "name": "Phổ biến pháp luật", "max": "2", "rule": second["children"][1]["rule"]}
    )
    second["children"][0]["rule"]["curve"] = {"target": "95"}
    second["children"].pop(1)
    first["max"], second["max"] = "10", "10"
    return tree


def compare(client: Client, *editions: Edition) -> str:
    given = {"cu": editions[0].pk, "moi": editions[1].pk}
    return client.get(reverse("indexsets:compare"), given).content.decode()


def test_the_difference_is_said_in_words(client: Client, cast: Cast, edition: Edition) -> None:
    second = draft(cast, changed_tree())
    page = compare(sign_in(client, cast, "giang"), edition, second)
    for words in ("1 mục thêm, 1 mục bỏ", "Phổ biến pháp luật", "Cơ sở vật chất", "đổi tên", "đổi cách chấm", "95%"):
        assert words in page
    assert "Hai bộ chỉ số giống nhau." in compare(client, edition, edition)


def test_a_faulty_draft_is_compared_as_well(client: Client, cast: Cast, edition: Edition) -> None:
    second = draft(cast, faulty_tree(version="2"))
    assert "đổi điểm" in compare(sign_in(client, cast, "giang"), edition, second)


def test_what_one_may_not_see_is_not_compared(client: Client, cast: Cast, edition: Edition) -> None:
    actions.issue_edition(edition, cast.ha, NOW, number="1/QĐ", day=NOW.date())
    second = draft(cast, small_tree(version="2"))
    sign_in(client, cast, "an")
    given = {"cu": edition.pk, "moi": second.pk}
    assert client.get(reverse("indexsets:compare"), given).status_code == 404
    assert client.get(reverse("indexsets:compare"), {"cu": edition.pk, "moi": edition.pk}).status_code == 200
    assert client.get(reverse("indexsets:compare"), {"cu": edition.pk}).status_code == 200
    assert client.get(reverse("indexsets:compare"), {"cu": "x", "moi": "' OR 1"}).status_code == 404


def test_comparing_costs_the_same_however_many_there_are(client: Client, cast: Cast, edition: Edition) -> None:
    second = draft(cast, changed_tree())
    compare(sign_in(client, cast, "giang"), edition, second)
    given = {"cu": edition.pk, "moi": second.pk}
    before = queries(client, reverse("indexsets:compare"), given)
    for number in range(3):
        draft(cast, small_tree(id=f"bo-{number}"))
    assert queries(client, reverse("indexsets:compare"), given) == before <= 8


def test_the_library_lists_what_ships_and_every_edition_one_sees(client: Client, cast: Cast, edition: Edition) -> None:
    page = sign_in(client, cast, "giang").get(reverse("indexsets:library")).content.decode()
    for slug in LIBRARY:
        assert reverse("indexsets:start_from_library", args=[slug]) in page
    assert url("start_from_edition", edition) in page


@pytest.mark.parametrize("slug", LIBRARY)
def test_a_set_of_the_library_becomes_a_draft(client: Client, cast: Cast, slug: str) -> None:
    address = reverse("indexsets:start_from_library", args=[slug])
    sign_in(client, cast, "giang")
    given = client.get(address).context["form"].initial
    given = {**given, "authority": cast.authority.pk, "year": "2023", "name": "Bộ của huyện"}
    assert client.post(address, given).status_code == 302
    edition = Edition.objects.get()
    assert (edition.year, edition.name, edition.origin) == (2023, "Bộ của huyện", None)
    assert edition.draft is not None
    assert read_tree(edition.draft).year == 2023
    assert client.post(address, given).status_code == 422


def test_last_years_set_is_taken_over(client: Client, cast: Cast, edition: Edition) -> None:
    address = url("start_from_edition", edition)
    sign_in(client, cast, "giang")
    page = client.get(address).content.decode()
    assert "năm 2023, lần ban hành 1" in page
    assert "năm 2022, lần ban hành 2" in page
    given = {"authority": cast.authority.pk, "name": "Bộ chỉ số thử 2023"}
    for when, version in (("2023.1", (2023, 1)), ("2022.2", (2022, 2))):
        assert client.post(address, {**given, "when": when}).status_code == 302
        new = Edition.objects.latest("pk")
        assert ((new.year, new.version), new.origin, new.supersedes) == (version, edition, None)
        assert new.index_set == edition.index_set
        assert client.post(address, {**given, "when": when}).status_code == 422
    assert client.post(address, {**given, "when": "1.1"}).status_code == 422


def test_a_faulty_draft_is_a_start_as_well(client: Client, cast: Cast) -> None:
    edition = draft(cast, faulty_tree())
    given = {"authority": cast.authority.pk, "name": "Bản sao", "when": "2023.1"}
    assert sign_in(client, cast, "giang").post(url("start_from_edition", edition), given).status_code == 302


@pytest.mark.parametrize(("name", "status"), [("ha", 403), ("an", 404), ("son", 404)])
def test_only_a_coordinator_starts_a_set(client: Client, cast: Cast, edition: Edition, name: str, status: int) -> None:
    sign_in(client, cast, name)
    for send in (client.get, client.post):
        assert send(url("start_from_edition", edition)).status_code == status
        assert send(reverse("indexsets:start_from_library", args=[LIBRARY[0]])).status_code == 403
    assert client.get(reverse("indexsets:library")).status_code == 403
    assert Edition.objects.count() == 1


def test_what_is_not_in_the_library_is_not_found(client: Client, cast: Cast) -> None:
    sign_in(client, cast, "giang")
    assert client.get(reverse("indexsets:start_from_library", args=["README"])).status_code == 404
