"""The readable difference of two sets: what was added, removed, moved, renumbered, renamed, what changed in points,
rules and other keys. As data, and as Vietnamese text."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from chiso.indexsets.exchange import words
from chiso.indexsets.exchange.headers import Role
from chiso.indexsets.exchange.information import ENTRIES
from chiso.indexsets.exchange.line_sentences import say_lines, show_number
from chiso.indexsets.exchange.matching import Pair, Spot, match, spots_of
from chiso.indexsets.exchange.rule_lines import kind_of, lines_of
from chiso.indexsets.exchange.trees import Tree, Value, children_of, group_at, text_at, texts_at, tree_of
from chiso.indexsets.exchange.words import RULES
from chiso.scoring import IndexSet

if TYPE_CHECKING:
    from chiso.indexsets.exchange.drafts import DraftSet

NOTHING = "không có"


class ChangeKind(StrEnum):
    """What happened to a node."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One thing that changed, in words; ``key`` is the key of the format, or ``parent`` and ``order``."""

    key: str
    label: str
    old: str
    new: str

    def __str__(self) -> str:
        if "\n" in self.old or "\n" in self.new or len(self.old) + len(self.new) > 100:
            return f"{self.label}:\n    cũ: {_one_line(self.old)}\n    mới: {_one_line(self.new)}"
        return f"{self.label}: {self.old} → {self.new}"


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one node; ``old_code`` is empty for an added one, ``new_code`` for a removed one."""

    kind: ChangeKind
    old_code: str
    new_code: str
    name: str
    is_leaf: bool
    max: str = ""
    fields: tuple[FieldChange, ...] = ()

    def has(self, key: str) -> bool:
        """Whether the key changed: ``max``, ``rule``, ``name``, ``parent`` (moved), ``code`` (renumbered), …"""
        return any(one.key == key for one in self.fields)

    @property
    def is_scored_otherwise(self) -> bool:
        """Whether points may differ with the same facts."""
        return any(one.key in _SCORED for one in self.fields)


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes; ``pairs`` are (old code, new code) of every node that is in both sets, for carrying facts over."""

    old_name: str
    new_name: str
    top: tuple[FieldChange, ...] = ()
    changes: tuple[Change, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether the two sets say the same."""
        return not self.top and not self.changes

    @property
    def added(self) -> tuple[Change, ...]:
        """Nodes of the new set only."""
        return self._of(ChangeKind.ADDED)

    @property
    def removed(self) -> tuple[Change, ...]:
        """Nodes of the old set only."""
        return self._of(ChangeKind.REMOVED)

    @property
    def changed(self) -> tuple[Change, ...]:
        """Nodes of both sets that are not the same."""
        return self._of(ChangeKind.CHANGED)

    def to_text(self) -> str:
        """Say the difference in Vietnamese."""
        if self.is_same:
            return "Hai bộ chỉ số giống nhau.\n"
        counts = f"{len(self.added)} mục thêm, {len(self.removed)} mục bỏ, {len(self.changed)} mục thay đổi"
        parts = [f"Cũ: {self.old_name}", f"Mới: {self.new_name}", f"Khác nhau: {counts}.", ""]
        if self.top:
            parts += ["THÔNG TIN CHUNG", *(f"- {one}" for one in self.top), ""]
        for title, changes in (("THÊM", self.added), ("BỎ", self.removed), ("THAY ĐỔI", self.changed)):
            if changes:
                parts += [title, *(line for change in changes for line in _lines(change)), ""]
        return "\n".join(parts)

    def _of(self, kind: ChangeKind) -> tuple[Change, ...]:
        return tuple(one for one in self.changes if one.kind is kind)


_SCORED = frozenset({"max", "cap", "kind", "rule", "method", "not_applicable"})
_CHOICES = {"kind": words.KINDS, "method": words.METHODS, "as_of": words.AS_OF}
_DEFAULTS = {"kind": "base", "method": "self"}
_KEYS = (
    ("name", "Tên"),
    ("max", Role.MAX.value),
    ("cap", Role.CAP.value),
    ("kind", Role.KIND.value),
    ("method", Role.METHOD.value),
    ("as_of", Role.AS_OF.value),
    ("owner", Role.OWNER.value),
    ("appraiser_body", Role.APPRAISER.value),
    ("official_source", Role.SOURCE.value),
    ("guidance", Role.GUIDANCE.value),
    ("evidence", Role.EVIDENCE.value),
    ("not_applicable", Role.NA_POLICY.value),
    ("basis", Role.BASIS.value),
    ("rule", Role.RULE.value),
)


def compare(old: "IndexSet | DraftSet", new: "IndexSet | DraftSet") -> Difference:
    """Compare two sets, drafts too; nodes are matched by code and name, then by name, then by likeness of names."""
    before, after = _tree(old), _tree(new)
    old_spots, new_spots = spots_of(before), spots_of(after)
    pairs = match(old_spots, new_spots)
    partner = {new_spot: old_spot for old_spot, new_spot in pairs}
    known = {old_spot for old_spot, _ in pairs}
    changes = [_whole(ChangeKind.REMOVED, spot) for spot in old_spots if spot not in known]
    for spot in new_spots:
        if spot not in partner:
            changes.append(_whole(ChangeKind.ADDED, spot))
        elif fields := tuple(_field_changes(partner[spot], spot, partner)):
            changes.append(_changed((partner[spot], spot), fields))
    codes = tuple((one.code, other.code) for one, other in pairs)
    return Difference(
        text_at(before, "name"), text_at(after, "name"), tuple(_top(before, after)), tuple(changes), codes
    )


def rule_words(rule: Value) -> str:
    """Say a rule in words, also a faulty one.

    >>> rule_words({"kind": "change", "points": "1", "direction": "increase"})
    'So với năm trước: Chiều: tăng; Điểm khi đạt: 1 điểm'
    """
    if not isinstance(rule, dict):
        return NOTHING
    kind = kind_of(rule)
    return ": ".join(filter(None, (RULES.get(kind, kind), "; ".join(say_lines(kind, lines_of(rule))))))


def _tree(one: "IndexSet | DraftSet") -> Tree:
    if isinstance(one, IndexSet):
        return tree_of(one)
    return one.tree if one.index_set is None else tree_of(one.index_set)


def _whole(kind: ChangeKind, spot: Spot) -> Change:
    codes = ("", spot.code) if kind is ChangeKind.ADDED else (spot.code, "")
    return Change(kind, *codes, spot.name, spot.rule is not None, show_number(text_at(spot.tree, "max")))


def _changed(pair: Pair, fields: tuple[FieldChange, ...]) -> Change:
    old, new = pair
    maximum = show_number(text_at(new.tree, "max"))
    return Change(ChangeKind.CHANGED, old.code, new.code, new.name, new.rule is not None, maximum, fields)


def _field_changes(old: Spot, new: Spot, partner: dict[Spot, Spot]) -> Iterator[FieldChange]:
    if old.code != new.code:
        yield FieldChange("code", "Mã", old.code, new.code)
    if (partner.get(new.parent) if new.parent else None) is not old.parent:
        yield FieldChange("parent", "Chuyển từ", _title(old.parent), _title(new.parent))
    for key, label in _KEYS:
        before, after = _words_of(old.tree, key), _words_of(new.tree, key)
        if before != after:
            yield FieldChange(key, label, before or NOTHING, after or NOTHING)
    yield from _order(old, new, partner)


def _order(old: Spot, new: Spot, partner: dict[Spot, Spot]) -> Iterator[FieldChange]:
    """Children that are in both, in another order."""
    mine = {id(before.tree): after.code for after, before in partner.items() if after.parent is new}
    before = [mine[id(child)] for child in children_of(old.tree) if id(child) in mine]
    after = [text_at(child, "code") for child in children_of(new.tree) if text_at(child, "code") in set(before)]
    if before != after:
        yield FieldChange("order", "Thứ tự cấp dưới", ", ".join(before), ", ".join(after))


def _words_of(tree: Tree, key: str) -> str:
    if key == "rule":
        return rule_words(tree.get("rule")) if "rule" in tree else ""
    if key == "evidence":
        return "\n".join(texts_at(tree, key))
    if key == "not_applicable":
        claim = group_at(tree, key)
        policy = text_at(claim, "policy")
        return ": ".join(filter(None, (words.POLICIES.get(policy, policy), text_at(claim, "when"))))
    text = text_at(tree, key) or _DEFAULTS.get(key, "")
    return _CHOICES.get(key, {}).get(text, show_number(text) if key in {"max", "cap"} else text)


def _top(before: Tree, after: Tree) -> Iterator[FieldChange]:
    for entry in ENTRIES:
        old, new = (_top_text(tree, entry.key) for tree in (before, after))
        if old != new:
            known = entry.choices or {}
            yield FieldChange(entry.key, entry.label, known.get(old, old) or NOTHING, known.get(new, new) or NOTHING)
    old, new = _grades(before), _grades(after)
    if old != new:
        yield FieldChange("classes", "Xếp loại", old or NOTHING, new or NOTHING)


def _top_text(tree: Tree, key: str) -> str:
    group, _, name = key.rpartition(".")
    holder = group_at(tree, group) if group else tree
    return text_at(holder, name) or ", ".join(texts_at(holder, name))


def _grades(tree: Tree) -> str:
    return "; ".join(
        f"{text_at(one, 'name')} từ {show_number(text_at(one, 'min'))}" for one in children_of(tree, "classes")
    )


def _title(spot: Spot | None) -> str:
    return "cấp cao nhất" if spot is None else f"{spot.code} {spot.name}"


def _lines(change: Change) -> Iterator[str]:
    code = change.new_code or change.old_code
    points = f" ({change.max} điểm)" if change.max and change.kind is not ChangeKind.CHANGED else ""
    yield f"- {code} {_one_line(change.name)}{points}"
    for one in change.fields:
        yield f"  · {one}"


def _one_line(text: str) -> str:
    return "; ".join(part.strip() for part in text.split("\n") if part.strip())
