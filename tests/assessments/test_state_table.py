"""Every state × every action: what is refused outside its states and stages, and that a refusal changes nothing."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.db import transaction

from chiso.assessments import workflow
from chiso.assessments.actions import appraisal, council, dossier, sharing, stages, submission, supplement
from chiso.assessments.choices import Choice, DossierState, MeetingState, Outcome
from chiso.assessments.models import Dossier, Meeting, Motion
from chiso.audit.models import AuditEntry
from chiso.common.refusals import RuleViolation
from chiso.indexsets.answers import Answer
from chiso.results import actions as results
from chiso.results.models import Result, Submission
from chiso.rounds import workflow as round_workflow
from chiso.rounds.choices import Panel, StageKey
from chiso.rounds.models import Round
from tests.world import PDF, World, moment, play_to

pytestmark = pytest.mark.django_db
State = DossierState
Try = Callable[[World, datetime], object]

_SELF = {StageKey.SELF_ASSESSMENT, StageKey.AGGREGATION}

# name: (played to, at, states in which it works, stages in which it works, the call)
ON_DOSSIER: dict[str, tuple[str, str, set[DossierState], set[StageKey], Try]] = {
    "save": (
        "self_assessment",
        "12/12/2022 21:04",
        {State.DRAFT, State.RETURNED},
        _SELF,
        lambda w, at: dossier.save_entry(
            w.entry(w.cast.north, "1.1"), w.cast.an, at, version=0, answer=Answer({"level": "1"})
        ),
    ),
    "attach": (
        "self_assessment",
        "12/12/2022 21:04",
        {State.DRAFT, State.RETURNED},
        _SELF,
        lambda w, at: dossier.attach_evidence(
            w.entry(w.cast.north, "1.1"), w.cast.an, at, file=ContentFile(PDF, name="a.pdf")
        ),
    ),
    "request_review": (
        "self_assessment",
        "12/12/2022 21:04",
        set(workflow.REQUEST_REVIEW.sources),
        _SELF,
        lambda w, at: dossier.request_review(w.dossier(w.cast.north), w.cast.an, at),
    ),
    "send_back": (
        "self_assessment",
        "12/12/2022 21:04",
        {State.INTERNAL_REVIEW},
        _SELF,
        lambda w, at: dossier.send_back(w.dossier(w.cast.north), w.cast.binh, at, reason="Sửa 1.1"),
    ),
    "submit": (
        "self_assessment",
        "12/12/2022 21:04",
        set(workflow.SUBMIT.sources),
        _SELF,
        lambda w, at: dossier.submit_dossier(w.dossier(w.cast.north), w.cast.binh, at),
    ),
    "remark": (
        "self_assessment",
        "12/12/2022 21:04",
        {State.DRAFT, State.INTERNAL_REVIEW, State.RETURNED},
        _SELF,
        lambda w, at: submission.remark_entry(w.entry(w.cast.north, "1.1"), w.cast.binh, at, remark="Ghi rõ ngày."),
    ),
    "attach_report": (
        "self_assessment",
        "12/12/2022 21:04",
        {State.DRAFT, State.INTERNAL_REVIEW, State.RETURNED},
        _SELF,
        lambda w, at: submission.attach_report(
            w.dossier(w.cast.north),
            w.cast.an,
            at,
            number="45/BC",
            day=date(2022, 12, 12),
            file=ContentFile(PDF, name="b.pdf"),
        ),
    ),
    "assign_leaves": (
        "self_assessment",
        "12/12/2022 21:04",
        {State.DRAFT, State.INTERNAL_REVIEW, State.RETURNED},
        _SELF,
        lambda w, at: sharing.assign_leaves(w.dossier(w.cast.north), w.cast.binh, at, codes=["1"], to=w.cast.an),
    ),
    "withdraw": (
        "self_assessment",
        "12/12/2022 21:04",
        set(workflow.WITHDRAW.sources),
        _SELF,
        lambda w, at: submission.withdraw_dossier(w.dossier(w.cast.north), w.cast.binh, at, reason="Sai số liệu."),
    ),
    "return": (
        "aggregation",
        "16/12/2022 08:00",
        {State.SUBMITTED},
        _SELF,
        lambda w, at: dossier.return_dossier(
            w.dossier(w.cast.north), w.cast.giang, at, reason="Thiếu trang", until=moment("18/12/2022 00:00")
        ),
    ),
    "record_not_submitted": (
        "aggregation",
        "20/12/2022 08:00",
        set(workflow.RECORD_NOT_SUBMITTED.sources),
        _SELF,
        lambda w, at: dossier.record_not_submitted(w.dossier(w.cast.north), w.cast.giang, at),
    ),
    "appraise": (
        "appraisal",
        "22/12/2022 08:00",
        {State.UNDER_APPRAISAL},
        {StageKey.APPRAISAL},
        lambda w, at: appraisal.appraise_entry(
            w.entry(w.cast.north, "2.1"),
            w.cast.chi,
            at,
            version=0,
            answer=Answer({}, decided=Decimal(1)),
            reason="Thiếu",
        ),
    ),
    "explain": (
        "supplement",
        "02/01/2023 08:00",
        {State.NOTIFIED, State.SUPPLEMENTING},
        {StageKey.SUPPLEMENT},
        lambda w, at: supplement.explain_entry(
            w.entry(w.cast.north, "2.1"), w.cast.an, at, version=0, text="Có văn bản.", answer=Answer({})
        ),
    ),
    "resubmit": (
        "supplement",
        "02/01/2023 08:00",
        {State.NOTIFIED, State.SUPPLEMENTING},
        {StageKey.SUPPLEMENT},
        lambda w, at: supplement.resubmit_dossier(w.dossier(w.cast.north), w.cast.binh, at),
    ),
    "propose": (
        "council",
        "06/01/2023 08:00",
        {State.BEFORE_COUNCIL},
        {StageKey.COUNCIL},
        lambda w, at: council.propose_motion(
            w.meeting,
            w.cast.lan,
            at,
            entry=w.entry(w.cast.north, "2.1"),
            answer=Answer({}, decided=Decimal(5)),
            reason="Ghi nhận",
        ),
    ),
}


def works(call: Try, world: World, at: datetime) -> bool:
    """Try an action and take it back; a refusal must leave no audit entry."""
    before = AuditEntry.objects.count()
    done = False
    with transaction.atomic():
        try:
            with transaction.atomic():
                call(world, at)
            done = True
        except RuleViolation as refusal:
            sentence = str(refusal)
            assert sentence[0].isupper() or sentence[0] in "“0123456789", sentence
            assert sentence.endswith("."), sentence
            assert AuditEntry.objects.count() == before
        transaction.set_rollback(True)
    return done


@pytest.mark.parametrize("name", ON_DOSSIER)
def test_action_on_a_dossier_works_in_its_states_and_stages_only(name: str) -> None:
    played, when, states, at_stages, call = ON_DOSSIER[name]
    world, at = play_to(played), moment(when)
    if name == "propose":
        council.convene_meeting(world.round, world.cast.lan, at, held_at=moment("09/01/2023 08:00"), place="Phòng họp")
    # A returned dossier has its own deadline: past for the coordinator's record, to come for the unit's work.
    Dossier.objects.update(return_until=moment("19/12/2022 00:00" if "record" in name else "31/12/2022 00:00"))
    right_stage = world.round.stage
    accepted = set()
    for state in State:
        Dossier.objects.filter(unit=world.cast.north).update(state=state)
        if works(call, world, at):
            accepted.add(state)
    assert accepted == states
    Dossier.objects.filter(unit=world.cast.north).update(state=min(states))
    fitting = set()
    for stage in StageKey:
        Round.objects.update(stage=stage)
        if works(call, world, at):
            fitting.add(stage)
    Round.objects.update(stage=right_stage)
    assert fitting == at_stages


ON_ROUND: dict[str, tuple[str, str, StageKey, Try]] = {
    "open_self_assessment": (
        "preparation",
        "28/11/2022 08:00",
        StageKey.PREPARATION,
        lambda w, at: stages.open_self_assessment(w.round, w.cast.giang, at),
    ),
    "start_aggregation": (
        "submitted",
        "15/12/2022 08:00",
        StageKey.SELF_ASSESSMENT,
        lambda w, at: stages.start_aggregation(w.round, w.cast.giang, at),
    ),
    "start_appraisal": (
        "aggregation",
        "19/12/2022 08:00",
        StageKey.AGGREGATION,
        lambda w, at: stages.start_appraisal(w.round, w.cast.giang, at),
    ),
    "send_notices": (
        "notice",
        "29/12/2022 08:00",
        StageKey.NOTICE,
        lambda w, at: appraisal.send_preliminary_notices(
            w.round, w.cast.giang, at, number="4/TB", answer_until=moment("03/01/2023 00:00")
        ),
    ),
    "start_reappraisal": (
        "supplement",
        "04/01/2023 08:00",
        StageKey.SUPPLEMENT,
        lambda w, at: stages.start_reappraisal(w.round, w.cast.giang, at),
    ),
    "convene": (
        "council",
        "06/01/2023 08:00",
        StageKey.COUNCIL,
        lambda w, at: council.convene_meeting(
            w.round, w.cast.lan, at, held_at=moment("09/01/2023 08:00"), place="Phòng họp"
        ),
    ),
    "submit_for_approval": (
        "approval",
        "10/01/2023 08:00",
        StageKey.APPROVAL,
        lambda w, at: results.submit_for_approval(w.round, w.cast.giang, at, number="5/TTr", text="Trình"),
    ),
    "publish": (
        "approved",
        "12/01/2023 08:00",
        StageKey.APPROVAL,
        lambda w, at: results.publish_result(
            Result.objects.select_related("round", "approved_by").get(),
            w.cast.giang,
            at,
            number="6/QĐ",
            day=date(2023, 1, 12),
            decision=b"x",
        ),
    ),
}


@pytest.mark.parametrize("name", ON_ROUND)
def test_step_of_a_round_works_at_its_stage_only(name: str) -> None:
    played, when, right, call = ON_ROUND[name]
    world, at = play_to(played), moment(when)
    fitting = set()
    for stage in StageKey:
        Round.objects.update(stage=stage)
        if works(call, world, at):
            fitting.add(stage)
    assert fitting == {right}


def test_meeting_actions_work_in_their_states_only() -> None:
    world, at = play_to("council"), moment("09/01/2023 08:30")
    world.meeting_open()
    people = world.cast
    motion = council.propose_motion(
        world.meeting,
        people.lan,
        at,
        entry=world.entry(people.north, "2.1"),
        answer=Answer({}, decided=Decimal(5)),
        reason="Ghi nhận",
    )
    council.cast_vote(motion, people.dung, at, choice=Choice.FOR)

    def fresh() -> Motion:
        return Motion.objects.select_related("meeting__round", "entry__dossier__unit").get()

    seats = list(world.round.panel_members.filter(panel=Panel.COUNCIL))
    tries: dict[str, Try] = {
        "open": lambda w, at: council.open_meeting(w.meeting, people.dung, at, present=seats),
        "vote": lambda w, at: council.cast_vote(fresh(), people.lan, at, choice=Choice.FOR),
        "conclude": lambda w, at: council.conclude_motion(fresh(), people.dung, at),
        "adopt": lambda w, at: council.adopt_results(w.meeting, people.dung, at, minutes="Thống nhất."),
    }
    table: dict[str, set[MeetingState]] = {name: set() for name in tries}
    for state in MeetingState:
        for name, call in tries.items():
            Meeting.objects.update(state=state)
            Motion.objects.update(outcome=Outcome.CARRIED if name == "adopt" else Outcome.OPEN)
            if name == "open":
                world.meeting.attendances.all().delete()
            if works(call, world, at):
                table[name].add(state)
            if name == "open":
                world.meeting.attendances.bulk_create(
                    world.meeting.attendances.model(meeting=world.meeting, member=seat) for seat in seats
                )
    assert table == {
        "open": {MeetingState.CONVENED},
        "vote": {MeetingState.OPEN},
        "conclude": {MeetingState.OPEN},
        "adopt": {MeetingState.OPEN},
    }


@pytest.mark.parametrize("decide", ["approve", "return"])
def test_head_decides_a_submission_once(decide: str) -> None:
    world, at = play_to("approval"), moment("10/01/2023 09:00")
    results.submit_for_approval(world.round, world.cast.giang, at, number="5/TTr", text="Trình")
    calls: dict[str, Callable[[Submission], object]] = {
        "approve": lambda submission: results.approve_result(submission, world.cast.ha, at),
        "return": lambda submission: results.return_result(submission, world.cast.ha, at, reason="Xem lại 2.1"),
    }
    first, second = (Submission.objects.select_related("round").get() for _ in range(2))
    calls[decide](first)
    for late in calls.values():
        with pytest.raises(RuleViolation), transaction.atomic():
            late(second)


def test_every_transition_is_named_and_leads_somewhere_else() -> None:
    for table in (workflow.TRANSITIONS, workflow.MEETING_TRANSITIONS, round_workflow.TRANSITIONS):
        for step in table:
            assert step.label
            assert step.target not in step.sources
    reached = {step.target for step in workflow.TRANSITIONS} | {State.DRAFT}
    assert reached == set(State)
