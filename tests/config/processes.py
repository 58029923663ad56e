"""What the tests of the command and the server share."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path

Start = Callable[..., "subprocess.Popen[str]"]


def chiso(*words: str, data: Path) -> list[str]:
    return [sys.executable, "-m", "chiso.config.cli", "--data", str(data), *words]


def environment() -> dict[str, str]:
    """A shell's, not pytest's: the data folder is named on the command line, the database is SQLite there."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("CHISO_", "DJANGO_"))}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get_status(port: int) -> int:
    connection = HTTPConnection("localhost", port, timeout=10)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status
    finally:
        connection.close()


def wait_until(condition: Callable[[], object], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)


def descendants(pid: int) -> set[int]:
    """All living processes below `pid`."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            after_name = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # It has gone meanwhile.
            continue
        if after_name[0] != "Z":
            parents[int(folder.name)] = int(after_name[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def alive(pids: set[int]) -> set[int]:
    """Those that still run; a dead one that nobody has buried does not."""
    still = set()
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if state != "Z":
            still.add(pid)
    return still
