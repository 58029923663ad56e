from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from chiso.organizations.models import User


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(recipient=user)


class Notice(models.Model):
    """One message to one person (thông báo)."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", verbose_name=_("người nhận")
    )
    text = models.CharField(_("nội dung"), max_length=300)
    url = models.CharField(_("đường dẫn"), max_length=200, blank=True)
    sent_at = models.DateTimeField(_("gửi lúc"))
    opened_at = models.DateTimeField(_("mở lúc"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("thông báo")
        indexes = [models.Index(fields=["recipient", "-sent_at"], name="notices_of_a_person")]

    def __str__(self) -> str:
        return self.text
