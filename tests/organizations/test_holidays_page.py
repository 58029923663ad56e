"""The page of the days off: read by everybody, written by the coordinating office and the administrator."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from chiso.audit.models import AuditEntry
from chiso.organizations import clock
from chiso.organizations.choices import Role
from chiso.organizations.models import Holiday
from tests.cast import Cast, engage
from tests.factories import MembershipFactory
from tests.world import moment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment("14/12/2022 11:00"))


@pytest.fixture
def cast() -> Cast:
    return engage()


PAGE, REMOVE = "/ngay-nghi/", "/ngay-nghi/bo/"


def as_(client: Client, cast: Cast, name: str) -> Client:
    client.force_login(cast.everyone()[name])
    return client


def test_the_coordinator_writes_and_removes_a_day(client: Client, cast: Cast) -> None:
    as_(client, cast, "giang")
    assert reverse("organizations:holidays") == PAGE
    answer = client.post(PAGE, {"day": "12/12/2022", "name": "Nghỉ bù kỷ niệm"})
    assert answer.status_code == 302
    assert answer["Location"] == "/ngay-nghi/?nam=2022"
    page = client.get(PAGE).content.decode()
    for words in ("12/12/2022", "Thứ Hai", "Nghỉ bù kỷ niệm", "nghỉ, ghi tại đây", "Tết Dương lịch", "theo luật"):
        assert words in page
    assert client.post(PAGE, {"day": "12/12/2022", "name": "Làm bù", "is_working": "on"}).status_code == 302
    assert Holiday.objects.get().is_working
    assert client.post(REMOVE, {"day": "12/12/2022"}).status_code == 302
    assert not Holiday.objects.exists()
    assert [entry.code for entry in AuditEntry.objects.order_by("number")] == [
        "holiday.set",
        "holiday.set",
        "holiday.remove",
    ]


def test_a_day_of_the_law_that_is_worked_is_struck_out(client: Client, cast: Cast) -> None:
    as_(client, cast, "giang")
    client.post(PAGE, {"day": "02/01/2023", "name": "Đi làm", "is_working": "on"})
    page = client.get(PAGE, {"nam": "2023"}).content.decode()
    assert '<del class="muted">Tết Dương lịch (nghỉ bù)</del>' in page
    assert "làm bù, ghi tại đây" in page


def test_the_administrator_may_too(client: Client, cast: Cast) -> None:
    MembershipFactory(user=cast.son, unit=cast.authority, role=Role.ADMINISTRATOR)
    assert as_(client, cast, "son").post(PAGE, {"day": "12/12/2022", "name": "Nghỉ"}).status_code == 302
    assert AuditEntry.objects.get().role == Role.ADMINISTRATOR


@pytest.mark.parametrize("name", ["an", "ha", "chi", "son"])
def test_everybody_reads_and_nobody_else_writes(client: Client, cast: Cast, name: str) -> None:
    as_(client, cast, name)
    page = client.get(PAGE).content.decode()
    assert "Ghi thêm một ngày" not in page
    assert client.post(PAGE, {"day": "12/12/2022", "name": "Nghỉ"}).status_code == 403
    assert client.post(REMOVE, {"day": "12/12/2022"}).status_code == 403
    assert not Holiday.objects.exists()


def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    assert client.get(PAGE).status_code == 302


@pytest.mark.parametrize(
    "given",
    [{"day": "31/02/2022", "name": "Nghỉ"}, {"day": "12/12/2022", "name": ""}, {"day": "1/1/1999", "name": "x"}],
)
def test_what_is_no_day_is_refused(client: Client, cast: Cast, given: dict[str, str]) -> None:
    assert as_(client, cast, "giang").post(PAGE, given).status_code == 422
    assert not Holiday.objects.exists()


def test_a_double_click_says_that_it_is_so_already(client: Client, cast: Cast) -> None:
    as_(client, cast, "giang").post(PAGE, {"day": "12/12/2022", "name": "Nghỉ"})
    assert client.post(PAGE, {"day": "12/12/2022", "name": "Nghỉ"}).status_code == 422
    client.post(REMOVE, {"day": "12/12/2022"})
    page = client.post(REMOVE, {"day": "12/12/2022"}, follow=True).content.decode()
    assert "không còn trong danh sách" in page
    assert "không phải là ngày" in client.post(REMOVE, {"day": "x"}, follow=True).content.decode()


@pytest.mark.parametrize("year", ["0", "9999", "²⁰²²", "abc", "-1", "20222"])
def test_a_made_up_year_is_this_one(client: Client, cast: Cast, year: str) -> None:
    assert "năm 2022" in as_(client, cast, "giang").get(PAGE, {"nam": year}).content.decode()


@pytest.mark.parametrize("count", [0, 30])
def test_the_questions_do_not_grow(
    client: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    Holiday.objects.bulk_create(Holiday(day=date(2022, 3, 1 + n), name="Nghỉ") for n in range(count))
    as_(client, cast, "giang")
    with django_assert_num_queries(5):
        client.get(PAGE)
