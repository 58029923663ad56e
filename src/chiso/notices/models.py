from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from chiso.notices.choices import Channel, DeliveryState, MailPace
from chiso.notices.reach import people_under, runs_everything
from chiso.organizations.models import User

DETAIL_LENGTH = 300


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, user: User) -> Self:
        """The administrator's are all; who runs an index sees what goes to its units, its bodies and its panels."""
        if runs_everything(user):
            return self
        return self.filter(recipient__in=people_under(user.authorities_run()))


class Delivery(models.Model):
    """One message that leaves the product (bản tin gửi đi): an e-mail or a post to the webhook, with its record.

    It carries what several notices tell one person: a digest. `key` is given to the receiving server, as Message-ID or
    Idempotency-Key. A row is SENDING, committed, before anything goes out: what a dead worker left so is never sent
    again by itself, since nobody knows whether it went out.
    """

    key = models.UUIDField(_("mã"), unique=True)
    channel = models.CharField(_("kênh"), max_length=8, choices=Channel)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="deliveries", verbose_name=_("người nhận")
    )
    address = models.CharField(_("địa chỉ"), max_length=254)
    subject = models.CharField(_("tiêu đề"), max_length=300)
    body = models.TextField(_("nội dung"))
    state = models.CharField(_("trạng thái"), max_length=8, choices=DeliveryState, default=DeliveryState.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("số lần gửi"), default=0)
    next_at = models.DateTimeField(_("gửi lúc"))
    queued_at = models.DateTimeField(_("xếp hàng lúc"))
    begun_at = models.DateTimeField(_("bắt đầu gửi lúc"), null=True, blank=True)
    sent_at = models.DateTimeField(_("đã gửi lúc"), null=True, blank=True)
    failure = models.TextField(_("lý do không gửi được"), blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("bản tin gửi đi")
        indexes = [models.Index(fields=["state", "next_at"], name="deliveries_due")]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} · {self.recipient}"


class MessagePreference(models.Model):
    """How a person wants to be written to (cách nhận thông báo); who has none is mailed at once."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="message_preference", verbose_name=_("người dùng")
    )
    mail = models.CharField(_("thư điện tử"), max_length=8, choices=MailPace, default=MailPace.SOON)
    push = models.BooleanField(_("nhận qua Zalo, SMS"), default=True)

    class Meta:
        verbose_name = _("cách nhận thông báo")

    def __str__(self) -> str:
        return f"{self.user} · {self.get_mail_display()}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(recipient=user)


class Notice(models.Model):
    """One message to one person (thông báo).

    `text` says what happened, and goes out by mail. `detail` is what somebody typed, as a reason: it may name a score,
    a file or a person, so it is read in the product only.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", verbose_name=_("người nhận")
    )
    text = models.CharField(_("nội dung"), max_length=300)
    detail = models.CharField(_("chi tiết"), max_length=DETAIL_LENGTH, blank=True)
    url = models.CharField(_("đường dẫn"), max_length=200, blank=True)
    sent_at = models.DateTimeField(_("gửi lúc"))
    opened_at = models.DateTimeField(_("mở lúc"), null=True, blank=True)
    mail = models.ForeignKey(
        Delivery, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("thư đã gửi")
    )
    push = models.ForeignKey(
        Delivery, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("bản tin đã gửi")
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("thông báo")
        indexes = [
            models.Index(fields=["recipient", "-sent_at"], name="notices_of_a_person"),
            models.Index(fields=["sent_at"], name="notices_by_time"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def in_full(self) -> str:
        """As it is read in the product."""
        return f"{self.text.removesuffix('.')}: {self.detail}" if self.detail else self.text
