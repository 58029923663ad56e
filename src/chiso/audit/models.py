from typing import Any, NoReturn, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AppendOnly(RuntimeError):
    """The audit log is only ever appended to."""


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    def about(self, subject: models.Model) -> Self:
        return self.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk)

    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnly("Audit entries are never changed.")

    def delete(self) -> NoReturn:
        raise AppendOnly("Audit entries are never deleted.")


class AuditEntry(models.Model):
    """One line of the audit log (nhật ký): who, in which role, from where, did what to what, and why.

    The database itself refuses to change or delete a line (triggers of the first migration); the hashes prove
    that nobody went around it.
    """

    number = models.PositiveBigIntegerField(_("số thứ tự"), unique=True)
    at = models.DateTimeField(_("thời điểm"))
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("người thực hiện"))
    actor_name = models.CharField(_("họ và tên"), max_length=150)
    role = models.CharField(_("vai trò"), max_length=30)
    origin = models.CharField(_("nơi thực hiện"), max_length=100, blank=True)
    code = models.CharField(_("việc"), max_length=60, db_index=True)
    subject_type = models.CharField(_("loại đối tượng"), max_length=60)
    subject_id = models.BigIntegerField(_("mã đối tượng"))
    subject_label = models.CharField(_("đối tượng"), max_length=200)
    changes = models.JSONField(_("thay đổi"), default=dict)
    reason = models.TextField(_("lý do"), blank=True)
    previous_hash = models.CharField(_("dấu niêm phong trước"), max_length=64)
    hash = models.CharField(_("dấu niêm phong"), max_length=64)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("nhật ký")
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="audit_subject")]

    def __str__(self) -> str:
        return f"{self.number} {self.code}"
