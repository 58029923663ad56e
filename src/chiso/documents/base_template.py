"""Build the templates of official documents, NĐ 30/2020/NĐ-CP, as .docx files an official can edit in Word.

`python -m chiso.documents.make_templates` writes them; a test keeps the committed files equal to a fresh build.
The gray `{%p … %}` lines are docxtpl commands and disappear from the finished document.
"""

from docx import Document
from docx.document import Document as WordDocument
from docx.shared import Mm
from lxml import etree

from chiso.documents import styles, wordml
from chiso.documents.drawn_lines import fit_lines
from chiso.documents.styles import Style
from chiso.documents.wordml import cell, make, paragraph, row, run, table

NATION_TEXT = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO_TEXT = "Độc lập - Tự do - Hạnh phúc"
FONT = "Times New Roman"
LEFT_MM, RIGHT_MM, TOP_MM, BOTTOM_MM = 30, 15, 20, 20
TEXT_MM = 210 - LEFT_MM - RIGHT_MM
HEADER_COLUMNS_MM = (66, TEXT_MM - 66)
SIGN_OFF_COLUMNS_MM = (80, TEXT_MM - 80)
UNUSED_PARTS = ("stylesWithEffects", "customXml", "numbering", "theme", "webSettings", "fontTable")


def build_base_template() -> bytes:
    """Build `nd30.docx`."""
    return _build(_header_table(), [_sign_off_table()])


def build_minutes_template() -> bytes:
    """Build `council_minutes.docx`: minutes say the date in their text, and two people sign."""
    return _build(_header_table(has_date=False), [_two_signatures_table(), _styled(styles.PARENT), *_recipients()])


def _build(header: etree._Element, sign_off: list[etree._Element]) -> bytes:
    document = Document()
    _drop_unused_parts(document)
    _replace_styles(document)
    _replace_settings(document)
    _set_page(document)
    _set_properties(document)
    body = document.element.body
    section = body.sectPr
    for element in (header, *_opening(), *_main_text(), *sign_off, _styled(styles.BREAK)):
        section.addprevious(element)
    fit_lines(document)
    return wordml.save_stably(document)


def _styled(style: Style, *runs: etree._Element) -> etree._Element:
    return paragraph(style.style_id, *runs)


def _line(style: Style, text: str) -> etree._Element:
    return _styled(style, run(text))


def _command(text: str) -> etree._Element:
    return _line(styles.CONTROL, f"{{%p {text} %}}")


def _when(name: str, *elements: etree._Element) -> list[etree._Element]:
    return [_command(f"if {name}"), *elements, _command("endif")]


def _each(item: str, items: str, *elements: etree._Element) -> list[etree._Element]:
    return [_command(f"for {item} in {items}"), *elements, _command("endfor")]


def _header_table(*, has_date: bool = True) -> etree._Element:
    left, right = map(wordml.mm, HEADER_COLUMNS_MM)
    issuer = [
        *_when("parent", _line(styles.PARENT, "{{ parent }}")),
        *_each("line", "issuer_lines", _line(styles.ISSUER, "{{ line }}")),
        _styled(styles.HALF_RULE),
    ]
    nation = [
        _line(styles.NATION, NATION_TEXT),
        _line(styles.MOTTO, MOTTO_TEXT),
        _styled(styles.FULL_RULE),
    ]
    number = [
        _line(styles.NUMBER, "{{ number_line }}"),
        *_when("subject", _line(styles.SUBJECT, "V/v {{ subject }}")),
    ]
    element = table((left, right), border=False)
    element.append(row((cell(left, *issuer), cell(right, *nation))))
    date_line = _line(styles.PLACE_DATE, "{{ date_line }}") if has_date else _styled(styles.PLACE_DATE)
    element.append(row((cell(left, *number), cell(right, date_line))))
    return element


def _opening() -> list[etree._Element]:
    return [
        *_when(
            "kind",
            _line(styles.KIND, "{{ kind }}"),
            *_each("line", "summary_lines", _line(styles.SUMMARY, "{{ line }}")),
            _styled(styles.HALF_RULE),
        ),
        *_when("authority", _line(styles.AUTHORITY, "{{ authority }}")),
        *_each("line", "addressee_lines", _line(styles.ADDRESSEE, "{{ line }}")),
        *_each("line", "ground_lines", _line(styles.GROUND, "{{ line }}")),
        *_when("resolution", _line(styles.RESOLUTION, "{{ resolution }}")),
    ]


def _main_text() -> list[etree._Element]:
    return [
        *_each(
            "clause",
            "clauses",
            _styled(styles.BODY, run("{{ clause.lead }}", bold=True), run("{{ clause.text }}")),
        ),
        _styled(styles.CLOSING, run("{{ closing.lead }}", bold=True), run("{{ closing.text }}")),
    ]


def _sign_off_table() -> etree._Element:
    left, right = map(wordml.mm, SIGN_OFF_COLUMNS_MM)
    element = table((left, right), border=False)
    element.append(row((cell(left, *_recipients()), cell(right, *_signature("capacity_lines", "signer")))))
    return element


def _two_signatures_table() -> etree._Element:
    """The secretary left, the presiding member right."""
    half = wordml.mm(TEXT_MM / 2)
    element = table((half, half), border=False)
    left, right = _signature("secretary_lines", "secretary"), _signature("capacity_lines", "signer")
    element.append(row((cell(half, *left), cell(half, *right))))
    return element


def _recipients() -> list[etree._Element]:
    return [
        _line(styles.RECIPIENTS, "Nơi nhận:"),
        *_each("line", "recipient_lines", _line(styles.RECIPIENT, "{{ line }}")),
    ]


def _signature(capacity: str, name: str) -> list[etree._Element]:
    return [*_each("line", capacity, _line(styles.CAPACITY, "{{ line }}")), _line(styles.SIGNER, f"{{{{ {name} }}}}")]


def _set_page(document: WordDocument) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(LEFT_MM), Mm(RIGHT_MM)
    section.top_margin, section.bottom_margin = Mm(TOP_MM), Mm(BOTTOM_MM)
    section.header_distance, section.footer_distance = Mm(10), Mm(10)
    section.different_first_page_header_footer = True
    page = _styled(styles.PAGE_NUMBER, make("fldSimple", {"instr": " PAGE "}, run("2")))
    for header, content in ((section.header, page), (section.first_page_header, _styled(styles.PAGE_NUMBER))):
        header.is_linked_to_previous = False
        part = header._element  # python-docx has no public way to replace a header's paragraphs
        for child in list(part):
            part.remove(child)
        part.append(content)


def _set_properties(document: WordDocument) -> None:
    properties = document.core_properties
    properties.author, properties.last_modified_by = "chiso", "chiso"
    properties.title = "Mẫu văn bản hành chính theo Nghị định số 30/2020/NĐ-CP"
    properties.comments, properties.language = "", "vi-VN"
    for child in list(properties._element):
        if etree.QName(child).localname in {"created", "modified", "revision"}:
            properties._element.remove(child)


def _drop_unused_parts(document: WordDocument) -> None:
    for relations in (document.part.rels, document.part.package.rels):
        for key, relation in list(relations.items()):
            if relation.reltype.endswith((*UNUSED_PARTS, "thumbnail")):
                del relations[key]


def _replace_settings(document: WordDocument) -> None:
    settings = document.settings.element
    for child in list(settings):
        settings.remove(child)
    uri = "http://schemas.microsoft.com/office/word"
    modern = make("compatSetting", {"name": "compatibilityMode", "uri": uri, "val": 15})
    settings.append(make("zoom", {"percent": 100}))
    settings.append(make("defaultTabStop", {"val": 720}))
    settings.append(make("characterSpacingControl", {"val": "doNotCompress"}))
    settings.append(make("compat", None, modern))


def _replace_styles(document: WordDocument) -> None:
    part = document.styles.element
    for child in list(part):
        part.remove(child)
    fonts = make("rFonts", {"ascii": FONT, "hAnsi": FONT, "eastAsia": FONT, "cs": FONT})
    language = make("lang", {"val": "vi-VN", "eastAsia": "vi-VN", "bidi": "ar-SA"})
    text = make("rPr", None, fonts, make("sz", {"val": 28}), make("szCs", {"val": 28}), language)
    part.append(make("docDefaults", None, make("rPrDefault", None, text), make("pPrDefault")))
    for kind, style_id, name in (
        ("paragraph", "Normal", "Normal"),
        ("character", "DefaultParagraphFont", "Default Paragraph Font"),
        ("table", "TableNormal", "Normal Table"),
        ("numbering", "NoList", "No List"),
    ):
        element = make("style", {"type": kind, "default": 1, "styleId": style_id}, make("name", {"val": name}))
        part.append(element)
    for style in styles.ALL_STYLES:
        part.append(_style_element(style))


def _style_element(style: Style) -> etree._Element:
    return make(
        "style",
        {"type": "paragraph", "customStyle": 1, "styleId": style.style_id},
        make("name", {"val": style.name}),
        make("basedOn", {"val": "Normal"}),
        make("qFormat"),
        _paragraph_properties(style),
        _run_properties(style),
    )


def _paragraph_properties(style: Style) -> etree._Element:
    properties = make("pPr")
    if style.keep_next:
        properties.append(make("keepNext"))
    properties.append(make("widowControl"))
    if style.border_top:
        line = make("top", {"val": "single", "sz": 6, "space": 0, "color": "000000"})
        properties.append(make("pBdr", None, line))
    spacing: dict[str, object] = {"before": style.before, "after": style.after, "line": style.line}
    spacing["lineRule"] = "exact" if style.exact else "auto"
    properties.append(make("spacing", spacing))
    if style.left:
        properties.append(make("ind", {"left": style.left}))
    if style.first_line:
        properties.append(make("ind", {"firstLine": style.first_line}))
    properties.append(make("jc", {"val": style.align}))
    return properties


def _run_properties(style: Style) -> etree._Element:
    properties = make("rPr")
    for name, wanted in (("b", style.bold), ("i", style.italic)):
        if wanted:
            properties.append(make(name))
            properties.append(make(name + "Cs"))
    if style.color:
        properties.append(make("color", {"val": style.color}))
    for name in ("sz", "szCs"):
        properties.append(make(name, {"val": round(style.size * 2)}))
    return properties
