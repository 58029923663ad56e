import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chiso.common.fields import DateField
from chiso.indexsets.choices import Response
from chiso.indexsets.exchange import UnreadableFile, read_file
from chiso.indexsets.exchange.trees import Tree, text_at
from chiso.indexsets.issue_page import IssuePage
from chiso.indexsets.models import Consultation, Criterion, Edition
from chiso.organizations.choices import UnitKind
from chiso.organizations.models import Unit, User

_MAX_SET_BYTES = 5 * 1024 * 1024


class SetFileField(forms.FileField):
    """An index set as YAML, Excel or Word, told by its content; its value is what was read of it, faulty or not."""

    widget = forms.FileInput(attrs={"accept": ".yaml,.yml,.xlsx,.xls,.docx"})

    def to_python(self, data: Any) -> Any:
        upload = super().to_python(data)
        if upload is None:
            return None
        if (upload.size or 0) > _MAX_SET_BYTES:
            raise forms.ValidationError(_("Tệp lớn hơn 5 MB. Hãy chọn đúng tệp của Bộ chỉ số."), code="size")
        try:
            return read_file(upload.read(), (upload.name or "")[-100:])
        except UnreadableFile as error:
            raise forms.ValidationError(str(error), code="unreadable") from error


class AuthorityForm(forms.Form):
    """Asks for which authority; whoever works for one only is not asked."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = [unit for unit in sorted(user.authorities_run()) if user.coordinates(unit)]
        self.fields["authority"] = forms.ModelChoiceField(
            Unit.objects.filter(pk__in=mine),
            label=_("Cơ quan tổ chức đánh giá"),
            empty_label=None,
            initial=mine[0] if mine else None,
            widget=forms.HiddenInput if len(mine) == 1 else forms.Select,
        )
        self.order_fields(self.field_order)


class SetImportForm(forms.Form):
    """A set to try out before it is imported."""

    file = SetFileField(
        label=gettext_lazy("Tệp Bộ chỉ số"),
        help_text=gettext_lazy("Excel (.xlsx, .xls), Word (.docx) hoặc YAML; tối đa 5 MB."),
    )


class IdentityForm(AuthorityForm):
    """What names a new draft: its key, name, year and how many times it was issued in the year."""

    field_order = ("token", "authority", "name", "year", "version", "key")

    token = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)
    name = forms.CharField(
        label=gettext_lazy("Tên Bộ chỉ số"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    year = forms.IntegerField(
        label=gettext_lazy("Năm"),
        min_value=1900,
        max_value=9999,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    version = forms.IntegerField(
        label=gettext_lazy("Lần ban hành trong năm"),
        min_value=1,
        max_value=999,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    key = forms.CharField(
        label=gettext_lazy("Mã Bộ chỉ số"),
        max_length=80,
        help_text=gettext_lazy("Giữ nguyên qua các năm để nhận ra cùng một Bộ chỉ số, như cap-xa."),
        validators=[
            RegexValidator(r"^[\w.-]+$", gettext_lazy("Mã chỉ gồm chữ, số, dấu gạch ngang, gạch dưới và dấu chấm."))
        ],
    )

    def tree(self, tree: Tree) -> Tree:
        """The tree with the identity that was entered."""
        given = self.cleaned_data
        top: Tree = {key: str(given[field]) for key, field in _IDENTITY.items()}
        return {**tree, **top}


_OF_A_YEAR = re.compile(r"(-nam)?-20\d\d$")
"""The key is the same in every year, so the year that a title brought into it goes."""
_IDENTITY = {"id": "key", "name": "name", "year": "year", "version": "version"}


def identity_of(tree: Tree) -> dict[str, str]:
    """What a tree says of itself, as the form's first values."""
    known = {field: text_at(tree, key) for key, field in _IDENTITY.items()}
    return known | {"key": _OF_A_YEAR.sub("", known["key"])}


class CopyForm(AuthorityForm):
    """A new draft from an edition: for the next year, or once more in the same one."""

    field_order = ("authority", "when", "name")

    name = forms.CharField(
        label=gettext_lazy("Tên Bộ chỉ số"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Sửa năm trong tên cho khớp với năm được chọn."),
    )

    def __init__(self, *args: Any, choices: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["when"] = forms.ChoiceField(
            label=_("Soạn cho"), choices=list(choices.items()), widget=forms.RadioSelect, initial=next(iter(choices))
        )
        self.order_fields(self.field_order)

    def tree(self, tree: Tree) -> Tree:
        """The tree under its new name, year and version."""
        year, version = self.cleaned_data["when"].split(".")
        return {**tree, "name": self.cleaned_data["name"], "year": year, "version": version}


class CompareForm(forms.Form):
    """Which two editions to compare."""

    def __init__(self, *args: Any, editions: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("cu", _("Bộ cũ")), ("moi", _("Bộ mới"))):
            self.fields[name] = forms.TypedChoiceField(label=label, choices=editions, coerce=int)


class DecisionForm(forms.Form):
    """Number and date of what the head issues."""

    number = forms.CharField(label=gettext_lazy("Số, ký hiệu"), max_length=50)
    day = DateField(label=gettext_lazy("Ngày ban hành"), help_text=gettext_lazy("Ngày/tháng/năm."))


class IssueForm(DecisionForm):
    """The decision that issues a set: number, date, signer, the signed file, and which other sets it carries."""

    signer = forms.CharField(label=gettext_lazy("Người ký"), max_length=150)
    signed_file = forms.FileField(
        label=gettext_lazy("Quyết định đã ký (PDF)"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".pdf"}),
        help_text=gettext_lazy("Nên đính kèm bản đã ký để mọi người tra cứu. Sau khi ban hành không bổ sung được nữa."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, page: IssuePage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = page.seen
        if page.others:
            self.fields["also"] = forms.MultipleChoiceField(
                label=_("Ban hành cùng quyết định này"),
                choices=page.others,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    def also(self) -> dict[int, int]:
        """The other editions, each with the `draft_version` that was shown."""
        return {int(pk): int(seen) for pk, seen in (one.split(":") for one in self.cleaned_data.get("also", ()))}


class DeadlineForm(forms.Form):
    """Another last day for opinions, or none at all, and why."""

    closes_on = DateField(
        label=gettext_lazy("Nhận ý kiến đến hết ngày"), help_text=gettext_lazy("Hết 24 giờ của ngày này.")
    )
    reason = forms.CharField(
        label=gettext_lazy("Lý do"),
        max_length=200,
        help_text=gettext_lazy("Các cơ quan được lấy ý kiến nhận thông báo kèm lý do."),
    )


class CloseForm(forms.Form):
    """Why no more opinions are waited for."""

    reason = forms.CharField(
        label=gettext_lazy("Lý do"),
        max_length=200,
        help_text=gettext_lazy("Các cơ quan được lấy ý kiến nhận thông báo kèm lý do."),
    )


class ConsultationForm(forms.Form):
    """Whom to ask, and until the end of which day."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
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
        self.fields["seen"].initial = edition.draft_version


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
