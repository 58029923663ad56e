# ruff: noqa: E501 - the messages stand as they are printed.
"""Files that are not what they say, too large, locked, half empty: refused with a sentence, or read with a warning."""

import io
import zipfile
from time import perf_counter

import pytest
import xlsxwriter

from chiso.indexsets.exchange import UnreadableFile, opening, read_file, workbook_reading, write_xlsx
from tests.indexsets.exchange.tables import document, fill, workbook
from tests.indexsets.exchange.test_round_trips import shipped

ROWS = [
    ["Bộ chỉ số năm 2026"],
    ["STT", "Tiêu chí", "Điểm tối đa"],
    ["1", "Lĩnh vực", 1],
    ["1.1", "Tiêu chí", 1],
    [None, "Có: 1"],
    [None, "Không: 0"],
]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def refusal(content: bytes) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read_file(content, "tệp")
    return str(caught.value)


def packed(**parts: str | bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return target.getvalue()


REFUSED = [
    (b"", "Tệp rỗng."),
    (b"  \n", "Tệp rỗng."),
    (b"%PDF-1.7", "Đây là tệp PDF; cần tệp Word (.docx), Excel (.xlsx) hoặc YAML gốc."),
    (b"<html><table>", "Đây là trang web hoặc XML được đổi đuôi, không phải tệp Excel. Hãy mở bằng Excel rồi lưu lại dạng .xlsx."),
    (b"{\\rtf1", "Đây là tệp RTF; hãy mở bằng Word rồi lưu lại dạng .docx."),
    (b"\x89PNG\x00\x00", "Không nhận ra loại tệp; cần tệp .xlsx, .docx hoặc .yaml."),
    (OLE + "EncryptedPackage".encode("utf-16-le"), "Tệp được đặt mật khẩu; hãy bỏ mật khẩu rồi lưu lại."),
    (OLE + "WordDocument".encode("utf-16-le"), "Tệp Word kiểu cũ (.doc); hãy mở bằng Word rồi lưu lại dạng .docx."),
    (OLE + b"?", "Không nhận ra loại tệp. Hãy mở bằng Excel rồi lưu lại dạng .xlsx."),
    (OLE + "Workbook".encode("utf-16-le"), "Tệp Excel bị hỏng; hãy mở bằng Excel rồi lưu lại."),
    (b"PK\x03\x04?", "Tệp bị hỏng; hãy mở bằng Excel hoặc Word rồi lưu lại."),
    (packed(a="b"), "Tệp nén này không phải tệp Excel hay Word."),
    (packed(mimetype="x"), "Tệp OpenDocument (.ods, .odt) không đọc được; hãy lưu lại dạng .xlsx hoặc .docx."),
    (packed(**{"xl/workbook.bin": "x"}), "Tệp .xlsb không đọc được. Hãy mở bằng Excel rồi lưu lại dạng .xlsx."),
    (packed(**{"xl/workbook.xml": "x"}), "Tệp Excel bị hỏng; hãy mở bằng Excel rồi lưu lại."),
    (packed(**{"word/document.xml": "x"}), "Tệp Word bị hỏng; hãy mở bằng Word rồi lưu lại."),
    (b"a: \xff", "Dòng 1 không phải UTF-8; hãy lưu lại tệp với bảng mã UTF-8."),
]  # fmt: skip


@pytest.mark.parametrize(("content", "sentence"), REFUSED, ids=[sentence for _, sentence in REFUSED])
def test_what_is_no_index_set_is_refused(content: bytes, sentence: str) -> None:
    assert refusal(content) == sentence


def test_a_file_that_is_too_large(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setattr(opening, "MAX_FILE", 2_000_000)
    big = tmp_path / "big.yaml"
    big.write_bytes(b"#" * 2_000_001)
    for source in (b"#" * 2_000_001, big):
        with pytest.raises(UnreadableFile, match="Tệp lớn hơn 2 MB; một bộ chỉ số không lớn như vậy"):
            read_file(source)
    with pytest.raises(UnreadableFile, match="không tìm thấy tệp"):
        read_file(tmp_path / "none.xlsx")


def test_a_zip_bomb_is_not_unpacked() -> None:
    bomb = packed(**{"xl/workbook.xml": b"0" * (opening.MAX_UNPACKED + 1)})
    assert len(bomb) < 200_000
    assert refusal(bomb) == "Tệp nén chứa quá nhiều dữ liệu (hơn 100 MB hoặc 2000 phần)."
    assert refusal(packed(**{"word/document.xml": "x"} | {f"p{n}": "" for n in range(2001)})).startswith("Tệp nén chứa")


def test_a_bomb_of_entities_stays_small() -> None:
    entities = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    assert "Không tìm thấy bảng tiêu chí" in refusal(packed(**{"word/document.xml": f"{entities}<x><y>&b;</y></x>"}))


def sheet_xml(cells: str) -> bytes:
    """A workbook whose first sheet holds exactly these cells."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(ROWS))) as old, zipfile.ZipFile(target, "w") as package:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>'.encode()
            package.writestr(name, part)
    return target.getvalue()


@pytest.mark.parametrize("reference", ["A1048576", "XFD1", "XFD1048576"])
def test_a_sheet_with_one_cell_far_out_is_not_laid_out(reference: str) -> None:
    number = reference.lstrip("XFDA")
    cells = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="{number}"><c r="{reference}"><v>1</v></c></row>'
    assert refusal(sheet_xml(cells)) == (
        "Trang “Sheet1” quá lớn (tối đa 20.000 dòng, 200 cột, 400.000 ô); "
        "hãy xóa các dòng, cột trống có định dạng ở cuối trang."
    )


def test_a_sheet_with_too_many_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_reading, "MAX_CELLS", 5)
    assert refusal(workbook(ROWS)).startswith("Trang “Sheet1” quá lớn")
    monkeypatch.setattr(workbook_reading, "MAX_SHEETS", 0)
    assert refusal(workbook(ROWS)) == "Tệp có hơn 0 trang tính."


@pytest.mark.parametrize("rows", [[], [["chỉ có chữ"]], [["STT", "Ghi chú"]], [["Tiêu chí", "Ghi chú"]]])
def test_a_workbook_without_a_table_of_criteria(rows: list[list[str]]) -> None:
    assert refusal(workbook(rows)) == (
        "Không tìm thấy bảng tiêu chí: cần một dòng đầu bảng có cột STT (hoặc Mã), cột Lĩnh vực/Tiêu chí "
        "và cột Điểm tối đa."
    )
    assert refusal(document("chỉ có chữ")).startswith("Không tìm thấy bảng tiêu chí")


def test_a_table_without_a_row() -> None:
    assert refusal(workbook(ROWS[:2])) == "Bảng tiêu chí không có dòng nào có số thứ tự hoặc mã."


def test_several_sheets_are_told_and_one_can_be_chosen() -> None:
    content = workbook(ROWS, name="Sở", **{"Xã": [*ROWS[:3], ["1.1", "Của xã", 1]]})
    draft = read_file(content, "a.xlsx")
    assert str(draft.warnings[0]) == "trang “Sở”: Tệp có 2 trang có bảng tiêu chí; chỉ đọc trang này, còn: “Xã”."
    assert read_file(content, "a.xlsx", sheet="Xã").index_set.node("1.1").name == "Của xã"
    with pytest.raises(UnreadableFile, match="Không tìm thấy bảng"):
        read_file(content, "a.xlsx", sheet="Huyện")


def test_hidden_rows_are_read_and_hidden_sheets_are_not() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        fill(book, "Xã", ROWS).set_row(3, None, None, {"hidden": True})
        fill(book, "Cũ", ROWS).hide()
    draft = read_file(target.getvalue(), "a.xlsx")
    assert draft.is_valid
    assert [str(one) for one in draft.warnings] == [
        "trang “Cũ”: Trang đang bị ẩn nên không được đọc.",
        "trang “Xã”, dòng 4: Dòng đang bị ẩn trong Excel nhưng vẫn được đọc.",
    ]


def test_formulas_give_their_last_value_and_their_errors() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = fill(book, "Xã", ROWS)
        sheet.write_formula("C3", "=SUM(C4)", None, 1)
        sheet.write_formula("C4", "=1/0", None, "#DIV/0!")
    draft = read_file(target.getvalue(), "a.xlsx")
    assert [str(one) for one in draft.warnings] == [
        "trang “Xã”: Có 2 ô công thức (C3, C4); đã lấy giá trị Excel tính lần cuối."
    ]
    assert [str(one) for one in draft.errors] == [
        "trang “Xã”, dòng 4, cột C: Ô có lỗi công thức của Excel (như #REF!, #DIV/0!); hãy sửa công thức hoặc gõ giá trị.",
        "trang “Xã”, dòng 4, cột C “Điểm tối đa” (mã 1.1): Thiếu điểm tối đa.",
    ]


def test_a_text_that_does_not_fit_in_a_cell() -> None:
    from chiso.indexsets.exchange.excel_writing import TooLongForExcel

    draft = read_file(write_xlsx(shipped("service_quality_766")), "a.xlsx")
    draft.tree["note"] = "x" * 32_768
    with pytest.raises(TooLongForExcel, match=r"dài hơn 32\.767 ký tự, không vừa một ô Excel"):
        write_xlsx(draft)


def test_top_keys_can_be_given() -> None:
    draft = read_file(workbook(ROWS[1:]), "a.xlsx")
    assert [one.message for one in draft.errors] == ["Thiếu “Mã bộ chỉ số”.", "Thiếu “Tên bộ chỉ số”.", "Thiếu “Năm”."]
    top = {"id": "a", "name": "Bộ A", "year": "2026"}
    assert read_file(workbook(ROWS[1:]), "a.xlsx", top=top).index_set.name == "Bộ A"
    assert read_file(draft.to_yaml().encode(), "a.yaml", top=top).is_valid


@pytest.mark.parametrize("words", ["tỷ lệ ", "trừ ", "mỗi ", "1 ", "- ", ": ", "từ 1% ", "(", "đạt 1 điểm "])
def test_long_texts_do_not_stall_the_guesses(words: str) -> None:
    rows = [*ROWS[:4], *([None, words * 5_000] for _ in range(20))]
    start = perf_counter()
    read_file(workbook(rows), "a.xlsx")
    assert perf_counter() - start < 5


@pytest.mark.parametrize("reference", ["A4294967295", "ZZZZZZ9", "C99999999", "A0", "1"])
def test_a_cell_that_is_nowhere_ends_no_process_of_ours(reference: str) -> None:
    """calamine asks for the whole range at once: 137 GB for the first of these, and the process that asks ends."""
    content = workbook(ROWS)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].replace(b'r="C4"', f'r="{reference}"'.encode())
    assert reference.encode() in sheet
    assert refusal(packed(**parts | {"xl/worksheets/sheet1.xml": sheet}))
