"""What grows for ever is removed once it was kept long enough (dọn bản ghi hết thời hạn lưu).

The worker calls `run` every hour. What goes is counted by whole days, so the first run of a day finds all of it and the
others nothing, save what a run left: one that was killed, asked to stop, or that had more to do than its share. Each
batch is a transaction of its own, short enough for people to write in between.

Uploads that nobody sent on are removed by `evidence.housekeeping`, after days and not after a year.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.timezone import localdate

from chiso.audit import origin
from chiso.background import process_time, stopping
from chiso.background.pruning import prune_tasks
from chiso.common.dates import start_of_day
from chiso.common.refusals import RuleViolation
from chiso.organizations import sessions
from chiso.organizations.clock_person import clock_person
from chiso.tracking.actions.pruning import prune_records
from chiso.tracking.keeping import Kind, rows_before

ORIGIN = "pruning"
AT_ONCE = 500
BATCHES = 40
"""The most that one run does of a kind: the worker has other work too."""
LEAST_DAYS = 7
"""Messages of the last days may still have to go out: fewer days than these count as these."""
_PAUSE = 0.05
logger = logging.getLogger(__name__)


def run(at: datetime) -> int:
    """Remove what was kept long enough; answers how many rows went. 0 days keep for ever."""
    return sum(_in_batches(job) for job in _jobs(at))


def _jobs(at: datetime) -> list[Callable[[], int]]:
    jobs: list[Callable[[], int]] = [lambda: sessions.prune(AT_ONCE)]
    if since := _kept_since(settings.KEEP_TASKS_DAYS, process_time.now()):
        jobs.append(lambda: prune_tasks(since, AT_ONCE))
    kept = {Kind.NOTICES: settings.KEEP_NOTICES_DAYS, Kind.DELIVERIES: settings.KEEP_DELIVERIES_DAYS}
    for kind, days in kept.items():
        if before := _kept_since(days, at):
            jobs.append(_prune(kind, before, at))
    return jobs


def _kept_since(days: int, at: datetime) -> datetime | None:
    return start_of_day(localdate(at) - timedelta(days=max(days, LEAST_DAYS))) if days > 0 else None


def _prune(kind: Kind, before: datetime, at: datetime) -> Callable[[], int]:
    def batch() -> int:
        if not rows_before(kind, before).exists():
            return 0
        clock = clock_person()
        try:
            with origin.acting_from(ORIGIN):
                return prune_records(clock, clock, at, kind=kind, before=before, most=AT_ONCE)
        except RuleViolation:
            return 0  # Another worker was faster.

    return batch


def _in_batches(job: Callable[[], int]) -> int:
    total = 0
    for _number in range(BATCHES):
        if stopping.asked():
            break
        count = job()
        total += count
        if count < AT_ONCE:
            break
        time.sleep(_PAUSE)  # Whoever waits for the lock of SQLite gets it now.
    return total
