"""The door to the process that opens files from outside: started when first needed, killed when it takes too long.

Each web worker and each background worker has one. Nothing that a file does shows here but as a finding.
"""

import atexit
import json
import logging
import os
import selectors
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File

from chiso.evidence.reading import FindingCode, Reading

logger = logging.getLogger(__name__)

QUICK = 1.0
"""Seconds that the reading of an upload may take; what is left is read in the background."""
FULL = 120.0
_GRACE = 3.0
_START = 15.0
_RECYCLED_AFTER = 500
_LONGEST_ANSWER = 1024 * 1024


class ReadingProcess:
    """One child at a time; calls from several threads wait for each other."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._served = 0

    def read(self, path: Path, *, seconds: float, thoroughly: bool = False) -> Reading:
        """Read one file; a crash, or more than `seconds` and some grace, is the finding “unreadable”."""
        request = {
            "path": str(path.resolve()),
            "seconds": seconds,
            "thoroughly": thoroughly,
            "trust": str(settings.EVIDENCE_TRUST_DIR),
        }
        with self._lock:
            try:
                answer = self._ask(request, seconds + _GRACE)
            except (OSError, EOFError, ValueError) as trouble:
                logger.warning("Tiến trình đọc tài liệu đã dừng: %r", trouble)
                self._stop()
                answer = {}
        return Reading.from_json(answer) or Reading().with_finding(FindingCode.UNREADABLE)

    def close(self) -> None:
        """End the child; the next call starts another."""
        with self._lock:
            self._stop()

    def _ask(self, request: dict[str, Any], timeout: float) -> dict[str, Any]:
        child, is_new = self._running()
        if child.stdin is None or child.stdout is None:
            raise ValueError("no pipes")
        child.stdin.write(json.dumps(request).encode() + b"\n")
        child.stdin.flush()
        line = _line_within(child.stdout.fileno(), timeout + (_START if is_new else 0))
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _running(self) -> tuple["subprocess.Popen[bytes]", bool]:
        if self._child and self._owner != os.getpid():
            self._child = None  # This process was forked: the child is our parent's.
        if self._child and (self._served >= _RECYCLED_AFTER or self._child.poll() is not None):
            self._stop()
        self._served += 1
        if self._child:
            return self._child, False
        self._child, self._owner, self._served = _start(), os.getpid(), 1
        return self._child, True

    def _stop(self) -> None:
        if self._child and self._owner == os.getpid():
            self._child.kill()
            for pipe in (self._child.stdin, self._child.stdout):
                with suppress(OSError):
                    if pipe:
                        pipe.close()
            self._child.wait()
        self._child = None


def _start() -> "subprocess.Popen[bytes]":
    """Start the child without our secrets: neither the key nor the database's address is in its surroundings."""
    environment = {"LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", "PATH": os.environ.get("PATH", "")}
    if "PYTHONPATH" in os.environ:
        environment["PYTHONPATH"] = os.environ["PYTHONPATH"]
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "chiso.evidence.reading.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd="/",
    )


def _line_within(descriptor: int, seconds: float) -> bytes:
    until = time.monotonic() + seconds
    answer = b""
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while not answer.endswith(b"\n"):
            if not selector.select(max(until - time.monotonic(), 0)):
                raise TimeoutError(f"{seconds:g} s")
            block = os.read(descriptor, 65536)
            answer += block
            if not block or len(answer) > _LONGEST_ANSWER:
                raise EOFError
    return answer


_process = ReadingProcess()
atexit.register(_process.close)


def read_quickly(file: File[bytes]) -> Reading:
    """Read an upload within a second, before anything of it is stored."""
    with on_disk(file) as path:
        return _process.read(path, seconds=QUICK)


def read_fully(file: File[bytes]) -> Reading:
    """Read everything, draw pages without text, verify signatures; for the background."""
    with on_disk(file) as path:
        return _process.read(path, seconds=FULL, thoroughly=True)


@contextmanager
def on_disk(file: File[bytes]) -> Iterator[Path]:
    """Where the bytes of a file lie; those that lie in memory or far away are copied for the time of the block."""
    if path := _path_of(file):
        yield path
        return
    with tempfile.NamedTemporaryFile(prefix="chiso-read-") as copy:
        file.seek(0)
        shutil.copyfileobj(file, copy, 1024 * 1024)
        copy.flush()
        file.seek(0)
        yield Path(copy.name)


def _path_of(file: File[bytes]) -> Path | None:
    """The path of the very file that is open, or None."""
    opened = getattr(file, "file", None)
    opened = getattr(opened, "file", opened)
    name = getattr(opened, "name", None)
    if not isinstance(name, str):
        return None
    with suppress(OSError, ValueError, AttributeError):
        file.flush()
        if os.path.samestat(Path(name).stat(), os.fstat(opened.fileno())):  # type: ignore[union-attr]
            return Path(name)
    return None
