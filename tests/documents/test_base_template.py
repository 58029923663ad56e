"""The committed template is the one the script builds, and it measures what NĐ 30/2020/NĐ-CP asks for."""

import io
import zipfile

import pytest
from docx import Document

from chiso.documents import styles
from chiso.documents.base_template import build_base_template
from chiso.documents.make_templates import TEMPLATES, write_templates
from tests.documents.reading import Reading, W, normalized, text, value

TEMPLATE = (TEMPLATES / "nd30.docx").read_bytes()


def test_committed_template_equals_a_fresh_build():
    assert normalized(TEMPLATE) == normalized(build_base_template())


def test_build_gives_the_same_bytes_each_time():
    assert build_base_template() == build_base_template()


def test_write_templates_writes_into_the_folder_it_is_given(tmp_path):
    base, minutes = write_templates(tmp_path / "templates")

    assert base == tmp_path / "templates" / "nd30.docx"
    assert normalized(base.read_bytes()) == normalized(TEMPLATE)
    assert normalized(minutes.read_bytes()) == normalized((TEMPLATES / "council_minutes.docx").read_bytes())


def test_page_is_a4_with_the_margins_of_the_decree():
    (section,) = Document(io.BytesIO(TEMPLATE)).sections

    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert round(section.left_margin.mm) == 30
    assert round(section.right_margin.mm) == 15
    assert round(section.top_margin.mm) == round(section.bottom_margin.mm) == 20


def test_page_number_is_centered_at_the_top_and_absent_from_the_first_page():
    (section,) = Document(io.BytesIO(TEMPLATE)).sections
    header, first = section.header._element, section.first_page_header._element

    assert section.different_first_page_header_footer
    assert [field.get(W + "instr").strip() for field in header.iter(W + "fldSimple")] == ["PAGE"]
    assert value(header, "p/pPr/pStyle") == styles.PAGE_NUMBER.style_id
    assert text(first) == ""
    assert section.footer.is_linked_to_previous


def test_whole_document_is_in_times_new_roman():
    part = zipfile.ZipFile(io.BytesIO(TEMPLATE)).read("word/styles.xml").decode()

    assert part.count("<w:rFonts") == 1
    assert 'w:ascii="Times New Roman"' in part
    assert 'w:hAnsi="Times New Roman"' in part


@pytest.mark.parametrize(
    ("style", "smallest", "largest", "bold", "italic"),
    [
        (styles.PARENT, 12, 13, False, False),
        (styles.ISSUER, 12, 13, True, False),
        (styles.NATION, 12, 13, True, False),
        (styles.MOTTO, 13, 14, True, False),
        (styles.NUMBER, 13, 13, False, False),
        (styles.SUBJECT, 12, 13, False, False),
        (styles.PLACE_DATE, 13, 14, False, True),
        (styles.KIND, 13, 14, True, False),
        (styles.SUMMARY, 13, 14, True, False),
        (styles.GROUND, 13, 14, False, True),
        (styles.BODY, 13, 14, False, False),
        (styles.CLOSING, 13, 14, False, False),
        (styles.RECIPIENTS, 12, 12, True, True),
        (styles.RECIPIENT, 11, 11, False, False),
        (styles.CAPACITY, 13, 14, True, False),
        (styles.SIGNER, 13, 14, True, False),
        (styles.PAGE_NUMBER, 13, 14, False, False),
        (styles.ANNEX_LABEL, 14, 14, True, False),
        (styles.ANNEX_TITLE, 13, 14, True, False),
        (styles.ANNEX_REFERENCE, 13, 14, False, True),
    ],
    ids=lambda case: case.style_id if isinstance(case, styles.Style) else "",
)
def test_sizes_and_weights_are_those_of_the_decree(style, smallest, largest, bold, italic):
    font = Document(io.BytesIO(TEMPLATE)).styles[style.name].font

    assert smallest <= font.size.pt <= largest
    assert (bool(font.bold), bool(font.italic)) == (bold, italic)


@pytest.mark.parametrize("style", [styles.BODY, styles.CLOSING, styles.GROUND], ids=lambda s: s.style_id)
def test_body_is_justified_indented_and_spaced(style):
    form = Document(io.BytesIO(TEMPLATE)).styles[style.name].paragraph_format

    assert form.alignment == 3
    assert 1.0 <= form.first_line_indent.cm <= 1.28
    assert form.space_after.pt >= 6
    assert 1.0 <= form.line_spacing <= 1.5


def test_header_is_a_borderless_table_of_two_columns():
    header = next(Reading(TEMPLATE).body.iter(W + "tbl"))

    assert {side.get(W + "val") for side in header.find(f"{W}tblPr/{W}tblBorders")} == {"nil"}
    assert [len(row.findall(W + "tc")) for row in header.findall(W + "tr")] == [2, 2]


def test_template_leaves_no_part_of_the_library_it_was_made_with():
    names = zipfile.ZipFile(io.BytesIO(TEMPLATE)).namelist()

    assert "docProps/thumbnail.jpeg" not in names
    assert len(TEMPLATE) < 20_000
