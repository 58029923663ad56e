"""From what a new round's plan is made: a file, the template, or the plan of an earlier round."""

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chiso.indexsets.forms import AuthorityForm
from chiso.organizations.choices import Role
from chiso.organizations.models import Unit, User
from chiso.rounds.models import Round
from chiso.rounds.plan_file import LIMITS, PlanErrors, PlanFile
from chiso.rounds.plan_papers.reading import MAX_FILE, read_plan_file
from chiso.rounds.plan_papers.renewing import renewed, template_plan
from chiso.rounds.plan_papers.wording import YEARS
from chiso.rounds.plan_source import meanings_of, plan_of

FILE, TEMPLATE = "file", "template"
_MOST_EARLIER = 20
_LONGEST_NAME = 80


class PlanFileField(forms.FileField):
    """A plan as Word, Excel or YAML, told by its content; its value is the plan, or every fault at once."""

    widget = forms.FileInput(attrs={"accept": ".docx,.xlsx,.xls,.yaml,.yml"})

    def to_python(self, data: Any) -> Any:
        """Read the upload."""
        upload = super().to_python(data)
        if upload is None:
            return None
        if (upload.size or 0) > MAX_FILE:
            raise forms.ValidationError(_("Tệp lớn hơn 5 MB. Hãy chọn đúng tệp Kế hoạch."), code="size")
        try:
            return read_plan_file(upload.read())
        except PlanErrors as errors:
            raise forms.ValidationError(list(errors.problems)) from errors


class PlanImportForm(AuthorityForm):
    """How to begin; valid, `cleaned_data` has the `plan` and the `coordinator` that runs its round."""

    field_order = ("authority", "source", "file", "year", "before_counts_day")

    file = PlanFileField(
        label=gettext_lazy("Tệp Kế hoạch"),
        help_text=gettext_lazy("Word (.docx), Excel (.xlsx, .xls) hoặc YAML; tối đa 5 MB. Chỉ cần khi lập từ tệp."),
        required=False,
    )
    year = forms.IntegerField(
        label=gettext_lazy("Năm đánh giá"),
        help_text=gettext_lazy("Chỉ cần khi lập từ mẫu hoặc từ Kế hoạch trước: các ngày chuyển theo năm này."),
        min_value=YEARS[0],
        max_value=YEARS[-1],
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        required=False,
    )
    before_counts_day = forms.BooleanField(
        label=gettext_lazy("“Trước ngày” tính cả ngày ghi trong Kế hoạch"),
        help_text=gettext_lazy("Không đánh dấu: “Trước 15/12/2022” là hết 24 giờ ngày 14/12/2022."),
        required=False,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.user = user
        mine = [unit for unit in user.authorities_run() if user.coordinates(unit)]
        rounds = Round.objects.visible_to(user).filter(authority__in=mine).select_related("plan", "authority")
        self.earlier = {str(one.pk): one for one in rounds.order_by("-year", "-pk")[:_MOST_EARLIER]}
        choices = [
            (FILE, _("Từ tệp Kế hoạch")),
            (TEMPLATE, _("Từ mẫu có sẵn: 16 nhiệm vụ, sửa được sau")),
            *(
                (pk, _("Từ Kế hoạch năm %(year)d: %(name)s") % {"year": one.year, "name": _short(one.name)})
                for pk, one in self.earlier.items()
            ),
        ]
        # The next round is as a rule for the year after the last one.
        self.initial["year"] = max([self.initial.get("year") or 0, *(one.year + 1 for one in self.earlier.values())])
        self.fields["source"] = forms.ChoiceField(
            label=_("Cách lập"), choices=choices, widget=forms.RadioSelect, initial=FILE
        )
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        """Make the plan out of what was chosen."""
        given = super().clean() or {}
        authority, source = given.get("authority"), given.get("source")
        if authority is None or source is None:
            return given
        given["coordinator"] = office = office_of(self.user, authority)
        plan = given.get("file") if source == FILE else self._made(source, authority, office, given.get("year"))
        if plan is None and not self.errors:
            self.add_error("file", _("Chưa chọn tệp Kế hoạch."))
        elif plan is not None and len(plan.name) > LIMITS["name"]:
            self.add_error(None, _("Tên Kế hoạch dài quá %(limit)d ký tự.") % {"limit": LIMITS["name"]})
        return given | {"plan": plan}

    def _made(self, source: str, authority: Unit, office: Unit, year: int | None) -> PlanFile | None:
        earlier = self.earlier.get(source)
        if year is None:
            if "year" not in self.errors:
                self.add_error("year", _("Chưa ghi năm đánh giá."))
        elif earlier is None:
            return template_plan(year, authority=authority.name, office=office.name)
        elif earlier.authority_id != authority.pk:
            self.add_error("source", _("Đây là Kế hoạch của %(name)s.") % {"name": earlier.authority.name})
        elif earlier.year == year:
            self.add_error("year", _("Năm %(year)d đã có Kế hoạch này. Hãy ghi năm khác.") % {"year": year})
        else:
            kept = replace(plan_of(earlier.plan), aliases=meanings_of(earlier.plan))
            return renewed(kept, year)
        return None


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME].rsplit(' ', 1)[0]} …"


def office_of(user: User, authority: Unit) -> Unit:
    """The coordinating office in which this person works for that authority."""
    offices = [
        held.unit_id for held in user.roles() if held.role == Role.COORDINATOR and held.run_authority_id == authority.pk
    ]
    return Unit.objects.get(pk=min(offices))
