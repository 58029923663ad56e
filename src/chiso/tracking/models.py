from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from chiso.notices.models import Notice
from chiso.organizations.models import Unit, User
from chiso.rounds.models import PlanTask, Round


def days_before() -> list[int]:
    return [7, 3, 1, 0]


def days_after() -> list[int]:
    return [1, 3, 7]


class ReminderRules(models.Model):
    """When a round reminds (quy định đôn đốc); a round without a row reminds as the defaults say.

    `days_before` and `days_after` count from the last day of a deadline: 0 is that day itself, 1 after it is the first
    day late.
    """

    round = models.OneToOneField(Round, models.CASCADE, related_name="reminder_rules", verbose_name=_("đợt đánh giá"))
    is_on = models.BooleanField(_("tự động nhắc việc"), default=True)
    days_before = models.JSONField(_("nhắc trước hạn (ngày)"), default=days_before)
    days_after = models.JSONField(_("nhắc sau hạn (ngày)"), default=days_after)
    hour = models.PositiveSmallIntegerField(_("giờ nhắc"), default=7)

    class Meta:
        verbose_name = _("quy định đôn đốc")
        constraints = [models.CheckConstraint(condition=models.Q(hour__lte=23), name="a_day_has_24_hours")]

    def __str__(self) -> str:
        return str(self.round)


class UrgingLetterQuerySet(models.QuerySet["UrgingLetter"]):
    def visible_to(self, user: User) -> Self:
        """Those who run the round, and the units that the letter went to."""
        received = models.Exists(Unit.objects.filter(urging_letters=models.OuterRef("pk"), pk__in=user.unit_ids()))
        return self.filter(models.Q(round__authority__in=user.authorities_run()) | received)


class UrgingLetter(models.Model):
    """An official letter that urges units or bodies to do a task (công văn đôn đốc)."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="urging_letters", verbose_name=_("đợt đánh giá"))
    task = models.ForeignKey(PlanTask, models.PROTECT, related_name="urging_letters", verbose_name=_("nhiệm vụ"))
    number = models.CharField(_("số"), max_length=50)
    date = models.DateField(_("ngày"))
    text = models.TextField(_("nội dung yêu cầu"))
    ends_at = models.DateTimeField(_("hạn thực hiện"))
    units = models.ManyToManyField(Unit, related_name="urging_letters", verbose_name=_("nơi nhận"))
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người gửi"))
    sent_at = models.DateTimeField(_("gửi lúc"))

    objects = UrgingLetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("công văn đôn đốc")
        constraints = [models.UniqueConstraint(fields=["round", "number"], name="urging_letters_differ_by_number")]

    def __str__(self) -> str:
        return self.number


class Reminder(models.Model):
    """One person told of one deadline (đôn đốc): by the clock on a day, or by the coordinator's hand.

    `day` counts from the last day of the deadline: -3 is three days before it, 0 that day, 1 the first day late. The
    clock tells a person once for each task, deadline and day, however often it runs.
    """

    task = models.ForeignKey(PlanTask, models.CASCADE, related_name="reminders", verbose_name=_("nhiệm vụ"))
    unit = models.ForeignKey(
        Unit, models.CASCADE, null=True, blank=True, related_name="reminders", verbose_name=_("đơn vị")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="reminders", verbose_name=_("người nhận")
    )
    ends_at = models.DateTimeField(_("hạn"))
    day = models.SmallIntegerField(_("ngày so với hạn"))
    notice = models.OneToOneField(Notice, models.CASCADE, related_name="reminder", verbose_name=_("thông báo"))
    made_at = models.DateTimeField(_("nhắc lúc"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người đôn đốc"),
    )
    letter = models.ForeignKey(
        UrgingLetter, models.PROTECT, null=True, blank=True, related_name="reminders", verbose_name=_("công văn")
    )

    class Meta:
        verbose_name = _("lần đôn đốc")
        constraints = [
            models.UniqueConstraint(
                fields=["task", "person", "ends_at", "day"],
                condition=models.Q(by=None),
                name="the_clock_reminds_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.task.code} · {self.person} · {self.day}"


class CalendarFeed(models.Model):
    """The secret address of a person's calendar (lịch công tác); a new version makes the old address void.

    The address is signed from person and version (`tracking.calendar`): nothing in the database opens it.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feed", verbose_name=_("người dùng")
    )
    version = models.PositiveIntegerField(_("lần cấp địa chỉ"), default=1)
    is_on = models.BooleanField(_("đang dùng"), default=True)
    made_at = models.DateTimeField(_("cấp lúc"))

    class Meta:
        verbose_name = _("địa chỉ lịch")

    def __str__(self) -> str:
        return f"{self.user} · {self.version}"
