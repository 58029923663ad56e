"""The pages about a dossier as a whole: what is missing, what submitting will do, the receipt afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.assessments import policy, windows
from chiso.assessments.choices import DossierState
from chiso.assessments.models import Dossier
from chiso.assessments.pages.dossier_rows import leaf_rows, line_of, sees_whole
from chiso.assessments.pages.dossier_tree import (
    EMPTY,
    EXPLAINED,
    NO_PAPERS,
    TO_EXPLAIN,
    Standing,
    area_points,
    condition_words,
    standing_of,
)
from chiso.assessments.pages.judgements import judgements_of
from chiso.common.dates import format_deadline, format_moment, format_second
from chiso.common.numbers import format_max, format_points
from chiso.common.refusals import RuleViolation
from chiso.indexsets.reading import index_set_of
from chiso.organizations.requests import UserRequest
from chiso.rounds.choices import StageKey
from chiso.rounds.deadlines import late_days
from chiso.scoring import FactErrors, IndexSet, Node, score_leaf


@dataclass(frozen=True)
class Gap:
    """A leaf with something missing, and where it is filled in."""

    name: str
    url: str
    max: str


@dataclass(frozen=True)
class AreaLine:
    name: str
    points: str


@dataclass(frozen=True)
class Submission:
    """What the confirm page says before the dossier leaves the unit."""

    title: str
    total: str
    total_max: str
    index: str
    areas: list[AreaLine]
    progress: str
    missing_words: str
    missing_url: str
    deadline: str
    late: str
    effects: list[str]
    locked: str
    can_submit: bool
    can_request_review: bool
    can_send_back: bool
    back_url: str


@dataclass(frozen=True)
class ReceiptLine:
    """One leaf as it was handed over."""

    name: str
    url: str
    score: str
    papers: str


@dataclass(frozen=True)
class Receipt:
    title: str
    unit: str
    round: str
    when: str
    who: str
    code_parts: list[str]
    late: str
    total: str
    total_max: str
    counts: str
    lines: list[ReceiptLine]
    back_url: str


def missing_page(request: UserRequest, dossier: Dossier) -> dict[str, Any]:
    """Everything that is still missing, each leaf linked to where it is filled in."""
    rows = leaf_rows(request.user, dossier)
    judged = judgements_of(request.user, dossier, rows)
    standing = standing_of(dossier, rows, in_supplement=judged.in_supplement)
    return {
        "dossier": dossier,
        "standing": standing,
        "groups": [
            {"title": title, "gaps": gaps}
            for key, title in (
                (TO_EXPLAIN, _("Cần giải trình, bổ sung")),
                (EMPTY, _("Chưa nhập số liệu")),
                (NO_PAPERS, _("Thiếu tài liệu kiểm chứng")),
            )
            if (gaps := _gaps(standing, key))
        ],
        "deadline": format_deadline(windows.planned(dossier)),
        "back_url": reverse("assessments:dossier", args=[dossier.pk]),
        "stage_line": line_of(dossier, request.now),
    }


def _gaps(standing: Standing, condition: str) -> list[Gap]:
    return [
        Gap(
            f"{node.code} {node.name}",
            reverse("assessments:leaf", args=[standing.dossier.pk, node.code]),
            format_max(node.max),
        )
        for node in standing.index_set.leaves
        if standing.conditions.get(node.code) == condition
    ]


def submit_page(request: UserRequest, dossier: Dossier, *, refusal: str = "", form: Any = None) -> dict[str, Any]:
    """What will be handed over, by whom, and what it costs when it is late. 403 for whoever is not of the unit."""
    if not policy.can_edit(request.user, dossier):
        raise PermissionDenied(_("Chỉ %(unit)s nộp hồ sơ của mình.") % {"unit": dossier.unit})
    standing = standing_of(dossier, leaf_rows(request.user, dossier))
    locked = refusal or _why_not(dossier, request.now)
    is_approver = policy.can_approve(request.user, dossier) is not None
    reviews = dossier.state == DossierState.INTERNAL_REVIEW
    submission = Submission(
        title=_("Nộp hồ sơ tự đánh giá"),
        total=standing.total,
        total_max=standing.total_max,
        index=format_points(standing.score.total, standing.index_set.places) if standing.score else "",
        areas=area_lines(standing),
        progress=standing.progress.words,
        missing_words=standing.progress.left_words,
        missing_url=reverse("assessments:missing", args=[dossier.pk]) if standing.progress.left else "",
        deadline=format_deadline(windows.planned(dossier)),
        late=_late_words(dossier, standing.index_set, request.now),
        effects=_effects(dossier, standing, is_approver=is_approver),
        locked=locked,
        can_submit=is_approver and not locked,
        can_request_review=not is_approver and not reviews and not locked,
        can_send_back=is_approver and reviews,
        back_url=reverse("assessments:dossier", args=[dossier.pk]),
    )
    return {
        "dossier": dossier,
        "submission": submission,
        "refusal": refusal,
        "form": form,
        "stage_line": line_of(dossier, request.now),
    }


def area_lines(standing: Standing) -> list[AreaLine]:
    """The areas with their points."""
    areas = standing.score.areas if standing.score else ()
    return [AreaLine(f"{one.code}. {one.node.name}", area_points(one)) for one in areas]


def _why_not(dossier: Dossier, at: datetime) -> str:
    if dossier.state not in windows.WRITING_STATES | {DossierState.INTERNAL_REVIEW}:
        return windows.why_locked(dossier)
    try:
        windows.require_submittable(dossier, at)
    except RuleViolation as refusal:
        return str(refusal)
    return ""


def _late_words(dossier: Dossier, index_set: IndexSet, at: datetime) -> str:
    """How late the dossier is now and what that costs by the rule of the set; empty when it is on time."""
    end = windows.planned(dossier)
    days = late_days(end, at) if end else 0
    if windows.is_return(dossier):
        days = dossier.late_days  # Counted when it was first handed over.
    if not days:
        return ""
    told = ngettext("Trễ hạn %(n)d ngày.", "Trễ hạn %(n)d ngày.", days) % {"n": days}
    cost = _late_cost(index_set, days)
    return f"{told} {cost}" if cost else told


def _late_cost(index_set: IndexSet, days: int) -> str:
    node = next((leaf for leaf in index_set.leaves if leaf.rule is not None and leaf.rule.kind == "late"), None)
    if node is None:
        return ""
    try:
        score = score_leaf(node, {"days_late": str(days)})
    except FactErrors:
        return ""
    return _("Theo tiêu chí %(code)s: %(points)s điểm.") % {"code": node.code, "points": format_points(score.score)}


def _effects(dossier: Dossier, standing: Standing, *, is_approver: bool) -> list[str]:
    coordinator = dossier.round.coordinator
    if not is_approver:
        return [
            _("Hồ sơ chuyển lãnh đạo đơn vị kiểm tra, ký duyệt và nộp."),
            _("Trong khi chờ duyệt, không ai sửa được số liệu; lãnh đạo có thể trả lại để sửa."),
        ]
    told = [
        _("Hồ sơ %(unit)s được gửi %(coordinator)s, ghi giờ nộp theo đồng hồ máy chủ.")
        % {"unit": dossier.unit, "coordinator": coordinator},
        _("Sau khi nộp không sửa được; chỉ %(coordinator)s trả lại được để hoàn thiện.") % {"coordinator": coordinator},
        _("Đơn vị nhận biên nhận có giờ nộp và mã băm của toàn bộ nội dung."),
    ]
    if standing.progress.left:
        told.append(_("%(words)s: tiêu chí thiếu số liệu được tính 0 điểm.") % {"words": standing.progress.left_words})
    return told


def is_handed_over(dossier: Dossier) -> bool:
    """Whether the dossier is out of the unit's hands, so that its receipt says what was handed over."""
    return bool(dossier.receipt) and dossier.state not in windows.WRITING_STATES | {DossierState.INTERNAL_REVIEW}


def receipt_page(request: UserRequest, dossier: Dossier) -> dict[str, Any]:
    """When it was handed over to the second, by whom, and what was in it. 403 for the team and the council."""
    if not sees_whole(request.user, dossier):
        raise PermissionDenied(_("Biên nhận dành cho đơn vị nộp và cơ quan thường trực."))
    standing = standing_of(dossier, leaf_rows(request.user, dossier))
    lines = _receipt_lines(standing)
    papers = {
        paper.document
        for row in standing.rows.values()
        for paper in row.papers
        if paper.stage == StageKey.SELF_ASSESSMENT
    }
    answered = sum(row.is_answered for row in standing.rows.values())
    days = dossier.late_days
    receipt = Receipt(
        title=_("Biên nhận nộp hồ sơ tự đánh giá"),
        unit=dossier.unit.name,
        round=dossier.round.name,
        when=format_second(dossier.submitted_at) if dossier.submitted_at else "",
        who=dossier.submitted_by.full_name if dossier.submitted_by else "",
        code_parts=[dossier.receipt[start : start + 16] for start in range(0, len(dossier.receipt), 16)],
        late=ngettext("trễ %(n)d ngày", "trễ %(n)d ngày", days) % {"n": days} if days else _("đúng hạn"),
        total=standing.total,
        total_max=standing.total_max,
        counts=_("%(leaves)d tiêu chí có số liệu, %(papers)d tài liệu kiểm chứng")
        % {"leaves": answered, "papers": len(papers)},
        lines=lines,
        back_url=reverse("assessments:dossier", args=[dossier.pk]),
    )
    return {"dossier": dossier, "receipt": receipt, "stage_line": line_of(dossier, request.now)}


def _receipt_lines(standing: Standing) -> list[ReceiptLine]:
    lines = []
    for node in standing.index_set.leaves:
        row = standing.rows[node.code]
        if not row.is_answered and not row.papers:
            continue
        names = [paper.name for paper in row.papers if paper.stage == StageKey.SELF_ASSESSMENT]
        score = _("không áp dụng") if row.not_applicable and row.score is None else format_points(row.score)
        url = reverse("assessments:leaf", args=[standing.dossier.pk, node.code])
        lines.append(ReceiptLine(f"{node.code} {node.name}", url, score, "; ".join(names)))
    return lines


def resubmit_page(request: UserRequest, dossier: Dossier, *, refusal: str = "") -> dict[str, Any]:
    """Which reopened leaves were answered, and what sending does. 403 for whoever is not of the unit."""
    if not policy.can_edit(request.user, dossier):
        raise PermissionDenied(_("Chỉ %(unit)s gửi giải trình của mình.") % {"unit": dossier.unit})
    judged = judgements_of(request.user, dossier, leaf_rows(request.user, dossier))
    locked = refusal or _why_not_answerable(dossier, request.now)
    nodes = [node for node in index_set_of(dossier.block.edition).leaves if node.code in judged.reopened]
    return {
        "dossier": dossier,
        "refusal": refusal,
        "locked": locked,
        "can_send": not locked and policy.can_approve(request.user, dossier) is not None,
        "deadline": format_deadline(windows.planned(dossier)),
        "sent": format_moment(dossier.resubmitted_at) if dossier.resubmitted_at else "",
        "leaves": _answered(dossier, nodes, judged.in_supplement),
        "open_words": _open_words(list(judged.in_supplement.values()).count(TO_EXPLAIN)),
        "back_url": reverse("assessments:dossier", args=[dossier.pk]),
        "stage_line": line_of(dossier, request.now),
    }


def _answered(dossier: Dossier, nodes: list[Node], conditions: Mapping[str, str]) -> list[dict[str, Any]]:
    words = {**condition_words(), TO_EXPLAIN: _("chưa giải trình")}
    kinds = {EXPLAINED: "green", TO_EXPLAIN: "gold"}
    return [
        {
            "name": f"{node.code} {node.name}",
            "url": reverse("assessments:leaf", args=[dossier.pk, node.code]),
            "word": words[conditions[node.code]],
            "kind": kinds.get(conditions[node.code], "blue"),
        }
        for node in nodes
    ]


def _open_words(count: int) -> str:
    if not count:
        return ""
    text = ngettext(
        "%(n)d tiêu chí chưa giải trình giữ điểm thẩm định lần 1.",
        "%(n)d tiêu chí chưa giải trình giữ điểm thẩm định lần 1.",
        count,
    )
    return text % {"n": count}


def _why_not_answerable(dossier: Dossier, at: datetime) -> str:
    try:
        windows.require_answerable(dossier, at)
    except RuleViolation as refusal:
        return str(refusal)
    return ""
