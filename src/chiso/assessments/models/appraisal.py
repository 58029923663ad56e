from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from chiso.assessments.choices import Pass
from chiso.assessments.models.dossier import Dossier, Entry
from chiso.assessments.models.leaf_score import LeafScored
from chiso.organizations.models import User
from chiso.rounds.models import Round


class Appraisal(LeafScored):
    """The team's judgement of a leaf in one pass (thẩm định), with the reason where it differs."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="appraisals", verbose_name=_("mục chấm điểm"))
    pass_number = models.PositiveSmallIntegerField(_("lần thẩm định"), choices=Pass)
    reason = models.TextField(_("lý do, gửi đơn vị"), blank=True)
    private_note = models.TextField(_("ghi chú nội bộ"), blank=True)
    needs_explanation = models.BooleanField(_("yêu cầu giải trình"), default=False)
    version = models.PositiveIntegerField(_("lần lưu"), default=1)
    appraised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người thẩm định")
    )
    appraised_at = models.DateTimeField(_("thẩm định lúc"))

    class Meta:
        verbose_name = _("kết quả thẩm định")
        constraints = [
            models.UniqueConstraint(fields=["entry", "pass_number"], name="a_leaf_is_appraised_once_in_a_pass")
        ]

    def __str__(self) -> str:
        return f"{self.entry} · {self.get_pass_number_display()}"


class PassSignOff(models.Model):
    """The end of a pass (kết thúc thẩm định): signed by the team leader at a team meeting with minutes."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="sign_offs", verbose_name=_("đợt đánh giá"))
    pass_number = models.PositiveSmallIntegerField(_("lần thẩm định"), choices=Pass)
    minutes = models.TextField(_("biên bản họp Tổ"))
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("người ký"))
    signed_at = models.DateTimeField(_("ký lúc"))

    class Meta:
        verbose_name = _("kết thúc thẩm định")
        constraints = [models.UniqueConstraint(fields=["round", "pass_number"], name="a_pass_ends_once")]

    def __str__(self) -> str:
        return f"{self.get_pass_number_display()}"


class PreliminaryNoticeQuerySet(models.QuerySet["PreliminaryNotice"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(dossier__in=Dossier.objects.visible_to(user))


class PreliminaryNotice(models.Model):
    """The preliminary result told to a unit (thông báo kết quả sơ bộ), and until when it may answer."""

    dossier = models.OneToOneField(Dossier, models.CASCADE, related_name="notice", verbose_name=_("hồ sơ"))
    number = models.CharField(_("số"), max_length=50)
    sent_at = models.DateTimeField(_("gửi lúc"))
    answer_until = models.DateTimeField(_("giải trình, bổ sung đến"))
    opened_at = models.DateTimeField(_("mở lúc"), null=True, blank=True)

    objects = PreliminaryNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("thông báo kết quả sơ bộ")

    def __str__(self) -> str:
        return f"{self.number} · {self.dossier}"


class Explanation(LeafScored):
    """The unit's answer on a leaf after the notice (giải trình), with the score it proposes."""

    entry = models.OneToOneField(Entry, models.CASCADE, related_name="explanation", verbose_name=_("mục chấm điểm"))
    text = models.TextField(_("nội dung giải trình"))
    as_of = models.DateField(_("số liệu đến ngày"), null=True, blank=True)
    version = models.PositiveIntegerField(_("lần lưu"), default=1)
    explained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người giải trình")
    )
    explained_at = models.DateTimeField(_("giải trình lúc"))

    class Meta:
        verbose_name = _("giải trình")

    def __str__(self) -> str:
        return f"{self.entry}"
