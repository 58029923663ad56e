"""The forms about council and team: members, what changes after the decision, assignments, conflicts, judging rules."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chiso.common.fields import DateField, NumberField
from chiso.organizations.choices import UnitKind
from chiso.organizations.models import Unit, User
from chiso.rounds.actions.panels import Amendment
from chiso.rounds.actions.rules import JudgingRules
from chiso.rounds.choices import MajorityRule, Panel, Position
from chiso.rounds.models import Block, PanelMember, Round
from chiso.rounds.proposing import Wish

TEAM = (Position.LEADER, Position.OFFICE_HEAD, Position.EXPERT)
POSITIONS = (
    (Panel.COUNCIL.label, [(one.value, one.label) for one in Position if one not in TEAM]),
    (Panel.TEAM.label, [(one.value, one.label) for one in TEAM]),
)
EVERYWHERE, UNITS = "all", "units"


class PersonField(forms.ModelChoiceField[User]):
    """Says beside the name what the person is."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.full_name} · {obj.title}" if obj.title else str(obj.full_name)


def people_near(round: Round) -> QuerySet[User]:
    """The people of the authority and its offices, and those whose only seat comes from the round's decision."""
    near = Q(memberships__unit=round.authority_id) | Q(
        memberships__unit__parent=round.authority_id, memberships__unit__kind=UnitKind.OFFICE
    )
    return User.objects.filter(near | Q(memberships=None), is_active=True).distinct().order_by("full_name")


def bodies_near(round: Round) -> QuerySet[Unit]:
    """The authority and its offices."""
    return Unit.objects.filter(Q(pk=round.authority_id) | Q(parent=round.authority_id, kind=UnitKind.OFFICE)).order_by(
        "name"
    )


class MemberForm(forms.Form):
    """Who sits on the council or in the team; the position says in which of the two."""

    field_order: Sequence[str] | None = ("user", "position", "body", "term_until")

    position = forms.ChoiceField(label=gettext_lazy("Chức vụ"), choices=POSITIONS)
    term_until = DateField(label=gettext_lazy("Nhiệm kỳ đến hết ngày"), required=False)

    def __init__(self, *args: Any, round: Round, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"] = PersonField(people_near(round), label=_("Họ và tên"), empty_label=_("Chọn người"))
        self.fields["body"] = forms.ModelChoiceField(
            bodies_near(round),
            label=_("Cơ quan công tác"),
            required=False,
            empty_label=_("Theo nơi người đó làm việc"),
            help_text=_("Người của một cơ quan chủ trì lĩnh vực do thủ trưởng cơ quan đó ký phần thẩm định của mình."),
        )
        self.order_fields(self.field_order)

    @property
    def panel(self) -> Panel:
        return Panel.TEAM if self.cleaned_data["position"] in TEAM else Panel.COUNCIL

    def seat(self) -> dict[str, Any]:
        """What the actions ask of a new seat."""
        given = {name: self.cleaned_data[name] for name in ("user", "body", "term_until")}
        return given | {"panel": self.panel, "position": Position(self.cleaned_data["position"])}


class AmendmentFields(forms.Form):
    """The decision that changes council or team, and why."""

    number = forms.CharField(label=gettext_lazy("Quyết định thay đổi: số, ký hiệu"), max_length=50)
    day = DateField(label=gettext_lazy("Ngày quyết định"), help_text=gettext_lazy("Ngày/tháng/năm."))
    reason = forms.CharField(
        label=gettext_lazy("Lý do"), widget=forms.Textarea(attrs={"rows": 2}), validators=[MaxLengthValidator(220)]
    )

    def amendment(self) -> Amendment:
        day: date = self.cleaned_data["day"]
        return Amendment(self.cleaned_data["number"], day, self.cleaned_data["reason"])


class AddMemberForm(AmendmentFields, MemberForm):
    """A member more, after the decision."""

    field_order = ("user", "position", "body", "term_until", "number", "day", "reason")


class HandOverForm(AmendmentFields):
    """Who takes the place of a member that leaves: of the panel already, or new to it."""

    field_order = ("successor", "number", "day", "reason")

    def __init__(self, *args: Any, member: PanelMember, needs_successor: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sitting = Q(panel_seats__round=member.round_id, panel_seats__panel=member.panel, panel_seats__left_at=None)
        near = Q(pk__in=people_near(member.round).order_by().values("pk"))
        people = User.objects.filter(sitting | near, is_active=True).exclude(pk=member.user_id).distinct()
        self.fields["successor"] = PersonField(
            people.order_by("full_name"),
            label=_("Người thay"),
            required=needs_successor,
            empty_label=_("Chọn người") if needs_successor else _("Không có người thay"),
            help_text=_("Người thay nhận chức vụ và các tiêu chí được giao; điểm đã chấm, phiếu đã bỏ vẫn giữ nguyên."),
        )
        self.order_fields(self.field_order)


class TermForm(AmendmentFields):
    """Until when a member now sits on the council or in the team."""

    field_order = ("term_until", "number", "day", "reason")

    term_until = DateField(
        label=gettext_lazy("Nhiệm kỳ mới đến hết ngày"),
        help_text=gettext_lazy("Để trống nếu không có hạn."),
        required=False,
    )

    def term(self) -> dict[str, Any]:
        """What the action asks."""
        return {"amendment": self.amendment(), "term_until": self.cleaned_data["term_until"]}


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(label=gettext_lazy("Lý do"), max_length=300)


class ConflictForm(forms.Form):
    """With which unit a member has a conflict of interest, and why."""

    field_order = ("unit", "reason")

    reason = forms.CharField(
        label=gettext_lazy("Lý do"),
        help_text=gettext_lazy("Ví dụ: vợ là Chủ tịch UBND xã; đang được phân công phụ trách xã."),
        max_length=300,
    )

    def __init__(self, *args: Any, round: Round, barred: Collection[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(participations__round=round).exclude(pk__in=barred)
        self.fields["unit"] = forms.ModelChoiceField(
            units.order_by("code"), label=_("Đơn vị"), empty_label=_("Chọn đơn vị")
        )
        self.order_fields(self.field_order)


class AssignmentForm(forms.Form):
    """The nodes a member of the team appraises, for all units, for a block, or for single units.

    `nodes` are (code, name); what is not said is for all units.
    """

    scope = forms.CharField(widget=forms.HiddenInput, required=False)
    codes = forms.MultipleChoiceField(
        label=gettext_lazy("Tiêu chí giao thẩm định"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Chưa chọn lĩnh vực hoặc tiêu chí nào.")},
    )

    def __init__(self, *args: Any, round: Round, nodes: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.blocks = {str(block.pk): block for block in round.blocks.all()}
        field = self.fields["codes"]
        field.choices = list(nodes)  # type: ignore[attr-defined]  # a MultipleChoiceField, as declared above
        self.fields["units"] = forms.ModelMultipleChoiceField(
            Unit.objects.filter(participations__round=round).order_by("code"), label=_("Đơn vị"), required=False
        )

    def clean_scope(self) -> Block | str:
        scope: str = self.cleaned_data["scope"] or EVERYWHERE
        if scope in (EVERYWHERE, UNITS):
            return scope
        if scope not in self.blocks:
            raise forms.ValidationError(_("Không có khối này trong đợt đánh giá."))
        return self.blocks[scope]

    def clean(self) -> None:
        if self.cleaned_data.get("scope") == UNITS and not self.cleaned_data.get("units"):
            self.add_error("units", _("Chưa chọn đơn vị nào."))


class TakeBackForm(forms.Form):
    """Which part of a member's assignments is taken back: of all units, of a block, of one unit."""

    def __init__(self, *args: Any, round: Round, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["block"] = forms.ModelChoiceField(round.blocks.all(), required=False)
        self.fields["unit"] = forms.ModelChoiceField(Unit.objects.all(), required=False)


class GapForm(forms.Form):
    """Who takes one leaf in the units that lack somebody."""

    def __init__(self, *args: Any, round: Round, members: QuerySet[PanelMember], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"] = MemberField(members, label=_("Giao cho"), empty_label=_("Chọn thành viên"))
        self.fields["units"] = forms.ModelMultipleChoiceField(
            Unit.objects.filter(participations__round=round),
            label=_("Đơn vị"),
            error_messages={"required": _("Chưa chọn đơn vị nào.")},
        )


class MemberField(forms.ModelChoiceField[PanelMember]):
    """Says the name, the position and the body."""

    def label_from_instance(self, obj: Any) -> str:
        return " · ".join(filter(None, (obj.user.full_name, obj.get_position_display(), obj.body and obj.body.name)))


class WishForm(forms.Form):
    """What the balanced proposal shall give out."""

    def __init__(self, *args: Any, round: Round, areas: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = forms.ChoiceField(
            label=_("Lĩnh vực"), required=False, choices=[("", _("Mọi tiêu chí còn thiếu người")), *areas]
        )
        self.fields["body"] = forms.ModelChoiceField(
            Unit.objects.filter(
                panel_members__round=round, panel_members__panel=Panel.TEAM, panel_members__left_at=None
            )
            .distinct()
            .order_by("name"),
            label=_("Giao cho"),
            required=False,
            empty_label=_("Mọi thành viên Tổ"),
        )
        self.fields["block"] = forms.ModelChoiceField(
            round.blocks.order_by("pk"), label=_("Khối"), required=False, empty_label=_("Mọi khối")
        )

    def wish(self) -> Wish:
        """The wish; everything where nothing was chosen."""
        given = self.cleaned_data if self.is_valid() else {}
        body, block = given.get("body"), given.get("block")
        codes = frozenset(filter(None, [given.get("code")]))
        return Wish(codes, body.pk if body else None, block.pk if block else None)


class JudgingRulesForm(forms.Form):
    """How team and council judge; what is fixed already has no field and stays as `initial` has it."""

    independent_codes = forms.MultipleChoiceField(
        label=gettext_lazy("Tiêu chí do hai người thẩm định độc lập"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    independent_step = NumberField(
        label=gettext_lazy("Chênh lệch được lấy bình quân, không quá (điểm)"),
        help_text=gettext_lazy("Chênh lệch lớn hơn thì Tổ trưởng quyết định và ghi lý do."),
    )
    majority = forms.ChoiceField(
        label=gettext_lazy("Nội dung biểu quyết được thông qua khi"), choices=MajorityRule, widget=forms.RadioSelect
    )
    chair_casts = forms.BooleanField(
        label=gettext_lazy("Khi số phiếu ngang nhau, kết quả theo ý kiến của Chủ tịch Hội đồng"), required=False
    )
    large_cut_percent = forms.IntegerField(
        label=gettext_lazy("Đưa ra Hội đồng tiêu chí bị hạ từ bao nhiêu phần trăm điểm tối đa"),
        min_value=1,
        max_value=100,
        error_messages={
            "required": gettext_lazy("Chưa ghi tỷ lệ phần trăm."),
            "invalid": gettext_lazy("Tỷ lệ phải là số nguyên, như 50."),
            "min_value": gettext_lazy("Tỷ lệ không nhỏ hơn %(limit_value)s."),
            "max_value": gettext_lazy("Tỷ lệ không quá %(limit_value)s."),
        },
    )

    def __init__(
        self,
        *args: Any,
        nodes: Iterable[tuple[str, str]],
        team_is_open: bool,
        council_is_open: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["independent_codes"].choices = list(nodes)  # type: ignore[attr-defined]  # a MultipleChoiceField
        for name in list(self.fields):
            if not (team_is_open if name.startswith("independent") else council_is_open):
                del self.fields[name]

    def rules(self) -> JudgingRules:
        return JudgingRules(**{**self.initial, **self.cleaned_data})
