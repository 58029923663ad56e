from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """How a document was given."""

    FILE = "file", _("tệp")
    LINK = "link", _("liên kết")


class PreviewState(models.TextChoices):
    """The picture of an Office file as PDF, made in the background; PDF and images need none."""

    NONE = "", _("không có")
    PENDING = "pending", _("đang tạo")
    READY = "ready", _("đã có")
    FAILED = "failed", _("không tạo được")
