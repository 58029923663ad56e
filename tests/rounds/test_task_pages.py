"""The tasks of a round as pages: one's own first, filters, one task, its buttons and its file."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from chiso.evidence.models import Document
from chiso.organizations import clock
from chiso.rounds.actions.tasks import stamp_of
from chiso.rounds.choices import BodyKind, DeadlineKind, PlanState, TaskRole, WorkState
from chiso.rounds.models import Plan, PlanTask, TaskBody
from tests.rounds.test_tasks import add, body, finish_all_but, hand_over, row, world
from tests.world import PDF, World, moment

pytestmark = pytest.mark.django_db

__all__ = ["world"]


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment("20/12/2022 09:00"))


def sign_in(client: Client, world: World, name: str) -> Client:
    client.force_login(world.cast.everyone()[name])
    return client


def url(world: World, name: str, label: str = "", code: str = "9.1") -> str:
    args: list[object] = [world.round.pk] if name == "tasks" else [world.round.pk, code]
    return reverse(f"rounds:{name}", args=[*args, *([body(label, code).pk] if label else [])])


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


# ---- the list ---------------------------------------------------------------------------------


def test_ones_own_tasks_come_first_and_alone(client: Client, world: World) -> None:
    page = text(sign_in(client, world, "chi"), url(world, "tasks"))
    assert "Nhiệm vụ của cơ quan, tổ chức tôi" in page
    assert "9.1. Tổng hợp danh sách đại biểu" in page
    assert "Còn 5 ngày 15 giờ" in page
    assert "hết 24 giờ ngày 25/12/2022" in page
    assert "Nhiệm vụ của cơ quan khác" not in page
    everything = text(client, url(world, "tasks") + "?loc=tat-ca")
    assert everything.index("cơ quan, tổ chức tôi") < everything.index("Nhiệm vụ của cơ quan khác")
    assert everything.count("card task") == 10


def test_filters_by_week_and_by_what_is_late(client: Client, world: World) -> None:
    sign_in(client, world, "giang")
    week = text(client, url(world, "tasks") + "?loc=tuan-nay")
    assert "9.1. " in week  # Ends at 24:00 of Sunday.
    assert "3.3. " in week
    assert "3.4. " not in week
    late = text(client, url(world, "tasks") + "?loc=qua-han")
    assert "3.1. " in late
    assert "9.1. " not in late
    assert "Quá hạn" in late
    assert "9.1. " in text(client, url(world, "tasks") + "?loc=%27")


def test_an_unaffected_person_reads_the_plan_and_a_stranger_nothing(client: Client, world: World) -> None:
    assert "Tổng hợp danh sách" in text(sign_in(client, world, "ha"), url(world, "tasks"))
    sign_in(client, world, "son")
    assert client.get(url(world, "tasks")).status_code == 404
    assert client.get(url(world, "task")).status_code == 404


def test_a_heading_and_an_unknown_row_are_no_tasks(client: Client, world: World) -> None:
    sign_in(client, world, "giang")
    assert client.get(url(world, "task", code="3")).status_code == 404
    assert client.get(url(world, "task", code="77")).status_code == 404


def test_a_draft_says_that_nothing_is_to_be_done_yet(client: Client, world: World) -> None:
    overdue = url(world, "tasks") + "?loc=qua-han"
    assert "Quá hạn 5 ngày 9 giờ</span>" in text(sign_in(client, world, "giang"), overdue)
    Plan.objects.update(state=PlanState.DRAFT)
    assert "Quá hạn 5 ngày 9 giờ</span>" not in text(client, url(world, "tasks") + "?loc=tat-ca")
    assert "Không có nhiệm vụ nào quá hạn" in text(client, overdue)
    sign_in(client, world, "chi")
    assert "dự thảo, chưa ban hành" in text(client, url(world, "tasks"))
    page = text(client, url(world, "task"))
    assert "chưa ban hành nên chưa báo cáo được" in page
    assert 'id="bao-cao"' not in page


# ---- one task -------------------------------------------------------------------------------------


def report(client: Client, world: World, label: str = "Tư pháp", **given: object) -> int:
    fields = {"note": "Đã lập.", "number": "12/BC", "day": "19/12/2022", "seen": stamp_of(body(label)), **given}
    return client.post(
        url(world, "report", label), {name: value for name, value in fields.items() if value}
    ).status_code


def test_a_body_hands_over_with_its_file_and_a_lead_confirms(client: Client, world: World) -> None:
    sign_in(client, world, "chi")
    file = SimpleUploadedFile("Danh sách.pdf", PDF)
    assert report(client, world, file=file, over="1") == 302
    assert body("Tư pháp").state == WorkState.HANDED
    page = text(client, url(world, "task"))
    assert "Chờ cơ quan chủ trì xác nhận" in page
    assert "12/BC" in page
    sign_in(client, world, "giang")
    page = text(client, url(world, "task"))
    assert url(world, "confirm_part", "Tư pháp") in page
    answer = client.post(url(world, "confirm_part", "Tư pháp"), {"seen": stamp_of(body("Tư pháp"))}, follow=True)
    assert "Đã xác nhận phần việc của Tư pháp" in answer.content.decode()
    answer = client.get(url(world, "product", "Tư pháp"))
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]


def test_faults_are_told_at_once_and_nothing_is_kept(client: Client, world: World) -> None:
    sign_in(client, world, "chi")
    assert report(client, world, number="", day="21/12/2022", over="1") == 422
    answer = client.post(
        url(world, "report", "Tư pháp"), {"day": "21/12/2022", "seen": stamp_of(body("Tư pháp")), "over": "1"}
    )
    page = answer.content.decode()
    assert "không thể sau hôm nay (20/12/2022)" in page
    assert report(client, world, day="12-2022", over="1") == 422
    assert report(client, world, file=SimpleUploadedFile("rong.pdf", b""), over="1") == 422
    assert report(client, world, file=SimpleUploadedFile("virus.pdf", b"MZ\x00\x01"), over="1") == 422
    assert body("Tư pháp").state == WorkState.TODO


def test_a_stale_page_is_refused_with_the_way_out(client: Client, world: World) -> None:
    seen = stamp_of(body("Tư pháp"))
    hand_over(world)
    sign_in(client, world, "chi")
    answer = client.post(url(world, "report", "Tư pháp"), {"note": "Khác", "seen": seen})
    assert answer.status_code == 422
    assert "vừa được cập nhật" in answer.content.decode()
    sign_in(client, world, "giang")
    answer = client.post(url(world, "confirm_part", "Tư pháp"), {"seen": seen}, follow=True)
    assert "vừa được cập nhật" in answer.content.decode()
    assert body("Tư pháp").state == WorkState.HANDED


def test_a_lead_returns_with_a_reason(client: Client, world: World) -> None:
    hand_over(world)
    sign_in(client, world, "giang")
    seen = stamp_of(body("Tư pháp"))
    client.post(url(world, "return_part", "Tư pháp"), {"seen": seen, "reason": ""})
    assert body("Tư pháp").state == WorkState.HANDED
    client.post(url(world, "return_part", "Tư pháp"), {"seen": seen, "reason": "Thiếu hai xã."})
    assert body("Tư pháp").returned_reason == "Thiếu hai xã."
    assert "Thiếu hai xã." in text(sign_in(client, world, "chi"), url(world, "task"))


def test_the_coordinator_writes_for_the_post_office(client: Client, world: World) -> None:
    sign_in(client, world, "giang")
    page = text(client, url(world, "report", "Bưu điện huyện"))
    assert "Báo cáo phần việc của Bưu điện huyện" in page
    assert "cơ quan thường trực ghi thay" in page
    assert report(client, world, "Bưu điện huyện", over="1") == 302
    assert body("Bưu điện huyện").state == WorkState.DONE


def test_a_task_is_finished_late_and_opened_again(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment("28/12/2022 09:00"))
    finish_all_but(world, "Tư pháp")
    sign_in(client, world, "giang")
    page = text(client, url(world, "task"))
    assert "được ghi là hoàn thành muộn" in page
    assert "Còn phần việc chưa được xác nhận: Tư pháp." in page.replace("&quot;", '"')
    answer = client.post(url(world, "finish_task"), {}, follow=True)
    assert "hãy ghi lý do" in answer.content.decode()
    answer = client.post(url(world, "finish_task"), {"reason": "Đủ số liệu."}, follow=True)
    page = answer.content.decode()
    assert "hoàn thành muộn 3 ngày" in page
    assert "muộn 3 ngày · lý do: Đủ số liệu." in page
    again = client.post(url(world, "finish_task"), {"reason": "Đủ số liệu."}, follow=True).content.decode()
    assert "đã hoàn thành. Muốn sửa" in again
    client.post(url(world, "reopen_task"), {"reason": "Nhầm."})
    assert row().done_at is None


def test_a_task_of_a_stage_leads_to_the_stage(client: Client, world: World) -> None:
    page = text(sign_in(client, world, "giang"), url(world, "task", code="3.2"))
    assert "khi giai đoạn “Tổng hợp” của đợt đánh giá kết thúc" in page
    assert reverse("assessments:round", args=[world.round.pk]) in page
    assert url(world, "finish_task", code="3.2") not in page


# ---- what is not for everybody ------------------------------------------------------------------


def test_notes_and_products_are_for_runners_leads_and_the_body(client: Client, world: World) -> None:
    sign_in(client, world, "chi")
    report(client, world, note="Ghi chú nội bộ.", file=SimpleUploadedFile("a.pdf", PDF), over="1")
    reads = {"chi": True, "giang": True, "khanh": True, "ha": True, "an": False, "mai": False}
    for name, expected in reads.items():
        sign_in(client, world, name)
        page = text(client, url(world, "task"))
        assert ("Ghi chú nội bộ." in page) is expected, name
        assert ("12/BC" in page) is expected, name
        assert client.get(url(world, "product", "Tư pháp")).status_code == (200 if expected else 404), name


def test_a_part_without_a_file_has_none(client: Client, world: World) -> None:
    assert sign_in(client, world, "giang").get(url(world, "product", "Tư pháp")).status_code == 404


def test_a_product_with_a_late_found_mark_is_given_to_nobody(client: Client, world: World) -> None:
    sign_in(client, world, "chi")
    report(client, world, file=SimpleUploadedFile("a.pdf", PDF), over="1")
    Document.objects.filter(unit__code="TP").update(reading={"version": 1, "secret": "Mật"})
    for name in ("chi", "giang", "ha"):
        assert sign_in(client, world, name).get(url(world, "product", "Tư pháp")).status_code == 410


@pytest.mark.parametrize("name", ["an", "ha", "mai"])
@pytest.mark.parametrize("route", ["report", "confirm_part", "return_part", "finish_task", "reopen_task"])
def test_who_may_not_is_refused(client: Client, world: World, name: str, route: str) -> None:
    label = "Tư pháp" if route in ("report", "confirm_part", "return_part") else ""
    answer = sign_in(client, world, name).post(url(world, route, label), {"seen": "x", "reason": "Vì."})
    assert answer.status_code == 403


def test_a_body_of_another_task_is_not_found(client: Client, world: World) -> None:
    other = reverse("rounds:report", args=[world.round.pk, "3.2", body("Tư pháp").pk])
    assert sign_in(client, world, "chi").post(other, {"note": "x"}).status_code == 404


def test_nothing_is_written_by_a_get(client: Client, world: World) -> None:
    sign_in(client, world, "giang")
    for route, label in (
        ("confirm_part", "Tư pháp"),
        ("return_part", "Tư pháp"),
        ("finish_task", ""),
        ("reopen_task", ""),
    ):
        assert client.get(url(world, route, label)).status_code == 405


# ---- how many questions ---------------------------------------------------------------------------


def more_tasks(world: World, count: int) -> None:
    for number in range(count):
        task = PlanTask.objects.create(
            plan=world.round.plan,
            position=100 + number,
            code=f"10.{number}",
            title="Việc khác",
            deadline_kind=DeadlineKind.LATEST,
            ends_on=date(2022, 12, 22),
            ends_at=moment("23/12/2022 00:00"),
        )
        add(task, TaskRole.LEAD, 1, "Phòng Nội vụ", BodyKind.UNIT, world.cast.office)
        add(task, TaskRole.COORDINATE, 1, "UBND các xã", BodyKind.PARTICIPANTS)


def test_the_list_asks_as_much_for_many_tasks(
    client: Client, world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sign_in(client, world, "giang")
    address = url(world, "tasks") + "?loc=tat-ca"
    client.get(address)  # What the process remembers is asked once.
    for count in (0, 30):
        more_tasks(world, count)
        with django_assert_num_queries(8):
            client.get(address)


@pytest.mark.parametrize(("name", "queries"), [("giang", 13), ("chi", 10), ("an", 10)])
def test_a_task_asks_as_much_for_many_bodies(
    client: Client, world: World, django_assert_num_queries: DjangoAssertNumQueries, name: str, queries: int
) -> None:
    sign_in(client, world, name)
    address = url(world, "task")
    client.get(address)
    for count in (0, 20):
        for number in range(count):
            add(row(), TaskRole.COORDINATE, 20 + number, f"Cơ quan {number}", BodyKind.OTHER)
        TaskBody.objects.filter(task__code="9.1").update(handed_by=world.cast.chi, handed_at=moment("20/12/2022 08:00"))
        with django_assert_num_queries(queries):
            client.get(address)
