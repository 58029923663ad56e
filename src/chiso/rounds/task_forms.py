"""The forms about doing a task: a body's report, and reasons."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chiso.common.dates import format_date
from chiso.common.fields import DateField
from chiso.rounds.actions.tasks import Report, stamp_of
from chiso.rounds.models import TaskBody

OVER = "over"
"""The name of the button that hands a part over."""


class ReportForm(forms.Form):
    """How far a part is, and its product; which button was pressed says whether it is handed over."""

    note = forms.CharField(
        label=gettext_lazy("Tình hình thực hiện"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500}),
    )
    number = forms.CharField(label=gettext_lazy("Số, ký hiệu văn bản"), max_length=50, required=False)
    day = DateField(label=gettext_lazy("Ngày văn bản"), required=False)
    file = forms.FileField(
        label=gettext_lazy("Tệp sản phẩm"),
        required=False,
        help_text=gettext_lazy("PDF, Word, Excel hoặc ảnh. Không tải lên tài liệu có dấu chỉ độ mật."),
        error_messages={
            "empty": gettext_lazy("Tệp rỗng. Hãy chọn lại tệp."),
            "invalid": gettext_lazy("Không nhận được tệp. Hãy chọn lại tệp."),
        },
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, files: Any = None, *, body: TaskBody, today: date) -> None:
        shown = {"note": body.note, "number": body.product_number, "day": body.product_date, "seen": stamp_of(body)}
        super().__init__(data, files, initial=shown)
        self.today = today

    def clean_day(self) -> date | None:
        day: date | None = self.cleaned_data["day"]
        if day is not None and day > self.today:
            raise forms.ValidationError(
                _("Ngày văn bản không thể sau hôm nay (%(today)s).") % {"today": format_date(self.today)}
            )
        return day

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("day") and not given.get("number") and "number" not in self.errors:
            self.add_error("number", _("Đã ghi ngày văn bản thì phải ghi số, ký hiệu."))
        return given

    def report(self) -> Report:
        """What the action asks for."""
        given = {name: self.cleaned_data[name] for name in ("note", "number", "day")}
        return Report(**given, file=self.cleaned_data["file"] or None, is_over=OVER in self.data)


class SeenForm(forms.Form):
    """A button pressed on a part: what the page showed of it comes along."""

    seen = forms.CharField(max_length=16)


class WhyForm(forms.Form):
    """A reason, where the rules ask for one; the action says when it is missing."""

    reason = forms.CharField(max_length=500, required=False)


class ReturnForm(SeenForm, WhyForm):
    """Why a part is returned."""
