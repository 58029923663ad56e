"""The process that opens files from outside: `python -m chiso.evidence.reading.child`.

One request a line on standard input, one answer a line on standard output, until the input ends: so it dies with its
parent. It may write no file, start no process, and take so much memory and time; whatever a crafted file does to it,
the parent starts another.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from chiso.evidence.reading import kinds
from chiso.evidence.reading.opening import read_file
from chiso.evidence.reading.result import FindingCode, Reading

MEMORY = 1536 * 1024 * 1024
OPEN_FILES = 64
GRACE = 2.0
"""Seconds beyond its budget after which a reading is killed, by the alarm here and by the parent."""

_PAGES_SHARE = 0.7
"""Of the time of a thorough reading; the rest is for the signatures."""


def main() -> None:
    """Answer requests until there are none."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # What a library prints is no answer.
    _give_up_rights()
    import chiso.evidence.reading.pdf  # noqa: F401, PLC0415 most files are PDF: load it before the first one comes

    for line in sys.stdin:
        answers.write(json.dumps(answer(json.loads(line)).to_json()) + "\n")
        answers.flush()


def answer(request: dict[str, Any]) -> Reading:
    """Read one file within its time; whatever goes wrong in Python is an unreadable file."""
    seconds = float(request["seconds"])
    _set_alarm(seconds + GRACE)
    try:
        return _read(Path(request["path"]), seconds, request)
    except Exception:  # noqa: BLE001 MemoryError and all that a library may raise
        return Reading().with_finding(FindingCode.UNREADABLE)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _read(path: Path, seconds: float, request: dict[str, Any]) -> Reading:
    share = _PAGES_SHARE if request["thoroughly"] else 1
    reading = read_file(path, seconds=seconds * share, thoroughly=request["thoroughly"])
    if not request["thoroughly"]:
        return reading
    if not reading.complete:
        reading = reading.with_finding(FindingCode.PARTLY_READ)
    if reading.signature_count and reading.media_type == kinds.PDF:
        from chiso.evidence.reading.signatures import verify  # noqa: PLC0415 a second and 60 MB, only when needed

        trust = Path(request["trust"]) if request["trust"] else None
        signatures = verify(path, trust)
        return replace(reading, signatures=signatures, signatures_verified=True)
    return replace(reading, signatures_verified=True)


def _set_alarm(seconds: float) -> None:
    """The kernel ends this process: in C code no Python exception would come through."""
    signal.setitimer(signal.ITIMER_REAL, seconds)
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime + seconds) + 1, keep_hard=True)


def _give_up_rights() -> None:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    _limit(resource.RLIMIT_AS, MEMORY)
    _limit(resource.RLIMIT_NOFILE, OPEN_FILES)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_NPROC, 0)


def _limit(kind: int, value: int, *, keep_hard: bool = False) -> None:
    hard = resource.getrlimit(kind)[1]
    with contextlib.suppress(ValueError, OSError):  # Not every system knows every limit; the parent's clock remains.
        resource.setrlimit(kind, (value, hard if keep_hard else value))


if __name__ == "__main__":
    main()
