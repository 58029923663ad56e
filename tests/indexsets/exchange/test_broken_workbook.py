# ruff: noqa: E501 - the messages stand as they are printed.
"""A workbook in our layout with more than thirty kinds of faults: exactly the right messages, all at once."""

import io

import pytest

from chiso.indexsets.exchange import read_file, run_check, write_docx, write_xlsx
from chiso.scoring import IndexSetErrors, read_index_set
from tests.indexsets.exchange.tables import workbook

HEAD = (
    *("Cấp", "Mã", "Lĩnh vực, tiêu chí, thang điểm", "Điểm tối đa", "Cách chấm", "Dòng thang điểm", "Ngưỡng"),
    *("Điểm của dòng", "Tài liệu kiểm chứng", "Khi không áp dụng", "Cách lấy số liệu", "Loại điểm", "Mức trần"),
)
JUDGED = "Người chấm cho điểm"


def node(depth, code, name, maximum=None, rule=None, **more):
    extra = [more.get(key) for key in ("policy", "method", "kind", "cap")]
    return [depth, code, name, maximum, rule, None, None, None, None, *extra]


def line(word, name=None, limit=None, points=None):
    return [None, None, name, None, None, word, limit, points]


ROWS = [
    ["Bộ chỉ số lỗi năm 2026"],
    [],
    HEAD,
    node(1, "1", "Chỉ đạo", 10),  # 4
    node(2, "1.1", "Kế hoạch", 4, "Chọn một mức"),
    line("Mức", "Kịp thời", points=5),  # 6
    line("Mứt", "Chậm", points=1),
    line("Mức", "Không", points="không điểm"),  # 8
    node(2, "1.1", "Trùng mã", 2, JUDGED),
    line("Bước điểm", points=0.25),  # 10
    node(4, "1.2", "Nhảy cấp", 2, "Người chấm"),
    node(2, "1.3", "Tỷ lệ", 4, "Tỷ lệ theo bậc"),  # 12
    line("Tử số", "số đạt"),
    line("Từ", limit=70, points=2),  # 14
    line("Từ", limit="chín mươi", points=4),
    line("Điều kiện", "x"),  # 16
    node(2, "1.4", "Thiếu cách chấm", 2),
    node(None, "1.5", "Cấp trống", 1, "Không chấm điểm"),  # 18
    node(2, None, "Thiếu mã", 1, "Không chấm điểm"),
    node("hai", "1.6", "Cấp chữ", 1, "Không chấm điểm"),  # 20
    node(2, "1.7", "Không điểm tối đa", None, "Chọn một mức"),
    line("Mức", "Có", points=1),  # 22
    node(2, "1.8", None, 1, "Không chấm điểm"),
    node(2, "1.9", "Công thức", 1, "Theo công thức"),  # 24
    line("Số liệu", "A: hồ sơ"),
    line("Công thức", "A + B"),  # 26
    node(2, "1.10", "Yêu cầu", 1, "Cộng từng yêu cầu"),
    line("Yêu cầu", "a", points=0.25),  # 28
    node(2, "1.11", "Điểm âm", -1, "Không chấm điểm"),
    node(2, "1.12", "Phương thức", 1, "Không chấm điểm", method="Tự đoán", policy="Bỏ"),  # 30
    node(2, "1.13", "Loại", 1, "Không chấm điểm", kind="Điểm thưởng", cap=3),
    node(2, "1.14", "Cha có cách chấm", 1, "Không chấm điểm"),  # 32
    node(3, "1.14.1", "Con", 1, "Không chấm điểm"),
    node(2, "1.15", "Ngưỡng tăng", 1, "Đếm số lượng"),  # 34
    line("Đơn vị đếm", "lần"),
    line("Từ", limit=1, points=0),  # 36
    line("Từ", limit=2, points=1),
    node(2, "1.16", "Có thang, không có cách", 1),  # 38
    line("Mức", "Có", points=1),
    node(1, "2", "Trống", 5),  # 40
    node(1, "3", "Cộng sai", 10),
    node(2, "3.1", "Một", 7, "Không chấm điểm"),  # 42
    node(2, "3.2", "Hai", 5, "Không chấm điểm"),
]
INFORMATION = [
    ["Mục", "Nội dung", "Điểm từ"],
    ["Mã bộ chỉ số", "loi"],
    ["Tên bộ chỉ số", "Bộ lỗi"],
    ["Năm", "hai nghìn"],  # 4
    ["Lần ban hành", 1],
    ["Tình trạng", "Nháp"],  # 6
    ["Thang điểm", 0],
    ["Xếp loại", "Tốt", 80],  # 8
    ["Xếp loại", "Khá", 90],
    ["Mục lạ", "x"],  # 10
    ["Tiêu chí phân định khi bằng điểm", "9.9"],
]
ERRORS = """\
trang “Thông tin”, dòng 4, cột “Nội dung”: “hai nghìn” không phải là số. Viết như 1183 hoặc 0,5.
trang “Thông tin”, dòng 6, cột “Nội dung”: “Tình trạng” phải là một trong: Ban hành chính thức, Chép từ văn bản, Bộ mẫu; không phải “Nháp”.
trang “Thông tin”, dòng 7, cột “Nội dung”: “Thang điểm” phải lớn hơn 0.
trang “Thông tin”, dòng 9: Xếp loại phải viết từ cao xuống thấp; “Khá” không thấp hơn mức đứng trước.
trang “Thông tin”, dòng 11, cột “Nội dung”: Không có tiêu chí nào mang mã “9.9”.
trang “Bộ chỉ số”, dòng 6, cột H “Điểm của dòng” (mã 1.1): Điểm 5 nằm ngoài khoảng từ 0 đến 4.
trang “Bộ chỉ số”, dòng 7, cột F “Dòng thang điểm”: Không có dòng thang điểm “Mứt”; hãy chọn trong danh sách.
trang “Bộ chỉ số”, dòng 8, cột H “Điểm của dòng” (mã 1.1): “không điểm” không phải là số. Viết như 1183 hoặc 0,5.
trang “Bộ chỉ số”, dòng 9, cột B “Mã” (mã 1.1): Mã “1.1” đã dùng ở dòng 5.
trang “Bộ chỉ số”, dòng 11, cột A “Cấp” (mã 1.2): Cấp 4 đứng ngay sau cấp 2; thiếu cấp 3 ở giữa.
trang “Bộ chỉ số”, dòng 11, cột E “Cách chấm” (mã 1.2): Không có cách chấm “Người chấm”; hãy chọn trong danh sách.
trang “Bộ chỉ số”, dòng 12, cột E “Cách chấm” (mã 1.3): Thiếu “Mẫu số”.
trang “Bộ chỉ số”, dòng 15, cột G “Ngưỡng” (mã 1.3): “chín mươi” không phải là số. Viết như 1183 hoặc 0,5.
trang “Bộ chỉ số”, dòng 16 (mã 1.3): Dòng “Điều kiện” không dùng hoặc bị lặp trong cách chấm “Tỷ lệ theo bậc” (gồm: Còn lại, Khi mẫu số bằng 0, Mẫu số, Trên, Từ, Tử số).
trang “Bộ chỉ số”, dòng 17, cột E “Cách chấm” (mã 1.4): Thiếu cách chấm, và cũng không có cấp dưới.
trang “Bộ chỉ số”, dòng 18, cột A “Cấp”: Thiếu cấp.
trang “Bộ chỉ số”, dòng 19, cột F “Dòng thang điểm” (mã 1.5): Dòng không có mã thì phải có “Dòng thang điểm”.
trang “Bộ chỉ số”, dòng 20, cột A “Cấp”: Cấp phải là số từ 1 đến 50, không phải “hai”.
trang “Bộ chỉ số”, dòng 21, cột D “Điểm tối đa” (mã 1.7): Thiếu điểm tối đa.
trang “Bộ chỉ số”, dòng 23, cột C “Lĩnh vực, tiêu chí, thang điểm” (mã 1.8): “Tên” không được để trống.
trang “Bộ chỉ số”, dòng 26, cột C “Lĩnh vực, tiêu chí, thang điểm” (mã 1.9): “B” chưa được khai báo trong “Số liệu”.
trang “Bộ chỉ số”, dòng 27, cột E “Cách chấm” (mã 1.10): Tổng điểm các mục là 0,25, khác điểm tối đa 1.
trang “Bộ chỉ số”, dòng 29, cột D “Điểm tối đa” (mã 1.11): “Điểm tối đa” phải từ 0 trở lên, không phải -1.
trang “Bộ chỉ số”, dòng 30, cột K “Cách lấy số liệu” (mã 1.12): “Cách lấy số liệu” phải là một trong: Tự chấm, Điều tra xã hội học, Cơ quan khác cung cấp số liệu, Chỉ để thông tin; không phải “Tự đoán”.
trang “Bộ chỉ số”, dòng 30, cột J “Khi không áp dụng” (mã 1.12): “Khi không áp dụng” phải là một trong: Giảm trừ điểm tối đa, Đạt điểm tối đa, 0 điểm, Không tính và không hiện; không phải “Bỏ”.
trang “Bộ chỉ số”, dòng 31, cột L “Loại điểm” (mã 1.13): “Loại điểm” chỉ viết ở lĩnh vực (cấp cao nhất).
trang “Bộ chỉ số”, dòng 31, cột M “Mức trần” (mã 1.13): “Mức trần” chỉ viết ở lĩnh vực điểm thưởng hoặc điểm trừ.
trang “Bộ chỉ số”, dòng 32 (mã 1.14): Mục có cấp dưới thì không có cách chấm.
trang “Bộ chỉ số”, dòng 34, cột E “Cách chấm” (mã 1.15): Các ngưỡng phải giảm dần: 2 đứng sau 1.
trang “Bộ chỉ số”, dòng 38, cột E “Cách chấm” (mã 1.16): Có thang điểm nhưng thiếu cách chấm.
trang “Bộ chỉ số”, dòng 40, cột E “Cách chấm” (mã 2): Thiếu cách chấm, và cũng không có cấp dưới.
trang “Bộ chỉ số”, dòng 41, cột D “Điểm tối đa” (mã 3): Điểm tối đa là 10 nhưng tổng điểm tối đa của cấp dưới là 12.
"""


def broken() -> bytes:
    return workbook(ROWS, name="Bộ chỉ số", **{"Thông tin": INFORMATION})


def test_every_fault_is_told_with_its_cell() -> None:
    draft = read_file(broken(), "loi.xlsx")
    assert "\n".join(str(one) for one in draft.errors) == ERRORS.strip()
    assert [str(one) for one in draft.warnings] == [
        "trang “Thông tin”, dòng 10: Không có mục “Mục lạ” trong thông tin chung; dòng này bị bỏ qua."
    ]
    assert draft.index_set is None


def test_check_prints_the_same_and_says_no(tmp_path) -> None:
    path = tmp_path / "loi.xlsx"
    path.write_bytes(broken())
    out, err = io.StringIO(), io.StringIO()
    assert run_check(path, out, err) == 1
    lines = [f"{path}: {line}" for line in ERRORS.strip().split("\n")]
    assert err.getvalue().split("\n") == [*lines, f"Bộ chỉ số có {len(lines)} lỗi.", ""]


def test_a_sum_that_is_wrong_is_told_and_the_set_is_kept_as_a_draft() -> None:
    rows = [HEAD, node(1, "1", "A", 10), node(2, "1.1", "B", 7, "Không chấm điểm")]
    rows.append(node(2, "1.2", "C", 5, "Không chấm điểm"))
    draft = read_file(workbook(rows, **{"Thông tin": [*INFORMATION[:3], ["Năm", 2026], ["Lần ban hành", 1]]}), "a.xlsx")
    told = "Điểm tối đa là 10 nhưng tổng điểm tối đa của cấp dưới là 12."
    assert [one.message for one in draft.errors if one.code == "1"] == [told]
    assert (
        str(next(one for one in draft.errors if one.code == "1").place) == "trang “Sheet1”, dòng 2, cột D “Điểm tối đa”"
    )
    for content in (draft.to_yaml().encode(), write_xlsx(draft), write_docx(draft)):
        again = read_file(content, "b")
        assert not again.is_valid
        assert [one.message.rpartition(": ")[2] for one in again.errors if one.code == "1"] == [told]
        assert again.tree["areas"] == draft.tree["areas"]
    with pytest.raises(IndexSetErrors, match=told):
        read_index_set(draft.to_yaml())


def test_words_of_a_step_that_no_longer_fit_its_threshold_are_told() -> None:
    rows = [HEAD, node(1, "1", "A", 1), node(2, "1.1", "B", 1, "Đếm số lượng"), line("Đơn vị đếm", "lần")]
    rows += [line("Từ", "Từ 3 trở lên", 2, 1), line("Trên", "Trên 1,5 đến dưới 2", 1.5, 0)]
    draft = read_file(workbook(rows, **{"Thông tin": INFORMATION[:3]}), "a.xlsx")
    assert [str(one) for one in draft.warnings] == [
        "trang “Sheet1”, dòng 5, cột C “Lĩnh vực, tiêu chí, thang điểm”: Lời “Từ 3 trở lên” khác ngưỡng 2; "
        "chương trình lấy ngưỡng."
    ]
