"""The result pages: ranking, one unit, submission, approval, return."""

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chiso.assessments.actions.dossier import record_not_submitted
from chiso.organizations import clock
from chiso.results.models import Result, Submission
from chiso.rounds.choices import StageKey
from tests.factories import UnitFactory
from tests.world import ORDER, World, moment, play_to

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment("10/01/2023 09:00"))


def as_(client: Client, world: World, name: str) -> Client:
    client.force_login(world.cast.everyone()[name])
    return client


def results_url(world: World) -> str:
    return reverse("results:results", args=[world.round.pk])


def test_those_who_run_the_round_see_the_adopted_ranking(client: Client) -> None:
    world = play_to("approval")
    page = as_(client, world, "giang").get(results_url(world)).content.decode()
    for text in ("90,56", "62,00", "Tốt", "Khá", "chờ phê duyệt", reverse("results:submit", args=[world.round.pk])):
        assert text in page
    assert page.index("Xã Bắc</a>") < page.index("Xã Nam</a>")


def test_a_frozen_ranking_names_its_hash(client: Client) -> None:
    world = play_to("approved")
    page = as_(client, world, "ha").get(results_url(world)).content.decode()
    assert Result.objects.get().digest in page
    assert "làm tròn" in page


def test_the_ranking_before_adoption_is_an_empty_page_for_the_coordinator(client: Client) -> None:
    world = play_to("council")
    page = as_(client, world, "giang").get(results_url(world))
    assert page.status_code == 200
    assert "Chưa có kết quả" in page.content.decode()
    assert "<table" not in page.content.decode()


@pytest.mark.parametrize("name", ["an", "chi", "dung"])
def test_nobody_else_sees_a_ranking_before_publication(client: Client, name: str) -> None:
    world = play_to("approved")
    assert as_(client, world, name).get(results_url(world)).status_code == 403
    unit = reverse("results:unit", args=[world.round.pk, world.cast.north.code])
    assert client.get(unit).status_code == 403


def test_strangers_find_no_ranking(client: Client) -> None:
    world = play_to("published")
    assert as_(client, world, "son").get(results_url(world)).status_code == 404


def test_anonymous_readers_are_asked_to_sign_in(client: Client) -> None:
    world = play_to("approval")
    for route in ("results", "submit", "approval"):
        answer = client.get(reverse(f"results:{route}", args=[world.round.pk]))
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, reverse("account_login"))


def test_everyone_of_the_round_sees_the_published_ranking(client: Client) -> None:
    world = play_to("published")
    for name in ("an", "em", "chi", "dung"):
        assert "90,56" in as_(client, world, name).get(results_url(world)).content.decode()


def test_a_unit_sees_how_each_party_scored_its_own_leaves(client: Client) -> None:
    world = play_to("published")
    page = as_(client, world, "an").get(reverse("results:unit", args=[world.round.pk, "01"])).content.decode()
    for text in ("Thẩm định lần 1", "5,40", "5,00", "Cách tính", "90,56", "áp dụng"):
        assert text in page


def test_another_unit_sees_final_scores_only(client: Client) -> None:
    world = play_to("published")
    page = as_(client, world, "em").get(reverse("results:unit", args=[world.round.pk, "01"])).content.decode()
    assert "90,56" in page
    assert "Thẩm định lần 1</th>" not in page
    assert "5,40" not in page  # Xã Bắc's self score of 2.1, before the council gave 5.


def test_the_unit_page_before_approval_shows_what_will_be_frozen(client: Client) -> None:
    world = play_to("approval")
    page = as_(client, world, "ha").get(reverse("results:unit", args=[world.round.pk, "01"])).content.decode()
    assert "90,56" in page


def test_an_unknown_unit_is_not_found(client: Client) -> None:
    world = play_to("published")
    assert as_(client, world, "an").get(reverse("results:unit", args=[world.round.pk, "99"])).status_code == 404


def test_the_coordinator_submits_and_the_head_is_asked(client: Client) -> None:
    world = play_to("approval")
    url = reverse("results:submit", args=[world.round.pk])
    assert "09/01/2023" in as_(client, world, "giang").get(url).content.decode()
    answer = client.post(url, {"number": "5/TTr-PNV", "text": "Trình."})
    assert answer.headers["Location"] == reverse("results:approval", args=[world.round.pk])
    assert Submission.objects.get().number == "5/TTr-PNV"
    head = as_(client, world, "ha").get(answer.headers["Location"]).content.decode()
    for text in ("5/TTr-PNV", "90,56", "Phê duyệt…", "Trả lại Hội đồng…"):
        assert text in head


def test_a_second_submission_is_refused_with_a_sentence(client: Client) -> None:
    world = play_to("approval")
    url = reverse("results:submit", args=[world.round.pk])
    as_(client, world, "giang").post(url, {"number": "5/TTr-PNV", "text": "Trình."})
    answer = client.post(url, {"number": "6/TTr-PNV", "text": "Trình."})
    assert answer.status_code == 422
    assert "Đã có tờ trình đang chờ" in answer.content.decode()
    assert Submission.objects.count() == 1


def test_a_submission_needs_number_and_text(client: Client) -> None:
    world = play_to("approval")
    answer = as_(client, world, "giang").post(reverse("results:submit", args=[world.round.pk]), {})
    assert answer.status_code == 422
    assert not Submission.objects.exists()


def test_submitting_too_early_is_refused(client: Client) -> None:
    world = play_to("council")
    answer = as_(client, world, "giang").post(
        reverse("results:submit", args=[world.round.pk]), {"number": "5", "text": "Trình."}
    )
    assert answer.status_code == 422
    assert "Hội đồng chưa thống nhất" in answer.content.decode()


@pytest.mark.parametrize(("name", "status"), [("ha", 403), ("an", 403), ("son", 404)])
def test_only_the_coordinator_submits(client: Client, name: str, status: int) -> None:
    world = play_to("approval")
    url = reverse("results:submit", args=[world.round.pk])
    assert as_(client, world, name).get(url).status_code == status
    assert client.post(url, {"number": "5", "text": "Trình."}).status_code == status


def submitted(client: Client) -> tuple[World, Submission]:
    world = play_to("approval")
    as_(client, world, "giang").post(
        reverse("results:submit", args=[world.round.pk]), {"number": "5/TTr-PNV", "text": "Trình."}
    )
    return world, Submission.objects.get()


def test_the_head_approves_after_seeing_what_will_happen(client: Client) -> None:
    world, submission = submitted(client)
    url = reverse("results:approve", args=[submission.pk])
    page = as_(client, world, "ha").get(url).content.decode()
    assert "chụp lại nguyên trạng" in page
    assert "90,56" in page
    assert client.post(url).headers["Location"] == results_url(world)
    assert Result.objects.get().approved_by == world.cast.ha
    coordinator = as_(client, world, "giang").get(results_url(world)).content.decode()
    assert reverse("documents:publish", args=[world.round.pk]) in coordinator


def test_approving_twice_is_refused_and_freezes_once(client: Client) -> None:
    world, submission = submitted(client)
    url = reverse("results:approve", args=[submission.pk])
    as_(client, world, "ha").post(url)
    again = client.post(url)
    assert again.status_code == 409
    assert "đã phê duyệt" in str(list(get_messages(again.wsgi_request))[-1])
    assert Result.objects.count() == 1


def test_the_head_returns_with_a_reason(client: Client) -> None:
    world, submission = submitted(client)
    url = reverse("results:return", args=[submission.pk])
    assert as_(client, world, "ha").post(url, {"reason": " "}).status_code == 422
    assert client.post(url, {"reason": "Xem lại tiêu chí 2.1."}).status_code == 302
    assert world.round.stage == StageKey.COUNCIL
    page = client.get(reverse("results:approval", args=[world.round.pk])).content.decode()
    assert "Xem lại tiêu chí 2.1." in page
    assert client.post(reverse("results:approve", args=[submission.pk])).status_code == 409


@pytest.mark.parametrize(("name", "status"), [("giang", 403), ("an", 404), ("son", 404)])
def test_only_the_head_decides(client: Client, name: str, status: int) -> None:
    world, submission = submitted(client)
    as_(client, world, name)
    for route in ("approve", "return"):
        url = reverse(f"results:{route}", args=[submission.pk])
        assert client.get(url).status_code == status
        assert client.post(url, {"reason": "Không."}).status_code == status
    assert not Result.objects.exists()


def test_the_approval_page_is_for_those_who_run_the_round(client: Client) -> None:
    world, _submission = submitted(client)
    url = reverse("results:approval", args=[world.round.pk])
    assert as_(client, world, "an").get(url).status_code == 403
    coordinator = as_(client, world, "giang").get(url).content.decode()
    assert "Phê duyệt…" not in coordinator


def test_the_form_is_not_offered_while_a_submission_waits(client: Client) -> None:
    world, _submission = submitted(client)
    answer = client.get(reverse("results:submit", args=[world.round.pk]))
    assert answer.headers["Location"] == reverse("results:approval", args=[world.round.pk])


@pytest.mark.parametrize("more", [0, 3])
def test_result_pages_ask_a_fixed_number_of_questions(client: Client, more: int) -> None:
    world = play_to("preparation")
    block = world.round.blocks.get()
    for _number in range(more):
        block.participants.create(round=world.round, unit=UnitFactory(parent=world.cast.authority))
    for stage in ORDER[1 : ORDER.index("aggregation") + 1]:
        getattr(world, stage)()
    for dossier in world.round.dossiers.filter(state="draft").select_related("round", "unit", "block__edition"):
        record_not_submitted(dossier, world.cast.giang, moment("20/12/2022 09:00"))
    for stage in ORDER[ORDER.index("appraisal") : ORDER.index("approval") + 1]:
        getattr(world, stage)()
    as_(client, world, "giang")
    pk = world.round.pk
    expected = {
        reverse("results:results", args=[pk]): 14,
        reverse("results:unit", args=[pk, "01"]): 20,
        reverse("results:approval", args=[pk]): 14,
        reverse("results:submit", args=[pk]): 8,
    }
    counts = {}
    for url in expected:
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        counts[url] = len(queries)
    assert counts == expected
