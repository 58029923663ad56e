"""A published result is corrected: another decision names the old one with the reason, and nobody loses the old one."""

import pytest
from playwright.sync_api import expect

from chiso.assessments.choices import DossierState
from chiso.assessments.models import Dossier
from chiso.results.freezing import digest_of
from chiso.results.models import Correction, Publication, Result, Submission
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Round
from tests.journeys.people import Person, Stage
from tests.journeys.test_index_set import is_accessible
from tests.results.test_correcting import adopt_again
from tests.world import PDF, World, moment, play_to

pytestmark = pytest.mark.journey

REASON = "Cộng nhầm điểm tiêu chí 2.1 của Xã Bắc."


def ask(giang: Person, round: int) -> None:
    """Without a document it is refused; a double click asks once."""
    giang.go(f"/dot/{round}/ket-qua/")
    giang.page.get_by_role("link", name="Đính chính").first.click()
    giang.page.locator("textarea[name=reason]").fill(REASON)
    is_accessible(giang)
    paper = {"name": "Công văn.pdf", "mimeType": "application/pdf", "buffer": PDF + b"\n"}
    giang.page.locator("input[name=file]").set_input_files(paper)
    giang.press_twice()
    giang.sees("Đã yêu cầu đính chính.")
    is_accessible(giang)
    asked = Correction.objects.get()
    assert (asked.reason, asked.result, asked.asked_by.email) == (REASON, Result.objects.get(), "giang@chiso.example")
    assert Round.objects.get().stage == StageKey.COUNCIL
    assert set(Dossier.objects.values_list("state", flat=True)) == {DossierState.BEFORE_COUNCIL}


def approve_again(stage: Stage, world: World, giang: Person, round: int) -> None:
    stage.set_clock(moment("18/01/2023 09:00"))
    giang.go(f"/dot/{round}/to-trinh/")
    giang.page.locator("[name=number]").fill("8/TTr-PNV")
    giang.page.locator("[name=text]").fill("Trình kết quả đính chính.")
    giang.press_twice()
    giang.sees("8/TTr-PNV")
    ha = stage.sign_in(world.cast.ha)
    ha.go(f"/to-trinh/{Submission.objects.get(number='8/TTr-PNV').pk}/phe-duyet/")
    ha.press_twice()
    ha.sees("đã phê duyệt")
    assert Submission.objects.count() == Result.objects.count() == 2


def publish_again(stage: Stage, giang: Person, round: int) -> None:
    """The number of the old decision is refused; a double click publishes once."""
    stage.set_clock(moment("19/01/2023 09:00"))
    for number in ("6/QĐ-UBND", "9/QĐ-UBND"):
        giang.go(f"/dot/{round}/cong-bo/")
        giang.page.locator("[name=number]:visible").fill(number)
        giang.page.locator("[name=day]:visible").fill("19/01/2023")
        giang.press_primary()
        giang.sees("Khi xác nhận:")
        is_accessible(giang)
        giang.press_twice()
        if number == "6/QĐ-UBND":
            giang.sees("Hãy nhập số của quyết định đính chính.")
            assert Publication.objects.count() == 1
    giang.sees("Đã công bố.")


def reads(reader: Person, world: World, old: Publication, new: Publication) -> None:
    """Anyone: the list has the new one alone, each page tells of the other, files of both are there."""
    reader.go("/cong-bo/")
    reader.sees("Quyết định số 9/QĐ-UBND ngày 19/01/2023")
    reader.sees("thay thế Quyết định số 6/QĐ-UBND ngày 12/01/2023")
    expect(reader.page.locator("main").get_by_role("link")).to_have_count(1)
    reader.page.locator("main").get_by_role("link").click()
    reader.sees("Kết quả này đính chính, thay thế")
    reader.sees(f"Lý do đính chính: {REASON}")
    # Xã Bắc has 4 of 6 for 2.1 now, had 5: 2 + 5,33 + 4 + 2 of 16 -> 83,31, and bonus 1.
    row = reader.page.get_by_role("row", name="Xã Bắc").first
    expect(row).to_contain_text("84,31")
    is_accessible(reader)
    reader.page.get_by_role("link", name="Quyết định số 6/QĐ-UBND").click()
    reader.page.wait_for_url(f"**/cong-bo/{old.pk}/")
    reader.sees("Kết quả này đã được thay thế bởi")
    reader.sees(REASON)
    expect(reader.page.get_by_role("row", name="Xã Bắc").first).to_contain_text("90,56")
    is_accessible(reader)
    for one in (old, new):
        assert reader.page.request.get(f"{reader.url}/cong-bo/{one.pk}/ket-qua.json").status == 200


def test_a_published_result_is_corrected(stage: Stage) -> None:
    world = play_to("published")
    round, old = world.round.pk, Publication.objects.select_related("result").get()
    frozen = (old.result.digest, old.result.bundle)
    stage.set_clock(moment("16/01/2023 09:00"))
    giang, an, son = (stage.sign_in(one) for one in (world.cast.giang, world.cast.an, world.cast.son))
    assert (an.status(f"/dot/{round}/dinh-chinh/"), son.status(f"/dot/{round}/dinh-chinh/")) == (403, 404)
    ask(giang, round)
    assert giang.status(f"/dot/{round}/dinh-chinh/") == 404  # It is asked already.
    asked = Correction.objects.get().pk
    assert (an.status(f"/dinh-chinh/{asked}/tai-lieu/"), an.status(f"/dot/{round}/cong-bo/")) == (404, 403)
    an.go(f"/cong-bo/{old.pk}/")
    expect(an.page.locator("main")).not_to_contain_text("thay thế")  # In force until the new decision.
    adopt_again(world)
    approve_again(stage, world, giang, round)
    publish_again(stage, giang, round)

    first, new = Publication.objects.select_related("result").order_by("pk")
    assert (first.pk, new.supersedes, new.reason) == (old.pk, first, REASON)
    assert (first.result.digest, first.result.bundle) == frozen
    assert first.result.digest == digest_of(first.result.bundle) != new.result.digest
    assert new.result.bundle["corrects"] == first.result.digest
    reads(stage.stranger(), world, first, new)
    for one in (first, new):
        giang.go(f"/ket-qua/{one.result_id}/kiem-tra/")
        expect(giang.page.locator("main")).to_contain_text(one.result.digest)
        giang.sees("Bản chụp còn nguyên vẹn")
    assert an.status(f"/ket-qua/{old.result_id}/kiem-tra/") == 403
    assert Round.objects.get().stage == StageKey.PUBLISHED
