"""What one looks at on the board: all in the address, so that a view can be sent to a colleague, printed, exported."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from chiso.tracking.board_rows import STATES, TaskRow
from chiso.tracking.gantt import MONTHS, WEEKS

_ALL = ("", _("tất cả"))
_PAST, _WEEK, _MONTH = "da-qua", "7-ngay", "30-ngay"
_PERIODS = (_ALL, (_PAST, _("đã đến hạn")), (_WEEK, _("7 ngày tới")), (_MONTH, _("30 ngày tới")))
_SCALES = (("", _("tự chọn")), (WEEKS, _("theo tuần")), (MONTHS, _("theo tháng")))
_AHEAD = {_WEEK: timedelta(days=7), _MONTH: timedelta(days=30)}


class BoardForm(forms.Form):
    """A GET form; what is not a choice counts as not chosen."""

    mang = forms.ChoiceField(label=_("Mảng việc"), required=False)
    co_quan = forms.ChoiceField(label=_("Cơ quan"), required=False)
    tinh_trang = forms.ChoiceField(
        label=_("Tình trạng"), required=False, choices=[_ALL, *((key, words) for key, (words, _kind) in STATES.items())]
    )
    ky = forms.ChoiceField(label=_("Thời hạn"), required=False, choices=_PERIODS)
    ty_le = forms.ChoiceField(label=_("Trục thời gian"), required=False, choices=_SCALES)

    def __init__(self, data: Mapping[str, Any], tasks: Iterable[TaskRow]) -> None:
        super().__init__({name: data[name] for name in self.base_fields if name in data})
        listed = list(tasks)
        lines = {row.line: row for row in reversed(listed)}
        self._offer("mang", [(row.line, f"{row.line} {_short(row.title)}") for row in reversed(lines.values())])
        labels = sorted({body.label for row in listed for body in row.bodies})
        self._offer("co_quan", [(label, label) for label in labels])
        self.is_valid()

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = [_ALL, *choices]

    def chosen(self, name: str) -> str:
        return str(self.cleaned_data.get(name, ""))

    @property
    def query(self) -> str:
        """What is chosen, as it stands in an address."""
        return urlencode({name: self.chosen(name) for name in self.fields if self.chosen(name)})

    @property
    def is_filtering(self) -> bool:
        return any(self.chosen(name) for name in self.fields if name != "ty_le")

    def left(self, tasks: Iterable[TaskRow], at: datetime) -> tuple[TaskRow, ...]:
        """The tasks that the filters leave; a heading stays where something under it does, or nothing is chosen."""
        listed = list(tasks)
        kept = {row.pk for row in listed if not row.is_heading and self._keeps(row, at)}
        lines = {row.line for row in listed if row.pk in kept}
        return tuple(row for row in listed if row.pk in kept or (row.is_heading and row.line in lines))

    def _keeps(self, row: TaskRow, at: datetime) -> bool:
        line, body, state, period = (self.chosen(name) for name in ("mang", "co_quan", "tinh_trang", "ky"))
        if line and row.line != line:
            return False
        if body and all(one.label != body for one in row.bodies):
            return False
        if state and row.state != state:
            return False
        if row.ends is None or not period:
            return not period
        return row.ends <= at if period == _PAST else at < row.ends <= at + _AHEAD[period]


def _short(title: str) -> str:
    return title if len(title) <= 40 else title[:41].rsplit(" ", 1)[0] + "…"
