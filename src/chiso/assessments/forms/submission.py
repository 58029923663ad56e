from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chiso.assessments.models import Dossier
from chiso.common.fields import DateField


class SendBackForm(forms.Form):
    """Why the leader hands the dossier back to the officials."""

    reason = forms.CharField(
        label=_("Lý do trả lại công chức"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Chưa nêu lý do trả lại.")},
    )


class WithdrawForm(forms.Form):
    """Why the leader takes the dossier back."""

    reason = forms.CharField(
        label=_("Lý do rút hồ sơ"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Chưa nêu lý do rút hồ sơ.")},
    )


class RemarkForm(forms.Form):
    """What the leader found on a leaf; empty takes the remark off."""

    remark = forms.CharField(
        label=_("Nhận xét của lãnh đạo"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReportForm(forms.Form):
    """The signed report with its number and date; the file may stay as it is."""

    number = forms.CharField(
        label=_("Số, ký hiệu báo cáo"),
        max_length=50,
        widget=forms.TextInput(attrs={"placeholder": "45/BC-UBND", "autocomplete": "off"}),
        error_messages={"required": _("Chưa ghi số, ký hiệu báo cáo.")},
    )
    day = DateField(label=_("Ngày báo cáo"), error_messages={"required": _("Chưa ghi ngày báo cáo.")})
    file = forms.FileField(
        label=_("Tệp báo cáo đã ký (PDF)"),
        max_length=500,
        error_messages={"required": _("Chưa chọn tệp báo cáo đã ký. Hãy chọn tệp PDF rồi lưu lại.")},
        allow_empty_file=True,  # `evidence.storing` says what is wrong with it, by name.
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
    )

    def __init__(self, dossier: Dossier, data: Any = None, files: Any = None) -> None:
        known = {"number": dossier.report_number, "day": dossier.report_date}
        super().__init__(data, files, initial=known)
        self.fields["file"].required = dossier.report_id is None
