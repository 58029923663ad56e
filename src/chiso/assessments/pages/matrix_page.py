"""The matrix of a block: units × criteria, with the score of one party and what it changed (tổng hợp điểm).

By area with the totals at first; by leaf within an area, or over all of them. A page of units at a time, whatever the
size of the round; which units match a filter is found in SQL.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.http import QueryDict
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from chiso import scoring
from chiso.assessments.choices import DossierState, Pass
from chiso.assessments.forms.matrix import AREAS, EVERY, MatrixForm
from chiso.assessments.models import Dossier, Entry
from chiso.assessments.pages.matrix_rows import (
    Leaf,
    Party,
    Score,
    Wanted,
    by_dossier,
    read_leaves,
    sees_whole,
    visible_dossiers,
    visible_leaves,
)
from chiso.assessments.pages.overview_steps import blocks_of
from chiso.assessments.queries import ANSWERED, awaiting_appraisal
from chiso.common.addresses import address
from chiso.common.numbers import NONE_SIGN, format_max, format_points
from chiso.indexsets.reading import index_set_of
from chiso.organizations.models import User
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Block, Round
from chiso.scoring import IndexSet, LeafPoints, Node, State, UnitScore

UNITS_SHOWN = 15
_PARTY_OF_STAGE = {
    StageKey.PREPARATION: Party.UNIT,
    StageKey.SELF_ASSESSMENT: Party.UNIT,
    StageKey.AGGREGATION: Party.UNIT,
    StageKey.APPRAISAL: Party.FIRST,
    StageKey.NOTICE: Party.FIRST,
    StageKey.SUPPLEMENT: Party.FIRST,
    StageKey.REAPPRAISAL: Party.SECOND,
}
_STATES = {state.value: state for state in State}


@dataclass(frozen=True)
class Row:
    """One unit: its cells as they are drawn, and its totals."""

    unit: str
    url: str
    note: str
    cells: SafeString
    points: str
    total: str
    change: str


@dataclass(frozen=True)
class MatrixPage:
    """What the page shows; `missing` names who has not sent, and who has leaves that nobody judged."""

    form: MatrixForm
    columns: tuple[dict[str, str], ...]
    rows: tuple[Row, ...]
    page: "Page[Dossier]"
    query: str
    has_totals: bool
    has_names: bool
    missing: tuple[dict[str, str], ...]
    export_url: str
    is_comparing: bool


@dataclass(frozen=True)
class View:
    """What one looks at: a block, the score of a party, columns, a filter."""

    round: Round
    user: User
    block: Block
    form: MatrixForm
    party: Party
    wanted: Wanted
    is_whole: bool
    dossiers: Sequence[Dossier]

    @property
    def index_set(self) -> IndexSet:
        return index_set_of(self.block.edition)

    @property
    def column(self) -> str:
        return self.form.chosen("cot")


def view_of(round: Round, user: User, asked: QueryDict) -> View | None:
    """What a request looks at; None while the round has no block (2 queries)."""
    blocks = blocks_of(round)
    if not blocks:
        return None
    block = next((one for one in blocks if str(one.pk) == asked.get("khoi")), blocks[0])
    index_set = index_set_of(block.edition)
    is_whole = sees_whole(user, round)
    columns = [(EVERY, _("tất cả tiêu chí")), *((area.code, f"{area.code} {area.name}") for area in index_set.areas)]
    if is_whole:
        columns.insert(0, (AREAS, _("cộng theo lĩnh vực")))
    dossiers = list(visible_dossiers(user, round, block))
    form = MatrixForm(
        asked,
        blocks=[(str(one.pk), one.name) for one in blocks],
        columns=columns,
        units=[(str(dossier.pk), dossier.unit.name) for dossier in dossiers],
        party=_PARTY_OF_STAGE.get(StageKey(round.stage), Party.COUNCIL),
    )
    party = Party(form.chosen("diem"))
    wanted = Wanted.of(index_set, form.chosen("chi"), party)
    return View(round, user, block, form, party, wanted, is_whole, dossiers)


def dossiers_of(view: View) -> list[Dossier]:
    """The units that the filters leave, in order (no query; with a filter on leaves two or three)."""
    chosen = view.form.chosen("don_vi")
    dossiers = [dossier for dossier in view.dossiers if chosen in ("", str(dossier.pk))]
    if not view.wanted.only:
        return dossiers
    visible = visible_dossiers(view.user, view.round, view.block).order_by()
    matching = set(view.wanted.narrow(visible, view.round).values_list("pk", flat=True))
    return [dossier for dossier in dossiers if dossier.pk in matching]


def matrix_page(view: View, asked: QueryDict) -> MatrixPage:
    """One page of units: a fixed number of queries, however many units and leaves."""
    page = Paginator(dossiers_of(view), UNITS_SHOWN).get_page(asked.get("page"))
    shown = [dossier.pk for dossier in page]
    leaves = by_dossier(read_leaves(visible_leaves(view.user, view.round, shown)))
    columns = _columns(view, leaves.values())
    draw = _Drawing(view, columns, survey_run=survey_run(view))
    query = asked.copy()
    query.pop("page", None)
    return MatrixPage(
        form=view.form,
        columns=tuple(_head(node) for node in columns),
        rows=tuple(draw.row(dossier, leaves.get(dossier.pk, {})) for dossier in page),
        page=page,
        query=query.urlencode(),
        has_totals=view.is_whole,
        has_names=view.column == AREAS,
        missing=_missing(view),
        export_url=f"{address('assessments:matrix_file', view.round.pk)}?{query.urlencode()}",
        is_comparing=any(node.rule is not None and node.rule.compares for node in view.index_set.leaves),
    )


def survey_run(view: View) -> bool:
    """Whether anybody has an answer on a leaf that a survey fills: else these stay out of the maximum."""
    codes = [node.code for node in view.index_set.leaves if node.is_survey]
    said = Entry.objects.filter(ANSWERED, dossier__round=view.round, dossier__block=view.block, code__in=codes)
    return bool(codes) and said.exists()


def unit_score(view: View, leaves: Mapping[str, Leaf], party: Party, *, survey_run: bool) -> UnitScore:
    """The totals of a unit once a party has spoken, from stored scores."""
    points: dict[str, LeafPoints] = {}
    for code, leaf in leaves.items():
        row = leaf.counting(party)
        if row.has_answer():
            points[code] = LeafPoints(row.score, row.effective_max, _STATES[row.score_state])
    return scoring.roll_up(view.index_set, points, survey_run=survey_run)


def _columns(view: View, units: Iterable[Mapping[str, Leaf]]) -> list[Node]:
    """The areas, or leaves; of a filter, and of a member's own leaves, only those that somebody on the page has."""
    areas = view.index_set.areas
    if view.column == AREAS:
        return list(areas)
    chosen = [area for area in areas if view.column in (EVERY, area.code)]
    nodes = [node for area in chosen for node in area.walk() if node.is_leaf and not node.is_info]
    if not view.wanted.only and view.is_whole:
        return nodes
    found = {leaf.code for unit in units for leaf in unit.values() if view.wanted.matches(leaf)}
    return [node for node in nodes if node.code in found]


def _head(node: Node) -> dict[str, str]:
    return {"code": node.code, "name": node.name, "max": "" if node.max is None else format_max(node.max)}


class _Drawing:
    """Draws the rows of one page; the words are looked up once for all cells."""

    def __init__(self, view: View, columns: Sequence[Node], *, survey_run: bool) -> None:
        self.view, self.columns, self.survey_run = view, columns, survey_run
        self.words = {"cut": _("hạ"), "raised": _("nâng"), "na": _("KAD"), "waiting": _("chưa chấm")}
        self.drawn: dict[tuple[Any, ...], tuple[str, str]] = {}

    def row(self, dossier: Dossier, leaves: Mapping[str, Leaf]) -> Row:
        view = self.view
        is_absent = dossier.state == DossierState.NOT_SUBMITTED
        score = self._total(leaves, view.party) if view.is_whole else None
        own = self._total(leaves, Party.UNIT) if score and view.party != Party.UNIT else score
        if view.column == AREAS and score and own:
            cells = "".join(self._area(node, score, own) for node in self.columns)
        else:
            before, after = address("assessments:leaf_history", dossier.pk, "~").split("~")
            cells = "".join(self._leaf(leaves.get(node.code), node, (before, after)) for node in self.columns)
        places = view.index_set.places
        return Row(
            unit=dossier.unit.name,
            url=address("assessments:dossier", dossier.pk),
            note=_("không nộp") if is_absent else "",
            cells=mark_safe(cells),  # noqa: S308 numbers and words of ours
            points=f"{format_points(score.base_points)}/{format_max(score.base_max_effective)}" if score else "",
            total=format_points(score.total, places) if score else "",
            change=self._change(score.total, own.total, places) if score and own else "",
        )

    def _total(self, leaves: Mapping[str, Leaf], party: Party) -> UnitScore:
        return unit_score(self.view, leaves, party, survey_run=self.survey_run)

    def _area(self, node: Node, score: UnitScore, own: UnitScore) -> str:
        now, then = score.by_code[node.code], own.by_code[node.code]
        text = f"{format_points(now.points)}/{format_max(now.effective_max)}" if node.is_base else None
        change = self._change(now.points, then.points)
        level = "" if not change else " heat-1" if now.points < then.points else " heat-4"
        small = f'<br><span class="small">{change}</span>' if change else ""
        return f'<td class="num{level}">{text or format_points(now.points)}{small}</td>'

    def _change(self, now: Decimal | None, then: Decimal | None, places: int = 2) -> str:
        """`−0,60 hạ`: the sign and the word, never the colour alone."""
        if now is None or then is None or now == then:
            return ""
        if now < then:
            return f"{format_points(now - then, places)} {self.words['cut']}"
        return f"+{format_points(now - then, places)} {self.words['raised']}"

    def _leaf(self, leaf: Leaf | None, node: Node, url: tuple[str, str]) -> str:
        if leaf is None or not self.view.wanted.matches(leaf):
            return f'<td class="heat-0 num">{"" if leaf else NONE_SIGN}</td>'
        now, own = leaf.counting(self.view.party), leaf.given[0]
        is_waiting = own.has_answer() and leaf.given[1] is None and leaf.given[3] is None
        key = (*now.told, *own.told, is_waiting)
        if key not in self.drawn:
            self.drawn[key] = self._in_words(now, own, is_waiting=is_waiting and self.view.party != Party.UNIT)
        level, text = self.drawn[key]
        return f'<td class="{level} num"><a href="{url[0]}{node.code}{url[1]}">{text}</a></td>'

    def _in_words(self, now: Score, own: Score, *, is_waiting: bool) -> tuple[str, str]:
        """(class, words) of a cell: the points, and what changed in sign and word."""
        text, small, level = format_points(now.score), "", "heat-0" if now.score is None else "heat"
        if is_waiting:
            small, level = self.words["waiting"], "heat-2"
        elif now.not_applicable and now.score is None:
            text, level = self.words["na"], "heat-3"
            small = "" if own.not_applicable else f"{format_points(own.score)} → {text}"
        elif own.not_applicable and not now.not_applicable:
            small, level = f"{self.words['na']} → {text}", "heat-1"
        elif small := self._change(now.score, own.score):
            level = "heat-1" if (now.score or 0) < (own.score or 0) else "heat-4"
        return level, text + (f'<br><span class="small">{small}</span>' if small else "")


def _missing(view: View) -> tuple[dict[str, str], ...]:
    """Who sent nothing, who still works, and where the team has leaves to judge; to those who read every unit."""
    if not view.is_whole:
        return ()
    states: dict[str, list[str]] = {}
    for dossier in view.dossiers:
        states.setdefault(dossier.state, []).append(dossier.unit.name)
    told = [
        {"label": str(state.label), "text": _listed(states[state])}
        for state in (
            DossierState.NOT_SUBMITTED,
            DossierState.DRAFT,
            DossierState.INTERNAL_REVIEW,
            DossierState.RETURNED,
        )
        if state in states
    ]
    number = {StageKey.APPRAISAL: Pass.FIRST, StageKey.REAPPRAISAL: Pass.SECOND}.get(StageKey(view.round.stage))
    if number:
        told += _unjudged(view, number)
    return tuple(told)


def _unjudged(view: View, number: Pass) -> list[dict[str, str]]:
    waiting = awaiting_appraisal(view.round, number).filter(dossier__in=[dossier.pk for dossier in view.dossiers])
    rows = waiting.order_by("dossier__unit__code").values_list("dossier__unit__code", "dossier__unit__name")
    names = [f"{name} ({count})" for _code, name, count in rows.annotate(count=Count("pk"))]
    if not names:
        return []
    return [{"label": _("Còn tiêu chí chưa thẩm định"), "text": _listed(names)}]


_NAMES_SHOWN = 12


def _listed(names: Sequence[str]) -> str:
    text = ", ".join(names[:_NAMES_SHOWN])
    if len(names) <= _NAMES_SHOWN:
        return text
    return _("%(names)s và %(count)d đơn vị khác") % {"names": text, "count": len(names) - _NAMES_SHOWN}
