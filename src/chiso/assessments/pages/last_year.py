"""The same leaf a year before, beside the one that is filled in: to compare and to start from, never a score."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from chiso.assessments.models import Entry
from chiso.assessments.pages.answer_words import facts_in_words
from chiso.assessments.pages.document_words import cited_line
from chiso.assessments.pages.leaf_files import trace_of
from chiso.assessments.pages.leaf_papers import CitedDocument, LeafPapers, Said
from chiso.common.addresses import address
from chiso.common.numbers import format_max, format_points
from chiso.evidence.choices import Kind
from chiso.indexsets import questions
from chiso.indexsets.answers import Facts
from chiso.indexsets.reading import index_set_of
from chiso.scoring import Node

FILL = "nam-truoc"
"""The value of `?tu=` that fills the form with the facts of the year before."""


@dataclass(frozen=True)
class OldFile:
    """A document of the year before; `cite` is its key while it can be cited again."""

    name: str
    trace: str
    link: str
    line: str
    view_url: str
    pane_url: str
    cite: int | None


@dataclass(frozen=True)
class LastYear:
    """What the page says of the year before; `why_not` when the leaves cannot be compared."""

    year: int
    why_not: str
    facts: list[tuple[str, str]]
    self_score: str
    final_score: str
    files: list[OldFile]
    fill_url: str


def last_year(entry: Entry, node: Node, papers: LeafPapers, *, may_enter: bool, may_attach: bool) -> LastYear | None:
    """None where the unit was not judged the year before."""
    if not papers.has_last_year:
        return None
    year, said = entry.dossier.round.year - 1, papers.last_year
    old = _same_leaf(node, said)
    if said is None or old is None:
        why_not = _("Bộ chỉ số năm %(year)d không có tiêu chí này hoặc chấm theo cách khác nên không so sánh được.")
        return LastYear(year, why_not % {"year": year}, [], "", "", [], "")
    here = {cited.document.pk for cited in papers.here}
    leaf = address("assessments:leaf", entry.dossier_id, entry.code)
    return LastYear(
        year=year,
        why_not="",
        facts=[("", _("không áp dụng"))] if said.not_applicable else facts_in_words(old, said.facts),
        self_score=_out_of(said, old, said.decided if said.score is None else said.score),
        final_score=_out_of(said, old, said.final),
        files=[_file(leaf, cited, may_cite=may_attach and cited.document.pk not in here) for cited in said.papers],
        fill_url=f"{leaf}?tu={FILL}#leaf" if may_enter and proposed_facts(node, papers) else "",
    )


def proposed_facts(node: Node, papers: LeafPapers) -> Facts:
    """The facts of the year before in terms of this year's rule; none where it asks something else."""
    said = papers.last_year
    old = _same_leaf(node, said)
    if said is None or old is None or questions.why_unlike(old, node):
        return {}
    try:
        return questions.translation_of(old, node).of(said.facts)
    except questions.AsksSomethingElse:
        return {}


def _same_leaf(node: Node, said: Said | None) -> Node | None:
    """The leaf of last year's set with the same code, name and kind of rule."""
    old = index_set_of(said.edition).by_code.get(node.code) if said else None
    if old is None or old.name != node.name or _kind(old) != _kind(node):
        return None
    return old


def _kind(node: Node) -> str:
    return node.rule.kind if node.rule else ""


def _out_of(said: Said, old: Node, points: object) -> str:
    most = "" if old.is_penalty or old.max is None else f"/{format_max(old.max)}"
    return f"{format_points(points, old.precision.places)}{most}"  # type: ignore[arg-type]


def _file(leaf: str, cited: CitedDocument, *, may_cite: bool) -> OldFile:
    document = cited.document
    return OldFile(
        name=document.name,
        trace=trace_of(document),
        link=document.url if document.kind == Kind.LINK else "",
        line=cited_line(document, cited.place),
        view_url=f"{leaf}?xem={cited.citation}#pane",
        pane_url=address("assessments:preview", cited.citation),
        cite=document.pk if may_cite and document.removed_at is None else None,
    )
