"""An answer in words, as people compare it: what was said, what it scored, and how the points came about."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from chiso import scoring
from chiso.assessments.models import Appraisal, Entry, Explanation, LeafScored, Motion
from chiso.common.dates import format_moment
from chiso.common.numbers import NONE_SIGN, format_points
from chiso.indexsets.facts_form import written
from chiso.scoring import Input, InputKind, Node

Row = dict[str, Any]


def facts_in_words(node: Node, facts: Mapping[str, str]) -> list[tuple[str, str]]:
    """(label, value) of every input that was answered, in the order of the form."""
    words = {}
    for one in node.rule.inputs if node.rule else ():
        # The two sides of a branch may use one name.
        if one.name in facts and one.when in ("", facts.get("condition")):
            words[one.name] = (one.label[:1].upper() + one.label[1:], _value_in_words(one, facts[one.name]))
    return list(words.values())


def _value_in_words(one: Input, text: str) -> str:
    if one.kind in (InputKind.LEVEL, InputKind.ITEMS):
        labels = dict(one.choices)
        chosen = [labels[part] for part in text.split(";") if part in labels]
        return "; ".join(chosen) or _("không đạt yêu cầu nào")
    if one.kind == InputKind.YES_NO:
        return dict(one.choices).get(text, text)
    return written(text)


def answer_in_words(node: Node, row: LeafScored) -> list[Row]:
    """The facts, or that the leaf does not apply, or that points were decided against the rule."""
    if row.not_applicable:
        return [{"label": "", "value": _("không áp dụng")}]
    told = [{"label": label, "value": value} for label, value in facts_in_words(node, row.facts)]
    if row.decided is not None:
        told.append({"label": "", "value": _("điểm cho khác cách chấm")})
    return told or [{"label": "", "value": _("chưa có số liệu")}]


def score_in_words(row: LeafScored | None) -> str:
    """`5,66`; a leaf that is not scored, or stays out of the maximum, is `–`."""
    return NONE_SIGN if row is None else format_points(row.score)


def change_in_words(row: LeafScored, before: LeafScored | None) -> str:
    """`−1,40` where a later party gave other points than the one before."""
    if before is None or row.score is None or before.score is None or row.score == before.score:
        return ""
    text = format_points(row.score - before.score)
    return text if row.score < before.score else f"+{text}"


def steps_of(node: Node, row: LeafScored) -> list[Row]:
    """The working (diễn giải cách tính) of an answer, line by line; empty when there is none to show."""
    if not row.has_answer():
        return []
    try:
        outcome = scoring.score_leaf(node, row.all_facts())
    except scoring.FactErrors:
        return []
    return [{"term": step.label, "text": step.text} for step in outcome.steps]


def thread_of(entry: Entry, node: Node, explanation: Explanation | None) -> list[Row]:
    """How a leaf was scored, party by party (component `thread`); needs appraisals with their people at hand."""
    steps = [_self_step(entry, node)]
    passes = {row.pass_number: row for row in entry.appraisals.all()}
    first, second = passes.get(1), passes.get(2)
    if first is not None:
        steps.append(_appraisal_step(first, node, entry))
    if explanation is not None:
        steps.append(_explanation_step(explanation, node, first or entry))
    if second is not None:
        steps.append(_appraisal_step(second, node, first or entry))
    before: LeafScored = second or first or entry
    for motion in getattr(entry, "carried", ()):
        steps.append(_motion_step(motion, node, before))
        before = motion
    return steps


def _motion_step(row: Motion, node: Node, before: LeafScored) -> Row:
    return {
        "title": _("Hội đồng thẩm định"),
        "who": str(row.meeting),
        "when": format_moment(row.concluded_at) if row.concluded_at else "",
        "score": score_in_words(row),
        "change": change_in_words(row, before),
        "text": _joined(answer_in_words(node, row), row.reason),
    }


def _self_step(entry: Entry, node: Node) -> Row:
    return {
        "title": _("Tự chấm"),
        "who": entry.saved_by.full_name if entry.saved_by else entry.dossier.unit.name,
        "when": format_moment(entry.saved_at) if entry.saved_at else "",
        "score": score_in_words(entry),
        "text": _joined(answer_in_words(node, entry), entry.reason, entry.note),
    }


def _appraisal_step(row: Appraisal, node: Node, before: LeafScored) -> Row:
    return {
        "title": row.get_pass_number_display(),
        "who": row.appraised_by.full_name,
        "when": format_moment(row.appraised_at),
        "score": score_in_words(row),
        "change": change_in_words(row, before),
        "text": _joined(answer_in_words(node, row), row.reason),
        "tag_text": _("yêu cầu giải trình") if row.needs_explanation else "",
        "tag_kind": "gold",
    }


def _explanation_step(row: Explanation, node: Node, before: LeafScored) -> Row:
    return {
        "title": _("Giải trình, đề nghị của đơn vị"),
        "who": row.explained_by.full_name,
        "when": format_moment(row.explained_at),
        "score": score_in_words(row),
        "change": change_in_words(row, before),
        "text": _joined(answer_in_words(node, row), row.text),
    }


def in_one_line(told: list[Row]) -> str:
    return "; ".join(f"{item['label']}: {item['value']}" if item["label"] else item["value"] for item in told)


def _joined(told: list[Row], *texts: str) -> str:
    return "\n".join(part for part in (in_one_line(told), *texts) if part)
