from django.db import models
from django.utils.translation import gettext_lazy as _


class EditionState(models.TextChoices):
    DRAFT = "draft", _("Dự thảo")
    CONSULTING = "consulting", _("Đang lấy ý kiến")
    ISSUED = "issued", _("Đã ban hành")


class Response(models.TextChoices):
    """How an opinion was answered (tiếp thu, giải trình)."""

    ACCEPTED = "accepted", _("Tiếp thu")
    PARTLY = "partly", _("Tiếp thu một phần")
    DECLINED = "declined", _("Giải trình, không tiếp thu")
