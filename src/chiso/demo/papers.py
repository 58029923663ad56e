"""The files that communes attach: real small PDF, DOCX and PNG files with the words such papers carry."""

import io
from dataclasses import dataclass
from datetime import date
from html import escape

import vl_convert
from django.core.files.base import ContentFile
from docx import Document as WordDocument

from chiso.organizations.models import Unit


@dataclass(frozen=True)
class Paper:
    """One paper of a commune, used as evidence by the leaves it names."""

    name: str
    title: str
    lines: tuple[str, ...]
    codes: tuple[str, ...]


PAPERS = (
    Paper(
        "KH-{n}-cai-cach-hanh-chinh-2022.pdf",
        "KẾ HOẠCH CẢI CÁCH HÀNH CHÍNH NĂM 2022",
        ("Số: {n}/KH-UBND ngày 10 tháng 01 năm 2022", "I. Mục tiêu, yêu cầu", "II. Nhiệm vụ, kinh phí, phân công"),
        ("1.1.1", "1.1.2", "1.1.3", "2.2", "1.3.1", "1.4"),
    ),
    Paper(
        "BC-{n}-ket-qua-CCHC-nam-2022.pdf",
        "BÁO CÁO KẾT QUẢ CẢI CÁCH HÀNH CHÍNH NĂM 2022",
        ("Số: {n}/BC-UBND ngày 05 tháng 12 năm 2022", "I. Kết quả thực hiện nhiệm vụ", "II. Tồn tại, nguyên nhân"),
        ("1.1.4", "1.2.1", "1.2.2", "1.3.2", "1.5", "2.1", "2.3", "2.4", "3.4", "4.3", "5.3", "6.3", "8.2", "B.1"),
    ),
    Paper(
        "BC-{n}-ket-qua-mot-cua.pdf",
        "BÁO CÁO KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH",
        ("Số: {n}/BC-UBND ngày 08 tháng 12 năm 2022", "1. Hồ sơ tiếp nhận, giải quyết", "2. Phản ánh, kiến nghị"),
        ("3.1.2", "3.2.1", "3.2.2", "3.3.1", "3.3.2", "3.6", "7.1", "7.2", "7.3", "7.4", "B.2"),
    ),
    Paper(
        "Quy-che-lam-viec-va-chi-tieu.docx",
        "QUY CHẾ LÀM VIỆC, QUY CHẾ CHI TIÊU NỘI BỘ",
        ("Ban hành kèm theo Quyết định số {n}/QĐ-UBND ngày 15 tháng 02 năm 2022",),
        ("4.1", "6.2", "6.1"),
    ),
    Paper(
        "Danh-sach-trich-ngang-can-bo.docx",
        "DANH SÁCH TRÍCH NGANG CÁN BỘ, CÔNG CHỨC",
        ("Tính đến ngày 30 tháng 11 năm 2022",),
        ("4.2", "5.1", "5.2", "5.4"),
    ),
    Paper(
        "anh-niem-yet-va-trang-thong-tin.png",
        "NIÊM YẾT CÔNG KHAI THỦ TỤC HÀNH CHÍNH",
        ("Bộ phận Tiếp nhận và Trả kết quả", "Ảnh chụp ngày 06 tháng 12 năm 2022"),
        ("3.1.1", "3.5", "7.5", "7.6", "7.7"),
    ),
)


def print_paper(paper: Paper, unit: Unit, number: int) -> ContentFile[bytes]:
    """Make one paper of one commune as a file ready to upload."""
    name = paper.name.format(n=number)
    lines = [f"ỦY BAN NHÂN DÂN {unit.name.upper()}", paper.title, *(line.format(n=number) for line in paper.lines)]
    if name.endswith(".docx"):
        return ContentFile(_word(lines), name=name)
    drawing = _drawing(lines)
    content = vl_convert.svg_to_png(drawing) if name.endswith(".png") else vl_convert.svg_to_pdf(drawing)
    return ContentFile(content, name=name)


def print_report(unit: Unit, number: int, day: date) -> ContentFile[bytes]:
    """The signed report of a commune, as it was scanned."""
    of_unit = unit.name[0].lower() + unit.name[1:]
    lines = [
        f"ỦY BAN NHÂN DÂN {unit.name.upper()}",
        "BÁO CÁO KẾT QUẢ TỰ ĐÁNH GIÁ, CHẤM ĐIỂM",
        f"Số: {number}/BC-UBND ngày {day:%d} tháng {day:%m} năm {day:%Y}",
        f"Chỉ số cải cách hành chính năm 2022 của Ủy ban nhân dân {of_unit}",
        "TM. ỦY BAN NHÂN DÂN - CHỦ TỊCH (đã ký, đóng dấu)",
    ]
    return ContentFile(vl_convert.svg_to_pdf(_drawing(lines)), name=f"BC-{number}-tu-danh-gia-cham-diem.pdf")


def _word(lines: list[str]) -> bytes:
    document = WordDocument()
    for line in lines:
        document.add_paragraph(line)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def _drawing(lines: list[str]) -> str:
    """A page as SVG, A4 in points."""
    words = "".join(
        f'<text x="60" y="{80 + 34 * n}" font-family="Noto Sans" font-size="{15 if n > 1 else 13}" '
        f'font-weight="{700 if n < 2 else 400}">{escape(line)}</text>'
        for n, line in enumerate(lines)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="595" height="842">'
        f'<rect width="595" height="842" fill="white"/>{words}</svg>'
    )
