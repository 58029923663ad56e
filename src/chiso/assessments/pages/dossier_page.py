"""The page of a dossier: the tree at the left, one leaf at the right, the total below."""

from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from chiso.assessments import policy, windows
from chiso.assessments.choices import DossierState
from chiso.assessments.forms.leaf import ExplanationForm
from chiso.assessments.models import Dossier, Entry
from chiso.assessments.pages.dossier_rows import has_unfinished, leaf_rows, line_of, read_stages
from chiso.assessments.pages.dossier_tree import NOT_OURS, Standing, draw_changes, draw_tree, standing_of
from chiso.assessments.pages.judgements import Judgements, judgements_of
from chiso.assessments.pages.last_year import FILL, proposed_facts
from chiso.assessments.pages.leaf_pane import Editing, Preview, editing_of, preview_of
from chiso.assessments.pages.leaf_papers import CitedDocument, LeafPapers, read_papers
from chiso.assessments.pages.leaf_view import Access, Around, LeafView, access_to, form_of, leaf_view
from chiso.assessments.pages.plan_dates import plan_day
from chiso.assessments.pages.two_versions import TwoVersions
from chiso.assessments.uploading import purpose_of
from chiso.common.addresses import address
from chiso.common.dates import format_moment, format_time
from chiso.evidence.receiving import unfinished
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
    is_unsaved: bool
    total: str
    total_max: str
    left_words: str
    missing_url: str
    links: list[Link]
    previous_url: str
    next_url: str
    leaf: LeafView
    form: FactsForm | None

    @property
    def explains(self) -> bool:
        """Whether the form is that of the explanation; what was refused stays in its own form, also once it is shut."""
        return isinstance(self.form, ExplanationForm)


def dossier_page(
    request: UserRequest,
    entry: Entry,
    form: FactsForm | None = None,
    *,
    file_errors: list[str] | None = None,
    versions: TwoVersions | None = None,
    editing: Editing | None = None,
) -> dict[str, Any]:
    """The context of the whole page: at most three queries beside the leaf's own before the notice, six after it."""
    read_stages(entry.dossier)
    standing, judged = _standing(request.user, entry.dossier)
    around = _around(request, entry, standing, versions)
    page = _page(request, entry, standing, judged, form, around)
    return {
        "page": page,
        "tree": draw_tree(standing, entry.code),
        "file_errors": file_errors,
        "preview": _preview(request, entry, around.papers),
        "editing": editing or _editing(request, entry, around.papers, page.leaf.access),
        "stage_line": line_of(entry.dossier, request.now),
    }


def leaf_pieces(
    request: UserRequest, entry: Entry, form: FactsForm | None = None, *, versions: TwoVersions | None = None
) -> dict[str, Any]:
    """The context of what a save changes: the leaf, two lines of the tree, the progress, the bar below; one query."""
    standing, judged = _standing(request.user, entry.dossier)
    page = _page(request, entry, standing, judged, form, Around(versions=versions))
    return {"page": page, "changes": draw_changes(standing, entry.code), "is_piece": True}


def files_pieces(request: UserRequest, entry: Entry, *, file_errors: list[str] | None = None) -> dict[str, Any]:
    """The context of what a change of the documents changes: their list, and as above; two queries."""
    standing, judged = _standing(request.user, entry.dossier)
    around = Around(papers=read_papers(request.user, entry, standing.rows[entry.code]))
    page = _page(request, entry, standing, judged, None, around)
    changes = draw_changes(standing, entry.code)
    return {"page": page, "leaf": page.leaf, "file_errors": file_errors, "changes": changes, "is_piece": True}


def _standing(user: User, dossier: Dossier) -> tuple[Standing, Judgements]:
    rows = leaf_rows(user, dossier)
    judged = judgements_of(user, dossier, rows)
    return standing_of(dossier, rows, in_supplement=judged.in_supplement), judged


def _around(request: UserRequest, entry: Entry, standing: Standing, versions: TwoVersions | None) -> Around:
    papers = read_papers(request.user, entry, standing.rows[entry.code])
    proposes = request.method == "GET" and request.GET.get("tu") == FILL and papers.last_year is not None
    return Around(
        papers=papers,
        unfinished=unfinished(request.user, purpose_of(entry)) if has_unfinished(entry) else [],
        versions=versions,
        is_proposed=proposes,
    )


def _page(
    request: UserRequest,
    entry: Entry,
    standing: Standing,
    judged: Judgements,
    form: FactsForm | None,
    around: Around,
) -> DossierPage:
    dossier = entry.dossier
    node = standing.index_set.by_code[entry.code]
    access = access_to(request, entry, node, judged)
    proposed = proposed_facts(node, around.papers) if around.is_proposed and access.enter else {}
    around = replace(around, is_proposed=bool(proposed))
    form = form or form_of(entry, node, access, judged, proposed=proposed or None)
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
        is_unsaved=form is not None and (form.is_bound or around.is_proposed),
        total=standing.total,
        total_max=standing.total_max,
        left_words=standing.progress.left_words if dossier.state in _UNIT_HAS_WORK else "",
        missing_url=address("assessments:missing", dossier.pk),
        links=_links(request.user, dossier, judged),
        previous_url=before,
        next_url=after,
        leaf=leaf_view(request, entry, standing, judged, access, form, around),
        form=form,
    )


def _preview(request: UserRequest, entry: Entry, papers: LeafPapers) -> Preview | None:
    """The document that the address asks to see (`?xem=`): of this leaf, or of the year before."""
    old = papers.last_year.papers if papers.last_year else ()
    cited = _asked_for(request, "xem", (*papers.here, *old))
    if cited is None:
        return None
    plan = plan_day(one.document for one in (papers.here if cited in papers.here else old))
    return preview_of(request.user, entry, cited, request.now, plan=plan)


def _editing(request: UserRequest, entry: Entry, papers: LeafPapers, access: Access) -> Editing | None:
    """The document that the address asks to mend (`?sua=`), while it may be."""
    cited = _asked_for(request, "sua", papers.here)
    if cited is None or cited.document.removed_at is not None:
        return None
    if not access.attach or cited.stage != windows.document_stage(entry.dossier):
        return None
    return editing_of(entry, cited)


def _asked_for(request: UserRequest, name: str, papers: tuple[CitedDocument, ...]) -> CitedDocument | None:
    asked = request.GET.get(name, "")
    return next((cited for cited in papers if str(cited.citation) == asked), None)


def _saved_words(request: UserRequest, entry: Entry) -> str:
    """`Đã lưu 21:04` today, with the day when it was earlier."""
    if entry.saved_at is None:
        return ""
    is_recent = (request.now - entry.saved_at).days < 1
    when = format_time(entry.saved_at) if is_recent else format_moment(entry.saved_at)
    return _("Đã lưu %(when)s") % {"when": when}


def _links(user: User, dossier: Dossier, judged: Judgements) -> list[Link]:
    """The pages about the dossier as a whole: its next step first, then what helps to fill it."""
    step = next_step(user, dossier)
    links = [step] if step else []
    if judged.entries:
        links.append(Link(address("assessments:notice", dossier.pk), _("Thông báo kết quả sơ bộ")))
        links.append(Link(address("assessments:dossier_history", dossier.pk), _("Quá trình chấm điểm")))
    if policy.can_edit(user, dossier) and dossier.state in _BEFORE_SUBMISSION:
        links += [
            Link(address("assessments:sharing", dossier.pk), _("Phân công")),
            Link(address("assessments:many_files", dossier.pk), _("Tải nhiều tệp")),
            Link(address("assessments:workbook", dossier.pk), _("Bảng tính Excel")),
        ]
    return links


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
