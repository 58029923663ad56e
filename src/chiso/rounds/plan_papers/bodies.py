"""The two columns of bodies: a printed cell cut into the bodies it names, and whom each name means.

Commas and “và” stand between bodies and inside their names (“UBND các xã, thị trấn”, “Sở Văn hóa, Thể thao và Du
lịch”), so a comma cuts only before what begins a new name, and never inside a name that is known.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from chiso.indexsets.exchange.words import fold
from chiso.rounds.choices import BodyKind
from chiso.rounds.plan_papers.wording import one_line

_OFFICES = (
    r"(?:Phòng|Sở|Ban|Văn phòng|Trung tâm|Tổ|Hội đồng|Bưu điện|Công an|Thanh tra|Chi cục|Đài|Ủy ban|Hội|Ban Chỉ huy"
    r"|Kho bạc|Bảo hiểm|Ngân hàng|Cục|Vụ|Trường|Mặt trận|UBMTTQ|Thường trực|Đoàn)"
)
_COLLECTIVE = r"(?:[Cc]ác|[Mm]ột số|[Nn]hững|[Tt]ừng|[Mm]ỗi) "
_COMMA = re.compile(r", ?(?=[^\W\d_])")
_AND = re.compile(rf" (?:và|cùng) (?={_OFFICES} |UBND (?:các|cấp) |{_COLLECTIVE})")
_NEW_LINE_NAME = re.compile(rf"{_OFFICES} |UBND |(?:Các|Một số) ")
_GOES_ON = re.compile(
    r"(?:&|-|–|\b(?:và|giúp việc|của|thuộc|cùng|các|cho|số|HĐND|UBND|phòng|sở|ban|trung tâm|tổ|hội|hội đồng"
    r"|chi cục|công an|đài|trường))$",
    re.IGNORECASE,
)
_ITEM = re.compile(r"[-+•*–][-+•*– ]*")
_KNOWN_COMMAS = ("Văn hóa, Thể thao", "Lao động, Thương binh", "Văn hóa, Khoa học", "Nông nghiệp, Môi trường")
_HIDDEN_COMMA = "\ue001"
_LEVELS = r"(?:xa|phuong|thi tran|huyen|quan|thi xa|thanh pho|dac khu|tinh)"
_PARTICIPANTS = re.compile(
    rf"(?:ubnd |uy ban nhan dan )?(?:cac |cap )(?:don vi hanh chinh )?{_LEVELS}(?: {_LEVELS})*(?: tren dia ban.*)?"
    r"|(?:cac )?(?:co quan )?don vi duoc (?:danh gia|cham diem|xac dinh).*"
)
_ANY_OF_A_LEVEL = re.compile(rf"(?:ubnd|uy ban nhan dan) {_LEVELS}(?: {_LEVELS})*")
_TEAM = re.compile(r"to (?:chuyen vien|giup viec|tham dinh).*")
_COUNCIL = re.compile(r"hoi dong (?:tham dinh|danh gia).*")
_MEANT = {
    "units": BodyKind.PARTICIPANTS,
    **{kind.value: kind for kind in (BodyKind.PARTICIPANTS, BodyKind.TEAM, BodyKind.COUNCIL)},
}
_HEADS = ("phong", "so", "ban", "van phong", "trung tam", "chi cuc", "thanh tra")
_SHORTEST = 2
"""Words a name needs to be taken for part of a longer one: “Tư pháp”, never “Phòng”."""


def printed_bodies(text: str) -> str:
    """A cell of bodies on one line, as it is printed; names on lines of their own are parted by semicolons."""
    whole = ""
    for raw in unicodedata.normalize("NFC", text).splitlines():
        line = one_line(raw)
        is_item = bool(_ITEM.match(line)) and not _GOES_ON.search(whole)
        line = _ITEM.sub("", line, count=1) if is_item else line
        if not line:
            continue
        is_new = is_item or (_NEW_LINE_NAME.match(line) and not _GOES_ON.search(whole))
        between = "" if not whole else " " if whole[-1] in ";," or not is_new else "; "
        whole += between + line
    return whole.rstrip(" ;,.")


def split_bodies(text: str, known: Iterable[str] = ()) -> tuple[str, ...]:
    """The bodies that a printed cell names, in order; `known` are full names that are never cut."""
    labels: list[str] = []
    for part in printed_bodies(text).split(";"):
        hidden = _hide(one_line(part), known)
        for piece in _AND.split(hidden):
            labels += _cut(piece)
    return tuple(label for one in labels if (label := one.replace(_HIDDEN_COMMA, ",").strip(" ,.")))


def cell_of(labels: Iterable[str]) -> str:
    """The cell that names these bodies, where nothing else is said of how it is printed."""
    return "; ".join(labels)


def printed_apart(cell: str, labels: Iterable[str]) -> str:
    """The printed cell where it is not just the names with semicolons between; else nothing needs to be kept."""
    return "" if cell == cell_of(labels) else cell


def whom(label: str, units: Iterable[str], aliases: Mapping[str, str] | None = None) -> tuple[BodyKind, str]:
    """Whom a printed name means, and the unit's name when it is one; `units` are the names of the units there are.

    An alias is the name of a unit, or says which bodies are meant (`_MEANT`).
    """
    named = (aliases or {}).get(label, label)
    if named in _MEANT:
        return _MEANT[named], ""
    words = fold(named)
    folded = _bare(named)
    names = {name: _bare(name) for name in units}
    equal = [name for name, bare in names.items() if bare == folded]
    if len(equal) == 1:
        return BodyKind.UNIT, equal[0]
    for pattern, kind in ((_PARTICIPANTS, BodyKind.PARTICIPANTS), (_TEAM, BodyKind.TEAM), (_COUNCIL, BodyKind.COUNCIL)):
        if pattern.fullmatch(words):
            return kind, ""
    similar = [name for name in names if _is_part(words.replace(" va ", " "), fold(name).replace(" va ", " "))]
    if len(similar) == 1:
        return BodyKind.UNIT, similar[0]
    return (BodyKind.PARTICIPANTS if _ANY_OF_A_LEVEL.fullmatch(words) else BodyKind.OTHER), ""


def _bare(name: str) -> str:
    """A name for comparing: “&” and “và” alike, “UBND xã Minh Long” and “Xã Minh Long” alike."""
    words = fold(name.replace("Ủy ban nhân dân", "UBND")).replace(" va ", " ")
    return re.sub(rf"^ubnd (?={_LEVELS} \w)", "", words)


def _is_part(label: str, name: str) -> bool:
    """Whether a label is a name without its last words, or without the word for an office: “UBND huyện”, “Tư pháp”."""
    if len(label.split()) < _SHORTEST:
        return False
    return name.startswith(f"{label} ") or any(name == f"{head} {label}" for head in _HEADS)


def _cut(piece: str) -> list[str]:
    """Cut at the commas after which a new name begins."""
    labels: list[str] = []
    start = 0
    for comma in _COMMA.finditer(piece):
        before, after = piece[start : comma.start()], piece[comma.end() :]
        if _begins_a_name(after, before):
            labels.append(before)
            start = comma.end()
    return [*labels, piece[start:]]


def _begins_a_name(after: str, before: str) -> bool:
    if re.match(_COLLECTIVE, after):
        return True
    is_collective = bool(re.match(_COLLECTIVE, before))
    if after[0].islower():  # “các phòng, ban”, “UBND các xã, thị trấn”, but “Phòng Nội vụ, phòng Tư pháp”
        office = re.match(rf"{_OFFICES} (\w)", after[0].upper() + after[1:])
        return bool(office and office[1].isupper() and not is_collective)
    return True


def _hide(text: str, known: Iterable[str]) -> str:
    """The text with the commas inside known names taken out of sight."""
    names = {name for name in (*known, *_KNOWN_COMMAS) if "," in name}
    names |= {name.split(" ", 1)[1] for name in names if "," in name.split(" ", 1)[-1]}
    for name in sorted(names, key=lambda one: (-len(one), one)):
        pattern = re.compile(re.escape(name), re.IGNORECASE)
        text = pattern.sub(lambda found: found[0].replace(",", _HIDDEN_COMMA), text)
    return text
