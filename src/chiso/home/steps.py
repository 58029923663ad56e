"""The home page: every next step of a person in all their roles, most urgent first, and the latest notices."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from chiso.common.dates import format_day_month, format_deadline, format_remaining
from chiso.home.office_steps import steps_of_consulted, steps_of_office
from chiso.home.panel_steps import steps_of_panels
from chiso.home.step import Bar, Step
from chiso.home.task_steps import steps_of_tasks
from chiso.home.unit_steps import steps_of_units
from chiso.notices.models import Notice
from chiso.notices.opening import opening_url
from chiso.organizations.models import User
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Round

_NOTICES_SHOWN = 8
_URGENT = timedelta(days=3)
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Card:
    """One step as the component `task_card` draws it."""

    title: str
    note: str
    url: str
    action: str
    due: str
    is_urgent: bool
    is_primary: bool
    progress: Bar | None


@dataclass(frozen=True)
class NoticeLine:
    """One message; `is_new` until it was opened. `url` opens it; a message without a page that was read has none."""

    day: str
    text: str
    url: str
    is_new: bool


@dataclass(frozen=True)
class HomePage:
    """`cards` ask for something, `standings` only say how far a work is; `left` is the time to the first deadline."""

    given_name: str
    left: str
    is_late: bool
    is_urgent: bool
    cards: tuple[Card, ...]
    standings: tuple[Card, ...]
    notices: tuple[NoticeLine, ...]


def home_page(user: User, at: datetime) -> HomePage:
    """Collect the steps of every role; the number of queries does not grow with units or leaves."""
    rounds = list(
        Round.objects.visible_to(user)
        .exclude(stage=StageKey.PUBLISHED)
        .select_related("plan", "authority", "coordinator")
        .prefetch_related("stages")
        .order_by("-year", "pk")
    )
    steps = [
        *steps_of_units(user, rounds, at),
        *steps_of_panels(user, rounds, at),
        *steps_of_office(user, rounds, at),
        *steps_of_consulted(user, at),
        *steps_of_tasks(user, at),
    ]
    due = in_order(step for step in steps if step.action)
    first = due[0].due if due else None
    return HomePage(
        given_name=user.full_name.split()[-1],
        left=format_remaining(first - at) if first else "",
        is_late=first is not None and first <= at,
        is_urgent=first is not None and first - at < _URGENT,
        cards=tuple(_card(step, at, is_primary=number == 0) for number, step in enumerate(due)),
        standings=tuple(_card(step, at) for step in steps if not step.action),
        notices=_notices(user),
    )


def in_order(steps: Iterable[Step]) -> list[Step]:
    """What others wait for, then by deadline; the rest in the order of the roles."""
    return sorted(steps, key=lambda step: (not step.is_blocking, step.due or _NEVER))


def _card(step: Step, at: datetime, *, is_primary: bool = False) -> Card:
    return Card(
        title=step.title,
        note=step.note.removesuffix(".") if step.due else step.note,
        url=step.url,
        action=step.action or _("Xem"),
        due=format_deadline(step.due) if step.due else "",
        is_urgent=is_primary and step.due is not None and step.due - at < _URGENT,
        is_primary=is_primary,
        progress=step.progress,
    )


def _notices(user: User) -> tuple[NoticeLine, ...]:
    rows = Notice.objects.visible_to(user).order_by("-sent_at", "-pk")[:_NOTICES_SHOWN]
    return tuple(
        NoticeLine(format_day_month(row.sent_at), row.in_full, opening_url(row), row.opened_at is None) for row in rows
    )
