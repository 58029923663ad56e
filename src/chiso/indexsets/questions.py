"""Whether two leaves ask the same, and the facts of one said in terms of the other.

Facts are kept as positions and figures, so `level: 2` means what the set says at that place. Facts are taken over
only where the new leaf asks for the same figure, or offers the same choice, in the same words; never by position.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from chiso.indexsets.answers import Facts
from chiso.indexsets.exchange.rule_trees import rule_tree
from chiso.indexsets.exchange.words import METHODS
from chiso.scoring import Input, InputKind, Node
from chiso.scoring.rules.base import parse_yes_no

_BY_POSITION = frozenset({InputKind.LEVEL, InputKind.ITEMS})
_POINTS = " điểm"
Key = tuple[str, str]


class AsksSomethingElse(Exception):
    """Facts cannot be taken over; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Question:
    """One input in its words, points left out: folded label, and folded choice → value in the facts."""

    label: str
    words: str
    is_required: bool
    by_position: bool
    choices: Mapping[str, str]
    names: Mapping[str, str]


def questions_of(node: Node) -> dict[Key, Question]:
    """What a leaf asks, by the side of a branch and the name of the input."""
    return {(one.when, one.name): _question(one) for one in (node.rule.inputs if node.rule else ())}


def is_scored_alike(old: Node, new: Node) -> bool:
    """Whether the same facts give the same points, so that stored scores stay right."""
    return _scored(old) == _scored(new)


def why_unlike(old: Node, new: Node) -> str:
    """Why no facts of the old leaf may be taken over; empty when they may."""
    if old.method != new.method:
        return _("Nguồn số liệu đổi từ “%(old)s” sang “%(new)s”.") % {
            "old": METHODS[old.method],
            "new": METHODS[new.method],
        }
    before, after = questions_of(old), questions_of(new)
    asked = [question.label for key, question in after.items() if question.is_required and key not in before]
    if asked:
        return _("Cách chấm mới hỏi thêm: %(labels)s.") % {"labels": "; ".join(asked)}
    for key, question in after.items():
        if key in before and (why := _why_unlike(before[key], question)):
            return why
    return ""


@dataclass(frozen=True, slots=True)
class Translation:
    """From what the old leaf asks to what the new one asks, for many dossiers."""

    before: Mapping[Key, Question]
    after: Mapping[Key, Question]

    def of(self, facts: Facts) -> dict[str, str]:
        """The facts of the old leaf in terms of the new one. Raises `AsksSomethingElse`."""
        told = {}
        for name, value in facts.items():
            key = ("", name) if ("", name) in self.before else (_side(facts), name)
            if key not in self.before or key not in self.after:
                label = self.before[key].label if key in self.before else name
                raise AsksSomethingElse(_("Cách chấm mới không còn hỏi: %(label)s.") % {"label": label})
            told[name] = _value(value, self.before[key], self.after[key])
        return told


def translation_of(old: Node, new: Node) -> Translation:
    return Translation(questions_of(old), questions_of(new))


def _question(one: Input) -> Question:
    by_position = one.kind in _BY_POSITION
    names = {value: _without_points(label) for value, label in one.choices}
    return Question(
        label=one.label,
        words=_folded(one.label),
        is_required=one.required,
        by_position=by_position,
        choices={_folded(label): value for value, label in names.items()} if by_position else {},
        names=names,
    )


def _why_unlike(old: Question, new: Question) -> str:
    if old.words != new.words or old.by_position != new.by_position:
        return _("Cách chấm mới hỏi “%(new)s” thay cho “%(old)s”.") % {"old": old.label, "new": new.label}
    added = [new.names[new.choices[words]] for words in new.choices if words not in old.choices]
    if added:
        return _("Cách chấm có lựa chọn mới: %(names)s.") % {"names": "; ".join(added)}
    if len(new.choices) < len(new.names) and new.by_position:
        return _("Cách chấm có hai lựa chọn cùng tên nên không đối chiếu được.")
    return ""


def _value(value: str, old: Question, new: Question) -> str:
    if not old.by_position:
        return value
    return ";".join(sorted((_position(part, old, new) for part in value.split(";")), key=int))


def _position(part: str, old: Question, new: Question) -> str:
    """Where the choice stands now; 0 stands for “none of them”."""
    name = old.names.get(part.strip())
    if name is None:
        return part
    place = new.choices.get(_folded(name))
    if place is None:
        raise AsksSomethingElse(_("Lựa chọn “%(name)s” không còn trong cách chấm mới.") % {"name": name})
    return place


def _side(facts: Facts) -> str:
    return {True: "yes", False: "no", None: ""}[parse_yes_no(facts.get("condition", ""))]


def _scored(node: Node) -> tuple[object, ...]:
    rule = rule_tree(node.rule) if node.rule else None
    return rule, node.max, node.kind, node.method, node.not_applicable, node.precision


def _without_points(label: str) -> str:
    name, colon, points = label.rpartition(": ")
    return name if colon and points.endswith(_POINTS) else label


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
