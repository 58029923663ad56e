"""The pages of index sets, once around: list, tree, consultation, issue. Each room has tests of its own beside."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from chiso.indexsets import actions
from chiso.indexsets.choices import EditionState, Response
from chiso.indexsets.models import Consultation, Edition, Opinion
from chiso.organizations import clock
from chiso.organizations.models import Unit
from tests.cast import Cast, engage
from tests.world import moment

pytestmark = pytest.mark.django_db

SMALL = (Path(__file__).parent.parent / "data" / "small_set.yaml").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment("16/11/2022 11:00"))


@pytest.fixture
def cast() -> Cast:
    return engage()


@pytest.fixture
def edition(cast: Cast) -> Edition:
    return actions.import_edition(cast.authority, cast.giang, moment("14/11/2022 09:00"), text=SMALL)


@pytest.fixture
def consulting(cast: Cast, edition: Edition) -> Edition:
    """A draft on which both communes and the justice office are asked."""
    justice = Unit.objects.get(code="TP")
    actions.open_consultation(
        edition,
        cast.giang,
        moment("15/11/2022 09:00"),
        bodies=[cast.north, cast.south, justice],
        closes_at=moment("23/11/2022 00:00"),
    )
    return edition


def sign_in(client: Client, cast: Cast, name: str) -> Client:
    client.force_login(cast.everyone()[name])
    return client


def url(name: str, edition: Edition, *more: int) -> str:
    return reverse(f"indexsets:{name}", args=[edition.pk, *more])


def give(cast: Cast, edition: Edition, text: str = "Đề nghị làm rõ.") -> Opinion:
    consultation = Consultation.objects.select_related("edition").get(edition=edition)
    return actions.give_opinion(consultation, cast.an, moment("16/11/2022 09:00"), unit=cast.north, text=text)


def test_a_set_is_read_as_a_table(client: Client, cast: Cast, edition: Edition) -> None:
    page = sign_in(client, cast, "giang").get(url("edition", edition)).content.decode()
    for words in (
        "Bộ chỉ số thử",
        "Dự thảo",
        "Ban hành kế hoạch",
        "Kịp thời: 2 điểm; Chậm: 1 điểm",
        "Không áp dụng: giảm điểm tối đa (Không được giao nhiệm vụ).",
        "điều tra xã hội học",
        "theo số liệu chính thức",
        "Lấy ý kiến",
    ):
        assert words in page
    assert "Bộ chỉ số thử" in client.get(reverse("indexsets:editions")).content.decode()


def test_a_draft_is_seen_by_those_who_run_it_and_those_who_are_asked(
    client: Client, cast: Cast, edition: Edition
) -> None:
    assert sign_in(client, cast, "an").get(url("edition", edition)).status_code == 404
    justice = Unit.objects.get(code="TP")
    moments = (moment("15/11/2022 09:00"), moment("23/11/2022 00:00"))
    actions.open_consultation(edition, cast.giang, moments[0], bodies=[cast.north, justice], closes_at=moments[1])
    assert client.get(url("edition", edition)).status_code == 200
    assert sign_in(client, cast, "em").get(url("edition", edition)).status_code == 404


def test_the_coordinator_asks_for_opinions(client: Client, cast: Cast, edition: Edition) -> None:
    sign_in(client, cast, "giang")
    page = client.get(url("consult", edition)).content.decode()
    for name in ("Phòng Tư pháp", "Xã Bắc", "Xã Nam"):
        assert name in page
    given = {"bodies": [cast.north.pk, cast.south.pk], "closes_on": "22/11/2022"}
    assert client.post(url("consult", edition), given).status_code == 302
    assert Consultation.objects.get().closes_at == moment("23/11/2022 00:00")
    again = client.post(url("consult", edition), given)
    assert again.status_code == 422
    page = client.get(url("edition", edition)).content.decode()
    assert "0/2 cơ quan, đơn vị đã góp ý" in page
    assert "Chưa góp ý:" in page


@pytest.mark.parametrize("change", [{"closes_on": "15/11/2022"}, {"closes_on": "2022-11-22"}, {"bodies": []}])
def test_a_consultation_needs_bodies_and_a_day_to_come(
    client: Client, cast: Cast, edition: Edition, change: dict[str, object]
) -> None:
    given = {"bodies": [cast.north.pk], "closes_on": "22/11/2022"} | change
    assert sign_in(client, cast, "giang").post(url("consult", edition), given).status_code == 422
    assert not Consultation.objects.exists()


def test_a_body_gives_its_opinion_and_reads_the_answer(client: Client, cast: Cast, consulting: Edition) -> None:
    sign_in(client, cast, "an")
    leaf = consulting.criteria.get(code="2.1")
    given = {"unit": cast.north.pk, "criterion": leaf.pk, "text": "Đề nghị thống nhất nguồn số liệu."}
    assert client.post(url("give_opinion", consulting), given).status_code == 302
    page = client.get(url("edition", consulting)).content.decode()
    assert "2.1 Hồ sơ đúng hạn" in page
    assert "chưa trả lời" in page
    opinion = Opinion.objects.get()
    sign_in(client, cast, "giang")
    answer = url("answer_opinion", consulting, opinion.pk)
    assert "Đề nghị thống nhất nguồn số liệu." in client.get(answer).content.decode()
    assert client.post(answer, {"response": "declined", "text": ""}).status_code == 422
    assert client.post(answer, {"response": "accepted", "text": "Đã bổ sung."}).status_code == 302
    page = sign_in(client, cast, "an").get(url("edition", consulting)).content.decode()
    assert "Đã bổ sung." in page


def test_a_body_reads_no_opinion_but_its_own(client: Client, cast: Cast, consulting: Edition) -> None:
    give(cast, consulting, "Ý kiến của Xã Bắc.")
    page = sign_in(client, cast, "em").get(url("edition", consulting)).content.decode()
    assert "Ý kiến của Xã Bắc." not in page
    assert "Xã Bắc" not in page


def test_nobody_speaks_for_another_unit(client: Client, cast: Cast, consulting: Edition) -> None:
    sign_in(client, cast, "an")
    given = {"unit": cast.south.pk, "criterion": "", "text": "Ý kiến."}
    assert client.post(url("give_opinion", consulting), given).status_code == 422
    assert not Opinion.objects.exists()


def test_after_the_last_day_no_opinion_is_taken(
    client: Client, cast: Cast, consulting: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment("23/11/2022 00:00"))
    sign_in(client, cast, "an")
    assert "đã hết hạn" in client.get(url("edition", consulting)).content.decode()
    given = {"unit": cast.north.pk, "criterion": "", "text": "Ý kiến."}
    answer = client.post(url("give_opinion", consulting), given)
    assert answer.status_code == 422
    assert "Đã hết thời gian lấy ý kiến" in answer.content.decode()


def test_the_head_issues_once_every_opinion_is_answered(client: Client, cast: Cast, consulting: Edition) -> None:
    opinion = give(cast, consulting)
    given = {"number": "2/QĐ-UBND", "day": "25/11/2022", "signer": "Bế Văn Hà"}
    sign_in(client, cast, "ha")
    page = client.get(url("issue", consulting)).content.decode()
    assert "1 ý kiến của 1/3 cơ quan, đơn vị" in page
    refused = client.post(url("issue", consulting), given)
    assert refused.status_code == 422
    assert "Còn 1 ý kiến chưa được tiếp thu" in refused.content.decode()
    opinion.consultation.edition.refresh_from_db()
    actions.answer_opinion(
        opinion, cast.giang, moment("16/11/2022 10:00"), response=Response.ACCEPTED, text="Đã bổ sung."
    )
    assert client.post(url("issue", consulting), given).status_code == 302
    assert client.post(url("issue", consulting), given).status_code == 422
    consulting.refresh_from_db()
    assert consulting.state == EditionState.ISSUED
    page = sign_in(client, cast, "em").get(url("edition", consulting)).content.decode()
    assert "Quyết định số 2/QĐ-UBND ngày 25/11/2022, người ký Bế Văn Hà" in page


@pytest.mark.parametrize(
    ("route", "name", "status"),
    [
        ("consult", "ha", 403),
        ("consult", "an", 403),
        ("issue", "giang", 403),
        ("issue", "an", 403),
        ("give_opinion", "giang", 403),
        ("consult", "son", 404),
        ("issue", "son", 404),
        ("give_opinion", "son", 404),
    ],
)
def test_each_step_is_refused_to_others(
    client: Client, cast: Cast, consulting: Edition, route: str, name: str, status: int
) -> None:
    assert sign_in(client, cast, name).get(url(route, consulting)).status_code == status
    assert client.post(url(route, consulting), {}).status_code == status


def test_an_opinion_is_answered_by_the_coordinator_and_through_its_own_set(
    client: Client, cast: Cast, consulting: Edition
) -> None:
    opinion = give(cast, consulting)
    assert sign_in(client, cast, "an").get(url("answer_opinion", consulting, opinion.pk)).status_code == 403
    assert sign_in(client, cast, "em").get(url("answer_opinion", consulting, opinion.pk)).status_code == 404
    second = SMALL.replace("version: 1", "version: 2")
    other = actions.import_edition(cast.authority, cast.giang, moment("16/11/2022 09:00"), text=second)
    assert sign_in(client, cast, "giang").get(url("answer_opinion", other, opinion.pk)).status_code == 404


def test_a_stranger_is_asked_to_sign_in(client: Client, edition: Edition) -> None:
    for name in ("edition", "consult", "give_opinion", "issue"):
        assert client.get(url(name, edition)).status_code == 302
    assert client.get(reverse("indexsets:editions")).status_code == 302


def test_a_set_is_read_in_the_same_few_questions_however_many_opinions(
    client: Client, cast: Cast, consulting: Edition, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    give(cast, consulting)
    address = url("edition", consulting)
    sign_in(client, cast, "giang").get(address)
    with django_assert_num_queries(6):
        client.get(address)
    give(cast, consulting)
    give(cast, consulting)
    with django_assert_num_queries(6):
        client.get(address)
