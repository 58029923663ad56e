"""How the other side took a message, in the words of the record."""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

_LENGTH = 200


class Kind(Enum):
    """What is known after a try."""

    ACCEPTED = "accepted"
    LATER = "later"
    """Not accepted, and worth another try."""
    REFUSED = "refused"
    LOST = "lost"
    """The line broke after everything was said: perhaps accepted."""


@dataclass(frozen=True)
class Answer:
    """`stops`: the other side is in trouble, or wants a pause: nothing else is tried now; `wait`: it said how long."""

    kind: Kind
    reason: str = ""
    stops: bool = False
    wait: timedelta | None = None


class Unreachable(Exception):
    """The server does not answer at all; nothing was said to it. The message says why."""


def printable(said: bytes | str) -> str:
    """What a server said, short and on one line: it is kept and shown."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line[:_LENGTH]
