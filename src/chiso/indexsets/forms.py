from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chiso.common.fields import DateField
from chiso.indexsets.choices import Response
from chiso.indexsets.models import Consultation, Criterion, Edition
from chiso.organizations.choices import UnitKind
from chiso.organizations.models import Unit, User

_MAX_FILE_BYTES = 1024 * 1024


class YamlFileField(forms.FileField):
    """A text file of at most 1 MB in UTF-8; its value is the text."""

    widget = forms.FileInput(attrs={"accept": ".yaml,.yml"})

    def to_python(self, data: Any) -> Any:
        upload = super().to_python(data)
        if upload is None:
            return None
        if (upload.size or 0) > _MAX_FILE_BYTES:
            raise forms.ValidationError(_("Tệp lớn hơn 1 MB. Hãy chọn đúng tệp YAML."), code="size")
        try:
            return upload.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise forms.ValidationError(
                _("Tệp không phải là văn bản UTF-8. Hãy lưu lại tệp với mã UTF-8 rồi tải lên."), code="encoding"
            ) from error


class ImportForm(forms.Form):
    """A file to import, and the authority it is for; whoever works for one only is not asked."""

    file = YamlFileField(label=gettext_lazy("Tệp YAML"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = [unit for unit in user.authorities_run() if user.coordinates(unit)]
        self.fields["authority"] = forms.ModelChoiceField(
            Unit.objects.filter(pk__in=mine),
            label=_("Cơ quan tổ chức đánh giá"),
            empty_label=None,
            initial=mine[0] if mine else None,
            widget=forms.HiddenInput if len(mine) == 1 else forms.Select,
        )


class DecisionForm(forms.Form):
    """Number and date of what the head issues."""

    number = forms.CharField(label=gettext_lazy("Số, ký hiệu"), max_length=50)
    day = DateField(label=gettext_lazy("Ngày ban hành"), help_text=gettext_lazy("Ngày/tháng/năm."))


class ConsultationForm(forms.Form):
    """Whom to ask, and until the end of which day."""

    closes_on = DateField(
        label=gettext_lazy("Nhận ý kiến đến hết ngày"), help_text=gettext_lazy("Hết 24 giờ của ngày này.")
    )

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = Unit.objects.filter(
            parent=edition.index_set.authority_id, kind__in=[UnitKind.OFFICE, UnitKind.JUDGED]
        ).order_by("-kind", "code")
        self.fields["bodies"] = forms.ModelMultipleChoiceField(
            bodies, label=_("Cơ quan được lấy ý kiến"), widget=forms.CheckboxSelectMultiple, initial=bodies
        )


class OpinionForm(forms.Form):
    """An opinion on behalf of one's unit, on the whole set or on one criterion."""

    field_order = ("unit", "criterion", "text")

    text = forms.CharField(label=gettext_lazy("Nội dung góp ý"), widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, consultation: Consultation, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = consultation.bodies.filter(pk__in=user.unit_ids()).order_by("code")
        self.fields["unit"] = forms.ModelChoiceField(mine, label=_("Thay mặt"), empty_label=None)
        self.fields["criterion"] = forms.ModelChoiceField(
            Criterion.objects.filter(edition=consultation.edition_id).order_by("position"),
            label=_("Góp ý về"),
            required=False,
            empty_label=_("Toàn bộ Bộ chỉ số"),
        )
        self.order_fields(self.field_order)


class AnswerForm(forms.Form):
    """How an opinion is answered; the action asks for the reason where one is due."""

    response = forms.ChoiceField(label=gettext_lazy("Xử lý"), choices=Response.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=gettext_lazy("Nội dung tiếp thu, giải trình"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text=gettext_lazy("Phải nêu lý do khi không tiếp thu toàn bộ."),
    )
