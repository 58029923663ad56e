from datetime import date, datetime, timedelta

import pytest

from chiso.rounds.deadlines import end_of_month, ends_at, late_days
from tests.world import moment

DAY = date(2022, 12, 15)


@pytest.mark.parametrize(
    ("kind", "counts", "end"),
    [
        ("before", False, "15/12/2022 00:00"),
        ("before", True, "16/12/2022 00:00"),
        ("latest", False, "16/12/2022 00:00"),
        ("period", False, "16/12/2022 00:00"),
    ],
)
def test_deadline_ends_where_its_wording_says(kind: str, counts: bool, end: str) -> None:
    assert ends_at(kind, DAY, before_counts_day=counts) == moment(end)


def test_heading_rows_have_no_end() -> None:
    assert ends_at("group", None) is None


@pytest.mark.parametrize(
    ("month", "last"), [((2022, 12), 31), ((2023, 2), 28), ((2024, 2), 29), ((2023, 4), 30), ((2022, 1), 31)]
)
def test_end_of_month(month: tuple[int, int], last: int) -> None:
    assert end_of_month(date(*month, 1)).day == last


END = moment("15/12/2022 00:00")


@pytest.mark.parametrize(
    ("at", "days"),
    [
        (END - timedelta(seconds=1), 0),
        (END, 0),
        (END + timedelta(seconds=1), 1),
        (END + timedelta(days=1), 1),
        (END + timedelta(days=1, seconds=1), 2),
        (END + timedelta(days=5), 5),
    ],
)
def test_late_days_are_counted_to_the_second(at: datetime, days: int) -> None:
    assert late_days(END, at) == days
