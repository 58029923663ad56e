from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chiso.common.dates import end_of_day
from chiso.common.fields import DateField
from chiso.indexsets.models import Edition
from chiso.organizations.choices import UnitKind
from chiso.organizations.models import Unit, User
from chiso.rounds.actions.rules import may_set_paper_rules
from chiso.rounds.choices import StageKey
from chiso.rounds.evidence_window import MOST_MONTHS_BEFORE
from chiso.rounds.guidance import GuidanceForm
from chiso.rounds.models import Round

_ALL = "all"
_EXTENDED_STAGE = {
    StageKey.PREPARATION: StageKey.SELF_ASSESSMENT,
    StageKey.SELF_ASSESSMENT: StageKey.SELF_ASSESSMENT,
    StageKey.AGGREGATION: StageKey.SELF_ASSESSMENT,
    StageKey.SUPPLEMENT: StageKey.SUPPLEMENT,
}
"""Which stage still waits for the units, at each stage of the round; at the others nothing can be extended."""


class BlockForm(forms.Form):
    """A ranking group: its name, the edition it is judged by, its units."""

    name = forms.CharField(label=gettext_lazy("Tên khối"), max_length=150)

    def __init__(self, *args: Any, round: Round, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        free = Unit.objects.filter(parent=round.authority_id, kind=UnitKind.JUDGED).exclude(participations__round=round)
        editions = Edition.objects.visible_to(user).filter(index_set__authority=round.authority_id)
        # A draft that was never sent out has no criteria yet to assign.
        editions = editions.exclude(digest="").defer("text", "draft")
        self.fields["edition"] = EditionField(
            editions.order_by("-year", "-version", "name"),
            label=_("Bộ chỉ số"),
            empty_label=None,
            help_text=_("Có thể chọn dự thảo đã gửi lấy ý kiến; Bộ chỉ số phải ban hành trước khi mở tự đánh giá."),
        )
        self.fields["units"] = forms.ModelMultipleChoiceField(
            free.order_by("code"),
            label=_("Đơn vị được đánh giá"),
            widget=forms.CheckboxSelectMultiple,
            initial=free,
            error_messages={"required": _("Chưa chọn đơn vị nào.")},
        )


class EditionField(forms.ModelChoiceField[Edition]):
    """Says beside the name whether the edition is issued."""

    def label_from_instance(self, obj: Any) -> str:
        return _("%(name)s, lần %(version)d (%(state)s)") % {
            "name": obj.name,
            "version": obj.version,
            "state": obj.get_state_display().lower(),
        }


class ExtensionForm(GuidanceForm):
    """More time for a unit, or for all, until the end of a day, with the reason."""

    field_order = ("stage", "unit", "until", "reason", "guidance_number", "guidance_date")

    until = DateField(label=gettext_lazy("Gia hạn đến hết ngày"), help_text=gettext_lazy("Hết 24 giờ của ngày này."))
    reason = forms.CharField(label=gettext_lazy("Lý do gia hạn"), widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, round: Round, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stage = extended_stage(round)
        self.fields["stage"] = forms.ChoiceField(
            label=_("Giai đoạn"), choices=[(stage.value, stage.label)] if stage else []
        )
        self.units = {str(unit.pk): unit for unit in Unit.objects.filter(participations__round=round).order_by("code")}
        named = [(pk, unit.name) for pk, unit in self.units.items()]
        # Nobody extends for all by forgetting to choose.
        choices = [("", _("Chọn đơn vị")), *named, (_ALL, _("Tất cả đơn vị (khi hệ thống gặp sự cố)"))]
        self.fields["unit"] = forms.ChoiceField(label=_("Đơn vị"), choices=choices)
        self.order_fields(self.field_order)

    def clean_unit(self) -> Unit | None:
        return self.units.get(self.cleaned_data["unit"])

    def wish(self) -> dict[str, Any]:
        """What is asked for, by the names that the action gives it."""
        said = self.cleaned_data
        return {
            "stage": StageKey(said["stage"]),
            "until": end_of_day(said["until"]),
            "reason": said["reason"],
            "unit": said["unit"],
        }


class RulesForm(forms.Form):
    """What units must hand in (quy định của đợt)."""

    report_required = forms.BooleanField(
        label=gettext_lazy("Khi nộp hồ sơ phải kèm báo cáo tự đánh giá, chấm điểm đã ký, đóng dấu"),
        help_text=gettext_lazy("Không đánh dấu: đơn vị vẫn đính kèm được báo cáo, nhưng nộp được khi chưa có."),
        required=False,
    )
    evidence_months_before = forms.IntegerField(
        label=gettext_lazy("Nhận tài liệu ban hành từ bao nhiêu tháng trước năm đánh giá"),
        help_text=gettext_lazy(
            "Kế hoạch năm thường ban hành vào tháng 12 năm trước. Ghi 0 nếu chỉ nhận tài liệu trong năm."
        ),
        min_value=0,
        max_value=MOST_MONTHS_BEFORE,
        error_messages={
            "required": gettext_lazy("Chưa ghi số tháng."),
            "invalid": gettext_lazy("Số tháng phải là số nguyên, như 2."),
            "min_value": gettext_lazy("Số tháng không nhỏ hơn 0."),
            "max_value": gettext_lazy("Số tháng không quá %(limit_value)s."),
        },
    )
    moves_by_clock = forms.BooleanField(
        label=gettext_lazy("Tự mở, khóa giai đoạn khi đến hạn"),
        help_text=gettext_lazy(
            "Đến hạn, hệ thống tự mở tự đánh giá, khóa tự đánh giá, chuyển thẩm định, khóa bổ sung; còn thiếu điều "
            "kiện thì không chuyển mà báo cho cơ quan thường trực. Không đánh dấu: cơ quan thường trực chuyển mọi bước."
        ),
        required=False,
    )

    def __init__(self, *args: Any, round: Round, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("report_required", "evidence_months_before"):
            self.fields[name].disabled = not may_set_paper_rules(round)  # Then what is stored counts.


def extended_stage(round: Round) -> StageKey | None:
    """The stage that can still be extended now, if any."""
    return _EXTENDED_STAGE.get(StageKey(round.stage))
