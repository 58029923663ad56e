"""The columns of bodies: cut into names though commas stand inside names, and whom each means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chiso.rounds.choices import BodyKind
from chiso.rounds.plan_papers.bodies import printed_bodies, split_bodies, whom
from tests.rounds.seed_word import table_rows

UNITS = (
    "UBND huyện Hạ Lang",
    "Phòng Nội vụ",
    "Văn phòng HĐND & UBND huyện",
    "Phòng Tư pháp",
    "Phòng Tài chính - Kế hoạch",
    "Phòng Văn hóa và Thông tin",
    "Trung tâm Văn hóa và Truyền thông",
    "Sở Văn hóa, Thể thao và Du lịch",
    "Xã Minh Long",
    "Thị trấn Thanh Nhật",
)
OFFICE = ("Văn phòng HĐND & UBND huyện", BodyKind.UNIT)
HOME = ("Phòng Nội vụ", BodyKind.UNIT)
TEAM = ("Tổ Chuyên viên giúp việc Hội đồng", BodyKind.TEAM)
COUNCIL = ("Hội đồng thẩm định", BodyKind.COUNCIL)
FIELDS = [("Tư pháp", BodyKind.UNIT), ("Tài chính - Kế hoạch", BodyKind.UNIT), ("Văn hóa và Thông tin", BodyKind.UNIT)]
ROWS = {
    "1": (
        [HOME],
        [
            OFFICE,
            FIELDS[0],
            ("Tài chính – Kế hoạch", BodyKind.UNIT),
            FIELDS[2],
            ("UBND các xã, thị trấn", BodyKind.PARTICIPANTS),
        ],
    ),
    "2": ([HOME], [OFFICE, *FIELDS]),
    "3": ([], []),
    "3.1": ([("UBND cấp xã", BodyKind.PARTICIPANTS)], [HOME]),
    "3.2": ([HOME], []),
    "3.3": ([TEAM], []),
    "3.4": ([HOME], []),
    "3.5": ([TEAM], []),
    "3.6": ([COUNCIL], [("Tổ Chuyên viên", BodyKind.TEAM), HOME, OFFICE]),
    "3.7": ([COUNCIL], [HOME, OFFICE]),
    "4": ([], []),
    "4.1": ([HOME], [OFFICE, ("các cơ quan, đơn vị liên quan", BodyKind.OTHER)]),
    "4.2": (
        [("Bưu điện huyện", BodyKind.OTHER)],
        [("Các cơ quan, đơn vị có đối tượng điều tra, khảo sát", BodyKind.OTHER)],
    ),
    "4.3": ([TEAM], [("Các cơ quan, đơn vị liên quan", BodyKind.OTHER)]),
    "4.4": ([HOME], []),
    "4.5": ([HOME], []),
}


def bodies(cell: str) -> list[tuple[str, BodyKind]]:
    return [(label, whom(label, UNITS)[0]) for label in split_bodies(cell, UNITS)]


@pytest.mark.parametrize("row", table_rows(), ids=[row[0] for row in table_rows()])
def test_all_16_rows_of_the_plan(row: list[str]) -> None:
    lead, coordinate = ROWS[row[0]]
    assert bodies(row[3]) == lead
    if not row[4].startswith("Ghi chú"):
        assert bodies(row[4]) == coordinate


@pytest.mark.parametrize(
    ("cell", "labels"),
    [
        ("các xã, phường, thị trấn", ["các xã, phường, thị trấn"]),
        ("Văn phòng HĐND và UBND huyện", ["Văn phòng HĐND và UBND huyện"]),
        ("Phòng Nội vụ và Phòng Tư pháp", ["Phòng Nội vụ", "Phòng Tư pháp"]),
        ("Hội đồng thẩm định và các cơ quan liên quan", ["Hội đồng thẩm định", "các cơ quan liên quan"]),
        ("Phòng Nội vụ, phòng Tư pháp", ["Phòng Nội vụ", "phòng Tư pháp"]),
        ("Văn hóa, Thể thao và Du lịch, Tư pháp", ["Văn hóa, Thể thao và Du lịch", "Tư pháp"]),
        ("Các phòng, ban, UBND các xã, thị trấn", ["Các phòng, ban", "UBND các xã, thị trấn"]),
        ("Phòng Tư pháp\nPhòng Tài chính", ["Phòng Tư pháp", "Phòng Tài chính"]),
        ("- Phòng Tư pháp;\n- UBND cấp xã.", ["Phòng Tư pháp", "UBND cấp xã"]),
        ("Văn phòng\nHĐND & UBND huyện", ["Văn phòng HĐND & UBND huyện"]),
        ("Phòng Nội vụ,Phòng Tư pháp", ["Phòng Nội vụ", "Phòng Tư pháp"]),
        (" ; ,; ", []),
    ],
)
def test_where_a_cell_is_cut(cell: str, labels: list[str]) -> None:
    assert list(split_bodies(cell, UNITS)) == labels


@pytest.mark.parametrize(
    ("label", "kind", "unit"),
    [
        ("UBND huyện", BodyKind.UNIT, "UBND huyện Hạ Lang"),
        ("UBND xã Minh Long", BodyKind.UNIT, "Xã Minh Long"),
        ("Văn phòng HĐND và UBND", BodyKind.UNIT, "Văn phòng HĐND & UBND huyện"),
        ("Phòng Tài chính- kế hoạch", BodyKind.UNIT, "Phòng Tài chính - Kế hoạch"),
        ("Sở Nội vụ", BodyKind.OTHER, ""),
        ("Phòng", BodyKind.OTHER, ""),
        ("các đơn vị được đánh giá", BodyKind.PARTICIPANTS, ""),
        ("UBND các huyện, thành phố", BodyKind.PARTICIPANTS, ""),
        ("Hội đồng nhân dân huyện", BodyKind.OTHER, ""),
    ],
)
def test_whom_a_name_means(label: str, kind: BodyKind, unit: str) -> None:
    assert whom(label, UNITS) == (kind, unit)


def test_a_name_that_fits_two_units_is_nobody() -> None:
    assert whom("Văn hóa", ("Phòng Văn hóa", "Sở Văn hóa")) == (BodyKind.OTHER, "")


def test_a_plan_may_say_whom_its_names_mean() -> None:
    aliases = {"Các phường": "units", "TP": "Phòng Tư pháp"}
    assert whom("TP", UNITS, aliases) == (BodyKind.UNIT, "Phòng Tư pháp")
    assert whom("Các phường", UNITS, aliases)[0] == BodyKind.PARTICIPANTS
    assert whom("Tổ công tác", UNITS, {"Tổ công tác": BodyKind.TEAM})[0] == BodyKind.TEAM


@given(st.text(alphabet="ÁBcá xã,;.&\n-–•ếPhòng UBND và các", max_size=80))
def test_any_cell_is_cut_the_same_way_twice(cell: str) -> None:
    printed = printed_bodies(cell)
    assert printed_bodies(printed) == printed
    assert split_bodies(printed, UNITS) == split_bodies(cell, UNITS)
    for label in split_bodies(cell, UNITS):
        whom(label, UNITS)
