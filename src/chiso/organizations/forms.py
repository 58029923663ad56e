from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from chiso.common.fields import DateField

YEARS = range(2000, 2100)
"""The years for which the calendar of the law is worked out."""


class HolidayForm(forms.Form):
    """A day on which the calendar differs from the law's."""

    day = DateField(label=gettext_lazy("Ngày"))
    name = forms.CharField(
        label=gettext_lazy("Tên"),
        help_text=gettext_lazy("Như “Nghỉ Quốc khánh theo Thông báo số …”."),
        max_length=150,
    )
    is_working = forms.BooleanField(
        label=gettext_lazy("Là ngày làm việc (làm bù)"),
        help_text=gettext_lazy("Đánh dấu khi thứ Bảy, Chủ nhật hoặc ngày lễ này vẫn đi làm."),
        required=False,
    )

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        if day.year not in YEARS:
            raise forms.ValidationError(gettext_lazy("Lịch chỉ có từ năm 2000 đến năm 2099."))
        return day
