"""The plan (Kế hoạch): part II row for row as it was written, parts I and III around it.

A moved deadline does not change the signed document: of an issued plan the words are those it was issued with.
"""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils import translation

from chiso.documents.composing import issuer_of, signer_of
from chiso.documents.nd30 import Clause, Issuer, OfficialDocument, Signer
from chiso.documents.rendering import render
from chiso.documents.tables import BodyTable, Column
from chiso.organizations.choices import Role
from chiso.organizations.models import User
from chiso.rounds.choices import DeadlineKind, PlanState
from chiso.rounds.models import Plan
from chiso.rounds.plan_file import PlanFile, TaskRow
from chiso.rounds.plan_papers.table import Column as Cell
from chiso.rounds.plan_papers.table import cells_of
from chiso.rounds.plan_source import plan_of

TEMPLATE = "plan"
SYMBOL = "KH-UBND"
_COLUMNS = (
    Column("STT", 13),
    Column("Nhiệm vụ", 56, "both"),
    Column("Thời gian", 27),
    Column("Cơ quan chủ trì", 29),
    Column("Cơ quan phối hợp", 40, "left"),
)
_HEADING = re.compile(r"(?:[0-9]+|[IVX]+|[a-z])\s*[.)]\s*\S.*")
_LONGEST_HEADING = 250
_NO_CLOSING = "Trên đây là Kế hoạch của {name}; các cơ quan, đơn vị, cá nhân có liên quan tổ chức thực hiện"


@dataclass(frozen=True)
class PlanDocument:
    """Everything the plan prints; `number` and `day` None make a draft."""

    issuer: Issuer
    number: str | None
    day: date | None
    signer: Signer
    plan: PlanFile


def compose(plan: Plan) -> PlanDocument:
    """Fill the document from the plan, in Vietnamese whatever language the pages speak (4 queries)."""
    is_issued = plan.state == PlanState.ISSUED
    with translation.override(settings.LANGUAGE_CODE):
        return PlanDocument(
            issuer=issuer_of(plan.round.authority),
            number=plan.number or None,
            day=plan.date,
            signer=_signer(plan),
            plan=plan_of(plan, as_issued=is_issued),
        )


def build(document: PlanDocument, *, templates: Path | None = None) -> bytes:
    """Print the plan as .docx."""
    return render(official(document), name=TEMPLATE, templates=templates)


def official(document: PlanDocument) -> OfficialDocument:
    """Word the plan in the frame of official documents."""
    plan = document.plan
    return OfficialDocument(
        issuer=document.issuer,
        symbol=SYMBOL,
        number=document.number,
        date=document.day,
        draft_year=plan.year,
        signer=document.signer,
        kind="Kế hoạch",
        summary=plan.name,
        clauses=(
            *_paragraphs(plan.preamble),
            *([Clause("", lead="I. MỤC ĐÍCH, YÊU CẦU"), *_paragraphs(plan.aims)] if plan.aims else []),
            Clause("", lead="II. NỘI DUNG"),
            Clause("", table=_table(plan.tasks)),
            *([Clause("", lead="III. TỔ CHỨC THỰC HIỆN"), *_paragraphs(plan.duties)] if plan.duties else []),
            *_closing(document),
        ),
        recipients=tuple(plan.recipients.splitlines()),
    )


def _paragraphs(text: str) -> tuple[Clause, ...]:
    """The lines of a part; one that begins with a number heads the ones below it."""
    return tuple(
        Clause("", lead=line) if _HEADING.fullmatch(line) and len(line) <= _LONGEST_HEADING else Clause(line)
        for line in text.splitlines()
    )


def _closing(document: PlanDocument) -> tuple[Clause, ...]:
    if document.plan.closing:
        return tuple(Clause(line) for line in document.plan.closing.splitlines())
    return (Clause(_NO_CLOSING.format(name=document.issuer.name)),)


def _table(tasks: tuple[TaskRow, ...]) -> BodyTable:
    headings = frozenset(place for place, task in enumerate(tasks) if task.kind == DeadlineKind.GROUP)
    return BodyTable(_COLUMNS, tuple(map(_row, tasks)), headings, bold_columns=2)  # Number and title, not the note.


def _row(task: TaskRow) -> tuple[str, ...]:
    """The row's cells; its note stands in the last one, below the bodies if there are any."""
    cells = cells_of(task)
    last = [cells[Cell.COORDINATE], f"Ghi chú: {task.note}" if task.note else ""]
    return (
        *(cells[column] for column in (Cell.CODE, Cell.TITLE, Cell.DEADLINE, Cell.LEAD)),
        "\n".join(filter(None, last)),
    )


def _signer(plan: Plan) -> Signer:
    """Who issued the plan, in the capacity that the title gives; before that, the head."""
    heads = User.objects.filter(
        memberships__unit=plan.round.authority_id, memberships__role=Role.AUTHORITY_HEAD
    ).order_by("-is_active", "pk")
    known = next((head for head in heads if not plan.signer_name or head.full_name == plan.signer_name), None)
    return signer_of(known) if known else Signer(("CHỦ TỊCH",), plan.signer_name)
