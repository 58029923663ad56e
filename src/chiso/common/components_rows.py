"""Sample rows for the components' page: tree, queue, heat map, tables, files, thread."""

from types import SimpleNamespace
from typing import Any

Row = dict[str, Any]


def stage_line(**countdown: Any) -> SimpleNamespace:
    """The seed's nine stages on 12/12/2022, with the given countdown."""
    stages = [
        ("Bộ chỉ số", "28/11", "done"),
        ("Tự đánh giá", "trước 15/12", "current"),
        ("Tổng hợp", "trước 20/12", "future"),
        ("Thẩm định", "trước 25/12", "future"),
        ("Thông báo sơ bộ", "trước 31/12", "future"),
        ("Bổ sung", "đến 03/01", "future"),
        ("Rà soát, điều chỉnh", "trước 06/01", "future"),
        ("Hội đồng", "trước 10/01", "future"),
        ("Công bố", "đến 15/01", "future"),
    ]
    defaults = {
        "text": "Còn 2 ngày 2 giờ 56 phút",
        "moment": "hết 24 giờ ngày 14/12/2022",
        "deadline_iso": "2022-12-15T00:00:00+07:00",
        "now_iso": "2022-12-12T21:04:00+07:00",
        "is_urgent": False,
        "is_over": False,
    }
    return SimpleNamespace(
        round_name="Chỉ số CCHC cấp xã năm 2022",
        url="#",
        stages=[{"label": label, "when": when, "status": status} for label, when, status in stages],
        countdown=SimpleNamespace(**{**defaults, **countdown}),
    )


WORDS = {
    "done": "xong",
    "partial": "xong một phần",
    "missing": "thiếu tài liệu",
    "empty": "chưa nhập",
    "na": "không áp dụng",
}


def _leaf(name: str, score: str, status: str, *, is_current: bool = False) -> Row:
    return {
        "name": name,
        "score": score,
        "url": "#",
        "status": status,
        "status_label": WORDS[status],
        "is_current": is_current,
    }


def tree_areas() -> list[Row]:
    """The tree of the drawing: eight areas, the third one open."""
    leaves = [
        {"name": "3.1 Kiểm soát thủ tục"},
        _leaf("3.1.1 Niêm yết, công khai TTHC", "2,00/2", "done"),
        _leaf("3.1.2 Công khai đầy đủ nội dung", "1,84/2", "done"),
        {"name": "3.2 Kết quả giải quyết hồ sơ"},
        _leaf("3.2.1 Hồ sơ xử lý đúng hạn", "5,66/6", "partial", is_current=True),
        _leaf("3.2.2 Xin lỗi hồ sơ trễ hạn", "–/2", "missing"),
        _leaf("3.3.1 PAKN xử lý đúng hạn", "–/2", "empty"),
        _leaf("3.3.2 PAKN về quy định hành chính", "–", "na"),
    ]
    rows = [
        ("1 · Chỉ đạo, điều hành", "11,50/12", "done"),
        ("2 · Văn bản QPPL", "5,00/6", "done"),
        ("3 · Thủ tục hành chính, một cửa", "15,20/24", "partial"),
        ("4 · Tổ chức bộ máy", "5,00/5", "done"),
        ("5 · Chế độ công vụ", "8,10/9", "done"),
        ("6 · Tài chính công", "3,50/6", "partial"),
        ("7 · Chính quyền số", "12,95/14", "done"),
        ("8 · Tác động của CCHC", "2,00/2", "done"),
    ]
    return [
        {
            "name": name,
            "score": score,
            "status": status,
            "status_label": WORDS[status],
            "is_open": number == 3,
            "leaves": leaves if number == 3 else [_leaf(f"{number}.1 Tiêu chí thành phần", score, status)],
        }
        for number, (name, score, status) in enumerate(rows, start=1)
    ]


def queue_items() -> list[Row]:
    """The appraiser's walk through the units on one criterion."""
    rows = [
        ("Thị trấn Thanh Nhật", "6,00", "done"),
        ("An Lạc", "5,72", "done"),
        ("Cô Ngân", "4,60", "missing"),
        ("Lý Quốc", "–", "partial"),
        ("Minh Long", "5,66", "empty"),
        ("Quang Long", "5,90", "empty"),
        ("Thắng Lợi", "4,10", "empty"),
    ]
    extra: dict[str, Row] = {
        "Cô Ngân": {"change": "−1,40"},
        "Lý Quốc": {"tag_text": "đề nghị không áp dụng", "tag_kind": "blue"},
        "Minh Long": {"is_current": True},
        "Thắng Lợi": {"tag_text": "trễ 2 ngày", "tag_kind": "red"},
    }
    words = {"done": "đã chấm", "missing": "đã cắt điểm", "partial": "chờ quyết định", "empty": "chưa chấm"}
    return [
        {"name": name, "score": score, "url": "#", "status": status, "status_label": words[status]}
        | extra.get(name, {})
        for name, score, status in rows
    ]


HEAT_ROWS = """Thị trấn Thanh Nhật|100 100 100 100 100 100 100 100|đã nộp 12/12|green
Xã An Lạc|100 100 100 100 100 100 100 100|đã nộp 12/12|green
Xã Đồng Loan|95 95 95 87 87 95 95 95|đang nhập|gold
Xã Lý Quốc|60 60 60 60 60 60 60 60|đang nhập|gold
Xã Minh Long|85 85 85 85 85 85 85 70|đang nhập|gold
Xã Thắng Lợi|20 12 5 20 20 20 12 20|mới bắt đầu|red
Xã Thị Hoa|75 60 75 75 75 60 0 60|đang nhập|gold"""


def heat_level(percent: int) -> int:
    """0 nothing, 1 to 49 %, 2 to 74 %, 3 to 99 %, 4 complete."""
    return sum(percent >= bound for bound in (1, 50, 75, 100))


def heat_rows() -> list[Row]:
    """Units × areas, as on the board."""
    rows = []
    for line in HEAT_ROWS.splitlines():
        label, numbers, tag_text, tag_kind = line.split("|")
        cells = [{"text": f"{number}%", "level": heat_level(int(number))} for number in numbers.split()]
        rows.append({"label": label, "url": "#", "cells": cells, "tag_text": tag_text, "tag_kind": tag_kind})
    return rows


def table_rows() -> list[Row]:
    """A ranking."""
    lines = [
        ("1", "Thị trấn Thanh Nhật", "71,45", "91,60", "Tốt", "green"),
        ("2", "Xã An Lạc", "68,90", "88,33", "Tốt", "green"),
        ("2", "Xã Kim Loan", "68,90", "88,33", "Tốt", "green"),
        ("4", "Xã Minh Long", "62,80", "80,51", "Khá", "blue"),
        ("13", "Xã Thắng Lợi", "–", "–", "chưa nộp", "red"),
    ]
    return [
        {
            "is_current": unit == "Xã Minh Long",
            "cells": [
                {"text": unit, "url": "#"},
                {"text": rank, "numeric": True},
                {"text": score, "numeric": True},
                {"text": index, "numeric": True},
                {"text": grade, "tag_kind": kind},
            ],
        }
        for rank, unit, score, index, grade, kind in lines
    ]


def files() -> list[Row]:
    """Evidence rows in their states."""
    return [
        {
            "name": "BC-145-ket-qua-mot-cua.pdf",
            "url": "#",
            "note": "Báo cáo 145/BC-UBND, 08/12/2022 · trang 3, mục II.2",
            "size": "412 kB",
            "tag_text": "ký số hợp lệ",
            "tag_kind": "green",
            "glyph": "✓",
            "remove_url": "#",
        },
        {
            "name": "thong-ke-dvc.xlsx",
            "url": "#",
            "note": "ngày trên văn bản: 05/01/2023",
            "size": "61 kB",
            "tag_text": "ngày ngoài năm 2022",
            "tag_kind": "gold",
            "remove_url": "#",
        },
        {
            "name": "anh-bang-niem-yet.jpg",
            "note": "mất mạng lúc 21:02, đang tiếp tục…",
            "size": "2,1 MB",
            "tag_text": "tải lên 64%",
            "tag_kind": "blue",
            "progress": 64,
        },
    ]


def thread_steps() -> list[Row]:
    """One leaf from the self-score to the council."""
    return [
        {
            "title": "Tự chấm",
            "who": "Nông Thị Mai, UBND xã Minh Long",
            "when": "12/12/2022 21:04",
            "score": "5,66/6",
            "text": "97 hồ sơ trễ hạn thuộc lĩnh vực đất đai do mất điện diện rộng từ 03 đến 07/9/2022.",
        },
        {
            "title": "Thẩm định lần 1",
            "who": "Triệu Thu Hà, Tổ Chuyên viên",
            "when": "21/12/2022 09:12",
            "score": "5,64/6",
            "change": "−0,02",
            "text": "Số liệu không khớp Cổng Dịch vụ công quốc gia: 1.179/1.280.",
            "tag_text": "yêu cầu giải trình",
            "tag_kind": "gold",
        },
        {
            "title": "Giải trình của đơn vị",
            "who": "Lương Văn Hải, Chủ tịch UBND xã Minh Long",
            "when": "02/01/2023 16:40",
            "score": "5,66/6",
            "text": "04 hồ sơ trả đúng hạn ngày 30/11 được Cổng cập nhật sau ngày chốt số liệu.",
        },
        {
            "title": "Thẩm định lần 2",
            "who": "Triệu Thu Hà, Tổ Chuyên viên",
            "when": "05/01/2023 10:02",
            "score": "5,66/6",
            "change": "+0,02",
            "text": "Chấp nhận giải trình, có ảnh chụp màn hình kèm theo.",
        },
        {"title": "Hội đồng thẩm định", "who": "Chưa họp", "when": "trước 10/01/2023", "is_current": True},
    ]


def levels(*, chosen: int | None = 1) -> list[Row]:
    """The options of a level rule."""
    rows = [
        ("Ban hành kịp thời, đủ nội dung", "1,00"),
        ("Ban hành không kịp thời", "0,50"),
        ("Không ban hành", "0,00"),
    ]
    return [
        {"value": number, "label": label, "points": points, "is_chosen": number == chosen}
        for number, (label, points) in enumerate(rows, start=1)
    ]
