"""The pages of chasing: the list, what was sent, the rules; who reads, who may, what they cost."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chiso.assessments.actions.rescheduling import move_deadline
from chiso.documents.composing import signer_of_unit
from chiso.notices.models import Notice
from chiso.organizations import clock
from chiso.organizations.choices import Role
from chiso.rounds.models import PlanTask, Round
from chiso.tracking import reminding
from chiso.tracking.models import Reminder, ReminderRules, UrgingLetter
from tests.documents.reading import Reading
from tests.factories import MembershipFactory, UserFactory
from tests.tracking.test_reminding import SEVEN, grow
from tests.tracking.test_urging import AT, keys
from tests.world import World, play_to

pytestmark = pytest.mark.django_db


CHOSEN = re.compile(r'name="chosen"[^>]* checked')


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)


def url(world: World, name: str = "chase") -> str:
    return reverse(f"tracking:{name}", args=[world.round.pk])


def page(client: Client, world: World, query: str = "", name: str = "chase") -> str:
    answer = client.get(url(world, name) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def sent(world: World, *names: str, **more: str) -> dict[str, object]:
    known = keys(world)
    last = Reminder.objects.exclude(by=None).order_by("-pk").values_list("pk", flat=True).first() or 0
    return {"chosen": [known[name] for name in names], "shown": str(last), "message": ""} | more


WITH_LETTER = {"with_letter": "on", "number": "12", "day": "13/12/2022", "until": "14/12/2022", "text": "Khẩn trương."}


def test_the_list_says_who_owes_what_how_late_and_when_last_reminded(client: Client) -> None:
    world = play_to("self_assessment")
    reminding.run(SEVEN)
    Notice.objects.filter(recipient=world.cast.an).update(opened_at=AT)
    client.force_login(world.cast.giang)
    text = page(client, world)
    for part in (
        "Xã Bắc",
        "còn 4 tiêu chí chưa nhập",
        "hết 24 giờ ngày 14/12/2022",
        "còn 1 ngày",
        "07:00 ngày 11/12/2022",
        "hệ thống · 1/2 người đã mở",
        "hệ thống · chưa ai mở",
        "Bưu điện huyện",
        "chưa có người nhận trên hệ thống",
    ):
        assert part in text, part
    assert text.count('name="chosen"') == 2


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("?nhiem_vu=3.1", ["Xã Bắc", "Xã Nam"], ["Bưu điện"]),
        ("?loc=qua-han", [], ["Xã Bắc", "Bưu điện"]),
        ("?loc=sap-den-han", ["Xã Bắc"], ["Bưu điện"]),
        ("?loc=chua-mo", ["Xã Nam"], ["Xã Bắc", "Bưu điện"]),
        ("?loc=bua&nhiem_vu=9.9", ["Xã Bắc", "Bưu điện"], []),
    ],
)
def test_filters(client: Client, query: str, shown: list[str], hidden: list[str]) -> None:
    world = play_to("self_assessment")
    reminding.run(SEVEN)
    Notice.objects.filter(recipient=world.cast.an).update(opened_at=AT)
    client.force_login(world.cast.giang)
    rows = page(client, world, query).split("</form>", 1)[1].replace("Chọn ", "")
    assert [name for name in shown if name not in rows] == []
    assert [name for name in hidden if f">{name}" in rows] == []


def test_all_are_chosen_by_a_link_without_javascript(client: Client) -> None:
    world = play_to("self_assessment")
    client.force_login(world.cast.giang)
    assert len(CHOSEN.findall(page(client, world))) == 0
    assert len(CHOSEN.findall(page(client, world, "?chon=tat-ca"))) == 2


def test_what_was_unticked_after_choosing_all_stays_so(client: Client) -> None:
    world = play_to("self_assessment")
    client.force_login(world.cast.giang)
    data = sent(world, "Xã Nam") | {"shown": "99"}
    again = client.post(url(world) + "?chon=tat-ca", data)
    assert again.status_code == 422
    assert len(CHOSEN.findall(again.content.decode())) == 1


def test_urging_from_the_page_and_a_second_click(client: Client) -> None:
    world = play_to("self_assessment")
    client.force_login(world.cast.giang)
    data = sent(world, "Xã Nam", message="Cần xong hôm nay.")
    answer = client.post(url(world), data)
    assert (answer.status_code, answer["Location"]) == (302, url(world))
    assert "Đã đôn đốc 2 người." in page(client, world)
    again = client.post(url(world), data)
    assert again.status_code == 422
    text = again.content.decode()
    assert "Vừa có một lần đôn đốc khác" in text
    assert "Cần xong hôm nay." in text
    assert len(CHOSEN.findall(text)) == 1
    assert Reminder.objects.count() == 2
    last = Reminder.objects.latest("pk").pk
    assert f'name="shown" value="{last}"' in text  # Who has read that may send.
    assert client.post(url(world), data | {"shown": str(last)}).status_code == 302


def test_all_faults_of_a_letter_at_once_and_what_was_written_stays(client: Client) -> None:
    world = play_to("self_assessment")
    client.force_login(world.cast.giang)
    data = sent(world, "Xã Nam", with_letter="on", number="", day="31/02/2022", until="", text="")
    text = client.post(url(world), data).content.decode()
    for sentence in (
        "Chưa ghi số công văn.",
        "không phải là ngày",
        "Chưa ghi hạn yêu cầu.",
        "Chưa ghi nội dung yêu cầu.",
    ):
        assert sentence in text, sentence
    assert not Reminder.objects.exists()
    assert client.post(url(world), sent(world, "Xã Nam") | {"message": "x" * 121}).status_code == 422
    assert client.post(url(world), sent(world, "Xã Nam") | {"shown": "nay"}).status_code == 422


def test_the_letter_as_a_draft_and_after_it_was_sent(client: Client) -> None:
    world = play_to("self_assessment")
    client.force_login(world.cast.giang)
    draft = client.post(
        reverse("documents:urging_letter_draft", args=[world.round.pk]),
        sent(world, "Xã Bắc", "Xã Nam", **(WITH_LETTER | {"number": ""})),
    )
    assert draft.status_code == 200
    words = "\n".join(Reading(draft.content).lines)
    for part in (
        "PHÒNG NỘI VỤ",
        "V/v đôn đốc thực hiện nhiệm vụ",
        "Kính gửi:",
        "- Ủy ban nhân dân xã Bắc;",
        "- Ủy ban nhân dân xã Nam.",
        "“Tự đánh giá” phải hoàn thành trước 15/12/2022 (hết 24 giờ ngày 14/12/2022)",
        "Đến ngày 13/12/2022, 2 cơ quan, đơn vị có tên ở trên chưa hoàn thành",
        "Khẩn trương.",
        "Lưu: VT, NV.",
    ):
        assert part in words, part
    assert not UrgingLetter.objects.exists()
    answer = client.post(url(world), sent(world, "Xã Bắc", **WITH_LETTER))
    assert answer["Location"] == url(world, "urgings")
    letter = UrgingLetter.objects.get()
    path = reverse("documents:urging_letter", args=[letter.pk])
    text = page(client, world, name="urgings")
    assert path in text
    assert "Công văn số 12" in text
    words = "\n".join(Reading(client.get(path).content).lines)
    for part in (
        "12/PNV",
        "ngày 13 tháng 12 năm 2022",
        "Kính gửi: Ủy ban nhân dân xã Bắc.",
        "đề nghị Ủy ban nhân dân xã Bắc hoàn thành chậm nhất là hết 24 giờ ngày 14/12/2022",
    ):
        assert part in words, part
    for name, status in (("an", 200), ("em", 404), ("ha", 200), ("khanh", 404), ("son", 404)):
        client.force_login(world.cast.everyone()[name])
        assert client.get(path).status_code == status, name


def test_a_letter_says_what_the_plan_said_when_it_was_sent(client: Client) -> None:
    world = play_to("self_assessment")
    client.force_login(world.cast.giang)
    client.post(url(world), sent(world, "Xã Bắc", **WITH_LETTER))
    path = reverse("documents:urging_letter", args=[UrgingLetter.objects.get().pk])
    was = Reading(client.get(path).content).lines
    assert "trước 15/12/2022 (hết 24 giờ ngày 14/12/2022)" in "\n".join(was)
    for hours, day in ((1, 17), (2, 19)):
        task = PlanTask.objects.get(code="3.1")
        assert task.ends_at
        at, words = AT + timedelta(hours=hours), f"Trước ngày {day}/12/2022"
        move_deadline(task, world.cast.giang, at, shown=task.ends_at, wording=words, reason="Lùi.")
    assert Reading(client.get(path).content).lines == was


def test_a_letter_of_the_committee_itself_about_a_span_of_months(client: Client) -> None:
    world = play_to("self_assessment")
    world.cast.office.name = "UBND huyện Bắc"
    world.cast.office.save()
    task = PlanTask.objects.get(code="4.2")
    task.bodies.update(kind="unit", unit=world.cast.south, label="Xã Nam")
    client.force_login(world.cast.giang)
    draft = client.post(
        reverse("documents:urging_letter_draft", args=[world.round.pk]),
        {"chosen": [f"{task.pk}-b{task.bodies.get().pk}"], "with_letter": "on", "number": "7", "day": "13/12/2022"},
    )
    words = "\n".join(Reading(draft.content).lines)
    assert "7/UBND" in words
    assert "phải hoàn thành trong tháng 12/2022" in words


def test_who_left_the_office_signs_no_letter() -> None:
    world = play_to("self_assessment")
    office = world.cast.office
    left = UserFactory(full_name="Lê Đã Nghỉ", title="Trưởng phòng", is_active=False)
    MembershipFactory(user=left, unit=office, role=Role.UNIT_APPROVER)
    assert signer_of_unit(office).name == ""
    assert signer_of_unit(office, left).name == "Lê Đã Nghỉ"  # What was signed stays signed.


def test_a_draft_to_nobody_is_refused_with_a_sentence(client: Client) -> None:
    world = play_to("self_assessment")
    client.force_login(world.cast.giang)
    path = reverse("documents:urging_letter_draft", args=[world.round.pk])
    answer = client.post(path, {"chosen": ["x", "1-u9"]})
    assert (answer.status_code, "Chưa chọn cơ quan" in answer.content.decode()) == (422, True)
    assert client.get(path).status_code == 405


def test_what_was_sent_with_who_opened_it(client: Client) -> None:
    world = play_to("self_assessment")
    reminding.run(SEVEN)
    client.force_login(world.cast.giang)
    client.post(url(world), sent(world, "Xã Nam"))
    Notice.objects.filter(recipient=world.cast.em).update(opened_at=AT)
    text = page(client, world, name="urgings")
    for part in ("Hệ thống nhắc tự động", "Hoàng Thị Giang", "4 người, 1 đã mở", "2 người, 1 đã mở", "Hà Thị Em"):
        assert part in text, part
    assert "Hệ thống nhắc tự động" not in page(client, world, "?loc=tay", name="urgings")


@pytest.mark.parametrize(
    ("name", "read", "write"),
    [
        ("giang", 200, 422),
        ("ha", 200, 403),
        ("an", 403, 403),
        ("khanh", 403, 403),
        ("dung", 403, 403),
        ("son", 404, 404),
    ],
)
def test_who_reads_and_who_may(client: Client, name: str, read: int, write: int) -> None:
    world = play_to("self_assessment")
    client.force_login(world.cast.everyone()[name])
    for route in ("chase", "urgings", "reminder_rules"):
        assert client.get(url(world, route)).status_code == read, route
    assert client.post(url(world), {"shown": "0"}).status_code == write
    assert client.post(url(world, "reminder_rules"), {"hour": "x"}).status_code == write
    draft = client.post(reverse("documents:urging_letter_draft", args=[world.round.pk]), {})
    assert draft.status_code == write
    assert not Reminder.objects.exists()


def test_the_head_reads_without_boxes_and_buttons(client: Client) -> None:
    world = play_to("self_assessment")
    client.force_login(world.cast.ha)
    text = page(client, world)
    assert "Xã Bắc" in text
    assert 'name="chosen"' not in text
    assert "Đôn đốc nơi đã chọn" not in text


def test_an_empty_list_says_so(client: Client) -> None:
    world = play_to("self_assessment")
    client.force_login(world.cast.giang)
    assert "Không có nơi nào cần đôn đốc" in page(client, world, "?loc=qua-han")


def test_the_rules_on_their_page(client: Client) -> None:
    world = play_to("self_assessment")
    client.force_login(world.cast.giang)
    text = page(client, world, name="reminder_rules")
    for part in ("7, 3, 1, 0 ngày", "1, 3, 7 ngày", "từ 7 giờ", "13/12, 14/12, 15/12, 17/12, 21/12/2022"):
        assert part in text, part
    given = {"is_on": "on", "days_before": "5; 2", "days_after": "", "hour": "8"}
    assert client.post(url(world, "reminder_rules"), given).status_code == 302
    rules = ReminderRules.objects.get()
    assert (rules.days_before, rules.days_after, rules.hour, rules.is_on) == ([5, 2], [], 8, True)
    assert "không nhắc" in page(client, world, name="reminder_rules")
    for wrong in ({"days_before": "hai"}, {"hour": ""}, {"hour": "25"}, {"days_after": "0"}):
        assert client.post(url(world, "reminder_rules"), given | wrong).status_code == 422, wrong


def test_the_clock_is_set_on_the_page_of_the_rules_until_the_publication(client: Client) -> None:
    world = play_to("supplement")
    client.force_login(world.cast.giang)
    path = reverse("rounds:rules", args=[world.round.pk])
    assert "Tự mở, khóa khi đến hạn" in client.get(path).content.decode()
    answer = client.post(path, {"report_required": "on", "evidence_months_before": "9"})
    assert answer.status_code == 302
    round = Round.objects.get()
    assert (round.moves_by_clock, round.report_required, round.evidence_months_before) == (False, False, 2)
    assert client.post(path, {}).status_code == 422
    Round.objects.update(stage="published")
    assert client.post(path, {"moves_by_clock": "on"}).status_code == 422


def test_more_units_cost_no_more_queries(client: Client) -> None:
    world = play_to("self_assessment")
    reminding.run(SEVEN)
    client.force_login(world.cast.giang)
    grow(world, 3)
    few = queries(client, world)
    grow(world, 30)
    assert queries(client, world) == few
    assert max(few) < 40


def queries(client: Client, world: World) -> list[int]:
    found = []
    for route in ("chase", "urgings", "reminder_rules"):
        page(client, world, name=route)
        with CaptureQueriesContext(connection) as captured:
            page(client, world, name=route)
        found.append(len(captured))
    return found
