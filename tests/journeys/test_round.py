"""One small round from open to published, in a browser, by everyone who takes part, with files.

With JavaScript leaves are saved by htmx and files go up one by one; without it everything still works.
"""

from io import BytesIO
from zipfile import ZipFile

import pytest
from playwright.sync_api import expect

from chiso.assessments.models import Citation, Dossier, Entry
from chiso.results.models import Publication
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Round
from tests.journeys.people import Person, Stage
from tests.world import PDF, World, moment

pytestmark = pytest.mark.journey


def enter(person: Person, dossier: int, code: str, *, numbers: dict[str, str] | None = None, choice: str = "") -> None:
    person.go(f"/ho-so/{dossier}/{code}/")
    for name, value in (numbers or {}).items():
        person.page.locator(f"#leaf-facts input[name={name}]").fill(value)
    if choice:
        person.page.get_by_label(choice).first.check()
    person.press("Lưu")
    person.sees("Đã lưu")


def attach(person: Person, dossier: int, code: str, name: str, content: bytes = PDF) -> None:
    person.go(f"/ho-so/{dossier}/{code}/")
    person.page.locator("#upload").set_input_files({"name": name, "mimeType": "application/pdf", "buffer": content})
    person.page.locator("#upload-place").fill("trang 1")
    person.press("Tải lên")
    expect(person.page.locator("#evidence").get_by_role("link", name=name, exact=True)).to_be_visible()


def advance(coordinator: Person, to: StageKey) -> None:
    round = Round.objects.get()
    coordinator.go(f"/dot/{round.pk}/chuyen-buoc/")
    coordinator.press_primary()
    coordinator.page.wait_for_url(f"**/dot/{round.pk}/")
    assert Round.objects.get().stage == to


def judge(expert: Person, code: str, unit: str, choice: str, **fields: str) -> None:
    round = Round.objects.get()
    expert.go(f"/dot/{round.pk}/tham-dinh/{code}/{unit}/")
    expert.page.get_by_label(choice).first.check()
    for name, value in fields.items():
        expert.page.locator(f"#judge [name={name}]").fill(value)
    expert.press_primary()
    expert.page.wait_for_load_state()
    entry = Entry.objects.get(code=code, dossier__unit__code=unit)
    told = (code, unit, expert.page.locator("#judge").inner_text() if expert.page.locator("#judge").count() else "")
    assert entry.appraisals.filter(pass_number=1 if round.stage == StageKey.APPRAISAL else 2).exists(), told


def self_assessment(stage: Stage, world: World) -> None:
    people = world.cast
    north, south = (Dossier.objects.get(unit=unit).pk for unit in (people.north, people.south))
    stage.set_clock(moment("12/12/2022 21:04"))
    an = stage.sign_in(people.an)
    an.start_from_home("Nhập số liệu")
    enter(an, north, "1.1", choice="Kịp thời")
    enter(an, north, "1.2", numbers={"numerator": "8", "denominator": "10"})
    enter(an, north, "2.1", numbers={"numerator": "1.080", "denominator": "1.200"})
    enter(an, north, "2.2", choice="trang thiết bị")
    attach(an, north, "1.1", "Kế hoạch.pdf")
    attach(an, north, "2.1", "Báo cáo.pdf", PDF + b"\n")
    an.go(f"/ho-so/{north}/nop/")
    an.press("Trình lãnh đạo duyệt")
    binh = stage.sign_in(people.binh)
    binh.go(f"/ho-so/{north}/nop/")
    binh.press("Ký duyệt, nộp hồ sơ")
    binh.sees("21:0")
    phuc = stage.sign_in(people.phuc)
    enter(phuc, south, "2.1", numbers={"numerator": "70", "denominator": "100"})
    phuc.go(f"/ho-so/{south}/nop/")
    phuc.press("Ký duyệt, nộp hồ sơ")
    phuc.sees("biên nhận")


def first_pass(stage: Stage, world: World) -> None:
    people = world.cast
    chi, khanh = stage.sign_in(people.chi), stage.sign_in(people.khanh)
    for code in ("1.1", "1.2", "2.2"):
        judge(chi, code, "01", "Đồng ý điểm tự chấm")
    judge(chi, "2.1", "01", "Điểm khác", points="4,8", reason="Không khớp Cổng Dịch vụ công quốc gia.")
    judge(chi, "2.1", "02", "Đồng ý điểm tự chấm")
    end_pass(khanh)


def end_pass(leader: Person) -> None:
    round = Round.objects.get()
    leader.go(f"/dot/{round.pk}/tham-dinh/ket-thuc/")
    leader.page.locator("textarea[name=minutes]").fill("Tổ họp, thống nhất.")
    leader.press_primary()
    leader.page.wait_for_load_state()
    assert Round.objects.get().stage in (StageKey.NOTICE, StageKey.COUNCIL)


def supplement(stage: Stage, world: World) -> None:
    people = world.cast
    north = Dossier.objects.get(unit=people.north).pk
    an = stage.sign_in(people.an)
    an.go(f"/ho-so/{north}/thong-bao/")
    an.sees("Không khớp Cổng Dịch vụ công quốc gia.")
    an.go(f"/ho-so/{north}/2.1/")
    an.page.locator("textarea[name=text]").fill("Đã đối chiếu lại với Cổng, gửi kèm văn bản.")
    an.press("Lưu giải trình")
    an.page.wait_for_load_state()
    attach(an, north, "2.1", "Văn bản.pdf", PDF + b"\n\n")
    binh = stage.sign_in(people.binh)
    binh.go(f"/ho-so/{north}/gui-giai-trinh/")
    binh.press("Gửi giải trình, bổ sung")
    binh.page.wait_for_load_state()
    assert Dossier.objects.get(pk=north).state == "resubmitted"


def council(stage: Stage, world: World) -> None:
    people, round = world.cast, Round.objects.get()
    lan, dung = stage.sign_in(people.lan), stage.sign_in(people.dung)
    stage.set_clock(moment("06/01/2023 08:00"))
    lan.go(f"/dot/{round.pk}/hop/")
    for name, value in {"day": "09/01/2023", "hour": "08:00", "place": "Phòng họp số 2"}.items():
        lan.page.locator(f"input[name={name}]").fill(value)
    lan.press("Triệu tập")
    lan.page.wait_for_load_state()
    stage.set_clock(moment("09/01/2023 08:05"))
    meeting = round.meetings.get().pk
    dung.go(f"/hop/{meeting}/khai-mac/")
    for box in dung.page.locator("input[name=present]").all():
        box.check()
    dung.press("Khai mạc phiên họp")
    dung.page.wait_for_load_state()
    lan.go(f"/hop/{meeting}/de-nghi/2.1/01/")
    lan.page.get_by_label("Điểm khác").first.check()
    lan.page.locator("input[name=points]").fill("5")
    lan.page.locator("textarea[name=reason]").fill("Ghi nhận một phần giải trình.")
    lan.press_primary()
    lan.page.wait_for_load_state()
    for member in (dung, lan):
        member.go(f"/hop/{meeting}/")
        member.press("Tán thành")
        member.page.wait_for_load_state()
    dung.go(f"/hop/{meeting}/")
    dung.press("Kết luận biểu quyết")
    dung.sees("được thông qua")
    dung.go(f"/hop/{meeting}/thong-nhat/")
    dung.page.locator("textarea[name=minutes]").fill("Hội đồng thống nhất.")
    dung.press_primary()
    dung.page.wait_for_load_state()
    assert Round.objects.get().stage == StageKey.APPROVAL


def publish(stage: Stage, world: World, giang: Person) -> None:
    people, round = world.cast, Round.objects.get()
    stage.set_clock(moment("10/01/2023 09:00"))
    giang.go(f"/dot/{round.pk}/to-trinh/")
    giang.page.locator("[name=number]").fill("5/TTr-PNV")
    giang.page.locator("[name=text]").fill("Trình phê duyệt kết quả.")
    giang.press_primary()
    giang.page.wait_for_load_state()
    ha = stage.sign_in(people.ha)
    ha.go(f"/to-trinh/{round.submissions.get().pk}/phe-duyet/")
    ha.press_primary()
    ha.page.wait_for_load_state()
    stage.set_clock(moment("12/01/2023 09:00"))
    giang.go(f"/dot/{round.pk}/cong-bo/")
    giang.page.locator("[name=number]:visible").fill("6/QĐ-UBND")
    giang.page.locator("[name=day]:visible").fill("12/01/2023")
    giang.press_primary()
    giang.sees("Khi xác nhận:")
    giang.press_primary()
    giang.page.wait_for_load_state()
    assert Round.objects.get().stage == StageKey.PUBLISHED


@pytest.mark.parametrize("javascript", [False, True], ids=["without JavaScript", "with JavaScript"])
def test_one_small_round_from_open_to_published(stage: Stage, world: World, javascript: bool) -> None:
    stage.javascript = javascript
    giang = stage.sign_in(world.cast.giang)
    advance(giang, StageKey.SELF_ASSESSMENT)
    self_assessment(stage, world)
    stage.set_clock(moment("15/12/2022 08:00"))
    advance(giang, StageKey.AGGREGATION)
    stage.set_clock(moment("19/12/2022 08:00"))
    advance(giang, StageKey.APPRAISAL)
    first_pass(stage, world)
    stage.set_clock(moment("29/12/2022 09:00"))
    giang.go(f"/dot/{Round.objects.get().pk}/thong-bao/")
    giang.page.locator("[name=number]").fill("4/TB-PNV")
    giang.page.locator("[name=answer_until]").fill("03/01/2023")
    giang.press("Gửi thông báo")
    giang.page.wait_for_load_state()
    stage.set_clock(moment("02/01/2023 20:00"))
    supplement(stage, world)
    stage.set_clock(moment("04/01/2023 08:00"))
    advance(giang, StageKey.REAPPRAISAL)
    judge(stage.sign_in(world.cast.chi), "2.1", "01", "Giữ điểm lần 1", reason="Chưa đủ căn cứ.")
    end_pass(stage.sign_in(world.cast.khanh))
    council(stage, world)
    publish(stage, world, giang)

    reader = stage.stranger()
    reader.go("/cong-bo/")
    reader.page.locator("main").get_by_role("link").first.click()
    reader.sees("6/QĐ-UBND")
    # Xã Bắc: 2 + 5,33 + 5 + 1 = 13,33 of 16 -> 83,31. Xã Nam: 4,2 of 16 -> 26,25.
    row = reader.page.get_by_role("row", name="Xã Bắc").first
    expect(row).to_contain_text("83,31")
    expect(reader.page.get_by_role("row", name="Xã Nam").first).to_contain_text("26,25")
    with reader.page.expect_download() as download:
        reader.page.get_by_role("link", name="Tải Quyết định (.docx)").first.click()
    with ZipFile(BytesIO(download.value.path().read_bytes())) as package:
        assert "6/QĐ-UBND" in package.read("word/document.xml").decode()
    assert Publication.objects.count() == 1
    assert Citation.objects.filter(stage=StageKey.SUPPLEMENT).count() == 1
