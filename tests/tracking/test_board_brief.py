"""What the leader's one page says; that it prints on one sheet is in journeys/test_leader_page.py."""

import pytest
from django.test import Client
from django.urls import reverse

from chiso.assessments.choices import DossierState
from chiso.assessments.models import Dossier
from chiso.organizations import clock
from chiso.rounds.choices import PlanState
from chiso.rounds.models import Plan, Round
from tests.world import World, moment, play_to

pytestmark = pytest.mark.django_db


def sheet(client: Client, world: World, name: str, at: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(clock, "now", lambda: moment(at))
    client.force_login(world.cast.everyone()[name])
    answer = client.get(reverse("tracking:brief", args=[world.round.pk]))
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_sheet_says_what_is_late_and_whose_and_what_comes_next(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = play_to("submitted")
    Dossier.objects.filter(unit=world.cast.south).update(state=DossierState.DRAFT, submitted_at=None)
    page = sheet(client, world, "ha", "17/12/2022 08:00", monkeypatch)
    assert "Đến 08:00 ngày 17/12/2022" in page
    assert "Xã Nam (trễ 3 ngày)" in page
    late = page.split("<h2>Đang trễ hạn</h2>")[1].split("</table>")[0]
    assert "3.1 Tự đánh giá" in late
    due = page.split("<h2>Đến hạn trong 7 ngày tới</h2>")[1].split("</table>")[0]
    assert "3.2 Tổng hợp" in due
    assert "3.4" not in due
    assert "Không có văn bản nào chờ ký." in page


def test_units_that_sent_nothing_are_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    world = play_to("submitted")
    Dossier.objects.filter(unit=world.cast.south).update(state=DossierState.NOT_SUBMITTED, submitted_at=None)
    assert "Xã Nam (không nộp)" in sheet(client, world, "giang", "17/12/2022 08:00", monkeypatch)


def test_what_waits_for_the_head_in_the_order_of_the_work(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    world = play_to("preparation")
    Plan.objects.update(state=PlanState.DRAFT)
    Round.objects.update(panels_decision="")
    page = sheet(client, world, "ha", "20/11/2022 08:00", monkeypatch)
    papers = page.split("Chờ lãnh đạo ký, quyết định")[1].split("</section>")[0]
    assert papers.index("Ban hành Kế hoạch") < papers.index("Quyết định thành lập Hội đồng")


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        ("approval", "Không có văn bản nào chờ ký."),
        ("approved", "Quyết định công bố Chỉ số CCHC"),
        ("published", "Không có văn bản nào chờ ký."),
    ],
)
def test_results_wait_until_they_are_decided_and_published(
    client: Client, monkeypatch: pytest.MonkeyPatch, stage: str, words: str
) -> None:
    world = play_to(stage)
    assert words in sheet(client, world, "ha", "13/01/2023 15:00", monkeypatch)


def test_a_submission_waits_for_approval(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    world = play_to("approval")
    world.round.submissions.create(
        number="9/TTr", text="…", submitted_by=world.cast.giang, submitted_at=moment("10/01/2023 08:00")
    )
    page = sheet(client, world, "ha", "10/01/2023 09:00", monkeypatch)
    assert "Phê duyệt kết quả theo Tờ trình số 9/TTr, trình ngày 10/01" in page


@pytest.mark.parametrize(("name", "status"), [("an", 403), ("chi", 403), ("khanh", 403), ("dung", 403), ("son", 404)])
def test_the_sheet_is_for_those_who_run_the_round(client: Client, name: str, status: int) -> None:
    world = play_to("submitted")
    client.force_login(world.cast.everyone()[name])
    assert client.get(reverse("tracking:brief", args=[world.round.pk])).status_code == status
