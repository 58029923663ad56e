"""The clocks of stages and terms at the next request, for when the worker was down at the moment that one ended."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import localdate

from chiso.tracking import stage_clock, term_clock

logger = logging.getLogger(__name__)

ASK_EVERY = timedelta(minutes=1)
LEAVE_FOR = timedelta(minutes=10)
"""How long a stage that could not be moved is left to the worker: its guard is too dear for every minute."""


class StageClockMiddleware:
    """At most once a minute in each process, and first thing on a new day, have what is due done before the page.

    Normally the worker was faster, and this costs two queries a minute. A failure is logged and breaks no request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._asked_at: datetime | None = None
        self._left: dict[stage_clock.Due, datetime] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        at: datetime = request.now  # type: ignore[attr-defined]  # put there by ClockMiddleware
        if settings.STAGE_CLOCK_IN_REQUESTS and (
            _is_time(self._asked_at, ASK_EVERY, at) or _is_new_day(self._asked_at, at)
        ):
            self._asked_at = at
            try:
                self._run(at)
            except Exception:  # Whatever is wrong with the clock, people must be able to work.
                logger.exception("Đồng hồ giai đoạn bị lỗi khi chạy trong một yêu cầu.")
        return self.get_response(request)

    def _run(self, at: datetime) -> None:
        term_clock.run(at)
        for due in stage_clock.due(at):
            if not _is_time(self._left.get(due), LEAVE_FOR, at):
                continue
            self._left[due] = at  # Before it is tried: a round that breaks must not keep the others waiting again.
            if stage_clock.work_off(due, at):
                del self._left[due]


def _is_time(last: datetime | None, every: timedelta, at: datetime) -> bool:
    """Whether so long has passed; a clock that was set back counts as passed."""
    return last is None or abs(at - last) >= every


def _is_new_day(last: datetime | None, at: datetime) -> bool:
    """Whether midnight has passed: who sat until yesterday must not act in the first minute of today."""
    return last is None or localdate(last) != localdate(at)
