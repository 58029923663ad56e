"""The clock reminds (nhắc việc): before a date, on it and after it, whoever has not finished.

The worker calls `run` every minute. A reminder belongs to its day: from the round's hour until midnight whoever owes
a task whose day it is, and was not told today, is told. So a worker that was down in the morning reminds in the
afternoon; a day that passed whole is not made up, since the next one tells the same with the right count of days.

Notices and reminders of a round are written in one transaction that holds the round: a worker that dies leaves all or
nothing, the next run writes what is missing, and of two workers the second finds nobody left to tell.

No action, so no entry in the audit log: it changes nothing official, and each reminder is a record of its own.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from chiso.assessments.models import Dossier
from chiso.common.dates import end_of_day, format_deadline, start_of_day
from chiso.notices.models import Notice
from chiso.rounds.choices import DeadlineKind, PlanState, StageKey
from chiso.rounds.holding import hold
from chiso.rounds.models import Extension, PlanTask, Round, Stage
from chiso.tracking.day_words import shortened, when
from chiso.tracking.models import Reminder, ReminderRules
from chiso.tracking.one_by_one import for_each
from chiso.tracking.owing import Share, owing, shares
from chiso.tracking.rules import is_hour, reminds_on, rules_of

_FORGOTTEN_AFTER = timedelta(days=60)


def run(at: datetime) -> int:
    """Remind in every round that runs, or whose plan goes on; answers how many people were told of something."""
    rounds = _rounds(at).select_related("plan", "coordinator", "authority").order_by("pk")
    with translation.override(settings.LANGUAGE_CODE):
        told = "Nhắc việc bị lỗi ở đợt %s."
        return for_each(rounds, lambda round: remind(round, at), told=told, key=lambda round: round.pk)


def _rounds(at: datetime) -> QuerySet[Round]:
    """Those not published yet; after that those with a task of no stage that is due, or was not long ago (row 4.2)."""
    left = PlanTask.objects.filter(
        plan__round=OuterRef("pk"), stage="", done_at=None, ends_at__gt=at - _FORGOTTEN_AFTER
    ).exclude(deadline_kind=DeadlineKind.GROUP)
    issued = Round.objects.filter(plan__state=PlanState.ISSUED)
    return issued.filter(~Q(stage=StageKey.PUBLISHED) | Exists(left))


def remind(round: Round, at: datetime) -> int:
    """Tell whoever owes something whose day it is, and was not told; answers how many."""
    rules = rules_of(round)
    if not rules.is_on or not is_hour(rules, at):
        return 0
    ending = _ends_of_today(round, rules, at)
    if not ending or not _untold(round, rules, at, ending):
        return 0
    with transaction.atomic():
        hold(round)
        people = _untold(round, rules, at, _ends_of_today(round, rules, at))
        write(people, at)
    return len(people)


def write(told: Iterable[Share], at: datetime) -> list[Reminder]:
    """Put a notice into each inbox, with the reminder that it belongs to."""
    listed = list(told)
    notices = Notice.objects.bulk_create(
        Notice(recipient=one.person, text=words(one, at)[:300], url=one.url, sent_at=at) for one in listed
    )
    return Reminder.objects.bulk_create(
        Reminder(
            task=one.task,
            unit=one.unit,
            person=one.person,
            ends_at=one.ends_at,
            day=one.day(at),
            notice=notice,
            made_at=at,
        )
        for one, notice in zip(listed, notices, strict=True)
    )


def words(one: Share, at: datetime) -> str:
    """What a reminder says: what, until when, how far one is; never a score."""
    return _("Nhắc việc %(code)s: %(title)s – %(when)s (%(deadline)s); %(far)s.") % {
        "code": one.task.code,
        "title": shortened(one.task.title),
        "when": when(one.day(at)),
        "deadline": format_deadline(one.ends_at),
        "far": one.how_far,
    }


def _untold(round: Round, rules: ReminderRules, at: datetime, ending: Collection[datetime]) -> list[Share]:
    """Everyone to tell now, each once of a task and its deadline."""
    due = shares(one for one in owing(round, ending) if reminds_on(rules, one.day(at)))
    if not due:
        return []
    known = set(
        Reminder.objects.filter(task__plan__round=round, by=None, made_at__gte=at - timedelta(days=2)).values_list(
            "task", "person", "ends_at", "day"
        )
    )
    return [one for one in due if (one.task.pk, one.person.pk, one.ends_at, one.day(at)) not in known]


def _ends_of_today(round: Round, rules: ReminderRules, at: datetime) -> set[datetime]:
    """The ends of the round's deadlines of which today is a day to remind; mostly there is none (one query)."""
    today = timezone.localdate(at)
    offsets = [-day for day in rules.days_before] + list(rules.days_after)
    spans = [today - timedelta(days=offset) for offset in offsets]
    ends = (
        PlanTask.objects.filter(plan__round=round, ends_at__isnull=False).values_list("ends_at"),
        Stage.objects.filter(round=round, closes_at__isnull=False).values_list("closes_at"),
        Extension.objects.filter(round=round).values_list("until"),
        Dossier.objects.filter(round=round, return_until__isnull=False).values_list("return_until"),
    )
    moments = {moment for (moment,) in ends[0].union(*ends[1:]) if moment}
    return {moment for moment in moments if any(start_of_day(day) < moment <= end_of_day(day) for day in spans)}
