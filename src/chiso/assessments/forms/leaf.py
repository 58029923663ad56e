"""The unit's forms on one leaf: its facts with what it says about them, and its explanation."""

from typing import Any, Self

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chiso.assessments.models import Entry, Explanation
from chiso.common.fields import DateField, NumberField
from chiso.indexsets.answers import Answer, Facts
from chiso.indexsets.facts_form import FactsForm, written
from chiso.scoring import Node

_AS_OF = gettext_lazy("Số liệu đến ngày")


class LeafForm(FactsForm):
    """What a unit enters on a leaf: facts, reasons, the note on how it was scored (thuyết minh)."""

    decided = NumberField(label=gettext_lazy("Tự chấm thấp hơn cách chấm"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Lý do không áp dụng hoặc tự chấm thấp hơn"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    as_of = DateField(label=_AS_OF, required=False)
    note = forms.CharField(
        label=gettext_lazy("Thuyết minh cách chấm điểm"),
        required=False,
        max_length=10000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    no_document = forms.BooleanField(label=gettext_lazy("Không có tài liệu; thuyết minh thay tài liệu"), required=False)
    version = forms.IntegerField(min_value=0, max_value=10**9, widget=forms.HiddenInput)

    @classmethod
    def of(cls, node: Node, entry: Entry, data: Any = None, *, proposed: Facts | None = None) -> Self:
        """The form of an entry, filled with what is stored unless `data` was sent; `proposed` replaces its facts."""
        stored = {
            "decided": "" if entry.decided is None else written(f"{entry.decided:f}"),
            "reason": entry.reason,
            "as_of": entry.as_of,
            "note": entry.note,
            "no_document": entry.no_document,
            "version": entry.version,
        }
        row = entry if proposed is None else Answer(proposed, decided=entry.decided)
        form = cls(node, row, data, initial=stored)
        if not node.evidence and not entry.no_document:
            del form.fields["no_document"]  # Nothing is asked for, so nothing has to stand in its place.
        return form

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("no_document") and not given.get("note", "").strip() and "note" not in self.errors:
            self.add_error("note", _("Khai không có tài liệu thì phải có thuyết minh thay tài liệu."))
        return given

    def told(self) -> dict[str, Any]:
        """What was entered, as `save_entry` takes it."""
        given = self.cleaned_data
        return {
            "version": given["version"],
            "answer": self.answer(),
            "reason": given["reason"],
            "note": given["note"],
            "as_of": given["as_of"],
            "no_document": given.get("no_document", False),
        }

    def has_rare_words(self) -> bool:
        """Whether the part for “not applicable” and lower scores has something to show."""
        rare = ("not_applicable", "decided", "reason")
        return any(self[name].errors or self[name].value() for name in rare if name in self.fields)

    def changes(self, stored: Entry) -> bool:
        """Whether saving would change anything, so that walking on writes no line in the log."""
        told = self.told()
        answer: Answer = told["answer"]
        if (answer.facts, answer.not_applicable, answer.decided) != (
            stored.facts,
            stored.not_applicable,
            stored.decided,
        ):
            return True
        return any(told[name] != getattr(stored, name) for name in ("reason", "note", "as_of", "no_document"))


class ExplanationForm(FactsForm):
    """The unit's answer to the team on a reopened leaf, with the facts it proposes (giải trình)."""

    text = forms.CharField(
        label=gettext_lazy("Nội dung giải trình"),
        max_length=10000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Chưa có nội dung giải trình.")},
    )
    as_of = DateField(label=_AS_OF, required=False)
    version = forms.IntegerField(min_value=0, max_value=10**9, widget=forms.HiddenInput)

    @classmethod
    def of(cls, node: Node, entry: Entry, stored: Explanation | None, data: Any = None) -> Self:
        """The form of a leaf's explanation; a first one starts from the unit's own facts."""
        known = {"text": stored.text, "as_of": stored.as_of, "version": stored.version} if stored else {"version": 0}
        return cls(node, stored or entry, data, initial=known)

    def told(self) -> dict[str, Any]:
        """What was entered, as `explain_entry` takes it."""
        given = self.cleaned_data
        return {
            "version": given["version"],
            "text": given["text"],
            "as_of": given["as_of"],
            "answer": self.answer(),
        }


def saved_over(data: Any, version: int) -> Any:
    """What was sent, to be saved over a version that its author has seen now."""
    sent = data.copy()
    sent["version"] = str(version)
    return sent
