"""What the workspace of an appraiser shows: one leaf of one unit, its evidence, and the units beside it."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from chiso.assessments.choices import Pass
from chiso.assessments.drafts import draft_of, is_current, moment_of
from chiso.assessments.forms.appraisal import Parties
from chiso.assessments.independent import Pair, pair_of
from chiso.assessments.models import Appraisal, Entry, JudgementDraft, LeafScored
from chiso.assessments.offices import OFFICE_SIGNED, has_signed
from chiso.assessments.pages.answer_words import (
    answer_in_words,
    change_in_words,
    in_one_line,
    score_in_words,
    steps_of,
    thread_of,
)
from chiso.assessments.pages.appraisal_listing import Listing
from chiso.assessments.pages.appraisal_page import Progress, progress_of
from chiso.assessments.pages.appraise_files import documents_of, news_of, year_before
from chiso.assessments.pages.appraise_way import Way, way_of
from chiso.assessments.pages.pass_rows import Row, is_running, pass_shown
from chiso.assessments.reasons import reasons_for
from chiso.assessments.scores import node_of
from chiso.common.dates import format_moment, format_time
from chiso.common.numbers import NONE_SIGN, format_max, format_number
from chiso.organizations.models import User
from chiso.scoring import Input, InputKind, Node

_LONG = frozenset({InputKind.LEVEL, InputKind.ITEMS, InputKind.YES_NO})


@dataclass(frozen=True)
class Desk:
    """One leaf on the appraiser's desk: everything needed to judge it, with words and numbers ready to print."""

    user: User
    at: datetime
    entry: Entry
    node: Node
    parties: Parties
    way: Way
    progress: Progress
    pair: Pair | None
    draft: JudgementDraft | None

    @property
    def draft_in_form(self) -> JudgementDraft | None:
        """One's draft where the form goes on with it; one begun on something older stands apart."""
        return self.draft if self.draft and is_current(self.draft, self.parties.saved, self.since) else None

    @property
    def since(self) -> datetime | None:
        """When the last was said of what the form shows: the judgement, both independent scores, the explanation."""
        saved, explanation = self.parties.saved, self.parties.explanation
        moments = [row.given_at for row in self.pair.scores] if self.pair and self.pair.is_complete else []
        moments += [moment_of(saved)] if saved else []
        moments += [explanation.explained_at] if explanation else []
        return max(moments, default=None)


def desk_of(entry: Entry, user: User, at: datetime, listing: Listing) -> Desk:
    """Gather a desk: the leaf's judgements, the list it stands in, one's progress. 404 outside the pass."""
    round = entry.dossier.round
    number = pass_shown(round)
    way = way_of(entry, user, number, listing) if number else None
    if number is None or way is None:
        raise Http404
    pair = pair_of(entry, user, number)
    return Desk(
        user=user,
        at=at,
        entry=entry,
        node=node_of(entry.dossier.block.edition, entry.code),
        parties=_parties(entry, number, pair),
        pair=pair,
        way=way,
        progress=progress_of(user, round, number, at),
        draft=draft_of(user, entry, number) if way.has_draft else None,
    )


def _parties(entry: Entry, number: Pass, pair: Pair | None) -> Parties:
    passes = {row.pass_number: row for row in entry.appraisals.all()}
    explanation = getattr(entry, "explanation", None) if number == Pass.SECOND else None
    is_own = pair is not None and not pair.is_complete
    saved = passes.get(number) or (pair.mine if pair and is_own else None)
    return Parties(entry, number, passes.get(Pass.FIRST), explanation, saved, is_own)


# ---- the page ------------------------------------------------------------------


def page_of(desk: Desk, *, chosen: str) -> Row:
    """The context of the workspace; `chosen` is the citation to show."""
    entry, node, parties = desk.entry, desk.node, desk.parties
    saved = parties.saved
    documents, preview = documents_of(desk.user, entry, parties.number, chosen, desk.at)
    return {
        "pass_label": parties.number.label,
        "heading": desk.way.title,
        "unit_name": entry.dossier.unit.name,
        "progress": desk.progress,
        "queue": desk.way.items,
        "leaf": _leaf(node),
        "told": _told(node, parties),
        "documents": documents,
        "preview": preview,
        "news": news_of(parties, node, documents),
        "year_before": year_before(entry, node),
        "explanation": _explanation(parties),
        "unit_words": [words for words in (entry.reason, entry.note) if words],
        "calculation": steps_of(node, saved or parties.explanation or parties.before),
        "thread": thread_of(entry, node, parties.explanation),
        "reasons": reasons_of(desk.user, entry, parties.number),
        "saved": _("Đã lưu %(time)s") % {"time": format_time(moment_of(saved))} if saved else "",
        "urls": _addresses(entry),
        "following": desk.way.following,
        "previous": desk.way.previous,
        "next": desk.way.next,
        "locked": why_locked(desk),
        "pair": _pair(desk),
    }


_SHOWN = 8
"""Reasons that lie open; more are unfolded."""


def reasons_of(user: User, entry: Entry, number: Pass) -> dict[str, list[str]]:
    """The reasons to start from, so many at hand and the rest."""
    reasons = reasons_for(user, entry, number)
    return {"first": reasons[:_SHOWN], "rest": reasons[_SHOWN:]}


_PARTS = {
    "score": "appraise_score",
    "draft": "appraise_draft",
    "take": "take_draft",
    "drop": "drop_draft",
    "keep_reason": "keep_reason",
}


def _addresses(entry: Entry) -> dict[str, str]:
    """Where the parts of the workspace are asked for and sent."""
    key = (entry.dossier.round_id, entry.code, entry.dossier.unit.code)
    return {name: reverse(f"assessments:{route}", args=key) for name, route in _PARTS.items()}


def _pair(desk: Desk) -> Row | None:
    """How far two independent judgements are, and what the person may see of them."""
    pair = desk.pair
    if pair is None:
        return None
    step = format_number(desk.entry.dossier.round.independent_step)
    return {
        "told": _pair_told(pair, is_judged=isinstance(desk.parties.saved, Appraisal)) % {"step": step},
        "rows": [
            {
                "who": row.member.user.full_name,
                "when": format_moment(row.given_at),
                "score": _("không áp dụng") if row.not_applicable else score_in_words(row),
                "text": in_one_line(answer_in_words(desk.node, row)),
                "reason": row.reason,
            }
            for row in (pair.shown if pair.is_complete else ())
        ],
    }


def _pair_told(pair: Pair, *, is_judged: bool) -> str:
    if not pair.is_complete:
        return _("Hai người thẩm định độc lập; mỗi người chỉ xem điểm người kia sau khi cả hai đã chấm.")
    if is_judged:
        return _("Hai người đã thẩm định độc lập.")
    return _("Hai người chấm chênh lệch quá %(step)s điểm; Tổ trưởng quyết định.")


def why_locked(desk: Desk) -> str:
    """Why nobody, or not this person, judges the leaf now; empty where it is open."""
    round = desk.entry.dossier.round
    if is_running(round):
        pair = desk.pair
        if has_signed(desk.user, round, desk.parties.number):
            return str(OFFICE_SIGNED)
        return pair.why_not() if pair and not pair.may_give and not pair.may_decide else ""
    return _("Đợt đánh giá đang ở giai đoạn “%(stage)s” nên điểm thẩm định đã khóa.") % {
        "stage": round.get_stage_display()
    }


def _leaf(node: Node) -> Row:
    return {
        "code": node.code,
        "name": node.name,
        "max": "" if node.max is None else format_max(node.max),
        "rule": node.rule.describe() if node.rule else "",
        "guidance": node.guidance,
        "evidence": "; ".join(node.evidence),
        "source": node.official_source,
        "not_applicable": node.not_applicable.when if node.not_applicable else "",
    }


def _told(node: Node, parties: Parties) -> Row:
    """What the parties said side by side: figures as a table with a column for each party, words line by line."""
    said = _said(parties)
    answers = [answer_in_words(node, row) for _title, row, _before in said]
    labels = list(dict.fromkeys(item["label"] for told in answers for item in told if item["label"]))
    scores = [_score_and_change(row, before) for _title, row, before in said]
    titles = [title for title, _row, _before in said]
    if labels and not any(one.kind in _LONG for one in _inputs(node)):
        rows = [[label, *(_value_of(label, told) for told in answers)] for label in labels]
        return {"columns": ["", *titles], "rows": rows, "scores": [_("Điểm"), *scores], "has_figures": True}
    lines = [list(line) for line in zip(titles, map(in_one_line, answers), scores, strict=True)]
    return {"columns": ["", _("Nội dung"), _("Điểm")], "rows": lines, "has_figures": False}


def _said(parties: Parties) -> list[tuple[str, LeafScored, LeafScored | None]]:
    """(who, what was said, what stood before it), in the order of the round."""
    second = parties.number == Pass.SECOND
    said: list[tuple[str, LeafScored, LeafScored | None]] = [(_("Tự chấm"), parties.entry, None)]
    if second and parties.first:
        said.append((_("Lần 1"), parties.first, parties.entry))
    if second and parties.explanation:
        said.append((_("Đề nghị"), parties.explanation, None))
    if parties.saved:
        said.append((_("Lần %(number)d") % {"number": parties.number}, parties.saved, parties.before))
    return said


def _inputs(node: Node) -> tuple[Input, ...]:
    return node.rule.inputs if node.rule else ()


def _value_of(label: str, told: list[Row]) -> str:
    return next((item["value"] for item in told if item["label"] == label), NONE_SIGN)


def _score_and_change(row: LeafScored, before: LeafScored | None) -> str:
    change = change_in_words(row, before)
    score = _("không áp dụng") if row.not_applicable and row.score is None else score_in_words(row)
    return f"{score} ({change})" if change else score


def _explanation(parties: Parties) -> Row | None:
    row = parties.explanation
    if row is None:
        return None
    return {"text": row.text, "who": row.explained_by.full_name, "when": format_moment(row.explained_at)}
