"""The plan as a page, its import and issue, and extensions."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from chiso.demo.cast import DATA as DEMO
from chiso.organizations import clock
from chiso.rounds.choices import PlanState, StageKey
from chiso.rounds.models import Extension, Plan, PlanTask, Round
from tests.cast import Cast, engage
from tests.world import World, moment, play_to

pytestmark = pytest.mark.django_db

CONFIRM = {"step": "confirm"}
SMALL = Path(__file__).parent.parent / "data" / "small_plan.yaml"


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment("14/12/2022 11:00"))


def sign_in(client: Client, cast: Cast, name: str) -> Client:
    client.force_login(cast.everyone()[name])
    return client


def url(name: str, world: World) -> str:
    app = "assessments" if name == "extend" else "rounds"  # More time changes late days, so it lives above.
    return reverse(f"{app}:{name}", args=[world.round.pk])


def upload(client: Client, text: str, **fields: str) -> tuple[int, str]:
    authority = fields.pop("authority")
    file = SimpleUploadedFile("ke-hoach.yaml", text.encode())
    answer = client.post(
        reverse("rounds:import_plan"), {"source": "file", "file": file, "authority": authority, **fields}
    )
    return answer.status_code, answer.content.decode()


def test_the_plan_of_ha_lang_reads_as_it_is_printed(client: Client) -> None:
    cast = engage()
    text = (DEMO / "plan_ha_lang_2022.yaml").read_text(encoding="utf-8")
    status, _page = upload(sign_in(client, cast, "giang"), text, authority=str(cast.authority.pk))
    assert status == 302
    page = client.get(reverse("rounds:plan", args=[Round.objects.get().pk])).content.decode()
    assert page.count("<tr") == 17  # the head and the 16 rows of part II
    for words in (
        "Trước 15/12/2022",
        "hết 24 giờ ngày 14/12/2022",
        "Chậm nhất ngày 15/01/2023",
        "hết 24 giờ ngày 15/01/2023",
        "Tháng 12/2022 – 01/2023",
        "từ ngày 01/12/2022 đến hết 24 giờ ngày 31/01/2023",
        "Thời gian có thể thay đổi theo hướng dẫn của Sở Nội vụ",
        "Kế hoạch số 2886/KH-UBND ngày 08/11/2022",
        "chưa ban hành",
    ):
        assert words in page


def test_before_may_count_its_day_when_the_plan_says_so(client: Client) -> None:
    cast = engage()
    sign_in(client, cast, "giang")
    upload(client, SMALL.read_text(encoding="utf-8"), authority=str(cast.authority.pk), before_counts_day="on")
    page = client.get(reverse("rounds:plan", args=[Round.objects.get().pk])).content.decode()
    assert "hết 24 giờ ngày 15/12/2022" in page
    assert "tính cả ngày đó" in page


BAD_ROWS = """
plan: {name: Đợt thử, year: "hai nghìn"}
tasks:
  - {code: "1", title: Một, deadline: {kind: soon, text: "Sắp", date: 2022-11-28}}
  - {code: "2", title: Hai, deadline: {kind: before, text: "Trước 31/02", date: 31/02/2022}}
  - {code: "2", deadline: {kind: group}}
  - {code: "3", title: Ba, deadline: {kind: period, text: "Tháng", from: 2022, to: 2022-12}}
  - {code: "4", title: Bốn, deadline: {kind: group}, lead: Phòng Nội vụ}
  - {code: "5", title: Năm, deadline: {kind: group}, stage: later}
  - {code: "06.1.2.3.4.5", title: Sáu, deadline: {kind: group}}
  - chỉ là chữ
"""


def test_every_fault_of_a_plan_is_shown_and_nothing_is_saved(client: Client) -> None:
    cast = engage()
    status, page = upload(sign_in(client, cast, "giang"), BAD_ROWS, authority=str(cast.authority.pk))
    assert status == 422
    for row in (1, 2, 3, 4, 5, 6, 7, 8):
        assert f"Dòng {row}:" in page
    assert "“title”" in page
    assert "phải là một năm" in page
    assert "valid" not in page.split('<ul class="error"')[1].split("</ul>")[0]
    assert not Round.objects.exists()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("plan: [", "không đúng cú pháp YAML (dòng"),
        ("- chỉ một danh sách", "không có danh sách nhiệm vụ"),
        ("tasks: []", "Thiếu phần đầu"),
    ],
)
def test_a_file_that_is_no_plan_is_refused(client: Client, text: str, fault: str) -> None:
    cast = engage()
    status, page = upload(sign_in(client, cast, "giang"), text, authority=str(cast.authority.pk))
    assert status == 422
    assert fault in page


def test_the_same_plan_is_imported_once(client: Client) -> None:
    cast = engage()
    sign_in(client, cast, "giang")
    text = SMALL.read_text(encoding="utf-8")
    assert upload(client, text, authority=str(cast.authority.pk))[0] == 302
    status, page = upload(client, text, authority=str(cast.authority.pk))
    assert status == 422
    assert "đã có" in page
    assert Round.objects.count() == 1


def mark_in(page: str) -> str:
    """The mark of the draft that the page was drawn from."""
    return page.split('name="seen" value="')[1].split('"')[0]


def test_the_head_issues_the_plan_once(client: Client) -> None:
    world = play_to("preparation")
    Plan.objects.update(state=PlanState.DRAFT, number="", date=None)
    sign_in(client, world.cast, "ha")
    assert "Ban hành Kế hoạch" in client.get(url("plan", world)).content.decode()
    page = client.get(url("issue_plan", world)).content.decode()
    assert "9 nhiệm vụ có thời hạn" in page
    assert 'value="14/12/2022"' in page
    said = {"number": "125/KH-UBND", "day": "15/11/2022", "seen": mark_in(page)}
    PlanTask.objects.filter(code="3.1").update(title="Tự chấm điểm, nộp hồ sơ")
    stale = client.post(url("issue_plan", world), said)
    assert (stale.status_code, "vừa được sửa" in stale.content.decode()) == (422, True)
    said["seen"] = mark_in(client.get(url("issue_plan", world)).content.decode())
    assert client.post(url("issue_plan", world), said).status_code == 302
    page = client.get(url("plan", world)).content.decode()
    assert "Kế hoạch số 125/KH-UBND" in page
    assert "Ban hành ngày 15/11/2022, người ký Bế Văn Hà" in page
    again = client.post(url("issue_plan", world), said | {"number": "126/KH-UBND"})
    assert again.status_code == 422
    assert Plan.objects.get().number == "125/KH-UBND"


@pytest.mark.parametrize(("name", "status"), [("giang", 403), ("an", 403), ("chi", 403), ("son", 404)])
def test_nobody_else_issues_the_plan(client: Client, name: str, status: int) -> None:
    world = play_to("preparation")
    assert sign_in(client, world.cast, name).get(url("issue_plan", world)).status_code == status
    sent = client.post(url("issue_plan", world), {"number": "125/KH-UBND", "day": "15/11/2022"})
    assert sent.status_code == status


@pytest.mark.parametrize("name", ["ha", "an", "chi", "son"])
def test_only_a_coordinator_imports_a_plan(client: Client, name: str) -> None:
    cast = engage()
    assert sign_in(client, cast, name).get(reverse("rounds:import_plan")).status_code == 403


def test_the_coordinator_extends_for_one_unit(client: Client) -> None:
    world = play_to("self_assessment")
    sign_in(client, world.cast, "giang")
    given = {
        "stage": "self_assessment",
        "unit": world.cast.south.pk,
        "until": "16/12/2022",
        "reason": "Sạt lở đường.",
        "guidance_number": "Công văn số 12/UBND",
        "guidance_date": "13/12/2022",
    }
    asked = client.post(url("extend", world), given)
    assert asked.status_code == 200
    page = asked.content.decode()
    for words in ("Gia hạn cho Xã Nam", "2 người được báo ngay.", "Hạn của các đơn vị khác giữ nguyên.", "đang nhập"):
        assert words in page
    assert "Xã Bắc" not in page
    assert not Extension.objects.exists()
    assert "Sạt lở đường." in client.post(url("extend", world), given | {"step": "edit"}).content.decode()
    assert client.post(url("extend", world), given | CONFIRM).status_code == 302
    extension = Extension.objects.get()
    assert extension.until == moment("17/12/2022 00:00")
    assert extension.guidance == "Công văn số 12/UBND ngày 13/12/2022"
    page = client.get(url("extend", world)).content.decode()
    for words in ("Xã Nam", "hết 24 giờ ngày 16/12/2022", "Sạt lở đường.", "Hoàng Thị Giang"):
        assert words in page


def test_a_double_click_extends_once_and_less_time_than_now_is_refused(client: Client) -> None:
    world = play_to("self_assessment")
    sign_in(client, world.cast, "giang")
    given = {"stage": "self_assessment", "unit": world.cast.south.pk, "until": "18/12/2022", "reason": "Lũ."} | CONFIRM
    assert client.post(url("extend", world), given).status_code == 302
    for until in ("18/12/2022", "17/12/2022"):
        answer = client.post(url("extend", world), given | {"until": until})
        assert answer.status_code == 422
        assert "đã được gia hạn, hết 24 giờ ngày 18/12/2022" in answer.content.decode()
    assert client.post(url("extend", world), given | {"unit": "all", "until": "17/12/2022"}).status_code == 302
    assert client.post(url("extend", world), given | {"unit": "all", "until": "17/12/2022"}).status_code == 422
    assert Extension.objects.count() == 2


def test_nobody_extends_for_all_by_forgetting_to_choose(client: Client) -> None:
    world = play_to("self_assessment")
    sign_in(client, world.cast, "giang")
    given = {"stage": "self_assessment", "unit": "", "until": "16/12/2022", "reason": "Sự cố."}
    assert client.post(url("extend", world), given).status_code == 422
    shown = client.post(url("extend", world), given | {"unit": "all"}).content.decode()
    assert "Gia hạn cho tất cả đơn vị" in shown
    assert "4 người được báo ngay." in shown
    assert client.post(url("extend", world), given | {"unit": "all"} | CONFIRM).status_code == 302
    assert Extension.objects.get().unit is None


@pytest.mark.parametrize("step", ["preview", "confirm"])
@pytest.mark.parametrize(
    "change",
    [
        {"until": "13/12/2022"},
        {"reason": " "},
        {"stage": "supplement"},
        {"unit": "0"},
        {"guidance_number": "Công văn 1"},
        {"guidance_date": "01/12/2022"},
    ],
)
def test_an_extension_that_makes_no_sense_is_refused(client: Client, change: dict[str, str], step: str) -> None:
    world = play_to("self_assessment")
    given = {"stage": "self_assessment", "unit": "all", "until": "16/12/2022", "reason": "Sự cố."} | change
    given["step"] = step
    assert sign_in(client, world.cast, "giang").post(url("extend", world), given).status_code == 422
    assert not Extension.objects.exists()


def test_after_the_units_turn_nothing_can_be_extended(client: Client) -> None:
    world = play_to("appraisal")
    page = sign_in(client, world.cast, "giang").get(url("extend", world)).content.decode()
    assert "Không còn giai đoạn nào chờ đơn vị" in page
    assert world.round.stage == StageKey.APPRAISAL


@pytest.mark.parametrize(("name", "read", "write"), [("ha", 200, 403), ("an", 403, 403), ("son", 404, 404)])
def test_only_the_coordinator_extends(client: Client, name: str, read: int, write: int) -> None:
    world = play_to("self_assessment")
    assert sign_in(client, world.cast, name).get(url("extend", world)).status_code == read
    given = {"stage": "self_assessment", "unit": "all", "until": "16/12/2022", "reason": "Sự cố."}
    assert client.post(url("extend", world), given | CONFIRM).status_code == write
    assert not Extension.objects.exists()


def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    world = play_to("preparation")
    for name in ("plan", "issue_plan", "extend", "panels", "block", "establish"):
        assert client.get(url(name, world)).status_code == 302


@pytest.mark.parametrize(("name", "queries"), [("plan", 9), ("extend", 8)])
def test_the_pages_ask_few_questions(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, name: str, queries: int
) -> None:
    world = play_to("self_assessment")
    address = url(name, world)
    sign_in(client, world.cast, "giang")
    with django_assert_num_queries(queries):
        client.get(address)
