"""Who hears of a stage that the clock does not move: once, or once a day while something is missing."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from chiso.common.addresses import address
from chiso.common.dates import format_deadline
from chiso.notices.models import Notice
from chiso.notices.sending import send
from chiso.organizations.models import User
from chiso.results.choices import SubmissionState
from chiso.results.models import Submission
from chiso.rounds.choices import Panel, Position, StageKey
from chiso.rounds.holding import hold
from chiso.rounds.models import Round
from chiso.rounds.people import coordinators, heads, sitting

AGAIN_AFTER = timedelta(days=1)
_LONGEST = 300
_PREPARERS = (Position.CHAIR, Position.VICE_CHAIR, Position.SECRETARY)
_PAGES = {
    StageKey.NOTICE: "assessments:send_notices",
    StageKey.APPRAISAL: "assessments:sign_off",
    StageKey.REAPPRAISAL: "assessments:sign_off",
    StageKey.COUNCIL: "assessments:meetings",
    StageKey.APPROVAL: "results:approval",
}


def tell_overdue(round: Round, end: datetime, at: datetime) -> None:
    """Tell those who must act, once for each end of a stage, that its time is over."""
    stage = StageKey(round.stage)
    text = _("%(stage)s đã hết hạn (%(deadline)s) mà chưa xong; bước tiếp theo chờ đồng chí thực hiện.") % {
        "stage": stage.label,
        "deadline": format_deadline(end),
    }
    _tell(round, who_must_act(round), text, at, address(_PAGES.get(stage, "assessments:advance"), round.pk), again=None)


def tell_refused(round: Round, step: str | Promise, end: datetime, why: str, at: datetime) -> None:
    """Tell the coordinator's people why the clock could not move the round; again when that changes, or a day later."""
    text = _("Đã đến hạn (%(deadline)s) nhưng hệ thống chưa chuyển được bước “%(step)s”: %(why)s") % {
        "deadline": format_deadline(end),
        "step": step,
        "why": why,
    }
    _tell(round, list(coordinators(round)), text, at, address("assessments:advance", round.pk), again=AGAIN_AFTER)


def who_must_act(round: Round) -> list[User]:
    """Whom a stage waits for that no clock ends."""
    stage = StageKey(round.stage)
    if stage in (StageKey.APPRAISAL, StageKey.REAPPRAISAL):
        people = sitting(round, Panel.TEAM, [Position.LEADER])
    elif stage == StageKey.COUNCIL:
        people = sitting(round, Panel.COUNCIL, _PREPARERS)
    elif stage == StageKey.APPROVAL and _waits_for_head(round):
        people = heads(round)
    else:
        return list(coordinators(round))
    return list(people) or list(coordinators(round))


def _waits_for_head(round: Round) -> bool:
    return Submission.objects.filter(round=round, state=SubmissionState.WAITING).exists()


def _tell(round: Round, people: list[User], text: str, at: datetime, url: str, *, again: timedelta | None) -> None:
    """Send, unless it was told already; asked first without holding the round, since mostly it was."""
    text = text[:_LONGEST]
    if not _untold(people, text, at, url, again):
        return
    with transaction.atomic():
        hold(round)
        send(_untold(people, text, at, url, again), text, at, url=url)


def _untold(people: list[User], text: str, at: datetime, url: str, again: timedelta | None) -> list[User]:
    told = Notice.objects.filter(recipient__in=people, text=text, url=url)
    if again is not None:
        told = told.filter(sent_at__gt=at - again)
    known = set(told.values_list("recipient", flat=True))
    return [person for person in people if person.pk not in known]
