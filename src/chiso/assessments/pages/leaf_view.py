"""One leaf as the dossier page shows it: what is asked, what was answered, what may be done now and why not."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from chiso.assessments import policy, remarks, windows
from chiso.assessments.actions.submission import IN_HAND
from chiso.assessments.forms.leaf import ExplanationForm, LeafForm
from chiso.assessments.models import Entry, Explanation
from chiso.assessments.pages.answer_words import facts_in_words, steps_of
from chiso.assessments.pages.dossier_rows import assignee_of, attached_at
from chiso.assessments.pages.dossier_tree import Standing
from chiso.assessments.pages.judgements import Judgements, explanation_of, why_reopened
from chiso.assessments.pages.last_year import LastYear, last_year
from chiso.assessments.pages.leaf_files import FileRow, Reusable, file_rows, reusable
from chiso.assessments.pages.leaf_papers import LeafPapers
from chiso.assessments.pages.two_versions import TwoVersions
from chiso.assessments.reopenings import require_leaf_answerable
from chiso.common.addresses import address
from chiso.common.dates import end_of_day, format_date, format_deadline, format_moment
from chiso.common.numbers import NONE_SIGN
from chiso.common.refusals import RuleViolation
from chiso.evidence.receiving import Unfinished
from chiso.indexsets.answers import Answer, Facts
from chiso.indexsets.facts_form import FactsForm
from chiso.indexsets.live_score import LiveScore, effect_of_not_applicable, live_score, maximum
from chiso.organizations.requests import UserRequest
from chiso.rounds.choices import Panel
from chiso.scoring import IndexSet, Node


@dataclass(frozen=True)
class Access:
    """What the reader may do with the leaf now; `why` is the sentence when it is nothing."""

    enter: bool = False
    attach: bool = False
    explain: bool = False
    why: str = ""


@dataclass(frozen=True)
class Around:
    """What stands around a leaf on its whole page; the pieces that a save answers with go without."""

    papers: LeafPapers = field(default_factory=LeafPapers)
    unfinished: list[Unfinished] = field(default_factory=list)
    versions: TwoVersions | None = None
    is_proposed: bool = False


@dataclass(frozen=True)
class Inside:
    """What the unit's people tell each other of a leaf, which nobody else sees."""

    person: str = ""
    until: str = ""
    is_overdue: bool = False
    remark: str = ""
    remarked: str = ""
    is_answered: bool = False
    remark_url: str = ""


@dataclass(frozen=True)
class LeafView:
    """What the page says of the open leaf; numbers and dates are already words."""

    code: str
    name: str
    crumbs: list[str]
    inside: Inside
    max_words: str
    rule: str
    guidance: str
    asked: tuple[str, ...]
    urls: dict[str, str]
    access: Access
    year_end: bool
    why_reopened: str
    is_answered: bool
    facts: list[tuple[str, str]]
    reason: str
    note: str
    as_of: str
    no_document: bool
    live: LiveScore
    steps: list[dict[str, Any]]
    not_applicable_when: str
    not_applicable_effect: str
    versions: TwoVersions | None
    is_proposed: bool
    last_year: LastYear | None
    files: list[FileRow]
    reusable: list[Reusable]
    unfinished: list[Unfinished]
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
        if entry.code in judged.requests:
            require_leaf_answerable(entry, request.now)
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


def form_of(
    entry: Entry, node: Node, access: Access, judged: Judgements, *, proposed: Facts | None = None
) -> FactsForm | None:
    """The form that is open on the page, filled with what is stored or `proposed`; none when the leaf is locked."""
    if access.enter:
        return LeafForm.of(node, entry, proposed=proposed)
    if access.explain:
        return ExplanationForm.of(node, entry, _explanation(entry, judged))
    return None


def _explanation(entry: Entry, judged: Judgements) -> Explanation | None:
    stored = judged.entries.get(entry.code)
    return explanation_of(stored) if stored else None


def leaf_view(
    request: UserRequest,
    entry: Entry,
    standing: Standing,
    judged: Judgements,
    access: Access,
    form: FactsForm | None,
    around: Around,
) -> LeafView:
    """Put the leaf into words."""
    node = standing.index_set.by_code[entry.code]
    claim, papers = node.not_applicable, around.papers
    return LeafView(
        code=node.code,
        name=node.name,
        crumbs=_crumbs(standing.index_set, node),
        inside=_inside(request, entry, node),
        max_words=_max_words(node),
        rule=node.rule.describe() if node.rule else "",
        guidance=node.guidance,
        asked=node.evidence,
        urls=_urls(entry),
        access=access,
        year_end=node.as_of == "year_end" and access.enter,
        why_reopened=_reopened_words(entry, judged),
        is_answered=entry.has_answer(),
        facts=facts_in_words(node, entry.facts),
        reason=entry.reason,
        note=entry.note,
        as_of=format_date(entry.as_of) if entry.as_of else "",
        no_document=entry.no_document,
        live=_live(entry, node, form, around),
        steps=[] if form is not None and (form.is_bound or around.is_proposed) else steps_of(node, entry),
        not_applicable_when=claim.when if claim else "",
        not_applicable_effect=effect_of_not_applicable(node) if claim else "",
        versions=around.versions,
        is_proposed=around.is_proposed,
        last_year=last_year(entry, node, papers, may_enter=access.enter, may_attach=access.attach),
        files=file_rows(entry, papers, may_change=access.attach),
        reusable=reusable(standing.rows, entry, papers) if access.attach else [],
        unfinished=around.unfinished,
        thread=judged.thread(entry),
    )


def _inside(request: UserRequest, entry: Entry, node: Node) -> Inside:
    """Who answers for the leaf and what the leader found; empty for whoever is not of the unit."""
    dossier = entry.dossier
    if dossier.unit_id not in request.user.unit_ids():
        return Inside()
    is_in_hand = dossier.state in IN_HAND
    until = entry.assigned_until
    may_remark = is_in_hand and node.method == "self" and policy.can_approve_entry(request.user, entry)
    return Inside(
        person=assignee_of(entry),
        until=format_date(until) if until else "",
        is_overdue=is_in_hand and until is not None and request.now >= end_of_day(until),
        remark=entry.remark,
        remarked=format_moment(entry.remarked_at),
        is_answered=remarks.is_answered(entry.remarked_at, entry.saved_at, attached_at(entry)),
        remark_url=address("assessments:remark", dossier.pk, entry.code) if may_remark else "",
    )


def _live(entry: Entry, node: Node, form: FactsForm | None, around: Around) -> LiveScore:
    if form is not None and form.is_bound and around.versions:
        return live_score(node, form.answer())
    if form is not None and form.is_bound:
        return LiveScore(_("Chưa lưu được, xem lỗi ở trên"), NONE_SIGN, maximum(node))
    if form is None and not entry.has_answer():
        return LiveScore(_("Chưa có số liệu"), NONE_SIGN, maximum(node))
    row = form.row if form is not None else entry
    return live_score(node, Answer(row.facts, row.not_applicable, row.decided))


def _urls(entry: Entry) -> dict[str, str]:
    where = (entry.dossier_id, entry.code)
    names = {"self": "leaf", "live": "live", "attach": "attach", "cite": "cite", "explain": "explain"}
    names |= {"begin_upload": "begin_upload", "attach_link": "attach_link"}
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
    if asked := judged.requests.get(entry.code):
        who = _("Tổ Chuyên viên") if asked.panel == Panel.TEAM else _("Hội đồng thẩm định")
        told = {"who": who, "number": asked.number, "deadline": format_deadline(asked.until), "what": asked.reason}
        return _("%(who)s yêu cầu (số %(number)s, trả lời %(deadline)s): %(what)s") % told
    return why_reopened(judged.entries[entry.code], judged.first_pass(entry.code))
