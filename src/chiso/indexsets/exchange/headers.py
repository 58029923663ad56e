"""Finding the table of criteria: the header row, one row or two, and what each column holds."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from chiso.indexsets.exchange.grids import Grid, GridRow, column_letter
from chiso.indexsets.exchange.words import fold

LOOK_AT = 60
"""Rows in which a header is looked for."""


class Role(StrEnum):
    """What a column holds; the value is the heading in our own layout."""

    DEPTH = "Cấp"
    CODE = "Mã"
    NAME = "Lĩnh vực, tiêu chí, thang điểm"
    MAX = "Điểm tối đa"
    RULE = "Cách chấm"
    WORD = "Dòng thang điểm"
    THRESHOLD = "Ngưỡng"
    POINTS = "Điểm của dòng"
    EVIDENCE = "Tài liệu kiểm chứng"
    GUIDANCE = "Hướng dẫn"
    NA_POLICY = "Khi không áp dụng"
    NA_WHEN = "Không áp dụng khi"
    OWNER = "Bộ phận phụ trách"
    APPRAISER = "Cơ quan thẩm định"
    SOURCE = "Nguồn đối chiếu"
    METHOD = "Cách lấy số liệu"
    AS_OF = "Thời điểm chốt số liệu"
    KIND = "Loại điểm"
    CAP = "Mức trần"
    BASIS = "Căn cứ của câu chữ"
    NOTE = "Ghi chú"
    OTHER = "cột không dùng"


_OWN = {fold(role.value): role for role in Role if role is not Role.OTHER}
_PATTERNS: tuple[tuple[str, Role], ...] = (
    (r"(stt|tt|so tt|so thu tu|ma|ma so|ma tieu chi|ma so tieu chi|muc so|so muc)", Role.CODE),
    (r".*(tai lieu|kiem chung|minh chung|tlkc).*", Role.EVIDENCE),
    (r".*((co quan|don vi|chu tri|bo phan|phong).* (tham dinh|danh gia)|chu tri tham dinh).*", Role.APPRAISER),
    (r".*((co quan|don vi|bo phan|phong ban|nguoi|cong chuc).* (phu trach|thuc hien|chu tri|tham muu)).*", Role.OWNER),
    (r"ghi chu.*|chu thich.*", Role.NOTE),
    (
        r".*(tu danh gia|tu cham|tham dinh|dat duoc|xhh|xa hoi hoc|cham diem cua|hoi dong|snv|so noi vu|ket qua|"
        r"chi so|diem danh gia|giai trinh|da cham|diem cham).*",
        Role.OTHER,
    ),
    (r".*(cach cham|cach tinh|phuong phap|huong dan|thang diem danh gia|tieu chuan cham|muc do danh gia).*", Role.RULE),
    (r"diem|.*(diem toi da|diem chuan|thang diem|so diem|diem so|diem quy dinh|diem cao nhat).*", Role.MAX),
    (r".*(linh vuc|tieu chi|noi dung|danh muc|tctp|ten).*", Role.NAME),
)


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table: role → place from 0; ``headings`` for messages; ``last_row`` of the header."""

    places: Mapping[Role, int]
    headings: tuple[str, ...]
    first_row: int
    last_row: int
    others: tuple[int, ...] = ()
    is_word: bool = False

    def title(self, role: Role) -> str:
        """The column as people find it: letter and heading."""
        place = self.places.get(role)
        return role.value if place is None else self.title_at(place)

    def title_at(self, place: int) -> str:
        """The letter (in Word the number) and the heading of a column."""
        heading = " ".join(self.headings[place].split()) if place < len(self.headings) else ""
        name = str(place + 1) if self.is_word else column_letter(place)
        return f"{name} “{heading}”" if heading else name

    @property
    def is_ours(self) -> bool:
        """Whether the table is in our own documented layout, in which lines say what they are."""
        return Role.WORD in self.places


def find_columns(grid: Grid) -> Columns | None:
    """Find the header of a table of criteria; None when there is none."""
    for position, row in enumerate(grid.rows[:LOOK_AT]):
        columns = _columns(grid, position, row)
        if columns is not None:
            return columns
    return None


def role_of(heading: str) -> Role | None:
    """What a column with this heading holds; None for one that is not known.

    >>> role_of("Lĩnh vực/TC/TCTP"), role_of("Điểm tối đa (thang 100)"), role_of("STT")
    (<Role.NAME: 'Lĩnh vực, tiêu chí, thang điểm'>, <Role.MAX: 'Điểm tối đa'>, <Role.CODE: 'Mã'>)
    """
    folded = fold(heading)
    if folded in _OWN:
        return _OWN[folded]
    return next((role for pattern, role in _PATTERNS if re.fullmatch(pattern, folded)), None)


def is_number_row(row: GridRow) -> bool:
    """Whether a row only numbers the columns: (1) (2) (3), or 1 2 3."""
    texts = [cell.strip("() ") for cell in row.cells if cell]
    if len(texts) < 2 or not all(re.fullmatch(r"[0-9]{1,2}([-+=*][0-9()+*=-]+)?", text) for text in texts):
        return False
    first = [int(re.match(r"[0-9]+", text)[0]) for text in texts]  # type: ignore[index]
    return first == list(range(first[0], first[0] + len(first))) and first[0] in {0, 1}


def is_repeated_header(row: GridRow, columns: Columns) -> bool:
    """Whether a row is the header again, as on the next printed page."""
    texts = [fold(cell) for cell in row.cells]
    headings = [fold(heading) for heading in columns.headings]
    known = [place for place in columns.places.values() if place < len(texts) and texts[place]]
    return len(known) >= 2 and all(texts[place] in headings[place] for place in known)


def _columns(grid: Grid, position: int, row: GridRow) -> Columns | None:
    texts = list(row.cells)
    if sum(1 for text in texts if role_of(text) is not None) < 2:
        return None
    last = position
    if position + 1 < len(grid.rows) and _is_second_header(grid.rows[position + 1], row):
        last = position + 1
        texts = list(_combined(grid, row, grid.rows[last]))
    places, others = _assign(texts)
    if Role.NAME not in places or not places.keys() & {Role.CODE, Role.MAX}:
        return None
    while last + 1 < len(grid.rows) and is_number_row(grid.rows[last + 1]):
        last += 1
    return Columns(places, tuple(texts), row.number, grid.rows[last].number, tuple(others), grid.is_word)


def _assign(texts: Sequence[str]) -> tuple[dict[Role, int], list[int]]:
    """Give every role its first column; the same role again is a column not used."""
    places: dict[Role, int] = {}
    others = []
    for place, text in enumerate(texts):
        role = role_of(text) if text else None
        if role is None or role is Role.OTHER or role in places:
            if text:
                others.append(place)
        else:
            places[role] = place
    return places, others


def _is_second_header(row: GridRow, first: GridRow) -> bool:
    """A second header row names columns only below headings that span, never where a code would stand."""
    filled = [place for place, cell in enumerate(row.cells) if cell]
    if not filled or is_number_row(row):
        return False
    if any(role_of(first.cell(place)) in {Role.CODE, Role.NAME} for place in filled):
        return False
    return all(not row.cell(place).isdecimal() and len(row.cell(place)) < 80 for place in filled)


def _combined(grid: Grid, first: GridRow, second: GridRow) -> Iterator[str]:
    """The headings of both rows; a merged heading holds for every column below it."""
    spanning = ""
    for place in range(max(len(first.cells), len(second.cells))):
        own, below = first.cell(place), second.cell(place)
        if own:
            spanning = own
        above = own or (spanning if below and _is_below_merge(grid, first, place) else "")
        yield f"{above} {below}".strip() if below else own


def _is_below_merge(grid: Grid, row: GridRow, place: int) -> bool:
    if not grid.merged:
        return True
    return any(top <= row.number - 1 <= bottom and left <= place <= right for top, left, bottom, right in grid.merged)
