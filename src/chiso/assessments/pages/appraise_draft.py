"""What the workspace shows of one's draft: in the form, or apart when the judgement was saved since it was begun."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _

from chiso.assessments.drafts import OLD_PAGE, Words, keep_draft, moment_of, words_of
from chiso.assessments.forms.appraisal import DECIDED, VERIFIED, AppraisalForm
from chiso.assessments.models import Appraisal, JudgementDraft
from chiso.assessments.pages.appraise_page import Desk, why_locked
from chiso.common.dates import format_moment, format_time
from chiso.common.refusals import RuleViolation


@dataclass(frozen=True)
class Apart:
    """A draft that waits beside the form: what it says, and until when it was true."""

    told: str
    items: tuple[dict[str, str], ...]
    version: int
    """Of the judgement that the page shows: who takes the draft has seen it."""


def keep_typed(desk: Desk, form: AppraisalForm, typed: QueryDict) -> JudgementDraft:
    """Keep what stands in the form as one's draft; refused where nobody could save it."""
    if locked := why_locked(desk):
        raise RuleViolation(locked)
    if typed.get("is_own") == "True" and not desk.parties.is_own:
        raise RuleViolation(OLD_PAGE)
    return keep_draft(
        desk.user,
        desk.entry,
        desk.parties.number,
        desk.parties.saved,
        desk.at,
        words=words_of(typed, form.fields),
        version=typed.get("version", ""),
        since=desk.since,
    )


def keep_refused(desk: Desk, form: AppraisalForm) -> Desk:
    """Keep what a refused save said, so that without JavaScript, too, nothing is lost with the page."""
    try:
        return replace(desk, draft=keep_typed(desk, form, form.data))  # type: ignore[arg-type]  # it was posted
    except RuleViolation:
        return desk  # The form itself says why nothing is saved here.


def draft_page(desk: Desk, form: AppraisalForm) -> dict[str, Any]:
    """The part of the context about the draft."""
    draft, current = desk.draft, desk.draft_in_form
    return {
        "drafted": drafted_words(current) if current else "",
        "apart": _apart(desk, draft, form) if draft and not current else None,
    }


def drafted_words(draft: JudgementDraft) -> str:
    return _("Nháp, đã lưu %(time)s") % {"time": format_time(draft.saved_at)}


def _apart(desk: Desk, draft: JudgementDraft, form: AppraisalForm) -> Apart:
    saved = desk.parties.saved
    return Apart(
        told=_told(desk, draft),
        items=tuple({"term": term, "text": text} for term, text in _said(form, draft.words)),
        version=saved.version if saved else 0,
    )


def _told(desk: Desk, draft: JudgementDraft) -> str:
    saved, words = desk.parties.saved, {"time": format_moment(draft.saved_at)}
    explanation = desk.parties.explanation
    if explanation and explanation.explained_at == desk.since:
        words["when"] = format_moment(explanation.explained_at)
        return _("Bản nháp của bạn lúc %(time)s, soạn trước khi đơn vị giải trình lúc %(when)s.") % words
    if saved is None:
        return _("Bản nháp của bạn lúc %(time)s, soạn trước khi đủ điểm của hai người.") % words
    words["when"] = format_moment(moment_of(saved))
    if isinstance(saved, Appraisal) and saved.appraised_by_id != desk.user.pk:
        words["who"] = saved.appraised_by.full_name
        return _("Bản nháp của bạn lúc %(time)s, soạn trước khi %(who)s chấm lúc %(when)s.") % words
    return _("Bản nháp của bạn lúc %(time)s, soạn trước khi bạn lưu điểm lúc %(when)s.") % words


def _said(form: AppraisalForm, words: Words) -> Iterator[tuple[str, str]]:
    """What a draft says, field by field; figures and points only where its way of judging uses them."""
    way = words.get("choice")
    facts = {name for name in form.fields if name not in form.base_fields}
    for bound in form:
        is_unused = way != VERIFIED if bound.name in facts else bound.name == "points" and way != DECIDED
        if is_unused:
            continue
        if text := _in_words(bound, words.get(bound.name, "")):
            yield str(bound.label), text


def _in_words(bound: BoundField, value: Any) -> str:
    if isinstance(bound.field, forms.ChoiceField):
        chosen = value if isinstance(value, list) else [value]
        return "; ".join(str(label) for key, label in bound.field.choices if key in chosen)  # type: ignore[misc,union-attr]  # we give lists only
    if isinstance(bound.field, forms.BooleanField):
        return _("có") if value else ""
    return str(value)
