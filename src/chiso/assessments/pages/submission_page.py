"""The pages about a dossier as a whole: what is missing, what submitting, or taking back, will do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.assessments import policy, windows
from chiso.assessments.actions.dossier import has_report
from chiso.assessments.choices import DossierState
from chiso.assessments.models import Dossier
from chiso.assessments.pages.dossier_rows import leaf_rows, line_of
from chiso.assessments.pages.dossier_tree import (
    EXPLAINED,
    TO_EXPLAIN,
    Standing,
    area_points,
    condition_words,
    standing_of,
)
from chiso.assessments.pages.judgements import judgements_of
from chiso.assessments.pages.readiness import GapGroup, gap_groups, notable
from chiso.assessments.remarks import Responsibility, responsibilities_of
from chiso.common.dates import format_date, format_deadline, format_moment
from chiso.common.numbers import format_points
from chiso.common.refusals import RuleViolation
from chiso.indexsets.reading import index_set_of
from chiso.organizations.requests import UserRequest
from chiso.rounds.choices import StageKey
from chiso.rounds.deadlines import late_days
from chiso.scoring import FactErrors, IndexSet, Node, score_leaf


@dataclass(frozen=True)
class AreaLine:
    name: str
    points: str


@dataclass(frozen=True)
class Check:
    """One sort of gap: how many, and where they are listed."""

    title: str
    count: int
    url: str
    kind: str


@dataclass(frozen=True)
class ReportCard:
    """The unit's signed report; empty words while there is none."""

    number: str
    date: str
    name: str
    url: str
    draft_url: str
    is_required: bool
    notes: list[str]
    is_open: bool


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
    checks: list[Check]
    is_ready: bool
    report: ReportCard
    remarks: list[dict[str, str]]
    can_submit: bool
    can_request_review: bool
    can_send_back: bool
    back_url: str


def missing_page(request: UserRequest, dossier: Dossier) -> dict[str, Any]:
    """Everything that is still missing, each thing linked to where it is mended."""
    rows = leaf_rows(request.user, dossier)
    judged = judgements_of(request.user, dossier, rows)
    standing = standing_of(dossier, rows, in_supplement=judged.in_supplement)
    return {
        "dossier": dossier,
        "standing": standing,
        "groups": gap_groups(request.user, standing),
        "deadline": format_deadline(windows.planned(dossier)),
        "back_url": reverse("assessments:dossier", args=[dossier.pk]),
        "stage_line": line_of(dossier, request.now),
    }


def submit_page(
    request: UserRequest, dossier: Dossier, *, refusal: str = "", form: Any = None, report_form: Any = None
) -> dict[str, Any]:
    """What will be handed over, by whom, and what it costs when it is late. 403 for whoever is not of the unit."""
    if not policy.can_edit(request.user, dossier):
        raise PermissionDenied(_("Chỉ %(unit)s nộp hồ sơ của mình.") % {"unit": dossier.unit})
    standing = standing_of(dossier, leaf_rows(request.user, dossier))
    locked = refusal or _why_not(dossier, request.now)
    is_approver = policy.can_approve(request.user, dossier) is not None
    reviews = dossier.state == DossierState.INTERNAL_REVIEW
    answers = responsibilities_of(dossier)
    groups = gap_groups(request.user, standing, answers)
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
        checks=[_check(dossier, group) for group in groups],
        is_ready=not groups,
        report=report_card(dossier, is_open=not locked or reviews),
        remarks=_remarks(standing, answers),
        can_submit=is_approver and not locked and not any(group.blocks for group in groups),
        can_request_review=not is_approver and not reviews and not locked,
        can_send_back=is_approver and reviews,
        back_url=reverse("assessments:dossier", args=[dossier.pk]),
    )
    return {
        "dossier": dossier,
        "submission": submission,
        "refusal": refusal,
        "form": form,
        "report_form": report_form,
        "stage_line": line_of(dossier, request.now),
    }


def _check(dossier: Dossier, group: GapGroup) -> Check:
    url = f"{reverse('assessments:missing', args=[dossier.pk])}#{group.key}"
    return Check(group.title, len(group.gaps), "#report" if group.blocks else url, group.kind)


def report_card(dossier: Dossier, *, is_open: bool) -> ReportCard:
    """The signed report as it is attached, and what should be looked at again in it."""
    report = dossier.report if has_report(dossier) else None
    return ReportCard(
        number=dossier.report_number if report else "",
        date=format_date(dossier.report_date) if report else "",
        name=report.name if report else "",
        url=reverse("assessments:report", args=[dossier.pk]) if report else "",
        draft_url=reverse("documents:report_draft", args=[dossier.pk]),
        is_required=dossier.round.report_required,
        notes=[one.reason for one in notable(dossier, report)] if report else [],
        is_open=is_open,
    )


def _remarks(standing: Standing, answers: Mapping[str, Responsibility]) -> list[dict[str, str]]:
    """What the leader remarked, and whether it was answered since."""
    nodes = standing.index_set.by_code
    return [
        {
            "name": f"{row.code} {nodes[row.code].name}",
            "url": reverse("assessments:leaf", args=[standing.dossier.pk, row.code]),
            "text": row.remark,
            "word": _("đã trả lời") if row.is_answered else _("chưa trả lời"),
            "kind": "green" if row.is_answered else "gold",
        }
        for row in answers.values()
        if row.remark
    ]


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
    cost = late_cost(index_set, days)
    return f"{told} {cost}" if cost else told


def late_cost(index_set: IndexSet, days: int) -> str:
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
    if empty := standing.progress.left - standing.progress.without_papers:
        told.append(
            ngettext(
                "%(n)d tiêu chí chưa có số liệu được tính 0 điểm.",
                "%(n)d tiêu chí chưa có số liệu được tính 0 điểm.",
                empty,
            )
            % {"n": empty}
        )
    if bare := standing.progress.without_papers:
        told.append(
            ngettext(
                "%(n)d tiêu chí chưa có tài liệu kiểm chứng: người thẩm định có thể không công nhận điểm.",
                "%(n)d tiêu chí chưa có tài liệu kiểm chứng: người thẩm định có thể không công nhận điểm.",
                bare,
            )
            % {"n": bare}
        )
    return told


def withdraw_page(request: UserRequest, dossier: Dossier, *, form: Any) -> dict[str, Any]:
    """What taking the dossier back does. The action says why not."""
    coordinator, end = dossier.round.coordinator, format_deadline(windows.deadline(dossier, StageKey.SELF_ASSESSMENT))
    return {
        "dossier": dossier,
        "form": form,
        "effects": [
            _("Hồ sơ trở lại trạng thái đang nhập; công chức sửa được số liệu, tài liệu và báo cáo."),
            _("Biên nhận của lần nộp này hết giá trị; mã băm vẫn lưu trong nhật ký."),
            _("Phải nộp lại trong hạn (%(deadline)s); nộp sau hạn bị tính trễ.") % {"deadline": end},
            _("%(coordinator)s nhận thông báo kèm lý do.") % {"coordinator": coordinator},
        ],
        "back_url": reverse("assessments:receipt", args=[dossier.pk]),
        "stage_line": line_of(dossier, request.now),
    }


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
