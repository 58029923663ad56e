"""The end of a meeting: what nobody disputes, opinions on the whole, and the adoption of the result."""

from collections.abc import Sequence
from datetime import datetime
from itertools import count

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.assessments import policy, workflow
from chiso.assessments.actions.council.agenda import WAITING, next_number
from chiso.assessments.actions.council.guards import (
    hold_meeting,
    require_answers_in,
    require_answers_open,
    require_before_council,
    require_council_stage,
    require_open,
    require_presiding,
    require_quorum,
)
from chiso.assessments.actions.stages import advance
from chiso.assessments.choices import MeetingForm, Outcome
from chiso.assessments.models import Attendance, Entry, Meeting, Motion
from chiso.assessments.reopenings import require_none_open
from chiso.assessments.scores import SCORE_FIELDS, copy_of, counting, is_same, with_all_scores
from chiso.assessments.sitting import sitting_of
from chiso.audit.actions import action, because, changed
from chiso.common.refusals import RuleViolation
from chiso.common.workflow import move, move_all
from chiso.organizations.models import User
from chiso.rounds import workflow as round_workflow
from chiso.rounds.choices import Panel

_DECIDED = (*SCORE_FIELDS, "outcome", "concluded_at", "resolution", "reason")


@action("meeting.adopt_en_bloc", gettext_noop("Thông qua các mục không có ý kiến khác"), allowed=policy.can_run_meeting)
def adopt_en_bloc(
    meeting: Meeting, by: User, at: datetime, *, entries: Sequence[Entry], resolution: str = ""
) -> list[Motion]:
    """Keep the score of several items by consensus, without a vote: nobody in the room says otherwise."""
    hold_meeting(meeting)
    require_council_stage(meeting.round)
    require_open(meeting)
    if meeting.form == MeetingForm.WRITTEN:
        raise RuleViolation(_("Xin ý kiến bằng văn bản thì biểu quyết từng mục, không thông qua chung."))
    found = _read_again(entries)
    if not found:
        raise RuleViolation(_("Chưa chọn mục nào để thông qua."))
    sitting = sitting_of(meeting)
    for unit in {entry.dossier.unit_id for entry in found}:
        require_presiding(sitting, by, unit)
        require_quorum(sitting, unit)
    listed = {motion.entry_id: motion for motion in meeting.motions.filter(outcome__in=WAITING)}
    for entry in found:
        _require_undisputed(meeting, entry, listed.get(entry.pk))
    number = count(next_number(meeting))
    carried = []
    for entry in found:
        motion = listed.get(entry.pk) or Motion(meeting=meeting, entry=entry, number=next(number))
        for name, value in copy_of(counting(entry)).items():
            setattr(motion, name, value)
        motion.outcome, motion.concluded_at, motion.resolution = Outcome.CARRIED, at, resolution.strip()
        motion.reason = motion.reason or _("Thông qua chung: không có ý kiến khác.")
        carried.append(motion)
    Motion.objects.bulk_create([motion for motion in carried if motion._state.adding])
    Motion.objects.bulk_update([motion for motion in carried if motion.entry_id in listed], _DECIDED)
    changed("entries", [f"{entry.dossier.unit} · {entry.code}" for entry in found])
    because(resolution.strip() or _("Thông qua chung: không có ý kiến khác."))
    return carried


def _read_again(entries: Sequence[Entry]) -> list[Entry]:
    """What counts may have changed since the page was read."""
    found = Entry.objects.filter(pk__in=[entry.pk for entry in entries])
    related = ("dossier__round", "dossier__unit", "explanation", "criterion")
    return list(
        found.select_related(*related)
        .prefetch_related(*with_all_scores())
        .order_by("criterion__edition", "criterion__position", "dossier__unit__code")
    )


def _require_undisputed(meeting: Meeting, entry: Entry, waiting: Motion | None) -> None:
    require_before_council(meeting, entry)
    named = {"unit": entry.dossier.unit, "code": entry.code}
    if waiting is not None and waiting.outcome == Outcome.OPEN:
        raise RuleViolation(_("%(unit)s, mục %(code)s đang được biểu quyết nên không thông qua chung.") % named)
    row = counting(entry)
    if not row.has_answer():
        raise RuleViolation(_("%(unit)s, mục %(code)s chưa có điểm để thông qua.") % named)
    asked = getattr(entry, "explanation", None)
    if asked is not None and not isinstance(row, Motion) and not is_same(asked, row):
        raise RuleViolation(
            _("%(unit)s, mục %(code)s: đơn vị còn đề nghị điểm khác, cần biểu quyết, không thông qua chung.") % named
        )


@action("meeting.give_opinion", gettext_noop("Cho ý kiến về kết quả chung"), allowed=policy.can_answer)
def give_opinion(meeting: Meeting, by: User, at: datetime, *, dissent: str = "") -> Attendance:
    """A member agrees with the whole, or has a dissenting opinion recorded (bảo lưu ý kiến).

    In a consultation in writing it is the member's answer; in a meeting only who attended gives one.
    """
    hold_meeting(meeting)
    require_open(meeting)
    require_answers_open(meeting, at)
    member = meeting.round.panel_members.get(panel=Panel.COUNCIL, user=by, left_at=None)
    attendance = meeting.attendances.filter(member=member).first()
    if attendance is None:
        if meeting.form != MeetingForm.WRITTEN:
            raise RuleViolation(_("Bạn không có trong danh sách dự họp nên không ghi ý kiến được."))
        attendance = Attendance(meeting=meeting, member=member)
    changed("dissent", dissent.strip(), attendance.dissent)
    attendance.dissent = dissent.strip()
    attendance.save()
    return attendance


@action("meeting.adopt", gettext_noop("Hội đồng thống nhất kết quả"), allowed=policy.can_run_meeting)
def adopt_results(meeting: Meeting, by: User, at: datetime, *, minutes: str) -> Meeting:
    """Adopt the result at the end of a meeting; nothing changes after it without a new meeting."""
    hold_meeting(meeting)
    require_council_stage(meeting.round)
    require_open(meeting)
    _require_all_concluded(meeting)
    require_none_open(meeting.round)
    if not minutes.strip():
        raise RuleViolation(_("Chưa có kết luận phiên họp."))
    sitting = sitting_of(meeting)
    require_presiding(sitting, by)
    require_answers_in(sitting, at)
    require_quorum(sitting)
    move(meeting, workflow.ADOPT_RESULTS, minutes=minutes, adopted_at=at)
    advance(meeting.round, round_workflow.ADOPT, at)
    changed("dossiers", move_all(meeting.round.dossiers.all(), workflow.ADOPT))
    because(minutes)
    return meeting


def _require_all_concluded(meeting: Meeting) -> None:
    waiting = meeting.motions.filter(outcome__in=WAITING).count()
    if waiting:
        raise RuleViolation(_("Còn %(count)d nội dung chưa kết luận.") % {"count": waiting})
