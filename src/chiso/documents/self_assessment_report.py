"""The report of a unit on its self-assessment (Báo cáo kết quả tự đánh giá, chấm điểm), for its leader to sign.

Part I says the result by area; part II points to annex I, the filled table; part III explains what does not follow
the rule; annex II lists the evidence. Number and date stay blank for the clerk unless they are known.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils import translation

from chiso.assessments.choices import ScoreState
from chiso.assessments.models import Citation, Dossier, Entry
from chiso.assessments.pages.answer_words import answer_in_words, in_one_line
from chiso.assessments.pages.dossier_rows import leaf_rows
from chiso.assessments.pages.dossier_tree import Standing, area_points, standing_of
from chiso.common.dates import format_date
from chiso.common.numbers import NONE_SIGN, format_max, format_points
from chiso.documents import nd30
from chiso.documents.composing import dated, in_full, issuer_of_unit, own_plan, signer_of_unit, symbol_of_unit
from chiso.documents.nd30 import Clause, Issuer, OfficialDocument, Signer
from chiso.documents.rendering import render
from chiso.documents.tables import Annex, Column
from chiso.evidence.describing import description_of
from chiso.evidence.models import Document
from chiso.organizations.models import User
from chiso.rounds.choices import StageKey
from chiso.scoring import Node, NodeScore

TEMPLATE = "self_assessment_report"
REMOVED = "Tài liệu đã gỡ hoặc tạm giữ theo quy định"
PROPOSED = "(*)"
_PROPOSED_NOTE = "(*) Thông tin do phần mềm đọc từ tệp, đơn vị chưa xác nhận."
_TABLE = (
    Column("STT", 18),
    Column("Lĩnh vực, tiêu chí", 62, "left"),
    Column("Điểm tối đa", 18),
    Column("Điểm tự chấm", 18),
    Column("Căn cứ chấm điểm, thuyết minh", 80, "left"),
    Column("Tài liệu kiểm chứng", 56, "left"),
)
_EVIDENCE = (
    Column("TT", 12),
    Column("Số, ký hiệu", 34, "left"),
    Column("Ngày ban hành", 26),
    Column("Cơ quan ban hành", 46, "left"),
    Column("Trích yếu", 66, "left"),
    Column("Tên tệp, liên kết", 40, "left"),
    Column("Tiêu chí", 28),
)
_SCORED_ELSEWHERE = "Không do đơn vị tự chấm"

Group = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class Line:
    """One row of the filled table; `is_heading` for areas and criteria that only hold others."""

    code: str
    name: str
    max: str
    score: str
    grounds: str = ""
    papers: str = ""
    is_heading: bool = False


@dataclass(frozen=True)
class Evidence:
    """One document of the annex, and the leaves it proves."""

    number: str
    date: str
    issuer: str
    title: str
    name: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class SelfAssessmentReport:
    """Everything the report prints; numbers are words already."""

    issuer: Issuer
    signer: Signer
    symbol: str
    number: str
    date: date | None
    year: int
    unit: str
    task: str
    receiver: str
    addressees: tuple[str, ...]
    total: str
    total_max: str
    index: str
    answered: str
    areas: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    explained: tuple[Group, ...]
    evidence: tuple[Evidence, ...]


def compose(user: User, dossier: Dossier, *, by: User | None = None) -> SelfAssessmentReport:
    """Collect what the dossier says now (6 queries); `by` signs when this person may, else the unit's leader."""
    with translation.override(settings.LANGUAGE_CODE):
        return _compose(standing_of(dossier, leaf_rows(user, dossier)), by)


def _compose(standing: Standing, by: User | None) -> SelfAssessmentReport:
    dossier = standing.dossier
    round, unit = dossier.round, dossier.unit
    issuer = issuer_of_unit(unit, round.authority)
    entries = {entry.code: entry for entry in Entry.objects.filter(dossier=dossier)}
    citations = list(_citations(dossier))
    places = {document.pk: number for number, document in enumerate(_documents(citations), start=1)}
    score = standing.score
    return SelfAssessmentReport(
        issuer=issuer,
        signer=signer_of_unit(unit, by),
        symbol=symbol_of_unit(unit),
        number=dossier.report_number,
        date=dossier.report_date,
        year=round.year,
        unit=issuer.name,
        task=_task(dossier),
        receiver=round.coordinator.name,
        addressees=(in_full(round.authority.name), round.coordinator.name),
        total=standing.total,
        total_max=standing.total_max,
        index=format_points(score.total, standing.index_set.places) if score else NONE_SIGN,
        answered=_answered(standing),
        areas=tuple((one.code, _area(one)) for one in (score.areas if score else ())),
        lines=tuple(_lines(standing, entries, _cited(citations, places))),
        explained=tuple(_explained(standing, entries)),
        evidence=tuple(_evidence(citations)),
    )


def _answered(standing: Standing) -> str:
    """`40/41`: of the leaves that every unit scores itself."""
    own = [standing.rows[node.code] for node in standing.index_set.leaves if node.method == "self" and node.is_base]
    return f"{sum(row.is_answered for row in own)}/{len(own)}"


def _area(one: NodeScore) -> str:
    points = area_points(one)
    return f"{one.node.name}: không có" if points == NONE_SIGN else f"{one.node.name}: {points} điểm"


def _task(dossier: Dossier) -> str:
    """Which plan and which set the unit worked by."""
    round, edition = dossier.round, dossier.block.edition
    number = dated(edition.decision_number, "QĐ-UBND", edition.decision_date)
    authority = in_full(round.authority.name)
    return (
        f"Thực hiện {own_plan(round.plan, round)}; căn cứ {edition.name} ban hành kèm theo Quyết định số {number} "
        f"của {authority}"
    )


def _citations(dossier: Dossier) -> Iterator[Citation]:
    rows = Citation.objects.filter(entry__dossier=dossier, stage=StageKey.SELF_ASSESSMENT)
    yield from rows.select_related("document", "entry").order_by("entry__criterion__position", "pk")


def _documents(citations: list[Citation]) -> list[Document]:
    """Each document once, in the order in which leaves cite them."""
    return list({row.document_id: row.document for row in citations}.values())


def _cited(citations: list[Citation], places: Mapping[int, int]) -> dict[str, str]:
    """What stands in the table for each leaf: the places of its documents in annex II, with page or section."""
    found: dict[str, list[str]] = {}
    for row in citations:
        words = f"[{places[row.document_id]}] {_short(row.document)}"
        found.setdefault(row.entry.code, []).append(f"{words}, {row.place}" if row.place else words)
    return {code: "; ".join(words) for code, words in found.items()}


def _short(document: Document) -> str:
    if is_hidden(document):
        return REMOVED
    said = description_of(document)
    return said.number or said.title or document.name


def is_hidden(document: Document) -> bool:
    """Whether content and name must not be told: taken away, or withheld for the mark of a state secret."""
    return document.removed_at is not None or document.is_withheld


def _lines(standing: Standing, entries: Mapping[str, Entry], papers: Mapping[str, str]) -> Iterator[Line]:
    scores = standing.score.by_code if standing.score else {}
    for area in standing.index_set.areas:
        for node in area.walk():
            if node.is_leaf:
                yield _leaf_line(node, entries[node.code], papers.get(node.code, ""))
            else:
                one = scores.get(node.code)
                points = format_points(one.points, node.precision.places) if one else NONE_SIGN
                yield Line(node.code, node.name, _most(node), points, is_heading=True)


def _most(node: Node) -> str:
    """The maximum as the set prints it; a penalty has none."""
    return NONE_SIGN if node.is_penalty else format_max(node.cap if node.max is None else node.max)


def _leaf_line(node: Node, entry: Entry, papers: str) -> Line:
    score = (
        "KAD" if entry.score_state == ScoreState.NOT_APPLICABLE else format_points(entry.score, node.precision.places)
    )
    return Line(node.code, node.name, _most(node), score, _grounds(node, entry), papers)


def _grounds(node: Node, entry: Entry) -> str:
    """The figures with their day, then the unit's own words."""
    if node.method != "self" and not entry.has_answer():
        return _SCORED_ELSEWHERE
    told = [in_one_line(answer_in_words(node, entry))]
    if entry.as_of:
        told.append(f"số liệu đến ngày {format_date(entry.as_of)}")
    words = "; ".join(told)
    if entry.no_document:
        words += ". Không có tài liệu"
    return f"{words[:1].upper()}{words[1:]}. {entry.note}".rstrip(". ") + "." if entry.note else words


def _explained(standing: Standing, entries: Mapping[str, Entry]) -> Iterator[Group]:
    """Part III: what is not scored as the rule would, or not proved as the set asks, with the unit's reasons."""
    own = [(node, entries[node.code]) for node in standing.index_set.leaves if node.method == "self"]
    offered = (
        (
            "Tiêu chí không áp dụng",
            [(node, row.reason) for node, row in own if row.not_applicable],
        ),
        (
            "Tiêu chí đơn vị tự chấm thấp hơn cách chấm",
            [
                (node, f"tự chấm {format_points(row.decided, node.precision.places)} điểm. {row.reason}")
                for node, row in own
                if row.decided is not None
            ],
        ),
        (
            "Tiêu chí không có tài liệu kiểm chứng, thuyết minh thay tài liệu",
            [(node, row.note) for node, row in own if row.no_document],
        ),
        (
            "Tiêu chí chưa có số liệu",
            [(node, "") for node, row in own if node.is_base and not row.has_answer()],
        ),
    )
    for title, leaves in offered:
        if leaves:
            yield title, tuple(f"{node.code} {node.name}{f': {why}' if why else ''}" for node, why in leaves)


def _evidence(citations: list[Citation]) -> Iterator[Evidence]:
    codes: dict[int, list[str]] = {}
    for row in citations:
        codes.setdefault(row.document_id, []).append(row.entry.code)
    for document in _documents(citations):
        used = tuple(codes[document.pk])
        if is_hidden(document):
            yield Evidence("", "", "", REMOVED, "", used)
            continue
        said = description_of(document)
        issued = format_date(said.issued_on) if said.issued_on else ""
        is_proposed = bool(said) and not said.is_confirmed
        title = f"{said.title} {PROPOSED}".strip() if is_proposed else said.title
        yield Evidence(said.number, issued, said.issuer, title, document.url or document.name, used)


# ---- on paper ----------------------------------------------------------------


def build(report: SelfAssessmentReport, *, templates: Path | None = None) -> bytes:
    """Print the report as .docx."""
    return render(to_document(report), name=TEMPLATE, templates=templates)


def to_document(report: SelfAssessmentReport) -> OfficialDocument:
    """Put the report into the frame of an official document."""
    return OfficialDocument(
        issuer=report.issuer,
        symbol=report.symbol,
        number=report.number or None,
        date=report.date,
        draft_year=report.year,
        signer=report.signer,
        kind="Báo cáo",
        summary=f"Kết quả tự đánh giá, chấm điểm Chỉ số cải cách hành chính\nnăm {report.year} của {report.unit}",
        addressees=report.addressees,
        clauses=tuple(_clauses(report)),
        recipients=("Như trên", "Lưu: VT"),
        annexes=tuple(_annexes(report)),
    )


def _clauses(report: SelfAssessmentReport) -> Iterator[Clause]:
    yield Clause(f"{report.task}, {report.unit} báo cáo kết quả tự đánh giá, chấm điểm như sau:")
    yield Clause("", "I. KẾT QUẢ CHUNG")
    yield Clause(
        f"Tổng điểm tự chấm: {report.total}/{report.total_max} điểm; Chỉ số tạm tính: {report.index}%. "
        f"Điểm tối đa không gồm điểm điều tra xã hội học và tiêu chí không áp dụng. Số tiêu chí đơn vị tự chấm đã có "
        f"số liệu: {report.answered}. Kết quả theo từng lĩnh vực:"
    )
    for code, area in report.areas:
        yield Clause(f"{area}.", f"{code}.")
    yield Clause("", "II. KẾT QUẢ TỰ CHẤM TỪNG TIÊU CHÍ")
    evidence = "; danh mục tài liệu kiểm chứng được nêu tại Phụ lục II" if report.evidence else ""
    yield Clause(f"Kết quả tự chấm từng tiêu chí được nêu tại {_first_annex(report)}{evidence}.")
    yield Clause("", "III. THUYẾT MINH")
    if not report.explained:
        yield Clause("Các tiêu chí được chấm theo đúng cách chấm của Bộ chỉ số; không có nội dung phải thuyết minh.")
    for number, (title, leaves) in enumerate(report.explained, start=1):
        yield Clause(f"{title}:", f"{number}.")
        for leaf in leaves:
            yield Clause(f"- {leaf.rstrip('. ')}.")
    yield Clause(
        f"Trên đây là kết quả tự đánh giá, chấm điểm Chỉ số cải cách hành chính năm {report.year} của {report.unit}; "
        f"đề nghị {report.receiver} tổng hợp, thẩm định"
    )


def _first_annex(report: SelfAssessmentReport) -> str:
    return "Phụ lục I" if report.evidence else "Phụ lục"


def _annexes(report: SelfAssessmentReport) -> Iterator[Annex]:
    number, day = nd30.document_number(report.number, report.symbol), nd30.long_date(report.date, report.year)
    reference = f"(Kèm theo Báo cáo số {number} {day} của {report.unit})"
    yield Annex(
        title=f"Bảng tự đánh giá, chấm điểm Chỉ số cải cách hành chính năm {report.year}\ncủa {report.unit}".upper(),
        reference=reference,
        columns=_TABLE,
        rows=tuple(
            (line.code, line.name, line.max, line.score, line.grounds, line.papers or "") for line in report.lines
        ),
        notes=("KAD: tiêu chí không áp dụng, được trừ hoặc tính điểm tối đa theo quy định của Bộ chỉ số.",)
        if any(line.score == "KAD" for line in report.lines)
        else (),
        landscape=True,
        bold_rows=frozenset(place for place, line in enumerate(report.lines) if line.is_heading),
    )
    if report.evidence:
        yield Annex(
            title="Danh mục tài liệu kiểm chứng".upper(),
            reference=reference,
            columns=_EVIDENCE,
            rows=tuple(
                (str(place), one.number, one.date, one.issuer, one.title, one.name, ", ".join(one.codes))
                for place, one in enumerate(report.evidence, start=1)
            ),
            notes=(_PROPOSED_NOTE,) if any(one.title.endswith(PROPOSED) for one in report.evidence) else (),
            landscape=True,
        )
