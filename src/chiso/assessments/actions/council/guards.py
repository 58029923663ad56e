"""What the council's actions ask before they change anything, with the way out."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from chiso.assessments.choices import DossierState, MeetingForm, MeetingState
from chiso.assessments.models import Entry, Meeting, Motion
from chiso.assessments.sitting import Sitting
from chiso.assessments.voting import is_quorate
from chiso.common.dates import format_deadline
from chiso.common.refusals import RuleViolation
from chiso.organizations.models import User
from chiso.rounds import policy as round_policy
from chiso.rounds.choices import Panel, Position, StageKey
from chiso.rounds.holding import hold, read_again
from chiso.rounds.models import Round


def hold_meeting(meeting: Meeting) -> None:
    """Take the round for this transaction, and read again where the meeting stands."""
    hold(meeting.round)
    read_again(meeting, "state", "form", "held_at", "answers_until")


def require_council_stage(round: Round) -> None:
    """The council works in its own stage only."""
    if round.stage != StageKey.COUNCIL:
        raise RuleViolation(
            _("Đợt đánh giá đang ở giai đoạn “%(stage)s”, không phải giai đoạn Hội đồng.")
            % {"stage": round.get_stage_display()}
        )


def require_not_adopted(meeting: Meeting) -> None:
    """Nothing changes after the adoption without a new meeting."""
    if meeting.state == MeetingState.ADOPTED:
        raise RuleViolation(_("Phiên họp đã kết thúc; thay đổi nào cũng cần phiên họp mới."))


def require_open(meeting: Meeting) -> None:
    """Opened or sent out, and not adopted yet."""
    if meeting.state == MeetingState.ADOPTED:
        raise RuleViolation(_("Phiên họp không còn mở; thay đổi nào cũng cần phiên họp mới."))
    if meeting.state == MeetingState.CONVENED:
        raise RuleViolation(_("Phiên họp chưa mở."))


def require_unbarred(by: User, entry: Entry) -> None:
    """A member of the council does nothing to the items of a unit where this person is barred, in no other role."""
    round, unit = entry.dossier.round, entry.dossier.unit
    if not round_policy.sits_on(by, round, Panel.COUNCIL):
        return
    if unit.pk in round_policy.barred_units(by, round):
        raise PermissionDenied(
            _("Bạn không tham gia các mục của %(unit)s: đơn vị của bạn, hoặc có xung đột lợi ích.") % {"unit": unit}
        )


def require_before_council(meeting: Meeting, entry: Entry) -> None:
    """The leaf is of this round, and its dossier waits for the council."""
    if entry.dossier.round_id != meeting.round_id or entry.dossier.state != DossierState.BEFORE_COUNCIL:
        raise RuleViolation(_("Tiêu chí này không thuộc hồ sơ chờ Hội đồng của đợt đánh giá."))


def require_presiding(sitting: Sitting, by: User, unit: int | None = None) -> None:
    """The chair who is here; where the chair is away, or takes no part in the item, the vice chair who is here."""
    presiding = sitting.presiding(unit)
    if presiding is not None and presiding.user_id == by.pk:
        return
    seat = sitting.seat_of(by)
    if seat is None or not sitting.is_here(seat):
        raise RuleViolation(
            _("Bạn không có trong danh sách dự họp nên không điều hành được. Phó Chủ tịch Hội đồng có mặt điều hành.")
        )
    if unit is not None and sitting.is_barred(seat, unit):
        raise RuleViolation(_("Bạn không tham gia mục này. Phó Chủ tịch Hội đồng có mặt kết luận."))
    if presiding is not None and presiding.position == Position.CHAIR:
        raise RuleViolation(_("Chủ tịch Hội đồng có mặt nên Chủ tịch điều hành."))
    raise RuleViolation(_("Chưa có người chủ trì có mặt."))


def require_quorum(sitting: Sitting, unit: int | None = None) -> None:
    """More than half of the council; on an item, of those who take part in it."""
    council = sitting.members if unit is None else sitting.council_on(unit)
    here = sitting.present if unit is None else sitting.voters_on(unit)
    if is_quorate(len(here), len(council)):
        return
    counts = {"present": len(here), "all": len(council)}
    if sitting.is_written:
        raise RuleViolation(
            _("Mới có %(present)d/%(all)d thành viên trả lời, chưa quá nửa. Hãy gia hạn lấy ý kiến.") % counts
        )
    if unit is None:
        raise RuleViolation(_("Có mặt %(present)d/%(all)d thành viên, chưa quá nửa nên chưa họp được.") % counts)
    raise RuleViolation(
        _("Có mặt %(present)d/%(all)d thành viên được tham gia mục này, chưa quá nửa nên chưa quyết định được.")
        % counts
    )


def require_answers_open(meeting: Meeting, at: datetime) -> None:
    """Of a consultation in writing: not after its last moment."""
    if meeting.form == MeetingForm.WRITTEN and meeting.answers_until and at >= meeting.answers_until:
        raise RuleViolation(
            _("Đã hết hạn gửi ý kiến (%(deadline)s).") % {"deadline": format_deadline(meeting.answers_until)}
        )


def require_answers_in(sitting: Sitting, at: datetime, motion: Motion | None = None) -> None:
    """Of a consultation in writing: the time is over, or everybody has answered."""
    meeting = sitting.meeting
    if not sitting.is_written or meeting.answers_until is None or at >= meeting.answers_until:
        return
    if motion is None:
        waiting = len(sitting.members) - len(sitting.present)
    else:
        voted = set(motion.votes.values_list("member", flat=True))
        waiting = sum(member.pk not in voted for member in sitting.council_on(motion.entry.dossier.unit_id))
    if waiting > 0:
        raise RuleViolation(
            _("Chưa hết hạn gửi ý kiến (%(deadline)s) và còn %(count)d thành viên chưa trả lời.")
            % {"deadline": format_deadline(meeting.answers_until), "count": waiting}
        )
