# ruff: noqa: E501 - the messages stand as they are printed.
"""Word annexes: ours, edited ones, and those of offices with merged cells and several tables."""

import io
import re
import zipfile

from chiso.indexsets.exchange import read_file, write_docx
from tests.indexsets.exchange.tables import cell, document, table
from tests.indexsets.exchange.test_round_trips import NAMES, shipped

HEAD = [cell("STT"), cell("Lĩnh vực, tiêu chí"), cell("Điểm tối đa"), cell("Tài liệu kiểm chứng")]


def edited(content: bytes, pattern: str, new: str) -> bytes:
    """The annex after somebody changed words in Word."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as package:
        for name in old.namelist():
            text = old.read(name)
            if name == "word/document.xml":
                words, count = re.subn(pattern, new, text.decode(), count=1)
                assert count == 1
                text = words.encode()
            package.writestr(name, text)
    return target.getvalue()


def test_an_edited_table_wins_over_what_the_file_carries() -> None:
    index_set = shipped("commune_sample_2026")
    content = edited(write_docx(index_set), "Ban hành không kịp thời: 0,5 điểm", "Ban hành chậm: 0,25 điểm")
    draft = read_file(content, "bo.docx")
    assert draft.index_set.node("1.1.1").rule.describe() == (
        "Ban hành kịp thời: 1 điểm; Ban hành chậm: 0,25 điểm; Không ban hành: 0 điểm"
    )
    assert [str(one) for one in draft.warnings] == [
        "Bảng đã được sửa sau khi xuất; bộ chỉ số được đọc theo bảng, không theo dữ liệu đi kèm trong tệp."
    ]
    assert draft.index_set.node("1.1.1").basis == "sourced"
    assert draft.index_set.node("1.1.2") == index_set.node("1.1.2")


def test_an_edit_that_breaks_the_sum_is_told_with_its_row() -> None:
    content = write_docx(shipped("service_quality_766"))
    draft = read_file(edited(content, r"(>Công khai, minh bạch<.*?<w:t[^>]*>)18<", r"\g<1>20<"), "bo.docx")
    assert "bảng 1, dòng 3, cột 3 “Điểm tối đa” (mã transparency): Điểm tối đa là 20 nhưng tổng điểm tối đa của cấp dưới là 18." in [
        str(one) for one in draft.errors
    ]  # fmt: skip


def test_the_annex_has_the_form_of_the_decree() -> None:
    for name in NAMES:
        with zipfile.ZipFile(io.BytesIO(write_docx(shipped(name)))) as package:
            body = package.read("word/document.xml").decode()
            styles = package.read("word/styles.xml").decode()
        assert '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>' in body
        assert body.count("<w:tblHeader/>") == 3
        assert re.findall(r">\((\d)\)<", body) == ["1", "2", "3", "4", "5"]
        assert 'w:ascii="Times New Roman"' in styles


def test_python_docx_opens_it() -> None:
    from docx import Document

    opened = Document(io.BytesIO(write_docx(shipped("commune_nq57_2026"))))
    assert opened.tables[0].rows[0].cells[0].text == "STT"
    assert opened.core_properties.title.startswith("Đánh giá thực hiện Nghị quyết số 57")


def test_an_office_annex_in_two_tables() -> None:
    first = table(
        HEAD,
        [cell("I"), cell("CHỈ ĐẠO", span=1), cell("3"), cell("")],
        [cell("1", merge="restart"), cell("Kế hoạch"), cell("1"), cell("Kế hoạch\nBáo cáo", merge="restart")],
        [cell(merge="continue"), cell("Kịp thời: 1"), cell(), cell(merge="continue")],
        [cell(merge="continue"), cell("Chậm: 0"), cell(), cell(merge="continue")],
        [cell("2"), cell("Báo cáo\n- Đủ: 2 điểm\n- Thiếu: 0 điểm"), cell("2"), cell()],
    )
    second = table(
        [cell("II. CẢI CÁCH THỦ TỤC", span=2), cell("2"), cell()],
        [cell("1"), cell("Đúng hạn"), cell("2"), cell()],
        [cell(), cell("Tỷ lệ x điểm tối đa", listed=True), cell(), cell()],
    )
    signature = table([cell("Nơi nhận"), cell("CHỦ TỊCH")])
    title = "BỘ CHỈ SỐ CẢI CÁCH HÀNH CHÍNH CẤP XÃ NĂM 2026"
    draft = read_file(document("PHỤ LỤC", title, first, "Trang sau", second, signature), "phu-luc.docx")
    assert draft.errors == ()
    assert (draft.index_set.name, draft.index_set.year) == (title, 2026)
    assert {leaf.code: leaf.rule.describe() for leaf in draft.index_set.leaves} == {
        "I.1": "Kịp thời: 1 điểm; Chậm: 0 điểm",
        "2": "Đủ: 2 điểm; Thiếu: 0 điểm",
        "II.1": "Tỷ lệ số đạt trên tổng số: tỷ lệ × 2 điểm",
    }
    assert draft.index_set.node("I.1").evidence == ("Kế hoạch", "Báo cáo")
    assert {row.place.sheet for row in draft.rows} == {"bảng 1", "bảng 2"}


def test_numbers_that_word_counts_are_told() -> None:
    rows = [
        [cell("I"), cell("CHỈ ĐẠO"), cell("2"), cell()],
        [cell("", listed=True), cell("Kế hoạch"), cell("2"), cell()],
    ]
    draft = read_file(document("Bộ chỉ số năm 2026", table(HEAD, *rows)), "a.docx")
    assert str(draft.errors[0]) == (
        "bảng 1, dòng 3, cột 1 “STT”: Số thứ tự do Word tự đánh nên không đọc được; hãy gõ số vào ô."
    )
