"""The forms that write a plan: a row with its bodies, the texts, and a date that moves."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chiso.indexsets.forms import DecisionForm
from chiso.organizations.choices import UnitKind
from chiso.organizations.models import Unit
from chiso.rounds.actions.planning import PlanTexts, mark_of_texts
from chiso.rounds.choices import BodyKind, TaskRole
from chiso.rounds.guidance import GuidanceForm
from chiso.rounds.models import Plan, PlanTask
from chiso.rounds.plan_file import BOUND_STAGES, MOST_OF_A_TEXT
from chiso.rounds.plan_papers.wording import WordingError, one_line, printed_words, read_deadline
from chiso.rounds.plan_rows import GivenBody, GivenTask, faults_of, given_of, mark_of

DEADLINE_HINT = gettext_lazy(
    "Như “Trước ngày 20/12/2022”, “Chậm nhất ngày 15/01/2023”, “Tháng 11-12/2022”, “Từ ngày 01/12/2022 đến ngày "
    "05/12/2022”."
)
_BLANK_ROWS = 2
_MOST_BODIES = 30
_UNIT = "unit:"


class BodyForm(forms.Form):
    """One body of a row: the name as it is printed, and whom it means. An empty name takes the body out."""

    label = forms.CharField(label=gettext_lazy("Tên ghi trong Kế hoạch"), max_length=200, required=False)
    whom = forms.ChoiceField(label=gettext_lazy("Chỉ ai"), required=False)

    def __init__(self, *args: Any, units: dict[str, Unit], whom: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = units
        self.fields["whom"].choices = whom  # type: ignore[attr-defined]  # a ChoiceField

    def given(self) -> GivenBody | None:
        """What was given; a body that is chosen but has no name is printed by the unit's name."""
        whom = self.cleaned_data.get("whom") or BodyKind.OTHER.value
        unit = self.units.get(whom)
        label = one_line(self.cleaned_data.get("label") or "") or (unit.name if unit else "")
        return GivenBody(label, BodyKind.UNIT if unit else whom, unit) if label else None


BodyFormSet: type[forms.BaseFormSet[BodyForm]] = forms.formset_factory(
    BodyForm, extra=_BLANK_ROWS, max_num=_MOST_BODIES, absolute_max=_MOST_BODIES + _BLANK_ROWS
)


class TaskForm(forms.Form):
    """One row of part II; its bodies are two sets of small forms beside it."""

    code = forms.CharField(label=gettext_lazy("Số thứ tự"), max_length=10)
    title = forms.CharField(
        label=gettext_lazy("Nhiệm vụ"), max_length=500, widget=forms.Textarea(attrs={"rows": 2, "maxlength": 500})
    )
    deadline_text = forms.CharField(
        label=gettext_lazy("Thời gian, ghi như in trong Kế hoạch"),
        help_text=DEADLINE_HINT,
        max_length=100,
        required=False,
    )
    stage = forms.ChoiceField(
        label=gettext_lazy("Mở giai đoạn"),
        choices=[("", gettext_lazy("Không mở giai đoạn nào")), *((key.value, key.label) for key in BOUND_STAGES)],
        help_text=gettext_lazy("Giai đoạn khóa khi hết thời hạn của dòng này."),
        required=False,
    )
    note = forms.CharField(label=gettext_lazy("Ghi chú"), max_length=300, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, plan: Plan, task: PlanTask | None = None, **kwargs: Any) -> None:
        self.plan, self.task = plan, task
        given = given_of(task) if task else None
        kwargs["initial"] = {**vars(given), "seen": mark_of(task)} if given and task else {}
        super().__init__(*args, **kwargs)
        if task is None:
            del self.fields["seen"]
            rows = [(row.code, f"{row.code} {row.title}"[:80]) for row in plan.tasks.order_by("position")]
            self.fields["after"] = forms.ChoiceField(
                label=_("Đứng sau dòng"), choices=rows, initial=rows[-1][0] if rows else None, required=bool(rows)
            )
        else:
            self.fields["deadline_text"].help_text = _("%(hint)s Bỏ trống nếu là dòng tiêu đề.") % {
                "hint": DEADLINE_HINT
            }
        self.lead = self._bodies(TaskRole.LEAD, given.lead if given else ())
        self.coordinate = self._bodies(TaskRole.COORDINATE, given.coordinate if given else ())

    def _bodies(self, role: TaskRole, given: tuple[GivenBody, ...]) -> "forms.BaseFormSet[BodyForm]":
        units = self._units()
        named = [(key, unit.name) for key, unit in units.items()]
        whom: list[Any] = [(kind.value, kind.label) for kind in BodyKind if kind != BodyKind.UNIT]
        whom = [whom[-1], *whom[:-1], (_("Một cơ quan, đơn vị"), named)]
        initial = [
            {"label": body.label, "whom": f"{_UNIT}{body.unit.pk}" if body.unit else body.kind} for body in given
        ]
        return BodyFormSet(
            self.data if self.is_bound else None,
            prefix=role.value,
            initial=initial,
            form_kwargs={"units": units, "whom": whom},
        )

    def _units(self) -> dict[str, Unit]:
        if not hasattr(self, "_known_units"):
            authority = self.plan.round.authority_id
            near = Unit.objects.filter(Q(parent=authority) | Q(pk=authority))
            last = [UnitKind.JUDGED.value]
            rows = sorted(near, key=lambda unit: (unit.kind in last, unit.name))
            self._known_units = {f"{_UNIT}{unit.pk}": unit for unit in rows}
        return self._known_units

    def clean_deadline_text(self) -> str:
        return printed_words(self.cleaned_data["deadline_text"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for bodies in (self.lead, self.coordinate):
            if not bodies.is_valid():
                faults = {str(error) for form in bodies for errors in form.errors.values() for error in errors}
                for error in [*sorted(faults), *bodies.non_form_errors()]:
                    self.add_error(None, error)
        if not self.errors:
            for field, fault in faults_of(self.plan, self.given(), but=self.task).items():
                self.add_error(field, fault)
        return cleaned

    def given(self) -> GivenTask:
        """The row that was given."""
        said = self.cleaned_data
        return GivenTask(
            code=one_line(said["code"]),
            title=one_line(said["title"]),
            deadline_text=said["deadline_text"],
            stage=said["stage"],
            note=one_line(said["note"]),
            lead=tuple(body for form in self.lead if (body := form.given())),
            coordinate=tuple(body for form in self.coordinate if (body := form.given())),
        )


def _lines(label: Any, rows: int, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=False,
        max_length=MOST_OF_A_TEXT,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class IssuePlanForm(DecisionForm):
    """Number and date of the plan, and the mark of the draft that the head read."""

    seen = forms.CharField(widget=forms.HiddenInput)


class PlanTextsForm(forms.Form):
    """What the plan says beside its tasks: each line is a paragraph."""

    superior_plan = forms.CharField(label=gettext_lazy("Kế hoạch của cấp trên"), max_length=300, required=False)
    before_counts_day = forms.BooleanField(
        label=gettext_lazy("“Trước ngày” tính cả ngày ghi trong Kế hoạch"),
        help_text=gettext_lazy("Không đánh dấu: “Trước 15/12/2022” là hết 24 giờ ngày 14/12/2022."),
        required=False,
    )
    preamble = _lines(gettext_lazy("Phần mở đầu"), 4)
    aims = _lines(
        gettext_lazy("I. Mục đích, yêu cầu"),
        8,
        gettext_lazy("Mỗi dòng là một đoạn; dòng bắt đầu bằng số (“1. Mục đích”) in là đề mục."),
    )
    duties = _lines(gettext_lazy("III. Tổ chức thực hiện"), 10)
    closing = _lines(gettext_lazy("Đoạn kết"), 3)
    recipients = _lines(gettext_lazy("Nơi nhận"), 5, gettext_lazy("Mỗi dòng là một nơi nhận."))
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        texts = {name: getattr(plan, name) for name in self.base_fields if name != "seen"}
        kwargs["initial"] = {**texts, "seen": mark_of_texts(plan)}
        super().__init__(*args, **kwargs)

    def texts(self) -> PlanTexts:
        """The texts that were given, lines without blanks at their ends."""
        said: dict[str, Any] = {
            name: "\n".join(line.rstrip() for line in value.strip().splitlines()) if isinstance(value, str) else value
            for name, value in self.cleaned_data.items()
            if name != "seen"
        }
        return PlanTexts(**said)


class MoveDeadlineForm(GuidanceForm):
    """Another date for a row of the issued plan, with the reason and the document it rests on."""

    field_order = ("deadline_text", "reason", "guidance_number", "guidance_date", "shown")

    deadline_text = forms.CharField(
        label=gettext_lazy("Thời gian mới, ghi như in trong Kế hoạch"), help_text=DEADLINE_HINT, max_length=100
    )
    reason = forms.CharField(label=gettext_lazy("Lý do"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    shown = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, task: PlanTask, **kwargs: Any) -> None:
        shown = task.ends_at.isoformat() if task.ends_at else ""
        kwargs["initial"] = {"deadline_text": task.deadline_text, "shown": shown}
        super().__init__(*args, **kwargs)
        self.fields["guidance_number"].required = self.fields["guidance_date"].required = True

    def clean_deadline_text(self) -> str:
        words = printed_words(self.cleaned_data["deadline_text"])
        try:
            read_deadline(words)
        except WordingError as error:
            raise forms.ValidationError(str(error)) from error
        return words

    def clean_shown(self) -> datetime:
        try:
            return datetime.fromisoformat(self.cleaned_data["shown"])
        except ValueError as error:
            raise forms.ValidationError(_("Trang đã cũ. Hãy tải lại trang rồi đổi tiếp.")) from error

    def wish(self) -> dict[str, Any]:
        """What is asked for, by the names that the action gives it."""
        return {"wording": self.cleaned_data["deadline_text"], "reason": self.cleaned_data["reason"]}
