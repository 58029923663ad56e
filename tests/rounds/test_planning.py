"""The draft of a plan is edited, row by row, on its pages; once issued it is not."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from chiso.audit.models import AuditEntry
from chiso.common.refusals import RuleViolation
from chiso.organizations import clock
from chiso.rounds.actions import issue_plan, planning
from chiso.rounds.actions.planning import mark_of_texts
from chiso.rounds.choices import BodyKind, DeadlineKind, StageKey, TaskRole
from chiso.rounds.models import PlanTask, Stage, TaskBody
from chiso.rounds.plan_rows import GivenBody, GivenTask, given_of, mark_of
from tests.cast import Cast, engage
from tests.rounds.drafts import SEED, again, draft, row
from tests.world import moment

pytestmark = pytest.mark.django_db

AT = moment("11/11/2022 09:00")


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)


@pytest.fixture
def cast() -> Cast:
    return engage()


def as_(client: Client, cast: Cast, name: str) -> Client:
    client.force_login(cast.everyone()[name])
    return client


def url(name: str, *args: Any) -> str:
    return reverse(f"rounds:{name}", args=[again().round_id, *args])


def codes() -> list[str]:
    return list(PlanTask.objects.order_by("position").values_list("code", flat=True))


def form_of(row_code: str, **changes: Any) -> dict[str, Any]:
    """What the page of a row would send, with some fields changed."""
    task = row(row_code)
    given = given_of(task)
    sent = {name: getattr(given, name) for name in ("code", "title", "deadline_text", "stage", "note")}
    sent["seen"] = mark_of(task)
    for role in TaskRole.values:
        bodies = given.bodies(role)
        sent |= {f"{role}-TOTAL_FORMS": len(bodies) + 2, f"{role}-INITIAL_FORMS": len(bodies)}
        for place, body in enumerate(bodies):
            sent[f"{role}-{place}-label"] = body.label
            sent[f"{role}-{place}-whom"] = f"unit:{body.unit.pk}" if body.unit else body.kind
    return sent | changes


def test_a_row_is_changed_and_its_stage_with_it(client: Client, cast: Cast) -> None:
    draft(cast)
    as_(client, cast, "giang")
    page = client.get(url("edit_task", "3.1")).content.decode()
    for words in ("Sửa dòng 3.1", "Trước 15/12/2022", "UBND cấp xã", "Mở giai đoạn", "Các đơn vị được đánh giá"):
        assert words in page
    changes = {
        "title": "Các xã  tự đánh giá",
        "deadline_text": "Chậm nhất ngày 16/12/2022",
        "lead-0-whom": "participants",
        "lead-1-label": "Phòng Nội vụ",
        "lead-1-whom": f"unit:{cast.office.pk}",
        "note": "Gửi bản giấy sau.",
    }
    assert client.post(url("edit_task", "3.1"), form_of("3.1", **changes)).status_code == 302
    task = row("3.1")
    assert (task.title, task.note) == ("Các xã tự đánh giá", "Gửi bản giấy sau.")
    assert (task.deadline_kind, task.ends_at) == (DeadlineKind.LATEST, moment("17/12/2022 00:00"))
    bodies = [(body.label, body.kind, body.unit) for body in task.bodies.order_by("position")]
    assert bodies == [
        ("UBND cấp xã", BodyKind.PARTICIPANTS, None),
        ("Phòng Nội vụ", BodyKind.UNIT, cast.office),
    ]
    stage = Stage.objects.get(key=StageKey.SELF_ASSESSMENT)
    assert (stage.closes_at, stage.deadline_text) == (moment("17/12/2022 00:00"), "Chậm nhất ngày 16/12/2022")
    entry = AuditEntry.objects.get(code="plan.edit_task")
    assert entry.changes["deadline"] == [
        "Trước 15/12/2022 (hết 24 giờ ngày 14/12/2022)",
        "Chậm nhất ngày 16/12/2022 (hết 24 giờ ngày 16/12/2022)",
    ]
    assert set(entry.changes) == {"task", "title", "note", "deadline", "lead"}
    page = client.get(url("plan")).content.decode()
    assert "hết 24 giờ ngày 16/12/2022" in page


def test_a_row_is_added_moved_and_removed(client: Client, cast: Cast) -> None:
    draft(cast)
    as_(client, cast, "giang")
    assert 'value="4.2" selected' in client.get(url("add_task")).content.decode()
    new = {
        "code": "3.1a",
        "title": "Tập huấn",
        "deadline_text": "Ngày 01/12/2022",
        "stage": "",
        "after": "3.1",
        "lead-TOTAL_FORMS": 2,
        "lead-INITIAL_FORMS": 0,
        "lead-0-label": "",
        "lead-0-whom": f"unit:{cast.office.pk}",
        "coordinate-TOTAL_FORMS": 2,
        "coordinate-INITIAL_FORMS": 0,
        "coordinate-0-label": "Các xã",
        "coordinate-0-whom": "participants",
    }
    assert client.post(url("add_task"), new).status_code == 302
    assert codes()[2:5] == ["3.1", "3.1a", "3.2"]
    assert [(body.label, body.unit) for body in row("3.1a").bodies.filter(role="lead")] == [
        ("Phòng Nội vụ", cast.office)
    ]
    assert client.post(url("add_task"), new).status_code == 422  # a double click
    move(client, "task_up", "3.1a")
    assert codes()[2:5] == ["3.1a", "3.1", "3.2"]
    move(client, "task_down", "3.1a")
    move(client, "task_down", "3.1a")
    assert codes()[2:6] == ["3.1", "3.2", "3.1a", "3.3"]
    client.post(url("remove_task", "3.1a"))
    assert "3.1a" not in codes()
    assert list(PlanTask.objects.order_by("position").values_list("position", flat=True)) == list(range(1, 11))
    assert "không còn dòng 3.1a" in client.post(url("remove_task", "3.1a"), follow=True).content.decode()
    assert "đã ở đầu" in move(client, "task_up", "1")
    assert "đã ở cuối" in move(client, "task_down", "4.2")


def move(client: Client, route: str, code: str) -> str:
    """Click an arrow of the page as it is now."""
    given = {"seen": row(code).position}
    return str(client.post(url(route, code), given, follow=True).content.decode())


def test_a_double_click_moves_a_row_once(client: Client, cast: Cast) -> None:
    draft(cast)
    page = as_(client, cast, "giang").get(url("plan")).content.decode()
    before, place = codes(), codes().index("3.2") + 1
    form = page.split(f'action="{url("task_up", "3.2")}"')[1].split("</form>")[0]
    assert f'name="seen" value="{place}"' in form
    moved = [*before[: place - 2], "3.2", before[place - 2], *before[place:]]
    for words in ("", "vừa được chuyển chỗ"):
        answer = client.post(url("task_up", "3.2"), {"seen": place}, follow=True).content.decode()
        assert words in answer
        assert codes() == moved
    client.post(url("task_up", "3.2"))  # A page from before the marks.
    client.post(url("task_down", "3.2"), {"seen": "đầu"})
    assert codes() == moved
    assert AuditEntry.objects.filter(code="plan.move_task").count() == 1


def test_a_stage_whose_row_goes_has_no_date(client: Client, cast: Cast) -> None:
    draft(cast)
    as_(client, cast, "giang").post(url("remove_task", "3.2"))
    assert Stage.objects.get(key=StageKey.AGGREGATION).closes_at is None
    assert "Chưa dòng nào mở giai đoạn: Tổng hợp." in client.get(url("plan")).content.decode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"code": "3.2"}, "Đã có dòng 3.2"),
        ({"code": "../3"}, "Số thứ tự chỉ gồm"),
        ({"code": ""}, ""),
        ({"title": " "}, ""),
        ({"title": "x" * 501}, ""),
        ({"deadline_text": "Trước ngày 31/02/2023"}, "không có trong lịch"),
        ({"deadline_text": "khi nào xong"}, "Không đọc được thời hạn"),
        ({"deadline_text": ""}, "dòng tiêu đề, không mở giai đoạn nào"),
        ({"stage": "aggregation"}, "đã do dòng 3.2 mở"),
        ({"stage": "published"}, ""),
        ({"lead-0-whom": "unit:999999"}, ""),
        ({"lead-0-label": "x" * 201}, ""),
        ({"lead-TOTAL_FORMS": "9999"}, ""),
        ({"lead-TOTAL_FORMS": "x"}, ""),
    ],
)
def test_nonsense_is_refused_with_the_way_out(client: Client, cast: Cast, change: dict[str, str], words: str) -> None:
    draft(cast)
    before = mark_of(row("3.1"))
    answer = as_(client, cast, "giang").post(url("edit_task", "3.1"), form_of("3.1", note="khác", **change))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert mark_of(row("3.1")) == before


def test_a_stale_page_overwrites_nothing(client: Client, cast: Cast) -> None:
    draft(cast)
    as_(client, cast, "giang")
    first, second = form_of("3.1", note="một"), form_of("3.1", note="hai")
    assert client.post(url("edit_task", "3.1"), first).status_code == 302
    answer = client.post(url("edit_task", "3.1"), second)
    assert answer.status_code == 422
    assert "vừa được người khác sửa" in answer.content.decode()
    assert row("3.1").note == "một"
    assert "không có gì thay đổi" in client.post(url("edit_task", "3.1"), form_of("3.1")).content.decode()


def test_one_click_writes_the_next_working_day(client: Client, cast: Cast) -> None:
    draft(cast, SEED)
    page = as_(client, cast, "giang").get(url("plan")).content.decode()
    assert "Chuyển dòng 4.4 sang 12/12/2022" in page
    seen = mark_of(row("4.4"))
    assert client.post(url("to_working_day", "4.4"), {"seen": seen}).status_code == 302
    assert row("4.4").deadline_text == "Trước 12/12/2022"
    assert row("4.4").ends_at == moment("12/12/2022 00:00")
    again_page = client.post(url("to_working_day", "4.4"), {"seen": seen}, follow=True).content.decode()
    assert "không rơi vào ngày nghỉ" in again_page
    client.post(url("to_working_day", "3.7"), {"seen": mark_of(row("3.7"))})
    assert row("3.7").deadline_text == "Chậm nhất ngày 16/01/2023"
    assert Stage.objects.get(key=StageKey.APPROVAL).closes_at == moment("17/01/2023 00:00")


def test_a_stale_click_moves_nothing(client: Client, cast: Cast) -> None:
    draft(cast, SEED)
    page = as_(client, cast, "giang").post(url("to_working_day", "4.4"), {"seen": "x"}, follow=True)
    assert "vừa được người khác sửa" in page.content.decode()
    assert row("4.4").deadline_text == "Trước 10/12/2022"


def test_the_texts_are_written_and_shown(client: Client, cast: Cast) -> None:
    draft(cast)
    as_(client, cast, "giang")
    texts = {
        "superior_plan": "Kế hoạch số 9/KH",
        "preamble": "Thực hiện Kế hoạch …\n",
        "aims": "1. Mục đích\n- Xác định được chỉ số.",
        "duties": "1. Phòng Nội vụ\n- Chủ trì.",
        "closing": "Trên đây là Kế hoạch./.",
        "recipients": "- Sở Nội vụ;\n- Lưu: VT.",
    }
    counts = {"before_counts_day": "on", "seen": mark_of_texts(again())}
    assert client.post(url("edit_texts"), texts | counts).status_code == 302
    plan = again()
    assert (plan.aims, plan.preamble) == ("1. Mục đích\n- Xác định được chỉ số.", "Thực hiện Kế hoạch …")
    assert row("3.1").ends_at == moment("16/12/2022 00:00")
    assert row("3.7").ends_at == moment("16/01/2023 00:00")
    assert Stage.objects.get(key=StageKey.SELF_ASSESSMENT).closes_at == moment("16/12/2022 00:00")
    page = client.get(url("plan")).content.decode()
    for words in ("<strong>1. Mục đích</strong>", "III. Tổ chức thực hiện", "- Lưu: VT.", "tính cả ngày đó"):
        assert words in page
    answer = client.post(url("edit_texts"), texts | counts)  # A double click.
    assert answer.status_code == 422
    assert "không có gì thay đổi" in answer.content.decode()
    assert f'name="seen" value="{mark_of_texts(again())}"' in client.get(url("edit_texts")).content.decode()
    client.post(url("edit_texts"), texts | {"seen": mark_of_texts(again())})
    assert row("3.1").ends_at == moment("15/12/2022 00:00")


def test_a_stale_page_overwrites_no_texts(client: Client, cast: Cast) -> None:
    draft(cast)
    as_(client, cast, "giang")
    seen = mark_of_texts(again())
    assert client.post(url("edit_texts"), {"aims": "1. Mục đích", "seen": seen}).status_code == 302
    answer = client.post(url("edit_texts"), {"preamble": "Thực hiện …", "seen": seen})
    assert answer.status_code == 422
    assert "Lời văn Kế hoạch vừa được người khác sửa" in answer.content.decode()
    assert (again().aims, again().preamble) == ("1. Mục đích", "")


def test_a_printed_cell_is_given_up_when_its_bodies_change(cast: Cast) -> None:
    plan = draft(cast)
    PlanTask.objects.filter(code="3.1").update(lead_text="UBND các xã, thị trấn")
    task = row("3.1")
    given = given_of(task)
    planning.edit_task(
        plan, cast.giang, AT, code="3.1", seen=mark_of(task), given=GivenTask(**{**vars(given), "note": "x"})
    )
    assert row("3.1").lead_text == "UBND các xã, thị trấn"
    given = GivenTask(**{**vars(given), "lead": (GivenBody("Tổ", BodyKind.TEAM),)})
    planning.edit_task(plan, cast.giang, AT, code="3.1", seen=mark_of(row("3.1")), given=given)
    assert row("3.1").lead_text == ""


ROUTES = [
    ("edit_task", ["3.1"]),
    ("add_task", []),
    ("edit_texts", []),
    ("remove_task", ["3.1"]),
    ("task_up", ["3.1"]),
    ("task_down", ["3.1"]),
    ("to_working_day", ["3.1"]),
]


@pytest.mark.parametrize(("route", "args"), ROUTES)
@pytest.mark.parametrize(("name", "status"), [("ha", 403), ("son", 404), ("an", 404), ("chi", 404)])
def test_nobody_else_edits_the_draft(
    client: Client, cast: Cast, route: str, args: list[str], name: str, status: int
) -> None:
    draft(cast)
    before = codes()
    assert as_(client, cast, name).post(url(route, *args), form_of("3.1")).status_code == status
    assert codes() == before
    assert not AuditEntry.objects.filter(code__in=["plan.edit_task", "plan.remove_task", "plan.move_task"]).exists()


@pytest.mark.parametrize(("route", "args"), [("edit_task", ["9.9"]), ("to_working_day", ["9.9"])])
def test_a_row_that_is_not_there_is_not_found(client: Client, cast: Cast, route: str, args: list[str]) -> None:
    draft(cast)
    assert as_(client, cast, "giang").post(url(route, *args)).status_code == 404


def test_an_issued_plan_is_not_edited(client: Client, cast: Cast) -> None:
    plan = draft(cast)
    issue_plan(plan, cast.ha, AT, number="1/KH-UBND", day=date(2022, 11, 11))
    as_(client, cast, "giang")
    answer = client.post(url("edit_task", "3.1"), form_of("3.1", note="x"))
    assert answer.status_code == 422
    assert "Kế hoạch đã ban hành" in answer.content.decode()
    assert "Kế hoạch đã ban hành" in client.post(url("remove_task", "3.1"), follow=True).content.decode()
    assert client.post(url("edit_texts"), {"preamble": "x"}).status_code == 422
    with pytest.raises(RuleViolation):
        planning.move_task(again(), cast.giang, AT, code="3.1", up=True, seen="3")
    page = client.get(url("plan")).content.decode()
    assert "Cần xem lại trước khi ban hành" not in page
    assert "Sửa<span" not in page
    assert "Kế hoạch đã ban hành" in client.get(url("edit_task", "3.1")).content.decode()
    assert "Kế hoạch đã ban hành" in client.get(url("edit_texts")).content.decode()
    assert "Đổi thời hạn" in page


def test_whom_the_findings_are_shown_to(client: Client, cast: Cast) -> None:
    draft(cast, SEED)
    for name, is_shown in (("giang", True), ("ha", True)):
        page = as_(client, cast, name).get(url("plan")).content.decode()
        assert ("Cần xem lại trước khi ban hành" in page) is is_shown
        assert ("Chuyển dòng 4.4" in page) is (name == "giang")
    assert "Cần xem lại trước khi ban hành" in client.get(url("issue_plan")).content.decode()


@pytest.mark.parametrize("source", ["small", "seed"])
def test_the_draft_asks_few_questions(
    client: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, source: str
) -> None:
    draft(cast, *([SEED] if source == "seed" else []))
    address = url("plan")
    as_(client, cast, "giang")
    with django_assert_num_queries(11):
        client.get(address)


@pytest.mark.parametrize("code", ["3.2", "3.6", "1"])
def test_the_page_of_a_row_asks_the_same_however_many_bodies(
    client: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, code: str
) -> None:
    draft(cast, SEED)
    TaskBody.objects.filter(task__code__in=["3.6", "1"]).update(kind=BodyKind.UNIT, unit=cast.office)
    address = url("edit_task", code)
    as_(client, cast, "giang")
    with django_assert_num_queries(10):
        client.get(address)
    client.force_login(cast.ha)
    address = url("issue_plan")
    with django_assert_num_queries(10):
        client.get(address)
