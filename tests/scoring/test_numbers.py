from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chiso.scoring.numbers import (
    NumberError,
    exact_decimal,
    parse_number,
    parse_whole,
    round_half_up,
    round_quotient,
    write_units,
    write_vietnamese,
)

fractions = st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=10**6)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        (" 12 ", 12),
        ("0,5", Fraction(1, 2)),
        ("0.5", Fraction(1, 2)),
        ("1.183", Fraction(1183, 1000)),
        ("-3,0", -3),
        ("9" * 30, 10**30 - 1),
    ],
)
def test_parse_number_takes_one_separator_as_decimal(text, number):
    assert parse_number(text) == number


@pytest.mark.parametrize(
    "text", ["", "abc", "1.234,5", "1 234", "1e3", "+1", ".5", "5.", "٣", "²", "nan", "inf", "--1", "1\n2"]
)
def test_parse_number_refuses(text):
    with pytest.raises(NumberError, match="không phải là số"):
        parse_number(text)


@pytest.mark.parametrize("text", ["9" * 31, "1." + "0" * 30])
def test_parse_number_bounds_the_digits(text):
    with pytest.raises(NumberError, match="quá nhiều chữ số"):
        parse_number(text)


@pytest.mark.parametrize("text", ["-1", "1,5"])
def test_parse_whole_refuses_what_is_not_a_count(text):
    with pytest.raises(NumberError, match="số nguyên không âm"):
        parse_whole(text)


def test_parse_whole_takes_a_decimal_that_is_whole():
    assert parse_whole("3,0") == 3


@pytest.mark.parametrize(
    ("number", "rounded"),
    [
        (Fraction(15, 24), "0.63"),
        (Fraction(-1, 8), "-0.13"),
        (Fraction(1, 8), "0.13"),
        (Fraction(124999, 10**6), "0.12"),
        (Decimal("2.675"), "2.68"),
        (0, "0.00"),
    ],
)
def test_round_half_up_acts_on_the_absolute_value(number, rounded):
    assert str(round_half_up(number, 2)) == rounded


@given(fractions, st.integers(0, 6))
def test_rounding_is_off_by_at_most_half_a_unit_and_odd(number, places):
    rounded = Fraction(round_half_up(number, places))
    assert abs(rounded - number) <= Fraction(1, 2 * 10**places)
    assert Fraction(round_half_up(-number, places)) == -rounded


@given(fractions, st.fractions(min_value=Fraction(1, 1000), max_value=1000))
def test_round_quotient_takes_fractions_on_both_sides(numerator, denominator):
    assert round_quotient(numerator, denominator, 2) == round_quotient(numerator / denominator, 1, 2)


@given(st.integers(-(10**40), 10**40), st.integers(0, 6))
def test_decimals_are_exact_beyond_the_context_precision(units, places):
    written = write_units(units, places)
    assert Fraction(Decimal(written)) == Fraction(units, 10**places)
    assert exact_decimal(Fraction(units, 10**places)) == Decimal(written)


@pytest.mark.parametrize(
    ("number", "places", "text"),
    [
        (1234567, None, "1.234.567"),
        (Decimal("85.250"), None, "85,25"),
        (Fraction(-2, 3), None, "−0,666667…"),
        (Fraction(1, 2), 2, "0,50"),
        (7, 0, "7"),
    ],
)
def test_write_vietnamese(number, places, text):
    assert write_vietnamese(number, places) == text
