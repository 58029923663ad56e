"""A person's own secret calendar address: made, renewed when it got into other hands, turned off."""

from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.audit.actions import action, changed
from chiso.common.refusals import RuleViolation
from chiso.organizations.models import User
from chiso.tracking import calendar_policy as policy
from chiso.tracking.models import CalendarFeed


@action("calendar_feed.make", gettext_noop("Cấp địa chỉ lịch"), allowed=policy.can_make_feed)
def make_feed(person: User, by: User, at: datetime) -> CalendarFeed:
    """Give a person an address, or a new one after it was turned off; the one before stays void."""
    feed, is_new = CalendarFeed.objects.get_or_create(user=person, defaults={"made_at": at})
    if not is_new:
        made = CalendarFeed.objects.filter(pk=feed.pk, is_on=False)
        if not made.update(is_on=True, version=F("version") + 1, made_at=at):
            raise RuleViolation(_("Bạn đã có địa chỉ lịch. Nếu nghi địa chỉ bị lộ, hãy cấp lại."))
        feed.refresh_from_db()
    changed("version", feed.version)
    return feed


@action("calendar_feed.renew", gettext_noop("Cấp lại địa chỉ lịch"), allowed=policy.can_change_feed)
def renew_feed(feed: CalendarFeed, by: User, at: datetime, *, version: int) -> CalendarFeed:
    """Give another address in place of the one with this version, which stops at once."""
    renewed = CalendarFeed.objects.filter(pk=feed.pk, version=version, is_on=True)
    if not renewed.update(version=version + 1, made_at=at):
        raise RuleViolation(_("Địa chỉ vừa được cấp lại hoặc đã tắt ở trang khác. Hãy xem lại địa chỉ bên dưới."))
    changed("version", version + 1, version)
    feed.refresh_from_db()
    return feed


@action("calendar_feed.turn_off", gettext_noop("Tắt địa chỉ lịch"), allowed=policy.can_change_feed)
def turn_off_feed(feed: CalendarFeed, by: User, at: datetime, *, version: int) -> CalendarFeed:
    """Let the address with this version stop; nobody reads the calendar from outside any more."""
    if not CalendarFeed.objects.filter(pk=feed.pk, version=version, is_on=True).update(is_on=False):
        raise RuleViolation(_("Địa chỉ vừa được cấp lại hoặc đã tắt ở trang khác. Hãy xem lại địa chỉ bên dưới."))
    changed("turned_off", version)
    feed.refresh_from_db()
    return feed
