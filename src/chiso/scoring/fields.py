"""Reading the keys of one mapping of the file: every fault is noted with its place, none stops the reading."""

import re
from dataclasses import dataclass, field
from typing import TypeVar

from chiso.scoring.numbers import Exact, NumberError, parse_number, shorten, write_vietnamese
from chiso.scoring.problems import Problem
from chiso.scoring.yaml_tree import Mapping, Scalar, Sequence, Tree

_Choice = TypeVar("_Choice", bound=str)
_SIXTY = re.compile(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?")
_OTHER_BASE = re.compile(r"[-+]?(0b[01_]+|0o[0-7_]+|0x[0-9a-fA-F_]+|\.(inf|Inf|INF)|\.(nan|NaN|NAN))")
_LIKE_NUMBER = re.compile(r"[-+]?([0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)([eE][-+]?[0-9]+)?")


@dataclass(slots=True)
class Notes:
    """The faults and the warnings found so far."""

    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


class Fields:
    """The keys of one mapping; `close` reports the keys nobody asked for."""

    __slots__ = ("_asked", "code", "line", "notes", "path", "tree")

    def __init__(self, tree: Mapping, path: str, notes: Notes, code: str = "") -> None:
        self.tree = tree
        self.path = path
        self.notes = notes
        self.code = code
        self.line = tree.line
        self._asked: set[str] = set()

    def error(self, key: str, message: str, line: int | None = None) -> None:
        """Note a fault at ``key`` (empty: the mapping itself)."""
        self.notes.errors.append(Problem(self._place(key), message, self.code, line or self._line(key)))

    def warn(self, key: str, message: str) -> None:
        """Note something that does not stop scoring."""
        self.notes.warnings.append(Problem(self._place(key), message, self.code, self._line(key)))

    def has(self, key: str) -> bool:
        """Whether the key is there with a value other than null."""
        tree = self._get(key)
        return tree is not None and not (isinstance(tree, Scalar) and tree.is_null)

    def is_null(self, key: str) -> bool:
        """Whether the key is there and says null."""
        tree = self._get(key)
        return isinstance(tree, Scalar) and tree.is_null

    def text(self, key: str, *, required: bool = True) -> str:
        """The text at ``key``; empty when absent or faulty."""
        scalar = self.scalar(key, required=required)
        return "" if scalar is None else scalar.text.strip()

    def scalar(self, key: str, *, required: bool = True) -> Scalar | None:
        """The scalar at ``key``, which is not empty; None when absent or faulty."""
        if not self.has(key):
            if required:
                self.error(key, f"Thiếu khóa bắt buộc “{key}”.")
            return None
        tree = self._get(key)
        if not isinstance(tree, Scalar):
            self.error(key, f"“{key}” phải là một giá trị, không phải danh sách hay nhóm khóa.")
            return None
        if not tree.text.strip():
            self.error(key, f"“{key}” không được để trống.")
            return None
        return tree

    def code_text(self, key: str) -> str:
        """A code (mã); one that looks like a number must be quoted."""
        scalar = self.scalar(key)
        if scalar is not None and looks_like_number(scalar):
            self.error(key, _unquoted(scalar.text))
        return "" if scalar is None else scalar.text.strip()

    def number(self, key: str, *, required: bool = True, low: Exact | None = None) -> Exact | None:
        """The number at ``key``; None when absent or faulty."""
        scalar = self.scalar(key, required=required)
        if scalar is None:
            return None
        try:
            number = parse_number(scalar.text)
        except NumberError as error:
            self.error(key, str(error))
            return None
        if low is not None and number < low:
            self.error(key, f"“{key}” phải từ {write_vietnamese(low)} trở lên, không phải {scalar.text}.")
            return None
        return number

    def whole(self, key: str, *, required: bool = True, low: int = 0, high: int = 10**9) -> int | None:
        """The whole number at ``key`` within low…high; None when absent or faulty."""
        number = self.number(key, required=required)
        if number is None:
            return None
        if not isinstance(number, int) or not low <= number <= high:
            self.error(key, f"“{key}” phải là số nguyên từ {low} đến {high}.")
            return None
        return number

    def choice(self, key: str, options: tuple[_Choice, ...], default: _Choice | None = None) -> _Choice | None:
        """One of the words ``options``; ``default`` when absent, None when faulty."""
        if default is not None and not self.has(key):
            return default
        text = self.text(key)
        for option in options:
            if text == option:
                return option
        if text:
            self.error(
                key, f"“{key}” phải là một trong: {', '.join(filter(None, options))}; không phải “{shorten(text)}”."
            )
        return None

    def texts(self, key: str, *, required: bool = False, as_codes: bool = False) -> tuple[str, ...]:
        """The list of texts at ``key``; items that are not texts are faults."""
        found = []
        for position, item in enumerate(self._items(key, required=required)):
            place = f"{key}[{position}]"
            if not isinstance(item, Scalar) or not item.text.strip():
                self.error(place, "Mỗi mục phải là một dòng chữ không trống.", item.line)
            elif as_codes and looks_like_number(item):
                self.error(place, _unquoted(item.text), item.line)
            else:
                found.append(item.text.strip())
        return tuple(found)

    def group(self, key: str, *, required: bool = True) -> "Fields | None":
        """The mapping at ``key``; None when absent or faulty."""
        if not self.has(key):
            if required:
                self.error(key, f"Thiếu khóa bắt buộc “{key}”.")
            return None
        tree = self._get(key)
        if not isinstance(tree, Mapping):
            self.error(key, f"“{key}” phải là một nhóm khóa.")
            return None
        return Fields(tree, self._place(key), self.notes, self.code)

    def groups(self, key: str, *, required: bool = True) -> "list[Fields]":
        """The list of mappings at ``key``; a required one may not be empty."""
        found = []
        for position, item in enumerate(self._items(key, required=required)):
            place = f"{key}[{position}]"
            if isinstance(item, Mapping):
                found.append(Fields(item, self._place(place), self.notes, self.code))
            else:
                self.error(place, "Mỗi mục phải là một nhóm khóa.", item.line)
        return found

    def names(self) -> tuple[str, ...]:
        """All keys, in the order of the file; asking for them by name comes after."""
        return tuple(self.tree.entries)

    def close(self) -> None:
        """Report every key that is repeated or not part of the format here."""
        for repeated in self.tree.repeated:
            self.error(repeated.text, f"Khóa “{shorten(repeated.text)}” bị lặp lại.", repeated.line)
        for key, tree in self.tree.entries.items():
            if key not in self._asked:
                self.error(key, f"Khóa “{shorten(key)}” không có trong định dạng ở vị trí này.", tree.line)

    def _items(self, key: str, *, required: bool) -> list[Tree]:
        if not self.has(key):
            if required:
                self.error(key, f"Thiếu khóa bắt buộc “{key}”.")
            return []
        tree = self._get(key)
        if not isinstance(tree, Sequence):
            self.error(key, f"“{key}” phải là một danh sách.")
            return []
        if required and not tree.items:
            self.error(key, f"Danh sách “{key}” không được để trống.")
        return tree.items

    def _get(self, key: str) -> Tree | None:
        self._asked.add(key)
        return self.tree.entries.get(key)

    def _place(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path and key else self.path or key

    def _line(self, key: str) -> int:
        tree = self.tree.entries.get(key)
        return self.line if tree is None else tree.line


def looks_like_number(scalar: Scalar) -> bool:
    """Whether a YAML reader would take the unquoted text for a number.

    >>> looks_like_number(Scalar("1.10", is_plain=True, line=1))
    True
    >>> looks_like_number(Scalar("1.1.1", is_plain=True, line=1))
    False
    """
    if not scalar.is_plain:
        return False
    if _LIKE_NUMBER.fullmatch(scalar.text):
        return True
    return bool(_SIXTY.fullmatch(scalar.text) or _OTHER_BASE.fullmatch(scalar.text))


def _unquoted(text: str) -> str:
    return f"Mã {shorten(text)} trông như một con số; hãy viết trong dấu nháy: '{shorten(text)}'."
