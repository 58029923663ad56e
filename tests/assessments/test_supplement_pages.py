"""The preliminary notice as its unit reads it, explaining a leaf, supplementing, and sending the answer."""

from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chiso.assessments.choices import DossierState
from chiso.assessments.models import Citation, Explanation, PreliminaryNotice
from chiso.organizations import clock
from chiso.organizations.models import User
from tests.world import PDF, World, moment, play_to

pytestmark = pytest.mark.django_db

MORNING = moment("30/12/2022 09:00")
FACTS = {"numerator": "90", "denominator": "100"}


@pytest.fixture(autouse=True)
def _morning(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, MORNING)


def set_clock(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: at)


def path(world: World, route: str, *code: str) -> str:
    return reverse(f"assessments:{route}", args=[world.dossier(world.cast.north).pk, *code])


def as_user(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def explain(client: Client, world: World, code: str = "2.1", **sent: Any) -> Any:
    given = {"version": "0", "text": "Có văn bản kèm theo."} | FACTS | sent
    return client.post(path(world, "explain", code), given)


def notice(world: World) -> PreliminaryNotice:
    return PreliminaryNotice.objects.get(dossier__unit=world.cast.north)


# ---- the notice --------------------------------------------------------------


def test_the_notice_shows_every_leaf_cuts_first(client: Client) -> None:
    world = play_to("supplement")
    page = as_user(client, world.cast.an).get(path(world, "notice")).content.decode()
    for text in (
        "4/TB-PNV",
        "09:00 ngày 29/12/2022",
        "hết 24 giờ ngày 03/01/2023",
        "14,73/16",
        "14,13/16",
        "Điểm thẩm định thấp hơn điểm tự chấm (1)",
        "−0,60",
        "Không khớp Cổng Dịch vụ công quốc gia.",
        "Tổ Chuyên viên yêu cầu giải trình",
    ):
        assert text in page, text
    assert page.index("2.1 Hồ sơ đúng hạn") < page.index("1.1 Ban hành kế hoạch")
    assert path(world, "leaf", "2.1") in page


def test_opening_the_notice_is_recorded_once_and_only_for_the_unit(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = play_to("supplement")
    as_user(client, world.cast.giang).get(path(world, "notice"))
    assert notice(world).opened_at is None
    as_user(client, world.cast.an).get(path(world, "notice"))
    set_clock(monkeypatch, moment("31/12/2022 09:00"))
    as_user(client, world.cast.binh).get(path(world, "notice"))
    assert notice(world).opened_at == MORNING


@pytest.mark.parametrize(
    ("who", "status"), [("binh", 200), ("giang", 200), ("ha", 200), ("khanh", 403), ("em", 404), ("dung", 404)]
)
def test_who_reads_the_notice(client: Client, who: str, status: int) -> None:
    world = play_to("supplement")
    assert as_user(client, getattr(world.cast, who)).get(path(world, "notice")).status_code == status


@pytest.mark.parametrize("stage", ["submitted", "appraisal", "notice"])
def test_there_is_no_notice_before_it_is_sent(client: Client, stage: str) -> None:
    world = play_to(stage)
    assert as_user(client, world.cast.an).get(path(world, "notice")).status_code == 404


# ---- explaining --------------------------------------------------------------


def test_a_reopened_leaf_shows_the_thread_and_the_form(client: Client) -> None:
    world = play_to("supplement")
    page = as_user(client, world.cast.an).get(path(world, "leaf", "2.1")).content.decode()
    for text in ("Quá trình chấm điểm", "Thẩm định lần 1", "4,80", "−0,60", "Lưu giải trình", "chưa giải trình"):
        assert text in page, text


def test_explaining_keeps_the_proposal_beside_the_self_score(client: Client) -> None:
    world = play_to("supplement")
    answer = explain(as_user(client, world.cast.an), world, numerator="85")
    assert (answer.status_code, answer.url) == (302, path(world, "leaf", "2.1"))
    row = Explanation.objects.get()
    assert (row.text, row.facts["numerator"], row.explained_by) == ("Có văn bản kèm theo.", "85", world.cast.an)
    assert world.entry(world.cast.north, "2.1").facts == FACTS
    page = client.get(answer.url).content.decode()
    assert "5,10" in page
    assert "1/1 tiêu chí cần giải trình đã xong" in page
    assert explain(client, world, version="1", text="Bổ sung.").status_code == 302


def test_an_explanation_needs_words_and_sound_facts(client: Client) -> None:
    world = play_to("supplement")
    an = as_user(client, world.cast.an)
    for sent, told in (
        ({"text": ""}, "Chưa có nội dung giải trình."),
        ({"numerator": "85.25"}, "viết 85,25"),
        ({"denominator": "0"}, "mẫu số bằng 0"),
    ):
        answer = explain(an, world, **sent)
        assert (answer.status_code, told in answer.content.decode()) == (422, True)
    assert not Explanation.objects.exists()


def test_a_leaf_that_was_agreed_with_stays_closed(client: Client) -> None:
    world = play_to("supplement")
    an = as_user(client, world.cast.an)
    page = an.get(path(world, "leaf", "2.2")).content.decode()
    assert "không thuộc diện giải trình, bổ sung" in page
    assert "Lưu giải trình" not in page
    answer = an.post(path(world, "explain", "2.2"), {"version": "0", "text": "x", "items": "1"})
    assert answer.status_code == 409
    refused = an.post(path(world, "attach", "2.2"), {"file": [SimpleUploadedFile("a.pdf", PDF)]})
    assert refused.status_code == 422


def test_a_reopened_leaf_takes_documents_marked_as_supplement(client: Client) -> None:
    world = play_to("supplement")
    an = as_user(client, world.cast.an)
    an.post(path(world, "attach", "2.1"), {"file": [SimpleUploadedFile("bổ sung.pdf", PDF + b"2")]})
    assert Citation.objects.get(document__name="bổ sung.pdf").stage == "supplement"
    page = an.get(path(world, "leaf", "2.1")).content.decode()
    assert '<span class="tag tag-blue">bổ sung</span>' in page


@pytest.mark.parametrize(("who", "status"), [("giang", 403), ("khanh", 403), ("em", 404), ("dung", 404)])
def test_only_the_unit_explains(client: Client, who: str, status: int) -> None:
    world = play_to("supplement")
    assert explain(as_user(client, getattr(world.cast, who)), world).status_code == status


def test_after_the_date_of_the_notice_it_is_too_late(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    world = play_to("supplement")
    set_clock(monkeypatch, moment("04/01/2023 00:00"))
    an = as_user(client, world.cast.an)
    refused = explain(an, world)
    assert refused.status_code == 409
    told = refused.content.decode()
    assert (
        told.count("Có văn bản kèm theo.") == 1
    )  # What was typed is still there to be copied; sending it again is not offered.
    assert ("Lưu giải trình" in told, told.count('id="calculation"')) == (False, 1)
    page = an.get(path(world, "leaf", "2.1")).content.decode()
    assert "Đã quá hạn (hết 24 giờ ngày 03/01/2023)" in page


@pytest.mark.parametrize("stage", ["submitted", "notice", "reappraisal"])
def test_explaining_belongs_to_its_stage(client: Client, stage: str) -> None:
    world = play_to(stage)
    count = Explanation.objects.count()
    assert explain(as_user(client, world.cast.an), world).status_code == 409
    assert Explanation.objects.count() == count


# ---- sending it --------------------------------------------------------------


def test_the_confirm_page_says_what_is_still_open(client: Client) -> None:
    world = play_to("supplement")
    page = as_user(client, world.cast.binh).get(path(world, "resubmit")).content.decode()
    assert "1 tiêu chí chưa giải trình giữ điểm thẩm định lần 1." in page
    explain(client, world)
    page = client.get(path(world, "resubmit")).content.decode()
    assert "giữ điểm thẩm định lần 1" not in page
    assert "đã giải trình, bổ sung" in page


def test_the_leader_sends_once(client: Client) -> None:
    world = play_to("supplement")
    binh = as_user(client, world.cast.binh)
    assert binh.post(path(world, "resubmit")).url == path(world, "resubmit")
    assert world.dossier(world.cast.north).state == DossierState.RESUBMITTED
    assert "Đã gửi lúc 09:00 ngày 30/12/2022." in binh.get(path(world, "resubmit")).content.decode()
    again = binh.post(path(world, "resubmit"))
    assert (again.status_code, "Đã gửi giải trình, bổ sung nên khóa" in again.content.decode()) == (409, True)
    assert explain(as_user(client, world.cast.an), world).status_code == 409


@pytest.mark.parametrize(("who", "status"), [("an", 403), ("giang", 403), ("em", 404)])
def test_only_the_leader_sends(client: Client, who: str, status: int) -> None:
    world = play_to("supplement")
    assert as_user(client, getattr(world.cast, who)).post(path(world, "resubmit")).status_code == status
    assert world.dossier(world.cast.north).state == DossierState.NOTIFIED


def test_strangers_are_sent_to_sign_in(client: Client) -> None:
    world = play_to("supplement")
    for answer in (client.get(path(world, "notice")), client.get(path(world, "resubmit")), explain(client, world)):
        assert answer.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("route", ["notice", "resubmit"])
def test_pages_ask_eight_queries(client: Client, route: str) -> None:
    world = play_to("supplement")
    an, page = as_user(client, world.cast.an), path(world, route)
    an.get(page)
    with CaptureQueriesContext(connection) as asked:
        assert an.get(page).status_code == 200
    assert len(asked) == 8
