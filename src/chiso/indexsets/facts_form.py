"""The facts of one leaf as a form, made from the inputs of its rule.

Numbers are read the Vietnamese way here and kept as plain strings, as the facts file has them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from django import forms
from django.utils.translation import gettext as _

from chiso.common.fields import NumberField
from chiso.common.numbers import format_number
from chiso.indexsets.answers import Answer
from chiso.scoring import FactErrors, Input, InputKind, Node

_CHOSEN = frozenset({InputKind.LEVEL, InputKind.YES_NO, InputKind.ITEMS})
_POINTS = " điểm"


class Stated(Protocol):
    """Whatever was stated of a leaf before: a stored row, or an `Answer` in a trial."""

    @property
    def facts(self) -> Mapping[str, str]: ...
    @property
    def not_applicable(self) -> bool: ...
    @property
    def decided(self) -> Decimal | None: ...


@dataclass(frozen=True)
class Option:
    """One choice of a level, a checklist or a yes-no question, as `leaf_choices.html` draws it."""

    value: str
    label: str
    points: str
    is_chosen: bool


@dataclass(frozen=True)
class Part:
    """A piece of the form: either number fields side by side, or one set of choices."""

    legend: str = ""
    name: str = ""
    numbers: tuple[forms.BoundField, ...] = ()
    options: tuple[Option, ...] = ()
    many: bool = False
    inline: bool = False
    error: str = ""


class FactsForm(forms.Form):
    """The inputs of a leaf's rule, and the claim that the leaf does not apply where the set allows it."""

    use_required_attribute = False

    def __init__(self, node: Node, row: Stated, data: Any = None, **options: Any) -> None:
        self.node = node
        self.row = row
        super().__init__(data, auto_id="id_%s", **options)
        made = {field_key(one): _field(one, row.facts) for one in shown_inputs(node, row)}
        if node.not_applicable is not None:
            made["not_applicable"] = forms.BooleanField(
                label=_("Không áp dụng với đơn vị"), required=False, initial=row.not_applicable
            )
        self.fields = made | self.fields

    def clean(self) -> dict[str, Any]:
        """A side of a branch was filled in, but not the question that decides which side counts."""
        given = super().clean() or self.cleaned_data
        sides = [key for key in given if key.startswith(("yes.", "no.")) and given[key]]
        if sides and not given.get("condition") and not given.get("not_applicable"):
            self.add_error("condition", _("Chưa chọn có hoặc không."))
        return given

    def parts(self) -> Iterator[Part]:
        """The fact fields, grouped as people fill them in."""
        waiting: list[Input] = []
        for one in shown_inputs(self.node, self.row):
            if waiting and (one.kind in _CHOSEN or one.when != waiting[0].when):
                yield self._numbers(waiting)
                waiting = []
            if one.kind in _CHOSEN:
                yield self._choices(one)
            else:
                waiting.append(one)
        if waiting:
            yield self._numbers(waiting)

    def has_choices(self) -> bool:
        return any(one.kind in _CHOSEN for one in shown_inputs(self.node, self.row))

    def answer(self) -> Answer:
        """What was entered. A leaf that does not apply has no facts."""
        if self.cleaned_data.get("not_applicable"):
            return Answer({}, not_applicable=True)
        return Answer(self._facts(), decided=self.cleaned_data.get("decided"))

    def refuse(self, errors: FactErrors) -> None:
        """Put what the scoring core refused at the fields it names."""
        for problem in errors.problems:
            key = self._key_of(problem.input)
            # People know the label, not the name of the facts file.
            self.add_error(key, problem.message.replace(f" ({problem.input})", ""))

    def first_error(self) -> str:
        return next((str(error) for errors in self.errors.values() for error in errors), "")

    def _facts(self) -> dict[str, str]:
        side = self.cleaned_data.get("condition") or ""
        facts = {}
        for one in shown_inputs(self.node, self.row):
            text = _as_fact(self.cleaned_data.get(field_key(one)))
            if text and one.when in ("", side):
                facts[one.name] = text
        return facts

    def _key_of(self, name: str) -> str | None:
        side = self.cleaned_data.get("condition") or ""
        return next((key for key in (name, f"{side}.{name}") if key in self.fields), None)

    def _numbers(self, inputs: list[Input]) -> Part:
        return Part(side_words(inputs[0]), numbers=tuple(self[field_key(one)] for one in inputs))

    def _choices(self, one: Input) -> Part:
        bound = self[field_key(one)]
        chosen = bound.value() or []
        values = chosen if isinstance(chosen, list) else [chosen]
        return Part(
            legend=side_words(one) or first_upper(one.label),
            name=bound.html_name,
            options=tuple(_option(value, label, values) for value, label in choices_of(one)),
            many=one.kind == InputKind.ITEMS,
            inline=one.kind == InputKind.YES_NO,
            error=" ".join(map(str, bound.errors)),
        )


def shown_inputs(node: Node, row: Stated) -> list[Input]:
    """The inputs of the rule; the percentage that may stand for a pair only where it was used before."""
    inputs = node.rule.inputs if node.rule else ()
    names = {one.name for one in inputs}
    return [
        one
        for one in inputs
        if one.kind != InputKind.PERCENT or one.required or "numerator" not in names or "percent" in row.facts
    ]


def field_key(one: Input) -> str:
    return f"{one.when}.{one.name}" if one.when else one.name


def side_words(one: Input) -> str:
    return {"": "", "yes": _("Nếu có"), "no": _("Nếu không")}[one.when]


def _field(one: Input, facts: Mapping[str, str]) -> forms.Field:
    stored = facts.get(one.name, "")
    if one.when and facts.get("condition") != one.when:
        stored = ""
    label = first_upper(one.label)
    if one.kind == InputKind.ITEMS:
        return forms.MultipleChoiceField(
            label=label, choices=choices_of(one), required=False, initial=stored.split(";") if stored else []
        )
    if one.kind in _CHOSEN:
        return forms.ChoiceField(label=label, choices=choices_of(one), required=False, initial=stored)
    return NumberField(label=label, required=False, initial=written(stored))


def choices_of(one: Input) -> list[tuple[str, str]]:
    none = [("0", _("Không đạt yêu cầu nào"))] if one.kind == InputKind.ITEMS else []
    return [*one.choices, *none]


def _option(value: str, label: str, chosen: list[str]) -> Option:
    name, colon, points = label.rpartition(": ")
    if colon and points.endswith(_POINTS):
        return Option(value, name, points.removesuffix(_POINTS), value in chosen)
    return Option(value, label, "", value in chosen)


def _as_fact(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, list):
        return ";".join(sorted(value, key=int))
    return value or ""


def written(stored: str) -> str:
    """A stored figure as people write it: `1183.5` becomes `1.183,5`."""
    try:
        return format_number(Decimal(stored.replace(",", "."))) if stored else ""
    except InvalidOperation:
        return stored


def first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]
