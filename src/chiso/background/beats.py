"""A worker's sign of life, written from a thread so that a long task does not silence it."""

import logging
import os
import socket
import threading
from datetime import timedelta

from django.db import DatabaseError, InterfaceError, connection

from chiso.background import process_time
from chiso.background.models import WorkerBeat

logger = logging.getLogger(__name__)

KEEP_SILENT = timedelta(days=1)


class Heartbeat(threading.Thread):
    """Says every few seconds that `worker_id` lives, until stopped or until the process ends."""

    def __init__(self, worker_id: str, every: float) -> None:
        super().__init__(name="heartbeat", daemon=True)
        self.worker_id = worker_id
        self.every = every
        self._stopping = threading.Event()

    def run(self) -> None:
        """Beat on a connection of this thread's own."""
        try:
            while not self._stopping.wait(self.every):
                try:
                    beat(self.worker_id)
                except (DatabaseError, InterfaceError) as error:
                    logger.warning("Chưa ghi được nhịp báo sống: %s", error)
                    connection.close()
        finally:
            connection.close()

    def stop(self) -> None:
        """Beat no more."""
        self._stopping.set()
        if self.is_alive():
            self.join(timeout=1)


def beat(worker_id: str) -> None:
    """Write that the worker lives now."""
    now = process_time.now()
    if not WorkerBeat.objects.filter(worker_id=worker_id).update(seen_at=now):
        begin(worker_id)


def begin(worker_id: str) -> None:
    """Write that a worker starts, and forget those silent for a day."""
    now = process_time.now()
    WorkerBeat.objects.filter(seen_at__lt=now - KEEP_SILENT).delete()
    WorkerBeat.objects.update_or_create(
        worker_id=worker_id,
        defaults={"host": socket.gethostname(), "pid": os.getpid(), "started_at": now, "seen_at": now},
    )
