"""Forms by which a unit shares its work."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from chiso.common.fields import DateField
from chiso.organizations.models import User

NOBODY = "0"


class PersonField(forms.ChoiceField):
    """One of some people; its value is the person."""

    def __init__(self, people: Sequence[User], *, first: tuple[str, str], **kwargs: Any) -> None:
        self.people = {str(person.pk): person for person in people}
        super().__init__(choices=[first, *((key, _named(one)) for key, one in self.people.items())], **kwargs)

    def clean(self, value: Any) -> User | None:
        return self.people.get(super().clean(value))


def _named(person: User) -> str:
    return f"{person.full_name} · {person.title}" if person.title else person.full_name


class ShareForm(forms.Form):
    """Which leaves and areas go to whom, until when; the boxes stand in the table of the page."""

    def __init__(self, codes: Sequence[str], officials: Sequence[User], data: Any = None) -> None:
        super().__init__(data)
        self.fields["codes"] = forms.MultipleChoiceField(
            choices=[(code, code) for code in codes],
            error_messages={
                "required": gettext_lazy("Chưa chọn tiêu chí nào. Hãy đánh dấu tiêu chí hoặc lĩnh vực trong bảng."),
                "invalid_choice": gettext_lazy("Không có tiêu chí %(value)s trong hồ sơ. Hãy tải lại trang."),
            },
        )
        self.fields["to"] = PersonField(
            officials,
            first=("", str(gettext_lazy("Chọn người"))),
            label=gettext_lazy("Giao cho"),
            error_messages={"required": gettext_lazy("Chưa chọn người nhận việc.")},
        )
        self.fields["until"] = DateField(
            label=gettext_lazy("Hạn nội bộ"),
            help_text=gettext_lazy("Hết ngày này; không sau hạn nộp hồ sơ."),
            required=False,
        )
        if data is not None and "take_back" in data:
            self.fields["to"].required = False


class HandOverForm(forms.Form):
    """Everything of one person goes to another."""

    def __init__(self, givers: Sequence[User], officials: Sequence[User], data: Any = None) -> None:
        super().__init__(data)
        self.givers = givers
        first = ("", str(gettext_lazy("Chọn người")))
        for name, label, people in (
            ("giver", gettext_lazy("Phần việc của"), givers),
            ("receiver", gettext_lazy("Bàn giao cho"), officials),
        ):
            self.fields[name] = PersonField(
                people, first=first, label=label, error_messages={"required": gettext_lazy("Chưa chọn người.")}
            )
