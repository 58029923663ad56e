"""What a draft should settle: weekends and holidays, the order of the stages, bodies nobody stands for."""

from datetime import date
from typing import Any

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from chiso.common.refusals import RuleViolation
from chiso.organizations.models import Holiday
from chiso.rounds.actions import issue_plan
from chiso.rounds.choices import BodyKind, PlanState, StageKey
from chiso.rounds.models import Plan, PlanTask, TaskBody
from chiso.rounds.plan_check import Finding, check_plan, last_day, printed_day
from chiso.rounds.plan_papers.wording import read_deadline
from chiso.rounds.plan_rows import keep_stages_in_step, put_deadline
from tests.cast import engage
from tests.rounds.drafts import SEED, again, draft, row
from tests.world import moment

pytestmark = pytest.mark.django_db

AT = moment("14/11/2022 09:00")


def found_in(plan: Plan) -> tuple[Finding, ...]:
    return check_plan(plan, list(plan.tasks.order_by("position").prefetch_related("bodies")), AT)


def set_deadline(code: str, text: str) -> None:
    plan, task = again(), row(code)
    put_deadline(task, read_deadline(text), plan)
    task.save()


def faults(plan: Plan) -> list[str]:
    return [finding.text for finding in found_in(plan) if finding.is_fault]


def test_the_seed_has_exactly_four_days_off() -> None:
    flagged = {
        finding.code: (finding.text, finding.moves_to) for finding in found_in(draft(source=SEED)) if finding.moves_to
    }
    assert {code: to for code, (_text, to) in flagged.items()} == {
        "4.4": "12/12/2022",
        "3.3": "26/12/2022",
        "3.4": "03/01/2023",
        "3.7": "16/01/2023",
    }
    assert flagged["4.4"][0] == (
        "Dòng 4.4: “Trước 10/12/2022” ghi ngày nghỉ (10/12/2022, Thứ Bảy); hạn cuối là hết 24 giờ ngày 09/12/2022."
    )
    assert "25/12/2022, Chủ nhật" in flagged["3.3"][0]
    assert "31/12/2022, Thứ Bảy" in flagged["3.4"][0]
    assert flagged["3.7"][0] == "Dòng 3.7: “Chậm nhất ngày 15/01/2023” ghi ngày nghỉ (15/01/2023, Chủ nhật)."


def test_a_row_that_lost_its_date_is_told() -> None:
    plan = draft(source=SEED)
    assert not [finding for finding in found_in(plan) if "không ghi thời hạn" in finding.text]
    set_deadline("4.4", "")
    [found] = [finding for finding in found_in(again()) if "không ghi thời hạn" in finding.text]
    assert (found.code, found.is_fault) == ("4.4", False)


def test_the_seed_has_no_fault_though_4_3_ends_before_3_1() -> None:
    plan = draft(source=SEED)
    assert row("4.3").ends_at < row("3.1").ends_at  # type: ignore[operator]
    assert faults(plan) == []


def test_the_printed_day_is_told_from_the_last_day() -> None:
    draft(source=SEED)
    assert (printed_day(row("3.1")), last_day(row("3.1"))) == (date(2022, 12, 15), date(2022, 12, 14))
    assert (printed_day(row("3.7")), last_day(row("3.7"))) == (date(2023, 1, 15), date(2023, 1, 15))
    assert (printed_day(row("4.2")), last_day(row("4.2"))) == (None, date(2023, 1, 31))
    assert (printed_day(row("3")), last_day(row("3"))) == (None, None)


def test_a_holiday_of_the_installation_counts() -> None:
    Holiday.objects.create(day=date(2022, 12, 20), name="Nghỉ đột xuất")
    Holiday.objects.create(day=date(2022, 12, 31), name="Làm bù", is_working=True)
    flagged = {finding.code: finding for finding in found_in(draft(source=SEED)) if finding.moves_to}
    assert "Nghỉ đột xuất" in flagged["3.2"].text
    assert flagged["3.2"].moves_to == "21/12/2022"
    assert "3.4" not in flagged


def test_a_span_that_prints_its_days_is_looked_at() -> None:
    draft()
    set_deadline("4.2", "Từ ngày 05/12/2022 đến ngày 10/12/2022")
    assert [finding.moves_to for finding in found_in(again()) if finding.code == "4.2" and finding.moves_to] == [
        "12/12/2022"
    ]


def test_a_stage_that_ends_before_the_one_it_needs_is_a_fault() -> None:
    draft()
    set_deadline("3.2", "Trước 12/12/2022")
    [fault] = faults(again())
    assert fault == ("Dòng 3.2 (Tổng hợp, Trước 12/12/2022) kết thúc trước dòng 3.1 (Tự đánh giá, Trước 15/12/2022).")


def test_each_early_stage_is_named_against_the_latest_before_it() -> None:
    draft()
    set_deadline("3.1", "Trước 30/12/2022")
    assert [fault.split(" (")[0] for fault in faults(again())] == ["Dòng 3.2", "Dòng 3.3"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"stage": ""}, "Chưa dòng nào mở giai đoạn: Tổng hợp."),
        ({"stage": "notice"}, "Các dòng 3.2, 3.4 cùng mở giai đoạn Thông báo sơ bộ."),
    ],
)
def test_stages_and_rows_belong_together(change: dict[str, Any], words: str) -> None:
    draft()
    PlanTask.objects.filter(code="3.2").update(**change)
    assert words in [finding.text for finding in found_in(again())]


def test_who_leads_and_who_is_meant() -> None:
    draft()
    TaskBody.objects.filter(task__code="3.2").delete()
    texts = [finding.text for finding in found_in(again())]
    assert "Dòng 3.2 chưa có cơ quan chủ trì." in texts
    assert "“Bưu điện huyện” (dòng 4.2) chưa rõ chỉ ai, nên không ai được giao việc và nhắc việc." in texts
    TaskBody.objects.filter(label="Bưu điện huyện").update(kind=BodyKind.PARTICIPANTS)
    assert not any("Bưu điện" in finding.text for finding in found_in(again()))


def test_days_gone_by_are_told_in_one_line() -> None:
    plan = draft()
    tasks = list(plan.tasks.prefetch_related("bodies").order_by("position"))
    texts = [finding.text for finding in check_plan(plan, tasks, moment("21/12/2022 09:00"))]
    assert "Thời hạn của dòng 1, 3.1, 3.2 đã qua." in texts


def test_faults_block_the_issue_and_advice_does_not() -> None:
    cast = engage()
    draft(cast)
    set_deadline("3.2", "Trước 12/12/2022")
    TaskBody.objects.filter(task__code="3.3").delete()
    with pytest.raises(RuleViolation) as refusal:
        issue_plan(again(), cast.ha, AT, number="1/KH", day=date(2022, 11, 14))
    assert "Dòng 3.2" in str(refusal.value)
    assert "Dòng 3.3 chưa có cơ quan chủ trì" in str(refusal.value)
    assert again().state == PlanState.DRAFT
    set_deadline("3.2", "Trước 24/12/2022")
    TaskBody.objects.create(task=row("3.3"), role="lead", position=1, label="Tổ", kind=BodyKind.TEAM)
    assert any(finding.moves_to for finding in found_in(again()))
    issue_plan(again(), cast.ha, AT, number="1/KH", day=date(2022, 11, 14))
    assert again().state == PlanState.ISSUED


def test_the_questions_do_not_grow(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    small = list(draft().tasks.prefetch_related("bodies"))
    with django_assert_num_queries(2):
        check_plan(again_of(small), small, AT)


def again_of(tasks: list[PlanTask]) -> Plan:
    return tasks[0].plan


def test_stages_follow_their_rows() -> None:
    plan = draft()
    set_deadline("3.1", "Trước 17/12/2022")
    PlanTask.objects.filter(code="3.2").update(stage="")
    keep_stages_in_step(again())
    stages = {stage.key: stage for stage in plan.round.stages.all()}
    assert stages[StageKey.SELF_ASSESSMENT].closes_at == moment("17/12/2022 00:00")
    assert stages[StageKey.SELF_ASSESSMENT].deadline_text == "Trước 17/12/2022"
    assert (stages[StageKey.AGGREGATION].closes_at, stages[StageKey.AGGREGATION].deadline_text) == (None, "")
