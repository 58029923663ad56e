"""Number, date, issuer and title, from the first lines of an official document (Nghị định 30/2020/NĐ-CP).

The lines come column by column or merged, as the program that made the file wrote them. What is found is a proposal;
what is not found stays empty. The older decree's layout and that of party bodies (`Số: 12-KH/ĐU`) are read too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from chiso.evidence.reading.casing import body_name, sentence
from chiso.evidence.reading.lines import clean, one_spelling

LOOKED_AT = 60
"""A letterhead is at the top: lines beyond are the text."""

_TYPES = re.compile(
    r"(NGHỊ QUYẾT|QUYẾT ĐỊNH|CHỈ THỊ|QUY CHẾ|QUY ĐỊNH|THÔNG CÁO|THÔNG BÁO|THÔNG TƯ|HƯỚNG DẪN|CHƯƠNG TRÌNH|KẾ HOẠCH|"
    r"PHƯƠNG ÁN|ĐỀ ÁN|DỰ ÁN|BÁO CÁO|BIÊN BẢN|TỜ TRÌNH|HỢP ĐỒNG|CÔNG ĐIỆN|GIẤY MỜI|GIẤY CHỨNG NHẬN|GIẤY GIỚI THIỆU|"
    r"KẾT LUẬN|DANH SÁCH|BẢNG TỔNG HỢP|NGHỊ ĐỊNH|PHIẾU CHUYỂN|SỔ THEO DÕI)\b"
)
_CODE = r"[A-ZĐ][A-Za-zĐđƯưƠơÔôÊêÂâĂă]*(?:[.&][A-ZĐ]+)?"
_NUMBER = re.compile(rf"S[ốô]\s?[:.]?\s?(\d{{1,6}}[a-z]?(?:\s?/\s?\d{{4}})?(?:\s?[/\-–]\s?{_CODE}){{1,5}})(?![\w/])")
_BLANK_NUMBER = re.compile(rf"S[ốô]\s?[:.]?\s?[.…_]*\s?[/\-–]\s?{_CODE}")
_DAY = r"ngày\s?(\d{1,2})\s?tháng\s?(\d{1,2})\s?năm\s?(\d{4})"
_PLACE = r"(?:[A-ZĐÂĂÔƠƯÊ][^\d,:;/]{1,40},\s?)"
_DATED = re.compile(rf"{_PLACE}?{_DAY}\W*", re.IGNORECASE)
_DATED_SHORT = re.compile(rf"{_PLACE}ngày\s?(\d{{1,2}})/(\d{{1,2}})/(\d{{4}})\W*", re.IGNORECASE)
_UNDATED = re.compile(rf"{_PLACE}?ngày[\s.…_]*\d*[\s.…_]*tháng.{{0,20}}năm.{{0,8}}", re.IGNORECASE)
_BROKEN = re.compile(
    r"(, ngày|, ngày \d{1,2}|, ngày \d{1,2} tháng|, ngày \d{1,2} tháng \d{1,2}|, ngày \d{1,2} tháng \d{1,2} năm|"
    r"^CỘNG HÒA XÃ HỘI CHỦ NGHĨA|^CỘNG HÒA XÃ HỘI)$"
)
_LONGEST = 500
_ATTACHED = re.compile(rf"kèm theo .{{3,40}}? số:?\s?(\d[^\s,;)]*).{{0,20}}?{_DAY}", re.IGNORECASE)
_STAMPED_AT = re.compile(
    r"(?:thời gian ký|ngày ký|signing time)\s?:\s?(\d{1,2})[./-](\d{1,2})[./-](\d{4})", re.IGNORECASE
)
_STAMP = re.compile(r"(người ký|thời gian ký|ngày ký|email|cơ quan|signature valid|ký bởi|được ký)\b.*", re.IGNORECASE)
_MOTTOES = re.compile(
    r"C[ỘO]NG H[ÒO]A X[ÃA] H[ỘO]I CH[ỦU] NGH[ĨI]A VI[ỆE]T NAM|ĐẢNG CỘNG SẢN VIỆT NAM|"
    r"Độc lập\s?[-–—]\s?Tự do\s?[-–—]\s?Hạnh phúc",
    re.IGNORECASE,
)
_RULE = re.compile(r"[\W_]*")
_BODY = re.compile(
    r"(ỦY BAN|UBND|HỘI ĐỒNG|HĐND|SỞ|PHÒNG|BỘ|CỤC|CHI CỤC|TỔNG CỤC|VĂN PHÒNG|THANH TRA|BAN|ĐẢNG ỦY|ĐẢNG BỘ|HUYỆN ỦY|"
    r"TỈNH ỦY|THÀNH ỦY|QUẬN ỦY|THỊ ỦY|CHI BỘ|TRUNG TÂM|TRƯỜNG|TRẠM|CÔNG AN|MẶT TRẬN|HỘI|ĐOÀN|TỔ|TÒA ÁN|VIỆN|CÔNG TY|"
    r"KHO BẠC|BẢO HIỂM|BƯU ĐIỆN|LIÊN ĐOÀN|NGÂN HÀNG|HẠT|ĐỘI|CHÍNH PHỦ|THỦ TƯỚNG)\b"
)
_AUTHORITY = re.compile(
    r"(CHỦ TỊCH|ỦY BAN NHÂN DÂN|HỘI ĐỒNG NHÂN DÂN|GIÁM ĐỐC|TRƯỞNG|BỘ TRƯỞNG|BAN |CHÁNH|HIỆU TRƯỞNG|THỦ TƯỚNG|UBND)"
)
_TEXT_BEGINS = re.compile(
    r"(căn cứ|thực hiện|kính gửi|theo |xét |để |nhằm |hôm nay|thi hành|kính|triển khai thực hiện|trên cơ sở|"
    r"ban hành kèm|tính đến |điều \d|"
    r"phần |chương |mục |[ivx]+[.)/ ]|\d+[.)/]|[a-h][.)]|\()",
    re.IGNORECASE,
)
_SUBJECT = re.compile(r"(?:v/v|về việc)\b:?\s?", re.IGNORECASE)


@dataclass(frozen=True)
class Letterhead:
    """What a document says of itself; empty where it does not."""

    number: str = ""
    issued_on: date | None = None
    issuer: str = ""
    title: str = ""


def read_letterhead(lines: Sequence[str]) -> Letterhead:
    """Find the four in the first lines of a document."""
    top = _unmerged(lines[:LOOKED_AT])
    at = next((n for n, line in enumerate(top) if _NUMBER.match(line) or _BLANK_NUMBER.match(line)), None)
    match = _NUMBER.match(top[at]) if at is not None else None
    number, issued_on = (_tidy_number(match[1]) if match else ""), _date(top)
    if not match and issued_on is None:
        number, issued_on = _attached(top)
    return Letterhead(
        number=number[:50],
        issued_on=issued_on or _stamped(lines[:LOOKED_AT]),
        issuer=_issuer(top, at)[:200],
        title=_title(top, at)[:500],
    )


def _unmerged(lines: Sequence[str]) -> list[str]:
    """One statement a line: mottoes, rules and the picture of a signature are gone, number and date stand apart."""
    result: list[str] = []
    for line in _unwrapped(lines):
        for part in _MOTTOES.sub("\n", line).split("\n"):
            part = part.strip(" -–—_*")
            if _RULE.fullmatch(part) or _STAMP.fullmatch(part):
                continue
            number = _NUMBER.match(part) or _BLANK_NUMBER.match(part)
            rest = part[number.end() :].strip(" -–—_*,") if number else ""
            if number and rest and (_day_of(rest) or _UNDATED.fullmatch(rest)):
                result += [number[0], rest]
            else:
                result.append(part)
    return result


def _unwrapped(lines: Sequence[str]) -> list[str]:
    """A narrow column breaks the motto and the date in two: put together again."""
    result: list[str] = []
    for line in (one_spelling(clean(line[:_LONGEST])) for line in lines):
        if result and _BROKEN.search(result[-1]):
            result[-1] += f" {line}"
        else:
            result.append(line)
    return result


def _tidy_number(text: str) -> str:
    return re.sub(r"\s", "", text).replace("–", "-")


def _day_of(line: str) -> date | None:
    match = _DATED.fullmatch(line) or _DATED_SHORT.fullmatch(line)
    return _made(match[1], match[2], match[3]) if match else None


def _date(top: Sequence[str]) -> date | None:
    """The first line that is nothing but place and date; a date left blank means that there is none yet."""
    for line in top:
        if re.match(r"(căn cứ|theo|thực hiện|tại) ", line, re.IGNORECASE):
            continue
        if day := _day_of(line):
            return day
        if _UNDATED.fullmatch(line):
            return None
    return None


def _made(day: str, month: str, year: str) -> date | None:
    try:
        made = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return made if 1945 <= made.year <= 2200 else None


def _attached(top: Sequence[str]) -> tuple[str, date | None]:
    """`(Ban hành kèm theo Quyết định số 12/QĐ-UBND ngày … năm 2022)`: a regulation has no number of its own."""
    match = _ATTACHED.search(" ".join(top[:20]))
    return (_tidy_number(match[1]), _made(match[2], match[3], match[4])) if match else ("", None)


def _stamped(lines: Sequence[str]) -> date | None:
    """The picture of a digital signature says when it was made: the last resort."""
    for line in lines:
        if match := _STAMPED_AT.search(line):
            return _made(match[1], match[2], match[3])
    return None


def _issuer(top: Sequence[str], number_at: int | None) -> str:
    """The last organisation named above the number: the one above it is its superior."""
    bodies: list[str] = []
    for line in top[: 10 if number_at is None else number_at]:
        if _TYPES.match(line) or _day_of(line) or _UNDATED.fullmatch(line):
            break
        if not line.isupper():
            continue
        if _BODY.match(line) and not (bodies and _continues(bodies[-1])):
            bodies.append(line)
        elif bodies:
            bodies[-1] += f" {line}"
    return body_name(bodies[-1]) if bodies else ""


def _continues(body: str) -> bool:
    """`VĂN PHÒNG` / `HĐND VÀ UBND`: the name cannot end here."""
    return body in ("VĂN PHÒNG", "BAN THƯỜNG TRỰC", "THƯỜNG TRỰC", "BAN CHẤP HÀNH") or body.endswith((" VÀ", " -", ","))


def _title(top: Sequence[str], number_at: int | None) -> str:
    start = 0 if number_at is None else number_at
    for n in range(start, len(top)):
        line = top[n]
        if _TYPES.match(line) and line.isupper() and not line.endswith(":"):
            return _joined(line, top[n + 1 :])
        if _SUBJECT.match(line) and n <= start + 4:
            return _subject(top[n:])
        if n > start and _TEXT_BEGINS.match(line):
            break
    if number_at:  # A title above the number: seen where papers are drawn up without the decree's form.
        return next((_joined(line, ()) for line in top[:number_at] if _TYPES.match(line) and line.isupper()), "")
    return ""


def _joined(line: str, following: Sequence[str]) -> str:
    """The kind of document and what it is about, as one sentence; what was printed in capitals is not shouted."""
    capitals = [line]
    about: list[str] = []
    for text in following[:5]:
        if _TEXT_BEGINS.match(text) or _day_of(text) or _NUMBER.match(text) or _AUTHORITY.match(text):
            break
        (capitals if text.isupper() and not about else about).append(text)
    words = " ".join(about)
    if words.startswith(("Về ", "V/v ")):
        words = _SUBJECT.sub("về việc ", words) if _SUBJECT.match(words) else "về" + words[2:]
    return f"{sentence(' '.join(capitals))} {words}".strip(" .-–")


def _subject(lines: Sequence[str]) -> str:
    """`V/v triển khai …` of a letter (công văn), over the lines that it takes."""
    words = [_SUBJECT.sub("", lines[0], count=1)]
    for text in lines[1:5]:
        if _TEXT_BEGINS.match(text) or _day_of(text) or _UNDATED.fullmatch(text):
            break
        words.append(text)
    return ("Về việc " + " ".join(words)).strip(" .-–")
