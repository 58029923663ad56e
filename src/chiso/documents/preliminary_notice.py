"""The preliminary result told to a unit (Thông báo kết quả thẩm định sơ bộ): every cut with its reason, and what may be
explained or supplemented by when.

It says what pass 1 gave, however far the round is now; the words are those that were sent to the unit.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils import timezone, translation

from chiso.assessments import windows
from chiso.assessments.choices import Pass
from chiso.assessments.models import Appraisal, Entry, PreliminaryNotice
from chiso.assessments.pages.answer_words import answer_in_words, in_one_line, score_in_words
from chiso.assessments.pages.judgements import difference, why_reopened
from chiso.assessments.scores import total, with_all_scores
from chiso.common.dates import format_deadline
from chiso.common.numbers import format_max, format_points
from chiso.documents import nd30
from chiso.documents.composing import dated, in_full, initials, issuer_of, own_plan, signer_of_unit
from chiso.documents.nd30 import Clause, Issuer, OfficialDocument, Signer
from chiso.documents.rendering import render
from chiso.documents.tables import Annex, Column
from chiso.indexsets.reading import index_set_of
from chiso.scoring import Node

TEMPLATE = "preliminary_notice"
_CUTS = (
    Column("TT", 12),
    Column("Tiêu chí", 70, "left"),
    Column("Điểm tối đa", 18),
    Column("Điểm tự chấm", 18),
    Column("Điểm thẩm định", 20),
    Column("Chênh lệch", 20),
    Column("Căn cứ, lý do", 94, "left"),
)
_OPEN = (
    Column("TT", 12),
    Column("Tiêu chí", 90, "left"),
    Column("Lý do được giải trình, bổ sung", 63, "left"),
)
_NOT_APPLICABLE = "KAD"


@dataclass(frozen=True)
class Notice:
    """Everything the notice prints; numbers are words already."""

    issuer: Issuer
    signer: Signer
    symbol: str
    number: str
    day: date
    year: int
    unit: str
    grounds: str
    own: str
    first: str
    index: str
    asked: int
    deadline: str
    office: str
    cuts: tuple[tuple[str, ...], ...]
    opened: tuple[tuple[str, ...], ...]
    has_claims: bool
    recipients: tuple[str, ...]


def compose(notice: PreliminaryNotice) -> Notice:
    """Collect what a notice says (5 queries); needs the joins of `with_joins`."""
    with translation.override(settings.LANGUAGE_CODE):
        return _compose(notice)


def _compose(notice: PreliminaryNotice) -> Notice:
    dossier = notice.dossier
    round, office, edition = dossier.round, dossier.round.coordinator, dossier.block.edition
    seat = issuer_of(round.authority)
    is_office = office.pk != round.authority_id
    entries = {row.code: row for row in Entry.objects.filter(dossier=dossier).prefetch_related(*with_all_scores())}
    firsts = {code: row for code, entry in entries.items() if (row := first_of(entry))}
    leaves = [node for node in index_set_of(edition).leaves if node.code in entries]
    own, first = total(edition, entries), total(edition, {**entries, **firsts})
    cuts = tuple(_cuts(leaves, entries, firsts))
    return Notice(
        issuer=Issuer(parent_name=seat.name, name=office.name, place=seat.place) if is_office else seat,
        signer=signer_of_unit(office),
        symbol=f"TB-{initials(office.name)}",
        number=notice.number,
        day=timezone.localtime(notice.sent_at).date(),
        year=round.year,
        unit=dossier.unit.name,
        grounds=_grounds(notice),
        own=f"{format_points(own.base_points)}/{format_max(own.base_max_effective)}",
        first=f"{format_points(first.base_points)}/{format_max(first.base_max_effective)}",
        index=format_points(first.total, index_set_of(edition).places),
        asked=sum(row.needs_explanation for row in firsts.values()),
        deadline=format_deadline(notice.answer_until),
        office=office.name,
        cuts=cuts,
        opened=tuple(_opened(leaves, entries, firsts)),
        has_claims=any(_NOT_APPLICABLE in row for row in cuts),
        recipients=(dossier.unit.name, f"Thường trực {in_full(round.authority.name)} (báo cáo)", _filed(office.name)),
    )


def with_joins() -> tuple[str, ...]:
    """What a notice must have joined."""
    joins = ("round__authority", "round__coordinator", "round__plan", "unit", "block__edition")
    return tuple(f"dossier__{name}" for name in joins)


def first_of(entry: Entry) -> Appraisal | None:
    return next((row for row in entry.appraisals.all() if row.pass_number == Pass.FIRST), None)


def _filed(office: str) -> str:
    return f"Lưu: VT, {initials(office)}"


def _grounds(notice: PreliminaryNotice) -> str:
    round, edition = notice.dossier.round, notice.dossier.block.edition
    decision = dated(edition.decision_number, "QĐ-UBND", edition.decision_date)
    return (
        f"Thực hiện {own_plan(round.plan, round)}; căn cứ {edition.name} ban hành kèm theo Quyết định số {decision} "
        f"của {in_full(round.authority.name)} và kết quả thẩm định lần 1 của Tổ Chuyên viên"
    )


def is_cut(entry: Entry, first: Appraisal) -> bool:
    """Fewer points than the unit gave itself, or a claim of “not applicable” that was refused."""
    return (first.score or 0) < (entry.score or 0) or entry.not_applicable != first.not_applicable


def _cuts(leaves: list[Node], entries: dict[str, Entry], firsts: dict[str, Appraisal]) -> Iterator[tuple[str, ...]]:
    cut = [node for node in leaves if node.code in firsts and is_cut(entries[node.code], firsts[node.code])]
    for number, node in enumerate(cut, start=1):
        entry, first = entries[node.code], firsts[node.code]
        given = in_one_line(answer_in_words(node, first))
        yield (
            str(number),
            f"{node.code} {node.name}",
            format_max(node.max),
            _points(entry),
            _points(first),
            difference(first, entry),
            f"{given[:1].upper()}{given[1:]}. {first.reason}".strip(". ") + ".",
        )


def _points(row: Entry | Appraisal) -> str:
    return _NOT_APPLICABLE if row.not_applicable and row.score is None else score_in_words(row)


def _opened(leaves: list[Node], entries: dict[str, Entry], firsts: dict[str, Appraisal]) -> Iterator[tuple[str, ...]]:
    opened = [node for node in leaves if windows.is_reopened(entries[node.code], node)]
    for number, node in enumerate(opened, start=1):
        why = why_reopened(entries[node.code], firsts.get(node.code))
        yield str(number), f"{node.code} {node.name}", f"{why[:1].upper()}{why[1:]}"


# ---- on paper ----------------------------------------------------------------


def build(notice: Notice, *, templates: Path | None = None) -> bytes:
    """Print the notice as .docx."""
    return render(to_document(notice), name=TEMPLATE, templates=templates)


def to_document(notice: Notice) -> OfficialDocument:
    number = nd30.document_number(notice.number, notice.symbol)
    reference = f"(Kèm theo Thông báo số {number} {nd30.long_date(notice.day)} của {notice.office})"
    return OfficialDocument(
        issuer=notice.issuer,
        symbol=notice.symbol,
        number=notice.number,
        date=notice.day,
        draft_year=None,
        signer=notice.signer,
        kind="Thông báo",
        summary=f"Kết quả thẩm định sơ bộ Chỉ số cải cách hành chính năm {notice.year}\ncủa {notice.unit}",
        clauses=tuple(_clauses(notice)),
        recipients=notice.recipients,
        annexes=tuple(_annexes(notice, reference)),
    )


def _clauses(notice: Notice) -> Iterator[Clause]:
    yield Clause(f"{notice.grounds}, {notice.office} thông báo kết quả thẩm định sơ bộ của {notice.unit} như sau:")
    yield Clause("", "1. Kết quả chung")
    yield Clause(
        f"Tổng điểm tự chấm: {notice.own}; tổng điểm thẩm định lần 1: {notice.first}; Chỉ số tạm tính: {notice.index}. "
        "Điểm tối đa không gồm tiêu chí không áp dụng và điểm điều tra xã hội học chưa có."
    )
    yield Clause("", "2. Tiêu chí có điểm thẩm định khác điểm tự chấm")
    told = f"{len(notice.cuts)} tiêu chí; điểm, căn cứ và lý do từng tiêu chí được nêu tại {_annex(notice, 'cuts')}."
    yield Clause(told if notice.cuts else "Không có tiêu chí nào bị giảm điểm.")
    yield Clause("", "3. Giải trình, bổ sung")
    if not notice.opened:
        yield Clause("Không có tiêu chí nào phải giải trình, bổ sung")
        return
    asked = f", trong đó {notice.asked} tiêu chí Tổ Chuyên viên yêu cầu giải trình" if notice.asked else ""
    yield Clause(
        f"{notice.unit} được giải trình, bổ sung tài liệu kiểm chứng {len(notice.opened)} tiêu chí nêu tại "
        f"{_annex(notice, 'opened')}{asked}. Thời hạn: {notice.deadline}."
    )
    yield Clause(
        "Đơn vị giải trình, đề nghị điểm và gửi tài liệu trên hệ thống phần mềm; không gửi thì điểm thẩm định lần 1 "
        "được giữ nguyên. Hết thời hạn, biểu mẫu tự khóa"
    )


def _annex(notice: Notice, name: str) -> str:
    if not (notice.cuts and notice.opened):
        return "Phụ lục"
    return "Phụ lục I" if name == "cuts" else "Phụ lục II"


def _annexes(notice: Notice, reference: str) -> Iterator[Annex]:
    if notice.cuts:
        yield Annex(
            title=f"Tiêu chí có điểm thẩm định khác điểm tự chấm\ncủa {notice.unit}".upper(),
            reference=reference,
            columns=_CUTS,
            rows=notice.cuts,
            notes=("KAD: tiêu chí không áp dụng.",) if notice.has_claims else (),
            landscape=True,
        )
    if notice.opened:
        title = f"Tiêu chí được giải trình, bổ sung\ncủa {notice.unit}".upper()
        yield Annex(title=title, reference=reference, columns=_OPEN, rows=notice.opened)
