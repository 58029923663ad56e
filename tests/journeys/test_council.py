"""A meeting of the council in a browser: quorum, the wall, a secret tie, what goes together, the minutes."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from chiso.assessments.models import Motion, Vote
from chiso.rounds.choices import Panel, Position, StageKey
from chiso.rounds.models import Round
from tests.journeys.people import Person, Stage
from tests.journeys.test_every_page import RULES
from tests.world import ORDER, PDF, World, moment

pytestmark = pytest.mark.journey

ITEM = "/muc/2.1/01/"


def before_the_council(world: World) -> None:
    """The round as far as the second pass, with Sơn as vice chair: four members, so that votes can be tied."""
    for step in ORDER[1 : ORDER.index("council") + 1]:
        getattr(world, step)()
    world.round.panel_members.create(panel=Panel.COUNCIL, position=Position.VICE_CHAIR, user=world.cast.son)


def convene(stage: Stage, lan: Person) -> str:
    stage.set_clock(moment("06/01/2023 08:00"))
    lan.go(f"/dot/{Round.objects.get().pk}/hop/")
    for name, value in {"day": "09/01/2023", "hour": "08:00", "place": "Phòng họp số 2"}.items():
        lan.page.locator(f"input[name={name}]").fill(value)
    lan.press("Triệu tập")
    lan.sees("đã triệu tập")
    return f"/hop/{Round.objects.get().meetings.get().pk}"


def open_with(dung: Person, meeting: str, absent: str, why: str) -> None:
    """Too early, then with too few, then with all but one, whose reason is told."""
    dung.go(f"{meeting}/khai-mac/")
    boxes = dung.page.locator("input[name=present]")
    for box in boxes.all()[1:]:
        box.uncheck()
    dung.press("Khai mạc phiên họp")
    dung.sees("Có mặt 1/4 thành viên, chưa quá nửa")
    for box in dung.page.locator("input[name=present]").all():
        box.check()
    dung.page.get_by_role("checkbox", name=absent).uncheck()
    dung.page.get_by_text("Lý do vắng của thành viên không có mặt").click()
    dung.page.get_by_label(f"{absent} vắng vì").fill(why)
    dung.press("Khai mạc phiên họp")
    dung.sees("Có mặt 3/4 thành viên, quá nửa.")


def propose_secretly(lan: Person, meeting: str) -> None:
    lan.go(f"{meeting}{ITEM}")
    lan.page.get_by_role("link", name="Đưa ra biểu quyết", exact=True).click()
    lan.page.get_by_label("Điểm khác").first.check()
    lan.page.locator("input[name=points]").fill("5")
    lan.page.locator("textarea[name=reason]").fill("Ghi nhận một phần giải trình.")
    lan.page.get_by_label("Bỏ phiếu kín").check()
    lan.press_primary()
    lan.sees("bỏ phiếu kín")


def fits_everybody(person: Person, *paths: str) -> None:
    """No fault of accessibility, and no scrolling sideways on a telephone."""
    for path in paths:
        person.go(path)
        found = Axe().run(person.page, options=RULES).response["violations"]
        assert [f"{path}: {fault['id']} {fault['nodes'][0]['html'][:120]}" for fault in found] == []
        person.page.set_viewport_size({"width": 390, "height": 844})
        assert not person.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), path
        person.page.set_viewport_size({"width": 1280, "height": 900})


def vote_secretly(member: Person, meeting: str, choice: str) -> None:
    member.go(f"{meeting}{ITEM}")
    member.page.locator(f"#bieu-quyet input[value={choice}]").first.check()
    member.press("Bỏ phiếu kín")
    member.sees("bạn đã bỏ phiếu kín")


def test_a_meeting_with_a_quorum_a_secret_vote_and_a_tie(stage: Stage, world: World) -> None:
    before_the_council(world)
    people = world.cast
    lan, dung, son, mai = (stage.sign_in(one) for one in (people.lan, people.dung, people.son, people.mai))
    meeting = convene(stage, lan)
    stage.set_clock(moment("09/01/2023 08:05"))
    open_with(dung, meeting, "Chu Thị Mai", "Đi công tác.")

    # The wall: large type, no forms, the next item by key.
    lan.go(f"{meeting}/them-muc/?don-vi=01&muc=1.1")
    lan.page.locator("textarea[name=reason]").fill("Báo chí nêu.")
    lan.press_primary()
    lan.sees("đưa thêm")
    lan.go(f"{meeting}/muc/1.1/01/?co-chu=lon")
    lan.page.set_viewport_size({"width": 1920, "height": 1080})
    lan.page.keyboard.press("ArrowRight")
    lan.page.wait_for_url(f"**{ITEM}?co-chu=lon")
    lan.sees("Không khớp Cổng Dịch vụ công quốc gia.")
    assert lan.page.locator("main form").count() == 0
    assert lan.page.evaluate("document.documentElement.scrollWidth") <= 1920
    lan.page.keyboard.press("ArrowLeft")
    lan.page.wait_for_url("**/muc/1.1/01/?co-chu=lon")
    lan.page.keyboard.press("c")
    lan.page.wait_for_url("**/muc/1.1/01/")

    # Mai comes late: four may vote, and the vote is tied.
    lan.go(f"{meeting}/")
    lan.page.get_by_role("button", name="Ghi nhận đến").click()
    lan.sees("Có mặt 4/4 thành viên")
    propose_secretly(lan, meeting)
    fits_everybody(dung, f"{meeting}/", f"{meeting}{ITEM}", f"{meeting}/thong-qua-chung/")
    fits_everybody(lan, f"{meeting}/", f"{meeting}/them-muc/")
    for member, choice in ((dung, "for"), (son, "against"), (lan, "for"), (mai, "against")):
        vote_secretly(member, meeting, choice)
    assert set(Vote.objects.values_list("choice", flat=True)) == {""}
    dung.go(f"{meeting}{ITEM}")
    expect(dung.page.locator("main")).not_to_contain_text("Tán thành: 2")
    dung.press("Kết luận biểu quyết")
    dung.sees("Số phiếu ngang nhau")
    dung.page.locator("input[name=casting][value=for]").first.check()
    dung.page.locator("textarea[name=resolution]").first.fill("Hội đồng thống nhất 5 điểm.")
    dung.press("Kết luận biểu quyết")
    dung.sees("được thông qua")
    dung.sees("Tán thành: 2")
    dung.sees("theo ý kiến của người chủ trì: tán thành")

    # What nobody disputes goes together; then the adoption, the minutes, the scan.
    dung.go(f"{meeting}/thong-qua-chung/")
    dung.press_primary()
    dung.sees("Đã thông qua chung 1 mục.")
    mai.go(f"{meeting}/")
    mai.page.locator("#dissent").fill("Bảo lưu về cách tính mục 2.1.")
    mai.press("Ghi ý kiến bảo lưu")
    mai.sees("Bảo lưu về cách tính mục 2.1.")
    dung.go(f"{meeting}/thong-nhat/")
    dung.page.locator("textarea[name=minutes]").fill("Hội đồng thống nhất.")
    dung.press_primary()
    dung.sees("Hội đồng đã thống nhất kết quả.")
    assert Round.objects.get().stage == StageKey.APPROVAL
    assert dict(Motion.objects.values_list("entry__code", "outcome")) == {"1.1": "carried", "2.1": "carried"}
    lan.go(f"{meeting}/")
    with lan.page.expect_download() as download:
        lan.page.get_by_role("link", name="Biên bản", exact=True).click()
    with ZipFile(BytesIO(download.value.path().read_bytes())) as package:
        told = package.read("word/document.xml").decode()
    for text in (
        "Bỏ phiếu kín: tán thành: 2",
        "Bảo lưu về cách tính mục 2.1.",
        "CHỦ TỌA",
        "Hội đồng thống nhất 5 điểm",
    ):
        assert text in told
    lan.page.locator("#signed").set_input_files({"name": "bb.pdf", "mimeType": "application/pdf", "buffer": PDF})
    lan.press("Đính kèm")
    expect(lan.page.get_by_role("link", name="Biên bản đã ký")).to_be_visible()


def test_a_consultation_in_writing_without_javascript(stage: Stage, world: World) -> None:
    stage.javascript = False
    before_the_council(world)
    people = world.cast
    stage.set_clock(moment("06/01/2023 08:00"))
    lan, dung, mai = (stage.sign_in(one) for one in (people.lan, people.dung, people.mai))
    lan.go(f"/dot/{Round.objects.get().pk}/hop/")
    lan.page.get_by_label("xin ý kiến bằng văn bản").check()
    lan.page.locator("input[name=until]").fill("08/01/2023")
    lan.press("Triệu tập")
    lan.sees("đang chuẩn bị")
    meeting = f"/hop/{Round.objects.get().meetings.get().pk}"
    lan.go(f"{meeting}/de-nghi/2.1/01/")
    lan.page.get_by_label("Theo đề nghị của đơn vị").check()
    lan.page.locator("textarea[name=reason]").fill("Đã có văn bản.")
    lan.press_primary()
    lan.go(f"{meeting}/")
    lan.press("Gửi xin ý kiến")
    lan.sees("đang lấy ý kiến")
    for member, choice in ((dung, "Tán thành"), (lan, "Tán thành"), (mai, "Không tán thành")):
        member.go(f"{meeting}/")
        member.press(choice)
        member.page.wait_for_load_state()
    dung.go(f"{meeting}/")
    dung.press("Kết luận biểu quyết")
    dung.sees("Chưa hết hạn gửi ý kiến")
    stage.set_clock(moment("09/01/2023 00:00"))
    dung.go(f"{meeting}/")
    dung.press("Kết luận biểu quyết")
    dung.sees("được thông qua")
    dung.go(f"{meeting}/thong-nhat/")
    dung.page.locator("textarea[name=minutes]").fill("Hội đồng thống nhất qua văn bản.")
    dung.press_primary()
    dung.sees("Hội đồng đã thống nhất kết quả.")
