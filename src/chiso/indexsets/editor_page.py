"""What the pages of the editor show: the tree, one criterion with its rule, a trial of it, and what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.indexsets.actions.drafting import draft_of, information_of
from chiso.indexsets.answers import Answer
from chiso.indexsets.curve_drawing import Drawing, drawing_of
from chiso.indexsets.drafting.findings import Finding, Findings, all_findings, known_findings, node_findings, read_leaf
from chiso.indexsets.drafting.outline import Outline, Path, Spot, mark_of, nodes_at, outline_of, own_fields
from chiso.indexsets.editor_tree import draw_lines, draw_tree
from chiso.indexsets.exchange.trees import Tree, group_at, text_at
from chiso.indexsets.facts_form import FactsForm
from chiso.indexsets.live_score import LiveScore, live_score
from chiso.indexsets.models import Edition
from chiso.indexsets.node_forms import NodeForm
from chiso.indexsets.rule_cells import Cell, Part
from chiso.indexsets.rule_forms import KINDS, parts_of, rule_from
from chiso.scoring import FactErrors, Node, score_leaf

SHOWN_FINDINGS = 200
_TRIAL = "trial"


@dataclass(frozen=True)
class Line:
    """One finding: where, what, and the address of its criterion."""

    where: str
    what: str
    url: str
    is_error: bool


@dataclass(frozen=True)
class Trial:
    """Facts tried on a leaf, and what they score; nothing of it is kept."""

    form: FactsForm
    live: LiveScore
    steps: tuple[dict[str, str], ...]

    @property
    def leaf(self) -> "Trial":
        """What `facts_parts.html` calls the leaf: it asks for the live score only."""
        return self


@dataclass(frozen=True)
class Panel:
    """Everything wrong with a set; `summary` says how much."""

    summary: str
    errors: tuple[Line, ...]
    doubts: tuple[Line, ...]
    marks: SafeString


@dataclass(frozen=True)
class Head:
    """What every page of the editor shows of its set."""

    pk: int
    name: str
    state: str
    tree: SafeString


@dataclass(frozen=True)
class NodePage:
    """One criterion."""

    key: str
    title: str
    crumbs: tuple[str, ...]
    form: NodeForm
    rule: tuple[Part, ...]
    drawing: Drawing | None
    seen: str
    findings: tuple[Line, ...]
    trial: Trial | None
    is_first: bool
    is_last: bool
    may_hold: bool
    holds: int
    parents: tuple[tuple[str, str], ...]
    previous_url: str
    next_url: str
    changes: SafeString


class Editor:
    """A draft as it is edited: read once for each request."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.tree: Tree = draft_of(edition)
        self.outline: Outline = outline_of(self.tree)
        self.base = reverse("indexsets:draft", args=[edition.pk])

    def spot(self, key: str) -> Spot | None:
        return self.outline.by_key.get(key)

    def head(self, current: Path | None = None, more: Findings | None = None) -> Head:
        edition = self.edition
        drawn = draw_tree(self.outline, self.base, self._faulty(more), current)
        return Head(edition.pk, edition.name, edition.get_state_display(), drawn)

    def panel(self) -> Panel:
        """Everything wrong with the draft, and the marks of the tree that are due to it."""
        found = all_findings(self.tree)
        faulty = found.faulty_paths()
        marked = [self.outline.by_path[path] for path in sorted(faulty) if path in self.outline.by_path]
        errors, doubts = found.errors, found.doubts
        counts = {"errors": len(errors), "doubts": len(doubts)}
        return Panel(
            summary=_("%(errors)d lỗi, %(doubts)d điều cần xem lại") % counts,
            errors=self.lines(errors[:SHOWN_FINDINGS]),
            doubts=self.lines(doubts[:SHOWN_FINDINGS]),
            marks=draw_lines(marked[:SHOWN_FINDINGS], self.base, faulty, None),
        )

    def lines(self, found: tuple[Finding, ...]) -> tuple[Line, ...]:
        return tuple(self._finding(one) for one in found)

    def node_page(
        self, spot: Spot, data: Mapping[str, Any] | None = None, trial: Mapping[str, Any] | None = None
    ) -> NodePage:
        """The page of a criterion; `data` is what was typed into its form, `trial` the facts to try."""
        found = node_findings(self.outline, spot)
        rule = group_at(spot.node, "rule")
        leaf = read_leaf(spot) if rule else None
        shown = rule if data is None else rule_from(data)
        around = self.outline.spots
        place = around.index(spot)
        return NodePage(
            key=spot.key,
            title=spot.title or _("(chưa có tên)"),
            crumbs=tuple(one.title for one in self.outline.above(spot)),
            form=NodeForm(spot, data),
            rule=(Part((kind_cell(shown),)), *parts_of(shown)),
            drawing=drawing_of(leaf, rule),
            seen=str(data.get("seen", "")) if data else mark_of(own_fields(spot.node)),
            findings=self.lines(found.all),
            trial=_trial(leaf, trial) if leaf else None,
            is_first=spot.is_first,
            is_last=spot.is_last,
            may_hold=not spot.is_leaf,
            holds=len(nodes_at(spot.node)),
            parents=self._parents(spot),
            previous_url=self.url(around[place - 1]) if place else "",
            next_url=self.url(around[place + 1]) if place + 1 < len(around) else "",
            changes=self._changes(spot, found),
        )

    def url(self, spot: Spot) -> str:
        return f"{self.base}{spot.key}/"

    def _changes(self, spot: Spot, found: Findings) -> SafeString:
        """The lines of the tree that a save changes: the criterion, and the sums above it."""
        lines = [spot, *self.outline.above(spot)]
        return draw_lines(lines, self.base, self._faulty(found), spot.path)

    def _faulty(self, more: Findings | None) -> frozenset[Path]:
        known = known_findings(self.tree, self.outline).faulty_paths()
        return known | more.faulty_paths() if more else known

    def _finding(self, one: Finding) -> Line:
        spot = self.outline.by_path.get(one.path) if one.path else None
        if spot is None:
            return Line(_("Thông tin chung"), one.message, self.base, one.is_error)
        return Line(spot.title, one.message, self.url(spot), one.is_error)

    def _parents(self, spot: Spot) -> tuple[tuple[str, str], ...]:
        """Where a criterion may be moved to: whatever is not scored and not inside it."""
        inside = {one.path for one in self.outline.below(spot)}
        own = spot.path[:-1]
        fit = [one for one in self.outline.spots if not one.is_leaf and one.path not in inside and one.path != own]
        return tuple((one.key, "\u2003" * one.depth + one.title[:80]) for one in fit)


def information_mark(tree: Tree) -> str:
    return mark_of(information_of(tree))


def kind_cell(rule: Tree) -> Cell:
    options = (("", _("Có cấp dưới, không chấm trực tiếp")), *KINDS)
    return Cell("rule-kind", _("Cách chấm"), text_at(rule, "kind"), "choice", options, reshapes=True)


def renumber_effects(codes: Mapping[str, str]) -> list[str]:
    """What numbering anew changes, the first few in full."""
    changes = [(old, new) for old, new in codes.items() if old != new]
    if not changes:
        return [_("Mọi mã đã đúng thứ tự; không có gì thay đổi.")]
    told = ngettext("%(count)d mã thay đổi.", "%(count)d mã thay đổi.", len(changes)) % {"count": len(changes)}
    return [told, *(f"{old} → {new}" for old, new in changes[:20])]


def _trial(leaf: Node, data: Mapping[str, Any] | None) -> Trial:
    """A trial of a leaf; `data` may come with the save of another rule, whose facts it does not fit."""
    if data is None or not any(key.startswith(f"{_TRIAL}-") for key in data):
        return Trial(FactsForm(leaf, Answer(), prefix=_TRIAL), live_score(leaf, Answer()), ())
    form = FactsForm(leaf, Answer(), data, prefix=_TRIAL)
    if not form.is_valid():
        return Trial(form, LiveScore(error=form.first_error()), ())
    answer = form.answer()
    return Trial(form, live_score(leaf, answer), _steps(leaf, answer))


def _steps(leaf: Node, answer: Answer) -> tuple[dict[str, str], ...]:
    facts = {"not_applicable": "yes"} if answer.not_applicable else dict(answer.facts)
    if not facts:
        return ()
    try:
        return tuple({"term": step.label, "text": step.text} for step in score_leaf(leaf, facts).steps)
    except FactErrors:
        return ()
