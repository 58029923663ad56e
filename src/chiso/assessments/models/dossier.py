from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from chiso.assessments.choices import DossierState
from chiso.assessments.models.leaf_score import LeafScored
from chiso.evidence.models import Document
from chiso.indexsets.models import Criterion
from chiso.organizations.models import Unit, User
from chiso.rounds.choices import Panel, Position, StageKey
from chiso.rounds.models import Block, Round
from chiso.rounds.sight import assigned_to_person, barred, held_seats

_BEFORE_COUNCIL = [
    StageKey.PREPARATION,
    StageKey.SELF_ASSESSMENT,
    StageKey.AGGREGATION,
    StageKey.APPRAISAL,
    StageKey.NOTICE,
    StageKey.SUPPLEMENT,
    StageKey.REAPPRAISAL,
]


_ANSWERING = [DossierState.NOTIFIED, DossierState.SUPPLEMENTING]
_HANDED_OVER = ~models.Q(stage=StageKey.SUPPLEMENT, entry__dossier__state__in=_ANSWERING)
"""Of citations: what a unit adds after its notice stays its own until it is sent."""
_NOT_HANDED_OVER = [DossierState.DRAFT, DossierState.INTERNAL_REVIEW, DossierState.RETURNED]


class DossierQuerySet(models.QuerySet["Dossier"]):
    def visible_to(self, user: User) -> Self:
        """The unit's own; all to those who run the round; to the team and, once it is its turn, to the council,
        never of a unit with which one declared a conflict."""
        team = held_seats(user, Panel.TEAM)
        council = held_seats(user, Panel.COUNCIL).exclude(round__stage__in=_BEFORE_COUNCIL)
        judged = (models.Q(round__in=team.values("round")) & ~models.Q(state__in=_NOT_HANDED_OVER)) | models.Q(
            round__in=council.values("round")
        )
        return self.filter(
            models.Q(unit__in=user.unit_ids())
            | models.Q(round__authority__in=user.authorities_run())
            | (judged & ~barred(user))
        )


class Dossier(models.Model):
    """What a unit says of itself in a round, with evidence (hồ sơ tự đánh giá)."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="dossiers", verbose_name=_("đợt đánh giá"))
    block = models.ForeignKey(Block, models.PROTECT, related_name="dossiers", verbose_name=_("khối"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="dossiers", verbose_name=_("đơn vị"))
    state = models.CharField(_("trạng thái"), max_length=20, choices=DossierState, default=DossierState.DRAFT)
    review_requested_at = models.DateTimeField(_("trình duyệt lúc"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("nộp lúc"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người nộp"),
    )
    late_days = models.PositiveSmallIntegerField(_("số ngày trễ"), default=0)
    receipt = models.CharField(_("mã biên nhận"), max_length=64, blank=True)
    return_reason = models.TextField(_("lý do trả lại"), blank=True)
    return_until = models.DateTimeField(_("hoàn thiện trước"), null=True, blank=True)
    resubmitted_at = models.DateTimeField(_("gửi giải trình lúc"), null=True, blank=True)
    report_number = models.CharField(_("số báo cáo"), max_length=50, blank=True)
    report_date = models.DateField(_("ngày báo cáo"), null=True, blank=True)
    report = models.ForeignKey(
        Document,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reported_dossiers",
        verbose_name=_("báo cáo tự đánh giá, chấm điểm đã ký"),
    )

    objects = DossierQuerySet.as_manager()

    class Meta:
        verbose_name = _("hồ sơ tự đánh giá")
        constraints = [models.UniqueConstraint(fields=["round", "unit"], name="a_unit_has_one_dossier_in_a_round")]

    def __str__(self) -> str:
        return _("Hồ sơ %(unit)s") % {"unit": self.unit}


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, user: User) -> Self:
        """As the dossier; but to the team, only what is assigned."""
        leading = held_seats(user, Panel.TEAM).filter(position=Position.LEADER)
        council = held_seats(user, Panel.COUNCIL).exclude(round__stage__in=_BEFORE_COUNCIL)
        team = assigned_to_person(user) | models.Q(dossier__round__in=leading.values("round"))
        judged = (team & ~models.Q(dossier__state__in=_NOT_HANDED_OVER)) | models.Q(
            dossier__round__in=council.values("round")
        )
        return self.filter(
            models.Q(dossier__unit__in=user.unit_ids())
            | models.Q(dossier__round__authority__in=user.authorities_run())
            | (judged & ~barred(user, dossier="dossier__"))
        )


class Entry(LeafScored):
    """One leaf of a dossier: the unit's facts and self score (điểm tự chấm), and how it scored (thuyết minh).

    `assigned_to` answers for the leaf inside the unit, until `assigned_until`; colleagues may help. `remark` is what
    the leader found when reviewing (nhận xét): answered once the leaf is saved after `remarked_at`.
    """

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="entries", verbose_name=_("hồ sơ"))
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="entries", verbose_name=_("tiêu chí"))
    code = models.CharField(_("mã tiêu chí"), max_length=60)
    reason = models.TextField(_("lý do không áp dụng hoặc chấm thấp hơn"), blank=True)
    note = models.TextField(_("thuyết minh"), blank=True)
    no_document = models.BooleanField(_("không có tài liệu, thuyết minh thay tài liệu"), default=False)
    as_of = models.DateField(_("số liệu đến ngày"), null=True, blank=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assigned_entries",
        verbose_name=_("người phụ trách"),
    )
    assigned_until = models.DateField(_("hạn nội bộ"), null=True, blank=True)
    remark = models.TextField(_("nhận xét của lãnh đạo"), blank=True)
    remarked_at = models.DateTimeField(_("nhận xét lúc"), null=True, blank=True)
    version = models.PositiveIntegerField(_("lần lưu"), default=0)
    saved_at = models.DateTimeField(_("lưu lúc"), null=True, blank=True)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người lưu"),
    )

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("mục chấm điểm")
        constraints = [models.UniqueConstraint(fields=["dossier", "criterion"], name="a_dossier_has_each_leaf_once")]

    def __str__(self) -> str:
        return _("Tiêu chí %(code)s") % {"code": self.code}


class CitationQuerySet(models.QuerySet["Citation"]):
    def visible_to(self, user: User) -> Self:
        """As the leaf; but what a unit adds after its notice stays its own until it is sent."""
        is_ours = models.Q(entry__dossier__unit__in=user.unit_ids())
        return self.filter(is_ours | _HANDED_OVER, entry__in=Entry.objects.visible_to(user))

    def handed_over(self) -> Self:
        """All but what is visible to its unit only."""
        return self.filter(_HANDED_OVER)


class Citation(models.Model):
    """The use of a document for a leaf (trích dẫn), with the page or section that proves it."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="citations", verbose_name=_("mục chấm điểm"))
    document = models.ForeignKey(
        Document, models.PROTECT, related_name="citations", verbose_name=_("tài liệu kiểm chứng")
    )
    place = models.CharField(_("trang, mục"), max_length=100, blank=True)
    stage = models.CharField(_("bổ sung ở giai đoạn"), max_length=20, choices=StageKey)
    added_at = models.DateTimeField(_("thêm lúc"))

    objects = CitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("trích dẫn tài liệu")
        constraints = [
            models.UniqueConstraint(fields=["entry", "document"], name="a_document_is_cited_once_for_a_leaf")
        ]

    def __str__(self) -> str:
        return f"{self.document} · {self.entry}"
