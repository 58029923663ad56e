"""When a round reminds, as its coordinator set it or as the defaults say."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from chiso.rounds.models import Round
from chiso.tracking.models import ReminderRules
from chiso.tracking.owing import last_day

MOST_DAYS = 60
MOST_TIMES = 10


def rules_of(round: Round) -> ReminderRules:
    """The rules of a round; without a row those of the defaults, unsaved (one query)."""
    return ReminderRules.objects.filter(round=round).first() or ReminderRules(round=round)


def reminds_on(rules: ReminderRules, day: int) -> bool:
    """Whether a day is one to remind: so many days after the last one of a deadline, or before it if negative."""
    return -day in rules.days_before if day <= 0 else day in rules.days_after


def days_to_come(rules: ReminderRules, ends_at: datetime) -> list[date]:
    """The days on which a deadline reminds, in order: what the page of the rules shows."""
    last = last_day(ends_at)
    offsets = [-day for day in rules.days_before] + list(rules.days_after)
    return [last + timedelta(days=offset) for offset in sorted(offsets)]


def is_hour(rules: ReminderRules, at: datetime) -> bool:
    """Whether the hour to remind has come today; until midnight what was missed is caught up with."""
    return timezone.localtime(at).time() >= time(rules.hour)
