"""Votes on a motion, open or secret, and its conclusion by who presides."""

from collections import Counter
from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.assessments import policy
from chiso.assessments.actions.council.agenda import FEWEST_SECRET
from chiso.assessments.actions.council.guards import (
    hold_meeting,
    require_answers_in,
    require_answers_open,
    require_presiding,
    require_quorum,
)
from chiso.assessments.choices import Choice, MeetingForm, MeetingState, Outcome
from chiso.assessments.models import Attendance, Motion, Vote
from chiso.assessments.sitting import Sitting, sitting_of
from chiso.assessments.voting import Tally, decide, is_tied
from chiso.audit.actions import action, changed, hide_origin
from chiso.common.refusals import RuleViolation
from chiso.organizations.models import User
from chiso.rounds.choices import Panel
from chiso.rounds.holding import read_again
from chiso.rounds.models import PanelMember

_COUNTER = {Choice.FOR: "secret_for", Choice.AGAINST: "secret_against", Choice.ABSTAIN: "secret_abstain"}


@action("motion.vote", gettext_noop("Biểu quyết"), allowed=policy.can_vote)
def cast_vote(motion: Motion, by: User, at: datetime, *, choice: Choice, dissent: str = "") -> Vote:
    """Vote on an open motion. A vote in the open may be changed until the motion is concluded, a secret one never.

    Of a secret vote the choice is only counted: neither the row nor the log says it, nor from where it came.
    """
    hold_meeting(motion.meeting)
    read_again(motion, "outcome", "is_secret")
    if motion.meeting.state != MeetingState.OPEN or motion.outcome != Outcome.OPEN:
        raise RuleViolation(_("Nội dung này không mở biểu quyết."))
    require_answers_open(motion.meeting, at)
    member = motion.meeting.round.panel_members.get(panel=Panel.COUNCIL, user=by, left_at=None)
    _require_here(motion, member)
    if motion.is_secret:
        return _cast_secretly(motion, member, at, choice, dissent)
    before = motion.votes.filter(member=member).values_list("choice", flat=True).first()
    said = {"choice": choice, "dissent": dissent.strip(), "cast_at": at}
    vote, _is_new = Vote.objects.update_or_create(motion=motion, member=member, defaults=said)
    changed("choice", choice, before)
    if dissent.strip():
        changed("dissent", dissent.strip())
    return vote


def _require_here(motion: Motion, member: PanelMember) -> None:
    """In a meeting, among those present; in a consultation in writing, a vote is the answer that makes one present."""
    if motion.meeting.form == MeetingForm.WRITTEN:
        Attendance.objects.get_or_create(meeting=motion.meeting, member=member)
    elif not motion.meeting.attendances.filter(member=member, left_at=None).exists():
        raise RuleViolation(_("Bạn không có trong danh sách dự họp nên không biểu quyết được."))


def _cast_secretly(motion: Motion, member: PanelMember, at: datetime, choice: Choice, dissent: str) -> Vote:
    if dissent.strip():
        raise RuleViolation(
            _("Bỏ phiếu kín không ghi ý kiến bảo lưu của từng phiếu. Hãy ghi bảo lưu về kết quả chung.")
        )
    if motion.votes.filter(member=member).exists():
        raise RuleViolation(_("Bạn đã bỏ phiếu kín về nội dung này; phiếu kín không đổi được."))
    hide_origin()
    vote = Vote.objects.create(motion=motion, member=member, cast_at=at)
    counter = _COUNTER[Choice(choice)]
    Motion.objects.filter(pk=motion.pk).update(**{counter: F(counter) + 1})
    changed("cast", True)  # noqa: FBT003 a value of the log
    return vote


@action("motion.conclude", gettext_noop("Kết luận biểu quyết"), allowed=policy.can_conclude)
def conclude_motion(motion: Motion, by: User, at: datetime, *, resolution: str = "", casting: str = "") -> Motion:
    """Count the votes by the majority rule of the round; where they are tied the presiding member's choice decides.

    In the open that is this person's own vote; `casting` is said for a secret vote, and kept only where it decided.
    """
    hold_meeting(motion.meeting)
    if motion.meeting.state != MeetingState.OPEN:
        raise RuleViolation(_("Phiên họp không còn mở."))
    read_again(motion, "outcome", "is_secret", "secret_for", "secret_against", "secret_abstain")
    if motion.outcome != Outcome.OPEN:
        raise RuleViolation(_("Nội dung này đã được kết luận."))
    sitting, unit, round = sitting_of(motion.meeting), motion.entry.dossier.unit_id, motion.meeting.round
    require_presiding(sitting, by, unit)
    require_answers_in(sitting, at, motion)
    votes = list(motion.votes.select_related("member"))
    tally = tally_of(motion, votes, sitting)
    _require_votes(motion, tally)
    require_quorum(sitting, unit)
    decided_by_chair = is_tied(tally, round.majority) and round.chair_casts
    said = _casting(motion, votes, by, casting) if decided_by_chair else ""
    outcome = decide(tally, round.majority, casting=said)
    written = {"outcome": outcome, "concluded_at": at, "resolution": resolution.strip(), "casting_choice": said}
    if not Motion.objects.filter(pk=motion.pk, outcome=Outcome.OPEN).update(**written):
        raise RuleViolation(_("Nội dung này đã được kết luận."))
    for name, value in written.items():
        setattr(motion, name, value)
    changed("outcome", outcome)
    changed("votes", {"for": tally.in_favour, "against": tally.against, "abstain": tally.abstain})
    if said:
        changed("casting", said)
    return motion


def tally_of(motion: Motion, votes: list[Vote], sitting: Sitting) -> Tally:
    """Count the votes; of a secret vote, its counters."""
    present, council = sitting.counts_on(motion.entry.dossier.unit_id, [vote.member_id for vote in votes])
    if motion.is_secret:
        return Tally(motion.secret_for, motion.secret_against, motion.secret_abstain, present, council)
    said = Counter(vote.choice for vote in votes)
    return Tally(said[Choice.FOR], said[Choice.AGAINST], said[Choice.ABSTAIN], present, council)


def _require_votes(motion: Motion, tally: Tally) -> None:
    if not tally.cast:
        raise RuleViolation(_("Chưa có ai biểu quyết."))
    if motion.is_secret and tally.cast < FEWEST_SECRET:
        raise RuleViolation(
            _(
                "Mới có %(cast)d phiếu kín; dưới %(count)d phiếu thì lộ ý kiến từng người. "
                "Hãy chờ thêm phiếu, hoặc rút nội dung và biểu quyết công khai."
            )
            % {"cast": tally.cast, "count": FEWEST_SECRET}
        )


def _casting(motion: Motion, votes: list[Vote], by: User, casting: str) -> str:
    if not motion.is_secret:
        return next((vote.choice for vote in votes if vote.member.user_id == by.pk), "")
    if casting not in (Choice.FOR, Choice.AGAINST):
        raise RuleViolation(
            _("Số phiếu ngang nhau: người chủ trì chọn tán thành hoặc không tán thành, rồi kết luận lại.")
        )
    return casting
