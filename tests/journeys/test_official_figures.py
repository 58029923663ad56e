"""Official figures: once for all units, by keyboard alone or from Excel; a judgement of the team stays as it is."""

import io
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from chiso.assessments.actions import dossier, stages
from chiso.assessments.models import Appraisal, Entry
from chiso.audit.models import AuditEntry
from tests import world as worlds
from tests.journeys.keyboard import follow, type_into
from tests.journeys.people import Person, Stage
from tests.journeys.test_index_set import is_accessible
from tests.journeys.test_round import judge
from tests.world import NORTH, SOUTH, World, moment, play_to

pytestmark = pytest.mark.journey

CODE, SOURCE = "2.1", "Báo cáo số 12/BC-VP của Văn phòng"
Sheet = list[list[object]]


@pytest.fixture
def self_assessment(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """The small round, in which 2.1 takes official figures, on an evening in December."""
    for name in ("small_plan.yaml", "small_set.yaml"):
        text = (worlds.DATA / name).read_text(encoding="utf-8")
        marked = text.replace(f'code: "{CODE}"', f'code: "{CODE}"\n        method: official')
        (tmp_path / name).write_text(marked, encoding="utf-8")
    monkeypatch.setattr(worlds, "DATA", tmp_path)
    stage.set_clock(moment("12/12/2022 21:04"))
    return play_to("self_assessment")


def stored() -> dict[str, str]:
    """The numerator of each unit."""
    rows = Entry.objects.filter(code=CODE).order_by("dossier__unit__code")
    return {row.dossier.unit.code: row.facts.get("numerator", "") for row in rows.select_related("dossier__unit")}


def numbers(world: World) -> tuple[str, str]:
    """How the fields of the two units begin."""
    return tuple(f"u{world.dossier(unit).pk}-" for unit in (world.cast.north, world.cast.south))  # type: ignore[return-value]


def test_on_the_screen_by_keyboard_alone(stage: Stage, self_assessment: World) -> None:
    """The member of the team to whom the criterion is assigned; wrong first, then right."""
    world = self_assessment
    north, south = numbers(world)
    chi, an = stage.sign_in(world.cast.chi), stage.sign_in(world.cast.an)
    listed = f"/dot/{world.round.pk}/so-lieu/"
    assert (an.status(listed), an.status(f"{listed}{world.round.blocks.get().pk}/{CODE}/")) == (403, 403)
    page = chi.page
    chi.go(f"/dot/{world.round.pk}/")
    follow(page, "Số liệu chính thức")
    is_accessible(chi)
    follow(page, "2.1 Hồ sơ đúng hạn")
    is_accessible(chi)
    fill = {"as_of": "10/12/2022", "source": SOURCE, f"{north}numerator": "90", f"{north}denominator": "100"}
    for name, text in (fill | {f"{south}numerator": "70.5", f"{south}denominator": "100"}).items():
        type_into(page, name, text)
    follow(page, "Lưu số liệu")
    chi.sees("viết 70,5")
    is_accessible(chi)
    assert stored() == {"01": "", "02": ""}
    type_into(page, f"{south}numerator", "70,5")
    follow(page, "Lưu số liệu")
    chi.sees("Đã lưu số liệu của 2 đơn vị.")
    is_accessible(chi)
    assert stored() == {"01": "90", "02": "70.5"}
    rows = Entry.objects.filter(code=CODE)
    assert set(rows.values_list("as_of", "note", "saved_by")) == {(date(2022, 12, 10), SOURCE, world.cast.chi.pk)}
    assert AuditEntry.objects.filter(code="official_figures.enter").count() == 1


def filled(template: bytes, north: object, south: object) -> dict[str, object]:
    """The template with what stands in the column of the numerators; denominators are 100."""
    rows: Sheet = (
        CalamineWorkbook.from_filelike(io.BytesIO(template)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    )  # type: ignore[assignment]
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Số liệu chính thức")
        for number, row in enumerate(rows):
            done = {"01": north, "02": south}.get(str(row[0]))
            for place, value in enumerate([*row[:2], done, 100] if done is not None else row):
                sheet.write(number, place, value)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": "so-lieu.xlsx", "mimeType": kind, "buffer": target.getvalue()}


def try_out(giang: Person, north: object, south: object) -> None:
    with giang.page.expect_download() as download:
        giang.page.get_by_role("link", name="Tải biểu mẫu Excel").click()
    file = filled(download.value.path().read_bytes(), north, south)
    giang.page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    giang.press("Xem thử tệp")
    giang.page.wait_for_load_state()


def save(giang: Person) -> None:
    giang.page.locator("[name=as_of]").fill("11/12/2022")
    giang.page.locator("[name=source]").fill(SOURCE)
    giang.press_twice()


def hand_over(world: World) -> None:
    """Both communes submit what is theirs, and the team may judge."""
    people, at = world.cast, moment("12/12/2022 22:00")
    for unit, by, facts in ((people.north, people.an, NORTH), (people.south, people.em, SOUTH)):
        world.fill(unit, by, {code: given for code, given in facts.items() if code != CODE}, at)
    for unit, by in ((people.north, people.binh), (people.south, people.phuc)):
        dossier.submit_dossier(world.dossier(unit), by, moment("13/12/2022 10:00"))
    stages.start_aggregation(world.round, people.giang, moment("15/12/2022 08:00"))
    stages.start_appraisal(world.round, people.giang, moment("19/12/2022 08:00"))


def test_from_excel_and_never_over_a_judgement(stage: Stage, self_assessment: World) -> None:
    world = self_assessment
    giang = stage.sign_in(world.cast.giang)
    leaf = f"/dot/{world.round.pk}/so-lieu/{world.round.blocks.get().pk}/{CODE}/"
    giang.go(leaf)
    try_out(giang, "chín mươi", "1,2,3")
    giang.sees("Tệp còn lỗi, chưa lưu gì")
    for cell in ("Số liệu chính thức, C4", "Số liệu chính thức, C5"):
        giang.sees(cell)
    is_accessible(giang)
    try_out(giang, 90, 70)
    giang.sees("Đây là bản xem thử của tệp")
    is_accessible(giang)
    assert stored() == {"01": "", "02": ""}
    save(giang)
    giang.sees("Đã lưu số liệu của 2 đơn vị.")
    assert stored() == {"01": "90", "02": "70"}
    assert set(Entry.objects.filter(code=CODE).values_list("as_of", "note")) == {(date(2022, 12, 11), SOURCE)}
    assert AuditEntry.objects.filter(code="official_figures.enter").count() == 1

    # The team finds another number for Xã Bắc: a newer file shows both, and changes only Xã Nam.
    hand_over(world)
    stage.set_clock(moment("20/12/2022 09:00"))
    chi = stage.sign_in(world.cast.chi)
    judge(chi, CODE, "01", "Điểm khác", points="4,8", reason="Đối chiếu lại.")
    giang.go(leaf)
    try_out(giang, 95, 75)
    north, south = (giang.page.get_by_role("row", name=name) for name in ("Xã Bắc", "Xã Nam"))
    expect(north).to_contain_text("giữ nguyên")
    expect(north).to_contain_text("đã thẩm định")
    expect(south).not_to_contain_text("giữ nguyên")
    is_accessible(giang)
    save(giang)
    giang.sees("Giữ nguyên vì đã thẩm định với giá trị khác: Xã Bắc.")
    assert stored() == {"01": "90", "02": "75"}
    assert f"{Appraisal.objects.get().score:.2f}" == "4.80"
    # Only a person changes what a person judged.
    judge(chi, CODE, "01", "Đồng ý điểm tự chấm")
    assert f"{Appraisal.objects.get().score:.2f}" == "5.40"
