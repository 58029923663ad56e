"""The receipt of a submission (biên nhận) as Word: what the page says, on paper, in the name of who receives."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils import timezone, translation

from chiso.assessments.models import Dossier
from chiso.assessments.pages.receipt_page import Receipt, receipt_of
from chiso.documents.composing import initials, issuer_of
from chiso.documents.nd30 import Clause, Issuer, OfficialDocument, Signer
from chiso.documents.rendering import render
from chiso.documents.tables import Annex, Column
from chiso.organizations.models import User

TEMPLATE = "receipt"
_COLUMNS = (
    Column("TT", 12),
    Column("Tiêu chí", 74, "left"),
    Column("Điểm tự chấm", 22),
    Column("Tài liệu kiểm chứng", 57, "left"),
)
_SHORT_CODE = 8


@dataclass(frozen=True)
class ReceiptDocument:
    """Everything the document prints."""

    issuer: Issuer
    symbol: str
    day: date
    receipt: Receipt

    @property
    def number(self) -> str:
        """The beginning of the hash: what people say on the telephone."""
        return self.receipt.code[:_SHORT_CODE].upper()


def compose(user: User, dossier: Dossier) -> ReceiptDocument:
    """Collect the receipt in the language of documents. 403 for whoever may not read it."""
    seat, office = issuer_of(dossier.round.authority), dossier.round.coordinator
    is_office = office.pk != dossier.round.authority_id
    with translation.override(settings.LANGUAGE_CODE):
        receipt = receipt_of(user, dossier)
    return ReceiptDocument(
        issuer=Issuer(parent_name=seat.name, name=office.name, place=seat.place) if is_office else seat,
        symbol=f"BN-{initials(office.name)}",
        day=timezone.localtime(dossier.submitted_at).date(),
        receipt=receipt,
    )


def build(document: ReceiptDocument, *, templates: Path | None = None) -> bytes:
    """Print the receipt as .docx."""
    return render(to_document(document), name=TEMPLATE, templates=templates)


def to_document(document: ReceiptDocument) -> OfficialDocument:
    """Put the receipt into the frame of an official document."""
    receipt = document.receipt
    return OfficialDocument(
        issuer=document.issuer,
        symbol=document.symbol,
        number=document.number,
        date=document.day,
        draft_year=None,
        signer=Signer(("HỆ THỐNG LẬP TỰ ĐỘNG",), ""),
        kind="Biên nhận",
        summary=f"Nộp hồ sơ tự đánh giá, chấm điểm\ncủa {receipt.unit}",
        clauses=tuple(_clauses(receipt)),
        recipients=(receipt.unit, document.issuer.name),
        annexes=(_annex(document),) if receipt.lines else (),
    )


def _clauses(receipt: Receipt) -> list[Clause]:
    told = [
        ("Đợt đánh giá:", receipt.round),
        ("Đơn vị nộp:", receipt.unit),
        ("Thời điểm nộp:", f"{receipt.when} theo đồng hồ máy chủ ({receipt.late})"),
        ("Người ký duyệt, nộp:", receipt.who),
        ("Nội dung:", receipt.counts),
        ("Báo cáo kèm theo:", receipt.report or "không có"),
        ("Tổng điểm tự chấm:", f"{receipt.total}/{receipt.total_max}"),
        ("Mã băm SHA-256:", " ".join(receipt.code[start : start + 8] for start in range(0, len(receipt.code), 8))),
    ]
    clauses = [Clause(f"{text}.", f"{number}. {lead}") for number, (lead, text) in enumerate(told, start=1)]
    return [
        *clauses,
        Clause(
            "Mã băm tính từ mọi số liệu, thuyết minh, tài liệu và báo cáo tại giờ nộp; thay đổi một chữ thì mã khác "
            "đi. Biên nhận do phần mềm lập, không cần chữ ký, con dấu; tra cứu trong phần mềm bằng hồ sơ của đơn vị"
        ),
    ]


def _annex(document: ReceiptDocument) -> Annex:
    receipt = document.receipt
    return Annex(
        title=f"Nội dung hồ sơ đã nộp\ncủa {receipt.unit}".upper(),
        reference=f"(Kèm theo Biên nhận số {document.number}/{document.symbol})",
        columns=_COLUMNS,
        rows=tuple(
            (str(place), line.name, line.score, line.papers) for place, line in enumerate(receipt.lines, start=1)
        ),
    )
