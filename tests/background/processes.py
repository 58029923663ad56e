"""What the tests of the worker share."""

import subprocess
import time
from collections.abc import Callable

StartWorker = Callable[..., "subprocess.Popen[str]"]


def wait_until(condition: Callable[[], object], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.03)
