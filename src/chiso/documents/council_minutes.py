"""The minutes of a meeting of the council (Biên bản họp Hội đồng thẩm định), or of its consultation in writing.

Who was there and who not and why, each item with its votes, dissent, conclusion; the secretary and the presiding
member sign. Before the adoption it is a draft with blanks for what is not known yet.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from chiso.assessments.choices import MeetingForm, Outcome
from chiso.assessments.models import Motion
from chiso.assessments.pages.adoption_page import standings_of
from chiso.assessments.pages.council_room import Room
from chiso.assessments.pages.motion_card import motion_card, motions_of
from chiso.documents import nd30
from chiso.documents.composing import dated, in_full, initials, issuer_of
from chiso.documents.nd30 import Clause, Issuer, OfficialDocument, Signer
from chiso.documents.rendering import render
from chiso.documents.tables import Annex, Column
from chiso.rounds.choices import Position
from chiso.rounds.models import PanelMember, Round

TEMPLATE = "council_minutes"
SYMBOL = "BB-HĐTĐ"
_NO_REASON = "không nêu lý do"
_BLANK_MOMENT = "…… giờ …… phút, ngày …… tháng …… năm ……"
_ITEMS = (
    Column("TT", 11),
    Column("Đơn vị, mục chấm điểm", 62, "left"),
    Column("Điểm thẩm định", 21),
    Column("Điểm đưa ra biểu quyết", 24),
    Column("Biểu quyết", 50, "left"),
    Column("Kết quả", 26),
    Column("Kết luận, ý kiến bảo lưu", 58, "left"),
)
_RANKING = (
    Column("TT", 14),
    Column("Đơn vị", 71, "left"),
    Column("Chỉ số", 26),
    Column("Xếp hạng", 26),
    Column("Xếp loại", 28),
)


@dataclass(frozen=True)
class Person:
    """A member as the minutes print it: `- Ông/bà Lục Thị Lan, Trưởng phòng, Ủy viên, Thư ký`; `note` in brackets."""

    name: str
    title: str
    position: str
    note: str = ""

    @property
    def line(self) -> str:
        told = ", ".join(part for part in (self.name, self.title, self.position) if part)
        return f"- {told}" + (f" ({self.note})" if self.note else "")


@dataclass(frozen=True)
class CouncilMinutes:
    """Everything the minutes print; empty moments and conclusion make a draft."""

    issuer: Issuer
    year: int
    number: int
    is_written: bool
    started: str
    place: str
    ended: str
    council_size: int
    present: tuple[Person, ...]
    absent: tuple[Person, ...]
    chair: Person | None
    secretary: Person | None
    grounds: tuple[str, ...]
    rule: str
    counts: str
    items: tuple[tuple[str, ...], ...]
    dissents: tuple[str, ...]
    conclusion: str
    rankings: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]
    recipients: tuple[str, ...]


def council_issuer(round: Round) -> Issuer:
    """The council issues its papers itself, under the authority that set it up."""
    authority = issuer_of(round.authority)
    name = "Hội đồng thẩm định\nChỉ số CCHC"
    return Issuer(parent_name=authority.name, name=name, place=authority.place)


def compose(room: Room) -> CouncilMinutes:
    """Fill the minutes from what the round keeps, for who may read all of the meeting (`policy.can_read_papers`)."""
    with translation.override(settings.LANGUAGE_CODE):
        return _compose(room)


def _compose(room: Room) -> CouncilMinutes:
    meeting, sitting = room.meeting, room.sitting
    round = meeting.round
    absences = dict(meeting.absences.values_list("member_id", "reason"))
    here = [member for member in sitting.members if member.pk in sitting.attended]
    away = [member for member in sitting.members if member.pk not in sitting.attended]
    secretary = next((member for member in here if member.position == Position.SECRETARY), None)
    chair = sitting.presiding()
    motions = list(motions_of(room))
    is_last = not round.meetings.filter(number__gt=meeting.number).exists()
    return CouncilMinutes(
        issuer=council_issuer(round),
        year=round.year,
        number=meeting.number,
        is_written=meeting.form == MeetingForm.WRITTEN,
        started=moment_in_words(meeting.held_at),
        place=meeting.place,
        ended=moment_in_words(meeting.adopted_at or (meeting.answers_until if sitting.is_written else None)),
        council_size=len(sitting.members),
        present=tuple(_person(member, _times(room, member)) for member in here),
        absent=tuple(
            _person(member, absences.get(member.pk) or ("" if sitting.is_written else _NO_REASON)) for member in away
        ),
        chair=_person(chair) if chair else None,
        secretary=_person(secretary) if secretary else None,
        grounds=_grounds(round),
        rule=_rule(round),
        counts=_counts(motions),
        items=tuple(_item(number, motion, room) for number, motion in enumerate(motions, start=1)),
        dissents=_dissents(room, motions),
        conclusion=meeting.minutes,
        rankings=_rankings(round) if meeting.adopted_at and is_last else (),
        recipients=(
            "Thành viên Hội đồng",
            in_full(round.authority.name),
            f"Lưu: VT, {initials(round.coordinator.name)}",
        ),
    )


def moment_in_words(moment: datetime | None) -> str:
    """`08 giờ 30 phút, ngày 09 tháng 01 năm 2023`."""
    if moment is None:
        return _BLANK_MOMENT
    local = timezone.localtime(moment)
    return f"{local:%H} giờ {local:%M} phút, {nd30.long_date(local.date())}"


def _person(member: PanelMember, note: str = "") -> Person:
    return Person(member.user.full_name, member.user.title, member.get_position_display(), note)


def _times(room: Room, member: PanelMember) -> str:
    row = room.sitting.attended[member.pk]
    parts = []
    for moment, word in ((row.arrived_at, "đến"), (row.left_at, "về")):
        if moment:
            parts.append(f"{word} lúc {timezone.localtime(moment):%H:%M}")
    return ", ".join(parts)


def _grounds(round: Round) -> tuple[str, ...]:
    if not round.panels_decision:
        return ()
    decision = dated(round.panels_decision, "QĐ-UBND", round.panels_date)
    return (f"Quyết định số {decision} của {in_full(round.authority.name)} thành lập Hội đồng thẩm định",)


def _rule(round: Round) -> str:
    told = f"Nội dung biểu quyết được thông qua khi {round.get_majority_display()}"
    return f"{told}; khi số phiếu ngang nhau, theo ý kiến của người chủ trì." if round.chair_casts else f"{told}."


def _counts(motions: list[Motion]) -> str:
    """`Hội đồng xem xét 7 mục: …`."""
    agreed = [one for one in motions if one.outcome == Outcome.CARRIED and not one.votes.all()]
    voted = [one for one in motions if one.outcome in (Outcome.CARRIED, Outcome.REJECTED) and one not in agreed]
    carried = sum(one.outcome == Outcome.CARRIED for one in voted)
    withdrawn = sum(one.outcome == Outcome.WITHDRAWN for one in motions)
    parts = [
        f"thông qua chung, không có ý kiến khác: {len(agreed)} mục" if agreed else "",
        f"biểu quyết: {len(voted)} mục (được thông qua {carried}, không được thông qua {len(voted) - carried})"
        if voted
        else "",
        f"rút: {withdrawn} mục" if withdrawn else "",
    ]
    told = "; ".join(part for part in parts if part)
    return f"Hội đồng xem xét {len(motions)} mục: {told}." if told else "Không có mục nào được đưa ra biểu quyết."


def _item(number: int, motion: Motion, room: Room) -> tuple[str, ...]:
    card = motion_card(motion, room)
    dissent = [f"{vote['name']} bảo lưu: {vote['dissent']}" for vote in card["votes"] if vote["dissent"]]
    said = [card["resolution"] or card["reason"], *dissent]
    name = f"{card['unit']}, {card['code']} {card['name']}"
    return (
        str(number),
        name,
        card["before"],
        card["score"],
        _votes(card),
        card["outcome"],
        ". ".join(part.rstrip(".") for part in said if part),
    )


def _votes(card: dict[str, Any]) -> str:
    if card["is_consensus"]:
        return "Không có ý kiến khác"
    if not card["cast"]:
        return "Không biểu quyết"
    told = "; ".join(f"{item['label'].lower()}: {item['count']}" for item in card["tally"])
    way = "Bỏ phiếu kín" if card["is_secret"] else "Biểu quyết công khai"
    barred = f". Không tham gia: {', '.join(card['barred_members'])}" if card["barred_members"] else ""
    casting = f". {card['casting'].rstrip('.')}" if card["casting"] else ""
    return f"{way}{': ' if told else ''}{told}{casting}{barred}"


def _dissents(room: Room, motions: list[Motion]) -> tuple[str, ...]:
    whole = [
        f"- {member.user.full_name}: {row.dissent}"
        for member in room.sitting.members
        if (row := room.sitting.attended.get(member.pk)) and row.dissent
    ]
    on_items = any(vote.dissent for motion in motions for vote in motion.votes.all())
    return tuple(whole) + (("- Ý kiến bảo lưu về từng mục được ghi tại Phụ lục kèm theo.",) if on_items else ())


def _rankings(round: Round) -> tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]:
    return tuple(
        (
            table["name"],
            tuple(
                (
                    str(number),
                    row["name"] + (f" ({row['note']})" if row["note"] else ""),
                    row["total"],
                    str(row["rank"]),
                    row["grade"],
                )
                for number, row in enumerate(table["rows"], start=1)
            ),
        )
        for table in standings_of(round)
    )


def build(minutes: CouncilMinutes, *, templates: Path | None = None) -> bytes:
    """Print the minutes as .docx; the clerk fills in the number."""
    return render(to_document(minutes), name=TEMPLATE, templates=templates)


def to_document(minutes: CouncilMinutes) -> OfficialDocument:
    what = "Lấy ý kiến Hội đồng thẩm định bằng văn bản" if minutes.is_written else "Họp Hội đồng thẩm định"
    return OfficialDocument(
        issuer=minutes.issuer,
        symbol=SYMBOL,
        number=None,
        date=None,
        draft_year=None,
        signer=Signer(("CHỦ TỌA",), minutes.chair.name if minutes.chair else ""),
        secretary=Signer(("THƯ KÝ",), minutes.secretary.name if minutes.secretary else ""),
        kind="Biên bản",
        summary=f"{what}\nChỉ số cải cách hành chính năm {minutes.year} (phiên thứ {minutes.number})",
        clauses=tuple(Clause(text, lead) for lead, text in _clauses(minutes)),
        recipients=minutes.recipients,
        annexes=_annexes(minutes),
    )


def _clauses(minutes: CouncilMinutes) -> list[tuple[str, str]]:
    written = minutes.is_written
    present, absent = ("Đã trả lời", "Không trả lời") if written else ("Có mặt", "Vắng mặt")
    chair, secretary = (person.name if person else "………………" for person in (minutes.chair, minutes.secretary))
    dissents = [("", line) for line in minutes.dissents] or [("", "Không có.")]
    return [
        ("", f"{'Thời gian gửi xin ý kiến' if written else 'Thời gian bắt đầu'}: {minutes.started}."),
        *([] if written else [("", f"Địa điểm: {minutes.place}.")]),
        ("I. THÀNH PHẦN", ""),
        ("", f"1. {present}: {len(minutes.present)}/{minutes.council_size} thành viên Hội đồng."),
        *(("", person.line) for person in minutes.present),
        ("", f"2. {absent}: {len(minutes.absent)} thành viên."),
        *(("", person.line) for person in minutes.absent),
        ("", f"3. Chủ trì (chủ tọa): {chair}. Thư ký (người ghi biên bản): {secretary}."),
        ("II. NỘI DUNG", ""),
        *(("", f"Căn cứ {ground}, Hội đồng thẩm định xem xét, thống nhất kết quả.") for ground in minutes.grounds),
        ("", minutes.rule),
        ("", minutes.counts + (f" Chi tiết tại {_first_annex(minutes)}." if minutes.items else "")),
        ("III. Ý KIẾN BẢO LƯU", ""),
        *dissents,
        ("IV. KẾT LUẬN", ""),
        *(("", line) for line in (minutes.conclusion or "………………").splitlines() if line.strip()),
        *([("", f"Kết quả Hội đồng thống nhất được nêu tại {_ranking_annexes(minutes)}.")] if minutes.rankings else []),
        (
            "",
            f"{'Việc lấy ý kiến' if written else 'Cuộc họp'} kết thúc vào {minutes.ended}. Nội dung biên bản đã được "
            "các thành viên thống nhất; Chủ tọa và Thư ký ký tên dưới đây",
        ),
    ]


def _first_annex(minutes: CouncilMinutes) -> str:
    return "Phụ lục I" if minutes.rankings else "Phụ lục"


def _ranking_annexes(minutes: CouncilMinutes) -> str:
    if len(minutes.rankings) > 1:
        return "các Phụ lục kèm theo"
    return "Phụ lục II" if minutes.items else "Phụ lục"


def _annexes(minutes: CouncilMinutes) -> tuple[Annex, ...]:
    reference = f"(Kèm theo Biên bản số {nd30.document_number(None, SYMBOL)})"
    annexes = []
    if minutes.items:
        title = "Các mục Hội đồng đã xem xét".upper()
        annexes.append(Annex(title, reference, _ITEMS, minutes.items, landscape=True))
    for name, rows in minutes.rankings:
        title = f"Kết quả Chỉ số cải cách hành chính năm {minutes.year}\n{name}".upper()
        annexes.append(Annex(title, reference, _RANKING, rows))
    return tuple(annexes)
