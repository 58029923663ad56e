"""Files for a whole dossier at once, and for which leaf one is whose name does not tell."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chiso.assessments.forms.evidence import ManyFilesField
from chiso.evidence.models import Document


class FilesForm(forms.Form):
    file = ManyFilesField(
        label=_("Chọn tệp"), error_messages={"required": _("Chưa chọn tệp nào. Hãy chọn tệp rồi bấm Tải lên.")}
    )


class SortForm(forms.Form):
    """For which leaf a file is that the unit already stored."""

    document = forms.ModelChoiceField(
        Document.objects.none(),
        label=_("Tài liệu"),
        error_messages={
            "required": _("Chưa chọn tài liệu."),
            "invalid_choice": _("Tài liệu này vừa được xếp hoặc gỡ. Hãy xem lại danh sách."),
        },
    )
    code = forms.ChoiceField(label=_("Tiêu chí"), error_messages={"required": _("Chưa chọn tiêu chí cho tệp.")})
    place = forms.CharField(label=_("Trang, mục"), required=False, max_length=100)

    def __init__(self, documents: Any, codes: Iterable[str], data: Any) -> None:
        super().__init__(data)
        self.fields["document"].queryset = documents  # type: ignore[attr-defined]
        self.fields["code"].choices = [(code, code) for code in codes]  # type: ignore[attr-defined]
