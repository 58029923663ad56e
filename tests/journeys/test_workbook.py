"""An evening without a network: the workbook is downloaded, filled at home, uploaded, confirmed; by a colleague too."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from chiso.assessments.actions import stages
from tests.assessments.test_workbook import ALL
from tests.assessments.workbooks import filled
from tests.journeys.people import Person, Stage
from tests.world import PDF, World, moment

pytestmark = pytest.mark.journey


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def javascript(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def download(person: Person, path: str) -> bytes:
    person.go(path)
    person.page.get_by_role("link", name="Bảng tính Excel").first.click()
    with person.page.expect_download() as waiting:
        person.page.get_by_role("link", name="Tải bảng tính về (.xlsx)").click()
    assert waiting.value.suggested_filename == "bang-tinh-01-2022.xlsx"
    return Path(waiting.value.path()).read_bytes()


def upload(person: Person, path: str, content: bytes) -> None:
    person.go(f"{path}bang-tinh/")
    file = {"name": "số liệu xã Bắc.xlsx", "mimeType": "application/octet-stream", "buffer": content}
    person.page.get_by_label("Bảng tính đã nhập").set_input_files(file)
    person.press("Xem trước thay đổi")


def test_workbook(world: World, stage: Stage, javascript: bool) -> None:
    stage.javascript = javascript
    stages.open_self_assessment(world.round, world.cast.giang, moment("28/11/2022 08:00"))
    stage.set_clock(moment("12/12/2022 20:00"))
    path = f"/ho-so/{world.dossier(world.cast.north).pk}/"
    an, binh = stage.sign_in(world.cast.an), stage.sign_in(world.cast.binh)

    # An takes the workbook home, and comes back with one cell wrong.
    blank = download(an, path)
    upload(an, path, filled(blank, {**ALL, "1.2/numerator": "85.25"}))
    an.sees("Bảng tính có lỗi, chưa lưu gì")
    an.sees("Dấu thập phân là dấu phẩy: viết 85,25.")
    expect(an.page.get_by_role("button", name="Lưu vào hồ sơ")).to_have_count(0)

    # Mended, it shows every change; confirmed, it is saved.
    upload(an, path, filled(blank, ALL))
    an.sees("5 tiêu chí thay đổi")
    an.sees("Chưa lưu gì.")
    assert world.entry(world.cast.north, "1.1").version == 0
    an.press("Lưu vào hồ sơ")
    an.sees("Đã lưu 5 tiêu chí từ bảng tính.")
    assert world.entry(world.cast.north, "1.2").facts == {"numerator": "8", "denominator": "10"}

    # Bình filled the blank one as well: what An saved is shown, and stays unless Bình says otherwise.
    upload(binh, path, filled(blank, {"1.1/level": "2. Chậm: 1 điểm", "B.1/count": 2.0}))
    binh.sees("Nông Thị An đã lưu tiêu chí này")
    binh.page.get_by_label("Lấy bản trong bảng tính cho tiêu chí B.1").check()
    binh.press("Lưu vào hồ sơ")
    binh.sees("Đã lưu 1 tiêu chí từ bảng tính.")
    assert world.entry(world.cast.north, "1.1").facts == {"level": "1"}
    assert world.entry(world.cast.north, "B.1").facts == {"count": "2"}

    # What was saved comes back in the next workbook, and changes nothing.
    again = download(an, path)
    upload(an, path, again)
    an.sees("Bảng tính không có gì khác với hồ sơ đang lưu.")


def test_files_by_name(world: World, stage: Stage, javascript: bool) -> None:
    stage.javascript = javascript
    stages.open_self_assessment(world.round, world.cast.giang, moment("28/11/2022 08:00"))
    stage.set_clock(moment("12/12/2022 20:00"))
    path = f"/ho-so/{world.dossier(world.cast.north).pk}/"
    an = stage.sign_in(world.cast.an)
    an.go(f"{path}tep/")
    named = [
        {"name": name, "mimeType": "application/pdf", "buffer": PDF + name.encode()}
        for name in ("1.1_Kế hoạch.pdf", "TC2.1 Báo cáo.pdf")
    ]
    an.page.locator("#by-name").set_input_files(named)
    an.press("Tải lên")
    expect(an.page.locator(".files .tag-green")).to_have_count(2)
    assert [len(world.entry(world.cast.north, code).citations.all()) for code in ("1.1", "2.1")] == [1, 1]

    # A photograph bears no code: it is sent all the same, and sorted by hand.
    an.go(f"{path}tep/")
    an.page.get_by_text("Tệp không có mã tiêu chí trong tên").click()
    an.page.locator("#by-hand").set_input_files(
        [{"name": "Ảnh hội nghị.pdf", "mimeType": "application/pdf", "buffer": PDF + b"%x"}]
    )
    an.press("Tải lên, chọn tiêu chí sau")
    an.sees("chưa rõ tiêu chí")
    an.page.get_by_label("Tiêu chí Ảnh hội nghị.pdf").select_option("2.2")
    an.press("Xếp vào tiêu chí")
    an.sees("Đã xếp “Ảnh hội nghị.pdf” vào tiêu chí 2.2")
    assert world.entry(world.cast.north, "2.2").citations.get().document.name == "Ảnh hội nghị.pdf"
