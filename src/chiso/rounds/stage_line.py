"""The stage line on top of every page of a round: where it stands, what comes next, and the countdown."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from chiso.common.addresses import address
from chiso.common.dates import format_day_month, format_deadline, format_remaining
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Round

_URGENT_DAYS = 3
_ENDS_WITH = {StageKey.PUBLISHED: StageKey.APPROVAL}
_Planned = tuple[str, datetime | None, str]
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
    current = stages.get(round.stage)
    planned = tuple((stage.key, stage.closes_at, stage.deadline_text) for stage in stages.values())
    ends = until or (current.closes_at if current else None)
    return StageLine(
        round_name=round.name,
        url=address("assessments:round", round.pk),
        stages=_points(round.stage, planned, get_language()),
        countdown=countdown(ends, at) if ends and round.stage != StageKey.PUBLISHED else None,
    )


@lru_cache(maxsize=256)
def _points(now: str, planned: tuple[_Planned, ...], _language: str | None) -> tuple[StagePoint, ...]:
    """The dots, which are the same on page after page of a round, in one language."""
    order = list(StageKey)
    until = {key: (closes_at, text) for key, closes_at, text in planned}
    return tuple(
        StagePoint(
            label=str(key.label),
            when=_when(*until.get(_ENDS_WITH.get(key, key), (None, ""))),
            status=_status(order.index(key), order.index(StageKey(now)), key),
        )
        for key in _SHOWN
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


def _when(closes_at: datetime | None, deadline_text: str) -> str:
    if closes_at is None:
        return ""
    if deadline_text.lower().startswith("trước"):
        return _("trước %(day)s") % {"day": format_day_month(closes_at)}
    return _("đến %(day)s") % {"day": format_deadline(closes_at).rsplit(" ", 1)[-1][:5]}
