"""The invitation to a meeting of the council (Giấy mời họp), with its agenda as an annex.

Whoever is barred from a unit gets the agenda without that unit's items: it is made for the person who asks.
"""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils import timezone, translation

from chiso.assessments.pages.agenda import Agenda, Item, agenda_of, written
from chiso.assessments.pages.council_room import Room
from chiso.common.numbers import NONE_SIGN, format_max
from chiso.documents import nd30
from chiso.documents.composing import initials
from chiso.documents.council_minutes import council_issuer, moment_in_words
from chiso.documents.nd30 import Clause, Issuer, OfficialDocument, Signer
from chiso.documents.rendering import render
from chiso.documents.tables import Annex, Column
from chiso.rounds.choices import Position

TEMPLATE = "council_invitation"
SYMBOL = "GM-HĐTĐ"
_AGENDA = (
    Column("TT", 12),
    Column("Đơn vị", 38, "left"),
    Column("Mục chấm điểm", 76, "left"),
    Column("Điểm tối đa", 18),
    Column("Tự chấm", 18),
    Column("Thẩm định", 20),
    Column("Đơn vị đề nghị", 20),
    Column("Vì sao đưa ra Hội đồng", 50, "left"),
)


@dataclass(frozen=True)
class CouncilInvitation:
    """Everything the invitation prints."""

    issuer: Issuer
    signer: Signer
    year: int
    draft_year: int
    number: int
    when: str
    place: str
    members: tuple[str, ...]
    chair: str
    counts: tuple[str, ...]
    agenda: tuple[tuple[str, ...], ...]
    recipients: tuple[str, ...]


def compose(room: Room) -> CouncilInvitation:
    with translation.override(settings.LANGUAGE_CODE):
        return _compose(room)


def _compose(room: Room) -> CouncilInvitation:
    meeting, agenda = room.meeting, agenda_of(room)
    round, members = meeting.round, room.sitting.members
    chair = next((member for member in members if member.position == Position.CHAIR), None)
    return CouncilInvitation(
        issuer=council_issuer(round),
        signer=Signer(("TM. HỘI ĐỒNG", "CHỦ TỊCH"), chair.user.full_name if chair else ""),
        year=round.year,
        draft_year=timezone.localtime(meeting.held_at).year,
        number=meeting.number,
        when=moment_in_words(meeting.held_at),
        place=meeting.place,
        members=tuple(
            _member(member.user.full_name, member.user.title, member.get_position_display()) for member in members
        ),
        chair=chair.user.full_name if chair else "",
        counts=tuple(f"{why.label}: {count} mục" for why, count in agenda.counts.items() if count),
        agenda=tuple(_line(number, item, agenda) for number, item in enumerate(agenda.items, start=1)),
        recipients=("Như thành phần mời", f"Lưu: VT, {initials(round.coordinator.name)}"),
    )


def _member(name: str, title: str, position: str) -> str:
    return ", ".join(part for part in (name, title, position) if part)


def _line(number: int, item: Item, agenda: Agenda) -> tuple[str, ...]:
    line = item.line
    return (
        str(number),
        item.unit,
        f"{item.code} {item.node.name}",
        format_max(item.node.max),
        written(line.own),
        written(line.final),
        written(line.asked_points) if line.asked else NONE_SIGN,
        "; ".join(f"{label}: {words}" for label, words in agenda.words(item)),
    )


def build(invitation: CouncilInvitation, *, templates: Path | None = None) -> bytes:
    """Print the invitation as .docx; the clerk fills in number and date."""
    return render(to_document(invitation), name=TEMPLATE, templates=templates)


def to_document(invitation: CouncilInvitation) -> OfficialDocument:
    about = f"Hội đồng thẩm định Chỉ số cải cách hành chính năm {invitation.year}"
    reference = (
        f"(Kèm theo Giấy mời số {nd30.document_number(None, SYMBOL)} {nd30.long_date(None, invitation.draft_year)} "
        "của Hội đồng thẩm định)"
    )
    annex = Annex("Chương trình họp".upper(), reference, _AGENDA, invitation.agenda, landscape=True)
    return OfficialDocument(
        issuer=invitation.issuer,
        symbol=SYMBOL,
        number=None,
        date=None,
        draft_year=invitation.draft_year,
        signer=invitation.signer,
        kind="Giấy mời",
        summary=f"Họp {about} (phiên thứ {invitation.number})",
        clauses=tuple(Clause(text, lead) for lead, text in _clauses(invitation)),
        recipients=invitation.recipients,
        annexes=(annex,) if invitation.agenda else (),
    )


def _clauses(invitation: CouncilInvitation) -> list[tuple[str, str]]:
    counts = f" ({'; '.join(invitation.counts)})" if invitation.counts else ""
    size = len(invitation.agenda)
    content = (
        f"xem xét {size} mục{counts} và thống nhất kết quả; chương trình kèm theo" if size else "thống nhất kết quả"
    )
    return [
        ("", "Chủ tịch Hội đồng thẩm định trân trọng kính mời các thành viên Hội đồng:"),
        *(("", f"- {member};") for member in invitation.members),
        ("Tới dự:", f"phiên họp thứ {invitation.number} của Hội đồng thẩm định."),
        ("Nội dung:", f"{content}."),
        *([("Chủ trì:", f"{invitation.chair}, Chủ tịch Hội đồng.")] if invitation.chair else []),
        ("Thời gian:", f"{invitation.when}."),
        ("Địa điểm:", f"{invitation.place}."),
        ("", "Đề nghị các thành viên nghiên cứu trước tài liệu trên hệ thống và dự họp đúng thành phần, thời gian"),
    ]
