"""What was said of each leaf after the unit handed it over, as far as a reader may see it.

A unit learns of pass 1 with its notice, and of pass 2 and the council with the publication; never earlier.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from chiso.assessments import windows
from chiso.assessments.choices import DossierState, Pass
from chiso.assessments.models import Appraisal, Dossier, Entry, Explanation, LeafScored, Motion, Reopening
from chiso.assessments.pages.answer_words import score_in_words
from chiso.assessments.pages.dossier_rows import LeafRow, hides_supplement
from chiso.assessments.pages.dossier_tree import EXPLAINED, MAY_UPDATE, TO_EXPLAIN
from chiso.assessments.reopenings import open_on
from chiso.assessments.scores import with_all_scores
from chiso.common.dates import format_date, format_moment
from chiso.common.numbers import format_points
from chiso.indexsets.reading import index_set_of
from chiso.organizations.models import User
from chiso.rounds.choices import StageKey

_ANSWER_STATES = windows.ANSWERING_STATES | {DossierState.RESUBMITTED}
_AFTER_NOTICE = _ANSWER_STATES | {
    DossierState.UNDER_REAPPRAISAL,
    DossierState.BEFORE_COUNCIL,
    DossierState.ADOPTED,
    DossierState.APPROVED,
    DossierState.FINAL,
}


@dataclass(frozen=True)
class Sight:
    """Which judgements a reader may see of a dossier, and whether the unit's answer to the notice is one of them."""

    first: bool = False
    later: bool = False
    answer: bool = True


def sight_of(user: User, dossier: Dossier) -> Sight:
    """The unit's people by what was told to them; those who run the round see all; the team has its own pages."""
    if dossier.unit_id in user.unit_ids():
        return Sight(first=dossier.state in _AFTER_NOTICE, later=dossier.state == DossierState.FINAL)
    if dossier.round.authority_id in user.authorities_run():
        return Sight(first=True, later=True, answer=not hides_supplement(user, dossier))
    return Sight()


@dataclass(frozen=True)
class Judgements:
    """The judged leaves of a dossier by code, and those open in the supplement."""

    sight: Sight
    entries: Mapping[str, Entry]
    in_supplement: Mapping[str, str]
    requests: Mapping[str, Reopening] = field(default_factory=dict)

    @property
    def reopened(self) -> frozenset[str]:
        return frozenset(self.in_supplement)

    def thread(self, leaf: Entry) -> list[dict[str, Any]]:
        """How a leaf was scored, party after party; empty while only the unit has spoken."""
        judged = self.entries.get(leaf.code)
        if judged is None:
            return []
        told = [_step(_("Tự chấm"), leaf, text=leaf.note or leaf.reason, who=_name(leaf), when=leaf.saved_at)]
        told += [_passed(row, judged) for row in judged.appraisals.all() if self._may_see(row.pass_number)]
        answer = explanation_of(judged)
        if answer and self.sight.answer:
            told.insert(2, _explained(answer))
        if self.sight.later:
            told += [_resolved(motion) for motion in judged.motions.all()]
        return told if len(told) > 1 else []

    def first_pass(self, code: str) -> Appraisal | None:
        judged = self.entries.get(code)
        return _first_of(judged) if judged and self.sight.first else None

    def _may_see(self, number: int) -> bool:
        return self.sight.first if number == Pass.FIRST else self.sight.later


def judgements_of(user: User, dossier: Dossier, rows: Mapping[str, LeafRow]) -> Judgements:
    """Read what the reader may see: nothing before the notice (no query), three queries after it."""
    sight = sight_of(user, dossier)
    if not sight.first or dossier.state not in _AFTER_NOTICE | {DossierState.UNDER_APPRAISAL}:
        return Judgements(sight, {}, {})
    found = Entry.objects.filter(dossier=dossier).select_related("explanation__explained_by")
    entries = {entry.code: entry for entry in found.prefetch_related(*with_all_scores())}
    if dossier.state not in _ANSWER_STATES:
        requests = open_on(dossier)
        asked = {code: EXPLAINED if row.answered_at else TO_EXPLAIN for code, row in requests.items()}
        return Judgements(sight, entries, asked, requests)
    nodes = index_set_of(dossier.block.edition).by_code
    opened = {
        code: _condition(entry, rows.get(code), sight)
        for code, entry in entries.items()
        if windows.is_reopened(entry, nodes[code])
    }
    return Judgements(sight, entries, opened)


def _condition(entry: Entry, row: LeafRow | None, sight: Sight) -> str:
    if sight.answer and _has_answered(entry, row):
        return EXPLAINED
    return TO_EXPLAIN if _must_answer(entry, _first_of(entry)) else MAY_UPDATE


def _must_answer(entry: Entry, first: Appraisal | None) -> bool:
    """Whether the team's judgement costs the unit points; else only a year-end figure may be brought up to date."""
    if first is None:
        return not entry.has_answer()
    was_cut = (entry.score or 0) > (first.score or 0) or entry.not_applicable != first.not_applicable
    return was_cut or first.needs_explanation


def _first_of(entry: Entry) -> Appraisal | None:
    return next((row for row in entry.appraisals.all() if row.pass_number == Pass.FIRST), None)


def why_reopened(entry: Entry, first: Appraisal | None) -> str:
    """Say why a leaf is open in the supplement."""
    if not _must_answer(entry, first):
        return _("được cập nhật số liệu cuối năm")
    if first is None:
        return _("chưa có số liệu")
    if first.needs_explanation:
        return _("Tổ Chuyên viên yêu cầu giải trình")
    return _("điểm thẩm định khác điểm tự chấm")


def difference(row: LeafScored, other: LeafScored) -> str:
    """`−0,50` from one score to another; empty when they are equal."""
    change = (row.score or Decimal(0)) - (other.score or Decimal(0))
    if not change:
        return ""
    return ("+" if change > 0 else "") + format_points(change)


def explanation_of(entry: Entry) -> Explanation | None:
    """The unit's answer on a leaf, if there is one; the entry must have it joined."""
    return getattr(entry, "explanation", None)


def _has_answered(entry: Entry, row: LeafRow | None) -> bool:
    supplemented = row is not None and any(paper.stage != StageKey.SELF_ASSESSMENT for paper in row.papers)
    return supplemented or explanation_of(entry) is not None


def _passed(row: Appraisal, entry: Entry) -> dict[str, Any]:
    title = Pass(row.pass_number).label
    told = _step(title, row, text=row.reason, who=_("Tổ Chuyên viên"), when=row.appraised_at)
    told["change"] = difference(row, entry)
    if row.needs_explanation:
        told |= {"tag_text": _("cần giải trình"), "tag_kind": "gold"}
    return told


def _explained(row: Explanation) -> dict[str, Any]:
    title = _("Giải trình, đề nghị")
    dated = _("Số liệu đến ngày %(date)s.") % {"date": format_date(row.as_of)} if row.as_of else ""
    text = "\n".join(filter(None, (row.text, dated)))
    return _step(title, row, text=text, who=row.explained_by.full_name, when=row.explained_at)


def _resolved(row: Motion) -> dict[str, Any]:
    return _step(_("Kết luận của Hội đồng"), row, text=row.reason, who=_("Hội đồng thẩm định"), when=row.concluded_at)


def _name(entry: Entry) -> str:
    return entry.saved_by.full_name if entry.saved_by else ""


def _step(title: Any, row: LeafScored, *, text: str, who: str, when: Any) -> dict[str, Any]:
    score = _("không áp dụng") if row.not_applicable and row.score is None else score_in_words(row)
    return {"title": title, "score": score, "text": text, "who": who, "when": format_moment(when) if when else ""}
