"""Gather what people have not been told outside the product into one delivery a person and channel."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from chiso.notices import letters
from chiso.notices.channels import FIELDS, open_channels
from chiso.notices.choices import Channel, DeliveryState, MailPace
from chiso.notices.models import Delivery, MessagePreference, Notice
from chiso.organizations.models import User

STALE_AFTER = timedelta(days=3)
"""What is older is no news: mailing begun in the middle of a year doesn't tell the whole year."""
GATHERED_FOR = timedelta(minutes=1)
MORNING = time(7)
_PEOPLE_AT_ONCE = 100


@dataclass(frozen=True)
class Waiting:
    """A message that one channel has not carried yet."""

    pk: int
    person: int
    sent_at: datetime


def compose(at: datetime) -> int:
    """Make the deliveries that are due on every open channel; return how many."""
    with override(settings.LANGUAGE_CODE):
        return sum(_compose(channel, at) for channel in open_channels())


def _compose(channel: Channel, at: datetime) -> int:
    waiting = defaultdict(list)
    for row in _waiting(channel, at):
        waiting[row.person].append(row)
    if not waiting:
        return 0
    paces = _paces(channel, waiting)
    due = {person: found for person, rows in waiting.items() if (found := _due(rows, paces[person], at))}
    people = list(due)
    parts = (people[start : start + _PEOPLE_AT_ONCE] for start in range(0, len(people), _PEOPLE_AT_ONCE))
    return sum(_write(channel, {person: due[person] for person in part}, at) for part in parts)


def _waiting(channel: Channel, at: datetime) -> Iterable[Waiting]:
    rows = Notice.objects.filter(
        **{FIELDS[channel]: None}, opened_at=None, sent_at__gt=at - STALE_AFTER, sent_at__lte=at
    )
    return (Waiting(*row) for row in rows.order_by("pk").values_list("pk", "recipient_id", "sent_at"))


def _paces(channel: Channel, people: Iterable[int]) -> dict[int, str]:
    """How each person is written to: who said nothing, at once."""
    paces = dict.fromkeys(people, MailPace.SOON.value)
    for person, mail, push in MessagePreference.objects.values_list("user_id", "mail", "push"):
        if person in paces:
            paces[person] = mail if channel == Channel.MAIL else MailPace.SOON if push else MailPace.NEVER
    return paces


def _due(rows: Sequence[Waiting], pace: str, at: datetime) -> list[int]:
    """Which of a person's messages go out now."""
    if pace == MailPace.DAILY:
        return [row.pk for row in rows if _next_morning(row.sent_at) <= at]
    if pace == MailPace.SOON and min(row.sent_at for row in rows) <= at - GATHERED_FOR:
        return [row.pk for row in rows]
    return []


def _next_morning(moment: datetime) -> datetime:
    local = timezone.localtime(moment)
    day = local.date() if local.time() < MORNING else local.date() + timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, MORNING))


@transaction.atomic
def _write(channel: Channel, due: dict[int, list[int]], at: datetime) -> int:
    """Deliveries and the marks on their messages: both or neither, so that none is told twice."""
    field = FIELDS[channel]
    keys = [key for listed in due.values() for key in listed]
    # Locked and asked again: another worker may have gathered them meanwhile.
    rows = Notice.objects.select_for_update(of=("self",)).filter(**{field: None}, pk__in=keys).order_by("pk")
    gathered = defaultdict(list)
    for notice in rows.select_related("recipient"):
        gathered[notice.recipient].append(notice)
    made = Delivery.objects.bulk_create(_delivery(channel, person, notices, at) for person, notices in gathered.items())
    for delivery, notices in zip(made, gathered.values(), strict=True):
        Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(**{field: delivery})
    return len(made)


def _delivery(channel: Channel, person: User, notices: Sequence[Notice], at: datetime) -> Delivery:
    refusal = refusal_of(person)
    return Delivery(
        key=uuid.uuid4(),
        channel=channel,
        recipient=person,
        address=person.email,
        subject=letters.subject_of(notices),
        body=letters.body_of(notices),
        state=DeliveryState.FAILED if refusal else DeliveryState.QUEUED,
        failure=refusal,
        queued_at=at,
        next_at=at,
    )


def refusal_of(person: User) -> str:
    """Why this person cannot be written to at all, or nothing."""
    if not person.is_active:
        return _("Tài khoản đã ngừng hoạt động.")
    try:
        validate_email(person.email)
    except ValidationError:
        return _("Tài khoản không có địa chỉ thư hợp lệ.")
    return "" if person.email.isascii() else _("Địa chỉ thư có ký tự ngoài bảng chữ cái Latinh không dấu.")
