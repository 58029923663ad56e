"""What a document says of itself, in the words of the pages: its kind, number and date; where it proves; how big."""

import re
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.common.dates import format_date
from chiso.common.numbers import format_number
from chiso.evidence.describing import description_of
from chiso.evidence.models import Document

_PAGE = re.compile(r"\b(?:trang|tr\.)\s*(?:số\s*)?(\d{1,4})\b", re.IGNORECASE)


_KINDS = {
    "NQ": gettext_noop("Nghị quyết"),
    "QĐ": gettext_noop("Quyết định"),
    "CT": gettext_noop("Chỉ thị"),
    "QC": gettext_noop("Quy chế"),
    "TB": gettext_noop("Thông báo"),
    "HD": gettext_noop("Hướng dẫn"),
    "CTr": gettext_noop("Chương trình"),
    "KH": gettext_noop("Kế hoạch"),
    "PA": gettext_noop("Phương án"),
    "ĐA": gettext_noop("Đề án"),
    "BC": gettext_noop("Báo cáo"),
    "BB": gettext_noop("Biên bản"),
    "TTr": gettext_noop("Tờ trình"),
}
"""The letters by which a number names the kind of document (NĐ 30/2020, phụ lục III)."""


def kind_of(number: str) -> str:
    """The kind of document that a number stands for: `145/BC-UBND` is a report."""
    letters = letters_of(number)
    return _(_KINDS[letters]) if letters in _KINDS else _("Văn bản")


def letters_of(number: str) -> str:
    """The letters that name the kind: `BC` of `145/BC-UBND`."""
    return number.rpartition("/")[2].partition("-")[0].strip()


def document_line(document: Document) -> str:
    """`Báo cáo 145/BC-UBND, 08/12/2022`, as confirmed or else as read; empty while nothing is known."""
    told = description_of(document)
    dated = format_date(told.issued_on) if told.issued_on else ""
    if told.number:
        return ", ".join(filter(None, (f"{kind_of(told.number)} {told.number}", dated)))
    return _("Văn bản ngày %(date)s") % {"date": dated} if dated else ""


def cited_line(document: Document, place: str) -> str:
    """What is cited and where in it: `Báo cáo 145/BC-UBND, 08/12/2022 · trang 3, mục II.2`."""
    return " · ".join(filter(None, (document_line(document), place)))


def page_of(place: str) -> int | None:
    """The page that a place names: 3 of `trang 3, mục II.2`."""
    found = _PAGE.search(place)
    return int(found[1]) if found else None


def format_size(size: int) -> str:
    """`412 kB`, `2,1 MB`, rounded up so that no file looks empty."""
    if size < 1_000_000:
        return f"{format_number(-(-size // 1000))} kB"
    return f"{format_number(Decimal(-(-size // 100_000)) / 10)} MB"
