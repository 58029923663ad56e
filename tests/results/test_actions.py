from datetime import date
from pathlib import Path

import pytest

from chiso.assessments.actions import council, dossier, stages
from chiso.assessments.choices import DossierState
from chiso.common.refusals import RuleViolation
from chiso.results import actions, exports, freezing
from chiso.results.models import Publication, Result, Submission
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Round
from chiso.scoring import run_score
from tests.world import DATA, World, moment, play_to

pytestmark = pytest.mark.django_db
AT = moment("10/01/2023 09:00")


def submit(world: World, number: str = "5/TTr-PNV") -> Submission:
    actions.submit_for_approval(world.round, world.cast.giang, AT, number=number, text="Trình.")
    return Submission.objects.select_related("round").get(number=number)


def test_returned_result_needs_a_new_meeting_and_a_new_submission() -> None:
    world = play_to("approval")
    people = world.cast
    with pytest.raises(RuleViolation, match="lý do trả lại"):
        actions.return_result(submit(world), people.ha, AT, reason=" ")
    first = Submission.objects.select_related("round").get()
    actions.return_result(first, people.ha, AT, reason="Xem lại tiêu chí 2.1 của Xã Bắc.")
    assert world.round.stage == StageKey.COUNCIL
    assert world.dossier(people.north).state == DossierState.BEFORE_COUNCIL
    with pytest.raises(RuleViolation, match="Hội đồng chưa thống nhất"):
        submit(world, "6/TTr-PNV")
    again = council.convene_meeting(world.round, people.lan, AT, held_at=moment("11/01/2023 08:00"), place="Phòng họp")
    at = moment("11/01/2023 08:00")
    council.open_meeting(again, people.dung, at, present=list(world.round.panel_members.filter(panel="council")))
    council.adopt_results(world.meeting, people.dung, at, minutes="Giữ nguyên.")
    result = actions.approve_result(submit(world, "6/TTr-PNV"), people.ha, AT)
    assert result.digest == freezing.digest_of(Result.objects.get().bundle)


def test_one_submission_waits_at_a_time() -> None:
    world = play_to("approval")
    submit(world)
    with pytest.raises(RuleViolation, match="đang chờ"):
        submit(world, "6/TTr-PNV")


def test_frozen_result_does_not_move_with_the_rows() -> None:
    world = play_to("approved")
    before = exports.results_csv(world.round)
    world.dossier(world.cast.north).entries.update(facts={}, score=None)
    assert exports.results_csv(Round.objects.get()) == before


def test_publishing_happens_once_and_keeps_the_signed_decision() -> None:
    world = play_to("approved")
    result = Result.objects.select_related("round", "approved_by").get()
    day = date(2023, 1, 12)
    actions.publish_result(result, world.cast.giang, AT, number="6/QĐ-UBND", day=day, decision=b"signed")
    with pytest.raises(RuleViolation):
        actions.publish_result(
            Result.objects.select_related("round", "approved_by").get(),
            world.cast.giang,
            AT,
            number="7/QĐ-UBND",
            day=day,
            decision=b"again",
        )
    publication = Publication.objects.get()
    assert (publication.decision.read(), publication.signer_name) == (b"signed", "Bế Văn Hà")


def test_unit_that_sent_nothing_is_ranked_last_with_every_leaf_missing() -> None:
    world = play_to("self_assessment")
    people = world.cast
    dossier.submit_dossier(world.dossier(people.north), people.binh, moment("14/12/2022 09:00"))
    stages.start_aggregation(world.round, people.giang, moment("15/12/2022 08:00"))
    dossier.record_not_submitted(world.dossier(people.south), people.giang, moment("20/12/2022 08:00"))
    lines = {line.unit.name: line for line in freezing.score_round(world.round)}
    assert not lines["Xã Nam"].was_submitted
    assert lines["Xã Nam"].score.total == 0
    assert set(lines["Xã Nam"].score.missing) == {"1.1", "1.2", "2.1", "2.2"}


def test_score_of_the_exported_facts_is_the_published_result(tmp_path: Path) -> None:
    world = play_to("published")
    facts, out, published = tmp_path / "facts.csv", tmp_path / "score.csv", tmp_path / "results.csv"
    assert exports.export_facts(None, None, facts) == 0
    assert exports.export_results(world.round.pk, published) == 0
    with (tmp_path / "log").open("w") as log:
        assert run_score(DATA / "small_set.yaml", facts, None, out, log, log) == 0
    totals = [line.split(",") for line in out.read_text().splitlines() if ",total," in line]
    scored = sorted(f"{row[0]},{row[3]},{row[8]},{row[9]}" for row in totals)
    assert scored == sorted(published.read_text().splitlines()[1:])
    assert "01,2.1,decided,5" in facts.read_text().splitlines()


def test_facts_of_an_earlier_stage_are_as_judged_then(tmp_path: Path) -> None:
    world = play_to("published")
    given = {
        stage: {
            line
            for line in exports.facts_csv(world.round, exports.judged_by(stage)).splitlines()
            if ",2.1," in line and line.startswith("01")
        }
        for stage in ("self_assessment", "aggregation", "notice", "published")
    }
    assert given["self_assessment"] == given["aggregation"] == {"01,2.1,numerator,90", "01,2.1,denominator,100"}
    assert given["notice"] == {"01,2.1,numerator,80", "01,2.1,denominator,100"}
    assert given["published"] == {"01,2.1,decided,5"}


def test_export_of_an_unknown_round_names_those_there_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    play_to("self_assessment")
    assert exports.export_facts(999, None, tmp_path / "f.csv") == 1
    assert "Đợt thử" in capsys.readouterr().err
    assert not (tmp_path / "f.csv").exists()
