from collections.abc import Iterable
from datetime import datetime

from django.utils.text import Truncator

from chiso.notices.models import DETAIL_LENGTH, Notice
from chiso.organizations.models import User


def send(recipients: Iterable[User], text: str, at: datetime, *, url: str = "", detail: str = "") -> None:
    """Put one message into the inbox of each person, inside the transaction of what it tells.

    Whoever is not active any more is told nothing. `text` leaves the product by mail. What somebody typed, as a
    reason, is the `detail`: it never does.
    """
    kept = Truncator(detail.strip()).chars(DETAIL_LENGTH)
    Notice.objects.bulk_create(
        [
            Notice(recipient=person, text=text[:300], detail=kept, url=url, sent_at=at)
            for person in dict.fromkeys(recipients)
            if person.is_active
        ]
    )
