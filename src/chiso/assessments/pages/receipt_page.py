"""The receipt of a submission (biên nhận): when, by whom, what was in it. Page, Word and PDF say the same."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.assessments import policy
from chiso.assessments.actions.submission import IN_HAND, require_before_deadline
from chiso.assessments.choices import DossierState
from chiso.assessments.models import Dossier
from chiso.assessments.pages.dossier_rows import leaf_rows, line_of, sees_whole
from chiso.assessments.pages.dossier_tree import Standing, standing_of
from chiso.assessments.pages.submission_page import late_cost
from chiso.common.addresses import address
from chiso.common.dates import format_date, format_second
from chiso.common.numbers import format_points
from chiso.common.refusals import RuleViolation
from chiso.organizations.models import User
from chiso.organizations.requests import UserRequest
from chiso.rounds.choices import StageKey


@dataclass(frozen=True)
class ReceiptLine:
    """One leaf as it was handed over."""

    name: str
    url: str
    score: str
    papers: str


@dataclass(frozen=True)
class Receipt:
    """What was handed over, in words."""

    title: str
    unit: str
    round: str
    when: str
    who: str
    code: str
    late: str
    total: str
    total_max: str
    counts: str
    report: str
    report_url: str
    lines: tuple[ReceiptLine, ...]

    @property
    def code_parts(self) -> list[str]:
        """The hash in pieces that a narrow screen can break."""
        return [self.code[start : start + 16] for start in range(0, len(self.code), 16)]


def is_handed_over(dossier: Dossier) -> bool:
    """Whether the dossier is out of the unit's hands, so that its receipt says what was handed over."""
    return bool(dossier.receipt) and dossier.state not in IN_HAND


def receipt_of(user: User, dossier: Dossier) -> Receipt:
    """Put the receipt together. 403 for the team and the council."""
    if not sees_whole(user, dossier):
        raise PermissionDenied(_("Biên nhận dành cho đơn vị nộp và cơ quan thường trực."))
    return receipt_from(standing_of(dossier, leaf_rows(user, dossier)))


def receipt_from(standing: Standing) -> Receipt:
    """The receipt in the language that is spoken; without addresses of its own it serves paper too."""
    dossier = standing.dossier
    papers = {paper for row in standing.rows.values() for paper in _handed(row.papers, "document")}
    answered = sum(row.is_answered for row in standing.rows.values())
    return Receipt(
        title=_("Biên nhận nộp hồ sơ tự đánh giá"),
        unit=dossier.unit.name,
        round=dossier.round.name,
        when=format_second(dossier.submitted_at) if dossier.submitted_at else "",
        who=dossier.submitted_by.full_name if dossier.submitted_by else "",
        code=dossier.receipt,
        late=_late_words(standing),
        total=standing.total,
        total_max=standing.total_max,
        counts=_("%(leaves)d tiêu chí có số liệu, %(papers)d tài liệu kiểm chứng")
        % {"leaves": answered, "papers": len(papers)},
        report=report_words(dossier),
        report_url=address("assessments:report", dossier.pk) if dossier.report_id else "",
        lines=tuple(_lines(standing)),
    )


def _handed(papers: list[Any], name: str) -> list[Any]:
    """What the receipt names of the documents: those of the self-assessment, nothing that came later."""
    return [getattr(paper, name) for paper in papers if paper.stage == StageKey.SELF_ASSESSMENT]


def _late_words(standing: Standing) -> str:
    days = standing.dossier.late_days
    if not days:
        return _("đúng hạn")
    told = ngettext("trễ %(n)d ngày", "trễ %(n)d ngày", days) % {"n": days}
    cost = late_cost(standing.index_set, days)
    return f"{told}. {cost}".rstrip(".") if cost else told


def report_words(dossier: Dossier) -> str:
    """`Báo cáo số 45/BC-UBND ngày 12/12/2022`; empty where none was attached."""
    if dossier.report_id is None or dossier.report_date is None:
        return ""
    given = {"number": dossier.report_number, "date": format_date(dossier.report_date)}
    return _("Báo cáo số %(number)s ngày %(date)s") % given


def _lines(standing: Standing) -> list[ReceiptLine]:
    lines = []
    for node in standing.index_set.leaves:
        row = standing.rows[node.code]
        if not row.is_answered and not row.papers:
            continue
        score = _("không áp dụng") if row.not_applicable and row.score is None else format_points(row.score)
        url = address("assessments:leaf", standing.dossier.pk, node.code)
        lines.append(ReceiptLine(f"{node.code} {node.name}", url, score, "; ".join(_handed(row.papers, "name"))))
    return lines


def receipt_page(request: UserRequest, dossier: Dossier) -> dict[str, Any]:
    """The receipt with what may be done from here."""
    return {
        "dossier": dossier,
        "receipt": receipt_of(request.user, dossier),
        "withdraw_url": address("assessments:withdraw_dossier", dossier.pk) if may_withdraw(request, dossier) else "",
        "back_url": address("assessments:dossier", dossier.pk),
        "stage_line": line_of(dossier, request.now),
    }


def may_withdraw(request: UserRequest, dossier: Dossier) -> bool:
    """Whether the leader may still take the dossier back now."""
    if dossier.state != DossierState.SUBMITTED or not policy.can_approve(request.user, dossier):
        return False
    try:
        require_before_deadline(dossier, request.now)
    except RuleViolation:
        return False
    return True
