"""One leaf as the dossier page shows it: what is asked, what was answered, what may be done now and why not."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from chiso.assessments import policy, windows
from chiso.assessments.forms.leaf import ExplanationForm, LeafForm
from chiso.assessments.models import Entry, Explanation
from chiso.assessments.pages.answer_words import facts_in_words, steps_of
from chiso.assessments.pages.dossier_rows import LeafRow, Paper
from chiso.assessments.pages.dossier_tree import Standing
from chiso.assessments.pages.judgements import Judgements, explanation_of, why_reopened
from chiso.common.addresses import address
from chiso.common.numbers import NONE_SIGN, format_number
from chiso.common.refusals import RuleViolation
from chiso.indexsets.answers import Answer
from chiso.indexsets.facts_form import FactsForm
from chiso.indexsets.live_score import LiveScore, effect_of_not_applicable, live_score, maximum
from chiso.organizations.requests import UserRequest
from chiso.rounds.choices import StageKey
from chiso.scoring import IndexSet, Node


@dataclass(frozen=True)
class FileRow:
    """A document of the leaf: where it opens, and whether it can be taken off now."""

    name: str
    url: str
    place: str
    size: str
    is_supplement: bool
    remove_url: str


@dataclass(frozen=True)
class Access:
    """What the reader may do with the leaf now; `why` is the sentence when it is nothing."""

    enter: bool = False
    attach: bool = False
    explain: bool = False
    why: str = ""


@dataclass(frozen=True)
class LeafView:
    """What the page says of the open leaf; numbers and dates are already words."""

    code: str
    name: str
    crumbs: list[str]
    max_words: str
    rule: str
    guidance: str
    asked: tuple[str, ...]
    urls: dict[str, str]
    access: Access
    why_reopened: str
    is_answered: bool
    facts: list[tuple[str, str]]
    reason: str
    note: str
    live: LiveScore
    steps: list[dict[str, Any]]
    not_applicable_when: str
    not_applicable_effect: str
    files: list[FileRow]
    reusable: list[tuple[int, str]]
    thread: list[dict[str, Any]]


def access_to(request: UserRequest, entry: Entry, node: Node, judged: Judgements) -> Access:
    """Ask the guards of the actions, so that the page offers exactly what they would take."""
    dossier = entry.dossier
    if not policy.can_edit_entry(request.user, entry):
        return Access(why=_("Chỉ công chức được phân công và lãnh đạo %(unit)s nhập ở đây.") % {"unit": dossier.unit})
    if node.method != "self":
        return Access(why=_why_not_ours(node))
    try:
        if dossier.state in windows.ANSWERING_STATES:
            windows.require_answerable(dossier, request.now)
            if entry.code not in judged.reopened:
                why = _("Tiêu chí này không thuộc diện giải trình, bổ sung vì điểm thẩm định bằng điểm tự chấm.")
                return Access(why=why)
            return Access(attach=True, explain=True)
        windows.require_writable(dossier, request.now)
    except RuleViolation as refusal:
        return Access(why=str(refusal))
    return Access(enter=True, attach=True)


def _why_not_ours(node: Node) -> str:
    if node.is_survey:
        return _("Điểm lấy từ điều tra xã hội học nên đơn vị không tự chấm.")
    if node.rule is not None and node.rule.kind == "late":
        return _("Hệ thống tự tính theo thời điểm nộp hồ sơ nên đơn vị không nhập.")
    if node.is_info:
        return _("Tiêu chí chỉ để thông tin, không chấm điểm.")
    source = node.official_source or _("cơ quan có thẩm quyền")
    return _("Số liệu chính thức do “%(source)s” cung cấp nên đơn vị không nhập.") % {"source": source}


def form_of(entry: Entry, node: Node, access: Access, judged: Judgements) -> FactsForm | None:
    """The form that is open on the page, filled with what is stored; none when the leaf is locked."""
    if access.enter:
        return LeafForm.of(node, entry)
    if access.explain:
        return ExplanationForm.of(node, entry, _explanation(entry, judged))
    return None


def _explanation(entry: Entry, judged: Judgements) -> Explanation | None:
    stored = judged.entries.get(entry.code)
    return explanation_of(stored) if stored else None


def leaf_view(entry: Entry, standing: Standing, judged: Judgements, access: Access, form: FactsForm | None) -> LeafView:
    """Put the leaf into words."""
    node = standing.index_set.by_code[entry.code]
    claim = node.not_applicable
    return LeafView(
        code=node.code,
        name=node.name,
        crumbs=_crumbs(standing.index_set, node),
        max_words=_max_words(node),
        rule=node.rule.describe() if node.rule else "",
        guidance=node.guidance,
        asked=node.evidence,
        urls=_urls(entry),
        access=access,
        why_reopened=_reopened_words(entry, judged),
        is_answered=entry.has_answer(),
        facts=facts_in_words(node, entry.facts),
        reason=entry.reason,
        note=entry.note,
        live=_live(entry, node, form),
        steps=[] if form is not None and form.is_bound else steps_of(node, entry),
        not_applicable_when=claim.when if claim else "",
        not_applicable_effect=effect_of_not_applicable(node) if claim else "",
        files=[_file_row(entry, paper, access) for paper in standing.rows[entry.code].papers],
        reusable=_reusable(standing.rows, entry.code) if access.attach else [],
        thread=judged.thread(entry),
    )


def _live(entry: Entry, node: Node, form: FactsForm | None) -> LiveScore:
    if form is not None and form.is_bound:
        return LiveScore(_("Chưa lưu được, xem lỗi ở trên"), NONE_SIGN, maximum(node))
    if form is None and not entry.has_answer():
        return LiveScore(_("Chưa có số liệu"), NONE_SIGN, maximum(node))
    row = form.row if form is not None else entry
    return live_score(node, Answer(row.facts, row.not_applicable, row.decided))


def _urls(entry: Entry) -> dict[str, str]:
    where = (entry.dossier_id, entry.code)
    names = {"self": "leaf", "live": "live", "attach": "attach", "cite": "cite", "explain": "explain"}
    return {key: address(f"assessments:{name}", *where) for key, name in names.items()}


def _crumbs(index_set: IndexSet, node: Node) -> list[str]:
    above: list[str] = []
    code = node.parent_code
    while code:
        parent = index_set.by_code[code]
        above.insert(0, f"{parent.code} {parent.name}")
        code = parent.parent_code
    return above


def _max_words(node: Node) -> str:
    if node.is_penalty or node.max is None:
        return _("điểm trừ")
    if node.is_bonus:
        return _("thưởng tối đa %(max)s điểm") % {"max": maximum(node)}
    return _("tối đa %(max)s điểm") % {"max": maximum(node)}


def _reopened_words(entry: Entry, judged: Judgements) -> str:
    if entry.code not in judged.reopened:
        return ""
    return why_reopened(judged.entries[entry.code], judged.first_pass(entry.code))


def _file_row(entry: Entry, paper: Paper, access: Access) -> FileRow:
    is_ours_now = access.attach and paper.stage == windows.writing_stage(entry.dossier)
    return FileRow(
        name=paper.name,
        url=address("assessments:document", paper.citation),
        place=paper.place,
        size=format_size(paper.size),
        is_supplement=paper.stage == StageKey.SUPPLEMENT,
        remove_url=address("assessments:remove_citation", paper.citation) if is_ours_now else "",
    )


def _reusable(rows: Mapping[str, LeafRow], code: str) -> list[tuple[int, str]]:
    """Documents that prove other leaves of this dossier and could prove this one too."""
    here = {paper.document for paper in rows[code].papers}
    known = {paper.document: paper.name for row in rows.values() for paper in row.papers}
    return sorted(
        ((document, name) for document, name in known.items() if document not in here), key=lambda known: known[1]
    )


def format_size(size: int) -> str:
    """`412 kB`, `2,1 MB`, rounded up so that no file looks empty."""
    if size < 1_000_000:
        return f"{format_number(-(-size // 1000))} kB"
    return f"{format_number(Decimal(-(-size // 100_000)) / 10)} MB"
