"""Numbers as Vietnamese officials write them: comma for decimals, dots for thousands."""

import re
from decimal import Decimal

from django.utils.translation import gettext as _

from chiso.scoring import round_half_up

NONE_SIGN = "–"
MAX_DIGITS = 18

_VIETNAMESE = re.compile(r"[+-]?(\d+|\d{1,3}(\.\d{3})+)(,\d+)?")
_ONE_DOT = re.compile(r"[+-]?\d+\.\d+")


class NumberNotUnderstood(ValueError):
    """The text is no number in the Vietnamese reading; the message says how to write it."""


def parse_number(text: str) -> Decimal:
    """Read `85,25`, `1.234,5`, `1.183` (= 1183) and `-2`; anything else is refused with a hint."""
    cleaned = text.strip().replace(" ", "").replace("−", "-")
    if not _VIETNAMESE.fullmatch(cleaned):
        raise NumberNotUnderstood(_hint(cleaned))
    if sum(character.isdigit() for character in cleaned) > MAX_DIGITS:
        raise NumberNotUnderstood(_("Số có quá %(count)d chữ số.") % {"count": MAX_DIGITS})
    return Decimal(cleaned.replace(".", "").replace(",", "."))


def _hint(text: str) -> str:
    if _ONE_DOT.fullmatch(text):
        return _("Dấu thập phân là dấu phẩy: viết %(number)s.") % {"number": text.replace(".", ",")}
    return _("“%(text)s” không phải là số. Viết như 85,25 hoặc 1.234,5.") % {"text": text[:40]}


def format_number(value: Decimal | int | None, places: int | None = None) -> str:
    """Write a number with dots for thousands: `1.234,5`; `places` fixes the decimals (half-up); None is `–`."""
    if value is None:
        return NONE_SIGN
    exact = Decimal(value)
    if places is not None:
        exact = round_half_up(exact, places)
    digits = f"{exact:,f}"
    if places is None and "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return digits.translate(str.maketrans(",.", ".,")).replace("-", "−")


def format_points(value: Decimal | None, places: int = 2) -> str:
    """Write points as tables print them: `5,66`; not scored is `–`."""
    return format_number(value, places)


def format_max(value: Decimal | None) -> str:
    """Write a maximum without needless zeros: `6`, `1,5`."""
    return format_number(value)


def for_input(value: str | Decimal | None) -> str:
    """Write a stored number back into a form field: `1183.5` becomes `1183,5`."""
    return "" if value is None else str(value).replace(".", ",")
