"""The two servers of a run, on the same database: `chiso serve`, and the floor on the same granian configuration."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from chiso.config.child import PARENT
from chiso.config.processes import answers, die_with

ROOT = Path(__file__).resolve().parent.parent
WORKERS = 2
STARTS_WITHIN = 90


def environment(data: Path, url: str, settings: str = "chiso.config.settings") -> dict[str, str]:
    """Nothing of the caller's chiso: the defaults, as on a server, and the data folder of this run."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CHISO_", "DJANGO_"))}
    ours = {"CHISO_DATA": str(data), "DJANGO_SETTINGS_MODULE": settings, "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"}
    return kept | ours | ({"CHISO_DATABASE_URL": url} if url else {})


def run_module(module: str, *words: str, env: dict[str, str]) -> str:
    """Run one of our modules to its end, and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        env=env,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        cwd=ROOT,
        preexec_fn=partial(die_with, os.getpid()),
    )
    return done.stdout


@dataclass
class Server:
    port: int
    process: "subprocess.Popen[bytes]"


@contextmanager
def serving(words: list[str], port: int, env: dict[str, str], log: Path) -> Iterator[Server]:
    """Keep a server running. However this process ends, the server ends too."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", *words],
            env=env | {PARENT: str(os.getpid())},
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=partial(die_with, os.getpid()),
        )
    try:
        _wait(process, port, log)
        yield Server(port, process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while not answers("127.0.0.1", port):
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"A server did not start:\n{log.read_text()}")
        time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def chiso(data: Path, url: str) -> Iterator[Server]:
    port = free_port()
    words = ["chiso.config.cli", "--data", str(data), "serve", "--port", str(port), "--workers", str(WORKERS)]
    with serving(words, port, environment(data, url), data / "chiso.log") as server:
        yield server


@contextmanager
def floor(data: Path, url: str) -> Iterator[Server]:
    """The web role of `chiso serve` itself, with the floor's settings."""
    port = free_port()
    words = ["chiso.config.child", "web", "127.0.0.1", str(port), str(WORKERS)]
    env = environment(data, url, "bench.floor.settings")
    with serving(words, port, env, data / "floor.log") as server:
        yield server
