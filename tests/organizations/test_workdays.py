"""Weekends, the law's holidays (Tết by the moon), and the days that this installation writes itself."""

from datetime import date, timedelta

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from chiso.organizations.models import Holiday
from chiso.organizations.workdays import days_off, is_day_off, law_days, next_working_day, next_working_days

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2022, 12, 10), "Thứ Bảy"),
        (date(2022, 12, 25), "Chủ nhật"),
        (date(2022, 12, 12), ""),
        (date(2023, 1, 2), "Tết Dương lịch (nghỉ bù)"),
        (date(2023, 1, 23), "Mùng hai Tết Nguyên Đán"),
        (date(2026, 2, 17), "Tết Nguyên Đán"),
        (date(2023, 4, 29), "Ngày Giỗ Tổ Hùng Vương"),
        (date(2025, 9, 2), "Quốc khánh"),
    ],
)
def test_says_why_nobody_works(day: date, why: str) -> None:
    assert is_day_off(day) == why


def test_a_row_of_the_installation_wins() -> None:
    Holiday.objects.create(day=date(2022, 12, 12), name="Nghỉ bù")
    Holiday.objects.create(day=date(2022, 12, 10), name="Làm bù", is_working=True)
    Holiday.objects.create(day=date(2023, 1, 2), name="Đi làm", is_working=True)
    assert is_day_off(date(2022, 12, 12)) == "Nghỉ bù"
    assert is_day_off(date(2022, 12, 10)) == ""
    assert is_day_off(date(2023, 1, 2)) == ""


def test_the_next_working_day() -> None:
    assert next_working_day(date(2022, 12, 12)) == date(2022, 12, 12)
    assert next_working_day(date(2022, 12, 10)) == date(2022, 12, 12)
    assert next_working_day(date(2022, 12, 31)) == date(2023, 1, 3)
    assert next_working_day(date(2023, 1, 20)) == date(2023, 1, 27)


def test_a_break_longer_than_any_is_passed_all_the_same() -> None:
    first = date(2030, 3, 1)
    Holiday.objects.bulk_create(Holiday(day=first + timedelta(days=n), name="Nghỉ") for n in range(60))
    assert next_working_day(first) == date(2030, 5, 2)


def test_many_days_are_one_question(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    year = [date(2022, 1, 1) + timedelta(days=n) for n in range(365)]
    with django_assert_num_queries(1):
        found = days_off(year)
    assert len(found) == 365
    with django_assert_num_queries(1):
        assert next_working_days([date(2022, 12, 10), date(2022, 12, 25)]) == {
            date(2022, 12, 10): date(2022, 12, 12),
            date(2022, 12, 25): date(2022, 12, 26),
        }
    with django_assert_num_queries(0):
        assert days_off([]) == {}
        assert next_working_days([]) == {}
        assert law_days(2023)[date(2023, 1, 1)] == "Tết Dương lịch"
