"""Doing the plan's tasks: report, hand over, confirm, return, finish, open again; and who may not."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile

from chiso.audit.models import AuditEntry
from chiso.common.refusals import RuleViolation
from chiso.evidence.models import Document
from chiso.notices.models import Notice
from chiso.organizations.choices import Role
from chiso.organizations.models import Membership, Unit, User
from chiso.rounds.actions.tasks import (
    Report,
    confirm_part,
    finish_task,
    reopen_task,
    report_part,
    return_part,
    stamp_of,
)
from chiso.rounds.choices import BodyKind, DeadlineKind, PlanState, StageKey, TaskRole, WorkState
from chiso.rounds.models import PlanTask, TaskBody
from chiso.rounds.task_page import may_read
from chiso.rounds.task_people import bodies_of, people_of
from chiso.rounds.task_progress import days_late, done_at, read_stages, standing_of
from tests.evidence import papers
from tests.factories import MembershipFactory
from tests.world import PDF, World, moment, play_to

pytestmark = pytest.mark.django_db

AT = moment("20/12/2022 09:00")
DONE = Report("Đã tổng hợp.", "12/BC-PTP", date(2022, 12, 19), is_over=True)


@pytest.fixture
def world() -> World:
    """Row 9.1: the office leads, the justice office, the team, the communes and a body of no account coordinate."""
    world = play_to("self_assessment")
    task = PlanTask.objects.create(
        plan=world.round.plan,
        position=90,
        code="9.1",
        title="Tổng hợp danh sách đại biểu",
        deadline_kind=DeadlineKind.LATEST,
        deadline_text="Chậm nhất ngày 25/12/2022",
        ends_on=date(2022, 12, 25),
        ends_at=moment("26/12/2022 00:00"),
    )
    justice = Unit.objects.get(code="TP")
    MembershipFactory(user=world.cast.chi, unit=justice, role=Role.UNIT_EDITOR)
    MembershipFactory(user=world.cast.khanh, unit=world.cast.office, role=Role.UNIT_EDITOR)
    add(task, TaskRole.LEAD, 1, "Phòng Nội vụ", BodyKind.UNIT, world.cast.office)
    add(task, TaskRole.COORDINATE, 1, "Tư pháp", BodyKind.UNIT, justice)
    add(task, TaskRole.COORDINATE, 2, "Tổ Chuyên viên", BodyKind.TEAM)
    add(task, TaskRole.COORDINATE, 3, "UBND các xã", BodyKind.PARTICIPANTS)
    add(task, TaskRole.COORDINATE, 4, "Bưu điện huyện", BodyKind.OTHER)
    add(task, TaskRole.COORDINATE, 5, "Hội đồng thẩm định", BodyKind.COUNCIL)
    return world


def add(task: PlanTask, role: str, position: int, label: str, kind: str, unit: Unit | None = None) -> TaskBody:
    return TaskBody.objects.create(task=task, role=role, position=position, label=label, kind=kind, unit=unit)


def row(code: str = "9.1") -> PlanTask:
    return PlanTask.objects.select_related("plan__round__coordinator").get(code=code)


def body(label: str, code: str = "9.1") -> TaskBody:
    related = ("task__plan__round__coordinator", "unit", "product")
    return TaskBody.objects.select_related(*related).get(task__code=code, label=label)


def hand_over(world: World, label: str = "Tư pháp", name: str = "chi", report: Report = DONE) -> TaskBody:
    found = body(label)
    return report_part(found, world.cast.everyone()[name], AT, report=report, seen=stamp_of(found))


# ---- whom a body means -----------------------------------------------------------------------


def test_a_body_means_its_people(world: World) -> None:
    cast, bodies = world.cast, list(TaskBody.objects.filter(task__code="9.1"))
    found = {one.label: people_of(bodies)[one.pk] for one in bodies}
    assert set(found["Phòng Nội vụ"]) == {cast.giang, cast.khanh}
    assert found["Tư pháp"] == [cast.chi]
    assert set(found["Tổ Chuyên viên"]) == {cast.chi, cast.khanh}
    assert set(found["UBND các xã"]) == {cast.an, cast.binh, cast.em, cast.phuc}
    assert found["Bưu điện huyện"] == []
    assert set(found["Hội đồng thẩm định"]) == {cast.dung, cast.lan, cast.mai}


def test_people_and_bodies_are_two_sides_of_one_thing(world: World) -> None:
    bodies = list(TaskBody.objects.filter(task__plan__round=world.round))
    meant = people_of(bodies)
    for user in world.cast.everyone().values():
        assert set(bodies_of(user, world.round)) == {one for one in bodies if user in meant[one.pk]}


def test_who_left_or_is_not_active_is_not_meant(world: World) -> None:
    cast = world.cast
    world.round.panel_members.filter(user=cast.mai).update(left_at=AT)
    type(cast.an).objects.filter(pk=cast.an.pk).update(is_active=False)
    assert cast.mai not in people_of([body("Hội đồng thẩm định")]).popitem()[1]
    assert cast.an not in people_of([body("UBND các xã")]).popitem()[1]


def test_who_only_reads_in_a_unit_does_none_of_its_work(world: World) -> None:
    """Khánh now observes in the office that leads: the task is there to read, and asks nothing of him."""
    Membership.objects.filter(user=world.cast.khanh).exclude(role=Role.OBSERVER).delete()
    khanh, lead = User.objects.get(pk=world.cast.khanh.pk), body("Phòng Nội vụ")
    with pytest.raises(PermissionDenied):
        report_part(lead, khanh, AT, report=DONE, seen=stamp_of(lead))
    with pytest.raises(PermissionDenied):
        finish_task(row(), khanh, AT, reason="Xong.")
    assert khanh not in people_of([lead])[lead.pk]
    assert lead in bodies_of(khanh, world.round)
    assert may_read(khanh, lead)
    assert not may_read(world.cast.son, lead)
    team = body("Tổ Chuyên viên")  # On the team he works, whatever he is in the office.
    assert report_part(team, khanh, AT, report=DONE, seen=stamp_of(team)).state == WorkState.HANDED


def test_where_everybody_only_reads_the_coordinator_stands_in(world: World) -> None:
    Membership.objects.filter(user=world.cast.chi).exclude(role=Role.OBSERVER).delete()
    part = body("Tư pháp")
    assert people_of([part])[part.pk] == []
    with pytest.raises(PermissionDenied):
        report_part(part, User.objects.get(pk=world.cast.chi.pk), AT, report=DONE, seen=stamp_of(part))
    assert report_part(part, world.cast.giang, AT, report=DONE, seen=stamp_of(part)).state == WorkState.DONE


# ---- how far a task is ---------------------------------------------------------------------------


def test_a_task_of_a_stage_is_done_when_the_stage_closes(world: World) -> None:
    world.submitted()
    world.aggregation()
    stages = list(world.round.stages.all())
    task = row("3.1")
    assert done_at(task, stages) == moment("15/12/2022 08:00")
    assert (
        days_late(task, stages, AT, given=None) == 0
    )  # It locks after its end: the units that came late have their own days.
    assert standing_of(row("3.2"), stages, moment("21/12/2022 09:00")).is_overdue
    world.round.stages.filter(key=StageKey.AGGREGATION).update(closed_at=moment("20/12/2022 08:00"))
    assert (
        days_late(row("3.2"), world.round.stages.all(), AT, given=None) == 0
    )  # The next stage opens on the morning after.
    world.round.stages.filter(key=StageKey.AGGREGATION).update(closed_at=moment("21/12/2022 08:00"))
    assert days_late(row("3.2"), world.round.stages.all(), AT, given=None) == 2
    world.round.stages.filter(key=StageKey.APPRAISAL).update(closed_at=moment("25/12/2022 08:00"))
    assert (
        days_late(row("3.3"), world.round.stages.all(), AT, given=None) == 1
    )  # Signing off is work: eight hours are a day.


def test_time_given_to_all_units_counts_for_the_task(world: World) -> None:
    task, at = row("3.1"), moment("15/12/2022 08:00")
    assert standing_of(task, read_stages(world.round), at).is_overdue
    given = {"until": moment("17/12/2022 00:00"), "granted_by": world.cast.giang, "granted_at": AT}
    world.round.extensions.create(stage=StageKey.SELF_ASSESSMENT, unit=world.cast.north, **given)
    assert standing_of(task, read_stages(world.round), at).is_overdue
    world.round.extensions.create(stage=StageKey.SELF_ASSESSMENT, unit=None, **given)
    assert not standing_of(task, read_stages(world.round), at).is_overdue
    assert standing_of(task, read_stages(world.round), moment("17/12/2022 08:00")).late_days == 1


def test_a_last_stage_is_done_when_it_opens(world: World) -> None:
    task = row("3.7")
    task.stage = StageKey.PUBLISHED  # type: ignore[assignment]
    world.round.stages.filter(key=StageKey.PUBLISHED).update(opened_at=AT)
    assert done_at(task, world.round.stages.all()) == AT


def test_lateness_stops_when_the_task_is_done(world: World) -> None:
    task = row()
    assert standing_of(task, [], moment("26/12/2022 00:00")).late_days == 0
    assert standing_of(task, [], moment("26/12/2022 00:01")).late_days == 1
    task.done_at = moment("28/12/2022 10:00")
    standing = standing_of(task, [], moment("20/01/2023 00:00"))
    assert (standing.late_days, standing.is_overdue, standing.is_done) == (3, False, True)


# ---- the way of a part -----------------------------------------------------------------------


def test_a_part_goes_from_progress_to_confirmation(world: World) -> None:
    found = body("Tư pháp")
    report_part(found, world.cast.chi, AT, report=Report("Đang lập danh sách."), seen=stamp_of(found))
    assert (found.state, found.handed_at) == (WorkState.DOING, None)
    file = ContentFile(PDF, name="Danh sách.pdf")
    hand_over(world, report=Report("Đã lập.", "12/BC-PTP", date(2022, 12, 19), file, is_over=True))
    found = body("Tư pháp")
    assert (found.state, found.handed_by, found.product_number) == (WorkState.HANDED, world.cast.chi, "12/BC-PTP")
    assert (found.product.name, found.product.unit) == ("Danh sách.pdf", Unit.objects.get(code="TP"))  # type: ignore[union-attr]
    told = Notice.objects.filter(text__contains="chờ xác nhận")
    assert {notice.recipient for notice in told} == {world.cast.giang, world.cast.khanh}
    confirm_part(found, world.cast.giang, AT, seen=stamp_of(found))
    found = body("Tư pháp")
    assert (found.state, found.confirmed_by) == (WorkState.DONE, world.cast.giang)
    assert Notice.objects.filter(recipient=world.cast.chi, text__contains="được xác nhận").exists()


def test_a_returned_part_says_why_and_comes_again(world: World) -> None:
    found = hand_over(world)
    return_part(found, world.cast.giang, AT, reason="Thiếu hai xã.", seen=stamp_of(found))
    found = body("Tư pháp")
    assert (found.state, found.returned_reason) == (WorkState.DOING, "Thiếu hai xã.")
    report_part(found, world.cast.chi, AT, report=Report("Đang bổ sung."), seen=stamp_of(found))
    assert body("Tư pháp").returned_reason == "Thiếu hai xã."  # Until it comes again.
    assert Notice.objects.filter(recipient=world.cast.chi, detail="Thiếu hai xã.").exists()
    hand_over(world)
    assert (body("Tư pháp").state, body("Tư pháp").returned_reason) == (WorkState.HANDED, "")


def test_a_confirmed_part_is_changed_only_after_it_was_returned(world: World) -> None:
    found = hand_over(world)
    confirm_part(found, world.cast.giang, AT, seen=stamp_of(found))
    with pytest.raises(RuleViolation, match="đề nghị cơ quan chủ trì trả lại"):
        hand_over(world)
    found = body("Tư pháp")
    return_part(found, world.cast.giang, AT, reason="Xác nhận nhầm.", seen=stamp_of(found))
    assert hand_over(world).state == WorkState.HANDED


def test_a_report_that_says_nothing_hands_nothing_over(world: World) -> None:
    with pytest.raises(RuleViolation, match="Hãy ghi tình hình"):
        hand_over(world, report=Report("", is_over=True))


def test_a_return_needs_a_reason_and_something_handed_over(world: World) -> None:
    found = body("Tư pháp")
    with pytest.raises(RuleViolation, match="không còn ở bước cho phép"):
        return_part(found, world.cast.giang, AT, reason="Sai.", seen=stamp_of(found))
    found = hand_over(world)
    with pytest.raises(RuleViolation, match="Chưa ghi lý do"):
        return_part(found, world.cast.giang, AT, reason="  ", seen=stamp_of(found))


def test_nobody_overwrites_what_they_did_not_see(world: World) -> None:
    stale = body("Tư pháp")
    seen = stamp_of(stale)
    hand_over(world)
    with pytest.raises(RuleViolation, match="vừa được cập nhật: chờ cơ quan chủ trì xác nhận"):
        report_part(stale, world.cast.chi, AT, report=Report("Khác."), seen=seen)
    assert body("Tư pháp").note == "Đã tổng hợp."


def test_a_second_click_is_told_that_the_first_one_worked(world: World) -> None:
    found = hand_over(world)
    seen = stamp_of(found)
    confirm_part(found, world.cast.giang, AT, seen=seen)
    with pytest.raises(RuleViolation, match="vừa được cập nhật: hoàn thành"):
        confirm_part(body("Tư pháp"), world.cast.giang, AT, seen=seen)
    assert AuditEntry.objects.filter(code="task.confirm").count() == 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("virus.exe", b"MZ\x00\x00", r"virus\.exe"),
        ("BC.pdf", papers.plan((papers.LEFT, 128, "TỐI MẬT")), "dấu chỉ độ mật “Tối mật”"),
    ],
)
def test_a_file_that_may_not_come_in_leaves_nothing(world: World, name: str, content: bytes, words: str) -> None:
    before = stamp_of(body("Tư pháp"))
    with pytest.raises(RuleViolation, match=words):
        hand_over(world, report=Report("Đã lập.", file=ContentFile(content, name=name), is_over=True))
    assert stamp_of(body("Tư pháp")) == before
    assert not Document.objects.filter(unit__code="TP").exists()
    assert not AuditEntry.objects.filter(code="task.report").exists()


# ---- who acts for whom --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Phòng Nội vụ", "giang"),
        ("Phòng Nội vụ", "khanh"),
        ("Tư pháp", "chi"),
        ("Tổ Chuyên viên", "khanh"),
        ("Hội đồng thẩm định", "mai"),
        ("UBND các xã", "giang"),
        ("Bưu điện huyện", "giang"),
    ],
)
def test_each_body_is_reported_by_its_own_people(world: World, label: str, name: str) -> None:
    hand_over(world, label, name)
    entry = AuditEntry.objects.get(code="task.report")
    assert (entry.actor, entry.subject_label) == (world.cast.everyone()[name], label)


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Tư pháp", "giang"),  # Somebody stands for it.
        ("Tư pháp", "an"),
        ("UBND các xã", "an"),  # One commune does not report for all.
        ("Bưu điện huyện", "ha"),
        ("Bưu điện huyện", "chi"),
        ("Hội đồng thẩm định", "khanh"),
        ("Phòng Nội vụ", "chi"),
    ],
)
def test_nobody_reports_for_another_body(world: World, label: str, name: str) -> None:
    with pytest.raises(PermissionDenied):
        hand_over(world, label, name)


def test_the_coordinator_writes_for_an_office_without_accounts(world: World) -> None:
    world.cast.chi.memberships.all().delete()
    assert hand_over(world, name="giang").state == WorkState.DONE  # Who leads needs nobody's confirmation.
    assert AuditEntry.objects.get(code="task.report").role == "coordinator"


def test_only_a_lead_confirms(world: World) -> None:
    found = hand_over(world)
    for name in ("chi", "an", "ha", "dung"):
        with pytest.raises(PermissionDenied):
            confirm_part(found, world.cast.everyone()[name], AT, seen=stamp_of(found))


# ---- the end of a task ----------------------------------------------------------------------------


def finish_all_but(world: World, *labels: str) -> None:
    TaskBody.objects.filter(task__code="9.1", role=TaskRole.COORDINATE).exclude(label__in=labels).update(
        state=WorkState.DONE
    )


def test_a_task_is_finished_in_time(world: World) -> None:
    finish_all_but(world)
    finish_task(row(), world.cast.khanh, AT)
    assert row().done_at == AT
    assert body("Phòng Nội vụ").state == WorkState.DONE
    assert "late_days" not in AuditEntry.objects.get(code="task.finish").changes
    assert Notice.objects.filter(recipient=world.cast.giang, text__contains="đã hoàn thành").exists()


def test_what_is_not_confirmed_is_named_and_needs_a_reason(world: World) -> None:
    finish_all_but(world, "Tư pháp", "Bưu điện huyện")
    with pytest.raises(RuleViolation, match="Tư pháp; Bưu điện huyện"):
        finish_task(row(), world.cast.giang, AT)
    assert row().done_at is None
    finish_task(row(), world.cast.giang, AT, reason="Số liệu đã đủ.")
    entry = AuditEntry.objects.get(code="task.finish")
    assert (entry.reason, entry.changes["unconfirmed"][1]) == ("Số liệu đã đủ.", ["Tư pháp", "Bưu điện huyện"])
    assert body("Tư pháp").state == WorkState.TODO  # It is not said to be done.


def test_done_late_is_recorded_as_late(world: World) -> None:
    finish_all_but(world)
    late = moment("28/12/2022 10:00")
    finish_task(row(), world.cast.giang, late)
    assert AuditEntry.objects.get(code="task.finish").changes["late_days"] == [None, 3]
    assert standing_of(row(), [], late + timedelta(days=9)).late_days == 3


def test_a_finished_task_is_closed_until_the_coordinator_opens_it(world: World) -> None:
    finish_all_but(world)
    finish_task(row(), world.cast.giang, AT)
    with pytest.raises(RuleViolation, match="đã hoàn thành"):
        finish_task(row(), world.cast.giang, AT)
    with pytest.raises(RuleViolation, match="mở lại"):
        hand_over(world)
    with pytest.raises(PermissionDenied):
        reopen_task(row(), world.cast.khanh, AT, reason="Nhầm.")
    with pytest.raises(RuleViolation, match="Chưa ghi lý do"):
        reopen_task(row(), world.cast.giang, AT, reason=" ")
    reopen_task(row(), world.cast.giang, AT, reason="Ghi nhầm.")
    assert row().done_at is None
    assert (body("Phòng Nội vụ").state, body("Tư pháp").state) == (WorkState.DOING, WorkState.DONE)
    with pytest.raises(RuleViolation, match="chưa được ghi hoàn thành"):
        reopen_task(row(), world.cast.giang, AT, reason="Ghi nhầm.")


def test_two_leads_finish_together(world: World) -> None:
    add(row(), TaskRole.LEAD, 2, "Tổ Chuyên viên (chủ trì)", BodyKind.TEAM)
    finish_all_but(world)
    with pytest.raises(RuleViolation, match=r"Tổ Chuyên viên \(chủ trì\)"):
        finish_task(row(), world.cast.giang, AT)
    assert hand_over(world, "Tổ Chuyên viên (chủ trì)").state == WorkState.DONE
    finish_task(row(), world.cast.giang, AT)


def test_a_task_of_a_stage_is_not_finished_by_hand(world: World) -> None:
    with pytest.raises(RuleViolation, match="Tổng hợp"):
        finish_task(row("3.2"), world.cast.giang, AT)
    with pytest.raises(RuleViolation, match="chưa được ghi hoàn thành"):
        reopen_task(row("3.2"), world.cast.giang, AT, reason="Nhầm.")


def test_a_lead_reports_a_product_of_a_stage_too(world: World) -> None:
    found = body("Phòng Nội vụ", "3.2")
    report_part(found, world.cast.khanh, AT, report=DONE, seen=stamp_of(found))
    assert (found.state, found.confirmed_by) == (WorkState.DONE, world.cast.khanh)
    report_part(found, world.cast.giang, AT, report=Report("Bổ sung."), seen=stamp_of(found))
    assert (found.state, found.confirmed_at) == (WorkState.DOING, None)


def test_a_draft_has_no_work_yet(world: World) -> None:
    type(world.round.plan).objects.update(state=PlanState.DRAFT)
    with pytest.raises(RuleViolation, match="chưa ban hành"):
        hand_over(world)
    with pytest.raises(RuleViolation, match="chưa ban hành"):
        finish_task(row(), world.cast.giang, AT)


def test_a_heading_is_no_task(world: World) -> None:
    found = row("3")
    with pytest.raises(RuleViolation, match="dòng tiêu đề"):
        finish_task(found, world.cast.giang, AT)
