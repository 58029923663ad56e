"""Real small files for the tests of reading: PDF, Office files of both generations, pictures."""

import io
import struct
import zipfile
import zlib
from html import escape

import vl_convert
from docx import Document as WordDocument
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, NumberObject

A4 = (595, 842)
LEFT, MIDDLE, RIGHT = 160, 300, 430

LETTERHEAD = (
    (LEFT, 60, "ỦY BAN NHÂN DÂN"),
    (LEFT, 78, "XÃ BẮC"),
    (RIGHT, 60, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    (RIGHT, 78, "Độc lập - Tự do - Hạnh phúc"),
    (LEFT, 110, "Số: 12/KH-UBND"),
    (RIGHT, 110, "Xã Bắc, ngày 05 tháng 01 năm 2022"),
    (MIDDLE, 150, "KẾ HOẠCH"),
    (MIDDLE, 170, "Cải cách hành chính năm 2022"),
    (MIDDLE, 210, "Căn cứ Kế hoạch số 01/KH-UBND ngày 04 tháng 01 năm 2022 của Ủy ban nhân dân huyện;"),
)
"""A plan as NĐ 30/2020 lays it out: (middle of the line, from the top, words)."""


def page(*words: tuple[int, int, str]) -> bytes:
    """A PDF of one page with text where it is said to stand."""
    text = "".join(
        f'<text x="{x}" y="{y}" text-anchor="middle" font-family="Noto Sans" font-size="11">{escape(line)}</text>'
        for x, y, line in words
    )
    drawing = f'<rect width="{A4[0]}" height="{A4[1]}" fill="white"/>{text}'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="{A4[0]}" height="{A4[1]}">{drawing}</svg>'
    made: bytes = vl_convert.svg_to_pdf(svg)
    return made


def plan(*more: tuple[int, int, str]) -> bytes:
    return page(*LETTERHEAD, *more)


def joined(*parts: bytes | None, password: str = "") -> bytes:
    """Several PDF files as one; None is a page with nothing on it."""
    writer = PdfWriter()
    for part in parts:
        if part is None:
            writer.add_blank_page(*A4)
        else:
            writer.append(PdfReader(io.BytesIO(part)))
    if password:
        writer.encrypt(password)
    content = io.BytesIO()
    writer.write(content)
    return content.getvalue()


def scan(dpi: int, *, ink: bool = True) -> bytes:
    """A page that is one grey picture, with a black bar on it, or none."""
    width, height = A4[0] * dpi // 72, A4[1] * dpi // 72
    rows = [
        b"\x00" * (width // 2) + b"\xf0" * (width - width // 2) if ink and y % 7 < 2 else b"\xf0" * width
        for y in range(height)
    ]
    writer = PdfWriter()
    sheet = writer.add_blank_page(*A4)
    picture = DecodedStreamObject()
    picture.set_data(b"".join(rows))
    picture.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(width),
            NameObject("/Height"): NumberObject(height),
            NameObject("/ColorSpace"): NameObject("/DeviceGray"),
            NameObject("/BitsPerComponent"): NumberObject(8),
        }
    )
    drawing = DecodedStreamObject()
    drawing.set_data(f"{A4[0]} 0 0 {A4[1]} 0 0 cm /Im0 Do".encode())
    sheet[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/XObject"): DictionaryObject({NameObject("/Im0"): writer._add_object(picture.flate_encode())})}
    )
    sheet[NameObject("/Contents")] = writer._add_object(drawing)
    content = io.BytesIO()
    writer.write(content)
    return content.getvalue()


def stamped(text: str) -> bytes:
    """A plan with an annotation on it: a stamp that a viewer put there later, which is no text of the page."""
    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(plan())))
    look = PdfReader(io.BytesIO(page((300, 400, text)))).pages[0]
    appearance = DecodedStreamObject()
    appearance.set_data(look.get_contents().get_data())  # type: ignore[union-attr]
    appearance.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): look.mediabox,
            NameObject("/Resources"): look["/Resources"].clone(writer),
        }
    )
    stamp = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Stamp"),
            NameObject("/Rect"): look.mediabox,
            NameObject("/F"): NumberObject(4),
            NameObject("/AP"): DictionaryObject({NameObject("/N"): writer._add_object(appearance)}),
        }
    )
    writer.add_annotation(0, stamp)
    content = io.BytesIO()
    writer.write(content)
    return content.getvalue()


def word(*lines: str, header: str = "") -> bytes:
    document = WordDocument()
    for line in lines:
        document.add_paragraph(line)
    if header:
        document.sections[0].header.paragraphs[0].text = header
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


LETTERHEAD_LINES = (
    "ỦY BAN NHÂN DÂN",
    "XÃ BẮC",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "Số: 12/KH-UBND",
    "Xã Bắc, ngày 05 tháng 01 năm 2022",
    "KẾ HOẠCH",
    "Cải cách hành chính năm 2022",
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;",
)


def package(**parts: bytes | str) -> bytes:
    """A ZIP; `__` in a name stands for a slash, `_` for a dot."""
    return archive({name.replace("__", "/").replace("_", "."): part for name, part in parts.items()})


def archive(parts: dict[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as written:
        for name, part in parts.items():
            written.writestr(zipfile.ZipInfo(name), part, compression)
    return content.getvalue()


SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SLIDE = "http://schemas.openxmlformats.org/drawingml/2006/main"


def workbook(*cells: str, header: str = "") -> bytes:
    strings = "".join(f"<si><t>{escape(cell)}</t></si>" for cell in cells)
    head = f"<headerFooter><oddHeader>{escape(header)}</oddHeader></headerFooter>" if header else ""
    return archive(
        {
            "xl/workbook.xml": "<workbook/>",
            "xl/sharedStrings.xml": f'<sst xmlns="{SHEET}">{strings}</sst>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{SHEET}"><sheetData/>{head}</worksheet>',
        }
    )


def slides(*texts: str) -> bytes:
    parts: dict[str, bytes | str] = {"ppt/presentation.xml": "<presentation/>"}
    for number, text in enumerate(texts, 1):
        parts[f"ppt/slides/slide{number}.xml"] = (
            f'<p:sld xmlns:p="p" xmlns:a="{SLIDE}"><a:p><a:t>{text}</a:t></a:p></p:sld>'
        )
    return archive(parts)


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress((b"\x00" + b"\xff" * -(-width // 8)) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpeg(width: int, height: int, *, whole: bool = True) -> bytes:
    """The headers of a JPEG; nobody decodes it here."""
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    parts = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    parts += b"\xff\xc0" + struct.pack(">H", 2 + len(frame)) + frame
    return b"\xff\xd8" + parts + b"\x00" * 400 + (b"\xff\xd9" if whole else b"")


def ole(streams: dict[str, bytes]) -> bytes:
    """An OLE2 file, version 3, streams of 4096 bytes and more, in one directory."""
    padded = {
        name: data + b"\x00" * (max(4096, -(-len(data) // 512) * 512) - len(data)) for name, data in streams.items()
    }
    entries = [("Root Entry", 5, 0xFFFFFFFE, 0)]
    sectors: list[bytes] = []
    chain: list[int] = []
    for name, data in padded.items():
        entries.append((name, 2, len(sectors), len(data)))
        blocks = [data[at : at + 512] for at in range(0, len(data), 512)]
        chain += [len(sectors) + n + 1 for n in range(len(blocks) - 1)] + [0xFFFFFFFE]
        sectors += blocks
    directory_at = len(sectors)
    directory = b"".join(_entry(n, len(entries), *entry) for n, entry in enumerate(entries))
    directory += b"\x00" * (-len(directory) % 512)
    blocks = [directory[at : at + 512] for at in range(0, len(directory), 512)]
    chain += [directory_at + n + 1 for n in range(len(blocks) - 1)] + [0xFFFFFFFE]
    sectors += blocks
    fat_count = -(-(len(chain) + 8) // 128)
    fat_at = len(sectors)
    chain += [0xFFFFFFFD] * fat_count
    chain += [0xFFFFFFFF] * (fat_count * 128 - len(chain))
    table = struct.pack(f"<{len(chain)}I", *chain)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    head += b"\x00" * 6 + struct.pack("<IIIIIIIII", 0, fat_count, directory_at, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    fats = [fat_at + n for n in range(fat_count)] + [0xFFFFFFFF] * (109 - fat_count)
    return head + struct.pack("<109I", *fats) + b"".join(sectors) + table


def _entry(number: int, count: int, name: str, kind: int, start: int, size: int) -> bytes:
    written = name.encode("utf-16-le") + b"\x00\x00"
    nothing = 0xFFFFFFFF
    child = 1 if number == 0 and count > 1 else nothing
    right = number + 1 if 0 < number < count - 1 else nothing
    return (
        written.ljust(64, b"\x00")
        + struct.pack("<HBBIII", len(written), kind, 1, nothing, right, child)
        + b"\x00" * 36
        + struct.pack("<IQ", start, size)
    )


def old_word(text: str, *, locked: bool = False) -> bytes:
    """A Word 97 file of one piece of text."""
    letters = text.replace("\n", "\r").encode("utf-16-le")
    at = 1024
    document = bytearray(at + len(letters))
    document[:2] = b"\xec\xa5"
    struct.pack_into("<H", document, 0x0A, 0x0200 | (0x0100 if locked else 0))
    pieces = struct.pack("<II", 0, len(letters) // 2) + struct.pack("<HIH", 0, at, 0)
    clx = b"\x02" + struct.pack("<I", len(pieces)) + pieces
    struct.pack_into("<II", document, 0x01A2, 0, len(clx))
    document[at:] = letters
    return ole({"WordDocument": bytes(document), "1Table": clx})


def old_slides(*texts: str, macros: bool = False) -> bytes:
    records = b"".join(struct.pack("<HHI", 0, 0x0FA0, 2 * len(text)) + text.encode("utf-16-le") for text in texts)
    if macros:
        records += struct.pack("<HHI", 0x0F, 0x03FF, 0)
    return ole({"PowerPoint Document": struct.pack("<HHI", 0x0F, 0x03E8, len(records)) + records})


def old_workbook(*cells: str, header: str = "", sheet_type: int = 0, locked: bool = False, step: int = 9000) -> bytes:
    """An Excel 97 file: shared strings cut into records of `step` bytes wherever that falls on a letter."""
    parts = [struct.pack("<II", len(cells), len(cells))]
    for cell in cells:
        parts[-1] += struct.pack("<HB", len(cell), 1)
        for letter in cell:
            if len(parts[-1]) + 2 > step:
                parts.append(b"\x01")
            parts[-1] += letter.encode("utf-16-le")
    records = [(0x0809, b"\x00\x06\x05\x00"), (0x0085, struct.pack("<IBBB", 0, 0, sheet_type, 1) + b"\x00S")]
    records += [(0x002F, b"\x00" * 6)] if locked else []
    records += [(0x00FC if n == 0 else 0x003C, part) for n, part in enumerate(parts)]
    records.append((0x000A, b""))
    if header:
        records.append((0x0014, struct.pack("<HB", len(header), 1) + header.encode("utf-16-le")))
    content = b"".join(struct.pack("<HH", kind, len(body)) + body for kind, body in records)
    return ole({"Workbook": content})
