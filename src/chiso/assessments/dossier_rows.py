"""What the dossier pages read, in few queries: one leaf with its dossier, and every leaf beside it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, Value, When
from django.http import Http404

from chiso.assessments import windows
from chiso.assessments.models import Dossier, Entry
from chiso.organizations.models import User
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Extension, Stage
from chiso.scoring import LeafPoints, State

_JOINS = ("dossier__round__coordinator", "dossier__unit", "dossier__block__edition", "saved_by")
_BEFORE_NOTICE = [StageKey.PREPARATION, StageKey.SELF_ASSESSMENT, StageKey.AGGREGATION]

_STAGE_NOW = Case(
    When(dossier__round__stage__in=_BEFORE_NOTICE, then=Value(StageKey.SELF_ASSESSMENT.value)),
    default=Value(StageKey.SUPPLEMENT.value),
)
_CLOSES_AT = Stage.objects.filter(round=OuterRef("dossier__round"), key=OuterRef("stage_now")).values("closes_at")
_EXTENDED_TO = (
    Extension.objects.filter(
        Q(unit=OuterRef("dossier__unit")) | Q(unit=None), round=OuterRef("dossier__round"), stage=OuterRef("stage_now")
    )
    .order_by("-until")
    .values("until")[:1]
)


@dataclass(slots=True)
class Paper:
    """A document as a leaf cites it."""

    citation: int
    document: int
    name: str
    size: int
    place: str
    stage: str


@dataclass(slots=True)
class LeafRow:
    """What the tree, the totals and the file list need of one leaf."""

    facts: dict[str, str]
    not_applicable: bool
    decided: Decimal | None
    score: Decimal | None
    effective_max: Decimal
    state: str
    papers: list[Paper] = field(default_factory=list)

    @property
    def is_answered(self) -> bool:
        return bool(self.facts) or self.not_applicable or self.decided is not None

    def points(self) -> LeafPoints:
        return LeafPoints(self.score, self.effective_max, State(self.state))


def open_leaf(user: User, pk: int, code: str | None = None) -> Entry:
    """One leaf with everything its guards and its page ask about the dossier, in one query.

    Without a code the leaf that was saved last, so that people go on where they stopped. 404 outside the scope.
    """
    leaves = (
        Entry.objects.visible_to(user)
        .filter(dossier=pk)
        .select_related(*_JOINS)
        .defer("dossier__block__edition__text")
        .annotate(stage_now=_STAGE_NOW)
        .annotate(closes_at=Subquery(_CLOSES_AT), extended_to=Subquery(_EXTENDED_TO))
    )
    if code is None:
        latest = leaves.order_by(Case(When(saved_at=None, then=1), default=0), "-saved_at", "criterion__position")
        leaf = latest.first()
    else:
        leaf = leaves.filter(code=code).first()
    if leaf is None:
        raise Http404
    moments = (leaf.closes_at, leaf.extended_to)
    windows.remember_deadline(leaf.dossier, max((moment for moment in moments if moment), default=None))
    return leaf


def open_dossier(user: User, pk: int) -> Dossier:
    """A dossier with its joins and its deadline, for the pages about it as a whole. 404 outside the scope."""
    return open_leaf(user, pk).dossier


def sees_whole(user: User, dossier: Dossier) -> bool:
    """Whether the person may see every leaf: the unit's people, and those who run the round."""
    return dossier.unit_id in user.unit_ids() or dossier.round.authority_id in user.authorities_run()


def leaf_rows(user: User, dossier: Dossier) -> dict[str, LeafRow]:
    """Every leaf that the person may see, by code, with its documents, in one query."""
    entries: QuerySet[Entry] = Entry.objects.filter(dossier=dossier)
    if not sees_whole(user, dossier):
        entries = Entry.objects.visible_to(user).filter(dossier=dossier)
    return _gathered(
        entries.order_by("pk", "citations__pk").values_list(
            "code",
            "facts",
            "not_applicable",
            "decided",
            "score",
            "effective_max",
            "score_state",
            "citations__pk",
            "citations__document_id",
            "citations__document__name",
            "citations__document__size",
            "citations__place",
            "citations__stage",
        )
    )


def _gathered(rows: Iterable[tuple[object, ...]]) -> dict[str, LeafRow]:
    found: dict[str, LeafRow] = {}
    for code, *given, citation, document, name, size, place, stage in rows:
        leaf = found.get(code)  # type: ignore[call-overload]  # the columns above, in their order
        if leaf is None:
            leaf = found[code] = LeafRow(*given)  # type: ignore[index, arg-type]
        if citation is not None:
            leaf.papers.append(Paper(citation, document, name, size, place, stage))  # type: ignore[arg-type]
    return found
