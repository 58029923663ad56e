"""Forms about the documents of a leaf."""

from typing import Any, Self

from django import forms
from django.utils.translation import gettext_lazy as _

from chiso.assessments.forms.uploads import PlaceForm
from chiso.common.fields import DateField
from chiso.evidence.describing import description_of
from chiso.evidence.models import Document

_NO_FILE = {"required": _("Chưa chọn tệp nào. Hãy chọn tệp rồi bấm Tải lên.")}


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.Field):
    """Every file chosen; what each may be is said by `evidence.storing`, file by file."""

    widget = ManyFilesInput

    def to_python(self, value: Any) -> list[Any]:
        return [file for file in value or [] if file]


class AttachForm(PlaceForm):
    file = ManyFilesField(label=_("Thêm tệp"), error_messages=_NO_FILE)


class CiteForm(PlaceForm):
    document = forms.IntegerField(
        label=_("Tài liệu"), error_messages={"required": _("Chưa chọn tài liệu."), "invalid": _("Chưa chọn tài liệu.")}
    )


class LinkForm(PlaceForm):
    """What is wrong with an address is said by `evidence.storing`."""

    url = forms.CharField(
        label=_("Địa chỉ trang"), max_length=2000, error_messages={"required": _("Chưa ghi địa chỉ trang.")}
    )
    title = forms.CharField(label=_("Tên gọi"), required=False, max_length=200)


class ReviseForm(forms.Form):
    file = forms.FileField(
        label=_("Tệp mới"),
        max_length=500,
        allow_empty_file=True,  # `evidence.storing` says what is wrong with it, by name.
        error_messages=_NO_FILE,
    )


class DescribeForm(forms.Form):
    """What a document says of itself; filled with what was read in it until a person confirms."""

    number = forms.CharField(
        label=_("Số, ký hiệu"),
        required=False,
        max_length=50,
        widget=forms.TextInput(attrs={"placeholder": "145/BC-UBND", "autocomplete": "off"}),
    )
    issued_on = DateField(label=_("Ngày ban hành"), required=False)
    issuer = forms.CharField(label=_("Cơ quan ban hành"), required=False, max_length=200)
    title = forms.CharField(
        label=_("Trích yếu"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    @classmethod
    def of(cls, document: Document, data: Any = None) -> Self:
        told = description_of(document)
        names = ("number", "issued_on", "issuer", "title")
        return cls(data, initial={name: getattr(told, name) for name in names})
