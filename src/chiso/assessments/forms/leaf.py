"""The unit's forms on one leaf: its facts with what it says about them, and its explanation."""

from typing import Any, Self

from django import forms
from django.utils.translation import gettext_lazy

from chiso.assessments.models import Entry, Explanation
from chiso.common.fields import NumberField
from chiso.indexsets.facts_form import FactsForm, written
from chiso.scoring import Node


class LeafForm(FactsForm):
    """What a unit enters on a leaf: facts, reasons, the note on how it was scored (thuyết minh)."""

    decided = NumberField(label=gettext_lazy("Tự chấm thấp hơn cách chấm"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Lý do không áp dụng hoặc tự chấm thấp hơn"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    note = forms.CharField(
        label=gettext_lazy("Thuyết minh cách chấm điểm"),
        required=False,
        max_length=10000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(min_value=0, max_value=10**9, widget=forms.HiddenInput)

    @classmethod
    def of(cls, node: Node, entry: Entry, data: Any = None) -> Self:
        """The form of an entry, filled with what is stored unless `data` was sent."""
        stored = {
            "decided": "" if entry.decided is None else written(f"{entry.decided:f}"),
            "reason": entry.reason,
            "note": entry.note,
            "version": entry.version,
        }
        return cls(node, entry, data, initial=stored)

    def has_rare_words(self) -> bool:
        """Whether the part for “not applicable” and lower scores has something to show."""
        rare = ("not_applicable", "decided", "reason")
        return any(self[name].errors or self[name].value() for name in rare if name in self.fields)

    def changes(self, stored: Entry) -> bool:
        """Whether saving would change anything, so that walking on writes no line in the log."""
        answer = self.answer()
        told = (answer.facts, answer.not_applicable, answer.decided)
        kept = (stored.facts, stored.not_applicable, stored.decided)
        words = (self.cleaned_data["reason"], self.cleaned_data["note"])
        return told != kept or words != (stored.reason, stored.note)


class ExplanationForm(FactsForm):
    """The unit's answer to the team on a reopened leaf, with the facts it proposes (giải trình)."""

    text = forms.CharField(
        label=gettext_lazy("Nội dung giải trình"),
        max_length=10000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Chưa có nội dung giải trình.")},
    )
    version = forms.IntegerField(min_value=0, max_value=10**9, widget=forms.HiddenInput)

    @classmethod
    def of(cls, node: Node, entry: Entry, stored: Explanation | None, data: Any = None) -> Self:
        """The form of a leaf's explanation; a first one starts from the unit's own facts."""
        known = {"text": stored.text, "version": stored.version} if stored else {"version": 0}
        return cls(node, stored or entry, data, initial=known)
