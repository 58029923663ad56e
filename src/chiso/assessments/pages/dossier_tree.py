"""The tree of a dossier: how complete each leaf is, the points so far, and the list at the left of the page.

A dossier has up to a hundred leaves and is opened all day, so the list is joined from strings here, not looped
in a template: what stays the same for an edition is escaped once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from chiso.assessments.models import Dossier
from chiso.assessments.pages.dossier_rows import LeafRow
from chiso.common.addresses import address
from chiso.common.numbers import NONE_SIGN, format_max, format_points
from chiso.indexsets.reading import index_set_of
from chiso.scoring import IndexSet, Node, NodeScore, UnitScore, roll_up

DONE, NO_PAPERS, EMPTY, OPTIONAL = "done", "no_papers", "empty", "optional"
NOT_APPLICABLE, NOT_OURS = "not_applicable", "not_ours"
TO_EXPLAIN, EXPLAINED, MAY_UPDATE = "to_explain", "explained", "may_update"
PARTLY = "partly"
"""What an area is called that is neither done nor empty; no condition of a leaf."""
_DOTS = {
    DONE: "done",
    NO_PAPERS: "partial",
    EMPTY: "empty",
    OPTIONAL: "empty",
    NOT_APPLICABLE: "na",
    NOT_OURS: "na",
    TO_EXPLAIN: "missing",
    EXPLAINED: "done",
    MAY_UPDATE: "partial",
}

_points = lru_cache(maxsize=8192)(format_points)


def condition_words() -> Mapping[str, str]:
    """What each condition of a leaf is called."""
    return _condition_words(get_language())


@cache
def _condition_words(_language: str | None) -> Mapping[str, str]:
    return {
        DONE: _("xong"),
        NO_PAPERS: _("thiếu tài liệu"),
        EMPTY: _("chưa nhập"),
        OPTIONAL: _("chưa nhập, không bắt buộc"),
        NOT_APPLICABLE: _("không áp dụng"),
        NOT_OURS: _("đơn vị không tự chấm"),
        TO_EXPLAIN: _("cần giải trình"),
        EXPLAINED: _("đã giải trình, bổ sung"),
        MAY_UPDATE: _("được cập nhật số liệu cuối năm"),
        PARTLY: _("xong một phần"),
    }


_Line = tuple[Node, int, str, str]
"""A leaf, its place among all, its code and name, and what its points are out of."""


@dataclass(frozen=True, slots=True)
class _Outline:
    """What an edition's tree looks like, whoever fills it: areas with their leaves, names escaped."""

    areas: tuple[tuple[Node, str], ...]
    leaves: Mapping[str, tuple[_Line, ...]]


_outlines: dict[str, _Outline] = {}


def _outline(digest: str, index_set: IndexSet) -> _Outline:
    if digest not in _outlines:
        areas = tuple((area, escape(f"{area.code} · {area.name}")) for area in index_set.areas)
        places = {node.code: place for place, node in enumerate(index_set.leaves)}
        leaves = {
            area.code: tuple(
                (
                    node,
                    places[node.code],
                    escape(f"{node.code} {node.name}"),
                    "" if node.max is None else "/" + format_max(node.max),
                )
                for node in area.walk()
                if node.is_leaf
            )
            for area in index_set.areas
        }
        _outlines[digest] = _Outline(areas, leaves)
    return _outlines[digest]


@dataclass(frozen=True)
class Progress:
    """How far the unit is with the leaves it must fill in, or in the supplement must answer on."""

    done: int
    of: int
    without_papers: int
    is_supplement: bool = False

    @property
    def words(self) -> str:
        if self.is_supplement:
            return _("%(done)d/%(of)d tiêu chí cần giải trình đã xong") % {"done": self.done, "of": self.of}
        told = _("%(done)d/%(of)d tiêu chí xong") % {"done": self.done, "of": self.of}
        if self.without_papers:
            told += " · " + _("%(count)d thiếu tài liệu") % {"count": self.without_papers}
        return told

    @property
    def left(self) -> int:
        return self.of - self.done

    @property
    def left_words(self) -> str:
        if self.is_supplement:
            none, some = _("Không còn tiêu chí cần giải trình"), _("%(n)d tiêu chí chưa giải trình")
        else:
            none, some = _("Đã đủ số liệu và tài liệu"), _("%(n)d tiêu chí chưa xong")
        return some % {"n": self.left} if self.left else none


@dataclass(frozen=True)
class Standing:
    """A dossier as a whole: the condition of each visible leaf, and the points they add up to."""

    dossier: Dossier
    index_set: IndexSet
    rows: Mapping[str, LeafRow]
    conditions: Mapping[str, str]
    progress: Progress
    score: UnitScore | None

    @property
    def total(self) -> str:
        """The points of the base so far; empty when some leaves are hidden from the reader."""
        return "" if self.score is None else format_points(self.score.base_points, self.index_set.places)

    @property
    def total_max(self) -> str:
        return "" if self.score is None else format_max(self.score.base_max_effective.normalize() + 0)


def standing_of(
    dossier: Dossier,
    rows: Mapping[str, LeafRow],
    *,
    in_supplement: Mapping[str, str] | None = None,
) -> Standing:
    """Work out the completeness and the points of a dossier from its rows; asks the database nothing.

    `in_supplement` gives the conditions of the reopened leaves, once the unit has its notice.
    """
    opened = in_supplement or {}
    index_set = index_set_of(dossier.block.edition)
    conditions = {
        node.code: opened.get(node.code) or _condition(node, rows[node.code])
        for node in index_set.leaves
        if node.code in rows
    }
    score = None
    if len(rows) == len(index_set.leaves):
        score = roll_up(
            index_set, {code: row.points() for code, row in rows.items() if row.is_answered}, survey_run=False
        )
    return Standing(dossier, index_set, rows, conditions, _progress(index_set, conditions, opened), score)


def _condition(node: Node, row: LeafRow) -> str:
    if node.method != "self":
        return NOT_OURS
    if row.not_applicable:
        return NOT_APPLICABLE
    if not row.is_answered:
        return EMPTY if node.is_base else OPTIONAL
    # What earned nothing has nothing to prove.
    needs_papers = bool(node.evidence) and row.score is not None and row.score > 0
    return NO_PAPERS if needs_papers and not row.is_documented else DONE


def _progress(index_set: IndexSet, conditions: Mapping[str, str], opened: Mapping[str, str]) -> Progress:
    answers = [condition for condition in opened.values() if condition != MAY_UPDATE]
    if answers:
        return Progress(answers.count(EXPLAINED), len(answers), 0, is_supplement=True)
    required = [
        condition
        for node in index_set.leaves
        if node.is_base and (condition := conditions.get(node.code)) and condition != NOT_OURS
    ]
    unfinished = required.count(NO_PAPERS) + required.count(EMPTY)
    return Progress(len(required) - unfinished, len(required), required.count(NO_PAPERS))


def _outline_of(standing: Standing) -> _Outline:
    return _outline(standing.dossier.block.edition.digest, standing.index_set)


def draw_tree(standing: Standing, current: str) -> SafeString:
    """The areas and leaves as `components/tree.html` draws them."""
    words = condition_words()
    prefix = address("assessments:dossier", standing.dossier.pk)
    outline = _outline_of(standing)
    scores = _area_scores(standing)
    pieces = []
    for place, (area, name) in enumerate(outline.areas):
        leaves = [leaf for leaf in outline.leaves[area.code] if leaf[0].code in standing.rows]
        if not leaves:
            continue
        is_open = any(leaf[0].code == current for leaf in leaves)
        pieces.append("<details open>" if is_open else "<details>")
        pieces.append(_summary(standing, words, place, area, name, scores))
        pieces.append('<ul class="leaves">')
        pieces += [_item(standing, words, prefix, leaf, current) for leaf in leaves]
        pieces.append("</ul></details>")
    return mark_safe("".join(pieces))  # noqa: S308 names are escaped in the outline, the rest is ours


def draw_changes(standing: Standing, current: str) -> SafeString:
    """The two lines of the tree that a save changes, to be swapped in where they stand."""
    words = condition_words()
    prefix = address("assessments:dossier", standing.dossier.pk)
    outline = _outline_of(standing)
    for place, (area, name) in enumerate(outline.areas):
        leaf = next((leaf for leaf in outline.leaves[area.code] if leaf[0].code == current), None)
        if leaf:
            swapped = ' hx-swap-oob="true"'
            item = _item(standing, words, prefix, leaf, current, swapped)
            summary = _summary(standing, words, place, area, name, _area_scores(standing), swapped)
            return mark_safe(item + summary)  # noqa: S308 as above
    return mark_safe("")


def _item(
    standing: Standing,
    words: Mapping[str, str],
    prefix: str,
    leaf: _Line,
    current: str,
    swapped: str = "",
) -> str:
    node, place, name, most = leaf
    condition = standing.conditions[node.code]
    here = ' aria-current="page"' if node.code == current else ""
    return (
        f'<li id="t{place}"{swapped}><a href="{prefix}{node.code}/"{here}>'
        f'<span class="dot dot-{_DOTS[condition]}"><span class="vh">{words[condition]}</span></span>'
        f'<span class="name">{name}</span>'
        f'<span class="num">{_points(standing.rows[node.code].score, node.precision.places)}{most}</span></a></li>'
    )


def _summary(
    standing: Standing,
    words: Mapping[str, str],
    place: int,
    area: Node,
    name: str,
    scores: Mapping[str, str],
    swapped: str = "",
) -> str:
    dot, word = _area_dot(standing, words, _outline_of(standing).leaves[area.code])
    return (
        f'<summary id="a{place}"{swapped}><span class="dot dot-{dot}"><span class="vh">{word}</span></span>'
        f'<span class="name">{name}</span><span class="num">{scores.get(area.code, "")}</span></summary>'
    )


def _area_dot(standing: Standing, words: Mapping[str, str], leaves: tuple[_Line, ...]) -> tuple[str, str]:
    below = {standing.conditions.get(node.code) for node, *_rest in leaves} - {None, NOT_OURS}
    if TO_EXPLAIN in below:
        return "missing", words[TO_EXPLAIN]
    if not below:
        return "na", words[NOT_OURS]
    if below <= {DONE, NOT_APPLICABLE, EXPLAINED, OPTIONAL, MAY_UPDATE} and below != {OPTIONAL}:
        return "done", words[DONE]
    if below <= {EMPTY, OPTIONAL}:
        return "empty", words[EMPTY]
    return "partial", words[PARTLY]


def _area_scores(standing: Standing) -> dict[str, str]:
    return {} if standing.score is None else {one.code: area_points(one) for one in standing.score.areas}


def area_points(one: NodeScore) -> str:
    """The points of an area with what they are out of: `11,50/12`; a bonus against its cap; a penalty alone."""
    points = _points(one.points, one.node.precision.places)
    if one.node.is_penalty:
        return points if one.grains else NONE_SIGN
    most: Decimal = one.effective_max if one.node.is_base else one.node.cap or one.effective_max
    return f"{points}/{format_max(most.normalize() + 0)}"
