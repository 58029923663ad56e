from collections.abc import Iterator
from datetime import timedelta

import pytest

from chiso.background import process_time, ticks
from chiso.background.models import TickRun


@pytest.fixture(autouse=True)
def _no_other_ticks() -> Iterator[None]:
    kept = dict(ticks._registered)
    ticks._registered.clear()
    yield
    ticks._registered.clear()
    ticks._registered.update(kept)


@pytest.mark.django_db
def test_tick_runs_on_one_of_two_workers_and_again_when_due() -> None:
    ran: list[int] = []
    ticks.register("open-stages", 60, lambda: ran.append(1))

    for _ in range(2):
        ticks.TickClock().run_due()
    assert ran == [1]

    TickRun.objects.update(ran_at=process_time.now() - timedelta(seconds=59))
    for _ in range(2):
        ticks.TickClock().run_due()
    assert ran == [1, 1]


@pytest.mark.django_db
def test_one_worker_does_not_ask_the_database_before_the_time(django_assert_num_queries: object) -> None:
    ran: list[int] = []
    ticks.register("open-stages", 60, lambda: ran.append(1))
    clock = ticks.TickClock()
    clock.run_due()

    with django_assert_num_queries(0):  # type: ignore[operator]
        clock.run_due()


@pytest.mark.django_db
def test_broken_tick_is_logged_and_stops_no_other(caplog: pytest.LogCaptureFixture) -> None:
    ran: list[int] = []
    ticks.register("broken", 60, lambda: 1 // 0)
    ticks.register("sound", 60, lambda: ran.append(1))

    ticks.TickClock().run_due()

    assert ran == [1]
    assert "broken" in caplog.text
