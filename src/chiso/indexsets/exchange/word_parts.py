"""The parts of a .docx: styles, page, and the few elements an annex is made of; a stable file without a clock.

Written through lxml row by row, since long tables are slow otherwise. The documents app has its own set of these for
official documents; it lies above this package and can't be used here.
"""

import io
import re
import zipfile
from collections.abc import Iterable

from lxml import etree

from chiso.indexsets.exchange.node_cells import DEPTH_STYLE, LINE_STYLE
from chiso.indexsets.exchange.word_reading import HIDDEN_NAMESPACE, HIDDEN_ROOT, NAMESPACE, W

XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
FONT = "Times New Roman"
PAGE_WIDTH, PAGE_HEIGHT = 16838, 11906
"""A4 lying, in twentieths of a point."""
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"


_NAMES = {"w": NAMESPACE}


def mm(length: float) -> int:
    """Millimetres in Word's unit, the twentieth of a point."""
    return round(length / 25.4 * 1440)


def make(tag: str, attributes: dict[str, object] | None = None, *children: etree._Element) -> etree._Element:
    """Make one element of the ``w:`` namespace with attributes of the same namespace."""
    named = {W + key: str(value) for key, value in (attributes or {}).items()}
    element = etree.Element(W + tag, named, nsmap=_NAMES)
    element.extend(children)
    return element


def paragraph(style: str, text: str = "", *, bold: bool = False) -> etree._Element:
    """Make a paragraph of a style; a line feed becomes a line break."""
    run = make("r", None, make("rPr", None, make("b"))) if bold else make("r")
    for position, line in enumerate(_FORBIDDEN.sub("", text).split("\n")):
        if position:
            run.append(make("br"))
        words = etree.SubElement(run, W + "t", {XML_SPACE: "preserve"})
        words.text = line
    return make("p", None, make("pPr", None, make("pStyle", {"val": style})), run)


def table(widths: Iterable[int]) -> etree._Element:
    """Make an empty table with thin borders and fixed columns."""
    columns = list(widths)
    side = {"val": "single", "sz": 4, "space": 0, "color": "000000"}
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    properties = make(
        "tblPr",
        None,
        make("tblW", {"w": sum(columns), "type": "dxa"}),
        make("jc", {"val": "center"}),
        make("tblBorders", None, *(make(name, dict(side)) for name in sides)),
        make("tblLayout", {"type": "fixed"}),
        make("tblCellMar", None, *(make(name, {"w": 85, "type": "dxa"}) for name in ("left", "right"))),
    )
    return make("tbl", None, properties, make("tblGrid", None, *(make("gridCol", {"w": one}) for one in columns)))


def row(cells: Iterable[etree._Element], *, header: bool = False) -> etree._Element:
    """Make a row that never breaks across pages; a header row is repeated on each page."""
    properties = make("trPr", None, make("cantSplit"))
    if header:
        properties.append(make("tblHeader"))
    return make("tr", None, properties, *cells)


def cell(width: int, paragraphs: list[etree._Element], *, merge: str = "", middle: bool = False) -> etree._Element:
    """Make a cell; ``merge`` is ``restart`` or ``continue`` for one that spans rows."""
    properties = make("tcPr", None, make("tcW", {"w": width, "type": "dxa"}))
    if merge:
        properties.append(make("vMerge", {"val": merge}))
    if middle:
        properties.append(make("vAlign", {"val": "center"}))
    return make("tc", None, properties, *paragraphs)


def section() -> etree._Element:
    """The page: A4 lying, margins of NĐ 30/2020, page number on top from the second page."""
    reference = make("headerReference", {"type": "default"})
    reference.set(f"{{{_OFFICE}/relationships}}id", "rId3")
    margins = {"top": mm(20), "right": mm(15), "bottom": mm(20), "left": mm(30)}
    return make(
        "sectPr",
        None,
        reference,
        make("pgSz", {"w": PAGE_WIDTH, "h": PAGE_HEIGHT, "orient": "landscape"}),
        make("pgMar", {**margins, "header": mm(10), "footer": mm(10), "gutter": 0}),
        make("pgNumType", {"start": 1}),
        make("titlePg"),
    )


def document_of(body: Iterable[etree._Element]) -> etree._Element:
    """The root of ``word/document.xml``."""
    root = etree.Element(W + "document", nsmap={"w": NAMESPACE, "r": f"{_OFFICE}/relationships"})
    root.append(make("body", None, *body, section()))
    return root


def package_of(document: etree._Element, title: str, hidden_yaml: str, tables_hash: str) -> bytes:
    """The bytes of the .docx; the same content gives the same bytes."""
    hidden = etree.Element(HIDDEN_ROOT, {"tables": tables_hash}, nsmap={None: HIDDEN_NAMESPACE})
    hidden.text = hidden_yaml
    core = etree.Element("title")
    core.text = _FORBIDDEN.sub("", title)
    title_text = etree.tostring(core, encoding="unicode").removeprefix("<title>").removesuffix("</title>")
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations({"rId1": ("officeDocument", "word/document.xml"), "rId2": _CORE}),
        "word/document.xml": _bytes(document),
        "word/_rels/document.xml.rels": _relations(_DOCUMENT_RELATIONS),
        "word/styles.xml": _bytes(_styles()),
        "word/settings.xml": _bytes(_settings()),
        "word/header1.xml": _bytes(make("hdr", None, _page_number())),
        "customXml/item1.xml": _bytes(hidden),
        "customXml/itemProps1.xml": _HEAD + _ITEM_PROPERTIES,
        "customXml/_rels/item1.xml.rels": _relations({"rId1": ("customXmlProps", "itemProps1.xml")}),
        "docProps/core.xml": _HEAD + _CORE_PROPERTIES.format(title=title_text),
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, _ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(info, content)
    return target.getvalue()


_CORE = ("metadata/core-properties", "docProps/core.xml")
_DOCUMENT_RELATIONS = {
    "rId1": ("styles", "styles.xml"),
    "rId2": ("settings", "settings.xml"),
    "rId3": ("header", "header1.xml"),
    "rId4": ("customXml", "../customXml/item1.xml"),
}
_ITEM_PROPERTIES = (
    '<ds:datastoreItem ds:itemID="{8B5F0B52-6C0E-4C39-9D0B-1B6E1C5A7D10}" '
    f'xmlns:ds="{_OFFICE}/customXml"><ds:schemaRefs><ds:schemaRef ds:uri="{HIDDEN_NAMESPACE}"/>'
    "</ds:schemaRefs></ds:datastoreItem>"
)
_CORE_PROPERTIES = (
    f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "<dc:title>{title}</dc:title><dc:creator>chiso</dc:creator><dc:language>vi-VN</dc:language></cp:coreProperties>"
)


def _bytes(element: etree._Element) -> bytes:
    return etree.tostring(element, xml_declaration=True, encoding="UTF-8", standalone=True)


def _relations(relations: dict[str, tuple[str, str]]) -> str:
    rows = []
    for key, (kind, target) in relations.items():
        base = f"{_PACKAGE}/relationships" if kind.startswith("metadata") else f"{_OFFICE}/relationships"
        rows.append(f'<Relationship Id="{key}" Type="{base}/{kind}" Target="{target}"/>')
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{"".join(rows)}</Relationships>'


def _content_types() -> str:
    kinds = {
        "/word/document.xml": f"{_MAIN}.document.main+xml",
        "/word/styles.xml": f"{_MAIN}.styles+xml",
        "/word/settings.xml": f"{_MAIN}.settings+xml",
        "/word/header1.xml": f"{_MAIN}.header+xml",
        "/customXml/itemProps1.xml": "application/vnd.openxmlformats-officedocument.customXmlProperties+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }
    rows = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in kinds.items())
    defaults = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
    )
    return f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">{defaults}{rows}</Types>'


def _page_number() -> etree._Element:
    number = make("r", None, make("t"))
    number[0].text = "2"
    field = make("fldSimple", {"instr": " PAGE "}, number)
    return make("p", None, make("pPr", None, make("pStyle", {"val": "SoTrang"})), field)


def _settings() -> etree._Element:
    uri = "http://schemas.microsoft.com/office/word"
    modern = make("compatSetting", {"name": "compatibilityMode", "uri": uri, "val": 15})
    return make("settings", None, make("zoom", {"percent": 100}), make("compat", None, modern))


def _styles() -> etree._Element:
    fonts = make("rFonts", {"ascii": FONT, "hAnsi": FONT, "eastAsia": FONT, "cs": FONT})
    language = make("lang", {"val": "vi-VN"})
    text = make("rPr", None, fonts, make("sz", {"val": 24}), make("szCs", {"val": 24}), language)
    root = make("styles", None, make("docDefaults", None, make("rPrDefault", None, text), make("pPrDefault")))
    normal = {"type": "paragraph", "default": 1, "styleId": "Normal"}
    root.append(make("style", normal, make("name", {"val": "Normal"})))
    listed = dict(_LOOKS)
    for depth in range(1, 31):
        listed[f"{DEPTH_STYLE}{depth}"] = (f"Chỉ số - Cấp {depth}", 12, "k", "left", 40, 0)
    for style, (name, size, marks, align, space, left) in listed.items():
        root.append(_style(style, name, size, marks, (align, space, left)))
    return root


_LOOKS: dict[str, tuple[str, int, str, str, int, int]] = {
    "PhuLuc": ("Chỉ số - Phụ lục", 14, "bk", "center", 0, 0),
    "TenPhuLuc": ("Chỉ số - Tên phụ lục", 14, "bk", "center", 0, 0),
    "KemTheo": ("Chỉ số - Kèm theo", 13, "ik", "center", 60, 0),
    "GachNgan": ("Chỉ số - Gạch ngắn", 4, "k", "center", 80, 0),
    "DauCot": ("Chỉ số - Đầu cột", 12, "bk", "center", 40, 0),
    "SoCot": ("Chỉ số - Số cột", 11, "ik", "center", 0, 0),
    "SoLieu": ("Chỉ số - Số", 12, "", "center", 40, 0),
    "GhiChu": ("Chỉ số - Ghi chú", 11, "", "left", 20, 0),
    "DeMuc": ("Chỉ số - Đề mục", 13, "bk", "left", 120, 0),
    "SoTrang": ("Chỉ số - Số trang", 13, "", "center", 0, 0),
    LINE_STYLE: ("Chỉ số - Thang điểm", 12, "i", "left", 20, 227),
}
"""Style id → name, size in points, marks (b bold, i italic, k keep with next), alignment, space around, indent."""


def _style(style: str, name: str, size: int, marks: str, form: tuple[str, int, int]) -> etree._Element:
    align, space, left = form
    properties = make("pPr")
    if "k" in marks:
        properties.append(make("keepNext"))
    if style == "GachNgan":
        line = make("top", {"val": "single", "sz": 6, "space": 1, "color": "000000"})
        properties.append(make("pBdr", None, line))
        left = mm(105)
    properties.append(make("spacing", {"before": space, "after": space}))
    if left:
        properties.append(make("ind", {"left": left, **({"right": left} if style == "GachNgan" else {})}))
    properties.append(make("jc", {"val": align}))
    look = make("rPr", None, *(make(mark) for mark in "bi" if mark in marks))
    look.extend([make("sz", {"val": size * 2}), make("szCs", {"val": size * 2})])
    kind = {"type": "paragraph", "customStyle": 1, "styleId": style}
    based = make("basedOn", {"val": "Normal"})
    return make("style", kind, make("name", {"val": name}), based, make("qFormat"), properties, look)
