"""A province's rows, stage by stage: 168 units × 100 leaves, written straight into the tables.

`bench.round` plays the round to the self-assessment; from there every step writes what the actions would have left,
many rows at a time. From the council on the real actions carry it: they are few.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from bench.generated_set import AREAS, facts_of, leaves
from chiso.assessments.actions import council
from chiso.assessments.choices import DossierState, MeetingState, Outcome, Pass, ScoreState
from chiso.assessments.models import (
    Appraisal,
    Attendance,
    Citation,
    Dossier,
    Entry,
    Explanation,
    IndependentScore,
    Meeting,
    Motion,
    PreliminaryNotice,
)
from chiso.assessments.scores import SCORE_FIELDS, copy_of, judge
from chiso.evidence.models import Document
from chiso.indexsets import actions as sets
from chiso.indexsets.answers import Answer
from chiso.indexsets.models import Criterion
from chiso.indexsets.reading import index_set_of
from chiso.notices.models import Notice
from chiso.organizations.choices import Role, UnitKind
from chiso.organizations.models import Membership, Unit, User
from chiso.results import actions as results
from chiso.results.models import Result
from chiso.rounds.choices import DeadlineKind, Panel, Position, StageKey, TaskRole
from chiso.rounds.models import Assignment, PanelMember, PlanTask, Round, TaskBody

TASKS = 24
PAPERS = 8
CITED = 30
DISPUTED = 12
MOTIONS = 60
MEMBERS = 9
_REASON = "Số liệu đơn vị tự chấm không khớp với báo cáo của cơ quan chủ trì lĩnh vực; đề nghị giải trình."


def grow(round: Round) -> None:
    """Half of the units are done, all with four of five leaves answered; tasks before and after today; a full team."""
    _answer(round)
    _cite(round)
    at = timezone.now()
    for number, dossier in enumerate(Dossier.objects.filter(round=round).order_by("pk")):
        if number % 2:
            sent = {"state": "submitted", "submitted_at": at - timedelta(hours=number), "late_days": number % 3 // 2}
            Dossier.objects.filter(pk=dossier.pk).update(receipt=f"{number:064x}", **sent)
    _plan_work(round, at)
    _seat(round)
    everybody = User.objects.filter(email__endswith="@chiso.example")
    Notice.objects.bulk_create(
        Notice(recipient=person, text=f"Nhắc việc thứ {number}", url="/", sent_at=at - timedelta(hours=number))
        for person in everybody
        for number in range(30)
    )


def _answer(round: Round) -> None:
    by_code = {leaf.code: leaf for leaf in leaves(100)}
    index_set = index_set_of(round.blocks.select_related("edition").get().edition)
    at, units, entries = timezone.now(), {}, []
    for entry in Entry.objects.filter(dossier__round=round).order_by("pk"):
        unit = units.setdefault(entry.dossier_id, len(units))
        answered = (entry.pk + unit) % 5
        facts = facts_of(unit, by_code[entry.code]) if answered else {}
        judge(entry, index_set.by_code[entry.code], Answer(facts))
        entry.note, entry.version, entry.saved_at = (
            ("Theo báo cáo số 12/BC-UBND.", 1, at) if answered else ("", 0, None)
        )
        entries.append(entry)
    said = [*SCORE_FIELDS, "note", "version", "saved_at"]
    Entry.objects.bulk_create(entries, batch_size=500, update_conflicts=True, unique_fields=["id"], update_fields=said)


def _cite(round: Round) -> None:
    at, by = timezone.now(), User.objects.get(email="editor-0@chiso.example")
    dossiers = Dossier.objects.filter(round=round).order_by("pk")
    papers = Document.objects.bulk_create(
        Document(
            unit_id=dossier.unit_id,
            name=f"Báo cáo số {number} về cải cách hành chính.pdf",
            size=200_000,
            sha256=f"{dossier.pk:032x}{number:032x}",
            media_type="application/pdf",
            uploaded_by=by,
            uploaded_at=at,
        )
        for dossier in dossiers
        for number in range(PAPERS)
    )
    mine = {unit: [paper for paper in papers if paper.unit_id == unit] for unit in {paper.unit_id for paper in papers}}
    cited = []
    for dossier in dossiers.prefetch_related("entries"):
        for number, entry in enumerate(dossier.entries.all()):
            if entry.version and number < 2 * CITED:
                paper = mine[dossier.unit_id][number % PAPERS]
                cited.append(
                    Citation(entry=entry, document=paper, stage="self_assessment", added_at=at, place="trang 2")
                )
    Citation.objects.bulk_create(cited, batch_size=500)


def _plan_work(round: Round, at: datetime) -> None:
    for number in range(TASKS):
        ends = at + timedelta(days=number - TASKS // 2)
        task = PlanTask.objects.create(
            plan=round.plan,
            position=100 + number,
            code=f"9.{number}",
            title=f"Nhiệm vụ phối hợp thứ {number} của các cơ quan, đơn vị trong tỉnh",
            deadline_kind=DeadlineKind.LATEST,
            deadline_text=f"Chậm nhất ngày {ends:%d/%m/%Y}",
            ends_on=ends.date(),
            ends_at=ends,
            done_at=at - timedelta(days=1) if number % 4 == 0 and ends < at else None,
        )
        for place in range(4):
            role = TaskRole.COORDINATE if place else TaskRole.LEAD
            TaskBody.objects.create(task=task, position=place, role=role, label=f"Sở số {(number + place) % 9}")


def _seat(round: Round) -> None:
    """An expert of each area beside the leader, a council of nine, and a leader of the first unit."""
    office = Unit.objects.get(kind=UnitKind.OFFICE)
    criteria = list(Criterion.objects.filter(edition__blocks__round=round, is_leaf=True))
    for area in range(1, AREAS + 1):
        seat = _sit(round, f"expert-{area}", Panel.TEAM, Position.EXPERT, office)
        mine = [leaf for leaf in criteria if leaf.code.startswith(f"{area}.")]
        Assignment.objects.bulk_create(Assignment(member=seat, criterion=leaf) for leaf in mine)
    for number in range(MEMBERS - 2):
        _sit(round, f"member-{number}", Panel.COUNCIL, Position.MEMBER, office)
    approver = _person("approver")
    Membership.objects.create(user=approver, unit=Unit.objects.get(code="X000"), role=Role.UNIT_APPROVER)


def _sit(round: Round, name: str, panel: Panel, position: Position, body: Unit) -> PanelMember:
    return PanelMember.objects.create(round=round, panel=panel, position=position, user=_person(name), body=body)


def _person(name: str) -> User:
    return User.objects.create(email=f"{name}@chiso.example", full_name=f"Nguyễn Văn {name}", title="Công chức")


def reissue(round: Round) -> None:
    """The set is issued again with other thresholds: every dossier would move to it."""
    at = timezone.now()
    coordinator = User.objects.get(email="coordinator@chiso.example")
    draft = sets.start_reissue(round.blocks.select_related("edition").get().edition, coordinator, at)
    draft.draft["areas"][0]["children"][0]["children"][0]["rule"]["curve"] = {"target": "80"}
    draft.save()
    sets.issue_edition(draft, User.objects.get(email="head@chiso.example"), at, number="9/QĐ-UBND", day=date.today())


# ---- the team ----------------------------------------------------------------------


def appraise(round: Round) -> None:
    """Every dossier is with the team, every second leaf is judged, one of ten cut; two people judge the last area."""
    at = timezone.now()
    Dossier.objects.filter(round=round).update(state=DossierState.UNDER_APPRAISAL)
    Dossier.objects.filter(round=round, submitted_at=None).update(submitted_at=at, receipt="0" * 64)
    _enter(round, StageKey.APPRAISAL, at, closes_at=at - timedelta(days=2))
    _judge_first(round, at, lambda number: number % 2 == 0)
    Round.objects.filter(pk=round.pk).update(independent_codes=[str(AREAS)])
    seats = list(
        PanelMember.objects.filter(
            round=round, user__email__in=[f"expert-{AREAS}@chiso.example", "leader@chiso.example"]
        )
    )
    judged = Entry.objects.filter(dossier__round=round, code__startswith=f"{AREAS}.", appraisals__isnull=False)
    IndependentScore.objects.bulk_create(
        (
            IndependentScore(entry=entry, pass_number=Pass.FIRST, member=seat, given_at=at, **copy_of(entry))
            for entry in judged
            for seat in seats
        ),
        batch_size=500,
    )


def _judge_first(round: Round, at: datetime, chosen: Callable[[int], bool]) -> None:
    by = User.objects.get(email="leader@chiso.example")
    waiting = Entry.objects.filter(dossier__round=round, version__gt=0, appraisals=None).order_by("pk")
    rows = []
    for number, entry in enumerate(waiting):
        if chosen(number):
            row = Appraisal(entry=entry, pass_number=Pass.FIRST, appraised_by=by, appraised_at=at, **copy_of(entry))
            rows.append(_cut(row) if entry.pk % 10 == 0 else row)
    Appraisal.objects.bulk_create(rows, batch_size=500)


def _cut(row: Any) -> Any:
    row.facts, row.decided, row.score, row.score_state = {}, Decimal("0.25"), Decimal("0.25"), ScoreState.DECIDED
    row.reason, row.needs_explanation = _REASON, True
    return row


def to_notice(round: Round) -> None:
    """Pass 1 is over."""
    at = timezone.now()
    _judge_first(round, at, lambda _number: True)
    _enter(round, StageKey.NOTICE, at)


def reappraise(round: Round) -> None:
    """Every unit was told and explained its cuts; half of these are judged again."""
    at = timezone.now()
    dossiers = list(Dossier.objects.filter(round=round))
    PreliminaryNotice.objects.bulk_create(
        PreliminaryNotice(dossier=dossier, number="4/TB-SNV", sent_at=at, answer_until=at) for dossier in dossiers
    )
    Dossier.objects.filter(round=round).update(state=DossierState.UNDER_REAPPRAISAL, resubmitted_at=at)
    _enter(round, StageKey.REAPPRAISAL, at, closes_at=at + timedelta(days=9))
    by = User.objects.get(email="editor-0@chiso.example")
    cut = Entry.objects.filter(dossier__round=round, appraisals__needs_explanation=True)
    Explanation.objects.bulk_create(
        (
            Explanation(
                entry=entry, text="Đơn vị có văn bản kèm theo.", explained_by=by, explained_at=at, **copy_of(entry)
            )
            for entry in cut
        ),
        batch_size=500,
    )
    _judge_again(round, at, every=2)


def _judge_again(round: Round, at: datetime, *, every: int) -> None:
    """Nearly all that was explained is given back; the rest stays in dispute."""
    by = User.objects.get(email="leader@chiso.example")
    waiting = Entry.objects.filter(dossier__round=round, explanation__isnull=False).exclude(
        appraisals__pass_number=Pass.SECOND
    )
    rows = []
    for entry in waiting.order_by("pk"):
        if entry.pk % every == 0:
            row = Appraisal(entry=entry, pass_number=Pass.SECOND, appraised_by=by, appraised_at=at, **copy_of(entry))
            rows.append(_cut(row) if entry.pk % DISPUTED == 0 else row)
    Appraisal.objects.bulk_create(rows, batch_size=500)


# ---- the council -------------------------------------------------------------------


def meet(round: Round) -> None:
    """The meeting is open: two thirds of its motions are concluded, the others wait."""
    at = timezone.now()
    _judge_again(round, at, every=1)
    Dossier.objects.filter(round=round).update(state=DossierState.BEFORE_COUNCIL)
    _enter(round, StageKey.COUNCIL, at, closes_at=at + timedelta(days=9))
    meeting = Meeting.objects.create(round=round, number=1, held_at=at, place="Phòng họp số 1", state=MeetingState.OPEN)
    members = PanelMember.objects.filter(round=round, panel=Panel.COUNCIL)
    Attendance.objects.bulk_create(Attendance(meeting=meeting, member=member) for member in members)
    disputed = Entry.objects.filter(dossier__round=round, appraisals__pass_number=2, appraisals__needs_explanation=True)
    Motion.objects.bulk_create(_motions(meeting, disputed.order_by("pk")[:MOTIONS], at))


def _motions(meeting: Meeting, entries: Any, at: datetime) -> Iterator[Motion]:
    for number, entry in enumerate(entries, start=1):
        motion = Motion(meeting=meeting, entry=entry, number=number, reason=_REASON, **copy_of(entry))
        if number % 3:
            motion.outcome, motion.concluded_at, motion.resolution = Outcome.CARRIED, at, "Thống nhất."
        elif number % 2:
            motion.outcome = Outcome.LISTED
        yield motion


def conclude(round: Round) -> None:
    """Nothing waits any more: the chair looks at the ranking before the council adopts it."""
    waiting = Motion.objects.filter(meeting__round=round, outcome__in=[Outcome.LISTED, Outcome.OPEN])
    waiting.update(outcome=Outcome.REJECTED, concluded_at=timezone.now())


def adopt(round: Round) -> None:
    """The council adopted, and the head has the submission."""
    at = timezone.now()
    meeting = Meeting.objects.select_related("round").get(round=round)
    chair = User.objects.get(email="chair@chiso.example")
    council.adopt_results(meeting, chair, at, minutes="Hội đồng thống nhất kết quả.")
    coordinator = User.objects.get(email="coordinator@chiso.example")
    results.submit_for_approval(_again(round), coordinator, at, number="5/TTr-SNV", text="Kính trình.")


def publish(round: Round) -> None:
    """Approved, frozen and published."""
    at = timezone.now()
    head = User.objects.get(email="head@chiso.example")
    coordinator = User.objects.get(email="coordinator@chiso.example")
    submission = _again(round).submissions.select_related("round__authority").get()
    results.approve_result(submission, head, at)
    result = Result.objects.select_related("round", "approved_by").get(round=round)
    results.publish_result(result, coordinator, at, number="6/QĐ-UBND", day=date.today(), decision=b"docx")


def _enter(round: Round, stage: StageKey, at: datetime, **opened: Any) -> None:
    Round.objects.filter(pk=round.pk).update(stage=stage)
    round.stages.filter(opened_at__isnull=False, closed_at=None).update(closed_at=at)
    round.stages.filter(key=stage).update(opened_at=at, closed_at=None, **opened)


def _again(round: Round) -> Round:
    return Round.objects.select_related("authority", "coordinator").get(pk=round.pk)
