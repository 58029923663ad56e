"""The calendar of the installation: days on which it differs from the law's (ngày nghỉ, ngày làm bù)."""

from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.audit.actions import action, changed
from chiso.common.dates import format_date
from chiso.common.refusals import RuleViolation
from chiso.organizations import policy
from chiso.organizations.models import Holiday, Unit, User


@action("holiday.set", gettext_noop("Ghi ngày nghỉ, ngày làm bù"), allowed=policy.can_set_holidays)
def set_holiday(desk: Unit, by: User, at: datetime, *, day: date, name: str, is_working: bool = False) -> Holiday:
    """Say of one day that nobody works on it, or that a day off is worked; a later word replaces the one before."""
    before = Holiday.objects.select_for_update().filter(day=day).first()
    if before and (before.name, before.is_working) == (name, is_working):
        raise RuleViolation(_("Ngày %(day)s đã ghi như vậy.") % {"day": format_date(day)})
    row, _is_new = Holiday.objects.update_or_create(day=day, defaults={"name": name, "is_working": is_working})
    changed("day", day)
    changed("name", name, before.name if before else None)
    changed("is_working", is_working, before.is_working if before else None)
    return row


@action("holiday.remove", gettext_noop("Bỏ ngày nghỉ, ngày làm bù đã ghi"), allowed=policy.can_set_holidays)
def remove_holiday(desk: Unit, by: User, at: datetime, *, day: date) -> None:
    """Let the law's calendar say again what a day is."""
    row = Holiday.objects.select_for_update().filter(day=day).first()
    if row is None:
        raise RuleViolation(_("Ngày %(day)s không còn trong danh sách đã ghi.") % {"day": format_date(day)})
    changed("day", None, day)
    changed("name", None, row.name)
    row.delete()
