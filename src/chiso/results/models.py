from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from chiso.evidence.models import Document
from chiso.organizations.models import Unit, User
from chiso.results.choices import SubmissionState
from chiso.rounds.choices import Panel
from chiso.rounds.models import Block, PanelMember, Round


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def visible_to(self, user: User) -> Self:
        """Those who run the round; of what the head decided also the council, which may have to meet again."""
        seats = PanelMember.objects.filter(user=user, panel=Panel.COUNCIL, left_at=None)
        return self.filter(
            models.Q(round__authority__in=user.authorities_run())
            | (~models.Q(state=SubmissionState.WAITING) & models.Q(round__in=seats.values("round")))
        )


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

    def standing(self) -> Self:
        """The result of a round that nobody asked to correct: at most one of each round."""
        return self.filter(correction=None)

    def published(self) -> Self:
        """Those that were published, the newest first."""
        return self.filter(publications__isnull=False).order_by("-pk")


class Result(models.Model):
    """The approved result of a round (kết quả), frozen: editions, facts, scores and method, under one hash.

    It never changes. A mistake is corrected by another result of the same round, which names it and the reason.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="results", verbose_name=_("đợt đánh giá"))
    bundle = models.JSONField(_("bản chụp"))
    digest = models.CharField(_("mã băm"), max_length=64)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("người phê duyệt"))
    approved_at = models.DateTimeField(_("phê duyệt lúc"))
    corrects = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="corrected_by",
        verbose_name=_("đính chính kết quả"),
    )
    reason = models.TextField(_("lý do đính chính"), blank=True)

    objects = ResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("kết quả")
        constraints = [
            models.UniqueConstraint(
                fields=["round"], condition=models.Q(corrects=None), name="a_round_has_one_first_result"
            ),
            models.CheckConstraint(
                condition=models.Q(corrects=None, reason="")
                | (models.Q(corrects__isnull=False) & ~models.Q(reason="")),
                name="a_correction_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round}"


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def visible_to(self, user: User) -> Self:
        """Those who run the round, and the council that meets anew."""
        seats = PanelMember.objects.filter(user=user, panel=Panel.COUNCIL, left_at=None)
        return self.filter(
            models.Q(result__round__authority__in=user.authorities_run())
            | models.Q(result__round__in=seats.values("round"))
        )


class Correction(models.Model):
    """The request to correct a published result (yêu cầu đính chính): why, and the document that shows it."""

    result = models.OneToOneField(Result, models.PROTECT, related_name="correction", verbose_name=_("kết quả"))
    reason = models.TextField(_("lý do đính chính"))
    document = models.ForeignKey(Document, models.PROTECT, related_name="+", verbose_name=_("tài liệu căn cứ"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người yêu cầu")
    )
    asked_at = models.DateTimeField(_("yêu cầu lúc"))

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("yêu cầu đính chính")

    def __str__(self) -> str:
        return f"{self.result}"


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
