"""A unit shares its work: who answers for which leaf, until when; told, counted, handed over; never a lock."""

from datetime import date, datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chiso.assessments.actions import dossier as dossiers
from chiso.assessments.actions.sharing import assign_leaves, hand_over_leaves
from chiso.assessments.choices import DossierState
from chiso.assessments.models import Dossier, Entry
from chiso.audit.models import AuditEntry
from chiso.common.refusals import RuleViolation
from chiso.home.steps import home_page
from chiso.indexsets.answers import Answer
from chiso.notices.models import Notice
from chiso.organizations import clock
from chiso.organizations.choices import Role
from chiso.organizations.models import User
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Round
from tests.factories import MembershipFactory, UserFactory
from tests.world import NORTH, World, moment, play_to

pytestmark = pytest.mark.django_db

NOW = moment("01/12/2022 09:00")
UNTIL = date(2022, 12, 10)


@pytest.fixture(autouse=True)
def _morning(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, NOW)


def set_clock(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: at)


@pytest.fixture
def world() -> World:
    return play_to("self_assessment")


@pytest.fixture
def hoa(world: World) -> User:
    """A second official of Xã Bắc."""
    user = UserFactory(email="hoa@chiso.example", full_name="Nông Thị Hoa", title="Công chức Địa chính")
    MembershipFactory(user=user, unit=world.cast.north, role=Role.UNIT_EDITOR)
    return user


def dossier(world: World) -> Dossier:
    return world.dossier(world.cast.north)


def give(world: World, codes: list[str], to: User | None, until: date | None = UNTIL, at: datetime = NOW) -> int:
    return assign_leaves(dossier(world), world.cast.binh, at, codes=codes, to=to, until=until)


def shares() -> dict[str, tuple[str, date | None]]:
    rows = Entry.objects.filter(assigned_to__isnull=False).select_related("assigned_to").order_by("code")
    return {row.code: (row.assigned_to.full_name, row.assigned_until) for row in rows if row.assigned_to}


def url(world: World, route: str = "sharing") -> str:
    return reverse(f"assessments:{route}", args=[dossier(world).pk])


def as_user(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


# ---- actions -------------------------------------------------------------------


def test_an_area_and_a_leaf_go_to_an_official_with_one_message(world: World) -> None:
    an = world.cast.an
    assert give(world, ["1", "2.1"], an) == 3
    assert shares() == dict.fromkeys(("1.1", "1.2", "2.1"), (an.full_name, UNTIL))
    told = Notice.objects.get(recipient=an, text__contains="giao bạn")
    assert told.text == (
        "Lương Văn Bình giao bạn phụ trách 3 tiêu chí (1.1, 1.2, 2.1). Hạn nội bộ: hết ngày 10/12/2022."
    )
    assert told.url == url(world) + "?loc=cua-toi"
    entry = AuditEntry.objects.latest("pk")
    assert entry.code == "dossier.assign_leaves"
    assert entry.changes["1.1"] == [[None, None], [an.pk, "2022-12-10"]]


def test_leaves_the_unit_does_not_score_are_not_given(world: World) -> None:
    """P.1 is counted by the server's clock."""
    with pytest.raises(RuleViolation, match="Chưa chọn tiêu chí nào mà đơn vị tự chấm"):
        give(world, ["P.1"], world.cast.an)
    give(world, ["P", "B", "không có"], world.cast.an)
    assert set(shares()) == {"B.1"}


def test_the_same_again_changes_nothing_and_tells_nobody(world: World) -> None:
    give(world, ["1"], world.cast.an)
    with pytest.raises(RuleViolation, match="vốn được phân công như vậy"):
        give(world, ["1"], world.cast.an)
    assert Notice.objects.filter(recipient=world.cast.an, text__contains="giao bạn").count() == 1
    assert give(world, ["1", "2.1"], world.cast.an) == 1


def test_leaves_are_taken_back_without_a_deadline(world: World) -> None:
    give(world, ["1"], world.cast.an)
    assert give(world, ["1.1"], None) == 1
    row = Entry.objects.get(dossier=dossier(world), code="1.1")
    assert (row.assigned_to, row.assigned_until) == (None, None)


def test_the_leader_is_not_told_of_leaves_kept_for_oneself(world: World) -> None:
    give(world, ["1"], world.cast.binh)
    assert not Notice.objects.filter(recipient=world.cast.binh, text__contains="giao bạn").exists()


@pytest.mark.parametrize("name", ["em", "giang", "son", "chi"])
def test_only_officials_of_the_unit_get_leaves(world: World, name: str) -> None:
    with pytest.raises(RuleViolation, match="không phải công chức hoặc lãnh đạo của Xã Bắc"):
        give(world, ["1"], world.cast.everyone()[name])


def test_whoever_left_gets_no_leaves(world: World) -> None:
    User.objects.filter(pk=world.cast.an.pk).update(is_active=False)
    with pytest.raises(RuleViolation, match="không phải công chức"):
        give(world, ["1"], User.objects.get(pk=world.cast.an.pk))


@pytest.mark.parametrize(
    ("until", "at", "sentence"),
    [
        (date(2022, 12, 15), "01/12/2022 09:00", r"sau hạn nộp hồ sơ \(hết 24 giờ ngày 14/12/2022\)"),
        (date(2022, 11, 30), "01/12/2022 09:00", "từ hôm nay trở đi"),
        (date(2022, 12, 20), "16/12/2022 09:00", "sau hạn nộp hồ sơ"),
    ],
)
def test_an_inner_deadline_lies_between_today_and_the_deadline(
    world: World, until: date, at: str, sentence: str
) -> None:
    with pytest.raises(RuleViolation, match=sentence):
        give(world, ["1"], world.cast.an, until, moment(at))
    assert shares() == {}


@pytest.mark.parametrize(
    ("until", "at"),
    [
        (date(2022, 12, 14), "01/12/2022 09:00"),
        (date(2022, 12, 1), "01/12/2022 23:59"),
        # The deadline has passed; late dossiers are taken for five days.
        (date(2022, 12, 19), "16/12/2022 09:00"),
    ],
)
def test_the_last_day_itself_is_allowed(world: World, until: date, at: str) -> None:
    assert give(world, ["1"], world.cast.an, until, moment(at)) == 2


@pytest.mark.parametrize("name", ["an", "em", "phuc", "giang", "ha", "khanh"])
def test_only_the_units_own_leader_shares(world: World, name: str) -> None:
    person = world.cast.everyone()[name]
    with pytest.raises(PermissionDenied):
        assign_leaves(dossier(world), person, NOW, codes=["1"], to=world.cast.an)
    with pytest.raises(PermissionDenied):
        hand_over_leaves(dossier(world), person, NOW, giver=world.cast.an, to=world.cast.binh)


def test_work_is_shared_while_the_unit_holds_it_and_while_it_explains(world: World) -> None:
    give(world, ["2"], world.cast.an)
    fitting = set()
    for stage in StageKey:
        for state in DossierState:
            Round.objects.update(stage=stage)
            Dossier.objects.update(state=state)
            Entry.objects.update(assigned_to=None)
            try:
                give(world, ["1"], world.cast.an, None)
            except RuleViolation:
                continue
            fitting.add((stage.value, state.value))
    in_hand = ("draft", "internal_review", "returned")
    assert fitting == {
        *((stage, state) for stage in ("self_assessment", "aggregation") for state in in_hand),
        ("supplement", "notified"),
        ("supplement", "supplementing"),
    }


def test_everything_of_one_person_goes_to_another(world: World, hoa: User) -> None:
    give(world, ["1"], world.cast.an)
    give(world, ["2.1"], hoa, date(2022, 12, 12))
    assert hand_over_leaves(dossier(world), world.cast.binh, NOW, giver=world.cast.an, to=hoa) == 2
    assert shares() == {
        "1.1": (hoa.full_name, UNTIL),
        "1.2": (hoa.full_name, UNTIL),
        "2.1": (hoa.full_name, date(2022, 12, 12)),
    }
    told = Notice.objects.filter(recipient=hoa).latest("pk")
    assert "2 tiêu chí (1.1, 1.2). Hạn nội bộ: hết ngày 10/12/2022" in told.text
    assert AuditEntry.objects.latest("pk").changes["1.1"] == [world.cast.an.pk, hoa.pk]


def test_a_second_hand_over_finds_nothing(world: World, hoa: User) -> None:
    give(world, ["1"], world.cast.an)
    hand_over_leaves(dossier(world), world.cast.binh, NOW, giver=world.cast.an, to=hoa)
    with pytest.raises(RuleViolation, match="không còn phụ trách tiêu chí nào"):
        hand_over_leaves(dossier(world), world.cast.binh, NOW, giver=world.cast.an, to=hoa)
    with pytest.raises(RuleViolation, match="là một"):
        hand_over_leaves(dossier(world), world.cast.binh, NOW, giver=hoa, to=hoa)


def test_a_colleague_may_enter_and_the_share_stays(world: World, hoa: User) -> None:
    """The page was read before the leader gave the leaf: saving it keeps what the leader did."""
    read_before = world.entry(world.cast.north, "1.1")
    give(world, ["1.1"], hoa)
    dossiers.save_entry(read_before, world.cast.an, NOW, version=0, answer=Answer({"level": "1"}))
    row = Entry.objects.get(pk=read_before.pk)
    assert (row.assigned_to, row.assigned_until, row.facts) == (hoa, UNTIL, {"level": "1"})


# ---- the page ------------------------------------------------------------------


def test_the_leader_shares_on_the_page(client: Client, world: World, hoa: User) -> None:
    page = as_user(client, world.cast.binh)
    assert "5 tiêu chí chưa giao cho ai." in page.get(url(world)).content.decode()
    sent = {"codes": ["1", "2.1"], "to": hoa.pk, "until": "10/12/2022"}
    answer = page.post(url(world), sent)
    assert (answer.status_code, answer["Location"]) == (302, url(world))
    text = page.get(url(world)).content.decode()
    assert "Đã phân công lại 3 tiêu chí." in text
    assert "2 tiêu chí chưa giao cho ai." in text
    assert "Nông Thị Hoa" in text
    assert "0/3 tiêu chí xong" in text
    page.post(url(world) + "?loc=chua-giao", {"codes": ["2.1"], "take_back": "1"})
    assert set(shares()) == {"1.1", "1.2"}


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"to": "an"}, "Chưa chọn tiêu chí nào."),
        ({"codes": ["1"]}, "Chưa chọn người nhận việc."),
        ({"codes": ["9.9"], "to": "an"}, "Không có tiêu chí 9.9 trong hồ sơ."),
        ({"codes": ["1"], "to": "em"}, "Hãy chọn một lựa chọn hợp lệ"),
        ({"codes": ["1"], "to": "an", "until": "31/02/2022"}, "không phải là ngày"),
        ({"codes": ["1"], "to": "an", "until": "20/12/2022"}, "sau hạn nộp hồ sơ"),
    ],
)
def test_the_page_refuses_with_a_sentence_and_keeps_the_ticks(
    client: Client, world: World, sent: dict[str, Any], sentence: str
) -> None:
    given = dict(sent)
    if "to" in given:
        given["to"] = world.cast.everyone()[given["to"]].pk
    answer = as_user(client, world.cast.binh).post(url(world), given)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in text or "em" in sent.values()
    assert shares() == {}
    if sent.get("codes") == ["1"]:
        assert 'value="1" checked' in text


@pytest.mark.parametrize(
    ("name", "get", "post"),
    [("an", 200, 403), ("giang", 403, 403), ("ha", 403, 403), ("em", 404, 404), ("son", 404, 404), ("khanh", 404, 404)],
)
def test_how_a_unit_shares_its_work_is_its_own_affair(
    client: Client, world: World, name: str, get: int, post: int
) -> None:
    person = as_user(client, world.cast.everyone()[name])
    assert person.get(url(world)).status_code == get
    assert person.post(url(world), {"codes": ["1"], "to": world.cast.an.pk}).status_code == post
    sent = {"giver": world.cast.an.pk, "receiver": world.cast.binh.pk}
    assert person.post(url(world, "hand_over"), sent).status_code == post
    assert shares() == {}


def test_an_official_sees_the_own_share_and_no_form(client: Client, world: World, hoa: User) -> None:
    give(world, ["1"], world.cast.an)
    give(world, ["2.1"], hoa)
    text = as_user(client, world.cast.an).get(url(world) + "?loc=cua-toi").content.decode()
    assert "1.1" in text
    assert "2.1 " not in text
    assert "Của tôi (2)" in text
    assert "Giao việc" not in text
    free = client.get(url(world) + "?loc=chua-giao").content.decode()
    assert "2.2 " in free
    assert "1.1 " not in free
    assert "2.1 " in client.get(f"{url(world)}?loc={hoa.pk}").content.decode()
    assert client.get(url(world) + "?loc=<script>").status_code == 200


def test_progress_and_overdue_are_counted(client: Client, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    give(world, ["1", "2.1"], world.cast.an)
    world.fill(world.cast.north, world.cast.an, {"1.2": NORTH["1.2"]}, NOW)
    assert "1/3 tiêu chí xong" in as_user(client, world.cast.binh).get(url(world)).content.decode()
    set_clock(monkeypatch, moment("11/12/2022 08:00"))
    text = client.get(url(world)).content.decode()
    assert "quá hạn 2" in text


def test_whoever_left_is_marked_and_hands_over(client: Client, world: World, hoa: User) -> None:
    give(world, ["1"], world.cast.an)
    world.cast.an.memberships.all().delete()
    text = as_user(client, world.cast.binh).get(url(world)).content.decode()
    assert "không còn ở đơn vị" in text
    answer = client.post(url(world, "hand_over"), {"giver": world.cast.an.pk, "receiver": hoa.pk})
    assert answer.status_code == 302
    assert {name for name, _until in shares().values()} == {hoa.full_name}
    assert "không còn ở đơn vị" not in client.get(url(world)).content.decode()
    again = client.post(url(world, "hand_over"), {"giver": world.cast.an.pk, "receiver": hoa.pk})
    assert again.status_code == 422


def test_a_locked_dossier_says_why(client: Client, world: World) -> None:
    Dossier.objects.update(state=DossierState.SUBMITTED)
    text = as_user(client, world.cast.binh).get(url(world)).content.decode()
    assert "Hồ sơ đã nộp nên khóa" in text
    assert "Giao việc" not in text
    assert client.post(url(world), {"codes": ["1"], "to": world.cast.an.pk}).status_code == 422


@pytest.mark.parametrize("shared", [[], ["1", "2", "B"]], ids=["nothing", "everything"])
def test_the_page_asks_a_fixed_number_of_queries(client: Client, world: World, shared: list[str]) -> None:
    if shared:
        give(world, shared, world.cast.an)
    binh = as_user(client, world.cast.binh)
    binh.get(url(world))
    with CaptureQueriesContext(connection) as asked:
        assert binh.get(url(world)).status_code == 200
    assert len(asked) == 8


# ---- home ----------------------------------------------------------------------


def home(world: World, name: str, at: datetime = NOW) -> list[tuple[str, str, str]]:
    page = home_page(User.objects.get(pk=world.cast.everyone()[name].pk), at)
    return [(card.title, card.note, card.due) for card in page.cards]


def test_home_tells_an_official_the_own_share_first(world: World) -> None:
    give(world, ["1", "2.1"], world.cast.an)
    assert home(world, "an")[0] == (
        "Tiêu chí được giao: 3 chưa xong",
        "Hạn nội bộ 10/12/2022 · 1.1, 1.2, 2.1",
        "hết 24 giờ ngày 14/12/2022",
    )
    world.fill(world.cast.north, world.cast.an, {"1.2": NORTH["1.2"], "2.1": NORTH["2.1"]}, NOW)
    assert home(world, "an")[0][:2] == ("Tiêu chí được giao: 1 chưa xong", "Hạn nội bộ 10/12/2022 · 1.1")
    assert not any("được giao" in title for title, _note, _due in home(world, "binh"))
    assert home(world, "an", moment("11/12/2022 08:00"))[0][1] == "Đã quá hạn nội bộ 10/12/2022 · 1.1"


def test_home_asks_the_leader_to_share_at_the_start_and_what_was_left_over(world: World) -> None:
    assert any(title == "5 tiêu chí chưa giao cho ai" for title, _note, _due in home(world, "binh"))
    assert not any("chưa giao" in title for title, _note, _due in home(world, "an"))
    world.fill(world.cast.north, world.cast.an, {"1.2": NORTH["1.2"]}, NOW)
    # A unit that works without sharing is not asked again.
    assert not any("chưa giao" in title for title, _note, _due in home(world, "binh"))
    give(world, ["1", "2"], world.cast.an)
    assert ("1 tiêu chí chưa giao cho ai", "B.1") in [card[:2] for card in home(world, "binh")]
