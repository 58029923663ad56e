from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from chiso.evidence.models import Document
from chiso.indexsets.models import Criterion, Edition
from chiso.organizations.models import Unit, User
from chiso.rounds.choices import (
    BodyKind,
    DeadlineKind,
    MajorityRule,
    Panel,
    PlanState,
    Position,
    StageKey,
    TaskRole,
    WorkState,
)


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, user: User) -> Self:
        """Whoever runs it, is judged in it, sits on its council or team, or works for a body that its plan names."""
        named = TaskBody.objects.filter(
            kind=BodyKind.UNIT, unit__in=user.unit_ids(), task__plan__state=PlanState.ISSUED
        )
        return self.filter(
            models.Q(authority__in=user.authorities_run())
            | models.Q(pk__in=Participant.objects.filter(unit__in=user.unit_ids()).values("round"))
            | models.Q(pk__in=PanelMember.objects.filter(user=user, left_at=None).values("round"))
            | models.Q(pk__in=named.values("task__plan__round"))
        )


class Round(models.Model):
    """One run of an index, from plan to publication (đợt đánh giá)."""

    authority = models.ForeignKey(Unit, models.PROTECT, related_name="rounds", verbose_name=_("cơ quan tổ chức"))
    coordinator = models.ForeignKey(
        Unit, models.PROTECT, related_name="coordinated_rounds", verbose_name=_("cơ quan thường trực")
    )
    name = models.CharField(_("tên"), max_length=300)
    year = models.PositiveSmallIntegerField(_("năm đánh giá"))
    stage = models.CharField(_("giai đoạn"), max_length=20, choices=StageKey, default=StageKey.PREPARATION)
    panels_decision = models.CharField(_("quyết định thành lập Hội đồng, Tổ"), max_length=50, blank=True)
    panels_date = models.DateField(_("ngày quyết định thành lập"), null=True, blank=True)
    report_required = models.BooleanField(
        _("khi nộp hồ sơ phải kèm báo cáo tự đánh giá, chấm điểm đã ký, đóng dấu"), default=False
    )
    evidence_months_before = models.PositiveSmallIntegerField(
        _("nhận tài liệu ban hành từ bao nhiêu tháng trước năm đánh giá"), default=2
    )
    independent_codes = models.JSONField(_("tiêu chí hai người thẩm định độc lập"), default=list, blank=True)
    independent_step = models.DecimalField(
        _("chênh lệch giữa hai người từ mức nào thì Tổ trưởng quyết định"),
        max_digits=6,
        decimal_places=2,
        default=Decimal("0.5"),
    )
    majority = models.CharField(
        _("nội dung biểu quyết được thông qua khi"), max_length=20, choices=MajorityRule, default=MajorityRule.MORE_FOR
    )
    chair_casts = models.BooleanField(_("khi số phiếu ngang nhau, theo ý kiến của Chủ tịch Hội đồng"), default=True)
    large_cut_percent = models.PositiveSmallIntegerField(
        _("bị hạ từ bao nhiêu phần trăm điểm tối đa thì đưa ra Hội đồng"), default=50
    )
    moves_by_clock = models.BooleanField(_("tự mở, khóa giai đoạn khi đến hạn"), default=True)
    created_at = models.DateTimeField(_("tạo lúc"))

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("đợt đánh giá")
        constraints = [
            models.UniqueConstraint(fields=["authority", "year", "name"], name="rounds_of_a_year_differ_by_name")
        ]

    def __str__(self) -> str:
        return self.name


class Plan(models.Model):
    """The plan that a round follows (kế hoạch).

    Its tasks are part II. Parts I and III and the rest are kept as lines of text, as they are printed: a line that
    begins with a number (`1. Mục đích`) is a heading, every other is a paragraph.
    """

    round = models.OneToOneField(Round, models.CASCADE, related_name="plan", verbose_name=_("đợt đánh giá"))
    superior_plan = models.CharField(_("kế hoạch của cấp trên"), max_length=300, blank=True)
    before_counts_day = models.BooleanField(_("“trước ngày” tính cả ngày đó"), default=False)
    state = models.CharField(_("trạng thái"), max_length=20, choices=PlanState, default=PlanState.DRAFT)
    number = models.CharField(_("số"), max_length=50, blank=True)
    date = models.DateField(_("ngày ban hành"), null=True, blank=True)
    signer_name = models.CharField(_("người ký"), max_length=150, blank=True)
    preamble = models.TextField(_("phần mở đầu"), blank=True)
    aims = models.TextField(_("I. Mục đích, yêu cầu"), blank=True)
    duties = models.TextField(_("III. Tổ chức thực hiện"), blank=True)
    closing = models.TextField(_("đoạn kết"), blank=True)
    recipients = models.TextField(_("nơi nhận"), blank=True)

    class Meta:
        verbose_name = _("kế hoạch")

    def __str__(self) -> str:
        return f"Kế hoạch {self.number}".strip()


class PlanTask(models.Model):
    """One row of the plan's part II (nhiệm vụ): what, by when; a heading row has no date.

    `lead_text` and `coordinate_text` are the cells as printed where that differs from the bodies' names joined by
    semicolons. A task bound to a stage is done when the stage closes; any other when its leads say so (`done_at`).
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="tasks", verbose_name=_("kế hoạch"))
    position = models.PositiveSmallIntegerField(_("thứ tự"))
    code = models.CharField(_("số thứ tự"), max_length=10)
    title = models.CharField(_("nhiệm vụ"), max_length=500)
    deadline_kind = models.CharField(_("cách ghi thời hạn"), max_length=10, choices=DeadlineKind)
    deadline_text = models.CharField(_("thời gian"), max_length=100, blank=True)
    starts_on = models.DateField(_("từ"), null=True, blank=True)
    ends_on = models.DateField(_("đến"), null=True, blank=True)
    ends_at = models.DateTimeField(_("hết hạn lúc"), null=True, blank=True)
    stage = models.CharField(_("mở giai đoạn"), max_length=20, choices=StageKey, blank=True)
    note = models.CharField(_("ghi chú"), max_length=300, blank=True)
    lead_text = models.CharField(_("cột cơ quan chủ trì"), max_length=500, blank=True)
    coordinate_text = models.CharField(_("cột cơ quan phối hợp"), max_length=500, blank=True)
    done_at = models.DateTimeField(_("hoàn thành lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("nhiệm vụ")
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="task_codes_differ_in_a_plan"),
            models.CheckConstraint(
                condition=models.Q(deadline_kind=DeadlineKind.GROUP) | models.Q(ends_at__isnull=False),
                name="a_task_has_a_deadline_unless_it_is_a_heading",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class TaskBody(models.Model):
    """A body of a task as the plan prints it (cơ quan chủ trì, phối hợp): whom it means, and how far its part is.

    A coordinating body hands its part over, with the product, and a lead of the task confirms it or returns it.
    """

    task = models.ForeignKey(PlanTask, models.CASCADE, related_name="bodies", verbose_name=_("nhiệm vụ"))
    position = models.PositiveSmallIntegerField(_("thứ tự"))
    role = models.CharField(_("vai trò"), max_length=12, choices=TaskRole)
    label = models.CharField(_("tên ghi trong kế hoạch"), max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, verbose_name=_("đơn vị"))
    kind = models.CharField(_("chỉ ai"), max_length=12, choices=BodyKind, default=BodyKind.OTHER)
    state = models.CharField(_("tiến độ"), max_length=8, choices=WorkState, default=WorkState.TODO)
    note = models.CharField(_("tình hình thực hiện"), max_length=500, blank=True)
    product_number = models.CharField(_("số, ký hiệu văn bản"), max_length=50, blank=True)
    product_date = models.DateField(_("ngày văn bản"), null=True, blank=True)
    product = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="products", verbose_name=_("sản phẩm")
    )
    handed_at = models.DateTimeField(_("báo cáo lúc"), null=True, blank=True)
    handed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người báo cáo"),
    )
    confirmed_at = models.DateTimeField(_("xác nhận lúc"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người xác nhận"),
    )
    returned_reason = models.CharField(_("lý do trả lại"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("cơ quan thực hiện")
        constraints = [
            models.UniqueConstraint(fields=["task", "role", "position"], name="bodies_of_a_task_stand_in_one_order"),
            models.CheckConstraint(
                condition=models.Q(kind=BodyKind.UNIT) | models.Q(unit=None), name="only_a_unit_means_a_unit"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class DeadlineChange(models.Model):
    """A deadline of an issued plan that was moved (thay đổi thời hạn): from what, to what, why, by which document."""

    task = models.ForeignKey(PlanTask, models.CASCADE, related_name="changes", verbose_name=_("nhiệm vụ"))
    old_text = models.CharField(_("thời gian cũ"), max_length=100)
    old_ends_at = models.DateTimeField(_("hạn cũ"))
    new_text = models.CharField(_("thời gian mới"), max_length=100)
    new_ends_at = models.DateTimeField(_("hạn mới"))
    reason = models.TextField(_("lý do"))
    guidance = models.CharField(_("văn bản hướng dẫn"), max_length=300, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người thay đổi")
    )
    changed_at = models.DateTimeField(_("thay đổi lúc"))

    class Meta:
        verbose_name = _("thay đổi thời hạn")

    def __str__(self) -> str:
        return f"{self.task.code}: {self.old_text} → {self.new_text}"


class Stage(models.Model):
    """A stage of a round with its window (giai đoạn): `closes_at` as planned, the rest as it happened."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="stages", verbose_name=_("đợt đánh giá"))
    key = models.CharField(_("giai đoạn"), max_length=20, choices=StageKey)
    deadline_text = models.CharField(_("thời hạn"), max_length=100, blank=True)
    closes_at = models.DateTimeField(_("hết hạn lúc"), null=True, blank=True)
    opened_at = models.DateTimeField(_("mở lúc"), null=True, blank=True)
    closed_at = models.DateTimeField(_("đóng lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("giai đoạn")
        constraints = [models.UniqueConstraint(fields=["round", "key"], name="a_round_has_each_stage_once")]

    def __str__(self) -> str:
        return self.get_key_display()


class Block(models.Model):
    """A group of units that are ranked against each other under one edition (khối)."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="blocks", verbose_name=_("đợt đánh giá"))
    name = models.CharField(_("tên"), max_length=150)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="blocks", verbose_name=_("bộ chỉ số"))

    class Meta:
        verbose_name = _("khối")
        constraints = [models.UniqueConstraint(fields=["round", "name"], name="block_names_differ_in_a_round")]

    def __str__(self) -> str:
        return self.name


class Participant(models.Model):
    """A unit that is judged in a round (đơn vị được đánh giá), and its block."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="participants", verbose_name=_("đợt đánh giá"))
    block = models.ForeignKey(Block, models.PROTECT, related_name="participants", verbose_name=_("khối"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="participations", verbose_name=_("đơn vị"))

    class Meta:
        verbose_name = _("đơn vị được đánh giá")
        constraints = [models.UniqueConstraint(fields=["round", "unit"], name="a_unit_takes_part_once_in_a_round")]

    def __str__(self) -> str:
        return str(self.unit)


_TEAM_POSITIONS = [Position.LEADER, Position.EXPERT, Position.OFFICE_HEAD]


class PanelMember(models.Model):
    """A seat on the council or in the expert team of a round (Hội đồng thẩm định, Tổ Chuyên viên).

    `body` is where the person works; a field-owner office is a body whose head has a seat in the team too, and signs
    the pass off for the leaves given to its people. Whoever left (`left_at`) keeps the seat's history and may nothing.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="panel_members", verbose_name=_("đợt đánh giá"))
    panel = models.CharField(_("tổ chức"), max_length=10, choices=Panel)
    position = models.CharField(_("chức vụ"), max_length=12, choices=Position)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="panel_seats", verbose_name=_("người")
    )
    body = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="panel_members", verbose_name=_("cơ quan công tác")
    )
    term_until = models.DateField(_("nhiệm kỳ đến"), null=True, blank=True)
    left_at = models.DateTimeField(_("thôi tham gia lúc"), null=True, blank=True)
    left_reason = models.CharField(_("lý do thôi tham gia"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("thành viên Hội đồng, Tổ")
        constraints = [
            models.UniqueConstraint(fields=["round", "panel", "user"], name="a_person_sits_once_on_a_panel"),
            models.UniqueConstraint(
                fields=["round", "panel", "position"],
                condition=models.Q(position__in=[Position.CHAIR, Position.LEADER], left_at=None),
                name="a_panel_has_one_head",
            ),
            models.CheckConstraint(
                condition=models.Q(panel=Panel.TEAM, position__in=_TEAM_POSITIONS)
                | (models.Q(panel=Panel.COUNCIL) & ~models.Q(position__in=_TEAM_POSITIONS)),
                name="positions_belong_to_their_panel",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_position_display()}"


class Assignment(models.Model):
    """A leaf that a member of the team appraises (phân công thẩm định): for one unit, for a block, or for all units."""

    member = models.ForeignKey(PanelMember, models.CASCADE, related_name="assignments", verbose_name=_("thành viên"))
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="assignments", verbose_name=_("tiêu chí"))
    block = models.ForeignKey(
        Block, models.CASCADE, null=True, blank=True, related_name="assignments", verbose_name=_("khối")
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="assignments", verbose_name=_("đơn vị")
    )

    class Meta:
        verbose_name = _("phân công thẩm định")
        constraints = [
            models.UniqueConstraint(
                fields=["member", "criterion"],
                condition=models.Q(block=None, unit=None),
                name="a_leaf_is_assigned_once_to_one",
            ),
            models.UniqueConstraint(
                fields=["member", "criterion", "block"],
                condition=models.Q(block__isnull=False),
                name="a_leaf_is_assigned_once_for_a_block",
            ),
            models.UniqueConstraint(
                fields=["member", "criterion", "unit"],
                condition=models.Q(unit__isnull=False),
                name="a_leaf_is_assigned_once_for_a_unit",
            ),
            models.CheckConstraint(
                condition=models.Q(block=None) | models.Q(unit=None), name="an_assignment_is_for_a_block_or_a_unit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.criterion}"


class Conflict(models.Model):
    """A unit that a member declared a conflict of interest with (xung đột lợi ích): no sight of it, no act on it."""

    member = models.ForeignKey(PanelMember, models.CASCADE, related_name="conflicts", verbose_name=_("thành viên"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="conflicts", verbose_name=_("đơn vị"))
    reason = models.CharField(_("lý do"), max_length=300)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người khai")
    )
    declared_at = models.DateTimeField(_("khai lúc"))

    class Meta:
        verbose_name = _("xung đột lợi ích")
        constraints = [models.UniqueConstraint(fields=["member", "unit"], name="a_conflict_is_declared_once")]

    def __str__(self) -> str:
        return f"{self.member} · {self.unit}"


class Extension(models.Model):
    """More time for a stage (gia hạn): for one unit, or for all when `unit` is empty."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="extensions", verbose_name=_("đợt đánh giá"))
    stage = models.CharField(_("giai đoạn"), max_length=20, choices=StageKey)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="extensions", verbose_name=_("đơn vị")
    )
    until = models.DateTimeField(_("đến"))
    reason = models.TextField(_("lý do"))
    guidance = models.CharField(_("văn bản làm căn cứ"), max_length=300, blank=True)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("người cho gia hạn"))
    granted_at = models.DateTimeField(_("cho gia hạn lúc"))

    class Meta:
        verbose_name = _("gia hạn")

    def __str__(self) -> str:
        return f"{self.unit or _('tất cả đơn vị')} · {self.get_stage_display()}"
