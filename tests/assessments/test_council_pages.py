"""The council's pages: convening, opening, proposing, voting, concluding, adopting."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chiso.assessments.actions import council
from chiso.assessments.choices import MeetingState, Outcome
from chiso.assessments.models import Appraisal, Entry, Explanation, Meeting, Motion, Vote
from chiso.assessments.pages.adoption_page import standings_of
from chiso.assessments.scores import copy_of, counting, facts_of, with_all_scores
from chiso.indexsets.answers import Answer
from chiso.organizations import clock
from chiso.organizations.models import Unit
from chiso.rounds.choices import Panel, StageKey
from chiso.rounds.models import Conflict, Round
from tests.world import World, moment, play_to

pytestmark = pytest.mark.django_db

NOW = moment("09/01/2023 08:00")


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def as_(client: Client, world: World, name: str) -> Client:
    client.force_login(world.cast.everyone()[name])
    return client


def meetings_url(world: World) -> str:
    return reverse("assessments:meetings", args=[world.round.pk])


def url(world: World, name: str, *more: str) -> str:
    return reverse(f"assessments:{name}", args=[world.meeting.pk, *more])


def in_session() -> World:
    """The council sits: chair Dũng, secretary Lan and Mai are here."""
    world = play_to("council")
    world.meeting_open()
    return world


def motion_on(world: World, score: str = "5") -> Motion:
    entry = world.entry(world.cast.north, "2.1")
    answer = Answer(entry.facts, decided=Decimal(score))
    return council.propose_motion(world.meeting, world.cast.lan, NOW, entry=entry, answer=answer, reason="Ghi nhận.")


def vote(client: Client, motion: Motion, choice: str) -> int:
    return client.post(reverse("assessments:vote", args=[motion.pk]), {"choice": choice}).status_code


def conclude(client: Client, motion: Motion) -> int:
    return client.post(reverse("assessments:conclude", args=[motion.pk])).status_code


# ---- convening and opening -------------------------------------------------------------


def test_the_secretary_convenes_with_day_hour_and_place(client: Client) -> None:
    world = play_to("council")
    data = {"day": "10/01/2023", "hour": "08:30", "place": "Phòng họp số 2"}
    answer = as_(client, world, "lan").post(meetings_url(world), data)
    meeting = Meeting.objects.get()
    assert answer["Location"] == reverse("assessments:meeting", args=[meeting.pk])
    assert (meeting.held_at, meeting.place) == (moment("10/01/2023 08:30"), "Phòng họp số 2")
    page = client.get(meetings_url(world)).content.decode()
    assert "08:30 ngày 10/01/2023" in page
    assert "Đang có một phiên họp chưa kết thúc." in page
    again = client.post(meetings_url(world), data)
    assert again.status_code == 422
    assert Meeting.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"day": "2023-01-10"}, "không phải là ngày"),
        ({"hour": "8h30"}, "Viết giờ:phút, như 08:30."),
        ({"hour": "08"}, "Viết giờ:phút, như 08:30."),
        ({"place": ""}, "Chưa nhập địa điểm."),
        ({"day": "01/01/2023"}, "phải từ bây giờ trở đi"),
    ],
)
def test_a_wrong_invitation_is_told(client: Client, data: dict[str, str], sentence: str) -> None:
    world = play_to("council")
    whole = {"day": "10/01/2023", "hour": "08:30", "place": "Phòng họp"} | data
    answer = as_(client, world, "lan").post(meetings_url(world), whole)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_meetings_wait_for_their_stage_and_are_closed_to_units(client: Client) -> None:
    world = play_to("reappraisal")
    data = {"day": "10/01/2023", "hour": "08:30", "place": "Phòng họp"}
    answer = as_(client, world, "lan").post(meetings_url(world), data)
    assert answer.status_code == 422
    for name, status in {"an": 403, "son": 404, "mai": 200, "chi": 200, "ha": 200}.items():
        assert as_(client, world, name).get(meetings_url(world)).status_code == status, name
    client.logout()
    assert client.get(meetings_url(world)).status_code == 302
    assert as_(client, world, "mai").post(meetings_url(world), data).status_code == 403


def test_the_chair_opens_with_more_than_half(client: Client) -> None:
    world = play_to("council")
    council.convene_meeting(world.round, world.cast.lan, NOW, held_at=NOW, place="Phòng họp")
    seats = {seat.user_id: str(seat.pk) for seat in world.round.panel_members.filter(panel=Panel.COUNCIL)}
    as_(client, world, "dung")
    assert "Lục Thị Lan" in client.get(url(world, "open_meeting")).content.decode()
    few = client.post(url(world, "open_meeting"), {"present": [seats[world.cast.lan.pk]]})
    assert few.status_code == 422
    assert "chưa quá nửa" in few.content.decode()
    assert client.post(url(world, "open_meeting"), {"present": []}).status_code == 422
    enough = {"present": [seats[world.cast.dung.pk], seats[world.cast.lan.pk]]}
    assert client.post(url(world, "open_meeting"), enough).status_code == 302
    assert world.meeting.state == MeetingState.OPEN
    assert "Có mặt 2/3 thành viên" in client.get(url(world, "meeting")).content.decode()
    assert client.post(url(world, "open_meeting"), enough).status_code == 422


def test_only_the_chair_opens_and_adopts(client: Client) -> None:
    world = in_session()
    for page in ("open_meeting", "adopt"):
        for name, status in {"lan": 403, "mai": 403, "giang": 403, "an": 404, "son": 404}.items():
            assert as_(client, world, name).get(url(world, page)).status_code == status, (page, name)


# ---- disputes and motions ----------------------------------------------------------------


def test_the_meeting_shows_disputes_with_their_whole_thread(client: Client) -> None:
    world = in_session()
    page = as_(client, world, "lan").get(url(world, "meeting")).content.decode()
    for text in ("Xã Bắc · 2.1", "đề nghị 5,40, thẩm định 4,80", "Chu Thị Mai", "Đơn vị đề nghị điểm khác: 1"):
        assert text in page
    assert url(world, "item", "2.1", "01") in page
    page = client.get(url(world, "item", "2.1", "01")).content.decode()
    for text in ("Xã Bắc · 2.1 Hồ sơ đúng hạn", "Không khớp Cổng", "Có văn bản.", "Chưa đủ căn cứ."):
        assert text in page
    assert url(world, "propose", "2.1", "01") in page
    seen = as_(client, world, "mai").get(url(world, "item", "2.1", "01")).content.decode()
    assert "Có văn bản." in seen
    assert url(world, "propose", "2.1", "01") not in seen


def test_an_accepted_answer_is_no_dispute_but_a_deep_cut_is(client: Client) -> None:
    world = in_session()
    second = Appraisal.objects.get(pass_number=2)
    asked = Explanation.objects.get()
    Appraisal.objects.filter(pk=second.pk).update(**copy_of(asked))
    page = as_(client, world, "lan").get(url(world, "meeting")).content.decode()
    assert "Không có mục nào cần Hội đồng xem xét." in page
    deep = Appraisal.objects.get(entry__code="1.1", entry__dossier__unit__code="01")
    Appraisal.objects.filter(pk=deep.pk).update(score=Decimal("1.01"))
    assert "Không có mục nào" in client.get(url(world, "meeting")).content.decode()
    Appraisal.objects.filter(pk=deep.pk).update(score=Decimal("1"))
    page = client.get(url(world, "meeting")).content.decode()
    assert "Xã Bắc · 1.1" in page
    assert "hạ 1,00 trên tối đa 2" in page
    Round.objects.update(large_cut_percent=51)
    assert "Không có mục nào" in client.get(url(world, "meeting")).content.decode()


def test_the_team_sees_disputes_of_its_own_leaves_only(client: Client) -> None:
    world = in_session()
    assert "Xã Bắc · 2.1" in as_(client, world, "chi").get(url(world, "meeting")).content.decode()
    world.cast.chi.panel_seats.get().assignments.filter(criterion__code="2.1").delete()
    assert "Xã Bắc · 2.1" not in client.get(url(world, "meeting")).content.decode()


@pytest.mark.parametrize(
    ("data", "score"),
    [({"choice": "keep"}, "4.80"), ({"choice": "proposed"}, "5.40"), ({"choice": "decided", "points": "5,25"}, "5.25")],
)
def test_the_secretary_puts_a_score_to_the_vote(client: Client, data: dict[str, str], score: str) -> None:
    world = in_session()
    answer = as_(client, world, "lan").post(url(world, "propose", "2.1", "01"), data | {"reason": "Xem lại."})
    assert answer["Location"] == f"{url(world, 'item', '2.1', '01')}#bieu-quyet"
    motion = Motion.objects.get()
    assert (f"{motion.score:.2f}", motion.facts) == (score, motion.facts)
    page = client.get(url(world, "meeting")).content.decode()
    assert f'1. <a href="{url(world, "item", "2.1", "01")}">Xã Bắc · 2.1' in page
    assert url(world, "propose", "2.1", "01") not in client.get(url(world, "item", "2.1", "01")).content.decode()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"reason": "Xem."}, "Chưa chọn điểm đề nghị."),
        ({"choice": "keep"}, "Chưa nêu lý do"),
        ({"choice": "decided", "reason": "Xem."}, "Chưa nhập điểm khác."),
        ({"choice": "decided", "points": "9", "reason": "Xem."}, "nằm ngoài khoảng"),
        ({"choice": "keep", "points": "3", "reason": "Xem."}, "Đã nhập điểm khác"),
    ],
)
def test_a_wrong_proposal_is_told(client: Client, data: dict[str, str], sentence: str) -> None:
    world = in_session()
    answer = as_(client, world, "lan").post(url(world, "propose", "2.1", "01"), data)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Motion.objects.exists()


def test_proposals_are_for_chair_secretary_and_coordinator(client: Client) -> None:
    world = in_session()
    for name, status in {"mai": 403, "chi": 403, "giang": 200, "an": 404}.items():
        assert as_(client, world, name).get(url(world, "propose", "2.1", "01")).status_code == status, name
    motion_on(world)
    again = as_(client, world, "lan").post(url(world, "propose", "2.1", "01"), {"choice": "keep", "reason": "Lại."})
    assert again.status_code == 422
    assert "chưa biểu quyết xong" in again.content.decode()


# ---- votes -----------------------------------------------------------------------------------


def test_members_vote_openly_and_the_chair_concludes(client: Client) -> None:
    world = in_session()
    motion = motion_on(world)
    assert vote(as_(client, world, "mai"), motion, "against") == 302
    assert vote(client, motion, "for") == 302
    assert vote(as_(client, world, "lan"), motion, "for") == 302
    page = client.get(url(world, "meeting")).content.decode()
    assert "Tán thành: 2" in page
    assert "còn 1 thành viên chưa biểu quyết" in page
    assert "Chu Thị Mai: <strong>Tán thành</strong>" in page
    assert conclude(client, motion) == 403
    assert conclude(as_(client, world, "dung"), motion) == 302
    motion.refresh_from_db()
    assert motion.outcome == Outcome.CARRIED
    page = client.get(url(world, "item", "2.1", "01")).content.decode()
    assert "được thông qua" in page
    assert "Đưa ra biểu quyết lại" in page
    assert conclude(client, motion) == 409
    assert vote(client, motion, "for") == 409


@pytest.mark.parametrize("is_own", [True, False], ids=["own unit", "declared conflict"])
def test_who_is_barred_neither_sees_nor_votes_nor_counts(client: Client, is_own: bool) -> None:
    world = in_session()
    motion = motion_on(world)
    mai, north = world.cast.mai, world.cast.north
    if is_own:
        mai.memberships.create(unit=north, role="observer")
    else:
        seat = mai.panel_seats.get()
        Conflict.objects.create(member=seat, unit=north, reason="Em ruột.", declared_by=mai, declared_at=NOW)
    page = as_(client, world, "mai").get(url(world, "meeting")).content.decode()
    assert "Bạn không xem, không biểu quyết các mục của Xã Bắc" in page
    assert "Xã Bắc · 2.1" not in page
    for name in ("item", "propose"):
        assert client.get(url(world, name, "2.1", "01")).status_code in (403, 404)
    assert vote(client, motion, "for") == 404
    assert not Vote.objects.exists()
    page = as_(client, world, "dung").get(url(world, "item", "2.1", "01")).content.decode()
    assert "Không tham gia và không tính vào số thành viên ở mục này (xung đột lợi ích): Chu Thị Mai." in page
    assert "còn 2 thành viên chưa biểu quyết" in page


def test_who_is_absent_or_no_member_does_not_vote(client: Client) -> None:
    world = in_session()
    motion = motion_on(world)
    world.meeting.attendances.filter(member__user=world.cast.mai).delete()
    page = as_(client, world, "mai").get(url(world, "meeting")).content.decode()
    assert "không có trong danh sách dự họp" in page
    assert vote(client, motion, "for") == 409
    assert vote(client, motion, "perhaps") == 422
    for name, status in {"giang": 403, "chi": 403, "an": 404, "son": 404}.items():
        assert vote(as_(client, world, name), motion, "for") == status, name
    assert client.get(reverse("assessments:vote", args=[motion.pk])).status_code == 405


def test_a_motion_without_votes_is_not_concluded(client: Client) -> None:
    world = in_session()
    motion = motion_on(world)
    assert conclude(as_(client, world, "dung"), motion) == 409
    assert "Chưa có ai biểu quyết." in client.post(reverse("assessments:conclude", args=[motion.pk])).content.decode()


# ---- adoption ------------------------------------------------------------------------------------


def test_the_chair_adopts_the_ranking_that_the_page_shows(client: Client) -> None:
    world = in_session()
    motion = motion_on(world)
    as_(client, world, "dung")
    assert "Còn 1 nội dung chưa kết luận." in client.get(url(world, "adopt")).content.decode()
    assert client.post(url(world, "adopt"), {"minutes": "Thống nhất."}).status_code == 422
    vote(client, motion, "for")
    conclude(client, motion)
    page = client.get(url(world, "adopt")).content.decode()
    for text in ("90,56", "62,00", "Tốt", "Khá"):
        assert text in page
    assert page.index("Xã Bắc") < page.index("Xã Nam")
    assert "Chưa có kết luận phiên họp." in client.post(url(world, "adopt"), {"minutes": ""}).content.decode()
    assert client.post(url(world, "adopt"), {"minutes": "Thống nhất."}).status_code == 302
    assert world.round.stage == StageKey.APPROVAL
    assert "Thống nhất lúc" in client.get(url(world, "meeting")).content.decode()
    again = client.post(url(world, "adopt"), {"minutes": "Lại."})
    assert again.status_code == 422


def test_the_preview_says_who_sent_nothing() -> None:
    world = play_to("council")
    dossier = world.dossier(world.cast.south)
    type(dossier).objects.filter(pk=dossier.pk).update(state="not_submitted")
    rows = {row["name"]: row for row in standings_of(world.round)[0]["rows"]}
    assert (rows["Xã Nam"]["note"], rows["Xã Nam"]["total"]) == ("không nộp", "0,00")
    assert (rows["Xã Bắc"]["rank"], rows["Xã Nam"]["rank"]) == (1, 2)


@pytest.mark.parametrize(
    "stage", [StageKey.SELF_ASSESSMENT, StageKey.APPRAISAL, StageKey.REAPPRAISAL, StageKey.COUNCIL]
)
def test_facts_say_what_counting_says(stage: StageKey) -> None:
    world = play_to("approval")
    entries = Entry.objects.select_related("dossier__unit").prefetch_related(*with_all_scores())
    rows = {(entry.dossier.unit.code, entry.code): counting(entry, stage) for entry in entries}
    told = {key: row.all_facts() for key, row in rows.items() if row.has_answer()}
    facts = facts_of(world.round, stage)
    assert {(unit, code): given for unit, leaves in facts.items() for code, given in leaves.items()} == told


# ---- queries ---------------------------------------------------------------------------------------


def queries(client: Client, address: str) -> int:
    client.get(address)  # The edition's text is read once for each process.
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def test_query_counts_do_not_grow_with_motions_votes_and_disputes(client: Client) -> None:
    world = in_session()
    motion = motion_on(world)
    Appraisal.objects.filter(entry__code="2.2", entry__dossier__unit=world.cast.north).update(score=0)
    vote(as_(client, world, "dung"), motion, "for")

    def propose(unit: Unit, code: str) -> None:
        """On a leaf of which everybody said the same: the agenda reads those by themselves."""
        entry = world.entry(unit, code)
        words = {"entry": entry, "answer": Answer(entry.facts), "reason": "Xem."}
        council.propose_motion(world.meeting, world.cast.lan, NOW, **words)

    propose(world.cast.north, "1.1")
    few = queries(client, url(world, "meeting"))
    for unit, code in ((world.cast.south, "1.1"), (world.cast.north, "1.2")):
        propose(unit, code)
    vote(as_(client, world, "mai"), motion, "for")
    Appraisal.objects.filter(entry__code="2.1", entry__dossier__unit=world.cast.south).update(score=0)
    assert queries(as_(client, world, "dung"), url(world, "meeting")) == few <= 24
    assert queries(client, url(world, "adopt")) <= 15
