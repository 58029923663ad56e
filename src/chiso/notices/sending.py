from collections.abc import Iterable
from datetime import datetime

from chiso.notices.models import Notice
from chiso.organizations.models import User


def send(recipients: Iterable[User], text: str, at: datetime, *, url: str = "") -> None:
    """Put one message into the inbox of each person, inside the transaction of what it tells."""
    Notice.objects.bulk_create(
        [Notice(recipient=person, text=text[:300], url=url, sent_at=at) for person in dict.fromkeys(recipients)]
    )
