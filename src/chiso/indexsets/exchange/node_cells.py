"""The cells beside the name of a node: maximum, evidence, the people in charge, what happens when it does not apply."""

import re

from chiso.indexsets.exchange import words
from chiso.indexsets.exchange.drafts import Notebook, Place
from chiso.indexsets.exchange.grids import GridRow, is_doubtful_number, read_number
from chiso.indexsets.exchange.headers import Role
from chiso.indexsets.exchange.items import Item, ScaleLine
from chiso.indexsets.exchange.sentences import is_linear, read_deduction, read_sentence, read_span
from chiso.indexsets.exchange.trees import Tree
from chiso.indexsets.exchange.words import ESCAPE, escape_line, fold, key_of, split_items, unescape_line

DEPTH_STYLE = "ChisoCap"
"""Paragraph styles of our own Word annex: ChisoCap1 for an area, and so on."""
LINE_STYLE = "ChisoCapThang"
"""The style of a scale line there."""

_TEXTS = {
    Role.OWNER: "owner",
    Role.APPRAISER: "appraiser_body",
    Role.SOURCE: "official_source",
    Role.GUIDANCE: "guidance",
    Role.BASIS: "basis",
}
_CHOICES = {
    Role.METHOD: ("method", words.METHODS),
    Role.AS_OF: ("as_of", words.AS_OF),
    Role.KIND: ("kind", words.KINDS),
}
_NUMBERS = {Role.MAX: "max", Role.CAP: "cap"}
KEY_ROLES = {
    **{key: role for role, key in _TEXTS.items()},
    **{key: role for role, (key, _) in _CHOICES.items()},
    **{key: role for role, key in _NUMBERS.items()},
    "code": Role.CODE,
    "name": Role.NAME,
    "evidence": Role.EVIDENCE,
    "not_applicable": Role.NA_POLICY,
    "rule": Role.RULE,
}
"""The column in which each key of a node stands."""

_LABELS = {fold(role.value): role for role in (*_TEXTS, *_CHOICES, Role.CAP, Role.NA_POLICY, Role.NA_WHEN, Role.RULE)}
_BULLET = re.compile(r"^\s*[-–+*•●]\s*")


def read_cells(item: Item, row: GridRow, notebook: Notebook) -> None:
    """Read every known cell of a node's row into its tree."""
    for role in (Role.MAX, Role.CAP, *_CHOICES, *_TEXTS, Role.NA_POLICY, Role.NA_WHEN):
        cell = _cell(item, row, role)
        if cell:
            put(item, role, cell, notebook)
    rule = _cell(item, row, Role.RULE)
    if item.columns.is_ours:
        item.rule_word = rule
    elif rule:
        _take_scale_text(item, rule)
    read_labels(item, row, notebook)


def read_labels(item: Item, row: GridRow, notebook: Notebook) -> None:
    """Read the evidence and the remarks; in a remark “Bộ phận phụ trách: …” goes to its own key."""
    cell = _cell(item, row, Role.EVIDENCE)
    known = item.tree.get("evidence")
    evidence = known if isinstance(known, list) else []
    for line in split_items(cell):
        bare = line if item.columns.is_ours else line.removeprefix("- ") if item.is_exact else _BULLET.sub("", line)
        evidence.append(bare.strip() if item.is_exact else bare.strip(" ;"))
    if evidence:
        item.tree["evidence"] = evidence
    remarks = []
    for line in _cell(item, row, Role.NOTE).split("\n"):
        role, rest = _labelled(line)
        if role is Role.RULE:
            item.rule_word = rest.strip()
        elif role is not None and rest.strip():
            put(item, role, unescape_line(rest.strip()), notebook)
        elif line.strip():
            remarks.append(unescape_line(line.strip()))
    if remarks:
        before = item.tree.get("guidance")
        item.tree["guidance"] = "\n".join([*([str(before)] if before else []), *remarks])


def write_remark(text: str) -> str:
    """Write guidance below other remarks so that none of its lines reads as one with a label."""
    first, *rest = (escape_line(line) for line in text.split("\n"))
    return "\n".join([first, *(f"{ESCAPE}{line}" if _labelled(line)[0] else line for line in rest)])


def _labelled(line: str) -> tuple[Role | None, str]:
    label, colon, rest = line.partition(":")
    return (_LABELS.get(fold(label)) if colon and not line.startswith(ESCAPE) else None), rest


def put(item: Item, role: Role, cell: str, notebook: Notebook) -> None:
    """Put one cell at its key; words that are not understood stay, so that the reader tells them."""
    tree = item.tree
    if role in _TEXTS:
        tree[_TEXTS[role]] = str(cell)
    elif role in _CHOICES:
        key, known = _CHOICES[role]
        tree[key] = key_of(cell, known) or str(cell)
    elif role in _NUMBERS:
        tree[_NUMBERS[role]] = _number(item, role, cell, notebook)
    else:
        _put_claim(tree, role, cell)


def _put_claim(tree: Tree, role: Role, cell: str) -> None:
    claim = tree.setdefault("not_applicable", {})
    if isinstance(claim, dict):
        claim["policy" if role is Role.NA_POLICY else "when"] = (
            key_of(cell, words.POLICIES) or str(cell) if role is Role.NA_POLICY else str(cell)
        )


def _number(item: Item, role: Role, cell: str, notebook: Notebook) -> str:
    number = read_number(cell)
    if number is not None and is_doubtful_number(cell):
        text = f"“{cell}” được hiểu là {number}; nếu là số lẻ thập phân hãy viết dấu phẩy."
        notebook.guess(item.at(role), text, code=item.number)
    return str(cell) if number is None else number


def _take_scale_text(item: Item, text: str) -> None:
    """A column “Cách tính điểm” of an office: scale lines where it gives points, else words of guidance."""
    parts = [part.strip() for part in text.split("\n") if part.strip()]
    if len(parts) == 1:
        pieces = [piece.strip() for piece in parts[0].split(";") if piece.strip()]
        parts = pieces if len(pieces) > 1 and all(_gives_points(piece) for piece in pieces) else parts
    if any(_gives_points(part) for part in parts):
        place = Place(item.place.sheet, item.place.row, item.columns.title(Role.RULE))
        item.lines += [ScaleLine(place, part) for part in parts]
    else:
        item.tree["guidance"] = str(text)


def _gives_points(text: str) -> bool:
    return bool(
        read_sentence(text).points or read_deduction(text) or is_linear(text) or (read_span(text) and ":" in text)
    )


def _cell(item: Item, row: GridRow, role: Role) -> str:
    place = item.columns.places.get(role)
    return "" if place is None else row.cell(place)
