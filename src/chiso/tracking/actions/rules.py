"""When the clock reminds in a round (quy định đôn đốc)."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.audit.actions import action, changed
from chiso.common.refusals import RuleViolation
from chiso.organizations.models import User
from chiso.rounds.choices import StageKey
from chiso.rounds.holding import hold
from chiso.rounds.models import Round
from chiso.tracking import policy
from chiso.tracking.models import ReminderRules
from chiso.tracking.rules import MOST_DAYS, MOST_TIMES, rules_of

_NAMES = ("is_on", "days_before", "days_after", "hour")


@action("round.set_reminders", gettext_noop("Đặt quy định đôn đốc"), allowed=policy.can_chase)
def set_reminders(
    round: Round,
    by: User,
    at: datetime,
    *,
    is_on: bool,
    days_before: Sequence[int],
    days_after: Sequence[int],
    hour: int,
) -> ReminderRules:
    """Say whether the clock reminds, how many days before and after a deadline, and at which hour."""
    hold(round)
    if round.stage == StageKey.PUBLISHED:
        raise RuleViolation(_("Kết quả đã công bố nên không còn gì để nhắc."))
    _require_sense(days_before, days_after, hour)
    rules = rules_of(round)
    after = {
        "is_on": is_on,
        "days_before": sorted(set(days_before), reverse=True),
        "days_after": sorted(set(days_after)),
        "hour": hour,
    }
    different = [name for name in _NAMES if getattr(rules, name) != after[name]]
    if not different:
        raise RuleViolation(_("Quy định không có gì thay đổi."))
    for name in different:
        changed(name, after[name], getattr(rules, name))
        setattr(rules, name, after[name])
    rules.save()
    return rules


def _require_sense(days_before: Sequence[int], days_after: Sequence[int], hour: int) -> None:
    if any(not 0 <= day <= MOST_DAYS for day in days_before):
        raise RuleViolation(_("Số ngày nhắc trước hạn phải từ 0 đến %(most)d.") % {"most": MOST_DAYS})
    if any(not 1 <= day <= MOST_DAYS for day in days_after):
        raise RuleViolation(_("Số ngày nhắc sau hạn phải từ 1 đến %(most)d.") % {"most": MOST_DAYS})
    if max(len(set(days_before)), len(set(days_after))) > MOST_TIMES:
        raise RuleViolation(_("Không nhắc quá %(most)d lần trước hạn và %(most)d lần sau hạn.") % {"most": MOST_TIMES})
    if not 0 <= hour <= 23:
        raise RuleViolation(_("Giờ nhắc phải từ 0 đến 23."))
