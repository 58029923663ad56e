"""Earlier reminders of a round: each time with its people, who opened it, and how the mail went out."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from chiso.common.addresses import address
from chiso.common.dates import format_deadline, format_moment
from chiso.rounds.models import Round
from chiso.tracking.day_words import when
from chiso.tracking.models import Reminder

ON_A_PAGE = 20


@dataclass(frozen=True)
class Told:
    """One person of one time."""

    name: str
    unit: str
    deadline: str
    opened: str
    mail: str


@dataclass(frozen=True)
class Time:
    """One time that people were reminded of one task, ready to print."""

    task: str
    at: str
    by: str
    is_by_hand: bool
    day: str
    letter: str
    letter_url: str
    summary: str
    people: tuple[Told, ...]


def times_of(round: Round, *, only_by_hand: bool) -> QuerySet[Reminder, Any]:
    """The times at which people were reminded, the newest first; grouped in SQL."""
    rows = Reminder.objects.filter(task__plan__round=round)
    if only_by_hand:
        rows = rows.filter(by__isnull=False)
    grouped = rows.values("task", "made_at", "by").annotate(people=Count("pk"))
    return grouped.order_by("-made_at", "task", "by")


def lines_of(times: Iterable[dict[str, Any]]) -> list[Time]:
    """The times of one page with their people (one query)."""
    listed = list(times)
    if not listed:
        return []
    rows = Reminder.objects.filter(
        task__in={time["task"] for time in listed}, made_at__in={time["made_at"] for time in listed}
    ).select_related("task", "unit", "person", "by", "letter", "notice__mail")
    found: dict[tuple[Any, ...], list[Reminder]] = {}
    for row in rows.order_by("unit__code", "person__full_name", "pk"):
        found.setdefault((row.task_id, row.made_at, row.by_id), []).append(row)
    return [_time(found[time["task"], time["made_at"], time["by"]]) for time in listed]


def _time(rows: list[Reminder]) -> Time:
    first = rows[0]
    opened = sum(row.notice.opened_at is not None for row in rows)
    days = {row.day for row in rows}
    return Time(
        task=f"{first.task.code} {first.task.title}",
        at=format_moment(first.made_at),
        by=first.by.full_name if first.by else _("Hệ thống nhắc tự động"),
        is_by_hand=first.by is not None,
        day=when(days.pop()) if len(days) == 1 else "",
        letter=_("Công văn số %(number)s") % {"number": first.letter.number} if first.letter else "",
        letter_url=address("documents:urging_letter", first.letter.pk) if first.letter else "",
        summary=_("%(people)d người, %(opened)d đã mở") % {"people": len(rows), "opened": opened},
        people=tuple(_told(row) for row in rows),
    )


def _told(row: Reminder) -> Told:
    return Told(
        name=row.person.full_name,
        unit=row.unit.name if row.unit else "",
        deadline=format_deadline(row.ends_at),
        opened=format_moment(row.notice.opened_at) if row.notice.opened_at else "",
        mail=str(row.notice.mail.get_state_display()) if row.notice.mail else "",
    )
