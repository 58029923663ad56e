from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chiso.scoring.expression import ExpressionError, parse_expression


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2*3", 7),
        ("(1 + 2)*3", 9),
        ("10 - 2 - 3", 5),
        ("8/2/2", 2),
        ("-A + 1", 0),
        ("2*-A", -2),
        ("1/3", Fraction(1, 3)),
        ("0.1 + 0.2", Fraction(3, 10)),
        ("min(2, 2.5*A, 3)", 2),
        ("max(A, B_2)", 5),
        ("max(A)", 1),
        ("6*A + min(2, 2.5*A) + 2.5*B_2", Fraction(41, 2)),
    ],
)
def test_expression_value(text, value):
    assert parse_expression(text).evaluate({"A": 1, "B_2": 5}) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "kết thúc giữa chừng"),
        ("1 +", "kết thúc giữa chừng"),
        ("(1", "kết thúc giữa chừng"),
        ("1 2", "“2” ở ký tự thứ 3"),
        ("1)", "“)” ở ký tự thứ 2"),
        ("* 2", "“*” ở ký tự thứ 1"),
        ("A ^ 2", "“^” ở ký tự thứ 3"),
        ("--1", "“-” ở ký tự thứ 2"),
        ("min 2", "“2” ở ký tự thứ 5"),
        ("(1, 2)", "“,” ở ký tự thứ 3"),
        ("__import__('os')", "“'” ở ký tự thứ 12"),
        ("A.b", "“.” ở ký tự thứ 2"),
        ("2**3", "“*” ở ký tự thứ 3"),
        ("(" * 50 + "1" + ")" * 50, "lồng quá sâu"),
        ("1+" * 400 + "1", "quá dài"),
        ("9" * 21, "quá nhiều chữ số"),
    ],
)
def test_expression_refuses_with_the_place(text, message):
    with pytest.raises(ExpressionError) as caught:
        parse_expression(text)
    assert message in str(caught.value)


def test_expression_knows_its_names():
    assert parse_expression("min(A, 2*B) - max(A, 1)").names == {"A", "B"}


def test_division_by_zero_is_raised():
    with pytest.raises(ZeroDivisionError):
        parse_expression("1/(A - 1)").evaluate({"A": 1})


@given(st.lists(st.tuples(st.sampled_from("+-*"), st.integers(0, 99)), max_size=20), st.integers(0, 99))
def test_expression_agrees_with_python(parts, first):
    text = str(first) + "".join(f" {sign} {number}" for sign, number in parts)
    assert parse_expression(text).evaluate({}) == eval(text)


@given(st.text(alphabet="AB01.+-*/(),min max", max_size=40))
def test_expression_parses_or_refuses_but_never_breaks(text):
    try:
        parse_expression(text)
    except ExpressionError:
        return


def test_expression_in_vietnamese():
    assert parse_expression("6*A + min(2, 2.5*B) / 3").vietnamese() == "6 × A + min(2; 2,5 × B) ÷ 3"
