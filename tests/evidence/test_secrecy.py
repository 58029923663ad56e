"""The mark of a state secret is found; a text that speaks of secrets is not taken for one."""

import unicodedata

import pytest

from chiso.evidence.reading import Secret
from chiso.evidence.reading.secrecy import could_be_marked, secret_mark

HEAD = ["ỦY BAN NHÂN DÂN", "XÃ BẮC", "Số: 05/BC-UBND"]
TEXT = ["Xã Bắc, ngày 05 tháng 01 năm 2022", "BÁO CÁO", "Kết quả năm 2022"]


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("MẬT", Secret.CONFIDENTIAL),
        ("TỐI MẬT", Secret.SECRET),
        ("TUYỆT MẬT", Secret.TOP_SECRET),
        ("  (MẬT)  ", Secret.CONFIDENTIAL),
        ("[TỐI MẬT]", Secret.SECRET),
        ("M Ậ T", Secret.CONFIDENTIAL),
        ("T U Y Ệ T  M Ậ T", Secret.TOP_SECRET),
        ("TỐI\u00a0MẬT", Secret.SECRET),
        ("Mật", Secret.CONFIDENTIAL),
        ("Tối mật", Secret.SECRET),
        ("Tuyệt mật", Secret.TOP_SECRET),
        ("Độ mật: Mật", Secret.CONFIDENTIAL),
        ("ĐỘ MẬT: TỐI MẬT", Secret.SECRET),
        ("Độ mật : tuyệt mật.", Secret.TOP_SECRET),
        ("Mức độ mật: Mật", Secret.CONFIDENTIAL),
        (unicodedata.normalize("NFD", "TỐI MẬT"), Secret.SECRET),
    ],
)
def test_marks_of_the_three_levels(line: str, level: Secret) -> None:
    lines = [*HEAD, line, *TEXT]
    assert could_be_marked("\n".join(lines))
    assert secret_mark(lines) == level


@pytest.mark.parametrize(
    "line",
    [
        "Luật Bảo vệ bí mật nhà nước năm 2018",
        "KẾ HOẠCH BẢO VỆ BÍ MẬT NHÀ NƯỚC",
        "CÔNG TÁC BẢO MẬT",
        "bảo mật thông tin trên môi trường mạng",
        "Mật độ dân số",
        "MẬT ĐỘ DÂN SỐ",
        "Ban Cơ yếu Chính phủ quản lý mật mã",
        "MẬT MÃ DÂN SỰ",
        "Mật khẩu phải đổi 3 tháng một lần",
        "Các văn bản có dấu Mật được gửi bằng phong bì riêng",
        "văn bản đóng dấu “MẬT”, “TỐI MẬT” không gửi qua mạng",
        "Thống kê văn bản MẬT, TỐI MẬT",
        "Không có tài liệu mật",
        "Độ mật: Không",
        "Độ mật:",
        "Độ mật: ........",
        "Độ mật: Mật / Tối mật / Tuyệt mật",
        "Độ mật: Mật ☐ Tối mật ☐ Tuyệt mật ☐",
        "Xác định độ mật: mật thì do người ký quyết định",
        "MAT",
        "Nguyễn Thị Mật",
        "ong mật",
        "mật",
    ],
)
def test_texts_about_secrets_bear_no_mark(line: str) -> None:
    assert secret_mark([*HEAD, *TEXT, line, "Nơi nhận:"]) is None


@pytest.mark.parametrize(
    ("before", "line", "after"),
    [
        ("CÔNG TÁC BẢO VỆ BÍ", "MẬT", "NHÀ NƯỚC NĂM 2022"),
        ("TẬP HUẤN AN TOÀN, BẢO", "MẬT", "THÔNG TIN"),
        ("những tài liệu có đóng dấu", "MẬT", "phải gửi riêng"),
        ("Tổng số văn bản", "MẬT", "nhận trong kỳ"),
        ("Dân số", "MẬT", "ĐỘ"),
        ("dấu chỉ độ", "TỐI MẬT", "được đóng ở đầu trang"),
        ("văn bản loại", "TUYỆT MẬT", "do Chủ tịch ký"),
    ],
)
def test_wrapped_sentences_bear_no_mark(before: str, line: str, after: str) -> None:
    assert secret_mark([*HEAD, *TEXT, before, line, after]) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("XÃ LỘC BẢO", "BÁO CÁO"),
        ("UBND XÃ NẬM BẢN", "Báo cáo"),
        ("Số: 05/BC-UBND", "THƯ CÔNG"),
        ("XÃ BẮC", "Kính gửi:"),
    ],
)
def test_marks_in_a_letterhead_count_whatever_stands_around(before: str, after: str) -> None:
    assert secret_mark([before, "MẬT", after]) == Secret.CONFIDENTIAL


def test_head_of_a_table_of_the_levels_is_no_mark() -> None:
    table = ["STT", "TUYỆT MẬT", "TỐI MẬT", "MẬT", "Tổng số"]
    assert secret_mark([*HEAD, *TEXT, *table]) is None


def test_mark_above_such_a_table_still_counts() -> None:
    table = ["TUYỆT MẬT", "TỐI MẬT", "MẬT"]
    assert secret_mark([*HEAD, "MẬT", *TEXT, *table]) == Secret.CONFIDENTIAL


def test_small_letters_count_near_the_top_of_the_first_page_only() -> None:
    names = [f"Nông Văn {n}" for n in range(20)]
    assert secret_mark([*HEAD, *names, "Mật", "Lương Thị Hoa"]) is None
    assert secret_mark([*HEAD, "Mật", *names], first_page=False) is None
    assert secret_mark([*HEAD, *names, "MẬT"], first_page=False) == Secret.CONFIDENTIAL


def test_of_several_marks_the_highest_counts() -> None:
    assert secret_mark([*HEAD, "MẬT", *TEXT, "Độ mật: Tối mật"]) == Secret.SECRET


def test_empty_page_bears_none() -> None:
    assert secret_mark([]) is None
    assert not could_be_marked("Kế hoạch cải cách hành chính, bảo mật, mật độ")
