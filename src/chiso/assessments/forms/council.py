"""What the council enters: a meeting's time and place, who is present, a proposal, a vote, the conclusion."""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chiso.assessments.choices import Choice
from chiso.assessments.models import Explanation, LeafScored, Motion
from chiso.assessments.pages.answer_words import score_in_words
from chiso.common.fields import DateField, NumberField
from chiso.indexsets.answers import Answer
from chiso.rounds.models import PanelMember

KEEP, PROPOSED, DECIDED = "keep", "proposed", "decided"


class ConveneForm(forms.Form):
    """When and where the council meets."""

    day = DateField(label=gettext_lazy("Ngày họp"), error_messages={"required": gettext_lazy("Chưa nhập ngày họp.")})
    hour = forms.CharField(
        label=gettext_lazy("Giờ họp"),
        max_length=5,
        widget=forms.TextInput(attrs={"placeholder": "08:30", "autocomplete": "off", "inputmode": "numeric"}),
        error_messages={"required": gettext_lazy("Chưa nhập giờ họp.")},
    )
    place = forms.CharField(
        label=gettext_lazy("Địa điểm"),
        max_length=200,
        error_messages={"required": gettext_lazy("Chưa nhập địa điểm.")},
    )

    def clean_hour(self) -> time:
        hours, colon, minutes = self.cleaned_data["hour"].strip().partition(":")
        try:
            return time(int(hours), int(minutes) if colon else -1)
        except ValueError:
            raise forms.ValidationError(_("Viết giờ:phút, như 08:30.")) from None

    def held_at(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.cleaned_data["day"], self.cleaned_data["hour"]))


class AttendanceForm(forms.Form):
    """Who is in the room (điểm danh)."""

    present = forms.MultipleChoiceField(
        label=gettext_lazy("Thành viên có mặt"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Chưa đánh dấu thành viên nào có mặt.")},
    )

    def __init__(self, members: Iterable[PanelMember], data: Any = None) -> None:
        self.members = {str(member.pk): member for member in members}
        super().__init__(data, initial={"present": list(self.members)})
        self.fields["present"].choices = [  # type: ignore[attr-defined]
            (key, f"{member.user.full_name} · {member.get_position_display()}") for key, member in self.members.items()
        ]

    def chosen(self) -> list[PanelMember]:
        return [self.members[key] for key in self.cleaned_data["present"]]


class ProposalForm(forms.Form):
    """The score put to the vote on a disputed leaf, and why."""

    choice = forms.ChoiceField(
        label=gettext_lazy("Điểm đề nghị biểu quyết"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Chưa chọn điểm đề nghị.")},
    )
    points = NumberField(label=gettext_lazy("Điểm khác"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Lý do"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Chưa nêu lý do đưa ra biểu quyết.")},
    )

    def __init__(self, counting: LeafScored, explanation: Explanation | None, data: Any = None) -> None:
        self.counting, self.explanation = counting, explanation
        super().__init__(data)
        self.ways = [{"value": KEEP, "label": _keep_label(counting), "points": score_in_words(counting)}]
        if explanation is not None and explanation.has_answer():
            proposed = {"value": PROPOSED, "label": _("Theo đề nghị của đơn vị"), "points": score_in_words(explanation)}
            self.ways.append(proposed)
        self.ways.append({"value": DECIDED, "label": _("Điểm khác"), "points": ""})
        self.fields["choice"].choices = [(way["value"], way["label"]) for way in self.ways]  # type: ignore[attr-defined]

    def options(self) -> list[dict[str, Any]]:
        chosen = self["choice"].value()
        return [way | {"is_chosen": way["value"] == chosen} for way in self.ways]

    def clean(self) -> dict[str, Any]:
        """Refuse “another score” without points, and points that the chosen way would throw away."""
        data = super().clean() or self.cleaned_data
        is_decided, has_points = data.get("choice") == DECIDED, data.get("points") is not None
        if is_decided and not has_points and "points" not in self.errors:
            self.add_error("points", _("Chưa nhập điểm khác."))
        if data.get("choice") and has_points and not is_decided:
            self.add_error("choice", _("Đã nhập điểm khác: hãy chọn “Điểm khác”, hoặc xóa điểm đó."))
        return data

    def answer(self) -> Answer:
        """The proposal as the action takes it; the facts stay beside decided points."""
        choice = self.cleaned_data["choice"]
        if choice == DECIDED:
            return Answer(self.counting.facts, decided=self.cleaned_data["points"])
        row = self.explanation if choice == PROPOSED and self.explanation else self.counting
        return Answer(row.facts, not_applicable=row.not_applicable, decided=row.decided)


def _keep_label(counting: LeafScored) -> str:
    return _("Giữ điểm Hội đồng đã thông qua") if isinstance(counting, Motion) else _("Giữ điểm thẩm định")


class VoteForm(forms.Form):
    """One member's vote on one motion."""

    choice = forms.ChoiceField(choices=Choice.choices)


class ConclusionForm(forms.Form):
    """What the council concludes when it adopts the result (kết luận phiên họp)."""

    minutes = forms.CharField(
        label=gettext_lazy("Kết luận phiên họp"),
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": gettext_lazy("Chưa có kết luận phiên họp.")},
    )
