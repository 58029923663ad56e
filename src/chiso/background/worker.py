"""The worker: the queue of django-tasks-db, run so that neither a kill nor a locked database loses a task."""

import logging
import time
import uuid
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from types import FrameType
from typing import Any, cast

from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, DEFAULT_TASK_QUEUE_NAME
from django_tasks.base import TaskContext, TaskResult
from django_tasks.utils import normalize_json
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from chiso.background import beats, process_time, recovery, stopping
from chiso.background.recovery import QueuedTask
from chiso.background.ticks import TickClock

logger = logging.getLogger(__name__)

# Locked, gone, restarting: the database's trouble, which passes. Anything else is the task's.
DATABASE_TROUBLE = (OperationalError, InterfaceError)


@dataclass(frozen=True)
class Pace:
    """Seconds. `dead_after` exceeds SQLite's wait for a lock (20): a patient worker is not dead."""

    beat_every: float = 5
    dead_after: float = 45
    look_every: float = 10
    idle: float = 0.5
    longest_wait: float = 10
    retry_task: float = 5


class ReliableWorker(Worker):
    """The library's worker between two looks around; see `chiso.background` for what it adds."""

    def __init__(self, worker_id: str, pace: Pace) -> None:
        super().__init__(
            queue_names=[DEFAULT_TASK_QUEUE_NAME],
            excluded_queue_names=[],
            backend_name=DEFAULT_TASK_BACKEND_ALIAS,
            worker_id=worker_id,
            interval=pace.idle,
            startup_delay=False,
            batch=True,  # `Worker.run` comes back when the queue is empty,
            max_tasks=20,  # or after so many tasks: a long queue must not keep us from looking.
        )
        self.pace = pace
        self.heartbeat = beats.Heartbeat(worker_id, pace.beat_every)
        self.ticks = TickClock()
        self.look_at = 0.0
        self.waiting = pace.idle

    def run(self) -> None:
        """Work until told to stop, then leave nothing half-owned behind."""
        try:
            while self.running:
                try:
                    self._look_around()
                    self._run_ready()
                    self.waiting = self.pace.idle
                except (DatabaseError, InterfaceError) as error:
                    self._wait_for_database(error)
        finally:
            self._leave()

    def run_task(self, db_task_result: QueuedTask) -> None:
        """Run one task and keep its outcome, however long the database takes to accept it."""
        self.running_task = True
        try:
            store = self._outcome(db_task_result)
            while not self._stored(db_task_result, store):
                pass
            self.waiting = self.pace.idle
        finally:
            self.running_task = False
            self._run_tasks += 1

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        """First signal: finish the task or the job in hand. Second: drop it; `_leave` puts a task back to the queue."""
        stopping.ask()
        if self.running_task and not self.running:
            raise SystemExit(0)
        self.running = False
        if not self.running_task:
            raise SystemExit(0)

    def _look_around(self) -> None:
        if not self.heartbeat.is_alive():
            recovery.bury_own(self.worker_id)
            beats.begin(self.worker_id)
            self.heartbeat.start()
        if time.monotonic() >= self.look_at:
            if count := recovery.bury_silent(self.pace.dead_after):
                logger.warning("Trả lại hàng đợi %d công việc của tiến trình đã dừng.", count)
            self.look_at = time.monotonic() + self.pace.look_every
        self.running_task = True
        try:
            self.ticks.run_due()
        finally:
            self.running_task = False

    def _run_ready(self) -> None:
        # Look before taking: the library locks the whole of SQLite to take a task, also when there is none.
        if DBTaskResult.objects.ready().filter(backend_name=self.backend_name).exists():
            self._run_tasks = 0
            super().run()
        else:
            time.sleep(self.pace.idle)

    def _outcome(self, task: QueuedTask) -> Callable[[], object]:
        """Run the task; return what is to be written about it."""
        try:
            value = _call(task)
        except DATABASE_TROUBLE as error:
            connection.close()
            at = process_time.now()
            return partial(recovery.give_back, task, error, at, wait=self.pace.retry_task)
        except Exception as error:
            logger.exception("Công việc %s (%s) thất bại.", task.task_path, task.pk)
            return partial(task.set_failed, error)
        return partial(task.set_successful, value)

    def _stored(self, task: QueuedTask, store: Callable[[], object]) -> bool:
        try:
            store()
        except DATABASE_TROUBLE as error:
            if not self.running:
                raise SystemExit(0) from error
            self._wait_for_database(error)
            return False
        except Exception as error:  # noqa: BLE001 - the database refuses the value itself, such as a NUL in a text
            task.set_failed(error)
        return True

    def _wait_for_database(self, error: Exception) -> None:
        logger.warning("Cơ sở dữ liệu chưa sẵn sàng, thử lại sau %.1f giây: %s", self.waiting, error)
        connection.close()
        time.sleep(self.waiting)
        self.waiting = min(self.waiting * 2, self.pace.longest_wait)

    def _leave(self) -> None:
        self.heartbeat.stop()
        try:
            connection.close()  # A signal may have come in the middle of a statement.
            recovery.leave(self.worker_id)
        except DATABASE_TROUBLE as error:
            logger.warning("Không kịp trả lại công việc đang làm: %s", error)  # The others hear our silence.
        connection.close()


def _call(task: QueuedTask) -> object:
    function = task.task
    result = cast(TaskResult[Any], task.task_result)  # The library has two classes of one shape.
    context = [TaskContext(task_result=result)] if function.takes_context else []
    # In a context of its own: the language or the origin that one task sets is not the next one's.
    value = copy_context().run(function.call, *context, *result.args, **result.kwargs)
    normalize_json(value)  # What cannot be stored is the task's mistake; found here, not while storing.
    return value


def run_worker(worker_id: str = "", pace: Pace | None = None) -> None:
    """Run tasks until SIGTERM or SIGINT. Django must be set up.

    A fixed `worker_id` promises that no other process has it: tasks begun under it are dead for certain.
    """
    worker = ReliableWorker(worker_id or uuid.uuid4().hex, pace or Pace())
    worker.configure_signals()
    worker.run()
