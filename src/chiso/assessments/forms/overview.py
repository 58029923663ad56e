from django import forms
from django.utils.translation import gettext_lazy

from chiso.common.fields import DateField


class AdvanceForm(forms.Form):
    """A confirmation: it names the stage it was shown at, so that a stale page moves nothing."""

    stage = forms.CharField(widget=forms.HiddenInput, max_length=20)


class NoticeForm(forms.Form):
    """Number of the preliminary notice, and the last day for explanation and supplement."""

    number = forms.CharField(label=gettext_lazy("Số, ký hiệu thông báo"), max_length=50)
    answer_until = DateField(
        label=gettext_lazy("Giải trình, bổ sung đến hết ngày"), help_text=gettext_lazy("Hết 24 giờ của ngày này.")
    )


class ReturnForm(forms.Form):
    """Why a dossier is returned, and the last day to hand it in again."""

    reason = forms.CharField(
        label=gettext_lazy("Lý do trả lại"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Nêu rõ phải hoàn thiện gì; đơn vị đọc được nội dung này."),
    )
    until = DateField(label=gettext_lazy("Nộp lại đến hết ngày"), help_text=gettext_lazy("Hết 24 giờ của ngày này."))
