"""A meeting of the council on a telephone without touching it: attendance, then the minutes of the adoption."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from chiso.assessments.actions import council
from chiso.assessments.choices import MeetingState
from chiso.rounds.choices import StageKey
from tests.journeys.keyboard import follow, tab_to, type_into
from tests.journeys.people import Person, Stage
from tests.journeys.test_every_page import RULES
from tests.world import moment, play_to

pytestmark = pytest.mark.journey


def fits(person: Person) -> None:
    assert not person.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), person.page.url
    assert Axe().run(person.page, options=RULES).response["violations"] == []


def test_attendance_and_minutes_by_keyboard_at_390_px(stage: Stage) -> None:
    world = play_to("council")
    held = moment("09/01/2023 08:00")
    meeting = council.convene_meeting(
        world.round, world.cast.lan, moment("06/01/2023 08:00"), held_at=held, place="Phòng họp số 2"
    )
    stage.set_clock(moment("09/01/2023 08:05"))
    dung, lan = stage.sign_in(world.cast.dung), stage.sign_in(world.cast.lan)
    for person in (dung, lan):
        person.page.set_viewport_size({"width": 390, "height": 844})
    page = dung.page
    dung.go(f"/hop/{meeting.pk}/")
    fits(dung)
    follow(page, "Khai mạc phiên họp")
    fits(dung)
    tab_to(page, "Chu Thị Mai")  # Everybody is ticked as present: she is not.
    page.keyboard.press("Space")
    tab_to(page, "Lý do vắng")
    page.keyboard.press("Enter")
    tab_to(page, "Chu Thị Mai vắng vì")
    page.keyboard.type("Đi công tác.")
    follow(page, "Khai mạc phiên họp")
    dung.sees("Có mặt 2/3 thành viên, quá nửa.")
    fits(dung)
    here = meeting.attendances.values_list("member__user", flat=True)
    assert set(here) == {world.cast.dung.pk, world.cast.lan.pk}
    assert list(meeting.absences.values_list("member__user", "reason")) == [(world.cast.mai.pk, "Đi công tác.")]

    lan.go(f"/hop/{meeting.pk}/")
    fits(lan)
    follow(page, "Thống nhất kết quả")
    fits(dung)
    type_into(page, "minutes", "Hội đồng thống nhất.")
    follow(page, "Thống nhất kết quả")
    dung.sees("Hội đồng đã thống nhất kết quả.")
    fits(dung)
    meeting.refresh_from_db()
    assert (meeting.state, meeting.minutes) == (MeetingState.ADOPTED, "Hội đồng thống nhất.")
    assert world.round.stage == StageKey.APPROVAL
