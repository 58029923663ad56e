"""The paragraph styles of official documents, with the sizes NĐ 30/2020/NĐ-CP asks for.

The base template defines them, so an official changes the look of every document in Word's style pane;
builders find them by name, because Word rewrites the ids when it saves.
"""

from typing import NamedTuple

SINGLE = 240
BODY_LINE = 276
"""Line spacing in 240ths of a line: 276 is 1.15 lines, inside the decree's single to 1.5."""


class Style(NamedTuple):
    """A paragraph style; lengths in twentieths of a point, the size in points."""

    style_id: str
    name: str
    size: float
    bold: bool = False
    italic: bool = False
    align: str = "left"
    before: int = 0
    after: int = 0
    line: int = SINGLE
    exact: bool = False
    first_line: int = 0
    left: int = 0
    keep_next: bool = False
    border_top: bool = False
    color: str = ""


PARENT = Style("VBCoQuanCapTren", "VB Cơ quan cấp trên", 13, align="center")
ISSUER = Style("VBCoQuan", "VB Cơ quan ban hành", 13, bold=True, align="center")
NATION = Style("VBQuocHieu", "VB Quốc hiệu", 13, bold=True, align="center")
MOTTO = Style("VBTieuNgu", "VB Tiêu ngữ", 14, bold=True, align="center")
FULL_RULE = Style("VBKeTieuNgu", "VB Kẻ tiêu ngữ", 2, before=40, line=60, exact=True, border_top=True)
HALF_RULE = Style("VBKeNgan", "VB Kẻ ngắn", 2, before=60, line=60, exact=True, border_top=True)
NUMBER = Style("VBSoKyHieu", "VB Số ký hiệu", 13, align="center", before=120)
SUBJECT = Style("VBVeViec", "VB Về việc", 12, align="center", before=60)
PLACE_DATE = Style("VBDiaDanh", "VB Địa danh thời gian", 13, italic=True, align="center", before=120)
KIND = Style("VBTenLoai", "VB Tên loại", 14, bold=True, align="center", before=360, keep_next=True)
SUMMARY = Style("VBTrichYeu", "VB Trích yếu", 14, bold=True, align="center", keep_next=True)
AUTHORITY = Style("VBThamQuyen", "VB Thẩm quyền", 14, bold=True, align="center", before=240, after=180)
GROUND = Style("VBCanCu", "VB Căn cứ", 14, italic=True, align="both", after=120, line=BODY_LINE, first_line=720)
RESOLUTION = Style(
    "VBQuyetDinh", "VB Lời quyết định", 14, bold=True, align="center", before=120, after=180, keep_next=True
)
ADDRESSEE = Style("VBKinhGui", "VB Kính gửi", 14, before=120, after=120, left=1700)
BODY = Style("VBNoiDung", "VB Nội dung", 14, align="both", after=120, line=BODY_LINE, first_line=720)
CLOSING = Style(
    "VBNoiDungCuoi",
    "VB Nội dung cuối",
    14,
    align="both",
    after=240,
    line=BODY_LINE,
    first_line=720,
    keep_next=True,
)
RECIPIENTS = Style("VBNoiNhan", "VB Nơi nhận", 12, bold=True, italic=True)
RECIPIENT = Style("VBNoiNhanDong", "VB Nơi nhận dòng", 11)
CAPACITY = Style("VBChucVu", "VB Chức vụ người ký", 14, bold=True, align="center", keep_next=True)
SIGNER = Style("VBNguoiKy", "VB Họ tên người ký", 14, bold=True, align="center", before=1500)
PAGE_NUMBER = Style("VBSoTrang", "VB Số trang", 14, align="center")
BREAK = Style("VBNgatPhan", "VB Ngắt phần", 1, line=20, exact=True)
ANNEX_LABEL = Style("VBPhuLuc", "VB Phụ lục", 14, bold=True, align="center", keep_next=True)
ANNEX_TITLE = Style("VBTenPhuLuc", "VB Tên phụ lục", 13, bold=True, align="center", keep_next=True)
ANNEX_REFERENCE = Style("VBKemTheo", "VB Kèm theo", 13, italic=True, align="center", keep_next=True)
TABLE_UNIT = Style(
    "VBDonViTinh", "VB Đơn vị tính", 12, italic=True, align="right", before=120, after=60, keep_next=True
)
TABLE_HEAD = Style("VBBangDau", "VB Bảng đầu cột", 12, bold=True, align="center", before=40, after=40)
TABLE_NUMBER = Style("VBBangSoCot", "VB Bảng số cột", 11, italic=True, align="center")
TABLE_CELL = Style("VBBangO", "VB Bảng ô", 12, before=40, after=40)
NOTE_HEAD = Style("VBGhiChuDau", "VB Ghi chú đầu", 12, bold=True, italic=True, before=160, after=40, keep_next=True)
NOTE = Style("VBGhiChu", "VB Ghi chú", 12, align="both", after=40)
FINGERPRINT = Style("VBMaKiemTra", "VB Mã kiểm tra", 9, before=160)
CONTROL = Style("VBLenhMau", "VB Lệnh mẫu", 8, color="808080")

ALL_STYLES = tuple(value for value in dict(globals()).values() if isinstance(value, Style))
ANNEX_STYLES = (HALF_RULE, *(s for s in ALL_STYLES[ALL_STYLES.index(BREAK) :] if s is not CONTROL))
