"""Hand deliveries to the other side. A row is taken by compare-and-set, committed, before a word goes out.

So of several workers one sends it, and what a dead worker left is seen: SENDING for longer than anything takes.
"""

import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from chiso.background import stopping
from chiso.common.workflow import Transition
from chiso.notices import mailing, webhook, workflow
from chiso.notices.answers import Answer, Kind, Unreachable
from chiso.notices.choices import Channel, DeliveryState
from chiso.notices.composing import STALE_AFTER, refusal_of
from chiso.notices.models import Delivery

logger = logging.getLogger(__name__)

BATCH = 50
SECONDS = 20
"""A worker has other work too: what is left over waits for the next tick."""
WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)]
GIVEN_UP_AFTER = timedelta(minutes=10)

Line = AbstractContextManager[Callable[[Delivery], Answer]]
LINES: dict[Channel, Callable[[], Line]] = {Channel.MAIL: mailing.connected, Channel.WEBHOOK: webhook.connected}


def dispatch(channel: Channel, at: datetime) -> int:
    """Send what is due on a channel, as far as time allows; return how many tries were made."""
    due = list(_due(channel, at).select_related("recipient").order_by("next_at", "pk")[:BATCH])
    with override(settings.LANGUAGE_CODE):
        rows = [row for row in due if not _drop(row, at)]
        if not rows:
            return 0
        try:
            with LINES[channel]() as send:
                return _send_all(rows, send, at)
        except Unreachable as trouble:
            _put_off_all(_due(channel, at), str(trouble), at)
            return 0


def _send_all(rows: list[Delivery], send: Callable[[Delivery], Answer], at: datetime) -> int:
    until, tried = time.monotonic() + SECONDS, 0
    for row in rows:
        if stopping.asked() or time.monotonic() > until:
            break
        if not _take(row, at):
            continue
        tried += 1
        answer = _try(send, row)
        _settle(row, answer, at)
        if answer.stops:
            _pause(Channel(row.channel), answer, at)
            break
    return tried


def _drop(row: Delivery, at: datetime) -> bool:
    """Give up what should not go out any more: things change while a message waits."""
    why = refusal_of(row.recipient)
    if row.next_at <= at - STALE_AFTER:  # No server was set meanwhile, or no worker ran: it is no news.
        why = _("Quá ba ngày chưa gửi được nên không gửi nữa.")
    if why:
        _step(Delivery.objects.filter(pk=row.pk, attempts=row.attempts), workflow.GIVE_UP, failure=why)
    return bool(why)


def _try(send: Callable[[Delivery], Answer], row: Delivery) -> Answer:
    """Send; what nobody foresaw costs one message a tick, told on the record, and does not keep back the others."""
    try:
        return send(row)
    except Exception as error:
        logger.exception("Bản tin %s bị lỗi khi gửi.", row.key)
        return Answer(Kind.LOST, _("Lỗi khi gửi (%(error)s).") % {"error": type(error).__name__}, stops=True)


def _due(channel: Channel, at: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(channel=channel, state=DeliveryState.QUEUED, next_at__lte=at)


def _step(rows: QuerySet[Delivery], transition: Transition, **also: Any) -> int:
    return rows.filter(state__in=transition.sources).update(state=transition.target, **also)


def _take(row: Delivery, at: datetime) -> bool:
    """Of the workers that know this row, one gets it; it goes to where the person is reached today."""
    mine = Delivery.objects.filter(pk=row.pk, attempts=row.attempts, next_at__lte=at)
    row.address = row.recipient.email
    taken = _step(mine, workflow.TAKE, begun_at=at, attempts=F("attempts") + 1, address=row.address)
    row.attempts, row.begun_at = row.attempts + 1, at
    return bool(taken)


def _settle(row: Delivery, answer: Answer, at: datetime) -> None:
    """Write down how a try ended, unless the row has gone on without us."""
    mine = Delivery.objects.filter(pk=row.pk, attempts=row.attempts, begun_at=row.begun_at)
    if answer.kind == Kind.ACCEPTED:
        _step(mine, workflow.DELIVER, sent_at=at, failure="")
    elif answer.kind == Kind.LOST and row.channel == Channel.MAIL:
        _step(mine, workflow.LOSE, failure=_lost(answer.reason))
    elif answer.kind != Kind.REFUSED and row.attempts <= len(WAITS):
        wait = max(WAITS[row.attempts - 1], answer.wait or timedelta())
        _step(mine, workflow.PUT_OFF, next_at=at + wait, failure=answer.reason)
    else:
        _step(mine, workflow.GIVE_UP, failure=answer.reason)


def _pause(channel: Channel, answer: Answer, at: datetime) -> None:
    """Let the others wait as long as the other side asked for; that costs them no try."""
    if answer.wait:
        _due(channel, at).update(next_at=at + answer.wait)


def _put_off_all(rows: QuerySet[Delivery], reason: str, at: datetime) -> None:
    """Nobody answers: a try for all that wait, rather than one long silence for each."""
    _step(rows.filter(attempts__gte=len(WAITS)), workflow.GIVE_UP, attempts=F("attempts") + 1, failure=reason)
    for before, wait in enumerate(WAITS):
        tried = rows.filter(attempts=before)
        _step(tried, workflow.PUT_OFF, attempts=before + 1, next_at=at + wait, failure=reason)


def bury_silent(at: datetime) -> None:
    """Give up what was being sent when its worker died.

    A mail may have gone out: it is UNKNOWN until a person decides. A webhook knows a key it has seen, so it is posted
    again.
    """
    silent = Delivery.objects.filter(state=DeliveryState.SENDING, begun_at__lte=at - GIVEN_UP_AFTER)
    if not silent.exists():  # Twice a minute nearly always; an UPDATE would lock the whole of SQLite to find nothing.
        return
    with override(settings.LANGUAGE_CODE):
        broke_off = _("Tiến trình gửi dừng giữa chừng.")
        posts = silent.filter(channel=Channel.WEBHOOK)
        _step(posts.filter(attempts__gt=len(WAITS)), workflow.GIVE_UP, failure=broke_off)
        _step(posts, workflow.PUT_OFF, next_at=at, failure=broke_off)
        _step(silent.filter(channel=Channel.MAIL), workflow.LOSE, failure=_lost(broke_off))


def _lost(why: str) -> str:
    return f"{why} " + _("Không rõ thư đã đến hay chưa; hãy hỏi người nhận trước khi gửi lại.")
