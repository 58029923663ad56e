"""What the worker does from time to time; the clock is read here."""

from chiso.background import ticks
from chiso.evidence import receiving
from chiso.organizations import clock


def register() -> None:
    ticks.register("prune-uploads", 3600, prune_uploads)


def prune_uploads() -> None:
    """Remove uploads that nobody sent on for days."""
    receiving.prune(clock.now())
