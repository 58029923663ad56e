"""Forms that add documents to a leaf."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.Field):
    """Every file chosen; what each may be is said by `evidence.storing`, file by file."""

    widget = ManyFilesInput

    def to_python(self, value: Any) -> list[Any]:
        return [file for file in value or [] if file]


class AttachForm(forms.Form):
    file = ManyFilesField(
        label=_("Thêm tệp"), error_messages={"required": _("Chưa chọn tệp nào. Hãy chọn tệp rồi bấm Tải lên.")}
    )
    place = forms.CharField(label=_("Trang, mục"), required=False, max_length=100)


class CiteForm(forms.Form):
    document = forms.IntegerField(
        label=_("Tài liệu"), error_messages={"required": _("Chưa chọn tài liệu."), "invalid": _("Chưa chọn tài liệu.")}
    )
    place = forms.CharField(label=_("Trang, mục"), required=False, max_length=100)
