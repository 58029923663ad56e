from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from chiso.organizations.models import Unit, User
from chiso.results.choices import SubmissionState
from chiso.rounds.models import Block, Round


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(round__authority__in=user.authorities_run())


class Submission(models.Model):
    """The submission of an adopted result to the head (tờ trình), and what the head decided."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="submissions", verbose_name=_("đợt đánh giá"))
    number = models.CharField(_("số tờ trình"), max_length=50)
    text = models.TextField(_("nội dung trình"))
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người trình")
    )
    submitted_at = models.DateTimeField(_("trình lúc"))
    state = models.CharField(_("trạng thái"), max_length=10, choices=SubmissionState, default=SubmissionState.WAITING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người quyết định"),
    )
    decided_at = models.DateTimeField(_("quyết định lúc"), null=True, blank=True)
    reason = models.TextField(_("lý do trả lại"), blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("tờ trình")
        constraints = [
            models.UniqueConstraint(
                fields=["round"],
                condition=models.Q(state=SubmissionState.WAITING),
                name="one_submission_waits_in_a_round",
            )
        ]

    def __str__(self) -> str:
        return f"Tờ trình {self.number}"


class ResultQuerySet(models.QuerySet["Result"]):
    def visible_to(self, user: User) -> Self:
        """Those who run the round, from approval on; everyone in it, once it is published."""
        return self.filter(
            models.Q(round__authority__in=user.authorities_run())
            | models.Q(publications__isnull=False, round__in=Round.objects.visible_to(user))
        ).distinct()


class Result(models.Model):
    """The approved result of a round (kết quả), frozen: editions, facts, scores and method, under one hash."""

    round = models.OneToOneField(Round, models.PROTECT, related_name="result", verbose_name=_("đợt đánh giá"))
    bundle = models.JSONField(_("bản chụp"))
    digest = models.CharField(_("mã băm"), max_length=64)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("người phê duyệt"))
    approved_at = models.DateTimeField(_("phê duyệt lúc"))

    objects = ResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("kết quả")

    def __str__(self) -> str:
        return f"{self.round}"


class Ranking(models.Model):
    """A unit's line in a result (xếp hạng): total, rank inside its block, grade."""

    result = models.ForeignKey(Result, models.CASCADE, related_name="rankings", verbose_name=_("kết quả"))
    block = models.ForeignKey(Block, models.PROTECT, related_name="+", verbose_name=_("khối"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="rankings", verbose_name=_("đơn vị"))
    total = models.DecimalField(_("chỉ số"), max_digits=9, decimal_places=4, null=True)
    rank = models.PositiveIntegerField(_("hạng"), null=True)
    grade = models.CharField(_("xếp loại"), max_length=80, blank=True)
    was_submitted = models.BooleanField(_("đã nộp hồ sơ"), default=True)

    class Meta:
        verbose_name = _("xếp hạng")
        constraints = [models.UniqueConstraint(fields=["result", "unit"], name="a_unit_is_ranked_once_in_a_result")]

    def __str__(self) -> str:
        return f"{self.rank} {self.unit}"


class PublicationQuerySet(models.QuerySet["Publication"]):
    def public(self) -> Self:
        """What anyone may read: every publication, also one that a correction replaced, which says so."""
        return self.filter(published_at__isnull=False)

    def in_force(self) -> Self:
        """The newest publication of each round: a correction hides what it corrects, never deletes it."""
        return self.filter(superseded_by__isnull=True)


class Publication(models.Model):
    """The publication of a result by decision (công bố); a correction names the one it replaces."""

    result = models.ForeignKey(Result, models.PROTECT, related_name="publications", verbose_name=_("kết quả"))
    number = models.CharField(_("số quyết định"), max_length=50)
    date = models.DateField(_("ngày quyết định"))
    signer_name = models.CharField(_("người ký"), max_length=150)
    decision = models.FileField(_("quyết định"), upload_to="decisions", max_length=200)
    published_at = models.DateTimeField(_("công bố lúc"))
    supersedes = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
        verbose_name=_("thay cho"),
    )
    reason = models.TextField(_("lý do đính chính"), blank=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("công bố")
        constraints = [models.UniqueConstraint(fields=["result", "number"], name="a_result_is_published_once_a_number")]

    def __str__(self) -> str:
        return f"Quyết định {self.number}"
