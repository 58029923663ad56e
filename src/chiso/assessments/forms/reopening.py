"""What a request on a leaf says, and what came of it."""

from django import forms
from django.utils.translation import gettext_lazy

from chiso.common.fields import DateField


class ReopenForm(forms.Form):
    """A numbered request of the team or the council, with its own deadline."""

    number = forms.CharField(label=gettext_lazy("Số, ký hiệu yêu cầu"), max_length=50)
    reason = forms.CharField(
        label=gettext_lazy("Nội dung yêu cầu"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Nêu rõ cần giải trình, bổ sung gì; đơn vị đọc được nội dung này."),
    )
    until = DateField(label=gettext_lazy("Trả lời đến hết ngày"), help_text=gettext_lazy("Hết 24 giờ của ngày này."))


class SettleForm(forms.Form):
    """What came of a request."""

    conclusion = forms.CharField(
        label=gettext_lazy("Kết quả xem xét"), max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )
