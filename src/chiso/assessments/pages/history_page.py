"""The full line of a score: self → pass 1 → proposal → pass 2 → council, with who, when, why; without private notes.

Of one leaf, of all leaves of a unit, or of one criterion over units. A unit reads of its own leaves what was told to
it and no names of the team; nobody reads the unit's answer before it is sent.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from chiso.assessments import policy
from chiso.assessments.actions.reopening import require_reopenable
from chiso.assessments.choices import Pass
from chiso.assessments.models import Entry, Reopening
from chiso.assessments.pages.answer_words import thread_of
from chiso.assessments.pages.dossier_rows import hides_supplement
from chiso.assessments.pages.judgements import Sight, explanation_of, sight_of
from chiso.assessments.pages.leaf_thread import with_thread
from chiso.assessments.scores import node_of
from chiso.common.addresses import address
from chiso.common.dates import format_deadline, format_moment
from chiso.common.numbers import format_max
from chiso.common.prepared import remember
from chiso.common.refusals import RuleViolation
from chiso.organizations.models import User
from chiso.rounds.models import Round
from chiso.scoring import Node

Step = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """One numbered request on a leaf, ready to print."""

    number: str
    panel: str
    reason: str
    requested: str
    until: str
    answered: str
    settled: str
    settle_url: str


@dataclass(frozen=True)
class LeafHistory:
    """One leaf of one unit with every step of its score."""

    unit: str
    code: str
    name: str
    max: str
    url: str
    steps: tuple[Step, ...]

    @property
    def size(self) -> int:
        return len(self.steps)


@dataclass(frozen=True)
class LeafHistoryPage:
    """The history of one leaf, with its requests and what this person may do about it."""

    leaf: LeafHistory
    requests: tuple[Request, ...]
    reopen_url: str


def visible_leaves(user: User) -> QuerySet[Entry]:
    """Leaves with everything that was said of them, for a reader (three queries)."""
    return with_thread(Entry.objects.visible_to(user)).select_related(
        *("dossier__round__coordinator", "dossier__round__authority", "dossier__unit", "dossier__block__edition"),
        *("criterion", "saved_by", "explanation__explained_by"),
    )


def open_history(user: User, pk: int, code: str) -> Entry:
    """One leaf with its thread; 404 outside the scope."""
    entry = visible_leaves(user).filter(dossier=pk, code=code).first()
    if entry is None:
        raise Http404
    return entry


def history_page(user: User, entry: Entry) -> LeafHistoryPage:
    """The page of one leaf: one query beside those of `open_history`."""
    requests = Reopening.objects.filter(entry=entry).order_by("requested_at", "pk")
    may_reopen = bool(policy.can_reopen(user, entry)) and entry.dossier.unit_id not in user.unit_ids()
    return LeafHistoryPage(
        leaf=history_of(user, entry),
        requests=tuple(_request(user, row, entry) for row in requests),
        reopen_url=address("assessments:reopen", entry.dossier_id, entry.code)
        if may_reopen and _is_reopenable(entry)
        else "",
    )


def _is_reopenable(entry: Entry) -> bool:
    try:
        require_reopenable(entry)
    except RuleViolation:
        return False
    return True


def _request(user: User, row: Reopening, entry: Entry) -> Request:
    row.entry = entry
    may_settle = row.settled_at is None and policy.can_settle(user, row)
    return Request(
        number=row.number,
        panel=str(row.get_panel_display()),
        reason=row.reason,
        requested=format_moment(row.requested_at),
        until=format_deadline(row.until),
        answered=_moment(row.answered_at),
        settled=_moment(row.settled_at),
        settle_url=address("assessments:settle", row.pk) if may_settle else "",
    )


def _moment(moment: datetime | None) -> str:
    return format_moment(moment) if moment else ""


def unit_history(user: User, entries: Iterable[Entry]) -> tuple[LeafHistory, ...]:
    """The histories of leaves as they come; leaves of which nobody said anything are left out."""
    return tuple(_told(user, entries))


def _told(user: User, entries: Iterable[Entry]) -> Iterator[LeafHistory]:
    for entry in entries:
        if entry.has_answer() or entry.appraisals.all():
            yield history_of(user, entry)


def criterion_entries(user: User, round: Round, code: str) -> list[Entry]:
    """One criterion over the units of a round that the person reads; 404 where there is none."""
    entries = list(visible_leaves(user).filter(dossier__round=round, code=code).order_by("dossier__unit__code"))
    if not entries:
        raise Http404
    return entries


def history_of(user: User, entry: Entry) -> LeafHistory:
    """Every step that the reader may see; needs what `visible_leaves` reads."""
    node = node_of(entry.dossier.block.edition, entry.code)
    is_own = entry.dossier.unit_id in user.unit_ids()
    sight = sight_of(user, entry.dossier) if is_own else _sight_of_judges(user, entry)
    return LeafHistory(
        unit=entry.dossier.unit.name,
        code=node.code,
        name=node.name,
        max=format_max(node.max),
        url=address("assessments:leaf_history", entry.dossier_id, entry.code),
        steps=tuple(_steps(entry, node, sight, names=not is_own)),
    )


def _sight_of_judges(user: User, entry: Entry) -> Sight:
    return Sight(first=True, later=True, answer=not hides_supplement(user, entry.dossier))


def _steps(entry: Entry, node: Node, sight: Sight, *, names: bool) -> Iterator[Step]:
    seen = [row for row in entry.appraisals.all() if (sight.first if row.pass_number == Pass.FIRST else sight.later)]
    remember(entry, "appraisals", seen)
    if not sight.later:
        vars(entry)["carried"] = []
    labels = {str(label) for label in Pass.labels}
    for step in thread_of(entry, node, explanation_of(entry) if sight.answer else None):
        yield step if names or step["title"] not in labels else step | {"who": _("Tổ Chuyên viên")}
