"""The letter that urges units to do a task of the plan (công văn đôn đốc), of the coordinating office.

It says what the plan asks for, that it was not done when the letter was written, and until when it is asked for now;
it moves no deadline.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone, translation

from chiso.common.dates import format_date, format_deadline
from chiso.documents.composing import (
    in_full,
    initials,
    issuer_of,
    issuer_of_unit,
    letters_of_unit,
    own_plan,
    signer_of_unit,
)
from chiso.documents.nd30 import Clause, Issuer, OfficialDocument, Signer
from chiso.documents.rendering import render
from chiso.organizations.choices import Role
from chiso.organizations.models import Unit
from chiso.organizations.people import holding
from chiso.rounds.models import PlanTask, Round
from chiso.tracking.models import UrgingLetter

TEMPLATE = "urging_letter"
_HEAD_TITLES = ("trưởng phòng", "giám đốc", "trưởng ban", "chánh")


@dataclass(frozen=True)
class Letter:
    """Everything the letter prints; without a number or a date it is a draft."""

    issuer: Issuer
    signer: Signer
    symbol: str
    number: str | None
    day: date | None
    draft_year: int
    units: tuple[str, ...]
    subject: str
    task: str
    plan: str
    deadline: str
    standing: str
    wishes: tuple[str, ...]
    until: str
    office: str
    recipients: tuple[str, ...]


def compose(letter: UrgingLetter) -> Letter:
    """Collect what a letter that was sent says (5 queries); needs the round with authority, coordinator and plan.

    A date of the plan that moved later does not change what the letter said.
    """
    task, moved = letter.task, letter.task.changes.filter(changed_at__gt=letter.sent_at).order_by("pk").first()
    return draft(
        letter.round,
        task,
        list(letter.units.order_by("code")),
        letter.sent_at,
        number=letter.number,
        day=letter.date,
        text=letter.text,
        until=letter.ends_at,
        planned=(moved.old_text, moved.old_ends_at) if moved else (task.deadline_text, task.ends_at),
    )


def draft(
    round: Round,
    task: PlanTask,
    units: Iterable[Unit],
    at: datetime,
    *,
    number: str = "",
    day: date | None = None,
    text: str = "",
    until: datetime | None = None,
    planned: tuple[str, datetime | None] | None = None,
) -> Letter:
    """Collect what a letter would say, with what there is of it; `planned` is the plan's date if not today's."""
    office = round.coordinator
    names = tuple(issuer_of_unit(unit, round.authority).name for unit in units)
    with translation.override(settings.LANGUAGE_CODE):
        return Letter(
            issuer=_issuer(round),
            signer=_signer(office),
            symbol=letters_of_unit(office),
            number=number or None,
            day=day,
            draft_year=timezone.localdate(at).year,
            units=names,
            subject=f"đôn đốc thực hiện nhiệm vụ xác định\nChỉ số cải cách hành chính năm {round.year}",
            task=f"“{task.title}”",
            plan=own_plan(round.plan, round),
            deadline=_deadline(*planned or (task.deadline_text, task.ends_at)),
            standing=_standing(names, at),
            wishes=tuple(line.strip() for line in text.splitlines() if line.strip()),
            until=format_deadline(until) if until else "",
            office=office.name,
            recipients=_recipients(round),
        )


def _issuer(round: Round) -> Issuer:
    seat, office = issuer_of(round.authority), round.coordinator
    if office.pk == round.authority_id:
        return seat
    return Issuer(parent_name=seat.name, name=office.name, place=seat.place)


def _signer(office: Unit) -> Signer:
    """Who signs for the office; where nobody approves there, the one of its people whose title says so."""
    signer = signer_of_unit(office)
    people = holding(Role.COORDINATOR, office.pk)
    heads = [person.full_name for person in people if person.title.lower().startswith(_HEAD_TITLES)]
    return signer if signer.name or not heads else Signer(signer.capacity, heads[0])


def _deadline(printed: str, ends_at: datetime | None) -> str:
    """As the plan prints it, and what that means to the minute."""
    exact = format_deadline(ends_at)
    if printed.startswith("Tháng"):
        printed = f"trong {printed[:1].lower()}{printed[1:]}"
    return f"{printed[:1].lower()}{printed[1:]} ({exact})" if printed else exact


def _standing(units: Sequence[str], at: datetime) -> str:
    day = format_date(at)
    if len(units) == 1:
        return f"Đến ngày {day}, {units[0]} chưa hoàn thành nhiệm vụ này"
    return f"Đến ngày {day}, {len(units)} cơ quan, đơn vị có tên ở trên chưa hoàn thành nhiệm vụ này"


def _recipients(round: Round) -> tuple[str, ...]:
    office = round.coordinator
    told: tuple[str, ...] = ("Như trên",)
    if office.pk != round.authority_id:
        told += (f"Thường trực {in_full(round.authority.name)} (báo cáo)",)
    return (*told, f"Lưu: VT, {initials(office.name)}")


# ---- on paper ----------------------------------------------------------------


def build(letter: Letter, *, templates: Path | None = None) -> bytes:
    """Print the letter as .docx."""
    return render(to_document(letter), name=TEMPLATE, templates=templates)


def to_document(letter: Letter) -> OfficialDocument:
    """Fill the frame of an official letter (công văn)."""
    return OfficialDocument(
        issuer=letter.issuer,
        symbol=letter.symbol,
        number=letter.number,
        date=letter.day if letter.number else None,
        draft_year=letter.draft_year,
        signer=letter.signer,
        subject=letter.subject,
        addressees=letter.units,
        clauses=tuple(Clause(text) for text in _paragraphs(letter)),
        recipients=letter.recipients,
    )


def _paragraphs(letter: Letter) -> list[str]:
    whom = letter.units[0] if len(letter.units) == 1 else "các cơ quan, đơn vị"
    until = f" chậm nhất là {letter.until}" if letter.until else " trong thời gian sớm nhất"
    return [
        f"{letter.plan} quy định nhiệm vụ {letter.task} phải hoàn thành {letter.deadline}. {letter.standing}.",
        *letter.wishes,
        f"{letter.office} đề nghị {whom} hoàn thành{until}. Thời hạn này không thay thế thời hạn của Kế hoạch và gia "
        "hạn đã cho (nếu có); ngày trễ (nếu có) vẫn tính theo các thời hạn đó",
    ]
