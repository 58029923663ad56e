"""Day and source of official figures, the figures of each unit, and the filled file."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chiso.assessments.models import Entry
from chiso.assessments.official_file import MAX_BYTES
from chiso.common.fields import DateField
from chiso.indexsets.facts_form import FactsForm
from chiso.scoring import Node


class SourceForm(forms.Form):
    """What holds for all figures of the page."""

    as_of = DateField(label=gettext_lazy("Số liệu đến ngày"))
    source = forms.CharField(
        label=gettext_lazy("Nguồn số liệu"),
        max_length=500,
        help_text=gettext_lazy("Cơ quan cung cấp, số và ngày văn bản hoặc hệ thống lấy số liệu."),
    )


class FigureForm(FactsForm):
    """The figures of one unit."""

    version = forms.IntegerField(min_value=0, max_value=10**9, widget=forms.HiddenInput)


class FiguresFileForm(forms.Form):
    """The filled template."""

    file = forms.FileField(
        label=gettext_lazy("Biểu mẫu Excel đã nhập"),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        help_text=gettext_lazy("Đến 5 MB. Trang cho xem từng thay đổi; chưa lưu gì cho đến khi bấm Lưu."),
    )

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload.size > MAX_BYTES:
            raise forms.ValidationError(_("Tệp lớn hơn 5 MB. Hãy chọn đúng biểu mẫu đã tải về từ trang này."))
        return upload


def prefix_of(entry: Entry) -> str:
    return f"u{entry.dossier_id}"


def figure_forms(node: Node, entries: Sequence[Entry], data: Any = None) -> list[FigureForm]:
    """A form for each unit, filled with what is stored unless data were sent."""
    return [
        FigureForm(node, entry, data, prefix=prefix_of(entry), initial={"version": entry.version}) for entry in entries
    ]


def data_of(node: Node, entries: Sequence[Entry], values: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What a filled file says, as the page would send it; a unit or a cell left empty keeps what is stored."""
    data: dict[str, Any] = {}
    for entry, form in zip(entries, figure_forms(node, entries), strict=True):
        given = values.get(entry.dossier.unit.code, {})
        for name in form.fields:
            value = given.get(name, form.get_initial_for_field(form.fields[name], name))
            if name == "not_applicable" and given:
                value = False
            if value is not None and value is not False and value != "":
                data[form.add_prefix(name)] = value
    return data
