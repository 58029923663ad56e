from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone, translation

from chiso.common import dates
from chiso.common.fields import DateField, NumberField


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("text", "day"), [("05/12/2022", date(2022, 12, 5)), ("15/12/2022", date(2022, 12, 15))])
def test_dates_are_day_first_in_both_languages(language: str, text: str, day: date) -> None:
    with translation.override(language):
        assert DateField().clean(text) == day
        assert dates.format_date(day) == text


@pytest.mark.parametrize("text", ["2022-12-15", "31/02/2022", "12/15/2022", "mai", ""])
def test_other_writings_of_dates_are_refused(text: str) -> None:
    with pytest.raises(dates.DateNotUnderstood, match="15/12/2022"):
        dates.parse_date(text)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_number_field_reads_the_vietnamese_way_in_both_languages(language: str) -> None:
    with translation.override(language):
        assert str(NumberField().clean("85,25")) == "85.25"
        assert str(NumberField().clean("1.234,5")) == "1234.5"


def at(text: str) -> datetime:
    return timezone.make_aware(datetime.strptime(text, "%d/%m/%Y %H:%M"))


def test_midnight_is_the_end_of_the_day_before() -> None:
    with translation.override("vi"):
        assert dates.format_deadline(at("15/12/2022 00:00")) == "hết 24 giờ ngày 14/12/2022"
        assert dates.format_deadline(at("15/12/2022 17:00")) == "đến 17:00 ngày 15/12/2022"


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (timedelta(days=2, hours=2, minutes=56), "Còn 2 ngày 2 giờ 56 phút"),
        (timedelta(days=9, hours=1, minutes=5), "Còn 9 ngày 1 giờ"),
        (timedelta(seconds=20), "Còn dưới 1 phút"),
        (-timedelta(days=1, hours=3), "Quá hạn 1 ngày 3 giờ"),
    ],
)
def test_remaining_time_is_said_in_words(left: timedelta, text: str) -> None:
    with translation.override("vi"):
        assert dates.format_remaining(left) == text
