"""Stages that open and lock when their time comes (giai đoạn tự chuyển theo giờ máy chủ).

The worker calls `run` every half a minute, and the next request does if the worker was down. A move is one of those
that the coordinator makes (`overview_steps.MOVES`), through the same action with the same guard, by the clock as a
person. What needs a person (to sign off, to send the notices, the council, the head) is never moved.

- What is due is decided again after the round is held, so of two workers one moves; the other finds nothing due.
- After a long stop several stages may be due: each is moved at its turn, all of them at the moment it happens.
- A stage that opened after its own end is not locked by the clock: nobody could have worked in it.
- Who must act instead is told once; what keeps the clock from moving is told to the coordinator's people when it
  changes, and again each day.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import translation
from django.utils.translation import gettext as _

from chiso.assessments import windows
from chiso.assessments.deadlines import deadlines
from chiso.assessments.pages.overview_steps import MOVES, Move, refusal_of
from chiso.audit import origin
from chiso.common.dates import format_deadline
from chiso.common.refusals import RuleViolation
from chiso.organizations.clock_person import clock_person
from chiso.rounds.choices import PlanState, StageKey
from chiso.rounds.holding import hold, read_again
from chiso.rounds.models import Extension, Round, Stage
from chiso.tracking import telling
from chiso.tracking.one_by_one import for_each

ORIGIN = "stage-clock"
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Due:
    """A round whose running stage has passed its end."""

    round_id: int
    stage: str


def run(at: datetime) -> int:
    """Move every round that is due, as far as it is due; answers how many moves were made."""
    told = "Đồng hồ giai đoạn bị lỗi ở đợt %s."
    return for_each(due(at), lambda found: work_off(found, at), told=told, key=lambda found: found.round_id)


def due(at: datetime) -> list[Due]:
    """The rounds whose plan is issued and whose running stage has passed its end for all units (one query)."""
    extended = Extension.objects.filter(round=OuterRef("round"), stage=OuterRef("key"), unit=None, until__gt=at)
    rows = Stage.objects.filter(key=F("round__stage"), closes_at__lte=at, round__plan__state=PlanState.ISSUED)
    rows = rows.exclude(key=StageKey.PUBLISHED).exclude(Exists(extended))
    return [Due(*row) for row in rows.order_by("round").values_list("round", "key")]


def work_off(found: Due, at: datetime) -> int:
    """Move one round stage by stage as long as it is due; answers how many moves were made."""
    moves = 0
    with translation.override(settings.LANGUAGE_CODE):  # Whoever's request it is: the words go to others.
        while moves < len(MOVES) and _move_or_tell(found.round_id, at):
            moves += 1
    return moves


def ends_at(round: Round) -> datetime | None:
    """When the running stage ends: extensions for all counted; the supplement waits for who still has time."""
    stage = StageKey(round.stage)
    ends = deadlines(round, stage)
    planned = ends.of_all()
    if stage == StageKey.SUPPLEMENT and planned:
        answering = round.dossiers.filter(state__in=windows.ANSWERING_STATES).values_list("unit", flat=True)
        return max([planned, *(end for unit_id in answering if (end := ends.of(unit_id)))])
    return planned


def _move_or_tell(round_id: int, at: datetime) -> bool:
    """Look at a round without holding it, and move it or tell who must do something; answers whether it moved."""
    round = Round.objects.select_related("plan", "coordinator", "authority").get(pk=round_id)
    end = ends_at(round)
    if end is None or at < end:
        return False
    move = MOVES.get(StageKey(round.stage))
    if move is None or not round.moves_by_clock:
        telling.tell_overdue(round, end, at)
        return False
    if why := _opened_too_late(round, end) or refusal_of(move, round, at):
        telling.tell_refused(round, move.label, end, why, at)
        return False
    return _move(round, move, at)


def _move(round: Round, move: Move, at: datetime) -> bool:
    """Take the round, see that it is still due, and move it."""
    shown = round.stage
    with transaction.atomic(), origin.acting_from(ORIGIN):
        hold(round)
        read_again(round, "moves_by_clock")
        end = ends_at(round)
        if round.stage != shown or not round.moves_by_clock or end is None or at < end:
            return False
        try:
            move.perform(round, clock_person(), at)
        except RuleViolation as refusal:  # It became so between our look and our turn: the next look tells.
            logger.info("Đợt %s chưa chuyển bước: %s", round.pk, refusal)
            return False
    return True


def _opened_too_late(round: Round, end: datetime) -> str:
    """Why the clock leaves the self-assessment open, where it opened after its own end; empty otherwise."""
    if round.stage != StageKey.SELF_ASSESSMENT:
        return ""
    opened_at = round.stages.values_list("opened_at", flat=True).get(key=round.stage)
    if opened_at is None or opened_at < end:
        return ""
    return _("bước này mở sau khi đã hết hạn (%(deadline)s); hãy gia hạn cho tất cả đơn vị, hoặc tự chuyển bước.") % {
        "deadline": format_deadline(end)
    }
