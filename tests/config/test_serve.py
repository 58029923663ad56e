"""`chiso serve` as it is used: started, doubled, hurt, stopped, killed."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from tests.config.processes import (
    Start,
    alive,
    chiso,
    descendants,
    environment,
    free_port,
    get_status,
    wait_until,
)

# One data folder, so one server at a time: these tests stay together when others run in parallel.
pytestmark = pytest.mark.xdist_group("serve")


def refused(*words: str, data: Path) -> str:
    """Run a command that shall end with exit code 1; return what it says."""
    result = subprocess.run(
        chiso(*words, data=data), env=environment(), capture_output=True, text=True, check=False, timeout=30
    )
    assert (result.returncode, "Traceback" in result.stderr) == (1, False), result.stderr
    return result.stderr


def commands(pids: set[int]) -> list[str]:
    """The roles that the processes play; one just forked has no role yet."""
    words = [Path(f"/proc/{pid}/cmdline").read_text().split("\0") for pid in pids]
    return sorted(line[line.index("chiso.config.child") + 1] for line in words if "chiso.config.child" in line)


def test_server_answers_refuses_a_second_and_stops_when_told(start: Start, data: Path) -> None:
    port = free_port()
    server = start(port)
    family = descendants(server.pid)
    assert commands(family) == ["web", "web", "web", "worker"]
    assert get_status(port) < 500

    message = refused("serve", "--port", str(free_port()), data=data)
    assert f"http://localhost:{port} (tiến trình {server.pid}" in message

    begun = time.monotonic()
    server.send_signal(signal.SIGTERM)
    assert server.wait(timeout=30) == 0
    assert time.monotonic() - begun < 5
    assert alive(family) == set()


def test_children_that_die_are_replaced(start: Start, data: Path) -> None:
    port = free_port()
    server = start(port)
    before = descendants(server.pid)
    worker, *_ = (pid for pid in before if commands({pid}) == ["worker"])
    one_web, *_ = (pid for pid in before if before & descendants(pid) == set() and pid != worker)

    os.kill(worker, signal.SIGKILL)
    os.kill(one_web, signal.SIGKILL)

    wait_until(lambda: not before & {worker, one_web} & alive(before))
    wait_until(lambda: commands(descendants(server.pid)) == ["web", "web", "web", "worker"])
    assert get_status(port) < 500
    assert "Tiến trình nền dừng bất ngờ (mã -9)" in (data / f"serve-{port}.log").read_text()


def test_killed_server_leaves_no_child_and_no_lock(start: Start) -> None:
    server = start(free_port())
    family = descendants(server.pid)
    assert len(family) == 4

    server.send_signal(signal.SIGKILL)

    wait_until(lambda: not alive(family), seconds=5)
    again = start(free_port())
    again.send_signal(signal.SIGINT)
    assert again.wait(timeout=30) == 0


def test_port_in_use_is_said(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        message = refused("serve", "--port", str(port), data=tmp_path)

    assert message == (
        f"Không mở được cổng {port} tại 127.0.0.1: một chương trình khác đang dùng cổng này."
        " Hãy chọn cổng khác bằng --port.\n"
    )
