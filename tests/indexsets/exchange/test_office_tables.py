# ruff: noqa: E501 - the messages stand as they are printed.
"""The tables offices really make: Cà Mau's columns, scale lines as rows, two-row headers, numbers as text."""

from datetime import datetime

import pytest

from chiso.indexsets.exchange import RowKind, read_file
from tests.indexsets.exchange.tables import workbook

HEAD = ["STT", "Lĩnh vực/TC/TCTP", "Điểm tối đa"]
CA_MAU = [
    ["ỦY BAN NHÂN DÂN TỈNH CÀ MAU"],
    ["BỘ CHỈ SỐ CẢI CÁCH HÀNH CHÍNH CẤP XÃ NĂM 2026"],
    ["STT", "Lĩnh vực/TC/TCTP", "Điểm tối đa", "Điểm đánh giá", None, None, "Điểm đạt được", "Tài liệu kiểm chứng", "Ghi chú"],
    [None, None, None, "Điều tra XHH", "Tự đánh giá", "SNV đánh giá"],
    ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)", "(9)"],
    ["I", "CÔNG TÁC CHỈ ĐẠO ĐIỀU HÀNH", 11.0],
    [1.0, "Kế hoạch CCHC", "5,0"],
    [1.1, "Ban hành kế hoạch CCHC năm", "1", None, None, None, None, "- Kế hoạch;\n- Công văn", "Trước 31/01"],
    [None, "Ban hành kịp thời: 1"],
    [None, "Ban hành không kịp thời: 0,5"],
    [None, "Không ban hành: 0"],
    ["1.2.", "Mức độ thực hiện kế hoạch", "02"],
    [None, "- Trên 90%: 2 điểm"],
    [None, "- Từ 70% đến 90%: 1 điểm"],
    [None, "- Dưới 70%: 0 điểm"],
    ["1.3", "Sáng kiến", "2"],
    [None, "Có từ 02 sáng kiến trở lên", 2],
    [None, "01 sáng kiến", 1],
    [None, "Không có sáng kiến", 0],
    [2.0, "Họp Ban Chỉ đạo\n04 cuộc: 4 điểm\n03 cuộc: 3 điểm\nCòn lại: 0 điểm", "4"],
    [3.0, "Xử lý văn bản", "2"],
    [None, "Mỗi văn bản trễ hạn trừ 0,25 điểm"],
    ["II", "CẢI CÁCH TTHC", 9],
    [1.0, "Giải quyết hồ sơ", "4"],
    [None, "Điểm = Tỷ lệ hồ sơ đúng hạn x Điểm tối đa"],
    [2.0, "Giải ngân", "3"],
    [None, "Từ 85% trở lên: 3"],
    [None, "Từ 60% đến dưới 85%: (tỷ lệ giải ngân/85%) x 3"],
    [None, "Dưới 60%: 0"],
    [3.0, "Điều tra xã hội học về sự hài lòng", "2"],
    ["III", "ĐIỂM THƯỞNG", "3"],
    [1.0, "Có mô hình mới", "5"],
    [None, "Được cấp tỉnh công nhận: 5"],
    [None, "Cấp xã công nhận: tối đa 2 điểm"],
    ["IV", "ĐIỂM TRỪ", "-5"],
    [1.0, "Không báo cáo đột xuất", "-5"],
    [None, "Mỗi lần không báo cáo trừ 0,5 điểm"],
    [None, "Tổng cộng", 20],
    [None, "Ghi chú: điểm làm tròn 2 chữ số"],
]  # fmt: skip
RULES = {
    "I.1.1": "Ban hành kịp thời: 1 điểm; Ban hành không kịp thời: 0,5 điểm; Không ban hành: 0 điểm",
    "I.1.2": "Tỷ lệ số đạt trên tổng số: trên 90%: 2 điểm; từ 70% đến 90%: 1 điểm; còn lại: 0 điểm",
    "I.1.3": "Số lượng (sáng kiến): từ 2 trở lên: 2 điểm; từ 1 đến dưới 2: 1 điểm; còn lại: 0 điểm",
    "I.2": "Số lượng (cuộc): từ 4 trở lên: 4 điểm; từ 3 đến dưới 4: 3 điểm; còn lại: 0 điểm",
    "I.3": "2 điểm, trừ 0,25 điểm cho mỗi văn bản trễ hạn, không thấp hơn 0 điểm",
    "II.1": "Tỷ lệ số đạt trên tổng số: tỷ lệ × 4 điểm",
    "II.2": "Tỷ lệ số đạt trên tổng số: từ 85% trở lên: 3 điểm; từ 60% đến dưới 85%: tỷ lệ ÷ 85% × 3; dưới 60%: 0 điểm",
    "II.3": "Điều tra xã hội học (người dân, tổ chức): kết quả (%) × 2",
    "III.1": "Được cấp tỉnh công nhận: 5 điểm; Cấp xã công nhận: đến 2 điểm",
    "IV.1": "0 điểm, trừ 0,5 điểm cho mỗi lần không báo cáo",
}


def test_ca_mau() -> None:
    draft = read_file(workbook(CA_MAU, merged=["D3:F3", "A3:A4"]), "camau.xlsx")
    assert draft.errors == ()
    index_set = draft.index_set
    assert index_set is not None
    assert {node.code: node.rule.describe() for node in index_set.leaves} == RULES
    assert (index_set.name, index_set.year, index_set.scale) == (CA_MAU[1][0], 2026, 20)
    leaf = index_set.node("I.1.1")
    assert (leaf.evidence, leaf.guidance) == (("Kế hoạch", "Công văn"), "Trước 31/01")
    kinds = [(area.code, area.kind, area.cap) for area in index_set.areas[2:]]
    assert kinds == [("III", "bonus", 3), ("IV", "penalty", 5)]


def test_every_row_says_what_it_was_read_as() -> None:
    draft = read_file(workbook(CA_MAU, merged=["D3:F3", "A3:A4"]), "camau.xlsx")
    assert [row.place.row for row in draft.rows] == list(range(1, len(CA_MAU) + 1))
    kinds = [row.kind for row in draft.rows]
    assert kinds[:8] == [
        *(RowKind.NOTE, RowKind.NOTE, RowKind.HEADER, RowKind.HEADER, RowKind.HEADER),
        *(RowKind.AREA, RowKind.CRITERION, RowKind.LEAF),
    ]
    assert kinds[8:11] == [RowKind.SCALE] * 3
    assert kinds[-2:] == [RowKind.NOTE, RowKind.NOTE]
    assert [row.code for row in draft.rows if row.is_guess] == list(RULES)


def test_every_guess_names_its_sentence() -> None:
    draft = read_file(workbook(CA_MAU, merged=["D3:F3", "A3:A4"]), "camau.xlsx")
    assert str(next(one for one in draft.guesses if one.code == "I.1.2")) == (
        "trang “Sheet1”, dòng 12 (mã I.1.2): Cách chấm được đoán là “Tỷ lệ theo bậc”. Tử số và mẫu số chưa ghi rõ; "
        "hãy điền. (từ câu “- Trên 90%: 2 điểm · - Từ 70% đến 90%: 1 điểm · - Dưới 70%: 0 điểm”)"
    )
    assert [one.message for one in draft.guesses if one.code == "III"] == [
        "Lĩnh vực này là điểm thưởng.",
        "3 điểm được hiểu là mức trần, vì các tiêu chí cộng lại khác số đó.",
    ]
    assert [str(one) for one in draft.warnings] == [
        "trang “Sheet1”, dòng 3: Các cột không dùng để đọc bộ chỉ số: D “Điểm đánh giá Điều tra XHH”, "
        "E “Điểm đánh giá Tự đánh giá”, F “Điểm đánh giá SNV đánh giá”, G “Điểm đạt được”.",
        "trang “Sheet1”, dòng 7, cột A “STT” (mã I.1): Số thứ tự lặp lại ở nhiều nơi nên mã được ghép với mã cấp trên, "
        "như 1 thành I.1 (có 11 mã như vậy).",
    ]


def leaf(*lines: list[object], maximum: object = 2, name: str = "Tiêu chí", head: list[str] = HEAD):
    """The leaf 1.1 of a set of one criterion, with its guesses as text."""
    rows = [["Bộ chỉ số năm 2026"], head, ["1", "Lĩnh vực", maximum], ["1.1", name, maximum], *lines]
    return read_file(workbook(rows), "a.xlsx")


@pytest.mark.parametrize(
    ("lines", "rule"),
    [
        (["Đạt: 2", "Không đạt: 0"], "Đạt: 2 điểm; Không đạt: 0 điểm"),
        (["- Đạt được 2 điểm", "- Không đạt được 0 điểm"], "Đạt: 2 điểm; Không đạt: 0 điểm"),
        (["Đúng hạn (2 điểm)", "Trễ hạn (0,5 điểm)"], "Đúng hạn: 2 điểm; Trễ hạn: 0,5 điểm"),
        (["100%: 2đ", "Từ 80 - <100%: 1đ", "<80%: 0đ"], "từ 100% trở lên: 2 điểm; từ 80% đến dưới 100%: 1 điểm; còn lại: 0 điểm"),
        (["≥ 90%: 2", "< 90%: 0"], "từ 90% trở lên: 2 điểm; còn lại: 0 điểm"),
        (["Có quy chế: 0,5", "Có lịch tiếp công dân: 1,5"], "Cộng điểm từng yêu cầu đạt: Có quy chế: 0,5 điểm; Có lịch tiếp công dân: 1,5 điểm"),
        (["- đủ số lượng", "- đúng hạn"], "Đạt tất cả (đủ số lượng; đúng hạn): 2 điểm; thiếu một: 0 điểm"),
        (["Cứ mỗi lỗi bị trừ 0,25 điểm"], "2 điểm, trừ 0,25 điểm cho mỗi lỗi, không thấp hơn 0 điểm"),
        (["Trừ 0,5 điểm/lần vi phạm"], "2 điểm, trừ 0,5 điểm cho mỗi lần vi phạm, không thấp hơn 0 điểm"),
        (["Tính theo tỷ lệ hoàn thành"], "tỷ lệ × 2 điểm"),
        ([], "Người chấm cho từ 0 đến 2 điểm, theo bước 0,25 điểm"),
        (["Tốt: 2", "Khá: 1", "Còn lại: 0"], "Tốt: 2 điểm; Khá: 1 điểm; Còn lại: 0 điểm"),
        (["02 lần: 2 điểm", "01 lần: 1 điểm", "Dưới 1 lần: 0 điểm"], "Số lượng (lần): từ 2 trở lên: 2 điểm; từ 1 đến dưới 2: 1 điểm; còn lại: 0 điểm"),
    ],
)  # fmt: skip
def test_rules_are_guessed(lines: list[str], rule: str) -> None:
    draft = leaf(*([None, text] for text in lines))
    assert draft.errors == ()
    assert draft.index_set.node("1.1").rule.describe().removeprefix("Tỷ lệ số đạt trên tổng số: ") == rule
    assert any("Cách chấm được đoán" in one.message for one in draft.guesses)


@pytest.mark.parametrize(
    ("lines", "doubt"),
    [
        (["Từ 90%: 2", "Từ 70% đến 90%: 1", "Dưới 70%: 0"], "Đúng 90% thuộc cả hai mức; hiểu là thuộc mức cao hơn."),
        (["Trên 90%: 2", "Từ 70% đến dưới 90%: 1", "Dưới 70%: 0"], "Đúng 90% không thuộc mức nào; hiểu là thuộc mức thấp hơn."),
        (["Từ 90%: 2", "Từ 70% đến dưới 80%: 1", "Dưới 70%: 0"], "Khoảng từ 80% đến 90% không thuộc mức nào; hiểu là thuộc mức thấp hơn."),
        (["Từ 80%: 2", "Từ 70% đến dưới 90%: 1", "Dưới 70%: 0"], "Hai mức chồng nhau từ 80% đến 90%; hiểu là thuộc mức cao hơn."),
        (["Từ 80%: 2", "Dưới 70%: 0"], "Khoảng từ 70% đến 80% không thuộc mức nào; hiểu là thuộc mức thấp hơn."),
    ],
)  # fmt: skip
def test_doubtful_boundaries_are_told(lines: list[str], doubt: str) -> None:
    draft = leaf(*([None, text] for text in lines))
    assert any(doubt in one.message for one in draft.guesses)


def test_a_level_without_points_is_an_error_with_its_row() -> None:
    draft = leaf([None, "Tốt: 2"], [None, "Khá"])
    assert "trang “Sheet1”, dòng 6, cột B “Lĩnh vực/TC/TCTP” (mã 1.1): Không đọc được điểm của mức “Khá”." in [
        str(one) for one in draft.errors
    ]


def test_a_column_of_how_to_score() -> None:
    head = ["TT", "Nội dung tiêu chí", "Thang điểm", "Cách tính điểm", "Minh chứng"]
    rows = [
        ["Bộ tiêu chí năm 2026"],
        head,
        ["A", "Lĩnh vực", 3],
        ["1", "Một", 1, "Kịp thời: 1; chậm: 0,5; không: 0", "Văn bản"],
    ]
    rows.append(["2", "Hai", 2, "Theo hướng dẫn của Sở Nội vụ"])
    index_set = read_file(workbook(rows), "a.xlsx").index_set
    assert index_set.node("1").rule.describe() == "Kịp thời: 1 điểm; chậm: 0,5 điểm; không: 0 điểm"
    assert index_set.node("2").guidance == "Theo hướng dẫn của Sở Nội vụ"
    assert index_set.node("1").evidence == ("Văn bản",)


def numbers(*given: object) -> list[str]:
    rows = [["Bộ chỉ số năm 2026"], HEAD, ["1", "Lĩnh vực", len(given)]]
    draft = read_file(workbook([*rows, *([one, "Tiêu chí", 1] for one in given)]), "a.xlsx")
    return [child["code"] for child in draft.tree["areas"][0]["children"]], [
        str(one) for one in draft.guesses if "Excel ghi" in one.message
    ]


def test_numbers_that_excel_shortened() -> None:
    codes, doubts = numbers(*(float(f"1.{place}") for place in range(1, 13)))
    assert codes == [f"1.{place}" for place in range(1, 13)]
    assert doubts == [
        "trang “Sheet1”, dòng 13, cột A “STT”: Excel ghi số 1.1; hiểu là 1.10 vì đứng sau 1.9. "
        "Hãy đặt cột này dạng văn bản."
    ]
    assert numbers("1.9", "1.10", "1.11") == (["1.9", "1.10", "1.11"], [])


def test_a_number_that_excel_turned_into_a_date() -> None:
    rows = [["Bộ chỉ số năm 2026"], HEAD, ["1", "Lĩnh vực", 1], [datetime(2026, 1, 2), "Tiêu chí", 1]]
    import io

    import xlsxwriter

    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
        sheet = book.add_worksheet("Sheet1")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    draft = read_file(target.getvalue(), "a.xlsx")
    assert str(draft.errors[0]) == (
        "trang “Sheet1”, dòng 4, cột A “STT”: Excel đã đổi số thứ tự thành ngày 2026-01-02; "
        "hãy đặt cột này dạng văn bản rồi gõ lại."
    )


def test_number_and_name_in_one_cell_and_a_repeated_header() -> None:
    rows = [
        ["Bộ chỉ số năm 2026"],
        HEAD,
        ["I. CHỈ ĐẠO ĐIỀU HÀNH", None, 2],
        [None, "1. Kế hoạch", 1],
        [None, "Có: 1"],
        [None, "Không: 0"],
        HEAD,
        ["2)", "Báo cáo", 1],
        ["-", "Đúng hạn: 1"],
        ["-", "Trễ hạn: 0"],
        [None, "ĐIỂM THƯỞNG"],
        ["1", "Mô hình", 1],
        [None, "Có: 1"],
        [None, "Không: 0"],
        [None, "TỔNG ĐIỂM", 3],
    ]
    draft = read_file(workbook(rows), "a.xlsx")
    assert [area["code"] for area in draft.tree["areas"]] == ["I", "THUONG"]
    assert [one["code"] for one in draft.tree["areas"][0]["children"]] == ["I.1", "2"]
    assert draft.tree["areas"][1]["kind"] == "bonus"
    assert [str(one) for one in draft.errors] == [
        "trang “Sheet1”, dòng 15, cột C “Điểm tối đa”: Dòng tổng cộng ghi 3 nhưng tổng điểm tối đa các lĩnh vực là 2."
    ]


def test_thousands_and_decimals() -> None:
    draft = leaf([None, "Đạt: 1.250"], maximum="1.250")
    assert draft.tree["areas"][0]["max"] == "1250"
    assert "“1.250” được hiểu là 1250; nếu là số lẻ thập phân hãy viết dấu phẩy." in [
        one.message for one in draft.guesses
    ]
    assert leaf(maximum="1.234,5").tree["areas"][0]["max"] == "1234.5"
    assert leaf(maximum="mười").errors[0].message == "“mười” không phải là số. Viết như 1183 hoặc 0,5."


def test_letters_codes_of_their_own_and_missing_steps_between() -> None:
    rows = [
        ["Bộ chỉ số năm 2026"],
        HEAD,
        ["A", "Phần một", 3],
        ["I", "Lĩnh vực", 3],
        ["1", "Tiêu chí", 3],
        ["a)", "Một", 1],
        ["b)", "Hai", 1],
        ["c)", "Ba", 1],
        ["B", "Phần hai", 1],
        ["1.1.1", "Thành phần", 1],
    ]
    tree = read_file(workbook(rows), "a.xlsx").tree
    criterion = tree["areas"][0]["children"][0]["children"][0]
    assert [one["code"] for one in criterion["children"]] == ["1.a", "1.b", "1.c"]
    assert [one["code"] for one in tree["areas"][1]["children"]] == ["1.1.1"]


def test_lines_above_the_first_child_are_guidance_and_more_evidence_is_taken_in() -> None:
    head = [*HEAD, "Tài liệu kiểm chứng"]
    rows = [["Bộ chỉ số năm 2026"], head, ["I", "Lĩnh vực", 1], [None, "Chấm theo hồ sơ gửi đúng hạn"], ["1", "Một", 1]]
    rows += [[None, "Có: 1"], [None, "Không: 0"], [None, None, None, "Báo cáo"], [None, None, None, None, "ngoài bảng"]]
    draft = read_file(workbook(rows), "a.xlsx")
    assert draft.index_set.node("I").guidance == "Chấm theo hồ sơ gửi đúng hạn"
    assert draft.index_set.node("1").evidence == ("Báo cáo",)
    assert "dòng 4, cột B “Lĩnh vực/TC/TCTP” (mã I): Các dòng không có số đứng trước cấp dưới" in str(draft.warnings[0])


def test_a_penalty_with_levels_and_without_a_scale() -> None:
    rows = [["Bộ chỉ số năm 2026"], HEAD, ["I", "Cơ bản", 1], ["1", "Một", 1], [None, "Có: 1"], [None, "Không: 0"]]
    rows += [
        ["II", "ĐIỂM TRỪ", None],
        ["1", "Bị phê bình", None],
        [None, "Bằng văn bản: 2"],
        [None, "Nhắc nhở: trừ 1 điểm"],
    ]
    rows += [["2", "Vi phạm khác", -0.5]]
    draft = read_file(workbook(rows), "a.xlsx")
    leaves = {one.code: one.rule.describe() for one in draft.index_set.leaves}
    assert leaves["II.1"] == "Bằng văn bản: −2 điểm; Nhắc nhở: −1 điểm"
    assert leaves["2"] == "0 điểm, trừ 0,5 điểm cho mỗi lần"
    assert any("Điểm trừ ghi số dương ở “Bằng văn bản”; hiểu là −2." in one.message for one in draft.guesses)
