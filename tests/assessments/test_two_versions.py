"""Two people on one leaf: both versions are shown, nothing typed is lost, and overwriting is a knowing choice."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from chiso.assessments.actions import supplement
from chiso.assessments.models import Explanation
from chiso.audit.models import AuditEntry
from chiso.indexsets.answers import Answer
from chiso.organizations import clock
from tests.world import World, moment, play_to

pytestmark = pytest.mark.django_db
EVENING = moment("12/12/2022 21:04")
MORNING = moment("30/12/2022 09:00")
both_ways = pytest.mark.parametrize("htmx", [False, True])


@pytest.fixture(autouse=True)
def _evening(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: EVENING)


def path(world: World, code: str, route: str = "leaf") -> str:
    return reverse(f"assessments:{route}", args=[world.dossier(world.cast.north).pk, code])


def send(client: Client, target: str, *, htmx: bool = False, **sent: Any) -> Any:
    return client.post(target, sent, headers={"HX-Request": "true"} if htmx else {})


def saved_by_binh(world: World) -> None:
    """Bình saved 2.1 while An had the page open."""
    world.fill(world.cast.north, world.cast.binh, {"2.1": {"numerator": "70", "denominator": "100"}}, EVENING)


MINE = {"numerator": "1.183", "denominator": "1.280", "note": "Theo Cổng.", "as_of": "30/11/2022"}


@both_ways
def test_a_stale_page_shows_both_versions_and_keeps_what_was_typed(client: Client, htmx: bool) -> None:
    world = play_to("self_assessment")
    saved_by_binh(world)
    client.force_login(world.cast.an)
    answer = send(client, path(world, "2.1"), htmx=htmx, version="0", **MINE)
    page = answer.content.decode()
    assert answer.status_code == 409
    for words in (
        "Tiêu chí 2.1 vừa được Lương Văn Bình lưu lúc 21:04 ngày 12/12/2022 nên chưa ghi đè.",
        "Bản của Lương Văn Bình, 21:04 ngày 12/12/2022",
        "Giữ bản của Lương Văn Bình",
        "Lưu bản của tôi",
        "<td>70</td><td><strong>1.183</strong></td>",
        "<td>–</td><td><strong>Theo Cổng.</strong></td>",
        "<td>–</td><td><strong>30/11/2022</strong></td>",
        "<td>4,20</td><td><strong>5,55</strong></td>",
        'value="1.183"',
        'value="30/11/2022"',
        '<input type="hidden" name="version" value="1">',
        'data-dirty="typed"',
    ):
        assert words in page, words
    assert ("<!doctype" in page) is not htmx
    assert 'name="then" value="next"' not in page  # No button of the bar overwrites in passing.
    assert world.entry(world.cast.north, "2.1").facts == {"numerator": "70", "denominator": "100"}


@both_ways
def test_mine_is_saved_over_what_was_seen_and_both_are_in_the_log(client: Client, htmx: bool) -> None:
    world = play_to("self_assessment")
    saved_by_binh(world)
    client.force_login(world.cast.an)
    answer = send(client, path(world, "2.1"), htmx=htmx, version="1", **MINE)
    assert answer.status_code == (200 if htmx else 302)
    entry = world.entry(world.cast.north, "2.1")
    assert (entry.facts["numerator"], entry.version, entry.saved_by) == ("1183", 2, world.cast.an)
    old, new = AuditEntry.objects.order_by("-pk")[0].changes["2.1"]
    assert (old["numerator"], new["numerator"]) == ("70", "1183")


@both_ways
def test_theirs_is_kept_and_nothing_is_written(client: Client, htmx: bool) -> None:
    world = play_to("self_assessment")
    saved_by_binh(world)
    before = AuditEntry.objects.count()
    client.force_login(world.cast.an)
    answer = send(client, path(world, "2.1"), htmx=htmx, version="1", then="theirs", **MINE)
    assert answer.status_code == (200 if htmx else 302)
    if htmx:
        assert 'value="70"' in answer.content.decode()
    assert world.entry(world.cast.north, "2.1").version == 1
    assert AuditEntry.objects.count() == before


def test_saved_once_more_in_between_is_shown_once_more(client: Client) -> None:
    world = play_to("self_assessment")
    saved_by_binh(world)
    client.force_login(world.cast.binh)
    send(client, path(world, "2.1"), version="1", numerator="71", denominator="100")
    client.force_login(world.cast.an)
    answer = send(client, path(world, "2.1"), version="1", **MINE)
    assert answer.status_code == 409
    assert "<td>71</td><td><strong>1.183</strong></td>" in answer.content.decode()
    assert world.entry(world.cast.north, "2.1").version == 2


def test_ones_own_other_window_is_named_so(client: Client) -> None:
    world = play_to("self_assessment")
    client.force_login(world.cast.an)
    send(client, path(world, "2.1"), version="0", numerator="70", denominator="100")
    page = send(client, path(world, "2.1"), version="0", **MINE).content.decode()
    assert "vừa được bạn lưu ở cửa sổ khác lúc 21:04" in page
    assert "Giữ bản đã lưu" in page


def test_typing_the_same_is_no_conflict(client: Client) -> None:
    world = play_to("self_assessment")
    saved_by_binh(world)
    client.force_login(world.cast.an)
    assert send(client, path(world, "2.1"), version="0", numerator="70", denominator="100").status_code == 302
    assert world.entry(world.cast.north, "2.1").version == 1


def test_what_is_wrong_in_mine_is_said_before_anything_is_compared(client: Client) -> None:
    world = play_to("self_assessment")
    saved_by_binh(world)
    client.force_login(world.cast.an)
    answer = send(client, path(world, "2.1"), version="0", numerator="85.25", denominator="100")
    assert answer.status_code == 422
    assert "Lưu bản của tôi" not in answer.content.decode()


def test_crafted_words_are_shown_as_words(client: Client) -> None:
    world = play_to("self_assessment")
    saved_by_binh(world)
    client.force_login(world.cast.an)
    page = send(client, path(world, "2.1"), version="0", **(MINE | {"note": "<script>x</script>"})).content.decode()
    assert "<script>x" not in page
    assert page.count("&lt;script&gt;x") == 2


@pytest.mark.parametrize(("who", "status"), [("giang", 403), ("em", 404), ("chi", 404)])
def test_others_cannot_choose(client: Client, who: str, status: int) -> None:
    world = play_to("self_assessment")
    client.force_login(getattr(world.cast, who))
    answer = send(client, path(world, "2.1"), version="0", **MINE)
    assert answer.status_code == status


# ---- explanations --------------------------------------------------------------

FACTS = {"numerator": "90", "denominator": "100"}


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> World:
    """Bình explained 2.1 while An had the page open."""
    monkeypatch.setattr(clock, "now", lambda: MORNING)
    world = play_to("supplement")
    entry = world.entry(world.cast.north, "2.1")
    supplement.explain_entry(entry, world.cast.binh, MORNING, version=0, text="Trước.", answer=Answer(FACTS))
    return world


def test_a_stale_explanation_shows_both_versions(client: Client, answered: World) -> None:
    client.force_login(answered.cast.an)
    sent = {"text": "Sau.", "numerator": "85", "denominator": "100", "as_of": "31/12/2022"}
    answer = send(client, path(answered, "2.1", "explain"), version="0", **sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    for words in (
        "<td>Trước.</td><td><strong>Sau.</strong></td>",
        "<td>90</td><td><strong>85</strong></td>",
        "<td>–</td><td><strong>31/12/2022</strong></td>",
        "<td>5,40</td><td><strong>5,10</strong></td>",
        "Giữ bản của Lương Văn Bình",
        'name="version" value="1"',
    ):
        assert words in page, words
    assert Explanation.objects.get().text == "Trước."
    assert send(client, path(answered, "2.1", "explain"), version="1", **sent).status_code == 302
    stored = Explanation.objects.get()
    assert (stored.text, stored.version, str(stored.as_of)) == ("Sau.", 2, "2022-12-31")


def test_of_two_explanations_theirs_is_kept(client: Client, answered: World) -> None:
    client.force_login(answered.cast.an)
    answer = send(client, path(answered, "2.1", "explain"), version="1", then="theirs", text="Sau.", **FACTS)
    assert (answer.status_code, Explanation.objects.get().text) == (302, "Trước.")
