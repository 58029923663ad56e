"""What one looks at in the matrix: all in the address, so that a view can be sent to a colleague."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy

from chiso.assessments.pages.matrix_rows import Only, Party

AREAS, EVERY = "", "tat-ca"


class MatrixForm(forms.Form):
    """A GET form; what is not a choice falls back to the first one."""

    khoi = forms.ChoiceField(label=gettext_lazy("Khối"), required=False)
    diem = forms.ChoiceField(label=gettext_lazy("Điểm của"), choices=Party.choices, required=False)
    cot = forms.ChoiceField(label=gettext_lazy("Tiêu chí"), required=False)
    don_vi = forms.ChoiceField(label=gettext_lazy("Đơn vị"), required=False)
    chi = forms.ChoiceField(
        label=gettext_lazy("Chỉ xem"), choices=[("", gettext_lazy("tất cả")), *Only.choices], required=False
    )

    def __init__(
        self,
        data: Any,
        *,
        blocks: list[tuple[str, str]],
        columns: list[tuple[str, str]],
        units: list[tuple[str, str]],
        party: Party,
    ) -> None:
        self.defaults = {"khoi": blocks[0][0], "diem": party.value, "cot": columns[0][0], "don_vi": "", "chi": ""}
        super().__init__(self.defaults | {name: data[name] for name in self.base_fields if name in data})
        self._offer("khoi", blocks)
        self._offer("cot", columns)
        self._offer("don_vi", [("", gettext_lazy("tất cả")), *units])
        if len(blocks) == 1:
            del self.fields["khoi"]
        self.is_valid()

    def _offer(self, name: str, choices: list[Any]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices

    def chosen(self, name: str) -> str:
        return str(self.cleaned_data.get(name, self.defaults[name]))
