"""The meetings of the council: called, moved, opened or sent out in writing, attended, and their signed minutes."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.core.files.base import File
from django.db.models import Max, Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.assessments import policy, workflow
from chiso.assessments.actions.council.guards import (
    hold_meeting,
    require_council_stage,
    require_not_adopted,
    require_open,
    require_quorum,
)
from chiso.assessments.choices import MeetingForm, MeetingState
from chiso.assessments.models import Absence, Attendance, Meeting
from chiso.assessments.sitting import Sitting, bars_of, members_of
from chiso.audit.actions import action, because, changed
from chiso.common.dates import format_deadline, format_moment
from chiso.common.refusals import RuleViolation
from chiso.common.workflow import move
from chiso.evidence.storing import IMAGES, PDF, clean_name, media_type_of, store
from chiso.notices.sending import send
from chiso.organizations.models import User
from chiso.rounds import policy as round_policy
from chiso.rounds.choices import Panel, Position
from chiso.rounds.holding import hold
from chiso.rounds.models import PanelMember, Round

EARLIEST = timedelta(minutes=30)
"""How long before its hour a meeting may open when somebody is still missing."""


@action("meeting.convene", gettext_noop("Triệu tập họp Hội đồng"), allowed=round_policy.can_prepare_meeting)
def convene_meeting(
    round: Round,
    by: User,
    at: datetime,
    *,
    held_at: datetime,
    place: str = "",
    form: str = MeetingForm.MEETING,
    answers_until: datetime | None = None,
) -> Meeting:
    """Call a meeting of the council and invite its members; or prepare a consultation in writing instead of one."""
    hold(round)
    require_council_stage(round)
    if round.meetings.exclude(state=MeetingState.ADOPTED).exists():
        raise RuleViolation(_("Đang có một phiên họp chưa kết thúc."))
    if form == MeetingForm.WRITTEN:
        _require_later(answers_until, at)
    elif held_at < at:
        raise RuleViolation(_("Thời điểm họp phải từ bây giờ trở đi."))
    elif not place.strip():
        raise RuleViolation(_("Chưa nhập địa điểm."))
    last = round.meetings.aggregate(last=Max("number"))["last"] or 0
    meeting = Meeting.objects.create(
        round=round, number=last + 1, form=form, held_at=held_at, place=place, answers_until=answers_until
    )
    changed("meeting", meeting.number)
    changed("form", form)
    if form == MeetingForm.MEETING:
        day = localdate(held_at)  # Whose term is over by then is no member that day.
        _tell(meeting, _("Mời họp Hội đồng thẩm định: %(when)s, tại %(place)s."), at, but=Q(term_until__lt=day))
    return meeting


@action("meeting.reschedule", gettext_noop("Dời phiên họp, gia hạn lấy ý kiến"), allowed=policy.can_propose_motion)
def reschedule_meeting(
    meeting: Meeting,
    by: User,
    at: datetime,
    *,
    reason: str,
    held_at: datetime | None = None,
    place: str = "",
    answers_until: datetime | None = None,
) -> Meeting:
    """Give a meeting that has not begun another hour, or a consultation in writing more time; everybody is told."""
    hold_meeting(meeting)
    require_council_stage(meeting.round)
    require_not_adopted(meeting)
    if not reason.strip():
        raise RuleViolation(_("Chưa nêu lý do."))
    if meeting.form == MeetingForm.WRITTEN:
        _require_later(answers_until, at)
        changed("answers_until", answers_until, meeting.answers_until)
        meeting.answers_until = answers_until
    else:
        if meeting.state != MeetingState.CONVENED:
            raise RuleViolation(_("Phiên họp đã khai mạc nên không dời được."))
        if held_at is None or held_at < at:
            raise RuleViolation(_("Thời điểm họp phải từ bây giờ trở đi."))
        changed("held_at", held_at, meeting.held_at)
        meeting.held_at, meeting.place = held_at, place or meeting.place
    meeting.save(update_fields=["held_at", "place", "answers_until"])
    because(reason)
    if meeting.form == MeetingForm.MEETING:
        _tell(meeting, _("Dời họp Hội đồng thẩm định sang %(when)s, tại %(place)s."), at)
    elif meeting.state == MeetingState.OPEN:
        _tell(meeting, _("Gia hạn gửi ý kiến về kết quả thẩm định %(deadline)s."), at)
    return meeting


@action("meeting.open", gettext_noop("Khai mạc phiên họp"), allowed=policy.can_run_meeting)
def open_meeting(
    meeting: Meeting,
    by: User,
    at: datetime,
    *,
    present: Sequence[PanelMember],
    absences: Mapping[int, str] | None = None,
) -> Meeting:
    """Open a meeting with those who are present, more than half of the council; `absences` says why others are not."""
    hold_meeting(meeting)
    require_council_stage(meeting.round)
    if meeting.form == MeetingForm.WRITTEN:
        raise RuleViolation(_("Đây là xin ý kiến bằng văn bản: gửi cho các thành viên, không khai mạc."))
    members = members_of(meeting.round)
    here = {member.pk: Attendance(meeting=meeting, member=member) for member in members if member in present}
    sitting = Sitting(meeting, members, here, bars_of(meeting.round, members))
    require_quorum(sitting)
    _require_time(sitting, at)
    _require_opener(sitting, by)
    move(meeting, workflow.OPEN_MEETING)
    Attendance.objects.bulk_create(here.values())
    away = [member for member in members if member.pk not in here]
    why = {member.pk: (absences or {}).get(member.pk, "").strip()[:200] for member in away}
    Absence.objects.bulk_create(Absence(meeting=meeting, member_id=pk, reason=said) for pk, said in why.items() if said)
    changed("present", [member.user.full_name for member in sitting.present])
    changed("absent", {member.user.full_name: why[member.pk] for member in away})
    return meeting


def _require_time(sitting: Sitting, at: datetime) -> None:
    held_at = sitting.meeting.held_at
    if at < held_at - EARLIEST and len(sitting.present) < len(sitting.members):
        raise RuleViolation(
            _(
                "Phiên họp được triệu tập lúc %(when)s. Trước giờ đó quá 30 phút chỉ khai mạc khi mọi thành viên đã "
                "có mặt."
            )
            % {"when": format_moment(held_at)}
        )


def _require_opener(sitting: Sitting, by: User) -> None:
    presiding = sitting.presiding()
    if presiding is None or presiding.user_id == by.pk:
        if presiding is None:
            raise RuleViolation(_("Chủ tịch hoặc Phó Chủ tịch Hội đồng phải có mặt để khai mạc phiên họp."))
        return
    if presiding.position == Position.CHAIR:
        raise RuleViolation(_("Chủ tịch Hội đồng có mặt nên Chủ tịch khai mạc phiên họp."))
    raise RuleViolation(_("Bạn vắng mặt: Phó Chủ tịch Hội đồng có mặt khai mạc phiên họp."))


@action("meeting.send_consultation", gettext_noop("Gửi xin ý kiến bằng văn bản"), allowed=policy.can_propose_motion)
def send_consultation(meeting: Meeting, by: User, at: datetime) -> Meeting:
    """Send the motions of a consultation in writing to the members, who answer until its last moment."""
    hold_meeting(meeting)
    require_council_stage(meeting.round)
    if meeting.form != MeetingForm.WRITTEN:
        raise RuleViolation(_("Đây là phiên họp: Chủ tịch Hội đồng khai mạc, không gửi xin ý kiến."))
    _require_later(meeting.answers_until, at)
    move(meeting, workflow.OPEN_MEETING, held_at=at)
    changed("answers_until", meeting.answers_until)
    _tell(meeting, _("Xin ý kiến Hội đồng thẩm định bằng văn bản; gửi ý kiến %(deadline)s."), at)
    return meeting


@action("meeting.record_attendance", gettext_noop("Ghi nhận thành viên đến, về"), allowed=policy.can_propose_motion)
def record_attendance(meeting: Meeting, by: User, at: datetime, *, member: PanelMember, is_here: bool) -> Attendance:
    """A member comes after the opening, or leaves before the end; from then on this person does, or does not, count."""
    hold_meeting(meeting)
    require_open(meeting)
    if meeting.form == MeetingForm.WRITTEN:
        raise RuleViolation(_("Xin ý kiến bằng văn bản không điểm danh: ai trả lời được tính là có mặt."))
    if member not in members_of(meeting.round):
        raise RuleViolation(_("Người này không còn là thành viên Hội đồng."))
    found = meeting.attendances.filter(member=member).first()
    was_here = found is not None and found.left_at is None
    if was_here == is_here:
        raise RuleViolation(_("Đã ghi nhận như vậy rồi. Hãy tải lại trang để xem."))
    attendance = found or Attendance(meeting=meeting, member=member, arrived_at=at)
    attendance.left_at = None if is_here else at
    attendance.save()
    meeting.absences.filter(member=member).delete()
    changed("present", [member.user.full_name, is_here])
    return attendance


@action("meeting.attach_minutes", gettext_noop("Đính kèm biên bản đã ký"), allowed=policy.can_propose_motion)
def attach_minutes(meeting: Meeting, by: User, at: datetime, *, file: File[bytes]) -> Meeting:
    """Keep the scan of the signed minutes; a better scan takes the place of one before it."""
    hold_meeting(meeting)
    if meeting.state != MeetingState.ADOPTED:
        raise RuleViolation(_("Phiên họp chưa kết thúc nên chưa có biên bản đã ký."))
    if media_type_of(file) not in {PDF} | IMAGES:
        raise RuleViolation(
            _("Tệp “%(name)s” không phải là PDF hoặc ảnh (PNG, JPEG). Hãy quét biên bản đã ký thành PDF.")
            % {"name": clean_name(file.name or "")}
        )
    before = meeting.signed_minutes
    document = store(meeting.round.authority, file, by, at)
    meeting.signed_minutes = document
    meeting.save(update_fields=["signed_minutes"])
    told = [f"{one.pk} · {one.sha256[:12]}" if one else None for one in (document, before)]
    changed("minutes", *told)
    return meeting


def _require_later(until: datetime | None, at: datetime) -> None:
    if until is None or until <= at:
        raise RuleViolation(_("Hạn gửi ý kiến phải sau thời điểm này."))


def _tell(meeting: Meeting, sentence: str, at: datetime, *, but: Q | None = None) -> None:
    words = {
        "when": format_moment(meeting.held_at),
        "place": meeting.place,
        "deadline": format_deadline(meeting.answers_until),
    }
    seats = PanelMember.objects.filter(round=meeting.round_id, panel=Panel.COUNCIL, left_at=None)
    people = User.objects.filter(panel_seats__in=seats.exclude(but) if but else seats)
    send(people, sentence % words, at, url=f"/hop/{meeting.pk}/")
