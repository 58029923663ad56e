"""Letterheads as they lie in real documents, in the orders in which programs write them."""

from datetime import date

import pytest

from chiso.evidence.reading.letterhead import Letterhead, read_letterhead


def read(text: str) -> Letterhead:
    return read_letterhead(text.strip().splitlines())


PLAN = Letterhead(
    number="12/KH-UBND",
    issued_on=date(2022, 1, 5),
    issuer="Ủy ban nhân dân xã Minh Long",
    title="Kế hoạch Cải cách hành chính nhà nước năm 2022",
)
BY_CELL = """
ỦY BAN NHÂN DÂN
XÃ MINH LONG
-------
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
---------------
Số: 12/KH-UBND
Minh Long, ngày 05 tháng 01 năm 2022
KẾ HOẠCH
Cải cách hành chính nhà nước năm 2022
Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;
"""
BY_COLUMN = """
ỦY BAN NHÂN DÂN
XÃ MINH LONG
Số: 12/KH-UBND
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Minh Long, ngày 05 tháng 01 năm 2022
KẾ HOẠCH
Cải cách hành chính nhà nước năm 2022
I. MỤC ĐÍCH, YÊU CẦU
"""
MERGED = """
ỦY BAN NHÂN DÂN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
XÃ MINH LONG Độc lập - Tự do - Hạnh phúc
Số: 12/KH-UBND Minh Long, ngày 05 tháng 01 năm 2022
KẾ HOẠCH
Cải cách hành chính nhà nước năm 2022
Thực hiện Kế hoạch số 1/KH-UBND ngày 04 tháng 01 năm 2022 của Ủy ban nhân dân huyện
"""
BROKEN = """
ỦY BAN NHÂN DÂN
XÃ MINH LONG
CỘNG HÒA XÃ HỘI CHỦ NGHĨA
VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 12/KH-UBND
Minh Long, ngày 05 tháng 01
năm 2022
KẾ HOẠCH
Cải cách hành chính nhà nước
năm 2022
Căn cứ
"""
DECOMPOSED_AND_OLD = """
UỶ BAN NHÂN DÂN
XÃ MINH LONG
CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập – Tự do – Hạnh phúc
Số :  12 / KH–UBND
Minh Long,  ngày  5  tháng  1  năm  2022
KẾ HOẠCH
Cải cách hành chính nhà nước năm 2022
Kính gửi:
"""


@pytest.mark.parametrize(
    "text", [BY_CELL, BY_COLUMN, MERGED, BROKEN, DECOMPOSED_AND_OLD], ids=["cell", "column", "merged", "broken", "old"]
)
def test_one_plan_in_the_orders_programs_write(text: str) -> None:
    assert read(text) == PLAN


def test_letters_in_pieces_are_put_together() -> None:
    import unicodedata

    assert read(unicodedata.normalize("NFD", BY_CELL)) == PLAN


def test_letter_has_its_subject_below_the_number() -> None:
    found = read("""
UBND HUYỆN HẠ LANG
PHÒNG NỘI VỤ
Số: 123/PNV-CCHC
V/v triển khai tự đánh giá, chấm điểm
Chỉ số cải cách hành chính năm 2022
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Hạ Lang, ngày 28 tháng 11 năm 2022
Kính gửi: Ủy ban nhân dân các xã, thị trấn
""")
    assert found == Letterhead(
        number="123/PNV-CCHC",
        issued_on=date(2022, 11, 28),
        issuer="Phòng Nội vụ",
        title="Về việc triển khai tự đánh giá, chấm điểm Chỉ số cải cách hành chính năm 2022",
    )


def test_decision_stops_before_the_authority_that_decides() -> None:
    found = read("""
ỦY BAN NHÂN DÂN
TỈNH CAO BẰNG
Số: 876/QĐ-UBND
Cao Bằng, ngày 15 tháng 7 năm 2022
QUYẾT ĐỊNH
Về việc ban hành Bộ chỉ số đánh giá kết quả
cải cách hành chính
CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH CAO BẰNG
Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;
QUYẾT ĐỊNH:
""")
    assert found.issuer == "Ủy ban nhân dân tỉnh Cao Bằng"
    assert found.title == "Quyết định về việc ban hành Bộ chỉ số đánh giá kết quả cải cách hành chính"


def test_party_documents_are_numbered_their_own_way() -> None:
    found = read("""
HUYỆN ỦY HẠ LANG
ĐẢNG ỦY XÃ MINH LONG
*
Số 15-NQ/ĐU
ĐẢNG CỘNG SẢN VIỆT NAM
Minh Long, ngày 11 tháng 02 năm 2022
NGHỊ QUYẾT
Về lãnh đạo công tác cải cách hành chính
""")
    assert found == Letterhead(
        number="15-NQ/ĐU",
        issued_on=date(2022, 2, 11),
        issuer="Đảng ủy xã Minh Long",
        title="Nghị quyết về lãnh đạo công tác cải cách hành chính",
    )


def test_resolution_of_a_council_carries_its_year() -> None:
    found = read("""
HỘI ĐỒNG NHÂN DÂN
XÃ QUANG LONG
Số: 01/2022/NQ-HĐND
Quang Long, ngày 20 tháng 12 năm 2021
NGHỊ QUYẾT
Về kế hoạch phát triển kinh tế - xã hội năm 2022
HỘI ĐỒNG NHÂN DÂN XÃ QUANG LONG
KHÓA XXI, KỲ HỌP THỨ 5
""")
    assert (found.number, found.issued_on) == ("01/2022/NQ-HĐND", date(2021, 12, 20))
    assert found.issuer == "Hội đồng nhân dân xã Quang Long"
    assert found.title == "Nghị quyết về kế hoạch phát triển kinh tế - xã hội năm 2022"


def test_regulation_is_known_by_the_decision_it_came_with() -> None:
    found = read("""
QUY CHẾ LÀM VIỆC
(Ban hành kèm theo Quyết định số 12/QĐ-UBND ngày 15 tháng 02 năm 2022 của Ủy ban nhân dân xã Minh Long)
Chương I
""")
    assert (found.number, found.issued_on, found.title) == ("12/QĐ-UBND", date(2022, 2, 15), "Quy chế làm việc")


def test_number_and_date_on_one_line_without_a_place() -> None:
    found = read("""
ỦY BAN NHÂN DÂN XÃ MINH LONG
BÁO CÁO KẾT QUẢ CẢI CÁCH HÀNH CHÍNH NĂM 2022
Số: 145/BC-UBND ngày 05 tháng 12 năm 2022
I. Kết quả thực hiện nhiệm vụ
""")
    assert found == Letterhead(
        number="145/BC-UBND",
        issued_on=date(2022, 12, 5),
        issuer="Ủy ban nhân dân xã Minh Long",
        title="Báo cáo kết quả cải cách hành chính năm 2022",
    )


def test_draft_without_number_and_day_proposes_neither() -> None:
    found = read("""
ỦY BAN NHÂN DÂN
XÃ MINH LONG
Số:     /KH-UBND
Minh Long, ngày     tháng 01 năm 2022
KẾ HOẠCH
Cải cách hành chính năm 2022
Căn cứ Kế hoạch số 10/KH-UBND ngày 04 tháng 01 năm 2022 của huyện
""")
    assert (found.number, found.issued_on) == ("", None)
    assert found.issuer == "Ủy ban nhân dân xã Minh Long"


def test_picture_of_a_digital_signature_is_no_issuer_and_the_last_resort_for_the_date() -> None:
    found = read("""
Người ký: Ủy ban nhân dân xã Minh Long
Email: xaminhlong@caobang.gov.vn
Cơ quan: Huyện Hạ Lang, Tỉnh Cao Bằng
Thời gian ký: 05.01.2022 08:30:12 +07:00
ỦY BAN NHÂN DÂN
XÃ MINH LONG
Số: 12/TB-UBND
THÔNG BÁO
Lịch tiếp công dân
""")
    assert (found.issuer, found.issued_on) == ("Ủy ban nhân dân xã Minh Long", date(2022, 1, 5))
    assert found.title == "Thông báo Lịch tiếp công dân"


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("Số: 12/KH-UBND", "12/KH-UBND"),
        ("Số 05/BC-BCĐCCHC", "05/BC-BCĐCCHC"),
        ("Số: 33/2021/NĐ-CP", "33/2021/NĐ-CP"),
        ("Số: 7/TTr-PNV", "7/TTr-PNV"),
        ("Số: 1234/UBND-VP", "1234/UBND-VP"),
        ("Số: 09/CTr-UBND", "09/CTr-UBND"),
        ("Số: 21a/QĐ-UBND", "21a/QĐ-UBND"),
        ("Số: 12 /KH-UBND", "12/KH-UBND"),
        ("Số lượng: 12/15 hồ sơ", ""),
        ("Số: 12", ""),
        ("Số điện thoại 0206/3830", ""),
    ],
)
def test_numbers(written: str, number: str) -> None:
    assert read(f"ỦY BAN NHÂN DÂN\nXÃ A\n{written}\nBÁO CÁO\nVề một việc").number == number


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("Hạ Lang, ngày 05 tháng 01 năm 2022", date(2022, 1, 5)),
        ("TP. Cao Bằng, ngày 5 tháng 1 năm 2022", date(2022, 1, 5)),
        ("Hạ Lang, ngày 05/01/2022", date(2022, 1, 5)),
        ("Ngày 05 tháng 01 năm 2022", date(2022, 1, 5)),
        ("Hạ Lang, ngày 31 tháng 02 năm 2022", None),
        ("Hạ Lang, ngày 05 tháng 01 năm 22022", None),
        ("Căn cứ Luật, ngày 05 tháng 01 năm 2022", None),
        ("Họp lúc 8 giờ, ngày 05 tháng 01 năm 2022 tại hội trường", None),
    ],
)
def test_dates(written: str, day: date | None) -> None:
    assert read(f"ỦY BAN NHÂN DÂN\nXÃ A\nSố: 1/BC-UBND\n{written}\nBÁO CÁO\nVề một việc").issued_on == day


@pytest.mark.parametrize(
    ("lines", "issuer"),
    [
        ("BỘ NỘI VỤ", "Bộ Nội vụ"),
        ("UBND TỈNH CAO BẰNG\nSỞ NỘI VỤ", "Sở Nội vụ"),
        ("ỦY BAN NHÂN DÂN\nHUYỆN HẠ LANG\nPHÒNG TƯ PHÁP", "Phòng Tư pháp"),
        ("UBND HUYỆN HẠ LANG\nPHÒNG LAO ĐỘNG - THƯƠNG BINH\nVÀ XÃ HỘI", "Phòng Lao động - Thương binh và Xã hội"),
        ("UBND HUYỆN HẠ LANG\nVĂN PHÒNG HĐND VÀ UBND", "Văn phòng HĐND và UBND"),
        ("UBND THỊ TRẤN THANH NHẬT\nBAN CHỈ ĐẠO CCHC", "Ban Chỉ đạo CCHC"),
        ("HĐND XÃ CÔ NGÂN", "HĐND xã Cô Ngân"),
        ("Xin chào", ""),
    ],
)
def test_issuers(lines: str, issuer: str) -> None:
    assert read(f"{lines}\nSố: 1/BC-X\nHạ Lang, ngày 05 tháng 01 năm 2022").issuer == issuer


def test_text_without_letterhead_proposes_nothing() -> None:
    assert read("Danh mục\n1. Nội dung\n2. Ngày 5/1 họp xã") == Letterhead()
    assert read_letterhead([]) == Letterhead()
