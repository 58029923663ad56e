"""What lies beside a leaf on the appraiser's desk: its documents with what was noticed in them, and the year before."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from chiso.assessments.choices import Pass
from chiso.assessments.forms.appraisal import Parties
from chiso.assessments.models import Citation, Entry, LeafScored
from chiso.assessments.pages.answer_words import facts_in_words
from chiso.assessments.pages.document_words import cited_line, format_size
from chiso.assessments.pages.last_year import LastYear, last_year
from chiso.assessments.pages.leaf_files import advice_of, trace_of
from chiso.assessments.pages.leaf_pane import Preview, preview_of
from chiso.assessments.pages.leaf_papers import CitedDocument, LeafPapers, Said
from chiso.assessments.pages.pass_rows import Row
from chiso.assessments.pages.plan_dates import plan_day
from chiso.assessments.scores import counting, with_all_scores
from chiso.common.addresses import address
from chiso.common.dates import format_moment
from chiso.common.numbers import NONE_SIGN, format_number
from chiso.evidence.choices import Kind
from chiso.organizations.models import User
from chiso.rounds.choices import StageKey
from chiso.scoring import Node

# ---- documents -------------------------------------------------------------------


def documents_of(user: User, entry: Entry, number: Pass, chosen: str, at: datetime) -> tuple[list[Row], Preview | None]:
    """The leaf's documents and the one to look at: the chosen, else the first new one that can be shown, else any."""
    known = Citation.objects.filter(entry=entry)
    if entry.dossier.round.stage == StageKey.SUPPLEMENT:
        known = known.exclude(stage=StageKey.SUPPLEMENT)  # Not sent yet: the unit may still take it back.
    citations = list(known.select_related("document").order_by("added_at", "pk"))
    plan = plan_day(citation.document for citation in citations)
    rows = [_row(entry, citation, number, plan) for citation in citations]
    readable = [row for row in rows if not row["link"] and not row["trace"]] or rows
    first = next((row for row in readable if row["is_new"]), readable[0] if readable else None)
    current = next((row for row in rows if str(row["pk"]) == chosen), first)
    shown = next((one for one in citations if current and one.pk == current["pk"]), None)
    preview = preview_of(user, entry, CitedDocument.of(shown), at, plan=plan) if shown else None
    return [row | {"is_current": row is current} for row in rows], preview


def _row(entry: Entry, citation: Citation, number: Pass, plan: date | None) -> Row:
    document, cited = citation.document, CitedDocument.of(citation)
    is_link = document.kind == Kind.LINK
    return {
        "pk": citation.pk,
        "name": document.name,
        "line": cited_line(document, citation.place),
        "url": address("assessments:document", citation.pk),
        "link": document.url if is_link else "",
        "trace": trace_of(document),
        "size": "" if is_link else format_size(document.size),
        "advice": [] if document.removed_at else advice_of(entry.dossier, cited, plan),
        "is_new": number == Pass.SECOND and citation.stage != StageKey.SELF_ASSESSMENT,
    }


# ---- since pass 1 ----------------------------------------------------------------


def news_of(parties: Parties, node: Node, documents: list[Row]) -> list[str]:
    """What came since pass 1, line by line: the explanation, each figure that changed, new documents."""
    if parties.number != Pass.SECOND:
        return []
    told = []
    if answer := parties.explanation:
        told.append(_("Đơn vị giải trình lúc %(when)s.") % {"when": format_moment(answer.explained_at)})
        told += _changed_facts(node, parties.entry, answer)
    new = [row["name"] for row in documents if row["is_new"]]
    if new:
        told.append(
            _("Tài liệu mới (%(count)s): %(names)s.") % {"count": format_number(len(new)), "names": ", ".join(new)}
        )
    return told


def _changed_facts(node: Node, before: LeafScored, after: LeafScored) -> list[str]:
    old, new = dict(facts_in_words(node, before.facts)), dict(facts_in_words(node, after.facts))
    return [
        f"{label}: {old.get(label, NONE_SIGN)} → {new.get(label, NONE_SIGN)}"
        for label in dict.fromkeys([*old, *new])
        if old.get(label) != new.get(label)
    ]


# ---- the year before -------------------------------------------------------------


def year_before(entry: Entry, node: Node) -> LastYear | None:
    """The same leaf as it was published the year before; None where the unit was not judged then."""
    round = entry.dossier.round
    rows = Entry.objects.filter(
        dossier__unit=entry.dossier.unit_id,
        dossier__round__authority=round.authority_id,
        dossier__round__year=round.year - 1,
        dossier__round__stage=StageKey.PUBLISHED,
        code=entry.code,
    )
    old = rows.select_related("dossier__block__edition").prefetch_related(*with_all_scores()).order_by("-pk").first()
    if old is None:
        return None
    said = Said(
        facts=old.facts,
        not_applicable=old.not_applicable,
        decided=old.decided,
        score=old.score,
        effective_max=old.effective_max,
        final=counting(old).score,
        edition=old.dossier.block.edition,
        papers=(),
    )
    return last_year(entry, node, LeafPapers((), True, said), may_enter=False, may_attach=False)  # noqa: FBT003
