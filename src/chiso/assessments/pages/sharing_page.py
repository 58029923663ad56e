"""The page on which a unit shares its work: who answers for which leaf, until when, and how far each one is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.assessments import policy, windows
from chiso.assessments.actions.sharing import OFFICIALS, require_shared_now
from chiso.assessments.models import Dossier
from chiso.assessments.pages.dossier_rows import leaf_rows, line_of
from chiso.assessments.pages.dossier_tree import (
    EMPTY,
    NO_PAPERS,
    OPTIONAL,
    TO_EXPLAIN,
    Standing,
    condition_words,
    standing_of,
)
from chiso.assessments.pages.judgements import judgements_of
from chiso.assessments.remarks import Responsibility, responsibilities_of
from chiso.common.addresses import address
from chiso.common.dates import end_of_day, format_date, format_deadline
from chiso.common.refusals import RuleViolation
from chiso.organizations.models import Membership, User
from chiso.organizations.requests import UserRequest
from chiso.scoring import Node

MINE, FREE = "cua-toi", "chua-giao"
_KINDS = {EMPTY: "gold", NO_PAPERS: "gold", TO_EXPLAIN: "gold", OPTIONAL: "blue"}


@dataclass(frozen=True)
class Share:
    """What one person answers for: which leaves are not done, and the first inner deadline among those."""

    of: int
    left: tuple[str, ...]
    overdue: int
    until: date | None


@dataclass(frozen=True)
class PersonLine:
    """One official of the unit, or one who left it and still answers for leaves."""

    name: str
    title: str
    url: str
    done: int
    of: int
    words: str
    overdue: str
    is_gone: bool


@dataclass(frozen=True)
class SharingPage:
    """Everything the template draws; leaves are plain dicts, there are many."""

    title: str
    deadline: str
    free: str
    people: list[PersonLine]
    areas: list[dict[str, Any]]
    filters: list[dict[str, Any]]
    may_share: bool
    locked: str
    back_url: str
    self_url: str


@dataclass(frozen=True)
class Desk:
    """What pages and forms about sharing read of a dossier: three queries before the notice, six after it."""

    dossier: Dossier
    standing: Standing
    answers: Mapping[str, Responsibility]
    officials: tuple[User, ...]
    gone: tuple[User, ...]

    @property
    def codes(self) -> list[str]:
        """Everything that may be ticked: areas and own leaves."""
        index_set = self.standing.index_set
        return [area.code for area in index_set.areas] + [node.code for node in own_leaves(self.standing)]

    @property
    def givers(self) -> list[User]:
        """Who has something to hand over."""
        busy = {row.person for row in self.answers.values()}
        return [person for person in (*self.gone, *self.officials) if person.pk in busy]


def desk_of(user: User, dossier: Dossier) -> Desk:
    """Read the work of a unit. 403 for whoever is not of the unit: how it shares its work is its own affair."""
    if not policy.can_edit(user, dossier):
        raise PermissionDenied(_("Chỉ %(unit)s xem phân công của mình.") % {"unit": dossier.unit})
    rows = leaf_rows(user, dossier)
    judged = judgements_of(user, dossier, rows)
    answers = responsibilities_of(dossier)
    people = _people(dossier, {row.person for row in answers.values() if row.person})
    officials = tuple(person for person in people if getattr(person, "is_official", False))
    return Desk(
        dossier,
        standing_of(dossier, rows, in_supplement=judged.in_supplement),
        answers,
        officials,
        tuple(person for person in people if person not in officials),
    )


def _people(dossier: Dossier, busy: set[int]) -> list[User]:
    """The officials of the unit, and whoever else still answers for a leaf (one query)."""
    held = Membership.objects.filter(user=OuterRef("pk"), unit=dossier.unit_id, role__in=OFFICIALS)
    found = User.objects.annotate(is_official=Exists(held) & Q(is_active=True))
    return list(found.filter(Q(is_official=True) | Q(pk__in=busy)).order_by("full_name", "pk"))


def own_leaves(standing: Standing) -> list[Node]:
    """The leaves that a unit scores itself."""
    return [node for node in standing.index_set.leaves if node.method == "self" and node.code in standing.rows]


def is_left(standing: Standing, row: Responsibility) -> bool:
    """Whether something is still to be done on a leaf: entered, proved, explained, or a remark answered."""
    condition = standing.conditions.get(row.code)
    if standing.progress.is_supplement or standing.dossier.state in windows.ANSWERING_STATES:
        return condition == TO_EXPLAIN
    return condition in (EMPTY, NO_PAPERS) or row.awaits_answer


def share_of(standing: Standing, answers: Iterable[Responsibility], person: int, at: datetime) -> Share:
    """What one person answers for, and how far that is."""
    mine = [row for row in answers if row.person == person]
    left = [row for row in mine if is_left(standing, row)]
    deadlines = [row.until for row in left if row.until]
    overdue = sum(end_of_day(day) <= at for day in deadlines)
    return Share(len(mine), tuple(row.code for row in left), overdue, min(deadlines, default=None))


def sharing_page(request: UserRequest, desk: Desk, *, chosen: str = "") -> dict[str, Any]:
    """The table by area, the progress of each person, and what may be done now."""
    dossier = desk.dossier
    url = address("assessments:sharing", dossier.pk)
    locked = _why_not(dossier)
    page = SharingPage(
        title=_("Phân công tự chấm điểm"),
        deadline=format_deadline(windows.planned(dossier)),
        free=_free_words(desk),
        people=[_person_line(desk, person, url, request.now) for person in (*desk.officials, *desk.gone)],
        areas=_areas(desk, chosen, request.user, request.now),
        filters=_filters(desk, chosen, request.user, url),
        may_share=bool(policy.can_approve(request.user, dossier)) and not locked,
        locked=locked,
        back_url=address("assessments:dossier", dossier.pk),
        self_url=url,
    )
    return {"dossier": dossier, "page": page, "stage_line": line_of(dossier, request.now)}


def _why_not(dossier: Dossier) -> str:
    try:
        require_shared_now(dossier)
    except RuleViolation as refusal:
        return str(refusal)
    return ""


def _free(desk: Desk) -> int:
    return sum(desk.answers[node.code].person is None for node in own_leaves(desk.standing))


def _free_words(desk: Desk) -> str:
    count = _free(desk)
    if not count:
        return _("Mọi tiêu chí đã có người phụ trách.")
    return ngettext("%(n)d tiêu chí chưa giao cho ai.", "%(n)d tiêu chí chưa giao cho ai.", count) % {"n": count}


def _person_line(desk: Desk, person: User, url: str, at: datetime) -> PersonLine:
    share = share_of(desk.standing, desk.answers.values(), person.pk, at)
    done = share.of - len(share.left)
    overdue = ngettext("quá hạn %(n)d", "quá hạn %(n)d", share.overdue) % {"n": share.overdue} if share.overdue else ""
    return PersonLine(
        name=person.full_name,
        title=person.title,
        url=f"{url}?loc={person.pk}" if share.of else "",
        done=done,
        of=share.of,
        words=_("%(done)d/%(of)d tiêu chí xong") % {"done": done, "of": share.of} if share.of else _("chưa được giao"),
        overdue=overdue,
        is_gone=person in desk.gone,
    )


def _filters(desk: Desk, chosen: str, user: User, url: str) -> list[dict[str, Any]]:
    mine = sum(row.person == user.pk for row in desk.answers.values())
    offered = [
        ("", _("Tất cả (%(n)d)") % {"n": len(own_leaves(desk.standing))}),
        (MINE, _("Của tôi (%(n)d)") % {"n": mine}),
        (FREE, _("Chưa giao (%(n)d)") % {"n": _free(desk)}),
    ]
    offered += [(str(one.pk), one.full_name) for one in (*desk.officials, *desk.gone) if str(one.pk) == chosen]
    return [
        {"label": label, "url": f"{url}?loc={key}" if key else url, "is_current": key == chosen}
        for key, label in offered
    ]


def _areas(desk: Desk, chosen: str, user: User, at: datetime) -> list[dict[str, Any]]:
    names = {person.pk: person.full_name for person in (*desk.officials, *desk.gone)}
    own = {node.code for node in own_leaves(desk.standing)}
    areas = []
    for area in desk.standing.index_set.areas:
        leaves = [node for node in area.walk() if node.code in own]
        shown = [node for node in leaves if _is_shown(desk.answers[node.code], chosen, user)]
        if shown:
            lines = [_leaf_line(desk, node, names, at) for node in shown]
            areas.append({"code": area.code, "name": f"{area.code}. {area.name}", "leaves": lines})
    return areas


def _is_shown(row: Responsibility, chosen: str, user: User) -> bool:
    if chosen == MINE:
        return row.person == user.pk
    if chosen == FREE:
        return row.person is None
    return not chosen.isdecimal() or str(row.person) == chosen


def _leaf_line(desk: Desk, node: Node, names: Mapping[int, str], at: datetime) -> dict[str, Any]:
    row = desk.answers[node.code]
    condition = desk.standing.conditions[node.code]
    left = is_left(desk.standing, row)
    return {
        "code": node.code,
        "name": f"{node.code} {node.name}",
        "url": address("assessments:leaf", desk.dossier.pk, node.code),
        "person": names.get(row.person, "") if row.person else "",
        "until": format_date(row.until) if row.until else "",
        "is_overdue": left and row.until is not None and end_of_day(row.until) <= at,
        "word": condition_words()[condition],
        "kind": _KINDS.get(condition, "green" if not left else "gold"),
        "remark": _remark_word(row),
    }


def _remark_word(row: Responsibility) -> str:
    if not row.remark:
        return ""
    return _("nhận xét chưa trả lời") if row.awaits_answer else _("đã trả lời nhận xét")
