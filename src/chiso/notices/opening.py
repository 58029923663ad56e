from datetime import datetime

from chiso.common.addresses import address
from chiso.notices.models import Notice
from chiso.organizations.models import User


def opening_url(notice: Notice) -> str:
    """Where a person opens a message; nothing for one that leads nowhere and was opened already."""
    return address("notices:open", notice.pk) if notice.url or notice.opened_at is None else ""


def record_opening(notice: Notice, at: datetime) -> None:
    """Keep when a person opened a message; the first time counts.

    No action: it changes nothing official, and the moment stands on the message itself.
    """
    if Notice.objects.filter(pk=notice.pk, opened_at=None).update(opened_at=at):
        notice.opened_at = at


def record_all(person: User, at: datetime, *, up_to: int) -> int:
    """Keep that a person has seen all messages up to the newest one of the page; what came later stays new."""
    return Notice.objects.visible_to(person).filter(opened_at=None, pk__lte=up_to).update(opened_at=at)
