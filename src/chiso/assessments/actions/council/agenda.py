"""The agenda of a meeting: items put on it by hand, scores put to the vote, and motions taken back."""

from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.assessments import policy
from chiso.assessments.actions.council.guards import (
    hold_meeting,
    require_before_council,
    require_council_stage,
    require_not_adopted,
    require_presiding,
    require_unbarred,
)
from chiso.assessments.choices import Outcome
from chiso.assessments.models import Entry, Meeting, Motion
from chiso.assessments.scores import judge, node_of
from chiso.assessments.sitting import sitting_of
from chiso.audit.actions import action, because, changed
from chiso.common.refusals import RuleViolation
from chiso.indexsets.answers import Answer
from chiso.organizations.models import User
from chiso.rounds.holding import read_again

FEWEST_SECRET = 3
"""Of fewer ballots the counts would tell who said what."""
WAITING = (Outcome.LISTED, Outcome.OPEN)


@action("motion.list", gettext_noop("Đưa tiêu chí vào chương trình họp"), allowed=policy.can_propose_motion)
def list_item(meeting: Meeting, by: User, at: datetime, *, entry: Entry, reason: str) -> Motion:
    """Put a leaf on the agenda by hand, with no score yet."""
    _require_may_add(meeting, by, entry, reason)
    if meeting.motions.filter(entry=entry, outcome__in=WAITING).exists():
        raise RuleViolation(_("Tiêu chí này đã có trong chương trình họp."))
    motion = Motion(meeting=meeting, entry=entry, number=next_number(meeting), reason=reason, outcome=Outcome.LISTED)
    motion.save(force_insert=True)
    changed("entry", f"{entry.dossier.unit} · {entry.code}")
    because(reason)
    return motion


@action("motion.unlist", gettext_noop("Đưa tiêu chí ra khỏi chương trình họp"), allowed=policy.can_prepare_motion)
def unlist_item(motion: Motion, by: User, at: datetime) -> Motion:
    """Take an item off the agenda again, as long as no score was proposed."""
    hold_meeting(motion.meeting)
    require_not_adopted(motion.meeting)
    require_unbarred(by, motion.entry)
    if not Motion.objects.filter(pk=motion.pk, outcome=Outcome.LISTED).exists():
        raise RuleViolation(_("Mục này không còn chỉ nằm trong chương trình. Hãy tải lại trang để xem."))
    changed("entry", None, f"{motion.entry.dossier.unit} · {motion.entry.code}")
    because(motion.reason)
    Motion.objects.filter(pk=motion.pk).delete()
    return motion


@action("motion.propose", gettext_noop("Đưa tiêu chí ra biểu quyết"), allowed=policy.can_propose_motion)
def propose_motion(
    meeting: Meeting,
    by: User,
    at: datetime,
    *,
    entry: Entry,
    answer: Answer,
    reason: str,
    is_secret: bool = False,
) -> Motion:
    """Put a score for one leaf to the vote; an item that only stood on the agenda becomes the motion."""
    _require_may_add(meeting, by, entry, reason)
    if meeting.motions.filter(entry=entry, outcome=Outcome.OPEN).exists():
        raise RuleViolation(_("Tiêu chí này đang có một nội dung chưa biểu quyết xong."))
    if is_secret:
        _require_enough_for_secrecy(meeting, entry)
    motion = meeting.motions.filter(entry=entry, outcome=Outcome.LISTED).first()
    motion = motion or Motion(meeting=meeting, entry=entry, number=next_number(meeting))
    motion.outcome, motion.reason, motion.is_secret = Outcome.OPEN, reason, is_secret
    judge(motion, node_of(entry.dossier.block.edition, entry.code), answer)
    if not motion.has_answer():
        raise RuleViolation(_("Chưa có điểm đề nghị."))
    motion.save()
    changed("entry", f"{entry.dossier.unit} · {entry.code}")
    changed("score", motion.score)
    changed("is_secret", is_secret)
    changed(entry.code, motion.all_facts())
    because(reason)
    return motion


@action("motion.withdraw", gettext_noop("Rút nội dung biểu quyết"), allowed=policy.can_prepare_motion)
def withdraw_motion(motion: Motion, by: User, at: datetime, *, reason: str) -> Motion:
    """Take a motion back before it is concluded; once somebody voted, only who presides may. Secret votes are lost."""
    hold_meeting(motion.meeting)
    require_not_adopted(motion.meeting)
    require_unbarred(by, motion.entry)
    read_again(motion, "outcome")
    if motion.outcome != Outcome.OPEN:
        raise RuleViolation(_("Chỉ rút được nội dung chưa kết luận."))
    if not reason.strip():
        raise RuleViolation(_("Chưa nêu lý do rút nội dung."))
    if motion.votes.exists():
        require_presiding(sitting_of(motion.meeting), by, motion.entry.dossier.unit_id)
    motion.outcome, motion.concluded_at, motion.resolution = Outcome.WITHDRAWN, at, reason
    motion.secret_for = motion.secret_against = motion.secret_abstain = 0
    motion.save(
        update_fields=["outcome", "concluded_at", "resolution", "secret_for", "secret_against", "secret_abstain"]
    )
    changed("outcome", motion.outcome, Outcome.OPEN)
    because(reason)
    return motion


def next_number(meeting: Meeting) -> int:
    """Motions are numbered as they come up."""
    return (meeting.motions.aggregate(last=Max("number"))["last"] or 0) + 1


def _require_may_add(meeting: Meeting, by: User, entry: Entry, reason: str) -> None:
    hold_meeting(meeting)
    require_council_stage(meeting.round)
    require_not_adopted(meeting)
    require_before_council(meeting, entry)
    require_unbarred(by, entry)
    if not reason.strip():
        raise RuleViolation(_("Chưa nêu lý do đưa ra biểu quyết."))


def _require_enough_for_secrecy(meeting: Meeting, entry: Entry) -> None:
    if len(sitting_of(meeting).council_on(entry.dossier.unit_id)) < FEWEST_SECRET:
        raise RuleViolation(
            _("Dưới %(count)d thành viên được biểu quyết mục này nên phiếu không thể kín. Hãy biểu quyết công khai.")
            % {"count": FEWEST_SECRET}
        )
