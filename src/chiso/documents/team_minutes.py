"""The minutes of the expert team's meeting that ends a pass (Biên bản họp Tổ), or an office's for its part.

How much was judged, every cut with its reason, what the meeting concluded; the leader (the head of the office) signs.
Before the pass is signed off it is a draft with blanks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils import translation

from chiso.assessments.choices import Pass
from chiso.assessments.models import Entry
from chiso.assessments.offices import head_seat, leaves_of_office, offices_of, signatures
from chiso.assessments.pages.pass_rows import Row, differs, seen_leaves, with_judgement
from chiso.common.numbers import format_points
from chiso.documents.composing import dated, in_full, initials, issuer_of
from chiso.documents.council_minutes import moment_in_words
from chiso.documents.nd30 import Clause, Issuer, OfficialDocument, Signer, document_number
from chiso.documents.rendering import render
from chiso.documents.tables import Annex, Column
from chiso.organizations.models import User
from chiso.rounds import policy as round_policy
from chiso.rounds.choices import Panel, Position
from chiso.rounds.models import PanelMember, Round

TEMPLATE = "council_minutes"
SYMBOL = "BB-TCV"
_BLANK = "………………"
_CHANGES = (
    Column("TT", 11),
    Column("Đơn vị", 40, "left"),
    Column("Tiêu chí", 66, "left"),
    Column("Điểm trước", 22),
    Column("Điểm thẩm định", 24),
    Column("Lý do", 89, "left"),
)


@dataclass(frozen=True)
class TeamMinutes:
    """Everything the minutes print; without a moment and a conclusion they are a draft."""

    issuer: Issuer
    year: int
    number: Pass
    office: str
    grounds: str
    members: tuple[str, ...]
    judged: int
    total: int
    changes: tuple[tuple[str, ...], ...]
    signed_offices: tuple[str, ...]
    conclusion: str
    ended: datetime | None
    signer_title: str
    signer: str
    recipients: tuple[str, ...]


def compose(round: Round, user: User, number: Pass) -> TeamMinutes:
    """Fill the minutes from the round: to the head of an office of the office's part, else of the whole.

    Units from which the person is barred are left out, as everywhere.
    """
    with translation.override(settings.LANGUAGE_CODE):
        return _compose(round, user, number)


def _compose(round: Round, user: User, number: Pass) -> TeamMinutes:
    seat = head_seat(user, round)
    office = seat.body if seat else None
    leaves = with_judgement(_leaves(round, user, number, seat), number)
    signed = next((row for row in signatures(round, number) if row.office_id == (office.pk if office else None)), None)
    members = _members(round, seat)
    head = seat or next((member for member in members if member.position == Position.LEADER), None)
    return TeamMinutes(
        issuer=Issuer(issuer_of(round.authority).name, "Tổ Chuyên viên giúp việc", issuer_of(round.authority).place),
        year=round.year,
        number=number,
        office=office.name if office else "",
        grounds=_grounds(round),
        members=tuple(_line(member) for member in members),
        judged=leaves.filter(judged__isnull=False).count(),
        total=leaves.count(),
        changes=tuple(_changes(leaves, number)),
        signed_offices=() if office else tuple(_signatures(round, number)),
        conclusion=signed.minutes if signed else "",
        ended=signed.signed_at if signed else None,
        signer_title="THỦ TRƯỞNG CƠ QUAN" if office else "TỔ TRƯỞNG",
        signer=signed.signed_by.full_name if signed else head.user.full_name if head else "",
        recipients=("Thành viên Tổ", round.coordinator.name, f"Lưu: VT, {initials(round.coordinator.name)}"),
    )


def _leaves(round: Round, user: User, number: Pass, seat: PanelMember | None) -> QuerySet[Entry]:
    if seat is None or seat.body_id is None:
        return seen_leaves(user, round, number)
    barred = round_policy.barred_units(user, round)
    return leaves_of_office(round, number, seat.body_id).exclude(dossier__unit__in=barred)


def _members(round: Round, seat: PanelMember | None) -> list[PanelMember]:
    team = round.panel_members.filter(panel=Panel.TEAM, left_at=None).select_related("user", "body").order_by("pk")
    return list(team.filter(body=seat.body_id) if seat else team)


def _line(member: PanelMember) -> str:
    body = member.body.name if member.body else member.user.title
    return "- " + ", ".join(part for part in (member.user.full_name, body, member.get_position_display()) if part)


def _grounds(round: Round) -> str:
    if not round.panels_decision:
        return ""
    decision = dated(round.panels_decision, "QĐ-UBND", round.panels_date)
    return f"Căn cứ Quyết định số {decision} của {in_full(round.authority.name)}."


def _changes(leaves: QuerySet[Entry], number: Pass) -> Iterable[tuple[str, ...]]:
    """Every leaf that was cut (pass 1) or changed (pass 2), unit by unit. Private notes are no part of it."""
    rows: Iterable[Row] = (
        leaves.filter(differs(number))
        .order_by("dossier__unit__code", "criterion__position")
        .values(
            *("code", "gave", "before", "was_not_applicable"),
            unit=F("dossier__unit__name"),
            name=F("criterion__name"),
            refused=F("judged__not_applicable"),
            why=F("judged__reason"),
        )
    )
    for place, row in enumerate(rows, start=1):
        yield (
            str(place),
            row["unit"],
            f"{row['code']} {row['name']}",
            _points(row["before"], refused=row["was_not_applicable"]),
            _points(row["gave"], refused=row["refused"]),
            row["why"],
        )


def _points(points: Decimal, *, refused: bool) -> str:
    return "Không áp dụng" if refused else format_points(points)


def _signatures(round: Round, number: Pass) -> Iterable[str]:
    for office in offices_of(round, number):
        signed = office.signed
        told = f"đã ký {moment_in_words(signed.signed_at)}" if signed else "chưa ký"
        yield f"- {office.name} ({signed.signed_by.full_name if signed else office.head}): {told}."


def may_read(user: User, round: Round) -> bool:
    """The leader, heads of offices for their part, and those who run the round."""
    runs = round.authority_id in user.authorities_run()
    return runs or bool(round_policy.can_lead_team(user, round) or head_seat(user, round))


def build(minutes: TeamMinutes, *, templates: Path | None = None) -> bytes:
    """Print the minutes as .docx; the clerk fills in the number."""
    return render(to_document(minutes), name=TEMPLATE, templates=templates)


def to_document(minutes: TeamMinutes) -> OfficialDocument:
    part = f", phần của {minutes.office}" if minutes.office else ""
    return OfficialDocument(
        issuer=minutes.issuer,
        symbol=SYMBOL,
        number=None,
        date=None,
        draft_year=None,
        signer=Signer((minutes.signer_title,), minutes.signer),
        secretary=Signer(("NGƯỜI GHI BIÊN BẢN",), ""),
        kind="Biên bản",
        summary=f"Họp Tổ Chuyên viên kết thúc {minutes.number.label.lower()}{part}\n"
        f"Chỉ số cải cách hành chính năm {minutes.year}",
        clauses=tuple(Clause(text, lead) for lead, text in _clauses(minutes)),
        recipients=minutes.recipients,
        annexes=_annexes(minutes),
    )


def _clauses(minutes: TeamMinutes) -> list[tuple[str, str]]:
    """What the program knows stands there; where and when they met, and who was away, the writer fills in."""
    rest = minutes.total - minutes.judged
    told = f"Đã thẩm định {minutes.judged}/{minutes.total} mục; {len(minutes.changes)} mục có điểm khác điểm trước đó"
    told += f"; còn {rest} mục chưa thẩm định" if rest else ""
    return [
        ("", f"Thời gian bắt đầu: {moment_in_words(None)}. Địa điểm: {_BLANK}."),
        ("I. THÀNH PHẦN", ""),
        *(("", line) for line in minutes.members),
        ("", f"Vắng mặt: {_BLANK}. Người ghi biên bản: {_BLANK}."),
        ("II. NỘI DUNG", ""),
        *([("", minutes.grounds)] if minutes.grounds else []),
        ("", f"{told}{' (chi tiết tại Phụ lục kèm theo)' if minutes.changes else ''}."),
        *([("III. CHỮ KÝ CỦA CÁC CƠ QUAN CHỦ TRÌ LĨNH VỰC", "")] if minutes.signed_offices else []),
        *(("", line) for line in minutes.signed_offices),
        (f"{'IV' if minutes.signed_offices else 'III'}. KẾT LUẬN", ""),
        *(("", line) for line in (minutes.conclusion or _BLANK).splitlines() if line.strip()),
        ("", f"Cuộc họp kết thúc vào {moment_in_words(minutes.ended)}. Biên bản đã được các thành viên thống nhất"),
    ]


def _annexes(minutes: TeamMinutes) -> tuple[Annex, ...]:
    if not minutes.changes:
        return ()
    reference = f"(Kèm theo Biên bản số {document_number(None, SYMBOL)})"
    return (Annex("CÁC MỤC CÓ ĐIỂM KHÁC ĐIỂM TRƯỚC ĐÓ", reference, _CHANGES, minutes.changes, landscape=True),)
