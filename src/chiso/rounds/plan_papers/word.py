"""A plan in Word: its paragraphs and tables in order, with the numbers and dashes that Word counts by itself."""

import zipfile
from collections import Counter
from collections.abc import Iterator

from lxml import etree

from chiso.indexsets.exchange.grids import Grid
from chiso.indexsets.exchange.opening import UnreadableFile, open_zip
from chiso.indexsets.exchange.word_reading import (
    MAX_TABLES,
    NAMESPACE,
    STRICT_NAMESPACE,
    W,
    blocks_in,
    grid_of,
    paragraph_text,
    parse_part,
)
from chiso.rounds.plan_papers.texts import Line

MAX_PARAGRAPHS = 20_000
_LEVELS = 9
"""Levels that a list of Word has."""
_ROMANS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def read_flow(content: bytes) -> list[Line | Grid]:
    """Everything in the body of a document, in order; raises `UnreadableFile`."""
    with open_zip(content) as package:
        try:
            document = _part(package, "word/document.xml")
            centered = _centered_styles(package)
            numbers = _Numbers(package)
        except (etree.XMLSyntaxError, KeyError) as error:
            raise UnreadableFile("Tệp Word bị hỏng; hãy mở bằng Word rồi lưu lại.") from error
    flow: list[Line | Grid] = []
    tables = 0
    for element in blocks_in(document[0] if len(document) else document):
        if element.tag == f"{W}tbl":
            tables += 1
            grid = grid_of(element, f"bảng {tables}", repeats_merged=True)
            flow += [grid] if grid else []
        elif element.tag == f"{W}p":
            flow += _lines(element, centered, numbers)
        if tables > MAX_TABLES or len(flow) > MAX_PARAGRAPHS:
            raise UnreadableFile("Tệp quá dài để là một Kế hoạch; hãy chọn đúng tệp.")
    return flow


def _lines(element: etree._Element, centered: frozenset[str], numbers: "_Numbers") -> Iterator[Line]:
    """A paragraph; one that is broken by hand before an item is several."""
    text = numbers.prefix_of(element) + paragraph_text(element)
    align = element.find(f"{W}pPr/{W}jc")
    style = element.find(f"{W}pPr/{W}pStyle")
    is_centered = (
        align.get(f"{W}val") == "center"
        if align is not None
        else _value(style) in centered
        if style is not None
        else False
    )
    whole = ""
    for line in text.split("\n"):
        if whole and line.lstrip().startswith(("- ", "+ ")):
            yield Line(whole, is_centered)
            whole = line
        else:
            whole = f"{whole} {line}" if whole else line
    if whole.strip():
        yield Line(whole, is_centered)


def _centered_styles(package: zipfile.ZipFile) -> frozenset[str]:
    if "word/styles.xml" not in package.namelist():
        return frozenset()
    styles = _part(package, "word/styles.xml").iter(f"{W}style")
    return frozenset(
        style.get(f"{W}styleId", "") for style in styles if _value(style.find(f"{W}pPr/{W}jc")) == "center"
    )


class _Numbers:
    """What Word prints before the paragraphs of a list: a dash for a bullet, else the number, counted here."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self.levels: dict[tuple[str, str], tuple[str, str]] = {}
        self.counts: Counter[tuple[str, str]] = Counter()
        if "word/numbering.xml" not in package.namelist():
            return
        root = _part(package, "word/numbering.xml")
        kinds = {
            abstract.get(f"{W}abstractNumId", ""): {
                level.get(f"{W}ilvl", ""): (_value(level.find(f"{W}numFmt")), _value(level.find(f"{W}lvlText")))
                for level in list(abstract.iter(f"{W}lvl"))[:_LEVELS]
            }
            for abstract in root.iter(f"{W}abstractNum")
        }
        for number in root.iter(f"{W}num"):
            for level, kind in kinds.get(_value(number.find(f"{W}abstractNumId")), {}).items():
                self.levels[number.get(f"{W}numId", ""), level] = kind

    def prefix_of(self, paragraph: etree._Element) -> str:
        """The number or dash that Word sets before the paragraph, with a blank."""
        listed = paragraph.find(f"{W}pPr/{W}numPr")
        if listed is None or not paragraph_text(paragraph).strip():
            return ""
        number, level = _value(listed.find(f"{W}numId")), _value(listed.find(f"{W}ilvl")) or "0"
        form, pattern = self.levels.get((number, level), ("bullet", ""))
        if number == "0":
            return ""
        self.counts[(number, level)] += 1
        for deeper in map(str, range(_LEVELS)):
            if deeper > level:
                self.counts.pop((number, deeper), None)
        if form in ("bullet", "none", "") or "%" not in pattern:
            return "- "
        for place in range(_LEVELS):
            count = self.counts.get((number, str(place)), 0)
            pattern = pattern.replace(f"%{place + 1}", _figure(count, form))
        return f"{pattern} "


def _figure(count: int, form: str) -> str:
    if form == "upperRoman" and 0 < count <= len(_ROMANS):
        return _ROMANS[count - 1]
    if form == "lowerLetter" and 0 < count <= 26:
        return chr(ord("a") + count - 1)
    return str(count)


def _part(package: zipfile.ZipFile, name: str) -> etree._Element:
    return parse_part(package.read(name).replace(STRICT_NAMESPACE, NAMESPACE.encode()))


def _value(element: etree._Element | None) -> str:
    return "" if element is None else element.get(f"{W}val", "")
