"""What the clock may remove once it was kept long enough: never what somebody still waits for, nor what proves a chase.

- A delivery that is queued, under way or unknown waits for the worker or for a person.
- A message that nobody opened stays while a round runs that had begun when it was sent.
- A message that belongs to a reminder stays with it: it shows who was chased, when, and by which letter.
- The audit log is never touched.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Min, QuerySet

from chiso.notices.choices import DeliveryState
from chiso.notices.models import Delivery, Notice
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Round

_OVER = (DeliveryState.SENT, DeliveryState.FAILED)


class Kind(StrEnum):
    """What is removed."""

    NOTICES = "notices"
    DELIVERIES = "deliveries"


def rows_before(kind: Kind, before: datetime) -> QuerySet[Any]:
    """The rows of a kind from before a moment that may go."""
    if kind == Kind.DELIVERIES:
        return Delivery.objects.filter(state__in=_OVER, queued_at__lt=before)
    rows = Notice.objects.filter(sent_at__lt=before, reminder=None)
    begun = Round.objects.exclude(stage=StageKey.PUBLISHED).aggregate(first=Min("created_at"))["first"]
    return rows.exclude(opened_at=None, sent_at__gte=begun) if begun else rows
