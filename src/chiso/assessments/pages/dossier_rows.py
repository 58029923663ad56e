"""What the dossier pages read, in few queries: one leaf with its dossier, and every leaf beside it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Unpack

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Concat
from django.http import Http404

from chiso.assessments import windows
from chiso.assessments.choices import DossierState
from chiso.assessments.models import Citation, Dossier, Entry
from chiso.assessments.queries import ANSWERED
from chiso.common.prepared import Prepared, remember
from chiso.evidence.models import Upload
from chiso.organizations.models import Reach, User
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Extension, Stage
from chiso.rounds.stage_line import StageLine, stage_line
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


_LAST_YEAR = (
    Dossier.objects.filter(
        unit=OuterRef("dossier__unit"),
        state=DossierState.FINAL,
        round__authority=OuterRef("dossier__round__authority"),
        round__year=OuterRef("dossier__round__year") - 1,
    )
    .order_by("-round__created_at", "-pk")
    .values("pk")[:1]
)

_ATTACHED_AT = Citation.objects.filter(entry=OuterRef("pk")).order_by("-added_at").values("added_at")[:1]

_UNFINISHED = Upload.objects.annotate(
    leaf=Concat(Value("leaf:"), Cast(OuterRef("dossier_id"), CharField()), Value(":"), OuterRef("code"))
).filter(~Q(received=F("size"), pieces=0), purpose=F("leaf"))

_STATES = {state.value: state for state in State}


@dataclass(slots=True)
class Paper:
    """A document as a leaf cites it; of one that was removed only the trace is left."""

    citation: int
    document: int
    name: str
    size: int
    place: str
    stage: str
    removed_at: datetime | None = None


@dataclass(slots=True)
class LeafRow:
    """What the tree, the totals and the file list need of one leaf."""

    is_answered: bool
    not_applicable: bool
    score: Decimal | None
    effective_max: Decimal
    state: str
    no_document: bool
    papers: list[Paper] = field(default_factory=list)

    @property
    def is_documented(self) -> bool:
        """Whether something stands for what is asked: a document that is still there, or words in its place."""
        return self.no_document or any(paper.removed_at is None for paper in self.papers)

    def points(self) -> LeafPoints:
        return LeafPoints(self.score, self.effective_max, _STATES[self.state])


def open_leaf(user: User, pk: int, code: str | None = None, *, to_write: bool = False) -> Entry:
    """One leaf with everything its guards and its page ask about the dossier, in one query; 404 outside the scope.

    Without a code the leaf that was saved last, so that people go on where they stopped. `to_write` reads the
    deadline along, which a page reads with its stages (`read_stages`); a page to read learns which dossier was the
    unit's published one a year before (`last_year_of`).
    """
    reach = user.reach()
    leaf = None
    if user.works_in_a_judged_unit():
        # Most readers open their own dossier: this part of `visible_to` alone is three times as quick.
        leaf = _own_leaf.first(units=reach["units"], reader=user.pk, dossier=pk, code=code, to_write=to_write)
    leaf = leaf or _leaf.first(**reach, dossier=pk, code=code, to_write=to_write)
    if leaf is None:
        raise Http404
    if to_write:
        windows.remember_deadline(leaf.dossier, windows.writing_stage(leaf.dossier), _end(leaf))
    return leaf


def _joined(leaves: QuerySet[Entry], dossier: int, code: str | None, *, to_write: bool) -> QuerySet[Entry]:
    leaves = leaves.filter(dossier=dossier).select_related(*_JOINS).defer("dossier__block__edition__text")
    leaves = leaves.annotate(assigned_name=F("assigned_to__full_name"), attached_at=Subquery(_ATTACHED_AT))
    if to_write:
        leaves = leaves.annotate(stage_now=_STAGE_NOW).annotate(
            closes_at=Subquery(_CLOSES_AT), extended_to=Subquery(_EXTENDED_TO)
        )
    else:
        leaves = leaves.annotate(last_year=Subquery(_LAST_YEAR))
    if code is None:
        return leaves.order_by(F("saved_at").desc(nulls_last=True), "criterion__position")[:1]
    return leaves.filter(code=code)


@Prepared
def _own_leaf(*, units: list[int], reader: int, dossier: int, code: str | None, to_write: bool) -> QuerySet[Entry]:
    leaves = Entry.objects.filter(dossier__unit__in=units).annotate(
        has_unfinished=Exists(_UNFINISHED.filter(by=reader))
    )
    return _joined(leaves, dossier, code, to_write=to_write)


@Prepared
def _leaf(*, dossier: int, code: str | None, to_write: bool, **reach: Unpack[Reach]) -> QuerySet[Entry]:
    return _joined(Entry.objects.visible_to(User.with_reach(**reach)), dossier, code, to_write=to_write)


def last_year_of(entry: Entry) -> int | None:
    """The unit's dossier of the year before, published by the same authority, as `open_leaf` found it."""
    return vars(entry).get("last_year")


def assignee_of(entry: Entry) -> str:
    """The name of whoever answers for the leaf inside the unit, as `open_leaf` found it."""
    return vars(entry).get("assigned_name") or ""


def attached_at(entry: Entry) -> datetime | None:
    """When the last document was added to the leaf, as `open_leaf` found it."""
    return vars(entry).get("attached_at")


def has_unfinished(entry: Entry) -> bool:
    """Whether the reader, of the unit, has a file on its way to the leaf, as `open_leaf` found it."""
    return bool(vars(entry).get("has_unfinished"))


def _end(row: Any) -> datetime | None:
    return max((moment for moment in (row.closes_at, row.extended_to) if moment), default=None)


@Prepared
def _stages(*, round: int, unit: int) -> QuerySet[Stage]:
    mine = Extension.objects.filter(Q(unit=unit) | Q(unit=None), round=OuterRef("round"), stage=OuterRef("key"))
    extended_to = Subquery(mine.order_by("-until").values("until")[:1])
    return Stage.objects.filter(round=round).annotate(extended_to=extended_to)


def read_stages(dossier: Dossier) -> None:
    """Read the stages of the round, and when each ends for this unit: one query for stage line and guards."""
    stages = _stages.rows(round=dossier.round_id, unit=dossier.unit_id)
    remember(dossier.round, "stages", stages)
    for stage in stages:
        windows.remember_deadline(dossier, StageKey(stage.key), _end(stage))


def line_of(dossier: Dossier, at: datetime) -> StageLine:
    """The stage line, counting down to the unit's own deadline while the unit has something to hand in."""
    has_work = dossier.state in windows.WRITING_STATES | windows.ANSWERING_STATES | {DossierState.INTERNAL_REVIEW}
    return stage_line(dossier.round, at, until=windows.planned(dossier) if has_work else None)


def open_dossier(user: User, pk: int) -> Dossier:
    """A dossier with its joins, stages and deadlines, for the pages about it as a whole. 404 outside the scope."""
    dossier = open_leaf(user, pk).dossier
    read_stages(dossier)
    return dossier


def sees_whole(user: User, dossier: Dossier) -> bool:
    """Whether the person may see every leaf: the unit's people, and those who run the round."""
    return dossier.unit_id in user.unit_ids() or dossier.round.authority_id in user.authorities_run()


def leaf_rows(user: User, dossier: Dossier) -> dict[str, LeafRow]:
    """Every leaf that the person may see, by code, with its documents, in one query."""
    if sees_whole(user, dossier):
        found = _gathered(_all_rows.rows(dossier=dossier.pk))
    else:
        found = _gathered(_visible_rows.rows(**user.reach(), dossier=dossier.pk))
    if hides_supplement(user, dossier):
        for row in found.values():
            row.papers = [paper for paper in row.papers if paper.stage != StageKey.SUPPLEMENT]
    return found


def hides_supplement(user: User, dossier: Dossier) -> bool:
    """Whether the unit's answer to its notice is still a draft, which nobody outside the unit may see."""
    return dossier.state in windows.ANSWERING_STATES and dossier.unit_id not in user.unit_ids()


@Prepared
def _all_rows(*, dossier: int) -> QuerySet[Entry, tuple[object, ...]]:
    return _with_papers(Entry.objects.filter(dossier=dossier))


@Prepared
def _visible_rows(*, dossier: int, **reach: Unpack[Reach]) -> QuerySet[Entry, tuple[object, ...]]:
    return _with_papers(Entry.objects.visible_to(User.with_reach(**reach)).filter(dossier=dossier))


def _with_papers(leaves: QuerySet[Entry]) -> QuerySet[Entry, tuple[object, ...]]:
    answered = ExpressionWrapper(ANSWERED, BooleanField())
    return leaves.order_by("pk", "citations__pk").values_list(
        "code",
        answered,
        "not_applicable",
        "score",
        "effective_max",
        "score_state",
        "no_document",
        "citations__pk",
        "citations__document_id",
        "citations__document__name",
        "citations__document__size",
        "citations__place",
        "citations__stage",
        "citations__document__removed_at",
    )


def _gathered(rows: Iterable[tuple[object, ...]]) -> dict[str, LeafRow]:
    found: dict[str, LeafRow] = {}
    for code, *given, citation, document, name, size, place, stage, removed_at in rows:
        leaf = found.get(code)  # type: ignore[call-overload]  # the columns above, in their order
        if leaf is None:
            leaf = found[code] = LeafRow(*given)  # type: ignore[index, arg-type]
        if citation is not None:
            paper = Paper(citation, document, name, size, place, stage, removed_at)  # type: ignore[arg-type]
            leaf.papers.append(paper)
    return found
