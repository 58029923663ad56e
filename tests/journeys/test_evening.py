"""The evening of a commune, in a browser: share the work, enter, review, mend, sign the report, submit, take back.

With and without JavaScript. Uploads over a bad line are in `test_upload`, the workbook in `test_workbook`.
"""

import pytest
from playwright.sync_api import expect

from chiso.assessments.choices import DossierState
from chiso.assessments.models import Dossier, Entry
from chiso.organizations.choices import Role
from chiso.organizations.models import User
from chiso.rounds.actions import set_rules
from chiso.rounds.choices import StageKey
from tests.factories import MembershipFactory, UserFactory
from tests.journeys.people import Person, Stage
from tests.journeys.test_round import advance, attach, enter
from tests.world import PDF, World, moment

pytestmark = pytest.mark.journey


@pytest.fixture(params=[True, False], ids=["javascript", "plain"])
def evening(request: pytest.FixtureRequest, stage: Stage) -> Stage:
    stage.javascript = request.param
    return stage


def colleague(world: World) -> User:
    hoa = UserFactory(email="hoa@chiso.example", full_name="Nông Thị Hoa")
    MembershipFactory(user=hoa, unit=world.cast.north, role=Role.UNIT_EDITOR)
    return hoa


def share(binh: Person, dossier: int, area: str, to: str, until: str) -> None:
    binh.go(f"/ho-so/{dossier}/phan-cong/")
    binh.page.locator(f"input[name=codes][value='{area}']").check()
    binh.page.get_by_label("Giao cho", exact=True).select_option(label=to)
    binh.page.get_by_label("Hạn nội bộ").fill(until)
    binh.press("Giao việc")
    binh.sees("Đã phân công lại")


def test_the_evening_of_a_commune(evening: Stage, world: World) -> None:
    stage, people = evening, world.cast
    giang = stage.sign_in(people.giang)
    advance(giang, StageKey.SELF_ASSESSMENT)
    set_rules(world.round, people.giang, moment("28/11/2022 09:00"), report_required=True, evidence_months_before=2)
    dossier = Dossier.objects.get(unit=people.north).pk
    hoa = colleague(world)

    # The chairman shares the work; everyone finds the own part on the first page.
    stage.set_clock(moment("01/12/2022 09:00"))
    binh = stage.sign_in(people.binh)
    binh.start_from_home("Phân công")
    share(binh, dossier, "1", "Nông Thị An", "10/12/2022")
    share(binh, dossier, "2", "Nông Thị Hoa", "12/12/2022")
    binh.sees("1 tiêu chí chưa giao cho ai.")

    stage.set_clock(moment("12/12/2022 20:30"))
    an, second = stage.sign_in(people.an), stage.sign_in(hoa)
    an.sees("Tiêu chí được giao: 2 chưa xong")
    an.sees("Đã quá hạn nội bộ 10/12/2022")
    an.start_from_home("Làm phần việc của tôi")
    expect(an.page.get_by_role("link", name="1.1 Ban hành kế hoạch")).to_be_visible()
    expect(an.page.get_by_role("link", name="2.1 Hồ sơ đúng hạn")).to_have_count(0)
    enter(an, dossier, "1.1", choice="Kịp thời")
    attach(an, dossier, "1.1", "Kế hoạch.pdf")
    claim_not_applicable(an, dossier)
    enter(second, dossier, "2.1", numbers={"numerator": "90", "denominator": "100"})
    enter(second, dossier, "2.2", choice="trang thiết bị")
    an.go(f"/ho-so/{dossier}/nop/")
    an.press("Trình lãnh đạo duyệt")

    review_and_mend(stage, world, dossier, binh, second)
    report_and_submit(stage, dossier, an, binh)
    withdraw_and_submit_again(dossier, binh, giang)


def claim_not_applicable(an: Person, dossier: int) -> None:
    an.go(f"/ho-so/{dossier}/1.2/")
    an.page.locator("summary", has_text="hông áp dụng").first.click()
    an.page.locator("input[name=not_applicable]").check()
    an.page.locator("textarea[name=reason]").fill("Không được giao nhiệm vụ.")
    an.press("Lưu")
    an.sees("Đã lưu")
    assert Entry.objects.get(dossier=dossier, code="1.2").not_applicable


def review_and_mend(stage: Stage, world: World, dossier: int, binh: Person, second: Person) -> None:
    """The leader writes a remark on a leaf and sends the dossier back; the official finds it, and answers."""
    stage.set_clock(moment("12/12/2022 20:45"))
    binh.go(f"/ho-so/{dossier}/2.1/")
    binh.page.locator("summary", has_text="Ghi nhận xét").click()
    binh.page.get_by_label("Nhận xét của lãnh đạo").fill("Đối chiếu lại với Cổng Dịch vụ công.")
    binh.press("Lưu nhận xét")
    binh.sees("Đã ghi nhận xét.")
    binh.go(f"/ho-so/{dossier}/nop/")
    binh.page.locator("textarea[name=reason]").fill("Xem nhận xét.")
    binh.press("Trả lại công chức")
    binh.page.wait_for_url(f"**/ho-so/{dossier}/")

    stage.set_clock(moment("12/12/2022 20:50"))
    second.start_from_home("Xem, trả lời nhận xét")
    second.sees("Đối chiếu lại với Cổng Dịch vụ công.")
    second.page.get_by_role("link", name="2.1 Hồ sơ đúng hạn").first.click()
    second.sees("chưa trả lời")
    enter(second, dossier, "2.1", numbers={"numerator": "89", "denominator": "100"})
    second.go(f"/ho-so/{dossier}/2.1/")
    second.sees("đã trả lời")


def report_and_submit(stage: Stage, dossier: int, an: Person, binh: Person) -> None:
    """Without the report nothing is taken; with it the leader signs off."""
    binh.go(f"/ho-so/{dossier}/nop/")
    binh.sees("bắt buộc, chưa có")
    expect(binh.page.get_by_role("button", name="Ký duyệt, nộp hồ sơ")).to_have_count(0)
    an.go(f"/ho-so/{dossier}/nop/")
    with an.page.expect_download() as download:
        an.page.get_by_role("link", name="Tải dự thảo báo cáo (Word)").click()
    assert download.value.suggested_filename == "bao-cao-tu-danh-gia-01-2022.docx"
    an.page.get_by_label("Số, ký hiệu báo cáo").fill("45/BC-UBND")
    an.page.get_by_label("Ngày báo cáo").fill("12/12/2022")
    scan = {"name": "Báo cáo đã ký.pdf", "mimeType": "application/pdf", "buffer": PDF + b"\n%signed\n"}
    an.page.get_by_label("Tệp báo cáo đã ký (PDF)").set_input_files(scan)
    an.press("Lưu báo cáo")
    an.sees("Số 45/BC-UBND ngày 12/12/2022")

    stage.set_clock(moment("12/12/2022 21:04"))
    binh.go(f"/ho-so/{dossier}/nop/")
    binh.press("Ký duyệt, nộp hồ sơ")
    binh.sees("Biên nhận nộp hồ sơ tự đánh giá")
    binh.sees("Báo cáo số 45/BC-UBND ngày 12/12/2022")
    assert Dossier.objects.get(pk=dossier).state == DossierState.SUBMITTED


def withdraw_and_submit_again(dossier: int, binh: Person, giang: Person) -> None:
    first = Dossier.objects.get(pk=dossier).receipt
    binh.page.get_by_role("link", name="Rút hồ sơ để sửa").click()
    binh.page.get_by_label("Lý do rút hồ sơ").fill("Bổ sung thuyết minh.")
    binh.press("Rút hồ sơ")
    binh.sees("Đã rút hồ sơ.")
    giang.go("/")
    giang.sees("Xã Bắc rút hồ sơ đã nộp để sửa: Bổ sung thuyết minh.")
    binh.go(f"/ho-so/{dossier}/nop/")
    binh.press("Ký duyệt, nộp hồ sơ")
    binh.sees("Biên nhận nộp hồ sơ tự đánh giá")
    assert Dossier.objects.get(pk=dossier).receipt not in ("", first)
