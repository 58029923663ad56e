"""What the council enters: a meeting's time and place, who is present, a proposal, a vote, the conclusion."""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chiso.assessments.choices import Choice, MeetingForm
from chiso.assessments.models import Explanation, LeafScored, Meeting, Motion
from chiso.assessments.pages.answer_words import score_in_words
from chiso.common.dates import end_of_day
from chiso.common.fields import DateField, NumberField
from chiso.indexsets.answers import Answer
from chiso.rounds.models import PanelMember

KEEP, PROPOSED, DECIDED = "keep", "proposed", "decided"


class HourField(forms.CharField):
    """An hour as it is said: `08:30`."""

    widget = forms.TextInput(attrs={"placeholder": "08:30", "autocomplete": "off", "inputmode": "numeric"})

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=5, **options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        hours, colon, minutes = text.strip().partition(":")
        try:
            return time(int(hours), int(minutes) if colon else -1)
        except ValueError:
            raise forms.ValidationError(_("Viết giờ:phút, như 08:30.")) from None


class ConveneForm(forms.Form):
    """When and where the council meets; or until when it answers in writing."""

    form = forms.ChoiceField(
        label=gettext_lazy("Hình thức"), choices=MeetingForm.choices, widget=forms.RadioSelect, required=False
    )
    day = DateField(label=gettext_lazy("Ngày họp"), required=False)
    hour = HourField(label=gettext_lazy("Giờ họp"), required=False)
    place = forms.CharField(label=gettext_lazy("Địa điểm"), max_length=200, required=False)
    until = DateField(
        label=gettext_lazy("Gửi ý kiến hết ngày"),
        help_text=gettext_lazy("Chỉ nhập khi xin ý kiến bằng văn bản."),
        required=False,
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"form": MeetingForm.MEETING})

    @property
    def is_written(self) -> bool:
        return self.cleaned_data.get("form") == MeetingForm.WRITTEN

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.is_written:
            missing = {"until": _("Chưa nhập hạn gửi ý kiến.")}
        else:
            missing = {
                "day": _("Chưa nhập ngày họp."),
                "hour": _("Chưa nhập giờ họp."),
                "place": _("Chưa nhập địa điểm."),
            }
        for name, sentence in missing.items():
            if data.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, sentence)
        return data

    def words(self, at: datetime) -> dict[str, Any]:
        """The meeting as the action takes it."""
        data = self.cleaned_data
        if self.is_written:
            return {"form": MeetingForm.WRITTEN, "held_at": at, "answers_until": end_of_day(data["until"])}
        held_at = timezone.make_aware(datetime.combine(data["day"], data["hour"]))
        return {"form": MeetingForm.MEETING, "held_at": held_at, "place": data["place"]}


class MoveForm(ConveneForm):
    """Another hour for a meeting, more time for a consultation in writing, and why. Its form does not change."""

    reason = forms.CharField(
        label=gettext_lazy("Lý do"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Chưa nêu lý do.")},
    )

    def __init__(self, meeting: Meeting, data: Any = None) -> None:
        super().__init__(data)
        self._is_written = meeting.form == MeetingForm.WRITTEN
        for name in ("form", "day", "hour", "place") if self._is_written else ("form", "until"):
            del self.fields[name]

    @property
    def is_written(self) -> bool:
        return self._is_written

    def words(self, at: datetime) -> dict[str, Any]:
        words = super().words(at) | {"reason": self.cleaned_data["reason"]}
        del words["form"]
        return words


class AttendanceForm(forms.Form):
    """Who is in the room (điểm danh), and why others are not."""

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
        for key, member in self.members.items():
            label = _("%(name)s vắng vì") % {"name": member.user.full_name}
            self.fields[f"why_{key}"] = forms.CharField(label=label, max_length=200, required=False)

    def reasons(self) -> list[forms.BoundField]:
        return [self[f"why_{key}"] for key in self.members]

    def chosen(self) -> list[PanelMember]:
        return [self.members[key] for key in self.cleaned_data["present"]]

    def absences(self) -> dict[int, str]:
        here = self.cleaned_data["present"]
        return {member.pk: self.cleaned_data[f"why_{key}"] for key, member in self.members.items() if key not in here}


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

    is_secret = forms.BooleanField(
        label=gettext_lazy("Bỏ phiếu kín"),
        help_text=gettext_lazy("Không ai thấy ý kiến của từng người; phiếu đã bỏ không đổi được."),
        required=False,
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
    """One member's vote on one motion, with a dissenting opinion if there is one."""

    choice = forms.ChoiceField(choices=Choice.choices)
    dissent = forms.CharField(max_length=2000, required=False)


class ConcludeForm(forms.Form):
    """The end of a motion: what was resolved, and what the presiding member says of a secret tie."""

    resolution = forms.CharField(max_length=2000, required=False)
    casting = forms.ChoiceField(choices=[(one, one.label) for one in (Choice.FOR, Choice.AGAINST)], required=False)


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=2000, error_messages={"required": gettext_lazy("Chưa nêu lý do.")})


class OpinionForm(forms.Form):
    """A dissenting opinion on the whole (bảo lưu ý kiến); empty agrees."""

    dissent = forms.CharField(max_length=2000, required=False)


class AddItemForm(forms.Form):
    """A leaf put on the agenda by hand, and why."""

    unit = forms.ChoiceField(
        label=gettext_lazy("Đơn vị"), error_messages={"required": gettext_lazy("Chưa chọn đơn vị.")}
    )
    code = forms.ChoiceField(
        label=gettext_lazy("Mục chấm điểm"), error_messages={"required": gettext_lazy("Chưa chọn mục chấm điểm.")}
    )
    reason = forms.CharField(
        label=gettext_lazy("Lý do đưa vào chương trình"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Chưa nêu lý do.")},
    )

    def __init__(
        self, units: list[tuple[str, str]], leaves: list[tuple[str, str]], data: Any = None, initial: Any = None
    ) -> None:
        super().__init__(data, initial=initial)
        for name, choices in (("unit", units), ("code", leaves)):
            self.fields[name].choices = [("", _("Hãy chọn")), *choices]  # type: ignore[attr-defined]


class EnBlocForm(forms.Form):
    """The items that nobody disputes, adopted together."""

    items = forms.MultipleChoiceField(error_messages={"required": gettext_lazy("Chưa chọn mục nào để thông qua.")})
    resolution = forms.CharField(
        label=gettext_lazy("Kết luận chung"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, keys: Iterable[int], data: Any = None) -> None:
        super().__init__(data)
        self.fields["items"].choices = [(str(key), str(key)) for key in keys]  # type: ignore[attr-defined]

    def items_errors(self) -> list[str]:
        """In a template, `errors.items` would be the method of a dictionary."""
        return [str(error) for error in self.errors.get("items", ())]

    def chosen(self) -> list[int]:
        return [int(key) for key in self.cleaned_data["items"]]


class SignedMinutesForm(forms.Form):
    """The scan of the signed minutes."""

    file = forms.FileField(error_messages={"required": gettext_lazy("Chưa chọn tệp biên bản đã ký.")})


class ConclusionForm(forms.Form):
    """What the council concludes when it adopts the result (kết luận phiên họp)."""

    minutes = forms.CharField(
        label=gettext_lazy("Kết luận phiên họp"),
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": gettext_lazy("Chưa có kết luận phiên họp.")},
    )
