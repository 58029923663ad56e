"""What the council does: meet, vote on disputed leaves, adopt the result (row 3.6)."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.assessments import policy, workflow
from chiso.assessments.actions.stages import advance
from chiso.assessments.choices import Choice, DossierState, MeetingState, Outcome
from chiso.assessments.models import Attendance, Entry, Meeting, Motion, Vote
from chiso.assessments.scores import judge, node_of
from chiso.audit.actions import action, because, changed
from chiso.common.dates import format_moment
from chiso.common.refusals import RuleViolation
from chiso.common.workflow import move, move_all
from chiso.indexsets.answers import Answer
from chiso.notices.sending import send
from chiso.organizations.models import User
from chiso.rounds import policy as round_policy
from chiso.rounds import workflow as round_workflow
from chiso.rounds.choices import Panel, Position, StageKey
from chiso.rounds.holding import hold, read_again
from chiso.rounds.models import PanelMember, Round


@action("meeting.convene", gettext_noop("Triệu tập họp Hội đồng"), allowed=round_policy.can_prepare_meeting)
def convene_meeting(round: Round, by: User, at: datetime, *, held_at: datetime, place: str) -> Meeting:
    """Call a meeting of the council and invite its members."""
    hold(round)
    _require_council_stage(round)
    if round.meetings.exclude(state=MeetingState.ADOPTED).exists():
        raise RuleViolation(_("Đang có một phiên họp chưa kết thúc."))
    if held_at < at:
        raise RuleViolation(_("Thời điểm họp phải từ bây giờ trở đi."))
    last = round.meetings.aggregate(last=Max("number"))["last"] or 0
    meeting = Meeting.objects.create(round=round, number=last + 1, held_at=held_at, place=place)
    changed("meeting", meeting.number)
    send(
        User.objects.filter(panel_seats__round=round, panel_seats__panel=Panel.COUNCIL),
        _("Mời họp Hội đồng thẩm định: %(when)s, tại %(place)s.") % {"when": format_moment(held_at), "place": place},
        at,
        url=f"/hop/{meeting.pk}/",
    )
    return meeting


@action("meeting.open", gettext_noop("Khai mạc phiên họp"), allowed=policy.can_run_meeting)
def open_meeting(meeting: Meeting, by: User, at: datetime, *, present: Sequence[PanelMember]) -> Meeting:
    """Open a meeting with those who are present; more than half of the council must be."""
    _hold(meeting)
    _require_council_stage(meeting.round)
    members = meeting.round.panel_members.filter(panel=Panel.COUNCIL)
    here = [member for member in members if member in present]
    if 2 * len(here) <= len(members):
        raise RuleViolation(
            _("Có mặt %(present)d/%(all)d thành viên, chưa quá nửa nên chưa họp được.")
            % {"present": len(here), "all": len(members)}
        )
    move(meeting, workflow.OPEN_MEETING)
    Attendance.objects.bulk_create(Attendance(meeting=meeting, member=member) for member in here)
    changed("present", [member.user.full_name for member in here])
    return meeting


@action("motion.propose", gettext_noop("Đưa tiêu chí ra biểu quyết"), allowed=policy.can_propose_motion)
def propose_motion(meeting: Meeting, by: User, at: datetime, *, entry: Entry, answer: Answer, reason: str) -> Motion:
    """Put a score for one leaf to the vote."""
    _hold(meeting)
    _require_council_stage(meeting.round)
    if meeting.state == MeetingState.ADOPTED:
        raise RuleViolation(_("Phiên họp đã kết thúc; thay đổi nào cũng cần phiên họp mới."))
    if entry.dossier.round_id != meeting.round_id or entry.dossier.state != DossierState.BEFORE_COUNCIL:
        raise RuleViolation(_("Tiêu chí này không thuộc hồ sơ chờ Hội đồng của đợt đánh giá."))
    if not reason.strip():
        raise RuleViolation(_("Chưa nêu lý do đưa ra biểu quyết."))
    if meeting.motions.filter(entry=entry, outcome=Outcome.OPEN).exists():
        raise RuleViolation(_("Tiêu chí này đang có một nội dung chưa biểu quyết xong."))
    last = meeting.motions.aggregate(last=Max("number"))["last"] or 0
    motion = Motion(meeting=meeting, entry=entry, number=last + 1, reason=reason)
    judge(motion, node_of(entry.dossier.block.edition, entry.code), answer)
    if not motion.has_answer():
        raise RuleViolation(_("Chưa có điểm đề nghị."))
    motion.save()
    changed("entry", f"{entry.dossier.unit} · {entry.code}")
    changed("score", motion.score)
    changed(entry.code, motion.all_facts())
    because(reason)
    return motion


@action("motion.vote", gettext_noop("Biểu quyết"), allowed=policy.can_vote)
def cast_vote(motion: Motion, by: User, at: datetime, *, choice: Choice) -> Vote:
    """Cast one's vote on an open motion; a present member may change it until the motion is concluded."""
    _hold(motion.meeting)
    read_again(motion, "outcome")
    if motion.meeting.state != MeetingState.OPEN or motion.outcome != Outcome.OPEN:
        raise RuleViolation(_("Nội dung này không mở biểu quyết."))
    member = motion.meeting.round.panel_members.get(panel=Panel.COUNCIL, user=by)
    if not motion.meeting.attendances.filter(member=member).exists():
        raise RuleViolation(_("Bạn không có trong danh sách dự họp nên không biểu quyết được."))
    before = motion.votes.filter(member=member).values_list("choice", flat=True).first()
    vote, _is_new = Vote.objects.update_or_create(
        motion=motion, member=member, defaults={"choice": choice, "cast_at": at}
    )
    changed("choice", choice, before)
    return vote


@action("motion.conclude", gettext_noop("Kết luận biểu quyết"), allowed=policy.can_conclude)
def conclude_motion(motion: Motion, by: User, at: datetime) -> Motion:
    """Count the votes: more for than against carries; a tie is decided by the chair's own vote."""
    _hold(motion.meeting)
    if motion.meeting.state != MeetingState.OPEN:
        raise RuleViolation(_("Phiên họp không còn mở."))
    votes = list(motion.votes.select_related("member"))
    if not votes:
        raise RuleViolation(_("Chưa có ai biểu quyết."))
    balance = sum({Choice.FOR: 1, Choice.AGAINST: -1}.get(Choice(vote.choice), 0) for vote in votes)
    if balance == 0:
        casting = next((vote.choice for vote in votes if vote.member.position == Position.CHAIR), None)
        balance = 1 if casting == Choice.FOR else -1
    outcome = Outcome.CARRIED if balance > 0 else Outcome.REJECTED
    if not Motion.objects.filter(pk=motion.pk, outcome=Outcome.OPEN).update(outcome=outcome, concluded_at=at):
        raise RuleViolation(_("Nội dung này đã được kết luận."))
    motion.outcome, motion.concluded_at = outcome, at
    changed("outcome", outcome)
    return motion


@action("meeting.adopt", gettext_noop("Hội đồng thống nhất kết quả"), allowed=policy.can_run_meeting)
def adopt_results(meeting: Meeting, by: User, at: datetime, *, minutes: str) -> Meeting:
    """Adopt the result at the end of a meeting; nothing changes after it without a new meeting."""
    _hold(meeting)
    _require_council_stage(meeting.round)
    waiting = meeting.motions.filter(outcome=Outcome.OPEN).count()
    if waiting:
        raise RuleViolation(_("Còn %(count)d nội dung chưa kết luận.") % {"count": waiting})
    if not minutes.strip():
        raise RuleViolation(_("Chưa có kết luận phiên họp."))
    move(meeting, workflow.ADOPT_RESULTS, minutes=minutes, adopted_at=at)
    advance(meeting.round, round_workflow.ADOPT, at)
    changed("dossiers", move_all(meeting.round.dossiers.all(), workflow.ADOPT))
    because(minutes)
    return meeting


def _hold(meeting: Meeting) -> None:
    """Take the round for this transaction, and read again where the meeting stands."""
    hold(meeting.round)
    read_again(meeting, "state")


def _require_council_stage(round: Round) -> None:
    if round.stage != StageKey.COUNCIL:
        raise RuleViolation(
            _("Đợt đánh giá đang ở giai đoạn “%(stage)s”, không phải giai đoạn Hội đồng.")
            % {"stage": round.get_stage_display()}
        )
