"""What an appraiser keeps on the desk: no judgement, and nothing of it counts."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from chiso.assessments.choices import Pass
from chiso.assessments.models.dossier import Entry
from chiso.rounds.models import Round


class JudgementDraft(models.Model):
    """What somebody typed of a judgement and has not saved yet (bản nháp): read by nobody else, counted nowhere."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="+", verbose_name=_("mục chấm điểm"))
    pass_number = models.PositiveSmallIntegerField(_("lần thẩm định"), choices=Pass)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("người soạn"))
    words = models.JSONField(_("nội dung đang soạn"), default=dict)
    version = models.PositiveIntegerField(_("soạn trên lần lưu"))
    saved_at = models.DateTimeField(_("lưu nháp lúc"))

    class Meta:
        verbose_name = _("bản nháp thẩm định")
        constraints = [
            models.UniqueConstraint(fields=["entry", "pass_number", "user"], name="a_person_has_one_draft_of_a_leaf")
        ]

    def __str__(self) -> str:
        return f"{self.entry} · {self.user}"


class ReadyReason(models.Model):
    """A reason to start from (lý do mẫu): of one appraiser, or written by the leader for the whole team.

    `code` is the criterion it is for, with all below it; empty is every criterion.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="ready_reasons", verbose_name=_("đợt đánh giá"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("của riêng"),
    )
    pass_number = models.PositiveSmallIntegerField(_("lần thẩm định"), choices=Pass)
    code = models.CharField(_("mã tiêu chí"), max_length=60, blank=True)
    text = models.CharField(_("lý do"), max_length=300)
    position = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    class Meta:
        verbose_name = _("lý do mẫu")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text
