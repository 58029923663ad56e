"""Two colleagues on one dossier in one evening: side by side, on the same leaf, and nothing that was typed is lost."""

import pytest
from playwright.sync_api import expect

from chiso.assessments.actions import stages
from chiso.assessments.models import Citation, Dossier, Entry
from chiso.evidence.models import Document
from tests.journeys.people import Person, Stage
from tests.journeys.test_index_set import is_accessible
from tests.world import PDF, World, moment

pytestmark = pytest.mark.journey


def type_in(person: Person, numerator: str, denominator: str, note: str) -> None:
    for name, value in {"numerator": numerator, "denominator": denominator}.items():
        person.page.locator(f"#leaf-facts input[name={name}]").fill(value)
    person.page.locator("#id_note").fill(note)


def stored(dossier: int, code: str) -> Entry:
    return Entry.objects.get(dossier=dossier, code=code)


def saves(person: Person, button: str = "Lưu") -> None:
    person.press(button)
    expect(person.page.locator("[data-saved]")).to_contain_text("Đã lưu")


@pytest.fixture
def evening(stage: Stage, world: World) -> int:
    stages.open_self_assessment(world.round, world.cast.giang, moment("28/11/2022 08:00"))
    stage.set_clock(moment("12/12/2022 21:04"))
    return Dossier.objects.get(unit=world.cast.north).pk


@pytest.mark.parametrize("javascript", [True, False])
def test_two_colleagues_on_one_dossier(stage: Stage, world: World, evening: int, javascript: bool) -> None:
    stage.javascript = javascript
    an, binh = stage.sign_in(world.cast.an), stage.sign_in(world.cast.binh)
    different_leaves(an, binh, evening)
    same_leaf(an, binh, evening)
    theirs_is_kept(an, binh, evening)


def different_leaves(an: Person, binh: Person, dossier: int) -> None:
    an.go(f"/ho-so/{dossier}/1.2/")
    binh.go(f"/ho-so/{dossier}/2.1/")
    type_in(an, "8", "10", "Theo báo cáo tháng 11.")
    type_in(binh, "1.080", "1.200", "Theo Cổng Dịch vụ công.")
    saves(an)
    saves(binh)
    assert (stored(dossier, "1.2").version, stored(dossier, "2.1").version) == (1, 1)


def same_leaf(an: Person, binh: Person, dossier: int) -> None:
    """Both have 2.1 open; Bình saves first. An sees both versions and saves hers knowingly."""
    an.go(f"/ho-so/{dossier}/2.1/")
    binh.go(f"/ho-so/{dossier}/2.1/")
    type_in(binh, "1.100", "1.200", "Số mới của Cổng.")
    saves(binh)
    type_in(an, "1.110", "1.200", "Đếm lại sổ.")
    an.press("Lưu")
    an.sees("vừa được Lương Văn Bình lưu lúc 21:0")
    for text in ("1.100", "1.110", "Số mới của Cổng.", "Đếm lại sổ."):
        expect(an.page.locator("#leaf table").get_by_text(text, exact=True)).to_be_visible()
    expect(an.page.locator("#id_note")).to_have_value("Đếm lại sổ.")
    expect(an.page.locator("[data-saved]")).to_have_text("Chưa lưu")
    is_accessible(an)
    assert stored(dossier, "2.1").note == "Số mới của Cổng."
    saves(an, "Lưu bản của tôi")
    entry = stored(dossier, "2.1")
    assert (entry.note, entry.facts["numerator"], entry.version) == ("Đếm lại sổ.", "1110", 3)


def theirs_is_kept(an: Person, binh: Person, dossier: int) -> None:
    """Bình's page is stale now; he looks at both and keeps An's."""
    type_in(binh, "1.105", "1.200", "Nhớ nhầm.")
    binh.press("Lưu")
    binh.sees("Giữ bản của Nông Thị An")
    binh.press("Giữ bản của Nông Thị An")
    expect(binh.page.locator("#id_note")).to_have_value("Đếm lại sổ.")
    expect(binh.page.locator("[data-saved]")).to_contain_text("Đã lưu")
    assert stored(dossier, "2.1").version == 3


def test_documents_change_while_the_leaf_is_being_typed(stage: Stage, world: World, evening: int) -> None:
    """Adding, looking, mending, replacing and taking off leave alone what is typed and not saved."""
    an = stage.sign_in(world.cast.an)
    an.go(f"/ho-so/{evening}/1.1/")
    an.page.locator("#id_note").fill("Đang gõ dở.")
    upload(an, "Kế hoạch.pdf", PDF)
    row = an.page.locator("#evidence li", has_text="Kế hoạch.pdf")
    row.get_by_role("link", name="Kế hoạch.pdf", exact=True).click()
    cited = Citation.objects.get()
    expect(an.page.locator("#pane iframe")).to_have_attribute("src", f"/tai-lieu/{cited.pk}/")
    row.get_by_role("link", name="Sửa Kế hoạch.pdf").click()
    is_accessible(an)
    an.page.locator("#pane input[name=place]").fill("trang 3, mục II.2")
    an.press("Lưu trang, mục")
    expect(row).to_contain_text("trang 3, mục II.2")
    row.get_by_role("link", name="Kế hoạch.pdf", exact=True).click()
    expect(an.page.locator("#pane iframe")).to_have_attribute("src", f"/tai-lieu/{cited.pk}/#page=3")
    row.get_by_role("link", name="Sửa Kế hoạch.pdf").click()
    an.page.locator("#pane input[name=number]").fill("12/KH-UBND")
    an.page.locator("#pane input[name=issued_on]").fill("05/01/2022")
    an.press("Xác nhận thông tin")
    expect(row).to_contain_text("Kế hoạch 12/KH-UBND, 05/01/2022 · trang 3, mục II.2")
    replace(an, evening)
    an.page.locator("#evidence").get_by_role("button", name="Gỡ").click()
    expect(an.page.locator("#evidence")).to_contain_text("Chưa có tài liệu nào")
    expect(an.page.locator("#id_note")).to_have_value("Đang gõ dở.")
    expect(an.page.locator("[data-saved]")).to_have_text("Chưa lưu")
    saves(an)
    assert stored(evening, "1.1").note == "Đang gõ dở."


def upload(person: Person, name: str, content: bytes) -> None:
    person.page.locator("#upload").set_input_files({"name": name, "mimeType": "application/pdf", "buffer": content})
    person.press("Tải lên")
    expect(person.page.locator("#evidence").get_by_role("link", name=name, exact=True)).to_be_visible()


def replace(person: Person, dossier: int) -> None:
    person.page.locator("#evidence").get_by_role("link", name="Sửa").click()
    file = {"name": "Bản mới.pdf", "mimeType": "application/pdf", "buffer": PDF + b"2"}
    person.page.locator("#pane input[type=file]").set_input_files(file)
    person.press("Thay bằng bản mới")
    expect(person.page.locator("#evidence").get_by_role("link", name="Bản mới.pdf", exact=True)).to_be_visible()
    assert Document.objects.get(name="Bản mới.pdf").replaces == Document.objects.get(name="Kế hoạch.pdf")
    assert Citation.objects.get(entry__dossier=dossier).document.name == "Bản mới.pdf"
