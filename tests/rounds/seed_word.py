"""The plan of Hạ Lang as an official would have it in Word: the published text laid out again, line breaks and all."""

import io
import re
from dataclasses import dataclass
from pathlib import Path

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.table import Table

SEED = (Path(__file__).parent / "data" / "ke-hoach-ha-lang-2022.txt").read_text(encoding="utf-8")

# The cells of part II, line by line as the PDF broke them; the text file runs the columns together.
CELLS = """
1 | Lấy ý kiến, ban hành Bộ Chỉ/số CCHC cấp xã năm 2022 | Trước/28/11/2022 | Phòng Nội/vụ | Văn phòng HĐND &/UBND huyện; Tư pháp,/Tài chính – Kế hoạch, Văn/hóa và Thông tin; UBND/các xã, thị trấn
2 | Quyết định thành lập Hội/đồng thẩm định và Tổ/Chuyên viên giúp việc Hội/đồng thẩm định chỉ số CCHC/năm 2022 | Trước/28/11/2022 | Phòng Nội/vụ | Văn phòng HĐND &/UBND huyện; Tư pháp,/Tài chính - Kế hoạch, Văn/hóa và Thông tin
3 | Xác định Chỉ số CCHC của/UBND các xã, thị trấn | | |
3.1 | UBND cấp xã tự đánh giá,/chấm điểm CCHC của đơn vị/gửi về Phòng Nội vụ tổng hợp | Trước/15/12/2022 | UBND/cấp xã | Phòng Nội vụ
3.2 | Tổng hợp kết quả chấm điểm/của các cơ quan, đơn vị | Trước ngày/20/12/2022 | Phòng Nội/vụ |
3.3 | Tổ Chuyên viên giúp việc rà/soát, thẩm định kết quả chấm/điểm của các đơn vị | Trước ngày/25/12/2022 | Tổ Chuyên/viên giúp/việc Hội/đồng |
3.4 | Tổng hợp kết quả của Tổ/chuyên viên và thông báo kết/quả sơ bộ để xã bổ sung tài liệu/kiểm chứng | Trước ngày/31/12/2022 | Phòng Nội/vụ |
3.5 | Tổ Chuyên viên rà soát, điều/chỉnh kết quả đánh giá, chấm/điểm của cấp xã | Trước ngày/06/01/2023 | Tổ Chuyên/viên giúp/việc Hội/đồng |
3.6 | Họp Hội đồng thẩm định để/thống nhất kết quả Chỉ số của/cấp xã | Trước ngày/10/01/2023 | Hội đồng/thẩm định | Tổ Chuyên viên, Phòng/Nội vụ, Văn phòng HĐND/& UBND huyện
3.7 | Quyết định công bố chỉ số/CCHC năm 2022 của cấp xã | Chậm nhất/ngày/15/01/2023 | Hội đồng/thẩm định | Phòng Nội vụ, Văn phòng/HĐND & UBND huyện
4 | Tự đánh giá, chấm điểm Chỉ/số cải cách hành chính của/huyện năm 2022 theo Kế/hoạch tỉnh | | | Ghi chú: Thời gian có thể/thay đổi theo hướng dẫn/của Sở Nội vụ
4.1 | Tổng hợp danh sách Đại biểu/HĐND, lãnh đạo cấp huyện/thực hiện điều tra xã hội học/báo cáo Sở Nội vụ | Tháng 11-/12/2022 | Phòng Nội/vụ | Văn phòng HĐND &/UBND huyện, các cơ/quan, đơn vị liên quan
4.2 | Triển khai điều tra xã hội học | Tháng/12/2022 –/01/2023 | Bưu điện/huyện | Các cơ quan, đơn vị có đối/tượng điều tra, khảo sát
4.3 | Tổ Chuyên viên rà soát, tự/đánh giá, chấm điểm Chỉ số/CCHC năm 2022 của huyện | Trước/05/12/2022 | Tổ Chuyên/viên giúp/việc Hội/đồng | Các cơ quan, đơn vị liên/quan
4.4 | Tổng hợp kết quả; nhập tài liệu/kiểm chứng | Trước/10/12/2022 | Phòng Nội/vụ |
4.5 | Báo cáo Sở Nội vụ kết quả Chỉ/số CCHC năm 2022 của huyện | Trước/12/12/2022 | Phòng Nội/vụ |
""".strip()  # noqa: E501 one row of the table a line

HEADINGS = ("STT", "Nhiệm vụ", "Thời gian", "Cơ quan\nchủ trì", "Cơ quan phối hợp")


@dataclass(frozen=True)
class SeedText:
    """The published text, cut into its parts; one paragraph a line."""

    preamble: str
    aims: str
    duties: str
    closing: str
    recipients: tuple[str, ...]


def table_rows() -> list[list[str]]:
    """The cells of part II, with the line breaks of the printed page."""
    rows = []
    for line in CELLS.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        rows.append([cells[0], *(_broken(cell) for cell in cells[1:])])
    return rows


def seed_text() -> SeedText:
    """The parts around the table, as the file has them."""
    return SeedText(
        preamble=_paragraphs("Thực hiện Kế hoạch số 2886", "I. MỤC ĐÍCH"),
        aims=_paragraphs("1. Mục đích", "II. NỘI DUNG"),
        duties=_paragraphs("1. Phòng Nội vụ \n", "Trên đây là Kế"),
        closing=_paragraphs("Trên đây là Kế", "Nơi nhận:"),
        recipients=tuple(line.strip() for line in _between("- Sở Nội vụ;", "CHỦ TỊCH").splitlines() if line.strip()),
    )


def seed_document(*, note_spans: int = 0, order: tuple[int, ...] = (0, 1, 2, 3, 4)) -> WordDocument:
    """The plan in Word. `note_spans` merges so many of the last cells of row 4; `order` is that of the columns."""
    text = seed_text()
    word = Document()
    head = word.add_table(2, 2)
    head.cell(0, 0).text = "ỦY BAN NHÂN DÂN\nHUYỆN HẠ LANG"
    head.cell(0, 1).text = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"
    head.cell(1, 0).text = "Số:        /KH-UBND"
    head.cell(1, 1).text = "Hạ Lang, ngày      tháng       năm 2022"
    for line in (
        "KẾ HOẠCH",
        "Triển khai xác định Chỉ số cải cách hành chính của UBND cấp xã",
        "và tự đánh giá, chấm điểm Chỉ số cải cách hành chính",
        "năm 2022 huyện Hạ Lang",
    ):
        word.add_paragraph(line).alignment = WD_ALIGN_PARAGRAPH.CENTER
    _add(word, text.preamble, "I. MỤC ĐÍCH, YÊU CẦU", text.aims, "II. NỘI DUNG")
    _add_table(word, note_spans=note_spans, order=order)
    _add(word, "III. TỔ CHỨC THỰC HIỆN", text.duties, text.closing)
    foot = word.add_table(1, 2)
    foot.cell(0, 0).text = "\n".join(["Nơi nhận:", *text.recipients])
    foot.cell(0, 1).text = "CHỦ TỊCH\n\n\n\nNguyễn Phương Huy"
    return word


def saved(word: WordDocument) -> bytes:
    target = io.BytesIO()
    word.save(target)
    return target.getvalue()


def _add(word: WordDocument, *texts: str) -> None:
    for text in texts:
        for line in text.splitlines():
            word.add_paragraph(line)


def _add_table(word: WordDocument, *, note_spans: int, order: tuple[int, ...]) -> Table:
    rows = table_rows()
    table = word.add_table(len(rows) + 1, len(HEADINGS))
    for place, column in enumerate(order):
        table.cell(0, place).text = HEADINGS[column]
    for number, cells in enumerate(rows, start=1):
        if note_spans and cells[0] == "4":
            merged = table.cell(number, len(cells) - note_spans).merge(table.cell(number, len(cells) - 1))
            for place in range(len(cells) - note_spans):
                table.cell(number, place).text = cells[order[place]]
            merged.text = cells[-1]
            continue
        for place, column in enumerate(order):
            table.cell(number, place).text = cells[column]
    return table


def _broken(cell: str) -> str:
    """The cell with its slashes at line ends as line breaks; those of dates stay."""
    parts = re.split(r"/", cell)
    whole = parts[0]
    for part in parts[1:]:
        is_date = re.search(r"\d$", whole) and re.match(r"\d", part) and _in_date(whole)
        whole += ("/" if is_date else "\n") + part
    return whole


def _in_date(before: str) -> bool:
    """Whether a slash after this text is one of a date, not of a line that ends with a figure."""
    return bool(re.search(r"(?:^|[\s–-])\d{1,2}(?:/\d{1,2})?$", before))


def _between(first: str, last: str) -> str:
    start = SEED.index(first)
    return SEED[start : SEED.index(last, start)]


def _paragraphs(first: str, last: str) -> str:
    """The lines of the PDF joined to paragraphs: each begins with a dash, a number, or the part's first words."""
    paragraphs: list[str] = []
    for raw in _between(first, last).splitlines():
        line = " ".join(raw.split())
        if not line:
            continue
        if not paragraphs or re.match(r"- |\d\. ", line):
            paragraphs.append(line)
        else:
            paragraphs[-1] += f" {line}"
    return "\n".join(paragraphs)
