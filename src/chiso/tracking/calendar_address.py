"""The secret address of a calendar: signed from the person and the version, so that nothing stored opens it."""

from django.core.signing import BadSignature, Signer

from chiso.common.addresses import address
from chiso.organizations.models import User
from chiso.tracking.models import CalendarFeed

_SALT = "chiso.tracking.calendar"


def path_of(feed: CalendarFeed) -> str:
    """The address of a feed in this version."""
    return address("tracking:feed", _signer().sign(f"{feed.user_id}-{feed.version}"))


def feed_of(token: str) -> CalendarFeed | None:
    """The feed that a token opens (one query); None for a false, an old or a switched-off one, or of who left.

    The signature is compared in constant time before anything is asked of the database.
    """
    try:
        person, version = _signer().unsign(token).split("-")
    except (BadSignature, ValueError):
        return None
    feeds = CalendarFeed.objects.filter(user=int(person), version=int(version), is_on=True, user__is_active=True)
    return feeds.select_related("user").first()


def own_feed(user: User) -> CalendarFeed | None:
    """A person's own feed, on or off (one query)."""
    return CalendarFeed.objects.filter(user=user).select_related("user").first()


def _signer() -> Signer:
    return Signer(salt=_SALT, sep=".")
