"""The decision that publishes an index (Quyết định công bố Chỉ số cải cách hành chính), with its annexes.

Annex I ranks the units; annex II gives each area's percentage. The figures are the frozen result as given:
nothing is computed here.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from chiso.documents import nd30
from chiso.documents.nd30 import COMMITTEE, Clause, Issuer, OfficialDocument, Signer, format_points
from chiso.documents.rendering import render
from chiso.documents.tables import Annex, Column

TEMPLATE = "publication_decision"
LOCAL_GOVERNMENT_LAWS_2023 = (
    "Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015; Luật sửa đổi, bổ sung một số điều của "
    "Luật Tổ chức Chính phủ và Luật Tổ chức chính quyền địa phương ngày 22 tháng 11 năm 2019"
)
REFORM_PROGRAM = (
    "Nghị quyết số 76/NQ-CP ngày 15 tháng 7 năm 2021 của Chính phủ ban hành Chương trình tổng thể "
    "cải cách hành chính nhà nước giai đoạn 2021 - 2030"
)
GROUNDS_JANUARY_2023 = (LOCAL_GOVERNMENT_LAWS_2023, REFORM_PROGRAM)

_LANDSCAPE_MM = 252.0
_HEAD_TITLES = {"Phòng": "Trưởng phòng", "Sở": "Giám đốc", "Ban": "Trưởng ban", "Vụ": "Vụ trưởng"}

__all__ = ["DecisionRow", "Issuer", "PublicationDecision", "Signer", "build"]


@dataclass(frozen=True)
class DecisionRow:
    """One unit's published result; `None` where a unit has no rank, total or area figure."""

    rank: int | None
    unit: str
    total: Decimal | None
    grade: str = ""
    note: str = ""
    areas: tuple[Decimal | None, ...] = ()


@dataclass(frozen=True)
class PublicationDecision:
    """Everything the decision prints. Empty grounds are left out; `number` and `date` None make a draft."""

    issuer: Issuer
    number: str | None
    date: date | None
    year: int
    signer: Signer
    rows: tuple[DecisionRow, ...]
    area_names: tuple[str, ...]
    recipients: tuple[str, ...]
    superior_plan: str = ""
    own_plan: str = ""
    set_decision: str = ""
    council_minutes: str = ""
    submitter: str = "Phòng Nội vụ"
    submission: str = ""
    units_caption: str = "UBND các xã, thị trấn"
    legal_grounds: tuple[str, ...] = GROUNDS_JANUARY_2023
    executors: tuple[str, ...] = ()
    method: tuple[str, ...] = ()
    supersedes: str = ""
    result_hash: str = ""
    symbol: str = "QĐ-UBND"
    total_heading: str = "Chỉ số CCHC (%)"
    places: int = 2
    draft_year: int | None = None


def build(decision: PublicationDecision, *, templates: Path | None = None) -> bytes:
    """Print the decision as .docx; `templates` is the authority's own template folder, if it has one."""
    return render(to_document(decision), name=TEMPLATE, templates=templates)


def to_document(decision: PublicationDecision) -> OfficialDocument:
    """Put the decision into the frame of an official document."""
    signer, issuer = decision.signer, decision.issuer
    articles = _articles(decision)
    return OfficialDocument(
        issuer=issuer,
        symbol=decision.symbol,
        number=decision.number,
        date=decision.date,
        draft_year=_draft_year(decision),
        signer=signer,
        kind="Quyết định",
        summary=f"Về việc công bố Chỉ số cải cách hành chính năm {decision.year}\ncủa {_units(decision)}",
        authority=signer.authority_of(issuer),
        grounds=_grounds(decision),
        resolution="QUYẾT ĐỊNH:",
        clauses=articles,
        recipients=_recipients(decision, last_article=len(articles)),
        annexes=_annexes(decision),
    )


def _draft_year(decision: PublicationDecision) -> int:
    """A result is published in the year after the one it is about, unless the caller knows better."""
    return decision.year + 1 if decision.draft_year is None else decision.draft_year


def _units(decision: PublicationDecision) -> str:
    return f"{decision.units_caption} trên địa bàn {decision.issuer.territory}"


def _units_in_full(decision: PublicationDecision) -> str:
    return _units(decision).replace("UBND", COMMITTEE, 1)


def _heads_of_units(caption: str) -> str:
    """`Chủ tịch Ủy ban nhân dân các xã, thị trấn`; departments have a `thủ trưởng`."""
    if "UBND" in caption:
        return caption.replace("UBND", f"Chủ tịch {COMMITTEE}", 1)
    return f"Thủ trưởng {caption}"


def _head_of(office: str) -> str:
    """`Trưởng phòng Phòng Nội vụ`, `Giám đốc Sở Nội vụ`; another office is named as its head."""
    return f"{_HEAD_TITLES.get(office.split(' ', 1)[0], 'Thủ trưởng')} {office}"


def _grounds(decision: PublicationDecision) -> tuple[str, ...]:
    proposal = f"Theo đề nghị của {_head_of(decision.submitter)}" if decision.submitter else ""
    if proposal and decision.submission:
        proposal = f"{proposal} tại {decision.submission}"
    return (
        *decision.legal_grounds,
        decision.superior_plan,
        decision.own_plan,
        decision.set_decision,
        decision.council_minutes,
        proposal,
    )


def _articles(decision: PublicationDecision) -> tuple[Clause, ...]:
    attached = "Phụ lục I, Phụ lục II" if decision.area_names else "Phụ lục"
    heads = _heads_of_units(decision.units_caption)
    texts = [
        f"Công bố Chỉ số cải cách hành chính năm {decision.year} của {_units_in_full(decision)} "
        f"(chi tiết tại {attached} kèm theo Quyết định này).",
        f"Căn cứ kết quả công bố tại Điều 1, {heads} có trách nhiệm phân tích nguyên nhân của các tiêu chí "
        "đạt thấp, đề ra giải pháp khắc phục, nâng cao Chỉ số cải cách hành chính những năm tiếp theo. "
        "Kết quả Chỉ số cải cách hành chính được gắn với công tác đánh giá người đứng đầu, cán bộ, "
        "công chức, viên chức.",
    ]
    if decision.supersedes:
        texts.append(f"Quyết định này thay thế {decision.supersedes.rstrip('. ;')}.")
    texts.append(f"Quyết định này có hiệu lực kể từ ngày ký. {_executors(decision, heads)}")
    return tuple(Clause(text, lead=f"Điều {index}.") for index, text in enumerate(texts, start=1))


def _recipients(decision: PublicationDecision, *, last_article: int) -> tuple[str, ...]:
    """`Như Điều 3` names the article of those who carry it out, whatever its number turns out to be."""
    return tuple(
        f"Như Điều {last_article}" if recipient.startswith("Như Điều") else recipient
        for recipient in decision.recipients
    )


def _executors(decision: PublicationDecision, heads: str) -> str:
    named = decision.executors or (
        *((_head_of(decision.submitter),) if decision.submitter else ()),
        "Thủ trưởng các cơ quan, đơn vị có liên quan",
    )
    return f"{', '.join(named)} và {heads} chịu trách nhiệm thi hành Quyết định này."


def _annexes(decision: PublicationDecision) -> tuple[Annex, ...]:
    number = nd30.document_number(decision.number, decision.symbol)
    day = nd30.long_date(decision.date, _draft_year(decision))
    authority = decision.signer.authority_in_text(decision.issuer)
    document, of_whom = f"(Kèm theo Quyết định số {number} {day}", f"của {authority})"
    fingerprint = f"Mã kiểm tra kết quả (SHA-256): {decision.result_hash}" if decision.result_hash else ""
    if not decision.area_names:
        return (_ranking_annex(decision, f"{document}\n{of_whom}", fingerprint),)
    return (
        _ranking_annex(decision, f"{document}\n{of_whom}", ""),
        _area_annex(decision, f"{document} {of_whom}", fingerprint),
    )


def _ranking_annex(decision: PublicationDecision, reference: str, fingerprint: str) -> Annex:
    columns = (
        Column("TT", 12),
        Column("Đơn vị", 52, "left"),
        Column(decision.total_heading, 26),
        Column("Xếp hạng", 20),
        Column("Xếp loại", 23),
        Column("Ghi chú", 32, "left"),
    )
    rows = tuple(
        (
            str(index),
            row.unit,
            format_points(row.total, decision.places),
            nd30.NOT_SCORED if row.rank is None else str(row.rank),
            row.grade,
            row.note,
        )
        for index, row in enumerate(decision.rows, start=1)
    )
    title = f"Kết quả xếp hạng Chỉ số cải cách hành chính năm {decision.year}\ncủa {_units(decision)}".upper()
    return Annex(title, reference, columns, rows, notes=decision.method, fingerprint=fingerprint)


def _area_annex(decision: PublicationDecision, reference: str, fingerprint: str) -> Annex:
    first = (Column("TT", 12), Column("Đơn vị", 44, "left"))
    total = Column(decision.total_heading, 24)
    left = _LANDSCAPE_MM - sum(column.width for column in (*first, total))
    areas = tuple(Column(name, left / len(decision.area_names)) for name in decision.area_names)
    rows = tuple(
        (
            str(index),
            row.unit,
            *(format_points(area, decision.places) for area in _areas_of(row, len(areas))),
            format_points(row.total, decision.places),
        )
        for index, row in enumerate(decision.rows, start=1)
    )
    title = f"Kết quả Chỉ số cải cách hành chính năm {decision.year} theo từng lĩnh vực\ncủa {_units(decision)}"
    return Annex(
        title.upper(),
        reference,
        (*first, *areas, total),
        rows,
        unit_line="Đơn vị tính: %",
        fingerprint=fingerprint,
        landscape=True,
    )


def _areas_of(row: DecisionRow, count: int) -> tuple[Decimal | None, ...]:
    """A unit without figures (it sent nothing) still fills its line; a wrong number of figures is a bug."""
    if row.areas and len(row.areas) != count:
        raise ValueError(f"{row.unit}: {len(row.areas)} area figures for {count} areas")
    return row.areas or (None,) * count
