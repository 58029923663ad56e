"""What the coordinator fills in to chase."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chiso.common.dates import end_of_day
from chiso.common.fields import DateField
from chiso.tracking.actions import LetterDraft
from chiso.tracking.actions.urging import LONGEST_MESSAGE
from chiso.tracking.chasing import OVERDUE, SOON, UNOPENED

_DAY = re.compile(r"\d{1,3}")


class DaysField(forms.Field):
    """Numbers of days, written `7, 3, 1`; empty is none."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def to_python(self, value: Any) -> list[int]:
        if isinstance(value, list):
            return value
        words = [word for word in re.split(r"[\s,;]+", str(value or "").strip()) if word]
        if bad := [word for word in words if not _DAY.fullmatch(word)]:
            raise ValidationError(
                _("“%(words)s” không phải là số ngày. Viết các số nguyên cách nhau bằng dấu phẩy, như 7, 3, 1.")
                % {"words": ", ".join(bad)[:60]}
            )
        return [int(word) for word in words]

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(data) != initial)


class ReminderRulesForm(forms.Form):
    """When the clock reminds."""

    is_on = forms.BooleanField(label=gettext_lazy("Tự động nhắc việc"), required=False)
    days_before = DaysField(
        label=gettext_lazy("Nhắc trước hạn (ngày)"),
        help_text=gettext_lazy("0 là ngày cuối cùng. Để trống: không nhắc trước hạn."),
        required=False,
    )
    days_after = DaysField(
        label=gettext_lazy("Nhắc sau hạn (ngày)"),
        help_text=gettext_lazy("1 là ngày trễ đầu tiên. Để trống: không nhắc sau hạn."),
        required=False,
    )
    hour = forms.IntegerField(
        label=gettext_lazy("Giờ nhắc"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=gettext_lazy("Giờ Việt Nam, từ 0 đến 23. Hệ thống dừng lúc đó thì nhắc muộn hơn trong cùng ngày."),
        error_messages={
            "required": gettext_lazy("Chưa ghi giờ nhắc."),
            "invalid": gettext_lazy("Giờ nhắc phải là số nguyên, như 7."),
        },
    )


class ChaseFilterForm(forms.Form):
    """A GET form; what is not a choice falls back to all."""

    nhiem_vu = forms.ChoiceField(label=gettext_lazy("Nhiệm vụ"), required=False)
    loc = forms.ChoiceField(
        label=gettext_lazy("Chỉ xem"),
        choices=[
            ("", gettext_lazy("tất cả")),
            (OVERDUE, gettext_lazy("quá hạn")),
            (SOON, gettext_lazy("đến hạn trong 7 ngày")),
            (UNOPENED, gettext_lazy("chưa mở lần nhắc gần nhất")),
        ],
        required=False,
    )

    def __init__(self, data: Any, *, tasks: list[tuple[str, str]]) -> None:
        super().__init__({name: data.get(name, "") for name in self.base_fields})
        self.fields["nhiem_vu"] = forms.ChoiceField(
            label=_("Nhiệm vụ"), required=False, choices=[("", _("tất cả")), *tasks]
        )
        self.is_valid()

    def chosen(self, name: str) -> str:
        return str(self.cleaned_data.get(name, ""))


class UrgeForm(forms.Form):
    """The coordinator's words, and the letter that goes with them if one is wanted."""

    shown = forms.IntegerField(widget=forms.HiddenInput)
    message = forms.CharField(
        label=gettext_lazy("Lời nhắn kèm theo"),
        max_length=LONGEST_MESSAGE,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    with_letter = forms.BooleanField(
        label=gettext_lazy("Kèm công văn đôn đốc"),
        help_text=gettext_lazy("Gửi cơ quan, đơn vị của một nhiệm vụ; tải được bản Word, trước và sau khi gửi."),
        required=False,
    )
    number = forms.CharField(label=gettext_lazy("Số công văn"), max_length=50, required=False)
    day = DateField(label=gettext_lazy("Ngày công văn"), required=False)
    until = DateField(
        label=gettext_lazy("Yêu cầu hoàn thành đến hết ngày"),
        help_text=gettext_lazy("Không thay cho gia hạn: ngày trễ vẫn tính theo Kế hoạch."),
        required=False,
    )
    text = forms.CharField(
        label=gettext_lazy("Nội dung yêu cầu"),
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.letter_fields = [self[name] for name in ("with_letter", "number", "day", "until", "text")]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("with_letter"):
            needed = {
                "number": _("Chưa ghi số công văn."),
                "day": _("Chưa ghi ngày công văn."),
                "until": _("Chưa ghi hạn yêu cầu."),
                "text": _("Chưa ghi nội dung yêu cầu."),
            }
            for name, sentence in needed.items():
                if name not in self.errors and not given.get(name):
                    self.add_error(name, sentence)
        return given

    def letter(self) -> LetterDraft | None:
        """The letter as written, where one is wanted."""
        given = self.cleaned_data
        if not given["with_letter"]:
            return None
        return LetterDraft(given["number"], given["day"], given["text"], end_of_day(given["until"]))

    def letter_so_far(self) -> tuple[str, date | None, str, date | None]:
        """What there is of the letter, for a draft: number, date, text and the day until which."""
        given = getattr(self, "cleaned_data", {})
        return given.get("number", ""), given.get("day"), given.get("text", ""), given.get("until")
