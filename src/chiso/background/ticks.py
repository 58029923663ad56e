"""Jobs that come again and again. With several workers, each due time is taken by one of them."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import InterfaceError, OperationalError

from chiso.background import process_time
from chiso.background.models import TickRun

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Tick:
    """A job, known by its name, due `every_seconds`."""

    name: str
    every_seconds: float
    function: Callable[[], object]


_registered: dict[str, Tick] = {}


def register(name: str, every_seconds: float, function: Callable[[], object]) -> None:
    """Have `function()` called about `every_seconds` by one worker. Call this from an `AppConfig.ready`.

    The function must bear being stopped at any point and called again: keep it short, queue tasks for more. A worker
    that is asked to stop lets it end, but not for long: whoever does many things one by one asks `stopping` between.
    """
    _registered[name] = Tick(name, every_seconds, function)


class TickClock:
    """What one worker remembers: when to ask the database again whether a job is due."""

    def __init__(self) -> None:
        self._ask_at: dict[str, float] = {}

    def run_due(self) -> None:
        """Run the jobs that are due and that no other worker has taken."""
        for tick in _registered.values():
            if time.monotonic() < self._ask_at.get(tick.name, 0):
                continue
            self._ask_at[tick.name] = time.monotonic() + tick.every_seconds
            if _take_turn(tick):
                _run(tick)


def _take_turn(tick: Tick) -> bool:
    """Compare and set: of the workers that ask at the same time, one gets the turn."""
    now = process_time.now()
    row, is_new = TickRun.objects.get_or_create(name=tick.name, defaults={"ran_at": now})
    if is_new:
        return True
    # A tenth early is in time: workers ask on their own clocks, and must not skip a turn by milliseconds.
    latest = now - timedelta(seconds=tick.every_seconds * 0.9)
    return TickRun.objects.filter(pk=row.pk, ran_at__lte=latest).update(ran_at=now) == 1


def _run(tick: Tick) -> None:
    try:
        tick.function()
    except (OperationalError, InterfaceError):
        raise  # The worker's own trouble: it waits and comes back.
    except Exception:  # One broken job must not stop the queue: it is logged, and comes again.
        logger.exception("Việc định kỳ %s bị lỗi.", tick.name)
