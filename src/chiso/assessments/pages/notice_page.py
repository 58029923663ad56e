"""The preliminary notice as its unit reads it: every leaf before and after pass 1, cuts first."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from chiso.assessments import windows
from chiso.assessments.models import Entry, LeafScored, PreliminaryNotice
from chiso.assessments.pages.answer_words import score_in_words
from chiso.assessments.pages.dossier_rows import leaf_rows, line_of, read_stages
from chiso.assessments.pages.judgements import Judgements, difference, judgements_of, why_reopened
from chiso.assessments.scores import total
from chiso.common.dates import format_deadline, format_moment
from chiso.common.numbers import format_max, format_points
from chiso.indexsets.reading import index_set_of
from chiso.organizations.requests import UserRequest
from chiso.scoring import Node


@dataclass(frozen=True)
class NoticeLine:
    """One leaf of the notice."""

    name: str
    url: str
    max: str
    mine: str
    theirs: str
    difference: str
    reason: str
    reopened: str
    is_cut: bool


def notice_page(request: UserRequest, notice: PreliminaryNotice) -> dict[str, Any]:
    """Five queries, however many leaves."""
    dossier = notice.dossier
    read_stages(dossier)
    judged = judgements_of(request.user, dossier, leaf_rows(request.user, dossier))
    index_set = index_set_of(dossier.block.edition)
    lines = [_line(judged, node, judged.entries[node.code]) for node in index_set.leaves if _is_told(judged, node)]
    firsts: dict[str, LeafScored] = {code: judged.first_pass(code) or entry for code, entry in judged.entries.items()}
    own = total(dossier.block.edition, judged.entries)
    theirs = total(dossier.block.edition, firsts)
    return {
        "notice": notice,
        "number": notice.number,
        "sent": format_moment(notice.sent_at),
        "opened": _opened(notice),
        "answer_until": format_deadline(windows.planned(dossier)),
        "self_total": f"{format_points(own.base_points)}/{format_max(own.base_max_effective.normalize() + 0)}",
        "first_total": f"{format_points(theirs.base_points)}/{format_max(theirs.base_max_effective.normalize() + 0)}",
        "sections": _sections(lines),
        "can_answer": windows.is_answerable(dossier, request.now),
        "back_url": reverse("assessments:dossier", args=[dossier.pk]),
        "resubmit_url": reverse("assessments:resubmit", args=[dossier.pk]),
        "stage_line": line_of(dossier, request.now),
    }


def _opened(notice: PreliminaryNotice) -> str:
    """Who of the unit read it first, and when; empty before."""
    if notice.opened_at is None:
        return ""
    who = notice.opened_by.full_name if notice.opened_by else notice.dossier.unit.name
    return _("Mở lần đầu: %(who)s, %(when)s") % {"who": who, "when": format_moment(notice.opened_at)}


def _is_told(judged: Judgements, node: Node) -> bool:
    entry = judged.entries.get(node.code)
    if entry is None:
        return False
    return entry.has_answer() or judged.first_pass(node.code) is not None or node.code in judged.reopened


def _line(judged: Judgements, node: Node, entry: Entry) -> NoticeLine:
    first = judged.first_pass(node.code)
    return NoticeLine(
        name=f"{node.code} {node.name}",
        url=reverse("assessments:leaf", args=[entry.dossier_id, node.code]),
        max=format_max(node.max),
        mine=_score_words(entry),
        theirs=_score_words(first),
        difference=difference(first, entry) if first else "",
        reason=first.reason if first else "",
        reopened=why_reopened(entry, first) if node.code in judged.reopened else "",
        is_cut=first is not None and (first.score or 0) < (entry.score or 0),
    )


def _score_words(row: LeafScored | None) -> str:
    if row is not None and row.not_applicable and row.score is None:
        return _("không áp dụng")
    return score_in_words(row)


def _sections(lines: list[NoticeLine]) -> list[dict[str, Any]]:
    """Cuts first, then the other leaves that may be explained, then the rest."""
    cut = [line for line in lines if line.is_cut]
    others = [line for line in lines if line.reopened and not line.is_cut]
    rest = [line for line in lines if not line.reopened and not line.is_cut]
    told = (
        (_("Điểm thẩm định thấp hơn điểm tự chấm"), cut),
        (_("Các tiêu chí khác được giải trình, bổ sung"), others),
        (_("Các tiêu chí còn lại"), rest),
    )
    return [{"title": title, "lines": some} for title, some in told if some]
