from django import forms
from django.utils.translation import gettext_lazy

from chiso.common.fields import DateField


class CarryOverForm(forms.Form):
    """Why a block moves to the new edition, and until when units enter what is missing then.

    `edition` is the one that the page showed, so that a page opened before another issue moves nothing.
    """

    edition = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Lý do, căn cứ"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Ghi số quyết định ban hành lại; đơn vị đọc được nội dung này."),
    )
    until = DateField(
        label=gettext_lazy("Hồ sơ bị trả lại phải nộp lại đến hết ngày"),
        help_text=gettext_lazy("Hết 24 giờ của ngày này; bắt buộc khi có hồ sơ bị trả lại."),
        required=False,
    )
