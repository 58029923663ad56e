"""The decision of Hạ Lang district for 2022, with made-up figures."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from chiso.documents.publication_decision import DecisionRow, Issuer, PublicationDecision, Signer

UNITS = (
    "Thị trấn Thanh Nhật",
    "Xã Minh Long",
    "Xã Lý Quốc",
    "Xã Thắng Lợi",
    "Xã Đồng Loan",
    "Xã Đức Quang",
    "Xã Kim Loan",
    "Xã Quang Long",
    "Xã An Lạc",
    "Xã Vinh Quý",
    "Xã Thống Nhất",
    "Xã Cô Ngân",
    "Xã Thị Hoa",
)
AREAS = (
    "Công tác chỉ đạo, điều hành CCHC",
    "Cải cách thể chế",
    "Cải cách thủ tục hành chính",
    "Cải cách tổ chức bộ máy",
    "Cải cách chế độ công vụ",
    "Cải cách tài chính công",
    "Xây dựng chính quyền điện tử, chính quyền số",
    "Tác động của CCHC đến người dân, tổ chức",
)
GRADES = ("Tốt", "Khá", "Trung bình")


def rows(units: tuple[str, ...] = UNITS) -> tuple[DecisionRow, ...]:
    return tuple(
        DecisionRow(
            rank=index + 1,
            unit=unit,
            total=Decimal("92.5") - Decimal("0.25") * index,
            grade=GRADES[min(index // 5, 2)],
            areas=tuple(Decimal(95 - index % 40) - Decimal("1.75") * area for area in range(len(AREAS))),
        )
        for index, unit in enumerate(units)
    )


DECISION = PublicationDecision(
    issuer=Issuer(parent_name="", name="Ủy ban nhân dân huyện Hạ Lang", place="Hạ Lang"),
    number="85",
    date=date(2023, 1, 13),
    year=2022,
    superior_plan="Kế hoạch số 2886/KH-UBND ngày 08 tháng 11 năm 2022 của Ủy ban nhân dân tỉnh Cao Bằng "
    "về việc triển khai xác định Chỉ số cải cách hành chính của các sở, cơ quan ngang sở, Ủy ban nhân dân "
    "các huyện, thành phố và tự đánh giá, chấm điểm Chỉ số cải cách hành chính năm 2022 của tỉnh Cao Bằng",
    own_plan="Kế hoạch số 1520/KH-UBND ngày 18 tháng 11 năm 2022 của Ủy ban nhân dân huyện Hạ Lang "
    "triển khai xác định Chỉ số cải cách hành chính của UBND cấp xã và tự đánh giá, chấm điểm Chỉ số "
    "cải cách hành chính năm 2022 huyện Hạ Lang",
    set_decision="Quyết định số 2210/QĐ-UBND ngày 25 tháng 11 năm 2022 của Ủy ban nhân dân huyện Hạ Lang "
    "ban hành Bộ Chỉ số cải cách hành chính cấp xã năm 2022",
    council_minutes="Biên bản họp Hội đồng thẩm định Chỉ số cải cách hành chính ngày 09 tháng 01 năm 2023",
    submitter="Phòng Nội vụ",
    submission="Tờ trình số 07/TTr-NV ngày 11 tháng 01 năm 2023",
    signer=Signer(capacity=("CHỦ TỊCH",), name="Nguyễn Phương Huy"),
    rows=rows(),
    area_names=AREAS,
    recipients=(
        "Như Điều 3",
        "Sở Nội vụ",
        "TT. Huyện ủy",
        "TT. HĐND huyện",
        "CT, các PCT UBND huyện",
        "Văn phòng HĐND & UBND huyện",
        "Trang thông tin điện tử huyện",
        "Lưu: VT, NV",
    ),
    executors=(
        "Chánh Văn phòng HĐND & UBND huyện",
        "Trưởng phòng Phòng Nội vụ",
        "Thủ trưởng các cơ quan có liên quan",
    ),
    method=(
        "Chỉ số CCHC là tỷ lệ phần trăm giữa tổng điểm đạt được và tổng điểm tối đa của các tiêu chí được áp dụng.",
        "Điểm từng tiêu chí và Chỉ số CCHC được làm tròn đến hai chữ số thập phân; làm tròn một lần.",
        "Các đơn vị có Chỉ số CCHC bằng nhau được xếp cùng hạng.",
        "Tiêu chí không áp dụng được trừ khỏi tổng điểm tối đa của đơn vị; năm 2022 không tổ chức điều tra "
        "xã hội học ở cấp xã.",
    ),
    result_hash="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
)
DRAFT = replace(DECISION, number=None, date=None)
