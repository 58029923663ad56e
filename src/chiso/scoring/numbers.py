"""Exact numbers: reading them, rounding them, writing them the Vietnamese way.

A figure is an ``int`` when it is whole and a ``Fraction`` when it is not; integers keep scoring fast and
both are exact. Points leave this package as ``Decimal``. No float appears anywhere.
"""

import re
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

Exact: TypeAlias = int | Fraction

MAX_DIGITS = 30

_TENS: tuple[int, ...] = tuple(int(10**places) for places in range(MAX_DIGITS + 1))
_NUMBER = re.compile(r"(-?)([0-9]+)(?:[.,]([0-9]+))?")


class NumberError(ValueError):
    """A text that is not a number; the message is a Vietnamese sentence."""


def parse_number(text: str) -> Exact:
    """Read a number with at most one separator, dot or comma, which is always decimal.

    Parameters
    ----------
    text : str
        For example ``"1183"``, ``"0,5"`` or ``"0.5"``; blanks around it are ignored.

    Returns
    -------
    int or Fraction
        An ``int`` when the value is whole.

    Raises
    ------
    NumberError
        When the text is not such a number or has more than 30 digits.

    Examples
    --------
    >>> parse_number("1183"), parse_number("0,5"), parse_number("-2.50")
    (1183, Fraction(1, 2), Fraction(-5, 2))
    >>> parse_number("1.234,5")
    Traceback (most recent call last):
    chiso.scoring.numbers.NumberError: “1.234,5” không phải là số. Viết như 1183 hoặc 0,5.
    """
    numerator, denominator = parse_quotient(text)
    return numerator if denominator == 1 else simplify(Fraction(numerator, denominator))


def parse_quotient(text: str) -> tuple[int, int]:
    """Read a number like `parse_number`, as integers over a power of ten: no Fraction is made.

    >>> parse_quotient("85,25")
    (8525, 100)
    """
    if is_plain_whole(text):
        return int(text), 1
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        raise NumberError(f"“{shorten(text)}” không phải là số. Viết như 1183 hoặc 0,5.")
    sign, whole, decimals = match.groups(default="")
    if len(whole) + len(decimals) > MAX_DIGITS:
        raise NumberError(f"“{shorten(text)}” có quá nhiều chữ số (tối đa {MAX_DIGITS}).")
    return int(sign + whole + decimals), _TENS[len(decimals)]


def is_plain_whole(text: str) -> bool:
    """Whether a text is nothing but the digits of a whole number of a usual size, the common case.

    >>> is_plain_whole("1183"), is_plain_whole("1183,5"), is_plain_whole("")
    (True, False, False)
    """
    return len(text) <= MAX_DIGITS and text.isascii() and text.isdigit()


def parse_whole(text: str) -> int:
    """Read a whole number ≥ 0; raises `NumberError` with a sentence otherwise.

    >>> parse_whole("12")
    12
    """
    number = parse_number(text)
    if number < 0 or not isinstance(number, int):
        raise NumberError(f"“{shorten(text)}” phải là số nguyên không âm.")
    return number


def simplify(number: Fraction) -> Exact:
    """Turn a whole Fraction into an int, so that what follows is quick.

    >>> simplify(Fraction(4, 2)), simplify(Fraction(1, 2))
    (2, Fraction(1, 2))
    """
    return number.numerator if number.denominator == 1 else number


def shorten(text: str) -> str:
    """Cut a quoted text to a length that fits in a sentence."""
    text = text.strip()
    return text if len(text) <= 40 else text[:39] + "…"


def round_quotient(numerator: Exact, denominator: Exact, places: int) -> int:
    """Round numerator/denominator half-up on the absolute value: the one rounding of the program.

    Parameters
    ----------
    numerator, denominator : int or Fraction
        The exact quotient; ``denominator`` > 0.
    places : int
        Decimals kept.

    Returns
    -------
    int
        The rounded value counted in units of 10**-places.

    Examples
    --------
    3 × 5/24 = 0.625 and −0.125, at two decimals:

    >>> round_quotient(15, 24, 2), round_quotient(-1, 8, 2)
    (63, -13)
    """
    if isinstance(numerator, Fraction):
        numerator, denominator = numerator.numerator, denominator * numerator.denominator
    if isinstance(denominator, Fraction):
        numerator, denominator = numerator * denominator.denominator, denominator.numerator
    if numerator < 0:
        return -((denominator - 2 * numerator * _TENS[places]) // (2 * denominator))
    return (2 * numerator * _TENS[places] + denominator) // (2 * denominator)


def round_half_up(number: Exact | Decimal, places: int) -> Decimal:
    """Round to ``places`` decimals, half-up on the absolute value.

    >>> round_half_up(Fraction(5, 8), 2), round_half_up(Decimal("-0.125"), 2)
    (Decimal('0.63'), Decimal('-0.13'))
    """
    exact = Fraction(number) if isinstance(number, Decimal) else number
    return decimal_of(round_quotient(exact, 1, places), places)


def decimal_of(units: int, places: int) -> Decimal:
    """Give the Decimal for a count of units of 10**-places, exactly, whatever the decimal context.

    >>> decimal_of(563, 2)
    Decimal('5.63')
    """
    return Decimal(f"{units}E-{places}")


def exact_decimal(number: Exact) -> Decimal:
    """Give the Decimal equal to a number that was read from a text, without trailing zeros.

    >>> exact_decimal(Fraction(3, 2)), exact_decimal(100)
    (Decimal('1.5'), Decimal('100'))
    """
    places = decimals_in(number)
    return decimal_of(round_quotient(number, 1, places), places) if places else Decimal(int(number))


def decimals_in(number: Exact) -> int:
    """Count the decimals needed to write a number that was read from a text.

    >>> decimals_in(Fraction(1, 8)), decimals_in(7)
    (3, 0)
    """
    places = 0
    while isinstance(number, Fraction):
        number = simplify(number * 10)
        places += 1
    return places


def write_units(units: int, places: int) -> str:
    """Write a count of units of 10**-places with a decimal point, as CSV wants it.

    >>> write_units(563, 2), write_units(-5, 2), write_units(7, 0)
    ('5.63', '-0.05', '7')
    """
    if places == 0:
        return str(units)
    whole, rest = divmod(abs(units), 10**places)
    return f"{'-' if units < 0 else ''}{whole}.{rest:0{places}d}"


def write_vietnamese(number: Exact | Decimal, places: int | None = None) -> str:
    """Write a number for people: decimal comma, dots between thousands.

    Parameters
    ----------
    number : int, Fraction or Decimal
        The value.
    places : int, optional
        Decimals to keep; by default as many as needed, at most six, with “…” when more were cut.

    Examples
    --------
    >>> write_vietnamese(1183), write_vietnamese(Fraction(15, 2)), write_vietnamese(Fraction(2, 3))
    ('1.183', '7,5', '0,666667…')
    >>> write_vietnamese(Fraction(15, 2), 2)
    '7,50'
    """
    exact = Fraction(number)
    kept = 6 if places is None else places
    units = round_quotient(exact, 1, kept)
    whole, _, decimals = write_units(abs(units), kept).partition(".")
    grouped = f"{int(whole):,}".replace(",", ".")
    if places is None:
        decimals = decimals.rstrip("0")
    cut = "…" if places is None and Fraction(units, 10**kept) != exact else ""
    return f"{'−' if units < 0 else ''}{grouped}{',' if decimals else ''}{decimals}{cut}"
