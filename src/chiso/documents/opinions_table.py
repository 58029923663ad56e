"""The report on the opinions given on a draft set (tổng hợp, tiếp thu, giải trình ý kiến), as Word and as Excel.

The Word document is a report (báo cáo) of the coordinating office in the form of NĐ 30/2020 with the table as its
lying annex; the workbook is the same table for work.
"""

import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from pathlib import Path

import xlsxwriter
from django.conf import settings
from django.utils import timezone, translation

from chiso.common.dates import format_date
from chiso.documents import nd30
from chiso.documents.composing import in_full, initials, issuer_of
from chiso.documents.nd30 import Clause, Issuer, OfficialDocument, Signer
from chiso.documents.rendering import render
from chiso.documents.tables import Annex, Column
from chiso.indexsets.choices import Response
from chiso.indexsets.consultation_page import about_words
from chiso.indexsets.models import Consultation, Opinion
from chiso.organizations.choices import Role
from chiso.organizations.models import Unit

TEMPLATE = "opinions_report"
NOT_ANSWERED = "Chưa trả lời"
_WHOLE_SET = 0
_HEADS = {"Phòng": "TRƯỞNG PHÒNG", "Sở": "GIÁM ĐỐC", "Ban": "TRƯỞNG BAN", "Vụ": "VỤ TRƯỞNG"}
_COLUMNS = (
    Column("TT", 12),
    Column("Nội dung được góp ý", 50, "left"),
    Column("Cơ quan, đơn vị góp ý", 40, "left"),
    Column("Ý kiến góp ý", 78, "left"),
    Column("Tiếp thu, giải trình", 72, "left"),
)
_MAX_CELL, _LINE, _MAX_HEIGHT = 32_767, 16, 409
_CHARACTERS = (6, 34, 28, 60, 60)
"""Widths of the same columns in Excel."""


@dataclass(frozen=True)
class OpinionsTable:
    """Everything the report prints."""

    issuer: Issuer
    signer: Signer
    authority: str
    symbol: str
    set_name: str
    year: int
    first_day: str
    last_day: str
    asked: int
    silent: tuple[str, ...]
    counts: dict[str, int]
    rows: tuple[tuple[str, ...], ...]
    recipients: tuple[str, ...]


def compose(consultation: Consultation) -> OpinionsTable:
    """Collect what was said (4 queries): on the set as a whole first, then in the order of its criteria."""
    with translation.override(settings.LANGUAGE_CODE):
        return _compose(consultation)


def _compose(consultation: Consultation) -> OpinionsTable:
    edition = consultation.edition
    authority = edition.index_set.authority
    office = Unit.objects.filter(parent=authority, memberships__role=Role.COORDINATOR).order_by("code").first()
    bodies = list(consultation.bodies.order_by("code").values_list("pk", "name"))
    opinions = sorted(
        Opinion.objects.filter(consultation=consultation).select_related("unit", "criterion"),
        key=lambda one: (_place(one), one.given_at, one.pk),
    )
    heard = {opinion.unit_id for opinion in opinions}
    name = office.name if office else authority.name
    seat = issuer_of(authority)
    return OpinionsTable(
        issuer=Issuer(parent_name=seat.name, name=name, place=seat.place) if office else seat,
        signer=Signer((_HEADS.get(name.split(" ", 1)[0], "THỦ TRƯỞNG"),), ""),
        authority=in_full(authority.name),
        symbol=f"BC-{initials(name)}",
        set_name=edition.name,
        year=timezone.localtime(consultation.closes_at).year,
        first_day=format_date(consultation.opened_at),
        last_day=_last_day(consultation.closes_at),
        asked=len(bodies),
        silent=tuple(name for pk, name in bodies if pk not in heard),
        counts={one: sum(opinion.response == one for opinion in opinions) for one in ("", *Response.values)},
        rows=tuple(_row(number, opinion) for number, opinion in enumerate(opinions, start=1)),
        recipients=(authority.name, "Các cơ quan, đơn vị được lấy ý kiến", f"Lưu: VT, {initials(name)}"),
    )


def _place(opinion: Opinion) -> int:
    """On the set as a whole first, on criteria that are gone last."""
    if opinion.criterion is not None:
        return opinion.criterion.position
    return 1_000_000 if opinion.about else _WHOLE_SET


def _last_day(closes_at: datetime) -> str:
    """Midnight ends the day before it; a consultation that was ended early ends on its own day."""
    return format_date(timezone.localtime(closes_at - timedelta(microseconds=1)))


def _row(number: int, opinion: Opinion) -> tuple[str, ...]:
    answer = opinion.get_response_display() if opinion.response else NOT_ANSWERED
    if opinion.response_text:
        answer = f"{answer}. {opinion.response_text}"
    return str(number), about_words(opinion), opinion.unit.name, opinion.text, answer


def build_docx(table: OpinionsTable, *, templates: Path | None = None) -> bytes:
    """Print the report as .docx; the office fills in number, date and signer."""
    return render(_document(table), name=TEMPLATE, templates=templates)


def _document(table: OpinionsTable) -> OfficialDocument:
    number, day = nd30.document_number(None, table.symbol), nd30.long_date(None, table.year)
    annex = Annex(
        title=f"Tổng hợp, tiếp thu, giải trình ý kiến góp ý\nđối với dự thảo {table.set_name}".upper(),
        reference=f"(Kèm theo Báo cáo số {number} {day} của {table.issuer.name})",
        columns=_COLUMNS,
        rows=table.rows,
        landscape=True,
    )
    return OfficialDocument(
        issuer=table.issuer,
        symbol=table.symbol,
        number=None,
        date=None,
        draft_year=table.year,
        signer=table.signer,
        kind="Báo cáo",
        summary=f"Tổng hợp, tiếp thu, giải trình ý kiến góp ý\nđối với dự thảo {table.set_name}",
        clauses=tuple(Clause(text, lead) for lead, text in _clauses(table)),
        recipients=table.recipients,
        annexes=(annex,) if table.rows else (),
    )


def _clauses(table: OpinionsTable) -> list[tuple[str, str]]:
    heard = table.asked - len(table.silent)
    silent = f" ({', '.join(table.silent)})" if table.silent else ""
    counts = table.counts
    waiting = f"; chưa trả lời: {counts['']}" if counts[""] else ""
    return [
        (
            "",
            f"{table.issuer.name} đã lấy ý kiến đối với dự thảo “{table.set_name}” của {table.authority} từ ngày "
            f"{table.first_day} đến hết ngày {table.last_day}. Kết quả như sau:",
        ),
        (
            "1.",
            f"Số cơ quan, đơn vị được lấy ý kiến: {table.asked}; đã có ý kiến: {heard}; chưa có ý kiến: "
            f"{len(table.silent)}{silent}.",
        ),
        (
            "2.",
            f"Tổng số ý kiến: {len(table.rows)}; tiếp thu: {counts[Response.ACCEPTED]}; tiếp thu một phần: "
            f"{counts[Response.PARTLY]}; giải trình, không tiếp thu: {counts[Response.DECLINED]}{waiting}.",
        ),
        ("", "Từng ý kiến và nội dung tiếp thu, giải trình được nêu tại Phụ lục kèm theo."),
    ][: 4 if table.rows else 3]


def _height(row: tuple[str, ...]) -> int:
    """As high as its longest cell: Excel fits rows itself only when one is edited."""
    lines = (
        sum(ceil(max(len(part), 1) * 1.1 / width) for part in text.split("\n"))
        for text, width in zip(row, _CHARACTERS, strict=True)
    )
    return min(max(lines) * _LINE, _MAX_HEIGHT)


def build_xlsx(table: OpinionsTable) -> bytes:
    """The table as a workbook that prints on lying A4 with its header on each page."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("Ý kiến")
        base = {"font_name": "Times New Roman", "font_size": 12, "text_wrap": True, "valign": "top"}
        title = book.add_format({**base, "bold": True, "align": "center", "font_size": 14})
        line = book.add_format({**base, "italic": True, "align": "center"})
        head = book.add_format({**base, "bold": True, "align": "center", "valign": "vcenter", "border": 1})
        texts = book.add_format({**base, "border": 1})
        middle = book.add_format({**base, "border": 1, "align": "center"})
        for place, width in enumerate(_CHARACTERS):
            sheet.set_column(place, place, width)
        last = len(_COLUMNS) - 1
        sheet.merge_range(
            0, 0, 0, last, f"Tổng hợp, tiếp thu, giải trình ý kiến đối với dự thảo {table.set_name}", title
        )
        sheet.set_row(0, 40)
        told = " ".join(f"{lead} {text}".strip() for lead, text in _clauses(table)[1:3])
        sheet.merge_range(1, 0, 1, last, told, line)
        sheet.set_row(1, 34)
        for place, column in enumerate(_COLUMNS):
            sheet.write_string(2, place, column.heading, head)
        for number, row in enumerate(table.rows, start=3):
            sheet.write_number(number, 0, number - 2, middle)
            for place, text in enumerate(row[1:], start=1):
                sheet.write_string(number, place, text[:_MAX_CELL], texts)
            sheet.set_row(number, _height(row))
        sheet.freeze_panes(3, 0)
        sheet.repeat_rows(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        book.set_properties({"title": f"Ý kiến đối với {table.set_name}"[:255]})
        book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 the same table gives the same bytes
    return target.getvalue()
