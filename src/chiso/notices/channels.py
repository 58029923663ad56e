"""Which ways out are set up on this installation."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from chiso.notices.choices import Channel

# The field of a notice that says in which delivery it left.
FIELDS = {Channel.MAIL: "mail", Channel.WEBHOOK: "push"}


def is_open(channel: str) -> bool:
    if channel == Channel.MAIL:
        return bool(settings.NOTICES_BY_MAIL)
    return bool(settings.WEBHOOK_URL)


def open_channels() -> list[Channel]:
    return [channel for channel in Channel if is_open(channel)]


def check() -> None:
    """Refuse to start with a way out that could not work, or that anybody could forge."""
    if open_channels() and not _is_address(settings.PUBLIC_URL):
        raise ImproperlyConfigured("CHISO_PUBLIC_URL phải là địa chỉ http:// hoặc https:// đầy đủ.")
    if settings.EMAIL_USE_TLS and settings.EMAIL_USE_SSL:
        raise ImproperlyConfigured("Chỉ đặt một trong hai: CHISO_SMTP_TLS=1 hoặc CHISO_SMTP_SSL=1.")
    if not settings.WEBHOOK_URL:
        return
    if not _is_address(settings.WEBHOOK_URL):
        raise ImproperlyConfigured(
            "CHISO_WEBHOOK_URL phải là địa chỉ http:// hoặc https:// đầy đủ, không dấu, không có tên và mật khẩu."
        )
    if not settings.WEBHOOK_SECRET:
        raise ImproperlyConfigured("Có CHISO_WEBHOOK_URL thì phải đặt CHISO_WEBHOOK_SECRET để ký bản tin.")


def _is_address(url: str) -> bool:
    """A whole address, of what a request line can hold; a name and password in it would be left out silently."""
    if not url.isascii() or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        _port = parts.port  # Refuses what is no port.
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
