"""Deliveries by mail: one connection for a batch, and no doubt about what a server has accepted."""

import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.utils.translation import gettext as _

from chiso.notices import letters
from chiso.notices.answers import Answer, Kind, Unreachable, printable
from chiso.notices.models import Delivery

_OK, _OK_FORWARDED, _CLOSING = 250, 251, 421
_TAKEN, _REFUSED = range(200, 300), range(400, 600)


@contextmanager
def connected() -> Iterator[Callable[[Delivery], Answer]]:
    """Open the line to the server of the settings, or raise `Unreachable`; gives the function that sends."""
    line = get_connection()
    try:
        line.open()
    except (OSError, smtplib.SMTPException) as error:
        raise Unreachable(_reason(error)) from error
    try:
        yield lambda delivery: _send(line, delivery)
    finally:
        _close(line)


def _close(line: BaseEmailBackend) -> None:
    with suppress(OSError, smtplib.SMTPException):  # What was accepted stays accepted, however the two part.
        line.close()


def message_of(delivery: Delivery) -> EmailMultiAlternatives:
    """The mail of a delivery; its Message-ID is the same at every try."""
    letter = letters.read(delivery.recipient.full_name, delivery.body)
    message = EmailMultiAlternatives(
        delivery.subject,
        letters.as_text(letter),
        to=[delivery.address],
        headers={
            "Message-ID": f"<{delivery.key}@{urlsplit(settings.PUBLIC_URL).hostname or 'chiso'}>",
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )
    message.attach_alternative(letters.as_html(letter), "text/html")
    return message


def _send(line: BaseEmailBackend, delivery: Delivery) -> Answer:
    message = message_of(delivery)
    if isinstance(line, EmailBackend) and line.connection:
        content = message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django's own class has it
        return _converse(line.connection, parseaddr(message.from_email)[1], delivery.address, content)
    line.send_messages([message])
    return Answer(Kind.ACCEPTED)


def _converse(server: smtplib.SMTP, sender: str, address: str, content: bytes) -> Answer:
    """Say it step by step. `smtplib.sendmail` would not tell whether the line broke before or after the content."""
    try:
        server.ehlo_or_helo_if_needed()
        code, said = server.mail(sender)
        if code == _OK:
            code, said = server.rcpt(address)
        if code not in (_OK, _OK_FORWARDED):
            return _refused(server, code, said)
    except (OSError, smtplib.SMTPException) as error:
        return Answer(Kind.LATER, _reason(error), stops=True)
    try:
        code, said = server.data(content)
    except smtplib.SMTPDataError as error:  # It did not even want to hear the content.
        return _refused(server, error.smtp_code, error.smtp_error)
    except (OSError, smtplib.SMTPException) as error:
        reason = _("Đường truyền đứt khi máy chủ thư chưa trả lời (%(why)s).") % {"why": _reason(error)}
        return Answer(Kind.LOST, reason, stops=True)
    if code in _TAKEN:
        return Answer(Kind.ACCEPTED)
    if code in _REFUSED:
        return _refused(server, code, said)
    return Answer(Kind.LOST, _answered(code, said), stops=True)  # It had everything: perhaps it took it.


def _refused(server: smtplib.SMTP, code: int, said: bytes | str) -> Answer:
    reason = _answered(code, said)
    if code == _CLOSING:
        return Answer(Kind.LATER, reason, stops=True)
    try:
        server.rset()
    except (OSError, smtplib.SMTPException):
        return Answer(_kind(code), reason, stops=True)
    return Answer(_kind(code), reason)


def _kind(code: int) -> Kind:
    """5xx is for good (RFC 5321 §4.2.1); anything else, and what cannot be read, is for now."""
    return Kind.REFUSED if code >= 500 else Kind.LATER


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _answered(error.smtp_code, error.smtp_error)
    return _("Không kết nối được máy chủ thư: %(why)s") % {"why": printable(str(error) or type(error).__name__)}


def _answered(code: int, said: bytes | str) -> str:
    return _("Máy chủ thư trả lời: %(code)d %(said)s") % {"code": code, "said": printable(said)}
