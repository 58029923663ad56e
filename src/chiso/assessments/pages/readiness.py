"""Is a dossier ready to submit? Everything that is missing or should be looked at again, each with where it is mended.

Only the signed report can keep a dossier back, where the round asks for one; the rest is for people to judge.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from chiso.assessments import policy, windows
from chiso.assessments.actions.dossier import has_report
from chiso.assessments.actions.submission import IN_HAND
from chiso.assessments.models import Dossier
from chiso.assessments.pages.dossier_tree import EMPTY, NO_PAPERS, TO_EXPLAIN, Standing
from chiso.assessments.pages.plan_dates import not_before, plan_day
from chiso.assessments.remarks import Responsibility, responsibilities_of
from chiso.assessments.uploading import leaf_of, purposes_of
from chiso.common.addresses import address
from chiso.common.numbers import format_max
from chiso.evidence.advice import GOLD, RED, Advice, advice_on
from chiso.evidence.models import Document, Upload
from chiso.evidence.receiving import is_finished
from chiso.organizations.models import User
from chiso.scoring import Node

_NOTABLE = (RED, GOLD)


@dataclass(frozen=True)
class Gap:
    """One thing to mend, where, and a word on it."""

    name: str
    url: str
    note: str = ""
    kind: str = ""


@dataclass(frozen=True)
class GapGroup:
    """Gaps of one sort; `is_advice`: nothing is missing, people should look again; `blocks`: not taken without it."""

    key: str
    title: str
    gaps: list[Gap]
    is_advice: bool = False
    blocks: bool = False

    @property
    def kind(self) -> str:
        if self.blocks:
            return "red"
        return "blue" if self.is_advice else "gold"


def gap_groups(user: User, standing: Standing, answers: Mapping[str, Responsibility] | None = None) -> list[GapGroup]:
    """What stands between a dossier and its submission; three queries for the unit, one for other readers.

    `answers` are the leaves as `responsibilities_of` reads them, where the page has them already.
    """
    dossier = standing.dossier
    leaves = (
        ("giai-trinh", TO_EXPLAIN, _("Cần giải trình, bổ sung")),
        ("so-lieu", EMPTY, _("Chưa nhập số liệu")),
        ("tai-lieu", NO_PAPERS, _("Thiếu tài liệu kiểm chứng")),
    )
    groups = [GapGroup(key, title, _leaf_gaps(standing, condition)) for key, condition, title in leaves]
    if policy.can_edit(user, dossier):
        groups += [
            GapGroup("nhan-xet", _("Nhận xét của lãnh đạo chưa trả lời"), _remark_gaps(standing, answers)),
            GapGroup("tai-len", _("Tệp đang tải lên dở"), _upload_gaps(standing)),
            GapGroup("bao-cao", _("Thiếu báo cáo đã ký"), _report_gaps(dossier), blocks=True),
        ]
    groups.append(GapGroup("xem-lai", _("Tài liệu nên xem lại"), _document_gaps(standing), is_advice=True))
    return [group for group in groups if group.gaps]


def _leaf_gaps(standing: Standing, condition: str) -> list[Gap]:
    return [
        _gap(standing, node, _("tối đa %(max)s điểm") % {"max": format_max(node.max)})
        for node in standing.index_set.leaves
        if standing.conditions.get(node.code) == condition
    ]


def _gap(standing: Standing, node: Node, note: str) -> Gap:
    return Gap(f"{node.code} {node.name}", address("assessments:leaf", standing.dossier.pk, node.code), note)


def _remark_gaps(standing: Standing, answers: Mapping[str, Responsibility] | None) -> list[Gap]:
    nodes = standing.index_set.by_code
    known = responsibilities_of(standing.dossier) if answers is None else answers
    waiting = [row for row in known.values() if row.awaits_answer]
    return [_gap(standing, nodes[row.code], row.remark) for row in waiting]


def _upload_gaps(standing: Standing) -> list[Gap]:
    """Files whose line broke off: whoever sent them chooses the file again, and it goes on."""
    rows = Upload.objects.filter(purpose__startswith=purposes_of(standing.dossier)).select_related("by")
    return [_upload_gap(standing, row) for row in rows.order_by("pk") if not is_finished(row)]


def _upload_gap(standing: Standing, row: Upload) -> Gap:
    place = leaf_of(row)
    code = place[1] if place else ""
    url = address("assessments:leaf", standing.dossier.pk, code)
    note = _("%(code)s · đã nhận %(percent)d%% · %(who)s") % {
        "code": code,
        "percent": row.received * 100 // row.size,
        "who": row.by.full_name,
    }
    return Gap(row.name, url, note)


def _report_gaps(dossier: Dossier) -> list[Gap]:
    if has_report(dossier) or not dossier.round.report_required or dossier.state not in IN_HAND:
        return []
    name = _("Báo cáo tự đánh giá, chấm điểm có chữ ký, con dấu (PDF)")
    return [Gap(name, address("assessments:submit", dossier.pk) + "#report", _("Đợt này bắt buộc"))]


def _document_gaps(standing: Standing) -> list[Gap]:
    """Documents about which the machine noticed something, with the first leaf that cites each."""
    places: dict[int, str] = {}
    for code, row in standing.rows.items():
        for paper in row.papers:
            places.setdefault(paper.document, code)
    found = Document.objects.filter(pk__in=places, removed_at=None).order_by("pk") if places else ()
    return list(_noticed(standing, places, {document.pk: document for document in found}))


def _noticed(standing: Standing, places: dict[int, str], documents: dict[int, Document]) -> Iterator[Gap]:
    plans = {
        code: plan_day(documents[paper.document] for paper in row.papers if paper.document in documents)
        for code, row in standing.rows.items()
    }
    for document in documents.values():
        code = places[document.pk]
        told = notable(standing.dossier, document, plans[code])
        if told:
            url = address("assessments:leaf", standing.dossier.pk, code)
            yield Gap(document.name, url, f"{code} · " + " ".join(one.reason for one in told), told[0].kind)


def notable(dossier: Dossier, document: Document, plan: date | None = None) -> list[Advice]:
    """What should be looked at again in a document, worst first."""
    told = advice_on(
        document,
        year=dossier.round.year,
        months_before=dossier.round.evidence_months_before,
        deadline=windows.planned(dossier),
        not_before=not_before(document, plan),
    )
    return sorted((one for one in told if one.kind in _NOTABLE), key=lambda one: _NOTABLE.index(one.kind))
