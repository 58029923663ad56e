"""The rows of a workbook: for every leaf that the unit scores itself, one row for each thing it may enter.

A row is found again by its leaf and its field, wherever it was moved to. Fields bear the names of `LeafForm`; of a
checklist every requirement is a row of its own (`items.3`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from django.utils.translation import gettext_noop

from chiso.assessments.models import Entry
from chiso.indexsets.facts_form import choices_of, field_key, first_upper, shown_inputs
from chiso.scoring import IndexSet, Input, InputKind, Node
from chiso.scoring.numbers import Exact, write_vietnamese
from chiso.scoring.rules.base import parse_yes_no

NO_REQUIREMENT = "0"
YES_NO = (("yes", "Có"), ("no", "Không"))
_SIDES = {"": "", "yes": "Nếu có: ", "no": "Nếu không: "}
_LONGEST_CHOICE = 150
"""Of a choice in the list of a cell; the whole of it stands beside."""


class RowKind(Enum):
    """How a value is written in its cell; the value is what people call it."""

    WHOLE = "Số nguyên"
    NUMBER = "Số"
    CHOICE = "Chọn"
    YES_NO = "Có/Không"
    DATE = "Ngày"
    TEXT = "Văn bản"


@dataclass(frozen=True, slots=True)
class Row:
    """One value cell: which leaf and field it is, what is asked, and what may be entered.

    `options` are (value, words in the cell) of a choice. `low` and `high` bound a number for the validation of Excel.
    """

    code: str
    field: str
    label: str
    kind: RowKind
    allowed: str = ""
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()
    low: str | None = None
    high: str | None = None

    @property
    def key(self) -> str:
        return f"{self.code}/{self.field}"


LABELS = {
    "as_of": gettext_noop("Số liệu đến ngày"),
    "note": gettext_noop("Thuyết minh cách chấm điểm"),
    "no_document": gettext_noop("Không có tài liệu; thuyết minh thay tài liệu"),
    "not_applicable": gettext_noop("Không áp dụng với đơn vị"),
    "decided": gettext_noop("Tự chấm thấp hơn cách chấm"),
    "reason": gettext_noop("Lý do không áp dụng hoặc tự chấm thấp hơn"),
}
"""What a unit may say beside the facts, in the order of the workbook."""


def own_leaves(index_set: IndexSet) -> tuple[Node, ...]:
    """The leaves that the unit scores itself."""
    return tuple(node for node in index_set.leaves if node.method == "self" and not node.is_info)


def rows_of(node: Node, entry: Entry) -> list[Row]:
    """The rows of a leaf, facts first."""
    rows = [row for one in shown_inputs(node, entry) for row in _fact_rows(node.code, one)]
    left_out = set() if node.not_applicable else {"not_applicable"}
    if not node.evidence and not entry.no_document:
        left_out.add("no_document")  # As `LeafForm`: nothing is asked for, so nothing has to stand in its place.
    rows.extend(_common_rows(node, (field for field in LABELS if field not in left_out)))
    return rows


def _fact_rows(code: str, one: Input) -> Iterator[Row]:
    key, side = field_key(one), _SIDES[one.when]
    label = side + (one.label if side else first_upper(one.label))
    if one.kind == InputKind.ITEMS:
        for value, words in one.choices:
            yield Row(code, f"{key}.{value}", f"{side}{value}. {words}", RowKind.YES_NO, "Có; Không", options=YES_NO)
    elif one.kind == InputKind.YES_NO:
        yield Row(code, key, label, RowKind.YES_NO, "Có; Không", options=YES_NO)
    elif one.kind == InputKind.LEVEL:
        options = tuple((value, _numbered(value, words)) for value, words in choices_of(one))
        allowed = "\n".join(f"{value}. {words}" for value, words in one.choices)
        yield Row(code, key, label, RowKind.CHOICE, allowed, options=options)
    else:
        kind = RowKind.WHOLE if one.kind == InputKind.WHOLE else RowKind.NUMBER
        low, high = (None if end is None else f"{float(end):.15g}" for end in (one.minimum, one.maximum))
        yield Row(code, key, label, kind, _range_words(kind, one.minimum, one.maximum), low=low, high=high)


def _numbered(value: str, words: str) -> str:
    text = f"{value}. {words}"
    return text if len(text) <= _LONGEST_CHOICE else text[: _LONGEST_CHOICE - 1] + "…"


@lru_cache(maxsize=512)
def _range_words(kind: RowKind, minimum: Exact | None, maximum: Exact | None) -> str:
    low, high = (None if end is None else write_vietnamese(end) for end in (minimum, maximum))
    if low is not None and high is not None:
        return f"{kind.value} từ {low} đến {high}"
    if low is not None:
        return f"{kind.value} từ {low} trở lên"
    return kind.value if high is None else f"{kind.value} không quá {high}"


_FORMS: Mapping[str, tuple[RowKind, str, str]] = {
    "as_of": (RowKind.DATE, "Như 31/12/2022", ""),
    "note": (RowKind.TEXT, "Đến 10.000 ký tự", ""),
    "no_document": (RowKind.YES_NO, "Có; Không", "Khi chọn Có phải ghi thuyết minh."),
    "not_applicable": (RowKind.YES_NO, "Có; Không", ""),
    "decided": (RowKind.NUMBER, "Điểm, thấp hơn cách chấm", "Để trống nếu lấy điểm theo cách chấm."),
    "reason": (RowKind.TEXT, "Đến 2.000 ký tự", "Bắt buộc khi khai không áp dụng hoặc tự chấm thấp hơn."),
}


def _common_rows(node: Node, fields: Iterable[str]) -> Iterator[Row]:
    for field in fields:
        kind, allowed, hint = _FORMS[field]
        label = LABELS[field]
        if field == "not_applicable" and node.not_applicable:
            when = node.not_applicable.when
            hint = (f"Được khai khi: {when}. " if when else "") + "Số liệu ở các dòng trên khi đó không được tính."
        if field == "reason" and not node.not_applicable:
            label, hint = "Lý do tự chấm thấp hơn", "Bắt buộc khi tự chấm thấp hơn."
        options = YES_NO if kind is RowKind.YES_NO else ()
        yield Row(node.code, field, label, kind, allowed, hint, options)


def values_of(node: Node, entry: Entry) -> dict[str, str]:
    """What is stored, by field: numbers with a decimal point, choices by their value, dates as ISO."""
    values = {
        "not_applicable": "yes" if entry.not_applicable else "",
        "decided": "" if entry.decided is None else f"{entry.decided.normalize():f}",
        "reason": entry.reason,
        "note": entry.note,
        "as_of": entry.as_of.isoformat() if entry.as_of else "",
        "no_document": "yes" if entry.no_document else "",
    }
    for one in shown_inputs(node, entry):
        if one.when in ("", entry.facts.get("condition", "")):
            values |= _fact_values(one, entry.facts.get(one.name, ""))
    return values


def _fact_values(one: Input, stored: str) -> dict[str, str]:
    key = field_key(one)
    if one.kind == InputKind.ITEMS:
        met = set(stored.split(";"))
        words = {True: "yes", False: "no"}
        return {f"{key}.{value}": words[value in met] for value, _ in one.choices} if stored else {}
    if one.kind == InputKind.YES_NO and stored:
        return {key: "yes" if parse_yes_no(stored) else "no"}
    return {key: stored}
