"""The board: where each task, body, unit and stage stands; who sees it; what the filters leave; the Excel file."""

import io
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from chiso.assessments.choices import DossierState
from chiso.assessments.deadlines import deadlines
from chiso.assessments.models import Dossier
from chiso.organizations import clock
from chiso.rounds.choices import BodyKind, DeadlineKind, StageKey, TaskRole, WorkState
from chiso.rounds.models import Extension, Participant, PlanTask, Round, TaskBody
from chiso.rounds.task_progress import read_stages, standing_of
from chiso.tracking import gantt
from chiso.tracking.board import average, rate
from chiso.tracking.board_rows import DONE, DONE_LATE, OVERDUE, RUNNING, WAITING, Standing, TaskRow, standing
from tests.factories import UnitFactory
from tests.world import World, moment, play_to

pytestmark = pytest.mark.django_db


def look(client: Client, world: World, name: str, at: str, monkeypatch: pytest.MonkeyPatch, **given: str) -> str:
    monkeypatch.setattr(clock, "now", lambda: moment(at))
    client.force_login(world.cast.everyone()[name])
    query = f"?{urlencode(given)}" if given else ""
    answer = client.get(reverse("tracking:board", args=[world.round.pk]) + query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def read(world: World, at: str) -> Standing:
    return standing(world.round, moment(at))


def row(found: Standing, code: str) -> TaskRow:
    return next(one for one in found.tasks if one.code == code)


def unsend(world: World, code: str) -> None:
    """Take a dossier back to its unit, as if it had never been sent."""
    Dossier.objects.filter(unit__code=code).update(state=DossierState.DRAFT, submitted_at=None)


# What it says


def test_each_task_has_a_start_an_end_and_a_state() -> None:
    found = read(play_to("submitted"), "14/12/2022 11:00")
    states = {one.code: one.state for one in found.tasks if not one.is_heading}
    assert states == {
        **{"1": DONE, "3.1": RUNNING, "3.2": WAITING, "3.3": WAITING, "3.4": WAITING},
        **{"3.5": WAITING, "3.6": WAITING, "3.7": WAITING, "4.2": RUNNING},
    }
    assert row(found, "3").is_heading
    own = row(found, "3.1")
    assert (own.starts, own.ends, own.part, own.whole) == (
        moment("28/11/2022 08:00"),
        moment("15/12/2022 00:00"),
        2,
        2,
    )
    assert row(found, "3.2").starts == moment("15/12/2022 00:00"), "the deadline before it in its line of work"
    assert row(found, "4.2").starts == moment("01/12/2022 00:00"), "as the plan says"


def test_a_self_assessment_is_as_late_as_its_last_unit() -> None:
    world = play_to("aggregation")
    found = read(world, "16/12/2022 08:00")
    assert (row(found, "3.1").late, row(found, "3.1").state) == (0, DONE), "closed eight hours after the deadline"
    Dossier.objects.filter(unit=world.cast.south).update(late_days=2)
    assert (row(read(world, "18/12/2022 08:00"), "3.1").late, row(found, "3.1").state) == (2, DONE)
    assert row(read(world, "18/12/2022 08:00"), "3.1").state == DONE_LATE


def test_units_are_expected_counted_and_late_and_an_extension_forgives() -> None:
    world = play_to("submitted")
    unsend(world, "02")
    [numbers] = [one for one in read(world, "14/12/2022 23:59").numbers if one.key == StageKey.SELF_ASSESSMENT]
    assert (numbers.expected, numbers.actual, numbers.on_time, numbers.late) == (2, 1, 1, 0)
    [numbers] = [one for one in read(world, "17/12/2022 08:00").numbers if one.key == StageKey.SELF_ASSESSMENT]
    assert (numbers.expected, numbers.actual, numbers.on_time, numbers.late, numbers.late_sum) == (2, 1, 1, 1, 3)
    world.round.extensions.create(
        stage=StageKey.SELF_ASSESSMENT,
        unit=world.cast.south,
        until=moment("19/12/2022 00:00"),
        reason="Mất điện",
        granted_by=world.cast.giang,
        granted_at=moment("15/12/2022 08:00"),
    )
    found = read(world, "17/12/2022 08:00")
    [numbers] = [one for one in found.numbers if one.key == StageKey.SELF_ASSESSMENT]
    assert (numbers.actual, numbers.late) == (1, 0)
    assert row(found, "3.1").state == RUNNING
    assert row(found, "3.1").until == moment("19/12/2022 00:00")


def test_what_was_given_to_all_makes_a_stage_no_later_on_the_board_than_on_the_list() -> None:
    """The board, the list of tasks and the windows read one and the same end."""
    world = play_to("supplement")
    until = moment("10/01/2023 00:00")
    task = PlanTask.objects.create(
        plan=world.round.plan,
        position=90,
        code="9.1",
        title="Giải trình, bổ sung",
        stage=StageKey.SUPPLEMENT,
        deadline_kind=DeadlineKind.LATEST,
        ends_at=moment("04/01/2023 00:00"),
    )
    Extension.objects.create(
        round=world.round,
        stage=StageKey.SUPPLEMENT,
        until=until,
        reason="Mưa lũ.",
        granted_by=world.cast.giang,
        granted_at=moment("03/01/2023 08:00"),
    )
    for at, late in (("05/01/2023 08:00", 0), ("10/01/2023 08:00", 1)):
        found = standing(Round.objects.get(pk=world.round.pk), moment(at))
        [row] = [row for row in found.tasks if row.stage == StageKey.SUPPLEMENT]
        listed = standing_of(task, read_stages(Round.objects.get(pk=world.round.pk)), moment(at))
        ends = deadlines(Round.objects.get(pk=world.round.pk), StageKey.SUPPLEMENT)
        assert (row.late, row.state == OVERDUE) == (listed.late_days, listed.is_overdue) == (late, late > 0)
        assert ends.of_all() == found.ends[StageKey.SUPPLEMENT].of_all() == until


def test_a_pass_counts_its_leaves() -> None:
    world = play_to("notice")
    [numbers] = [one for one in read(world, "23/12/2022 08:00").numbers if one.key == StageKey.APPRAISAL]
    assert numbers.expected == numbers.actual == numbers.on_time > 5
    assert numbers.late == 0


def test_overdue_tasks_name_the_bodies_that_are_behind(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    world = play_to("submitted")
    unsend(world, "02")
    page = look(client, world, "giang", "17/12/2022 08:00", monkeypatch)
    table = page.split('aria-label="Quá hạn theo cơ quan"')[1].split("</table>")[0]
    assert "UBND cấp xã" in table
    assert "1 đơn vị: Xã Nam" in table
    assert "Xã Bắc" not in table
    assert "3 ngày" in table
    chase = reverse("tracking:chase", args=[world.round.pk]) + "?loc=qua-han&amp;chon=tat-ca"
    assert chase in page
    chosen = client.get(chase.replace("&amp;", "&")).content.decode()
    assert "Xã Nam" in chosen
    assert "checked" in chosen, "one click, and those who are late are chosen"


def test_a_body_that_handed_over_is_not_behind_but_its_lead_is(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    world = play_to("submitted")
    task = PlanTask.objects.get(code="4.2")
    for place, (label, state) in enumerate([("Phòng Tư pháp", WorkState.HANDED), ("Hội Nông dân", WorkState.DOING)]):
        TaskBody.objects.create(
            task=task, position=place, role=TaskRole.COORDINATE, label=label, state=state, kind=BodyKind.OTHER
        )
    page = look(client, world, "giang", "03/02/2023 08:00", monkeypatch, mang="4")
    table = page.split('aria-label="Quá hạn theo cơ quan"')[1].split("</table>")[0]
    assert "Bưu điện huyện" in table
    assert "Hội Nông dân" in table
    assert "Phòng Tư pháp" not in table


def test_what_is_due_in_a_week_stands_by_date_and_what_is_done_does_not(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = play_to("submitted")
    page = look(client, world, "giang", "13/12/2022 08:00", monkeypatch)
    due = page.split("Đến hạn trong 7 ngày tới")[1].split("</section>")[0]
    assert due.index("3.1 Tự đánh giá") < due.index("3.2 Tổng hợp")
    assert "3.3" not in due
    assert "hết 24 giờ ngày 14/12/2022" in due
    PlanTask.objects.filter(code="4.2").update(done_at=moment("20/01/2023 08:00"))
    page = look(client, world, "giang", "28/01/2023 08:00", monkeypatch, mang="4")
    assert "Không có nhiệm vụ nào đến hạn" in page


def test_rates_and_averages_are_rounded_half_up() -> None:
    assert (rate(1, 3), rate(1, 200), rate(2, 2), rate(0, 0)) == ("33%", "1%", "100%", "–")
    assert (average(5, 2), average(1, 3), average(3, 1), average(0, 0)) == ("2,5", "0,3", "3", "–")


# Who sees it


@pytest.mark.parametrize("name", ["giang", "ha", "dung", "lan", "khanh"])
def test_those_who_run_judge_or_lead_find_the_board(client: Client, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    world = play_to("submitted")
    unsend(world, "02")
    page = look(client, world, name, "17/12/2022 08:00", monkeypatch)
    assert "Tiến độ kế hoạch" in page
    assert ("Xã Nam" in page) == (name in ("giang", "ha")), "names of units are for those who run the round"
    parts = page.split('class="workbar')[1].split("</nav>")[0]
    assert "Tiến độ" in parts


@pytest.mark.parametrize(
    ("name", "status"), [("an", 403), ("binh", 403), ("chi", 403), ("son", 404), ("giang", 200), ("dung", 200)]
)
@pytest.mark.parametrize("route", ["board", "board_file"])
def test_units_and_experts_may_not_and_strangers_find_nothing(
    client: Client, route: str, name: str, status: int
) -> None:
    world = play_to("submitted")
    client.force_login(world.cast.everyone()[name])
    assert client.get(reverse(f"tracking:{route}", args=[world.round.pk])).status_code == status
    assert client.post(reverse(f"tracking:{route}", args=[world.round.pk])).status_code == 405


def test_the_part_is_not_offered_to_units(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    world = play_to("submitted")
    monkeypatch.setattr(clock, "now", lambda: moment("14/12/2022 11:00"))
    client.force_login(world.cast.an)
    page = client.get(reverse("assessments:round", args=[world.round.pk])).content.decode()
    assert reverse("tracking:board", args=[world.round.pk]) not in page
    assert "Nộp hồ sơ theo ngày" not in page


# Filters


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        ({"mang": "4"}, {"4.2"}),
        ({"mang": "3", "tinh_trang": RUNNING}, {"3.1"}),
        ({"co_quan": "Tổ Chuyên viên"}, {"3.3", "3.5"}),
        ({"ky": "7-ngay"}, {"3.1", "3.2"}),
        ({"ky": "da-qua"}, {"1"}),
        ({"tinh_trang": OVERDUE}, set()),
        ({"tinh_trang": DONE}, {"1"}),
        ({"mang": "x'\"><script>", "ky": "\x00", "ty_le": "nam", "la": "1"}, None),
    ],
)
def test_filters_keep_in_the_address_and_reach_the_file(
    client: Client, monkeypatch: pytest.MonkeyPatch, given: dict[str, str], codes: set[str] | None
) -> None:
    world = play_to("submitted")
    page = look(client, world, "giang", "13/12/2022 08:00", monkeypatch, **given)
    all_codes = {one.code for one in read(world, "13/12/2022 08:00").tasks if not one.is_heading}
    shown = {code for code in all_codes if reverse("rounds:task", args=[world.round.pk, code]) + '">' in page}
    table = page.split("<caption>Bảng nhiệm vụ</caption>")[1] if "Bảng nhiệm vụ</caption>" in page else ""
    shown = {code for code in all_codes if f"<td>{code}</td><th" in table}
    assert shown == (all_codes if codes is None else codes)
    assert "<script>" not in page.split("</head>")[1]
    export = page.split(reverse("tracking:board_file", args=[world.round.pk]))[1].split('"')[0].replace("&amp;", "&")
    book = client.get(reverse("tracking:board_file", args=[world.round.pk]) + export).content
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_name("Nhiệm vụ").to_python()
    listed = {str(line[0]) for line in sheet[3:] if str(line[0]) in all_codes}
    assert listed == shown


# The timeline


def test_the_timeline_places_bars_in_order_and_marks_what_is_late() -> None:
    world = play_to("submitted")
    unsend(world, "02")
    found = read(world, "17/12/2022 08:00")
    drawn = gantt.gantt(found.tasks, found.at)
    assert drawn is not None
    assert drawn.scale == gantt.WEEKS
    by_code = {one.full.split()[0]: one for one in drawn.rows}
    late = by_code["3.1"]
    kinds = [bar.kind for bar in late.bars]
    assert kinds == ["plan", "done", "late"]
    assert late.bars[2].x == late.bars[0].x + late.bars[0].width, "what is late goes on where the plan ends"
    assert late.bars[2].x + late.bars[2].width == drawn.today_x
    assert late.end_text == "trễ 3 ngày"
    assert by_code["3"].is_heading
    assert by_code["3"].bars == ()
    assert any("Tết Dương lịch" in shade.title for shade in drawn.shades)


def test_a_long_plan_is_drawn_by_months_and_a_wish_wins() -> None:
    found = read(play_to("submitted"), "14/12/2022 11:00")
    PlanTask.objects.filter(code="4.2").update(
        ends_on=date(2024, 10, 31), ends_at=moment("01/11/2024 00:00"), starts_on=date(2022, 11, 1)
    )
    found = standing(found.round, found.at)
    by_month = gantt.gantt(found.tasks, found.at)
    by_week = gantt.gantt(found.tasks, found.at, gantt.WEEKS)
    assert by_month is not None
    assert by_week is not None
    assert (by_month.scale, by_week.scale) == (gantt.MONTHS, gantt.WEEKS)
    assert len(by_month.ticks) == 24
    assert by_week.width > by_month.width


def test_a_moved_deadline_leaves_its_old_place(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    world = play_to("submitted")
    task = PlanTask.objects.get(code="4.2")
    task.changes.create(
        old_text="Tháng 12/2022",
        old_ends_at=moment("01/01/2023 00:00"),
        new_text=task.deadline_text,
        new_ends_at=task.ends_at,
        reason="Theo hướng dẫn",
        changed_by=world.cast.giang,
        changed_at=moment("10/12/2022 08:00"),
    )
    page = look(client, world, "giang", "13/12/2022 08:00", monkeypatch)
    assert "hạn cũ: <s>hết 24 giờ ngày 31/12/2022</s>" in page
    found = read(world, "13/12/2022 08:00")
    drawn = gantt.gantt(found.tasks, found.at)
    assert drawn is not None
    [moved] = [one for one in drawn.rows if one.old_x]
    assert moved.old_x[0] < moved.bars[0].x + moved.bars[0].width


def test_nothing_with_a_date_is_no_drawing() -> None:
    found = read(play_to("submitted"), "13/12/2022 08:00")
    assert gantt.gantt([one for one in found.tasks if one.is_heading], found.at) is None


# The file


def test_the_file_has_all_four_sheets_for_those_who_run_the_round(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = play_to("submitted")
    unsend(world, "02")
    TaskBody.objects.filter(task__code="4.2").update(note="=HYPERLINK(1)", product_number="12/BC")
    monkeypatch.setattr(clock, "now", lambda: moment("17/12/2022 08:00"))
    sheets = {}
    for name in ("giang", "dung"):
        client.force_login(world.cast.everyone()[name])
        answer = client.get(reverse("tracking:board_file", args=[world.round.pk]))
        assert answer.headers["Cache-Control"] == "no-store"
        sheets[name] = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert sheets["giang"].sheet_names == ["Nhiệm vụ", "Cơ quan", "Đơn vị", "Giai đoạn"]
    assert sheets["dung"].sheet_names == ["Nhiệm vụ", "Cơ quan", "Giai đoạn"]
    tasks = {str(line[0]): line for line in sheets["giang"].get_sheet_by_name("Nhiệm vụ").to_python()[3:]}
    assert tasks["3.1"][6] == date(2022, 12, 14), "the last day, not the midnight after it"
    assert tasks["3.1"][8] == "quá hạn"
    assert tasks["3.1"][10] == 3
    units = {line[1]: line for line in sheets["giang"].get_sheet_by_name("Đơn vị").to_python()[3:]}
    assert units["Xã Nam"][7] == 3
    assert units["Xã Bắc"][5]
    notes = str(sheets["giang"].get_sheet_by_name("Cơ quan").to_python())
    assert "=HYPERLINK(1)" in notes
    assert "HYPERLINK" not in str(sheets["dung"].get_sheet_by_name("Cơ quan").to_python())


# Speed


def _many(world: World) -> None:
    """Forty units more, and twenty tasks more with three bodies each."""
    block = world.round.blocks.get()
    for number in range(40):
        unit = UnitFactory(code=f"M{number:03d}", name=f"Xã thêm {number}", parent=world.cast.authority)
        Participant.objects.create(round=world.round, block=block, unit=unit)
        Dossier.objects.create(round=world.round, block=block, unit=unit)
    plan = world.round.plan
    for number in range(20):
        ends = moment("10/12/2022 00:00") + timedelta(days=number)
        task = PlanTask.objects.create(
            plan=plan,
            position=100 + number,
            code=f"5.{number}",
            title="Nhiệm vụ thêm",
            deadline_kind=DeadlineKind.BEFORE,
            deadline_text="Trước",
            ends_on=ends.date(),
            ends_at=ends,
        )
        for place in range(3):
            TaskBody.objects.create(task=task, position=place, role=TaskRole.LEAD, label=f"Cơ quan {place}")


@pytest.mark.parametrize("route", ["tracking:board", "tracking:board_file", "tracking:brief", "assessments:round"])
def test_queries_do_not_grow_with_units_and_tasks(client: Client, monkeypatch: pytest.MonkeyPatch, route: str) -> None:
    world = play_to("submitted")
    monkeypatch.setattr(clock, "now", lambda: moment("17/12/2022 08:00"))
    client.force_login(world.cast.giang)
    url = reverse(route, args=[world.round.pk])
    counts = []
    for grow in (False, True):
        if grow:
            _many(world)
        client.get(url)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(url).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 20
