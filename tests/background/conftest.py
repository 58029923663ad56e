import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from tests.background.processes import StartWorker, wait_until

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _real_queue(settings: Settings) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def others_connected() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])


@pytest.fixture
def start_worker(transactional_db: None, tmp_path: Path) -> Iterator[StartWorker]:
    """Start worker processes on the database of the test; none outlives it."""
    started: list[subprocess.Popen[str]] = []

    def start(name: str = "") -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.background.worker_process", *([name] if name else [])],
            cwd=ROOT,
            env=os.environ
            | {
                "DJANGO_SETTINGS_MODULE": "tests.background.worker_settings",
                "TEST_DATABASE_NAME": str(connection.settings_dict["NAME"]),
            },
            stderr=(tmp_path / f"worker-{len(started)}.log").open("w"),
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.send_signal(signal.SIGKILL)
        process.wait()
    if connection.vendor == "postgresql":  # It takes a moment to notice; until then the database can't be dropped.
        wait_until(lambda: not others_connected())
