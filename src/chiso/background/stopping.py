"""Whether this process was asked to stop: for a job of many steps, which then ends between two of them."""

import threading

_asked = threading.Event()


def ask() -> None:
    """Have the jobs in hand end soon."""
    _asked.set()


def asked() -> bool:
    """Say whether to begin nothing more."""
    return _asked.is_set()
