"""Review inside the unit, submission and the receipt: what the pages say, who may, and every refusal."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chiso.assessments.actions import dossier as actions
from chiso.assessments.choices import DossierState
from chiso.organizations import clock
from chiso.organizations.models import User
from tests.world import NORTH, World, moment, play_to

pytestmark = pytest.mark.django_db

EVENING = moment("12/12/2022 21:04")


@pytest.fixture(autouse=True)
def _evening(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, EVENING)


def set_clock(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: at)


def path(world: World, route: str) -> str:
    return reverse(f"assessments:{route}", args=[world.dossier(world.cast.north).pk])


def filled() -> World:
    world = play_to("self_assessment")
    world.fill(world.cast.north, world.cast.an, NORTH, EVENING)
    return world


def state(world: World) -> str:
    return world.dossier(world.cast.north).state


def as_user(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def post(client: Client, user: User, world: World, route: str, **sent: Any) -> Any:
    return as_user(client, user).post(path(world, route), sent)


def test_the_page_says_what_will_be_handed_over(client: Client) -> None:
    world = filled()
    page = as_user(client, world.cast.binh).get(path(world, "submit")).content.decode()
    for text in (
        "14,73",
        "/16",
        "93,06",
        "3/4 tiêu chí xong · 1 thiếu tài liệu",
        "hết 24 giờ ngày 14/12/2022",
        "Ký duyệt, nộp hồ sơ",
        "Hồ sơ Xã Bắc được gửi Phòng Nội vụ",
        "1. Chỉ đạo, điều hành",
        "7,33/8",
    ):
        assert text in page, text
    assert "Trễ hạn" not in page
    # What lacks a figure scores nothing; what only lacks a document is another matter.
    assert "1 tiêu chí chưa có tài liệu kiểm chứng: người thẩm định có thể không công nhận điểm." in page
    assert "được tính 0 điểm" not in page
    world.dossier(world.cast.north).entries.filter(code="1.2").update(facts={}, score=None, score_state="missing")
    page = client.get(path(world, "submit")).content.decode()
    assert "1 tiêu chí chưa có số liệu được tính 0 điểm." in page


def test_the_editor_hands_it_to_the_leader_who_submits(client: Client) -> None:
    world = filled()
    assert "Trình lãnh đạo duyệt" in as_user(client, world.cast.an).get(path(world, "submit")).content.decode()
    assert post(client, world.cast.an, world, "request_review").url == path(world, "submit")
    assert state(world) == DossierState.INTERNAL_REVIEW
    assert "Trình lãnh đạo duyệt" not in client.get(path(world, "submit")).content.decode()
    assert post(client, world.cast.binh, world, "submit").url == path(world, "receipt")
    assert state(world) == DossierState.SUBMITTED


def test_the_leader_sends_it_back_with_a_reason(client: Client) -> None:
    world = filled()
    post(client, world.cast.an, world, "request_review")
    silent = post(client, world.cast.binh, world, "send_back", reason=" ")
    assert (silent.status_code, "Chưa nêu lý do trả lại." in silent.content.decode()) == (422, True)
    assert post(client, world.cast.binh, world, "send_back", reason="Thiếu tài liệu.").status_code == 302
    assert state(world) == DossierState.DRAFT
    again = post(client, world.cast.binh, world, "send_back", reason="Thiếu tài liệu.")
    assert again.status_code == 409


def test_submitting_twice_is_refused_and_keeps_the_first_receipt(client: Client) -> None:
    world = filled()
    post(client, world.cast.binh, world, "submit")
    receipt = world.dossier(world.cast.north).receipt
    again = post(client, world.cast.binh, world, "submit")
    assert again.status_code == 409
    assert "Không thể thực hiện “Nộp hồ sơ”" in again.content.decode()
    assert world.dossier(world.cast.north).receipt == receipt


def test_reviewing_twice_is_refused(client: Client) -> None:
    world = filled()
    post(client, world.cast.an, world, "request_review")
    assert post(client, world.cast.an, world, "request_review").status_code == 409


@pytest.mark.parametrize(
    ("who", "route", "status"),
    [
        ("an", "submit", 403),
        ("an", "send_back", 403),
        ("giang", "submit", 403),
        ("giang", "request_review", 403),
        ("em", "submit", 404),
        ("em", "request_review", 404),
        ("phuc", "send_back", 404),
        ("chi", "submit", 404),
    ],
)
def test_who_may_not(client: Client, who: str, route: str, status: int) -> None:
    world = filled()
    actions.request_review(world.dossier(world.cast.north), world.cast.an, EVENING)
    answer = post(client, getattr(world.cast, who), world, route, reason="x")
    assert answer.status_code == status
    assert state(world) == DossierState.INTERNAL_REVIEW


@pytest.mark.parametrize(("who", "status"), [("an", 200), ("giang", 403), ("em", 404)])
def test_who_reads_the_confirm_page(client: Client, who: str, status: int) -> None:
    world = filled()
    assert as_user(client, getattr(world.cast, who)).get(path(world, "submit")).status_code == status


def test_strangers_are_sent_to_sign_in(client: Client) -> None:
    world = filled()
    for route in ("submit", "receipt", "missing"):
        assert client.get(path(world, route)).url.startswith(reverse("account_login"))


def test_a_late_dossier_says_what_it_costs(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    world = filled()
    set_clock(monkeypatch, moment("17/12/2022 08:00"))
    page = as_user(client, world.cast.binh).get(path(world, "submit")).content.decode()
    assert "Trễ hạn 3 ngày. Theo tiêu chí P.1: −2,00 điểm." in page
    client.post(path(world, "submit"))
    assert world.dossier(world.cast.north).late_days == 3
    assert "trễ 3 ngày" in client.get(path(world, "receipt")).content.decode()


def test_after_the_last_moment_nothing_is_taken(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    world = filled()
    set_clock(monkeypatch, moment("20/12/2022 00:00"))
    page = as_user(client, world.cast.binh).get(path(world, "submit")).content.decode()
    assert "Đã quá hạn" in page
    assert "Ký duyệt, nộp hồ sơ" not in page
    assert client.post(path(world, "submit")).status_code == 409
    assert state(world) == DossierState.DRAFT


def test_the_wrong_stage_is_told(client: Client) -> None:
    world = play_to("appraisal")
    page = as_user(client, world.cast.binh).get(path(world, "submit")).content.decode()
    assert "Hồ sơ đang thẩm định nên không sửa được ở bước này." in page
    assert client.post(path(world, "submit")).status_code == 409


def test_the_receipt_says_when_who_and_what(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    world = play_to("submitted")
    set_clock(monkeypatch, moment("14/12/2022 11:00"))
    page = as_user(client, world.cast.an).get(path(world, "receipt")).content.decode()
    for text in ("10:00:00 ngày 13/12/2022", "đúng hạn", "Lương Văn Bình", "14,73/16", "Kế hoạch.pdf"):
        assert text in page
    assert "5 tiêu chí có số liệu, 1 tài liệu kiểm chứng" in page
    assert world.dossier(world.cast.north).receipt in page.replace("<wbr>", "")


def test_what_was_supplemented_later_is_not_on_the_receipt(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    world = play_to("supplement")
    world.entry(world.cast.north, "1.1").citations.update(stage="supplement")
    set_clock(monkeypatch, moment("31/12/2022 09:00"))
    page = as_user(client, world.cast.an).get(path(world, "receipt")).content.decode()
    assert "Kế hoạch.pdf" not in page


def test_there_is_no_receipt_before_submission(client: Client) -> None:
    world = filled()
    assert as_user(client, world.cast.an).get(path(world, "receipt")).url == path(world, "submit")


@pytest.mark.parametrize(("who", "status"), [("giang", 200), ("ha", 200), ("khanh", 403), ("em", 404)])
def test_who_reads_the_receipt(client: Client, who: str, status: int) -> None:
    world = play_to("submitted")
    assert as_user(client, getattr(world.cast, who)).get(path(world, "receipt")).status_code == status


@pytest.mark.parametrize(("route", "expected"), [("submit", 8), ("missing", 8), ("receipt", 6)])
def test_pages_ask_a_fixed_number_of_queries(client: Client, route: str, expected: int) -> None:
    world = play_to("submitted")
    binh, page = as_user(client, world.cast.binh), path(world, route)
    binh.get(page)
    with CaptureQueriesContext(connection) as asked:
        assert binh.get(page).status_code == 200
    assert len(asked) == expected
