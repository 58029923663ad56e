"""What the team enters: the judgement of one leaf, the choice of leaves to agree with, minutes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chiso.assessments.choices import Pass
from chiso.assessments.models import Appraisal, Entry, Explanation, IndependentScore, LeafScored
from chiso.assessments.pages.answer_words import score_in_words
from chiso.assessments.scores import is_same
from chiso.common.fields import NumberField
from chiso.indexsets.answers import Answer
from chiso.indexsets.facts_form import FactsForm
from chiso.scoring import Input, InputKind, Node

_WORDS = ("version", "reason", "needs_explanation", "needs_visit", "private_note")
AGREE, PROPOSED, VERIFIED, DECIDED, NOT_APPLICABLE = "agree", "proposed", "verified", "decided", "not_applicable"


@dataclass(frozen=True)
class Parties:
    """What was said of a leaf before this judgement, and the judgement itself when it was saved already."""

    entry: Entry
    number: Pass
    first: Appraisal | None
    explanation: Explanation | None
    saved: Appraisal | IndependentScore | None
    is_own: bool = False
    """Whether the own one of two judgements is asked for, which do not see each other."""

    @property
    def before(self) -> LeafScored:
        """What the team starts from, as `actions.appraisal.baseline`."""
        return self.first if self.number == Pass.SECOND and self.first else self.entry


class AppraisalForm(FactsForm):
    """The judgement of one leaf in the running pass (thẩm định): one of up to five ways, and the words for it."""

    choice = forms.ChoiceField(
        label=gettext_lazy("Kết quả thẩm định"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Chưa chọn kết quả thẩm định.")},
    )
    points = NumberField(label=gettext_lazy("Điểm khác"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Lý do, gửi đơn vị"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Bắt buộc khi khác điểm trước đó."),
    )
    needs_explanation = forms.BooleanField(label=gettext_lazy("Yêu cầu giải trình"), required=False)
    needs_visit = forms.BooleanField(label=gettext_lazy("Cần kiểm tra thực tế"), required=False)
    private_note = forms.CharField(
        label=gettext_lazy("Ghi chú nội bộ"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Chỉ Tổ Chuyên viên xem, không gửi đơn vị."),
    )
    version = forms.IntegerField(min_value=0, max_value=10**9, widget=forms.HiddenInput)
    is_own = forms.BooleanField(required=False, widget=forms.HiddenInput)
    explained = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, node: Node, parties: Parties, data: Any = None, *, draft: Mapping[str, Any] | None = None
    ) -> None:
        self.parties = parties
        saved = parties.saved
        super().__init__(node, _facts_shown(parties), data, initial=_initial(parties) | dict(draft or {}))
        self.fields.pop("not_applicable", None)  # Offered as one of the ways, not as a box of its own.
        self.ways = _ways(node, parties)
        self.fields["choice"].choices = [(way["value"], way["label"]) for way in self.ways]  # type: ignore[attr-defined]
        self.initial["version"] = saved.version if saved else 0
        self.initial["is_own"] = parties.is_own
        self.initial["explained"] = _explained(parties)

    def has_figures(self) -> bool:
        return any(way["value"] == VERIFIED for way in self.ways)

    def shows_figures(self) -> bool:
        """Number fields lie open; long lists of levels only when they are used."""
        is_short = all(one.kind not in (InputKind.LEVEL, InputKind.ITEMS) for one in _inputs(self.node))
        return is_short or self.is_bound or self["choice"].value() == VERIFIED

    def may_agree(self) -> bool:
        """Whether one key agrees with what stood before."""
        return any(way["value"] == AGREE for way in self.ways)

    def options(self) -> list[dict[str, Any]]:
        """The ways as `leaf_choices.html` draws them, each with its key."""
        chosen = self["choice"].value()
        return [
            way | {"key": str(number), "is_chosen": way["value"] == chosen}
            for number, way in enumerate(self.ways, start=1)
        ]

    def clean(self) -> dict[str, Any]:
        """Refuse figures that the chosen way would silently throw away, and a way without its figures.

        What was typed without seeing the other's score decides nothing after both gave theirs; what was typed before
        the unit explained anew does not judge words nobody saw.
        """
        data = super().clean() or self.cleaned_data
        choice = data.get("choice")
        if data.get("is_own") and not self.parties.is_own:
            self.add_error(
                None,
                _(
                    "Việc chấm độc lập tiêu chí này đã kết thúc từ khi mở trang. "
                    "Hãy sao chép nội dung rồi tải lại trang để xem."
                ),
            )
        if data.get("explained") not in (None, _explained(self.parties)):
            self.add_error(
                None, _("Đơn vị vừa giải trình lại từ khi mở trang. Hãy sao chép nội dung rồi tải lại trang để xem.")
            )
        if choice and choice != VERIFIED and not self.errors and self._were_facts_edited():
            self.add_error("choice", _("Đã sửa số liệu: hãy chọn “Số liệu đã kiểm tra”, hoặc nhập lại như cũ."))
        if choice == DECIDED and data.get("points") is None and "points" not in self.errors:
            self.add_error("points", _("Chưa nhập điểm khác."))
        if choice and choice != DECIDED and data.get("points") is not None and "points" in self.changed_data:
            self.add_error("choice", _("Đã nhập điểm khác: hãy chọn “Điểm khác, có lý do”, hoặc xóa điểm đó."))
        return data

    def _were_facts_edited(self) -> bool:
        shown = {one.name for one in _inputs(self.node)}
        kept = {name: text for name, text in self.row.facts.items() if name in shown}
        return _as_figures(self._facts()) != _as_figures(kept)

    def answer(self) -> Answer:
        """The judgement as the action takes it."""
        choice = self.cleaned_data["choice"]
        if choice == VERIFIED:
            return Answer(self._facts())
        if choice == NOT_APPLICABLE:
            return Answer({}, not_applicable=True)
        if choice == DECIDED:
            # The facts stay beside the decided points, so that everyone sees what the rule would have given.
            return Answer(self.parties.before.facts, decided=self.cleaned_data["points"])
        row = self.parties.explanation if choice == PROPOSED and self.parties.explanation else self.parties.before
        return Answer(row.facts, not_applicable=row.not_applicable, decided=row.decided)

    def figures(self) -> Answer:
        """The figures as they stand in the form, whatever way is chosen."""
        return Answer(self._facts())

    def opening(self) -> Answer:
        """The figures the form opens with."""
        return Answer(self.row.facts)

    def words(self) -> dict[str, Any]:
        """The rest of what the action takes."""
        return {name: self.cleaned_data[name] for name in _WORDS}


def _inputs(node: Node) -> tuple[Input, ...]:
    return node.rule.inputs if node.rule else ()


def _explained(parties: Parties) -> int:
    """Which version of the unit's explanation the judgement answers; 0 before there is one."""
    return parties.explanation.version if parties.explanation else 0


def _facts_shown(parties: Parties) -> LeafScored:
    """The figures the form opens with: those of this pass, else the last that somebody gave."""
    for row in (parties.saved, parties.explanation if parties.number == Pass.SECOND else None, parties.before):
        if row is not None and row.facts:
            return row
    return parties.entry


def _ways(node: Node, parties: Parties) -> list[dict[str, Any]]:
    before = parties.before
    ways = [_way(AGREE, _agree_label(parties), score_in_words(before))] if before.has_answer() else []
    if parties.number == Pass.SECOND and parties.explanation and parties.explanation.has_answer():
        ways.append(_way(PROPOSED, _("Đồng ý đề nghị của đơn vị"), score_in_words(parties.explanation)))
    if _inputs(node):
        ways.append(_way(VERIFIED, _("Số liệu đã kiểm tra"), ""))
    ways.append(_way(DECIDED, _("Điểm khác, có lý do"), ""))
    if node.not_applicable is not None and not before.not_applicable:
        ways.append(_way(NOT_APPLICABLE, _("Không áp dụng với đơn vị"), ""))
    return ways


def _way(value: str, label: str, points: str) -> dict[str, Any]:
    return {"value": value, "label": label, "points": points}


def _agree_label(parties: Parties) -> str:
    if parties.before is not parties.entry:
        return _("Giữ điểm lần 1")
    return _("Đồng ý không áp dụng") if parties.entry.not_applicable else _("Đồng ý điểm tự chấm")


def _initial(parties: Parties) -> dict[str, Any]:
    saved = parties.saved
    if saved is None:
        return {}
    return {
        "choice": _choice_of(saved, parties),
        "points": saved.decided,
        "reason": saved.reason,
        "needs_explanation": saved.needs_explanation,
        "needs_visit": saved.needs_visit,
        "private_note": saved.private_note,
    }


def _choice_of(saved: Appraisal | IndependentScore, parties: Parties) -> str:
    """Which way a saved judgement was."""
    if _is_copy(saved, parties.before):
        return AGREE
    if parties.number == Pass.SECOND and parties.explanation and _is_copy(saved, parties.explanation):
        return PROPOSED
    if saved.not_applicable:
        return NOT_APPLICABLE
    return VERIFIED if saved.decided is None else DECIDED


def _as_figures(facts: Mapping[str, str]) -> dict[str, Decimal | str]:
    """Facts by value, so that `12.50` is `12.5`."""
    figures: dict[str, Decimal | str] = {}
    for name, text in facts.items():
        try:
            figures[name] = Decimal(text.replace(",", "."))
        except InvalidOperation:
            figures[name] = text
    return figures


def _is_copy(row: LeafScored, other: LeafScored) -> bool:
    return is_same(row, other) and row.facts == other.facts and row.decided == other.decided


class AgreeForm(forms.Form):
    """Which leaves to agree with at once; `count` is what the confirm page said."""

    chosen = forms.MultipleChoiceField(
        label=gettext_lazy("Đồng ý điểm tự chấm của"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Chưa chọn tiêu chí hoặc đơn vị nào."),
            "invalid_choice": gettext_lazy("Danh sách chờ chấm đã thay đổi từ khi mở trang. Hãy chọn lại."),
        },
    )
    count = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, choices: Iterable[tuple[str, str]], data: Any = None) -> None:
        super().__init__(data)
        self.fields["chosen"].choices = list(choices)  # type: ignore[attr-defined]

    def keys(self) -> list[str]:
        """The ticked keys; none while the form is not sent or not valid."""
        chosen = self.cleaned_data.get("chosen", []) if self.is_bound and not self.errors.get("chosen") else []
        return list(chosen)


class MinutesForm(forms.Form):
    """The minutes of a meeting that ends something (biên bản, kết luận)."""

    minutes = forms.CharField(
        label=gettext_lazy("Biên bản họp Tổ"),
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": gettext_lazy("Chưa có nội dung biên bản họp Tổ.")},
    )
