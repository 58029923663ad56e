"""What becomes of a dossier when its index set is issued again: leaf by leaf, without the database.

A leaf of the new edition is the leaf of the old one that `exchange.compare` pairs with it. Facts go over where the
new leaf asks the same (`indexsets.questions`), and are scored anew where the rule or the points changed. Whatever
does not go over is kept, word for word, in the report.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext as _

from chiso import scoring
from chiso.assessments.models.leaf_score import all_facts
from chiso.indexsets import questions
from chiso.indexsets.answers import Answer, Facts
from chiso.indexsets.exchange import compare
from chiso.indexsets.questions import Translation
from chiso.scoring import FactErrors, IndexSet, LeafPoints, LeafScore, Node
from chiso.scoring.rules import LateRule


class Fate(StrEnum):
    """What happens to a leaf."""

    SAME = "same"
    RESCORED = "rescored"
    REENTER = "reenter"
    NEW = "new"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf as it is called from now on, or as it was called if it is gone; `why` says why its facts do not go over.

    `old` is the same leaf in the old edition; None when it is new.
    """

    node: Node
    old: Node | None
    fate: Fate
    why: str = ""
    translation: Translation | None = None

    @property
    def new(self) -> Node | None:
        return None if self.fate == Fate.REMOVED else self.node

    @property
    def asks_the_unit(self) -> bool:
        """Whether the unit itself enters the new leaf."""
        return self.new is not None and self.new.method == "self" and not self.new.is_info

    @property
    def is_renamed(self) -> bool:
        """Whether people should look at the facts again, though they go over."""
        return self.old is not None and self.old.name != self.node.name


@dataclass(frozen=True, slots=True)
class Said:
    """What an entry says under the old edition."""

    entry: int
    dossier: int
    code: str
    facts: Facts
    not_applicable: bool
    decided: Decimal | None
    score: Decimal | None
    effective_max: Decimal
    state: str
    reason: str
    note: str
    saved_at: datetime | None
    as_of: date | None = None
    no_document: bool = False

    @property
    def is_answered(self) -> bool:
        return bool(self.facts) or self.not_applicable or self.decided is not None

    def told(self) -> dict[str, str]:
        return all_facts(self.facts, self.not_applicable, self.decided)

    def points(self) -> LeafPoints:
        return LeafPoints(self.score, self.effective_max, scoring.State(self.state))


@dataclass(frozen=True, slots=True)
class Carried:
    """One leaf of one dossier: what was said, and what is said from now on (`answer` None: nothing goes over)."""

    leaf: Leaf
    said: Said | None
    answer: Answer | None = None
    points: LeafPoints | None = None
    why: str = ""

    @property
    def is_lost(self) -> bool:
        """Whether something was said that does not go over, so that only the report keeps it."""
        return self.said is not None and self.said.is_answered and self.answer is None

    @property
    def must_be_entered(self) -> bool:
        """A new leaf, or one whose facts were there and do not fit any more."""
        return self.leaf.asks_the_unit and self.answer is None and (self.leaf.fate == Fate.NEW or self.is_lost)

    @property
    def is_changed(self) -> bool:
        """Whether facts or points are others than before."""
        if self.said is None or self.answer is None or self.points is None:
            return False
        return self.said.facts != dict(self.answer.facts) or self.said.score != self.points.score


def match(old: IndexSet, new: IndexSet) -> tuple[Leaf, ...]:
    """Every leaf of the new edition in its order, then the leaves that are gone."""
    partner = {after: old.by_code[before] for before, after in compare(old, new).pairs}
    leaves = [_leaf(partner.get(node.code), node) for node in new.leaves]
    kept = {leaf.old.code for leaf in leaves if leaf.old}
    gone = (node for node in old.leaves if node.code not in kept)
    return (*leaves, *(Leaf(node, node, Fate.REMOVED, _("Tiêu chí không còn trong bản mới.")) for node in gone))


def carry(leaf: Leaf, said: Said | None, late_days: int | None) -> Carried:
    """Say what becomes of one leaf of one dossier; `late_days` is None until the dossier was handed in."""
    if leaf.new is None:
        return Carried(leaf, said, why=leaf.why)
    if is_clocked(leaf.new) and leaf.fate != Fate.SAME:
        return _by_the_clock(leaf, leaf.new, said, late_days)
    if said is None or not said.is_answered or leaf.old is None:
        return Carried(leaf, said)
    if leaf.fate == Fate.SAME:
        return Carried(leaf, said, Answer(said.facts, said.not_applicable, said.decided), said.points())
    if leaf.translation is None:
        return Carried(leaf, said, why=leaf.why)
    return _rescored(leaf, leaf.old, leaf.translation, said)


def total(index_set: IndexSet, points: Mapping[str, LeafPoints]) -> Decimal | None:
    """The unit's own total, from the points of its leaves by code."""
    return scoring.roll_up(index_set, points, survey_run=False).total


def is_clocked(node: Node) -> bool:
    """Whether the server's clock enters the leaf, when the dossier is handed in."""
    return isinstance(node.rule, LateRule) and node.method == "official"


def _leaf(old: Node | None, new: Node) -> Leaf:
    if old is None or not old.is_leaf:
        return Leaf(new, None, Fate.NEW)
    if why := questions.why_unlike(old, new):
        return Leaf(new, old, Fate.REENTER, why)
    if questions.is_scored_alike(old, new):
        return Leaf(new, old, Fate.SAME)
    return Leaf(new, old, Fate.RESCORED, translation=questions.translation_of(old, new))


def _rescored(leaf: Leaf, old: Node, translation: Translation, said: Said) -> Carried:
    new = leaf.node
    try:
        answer = Answer(translation.of(said.facts), said.not_applicable, said.decided)
        outcome = scoring.score_leaf(new, all_facts(answer.facts, answer.not_applicable, answer.decided))
    except questions.AsksSomethingElse as refusal:
        return Carried(leaf, said, why=str(refusal))
    except FactErrors as errors:
        problem = errors.problems[0]
        return Carried(leaf, said, why=problem.message.replace(f" ({problem.input})", ""))
    why = _why_unfair(old, new, said, outcome)
    return Carried(leaf, said, why=why) if why else Carried(leaf, said, answer, scoring.points_of(outcome))


def _why_unfair(old: Node, new: Node, said: Said, outcome: LeafScore) -> str:
    """What the unit claimed under other conditions, or above what the new rule gives, it must claim again."""
    if said.not_applicable and old.not_applicable != new.not_applicable:
        return _("Điều kiện khai “không áp dụng” đã đổi.")
    if said.decided is not None and (outcome.computed is None or said.decided > outcome.computed):
        return _("Điểm đơn vị tự chấm thấp hơn nay cao hơn điểm theo cách chấm mới.")
    return ""


def _by_the_clock(leaf: Leaf, node: Node, said: Said | None, late_days: int | None) -> Carried:
    if not late_days:
        return Carried(leaf, said)
    try:
        outcome = scoring.score_leaf(node, {"days_late": str(late_days)})
    except FactErrors as errors:
        return Carried(leaf, said, why=errors.problems[0].message)
    return Carried(leaf, said, Answer({"days_late": str(late_days)}), scoring.points_of(outcome))
