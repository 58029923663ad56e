from django import forms
from django.utils.translation import gettext_lazy as _


class SubmissionForm(forms.Form):
    """The submission to the head (tờ trình)."""

    number = forms.CharField(label=_("Số tờ trình"), max_length=50, help_text=_("Ví dụ: 07/TTr-NV."))
    text = forms.CharField(label=_("Nội dung trình"), max_length=5000, widget=forms.Textarea(attrs={"rows": 5}))


class ReturnForm(forms.Form):
    """Why the head returns the result."""

    reason = forms.CharField(
        label=_("Lý do trả lại"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Hội đồng thẩm định đọc lý do này và họp lại."),
    )
