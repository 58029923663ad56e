"""The inputs that a rule is written with: fields, choices and tables of rows, drawn and read back by name.

Nothing typed is refused here: a number that is understood is kept in the one form of the file, anything else as it
was typed, and the findings say what is wrong. Rows are taken out by emptying them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from chiso.common.numbers import NumberNotUnderstood, parse_number
from chiso.indexsets.drafting.limits import MAX_ROWS
from chiso.indexsets.exchange.rule_trees import number_text
from chiso.indexsets.exchange.trees import Tree, Value, text_at
from chiso.scoring.numbers import NumberError
from chiso.scoring.numbers import parse_number as parse_canonical

Label = str | Promise
Options = tuple[tuple[str, Label], ...]

EMPTY_ROWS = 3


@dataclass(frozen=True)
class Cell:
    """One input: `shape` is text, number, choice or check; a choice that `reshapes` brings other fields with it."""

    name: str
    label: Label
    value: str
    shape: str = "text"
    options: Options = ()
    hint: Label = ""
    reshapes: bool = False


@dataclass(frozen=True)
class Part:
    """Fields side by side, or a table of rows; or one side of a branch with its own parts."""

    cells: tuple[Cell, ...] = ()
    title: Label = ""
    columns: tuple[Label, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    hint: Label = ""
    is_stacked: bool = False
    side: "tuple[Part, ...]" = ()


@dataclass(frozen=True)
class Column:
    key: str
    label: Label
    shape: str = "text"
    options: Options = ()


def canonical(text: str) -> str:
    """A number typed the Vietnamese way as the file holds it; anything else as it was typed.

    >>> canonical("1.234,5"), canonical("abc")
    ('1234.5', 'abc')
    """
    try:
        return number_text(parse_number(text)) if text.strip() else ""
    except NumberNotUnderstood:
        return text.strip()


def typed(stored: str) -> str:
    """A stored number as people type it: `0.5` becomes `0,5`.

    >>> typed("1234.5"), typed("1.2.3")
    ('1234,5', '1.2.3')
    """
    try:
        parse_canonical(stored)
    except NumberError:
        return stored
    return stored.replace(".", ",")


def read_text(data: Mapping[str, Any], prefix: str, key: str) -> str:
    return str(data.get(f"{prefix}-{key}", "")).replace("\r\n", "\n").strip()


def read_number(data: Mapping[str, Any], prefix: str, key: str) -> str:
    return canonical(read_text(data, prefix, key))


def read_texts(data: Mapping[str, Any], prefix: str, *keys: str) -> Tree:
    return {key: text for key in keys if (text := read_text(data, prefix, key))}


def read_numbers(data: Mapping[str, Any], prefix: str, *keys: str) -> Tree:
    return {key: number for key in keys if (number := read_number(data, prefix, key))}


def field(rule: Tree, prefix: str, key: str, label: Label, hint: Label = "") -> Cell:
    return Cell(f"{prefix}-{key}", label, text_at(rule, key), hint=hint)


def number_field(rule: Tree, prefix: str, key: str, label: Label, hint: Label = "") -> Cell:
    return Cell(f"{prefix}-{key}", label, typed(text_at(rule, key)), "number", hint=hint)


def choice(rule: Tree, prefix: str, key: str, label: Label, options: Options, *, reshapes: bool = False) -> Cell:
    return Cell(f"{prefix}-{key}", label, text_at(rule, key), "choice", options, reshapes=reshapes)


def texts(*cells: Cell) -> Part:
    """Long fields, one below the other."""
    return Part(cells, is_stacked=True)


def table(prefix: str, title: Label, columns: tuple[Column, ...], rows: list[dict[str, str]], hint: Label = "") -> Part:
    """A table of rows with a few empty ones below; `hint` says how the table is read."""
    blank = min(EMPTY_ROWS, max(MAX_ROWS - len(rows), 0))
    shown = [*rows, *({} for _place in range(blank))]
    return Part(
        title=title,
        columns=tuple(column.label for column in columns),
        rows=tuple(tuple(_cell(prefix, place, column, row) for column in columns) for place, row in enumerate(shown)),
        hint=hint,
    )


def _cell(prefix: str, place: int, column: Column, row: dict[str, str]) -> Cell:
    label = _("%(column)s, dòng %(row)d") % {"column": column.label, "row": place + 1}
    value = row.get(column.key, "")
    shown = typed(value) if column.shape == "number" else value
    return Cell(f"{prefix}-{place}-{column.key}", label, shown, column.shape, column.options)


def read_rows(data: Mapping[str, Any], prefix: str, columns: tuple[Column, ...]) -> list[dict[str, str]]:
    """The rows of a table that are not empty; a choice or a tick alone says nothing."""
    rows = []
    for place in range(MAX_ROWS + 1):
        at = f"{prefix}-{place}"
        row = {
            one.key: read_number(data, at, one.key) if one.shape == "number" else read_text(data, at, one.key)
            for one in columns
        }
        if any(row[one.key] for one in columns if one.shape in ("text", "number")):
            rows.append(row)
    return rows


def written(row: dict[str, str], *keys: str) -> dict[str, Value]:
    return {key: row[key] for key in keys if row.get(key)}


def shown_expression(text: str) -> str:
    """A formula of the file as people write it: decimal commas, and semicolons between what min and max choose from.

    >>> shown_expression("min(1, a / 0.5) * b")
    'min(1; a / 0,5) * b'
    """
    return re.sub(r"(?<=\d)\.(?=\d)", ",", text.replace(",", ";"))


def canonical_expression(text: str) -> str:
    """A formula typed with the signs of a text book, as the file holds it.

    >>> canonical_expression("min(1; a ÷ 0,5) × b − 2")
    'min(1, a / 0.5) * b - 2'
    """
    for sign, plain in (("×", "*"), ("÷", "/"), ("−", "-"), ("–", "-")):
        text = text.replace(sign, plain)
    if ";" in text or not re.search(r"\b(min|max)\b", text):
        text = re.sub(r"(?<=\d),(?=\d)", ".", text)
    return text.replace(";", ",")
