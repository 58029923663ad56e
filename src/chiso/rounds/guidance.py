"""The document on which a change of dates rests (văn bản hướng dẫn, văn bản làm căn cứ), as a form asks for it."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chiso.common.dates import format_date
from chiso.common.fields import DateField

CONFIRM, EDIT = "confirm", "edit"
"""What the buttons of the second page say: it is shown whom a change affects, and it is done or written again."""


class GuidanceForm(forms.Form):
    """Number and day of the document; both, or neither where none is required."""

    guidance_number = forms.CharField(
        label=gettext_lazy("Văn bản làm căn cứ: tên, số, ký hiệu, cơ quan ban hành"),
        help_text=gettext_lazy("Như “Công văn số 1234/SNV-CCHC của Sở Nội vụ”."),
        max_length=250,
        required=False,
    )
    guidance_date = DateField(label=gettext_lazy("Ngày văn bản"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        number, day = cleaned.get("guidance_number"), cleaned.get("guidance_date")
        if number and not day and "guidance_date" not in self.errors:
            self.add_error("guidance_date", _("Chưa ghi ngày văn bản."))
        if day and not number and "guidance_number" not in self.errors:
            self.add_error("guidance_number", _("Chưa ghi tên, số văn bản."))
        return cleaned

    def guidance(self) -> str:
        """The document in words; "" where none was named."""
        number, day = self.cleaned_data["guidance_number"], self.cleaned_data["guidance_date"]
        return _("%(number)s ngày %(day)s") % {"number": number, "day": format_date(day)} if number else ""
