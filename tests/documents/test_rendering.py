"""An authority's own template: found first, run in a sandbox, refused in words."""

import io

import pytest
from docx import Document

from chiso.documents.nd30 import Clause, OfficialDocument
from chiso.documents.publication_decision import build
from chiso.documents.rendering import BUILT_IN, TemplateProblem, render, template_path
from tests.documents.reading import Reading
from tests.documents.sample import DECISION

BUILT_IN_TEMPLATE = BUILT_IN / "nd30.docx"
LETTER = OfficialDocument(
    issuer=DECISION.issuer,
    symbol="UBND-NV",
    number=None,
    date=None,
    draft_year=2022,
    signer=DECISION.signer,
    clauses=(Clause("Đề nghị các đơn vị nộp hồ sơ đúng hạn."),),
    recipients=("Như trên", "Lưu: VT"),
    subject="đôn đốc nộp hồ sơ tự đánh giá",
    addressees=("UBND xã An Lạc", "UBND xã Cô Ngân"),
)


def own_template(folder, name="nd30.docx", old="Nơi nhận:", new="Nơi gửi:"):
    document = Document(BUILT_IN_TEMPLATE)
    for cell in (cell for table in document.tables for row in table.rows for cell in row.cells):
        for paragraph in cell.paragraphs:
            if paragraph.text == old:
                paragraph.runs[0].text = new
    document.save(folder / name)
    return folder


def test_own_template_goes_before_the_built_in_one(tmp_path):
    reading = Reading(build(DECISION, templates=own_template(tmp_path)))

    assert reading.texts("VB Nơi nhận") == ["Nơi gửi:"]


def test_templates_are_looked_for_by_document_then_shared_then_built_in(tmp_path):
    assert template_path("plan") == template_path("plan", tmp_path) == BUILT_IN_TEMPLATE
    own_template(tmp_path)
    assert template_path("plan", tmp_path) == tmp_path / "nd30.docx"
    own_template(tmp_path, "plan.docx")
    assert template_path("plan", tmp_path) == tmp_path / "plan.docx"


@pytest.mark.parametrize(
    "tag",
    ["{{ signer.__class__.__mro__ }}", "{{ no_such_word }}", "{% if %}"],
    ids=["reaches into Python", "unknown name", "broken command"],
)
def test_own_template_that_cannot_run_is_refused_in_words(tmp_path, tag):
    templates = own_template(tmp_path, new=tag)

    with pytest.raises(TemplateProblem, match=r"Mẫu Word “nd30\.docx” không dùng được"):
        build(DECISION, templates=templates)


@pytest.mark.parametrize("content", [b"", b"not a Word file", b"PK\x05\x06" + b"\0" * 18])
def test_file_that_is_no_word_document_is_refused(tmp_path, content):
    (tmp_path / "nd30.docx").write_bytes(content)

    with pytest.raises(TemplateProblem, match="không dùng được"):
        build(DECISION, templates=tmp_path)


def test_own_template_without_the_annex_styles_is_refused(tmp_path):
    document = Document(BUILT_IN_TEMPLATE)
    document.styles["VB Bảng ô"].delete()
    document.save(tmp_path / "nd30.docx")

    with pytest.raises(TemplateProblem, match="thiếu các kiểu đoạn cho phụ lục: VB Bảng ô"):
        build(DECISION, templates=tmp_path)


def test_letter_has_a_subject_and_addressees_and_no_kind():
    reading = Reading(render(LETTER))

    assert reading.texts("VB Số ký hiệu") == ["Số:        /UBND-NV"]
    assert reading.texts("VB Về việc") == ["V/v đôn đốc nộp hồ sơ tự đánh giá"]
    assert reading.texts("VB Kính gửi") == ["Kính gửi:", "- UBND xã An Lạc;", "- UBND xã Cô Ngân."]
    assert reading.texts("VB Tên loại") == reading.texts("VB Căn cứ") == []
    assert reading.texts("VB Nội dung cuối") == ["Đề nghị các đơn vị nộp hồ sơ đúng hạn./."]


def test_properties_name_the_document_and_no_clock():
    properties = Document(io.BytesIO(build(DECISION))).core_properties

    assert properties.title.startswith("Quyết định Về việc công bố Chỉ số cải cách hành chính năm 2022 của UBND")
    assert properties.author == "Ủy ban nhân dân huyện Hạ Lang"
    assert properties.created is None
