"""One next step (việc cần làm), and the words that steps share."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

_CODES_SHOWN = 8


@dataclass(frozen=True)
class Bar:
    """How far a work is, as the component `progress` draws it."""

    value: int
    max: int
    label: str


@dataclass(frozen=True)
class Step:
    """What a person must do, by when, and where; a step without `action` only says how far something is."""

    title: str
    url: str
    action: str = ""
    note: str = ""
    due: datetime | None = None
    progress: Bar | None = None
    is_blocking: bool = False
    """Others wait for it, or it went wrong: it comes before steps with the same deadline."""


def codes_in_words(codes: Iterable[str]) -> str:
    """`3.2.1, 3.2.2, 6.1`, and how many more there are."""
    listed = list(codes)
    words = ", ".join(listed[:_CODES_SHOWN])
    more = len(listed) - _CODES_SHOWN
    return _("%(codes)s và %(count)d tiêu chí khác") % {"codes": words, "count": more} if more > 0 else words
