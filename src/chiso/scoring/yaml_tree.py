"""YAML text → a plain tree in which every scalar is still text and knows its line.

The loader resolves nothing: ``yes``, ``1.10`` and ``2022-01-01`` stay the words they are. Tags,
several documents, endless aliases and deep nesting are faults. Repeated keys are kept for the reader to report.
"""

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass, field
from typing import TypeAlias

import yaml

from chiso.scoring.problems import Problem

MAX_DEPTH = 60
MAX_SIZE = 200_000
MAX_CHARACTERS = 5_000_000


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text; ``is_plain`` when it was written without quotes."""

    text: str
    is_plain: bool
    line: int
    size: int = 1
    depth: int = 0

    @property
    def is_null(self) -> bool:
        """Whether it is an unquoted nothing: empty, ``~`` or ``null``."""
        return self.is_plain and self.text in {"", "~", "null", "Null", "NULL"}


@dataclass(slots=True)
class Sequence:
    """A list."""

    line: int
    items: list["Tree"] = field(default_factory=list)
    size: int = 1
    depth: int = 1


@dataclass(slots=True)
class Mapping:
    """Keys and values in the order of the file; ``repeated`` are keys written again."""

    line: int
    entries: dict[str, "Tree"] = field(default_factory=dict)
    repeated: list[Scalar] = field(default_factory=list)
    size: int = 1
    depth: int = 1
    key: str | None = None


Tree: TypeAlias = Scalar | Sequence | Mapping


Plain: TypeAlias = "str | bool | Iterable[Plain] | AbstractMapping[str, Plain] | None"
"""What a program holds instead of a file: texts, lists and mappings; numbers stay texts."""


def tree_from(plain: Plain) -> Tree:
    """Give the tree of plain data, as if every text had been quoted; lines are 0."""
    if isinstance(plain, str):
        return Scalar(plain, is_plain=False, line=0)
    if isinstance(plain, bool):
        return Scalar("true" if plain else "false", is_plain=True, line=0)
    if plain is None:
        return Scalar("", is_plain=True, line=0)
    if isinstance(plain, AbstractMapping):
        return Mapping(0, {str(key): tree_from(value) for key, value in plain.items()})
    return Sequence(0, [tree_from(item) for item in plain])


class YamlFault(ValueError):
    """The text can't be turned into a tree at all."""

    def __init__(self, message: str, line: int = 0) -> None:
        self.problem = Problem(path="", message=message, line=line)
        super().__init__(message)


def load_tree(text: str) -> Tree:
    """Load one YAML document; raises `YamlFault` when it is not one, or beyond the limits."""
    if len(text) > MAX_CHARACTERS:
        raise YamlFault(f"Tệp quá lớn (tối đa {MAX_CHARACTERS:,} ký tự).".replace(",", "."))
    try:
        return _Builder().build(yaml.parse(text.removeprefix("\ufeff"), Loader=yaml.CBaseLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        raise YamlFault(f"Tệp không đúng cú pháp YAML tại dòng {line}, cột {column}.", line) from error
    except yaml.YAMLError as error:
        raise YamlFault("Tệp chứa ký tự không được phép trong YAML.") from error


class _Builder:
    """Builds the tree from parser events, with a stack instead of recursion."""

    def __init__(self) -> None:
        self.stack: list[Sequence | Mapping] = []
        self.anchors: dict[str, Tree] = {}
        self.names: list[str | None] = []
        self.documents: list[Tree] = []

    def build(self, events: Iterator[yaml.Event]) -> Tree:
        for event in events:
            self._take(event)
        if not self.documents:
            raise YamlFault("Tệp rỗng.")
        if len(self.documents) > 1:
            raise YamlFault("Tệp chứa nhiều tài liệu YAML; mỗi tệp chỉ được một bộ chỉ số.")
        return self.documents[0]

    def _take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.NodeEvent) and not isinstance(event, yaml.AliasEvent):
            _refuse_tag(event, line)
        if isinstance(event, yaml.ScalarEvent):
            self._add(Scalar(event.value, is_plain=not event.style, line=line), event.anchor)
        elif isinstance(event, yaml.AliasEvent):
            self._add(self._aliased(event.anchor, line), None)
        elif isinstance(event, yaml.SequenceStartEvent | yaml.MappingStartEvent):
            self._open(event, line)
        elif isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
            self._add(self.stack.pop(), self.names.pop())

    def _open(self, event: yaml.SequenceStartEvent | yaml.MappingStartEvent, line: int) -> None:
        if len(self.stack) >= MAX_DEPTH:
            raise YamlFault(f"Tệp lồng quá sâu (tối đa {MAX_DEPTH} cấp).", line)
        if isinstance(event, yaml.MappingStartEvent):
            self.stack.append(Mapping(line))
        else:
            self.stack.append(Sequence(line))
        self.names.append(event.anchor)

    def _aliased(self, anchor: str | None, line: int) -> Tree:
        tree = self.anchors.get(anchor or "")
        if tree is None:
            raise YamlFault(f"Tham chiếu *{anchor} không trỏ tới phần nào đã viết xong.", line)
        return tree

    def _add(self, tree: Tree, anchor: str | None) -> None:
        if anchor:
            self.anchors[anchor] = tree
        if not self.stack:
            self.documents.append(tree)
            return
        parent = self.stack[-1]
        parent.size += tree.size
        parent.depth = max(parent.depth, tree.depth + 1)
        if parent.size > MAX_SIZE or parent.depth > MAX_DEPTH:
            raise YamlFault("Tệp quá lớn hoặc lồng quá sâu.", tree.line)
        if isinstance(parent, Sequence):
            parent.items.append(tree)
        else:
            self._put(parent, tree)

    def _put(self, parent: Mapping, tree: Tree) -> None:
        if parent.key is None:
            if not isinstance(tree, Scalar):
                raise YamlFault("Khóa phải là một từ.", tree.line)
            parent.key = tree.text
            if tree.text in parent.entries:
                parent.repeated.append(tree)
        else:
            parent.entries.setdefault(parent.key, tree)
            parent.key = None


def _refuse_tag(event: yaml.NodeEvent, line: int) -> None:
    tag = getattr(event, "tag", None)
    if tag is not None and tag != "!":
        raise YamlFault("Không dùng thẻ kiểu dữ liệu (như !!float) trong tệp bộ chỉ số.", line)
