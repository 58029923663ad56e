"""How scores came about, as an annex to print: of a unit's leaves, or of one criterion over units.

It holds what its reader sees on the page, and no private notes; nobody signs it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from chiso.assessments.pages.history_page import LeafHistory
from chiso.documents import nd30
from chiso.documents.composing import initials, issuer_of
from chiso.documents.nd30 import Clause, Issuer, OfficialDocument, Signer
from chiso.documents.rendering import render
from chiso.documents.tables import Annex, Column
from chiso.rounds.models import Round

TEMPLATE = "score_history"
_WIDTHS = ((60, "left"), (34, "left"), (16, "center"), (18, "center"), (44, "left"), (80, "left"))
_HEADS = ("Bước", "Điểm", "Thay đổi", "Người, thời gian", "Căn cứ, lý do")


@dataclass(frozen=True)
class ScoreHistory:
    """Everything the document prints."""

    issuer: Issuer
    symbol: str
    subject: str
    corner: str
    day: date
    rows: tuple[tuple[str, ...], ...]


def of_unit(round: Round, unit: str, leaves: Sequence[LeafHistory], day: date) -> ScoreHistory:
    return _compose(
        round, f"các tiêu chí của {unit}", "Tiêu chí", [(f"{one.code} {one.name}", one) for one in leaves], day
    )


def of_criterion(round: Round, leaves: Sequence[LeafHistory], day: date) -> ScoreHistory:
    subject = f"tiêu chí {leaves[0].code} {leaves[0].name}"
    return _compose(round, subject, "Đơn vị", [(one.unit, one) for one in leaves], day)


def _compose(
    round: Round, subject: str, corner: str, named: Sequence[tuple[str, LeafHistory]], day: date
) -> ScoreHistory:
    seat, office = issuer_of(round.authority), round.coordinator
    is_office = office.pk != round.authority_id
    return ScoreHistory(
        issuer=Issuer(parent_name=seat.name, name=office.name, place=seat.place) if is_office else seat,
        symbol=f"BTH-{initials(office.name)}",
        subject=f"{subject}\nnăm {round.year}",
        corner=corner,
        day=day,
        rows=tuple(_rows(named)),
    )


def _rows(named: Sequence[tuple[str, LeafHistory]]) -> Iterator[tuple[str, ...]]:
    for name, leaf in named:
        for place, step in enumerate(leaf.steps):
            who = ", ".join(part for part in (step["who"], step["when"]) if part)
            change, text = step.get("change", ""), step["text"].replace("\n", ". ")
            yield (name if place == 0 else "", str(step["title"]), step["score"], change, who, text)


def build(history: ScoreHistory, *, templates: Path | None = None) -> bytes:
    """Print it as .docx."""
    return render(to_document(history), name=TEMPLATE, templates=templates)


def to_document(history: ScoreHistory) -> OfficialDocument:
    heads = (history.corner, *_HEADS)
    columns = tuple(Column(head, width, align) for head, (width, align) in zip(heads, _WIDTHS, strict=True))
    return OfficialDocument(
        issuer=history.issuer,
        symbol=history.symbol,
        number=None,
        date=history.day,
        draft_year=None,
        signer=Signer(("NGƯỜI LẬP BẢNG",), ""),
        kind="Bảng tổng hợp",
        summary=f"Quá trình chấm điểm {history.subject}",
        clauses=(Clause(f"Quá trình chấm điểm đến {nd30.long_date(history.day)} được nêu tại Phụ lục kèm theo"),),
        recipients=(f"Lưu: VT, {history.symbol.removeprefix('BTH-')}",),
        annexes=(
            Annex(
                title=f"Quá trình chấm điểm {history.subject}".upper(),
                reference="(Tự chấm, thẩm định, giải trình, rà soát, kết luận của Hội đồng)",
                columns=columns,
                rows=history.rows,
                landscape=True,
            ),
        ),
    )
