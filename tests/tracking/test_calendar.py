"""A person's calendar: which dates, how a calendar program reads them, and who may read the secret address."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.signing import Signer
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar, Event

from chiso.assessments.actions import council
from chiso.assessments.actions import dossier as dossiers
from chiso.assessments.choices import MeetingForm
from chiso.audit.models import AuditEntry
from chiso.indexsets import actions as sets
from chiso.indexsets.choices import EditionState
from chiso.indexsets.models import Consultation, Edition
from chiso.organizations import clock
from chiso.organizations.models import User
from chiso.rounds.choices import BodyKind, DeadlineKind, PlanState, StageKey, TaskRole
from chiso.rounds.models import Plan, PlanTask, TaskBody
from chiso.tracking.actions import calendar as actions
from chiso.tracking.calendar import entries_of
from chiso.tracking.calendar_address import feed_of, path_of
from chiso.tracking.calendar_file import write_calendar
from chiso.tracking.models import CalendarFeed
from tests.factories import UnitFactory
from tests.world import World, moment, play_to

pytestmark = pytest.mark.django_db
NOW = moment("13/12/2022 08:00")


def events_of(user: User, at: datetime = NOW) -> dict[str, Event]:
    """What a program reads, by the part of the UID before the @."""
    calendar = Calendar.from_ical(write_calendar(entries_of(user, at), site="https://cchc.example"))
    return {str(event["uid"]).partition("@")[0]: event for event in calendar.walk("VEVENT")}


def keys(user: User, at: datetime = NOW) -> set[str]:
    return set(events_of(user, at))


def task(code: str) -> PlanTask:
    return PlanTask.objects.get(code=code)


def extend(world: World, until: str) -> None:
    world.round.extensions.create(
        stage=StageKey.SELF_ASSESSMENT,
        unit=world.cast.north,
        until=moment(until),
        reason="Mất điện",
        granted_by=world.cast.giang,
        granted_at=moment("12/12/2022 08:00"),
    )


# Which dates


def test_a_unit_sees_its_own_window_with_its_own_extension() -> None:
    world = play_to("self_assessment")
    key = f"window-{world.round.pk}-self_assessment-{world.cast.north.pk}"
    before = events_of(world.cast.an)[key]
    assert before["dtstart"].dt == date(2022, 12, 14)
    assert int(before["sequence"]) == 0
    extend(world, "18/12/2022 00:00")
    after = events_of(world.cast.an)[key]
    assert after["dtstart"].dt == date(2022, 12, 17), "hết 24 giờ ngày 17/12"
    assert int(after["sequence"]) == 1
    assert after["last-modified"].dt > before["last-modified"].dt
    assert after["uid"] == before["uid"]
    other = events_of(world.cast.em)
    assert all("Xã Bắc" not in str(event["summary"]) for event in other.values())
    [window] = [event for name, event in other.items() if name.startswith("window")]
    assert window["dtstart"].dt == date(2022, 12, 14)


def test_a_unit_finds_its_deadline_once() -> None:
    """Row 3.1 means the judged units: its window says it, with the extension; the row itself would say it again."""
    world = play_to("self_assessment")
    assert task("3.1").bodies.get().kind == BodyKind.PARTICIPANTS
    assert keys(world.cast.an) == {f"window-{world.round.pk}-self_assessment-{world.cast.north.pk}"}


def test_a_body_sees_the_tasks_it_leads_or_coordinates() -> None:
    world = play_to("self_assessment")
    office = {f"task-{task(code).pk}" for code in ("1", "3.2", "3.4")}
    assert keys(world.cast.giang) == office
    team = {f"task-{task(code).pk}" for code in ("3.3", "3.5")}
    assert keys(world.cast.chi) == team
    TaskBody.objects.create(
        task=task("4.2"),
        position=1,
        role=TaskRole.COORDINATE,
        label="Phòng Tư pháp",
        kind=BodyKind.UNIT,
        unit_id=world.cast.chi.memberships.get().unit_id,
    )
    assert keys(world.cast.chi) == team | {f"task-{task('4.2').pk}"}
    assert keys(world.cast.son) == set()


def test_a_draft_plan_binds_nobody() -> None:
    world = play_to("self_assessment")
    Plan.objects.update(state=PlanState.DRAFT)
    assert keys(world.cast.giang) == keys(world.cast.an) == set()


def test_what_passed_long_ago_is_left_out() -> None:
    world = play_to("self_assessment")
    assert keys(world.cast.giang, moment("13/12/2023 08:00")) == {f"task-{task(code).pk}" for code in ("3.2", "3.4")}


def test_a_moved_deadline_has_the_same_uid_and_a_greater_sequence() -> None:
    world = play_to("self_assessment")
    row = task("3.2")
    before = events_of(world.cast.giang)[f"task-{row.pk}"]
    row.changes.create(
        old_text=row.deadline_text,
        old_ends_at=row.ends_at,
        new_text="Trước 22/12/2022",
        new_ends_at=moment("22/12/2022 00:00"),
        reason="Theo hướng dẫn",
        changed_by=world.cast.giang,
        changed_at=moment("13/12/2022 07:00"),
    )
    PlanTask.objects.filter(pk=row.pk).update(ends_at=moment("22/12/2022 00:00"))
    after = events_of(world.cast.giang)[f"task-{row.pk}"]
    assert after["uid"] == before["uid"]
    assert (int(before["sequence"]), int(after["sequence"])) == (0, 1)
    assert after["dtstart"].dt == date(2022, 12, 21)
    assert after["last-modified"].dt == moment("13/12/2022 07:00").astimezone(UTC)


def test_a_finished_task_rings_no_more() -> None:
    world = play_to("self_assessment")
    waiting = events_of(world.cast.giang)[f"task-{task('3.2').pk}"]
    assert [str(alarm["trigger"].dt) for alarm in waiting.walk("VALARM")] == [str(timedelta(hours=-16))]
    done = events_of(world.cast.giang)[f"task-{task('1').pk}"]
    assert done.walk("VALARM") == []
    assert "Đã hoàn thành" in str(done["description"])


def test_the_council_gets_its_meetings_and_nothing_of_what_they_are_about() -> None:
    world = play_to("council")
    at = moment("06/01/2023 09:00")
    council.convene_meeting(
        world.round,
        world.cast.dung,
        at,
        form=MeetingForm.MEETING,
        held_at=moment("09/01/2023 14:00"),
        place="Phòng họp số 1",
    )
    key = f"meeting-{world.meeting.pk}"
    event = events_of(world.cast.mai, at)[key]
    start = event["dtstart"]
    assert start.params["TZID"] == "Asia/Ho_Chi_Minh"
    assert start.dt == moment("09/01/2023 14:00")
    assert (str(event["location"]), int(event["sequence"])) == ("Phòng họp số 1", 0)
    told = event.to_ical().decode()
    assert "Xã" not in told
    assert "2.1" not in told
    for name in ("an", "giang", "chi", "khanh", "ha"):
        assert key not in keys(world.cast.everyone()[name], at), name
    council.reschedule_meeting(
        world.meeting, world.cast.dung, at, reason="Bận", held_at=moment("09/01/2023 15:30"), place=""
    )
    moved = events_of(world.cast.mai, at)[key]
    assert (moved["uid"], int(moved["sequence"])) == (event["uid"], 1)
    assert moved["dtstart"].dt == moment("09/01/2023 15:30")
    world.round.panel_members.filter(user=world.cast.mai).update(left_at=at)
    assert keys(User.objects.get(pk=world.cast.mai.pk), at) == set()


def test_a_returned_dossier_has_a_date_of_its_own() -> None:
    world = play_to("aggregation")
    at = moment("15/12/2022 09:00")
    dossiers.return_dossier(
        world.dossier(world.cast.north), world.cast.giang, at, reason="Thiếu chữ ký", until=moment("18/12/2022 00:00")
    )
    [returned] = [event for key, event in events_of(world.cast.an, at).items() if key.startswith("return")]
    assert returned["dtstart"].dt == date(2022, 12, 17)
    assert not [key for key in keys(world.cast.em, at) if key.startswith("return")]


def test_after_the_notice_there_is_a_window_to_explain() -> None:
    world = play_to("supplement")
    key = f"window-{world.round.pk}-supplement-{world.cast.north.pk}"
    event = events_of(world.cast.an, moment("30/12/2022 09:00"))[key]
    assert event["dtstart"].dt == date(2023, 1, 3)
    assert event.walk("VALARM")


def test_a_consulted_body_sees_until_when() -> None:
    world = play_to("self_assessment")
    Edition.objects.update(state=EditionState.CONSULTING)
    edition = Edition.objects.get()
    row = Consultation.objects.create(edition=edition, opened_at=NOW, closes_at=moment("20/12/2022 17:00"))
    row.bodies.add(world.cast.north)
    event = events_of(world.cast.an)[f"consultation-{row.pk}"]
    assert event["dtend"].dt == moment("20/12/2022 17:00"), "a deadline with an hour keeps it"
    assert f"consultation-{row.pk}" not in keys(world.cast.em)
    sets.extend_consultation(row, world.cast.giang, NOW, closes_at=moment("22/12/2022 00:00"), reason="Nhiều ý kiến")
    moved = events_of(world.cast.an)[f"consultation-{row.pk}"]
    assert (int(moved["sequence"]), moved["dtstart"].dt) == (1, date(2022, 12, 21))


# The file


def test_the_file_is_whole_and_the_same_when_nothing_changed() -> None:
    world = play_to("council")
    at = moment("06/01/2023 09:00")
    first = write_calendar(entries_of(world.cast.lan, at), site="https://x")
    assert first == write_calendar(entries_of(world.cast.lan, at + timedelta(hours=5)), site="https://x")
    calendar = Calendar.from_ical(first)
    assert calendar.errors == []
    for event in calendar.walk("VEVENT"):
        assert event.errors == []
        assert {"UID", "DTSTAMP", "DTSTART", "SUMMARY", "SEQUENCE", "LAST-MODIFIED", "URL"} <= set(event)
    assert all(len(line) <= 75 for line in first.split(b"\r\n"))


def test_titles_with_odd_signs_stay_one_property() -> None:
    world = play_to("self_assessment")
    PlanTask.objects.filter(code="3.2").update(title="a;b,c\\n\nEND:VEVENT\r\nATTACH:x")
    event = events_of(world.cast.giang)[f"task-{task('3.2').pk}"]
    assert "attach" not in event
    assert str(event["summary"]).startswith("Hạn: 3.2 a;b,c")


# The address


def test_the_address_opens_without_signing_in_and_says_nothing_to_caches(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = play_to("self_assessment")
    monkeypatch.setattr(clock, "now", lambda: NOW)
    feed = actions.make_feed(world.cast.an, world.cast.an, NOW)
    answer = client.get(path_of(feed))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "sessionid" not in answer.cookies
    assert "Xã Bắc" in answer.content.decode()
    assert client.head(path_of(feed)).status_code == 200
    assert client.post(path_of(feed)).status_code == 405


def test_a_renewed_turned_off_or_foreign_address_opens_nothing(client: Client) -> None:
    world = play_to("self_assessment")
    an = world.cast.an
    feed = actions.make_feed(an, an, NOW)
    old = path_of(feed)
    feed = actions.renew_feed(feed, an, NOW, version=1)
    new = path_of(feed)
    assert (client.get(old).status_code, client.get(new).status_code) == (404, 200)
    User.objects.filter(pk=an.pk).update(is_active=False)
    assert client.get(new).status_code == 404
    User.objects.filter(pk=an.pk).update(is_active=True)
    feed = actions.turn_off_feed(feed, an, NOW, version=2)
    assert client.get(new).status_code == 404
    feed = actions.make_feed(an, an, NOW)
    assert client.get(new).status_code == 404, "turned off is void for ever"
    assert client.get(path_of(feed)).status_code == 200


@pytest.mark.parametrize("token", ["1-1", "1-1.AAAA", "1-1.", "%00", "x" * 3000, "-1-1.sig", "..%2e", "Tết"])
def test_a_made_up_address_opens_nothing_and_asks_the_database_nothing(client: Client, token: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"/lich/{token}.ics").status_code == 404
    assert [query for query in queries.captured_queries if "calendarfeed" in query["sql"].lower()] == []


def test_a_signature_made_for_something_else_opens_nothing() -> None:
    world = play_to("self_assessment")
    actions.make_feed(world.cast.an, world.cast.an, NOW)
    assert feed_of(Signer(salt="something.else", sep=".").sign(f"{world.cast.an.pk}-1")) is None
    assert feed_of(Signer(sep=".").sign(f"{world.cast.an.pk}-1")) is None


# The page and its buttons


def page(client: Client, user: User, at: datetime, monkeypatch: pytest.MonkeyPatch, query: str = "") -> str:
    monkeypatch.setattr(clock, "now", lambda: at)
    client.force_login(user)
    answer = client.get(reverse("tracking:calendar") + query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_person_gets_renews_and_turns_off_an_address(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    world = play_to("self_assessment")
    assert "Cấp địa chỉ lịch" in page(client, world.cast.an, NOW, monkeypatch)
    assert client.post(reverse("tracking:make_feed")).status_code == 302
    shown = page(client, world.cast.an, NOW, monkeypatch)
    path = path_of(CalendarFeed.objects.get())
    assert f'value="http://testserver{path}"' in shown
    assert f'href="webcal://testserver{path}"' in shown
    client.post(reverse("tracking:renew_feed"), {"version": 1})
    client.post(reverse("tracking:renew_feed"), {"version": 1})  # A second click of the same page.
    assert CalendarFeed.objects.get().version == 2
    assert "vừa được cấp lại" in page(client, world.cast.an, NOW, monkeypatch)
    client.post(reverse("tracking:turn_off_feed"), {"version": 2})
    assert "webcal:" not in page(client, world.cast.an, NOW, monkeypatch)
    told = AuditEntry.objects.filter(code__startswith="calendar_feed").order_by("number")
    assert [entry.code.partition(".")[2] for entry in told] == ["make", "renew", "turn_off"]
    assert all(path.rpartition("/")[2] not in str(entry.changes) for entry in told)


@pytest.mark.parametrize("sent", [{}, {"version": "x"}, {"version": "0"}, {"version": str(10**30)}])
def test_buttons_without_sense_change_nothing(client: Client, sent: dict[str, str]) -> None:
    world = play_to("self_assessment")
    actions.make_feed(world.cast.an, world.cast.an, NOW)
    client.force_login(world.cast.an)
    for route in ("renew_feed", "turn_off_feed"):
        assert client.post(reverse(f"tracking:{route}"), sent).status_code == 404
        assert client.get(reverse(f"tracking:{route}")).status_code == 405
    feed = CalendarFeed.objects.get()
    assert (feed.version, feed.is_on) == (1, True)


def test_nobody_changes_anothers_address(client: Client) -> None:
    world = play_to("self_assessment")
    feed = actions.make_feed(world.cast.an, world.cast.an, NOW)
    with pytest.raises(PermissionDenied):
        actions.renew_feed(feed, world.cast.giang, NOW, version=1)
    with pytest.raises(PermissionDenied):
        actions.make_feed(world.cast.em, world.cast.giang, NOW)
    client.force_login(world.cast.giang)
    assert client.post(reverse("tracking:renew_feed"), {"version": 1}).status_code == 404
    client.force_login(world.cast.son)
    assert client.post(reverse("tracking:make_feed")).status_code == 403


def test_the_month_names_its_days_its_holidays_and_what_is_late(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = play_to("self_assessment")
    shown = page(client, world.cast.giang, moment("20/12/2022 08:00"), monkeypatch)
    assert "Tháng 12/2022" in shown
    late = shown.split("Thứ Hai, 19/12/2022")[1].split("</ul>")[0]
    assert "đã qua hạn" in late
    assert "Thứ Sáu, 30/12/2022" in shown
    january = page(client, world.cast.giang, moment("20/12/2022 08:00"), monkeypatch, "?thang=2023-01")
    assert "Tết Dương lịch" in january
    assert "Thứ Sáu, 20/01/2023 – Thứ Năm, 26/01/2023" in january, "holidays on end are one line"
    for odd in ("?thang=2023-13", "?thang=9999-99", "?thang=x", "?thang=%00", "?thang=²023-01"):
        assert "Tháng 12/2022" in page(client, world.cast.giang, moment("20/12/2022 08:00"), monkeypatch, odd)


def test_the_file_can_be_taken_along_without_an_address(client: Client) -> None:
    world = play_to("self_assessment")
    client.force_login(world.cast.an)
    answer = client.get(reverse("tracking:calendar_file"))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="lich-chi-so.ics"'
    assert not CalendarFeed.objects.exists()


def test_queries_do_not_grow_with_what_there_is(client: Client) -> None:
    world = play_to("council")
    at = moment("06/01/2023 09:00")
    counts = []
    for grow in (False, True):
        if grow:
            for number in range(15):
                ends = moment("10/01/2023 00:00") + timedelta(days=number)
                row = PlanTask.objects.create(
                    plan=world.round.plan,
                    position=50 + number,
                    code=f"6.{number}",
                    title="Thêm",
                    deadline_kind=DeadlineKind.LATEST,
                    deadline_text="Chậm nhất",
                    ends_on=ends.date(),
                    ends_at=ends,
                )
                TaskBody.objects.create(
                    task=row, position=0, role=TaskRole.LEAD, label="Xã Bắc", kind=BodyKind.UNIT, unit=world.cast.north
                )
                unit = UnitFactory(code=f"Z{number}", parent=world.cast.authority)
                world.round.participants.create(block=world.round.blocks.get(), unit=unit)
        user = User.objects.get(pk=world.cast.an.pk)
        with CaptureQueriesContext(connection) as queries:
            entries_of(user, at)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 14
