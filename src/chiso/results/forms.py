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


class CorrectionForm(forms.Form):
    """Why a published result is corrected, and the document that shows it."""

    reason = forms.CharField(
        label=_("Lý do đính chính"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Lý do được công khai cùng quyết định đính chính."),
    )
    file = forms.FileField(
        label=_("Tài liệu căn cứ"),
        help_text=_("Văn bản nêu sai sót: đơn, công văn, kết luận… (PDF, Word, Excel hoặc ảnh)."),
        error_messages={"required": _("Chưa chọn tài liệu căn cứ.")},
    )
