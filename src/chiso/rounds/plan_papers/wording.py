"""How a plan words a deadline, read and written: “Trước ngày 20/12/2022”, “Tháng 12/2022 – 01/2023”.

The words stay as they are printed (white space aside); what they mean is read from them each time:

- “Trước (ngày) D”: before D; “Chậm nhất ngày D”, “Đến (hết) ngày D”: D is the last day;
- “Ngày D”, “Trong ngày D”, “Từ ngày D đến ngày E”, “Tháng 12/2022”, “Tháng 11-12/2022”, “Quý IV/2022”: a span;
- nothing: a heading row.

`read_deadline` refuses everything else with a sentence that says how to write it.
"""

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from chiso.common.dates import format_date
from chiso.rounds.choices import DeadlineKind
from chiso.rounds.deadlines import end_of_month

_FULL = r"(\d{1,2})/(\d{1,2})/(\d{4})"
_MONTH = r"(\d{1,2})/(\d{4})"
_TO = r"(?: ?- ?| đến | và |, ?)"
_BEFORE = re.compile(rf"trước {_FULL}", re.ASCII)
_BEFORE_MONTH = re.compile(rf"trước tháng {_MONTH}", re.ASCII)
_LATEST = re.compile(rf"(?:chậm nhất|muộn nhất|đến) {_FULL}", re.ASCII)
_LATEST_MONTH = re.compile(rf"(?:chậm nhất|muộn nhất|đến) tháng {_MONTH}", re.ASCII)
_ONE_DAY = re.compile(rf"(?:trong )?{_FULL}", re.ASCII)
_DAYS = re.compile(rf"(?:từ )?(\d{{1,2}})(?:/(\d{{1,2}}))?(?:/(\d{{4}}))?{_TO}{_FULL}", re.ASCII)
_ONE_MONTH = re.compile(rf"(?:trong )?tháng {_MONTH}", re.ASCII)
_MONTHS = re.compile(rf"(?:trong |từ )?tháng (\d{{1,2}})(?:/(\d{{4}}))?{_TO}(?:tháng )?{_MONTH}", re.ASCII)
_QUARTER = re.compile(r"(?:trong )?quý (i|ii|iii|iv|[1-4])[/ ](\d{4})", re.ASCII)
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}

_SPELT_DATE = re.compile(r"(\d{1,2}) tháng (\d{1,2}) năm (\d{4})", re.ASCII)
_SPELT_MONTH = re.compile(r"(tháng \d{1,2}|quý \w+) năm (\d{4})", re.ASCII)
_FILLERS = re.compile(r"\b(?:ngày|hết|là|hoàn thành|xong) ", re.ASCII)
YEARS = range(1990, 2200)
"""The years a date of a plan may lie in; anything else is a slip of the finger."""
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad\x00-\x08\x0e-\x1b\x7f\ud800-\udfff]")
"""No letters; the control characters and halves of pairs among them can't be stored or printed at all."""
_BROKEN_AT_MARK = re.compile(r"(?<=\d)([-/]) (?=\d)|(?<=\d) (/)(?=\d)", re.ASCII)
_PRINTED_DATE = re.compile(r"\d{1,2}/\d{1,2}/\d{4}", re.ASCII)
_DATED_YEAR = re.compile(r"(?:(\d{1,2})[/.])?(?:(\d{1,2})[/.])?(?<=[/. ])(\d{4})\b", re.ASCII)


class WordingError(ValueError):
    """A deadline that can't be read; the message is a whole sentence with the way out."""


@dataclass(frozen=True)
class Deadline:
    """A deadline's words and what they mean; for `BEFORE`, `ends_on` is the day that is printed."""

    kind: DeadlineKind
    text: str
    starts_on: date | None = None
    ends_on: date | None = None


def one_line(text: str) -> str:
    """The text of a cell on one line: letters composed, every kind of white space one blank, none at the ends."""
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFC", text)).split())


def printed_words(text: str) -> str:
    """The words of a deadline as they are printed: a date broken over two lines of a narrow cell is whole again."""
    return _BROKEN_AT_MARK.sub(lambda found: found[1] or found[2], one_line(text))


def read_deadline(text: str) -> Deadline:
    """Read a printed deadline; raises `WordingError` for words that name no day."""
    words = printed_words(text)
    if not words:
        return Deadline(DeadlineKind.GROUP, "")
    kind, starts_on, ends_on = _meaning(words)
    if starts_on and starts_on > ends_on:
        raise WordingError(_("“%(text)s”: ngày bắt đầu sau ngày kết thúc.") % {"text": words})
    return Deadline(kind, words, starts_on, ends_on)


def word_deadline(kind: str, starts_on: date | None, ends_on: date | None) -> str:
    """The usual words for a deadline that has none of its own."""
    if ends_on is None or kind == DeadlineKind.GROUP:
        return ""
    if kind == DeadlineKind.BEFORE:
        return f"Trước ngày {format_date(ends_on)}"
    if kind == DeadlineKind.LATEST:
        return f"Chậm nhất ngày {format_date(ends_on)}"
    first = starts_on or ends_on
    if first == ends_on:
        return f"Ngày {format_date(ends_on)}"
    if first.day != 1 or ends_on != end_of_month(ends_on):
        return f"Từ ngày {format_date(first)} đến ngày {format_date(ends_on)}"
    if (first.year, first.month) == (ends_on.year, ends_on.month):
        return f"Tháng {first:%m/%Y}"
    if first.year == ends_on.year:
        return f"Tháng {first:%m}-{ends_on:%m/%Y}"
    return f"Tháng {first:%m/%Y} – {ends_on:%m/%Y}"


def moved_to(text: str, day: date) -> str:
    """The same words with another printed last day: “Trước 10/12/2022” → “Trước 12/12/2022”."""
    now = read_deadline(text)
    dates = list(_PRINTED_DATE.finditer(now.text))
    if dates:
        last = dates[-1]
        words = now.text[: last.start()] + format_date(day) + now.text[last.end() :]
        try:
            if read_deadline(words).ends_on == day:
                return words
        except WordingError:
            pass  # A span that would end before it begins, or “01-05/12/2022” moved into another month.
    is_one_day = now.starts_on == now.ends_on
    starts_on = now.starts_on if now.starts_on and now.starts_on <= day and not is_one_day else None
    return word_deadline(now.kind, starts_on, day)


def shifted(text: str, years: int) -> str:
    """The same words some years later; 29 February falls on the 28th where there is none."""

    def later(found: re.Match[str]) -> str:
        year = int(found[3]) + years
        if found[2] and found[1] and (int(found[1]), int(found[2])) == (29, 2) and not calendar.isleap(year):
            return found[0].replace("29", "28", 1)[:-4] + str(year)
        return found[0][:-4] + str(year)

    return _DATED_YEAR.sub(later, printed_words(text))


def _meaning(words: str) -> tuple[DeadlineKind, date | None, date]:
    plain = _plain(words)
    if found := _BEFORE.fullmatch(plain):
        return DeadlineKind.BEFORE, None, _day(words, *found.groups())
    if found := _BEFORE_MONTH.fullmatch(plain):
        return DeadlineKind.BEFORE, None, _day(words, "1", *found.groups())
    if found := _LATEST.fullmatch(plain):
        return DeadlineKind.LATEST, None, _day(words, *found.groups())
    if found := _LATEST_MONTH.fullmatch(plain):
        return DeadlineKind.LATEST, None, end_of_month(_day(words, "1", *found.groups()))
    span = _span(words, plain)
    if span is None:
        raise WordingError(
            _(
                "Không đọc được thời hạn “%(text)s”. Hãy viết như “Trước ngày 20/12/2022”, “Chậm nhất ngày "
                "15/01/2023”, “Tháng 12/2022”, “Tháng 12/2022 – 01/2023” hoặc “Từ ngày 01/12/2022 đến ngày "
                "05/12/2022”; dòng tiêu đề thì để trống."
            )
            % {"text": words[:100]}
        )
    return DeadlineKind.PERIOD, *span


def _span(words: str, plain: str) -> tuple[date, date] | None:
    if found := _ONE_DAY.fullmatch(plain):
        day = _day(words, *found.groups())
        return day, day
    if found := _DAYS.fullmatch(plain):
        first_day, first_month, first_year, *last = found.groups()
        first = _day(words, first_day, first_month or last[1], first_year or last[2])
        return first, _day(words, *last)
    if found := _ONE_MONTH.fullmatch(plain):
        first = _day(words, "1", *found.groups())
        return first, end_of_month(first)
    if found := _MONTHS.fullmatch(plain):
        month, year, *until = found.groups()
        return _day(words, "1", month, year or until[1]), end_of_month(_day(words, "1", *until))
    if found := _QUARTER.fullmatch(plain):
        last_month = 3 * _QUARTERS[found[1]]
        year = int(_year(words, found[2]))
        return date(year, last_month - 2, 1), end_of_month(date(year, last_month, 1))
    return None


def _plain(words: str) -> str:
    """The words in one form: small letters, plain dashes, spelt dates as figures, without words that add nothing."""
    plain = words.lower().rstrip(" .;").replace("–", "-").replace("—", "-")
    plain = re.sub(r"(?<=\d)\.(?=\d)", "/", re.sub(r" ?/ ?", "/", plain))
    plain = _SPELT_DATE.sub(r"\1/\2/\3", plain)
    plain = _SPELT_MONTH.sub(r"\1/\2", plain)
    return _FILLERS.sub("", plain)


def _day(words: str, day: str, month: str, year: str) -> date:
    try:
        return date(int(_year(words, year)), int(month), int(day))
    except ValueError as error:
        if isinstance(error, WordingError):
            raise
        raise WordingError(_("“%(text)s” ghi một ngày không có trong lịch.") % {"text": words}) from error


def _year(words: str, year: str) -> str:
    if int(year) not in YEARS:
        raise WordingError(_("“%(text)s”: năm %(year)s không hợp lý.") % {"text": words, "year": year})
    return year
