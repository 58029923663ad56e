"""The stage line on top of every page of a round: where it stands, what comes next, and the countdown."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from chiso.common.dates import format_day_month, format_deadline, format_remaining
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Round, Stage

_URGENT_DAYS = 3
_SHOWN = tuple(key for key in StageKey if key != StageKey.APPROVAL)


@dataclass(frozen=True)
class StagePoint:
    """One dot of the line; `status` is done, current or future."""

    label: str
    when: str
    status: str


@dataclass(frozen=True)
class Countdown:
    """What is left until a moment, in words, and the moment itself."""

    text: str
    moment: str
    deadline_iso: str
    now_iso: str
    is_urgent: bool
    is_over: bool


@dataclass(frozen=True)
class StageLine:
    """The line as the component `stage_line.html` draws it."""

    round_name: str
    url: str
    stages: tuple[StagePoint, ...]
    countdown: Countdown | None


def stage_line(round: Round, at: datetime, *, until: datetime | None = None) -> StageLine:
    """Draw the line of a round (one query). `until` replaces the stage's own deadline, as for an extension."""
    stages = {stage.key: stage for stage in round.stages.all()}
    order = list(StageKey)
    now = order.index(StageKey(round.stage))
    points = tuple(
        StagePoint(
            label=str(key.label),
            when=_when(stages.get(key), stages.get(StageKey.APPROVAL) if key == StageKey.PUBLISHED else None),
            status=_status(order.index(key), now, key),
        )
        for key in _SHOWN
    )
    current = stages.get(round.stage)
    ends = until or (current.closes_at if current else None)
    return StageLine(
        round_name=round.name,
        url=reverse("assessments:round", args=[round.pk]),
        stages=points,
        countdown=countdown(ends, at) if ends and round.stage != StageKey.PUBLISHED else None,
    )


def countdown(ends: datetime, at: datetime) -> Countdown:
    left = ends - at
    return Countdown(
        text=format_remaining(left),
        moment=format_deadline(ends),
        deadline_iso=timezone.localtime(ends).isoformat(),
        now_iso=timezone.localtime(at).isoformat(),
        is_urgent=left.days < _URGENT_DAYS,
        is_over=left.total_seconds() < 0,
    )


def _status(position: int, now: int, key: StageKey) -> str:
    if now == len(StageKey) - 1 or position < now:
        return "done"
    is_current = position == now or (key == StageKey.PUBLISHED and now == position - 1)
    return "current" if is_current else "future"


def _when(stage: Stage | None, instead: Stage | None) -> str:
    stage = instead or stage
    if stage is None or stage.closes_at is None:
        return ""
    if stage.deadline_text.lower().startswith("trước"):
        return _("trước %(day)s") % {"day": format_day_month(stage.closes_at)}
    return _("đến %(day)s") % {"day": format_deadline(stage.closes_at).rsplit(" ", 1)[-1][:5]}
