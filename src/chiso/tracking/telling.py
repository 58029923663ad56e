"""Who hears of a stage that the clock does not move: once, or once a day while something is missing."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from chiso.common.addresses import address
from chiso.common.dates import format_deadline
from chiso.notices.models import Notice
from chiso.notices.sending import send
from chiso.organizations.choices import Role
from chiso.organizations.models import User
from chiso.results.choices import SubmissionState
from chiso.results.models import Submission
from chiso.rounds.choices import Panel, Position, StageKey
from chiso.rounds.holding import hold
from chiso.rounds.models import PanelMember, Round

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
    _tell(round, coordinators(round), text, at, address("assessments:advance", round.pk), again=AGAIN_AFTER)


def who_must_act(round: Round) -> list[User]:
    """Whom a stage waits for that no clock ends."""
    stage = StageKey(round.stage)
    if stage in (StageKey.APPRAISAL, StageKey.REAPPRAISAL):
        people = _sitting(round, Panel.TEAM, [Position.LEADER])
    elif stage == StageKey.COUNCIL:
        people = _sitting(round, Panel.COUNCIL, _PREPARERS)
    elif stage == StageKey.APPROVAL and _waits_for_head(round):
        people = _holding(Role.AUTHORITY_HEAD, round.authority_id)
    else:
        people = []
    return people or coordinators(round)


def coordinators(round: Round) -> list[User]:
    """The active people of the coordinating office."""
    return _holding(Role.COORDINATOR, round.coordinator_id)


def _holding(role: Role, unit_id: int) -> list[User]:
    held = User.objects.filter(memberships__role=role, memberships__unit=unit_id, is_active=True)
    return list(held.distinct().order_by("pk"))


def _sitting(round: Round, panel: Panel, positions: Iterable[Position]) -> list[User]:
    seats = PanelMember.objects.filter(round=round, panel=panel, position__in=positions, left_at=None)
    return list(User.objects.filter(panel_seats__in=seats, is_active=True).distinct().order_by("pk"))


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
