from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """The ways out of the product."""

    MAIL = "mail", _("Thư điện tử")
    WEBHOOK = "webhook", _("Zalo, SMS (qua webhook)")


class DeliveryState(models.TextChoices):
    """Where a message is on its way; UNKNOWN: the sender died while sending it."""

    QUEUED = "queued", _("Chờ gửi")
    SENDING = "sending", _("Đang gửi")
    SENT = "sent", _("Đã gửi")
    FAILED = "failed", _("Không gửi được")
    UNKNOWN = "unknown", _("Không rõ đã gửi hay chưa")


class MailPace(models.TextChoices):
    """How often a person is mailed; what is kept for the day goes out in the morning."""

    SOON = "soon", _("Gửi ngay, gộp các thông báo cùng lúc")
    DAILY = "daily", _("Mỗi sáng một thư")
    NEVER = "never", _("Không gửi thư")
