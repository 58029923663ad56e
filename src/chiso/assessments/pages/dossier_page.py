"""The page of a dossier: the tree at the left, one leaf at the right, the total below."""

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from chiso.assessments import policy, windows
from chiso.assessments.choices import DossierState
from chiso.assessments.models import Dossier, Entry
from chiso.assessments.pages.dossier_rows import leaf_rows, line_of, read_stages
from chiso.assessments.pages.dossier_tree import NOT_OURS, Standing, draw_changes, draw_tree, standing_of
from chiso.assessments.pages.judgements import Judgements, judgements_of
from chiso.assessments.pages.leaf_view import LeafView, access_to, form_of, leaf_view
from chiso.common.addresses import address
from chiso.common.dates import format_moment, format_time
from chiso.indexsets.facts_form import FactsForm
from chiso.organizations.models import User
from chiso.organizations.requests import UserRequest

_BEFORE_SUBMISSION = frozenset({DossierState.DRAFT, DossierState.INTERNAL_REVIEW, DossierState.RETURNED})

_UNIT_HAS_WORK = _BEFORE_SUBMISSION | windows.ANSWERING_STATES


@dataclass(frozen=True)
class Link:
    url: str
    label: str


@dataclass(frozen=True)
class DossierPage:
    """Everything around the open leaf, and the leaf; `form` is its one open form, if any."""

    title: str
    unit: str
    state: str
    return_reason: str
    summary: str
    done: int
    of: int
    saved: str
    total: str
    total_max: str
    left_words: str
    missing_url: str
    next_step: Link | None
    notice_url: str
    previous_url: str
    next_url: str
    leaf: LeafView
    form: FactsForm | None


def dossier_page(
    request: UserRequest, entry: Entry, form: FactsForm | None = None, *, file_errors: list[str] | None = None
) -> dict[str, Any]:
    """The context of the whole page: two queries beside the leaf's own before the notice, five after it."""
    read_stages(entry.dossier)
    standing, judged = _standing(request.user, entry.dossier)
    return {
        "page": _page(request, entry, standing, judged, form),
        "tree": draw_tree(standing, entry.code),
        "file_errors": file_errors,
        "stage_line": line_of(entry.dossier, request.now),
    }


def leaf_pieces(request: UserRequest, entry: Entry, form: FactsForm | None = None) -> dict[str, Any]:
    """The context of what a save changes: the leaf, two lines of the tree, the progress, the bar below; one query."""
    standing, judged = _standing(request.user, entry.dossier)
    changes: SafeString = draw_changes(standing, entry.code)
    return {"page": _page(request, entry, standing, judged, form), "changes": changes}


def _standing(user: User, dossier: Dossier) -> tuple[Standing, Judgements]:
    rows = leaf_rows(user, dossier)
    judged = judgements_of(user, dossier, rows)
    return standing_of(dossier, rows, in_supplement=judged.in_supplement), judged


def _page(
    request: UserRequest, entry: Entry, standing: Standing, judged: Judgements, form: FactsForm | None
) -> DossierPage:
    dossier = entry.dossier
    node = standing.index_set.by_code[entry.code]
    access = access_to(request, entry, node, judged)
    form = form or form_of(entry, node, access, judged)
    before, after = _neighbors(standing, judged, entry.code)
    return DossierPage(
        title=_("Hồ sơ năm %(year)d") % {"year": dossier.round.year},
        unit=dossier.unit.name,
        state=str(DossierState(dossier.state).label),
        return_reason=dossier.return_reason if windows.is_return(dossier) else "",
        summary=standing.progress.words,
        done=standing.progress.done,
        of=standing.progress.of,
        saved=_saved_words(request, entry),
        total=standing.total,
        total_max=standing.total_max,
        left_words=standing.progress.left_words if dossier.state in _UNIT_HAS_WORK else "",
        missing_url=address("assessments:missing", dossier.pk),
        next_step=next_step(request.user, dossier),
        notice_url=address("assessments:notice", dossier.pk) if judged.entries else "",
        previous_url=before,
        next_url=after,
        leaf=leaf_view(entry, standing, judged, access, form),
        form=form,
    )


def _saved_words(request: UserRequest, entry: Entry) -> str:
    """`Đã lưu 21:04` today, with the day when it was earlier."""
    if entry.saved_at is None:
        return ""
    is_recent = (request.now - entry.saved_at).days < 1
    when = format_time(entry.saved_at) if is_recent else format_moment(entry.saved_at)
    return _("Đã lưu %(when)s") % {"when": when}


def next_step(user: User, dossier: Dossier) -> Link | None:
    """What the unit does with the whole dossier next."""
    if not policy.can_edit(user, dossier):
        return None
    if dossier.state in _BEFORE_SUBMISSION:
        return Link(address("assessments:submit", dossier.pk), _("Kiểm tra, nộp hồ sơ"))
    if dossier.state in windows.ANSWERING_STATES:
        return Link(address("assessments:resubmit", dossier.pk), _("Kiểm tra, gửi giải trình"))
    if dossier.receipt:
        return Link(address("assessments:receipt", dossier.pk), _("Biên nhận nộp hồ sơ"))
    return None


def _neighbors(standing: Standing, judged: Judgements, code: str) -> tuple[str, str]:
    """The leaves before and after among those the unit works on: in the supplement, the reopened ones."""
    walked = [
        other
        for other in standing.index_set.by_code
        if other == code
        or (other in judged.reopened if judged.reopened else standing.conditions.get(other, NOT_OURS) != NOT_OURS)
    ]
    place = walked.index(code)
    around = [walked[place - 1] if place else "", walked[place + 1] if place + 1 < len(walked) else ""]
    before, after = (address("assessments:leaf", standing.dossier.pk, one) if one else "" for one in around)
    return before, after
