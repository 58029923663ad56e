"""Servers as real processes, on SQLite in a folder of their own."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.config.processes import Start, chiso, descendants, environment, wait_until


def _heed_interrupts() -> None:
    """A suite that runs in the background ignores Ctrl+C, and so would all that it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture
def start(data: Path) -> Iterator[Start]:
    """Start `chiso serve` and wait until it says that it serves; what is left is killed after the test."""
    started: list[subprocess.Popen[str]] = []

    def run(port: int) -> "subprocess.Popen[str]":
        log = data / f"serve-{port}.log"
        process = subprocess.Popen(
            chiso("serve", "--port", str(port), data=data),
            env=environment(),
            stdout=log.open("w"),
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=_heed_interrupts,
        )
        started.append(process)
        wait_until(lambda: "serving" in log.read_text() or process.poll() is not None, 60)
        assert process.poll() is None, log.read_text()
        return process

    yield run
    for process in started:
        for pid in descendants(process.pid) | {process.pid}:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        process.wait()
