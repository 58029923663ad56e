"""Preliminary notices: sent to all, opened, answered in the thread, mended until they are sent; who opened is known."""

import pytest
from playwright.sync_api import expect

from chiso.assessments.choices import DossierState
from chiso.assessments.models import Citation, Dossier, Explanation, PreliminaryNotice
from chiso.audit.models import AuditEntry
from chiso.notices.models import Notice
from tests.journeys.people import Person, Stage
from tests.journeys.test_index_set import is_accessible
from tests.journeys.test_round import attach
from tests.world import PDF, World, moment, play_to

pytestmark = pytest.mark.journey


def send(stage: Stage, world: World, giang: Person, an: Person) -> None:
    """Without a date it is refused; a double click sends once, to every unit."""
    stage.set_clock(moment("29/12/2022 09:00"))
    path = f"/dot/{world.round.pk}/thong-bao/"
    assert an.status(path) == 403
    giang.go(path)
    giang.page.locator("[name=number]").fill("4/TB-PNV")
    giang.press("Gửi thông báo")
    expect(giang.page.locator("[name=answer_until]")).to_be_visible()
    giang.page.locator("[name=number]").fill("4/TB-PNV")
    giang.page.locator("[name=answer_until]").fill("03/01/2023")
    giang.press_twice()
    giang.go(path)
    giang.sees("2 đơn vị chưa mở thông báo: Xã Bắc, Xã Nam.")
    is_accessible(giang)
    told = PreliminaryNotice.objects.values_list("number", "answer_until", "opened_at").distinct()
    assert (PreliminaryNotice.objects.count(), list(told)) == (2, [("4/TB-PNV", moment("04/01/2023 00:00"), None)])
    assert AuditEntry.objects.filter(code="round.send_notices").count() == 1
    assert Notice.objects.filter(recipient=world.cast.an, text__contains="4/TB-PNV").exists()


def open_it(stage: Stage, world: World, an: Person, giang: Person) -> None:
    """The first of the unit who opens it is recorded, once; another unit has none of it, and who sent it opens none."""
    stage.set_clock(moment("29/12/2022 14:00"))
    north, south = (world.dossier(unit).pk for unit in (world.cast.north, world.cast.south))
    binh, em = stage.sign_in(world.cast.binh), stage.sign_in(world.cast.em)
    giang.go(f"/ho-so/{north}/thong-bao/")
    assert not PreliminaryNotice.objects.exclude(opened_at=None).exists()
    an.go(f"/ho-so/{north}/thong-bao/")
    an.sees("Không khớp Cổng Dịch vụ công quốc gia.")
    is_accessible(an)
    stage.set_clock(moment("30/12/2022 08:00"))
    binh.go(f"/ho-so/{north}/thong-bao/")
    binh.sees("Mở lần đầu: Nông Thị An, 14:0")
    opened = PreliminaryNotice.objects.get(dossier=north)
    assert (opened.opened_by, opened.opened_at is not None) == (world.cast.an, True)
    assert AuditEntry.objects.filter(code="notice.open").count() == 1
    assert em.status(f"/ho-so/{north}/thong-bao/") == 404
    assert PreliminaryNotice.objects.get(dossier=south).opened_at is None
    giang.go(f"/dot/{world.round.pk}/thong-bao/")
    giang.sees("1 đơn vị chưa mở thông báo: Xã Nam.")
    expect(giang.page.get_by_role("row", name="Xã Bắc").first).to_contain_text("Nông Thị An")
    is_accessible(giang)


def answer(an: Person, north: int) -> None:
    """Explained, a file too many and taken off again, the words mended; the thread has the last."""
    an.go(f"/ho-so/{north}/2.1/")
    for text in ("Nhầm tiêu chí.", "Đã đối chiếu lại với Cổng."):
        an.page.locator("textarea[name=text]").fill(text)
        an.press("Lưu giải trình")
        an.page.wait_for_load_state()
        expect(an.page.locator("textarea[name=text]")).to_have_value(text)
    an.sees("Đã đối chiếu lại với Cổng.")
    attach(an, north, "2.1", "Nhầm tệp.pdf", PDF + b"\n")
    attach(an, north, "2.1", "Văn bản.pdf", PDF + b"\n\n")
    is_accessible(an)
    taken = Citation.objects.get(document__name="Nhầm tệp.pdf")
    an.page.locator("#evidence li", has_text="Nhầm tệp.pdf").get_by_role("button", name="Gỡ").first.click()
    expect(an.page.locator("#evidence")).not_to_contain_text("Nhầm tệp.pdf")
    assert not Citation.objects.filter(pk=taken.pk).exists()
    assert Explanation.objects.get().text == "Đã đối chiếu lại với Cổng."
    assert Dossier.objects.get(pk=north).state == DossierState.SUPPLEMENTING


def send_back(stage: Stage, world: World, an: Person, north: int) -> None:
    """The leader sends it, once; from then on, and after the date for the other unit, nothing can be changed."""
    binh = stage.sign_in(world.cast.binh)
    an.go(f"/ho-so/{north}/gui-giai-trinh/")
    expect(an.page.get_by_role("button", name="Gửi giải trình, bổ sung")).to_have_count(0)
    binh.go(f"/ho-so/{north}/gui-giai-trinh/")
    is_accessible(binh)
    binh.press_twice()
    binh.sees("Đã gửi lúc 08:0")
    sent = Dossier.objects.get(pk=north)
    assert (sent.state, sent.resubmitted_at is not None) == (DossierState.RESUBMITTED, True)
    assert AuditEntry.objects.filter(code="dossier.resubmit").count() == 1
    an.go(f"/ho-so/{north}/2.1/")
    expect(an.page.get_by_role("button", name="Lưu giải trình")).to_have_count(0)
    is_accessible(an)


def test_notices_are_sent_opened_and_answered(stage: Stage) -> None:
    world = play_to("notice")
    north = world.dossier(world.cast.north).pk
    giang, an = stage.sign_in(world.cast.giang), stage.sign_in(world.cast.an)
    send(stage, world, giang, an)
    open_it(stage, world, an, giang)
    answer(an, north)
    send_back(stage, world, an, north)
    em, leaf = stage.sign_in(world.cast.em), f"/ho-so/{world.dossier(world.cast.south).pk}/2.1/"
    for at, forms in (("03/01/2023 23:59", 1), ("04/01/2023 00:00", 0)):
        stage.set_clock(moment(at))
        em.go(leaf)
        expect(em.page.locator("#explain")).to_have_count(forms)
