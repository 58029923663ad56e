"""The submission of the council's result to the head (Tờ trình đề nghị phê duyệt, công bố).

The text the coordinating office wrote, the minutes it rests on, the ranking (annex I) and what changed since the
preliminary notice, or since the publication that it corrects (annex II).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from chiso.assessments.models import Meeting
from chiso.common.numbers import NONE_SIGN, format_points
from chiso.documents import nd30
from chiso.documents.composing import dated, in_full, initials, issuer_of_unit, own_plan, signer_of_unit
from chiso.documents.nd30 import Clause, Issuer, OfficialDocument, Signer
from chiso.documents.rendering import render
from chiso.documents.tables import Annex, Column
from chiso.results import freezing
from chiso.results.approval_page import drafted_text
from chiso.results.choices import SubmissionState
from chiso.results.models import Correction, Publication, Result, Submission
from chiso.results.pages import bundle_today, set_of
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Round

TEMPLATE = "submission"
_RANKING = (
    Column("TT", 12),
    Column("Đơn vị", 58, "left"),
    Column("Chỉ số CCHC (%)", 28),
    Column("Xếp hạng", 20),
    Column("Xếp loại", 25),
    Column("Ghi chú", 22, "left"),
)
_CODES_TOLD = 12


@dataclass(frozen=True)
class Change:
    """A unit whose leaves count otherwise than before: its totals, and the leaves."""

    unit: str
    before: str
    now: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class SubmissionPaper:
    """Everything the paper prints; `number` and `day` None make a draft."""

    issuer: Issuer
    signer: Signer
    symbol: str
    number: str | None
    day: date | None
    year: int
    authority: str
    plan: str
    minutes: str
    text: str
    unit_count: int
    rankings: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]
    since: str
    changes: tuple[Change, ...]
    correction: str
    filed: str


def compose(round: Round) -> SubmissionPaper:
    """Fill the paper from the submission that waits or was approved last; before there is one it is a draft."""
    with translation.override(settings.LANGUAGE_CODE):
        return _compose(round)


def _compose(round: Round) -> SubmissionPaper:
    result = round.results.standing().first()
    submission = _submission(round, result)
    corrected = _corrected(round, result)
    now = result.bundle if result else bundle_today(round)
    before = corrected.result.bundle if corrected else freezing.bundle_of(round, _noticed(round))
    return SubmissionPaper(
        issuer=issuer_of_unit(round.coordinator, round.authority),
        signer=signer_of_unit(round.coordinator),
        symbol=f"TTr-{initials(round.coordinator.name)}",
        number=submission.number if submission else None,
        day=timezone.localtime(submission.submitted_at).date() if submission else None,
        year=round.year,
        authority=in_full(round.authority.name),
        plan=own_plan(round.plan, round),
        minutes=_minutes(round),
        text=submission.text if submission else drafted_text(round),
        unit_count=len(now["units"]),
        rankings=tuple((block["name"], tuple(_ranking(now, block))) for block in now["blocks"]),
        since="so với kết quả đã công bố" if corrected else "sau thông báo kết quả sơ bộ",
        changes=tuple(_changes(before, now)),
        correction=_correction(corrected),
        filed=f"Lưu: VT, {initials(round.coordinator.name)}",
    )


def _submission(round: Round, result: Result | None) -> Submission | None:
    """The one that led to the result; before it is approved, the one that waits."""
    state = SubmissionState.APPROVED if result else SubmissionState.WAITING
    return round.submissions.filter(state=state).order_by("-submitted_at").first()


def _corrected(round: Round, result: Result | None) -> Correction | None:
    """The request that the result, or the result to come, answers."""
    asked = Correction.objects.filter(result__round=round, result__corrected_by=result)
    return asked.select_related("result").first()


def _noticed(round: Round) -> list[freezing.Line]:
    return freezing.score_round(round, StageKey.APPRAISAL)


def _minutes(round: Round) -> str:
    """`Biên bản họp Hội đồng thẩm định (phiên thứ 1) ngày 09 tháng 01 năm 2023`."""
    meeting = Meeting.objects.filter(round=round).exclude(adopted_at=None).order_by("number").last()
    if meeting is None:
        return ""
    held = timezone.localtime(meeting.held_at).date()
    return f"Biên bản họp Hội đồng thẩm định (phiên thứ {meeting.number}) {nd30.long_date(held)}"


def _correction(corrected: Correction | None) -> str:
    if corrected is None:
        return ""
    old = Publication.objects.get(result=corrected.result_id)
    decision = dated(old.number, "QĐ-UBND", old.date)
    return f"Đính chính kết quả đã công bố theo Quyết định số {decision}. Lý do: {corrected.reason}"


def _ranking(bundle: Mapping[str, Any], block: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    places = set_of(block).places
    units = [unit for unit in bundle["units"] if unit["block"] == block["name"]]
    for number, unit in enumerate(units, start=1):
        yield (
            str(number),
            unit["name"],
            _points(unit["total"], places),
            nd30.NOT_SCORED if unit["rank"] is None else str(unit["rank"]),
            unit["grade"] or NONE_SIGN,
            "" if unit["was_submitted"] else "Không nộp hồ sơ",
        )


def _changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Change]:
    old = {unit["code"]: unit for unit in before["units"]}
    places = {block["name"]: set_of(block).places for block in now["blocks"]}
    for unit in now["units"]:
        then = old.get(unit["code"])
        if then is None:
            continue
        scores = {leaf["code"]: (leaf["score"], leaf["effective_max"]) for leaf in then["leaves"]}
        codes = [
            leaf["code"]
            for leaf in unit["leaves"]
            if scores.get(leaf["code"]) != (leaf["score"], leaf["effective_max"])
        ]
        if codes:
            before_total, total = (_points(one["total"], places[unit["block"]]) for one in (then, unit))
            yield Change(unit["name"], before_total, total, tuple(codes))


def _points(text: str | None, places: int) -> str:
    return format_points(None if text is None else Decimal(text), places)


def build(paper: SubmissionPaper, *, templates: Path | None = None) -> bytes:
    """Print the submission as .docx."""
    return render(to_document(paper), name=TEMPLATE, templates=templates)


def to_document(paper: SubmissionPaper) -> OfficialDocument:
    """Put the submission into the frame of an official document."""
    return OfficialDocument(
        issuer=paper.issuer,
        symbol=paper.symbol,
        number=paper.number,
        date=paper.day,
        draft_year=paper.year + 1,
        signer=paper.signer,
        kind="Tờ trình",
        summary=f"Về việc phê duyệt, công bố Chỉ số cải cách hành chính năm {paper.year}",
        addressees=(paper.authority,),
        clauses=tuple(_clauses(paper)),
        recipients=("Như trên", paper.filed),
        annexes=_annexes(paper),
    )


def _clauses(paper: SubmissionPaper) -> Iterator[Clause]:
    grounds = "; ".join(part for part in (paper.plan, paper.minutes) if part)
    yield Clause(f"Căn cứ {grounds}, {paper.issuer.name} trình {paper.authority} như sau:")
    yield Clause("", "I. NỘI DUNG TRÌNH")
    if paper.correction:
        yield Clause(f"{paper.correction.rstrip('. ')}.")
    for line in paper.text.splitlines():
        if line.strip():
            yield Clause(line.strip())
    yield Clause("", "II. KẾT QUẢ HỘI ĐỒNG THỐNG NHẤT")
    yield Clause(
        f"Hội đồng thẩm định thống nhất kết quả của {paper.unit_count} đơn vị (chi tiết tại {_names_of(paper)} kèm "
        f"theo), theo {paper.minutes or 'Biên bản họp Hội đồng'}."
    )
    yield Clause("", f"III. THAY ĐỔI {paper.since.upper()}")
    yield Clause(_changed(paper))
    yield Clause("", "IV. KIẾN NGHỊ")
    yield Clause(
        f"Đề nghị {paper.authority} xem xét, phê duyệt kết quả và ban hành Quyết định công bố Chỉ số cải cách hành "
        f"chính năm {paper.year}."
    )


def _changed(paper: SubmissionPaper) -> str:
    if not paper.changes:
        return f"Không có thay đổi về điểm {paper.since}."
    leaves = sum(len(change.codes) for change in paper.changes)
    number = _roman(paper, len(paper.rankings))
    return f"Điểm của {leaves} tiêu chí ở {len(paper.changes)} đơn vị thay đổi {paper.since} (Phụ lục{number})."


def _names_of(paper: SubmissionPaper) -> str:
    first, last = _roman(paper, 0), _roman(paper, len(paper.rankings) - 1)
    return f"Phụ lục{first}" if len(paper.rankings) == 1 else f"các Phụ lục{first} đến{last}"


def _roman(paper: SubmissionPaper, place: int) -> str:
    """A single annex carries no number."""
    many = len(paper.rankings) + bool(paper.changes) > 1
    return f" {('I', 'II', 'III', 'IV', 'V', 'VI', 'VII', 'VIII', 'IX', 'X')[place]}" if many else ""


def _annexes(paper: SubmissionPaper) -> tuple[Annex, ...]:
    number, day = nd30.document_number(paper.number, paper.symbol), nd30.long_date(paper.day, paper.year + 1)
    reference = f"(Kèm theo Tờ trình số {number} {day}\ncủa {paper.issuer.name})"
    annexes = [
        Annex(f"Kết quả Chỉ số cải cách hành chính năm {paper.year}\n{name}".upper(), reference, _RANKING, rows)
        for name, rows in paper.rankings
    ]
    if paper.changes:
        annexes.append(_annex_of_changes(paper, reference))
    return tuple(annexes)


def _annex_of_changes(paper: SubmissionPaper, reference: str) -> Annex:
    before = "Chỉ số đã công bố" if paper.correction else "Chỉ số theo thông báo"
    columns = (
        Column("TT", 12),
        Column("Đơn vị", 48, "left"),
        Column(before, 26),
        Column("Chỉ số trình", 26),
        Column("Tiêu chí thay đổi", 53, "left"),
    )
    rows = tuple(
        (str(number), change.unit, change.before, change.now, _told(change.codes))
        for number, change in enumerate(paper.changes, start=1)
    )
    return Annex(f"Thay đổi {paper.since}".upper(), reference, columns, rows)


def _told(codes: tuple[str, ...]) -> str:
    rest = len(codes) - _CODES_TOLD
    return ", ".join(codes[:_CODES_TOLD]) + (f" và {rest} tiêu chí khác" if rest > 0 else "")
