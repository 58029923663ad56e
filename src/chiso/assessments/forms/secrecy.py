"""What is decided on a document that may hold a state secret."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SecrecyForm(forms.Form):
    """Why the content goes, or why it may stay; which of the two is the button that was pressed."""

    reason = forms.CharField(
        label=_("Lý do (không ghi nội dung mật)"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Chưa nêu lý do.")},
    )

    def releases(self) -> bool:
        return self.data.get("do") == "release"
