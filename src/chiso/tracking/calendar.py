"""The dates of a person (lịch công tác): deadlines of the bodies one works for, windows of one's unit, meetings of the
council for its members, consultations of one's unit. Never a score, never what is on an agenda.

A date keeps its `key` however often it moves; `moved` grows each time, so that a calendar knows which one is newer.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chiso.assessments.choices import MeetingForm
from chiso.assessments.models import Dossier, Meeting
from chiso.assessments.pages.submission_curve import handed_over
from chiso.assessments.windows import ANSWERING_STATES, is_return
from chiso.audit.models import AuditEntry
from chiso.common.addresses import address
from chiso.common.dates import format_date, format_deadline, format_moment, start_of_day
from chiso.indexsets.choices import EditionState
from chiso.indexsets.models import Consultation
from chiso.organizations.models import Unit, User
from chiso.rounds.choices import BodyKind, DeadlineKind, Panel, PlanState, StageKey
from chiso.rounds.models import Extension, Participant, PlanTask, Round
from chiso.rounds.policy import seats
from chiso.rounds.stage_ends import StageEnds
from chiso.rounds.task_people import bodies_in
from chiso.rounds.task_progress import done_at

KEPT = timedelta(days=366)
"""How long a date stays after it has passed."""
_MEETING_LASTS = timedelta(hours=2)
_MOVES = ("meeting.reschedule", "index_set.extend_consultation", "index_set.close_consultation")
_WINDOWS = {
    StageKey.SELF_ASSESSMENT: gettext_lazy("Hạn nộp hồ sơ tự đánh giá, chấm điểm: %(unit)s"),
    StageKey.SUPPLEMENT: gettext_lazy("Hạn gửi giải trình, bổ sung: %(unit)s"),
}
_Moves = dict[int, tuple[int, datetime]]


@dataclass(frozen=True)
class Entry:
    """One date of a person. A deadline is an `ends`; a meeting has a beginning and an end."""

    key: str
    title: str
    text: str
    url: str
    ends: datetime
    starts: datetime | None
    place: str
    is_done: bool
    moved: int
    changed_at: datetime

    @property
    def day(self) -> date:
        """The day it stands on: of a deadline at midnight, the day that ends."""
        return timezone.localdate(self.starts or self.ends - timedelta(seconds=1))

    @property
    def is_whole_day(self) -> bool:
        local = timezone.localtime(self.ends)
        return self.starts is None and (local.hour, local.minute, local.second) == (0, 0, 0)


def entries_of(user: User, at: datetime) -> list[Entry]:
    """The dates of a person, the first first: a fixed number of queries, whatever there is."""
    rounds = list(
        Round.objects.visible_to(user)
        .filter(plan__state=PlanState.ISSUED)
        .select_related("plan", "authority")
        .prefetch_related("stages")
        .order_by("pk")
    )
    moves = _moves_of(rounds)
    found = [*_of_tasks(user, rounds, moves), *_of_units(user, rounds, moves), *_of_meetings(user, rounds)]
    found += _of_consultations(user)
    return sorted((entry for entry in found if entry.ends > at - KEPT), key=lambda entry: (entry.ends, entry.key))


# ---- deadlines of the plan -------------------------------------------------------------------------------


def _moves_of(rounds: Sequence[Round]) -> _Moves:
    """How often the deadline of each task was moved, and when last."""
    tasks = PlanTask.objects.filter(plan__round__in=rounds, changes__isnull=False)
    counted = tasks.annotate(n=Count("changes"), last=Max("changes__changed_at")).values_list("pk", "n", "last")
    return {pk: (n, last) for pk, n, last in counted}


def _of_tasks(user: User, rounds: Sequence[Round], moves: _Moves) -> Iterable[Entry]:
    """One date for each task that a body of this person leads or coordinates.

    What the judged units do by stages stands among the windows of the unit, with its own extension.
    """
    by_plan = {round.plan.pk: round for round in rounds}
    rows = bodies_in(user, rounds).exclude(task__deadline_kind=DeadlineKind.GROUP)
    own = rows.exclude(kind=BodyKind.PARTICIPANTS, task__stage__in=(StageKey.SELF_ASSESSMENT, StageKey.SUPPLEMENT))
    tasks = PlanTask.objects.filter(pk__in=own.values("task"), ends_at__isnull=False).order_by("ends_at", "position")
    for task in tasks:
        round = by_plan[task.plan_id]
        count, last = moves.get(task.pk, (0, _issued(round)))
        done = done_at(task, round.stages.all())
        text = [_("Thời hạn: %(moment)s.") % {"moment": format_deadline(task.ends_at)}, round.name]
        if task.starts_on:
            text.insert(0, _("Thực hiện từ ngày %(day)s.") % {"day": format_date(task.starts_on)})
        if done:
            text.append(_("Đã hoàn thành lúc %(moment)s.") % {"moment": format_moment(done)})
        yield Entry(
            key=f"task-{task.pk}",
            title=_("Hạn: %(code)s %(title)s") % {"code": task.code, "title": task.title},
            text="\n".join(text),
            url=address("rounds:task", round.pk, task.code),
            ends=task.ends_at or _issued(round),
            starts=None,
            place="",
            is_done=done is not None,
            moved=count,
            changed_at=max(last, done) if done else last,
        )


def _issued(round: Round) -> datetime:
    return start_of_day(round.plan.date) if round.plan.date else round.created_at


# ---- windows of a judged unit ----------------------------------------------------------------------------


def _of_units(user: User, rounds: Sequence[Round], moves: _Moves) -> Iterable[Entry]:
    """Until when each of one's units may write: self-assessment, supplement, and a return for formal defects."""
    units = user.unit_ids()
    taking_part = Participant.objects.filter(round__in=rounds, unit__in=units).select_related("unit")
    dossiers = {
        (row.round_id, row.unit_id): row
        for row in Dossier.objects.visible_to(user).filter(round__in=rounds, unit__in=units)
    }
    extensions = list(Extension.objects.filter(Q(unit__in=units) | Q(unit=None), round__in=rounds).order_by("until"))
    stage_tasks = PlanTask.objects.filter(plan__round__in=rounds).exclude(stage="")
    by_stage = {(plan, stage): pk for plan, stage, pk in stage_tasks.values_list("plan", "stage", "pk")}
    by_round = {round.pk: round for round in rounds}
    for row in taking_part:
        round = by_round[row.round_id]
        dossier = dossiers.get((round.pk, row.unit_id))
        for stage in round.stages.all():
            if stage.key not in _WINDOWS:
                continue
            mine = [one for one in extensions if one.round_id == round.pk and one.stage == stage.key]
            mine = [one for one in mine if one.unit_id in (None, row.unit_id)]
            ends = StageEnds(stage.closes_at, {one.unit_id: one.until for one in mine}).of(row.unit_id)
            if ends is None or (stage.key == StageKey.SUPPLEMENT and dossier is None):
                continue
            count, last = moves.get(by_stage.get((round.plan.pk, stage.key), 0), (0, stage.opened_at or _issued(round)))
            last = max([last, *(one.granted_at for one in mine)])
            yield _window(round, row.unit, StageKey(stage.key), dossier, ends, (count + len(mine), last))
        if dossier and is_return(dossier) and dossier.return_until:
            yield _returned(round, row.unit, dossier, dossier.return_until)


def _window(
    round: Round, unit: Unit, stage: StageKey, dossier: Dossier | None, ends: datetime, moved: tuple[int, datetime]
) -> Entry:
    count, last = moved
    sent = handed_over(dossier, stage) if dossier else None
    text = [_("Hết hạn: %(moment)s.") % {"moment": format_deadline(ends)}, round.name]
    if sent:
        text.append(_("Đã gửi lúc %(moment)s.") % {"moment": format_moment(sent)})
    closed = stage == StageKey.SUPPLEMENT and dossier is not None and dossier.state not in ANSWERING_STATES
    return Entry(
        key=f"window-{round.pk}-{stage}-{unit.pk}",
        title=str(_WINDOWS[stage]) % {"unit": unit.name},
        text="\n".join(text),
        url=address("assessments:dossier", dossier.pk) if dossier else address("assessments:round", round.pk),
        ends=ends,
        starts=None,
        place="",
        is_done=sent is not None or closed,
        moved=count,
        changed_at=max(last, sent) if sent else last,
    )


def _returned(round: Round, unit: Unit, dossier: Dossier, until: datetime) -> Entry:
    """A return is a date of its own: a second one is another date."""
    return Entry(
        key=f"return-{dossier.pk}-{int(until.timestamp())}",
        title=_("Hạn hoàn thiện hồ sơ bị trả lại: %(unit)s") % {"unit": unit.name},
        text=_("Hết hạn: %(moment)s.") % {"moment": format_deadline(until)} + f"\n{round.name}",
        url=address("assessments:dossier", dossier.pk),
        ends=until,
        starts=None,
        place="",
        is_done=False,
        moved=0,
        changed_at=_issued(round),
    )


# ---- meetings and consultations --------------------------------------------------------------------------


def _of_meetings(user: User, rounds: Sequence[Round]) -> Iterable[Entry]:
    """Meetings of the councils one sits on; of an agenda, and of what was decided, nothing."""
    sat_on = {round for round, panel in seats(user) if panel == Panel.COUNCIL}
    by_round = {round.pk: round for round in rounds if round.pk in sat_on}
    meetings = list(Meeting.objects.visible_to(user).filter(round__in=by_round).order_by("pk"))
    moves = _audited("assessments.meeting", [meeting.pk for meeting in meetings])
    for meeting in meetings:
        round = by_round[meeting.round_id]
        count, last = moves.get(meeting.pk, (0, _issued(round)))
        is_written = meeting.form == MeetingForm.WRITTEN
        if is_written and meeting.answers_until is None:
            continue
        title = _("Hạn gửi ý kiến thành viên Hội đồng thẩm định") if is_written else _("Họp Hội đồng thẩm định")
        yield Entry(
            key=f"meeting-{meeting.pk}",
            title=title,
            text=round.name,
            url=address("assessments:meetings", round.pk),
            ends=(meeting.answers_until or meeting.held_at) if is_written else meeting.held_at + _MEETING_LASTS,
            starts=None if is_written else meeting.held_at,
            place=meeting.place,
            is_done=meeting.adopted_at is not None,
            moved=count,
            changed_at=last,
        )


def _of_consultations(user: User) -> Iterable[Entry]:
    """Until when a body may give its opinion on an index set."""
    asked: QuerySet[Consultation] = Consultation.objects.filter(
        bodies__in=user.unit_ids(), edition__state=EditionState.CONSULTING
    )
    rows = list(asked.select_related("edition").defer("edition__text", "edition__draft").distinct().order_by("pk"))
    moves = _audited("indexsets.consultation", [row.pk for row in rows])
    for row in rows:
        count, last = moves.get(row.pk, (0, row.opened_at))
        yield Entry(
            key=f"consultation-{row.pk}",
            title=_("Hạn góp ý Bộ chỉ số: %(name)s") % {"name": row.edition.name},
            text=_("Hết hạn: %(moment)s.") % {"moment": format_deadline(row.closes_at)},
            url=address("indexsets:edition", row.edition_id),
            ends=row.closes_at,
            starts=None,
            place="",
            is_done=False,
            moved=count,
            changed_at=last,
        )


def _audited(kind: str, keys: Sequence[int]) -> _Moves:
    """How often each was moved, and when last, as the audit log tells (one query)."""
    rows = AuditEntry.objects.filter(subject_type=kind, subject_id__in=keys, code__in=_MOVES)
    counted = rows.values_list("subject_id").annotate(n=Count("pk"), last=Max("at")).order_by()
    return {subject: (n, last) for subject, n, last in counted}
