"""What the council's pages show: its meetings, and one meeting with its agenda, its motions and who is there."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from chiso.assessments import policy
from chiso.assessments.choices import MeetingForm, MeetingState, Outcome
from chiso.assessments.models import Meeting
from chiso.assessments.pages.agenda import Agenda, Item, Why, agenda_of, written
from chiso.assessments.pages.council_room import Room, hidden_units
from chiso.assessments.pages.motion_card import OUTCOME_KINDS, motion_card, motions_of
from chiso.common.dates import format_deadline, format_moment, format_time
from chiso.common.numbers import NONE_SIGN, format_max
from chiso.organizations.models import User
from chiso.rounds import policy as round_policy
from chiso.rounds.choices import StageKey
from chiso.rounds.models import PanelMember, Round

Row = dict[str, Any]

PER_PAGE = 20
_MEETING_KINDS = {MeetingState.CONVENED: "blue", MeetingState.OPEN: "gold", MeetingState.ADOPTED: "green"}
_WAITING = (Outcome.LISTED, Outcome.OPEN)


# ---- the list of meetings ---------------------------------------------------------


def meetings_page(user: User, round: Round) -> Row:
    """The meetings of a round, and whether another may be convened now."""
    meetings = (
        Meeting.objects.visible_to(user)
        .filter(round=round)
        .annotate(
            present=Count("attendances", distinct=True),
            motions_count=Count("motions", distinct=True),
            carried=Count("motions", distinct=True, filter=Q(motions__outcome=Outcome.CARRIED)),
        )
        .order_by("number")
    )
    rows = [_meeting_row(meeting) for meeting in meetings]
    why_not = _why_not_convene(round, rows)
    may_prepare = bool(round_policy.can_prepare_meeting(user, round))
    return {
        "meetings": rows,
        "may_convene": may_prepare and not why_not,
        "why_not": why_not if may_prepare else "",
    }


def _meeting_row(meeting: Any) -> Row:
    return {
        "title": title_of(meeting),
        "url": reverse("assessments:meeting", args=[meeting.pk]),
        "when": when_of(meeting),
        "place": meeting.place,
        "state": state_of(meeting),
        "kind": _MEETING_KINDS[MeetingState(meeting.state)],
        "is_over": meeting.state == MeetingState.ADOPTED,
        "present": meeting.present or NONE_SIGN,
        "motions": f"{meeting.carried}/{meeting.motions_count}" if meeting.motions_count else NONE_SIGN,
    }


def title_of(meeting: Meeting) -> str:
    if meeting.form == MeetingForm.WRITTEN:
        return _("Xin ý kiến bằng văn bản (phiên thứ %(number)d)") % {"number": meeting.number}
    return str(meeting)


def when_of(meeting: Meeting) -> str:
    if meeting.form == MeetingForm.WRITTEN:
        return _("gửi ý kiến %(deadline)s") % {"deadline": format_deadline(meeting.answers_until)}
    return format_moment(meeting.held_at)


def state_of(meeting: Meeting) -> str:
    if meeting.form == MeetingForm.WRITTEN and meeting.state != MeetingState.ADOPTED:
        return _("đang chuẩn bị") if meeting.state == MeetingState.CONVENED else _("đang lấy ý kiến")
    return str(MeetingState(meeting.state).label)


def _why_not_convene(round: Round, rows: Iterable[Row]) -> str:
    if round.stage != StageKey.COUNCIL:
        return _("Đợt đánh giá đang ở giai đoạn “%(stage)s” nên chưa triệu tập được phiên họp.") % {
            "stage": round.get_stage_display()
        }
    if any(not row["is_over"] for row in rows):
        return _("Đang có một phiên họp chưa kết thúc.")
    return ""


# ---- one meeting ------------------------------------------------------------------


def meeting_page(room: Room, *, group: str = "", page: str = "1") -> Row:
    """The meeting: who is here, what is voted on, and the agenda with why each item is on it."""
    meeting = room.meeting
    agenda = agenda_of(room)
    cards = [motion_card(motion, room) for motion in motions_of(room)]
    waiting = sum(card["is_open"] or card["is_listed"] for card in cards)
    return {
        "meeting": meeting,
        "title": title_of(meeting),
        "when": when_of(meeting),
        "state": state_of(meeting),
        "state_kind": _MEETING_KINDS[MeetingState(meeting.state)],
        "is_written": room.sitting.is_written,
        "hidden_units": hidden_units(room),
        "open_motions": [card for card in cards if card["is_open"]],
        "decided": [card for card in cards if not card["is_open"] and not card["is_listed"]],
        "waiting": waiting,
        "minutes": meeting.minutes,
        "adopted_at": format_moment(meeting.adopted_at) if meeting.adopted_at else "",
        "rule": _rule(meeting.round),
        **_people(room),
        **_steps(room, waiting),
        **agenda_part(room, agenda, group=group, page=page),
    }


def _rule(round: Round) -> str:
    told = _("Thông qua khi %(rule)s.") % {"rule": round.get_majority_display()}
    if round.chair_casts:
        return told + " " + _("Khi số phiếu ngang nhau, theo ý kiến của người chủ trì.")
    return told


def _steps(room: Room, waiting: int) -> Row:
    """What whoever looks may do next with the meeting as a whole."""
    meeting, in_stage = room.meeting, room.meeting.round.stage == StageKey.COUNCIL
    is_convened, is_written = meeting.state == MeetingState.CONVENED, room.sitting.is_written
    may_run = in_stage and bool(policy.can_run_meeting(room.user, meeting))
    here = room.seat is not None and (is_written or room.sitting.is_here(room.seat))
    return {
        "may_open": may_run and is_convened and not is_written,
        "may_send": room.may_prepare and is_convened and is_written,
        "may_adopt": may_run and room.is_open and not waiting and room.is_presiding,
        "may_adopt_en_bloc": may_run and room.is_open and not is_written and room.is_presiding,
        "may_prepare": room.may_prepare,
        "may_move": room.may_prepare and (is_convened or is_written),
        "may_give_opinion": room.is_open and here,
        "may_attach": meeting.state == MeetingState.ADOPTED and bool(policy.can_propose_motion(room.user, meeting)),
        "may_read_invitation": policy.can_read_invitation(room.user, meeting),
        "may_read_papers": policy.can_read_papers(room.user, meeting),
    }


def _people(room: Room) -> Row:
    sitting, meeting = room.sitting, room.meeting
    is_convened = meeting.state == MeetingState.CONVENED
    absent = dict(meeting.absences.values_list("member_id", "reason"))
    mine = sitting.attended.get(room.seat.pk) if room.seat else None
    return {
        "members": [_member_row(member, room, absent.get(member.pk, "")) for member in sitting.members],
        "quorum": _quorum(room),
        "may_record": room.may_prepare and room.is_open and not sitting.is_written,
        "my_dissent": mine.dissent if mine else "",
        "has_answered": mine is not None,
        "dissents": [] if is_convened else _dissents(room),
    }


def _dissents(room: Room) -> list[Row]:
    rows = ((member, room.sitting.attended.get(member.pk)) for member in room.sitting.members)
    return [{"name": member.user.full_name, "text": row.dissent} for member, row in rows if row and row.dissent]


def _quorum(room: Room) -> str:
    sitting = room.sitting
    counts = {"present": len(sitting.present), "all": len(sitting.members)}
    if sitting.is_written:
        return _("Đã trả lời %(present)d/%(all)d thành viên; có giá trị khi quá nửa trả lời.") % counts
    if room.meeting.state == MeetingState.CONVENED:
        return _("Họp được khi có mặt quá nửa trong %(all)d thành viên.") % counts
    if 2 * counts["present"] > counts["all"]:
        return _("Có mặt %(present)d/%(all)d thành viên, quá nửa.") % counts
    return _("Có mặt %(present)d/%(all)d thành viên, không còn quá nửa.") % counts


def _member_row(member: PanelMember, room: Room, absent: str) -> Row:
    sitting = room.sitting
    is_convened = room.meeting.state == MeetingState.CONVENED
    is_here = sitting.is_here(member)
    return {
        "pk": member.pk,
        "name": member.user.full_name,
        "title": member.user.title,
        "position": member.get_position_display(),
        "presence": NONE_SIGN if is_convened else _presence(sitting, member),
        "note": _times(room, member) or absent,
        "is_here": is_here,
        "kind": "green" if is_here and not is_convened else "",
    }


def _presence(sitting: Any, member: PanelMember) -> str:
    if sitting.is_written:
        return _("đã trả lời") if sitting.is_here(member) else _("chưa trả lời")
    return _("có mặt") if sitting.is_here(member) else _("vắng")


def _times(room: Room, member: PanelMember) -> str:
    row = room.sitting.attended.get(member.pk)
    if row is None:
        return ""
    times = [
        _("đến %(time)s") % {"time": format_time(row.arrived_at)} if row.arrived_at else "",
        _("về %(time)s") % {"time": format_time(row.left_at)} if row.left_at else "",
    ]
    return ", ".join(part for part in times if part)


# ---- the agenda on the page --------------------------------------------------------


def agenda_part(room: Room, agenda: Agenda, *, group: str, page: str) -> Row:
    """One page of the agenda, and how many items each reason gives."""
    group = group if group in Why.values else ""
    items = agenda.of(group)
    found = Paginator(items, PER_PAGE).get_page(page)
    return {
        "groups": _groups(agenda, group),
        "group": group,
        "items": [_item_row(item, agenda, room, group) for item in found],
        "items_count": len(items),
        "page": found,
        "query": urlencode({"nhom": group}) if group else "",
        "first_url": address_of(room, items[0], group) if items else "",
    }


def _groups(agenda: Agenda, group: str) -> list[Row]:
    rows = [{"value": "", "label": _("Tất cả"), "count": len(agenda.items)}]
    rows += [{"value": why.value, "label": why.label, "count": agenda.counts[why]} for why in Why]
    return [
        {
            "label": str(row["label"])[:1].upper() + str(row["label"])[1:],
            "count": row["count"],
            "url": f"?{urlencode({'nhom': row['value']})}#chuong-trinh" if row["value"] else "?#chuong-trinh",
            "is_current": row["value"] == group,
        }
        for row in rows
        if row["count"] or not row["value"] or row["value"] == group
    ]


def address_of(room: Room, item: Item, group: str, *, is_large: bool = False) -> str:
    """The page of an item, inside its group, in the type size that was chosen."""
    path = reverse("assessments:item", args=[room.meeting.pk, item.code, item.unit_code])
    query = {"nhom": group} if group else {}
    query |= {"co-chu": "lon"} if is_large else {}
    return f"{path}?{urlencode(query)}" if query else path


def _item_row(item: Item, agenda: Agenda, room: Room, group: str) -> Row:
    line, motion = item.line, item.motion
    outcome = Outcome(motion.outcome) if motion else None
    return {
        "unit": item.unit,
        "code": item.code,
        "name": item.node.name,
        "url": address_of(room, item, group),
        "max": format_max(item.node.max),
        "own": written(line.own),
        "final": written(line.final),
        "asked": written(line.asked_points) if line.asked else NONE_SIGN,
        "why": [{"label": label, "words": words} for label, words in agenda.words(item)],
        "outcome": outcome.label if outcome and outcome != Outcome.LISTED else "",
        "kind": OUTCOME_KINDS[outcome] if outcome else "",
    }
