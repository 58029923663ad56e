"""What the worker does twice a minute: digests are made and go out. The clock is read here."""

from datetime import datetime

from chiso.background import ticks
from chiso.notices.channels import open_channels
from chiso.notices.composing import compose
from chiso.notices.dispatch import bury_silent, dispatch
from chiso.notices.quiet import is_quiet
from chiso.organizations import clock


def register() -> None:
    ticks.register("post-messages", 30, lambda: run(clock.now()))


def run(at: datetime) -> None:
    """Tell people outside the product what they have not read in it, unless the hour is quiet."""
    bury_silent(at)
    channels = open_channels()
    if not channels or is_quiet(at):
        return
    compose(at)
    for channel in channels:
        dispatch(channel, at)
