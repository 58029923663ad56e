"""What the clock does for many rows: each at its turn, and one that is broken keeps no other waiting."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from django.db import InterfaceError, OperationalError

logger = logging.getLogger(__name__)
Row = TypeVar("Row")


def for_each(rows: Iterable[Row], act: Callable[[Row], int], *, told: str, key: Callable[[Row], int]) -> int:
    """Add up what `act` answers for each row; `told` goes to the server's log with the `key` of one that broke."""
    total = 0
    for row in rows:
        try:
            total += act(row)
        except (OperationalError, InterfaceError):
            raise  # The worker's own trouble: it waits and comes back.
        except Exception:
            logger.exception(told, key(row))
    return total
