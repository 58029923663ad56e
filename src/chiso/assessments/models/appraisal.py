from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from chiso.assessments.choices import Pass
from chiso.assessments.models.dossier import Dossier, Entry
from chiso.assessments.models.leaf_score import LeafScored
from chiso.organizations.models import Unit, User
from chiso.rounds.choices import Panel
from chiso.rounds.models import PanelMember, Round


class Appraisal(LeafScored):
    """The team's judgement of a leaf in one pass (thẩm định), with the reason where it differs."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="appraisals", verbose_name=_("mục chấm điểm"))
    pass_number = models.PositiveSmallIntegerField(_("lần thẩm định"), choices=Pass)
    reason = models.TextField(_("lý do, gửi đơn vị"), blank=True)
    private_note = models.TextField(_("ghi chú nội bộ"), blank=True)
    needs_explanation = models.BooleanField(_("yêu cầu giải trình"), default=False)
    needs_visit = models.BooleanField(_("cần kiểm tra thực tế"), default=False)
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


class IndependentScore(LeafScored):
    """One of two judgements of a leaf that do not see each other (thẩm định độc lập); the appraisal follows from both.

    Neither is shown to the other before both are there.
    """

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="independent_scores", verbose_name=_("mục chấm điểm"))
    pass_number = models.PositiveSmallIntegerField(_("lần thẩm định"), choices=Pass)
    member = models.ForeignKey(
        PanelMember, models.PROTECT, related_name="independent_scores", verbose_name=_("thành viên")
    )
    reason = models.TextField(_("lý do, gửi đơn vị"), blank=True)
    private_note = models.TextField(_("ghi chú nội bộ"), blank=True)
    needs_explanation = models.BooleanField(_("yêu cầu giải trình"), default=False)
    needs_visit = models.BooleanField(_("cần kiểm tra thực tế"), default=False)
    version = models.PositiveIntegerField(_("lần lưu"), default=1)
    given_at = models.DateTimeField(_("chấm lúc"))

    class Meta:
        verbose_name = _("điểm thẩm định độc lập")
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "pass_number", "member"], name="a_member_judges_a_leaf_once_in_a_pass"
            )
        ]

    def __str__(self) -> str:
        return f"{self.entry} · {self.member}"


class PassSignOff(models.Model):
    """The end of a pass (kết thúc thẩm định): signed at a team meeting with minutes.

    By the team leader for the whole; by the head of a field-owner office for its part (`office`).
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="sign_offs", verbose_name=_("đợt đánh giá"))
    pass_number = models.PositiveSmallIntegerField(_("lần thẩm định"), choices=Pass)
    office = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("cơ quan chủ trì lĩnh vực")
    )
    minutes = models.TextField(_("biên bản họp Tổ"))
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("người ký"))
    signed_at = models.DateTimeField(_("ký lúc"))

    class Meta:
        verbose_name = _("kết thúc thẩm định")
        constraints = [
            models.UniqueConstraint(
                fields=["round", "pass_number"], condition=models.Q(office=None), name="a_pass_ends_once"
            ),
            models.UniqueConstraint(
                fields=["round", "pass_number", "office"],
                condition=models.Q(office__isnull=False),
                name="a_pass_ends_once_for_an_office",
            ),
        ]

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
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người mở"),
    )

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


class Reopening(models.Model):
    """A leaf reopened before approval by a numbered request of the team or the council, with its own deadline
    (yêu cầu giải trình, bổ sung; design.md §3 c)."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="reopenings", verbose_name=_("mục chấm điểm"))
    panel = models.CharField(_("bên yêu cầu"), max_length=10, choices=Panel)
    number = models.CharField(_("số yêu cầu"), max_length=50)
    reason = models.TextField(_("nội dung yêu cầu"))
    until = models.DateTimeField(_("trả lời trước"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người yêu cầu")
    )
    requested_at = models.DateTimeField(_("yêu cầu lúc"))
    answered_at = models.DateTimeField(_("trả lời lúc"), null=True, blank=True)
    settled_at = models.DateTimeField(_("xem xét xong lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("yêu cầu giải trình, bổ sung")
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=models.Q(settled_at=None), name="a_leaf_is_reopened_once_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} · {self.entry}"
