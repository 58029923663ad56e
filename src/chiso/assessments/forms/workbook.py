"""What comes back from the page of the workbook: the filled file."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chiso.assessments.workbook.reading import MAX_BYTES, read_filled
from chiso.indexsets.exchange import UnreadableFile


class WorkbookField(forms.FileField):
    """A workbook of ours; its value is what was read of it."""

    widget = forms.FileInput(attrs={"accept": ".xlsx"})
    default_error_messages = {"required": gettext_lazy("Chưa chọn tệp bảng tính.")}

    def to_python(self, data: Any) -> Any:
        upload = super().to_python(data)
        if upload is None:
            return None
        if (upload.size or 0) > MAX_BYTES:
            raise forms.ValidationError(
                _("Tệp lớn hơn 5 MB. Hãy chọn đúng bảng tính đã tải về từ hồ sơ này."), code="size"
            )
        try:
            return read_filled(upload.read())
        except UnreadableFile as error:
            raise forms.ValidationError(str(error), code="unreadable") from error


class WorkbookForm(forms.Form):
    file = WorkbookField(
        label=gettext_lazy("Bảng tính đã nhập (.xlsx)"),
        help_text=gettext_lazy("Đến 5 MB. Trang tiếp theo cho xem từng thay đổi; chưa lưu gì cho đến khi xác nhận."),
    )
