"""Việc cần làm: for each role and stage the real next step, and exactly one filled button."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chiso.assessments.actions import dossier as dossiers
from chiso.home.steps import HomePage, home_page
from chiso.notices.models import Notice
from chiso.organizations import clock
from chiso.organizations.choices import Role
from chiso.organizations.models import User
from tests.factories import MembershipFactory, UnitFactory
from tests.world import NORTH, World, moment, play_to

pytestmark = pytest.mark.django_db

NOW = {
    "preparation": "20/11/2022 09:00",
    "self_assessment": "01/12/2022 09:00",
    "submitted": "14/12/2022 11:00",
    "aggregation": "15/12/2022 09:00",
    "appraisal": "20/12/2022 09:00",
    "notice": "26/12/2022 09:00",
    "supplement": "30/12/2022 09:00",
    "reappraisal": "04/01/2023 09:00",
    "council": "06/01/2023 09:00",
    "approval": "09/01/2023 15:00",
    "approved": "10/01/2023 15:00",
    "published": "13/01/2023 15:00",
}

# Who must do what: (stage, person, the first step's action, where it leads).
EXPECTED = [
    ("preparation", "giang", "Mở tự đánh giá, chấm điểm…", "assessments:advance"),
    ("self_assessment", "an", "Nhập số liệu", "assessments:leaf"),
    ("self_assessment", "binh", "Nhập số liệu", "assessments:leaf"),
    ("self_assessment", "giang", "Theo dõi, đôn đốc", "assessments:round"),
    ("submitted", "giang", "Khóa tự đánh giá, tổng hợp…", "assessments:advance"),
    ("aggregation", "giang", "Chuyển Tổ Chuyên viên thẩm định…", "assessments:advance"),
    ("appraisal", "chi", "Thẩm định", "assessments:appraisal"),
    ("appraisal", "khanh", "Thẩm định", "assessments:appraisal"),
    ("notice", "giang", "Soạn thông báo…", "assessments:send_notices"),
    ("supplement", "an", "Xem thông báo", "assessments:notice"),
    ("reappraisal", "chi", "Thẩm định", "assessments:appraisal"),
    ("council", "giang", "Triệu tập họp…", "assessments:meetings"),
    ("council", "lan", "Triệu tập họp…", "assessments:meetings"),
    ("approval", "giang", "Lập tờ trình", "results:submit"),
    ("approved", "giang", "Công bố kết quả", "documents:publish"),
]
NOTHING = [
    ("preparation", "an"),
    ("self_assessment", "chi"),
    ("self_assessment", "ha"),
    ("submitted", "an"),
    ("appraisal", "an"),
    ("appraisal", "giang"),
    ("notice", "khanh"),
    ("council", "mai"),
    ("approval", "ha"),
    ("published", "giang"),
    ("published", "an"),
    ("published", "son"),
]


def at(stage: str) -> datetime:
    return moment(NOW[stage])


def page_for(world: World, name: str, stage: str) -> HomePage:
    return home_page(User.objects.get(pk=world.cast.everyone()[name].pk), at(stage))


@pytest.mark.parametrize(("stage", "name", "action", "route"), EXPECTED)
def test_the_first_step_is_the_one_that_is_due(stage: str, name: str, action: str, route: str) -> None:
    world = play_to(stage)
    page = page_for(world, name, stage)
    first = page.cards[0]
    assert first.action == action
    pk = world.round.pk if "round" in route or "advance" in route else None
    assert first.url.startswith(reverse(route, args=[pk]) if pk else "/")
    assert [card.is_primary for card in page.cards] == [True] + [False] * (len(page.cards) - 1)


@pytest.mark.parametrize(("stage", "name"), NOTHING)
def test_nothing_is_asked_of_those_who_wait(stage: str, name: str) -> None:
    assert page_for(play_to(stage), name, stage).cards == ()


def test_a_unit_is_told_which_leaves_lack_facts_and_which_lack_papers() -> None:
    world = play_to("self_assessment")
    world.fill(world.cast.north, world.cast.an, {"1.1": NORTH["1.1"], "2.1": NORTH["2.1"]}, at("self_assessment"))
    page = page_for(world, "an", "self_assessment")
    unproved, empty = page.cards[:2]
    assert (unproved.action, unproved.note) == ("Bổ sung tài liệu", "1.1")
    assert unproved.title == "1 tiêu chí thiếu tài liệu kiểm chứng"
    assert (empty.title, empty.note) == ("2 tiêu chí chưa nhập số liệu", "1.2, 2.2")
    assert "tự chấm 7,40/16" in page.standings[0].progress.label  # type: ignore[union-attr]


def test_the_deadline_is_counted_down_and_turns_urgent() -> None:
    world = play_to("self_assessment")
    an = User.objects.get(pk=world.cast.an.pk)
    early, late = home_page(an, moment("01/12/2022 09:00")), home_page(an, moment("12/12/2022 22:00"))
    assert not early.is_urgent
    assert (late.is_urgent, late.left) == (True, "Còn 2 ngày 2 giờ")
    assert late.cards[0].due == "hết 24 giờ ngày 14/12/2022"


def test_the_leader_of_a_unit_is_asked_to_sign() -> None:
    world = play_to("self_assessment")
    dossiers.request_review(world.dossier(world.cast.north), world.cast.an, at("self_assessment"))
    page = page_for(world, "binh", "self_assessment")
    assert page.cards[0].title == "Hồ sơ chờ ký duyệt, nộp"
    assert page_for(world, "an", "self_assessment").cards == ()


def test_a_returned_dossier_says_why() -> None:
    world = play_to("aggregation")
    dossiers.return_dossier(
        world.dossier(world.cast.north),
        world.cast.giang,
        at("aggregation"),
        reason="Thiếu chữ ký.",
        until=at("aggregation") + timedelta(days=2),
    )
    first = page_for(world, "an", "aggregation").cards[0]
    assert (first.title, first.note) == ("Hồ sơ bị trả lại để hoàn thiện", "Thiếu chữ ký")
    assert page_for(world, "giang", "aggregation").cards[0].title == "1 đơn vị chưa nộp, chưa ghi nhận không nộp"


def test_a_late_unit_is_told_whom_to_ask() -> None:
    world = play_to("self_assessment")
    page = home_page(User.objects.get(pk=world.cast.an.pk), moment("30/12/2022 09:00"))
    assert page.is_late
    assert page.cards[0].title == "Hồ sơ chưa nộp, đã quá hạn"
    assert "Phòng Nội vụ" in page.cards[0].note


def test_a_cut_leaf_is_to_be_explained_and_sent() -> None:
    world = play_to("supplement")
    page = page_for(world, "binh", "supplement")
    actions = [card.action for card in page.cards]
    assert actions == ["Xem thông báo", "Giải trình", "Kiểm tra, gửi giải trình"]
    assert page.cards[1].note == "2.1"


def test_the_council_votes_concludes_and_adopts() -> None:
    world = play_to("council")
    world.meeting_open()
    assert page_for(world, "dung", "council").cards[0].action == "Kết luận phiên họp…"
    assert page_for(world, "mai", "council").cards == ()


def test_the_head_decides_on_a_waiting_submission(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    world = play_to("approval")
    monkeypatch.setattr(clock, "now", lambda: at("approval"))
    client.force_login(world.cast.giang)
    client.post(reverse("results:submit", args=[world.round.pk]), {"number": "5/TTr", "text": "Trình."})
    first = page_for(world, "ha", "approval").cards[0]
    assert (first.action, first.url) == ("Xem xét, phê duyệt", reverse("results:approval", args=[world.round.pk]))
    assert page_for(world, "giang", "approval").cards == ()


def test_home_has_one_filled_button_and_the_notices(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    world = play_to("supplement")
    monkeypatch.setattr(clock, "now", lambda: at("supplement"))
    client.force_login(world.cast.binh)
    page = client.get(reverse("home")).content.decode()
    assert page.count("button-primary") == 1
    assert "Thông báo kết quả sơ bộ số 4/TB-PNV" in page
    assert "Chào đồng chí Bình." in page


def test_home_without_work_says_so(client: Client) -> None:
    world = play_to("preparation")
    client.force_login(world.cast.son)
    assert "Không có việc nào đến lượt" in client.get(reverse("home")).content.decode()


def test_home_asks_for_sign_in(client: Client) -> None:
    answer = client.get(reverse("home"))
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{reverse('account_login')}?next=/")


def test_a_notice_opens_at_the_one_place_that_opens_them(client: Client) -> None:
    world = play_to("supplement")
    notice = Notice.objects.filter(recipient=world.cast.an).latest("sent_at")
    client.force_login(world.cast.an)
    link = f'<a href="{reverse("notices:open", args=[notice.pk])}">'
    page = client.get(reverse("home")).content.decode()
    assert link in page
    assert f'action="/thong-bao/{notice.pk}/' not in page  # No second way, which would need a form.
    assert client.get(reverse("notices:open", args=[notice.pk])).headers["Location"] == notice.url
    lines = {line.url: line.is_new for line in home_page(world.cast.an, at("supplement")).notices}
    assert lines[reverse("notices:open", args=[notice.pk])] is False


def test_a_notice_without_a_page_is_no_link_once_read() -> None:
    world = play_to("preparation")
    row = Notice.objects.create(recipient=world.cast.son, text="Chào.", sent_at=at("preparation"))
    [line] = home_page(world.cast.son, at("preparation")).notices
    assert (line.is_new, line.url) == (True, reverse("notices:open", args=[row.pk]))
    Notice.objects.update(opened_at=at("preparation"))
    [line] = home_page(world.cast.son, at("preparation")).notices
    assert (line.is_new, line.url) == (False, "")


@pytest.fixture
def queries() -> CaptureQueriesContext:
    return CaptureQueriesContext(connection)


COUNTS = {
    ("self_assessment", "an"): 10,
    ("self_assessment", "giang"): 11,
    ("supplement", "an"): 13,
    ("appraisal", "chi"): 8,
    ("council", "dung"): 7,
    ("approval", "ha"): 9,
}


@pytest.mark.parametrize(("stage", "name"), COUNTS)
def test_home_asks_a_fixed_number_of_questions(stage: str, name: str, queries: CaptureQueriesContext) -> None:
    world = play_to(stage)
    page_for(world, name, stage)  # The parsed set is remembered by the process.
    user = User.objects.get(pk=world.cast.everyone()[name].pk)
    with queries:
        home_page(user, at(stage))
    assert len(queries) == COUNTS[stage, name], "\n".join(query["sql"][:160] for query in queries.captured_queries)


def test_three_more_units_ask_nothing_more_of_the_coordinator() -> None:
    world = play_to("preparation")
    block = world.round.blocks.get()
    for _number in range(3):
        unit = UnitFactory(parent=world.cast.authority)
        MembershipFactory(unit=unit, role=Role.UNIT_EDITOR)
        block.participants.create(round=world.round, unit=unit)
    world.self_assessment()
    page_for(world, "giang", "self_assessment")
    user = User.objects.get(pk=world.cast.giang.pk)
    with CaptureQueriesContext(connection) as queries:
        page = home_page(user, at("self_assessment"))
    assert page.cards[0].title == "5 đơn vị chưa nộp hồ sơ"
    assert len(queries) == COUNTS["self_assessment", "giang"]
