"""`chiso serve`: web server and background worker of one data folder, kept alive and stopped together.

A child that dies is started again: after 1 second, then 2, 4 … 30, counted anew once it has lived a minute.
If the web server dies five times in a row, everything stops with exit code 1, for whoever watches us to see;
without the worker the pages still serve, so it is tried again for ever. Among the web processes, granian
replaces one that dies. No child outlives this process, not even after a `kill -9`: `processes.die_with`.
"""

import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from chiso.background.lock import DataFolderBusy, hold_data_folder
from chiso.config.child import PARENT
from chiso.config.processes import answers, port_problem, say

LOOK_EVERY = 0.1
LONGEST_WAIT = 30
STEADY_AFTER = 60
WEB_DEATHS_ALLOWED = 5
# SIGTERM; after so many seconds SIGTERM again (the worker drops its task and hands it back); then SIGKILL.
PATIENCE = (5, 3)


@dataclass
class Child:
    """A process of ours, and how often it died of late."""

    name: str
    words: list[str]
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0
    begun: float = 0
    start_at: float = 0

    def start(self) -> None:
        """Run the child in a session of its own."""
        self.begun = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-P", "-m", "chiso.config.child", *self.words],  # -P: not a module that lies about.
            env=os.environ | {PARENT: str(os.getpid())},
            start_new_session=True,  # Ctrl+C reaches us alone; we pass it on once, as SIGTERM.
        )

    def running(self) -> bool:
        """Say whether the process lives."""
        return self.process is not None and self.process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, SIGKILL to all that the child started."""
        if self.process and self.running():
            os.killpg(self.process.pid, number) if number is signal.SIGKILL else self.process.send_signal(number)

    def tend(self) -> None:
        """Start what should run and does not; say so, and wait longer each time."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_at:
                self.start()
        elif (code := self.process.poll()) is not None:
            self.deaths = 1 if now - self.begun > STEADY_AFTER else self.deaths + 1
            wait = min(2 ** (self.deaths - 1), LONGEST_WAIT)
            say(f"{self.name} dừng bất ngờ (mã {code}); khởi động lại sau {wait} giây.", error=True)
            self.process, self.start_at = None, now + wait


class Server:
    """Web and worker, from the first start to the last stop."""

    def __init__(self, data: Path, host: str, port: int, workers: int) -> None:
        self.host, self.port = host, port
        self.web = Child("Máy chủ web", ["web", host, str(port), str(workers)])
        self.worker = Child("Tiến trình nền", ["worker", worker_id(data)])
        self.stopping = False
        self.announced = False

    def run(self) -> int:
        """Serve until told to stop (0) or until it makes no sense to go on (1)."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:  # Under nohup, a closed terminal is no reason.
                signal.signal(number, self._stop)
        prepare = Child("Chuẩn bị", ["prepare"])
        try:
            if not self._prepared(prepare):
                return 0 if self.stopping else 1
            return self._tend()
        finally:
            self._end([self.web, self.worker, prepare])

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _prepared(self, prepare: Child) -> bool:
        prepare.start()
        while prepare.running() and not self.stopping:
            time.sleep(LOOK_EVERY)
        done = prepare.process is not None and prepare.process.poll() == 0
        if not done and not self.stopping:
            say("Không chuẩn bị được cơ sở dữ liệu; lý do ở các dòng trên.", error=True)
        return done

    def _tend(self) -> int:
        while not self.stopping:
            for child in (self.web, self.worker):
                child.tend()
            if self.web.deaths >= WEB_DEATHS_ALLOWED:
                say("Máy chủ web dừng năm lần liên tiếp; dừng tất cả.", error=True)
                return 1
            self._announce()
            time.sleep(LOOK_EVERY)
        say("Đang dừng…")
        return 0

    def _announce(self) -> None:
        if not self.announced and self.web.running() and answers(self.host, self.port):
            say(f"Đang phục vụ (serving): http://localhost:{self.port} - bấm Ctrl+C để dừng.")
            self.announced = True

    def _end(self, children: list[Child]) -> None:
        for patience in PATIENCE:
            for child in children:
                child.signal(signal.SIGTERM)
            until = time.monotonic() + patience
            while any(child.running() for child in children):
                if time.monotonic() > until:
                    break
                time.sleep(0.05)
        for child in children:
            child.signal(signal.SIGKILL)
            if child.process:
                child.process.wait()


def worker_id(data: Path) -> str:
    """Return the same name at every start.

    The lock on the folder sees to it that one process bears it, so a task that an earlier one left unfinished
    is known for dead without waiting.
    """
    place = f"{socket.gethostname()}:{data.resolve()}"
    return f"serve-{hashlib.sha256(place.encode()).hexdigest()[:24]}"


def serve(data: Path, host: str, port: int, workers: int) -> int:
    """Serve `data` at `host:port`; return the exit code."""
    try:
        with hold_data_folder(data, f"chiso serve, http://localhost:{port}"):
            if problem := port_problem(host, port):
                say(problem, error=True)
                return 1
            say(f"Chuẩn bị cơ sở dữ liệu và tệp tĩnh ({data}) …")
            return Server(data, host, port, workers).run()
    except DataFolderBusy as busy:
        say(str(busy), error=True)
        return 1
