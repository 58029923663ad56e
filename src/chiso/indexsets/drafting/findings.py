"""Everything that is wrong with a draft, each fault at its node and in words.

A page that saves one node asks for that node and the sums around it; the panel asks for all, which is kept by the
content of the draft.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from chiso.indexsets.drafting.outline import Outline, Path, Spot, mark_of, nodes_at, outline_of, own_fields
from chiso.indexsets.drafting.step_checks import rule_doubts
from chiso.indexsets.exchange.plain_words import plain_words
from chiso.indexsets.exchange.trees import Tree, children_of, group_at, text_at, texts_at
from chiso.scoring import IndexSet, IndexSetErrors, Node, Problem, parse_number, read_tree, write_vietnamese
from chiso.scoring.numbers import Exact, NumberError

_KEPT = 16
_PLACE = re.compile(r"areas\[(\d+)\]((?:\.children\[\d+\])*)\.?(.*)")
_POSITION = re.compile(r"\d+")
_STANDS_FOR_CHILDREN = "chỗ của các cấp dưới"
_LARGEST_BASE = 100

_known: dict[tuple[str, str | None], "Findings"] = {}


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault (it stops the issue) or one doubt; `path` is the node's, None for the set as a whole."""

    is_error: bool
    message: str
    path: Path | None = None
    field: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """All that was found."""

    all: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.all if one.is_error)

    @property
    def doubts(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.all if not one.is_error)

    def faulty_paths(self) -> frozenset[Path]:
        return frozenset(one.path for one in self.all if one.is_error and one.path)


def all_findings(tree: Tree) -> Findings:
    """Everything wrong with a draft; asked again for the same content it is known."""
    name = (mark_of(tree), get_language())
    if name not in _known:
        if len(_known) >= _KEPT:
            _known.pop(next(iter(_known)))
        _known[name] = _survey(tree)
    return _known[name]


def known_findings(tree: Tree, outline: Outline) -> Findings:
    """What is known of a draft without reading all of it: the panel's answer if there is one, else codes and sums."""
    known = _known.get((mark_of(tree), get_language()))
    return known or Findings((*_doubled_codes(outline), *(fault for one in outline.spots for fault in _sum(one))))


def node_findings(outline: Outline, spot: Spot) -> Findings:
    """What is wrong with one node, and with the sums and codes that it takes part in."""
    found = [*_own_problems(spot), *_doubts(spot), *_sum(spot)]
    parent = outline.parent_of(spot)
    if parent:
        found += _sum(parent)
    found += [one for one in _doubled_codes(outline) if one.path == spot.path]
    return Findings(tuple(dict.fromkeys(found)))


def read_leaf(spot: Spot) -> Node | None:
    """A leaf alone, as the scoring core reads it, for a trial; None while it is faulty."""
    read = _read_alone(spot)
    return read.areas[0] if isinstance(read, IndexSet) and read.areas[0].rule else None


def maximum_of(node: Tree) -> Exact | None:
    """The maximum as a number; None when there is none or it can't be read."""
    try:
        return parse_number(text_at(node, "max"))
    except NumberError:
        return None


def _survey(tree: Tree) -> Findings:
    outline = outline_of(tree)
    faults: tuple[Problem, ...] = ()
    doubts: list[Problem] = []
    try:
        doubts += read_tree(tree).warnings
    except IndexSetErrors as errors:
        faults = errors.errors
    found = [_finding(one, is_error=True) for one in faults]
    if faults:
        found += [one for spot in outline.spots if spot.is_leaf for one in _own_problems(spot) if not one.is_error]
    found += [_finding(one, is_error=False) for one in doubts]
    found += [one for spot in outline.spots for one in _doubts(spot)]
    found += _base(tree)
    order = {spot.path: place for place, spot in enumerate(outline.spots)}
    unique = dict.fromkeys(found)
    return Findings(tuple(sorted(unique, key=lambda one: (not one.is_error, order.get(one.path or (), -1)))))


def _own_problems(spot: Spot) -> list[Finding]:
    read = _read_alone(spot)
    problems, is_error = (read.warnings, False) if isinstance(read, IndexSet) else (read, True)
    found = [_finding(one, is_error=is_error) for one in problems]
    return [Finding(one.is_error, one.message, spot.path, one.field) for one in found if len(one.path or ()) == 1]


def _read_alone(spot: Spot) -> IndexSet | tuple[Problem, ...]:
    """Read one node as the only area of a set; one stand-in takes the place of the nodes in it."""
    node: Tree = {**own_fields(spot.node), "kind": spot.kind}
    if nodes_at(spot.node):
        stand_in: Tree = {"code": _STANDS_FOR_CHILDREN, "name": "-", "max": "0", "rule": {"kind": "info"}}
        if "max" in node:
            stand_in["max"] = node["max"]
        node["children"] = [stand_in]
    alone: Tree = {"format": "chiso-index-set/1", "id": "-", "name": "-", "year": "2000", "version": "1"}
    alone |= {"status": "sample", "areas": [node]}
    try:
        return read_tree(alone)
    except IndexSetErrors as errors:
        return errors.errors


def _finding(problem: Problem, *, is_error: bool) -> Finding:
    """A problem of the core at its node: its path counts positions, so that a repeated code does not mislead."""
    match = _PLACE.fullmatch(problem.path)
    message = plain_words(problem.message, problem.path)
    if match is None:
        return Finding(is_error, message, None, problem.path)
    below = [int(digits) for digits in _POSITION.findall(match[2])]
    return Finding(is_error, message, (int(match[1]), *below), match[3])


def _fault(message: str, path: Path | None, field: str) -> Finding:
    return Finding(is_error=True, message=message, path=path, field=field)


def _doubt(message: str, path: Path | None, field: str) -> Finding:
    return Finding(is_error=False, message=message, path=path, field=field)


def _doubts(spot: Spot) -> Iterator[Finding]:
    node = spot.node
    if not spot.is_leaf:
        return
    rule = group_at(node, "rule")
    for message in rule_doubts(rule, maximum_of(node)):
        yield _doubt(message, spot.path, "rule")
    is_ours = text_at(node, "method") in ("", "self") and text_at(rule, "kind") not in ("survey", "info")
    if is_ours and spot.kind != "penalty" and not texts_at(node, "evidence"):
        yield _doubt(_("Chưa nêu tài liệu kiểm chứng."), spot.path, "evidence")


def _sum(spot: Spot) -> Iterator[Finding]:
    """The maximum of a parent against the sum below it, in the words of the core."""
    highs = [maximum_of(child) for _place, child in nodes_at(spot.node)]
    mine = maximum_of(spot.node)
    if not highs or mine is None or None in highs or spot.is_leaf:
        return
    total = sum(high for high in highs if high is not None)
    if total != mine:
        message = f"Điểm tối đa là {write_vietnamese(mine)} nhưng tổng điểm tối đa của cấp dưới là "
        yield _fault(message + f"{write_vietnamese(total)}.", spot.path, "max")


def _doubled_codes(outline: Outline) -> Iterator[Finding]:
    counts = Counter(spot.code for spot in outline.spots)
    first: dict[str, Spot] = {}
    for spot in outline.spots:
        if not spot.code or counts[spot.code] < 2:
            continue
        other = first.setdefault(spot.code, spot)
        if other is not spot:
            message = _("Mã “%(code)s” đã dùng cho “%(name)s”.") % {"code": spot.code, "name": other.name}
            yield _fault(message, spot.path, "code")


def _base(tree: Tree) -> Iterator[Finding]:
    """A set of 85 points is real, but worth a word."""
    areas = [area for area in children_of(tree, "areas") if text_at(area, "kind") in ("", "base")]
    highs = [maximum_of(area) for area in areas]
    total = sum(high for high in highs if high is not None)
    if areas and None not in highs and total != _LARGEST_BASE:
        message = _("Tổng điểm tối đa của các lĩnh vực là %(total)s, không phải 100.")
        yield _doubt(message % {"total": write_vietnamese(total)}, None, "areas")
