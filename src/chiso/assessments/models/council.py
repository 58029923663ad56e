from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from chiso.assessments.choices import Choice, MeetingForm, MeetingState, Outcome
from chiso.assessments.models.dossier import Entry
from chiso.assessments.models.leaf_score import LeafScored
from chiso.evidence.models import Document
from chiso.organizations.models import User
from chiso.rounds.models import PanelMember, Round
from chiso.rounds.sight import barred


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, user: User) -> Self:
        """The council, the team that answers its questions, and those who run the round."""
        return self.filter(
            models.Q(round__in=PanelMember.objects.filter(user=user, left_at=None).values("round"))
            | models.Q(round__authority__in=user.authorities_run())
        )


class Meeting(models.Model):
    """A meeting of the council (phiên họp Hội đồng thẩm định), or a consultation in writing instead of one."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="meetings", verbose_name=_("đợt đánh giá"))
    number = models.PositiveSmallIntegerField(_("phiên"))
    form = models.CharField(_("hình thức"), max_length=10, choices=MeetingForm, default=MeetingForm.MEETING)
    held_at = models.DateTimeField(_("họp lúc"))
    answers_until = models.DateTimeField(_("gửi ý kiến trước"), null=True, blank=True)
    place = models.CharField(_("địa điểm"), max_length=200, blank=True)
    state = models.CharField(_("trạng thái"), max_length=10, choices=MeetingState, default=MeetingState.CONVENED)
    minutes = models.TextField(_("kết luận phiên họp"), blank=True)
    adopted_at = models.DateTimeField(_("thống nhất lúc"), null=True, blank=True)
    signed_minutes = models.ForeignKey(
        Document,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("biên bản đã ký"),
    )

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("phiên họp")
        constraints = [models.UniqueConstraint(fields=["round", "number"], name="meetings_are_numbered_in_a_round")]

    def __str__(self) -> str:
        return _("Phiên họp thứ %(number)d") % {"number": self.number}


class Attendance(models.Model):
    """A member of the council who is at a meeting (thành viên dự họp), or who answered a consultation in writing.

    `arrived_at` where the member came after the opening, `left_at` where the member left before the end.
    """

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendances", verbose_name=_("phiên họp"))
    member = models.ForeignKey(PanelMember, models.PROTECT, related_name="attendances", verbose_name=_("thành viên"))
    arrived_at = models.DateTimeField(_("đến lúc"), null=True, blank=True)
    left_at = models.DateTimeField(_("về lúc"), null=True, blank=True)
    dissent = models.TextField(_("ý kiến bảo lưu về kết quả chung"), blank=True)

    class Meta:
        verbose_name = _("thành viên dự họp")
        constraints = [models.UniqueConstraint(fields=["meeting", "member"], name="a_member_attends_once")]

    def __str__(self) -> str:
        return str(self.member)


class Absence(models.Model):
    """A member of the council who is not at a meeting, and why (thành viên vắng mặt)."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="absences", verbose_name=_("phiên họp"))
    member = models.ForeignKey(PanelMember, models.PROTECT, related_name="absences", verbose_name=_("thành viên"))
    reason = models.CharField(_("lý do vắng"), max_length=200)

    class Meta:
        verbose_name = _("thành viên vắng mặt")
        constraints = [models.UniqueConstraint(fields=["meeting", "member"], name="a_member_is_absent_once")]

    def __str__(self) -> str:
        return str(self.member)


class MotionQuerySet(models.QuerySet["Motion"]):
    def visible_to(self, user: User) -> Self:
        """As the meeting; but a member of the team sees only the leaves that this person may see (design.md §5), and
        nobody who merely sits on council or team sees those of a unit where one is barred.

        Each motion asks about its own leaf: a list of all leaves in sight would be 17,000 long in a province."""
        runs = models.Q(meeting__round__authority__in=user.authorities_run())
        is_barred = models.Q(entry__dossier__unit__in=user.unit_ids()) | barred(user, dossier="entry__dossier__")
        return self.filter(
            runs | ~is_barred,
            models.Exists(Entry.objects.visible_to(user).filter(pk=models.OuterRef("entry")).order_by()),
            meeting__in=Meeting.objects.visible_to(user),
        )


class Motion(LeafScored):
    """A score put to the vote for a disputed leaf (nội dung biểu quyết); carried, it is the council's score.

    `listed` it only stands on the agenda, with no score yet. Of a secret vote only the counts are kept, and who voted.
    """

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="motions", verbose_name=_("phiên họp"))
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="motions", verbose_name=_("mục chấm điểm"))
    number = models.PositiveSmallIntegerField(_("thứ tự"))
    reason = models.TextField(_("lý do"))
    outcome = models.CharField(_("kết quả"), max_length=10, choices=Outcome, default=Outcome.OPEN)
    is_secret = models.BooleanField(_("bỏ phiếu kín"), default=False)
    secret_for = models.PositiveSmallIntegerField(_("phiếu kín tán thành"), default=0)
    secret_against = models.PositiveSmallIntegerField(_("phiếu kín không tán thành"), default=0)
    secret_abstain = models.PositiveSmallIntegerField(_("phiếu kín không biểu quyết"), default=0)
    casting_choice = models.CharField(
        _("ý kiến quyết định của Chủ tịch Hội đồng"), max_length=10, choices=Choice, blank=True
    )
    resolution = models.TextField(_("kết luận"), blank=True)
    concluded_at = models.DateTimeField(_("kết luận lúc"), null=True, blank=True)

    objects = MotionQuerySet.as_manager()

    class Meta:
        verbose_name = _("nội dung biểu quyết")
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="motions_are_numbered_in_a_meeting"),
            models.UniqueConstraint(
                fields=["meeting", "entry"],
                condition=models.Q(outcome__in=[Outcome.LISTED, Outcome.OPEN]),
                name="a_leaf_is_voted_on_one_motion_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return _("Nội dung %(number)d") % {"number": self.number}


class Vote(models.Model):
    """How a member voted on a motion (phiếu biểu quyết); of a secret vote, only that it was cast."""

    motion = models.ForeignKey(Motion, models.CASCADE, related_name="votes", verbose_name=_("nội dung"))
    member = models.ForeignKey(PanelMember, models.PROTECT, related_name="votes", verbose_name=_("thành viên"))
    choice = models.CharField(_("ý kiến"), max_length=10, choices=Choice, blank=True)
    dissent = models.TextField(_("ý kiến bảo lưu"), blank=True)
    cast_at = models.DateTimeField(_("biểu quyết lúc"))

    class Meta:
        verbose_name = _("phiếu biểu quyết")
        constraints = [models.UniqueConstraint(fields=["motion", "member"], name="a_member_votes_once_on_a_motion")]

    def __str__(self) -> str:
        return f"{self.member}: {self.get_choice_display()}"
