"""The plan in a browser: the draft is mended, a date moves after the issue, one commune gets more time.

With and without JavaScript.
"""

from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from chiso.assessments.models import Dossier, Entry
from chiso.rounds.actions import issue_plan
from chiso.rounds.choices import PlanState, StageKey
from chiso.rounds.models import DeadlineChange, Plan
from tests.cast import engage
from tests.journeys.people import Person, Stage
from tests.journeys.test_every_page import RULES
from tests.journeys.test_round import advance, enter
from tests.rounds.drafts import SEED, draft, row
from tests.world import World, moment

pytestmark = pytest.mark.journey


@pytest.fixture(params=[True, False], ids=["javascript", "plain"])
def any_stage(request: pytest.FixtureRequest, stage: Stage) -> Stage:
    stage.javascript = request.param
    return stage


def test_a_date_moves_and_one_commune_gets_more_time(any_stage: Stage, world: World) -> None:
    stage, people = any_stage, world.cast
    giang = stage.sign_in(people.giang)
    advance(giang, StageKey.SELF_ASSESSMENT)
    plan = f"/dot/{world.round.pk}/ke-hoach/"

    # On the 12th the superior puts the report off: the coordinator moves the date of row 3.1.
    stage.set_clock(moment("12/12/2022 09:00"))
    giang.go(plan)
    giang.page.get_by_role("link", name="Đổi thời hạn dòng 3.1").click()
    giang.page.get_by_label("Thời gian mới").fill("Trước ngày 17/12/2022")
    giang.page.get_by_label("Lý do").fill("Sở Nội vụ lùi thời gian báo cáo.")
    giang.page.get_by_label("Văn bản làm căn cứ").fill("Công văn số 99/SNV")
    giang.page.get_by_label("Ngày văn bản").fill("11/12/2022")
    giang.press("Xem ai bị ảnh hưởng")
    giang.sees("Hạn của giai đoạn Tự đánh giá là hết 24 giờ ngày 16/12/2022, thay cho hết 24 giờ ngày 14/12/2022.")
    assert not DeadlineChange.objects.exists()
    giang.press("Sửa lại")
    expect(giang.page.get_by_label("Thời gian mới")).to_have_value("Trước ngày 17/12/2022")
    giang.press("Xem ai bị ảnh hưởng")
    giang.press("Xác nhận đổi thời hạn")
    giang.sees("Đã đổi thời hạn dòng 3.1: Trước ngày 17/12/2022.")
    expect(giang.page.locator("del").first).to_have_text("Trước 15/12/2022 (hết 24 giờ ngày 14/12/2022)")

    # The commune reads it on its first page and above its dossier.
    an, em = stage.sign_in(people.an), stage.sign_in(people.em)
    an.sees("Nhiệm vụ 3.1 của Kế hoạch đổi thời hạn")
    mine = Dossier.objects.get(unit=people.north).pk
    an.go(f"/ho-so/{mine}/1.1/")
    an.sees("hết 24 giờ ngày 16/12/2022")

    # On the last day a landslide cuts off Xã Bắc: it alone gets more time.
    stage.set_clock(moment("16/12/2022 15:00"))
    giang.go(f"/dot/{world.round.pk}/gia-han/")
    giang.page.get_by_label("Đơn vị").select_option(label="Xã Bắc")
    giang.page.get_by_label("Gia hạn đến hết ngày").fill("25/12/2022")
    giang.page.get_by_label("Lý do gia hạn").fill("Sạt lở đường, mất mạng.")
    giang.press("Xem ai bị ảnh hưởng")
    giang.sees("Hạn của các đơn vị khác giữ nguyên.")
    giang.press("Xác nhận gia hạn")
    giang.sees("Đã gia hạn cho Xã Bắc.")

    # A week later Xã Bắc still writes; Xã Nam is locked, and reads why.
    stage.set_clock(moment("24/12/2022 09:00"))
    an.go(f"/ho-so/{mine}/1.1/")
    an.sees("hết 24 giờ ngày 25/12/2022")
    enter(an, mine, "1.1", choice="Kịp thời")
    assert Entry.objects.get(dossier=mine, code="1.1").facts
    other = Dossier.objects.get(unit=people.south).pk
    em.go(f"/ho-so/{other}/1.1/")
    em.sees("Đã quá hạn (hết 24 giờ ngày 21/12/2022)")  # five late days are still taken, as the set says
    expect(em.page.get_by_role("button", name="Lưu", exact=True)).to_have_count(0)


def test_a_draft_is_mended_and_issued(any_stage: Stage) -> None:
    stage, people = any_stage, engage()
    stage.set_clock(moment("12/11/2022 09:00"))
    round = draft(people, SEED).round
    plan = f"/dot/{round.pk}/ke-hoach/"
    giang = stage.sign_in(people.giang)
    giang.go(plan)
    giang.press("Chuyển dòng 4.4 sang 12/12/2022")
    giang.sees("Đã sửa dòng 4.4: Trước 12/12/2022 (hết 24 giờ ngày 11/12/2022).")
    expect(giang.page.get_by_text("Chuyển dòng 4.4 sang")).to_have_count(0)

    giang.page.get_by_role("link", name="Sửa dòng 4.2").first.click()
    giang.page.locator("[name=lead-0-whom]").select_option(label="Phòng Nội vụ")
    giang.page.get_by_label("Thời gian, ghi như in").fill("Tháng 12/2022 – 02/2023")
    giang.press("Lưu")
    giang.sees("Đã sửa dòng 4.2: Tháng 12/2022 – 02/2023 (hết 24 giờ ngày 28/02/2023).")
    assert row("4.2").bodies.get(role="lead").unit == people.office

    giang.page.get_by_role("button", name="Chuyển dòng 4.2 lên").click()
    giang.page.wait_for_load_state()
    assert row("4.2").position < row("4.1").position
    giang.page.get_by_role("link", name="Soạn lời văn").click()
    giang.page.get_by_label("Đoạn kết").fill("Trên đây là Kế hoạch./.")
    giang.press("Lưu")
    giang.sees("Đã lưu lời văn Kế hoạch.")

    ha = stage.sign_in(people.ha)
    ha.go(f"{plan}ban-hanh/")
    ha.sees("Cần xem lại trước khi ban hành")
    ha.page.get_by_label("Số").first.fill("2150/KH-UBND")
    ha.press("Ban hành")
    ha.sees("Đã ban hành Kế hoạch số 2150/KH-UBND.")
    assert Plan.objects.get().state == PlanState.ISSUED


def test_the_pages_of_the_plan_are_accessible_and_fit_a_telephone(stage: Stage) -> None:
    people = engage()
    stage.set_clock(moment("12/11/2022 09:00"))
    one = draft(people, SEED)
    plan = f"/dot/{one.round_id}/ke-hoach/"
    giang, ha = stage.sign_in(people.giang), stage.sign_in(people.ha)
    wrong = [fault for path in ("", "dong/3.1/", "them/", "loi-van/") for fault in faults_on(giang, plan + path)]
    wrong += faults_on(ha, f"{plan}ban-hanh/")
    issue_plan(one, people.ha, moment("12/11/2022 09:00"), number="1/KH-UBND", day=date(2022, 11, 12))
    giang.go(f"{plan}dong/3.1/doi-han/")
    giang.page.get_by_label("Thời gian mới").fill("Trước ngày 25/12/2022")
    giang.page.get_by_label("Lý do").fill("Lùi.")
    giang.page.get_by_label("Văn bản làm căn cứ").fill("Công văn số 99/SNV")
    giang.page.get_by_label("Ngày văn bản").fill("11/11/2022")
    giang.press("Xem ai bị ảnh hưởng")
    giang.sees("Xác nhận đổi thời hạn")
    wrong += faults_here(giang, "move")
    assert wrong == []


def faults_on(person: Person, path: str) -> list[str]:
    person.go(path)
    return faults_here(person, path)


def faults_here(person: Person, path: str) -> list[str]:
    violations = Axe().run(person.page, options=RULES).response["violations"]
    wrong = [f"{path}: {fault['id']} {fault['nodes'][0]['html'][:120]}" for fault in violations]
    person.page.set_viewport_size({"width": 390, "height": 844})
    if person.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        wrong.append(f"{path}: scrolls sideways at 390 px")
    person.page.set_viewport_size({"width": 1280, "height": 900})
    return wrong
