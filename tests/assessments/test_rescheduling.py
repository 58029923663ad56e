"""A date of the issued plan moves: who is told, what moves with it, what is refused; the old date stays."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from chiso.assessments import windows
from chiso.assessments.actions import dossier as dossiers
from chiso.assessments.actions import stages
from chiso.assessments.actions.extension import grant_extension
from chiso.assessments.actions.rescheduling import move_deadline
from chiso.assessments.models import Dossier
from chiso.audit.models import AuditEntry
from chiso.common.refusals import RuleViolation
from chiso.notices.models import Notice
from chiso.organizations import clock
from chiso.rounds.choices import BodyKind, StageKey
from chiso.rounds.models import Block, DeadlineChange, Participant, PlanTask, Stage, TaskBody
from tests.factories import UnitFactory
from tests.world import NORTH, World, moment, play_to

pytestmark = pytest.mark.django_db

AT = moment("12/12/2022 09:00")
OLD = moment("15/12/2022 00:00")


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)


@pytest.fixture
def world() -> World:
    """The self-assessment is open; the row says that the judged units do it."""
    played = play_to("self_assessment")
    TaskBody.objects.filter(label="UBND cấp xã").update(kind=BodyKind.PARTICIPANTS, unit=None)
    TaskBody.objects.filter(label="Phòng Nội vụ").update(kind=BodyKind.UNIT, unit=played.cast.office)
    return played


def task(code: str = "3.1") -> PlanTask:
    return PlanTask.objects.select_related("plan__round__authority").get(code=code)


def as_(client: Client, world: World, name: str) -> Client:
    client.force_login(world.cast.everyone()[name])
    return client


def url(world: World, code: str = "3.1") -> str:
    return reverse("assessments:move_deadline", args=[world.round.pk, code])


def form_of(code: str = "3.1", **changes: Any) -> dict[str, Any]:
    row = task(code)
    return {
        "deadline_text": "Trước ngày 19/12/2022",
        "reason": "Sở Nội vụ lùi thời gian.",
        "guidance_number": "Công văn số 99/SNV",
        "guidance_date": "12/12/2022",
        "shown": row.ends_at.isoformat() if row.ends_at else "",
    } | changes


CONFIRM = {"step": "confirm"}


def move(world: World, wording: str, *, code: str = "3.1", at: Any = AT) -> DeadlineChange:
    row = task(code)
    assert row.ends_at
    return move_deadline(row, world.cast.giang, at, shown=row.ends_at, wording=wording, reason="Lùi.", guidance="CV 1")


def test_shows_who_is_affected_then_moves_and_tells_them(client: Client, world: World) -> None:
    as_(client, world, "giang")
    page = client.get(url(world)).content.decode()
    assert "Trước 15/12/2022" in page
    assert "hết 24 giờ ngày 14/12/2022" in page
    shown = client.post(url(world), form_of())
    assert shown.status_code == 200
    page = shown.content.decode()
    for words in (
        "Trước ngày 19/12/2022",
        "Hạn của giai đoạn Tự đánh giá là hết 24 giờ ngày 18/12/2022, thay cho hết 24 giờ ngày 14/12/2022.",
        "4 người được báo ngay.",
        "Cơ quan liên quan",
        "UBND cấp xã",
        "Chưa thực hiện",
        "Xã Bắc",
        "Xã Nam",
        "đang nhập",
    ):
        assert words in page
    assert not DeadlineChange.objects.exists()
    Notice.objects.all().delete()
    assert client.post(url(world), form_of(**CONFIRM)).status_code == 302
    change = DeadlineChange.objects.get()
    assert (change.old_text, change.old_ends_at) == ("Trước 15/12/2022", OLD)
    assert (change.new_text, change.new_ends_at) == ("Trước ngày 19/12/2022", moment("19/12/2022 00:00"))
    assert (change.guidance, change.changed_by) == ("Công văn số 99/SNV ngày 12/12/2022", world.cast.giang)
    assert (task().deadline_text, task().ends_at) == (change.new_text, change.new_ends_at)
    stage = Stage.objects.get(key=StageKey.SELF_ASSESSMENT)
    assert (stage.closes_at, stage.deadline_text) == (change.new_ends_at, "Trước ngày 19/12/2022")
    told = {notice.recipient.full_name for notice in Notice.objects.all()}
    assert told == {"Nông Thị An", "Lương Văn Bình", "Hà Thị Em", "Vi Văn Phúc"}
    assert "hết 24 giờ ngày 18/12/2022" in Notice.objects.all()[0].text
    entry = AuditEntry.objects.get(code="plan.move_deadline")
    assert (entry.reason, entry.subject_id) == ("Sở Nội vụ lùi thời gian.", task().pk)


def test_the_plan_shows_the_old_date_struck_out(client: Client, world: World) -> None:
    move(world, "Trước ngày 19/12/2022")
    move(world, "Trước ngày 20/12/2022")
    for name in ("giang", "an"):
        page = as_(client, world, name).get(reverse("rounds:plan", args=[world.round.pk])).content.decode()
        for words in (
            "Trước 15/12/2022 (hết 24 giờ ngày 14/12/2022)</del>",
            "Trước ngày 19/12/2022 (hết 24 giờ ngày 18/12/2022)</del>",
            "Đổi ngày 12/12/2022: Lùi (CV 1)",
            "hết 24 giờ ngày 19/12/2022",
        ):
            assert words in page
        assert ("Đổi thời hạn<" in page) is (name == "giang")


def test_the_units_may_write_until_the_new_date(world: World) -> None:
    move(world, "Trước ngày 19/12/2022")
    dossier = world.dossier(world.cast.north)
    assert windows.is_writable(dossier, moment("18/12/2022 23:59"))
    assert windows.deadline(dossier, StageKey.SELF_ASSESSMENT) == moment("19/12/2022 00:00")


def test_late_days_are_forgiven_never_added(client: Client, world: World) -> None:
    late = {world.cast.north: "16/12/2022 08:00", world.cast.south: "18/12/2022 08:00"}
    for unit, when in late.items():
        Dossier.objects.filter(unit=unit).update(
            state="submitted", submitted_at=moment(when), late_days=2 if unit == world.cast.north else 4
        )
    at = moment("18/12/2022 09:00")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: at)
        page = as_(client, world, "giang").post(url(world), form_of()).content.decode()
    assert "trễ 2 ngày → không trễ" in page
    assert "trễ 4 ngày → không trễ" in page
    assert "2 hồ sơ đã nộp trễ được tính lại ngày trễ." in page
    move(world, "Trước ngày 19/12/2022", at=at)
    assert set(Dossier.objects.values_list("late_days", flat=True)) == {0}
    entry = AuditEntry.objects.get(code="plan.move_deadline")
    assert entry.changes[f"late_days:{world.cast.north.pk}"] == [2, 0]


@pytest.mark.parametrize("comes_back", ["before", "after"])
@pytest.mark.parametrize("how", ["move", "extend"])
def test_a_returned_dossier_is_forgiven_the_days_of_its_first_hand_over(
    client: Client, world: World, how: str, comes_back: str
) -> None:
    """Late by 2 days, returned; more time is given before it comes in again, or after."""
    giang, north = world.cast.giang, world.cast.north
    world.fill(north, world.cast.an, NORTH, AT)
    dossiers.submit_dossier(world.dossier(north), world.cast.binh, moment("16/12/2022 08:00"))
    dossiers.return_dossier(
        world.dossier(north), giang, moment("16/12/2022 09:00"), reason="Thiếu dấu.", until=moment("21/12/2022 00:00")
    )
    if comes_back == "before":
        dossiers.submit_dossier(world.dossier(north), world.cast.binh, moment("20/12/2022 08:00"))
    assert world.dossier(north).late_days == 2
    at = moment("20/12/2022 09:00")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: at)
        page = as_(client, world, "giang").post(url(world), form_of(deadline_text="Trước ngày 21/12/2022"))
    assert "trễ 2 ngày → không trễ" in page.content.decode()
    if how == "move":
        move(world, "Trước ngày 21/12/2022", at=at)
    else:
        grant_extension(
            world.round,
            giang,
            at,
            stage=StageKey.SELF_ASSESSMENT,
            until=moment("21/12/2022 00:00"),
            reason="Lũ.",
            unit=north,
        )
    if comes_back == "after":
        dossiers.submit_dossier(world.dossier(north), world.cast.binh, moment("20/12/2022 10:00"))
    assert world.dossier(north).late_days == 0
    assert world.entry(north, "P.1").score is None


def test_a_returned_dossier_shows_its_own_date(client: Client, world: World) -> None:
    Dossier.objects.filter(unit=world.cast.north).update(
        state="returned", submitted_at=AT, return_until=moment("22/12/2022 00:00")
    )
    page = as_(client, world, "giang").post(url(world), form_of()).content.decode()
    assert page.count("hết 24 giờ ngày 21/12/2022") == 1
    assert '<del class="small muted">hết 24 giờ ngày 21/12/2022' not in page


def test_an_extension_for_all_holds_whatever_the_plan_says(client: Client, world: World) -> None:
    grant_extension(
        world.round,
        world.cast.giang,
        AT,
        stage=StageKey.SELF_ASSESSMENT,
        until=moment("21/12/2022 00:00"),
        reason="Sự cố.",
    )
    page = as_(client, world, "giang").post(url(world), form_of()).content.decode()
    assert "vẫn là hết 24 giờ ngày 20/12/2022, vì đã gia hạn cho tất cả đơn vị." in page
    assert "khóa lúc" not in page


def test_a_stage_that_ended_early_does_not_hold_up_the_next(world: World) -> None:
    Dossier.objects.update(state="submitted", submitted_at=AT)
    with pytest.raises(RuleViolation, match=r"sớm hơn thời hạn của dòng 3\.1"):
        move(world, "Trước ngày 14/12/2022", code="3.2")
    stages.start_aggregation(world.round, world.cast.giang, AT)
    move(world, "Trước ngày 14/12/2022", code="3.2")
    assert Stage.objects.get(key=StageKey.AGGREGATION).closes_at == moment("14/12/2022 00:00")


def test_an_earlier_date_adds_no_late_days_and_keeps_an_extension(world: World) -> None:
    until = moment("20/12/2022 00:00")
    grant_extension(
        world.round,
        world.cast.giang,
        AT,
        stage=StageKey.SELF_ASSESSMENT,
        until=until,
        reason="Lũ.",
        unit=world.cast.south,
    )
    Dossier.objects.filter(unit=world.cast.north).update(
        state="submitted", submitted_at=moment("12/12/2022 08:00"), late_days=0
    )
    move(world, "Trước ngày 14/12/2022")
    assert set(Dossier.objects.values_list("late_days", flat=True)) == {0}
    assert windows.deadline(world.dossier(world.cast.south), StageKey.SELF_ASSESSMENT) == until


@pytest.mark.parametrize("step", ["preview", "confirm"])
@pytest.mark.parametrize(
    ("code", "change", "words"),
    [
        ("3.1", {"deadline_text": "Trước 15/12/2022"}, "trùng thời hạn đang có"),
        ("3.1", {"deadline_text": "Chậm nhất ngày 14/12/2022"}, "trùng thời hạn đang có"),
        ("3.1", {"deadline_text": "Trước 10/12/2022"}, "đã qua"),
        ("3.1", {"deadline_text": "Trước 31/02/2023"}, "không có trong lịch"),
        ("3.1", {"deadline_text": "lúc nào đó"}, "Không đọc được thời hạn"),
        ("3.1", {"deadline_text": ""}, "bắt buộc"),
        ("3.1", {"reason": " "}, "bắt buộc"),
        ("3.1", {"guidance_number": ""}, "bắt buộc"),
        ("3.1", {"guidance_date": "32/12/2022"}, "không phải là ngày"),
        ("3.2", {"deadline_text": "Trước 14/12/2022"}, "sớm hơn thời hạn của dòng 3.1"),
        ("1", {}, "đã kết thúc"),
        ("3", {"shown": OLD.isoformat()}, "dòng tiêu đề"),
    ],
)
def test_nonsense_is_refused(
    client: Client, world: World, code: str, change: dict[str, str], words: str, step: str
) -> None:
    answer = as_(client, world, "giang").post(url(world, code), form_of(code, step=step) | change)
    if code == "3" and step == "confirm":
        assert answer.status_code == 422  # the shown date is none of the row's, so the page is called stale
    else:
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert not DeadlineChange.objects.exists()


def test_a_stale_page_moves_nothing(client: Client, world: World) -> None:
    stale = form_of(**CONFIRM)
    move(world, "Trước ngày 17/12/2022")
    answer = as_(client, world, "giang").post(url(world), stale)
    assert answer.status_code == 422
    assert "vừa được đổi thành Trước ngày 17/12/2022" in answer.content.decode()
    assert client.post(url(world), form_of(shown="hôm qua", **CONFIRM)).status_code == 422
    assert client.post(url(world), form_of(shown="2022-12-15T00:00:00", **CONFIRM)).status_code == 422
    assert DeadlineChange.objects.count() == 1


def test_a_double_click_moves_once(client: Client, world: World) -> None:
    sent = form_of(**CONFIRM)
    as_(client, world, "giang")
    assert [client.post(url(world), sent).status_code for _click in range(2)] == [302, 422]
    assert DeadlineChange.objects.count() == 1


def test_the_supplement_has_a_date_of_its_own(client: Client) -> None:
    world = play_to("preparation")
    PlanTask.objects.filter(code="4.2").update(stage=StageKey.SUPPLEMENT)
    page = as_(client, world, "giang").get(url(world, "4.2")).content.decode()
    assert "Thông báo kết quả sơ bộ ghi" in page
    assert "Xem ai bị ảnh hưởng" not in page


def test_a_stage_that_is_over_and_a_task_that_is_done_stay(world: World) -> None:
    stages.start_aggregation(world.round, world.cast.giang, moment("15/12/2022 08:00"))
    with pytest.raises(RuleViolation, match="đã kết thúc"):
        move(world, "Trước ngày 19/12/2022", at=moment("15/12/2022 09:00"))
    PlanTask.objects.filter(code="4.2").update(done_at=AT)
    with pytest.raises(RuleViolation, match="đã hoàn thành"):
        move(world, "Tháng 2/2023", code="4.2")


def test_a_draft_is_edited_instead(world: World) -> None:
    world.round.plan.__class__.objects.update(state="draft")
    with pytest.raises(RuleViolation, match="còn là dự thảo"):
        move(world, "Trước ngày 19/12/2022")


def test_a_row_without_a_stage_moves_alone(world: World) -> None:
    before = list(Stage.objects.order_by("pk").values_list("closes_at", flat=True))
    Notice.objects.all().delete()
    move(world, "Tháng 12/2022 – 02/2023", code="4.2")
    row = task("4.2")
    assert (row.starts_on, row.ends_on) == (date(2022, 12, 1), date(2023, 2, 28))
    assert row.ends_at == moment("01/03/2023 00:00")
    assert list(Stage.objects.order_by("pk").values_list("closes_at", flat=True)) == before
    assert not Notice.objects.exists()  # nobody stands for the post office


def test_warns_of_days_off_and_of_rows_that_would_come_first(client: Client, world: World) -> None:
    page = as_(client, world, "giang").post(url(world), form_of(deadline_text="Trước ngày 25/12/2022"))
    text = page.content.decode()
    assert "Ngày 25/12/2022 là ngày nghỉ (Chủ nhật)." in text
    assert "Dòng 3.2 Trước ngày 20/12/2022 (hết 24 giờ ngày 19/12/2022) kết thúc trước thời hạn mới này" in text
    assert "Dòng 3.3" not in text
    assert "sớm hơn" in client.post(url(world), form_of(deadline_text="Trước ngày 14/12/2022")).content.decode()


@pytest.mark.parametrize(("name", "status"), [("ha", 403), ("an", 403), ("khanh", 403), ("dung", 403), ("son", 404)])
def test_nobody_else_moves_a_date(client: Client, world: World, name: str, status: int) -> None:
    as_(client, world, name)
    assert client.get(url(world)).status_code == status
    assert client.post(url(world), form_of(**CONFIRM)).status_code == status
    assert not DeadlineChange.objects.exists()


def test_a_row_that_is_not_there_is_not_found(client: Client, world: World) -> None:
    assert as_(client, world, "giang").get(url(world, "9.9")).status_code == 404


@pytest.mark.parametrize("count", [0, 25])
def test_the_questions_do_not_grow_with_the_units(
    client: Client, world: World, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    block = Block.objects.get()
    for number in range(count):
        unit = UnitFactory(code=f"9{number}", name=f"Xã {number}", parent=world.cast.authority)
        Participant.objects.create(round=world.round, block=block, unit=unit)
        Dossier.objects.create(round=world.round, block=block, unit=unit)
    as_(client, world, "giang")
    address, sent = url(world), form_of()
    with django_assert_num_queries(24):
        client.post(address, sent)
    extend = {"stage": "self_assessment", "unit": "all", "until": "16/12/2022", "reason": "Sự cố."}
    address = reverse("assessments:extend", args=[world.round.pk])
    with django_assert_num_queries(16):
        client.post(address, extend)
