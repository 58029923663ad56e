"""Deliveries by the one outgoing webhook, for gateways to Zalo or SMS. Its contract: docs/messages.md.

`http.client` rather than `urllib`: it follows no redirect, knows no scheme but http and https, and reads no proxy.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from chiso.background import process_time
from chiso.notices import letters
from chiso.notices.answers import Answer, Kind, printable
from chiso.notices.models import Delivery

TIMEOUT = 10
_READ = 800
_LONGEST_WAIT = timedelta(days=1)
_TRY_AGAIN = (408, 425, 429)


@contextmanager
def connected() -> Iterator[Callable[[Delivery], Answer]]:
    """Give the function that posts; every post has a connection of its own."""
    yield _post


def content_of(delivery: Delivery) -> bytes:
    """What is posted: the same at every try, to where the person is reached by then."""
    letter = letters.read(delivery.recipient.full_name, delivery.body)
    told = {
        "id": str(delivery.key),
        "created_at": delivery.queued_at.isoformat(),
        "to": {"email": delivery.address, "name": letter.name},
        "subject": delivery.subject,
        "lines": [{"text": line.text, "url": line.url} for line in letter.lines],
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def signature(secret: str, timestamp: str, content: bytes) -> str:
    """HMAC-SHA256 of `timestamp.content`, so that an old post cannot be sent again with a new time."""
    signed = hmac.new(secret.encode(), timestamp.encode() + b"." + content, hashlib.sha256)
    return f"sha256={signed.hexdigest()}"


def _post(delivery: Delivery) -> Answer:
    content = content_of(delivery)
    timestamp = str(int(process_time.now().timestamp()))  # The receiver's clock is not the demo's.
    parts = urlsplit(settings.WEBHOOK_URL)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    line = kind(parts.hostname or "", parts.port, timeout=TIMEOUT)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "chiso",
        "Idempotency-Key": str(delivery.key),
        "X-Chiso-Timestamp": timestamp,
        "X-Chiso-Signature": signature(settings.WEBHOOK_SECRET, timestamp, content),
    }
    try:
        line.request("POST", parts.path + (f"?{parts.query}" if parts.query else "") or "/", content, headers)
        response = line.getresponse()
        return _answer(response)
    except (OSError, HTTPException) as error:
        why = printable(str(error) or type(error).__name__)
        return Answer(Kind.LATER, _("Không kết nối được webhook: %(why)s") % {"why": why}, stops=True)
    finally:
        line.close()


def _answer(response: HTTPResponse) -> Answer:
    code = response.status
    if 200 <= code < 300:
        return Answer(Kind.ACCEPTED)
    said = response.read1(_READ)  # What came at once: nobody can hold us by a body that never ends.
    reason = _("Webhook trả lời: %(code)d %(said)s") % {"code": code, "said": printable(said)}
    if code in _TRY_AGAIN or code >= 500:
        wait = _wait(response.headers.get("Retry-After", ""), process_time.now())
        return Answer(Kind.LATER, reason.strip(), stops=wait is not None, wait=wait)
    if 300 <= code < 400:
        reason = _("Webhook chuyển hướng (%(code)d); hệ thống không đi theo. Hãy đặt địa chỉ đích.") % {"code": code}
    return Answer(Kind.REFUSED, reason.strip())


def _wait(asked: str, now: datetime) -> timedelta | None:
    """How long `Retry-After` asks to wait, in seconds or until a date; at most a day."""
    asked = asked.strip()
    try:
        wait = timedelta(seconds=int(asked)) if asked.isdecimal() else parsedate_to_datetime(asked) - now
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait, timedelta()), _LONGEST_WAIT)
