from decimal import Decimal

import pytest
from django.utils import translation

from chiso.common.numbers import NumberNotUnderstood, for_input, format_max, format_number, format_points, parse_number


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("85,25", "85.25"),
        ("1.234,5", "1234.5"),
        ("1.183", "1183"),
        ("1183", "1183"),
        ("-2", "-2"),
        ("0", "0"),
        (" 12 000 ", "12000"),
        ("12.345.678", "12345678"),
    ],
)
def test_vietnamese_reading_holds_in_both_languages(language: str, text: str, value: str) -> None:
    with translation.override(language):
        assert parse_number(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "hint"),
    [("85.25", "viết 85,25"), ("1.5", "viết 1,5"), ("1,234.5", "1.234,5"), ("abc", "abc"), ("", ""), ("1.23.4", "")],
)
def test_other_writings_are_refused_with_a_hint(text: str, hint: str) -> None:
    with pytest.raises(NumberNotUnderstood) as refusal:
        parse_number(text)
    assert hint in str(refusal.value)


def test_endless_numbers_are_refused() -> None:
    with pytest.raises(NumberNotUnderstood, match="18 chữ số"):
        parse_number("9" * 19)


def test_numbers_are_written_with_comma_and_dots() -> None:
    assert format_points(Decimal("5.655")) == "5,66"
    assert format_points(None) == "–"
    assert format_max(Decimal("1.50")) == "1,5"
    assert format_max(Decimal("6.0000")) == "6"
    assert format_number(1234567) == "1.234.567"
    assert format_number(Decimal("-0.125"), 2) == "−0,13"
    assert for_input("1183.5") == "1183,5"
