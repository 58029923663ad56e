from datetime import datetime

from chiso.notices.models import Notice


def record_opening(notice: Notice, at: datetime) -> None:
    """Keep when a person opened a message; the first time counts.

    No action: it changes nothing official, and the moment stands on the message itself.
    """
    if Notice.objects.filter(pk=notice.pk, opened_at=None).update(opened_at=at):
        notice.opened_at = at
