"""How long a reading may still take: asked between pages and parts, so that what was found by then is kept."""

from __future__ import annotations

import time


class OutOfTime(Exception):
    """The budget is spent; what was read so far still counts."""


class Budget:
    """Seconds from now on, of the machine's own clock that never jumps."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    def check(self) -> None:
        if time.monotonic() > self._until:
            raise OutOfTime
