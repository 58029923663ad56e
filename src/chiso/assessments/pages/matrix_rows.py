"""What all parties said of the leaves of a round, side by side: the rows of the matrix and of its Excel file.

Sight first: those who run the round read every unit; the leader and, from its stage on, the council all but the units
they are barred from; a member of the team the assigned leaves. One of two independent judgements is never here, only
the appraisal that follows from both.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy

from chiso.assessments import windows
from chiso.assessments.choices import DossierState, Outcome, Pass, ScoreState
from chiso.assessments.models import Dossier, Entry, Motion
from chiso.assessments.queries import ANSWERED
from chiso.assessments.totals import with_final
from chiso.organizations.models import User
from chiso.rounds import policy
from chiso.rounds.choices import Panel, Position, StageKey
from chiso.rounds.models import Block, Round
from chiso.rounds.policy import runs
from chiso.scoring import IndexSet


class Party(TextChoices):
    """Whose score is shown: what counts once this party has spoken. The value stands in addresses."""

    UNIT = "tu-cham", gettext_lazy("Tự chấm")
    FIRST = "lan-1", gettext_lazy("Thẩm định lần 1")
    SECOND = "lan-2", gettext_lazy("Thẩm định lần 2")
    COUNCIL = "hoi-dong", gettext_lazy("Hội đồng")


class Only(TextChoices):
    """Which leaves alone are shown."""

    CUT = "bi-ha", gettext_lazy("điểm thấp hơn tự chấm")
    DISPUTED = "con-y-kien", gettext_lazy("đơn vị đề nghị điểm khác")
    WAITING = "con-thieu", gettext_lazy("chưa có số liệu, chưa thẩm định")


ORDER = tuple(Party)
_COUNCIL_STAGES = frozenset({StageKey.COUNCIL, StageKey.APPROVAL, StageKey.PUBLISHED})


@dataclass(frozen=True, slots=True)
class Score:
    """The score one party gave a leaf, as `scores.total` reads it."""

    score: Decimal | None
    effective_max: Decimal
    not_applicable: bool
    score_state: str

    def has_answer(self) -> bool:
        return self.score_state != ScoreState.MISSING

    @property
    def told(self) -> tuple[Decimal | None, bool]:
        return self.score, self.not_applicable


@dataclass(frozen=True, slots=True)
class Leaf:
    """One leaf of one unit: what each party gave, None where it has not spoken."""

    pk: int
    dossier: int
    code: str
    given: tuple[Score, Score | None, Score | None, Score | None]
    asked: Score | None

    def counting(self, party: Party) -> Score:
        """What counts once a party has spoken: its own score, else that of the last before it."""
        reached = self.given[: ORDER.index(party) + 1]
        return next(score for score in reversed(reached) if score is not None)

    def own(self, party: Party) -> Score | None:
        return self.given[ORDER.index(party)]

    @property
    def is_disputed(self) -> bool:
        """The unit asks for something else than the team gives, and the council has not decided."""
        return self.asked is not None and self.given[3] is None and self.asked.told != self.counting(Party.SECOND).told

    def is_cut(self, party: Party) -> bool:
        now, own = self.counting(party), self.given[0]
        lost = (now.score or 0) < (own.score or 0) and not now.not_applicable
        return now.has_answer() and (lost or (own.not_applicable and not now.not_applicable))


def sees_whole(user: User, round: Round) -> bool:
    """Whether one reads every leaf of the units one reads at all, and so their totals."""
    team = policy.seat(user, round, Panel.TEAM)
    leads = team is not None and team.position == Position.LEADER
    sits = policy.sits_on(user, round, Panel.COUNCIL) and round.stage in _COUNCIL_STAGES
    return runs(user, round) or leads or sits


def visible_dossiers(user: User, round: Round, block: Block) -> QuerySet[Dossier]:
    """The units of a block whose judging this person follows, never one's own: what the unit reads is another page."""
    dossiers = Dossier.objects.visible_to(user).filter(round=round, block=block)
    if not runs(user, round):
        dossiers = dossiers.exclude(unit__in=policy.barred_units(user, round))
    return dossiers.select_related("unit").order_by("unit__code")


def visible_leaves(user: User, round: Round, dossiers: Collection[int]) -> QuerySet[Entry]:
    """The leaves of some `visible_dossiers` that this person reads."""
    leaves = Entry.objects if sees_whole(user, round) else Entry.objects.visible_to(user)
    return leaves.filter(dossier__in=dossiers)


_SAID = ("score", "effective_max", "not_applicable", "score_state")


def read_leaves(leaves: QuerySet[Entry]) -> Iterator[Leaf]:
    """Every party's score of some leaves, two queries; a supplement that was not sent yet stays with its unit."""
    joined = leaves.annotate(
        first=FilteredRelation("appraisals", condition=Q(appraisals__pass_number=Pass.FIRST)),
        second=FilteredRelation("appraisals", condition=Q(appraisals__pass_number=Pass.SECOND)),
    ).order_by()
    names = [f"{source}{name}" for source in ("", "first__", "second__", "explanation__") for name in _SAID]
    council = carried_scores(leaves)
    for pk, dossier, state, code, *said in joined.values_list("pk", "dossier_id", "dossier__state", "code", *names):
        own, first, second, asked = (_score(said[start : start + 4]) for start in (0, 4, 8, 12))
        if own is None or state == DossierState.NOT_SUBMITTED:
            own, first, second = Score(None, said[1], False, ScoreState.MISSING), None, None  # noqa: FBT003 a row's own
        hidden = state in windows.ANSWERING_STATES
        yield Leaf(pk, dossier, code, (own, first, second, council.get(pk)), None if hidden else asked)


def carried_scores(leaves: QuerySet[Entry]) -> dict[int, Score]:
    """What the council carried last, by leaf."""
    carried = Motion.objects.filter(outcome=Outcome.CARRIED, entry__in=leaves.order_by().values("pk"))
    return {pk: Score(*said) for pk, *said in carried.order_by("concluded_at").values_list("entry_id", *_SAID)}


def _score(said: list[Any]) -> Score | None:
    """None where the row was not there: its `effective_max` is never empty."""
    return None if said[1] is None else Score(*said)


@dataclass(frozen=True)
class Wanted:
    """Which leaves are asked for: `only` (a value of `Only`, else all), as a party's score stands.

    `expected` are the leaves that every unit has to answer; of the others, only what was answered can wait.
    """

    only: str
    party: Party
    expected: frozenset[str]

    @classmethod
    def of(cls, index_set: IndexSet, only: str, party: Party) -> "Wanted":
        expected = (node.code for node in index_set.leaves if node.is_base and not node.is_survey)
        return cls(only if only in Only.values else "", party, frozenset(expected))

    def matches(self, leaf: Leaf) -> bool:
        if self.only == Only.CUT:
            return leaf.is_cut(self.party)
        if self.only == Only.DISPUTED:
            return leaf.is_disputed
        return self.only != Only.WAITING or self.is_waiting(leaf)

    def is_waiting(self, leaf: Leaf) -> bool:
        """Not answered by the unit though expected, or answered and not judged yet."""
        if leaf.given[1] is not None:
            return False
        is_answered = leaf.given[0].has_answer()
        return self.party != Party.UNIT if is_answered else leaf.code in self.expected

    def narrow(self, dossiers: QuerySet[Dossier], round: Round) -> QuerySet[Dossier]:
        """Units that have such a leaf: the same in SQL, over all of them."""
        if not self.only:
            return dossiers
        leaves = with_final(Entry.objects.filter(dossier=OuterRef("pk")).exclude(dossier__state=_ABSENT))
        return dossiers.filter(Exists(self._matching(leaves, round)))

    def _matching(self, leaves: QuerySet[Any], round: Round) -> QuerySet[Any]:
        if self.only == Only.WAITING:
            unsaid = ~ANSWERED & Q(code__in=self.expected)
            return leaves.filter(unsaid if self.party == Party.UNIT else unsaid | ANSWERED, first_pk=None)
        carried = carried_scores(Entry.objects.filter(dossier__round=round))
        if self.only == Only.DISPUTED:
            is_draft = Q(dossier__state__in=windows.ANSWERING_STATES)
            return leaves.filter(_ASKS_MORE).exclude(is_draft | Q(pk__in=list(carried)))
        return _cut(leaves, self.party, carried)


_ABSENT = DossierState.NOT_SUBMITTED
_ASKS_MORE = Q(explanation__isnull=False) & (
    Q(explanation__score__lt=F("final"))
    | Q(explanation__score__gt=F("final"))
    | Q(explanation__score=None, final__isnull=False)
    | Q(explanation__score__isnull=False, final=None)
    | Q(explanation__not_applicable=True, final_na=False)
    | Q(explanation__not_applicable=False, final_na=True)
)


def _cut(leaves: QuerySet[Any], party: Party, carried: Mapping[int, Score]) -> QuerySet[Any]:
    if party == Party.UNIT:
        return leaves.none()
    points, na = ("first_score", "first_na") if party == Party.FIRST else ("final", "final_na")
    is_cut = Q(**{na: False}) & (Q(**{f"{points}__lt": F("score")}) | Q(not_applicable=True))
    if party != Party.COUNCIL or not carried:
        return leaves.filter(is_cut)
    own = dict(Entry.objects.filter(pk__in=carried).values_list("pk", "score"))
    lowered = [pk for pk, row in carried.items() if (row.score or 0) < (own[pk] or 0) and not row.not_applicable]
    return leaves.filter((is_cut & ~Q(pk__in=list(carried))) | Q(pk__in=lowered))


def by_dossier(leaves: Iterable[Leaf]) -> dict[int, dict[str, Leaf]]:
    found: dict[int, dict[str, Leaf]] = {}
    for leaf in leaves:
        found.setdefault(leaf.dossier, {})[leaf.code] = leaf
    return found
