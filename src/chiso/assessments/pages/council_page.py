"""What the council's pages show: its meetings, one meeting with motions and votes, and what adoption would fix."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from chiso import scoring
from chiso.assessments import policy
from chiso.assessments.choices import Choice, DossierState, MeetingState, Outcome
from chiso.assessments.models import Appraisal, Entry, LeafScored, Meeting, Motion, Vote
from chiso.assessments.pages.answer_words import (
    answer_in_words,
    change_in_words,
    in_one_line,
    score_in_words,
    thread_of,
)
from chiso.assessments.scores import facts_of, node_of
from chiso.common.dates import format_moment
from chiso.common.numbers import NONE_SIGN, format_points
from chiso.indexsets.reading import index_set_of
from chiso.organizations.models import User
from chiso.rounds import policy as round_policy
from chiso.rounds.choices import Panel, Position, StageKey
from chiso.rounds.models import PanelMember, Round

Row = dict[str, Any]

_RANK = {position: number for number, position in enumerate(Position)}
_MEETING_KINDS = {MeetingState.CONVENED: "blue", MeetingState.OPEN: "gold", MeetingState.ADOPTED: "green"}
_OUTCOME_KINDS = {Outcome.OPEN: "gold", Outcome.CARRIED: "green", Outcome.REJECTED: "red"}


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
    state = MeetingState(meeting.state)
    return {
        "title": str(meeting),
        "url": reverse("assessments:meeting", args=[meeting.pk]),
        "when": format_moment(meeting.held_at),
        "place": meeting.place,
        "state": state.label,
        "kind": _MEETING_KINDS[state],
        "is_over": state == MeetingState.ADOPTED,
        "present": meeting.present or NONE_SIGN,
        "motions": f"{meeting.carried}/{meeting.motions_count}" if meeting.motions_count else NONE_SIGN,
    }


def _why_not_convene(round: Round, rows: Iterable[Row]) -> str:
    if round.stage != StageKey.COUNCIL:
        return _("Đợt đánh giá đang ở giai đoạn “%(stage)s” nên chưa triệu tập được phiên họp.") % {
            "stage": round.get_stage_display()
        }
    if any(not row["is_over"] for row in rows):
        return _("Đang có một phiên họp chưa kết thúc.")
    return ""


# ---- one meeting ------------------------------------------------------------------


@dataclass(frozen=True)
class Room:
    """A meeting with its members, those present, and who looks at it."""

    meeting: Meeting
    user: User
    members: tuple[PanelMember, ...]
    present: frozenset[int]

    @property
    def is_open(self) -> bool:
        return self.meeting.state == MeetingState.OPEN

    @property
    def seat(self) -> PanelMember | None:
        return next((member for member in self.members if member.user_id == self.user.pk), None)


def members_of(round: Round) -> tuple[PanelMember, ...]:
    """The council, chair first."""
    members = PanelMember.objects.filter(round=round, panel=Panel.COUNCIL).select_related("user")
    return tuple(sorted(members, key=lambda member: (_RANK[Position(member.position)], member.pk)))


def room_of(meeting: Meeting, user: User) -> Room:
    present = frozenset(meeting.attendances.values_list("member_id", flat=True))
    return Room(meeting, user, members_of(meeting.round), present)


def meeting_page(room: Room) -> Row:
    """The meeting as it is projected: who is here, what is voted on, how it ended."""
    meeting = room.meeting
    state = MeetingState(meeting.state)
    motions = [_motion_row(motion, room) for motion in _motions(room)]
    waiting = sum(row["is_open"] for row in motions)
    may_run = bool(policy.can_run_meeting(room.user, meeting))
    in_stage = meeting.round.stage == StageKey.COUNCIL
    return {
        "meeting": meeting,
        "title": str(meeting),
        "when": format_moment(meeting.held_at),
        "state": state.label,
        "state_kind": _MEETING_KINDS[state],
        "quorum": _quorum(room),
        "members": [_member_row(member, room) for member in room.members],
        "motions": motions,
        "waiting": waiting,
        "may_open": may_run and in_stage and state == MeetingState.CONVENED,
        "may_adopt": may_run and in_stage and room.is_open and not waiting,
        "may_propose": _may_propose(room),
        "minutes": meeting.minutes,
        "adopted_at": format_moment(meeting.adopted_at) if meeting.adopted_at else "",
    }


def _may_propose(room: Room) -> bool:
    if room.meeting.state == MeetingState.ADOPTED or room.meeting.round.stage != StageKey.COUNCIL:
        return False
    return bool(policy.can_propose_motion(room.user, room.meeting))


def _quorum(room: Room) -> str:
    counts = {"present": len(room.present), "all": len(room.members)}
    if room.meeting.state == MeetingState.CONVENED:
        return _("Họp được khi có mặt quá nửa trong %(all)d thành viên.") % counts
    return _("Có mặt %(present)d/%(all)d thành viên, quá nửa.") % counts


def _member_row(member: PanelMember, room: Room) -> Row:
    is_convened = room.meeting.state == MeetingState.CONVENED
    is_present = member.pk in room.present
    return {
        "name": member.user.full_name,
        "title": member.user.title,
        "position": member.get_position_display(),
        "presence": NONE_SIGN if is_convened else _("có mặt") if is_present else _("vắng"),
        "kind": "" if is_convened else "green" if is_present else "",
    }


def with_thread(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """Entries with unit, edition, and every judgement with its author: what `thread_of` reads."""
    people = Prefetch("appraisals", Appraisal.objects.select_related("appraised_by").order_by("pass_number"))
    carried = Prefetch(
        "motions",
        Motion.objects.filter(outcome=Outcome.CARRIED).select_related("meeting").order_by("concluded_at"),
        to_attr="carried",
    )
    return (
        entries.select_related(
            "dossier__unit", "dossier__block__edition", "criterion", "saved_by", "explanation__explained_by"
        )
        .defer("dossier__block__edition__text")
        .prefetch_related(people, carried)
    )


def _motions(room: Room) -> QuerySet[Motion]:
    votes = Vote.objects.select_related("member__user").order_by("member__pk")
    return (
        Motion.objects.visible_to(room.user)
        .filter(meeting=room.meeting)
        .prefetch_related(Prefetch("votes", votes), Prefetch("entry", with_thread(Entry.objects.order_by())))
        .order_by("number")
    )


def counting_now(entry: Entry, *, before: Motion | None = None) -> LeafScored:
    """The row that counts now, or counted before a motion: what the council carried last, else what the team gave.

    Needs what `with_thread` reads.
    """
    carried: list[Motion] = [row for row in entry.carried if before is None or _precedes(row, before)]  # type: ignore[attr-defined]
    if carried:
        return carried[-1]
    return max(entry.appraisals.all(), key=lambda row: row.pass_number, default=entry)


def _precedes(row: Motion, other: Motion) -> bool:
    if other.concluded_at is None or row.concluded_at is None:
        return row.pk != other.pk
    return row.concluded_at < other.concluded_at


def _motion_row(motion: Motion, room: Room) -> Row:
    entry = motion.entry
    node = node_of(entry.dossier.block.edition, entry.code)
    before = counting_now(entry, before=motion)
    outcome = Outcome(motion.outcome)
    return {
        "pk": motion.pk,
        "number": motion.number,
        "code": entry.code,
        "name": node.name,
        "unit": entry.dossier.unit.name,
        "before": score_in_words(before),
        "score": score_in_words(motion),
        "change": change_in_words(motion, before),
        "told": in_one_line(answer_in_words(node, motion)),
        "reason": motion.reason,
        "outcome": outcome.label,
        "kind": _OUTCOME_KINDS[outcome],
        "is_open": outcome == Outcome.OPEN,
        "thread": thread_of(entry, node, getattr(entry, "explanation", None)),
        "propose_url": _propose_url(room, entry) if outcome != Outcome.OPEN and _may_propose(room) else "",
        **_votes(motion, room),
    }


def _votes(motion: Motion, room: Room) -> Row:
    votes = list(motion.votes.all())
    tally = Counter(vote.choice for vote in votes)
    mine = next((vote.choice for vote in votes if room.seat and vote.member_id == room.seat.pk), "")
    barred = _why_no_vote(motion, room)
    is_open = room.is_open and motion.outcome == Outcome.OPEN
    return {
        "tally": [{"label": choice.label, "count": tally[choice]} for choice in Choice],
        "votes": [{"name": vote.member.user.full_name, "choice": vote.get_choice_display()} for vote in votes],
        "missing": len(room.present) - len(votes) if is_open else 0,
        "ways": [{"value": one.value, "label": one.label, "is_mine": one == mine} for one in Choice],
        "may_vote": is_open and room.seat is not None and not barred,
        "barred": barred if is_open and room.seat is not None else "",
        "may_conclude": is_open and bool(votes) and bool(policy.can_run_meeting(room.user, room.meeting)),
    }


def _why_no_vote(motion: Motion, room: Room) -> str:
    if motion.entry.dossier.unit_id in room.user.unit_ids():
        return _("Bạn thuộc %(unit)s nên không biểu quyết nội dung này.") % {"unit": motion.entry.dossier.unit.name}
    if room.seat is not None and room.seat.pk not in room.present:
        return _("Bạn không có trong danh sách dự họp nên không biểu quyết được.")
    return ""


# ---- what adoption fixes --------------------------------------------------------------


def standings_of(round: Round) -> list[Row]:
    """The ranking of every block as the counting scores give it now, best unit first."""
    facts = facts_of(round)
    dossiers = list(
        round.dossiers.select_related("unit", "block__edition").defer("block__edition__text").order_by("unit__code")
    )
    blocks = {dossier.block_id: dossier.block for dossier in dossiers}
    tables = []
    for key, block in sorted(blocks.items()):
        units = {dossier.unit.code: dossier for dossier in dossiers if dossier.block_id == key}
        scored = scoring.score_round(index_set_of(block.edition), {code: facts.get(code, {}) for code in units})
        rows = [_standing(dossier.unit.name, code, scored) for code, dossier in units.items()]
        for row, dossier in zip(rows, units.values(), strict=True):
            row["note"] = _("không nộp") if dossier.state == DossierState.NOT_SUBMITTED else ""
        rows.sort(key=lambda row: (row["order"] is None, row["order"] or 0, row["code"]))
        tables.append({"name": block.name, "rows": rows})
    return tables


def _standing(name: str, code: str, scored: scoring.RoundScore) -> Row:
    standing = scored.standings[code]
    return {
        "name": name,
        "code": code,
        "order": standing.rank,
        "rank": standing.rank or NONE_SIGN,
        "total": format_points(scored.units[code].total, scored.index_set.places),
        "grade": standing.grade or NONE_SIGN,
    }


def _propose_url(room: Room, entry: Entry) -> str:
    return reverse("assessments:propose", args=[room.meeting.pk, entry.code, entry.dossier.unit.code])


def why_no_adoption(meeting: Meeting) -> str:
    """Why the result can't be adopted now; empty when it can."""
    if meeting.state == MeetingState.CONVENED:
        return _("Phiên họp chưa khai mạc.")
    if meeting.state == MeetingState.ADOPTED or meeting.round.stage != StageKey.COUNCIL:
        return _("Phiên họp đã kết thúc; kết quả đã được thống nhất.")
    waiting = meeting.motions.filter(outcome=Outcome.OPEN).count()
    return _("Còn %(count)d nội dung chưa kết luận.") % {"count": waiting} if waiting else ""
