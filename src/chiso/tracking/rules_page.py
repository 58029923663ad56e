"""The page of the rules of reminding, with what they mean for the deadlines to come."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from chiso.common.dates import format_date, format_day_month, format_deadline
from chiso.organizations.models import User
from chiso.rounds.choices import StageKey
from chiso.rounds.models import PlanTask, Round
from chiso.tracking import policy
from chiso.tracking.models import ReminderRules
from chiso.tracking.rules import days_to_come

_SHOWN = 5


@dataclass(frozen=True)
class Example:
    """One deadline to come, and the days on which it reminds."""

    task: str
    deadline: str
    days: str


@dataclass(frozen=True)
class ReminderRulesPage:
    """What the rules say, in words."""

    state: str
    before: str
    after: str
    hour: str
    examples: tuple[Example, ...]
    may_set: bool


def initial(rules: ReminderRules) -> dict[str, object]:
    """The rules as their form names them."""
    return {name: getattr(rules, name) for name in ("is_on", "days_before", "days_after", "hour")}


def rules_page(round: Round, user: User, rules: ReminderRules, at: datetime) -> ReminderRulesPage:
    """Put the page together (one query)."""
    tasks = PlanTask.objects.filter(plan__round=round, ends_at__gte=at, done_at=None).order_by("ends_at", "position")
    return ReminderRulesPage(
        state=_("Bật") if rules.is_on else _("Tắt"),
        before=_days(rules.days_before),
        after=_days(rules.days_after),
        hour=_("từ %(hour)d giờ") % {"hour": rules.hour},
        examples=tuple(_example(task, rules, at) for task in tasks[:_SHOWN]) if rules.is_on else (),
        may_set=bool(policy.can_chase(user, round)) and round.stage != StageKey.PUBLISHED,
    )


def _days(days: list[int]) -> str:
    if not days:
        return _("không nhắc")
    return _("%(days)s ngày") % {"days": ", ".join(map(str, days))}


def _example(task: PlanTask, rules: ReminderRules, at: datetime) -> Example:
    today = timezone.localdate(at)
    days = [day for day in days_to_come(rules, task.ends_at or at) if day >= today]
    shown = [format_day_month(day) for day in days[:-1]] + [format_date(day) for day in days[-1:]]
    return Example(f"{task.code} {task.title}", format_deadline(task.ends_at), ", ".join(shown))
