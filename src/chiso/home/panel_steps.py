"""The next steps of the expert team and of the council."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.assessments import policy
from chiso.assessments.choices import MeetingForm, MeetingState, Outcome, Pass
from chiso.assessments.models import Meeting, Motion, Vote
from chiso.assessments.pages.pass_rows import is_done, my_leaves, waits, with_judgement
from chiso.assessments.queries import awaiting_appraisal
from chiso.common.dates import format_moment
from chiso.home.office_steps import closes
from chiso.home.step import Bar, Step
from chiso.organizations.models import User
from chiso.rounds import policy as round_policy
from chiso.rounds.choices import Panel, StageKey
from chiso.rounds.models import Round

_PASSES = {StageKey.APPRAISAL: Pass.FIRST, StageKey.REAPPRAISAL: Pass.SECOND}


def steps_of_panels(user: User, rounds: list[Round], at: datetime) -> Iterator[Step]:
    """What the team's members and the council must do in the rounds that they sit in."""
    for round in rounds:
        stage = StageKey(round.stage)
        if stage in _PASSES and round_policy.sits_on(user, round, Panel.TEAM):
            yield from _appraisal(user, round, _PASSES[stage])
        if stage == StageKey.COUNCIL:
            yield from _council(user, round)


def _appraisal(user: User, round: Round, number: Pass) -> Iterator[Step]:
    counts = with_judgement(my_leaves(user, round, number), number).aggregate(
        of=Count("pk"),
        done=Count("pk", filter=is_done(user, round, number)),
        waiting=Count("pk", filter=waits(user, round, number)),
    )
    waiting = counts["waiting"]
    bar = Bar(counts["done"], counts["of"], _("đã thẩm định %(done)d/%(of)d") % counts)
    if waiting:
        title = ngettext("%(n)d tiêu chí chờ thẩm định", "%(n)d tiêu chí chờ thẩm định", waiting) % {"n": waiting}
        url = reverse("assessments:appraisal", args=[round.pk])
        yield Step(title, url, _("Thẩm định"), str(number.label), closes(round), bar)
    elif round_policy.can_lead_team(user, round) and not awaiting_appraisal(round, number).exists():
        note = _("Mọi tiêu chí đã thẩm định. Họp Tổ, ghi biên bản rồi kết thúc.")
        url = reverse("assessments:sign_off", args=[round.pk])
        title = _("Kết thúc %(pass)s") % {"pass": number.label.lower()}
        yield Step(title, url, _("Kết thúc thẩm định…"), note, closes(round), is_blocking=True)


def _council(user: User, round: Round) -> Iterator[Step]:
    may_prepare = bool(round_policy.can_prepare_meeting(user, round))
    if not may_prepare and not round_policy.sits_on(user, round, Panel.COUNCIL):
        return
    meetings = Meeting.objects.visible_to(user).filter(round=round).exclude(state=MeetingState.ADOPTED)
    meeting = meetings.select_related("round").order_by("-number").first()
    if meeting is None:
        if may_prepare:
            url = reverse("assessments:meetings", args=[round.pk])
            yield Step(_("Chưa triệu tập họp Hội đồng"), url, _("Triệu tập họp…"), due=closes(round), is_blocking=True)
    elif meeting.state == MeetingState.CONVENED:
        yield _convened(user, meeting)
    else:
        yield from _open(user, meeting)


def _convened(user: User, meeting: Meeting) -> Step:
    if meeting.form == MeetingForm.WRITTEN:
        may_send = policy.can_propose_motion(user, meeting)
        action = _("Gửi xin ý kiến…") if may_send else _("Xem nội dung")
        return Step(_("Xin ý kiến Hội đồng bằng văn bản"), _page(meeting), action, due=meeting.answers_until)
    note = _("%(when)s, tại %(place)s") % {"when": format_moment(meeting.held_at), "place": meeting.place}
    action = _("Khai mạc phiên họp…") if policy.can_run_meeting(user, meeting) else _("Xem nội dung họp")
    return Step(_("Họp Hội đồng thẩm định"), _page(meeting), action, note, meeting.held_at)


def _open(user: User, meeting: Meeting) -> Iterator[Step]:
    """Vote first, then conclude, then adopt. In writing a member may also just agree with the whole."""
    mine = Exists(Vote.objects.filter(motion=OuterRef("pk"), member__user=user))
    may_vote = ~mine & ~Q(entry__dossier__unit__in=round_policy.barred_units(user, meeting.round))
    waiting = [Outcome.LISTED, Outcome.OPEN]
    motions = Motion.objects.visible_to(user).filter(meeting=meeting, outcome__in=waiting)
    may_vote &= Q(outcome=Outcome.OPEN)
    counts = motions.aggregate(open=Count("pk"), mine=Count("pk", filter=may_vote))
    due = meeting.answers_until or closes(meeting.round)
    in_council = round_policy.sits_on(user, meeting.round, Panel.COUNCIL)
    if counts["mine"] and in_council:
        title = ngettext("%(n)d nội dung chờ biểu quyết", "%(n)d nội dung chờ biểu quyết", counts["mine"])
        yield Step(title % {"n": counts["mine"]}, _page(meeting), _("Biểu quyết"), str(meeting), due)
    elif (
        in_council
        and meeting.form == MeetingForm.WRITTEN
        and not meeting.attendances.filter(member__user=user).exists()
    ):
        yield Step(_("Xin ý kiến Hội đồng bằng văn bản"), _page(meeting), _("Gửi ý kiến"), str(meeting), due)
    if not policy.can_run_meeting(user, meeting):
        return
    if counts["open"]:
        title = ngettext("%(n)d nội dung chưa kết luận", "%(n)d nội dung chưa kết luận", counts["open"])
        yield Step(title % {"n": counts["open"]}, _page(meeting), _("Kết luận biểu quyết"), str(meeting), due)
    else:
        note = _("Không còn nội dung nào chờ biểu quyết.")
        yield Step(_("Thống nhất kết quả"), _page(meeting), _("Kết luận phiên họp…"), note, due)


def _page(meeting: Meeting) -> str:
    return reverse("assessments:meeting", args=[meeting.pk])
