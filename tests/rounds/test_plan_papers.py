"""Plans in Word and Excel: the seed's own table, row for row, there and back, and every way a file can be wrong."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
import xlsxwriter
from django.utils import translation
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from chiso.demo.cast import DATA as DEMO
from chiso.documents.nd30 import Issuer, Signer
from chiso.documents.plan_document import PlanDocument, build
from chiso.indexsets.exchange.workbook_reading import read_workbook
from chiso.rounds.choices import DeadlineKind
from chiso.rounds.plan_file import BOUND_STAGES, TEXTS, PlanErrors, PlanFile, TaskRow, read_plan
from chiso.rounds.plan_papers.bodies import split_bodies
from chiso.rounds.plan_papers.excel import write_workbook
from chiso.rounds.plan_papers.reading import MAX_FILE, read_plan_file
from chiso.rounds.plan_papers.table import cells_of
from tests.rounds.seed_word import HEADINGS, SEED, saved, seed_document, seed_text, table_rows

ISSUER = Issuer(parent_name="", name="Ủy ban nhân dân huyện Hạ Lang", place="Hạ Lang")


def printed(plan: PlanFile) -> bytes:
    signer = Signer(("CHỦ TỊCH",), plan.signer_name)
    return build(PlanDocument(issuer=ISSUER, number=None, day=None, signer=signer, plan=plan))


def seen(task: TaskRow) -> tuple[object, ...]:
    """Everything that a row prints and means, whether its bodies were named or are still to be cut."""
    bodies = [task.lead or split_bodies(task.lead_text), task.coordinate or split_bodies(task.coordinate_text)]
    return (*cells_of(task).values(), task.kind, task.starts_on, task.ends_on, *map(tuple, bodies))


def faults(content: bytes) -> list[str]:
    with pytest.raises(PlanErrors) as caught:
        read_plan_file(content)
    return caught.value.problems


def demo() -> PlanFile:
    return read_plan((DEMO / "plan_ha_lang_2022.yaml").read_text(encoding="utf-8"))


def same(one: PlanFile, other: PlanFile) -> None:
    assert [seen(task) for task in one.tasks] == [seen(task) for task in other.tasks]
    for key in ("name", "year", "signer_name", *TEXTS):
        assert getattr(one, key) == getattr(other, key), key


def test_the_seed_reads_from_its_own_word_table() -> None:
    plan = read_plan_file(saved(seed_document()))
    assert len(plan.tasks) == 16
    for task, cells in zip(plan.tasks, table_rows(), strict=True):
        code, title, deadline, lead, coordinate = (" ".join(cell.split()).replace("11- 12", "11-12") for cell in cells)
        note = coordinate.removeprefix("Ghi chú: ") if coordinate.startswith("Ghi chú") else ""
        assert (task.code, task.title, task.text, task.lead_text) == (code, title, deadline, lead)
        assert (task.coordinate_text, task.note) == ("" if note else coordinate, note)
    text = seed_text()
    assert (plan.preamble, plan.aims, plan.duties, plan.closing) == (
        text.preamble,
        text.aims,
        text.duties,
        text.closing,
    )
    assert plan.recipients.splitlines()[0] == "Sở Nội vụ"
    assert plan.recipients.splitlines()[-1] == "Lưu: VT, NV"
    assert (plan.year, plan.signer_name, plan.remarks) == (2022, "Nguyễn Phương Huy", ())
    assert plan.superior_plan == "Kế hoạch số 2886/KH-UBND ngày 08/11/2022 của UBND tỉnh"


def test_the_rows_stand_in_the_published_text() -> None:
    """The fixture's cells are those of the published file, though that runs the columns together."""
    whole = "".join(SEED.split())
    for task in demo().tasks:
        for text in (task.text, task.note):
            assert "".join(text.split()) in whole or task.code == "4", task


def test_the_demo_has_the_plan_word_for_word() -> None:
    plan = read_plan_file(saved(seed_document()))
    same(plan, demo())


@pytest.mark.parametrize("spans", [2, 3])
def test_the_note_of_row_4_may_span_cells(spans: int) -> None:
    same(read_plan_file(saved(seed_document(note_spans=spans))), demo())


@pytest.mark.parametrize("order", [(1, 0, 2, 3, 4), (0, 2, 1, 4, 3), (4, 3, 2, 1, 0)])
def test_the_columns_may_stand_in_any_order(order: tuple[int, ...]) -> None:
    same(read_plan_file(saved(seed_document(order=order))), demo())


def test_word_there_and_back_is_identical_in_all_16_rows() -> None:
    first = read_plan_file(saved(seed_document()))
    word = printed(first)
    second = read_plan_file(word)
    assert second == replace(first, remarks=second.remarks)
    assert second.remarks == ()
    assert printed(second) == word


def test_excel_there_and_back_is_identical_in_all_16_rows() -> None:
    first = read_plan_file(saved(seed_document()))
    second = read_plan_file(write_workbook(first))
    assert second == first
    same(read_plan_file(write_workbook(demo())), demo())
    same(read_plan_file(write_workbook(read_plan_file(printed(second)))), demo())


def test_a_plan_without_its_texts_prints_and_reads() -> None:
    bare = replace(demo(), **dict.fromkeys(TEXTS, ""), signer_name="")
    again = read_plan_file(printed(bare))
    assert [seen(task) for task in again.tasks] == [seen(task) for task in bare.tasks]
    assert again.aims == again.duties == again.preamble == ""


def test_the_papers_are_vietnamese_whatever_the_pages_speak() -> None:
    with translation.override("en"):
        plan = read_plan_file(saved(seed_document()))
        again = read_plan_file(write_workbook(plan))
        word = read_plan_file(printed(plan))
    assert again == plan == read_plan_file(saved(seed_document()))
    assert [task.stage for task in word.tasks] == [task.stage for task in plan.tasks]


def test_stages_that_were_chosen_stay_in_excel() -> None:
    tasks = list(demo().tasks)
    tasks[4] = replace(tasks[4], stage="")
    plan = replace(demo(), tasks=tuple(tasks))
    assert [task.stage for task in read_plan_file(write_workbook(plan)).tasks] == [task.stage for task in tasks]


def small(rows: list[list[str]], *, heading: tuple[str, ...] = HEADINGS, title: str = "Đợt thử năm 2022") -> bytes:
    word = Document()
    word.add_paragraph("KẾ HOẠCH")
    word.add_paragraph(title)
    table = word.add_table(len(rows) + 1, len(heading))
    for place, name in enumerate(heading):
        table.cell(0, place).text = name
    for number, cells in enumerate(rows, start=1):
        for place, text in enumerate(cells):
            table.cell(number, place).text = text
    return saved(word)


HIDDEN = {"hidden": True}
GOOD = ["1", "Ban hành Bộ chỉ số", "Trước 28/11/2022", "Phòng Nội vụ", ""]


def test_every_fault_of_a_table_is_told_with_its_place() -> None:
    rows = [
        GOOD,
        ["2", "", "Khi cần", "Phòng Nội vụ", ""],
        ["", "Không có số", "Trước 31/02/2022", "Phòng Nội vụ", ""],
        ["3 a", "Số rời", "Trước 28/11/2022", "Phòng Nội vụ", "x" * 501],
        ["1", "Trùng số", "Trước 28/11/2022", "Phòng Nội vụ", ""],
    ]
    told = "\n".join(faults(small(rows, title="Đợt thử")))
    for part in (
        "Bảng 1, dòng 3, cột Nhiệm vụ: chưa ghi nhiệm vụ.",
        "Bảng 1, dòng 3, cột Thời gian: Không đọc được thời hạn “Khi cần”",
        "Bảng 1, dòng 4, cột STT: chưa ghi số thứ tự.",
        "Bảng 1, dòng 4, cột Thời gian: “Trước 31/02/2022” ghi một ngày không có trong lịch.",
        "Bảng 1, dòng 5, cột STT: số thứ tự “3 a” phải viết liền",
        "Bảng 1, dòng 5, cột Cơ quan phối hợp: dài quá 500 ký tự.",
        "Số thứ tự 1 lặp lại.",
        "Không thấy năm đánh giá",
    ):
        assert part in told


def test_a_table_may_go_on_on_the_next_page_with_or_without_a_header() -> None:
    word = Document()
    word.add_paragraph("KẾ HOẠCH ĐỢT THỬ NĂM 2022")
    for rows in (
        [list(HEADINGS), ["(1)", "(2)", "(3)", "(4)", "(5)"], GOOD],
        [["2", *GOOD[1:]]],
        [list(HEADINGS), ["3", *GOOD[1:]]],
    ):
        table = word.add_table(len(rows), 5)
        for number, cells in enumerate(rows):
            for place, text in enumerate(cells):
                table.cell(number, place).text = text
        word.add_paragraph("")
    plan = read_plan_file(saved(word))
    assert [task.code for task in plan.tasks] == ["1", "2", "3"]
    assert (plan.name, plan.year) == ("ĐỢT THỬ NĂM 2022", 2022)


def test_cells_merged_downwards_count_for_every_row() -> None:
    word = Document()
    word.add_paragraph("KẾ HOẠCH")
    word.add_paragraph("Đợt thử năm 2022")
    table = word.add_table(3, 5)
    for number, cells in enumerate([list(HEADINGS), GOOD, ["2", "Việc hai", "", "", ""]]):
        for place, text in enumerate(cells):
            table.cell(number, place).text = text
    for place in (2, 3):
        table.cell(1, place).merge(table.cell(2, place))
    first, second = read_plan_file(saved(word)).tasks
    assert (second.text, second.lead_text) == (first.text, first.lead_text) == ("Trước 28/11/2022", "Phòng Nội vụ")


def test_a_header_of_two_rows() -> None:
    word = Document()
    word.add_paragraph("KẾ HOẠCH")
    word.add_paragraph("Đợt thử năm 2022")
    table = word.add_table(3, 5)
    head = ["STT", "Nội dung công việc", "Thời hạn", "Cơ quan thực hiện", ""]
    for number, cells in enumerate([head, ["", "", "", "Chủ trì", "Phối hợp"], GOOD]):
        for place, text in enumerate(cells):
            table.cell(number, place).text = text
    (task,) = read_plan_file(saved(word)).tasks
    assert (task.code, task.lead_text) == ("1", "Phòng Nội vụ")


def test_numbers_and_dashes_that_word_counts_are_read() -> None:
    word = Document()
    for text in ("KẾ HOẠCH", "Đợt thử năm 2022", "Thực hiện Kế hoạch năm.", "I. MỤC ĐÍCH"):
        word.add_paragraph(text)
    word.add_paragraph("Mục đích", style="List Number")
    word.add_paragraph("Đúng hạn.", style="List Bullet")
    _listed_directly(word)
    table = word.add_table(2, 5)
    for number, cells in enumerate([list(HEADINGS), GOOD]):
        for place, text in enumerate(cells):
            table.cell(number, place).text = text
    assert read_plan_file(saved(word)).aims.splitlines() == ["1. Mục đích", "- Đúng hạn."]


def _listed_directly(word: object) -> None:
    """Word keeps the list of a style in the style; officials' files have it in the paragraph."""
    for line in word.paragraphs:  # type: ignore[attr-defined]
        style = line.style.element.find(f".//{qn('w:numPr')}")
        if style is not None:
            properties = line._p.get_or_add_pPr()
            copied = OxmlElement("w:numPr")
            for child in style:
                made = OxmlElement(child.tag.replace(f"{{{child.nsmap['w']}}}", "w:"))
                made.set(qn("w:val"), child.get(qn("w:val")))
                copied.append(made)
            properties.append(copied)


def test_recipients_and_signer_may_stand_without_a_table() -> None:
    word = Document()
    for text in ("KẾ HOẠCH", "Đợt thử năm 2022", "Căn cứ Kế hoạch năm."):
        word.add_paragraph(text)
    table = word.add_table(2, 5)
    for number, cells in enumerate([list(HEADINGS), GOOD]):
        for place, text in enumerate(cells):
            table.cell(number, place).text = text
    for text in (
        "III. TỔ CHỨC THỰC HIỆN",
        "Các đơn vị thực hiện./.",
        "Nơi nhận:\tCHỦ TỊCH",
        "- Sở Nội vụ;",
        "- Lưu: VT.",
    ):
        word.add_paragraph(text)
    word.add_paragraph("Nguyễn Phương Huy")
    plan = read_plan_file(saved(word))
    assert (plan.recipients, plan.signer_name) == ("Sở Nội vụ\nLưu: VT", "Nguyễn Phương Huy")
    assert (plan.preamble, plan.duties, plan.closing) == ("Căn cứ Kế hoạch năm.", "", "Các đơn vị thực hiện./.")


def test_what_was_left_out_is_said() -> None:
    word = Document()
    for text in ("KẾ HOẠCH", "Đợt thử năm 2022", "II. NỘI DUNG", "Chi tiết như sau:"):
        word.add_paragraph(text)
    table = word.add_table(2, 6)
    for number, cells in enumerate([[*HEADINGS, "Sản phẩm"], [*GOOD, "Quyết định"]]):
        for place, text in enumerate(cells):
            table.cell(number, place).text = text
    remarks = " ".join(read_plan_file(saved(word)).remarks)
    assert "Sản phẩm" in remarks
    assert "Chi tiết như sau:" in remarks


def sheet(rows: list[list[object]], *, top: list[str] | None = None) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        page = book.add_worksheet("Kế hoạch")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        lines = [[line] for line in (["KẾ HOẠCH", "Đợt thử năm 2022"] if top is None else top)]
        for number, cells in enumerate([*lines, *rows]):
            for place, value in enumerate(cells):
                if hasattr(value, "year"):
                    page.write_datetime(number, place, value, day)
                else:
                    page.write(number, place, value)
    return target.getvalue()


def test_excel_cells_that_are_dates_and_numbers() -> None:
    head: list[object] = ["TT", "Nhiệm vụ", "Thời gian thực hiện", "Đơn vị chủ trì", "Đơn vị phối hợp"]
    plan = read_plan_file(sheet([head, [3.1, "Tự đánh giá", date(2022, 12, 15), "UBND cấp xã", ""]]))
    (task,) = plan.tasks
    assert (task.code, task.text, task.kind) == ("3.1", "15/12/2022", DeadlineKind.PERIOD)
    assert (plan.name, plan.year) == ("Đợt thử năm 2022", 2022)
    told = faults(sheet([head, [date(2022, 1, 3), "Tự đánh giá", "Trước 15/12/2022", "UBND cấp xã", ""]]))
    assert told == [
        "Trang “Kế hoạch”, dòng 4, cột STT (A): Excel đã hiểu số thứ tự là ngày; "
        "hãy định dạng cột này là Văn bản rồi gõ lại."
    ]


def crooked_sheet(rows: list[list[object]], change: Callable[[xlsxwriter.Workbook, Any], None]) -> bytes:
    """A sheet with its table from row 3 on, and something done to it."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        page = book.add_worksheet("Kế hoạch")
        for number, cells in enumerate([["KẾ HOẠCH"], ["Đợt thử năm 2022"], list(HEADINGS), *rows]):
            page.write_row(number, 0, cells)
        change(book, page)
    return target.getvalue()


def test_cells_of_excel_merged_downwards_count_for_every_row() -> None:
    def merge(_book: xlsxwriter.Workbook, page: Any) -> None:
        page.merge_range("C4:C6", "Trước 28/11/2022")
        page.merge_range("D4:D5", "Phòng Nội vụ")

    rows: list[list[object]] = [["1", "Một"], ["2", "Hai"], ["3", "Ba", "", "Phòng Tư pháp"]]
    plan = read_plan_file(crooked_sheet(rows, merge))
    assert [(task.text, task.lead_text) for task in plan.tasks] == [
        ("Trước 28/11/2022", "Phòng Nội vụ"),
        ("Trước 28/11/2022", "Phòng Nội vụ"),
        ("Trước 28/11/2022", "Phòng Tư pháp"),
    ]


def test_hidden_rows_of_excel_are_read_and_told() -> None:
    plan = read_plan_file(crooked_sheet([GOOD, ["2", *GOOD[1:]]], lambda _, page: page.set_row(4, None, None, HIDDEN)))
    assert [task.code for task in plan.tasks] == ["1", "2"]
    assert plan.remarks == ("Trang “Kế hoạch”: dòng 5 đang bị ẩn trong Excel nhưng vẫn được nhập.",)


def test_a_formula_without_a_value_is_no_empty_cell() -> None:
    def compute(_book: xlsxwriter.Workbook, page: Any) -> None:
        page.write_formula("C4", "=1/0", None, "#DIV/0!")
        page.write_formula("D5", "=B1", None, "")

    told = faults(crooked_sheet([GOOD, ["2", *GOOD[1:]]], compute))
    assert [fault.split(";")[0] for fault in told] == [
        "Trang “Kế hoạch”, dòng 4, cột Thời gian (C): công thức bị lỗi",
        "Trang “Kế hoạch”, dòng 5, cột Cơ quan chủ trì (D): công thức chưa có giá trị",
    ]


def test_a_month_that_excel_took_for_a_day_is_told() -> None:
    def write(book: xlsxwriter.Workbook, page: Any) -> None:
        page.write_datetime("C4", datetime(2022, 12, 1), book.add_format({"num_format": "mm/yyyy"}))

    (remark,) = read_plan_file(crooked_sheet([GOOD], write)).remarks
    assert "ở dòng 4, ô Thời gian là ngày của Excel" in remark


def test_the_stages_that_excel_offers_are_read_back_one_by_one() -> None:
    plan = read_plan_file(saved(seed_document()))
    tasks = [replace(task, stage="") for task in plan.tasks[4:13]]
    content = write_workbook(replace(plan, tasks=tuple(tasks)))
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert b"<formula1>'N\xe1\xbb\x99i dung'!$F$1:$F$9</formula1>" in package.read("xl/worksheets/sheet1.xml")
    (texts,) = (grid for grid in read_workbook(content).grids if grid.name == "Nội dung")
    offered = [row.cell(5) for row in texts.rows[:9]]
    assert "Rà soát, điều chỉnh" in offered
    head: list[object] = [*HEADINGS, "Giai đoạn"]
    rows: list[list[object]] = [head, *([str(number), *GOOD[1:], name] for number, name in enumerate(offered))]
    assert [task.stage for task in read_plan_file(sheet(rows)).tasks] == list(BOUND_STAGES)


def test_numbers_in_brackets_are_numbers() -> None:
    cells = [["(1)", *GOOD[1:]], ["a)", *GOOD[1:]], ["II.", *GOOD[1:]]]
    assert [task.code for task in read_plan_file(small(cells)).tasks] == ["1", "a", "II"]
    assert "phải viết liền" in faults(small([["*", *GOOD[1:]]]))[0]


def test_a_part_with_a_heading_of_its_own_keeps_it() -> None:
    word = seed_document()
    (heading,) = (line for line in word.paragraphs if line.text == "III. TỔ CHỨC THỰC HIỆN")
    for text in ("III. KINH PHÍ THỰC HIỆN", "Từ ngân sách huyện."):
        heading.insert_paragraph_before(text)
    heading.text = "IV. TỔ CHỨC THỰC HIỆN"
    duties = read_plan_file(saved(word)).duties.splitlines()
    assert duties[:4] == [
        "III. KINH PHÍ THỰC HIỆN",
        "Từ ngân sách huyện.",
        "IV. TỔ CHỨC THỰC HIỆN",
        "1. Phòng Nội vụ",
    ]


def test_headings_without_a_number_are_headings() -> None:
    word = seed_document()
    for line in word.paragraphs:
        if line.text.startswith(("I. ", "II. ", "III. ")):
            line.text = line.text.split(". ", 1)[1]
    same(read_plan_file(saved(word)), demo())


def test_what_stands_below_the_signature_is_not_lost_silently() -> None:
    word = seed_document()
    word.add_paragraph("PHỤ LỤC: PHÂN CÔNG")
    word.add_table(1, 3).cell(0, 0).text = "Họ và tên"
    (remark,) = read_plan_file(saved(word)).remarks
    assert "“PHỤ LỤC: PHÂN CÔNG … Họ và tên”" in remark


def test_a_workbook_must_name_the_plan() -> None:
    rows: list[list[object]] = [list(HEADINGS), list(GOOD)]
    assert "Không thấy tên Kế hoạch" in faults(sheet(rows, top=[]))[0]
    assert "Không thấy năm đánh giá" in faults(sheet(rows, top=["Đợt thử"]))[0]


def test_a_heading_opens_no_stage_and_no_stage_opens_twice() -> None:
    (task,) = read_plan_file(small([["1", "Chuẩn bị", "", "", ""]])).tasks
    assert task.stage == ""
    head: list[object] = [*HEADINGS, "Giai đoạn"]
    rows = [head, [*GOOD, "Thẩm định"], ["2", *GOOD[1:], "Thẩm định"], ["3", *GOOD[1:], "Nghỉ"]]
    told = "\n".join(faults(sheet(rows)))
    assert "Có 2 dòng cùng mở giai đoạn “Thẩm định”" in told
    assert "cột Giai đoạn (F): không có giai đoạn này" in told


def packed(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return target.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = {one: package.read(one) for one in package.namelist()}
    return packed(parts | {name: part})


BOMB = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>&b;</w:body></w:document>'
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "Tệp rỗng."),
        (b"%PDF-1.7", "Đây là tệp PDF"),
        (b"PK\x03\x04rest", "Tệp bị hỏng"),
        (packed({"a.txt": b"a"}), "không phải tệp Excel hay Word"),
        (packed({"word/document.xml": b"<a"}), "Tệp Word bị hỏng"),
        (packed({"word/document.xml": BOMB}), "Không tìm thấy bảng nhiệm vụ"),
        (packed({"xl/workbook.xml": b"<a"}), "Tệp Excel bị hỏng"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "đặt mật khẩu"),
        (OLE + "WordDocument".encode("utf-16-le"), "Tệp Word kiểu cũ (.doc)"),
        (b"x" * (MAX_FILE + 1), "Tệp lớn hơn 5 MB"),
        (b"a: \xff", "UTF-8"),
        (b"- a", "không có danh sách nhiệm vụ"),
        (saved(Document()), "Không tìm thấy bảng nhiệm vụ"),
        (small([]), "Bảng nhiệm vụ không có dòng nào"),
        (with_part(small([GOOD]), "word/vbaProject.bin", b"x"), "chứa macro"),
        (with_part(small([GOOD]), "word/big.xml", b"0" * 110_000_000), "quá nhiều dữ liệu"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_is_no_plan_is_refused_with_a_sentence(content: bytes, part: str) -> None:
    assert part in "\n".join(faults(content))


def test_a_document_that_loads_a_file_gets_nothing() -> None:
    stealing = (
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
        b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>'
        b"<w:t>&a;</w:t></w:r></w:p></w:body></w:document>"
    )
    assert "Không tìm thấy bảng nhiệm vụ" in faults(packed({"word/document.xml": stealing}))[0]
