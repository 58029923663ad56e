"""What the pages of index sets show, ready to print: every number, date and state in words."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.common.dates import format_date
from chiso.common.numbers import format_number
from chiso.indexsets import policy
from chiso.indexsets.choices import EditionState
from chiso.indexsets.compare_page import seen_by
from chiso.indexsets.consultation_page import ConsultationPart, consultation_part
from chiso.indexsets.contents import Contents
from chiso.indexsets.drafting.findings import Findings, all_findings
from chiso.indexsets.models import Consultation, Edition
from chiso.indexsets.tree_rows import NO_FINDINGS, Fault, Row, faults_of, tree_rows
from chiso.organizations.models import User

_STATE_KIND = {EditionState.DRAFT: "", EditionState.CONSULTING: "gold", EditionState.ISSUED: "green"}


@dataclass(frozen=True)
class EditionLine:
    """One edition in the list."""

    pk: int
    name: str
    authority: str
    version: str
    decision: str
    state: str
    kind: str


@dataclass(frozen=True)
class EditionPage:
    """An edition as a page: its decision, its tree, what is wrong with it, and what this person may do."""

    pk: int
    name: str
    summary: str
    version: str
    state: str
    kind: str
    decision: str
    has_signed_file: bool
    rows: tuple[Row, ...]
    faults: list[Fault]
    faults_title: str
    warnings: list[Fault]
    compared_with: int | None
    consultation: ConsultationPart | None
    may_edit: bool
    may_copy: bool
    may_consult: bool
    may_issue: bool
    may_answer: bool


def editions_for(user: User) -> tuple[EditionLine, ...]:
    """The editions a person may see, the newest first (one query)."""
    editions = Edition.objects.visible_to(user).defer("text", "draft").select_related("index_set__authority")
    return tuple(
        EditionLine(
            pk=edition.pk,
            name=edition.name,
            authority=edition.index_set.authority.name,
            version=version_words(edition),
            decision=decision_words(edition),
            state=edition.get_state_display(),
            kind=_STATE_KIND[EditionState(edition.state)],
        )
        for edition in editions.order_by("-year", "-version", "name")
    )


def edition_page(edition: Edition, user: User, at: datetime) -> EditionPage:
    """Put an edition's page together (4 queries at most, whatever its size)."""
    contents = seen_by(user, edition)
    consults, issues = bool(policy.can_consult(user, edition)), bool(policy.can_issue(user, edition))
    consultation = Consultation.objects.filter(edition=edition).select_related("edition__index_set").first()
    is_issued = edition.state == EditionState.ISSUED
    findings = all_findings(contents.tree) if (consults or issues) and not is_issued else NO_FINDINGS
    return EditionPage(
        pk=edition.pk,
        name=edition.name,
        summary=size_words(contents),
        version=version_words(edition),
        state=edition.get_state_display(),
        kind=_STATE_KIND[EditionState(edition.state)],
        decision=decision_words(edition),
        has_signed_file=bool(edition.signed_file),
        rows=tree_rows(contents, findings),
        faults=faults_of(findings.errors, contents.tree),
        faults_title=faults_title(findings),
        warnings=faults_of(findings.doubts, contents.tree),
        compared_with=edition.supersedes_id or edition.origin_id,
        consultation=consultation_part(consultation, user, at, sees_all=consults or issues) if consultation else None,
        may_edit=not is_issued and bool(policy.can_edit_draft(user, edition)),
        may_copy=bool(own_authorities(user)),
        may_consult=edition.state == EditionState.DRAFT and consults,
        may_issue=not is_issued and issues,
        may_answer=edition.state == EditionState.CONSULTING and consults,
    )


def own_authorities(user: User) -> list[int]:
    """The authorities for which a person may draft sets."""
    return [unit for unit in sorted(user.authorities_run()) if user.coordinates(unit)]


def size_words(contents: Contents) -> str:
    """How big a set is: `52 tiêu chí được chấm, thang 100 điểm`; nothing for a faulty draft."""
    index_set = contents.index_set
    if index_set is None:
        return ""
    count = len(index_set.leaves)
    return ngettext(
        "%(count)d tiêu chí được chấm, thang %(scale)s điểm",
        "%(count)d tiêu chí được chấm, thang %(scale)s điểm",
        count,
    ) % {"count": count, "scale": format_number(index_set.scale)}


def version_words(edition: Edition) -> str:
    return _("năm %(year)d, lần %(version)d") % {"year": edition.year, "version": edition.version}


def decision_words(edition: Edition) -> str:
    if edition.state != EditionState.ISSUED:
        return ""
    return _("Quyết định số %(number)s ngày %(date)s, người ký %(signer)s") % {
        "number": edition.decision_number,
        "date": format_date(edition.decision_date),
        "signer": edition.signer_name,
    }


def faults_title(findings: Findings) -> str:
    count = len(findings.errors)
    return ngettext(
        "Dự thảo còn %(count)d lỗi, chưa lấy ý kiến và ban hành được",
        "Dự thảo còn %(count)d lỗi, chưa lấy ý kiến và ban hành được",
        count,
    ) % {"count": count}
