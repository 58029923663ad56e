"""An expert judges thirty leaves by keyboard alone; two judge one leaf apart and the leader decides."""

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from chiso.assessments.actions.appraisal import agree_with_self_scores
from chiso.assessments.models import Appraisal, Dossier, Entry, IndependentScore, JudgementDraft
from chiso.organizations import clock
from chiso.rounds import actions as rounds
from chiso.rounds.choices import Panel, Position
from chiso.rounds.models import PanelMember, Participant, Round
from tests.factories import UnitFactory
from tests.journeys.people import Person, Stage
from tests.world import World, moment, play_to

pytestmark = pytest.mark.journey

LEAVES = 30


def like_south(world: World, count: int) -> None:
    """More communes that said the same as Xã Nam."""
    source = world.dossier(world.cast.south)
    for number in range(count):
        unit = UnitFactory(code=f"{number + 10}", name=f"Xã {number + 10}", parent=world.cast.authority)
        Participant.objects.create(round=world.round, block=source.block, unit=unit)
        dossier = Dossier.objects.create(round=world.round, block=source.block, unit=unit, state=source.state)
        entries = list(Entry.objects.filter(dossier=source))
        for entry in entries:
            entry.pk, entry.dossier = None, dossier
        Entry.objects.bulk_create(entries)


def press(page: Page, key: str) -> None:
    """Press a key that leads to another page, and wait for it."""
    before = page.url
    page.keyboard.press(key)
    page.wait_for_url(lambda url: url != before)
    page.wait_for_load_state("domcontentloaded")


def key_of(page: Page, label: str) -> str:
    """The key that the page shows beside a way to judge."""
    return page.locator("label.choice", has_text=label).get_attribute("data-key") or ""


def test_thirty_leaves_by_keyboard_alone(stage: Stage) -> None:
    world = play_to("appraisal")
    like_south(world, 6)
    stage.set_clock(moment("22/12/2022 09:00"))
    chi = stage.sign_in(world.cast.chi)
    chi.go(f"/dot/{world.round.pk}/tham-dinh/")
    page = chi.page
    press(page, "Enter")
    for number in range(LEAVES):
        if number % 10 == 3:  # Another score with its reason, flagged for explanation and a visit.
            page.keyboard.press(key_of(page, "Điểm khác, có lý do"))
            page.keyboard.press("g")
            page.keyboard.press("t")
            page.keyboard.press("l")
            page.keyboard.type("Thiếu tài liệu.")
            page.keyboard.press("Shift+Tab")
            page.keyboard.press("Control+A")
            page.keyboard.type("0")
            press(page, "Control+Enter")
        elif number % 2:
            press(page, "d")
        else:
            page.keyboard.press("1")
            press(page, "Enter")
    assert Appraisal.objects.count() == LEAVES
    cut = Appraisal.objects.filter(reason="Thiếu tài liệu.")
    assert [(row.decided, row.needs_explanation, row.needs_visit) for row in cut] == [(Decimal(0), True, True)] * 3


def test_what_was_typed_is_there_again_after_leaving(stage: Stage) -> None:
    world = play_to("appraisal")
    stage.set_clock(moment("22/12/2022 09:00"))
    chi = stage.sign_in(world.cast.chi)
    chi.go(f"/dot/{world.round.pk}/tham-dinh/2.1/01/")
    chi.page.keyboard.press("l")
    chi.page.keyboard.type("Đang xem dở")
    expect(chi.page.locator("[data-saved]")).to_contain_text("Nháp, đã lưu")
    chi.go(f"/dot/{world.round.pk}/tham-dinh/")
    chi.sees("1 bản nháp chưa lưu")
    chi.go(f"/dot/{world.round.pk}/tham-dinh/2.1/01/")
    expect(chi.page.locator("#id_reason")).to_have_value("Đang xem dở")
    assert not Appraisal.objects.exists()


def begin_a_draft(stage: Stage) -> tuple[World, Person, str]:
    """Chi types a reason at 2.1 of Xã Bắc and saves nothing; answers the world, her, and the address of the leaf."""
    world = play_to("appraisal")
    stage.set_clock(moment("22/12/2022 09:00"))
    chi = stage.sign_in(world.cast.chi)
    leaf = f"/dot/{world.round.pk}/tham-dinh/2.1/01/"
    chi.go(leaf)
    chi.page.keyboard.press("l")
    chi.page.keyboard.type("Thiếu bảng kê")
    expect(chi.page.locator("[data-saved]")).to_contain_text("Nháp, đã lưu")
    return world, chi, leaf


def test_what_was_typed_is_there_after_signing_in_again_and_can_be_taken_back(stage: Stage) -> None:
    world, chi, leaf = begin_a_draft(stage)
    chi.go("/")
    chi.page.locator("summary", has_text=world.cast.chi.full_name).click()
    chi.press("Đăng xuất")
    again = stage.sign_in(world.cast.chi)
    again.go(leaf)
    expect(again.page.locator("#id_reason")).to_have_value("Thiếu bảng kê")
    again.press("Bỏ bản nháp")
    again.sees("Đã bỏ bản nháp.")
    expect(again.page.locator("#id_reason")).to_have_value("")
    assert not JudgementDraft.objects.exists()


def test_a_draft_begun_before_another_judged_is_taken_by_keyboard(stage: Stage) -> None:
    world, chi, leaf = begin_a_draft(stage)
    agree_with_self_scores(world.round, world.cast.khanh, clock.now(), entries=[world.entry(world.cast.north, "2.1")])
    chi.page.keyboard.type(" quý IV")  # The page does not know; its words are kept on.
    expect(chi.page.locator("[data-saved]")).to_contain_text("Nháp, đã lưu")
    chi.go(leaf)
    chi.sees("soạn trước khi")
    expect(chi.page.locator("#id_reason")).to_have_value("")
    chi.page.keyboard.press("l")
    chi.page.keyboard.type("Khác")
    expect(chi.page.locator("[data-saved]")).to_contain_text("hãy đưa bản nháp cũ vào ô hoặc bỏ đi trước")
    chi.page.once("dialog", lambda dialog: dialog.accept())  # What was typed meanwhile is not saved: it asks.
    take = chi.page.get_by_role("button", name="Đưa bản nháp vào ô")
    take.focus()
    chi.page.keyboard.press("Enter")
    expect(chi.page.locator("#id_reason")).to_have_value("Thiếu bảng kê quý IV")
    expect(chi.page.locator("[data-saved]")).to_contain_text("Nháp, đã lưu")


def test_a_reason_is_kept_in_the_field_and_used_on_the_next_leaf(stage: Stage) -> None:
    world = play_to("appraisal")
    stage.set_clock(moment("22/12/2022 09:00"))
    chi = stage.sign_in(world.cast.chi)
    chi.go(f"/dot/{world.round.pk}/tham-dinh/2.1/01/")
    chi.press("Lưu làm lý do mẫu")
    chi.sees("Chưa có nội dung lý do mẫu.")
    chi.page.locator("#id_reason").fill("Thiếu bảng kê.")
    chi.press("Lưu làm lý do mẫu")
    chi.sees("Đã lưu lý do mẫu.")
    expect(chi.page.locator("#id_reason")).to_have_value("Thiếu bảng kê.")
    chi.go(f"/dot/{world.round.pk}/tham-dinh/2.1/02/")
    chi.page.keyboard.press("l")
    chi.page.keyboard.press("Tab")  # The first ready reason comes after the field.
    chi.page.keyboard.press("Enter")
    expect(chi.page.locator("#id_reason")).to_have_value("Thiếu bảng kê.")
    expect(chi.page.locator("#id_reason")).to_be_focused()


def test_two_judge_apart_and_the_leader_decides(stage: Stage) -> None:
    world = play_to("aggregation")
    at = moment("16/12/2022 09:00")
    seat = PanelMember.objects.create(
        round=world.round, panel=Panel.TEAM, position=Position.EXPERT, user=world.cast.son
    )
    rounds.assign_criteria(seat, world.cast.giang, at, codes=["2.1"])
    Round.objects.update(independent_codes=["2.1"])
    world.appraisal()
    stage.set_clock(moment("22/12/2022 09:00"))
    leaf = f"/dot/{world.round.pk}/tham-dinh/2.1/01/"
    for user, points, reason in ((world.cast.chi, "4", "Thiếu bảng kê."), (world.cast.son, "2", "Số liệu sai.")):
        person = stage.sign_in(user)
        person.go(leaf)
        person.sees("Hai người thẩm định độc lập")
        assert "Thiếu bảng kê." not in person.page.content() or user == world.cast.chi
        person.page.get_by_text("Điểm khác, có lý do").click()
        person.page.get_by_label("Điểm khác", exact=True).fill(points)
        person.page.locator("#id_reason").fill(reason)
        press(person.page, "Control+Enter")
    assert IndependentScore.objects.count() == 2
    assert not Appraisal.objects.exists()
    khanh = stage.sign_in(world.cast.khanh)
    khanh.go(f"/dot/{world.round.pk}/tham-dinh/?loc=chenh-lech")
    khanh.page.get_by_role("link", name="2.1 Hồ sơ").first.click()
    khanh.sees("Thiếu bảng kê.")
    khanh.sees("Số liệu sai.")
    khanh.page.get_by_text("Điểm khác, có lý do").click()
    khanh.page.get_by_label("Điểm khác", exact=True).fill("3")
    khanh.page.locator("#id_reason").fill("Bảng kê thiếu một quý.")
    press(khanh.page, "Control+Enter")
    assert Appraisal.objects.get().score == 3
