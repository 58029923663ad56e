from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from chiso.indexsets.choices import EditionState, Response
from chiso.organizations.models import Unit, User


class IndexSet(models.Model):
    """A set of criteria of one authority (bộ chỉ số); what it says in a year is an edition."""

    authority = models.ForeignKey(Unit, models.PROTECT, related_name="index_sets", verbose_name=_("cơ quan ban hành"))
    key = models.CharField(_("mã"), max_length=80)

    class Meta:
        verbose_name = _("bộ chỉ số")
        constraints = [models.UniqueConstraint(fields=["authority", "key"], name="set_keys_differ_in_an_authority")]

    def __str__(self) -> str:
        return self.key


class EditionQuerySet(models.QuerySet["Edition"]):
    def visible_to(self, user: User) -> Self:
        """Those who issue it see every edition, consulted bodies the one they are asked about, all below the issued."""
        above = {held.parent_id for held in user.roles()} | user.unit_ids()
        return self.filter(
            models.Q(index_set__authority__in=user.authorities_run())
            | models.Q(state=EditionState.ISSUED, index_set__authority__in=above)
            | models.Q(pk__in=Consultation.objects.filter(bodies__in=user.unit_ids()).values("edition"))
        )


class Edition(models.Model):
    """What an index set says from one decision on (phiên bản). Its text is `chiso-index-set/1`."""

    index_set = models.ForeignKey(IndexSet, models.PROTECT, related_name="editions", verbose_name=_("bộ chỉ số"))
    name = models.CharField(_("tên"), max_length=300)
    year = models.PositiveSmallIntegerField(_("năm"))
    version = models.PositiveSmallIntegerField(_("lần ban hành"))
    # A draft lives in `draft`, the plain tree of the file, which may still be faulty; `text` is written from it when
    # the set is sent out for opinions and when it is issued, and never changes after that.
    draft = models.JSONField(_("bản đang soạn"), null=True, blank=True)
    draft_version = models.PositiveIntegerField(_("lần lưu"), default=0)
    text = models.TextField(_("nội dung"), blank=True)
    digest = models.CharField(_("mã băm"), max_length=64, blank=True)
    origin = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="copies", verbose_name=_("soạn từ")
    )
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by", verbose_name=_("thay thế")
    )
    state = models.CharField(_("trạng thái"), max_length=20, choices=EditionState, default=EditionState.DRAFT)
    decision_number = models.CharField(_("số quyết định"), max_length=50, blank=True)
    decision_date = models.DateField(_("ngày quyết định"), null=True, blank=True)
    signer_name = models.CharField(_("người ký"), max_length=150, blank=True)
    signed_file = models.FileField(_("quyết định đã ký"), upload_to="set-decisions", max_length=200, blank=True)
    imported_at = models.DateTimeField(_("nhập lúc"))

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("phiên bản")
        constraints = [
            models.UniqueConstraint(fields=["index_set", "year", "version"], name="versions_differ_in_a_year"),
            models.CheckConstraint(
                condition=~models.Q(state=EditionState.ISSUED)
                | (models.Q(decision_date__isnull=False) & ~models.Q(decision_number="")),
                name="an_issued_edition_has_its_decision",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Criterion(models.Model):
    """A node of an edition's tree: area, criterion or component (lĩnh vực, tiêu chí, tiêu chí thành phần)."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="criteria", verbose_name=_("phiên bản"))
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="children", verbose_name=_("thuộc")
    )
    position = models.PositiveSmallIntegerField(_("thứ tự"))
    code = models.CharField(_("mã"), max_length=60)
    name = models.CharField(_("tên"), max_length=1000)
    max_score = models.DecimalField(_("điểm tối đa"), max_digits=9, decimal_places=4, null=True, blank=True)
    is_leaf = models.BooleanField(_("được chấm điểm"))

    class Meta:
        verbose_name = _("tiêu chí")
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="codes_differ_in_an_edition"),
            models.UniqueConstraint(fields=["edition", "position"], name="criteria_stand_in_one_order"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Consultation(models.Model):
    """The asking of opinions on an edition (lấy ý kiến): whom, and until when."""

    edition = models.OneToOneField(Edition, models.CASCADE, related_name="consultation", verbose_name=_("phiên bản"))
    bodies = models.ManyToManyField(Unit, related_name="consultations", verbose_name=_("cơ quan được lấy ý kiến"))
    opened_at = models.DateTimeField(_("bắt đầu"))
    closes_at = models.DateTimeField(_("kết thúc"))

    class Meta:
        verbose_name = _("lấy ý kiến")

    def __str__(self) -> str:
        return str(self.edition)


class OpinionQuerySet(models.QuerySet["Opinion"]):
    def visible_to(self, user: User) -> Self:
        """All to those who run the set, to a body its own."""
        return self.filter(
            models.Q(consultation__edition__index_set__authority__in=user.authorities_run())
            | models.Q(unit__in=user.unit_ids())
        )


class Opinion(models.Model):
    """One opinion of a body on the set or on a criterion (ý kiến), and how it was answered."""

    consultation = models.ForeignKey(
        Consultation, models.CASCADE, related_name="opinions", verbose_name=_("lấy ý kiến")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("cơ quan"))
    # The words it was about at the time: they stay when the criterion is renamed or goes away before the issue.
    about = models.CharField(_("góp ý về"), max_length=1100, blank=True)
    criterion = models.ForeignKey(
        Criterion, models.SET_NULL, null=True, blank=True, related_name="opinions", verbose_name=_("tiêu chí")
    )
    text = models.TextField(_("ý kiến"))
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người góp ý")
    )
    given_at = models.DateTimeField(_("góp ý lúc"))
    response = models.CharField(_("xử lý"), max_length=20, choices=Response, blank=True)
    response_text = models.TextField(_("nội dung tiếp thu, giải trình"), blank=True)
    answered_at = models.DateTimeField(_("trả lời lúc"), null=True, blank=True)

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = _("ý kiến góp ý")

    def __str__(self) -> str:
        return f"{self.unit}: {self.text[:60]}"
