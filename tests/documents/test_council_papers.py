"""The council's papers: what invitation and minutes say, in which form, and to whom they are given."""

import pytest
from django.test import Client
from django.urls import reverse

from chiso.assessments.actions import council
from chiso.assessments.choices import Choice, MeetingForm
from chiso.assessments.models import Meeting
from chiso.assessments.pages.council_room import room_of
from chiso.documents import council_invitation, council_minutes
from chiso.organizations import clock
from tests.assessments.council_steps import HOUR, LATER, bar, cast, fresh, leaf, person, propose, seats, sit
from tests.documents.reading import Reading
from tests.world import World, moment, play_to

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: LATER)


def minutes(world: World, name: str = "lan") -> Reading:
    return Reading(council_minutes.build(council_minutes.compose(_room(world, name))))


def invitation(world: World, name: str = "lan") -> Reading:
    return Reading(council_invitation.build(council_invitation.compose(_room(world, name))))


def _room(world: World, name: str):
    meeting = Meeting.objects.select_related("round__authority", "round__coordinator").get()
    return room_of(meeting, person(world, name))


def held() -> World:
    """A whole meeting: an open vote with dissent, items together, Mai absent, a dissent on the whole."""
    world = play_to("council")
    council.convene_meeting(world.round, world.cast.lan, moment("06/01/2023 08:00"), held_at=HOUR, place="Phòng 2")
    mai = seats(world, "mai")[0]
    here = seats(world, "dung", "lan")
    council.open_meeting(world.meeting, world.cast.dung, HOUR, present=here, absences={mai.pk: "Đi công tác"})
    motion = propose(world)
    cast(world, motion, dung="for")
    council.cast_vote(fresh(motion), world.cast.lan, LATER, choice=Choice.AGAINST, dissent="Tài liệu muộn")
    council.conclude_motion(fresh(motion), world.cast.dung, LATER, resolution="Ghi nhận 5 điểm.")
    council.adopt_en_bloc(world.meeting, world.cast.dung, LATER, entries=[leaf(world, "1.1")])
    council.give_opinion(world.meeting, world.cast.lan, LATER, dissent="Bảo lưu cách tính.")
    council.adopt_results(
        world.meeting, world.cast.dung, LATER, minutes="Thống nhất kết quả.\nGiao Phòng Nội vụ trình."
    )
    return world


def test_the_minutes_tell_the_whole_meeting() -> None:
    read = minutes(held())
    lines = read.lines
    for line in (
        "BIÊN BẢN",
        "Họp Hội đồng thẩm định",
        "Thời gian bắt đầu: 08 giờ 00 phút, ngày 09 tháng 01 năm 2023.",
        "Địa điểm: Phòng 2.",
        "1. Có mặt: 2/3 thành viên Hội đồng.",
        "- Đàm Văn Dũng, Chủ tịch Hội đồng",
        "2. Vắng mặt: 1 thành viên.",
        "- Chu Thị Mai, Ủy viên (Đi công tác)",
        "3. Chủ trì (chủ tọa): Đàm Văn Dũng. Thư ký (người ghi biên bản): Lục Thị Lan.",
        "- Lục Thị Lan: Bảo lưu cách tính.",
        "Thống nhất kết quả.",
        "Giao Phòng Nội vụ trình.",
    ):
        assert line in lines, line
    [text] = [line for line in lines if line.startswith("Hội đồng xem xét 2 mục")]
    assert "thông qua chung, không có ý kiến khác: 1 mục; biểu quyết: 1 mục (được thông qua 1" in text
    [closing] = [line for line in lines if line.startswith("Cuộc họp kết thúc")]
    assert "08 giờ 30 phút, ngày 09 tháng 01 năm 2023" in closing
    assert closing.endswith("./.")


def test_each_item_stands_in_the_annex_with_votes_and_dissent() -> None:
    items, ranking = minutes(held()).tables
    told = [[cell.strip() for cell in row] for row in _rows(items)]
    assert told[2] == [
        "1",
        "Xã Bắc, 2.1 Hồ sơ đúng hạn",
        "4,80",
        "5,00",
        "Biểu quyết công khai: tán thành: 1; không tán thành: 1; không biểu quyết: 0. "
        "Số phiếu ngang nhau, theo ý kiến của người chủ trì: tán thành",
        "được thông qua",
        "Ghi nhận 5 điểm. Lục Thị Lan bảo lưu: Tài liệu muộn",
    ]
    assert told[3][4:6] == ["Không có ý kiến khác", "được thông qua"]
    assert [row[1:3] for row in _rows(ranking)[2:]] == [["Xã Bắc", "90,56"], ["Xã Nam", "62,00"]]


def _rows(table: object) -> list[list[str]]:
    from tests.documents.reading import W, cells

    return [cells(row) for row in table.findall(W + "tr")]  # type: ignore[attr-defined]


def test_secretary_and_chair_sign_and_the_date_stands_in_the_text() -> None:
    read = minutes(held())
    assert read.texts("VB Chức vụ người ký") == ["THƯ KÝ", "CHỦ TỌA"]
    assert read.texts("VB Họ tên người ký") == ["Lục Thị Lan", "Đàm Văn Dũng"]
    assert read.texts("VB Địa danh thời gian") == [""]
    assert read.texts("VB Cơ quan ban hành") == ["HỘI ĐỒNG THẨM ĐỊNH", "CHỈ SỐ CCHC"]
    assert read.texts("VB Cơ quan cấp trên")[0] == "ỦY BAN NHÂN DÂN HUYỆN"


def test_a_draft_leaves_blanks_and_a_secret_vote_tells_no_names() -> None:
    world = play_to("council")
    sit(world, "dung", "lan", "mai")
    motion = propose(world, is_secret=True)
    cast(world, motion, dung="for", lan="for", mai="against")
    told = "\n".join(minutes(world).lines)
    assert "kết thúc vào …… giờ" in told
    assert "tán thành: 2" not in told
    council.conclude_motion(fresh(motion), world.cast.dung, LATER)
    told = "\n".join(minutes(world).lines)
    assert "Bỏ phiếu kín: tán thành: 2; không tán thành: 1" in told


def test_minutes_of_a_consultation_in_writing() -> None:
    world = play_to("council")
    at, until = moment("06/01/2023 08:00"), moment("09/01/2023 00:00")
    words = {"form": MeetingForm.WRITTEN, "held_at": at, "answers_until": until}
    council.convene_meeting(world.round, world.cast.lan, at, **words)
    council.send_consultation(world.meeting, world.cast.lan, at)
    council.give_opinion(world.meeting, world.cast.lan, at)
    lines = minutes(world).lines
    assert "Lấy ý kiến Hội đồng thẩm định bằng văn bản" in lines
    assert "1. Đã trả lời: 1/3 thành viên Hội đồng." in lines
    assert not any(line.startswith("Địa điểm") for line in lines)


def test_the_invitation_has_the_agenda_of_its_reader() -> None:
    world = play_to("council")
    council.convene_meeting(world.round, world.cast.lan, moment("06/01/2023 08:00"), held_at=HOUR, place="Phòng 2")
    read = invitation(world)
    lines = read.lines
    assert "GIẤY MỜI" in lines
    assert "- Đàm Văn Dũng, Chủ tịch Hội đồng;" in lines
    assert "Thời gian: 08 giờ 00 phút, ngày 09 tháng 01 năm 2023." in lines
    [agenda] = read.tables
    assert _rows(agenda)[2][1:3] == ["Xã Bắc", "2.1 Hồ sơ đúng hạn"]
    bar(world, "mai")
    told = "\n".join(invitation(world, "mai").lines)
    assert "Xã Bắc" not in told


def test_papers_are_given_to_those_who_may_read_them(client: Client) -> None:
    world = held()
    papers = {
        name: reverse(f"documents:{name}", args=[world.meeting.pk])
        for name in ("council_invitation", "council_minutes")
    }
    may = {
        "council_invitation": {"dung": 200, "mai": 200, "giang": 200, "ha": 200, "chi": 403, "an": 404, "son": 404},
        "council_minutes": {"dung": 200, "lan": 200, "mai": 403, "giang": 200, "ha": 200, "chi": 403, "an": 404},
    }
    for paper, people in may.items():
        for name, status in people.items():
            client.force_login(getattr(world.cast, name))
            assert client.get(papers[paper]).status_code == status, (paper, name)
    bar(world, "lan")
    client.force_login(person(world, "lan"))
    assert client.get(papers["council_minutes"]).status_code == 403
