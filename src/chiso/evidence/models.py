from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from chiso.organizations.models import Unit


def _path(document: "Document", _filename: str) -> str:
    """Files lie under their content's hash; the name people gave is data, never a path."""
    return f"evidence/{document.sha256[:2]}/{document.sha256}"


class Document(models.Model):
    """One document as it was received (tài liệu kiểm chứng); the same content of a unit is stored once."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="documents", verbose_name=_("đơn vị"))
    name = models.CharField(_("tên tệp"), max_length=200)
    media_type = models.CharField(_("loại tệp"), max_length=100)
    size = models.PositiveBigIntegerField(_("dung lượng"))
    sha256 = models.CharField(_("mã băm"), max_length=64)
    content = models.FileField(_("tệp"), upload_to=_path, max_length=200)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("người tải lên"))
    uploaded_at = models.DateTimeField(_("tải lên lúc"))

    class Meta:
        verbose_name = _("tài liệu kiểm chứng")
        constraints = [models.UniqueConstraint(fields=["unit", "sha256"], name="a_unit_stores_the_same_content_once")]

    def __str__(self) -> str:
        return self.name
