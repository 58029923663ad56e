"""The matrix as .xlsx: totals of each unit, and every leaf with its four scores, reasons and states.

Its words are Vietnamese like the index set, whatever language the pages are in. Private notes are no part of it.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.conf import settings
from django.utils import translation
from xlsxwriter.worksheet import Worksheet

from chiso.assessments.choices import DossierState, Outcome, ScoreState
from chiso.assessments.models import Appraisal, Dossier, Explanation, Motion
from chiso.assessments.pages.matrix_page import View, dossiers_of, survey_run, unit_score
from chiso.assessments.pages.matrix_rows import ORDER, Leaf, Party, Score, by_dossier, read_leaves, visible_leaves
from chiso.common.dates import format_moment

TOTALS_SHEET, LEAVES_SHEET = "Tổng hợp", "Chi tiết"
_TOTALS = ("Mã đơn vị", "Đơn vị", "Trạng thái hồ sơ")
_LEAVES = (
    ("Mã đơn vị", 12),
    ("Đơn vị", 26),
    ("Mã", 10),
    ("Tiêu chí", 50),
    ("Điểm tối đa", 11),
    ("Tự chấm", 11),
    ("Thẩm định lần 1", 11),
    ("Đơn vị đề nghị", 11),
    ("Thẩm định lần 2", 11),
    ("Hội đồng", 11),
    ("Điểm hiện tính", 11),
    ("So với tự chấm", 11),
    ("Tình trạng", 22),
    ("Lý do lần 1", 50),
    ("Giải trình của đơn vị", 50),
    ("Lý do lần 2", 50),
    ("Kết luận của Hội đồng", 50),
)
_HEADER_ROW = 2
_MAX_CELL = 32_000


def write_matrix(view: View, at: datetime) -> bytes:
    """Write all units of a view as they stand; five queries, and those of its filters."""
    with translation.override(settings.LANGUAGE_CODE):
        dossiers = dossiers_of(view)
        leaves = visible_leaves(view.user, view.round, [dossier.pk for dossier in dossiers])
        found = by_dossier(read_leaves(leaves))
        target = io.BytesIO()
        options = {"in_memory": True, "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(target, options) as book:
            book.set_properties({"title": f"Tổng hợp điểm – {view.round.name}"})
            looks = _looks(book)
            if view.is_whole:
                _Totals(book.add_worksheet(TOTALS_SHEET), looks, view, at).write(dossiers, found)
            _Leaves(book.add_worksheet(LEAVES_SHEET), looks, view, at).write(dossiers, found, _reasons(leaves))
    return target.getvalue()


def _looks(book: xlsxwriter.Workbook) -> dict[str, Any]:
    font = {"font_name": "Times New Roman", "font_size": 11}
    return {
        "title": book.add_format({**font, "bold": True, "font_size": 14}),
        "about": book.add_format({**font, "font_color": "#566173"}),
        "head": book.add_format({**font, "bold": True, "text_wrap": True, "bg_color": "#D5E3F3", "border": 1}),
        "text": book.add_format({**font, "valign": "top"}),
        "number": book.add_format({**font, "valign": "top", "num_format": "[$-42A]#,##0.00##"}),
    }


class _Sheet:
    """One sheet, written from top to bottom."""

    def __init__(self, sheet: Worksheet, looks: Mapping[str, Any], view: View, at: datetime) -> None:
        self.sheet, self.looks, self.view, self.at, self.last = sheet, looks, view, at, _HEADER_ROW

    def _write_heads(self, heads: Sequence[tuple[str, int]]) -> None:
        sheet, view = self.sheet, self.view
        for place, (_name, width) in enumerate(heads):
            sheet.set_column(place, place, width)
        sheet.freeze_panes(_HEADER_ROW + 1, 2)
        sheet.write_string(0, 0, f"{view.round.name} – {view.block.name}", self.looks["title"])
        only = f"; chỉ gồm tiêu chí: {dict(view.form.fields['chi'].choices)[view.wanted.only]}"  # type: ignore[attr-defined]
        told = f"Điểm tại thời điểm {format_moment(self.at)}{only if view.wanted.only else ''}. KAD: không áp dụng."
        sheet.write_string(1, 0, told, self.looks["about"])
        for place, (name, _width) in enumerate(heads):
            sheet.write_string(_HEADER_ROW, place, name, self.looks["head"])
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(_HEADER_ROW)

    def _write(self, cells: Sequence[object]) -> None:
        self.last += 1
        for place, value in enumerate(cells):
            if isinstance(value, Decimal):
                self.sheet.write_number(self.last, place, float(value), self.looks["number"])
            elif value:
                self.sheet.write_string(self.last, place, str(value)[:_MAX_CELL], self.looks["text"])


class _Totals(_Sheet):
    """Base points, their maximum and the index of each unit, as each party's score stands."""

    def write(self, dossiers: Sequence[Dossier], found: Mapping[int, Mapping[str, Leaf]]) -> None:
        heads = [(name, 20) for name in _TOTALS]
        for party in ORDER:
            heads += [(f"{party.label}: điểm", 12), (f"{party.label}: tối đa", 12), (f"{party.label}: chỉ số", 12)]
        self._write_heads(heads)
        ran = survey_run(self.view)
        for dossier in dossiers:
            cells: list[object] = [dossier.unit.code, dossier.unit.name, str(dossier.get_state_display())]
            leaves = found.get(dossier.pk, {})
            told: list[object] = []
            for party in ORDER:
                if not told or any(leaf.own(party) is not None for leaf in leaves.values()):
                    score = unit_score(self.view, leaves, party, survey_run=ran)
                    told = [score.base_points, score.base_max_effective, score.total]
                cells += told
            self._write(cells)


class _Leaves(_Sheet):
    """One line for each leaf of each unit, in the order of the set."""

    def write(
        self,
        dossiers: Sequence[Dossier],
        found: Mapping[int, Mapping[str, Leaf]],
        reasons: Mapping[tuple[int, Party], str],
    ) -> None:
        self._write_heads(_LEAVES)
        self.states = {state.value: str(state.label) for state in ScoreState}
        for dossier in dossiers:
            for cells in self._lines(dossier, found.get(dossier.pk, {}), reasons):
                self._write(cells)
        self.sheet.autofilter(_HEADER_ROW, 0, max(self.last, _HEADER_ROW + 1), len(_LEAVES) - 1)

    def _lines(
        self, dossier: Dossier, leaves: Mapping[str, Leaf], reasons: Mapping[tuple[int, Party], str]
    ) -> Iterator[list[object]]:
        for node in self.view.index_set.leaves:
            leaf = leaves.get(node.code)
            if leaf is None or node.is_info or not self.view.wanted.matches(leaf):
                continue
            own, first, second, council = leaf.given
            now = leaf.counting(Party.COUNCIL)
            change = None if now.score is None or own.score is None else now.score - own.score
            yield [
                *(dossier.unit.code, dossier.unit.name, node.code, node.name, node.max),
                *(_told(own), _told(first), _told(leaf.asked), _told(second), _told(council), _told(now)),
                change,
                self._state(dossier, leaf, now),
                reasons.get((leaf.pk, Party.FIRST), ""),
                reasons.get((leaf.pk, Party.UNIT), "") if leaf.asked else "",
                reasons.get((leaf.pk, Party.SECOND), ""),
                reasons.get((leaf.pk, Party.COUNCIL), ""),
            ]

    def _state(self, dossier: Dossier, leaf: Leaf, now: Score) -> str:
        parts = [self.states[now.score_state]]
        if dossier.state == DossierState.NOT_SUBMITTED:
            parts.append("đơn vị không nộp")
        elif leaf.given[0].has_answer() and leaf.given[1] is None:
            parts.append("chưa thẩm định")
        if leaf.is_cut(Party.COUNCIL):
            parts.append("bị hạ")
        if leaf.is_disputed:
            parts.append("đơn vị đề nghị điểm khác")
        return "; ".join(parts)


def _told(score: Score | None) -> Decimal | str:
    if score is None or not score.has_answer():
        return ""
    if score.not_applicable and score.score is None:
        return "KAD"
    return "" if score.score is None else score.score


def _reasons(leaves: Any) -> dict[tuple[int, Party], str]:
    """What each party said for its score; the unit's is its explanation."""
    keys = leaves.order_by().values("pk")
    said: dict[tuple[int, Party], str] = {}
    for pk, number, reason in Appraisal.objects.filter(entry__in=keys).values_list("entry_id", "pass_number", "reason"):
        said[pk, ORDER[number]] = reason
    for pk, text in Explanation.objects.filter(entry__in=keys).values_list("entry_id", "text"):
        said[pk, Party.UNIT] = text
    carried = Motion.objects.filter(entry__in=keys, outcome=Outcome.CARRIED).order_by("concluded_at")
    for pk, reason, resolution in carried.values_list("entry_id", "reason", "resolution"):
        said[pk, Party.COUNCIL] = resolution or reason
    return said
