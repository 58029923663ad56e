"""What the worker does from time to time; the clock is read here."""

from chiso.background import ticks
from chiso.evidence import receiving, tasks
from chiso.organizations import clock


def register() -> None:
    ticks.register("prune-uploads", 3600, prune_uploads)
    ticks.register("settle-readings", 60, settle_readings)


def prune_uploads() -> None:
    """Remove uploads that nobody sent on for days."""
    receiving.prune(clock.now())


def settle_readings() -> None:
    """No document is said to be read for ever."""
    tasks.settle_broken(clock.now())
