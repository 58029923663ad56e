"""The pages of official figures: which leaves there are and how far they are; one leaf over all units of a block."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max

from chiso.assessments.forms.official_figures import FigureForm
from chiso.assessments.models import Appraisal, Entry, IndependentScore
from chiso.assessments.official import leaves_to_enter, official_leaves
from chiso.assessments.pages.answer_words import answer_in_words, in_one_line, score_in_words
from chiso.assessments.pages.overview_steps import blocks_of
from chiso.assessments.queries import ANSWERED
from chiso.common.addresses import address
from chiso.common.dates import format_date
from chiso.indexsets.answers import Answer
from chiso.indexsets.reading import index_set_of
from chiso.organizations.models import User
from chiso.rounds.models import Block, Round
from chiso.scoring import Node

Row = dict[str, Any]


@dataclass(frozen=True)
class OfficialLeaf:
    """One leaf in the list."""

    name: str
    block: str
    source: str
    done: int
    of: int
    as_of: str
    url: str


def official_list(round: Round, user: User) -> tuple[OfficialLeaf, ...]:
    """Every official leaf of which this person enters figures: one query for each block and one for the blocks."""
    found = []
    for block in blocks_of(round):
        block.round = round
        nodes = official_leaves(index_set_of(block.edition))
        rows = leaves_to_enter(user, block).filter(code__in=[node.code for node in nodes]).order_by()
        told = rows.values_list("code").annotate(of=Count("pk"), done=Count("pk", filter=ANSWERED), day=Max("as_of"))
        counts = {code: (of, done, day) for code, of, done, day in told}
        found += [_listed(block, node, *counts[node.code]) for node in nodes if node.code in counts]
    return tuple(found)


def _listed(block: Block, node: Node, of: int, done: int, day: Any) -> OfficialLeaf:
    return OfficialLeaf(
        name=f"{node.code} {node.name}",
        block=block.name,
        source=node.official_source,
        done=done,
        of=of,
        as_of=format_date(day) if day else "",
        url=address("assessments:official_figures", block.round_id, block.pk, node.code),
    )


def entries_of(user: User, block: Block, code: str) -> list[Entry]:
    """The leaf in every unit whose figure this person enters, in the order of the units (one query)."""
    leaves = leaves_to_enter(user, block).filter(code=code).order_by("dossier__unit__code")
    joins = ("dossier__unit", "dossier__round", "dossier__block__edition", "saved_by")
    return list(leaves.select_related(*joins).defer("dossier__block__edition__text", "dossier__block__edition__draft"))


def figure_rows(entries: Sequence[Entry], forms: Sequence[FigureForm], node: Node) -> list[Row]:
    """What each unit's line shows: what is stored, what would be saved, and whether a person judged it already."""
    keys = [entry.pk for entry in entries]
    judged = {row.entry_id: row for row in Appraisal.objects.filter(entry__in=keys).order_by("pass_number")}
    begun = set(IndependentScore.objects.filter(entry__in=keys).values_list("entry_id", flat=True))
    return [
        _row(entry, form, node, judged, is_begun=entry.pk in begun) for entry, form in zip(entries, forms, strict=True)
    ]


def _row(entry: Entry, form: FigureForm, node: Node, judged: Mapping[int, Appraisal], *, is_begun: bool) -> Row:
    now = in_one_line(answer_in_words(node, entry))
    new = ""
    if form.is_bound and form.is_valid() and not _is_stored(entry, form.answer()):
        new = in_one_line(answer_in_words(node, _said(form.answer())))
    appraisal = judged.get(entry.pk)
    differs = appraisal is not None and (appraisal.facts, appraisal.not_applicable) != (
        entry.facts,
        entry.not_applicable,
    )
    return {
        "unit": entry.dossier.unit.name,
        "form": form,
        "version": form["version"],
        "now": now,
        "new": new,
        "score": score_in_words(entry),
        "stored": entry.note if entry.has_answer() else "",
        "as_of": format_date(entry.as_of) if entry.as_of else "",
        "is_judged": appraisal is not None or is_begun,
        "differs": differs,
        "judged": in_one_line(answer_in_words(node, appraisal)) if differs and appraisal else "",
    }


def _is_stored(entry: Entry, answer: Answer) -> bool:
    return (entry.facts, entry.not_applicable) == (dict(answer.facts), answer.not_applicable)


def _said(answer: Answer) -> Entry:
    return Entry(facts=dict(answer.facts), not_applicable=answer.not_applicable)
