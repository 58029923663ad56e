from django.db import models
from django.utils.translation import gettext_lazy as _


class SubmissionState(models.TextChoices):
    WAITING = "waiting", _("chờ phê duyệt")
    APPROVED = "approved", _("đã phê duyệt")
    RETURNED = "returned", _("trả lại Hội đồng")
