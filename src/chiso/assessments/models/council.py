from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from chiso.assessments.choices import Choice, MeetingState, Outcome
from chiso.assessments.models.dossier import Entry
from chiso.assessments.models.leaf_score import LeafScored
from chiso.organizations.models import User
from chiso.rounds.models import PanelMember, Round


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, user: User) -> Self:
        """The council, the team that answers its questions, and those who run the round."""
        return self.filter(
            models.Q(round__in=PanelMember.objects.filter(user=user).values("round"))
            | models.Q(round__authority__in=user.authorities_run())
        )


class Meeting(models.Model):
    """A meeting of the council (phiên họp Hội đồng thẩm định)."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="meetings", verbose_name=_("đợt đánh giá"))
    number = models.PositiveSmallIntegerField(_("phiên"))
    held_at = models.DateTimeField(_("họp lúc"))
    place = models.CharField(_("địa điểm"), max_length=200)
    state = models.CharField(_("trạng thái"), max_length=10, choices=MeetingState, default=MeetingState.CONVENED)
    minutes = models.TextField(_("kết luận phiên họp"), blank=True)
    adopted_at = models.DateTimeField(_("thống nhất lúc"), null=True, blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("phiên họp")
        constraints = [models.UniqueConstraint(fields=["round", "number"], name="meetings_are_numbered_in_a_round")]

    def __str__(self) -> str:
        return _("Phiên họp thứ %(number)d") % {"number": self.number}


class Attendance(models.Model):
    """A member of the council who is at a meeting (thành viên dự họp)."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendances", verbose_name=_("phiên họp"))
    member = models.ForeignKey(PanelMember, models.PROTECT, related_name="attendances", verbose_name=_("thành viên"))

    class Meta:
        verbose_name = _("thành viên dự họp")
        constraints = [models.UniqueConstraint(fields=["meeting", "member"], name="a_member_attends_once")]

    def __str__(self) -> str:
        return str(self.member)


class MotionQuerySet(models.QuerySet["Motion"]):
    def visible_to(self, user: User) -> Self:
        """As the meeting; but a member of the team sees only the leaves that this person may see (design.md §5)."""
        return self.filter(
            meeting__in=Meeting.objects.visible_to(user), entry__in=Entry.objects.visible_to(user).order_by()
        )


class Motion(LeafScored):
    """A score put to the vote for a disputed leaf (nội dung biểu quyết); carried, it is the council's score."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="motions", verbose_name=_("phiên họp"))
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="motions", verbose_name=_("mục chấm điểm"))
    number = models.PositiveSmallIntegerField(_("thứ tự"))
    reason = models.TextField(_("lý do"))
    outcome = models.CharField(_("kết quả"), max_length=10, choices=Outcome, default=Outcome.OPEN)
    concluded_at = models.DateTimeField(_("kết luận lúc"), null=True, blank=True)

    objects = MotionQuerySet.as_manager()

    class Meta:
        verbose_name = _("nội dung biểu quyết")
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="motions_are_numbered_in_a_meeting"),
            models.UniqueConstraint(
                fields=["meeting", "entry"],
                condition=models.Q(outcome=Outcome.OPEN),
                name="a_leaf_is_voted_on_one_motion_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return _("Nội dung %(number)d") % {"number": self.number}


class Vote(models.Model):
    """How a member voted on a motion (phiếu biểu quyết)."""

    motion = models.ForeignKey(Motion, models.CASCADE, related_name="votes", verbose_name=_("nội dung"))
    member = models.ForeignKey(PanelMember, models.PROTECT, related_name="votes", verbose_name=_("thành viên"))
    choice = models.CharField(_("ý kiến"), max_length=10, choices=Choice)
    cast_at = models.DateTimeField(_("biểu quyết lúc"))

    class Meta:
        verbose_name = _("phiếu biểu quyết")
        constraints = [models.UniqueConstraint(fields=["motion", "member"], name="a_member_votes_once_on_a_motion")]

    def __str__(self) -> str:
        return f"{self.member}: {self.get_choice_display()}"
