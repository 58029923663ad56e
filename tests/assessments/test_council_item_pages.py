"""The pages around an item: on the wall, listed, withdrawn, adopted together; opinions, attendance, signed minutes."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from chiso.assessments.actions import council
from chiso.assessments.choices import MeetingForm, MeetingState, Outcome
from chiso.assessments.models import Absence, Appraisal, Attendance, Meeting, Motion, Vote
from chiso.organizations import clock
from chiso.rounds.models import Round
from tests.assessments.council_steps import HOUR, LATER, bar, cast, fresh, leaf, propose, seats, sit
from tests.world import PDF, World, moment, play_to

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: LATER)


@pytest.fixture
def world() -> World:
    world = play_to("council")
    sit(world, "dung", "lan", "mai")
    return world


def as_(client: Client, world: World, name: str) -> Client:
    client.force_login(getattr(world.cast, name))
    return client


def url(world: World, name: str, *more: object) -> str:
    return reverse(f"assessments:{name}", args=[world.meeting.pk, *more])


def of(name: str, motion: Motion) -> str:
    return reverse(f"assessments:{name}", args=[motion.pk])


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


# ---- on the wall ------------------------------------------------------------------------------------


def test_the_wall_shows_the_thread_and_nothing_of_who_projects(client: Client, world: World) -> None:
    Appraisal.objects.update(private_note="GHI CHÚ NỘI BỘ")
    motion = propose(world)
    cast(world, motion, lan="for")
    as_(client, world, "lan")
    small = page(client, url(world, "item", "2.1", "01"))
    large = page(client, url(world, "item", "2.1", "01") + "?co-chu=lon")
    for text in (
        "Có văn bản.",
        "Chưa đủ căn cứ.",
        "Nông Thị An",
        "Mã Thị Chi",
        "09:00 ngày 22/12/2022",
        "Tán thành: 1",
    ):
        assert text in small
        assert text in large
    assert "GHI CHÚ NỘI BỘ" not in small + large
    assert 'name="choice"' in small
    for hidden in ('name="choice"', "aria-pressed", "<textarea", "Rút nội dung"):
        assert hidden not in large
    assert "chiso/projector.css" in large
    assert "chiso/projector.css" not in small


def test_one_walks_from_item_to_item_inside_a_group(client: Client, world: World) -> None:
    for code in ("1.1", "1.2"):
        council.list_item(world.meeting, world.cast.lan, LATER, entry=leaf(world, code), reason="Xem.")
    as_(client, world, "mai")
    middle = page(client, url(world, "item", "1.2", "01"))
    assert "mục 2/3" in middle
    assert f'data-key="ArrowLeft" data-key-label="Mục trước" href="{url(world, "item", "1.1", "01")}"' in middle
    assert f'data-key="ArrowRight" data-key-label="Mục sau" href="{url(world, "item", "2.1", "01")}"' in middle
    last = page(client, url(world, "item", "1.2", "01") + "?nhom=dua-them&co-chu=lon")
    assert "mục 2/2" in last
    assert "ArrowRight" not in last
    assert url(world, "item", "1.1", "01") + "?nhom=dua-them&amp;co-chu=lon" in last
    alone = page(client, url(world, "item", "2.2", "01"))
    assert "mục –" in alone
    assert "Arrow" not in alone


def test_the_documents_of_a_leaf_open_from_its_item(client: Client, world: World) -> None:
    as_(client, world, "mai")
    seen = page(client, url(world, "item", "1.1", "01"))
    citation = leaf(world, "1.1").citations.get()
    address = reverse("assessments:document", args=[citation.pk])
    assert f'href="{address}">Kế hoạch.pdf</a>' in seen
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(("code", "unit"), [("9.9", "01"), ("2.1", "99")])
def test_an_item_that_is_not_there(client: Client, world: World, code: str, unit: str) -> None:
    assert as_(client, world, "mai").get(url(world, "item", code, unit)).status_code == 404


@pytest.mark.parametrize(
    ("name", "item", "meeting"),
    [("an", 404, 404), ("son", 404, 404), ("em", 404, 404), ("chi", 200, 200), ("ha", 200, 200)],
)
def test_units_and_strangers_see_no_item(client: Client, world: World, name: str, item: int, meeting: int) -> None:
    as_(client, world, name)
    assert client.get(url(world, "item", "2.1", "01")).status_code == item
    assert client.get(url(world, "meeting")).status_code == meeting


# ---- by hand ----------------------------------------------------------------------------------------


def test_the_secretary_lists_and_unlists_an_item(client: Client, world: World) -> None:
    as_(client, world, "lan")
    assert client.post(url(world, "add_item"), {"unit": "01", "code": "1.2", "reason": ""}).status_code == 422
    assert client.post(url(world, "add_item"), {"unit": "77", "code": "1.2", "reason": "Xem."}).status_code == 422
    answer = client.post(url(world, "add_item"), {"unit": "01", "code": "1.2", "reason": "Báo nêu."})
    assert answer["Location"] == url(world, "item", "1.2", "01")
    assert "đưa thêm" in page(client, url(world, "item", "1.2", "01"))
    again = client.post(url(world, "add_item"), {"unit": "01", "code": "1.2", "reason": "Lại."})
    assert again.status_code == 422
    motion = Motion.objects.get()
    assert as_(client, world, "mai").post(of("unlist", motion)).status_code == 403
    assert as_(client, world, "lan").post(of("unlist", motion)).status_code == 302
    assert not Motion.objects.exists()
    assert client.post(of("unlist", motion)).status_code == 404


def test_who_is_barred_cannot_choose_the_unit(client: Client, world: World) -> None:
    bar(world, "lan")
    as_(client, world, "lan")
    form = page(client, url(world, "add_item"))
    assert "02 · Xã Nam" in form
    assert "01 · Xã Bắc" not in form
    assert client.post(url(world, "add_item"), {"unit": "01", "code": "1.2", "reason": "Xem."}).status_code == 422
    assert client.get(url(world, "propose", "2.1", "01")).status_code == 404


def test_a_motion_is_withdrawn_on_its_page(client: Client, world: World) -> None:
    motion = propose(world)
    assert as_(client, world, "mai").post(of("withdraw", motion), {"reason": "Nhầm."}).status_code == 403
    as_(client, world, "lan")
    assert client.post(of("withdraw", motion), {"reason": " "}).status_code == 409
    assert client.post(of("withdraw", motion), {"reason": "Nhầm."}).status_code == 302
    assert client.post(of("withdraw", motion), {"reason": "Nhầm."}).status_code == 409
    assert "đã rút" in page(client, url(world, "item", "2.1", "01"))


def test_what_was_opened_before_the_conclusion_is_refused_after_it(client: Client, world: World) -> None:
    motion = propose(world)
    cast(world, motion, dung="for", lan="for")
    council.conclude_motion(fresh(motion), world.cast.dung, LATER, resolution="Đồng ý 5 điểm.")
    answer = as_(client, world, "mai").post(of("vote", motion), {"choice": "against"})
    assert answer.status_code == 409
    told = answer.content.decode()
    assert "Nội dung này không mở biểu quyết." in told
    assert "Đồng ý 5 điểm." in told
    assert Vote.objects.count() == 2


def test_the_secret_ballot_is_asked_for_and_cast_once(client: Client, world: World) -> None:
    as_(client, world, "lan")
    data = {"choice": "decided", "points": "5", "reason": "Xem lại.", "is_secret": "on"}
    assert client.post(url(world, "propose", "2.1", "01"), data).status_code == 302
    motion = Motion.objects.get()
    assert motion.is_secret
    assert "Bỏ phiếu kín</button>" in page(client, url(world, "item", "2.1", "01"))
    assert client.post(of("vote", motion), {"choice": "for"}).status_code == 302
    assert "bạn đã bỏ phiếu kín" in page(client, url(world, "item", "2.1", "01"))
    assert client.post(of("vote", motion), {"choice": "against"}).status_code == 409
    cast(world, motion, dung="against", mai="abstain")
    as_(client, world, "dung")
    assert "ý kiến quyết định của người chủ trì" in page(client, url(world, "item", "2.1", "01"))
    assert client.post(of("conclude", motion), {"resolution": ""}).status_code == 409
    assert client.post(of("conclude", motion), {"casting": "abstain"}).status_code == 409
    assert client.post(of("conclude", motion), {"casting": "for", "resolution": "Ghi nhận."}).status_code == 302
    seen = page(client, url(world, "item", "2.1", "01"))
    assert "Số phiếu ngang nhau, theo ý kiến của người chủ trì: tán thành." in seen
    assert fresh(motion).outcome == Outcome.CARRIED


# ---- together -----------------------------------------------------------------------------------------


def test_the_chair_adopts_together_what_nobody_disputes(client: Client, world: World) -> None:
    for code in ("1.1", "1.2"):
        council.list_item(world.meeting, world.cast.lan, LATER, entry=leaf(world, code), reason="Xem.")
    assert as_(client, world, "lan").get(url(world, "en_bloc")).status_code == 403
    as_(client, world, "dung")
    seen = page(client, url(world, "en_bloc"))
    keys = {code: leaf(world, code).pk for code in ("1.1", "1.2", "2.1")}
    assert f'value="{keys["1.1"]}" checked' in seen
    assert f'value="{keys["2.1"]}"' not in seen
    none = client.post(url(world, "en_bloc"), {})
    assert none.status_code == 422
    assert "Chưa chọn mục nào để thông qua." in none.content.decode()
    forged = client.post(url(world, "en_bloc"), {"items": [keys["2.1"]]})
    assert forged.status_code == 422
    assert client.post(url(world, "en_bloc"), {"items": [keys["1.1"]]}).status_code == 302
    assert dict(Motion.objects.values_list("entry__code", "outcome")) == {"1.1": "carried", "1.2": "listed"}
    seen = page(client, url(world, "meeting"))
    assert "Đã thông qua chung 1 mục." in seen
    assert "không có ý kiến khác" in seen


# ---- people and papers ----------------------------------------------------------------------------------


def test_the_opening_says_why_somebody_is_absent(client: Client) -> None:
    world = play_to("council")
    council.convene_meeting(world.round, world.cast.lan, HOUR, held_at=LATER, place="Phòng họp")
    dung, lan, mai = seats(world)
    data = {"present": [dung.pk, lan.pk], f"why_{mai.pk}": "Nghỉ ốm.", f"why_{lan.pk}": "Có mặt nên không ghi."}
    assert as_(client, world, "dung").post(url(world, "open_meeting"), data).status_code == 302
    assert list(Absence.objects.values_list("member", "reason")) == [(mai.pk, "Nghỉ ốm.")]
    assert "Nghỉ ốm." in page(client, url(world, "meeting"))


def test_coming_and_going_is_recorded_by_who_prepares(client: Client, world: World) -> None:
    mai = seats(world, "mai")[0]
    address = url(world, "attendance", mai.pk)
    assert as_(client, world, "mai").post(address, {"is_here": "0"}).status_code == 403
    assert as_(client, world, "lan").post(address, {"is_here": "0"}).status_code == 302
    assert "về 08:30" in page(client, url(world, "meeting"))
    assert client.post(address, {"is_here": "0"}).status_code == 409
    expert = world.cast.chi.panel_seats.get()
    assert client.post(url(world, "attendance", expert.pk), {"is_here": "1"}).status_code == 409
    assert client.post(url(world, "attendance", 99_999), {"is_here": "1"}).status_code == 404


def test_a_member_has_a_dissent_recorded(client: Client, world: World) -> None:
    as_(client, world, "mai")
    assert client.post(url(world, "opinion"), {"dissent": "Bảo lưu về nhóm 2."}).status_code == 302
    assert "Bảo lưu về nhóm 2." in page(client, url(world, "meeting"))
    assert client.post(url(world, "opinion"), {"dissent": "x" * 2001}).status_code == 422
    assert as_(client, world, "giang").post(url(world, "opinion"), {"dissent": "Bảo lưu."}).status_code == 403
    assert Attendance.objects.exclude(dissent="").count() == 1


def test_a_consultation_in_writing_on_the_pages(client: Client) -> None:
    world = play_to("council")
    as_(client, world, "lan")
    meetings = reverse("assessments:meetings", args=[world.round.pk])
    missing = client.post(meetings, {"form": "written"})
    assert missing.status_code == 422
    assert "Chưa nhập hạn gửi ý kiến." in missing.content.decode()
    assert client.post(meetings, {"form": "written", "until": "10/01/2023"}).status_code == 302
    meeting = Meeting.objects.get()
    assert (meeting.form, meeting.answers_until) == (MeetingForm.WRITTEN, moment("11/01/2023 00:00"))
    assert "Xin ý kiến bằng văn bản (phiên thứ 1)" in page(client, url(world, "meeting"))
    propose(world)
    assert as_(client, world, "mai").post(url(world, "send_consultation")).status_code == 403
    assert as_(client, world, "lan").post(url(world, "send_consultation")).status_code == 302
    as_(client, world, "mai")
    assert client.post(of("vote", Motion.objects.get()), {"choice": "for"}).status_code == 302
    assert client.post(url(world, "opinion"), {"dissent": ""}).status_code == 302
    seen = page(client, url(world, "meeting"))
    assert "Đã trả lời 1/3 thành viên" in seen
    assert "hết 24 giờ ngày 10/01/2023" in seen
    as_(client, world, "lan")
    data = {"until": "12/01/2023", "reason": "Ít ý kiến."}
    assert client.post(url(world, "move_meeting"), data).status_code == 302
    assert world.meeting.answers_until == moment("13/01/2023 00:00")


def test_a_meeting_is_moved_on_its_page(client: Client) -> None:
    world = play_to("council")
    council.convene_meeting(world.round, world.cast.lan, HOUR, held_at=LATER, place="Phòng họp")
    data = {"day": "10/01/2023", "hour": "14:00", "place": "Phòng 2", "reason": "Bão."}
    assert as_(client, world, "mai").post(url(world, "move_meeting"), data).status_code == 403
    as_(client, world, "lan")
    assert client.post(url(world, "move_meeting"), data | {"reason": ""}).status_code == 422
    assert client.post(url(world, "move_meeting"), data).status_code == 302
    assert (world.meeting.held_at, world.meeting.place) == (moment("10/01/2023 14:00"), "Phòng 2")


def test_the_signed_minutes_are_attached_and_opened(client: Client) -> None:
    world = play_to("approval")
    address = url(world, "signed_minutes")
    as_(client, world, "lan")
    assert client.get(address).status_code == 404
    assert client.post(address, {}).status_code == 422
    crafted = SimpleUploadedFile("bien-ban.pdf", b"MZ\x90\x00", content_type="application/pdf")
    assert client.post(address, {"file": crafted}).status_code == 409
    scan = SimpleUploadedFile("Biên bản.pdf", PDF, content_type="application/pdf")
    assert client.post(address, {"file": scan}).status_code == 302
    answer = client.get(address)
    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, PDF)
    for name, status in {"mai": 403, "chi": 403, "an": 404, "son": 404, "giang": 200}.items():
        assert as_(client, world, name).get(address).status_code == status, name
    bar(world, "lan")
    assert as_(client, world, "lan").get(address).status_code == 403
    Round.objects.update(stage="published")
    assert client.get(address).status_code == 200
    assert world.meeting.state == MeetingState.ADOPTED


def test_a_barred_chair_learns_no_rank_from_the_adoption_page(client: Client, world: World) -> None:
    seen = page(as_(client, world, "dung"), url(world, "adopt"))
    assert "89,31" in seen
    assert '<td class="num">1</td>' in seen
    bar(world, "dung")
    seen = page(client, url(world, "adopt"))
    assert "không hiển thị với bạn trước khi công bố" in seen
    assert "89,31" not in seen
    assert "62,00" in seen
    for rank in (1, 2):
        assert f'<td class="num">{rank}</td>' not in seen
