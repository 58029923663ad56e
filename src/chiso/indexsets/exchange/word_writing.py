"""An index set as a Word annex in the form of NĐ 30/2020/NĐ-CP: a lying table, its header repeated on each page.

All that is scored stands in the table itself, in sentences that read back. The exact set lies in the file too, with a
fingerprint of the tables: once a table is edited, the table counts.
"""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from lxml import etree

from chiso.indexsets.exchange import words
from chiso.indexsets.exchange.headers import Role
from chiso.indexsets.exchange.information import HEADINGS, information_rows
from chiso.indexsets.exchange.line_sentences import say_lines, show_number
from chiso.indexsets.exchange.node_cells import DEPTH_STYLE, LINE_STYLE, write_remark
from chiso.indexsets.exchange.rule_lines import kind_of, lines_of
from chiso.indexsets.exchange.trees import Tree, children_of, group_at, text_at, texts_at, tree_of
from chiso.indexsets.exchange.word_parts import cell, document_of, make, mm, package_of, paragraph, row, table
from chiso.indexsets.exchange.word_reading import grids_of, hash_of
from chiso.indexsets.exchange.words import RULES, escape_line
from chiso.indexsets.exchange.yaml_writing import tree_to_yaml
from chiso.scoring import IndexSet

if TYPE_CHECKING:
    from chiso.indexsets.exchange.drafts import DraftSet

COLUMNS = (
    ("STT", 19.0),
    (Role.NAME.value, 103.0),
    ("Điểm tối đa", 18.0),
    (Role.EVIDENCE.value, 56.0),
    ("Ghi chú", 56.0),
)
INFORMATION_WIDTHS = (80.0, 140.0, 32.0)
_WIDTHS = tuple(mm(width) for _, width in COLUMNS)
_LABELS: tuple[tuple[Role, str, dict[str, str]], ...] = (
    (Role.METHOD, "method", words.METHODS),
    (Role.AS_OF, "as_of", words.AS_OF),
    (Role.KIND, "kind", words.KINDS),
    (Role.OWNER, "owner", {}),
    (Role.APPRAISER, "appraiser_body", {}),
    (Role.SOURCE, "official_source", {}),
)


def write_docx(index_set: "IndexSet | DraftSet") -> bytes:
    """Write the annex as a .docx."""
    tree = tree_of(index_set) if isinstance(index_set, IndexSet) else index_set.tree
    document = document_of(_body(tree))
    grids = tuple(grids_of(document))
    return package_of(document, text_at(tree, "name"), tree_to_yaml(tree), hash_of(grids))


def _body(tree: Tree) -> Iterator[etree._Element]:
    yield paragraph("PhuLuc", "PHỤ LỤC")
    yield paragraph("TenPhuLuc", " ".join(text_at(tree, "name").split()).upper())
    blank = " " * 7
    year = text_at(tree, "year")
    yield paragraph("KemTheo", f"(Kèm theo Quyết định số{blank}/QĐ-UBND ngày{blank}tháng{blank}năm {year})")
    yield paragraph("GachNgan")
    yield _criteria(tree)
    yield paragraph("DeMuc", "Thông tin chung của Bộ chỉ số")
    yield _information(tree)
    yield paragraph("GachNgan")


def _criteria(tree: Tree) -> etree._Element:
    element = table(_WIDTHS)
    headings = [heading for heading, _ in COLUMNS]
    for texts, style in ((headings, "DauCot"), ([f"({place})" for place in range(1, len(COLUMNS) + 1)], "SoCot")):
        cells = [cell(width, [paragraph(style, text)], middle=True) for width, text in zip(_WIDTHS, texts, strict=True)]
        element.append(row(cells, header=True))
    areas = children_of(tree, "areas")
    for area in areas:
        element.extend(_rows(area, 1))
    total = _total(areas)
    if total:
        texts = ["", "Tổng cộng", show_number(total), "", ""]
        element.append(
            row(cell(width, [paragraph("SoLieu", text, bold=True)]) for width, text in zip(_WIDTHS, texts, strict=True))
        )
    return element


def _rows(node: Tree, depth: int) -> Iterator[etree._Element]:
    rule = group_at(node, "rule")
    kind = kind_of(rule) if rule else ""
    sentences = say_lines(kind, lines_of(rule)) if rule else []
    is_bold = not rule
    merge = "restart" if sentences else ""
    maximum = show_number(text_at(node, "max"))
    evidence = [paragraph("GhiChu", f"- {escape_line(one)}") for one in texts_at(node, "evidence")]
    notes = [paragraph("GhiChu", text) for text in _notes(node, kind)]
    columns = [
        [paragraph("SoLieu", text_at(node, "code"), bold=is_bold)],
        [paragraph(f"{DEPTH_STYLE}{depth}", text_at(node, "name"), bold=is_bold)],
        [paragraph("SoLieu", maximum, bold=is_bold)],
        evidence or [paragraph("GhiChu")],
        notes or [paragraph("GhiChu")],
    ]
    yield row(
        cell(width, texts, merge=merge if place != 1 else "")
        for place, (width, texts) in enumerate(zip(_WIDTHS, columns, strict=True))
    )
    for sentence in sentences:
        yield _line_row(sentence)
    for child in children_of(node):
        yield from _rows(child, depth + 1)


def _line_row(sentence: str) -> etree._Element:
    return row(
        cell(width, [paragraph(LINE_STYLE, sentence)]) if place == 1 else cell(width, [_empty()], merge="continue")
        for place, width in enumerate(_WIDTHS)
    )


def _empty() -> etree._Element:
    return make("p", None, make("pPr", None, make("pStyle", {"val": "GhiChu"})))


def _notes(node: Tree, kind: str) -> Iterator[str]:
    """What the other columns do not hold, each with its label; guidance last, since it may have several lines."""
    if kind:
        yield f"{Role.RULE.value}: {RULES.get(kind, kind)}"
    claim = group_at(node, "not_applicable")
    if claim:
        policy = text_at(claim, "policy")
        yield f"{Role.NA_POLICY.value}: {words.POLICIES.get(policy, policy)}"
        if "when" in claim:
            yield f"{Role.NA_WHEN.value}: {escape_line(text_at(claim, 'when'))}"
    for role, key, known in _LABELS:
        text = text_at(node, key)
        if text:
            yield f"{role.value}: {escape_line(known.get(text, text))}"
    if "cap" in node:
        yield f"{Role.CAP.value}: {show_number(text_at(node, 'cap'))}"
    if "guidance" in node:
        yield f"{Role.GUIDANCE.value}: {write_remark(text_at(node, 'guidance'))}"


def _total(areas: list[Tree]) -> str:
    """The sum of the base areas; empty where one of them is no number."""
    try:
        maxima = [Decimal(text_at(area, "max")) for area in areas if text_at(area, "kind") in {"", "base"}]
    except InvalidOperation:
        return ""
    return f"{sum(maxima, Decimal(0)):f}" if maxima else ""


def _information(tree: Tree) -> etree._Element:
    widths = [mm(width) for width in INFORMATION_WIDTHS]
    element = table(widths)
    head = [cell(width, [paragraph("DauCot", text)]) for width, text in zip(widths, HEADINGS, strict=True)]
    element.append(row(head, header=True))
    for one in information_rows(tree):
        is_number = one.entry is not None and one.entry.form == "number"
        is_list = one.entry is not None and one.entry.form == "list"
        value = show_number(one.value) if is_number else one.value
        lines = value.split("\n") if is_list else [value]
        texts = [[one.label], lines, [show_number(one.number)]]
        styles = ("GhiChu", "GhiChu", "SoLieu")
        element.append(
            row(
                cell(width, [paragraph(style, text) for text in part])
                for width, part, style in zip(widths, texts, styles, strict=True)
            )
        )
    return element
