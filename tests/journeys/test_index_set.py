"""A set is drafted, argued over, issued, used, and issued again in the middle of the round, in a browser.

The coordinator imports a file and edits a criterion; two bodies give opinions, which are answered; the head issues;
a commune enters its facts and hands in; the set is issued again with one rule changed and one criterion more; the
round moves to it, and coordinator and commune read what became of the facts.
"""

from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from chiso.assessments.choices import DossierState
from chiso.assessments.models import CarryOver, Dossier, Entry
from chiso.indexsets.choices import EditionState
from chiso.indexsets.models import Edition, Opinion
from chiso.rounds import actions as rounds
from chiso.rounds.choices import Panel, Position, StageKey
from chiso.rounds.models import Block, Round
from chiso.rounds.plan_file import read_plan
from tests import cast
from tests.journeys.people import Person, Stage
from tests.journeys.test_every_page import RULES
from tests.journeys.test_round import advance, attach, enter
from tests.world import World, moment

pytestmark = pytest.mark.journey
DATA = Path(__file__).parent.parent / "data"


@pytest.fixture
def world(stage: Stage) -> World:
    """The plan is issued and the panels stand; there is no set yet."""
    world = World(cast.engage())
    at, people = moment("14/11/2022 08:00"), world.cast
    plan = read_plan((DATA / "small_plan.yaml").read_text(encoding="utf-8"))
    rounds.create_round(people.authority, people.giang, at, coordinator=people.office, plan=plan)
    rounds.issue_plan(world.round.plan, people.ha, at, number="1/KH-UBND", day=date(2022, 11, 14))
    seats = [(people.khanh, Panel.TEAM, Position.LEADER), (people.chi, Panel.TEAM, Position.EXPERT)]
    for user, panel, position in [*seats, (people.dung, Panel.COUNCIL, Position.CHAIR)]:
        rounds.appoint_member(world.round, people.giang, at, user=user, panel=panel, position=position)
    rounds.establish_panels(world.round, people.ha, at, number="3/QĐ-UBND", day=date(2022, 11, 14))
    stage.set_clock(moment("14/11/2022 09:00"))
    return world


def fill(person: Person, **fields: str) -> None:
    for name, value in fields.items():
        person.page.locator(f"[name='{name.replace('__', '-')}']:visible").fill(value)


def submit(person: Person, button: str = "") -> None:
    """Press a button, the filled one if none is named, and wait for the page that answers."""
    found = person.page.get_by_role("button", name=button, exact=True).first if button else None
    with person.page.expect_navigation():
        (found or person.page.locator("main button.button-primary:visible").first).click()


def save_node(person: Person, edition: Edition) -> None:
    """Save the open criterion; with JavaScript the page stays."""
    version = Edition.objects.get(pk=edition.pk).draft_version
    person.page.get_by_role("button", name="Lưu", exact=True).first.click()
    for _attempt in range(100):
        person.page.wait_for_timeout(100)
        if Edition.objects.get(pk=edition.pk).draft_version > version:
            person.page.wait_for_load_state()
            return
    raise AssertionError("The criterion was not saved.")


def is_accessible(person: Person) -> None:
    if not person.page.evaluate("typeof htmx !== 'undefined'"):
        return  # Axe waits for timers, which never run where scripts are off.
    violations = Axe().run(person.page, options=RULES).response["violations"]
    assert [f"{fault['id']} {fault['nodes'][0]['html'][:120]}" for fault in violations] == []


def draft_from_a_file(giang: Person) -> Edition:
    giang.go("/bo-chi-so/nhap/")
    giang.page.locator("input[type=file]").set_input_files(DATA / "small_set.yaml")
    submit(giang, "Đọc thử tệp")
    giang.sees("không có lỗi")
    submit(giang, "Nhập thành dự thảo")
    edition = Edition.objects.get()
    giang.go(f"/bo-chi-so/{edition.pk}/soan/1.1/")
    giang.page.get_by_label("Mức, dòng 2").fill("Chậm dưới 10 ngày")
    save_node(giang, edition)
    return edition


def consult(stage: Stage, world: World, giang: Person, edition: Edition) -> None:
    people = world.cast
    giang.go(f"/bo-chi-so/{edition.pk}/lay-y-kien/")
    for box in giang.page.locator("input[name=bodies]").all():
        box.uncheck()
    for body in ("Xã Bắc", "Phòng Tư pháp"):
        giang.page.get_by_label(body).check()
    fill(giang, closes_on="16/11/2022")
    submit(giang, "Gửi lấy ý kiến")
    for user, words in ((people.an, "Mức chậm nên ghi rõ số ngày."), (people.chi, "Đồng ý với dự thảo.")):
        person = stage.sign_in(user)
        person.start_from_home("Đọc, góp ý")
        person.page.get_by_role("link", name="Góp ý").first.click()
        fill(person, text=words)
        submit(person, "Gửi ý kiến")
        person.sees(words)
    for opinion in Opinion.objects.order_by("pk"):
        giang.go(f"/bo-chi-so/{edition.pk}/y-kien/{opinion.pk}/")
        giang.page.get_by_label("Tiếp thu", exact=True).check()
        fill(giang, text="Đã ghi trong dự thảo.")
        submit(giang, "Lưu trả lời")
    assert set(Opinion.objects.values_list("response", flat=True)) == {"accepted"}


def issue(ha: Person, edition: Edition, number: str, day: str) -> None:
    ha.go(f"/bo-chi-so/{edition.pk}/ban-hanh/")
    fill(ha, number=number, day=day)
    submit(ha, "Ban hành")
    ha.sees("Đã ban hành")
    assert Edition.objects.get(pk=edition.pk).state == EditionState.ISSUED


def open_round(stage: Stage, world: World, giang: Person) -> None:
    round = Round.objects.get()
    giang.go(f"/dot/{round.pk}/khoi/")
    fill(giang, name="Các xã")
    submit(giang, "Lập khối")
    member = round.panel_members.select_related("round").get(user=world.cast.chi)
    rounds.assign_criteria(member, world.cast.giang, moment("25/11/2022 08:00"), codes=["1", "2", "B", "P"])
    stage.set_clock(moment("28/11/2022 08:00"))
    advance(giang, StageKey.SELF_ASSESSMENT)


def hand_in(stage: Stage, world: World) -> int:
    people = world.cast
    stage.set_clock(moment("05/12/2022 08:00"))
    north = Dossier.objects.get(unit=people.north).pk
    an, binh = stage.sign_in(people.an), stage.sign_in(people.binh)
    enter(an, north, "1.1", choice="Chậm dưới 10 ngày")
    enter(an, north, "1.2", numbers={"numerator": "8", "denominator": "10"})
    enter(an, north, "2.2", choice="trang thiết bị")
    attach(an, north, "1.2", "Báo cáo.pdf")
    binh.go(f"/ho-so/{north}/nop/")
    binh.press("Ký duyệt, nộp hồ sơ")
    binh.sees("biên nhận")
    return north


def reissue(stage: Stage, world: World, giang: Person, old: Edition) -> Edition:
    """1.2 asks for less to reach all points; 2.4 is new; 2.2 is gone."""
    stage.set_clock(moment("06/12/2022 08:00"))
    giang.go(f"/bo-chi-so/{old.pk}/")
    submit(giang, "Ban hành lại")
    new = Edition.objects.get(supersedes=old)
    giang.go(f"/bo-chi-so/{new.pk}/soan/1.2/")
    fill(giang, **{"rule-target": "80"})
    save_node(giang, new)
    giang.go(f"/bo-chi-so/{new.pk}/soan/2.2/bo/")
    submit(giang)
    giang.go(f"/bo-chi-so/{new.pk}/soan/2.3/")
    submit(giang, "Thêm sau tiêu chí này")
    fill(giang, name="Công khai thủ tục hành chính", max="2")
    fill_levels(giang, {"Đầy đủ": "2", "Chưa đầy đủ": "0"})
    save_node(giang, new)
    issue(stage.sign_in(world.cast.ha), new, "9/QĐ-UBND", "06/12/2022")
    return new


def fill_levels(person: Person, levels: dict[str, str]) -> None:
    """Choose the kind of rule; without JavaScript a button brings its fields."""
    person.page.get_by_label("Cách chấm", exact=True).select_option("levels")
    show = person.page.get_by_role("button", name="Hiện các ô của cách chấm đã chọn")
    if show.is_visible():
        show.click()
    for row, (name, points) in enumerate(levels.items(), start=1):
        person.page.get_by_label(f"Mức, dòng {row}", exact=True).fill(name)
        person.page.get_by_label(f"Điểm, dòng {row}", exact=True).fill(points)


def carry_over(stage: Stage, world: World, giang: Person, north: int) -> None:
    giang.start_from_home("Chuyển sang bản mới")
    for words in ("chưa ghi gì", "Công khai thủ tục hành chính", "tiêu chí mới", "bỏ, lưu trong báo cáo"):
        giang.sees(words)
    is_accessible(giang)
    fill(giang, reason="Quyết định số 9/QĐ-UBND", until="16/12/2022")
    submit(giang, "Chuyển sang bản mới")
    giang.sees("Báo cáo chuyển số liệu")
    giang.page.get_by_text("Xã Bắc (").click()
    giang.sees("trang thiết bị")
    is_accessible(giang)
    code = CarryOver.objects.get().report["leaves"][1]["new"]
    facts = {row.code: (row.facts, row.score) for row in Entry.objects.filter(dossier=north) if row.has_answer()}
    assert facts == {"1.1": ({"level": "2"}, 1), "1.2": ({"numerator": "8", "denominator": "10"}, 6)}
    an = stage.sign_in(world.cast.an)
    an.go("/")
    an.page.get_by_role("link", name="Bộ chỉ số được ban hành lại").first.click()
    for words in ("Báo cáo chuyển số liệu", "trang thiết bị", "5,33", "6,00"):
        an.sees(words)
    expect(an.page.get_by_text("Xã Nam")).to_have_count(0)
    is_accessible(an)
    enter(an, north, code, choice="Đầy đủ")
    expect(an.page.get_by_role("link", name="Báo cáo.pdf")).to_have_count(0)
    an.go(f"/ho-so/{north}/1.2/")
    expect(an.page.locator("#evidence").get_by_role("link", name="Báo cáo.pdf", exact=True)).to_be_visible()
    binh = stage.sign_in(world.cast.binh)
    binh.go(f"/ho-so/{north}/nop/")
    binh.press("Ký duyệt, nộp hồ sơ")
    binh.sees("biên nhận")


@pytest.mark.parametrize("javascript", [False, True], ids=["without JavaScript", "with JavaScript"])
def test_a_set_from_draft_to_reissue_with_carry_over(stage: Stage, world: World, javascript: bool) -> None:
    stage.javascript = javascript
    giang = stage.sign_in(world.cast.giang)
    edition = draft_from_a_file(giang)
    consult(stage, world, giang, edition)
    stage.set_clock(moment("17/11/2022 08:00"))
    issue(stage.sign_in(world.cast.ha), edition, "2/QĐ-UBND", "17/11/2022")
    open_round(stage, world, giang)
    north = hand_in(stage, world)
    new = reissue(stage, world, giang, edition)
    carry_over(stage, world, giang, north)
    assert Block.objects.get().edition_id == new.pk
    assert Dossier.objects.get(pk=north).state == DossierState.SUBMITTED
