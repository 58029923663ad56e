"""What every official document shares under NĐ 30/2020/NĐ-CP: its parts as plain values, and their wording.

`OfficialDocument` is the frame (header, opening, articles, signature, recipients, annexes);
`rendering.render` turns it into a .docx. Later documents (plan, notice, letter) fill the same frame.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from chiso.common.numbers import NONE_SIGN, format_points
from chiso.documents.tables import Annex, BodyTable

COMMITTEE = "Ủy ban nhân dân"
NOT_SCORED = NONE_SIGN
END_MARK = "./."

_BLANK_NUMBER = " " * 7
_BLANK_DAY = _BLANK_MONTH = " " * 5
_LAST_MARKS = " .;,/"
_ACTING = re.compile(r"^(KT|TL|TUQ|TM|Q)\.\s*")
_GROUND_WORDS = ("Căn cứ", "Theo ", "Xét ", "Thực hiện")

__all__ = [
    "Clause",
    "Issuer",
    "OfficialDocument",
    "Signer",
    "close",
    "document_date",
    "document_number",
    "format_points",
    "long_date",
]


@dataclass(frozen=True)
class Issuer:
    """The issuing authority; `parent_name` is empty where no parent line is printed."""

    parent_name: str
    name: str
    place: str

    @property
    def territory(self) -> str:
        """Where a people's committee rules: `huyện Hạ Lang`; another authority's whole name."""
        return self.name.removeprefix(COMMITTEE).strip() or self.name

    @property
    def lines(self) -> tuple[str, ...]:
        """The name in capitals, a committee's on two lines as officials print it."""
        if self.name.startswith(COMMITTEE + " "):
            return (COMMITTEE.upper(), self.territory.upper())
        return tuple(part.strip().upper() for part in self.name.split("\n"))


@dataclass(frozen=True)
class Signer:
    """Who signs: the capacity, one line each (`KT. CHỦ TỊCH`, `PHÓ CHỦ TỊCH`), and the name."""

    capacity: tuple[str, ...]
    name: str

    def authority_of(self, issuer: Issuer) -> str:
        """Name the deciding authority above the grounds: the committee (TM.) or the head acted for."""
        first = self.capacity[0].strip().upper() if self.capacity else ""
        if not first or first.startswith("TM."):
            return issuer.name.upper()
        return f"{_ACTING.sub('', first)} {issuer.name.upper()}"

    def authority_in_text(self, issuer: Issuer) -> str:
        """Name the same authority inside a sentence: `Chủ tịch Ủy ban nhân dân huyện Hạ Lang`."""
        title = self.authority_of(issuer).removesuffix(issuer.name.upper()).strip()
        return f"{title.capitalize()} {issuer.name}" if title else issuer.name


@dataclass(frozen=True)
class Clause:
    """One paragraph of the main text; `lead` (`Điều 1.`, `I. MỤC ĐÍCH`) is printed in bold before it.

    A clause that is a `table` prints nothing else, and is never the last one.
    """

    text: str
    lead: str = ""
    table: BodyTable | None = None


@dataclass(frozen=True)
class OfficialDocument:
    """The frame of an official document, ready to be printed; a line feed breaks the summary in two lines."""

    issuer: Issuer
    symbol: str
    number: str | None
    date: date | None
    draft_year: int | None
    signer: Signer
    clauses: tuple[Clause, ...]
    recipients: tuple[str, ...]
    kind: str = ""
    summary: str = ""
    subject: str = ""
    authority: str = ""
    addressees: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()
    resolution: str = ""
    annexes: tuple[Annex, ...] = ()
    secretary: Signer | None = None
    """Signs beside the presiding member: minutes only."""


def long_date(day: date | None, draft_year: int | None = None) -> str:
    """`ngày 05 tháng 01 năm 2023`: days below 10 and months 1 and 2 get a zero; a draft leaves blanks."""
    if day is None:
        year = "    " if draft_year is None else str(draft_year)
        return f"ngày {_BLANK_DAY} tháng {_BLANK_MONTH} năm {year}"
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def document_date(day: date | None, place: str, draft_year: int | None = None) -> str:
    """`Hạ Lang, ngày 05 tháng 01 năm 2023`; without a date the day and month stay blank for the clerk."""
    return f"{place}, {long_date(day, draft_year)}"


def document_number(number: str | None, symbol: str) -> str:
    """`05/QĐ-UBND`: numbers below 10 get a zero; without a number a blank stays before the symbol."""
    if number is None or not number.strip():
        return f"{_BLANK_NUMBER}/{symbol}"
    bare = number.strip()
    if "/" in bare:
        return bare
    return f"{bare.zfill(2) if bare.isdecimal() else bare}/{symbol}"


def close(text: str) -> str:
    """End a document: `./.` glued to its last word."""
    return text.rstrip(_LAST_MARKS) + END_MARK


def ground_lines(grounds: Iterable[str]) -> list[str]:
    """Write the legal grounds: each begins with `Căn cứ` and ends with `;`, the last with a full stop."""
    kept = [ground.strip().rstrip(_LAST_MARKS) for ground in grounds if ground.strip()]
    begun = [ground if ground.startswith(_GROUND_WORDS) else f"Căn cứ {ground}" for ground in kept]
    return _punctuated(begun)


def recipient_lines(recipients: Iterable[str]) -> list[str]:
    """List the recipients: `- Sở Nội vụ;` … `- Lưu: VT, NV.`"""
    kept = [recipient.strip().lstrip("- ").rstrip(_LAST_MARKS) for recipient in recipients]
    return _punctuated([f"- {recipient}" for recipient in kept if recipient])


def addressee_lines(addressees: tuple[str, ...]) -> list[str]:
    """Write `Kính gửi:` with one addressee beside it, several below it."""
    if len(addressees) == 1:
        return [f"Kính gửi: {addressees[0].rstrip(_LAST_MARKS)}."]
    listed = recipient_lines(addressees)
    return ["Kính gửi:", *listed] if listed else []


def _punctuated(lines: list[str]) -> list[str]:
    return [line + (";" if index < len(lines) else ".") for index, line in enumerate(lines, start=1)]
