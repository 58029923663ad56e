from django import forms
from django.utils.translation import gettext_lazy as _


class SendBackForm(forms.Form):
    """Why the leader hands the dossier back to the officials."""

    reason = forms.CharField(
        label=_("Lý do trả lại công chức"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Chưa nêu lý do trả lại.")},
    )
