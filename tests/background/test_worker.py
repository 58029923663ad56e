"""Real processes, on the real database: what happens when they are killed, stopped or locked out."""

import os
import signal
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from chiso.background.models import TaskDeath, WorkerBeat
from tests.background import tasks
from tests.background.processes import StartWorker, wait_until


def status(task: Any) -> str:
    return str(DBTaskResult.objects.get(pk=task.id).status)


def succeeded(task: Any) -> bool:
    return status(task) == TaskResultStatus.SUCCESSFUL


def lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


def test_task_of_a_killed_worker_is_run_by_another(start_worker: StartWorker, tmp_path: Path) -> None:
    file = tmp_path / "runs"
    task = tasks.hang_once.enqueue(str(file))
    start_worker()
    start_worker()
    wait_until(lambda: lines(file))

    os.kill(int(lines(file)[0]), signal.SIGKILL)

    wait_until(lambda: succeeded(task))
    assert len(set(lines(file))) == 2
    assert TaskDeath.objects.count() == 1


def test_living_worker_keeps_its_long_task(start_worker: StartWorker, tmp_path: Path) -> None:
    task = tasks.wait_for.enqueue(str(tmp_path / "runs"), str(tmp_path / "go"))
    start_worker()
    start_worker()
    wait_until(lambda: lines(tmp_path / "runs"))

    time.sleep(3)  # Longer than a silent worker is waited for.
    (tmp_path / "go").touch()

    wait_until(lambda: succeeded(task))
    assert lines(tmp_path / "runs") == ["begun", "ended"]
    assert TaskDeath.objects.count() == 0


def test_task_that_kills_its_workers_fails_after_five(start_worker: StartWorker) -> None:
    task = tasks.kill_worker.enqueue()

    for _ in range(5):
        start_worker("the-same").wait(timeout=20)
    start_worker("the-same")

    wait_until(lambda: status(task) == TaskResultStatus.FAILED)
    row = DBTaskResult.objects.get(pk=task.id)
    assert row.exception_class_path == "chiso.background.recovery.WorkerDied"
    assert len(row.worker_ids) == 5
    assert TaskDeath.objects.filter(task_id=task.id).count() == 5


def test_two_workers_share_the_queue_without_overlap(start_worker: StartWorker, tmp_path: Path) -> None:
    file = tmp_path / "runs"
    names = [f"{number:02}" for number in range(30)]
    for name in names:
        tasks.write_line.enqueue(str(file), name)

    start_worker()
    start_worker()

    wait_until(lambda: DBTaskResult.objects.successful().count() == 30)
    assert sorted(lines(file)) == names


def test_sigterm_lets_the_task_in_hand_end(start_worker: StartWorker, tmp_path: Path) -> None:
    in_hand = tasks.wait_for.enqueue(str(tmp_path / "runs"), str(tmp_path / "go"))
    worker = start_worker()
    wait_until(lambda: lines(tmp_path / "runs"))
    queued = tasks.write_line.enqueue(str(tmp_path / "other"), "x")

    worker.send_signal(signal.SIGTERM)
    time.sleep(0.2)
    (tmp_path / "go").touch()

    assert worker.wait(timeout=10) == 0
    assert [status(in_hand), status(queued)] == ["SUCCESSFUL", "READY"]
    assert WorkerBeat.objects.count() == 0


def test_second_sigterm_hands_the_task_back(start_worker: StartWorker, tmp_path: Path) -> None:
    task = tasks.hang_once.enqueue(str(tmp_path / "runs"))
    worker = start_worker()
    wait_until(lambda: lines(tmp_path / "runs"))

    worker.send_signal(signal.SIGTERM)
    time.sleep(0.2)
    assert worker.poll() is None
    worker.send_signal(signal.SIGTERM)

    assert worker.wait(timeout=10) == 0
    assert status(task) == TaskResultStatus.READY
    assert TaskDeath.objects.count() == 0


def test_sigterm_stops_an_idle_worker(start_worker: StartWorker) -> None:
    worker = start_worker()
    wait_until(lambda: WorkerBeat.objects.exists())

    worker.send_signal(signal.SIGTERM)

    assert worker.wait(timeout=10) == 0
    assert WorkerBeat.objects.count() == 0


def test_worker_survives_a_locked_database(start_worker: StartWorker, tmp_path: Path) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL locks rows, not the database")
    task = tasks.wait_for.enqueue(str(tmp_path / "runs"), str(tmp_path / "go"))
    worker = start_worker()
    wait_until(lambda: lines(tmp_path / "runs"))

    with sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        (tmp_path / "go").touch()
        wait_until(lambda: "locked" in (tmp_path / "worker-0.log").read_text())
        time.sleep(1)
        assert worker.poll() is None
        assert status(task) == TaskResultStatus.RUNNING
        other.execute("COMMIT")
    other.close()

    wait_until(lambda: succeeded(task))
    later = tasks.write_line.enqueue(str(tmp_path / "later"), "x")
    wait_until(lambda: succeeded(later))
    assert lines(tmp_path / "runs") == ["begun", "ended"]
    assert worker.poll() is None


def test_worker_waits_for_a_locked_database_to_take_a_task(start_worker: StartWorker, tmp_path: Path) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL locks rows, not the database")
    task = tasks.write_line.enqueue(str(tmp_path / "runs"), "x")

    with sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        worker = start_worker()
        wait_until(lambda: (tmp_path / "worker-0.log").read_text().count("locked") >= 2)
        assert worker.poll() is None
        other.execute("COMMIT")
    other.close()

    wait_until(lambda: succeeded(task))


def test_worker_survives_a_lost_connection(start_worker: StartWorker, tmp_path: Path) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no connection to lose")
    task = tasks.wait_for.enqueue(str(tmp_path / "runs"), str(tmp_path / "go"))
    worker = start_worker()
    wait_until(lambda: lines(tmp_path / "runs"))

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    (tmp_path / "go").touch()

    wait_until(lambda: succeeded(task))
    assert worker.poll() is None


@pytest.mark.parametrize(
    ("task", "error"),
    [(tasks.refuse, "builtins.ValueError"), (tasks.return_what_json_lacks, "builtins.TypeError")],
)
def test_failing_task_fails_and_the_worker_goes_on(
    start_worker: StartWorker, tmp_path: Path, task: Any, error: str
) -> None:
    failing = task.enqueue()
    later = tasks.write_line.enqueue(str(tmp_path / "later"), "x")

    start_worker()

    wait_until(lambda: succeeded(later))
    row = DBTaskResult.objects.get(pk=failing.id)
    assert (row.status, row.exception_class_path) == (TaskResultStatus.FAILED, error)


def test_task_that_finds_the_database_locked_is_tried_again(start_worker: StartWorker, tmp_path: Path) -> None:
    task = tasks.find_database_locked.enqueue(str(tmp_path / "runs"))

    start_worker()

    wait_until(lambda: succeeded(task))
    assert lines(tmp_path / "runs") == ["tried", "tried"]
    assert TaskDeath.objects.get().reason == "database is locked"


def test_language_of_one_task_is_not_the_next_ones(start_worker: StartWorker) -> None:
    first = tasks.change_language.enqueue("en")
    second = tasks.change_language.enqueue("en")

    start_worker()

    wait_until(lambda: succeeded(first) and succeeded(second))
    assert DBTaskResult.objects.get(pk=second.id).return_value == "vi"
