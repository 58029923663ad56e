"""Form fields that read Vietnamese numbers and dates, whatever Django's own formats say (design.md §4)."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from chiso.common.dates import DateNotUnderstood, format_date, parse_date
from chiso.common.numbers import NumberNotUnderstood, for_input, parse_number


class NumberInput(forms.TextInput):
    """Drawn without Django's three templates for each: a page of official figures has hundreds."""

    def _render(self, template_name: str, context: Any, renderer: Any) -> SafeString:
        drawn = context["widget"]
        given = {"type": drawn["type"], "name": drawn["name"]}
        given |= {} if drawn["value"] is None else {"value": drawn["value"]}
        told = ((name, value) for name, value in (given | drawn["attrs"]).items() if value is not False)
        words = (
            format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value) for name, value in told
        )
        return format_html("<input{}>", mark_safe("".join(words)))  # noqa: S308 each was escaped


class NumberField(forms.Field):
    """A Decimal in the Vietnamese reading; empty is None."""

    widget = NumberInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Decimal | None:
        if value in self.empty_values:
            return None
        try:
            return parse_number(str(value))
        except NumberNotUnderstood as error:
            raise ValidationError(str(error), code="number") from error

    def prepare_value(self, value: Any) -> Any:
        return for_input(value) if isinstance(value, Decimal) else value


class DateField(forms.Field):
    """A date written dd/mm/yyyy; empty is None."""

    widget = forms.TextInput(attrs={"placeholder": "dd/mm/yyyy", "autocomplete": "off", "inputmode": "numeric"})

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            return value
        try:
            return parse_date(str(value))
        except DateNotUnderstood as error:
            raise ValidationError(str(error), code="date") from error

    def prepare_value(self, value: Any) -> Any:
        return format_date(value) if isinstance(value, date) else value
