"""The rules of entering, attaching and submitting, each with its refusal."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile

from chiso.assessments.actions import dossier as actions
from chiso.assessments.actions import stages
from chiso.assessments.actions.extension import grant_extension
from chiso.assessments.choices import DossierState
from chiso.assessments.entering import StaleEntry
from chiso.assessments.models import Citation, Entry
from chiso.audit.models import AuditEntry
from chiso.common.refusals import RuleViolation
from chiso.evidence.models import Document
from chiso.indexsets.answers import Answer
from chiso.notices.models import Notice
from chiso.rounds.choices import StageKey
from chiso.scoring import FactErrors
from tests.world import NORTH, PDF, World, moment, play_to

pytestmark = pytest.mark.django_db
AT = moment("12/12/2022 21:04")


@pytest.fixture
def world() -> World:
    return play_to("self_assessment")


def save(world: World, code: str, answer: Answer, **also: object) -> None:
    entry = world.entry(world.cast.north, code)
    actions.save_entry(entry, world.cast.an, AT, version=entry.version, answer=answer, **also)


def test_saving_scores_the_leaf_and_keeps_who_and_when(world: World) -> None:
    save(world, "1.2", Answer({"numerator": "8", "denominator": "10"}), note="Theo báo cáo số 12.")
    entry = world.entry(world.cast.north, "1.2")
    assert (entry.score, entry.effective_max, entry.score_state) == (Decimal("5.33"), Decimal(6), "scored")
    assert (entry.saved_at, entry.saved_by, entry.version, entry.note) == (AT, world.cast.an, 1, "Theo báo cáo số 12.")
    logged = AuditEntry.objects.about(entry).get()
    assert logged.changes["1.2"] == [{}, {"numerator": "8", "denominator": "10"}]


def test_saving_wrong_facts_names_each_input_and_saves_nothing(world: World) -> None:
    with pytest.raises(FactErrors) as faults:
        save(world, "1.2", Answer({"numerator": "-8", "denominator": "x"}))
    assert {problem.input for problem in faults.value.problems} == {"numerator", "denominator"}
    assert world.entry(world.cast.north, "1.2").version == 0


def test_stale_page_overwrites_nothing(world: World) -> None:
    save(world, "1.1", Answer({"level": "1"}))
    stale = world.entry(world.cast.north, "1.1")
    with pytest.raises(StaleEntry, match="vừa được người khác lưu"):
        actions.save_entry(stale, world.cast.binh, AT, version=0, answer=Answer({"level": "3"}))
    assert world.entry(world.cast.north, "1.1").facts == {"level": "1"}


def test_clearing_a_leaf_makes_it_unscored_not_zero(world: World) -> None:
    save(world, "1.1", Answer({"level": "1"}))
    save(world, "1.1", Answer({}))
    entry = world.entry(world.cast.north, "1.1")
    assert (entry.score, entry.score_state) == (None, "missing")


def test_not_applicable_needs_a_policy_and_a_reason(world: World) -> None:
    with pytest.raises(FactErrors):
        save(world, "1.1", Answer({}, not_applicable=True), reason="Không có")
    with pytest.raises(RuleViolation, match="lý do không áp dụng"):
        save(world, "1.2", Answer({}, not_applicable=True))
    save(world, "1.2", Answer({}, not_applicable=True), reason="Không được giao nhiệm vụ.")
    entry = world.entry(world.cast.north, "1.2")
    assert (entry.effective_max, entry.score_state) == (Decimal(0), "not_applicable")


def test_self_score_may_be_lower_with_a_reason_never_higher(world: World) -> None:
    facts = {"numerator": "8", "denominator": "10"}
    with pytest.raises(RuleViolation, match="cao hơn"):
        save(world, "1.2", Answer(facts, decided=Decimal("5.34")), reason="Vì")
    with pytest.raises(RuleViolation, match="lý do tự chấm thấp hơn"):
        save(world, "1.2", Answer(facts, decided=Decimal(4)))
    with pytest.raises(RuleViolation, match="cao hơn"):
        save(world, "1.1", Answer({}, decided=Decimal(1)), reason="Không có số liệu")
    save(world, "1.2", Answer(facts, decided=Decimal(4)), reason="Một nhiệm vụ chưa nghiệm thu.")
    assert world.entry(world.cast.north, "1.2").score == Decimal(4)


@pytest.mark.parametrize("code", ["2.3", "P.1"])
def test_leaves_that_others_score_are_not_entered_by_the_unit(world: World, code: str) -> None:
    with pytest.raises(RuleViolation, match="không do đơn vị tự chấm"):
        save(world, code, Answer({"percent": "90"} if code == "2.3" else {"days_late": "0"}))


def test_other_unit_may_not_save_here(world: World) -> None:
    with pytest.raises(PermissionDenied):
        actions.save_entry(
            world.entry(world.cast.north, "1.1"), world.cast.em, AT, version=0, answer=Answer({"level": "1"})
        )


def attach(world: World, code: str, content: bytes = PDF, name: str = "Kế hoạch.pdf") -> Citation:
    entry = world.entry(world.cast.north, code)
    return actions.attach_evidence(entry, world.cast.an, AT, file=ContentFile(content, name=name), place="trang 1")


def test_same_content_is_stored_once_and_cited_twice(world: World) -> None:
    first, second = attach(world, "1.1"), attach(world, "2.2", name="bản sao.pdf")
    assert first.document == second.document
    assert Document.objects.get().name == "Kế hoạch.pdf"
    assert first.document.content.read() == PDF
    with pytest.raises(RuleViolation, match="đã được đính kèm"):
        attach(world, "1.1")


def test_two_units_with_the_same_content_hold_two_documents(world: World) -> None:
    attach(world, "1.1")
    entry = world.entry(world.cast.south, "1.1")
    theirs = actions.attach_evidence(entry, world.cast.em, AT, file=ContentFile(PDF, name="của tôi.pdf"))
    assert Document.objects.count() == 2
    assert theirs.document.content.read() == PDF
    with pytest.raises(RuleViolation, match="không thuộc đơn vị"):
        actions.cite_document(world.entry(world.cast.north, "2.2"), world.cast.an, AT, document=theirs.document)


def test_document_taken_off_a_leaf_is_kept(world: World) -> None:
    citation = Citation.objects.select_related(
        "entry__dossier__round__coordinator", "entry__dossier__block__edition", "document"
    ).get(pk=attach(world, "1.1").pk)
    actions.remove_citation(citation, world.cast.an, AT)
    assert not Citation.objects.exists()
    assert Document.objects.count() == 1
    with pytest.raises(RuleViolation, match="vừa được gỡ"):  # A second click; found by the state machine.
        actions.remove_citation(citation, world.cast.an, AT)


def test_submission_is_a_receipt_of_what_was_handed_over(world: World) -> None:
    world.fill(world.cast.north, world.cast.an, NORTH, AT)
    dossier = actions.submit_dossier(world.dossier(world.cast.north), world.cast.binh, moment("14/12/2022 23:59"))
    assert (dossier.state, dossier.late_days, len(dossier.receipt)) == (DossierState.SUBMITTED, 0, 64)
    assert Notice.objects.filter(recipient=world.cast.giang, text__contains="Xã Bắc").exists()
    with pytest.raises(RuleViolation):
        actions.submit_dossier(world.dossier(world.cast.north), world.cast.binh, moment("14/12/2022 23:59"))


@pytest.mark.parametrize(
    ("at", "late", "points"),
    [
        ("15/12/2022 00:00", 0, None),
        ("15/12/2022 00:01", 1, "-1"),
        ("17/12/2022 00:00", 2, "-1"),
        ("17/12/2022 00:01", 3, "-2"),
        ("19/12/2022 23:59", 5, "-4"),
    ],
)
def test_late_days_are_counted_and_cost_points(world: World, at: str, late: int, points: str | None) -> None:
    dossier = actions.submit_dossier(world.dossier(world.cast.north), world.cast.binh, moment(at))
    assert dossier.late_days == late
    penalty = world.entry(world.cast.north, "P.1").score
    assert penalty == (None if points is None else Decimal(points))


def test_after_the_last_late_day_it_is_refused_and_recorded(world: World) -> None:
    after = moment("20/12/2022 00:00")
    with pytest.raises(RuleViolation, match="đề nghị Phòng Nội vụ gia hạn"):
        actions.submit_dossier(world.dossier(world.cast.north), world.cast.binh, after)
    with pytest.raises(RuleViolation, match="còn được nộp"):
        actions.record_not_submitted(world.dossier(world.cast.north), world.cast.giang, moment("19/12/2022 23:59"))
    actions.record_not_submitted(world.dossier(world.cast.north), world.cast.giang, after)
    assert world.dossier(world.cast.north).state == DossierState.NOT_SUBMITTED
    more = {"stage": StageKey.SELF_ASSESSMENT, "until": moment("24/12/2022 00:00"), "reason": "Mất điện."}
    with pytest.raises(RuleViolation, match="ghi nhận không nộp hồ sơ nên không gia hạn"):
        grant_extension(world.round, world.cast.giang, after, unit=world.cast.north, **more)


def test_extension_reopens_the_form_and_forgives_late_days(world: World) -> None:
    grant_extension(
        world.round,
        world.cast.giang,
        AT,
        stage=StageKey.SELF_ASSESSMENT,
        until=moment("18/12/2022 00:00"),
        reason="Mất điện diện rộng.",
        unit=world.cast.north,
    )
    at = moment("17/12/2022 20:00")
    assert actions.submit_dossier(world.dossier(world.cast.north), world.cast.binh, at).late_days == 0
    assert actions.submit_dossier(world.dossier(world.cast.south), world.cast.phuc, at).late_days == 3


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"until": "14/12/2022 00:00"}, "sau hạn cũ"),
        ({"reason": " "}, "lý do gia hạn"),
        ({"stage": StageKey.COUNCIL}, "Chỉ gia hạn"),
        ({"unit": "office"}, "không thuộc đợt"),
    ],
)
def test_extensions_that_make_no_sense_are_refused(world: World, changes: dict, sentence: str) -> None:
    given = {"until": "18/12/2022 00:00", "reason": "Mất điện.", "stage": StageKey.SELF_ASSESSMENT, "unit": "north"}
    given |= changes
    with pytest.raises(RuleViolation, match=sentence):
        grant_extension(
            world.round,
            world.cast.giang,
            AT,
            stage=given["stage"],
            until=moment(given["until"]),
            reason=given["reason"],
            unit=getattr(world.cast, given["unit"]),
        )


def test_returned_dossier_comes_back_without_new_late_days() -> None:
    world = play_to("aggregation")
    people, at = world.cast, moment("16/12/2022 09:00")
    actions.return_dossier(
        world.dossier(people.north), people.giang, at, reason="Thiếu trang 2.", until=moment("18/12/2022 00:00")
    )
    with pytest.raises(RuleViolation, match="chưa nộp"):
        stages.start_appraisal(world.round, people.giang, at)
    entry = world.entry(people.north, "1.1")
    actions.save_entry(entry, people.an, at, version=entry.version, answer=Answer({"level": "2"}))
    back = actions.submit_dossier(world.dossier(people.north), people.binh, moment("17/12/2022 09:00"))
    assert (back.state, back.late_days) == (DossierState.SUBMITTED, 0)


def test_returned_dossier_that_stays_away_is_locked_after_its_own_deadline() -> None:
    world = play_to("aggregation")
    people, at = world.cast, moment("16/12/2022 09:00")
    actions.return_dossier(
        world.dossier(people.north), people.giang, at, reason="Thiếu trang 2.", until=moment("18/12/2022 00:00")
    )
    with pytest.raises(RuleViolation, match="hết 24 giờ ngày 17/12/2022"):
        actions.submit_dossier(world.dossier(people.north), people.binh, moment("18/12/2022 00:00"))


def test_leader_reviews_before_submission(world: World) -> None:
    actions.request_review(world.dossier(world.cast.north), world.cast.an, AT)
    with pytest.raises(RuleViolation, match="lãnh đạo có thể trả lại"):
        save(world, "1.1", Answer({"level": "1"}))
    actions.send_back(world.dossier(world.cast.north), world.cast.binh, AT, reason="Xem lại 1.1.")
    save(world, "1.1", Answer({"level": "1"}))
    assert Notice.objects.filter(recipient=world.cast.an, detail__contains="Xem lại 1.1").exists()


def test_opening_makes_one_entry_for_each_leaf(world: World) -> None:
    codes = Entry.objects.filter(dossier__unit=world.cast.north).order_by("criterion__position")
    assert [entry.code for entry in codes] == ["1.1", "1.2", "2.1", "2.2", "2.3", "B.1", "P.1"]


def test_aggregation_waits_for_the_deadline_or_for_everybody(world: World) -> None:
    with pytest.raises(RuleViolation, match="còn 2 đơn vị chưa nộp"):
        stages.start_aggregation(world.round, world.cast.giang, AT)
    for unit, approver in ((world.cast.north, world.cast.binh), (world.cast.south, world.cast.phuc)):
        actions.submit_dossier(world.dossier(unit), approver, AT)
    stages.start_aggregation(world.round, world.cast.giang, AT)
    assert world.round.stage == StageKey.AGGREGATION
