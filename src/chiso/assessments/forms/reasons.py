"""Ready-made reasons: one from the field of a judgement, or one of a list with the criterion it is for."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from chiso.assessments.models import ReadyReason
from chiso.assessments.reasons import LONGEST

OWN, TEAM = "own", "team"


class ReasonText(forms.Form):
    """What stands in the field of a judgement; the action says what is wrong with it as a ready reason."""

    reason = forms.CharField(required=False)

    def onto(self, reason: ReadyReason) -> ReadyReason:
        reason.text = self.cleaned_data["reason"]
        return reason


class ReasonForm(forms.Form):
    """One ready reason, and for which criteria; a new one of the leader also says in whose list."""

    text = forms.CharField(
        label=gettext_lazy("Lý do"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": gettext_lazy("Chưa có nội dung lý do mẫu."),
            "max_length": gettext_lazy(
                "Lý do mẫu dài %(show_value)d ký tự; tối đa %(limit_value)d ký tự, hãy rút ngắn."
            ),
        },
    )
    code = forms.ChoiceField(
        label=gettext_lazy("Dùng cho"),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Không có tiêu chí %(value)s. Hãy chọn lại.")},
    )
    whose = forms.ChoiceField(
        label=gettext_lazy("Danh sách"),
        choices=[(TEAM, gettext_lazy("Của Tổ, mọi thành viên dùng")), (OWN, gettext_lazy("Của riêng tôi"))],
        widget=forms.RadioSelect,
        initial=TEAM,
    )
    seen = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def __init__(
        self,
        codes: Sequence[tuple[str, str]],
        data: Any = None,
        *,
        reason: ReadyReason | None = None,
        may_choose_list: bool = False,
    ) -> None:
        known = {"text": reason.text, "code": reason.code, "seen": reason.text} if reason else {}
        super().__init__(data, initial=known)
        choices = [("", gettext_lazy("Mọi tiêu chí")), *codes]
        if reason and reason.code not in dict(choices):  # Of an edition that was re-issued since.
            choices.append((reason.code, reason.code))
        self.fields["code"].choices = choices  # type: ignore[attr-defined]
        if not may_choose_list:
            self.fields.pop("whose")

    def is_for_team(self) -> bool:
        return self.cleaned_data.get("whose") == TEAM
