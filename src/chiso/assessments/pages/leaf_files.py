"""The documents of a leaf as its page lists them: what each is, what to look at again, what may be done with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from chiso.assessments import windows
from chiso.assessments.models import Dossier, Entry
from chiso.assessments.pages.document_words import cited_line, document_line, format_size
from chiso.assessments.pages.dossier_rows import LeafRow
from chiso.assessments.pages.leaf_papers import CitedDocument, LeafPapers
from chiso.assessments.pages.plan_dates import not_before, plan_day
from chiso.common.addresses import address
from chiso.common.dates import format_date
from chiso.evidence.advice import Advice, advice_on
from chiso.evidence.choices import Kind
from chiso.evidence.models import Document
from chiso.rounds.choices import StageKey


@dataclass(frozen=True)
class FileRow:
    """A document of the leaf: where it opens, what was noticed, and whether it can be changed now.

    Of a document that was removed only `trace` is told.
    """

    citation: int
    name: str
    trace: str
    link: str
    view_url: str
    pane_url: str
    download_url: str
    line: str
    size: str
    advice: list[Advice]
    is_supplement: bool
    is_revision: bool
    edit_url: str
    edit_pane_url: str
    remove_url: str


@dataclass(frozen=True)
class Reusable:
    """Documents that could prove this leaf too, under one heading; joined here, since there may be hundreds."""

    title: str
    options: SafeString


def file_rows(entry: Entry, papers: LeafPapers, *, may_change: bool) -> list[FileRow]:
    stage = windows.document_stage(entry.dossier)
    plan = plan_day(cited.document for cited in papers.here)
    return [_file_row(entry, cited, plan, is_ours_now=may_change and cited.stage == stage) for cited in papers.here]


def _file_row(entry: Entry, cited: CitedDocument, plan: date | None, *, is_ours_now: bool) -> FileRow:
    document, pk = cited.document, cited.citation
    leaf = address("assessments:leaf", entry.dossier_id, entry.code)
    is_link = document.kind == Kind.LINK
    return FileRow(
        citation=pk,
        name=document.name,
        trace=trace_of(document),
        link=document.url if is_link else "",
        view_url=f"{leaf}?xem={pk}#pane",
        pane_url=address("assessments:preview", pk),
        download_url="" if is_link else address("assessments:document", pk) + "?tai-ve=1",
        line=cited_line(document, cited.place),
        size="" if is_link else format_size(document.size),
        advice=[] if document.removed_at else advice_of(entry.dossier, cited, plan),
        is_supplement=cited.stage != StageKey.SELF_ASSESSMENT,
        is_revision=document.replaces_id is not None,
        edit_url=f"{leaf}?sua={pk}#pane" if is_ours_now and not document.removed_at else "",
        edit_pane_url=address("assessments:edit_citation", pk),
        remove_url=address("assessments:remove_citation", pk) if is_ours_now else "",
    )


def trace_of(document: Document) -> str:
    """What is left to say of a document whose content was removed; empty of all others."""
    if document.removed_at is None:
        return ""
    return _("Tài liệu đã gỡ theo quy định bảo vệ bí mật nhà nước ngày %(date)s.") % {
        "date": format_date(document.removed_at)
    }


def advice_of(dossier: Dossier, cited: CitedDocument, plan: date | None = None) -> list[Advice]:
    """What the machine noticed in a document, for the year of the round and the deadline of its stage; no query.

    `plan` is the day of the plan cited beside it, if there is one.
    """
    supplement = cited.stage != StageKey.SELF_ASSESSMENT
    return advice_on(
        cited.document,
        year=dossier.round.year,
        months_before=dossier.round.evidence_months_before,
        deadline=windows.deadline(dossier, StageKey.SUPPLEMENT if supplement else StageKey.SELF_ASSESSMENT),
        not_before=not_before(cited.document, plan),
    )


def reusable(rows: Mapping[str, LeafRow], entry: Entry, papers: LeafPapers) -> list[Reusable]:
    """Documents that prove other leaves of this dossier, or proved this one a year before, and are not here yet."""
    here = {paper.document for paper in rows[entry.code].papers}
    mine = {
        paper.document: paper.name
        for row in rows.values()
        for paper in row.papers
        if paper.document not in here and paper.removed_at is None
    }
    before = papers.last_year.papers if papers.last_year else ()
    last_year = {
        cited.document.pk: " · ".join(filter(None, (cited.document.name, document_line(cited.document))))
        for cited in before
        if cited.document.pk not in here and cited.document.removed_at is None
    }
    groups = (
        Reusable(_("Ở tiêu chí khác của hồ sơ này"), _by_name(mine)),
        Reusable(_("Của tiêu chí này năm %(year)d") % {"year": entry.dossier.round.year - 1}, _by_name(last_year)),
    )
    return [group for group in groups if group.options]


def _by_name(documents: dict[int, str]) -> SafeString:
    named = sorted(documents.items(), key=lambda known: known[1])
    options = "".join(f'<option value="{pk}">{escape(name)}</option>' for pk, name in named)
    return mark_safe(options)  # noqa: S308 names are escaped, the rest is ours
