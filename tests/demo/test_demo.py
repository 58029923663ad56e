"""The demo is itself a test: the real round of Hạ Lang, from plan to published decision, through the real actions."""

import csv
import io
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zipfile import ZipFile

import pytest

from chiso.assessments.choices import DossierState
from chiso.assessments.models import Appraisal, Citation, Dossier, Entry, Explanation, Motion
from chiso.audit import chain
from chiso.audit.models import AuditEntry
from chiso.background.lock import hold_data_folder
from chiso.demo.command import begin, stop_at
from chiso.demo.ha_lang import INDEX_SET, STOPS
from chiso.evidence.models import Document
from chiso.organizations import clock
from chiso.results import exports
from chiso.results.models import Publication, Ranking
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Extension, PlanTask, Round
from chiso.scoring import run_score

CHISO = Path(sys.executable).with_name("chiso")


def silent(_at: datetime, _text: str) -> None:
    """The play without its lines."""


@pytest.mark.django_db
def test_whole_round_ends_in_a_ranking_that_anyone_can_compute_again(tmp_path: Path) -> None:
    """Play once, stopping in the middle of every stage; then compute the published ranking from the facts."""
    script = begin(silent)
    for stage in StageKey:
        stop_at(script, stage)
        assert Round.objects.get().stage == stage
        assert abs((clock.now() - STOPS[stage]).total_seconds()) < 60
        assert AuditEntry.objects.order_by("-at")[0].at <= STOPS[stage]
        if stage == StageKey.SELF_ASSESSMENT:
            states = list(Dossier.objects.values_list("state", flat=True))
            assert (states.count(DossierState.SUBMITTED), states.count(DossierState.DRAFT)) == (6, 7)
    round = Round.objects.get()

    # What the plan asks for happened, and so did what goes wrong in real rounds.
    assert PlanTask.objects.count() == 16
    assert Dossier.objects.count() == 13
    assert set(Dossier.objects.values_list("state", flat=True)) == {DossierState.FINAL}
    assert Dossier.objects.get(unit__code="01540").late_days == 2
    assert Extension.objects.get().unit.code == "01537"
    assert Entry.objects.filter(not_applicable=True).exists()
    assert Entry.objects.filter(saved_at=None, criterion__name__contains="ký số").exists()
    assert {document.name.rsplit(".", 1)[1] for document in Document.objects.all()} == {"pdf", "docx", "png"}
    assert Citation.objects.filter(stage=StageKey.SUPPLEMENT).exists()
    assert Appraisal.objects.filter(pass_number=1).exclude(reason="").count() > 20
    assert Explanation.objects.exists()
    assert set(Motion.objects.values_list("outcome", flat=True)) == {"carried", "rejected"}
    assert chain.first_break() is None

    # facts export -> score -> equal to results export, to the digit.
    facts, scored, published = tmp_path / "facts.csv", tmp_path / "scored.csv", tmp_path / "results.csv"
    assert exports.export_facts(round.pk, None, facts) == 0
    assert exports.export_results(round.pk, published) == 0
    assert run_score(INDEX_SET, facts, None, scored, io.StringIO(), io.StringIO()) == 0
    with scored.open(encoding="utf-8") as file:
        totals = {
            row["unit"]: (row["score"], row["rank"], row["class"])
            for row in csv.DictReader(file)
            if row["level"] == "total"
        }
    with published.open(encoding="utf-8") as file:
        frozen = {row["unit"]: (row["total"], row["rank"], row["class"]) for row in csv.DictReader(file)}
    assert len(frozen) == 13
    assert totals == frozen
    assert {line.unit.code: str(line.rank) for line in Ranking.objects.select_related("unit")} == {
        unit: rank for unit, (_total, rank, _grade) in frozen.items()
    }
    assert "decided" in facts.read_text(encoding="utf-8")

    # The decision is a Word file that names every unit.
    with ZipFile(Publication.objects.get().decision.open()) as package:
        text = package.read("word/document.xml").decode()
    for name in Ranking.objects.values_list("unit__name", flat=True):
        assert name in text


def chiso(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key != "CHISO_DATABASE_URL"}
    return subprocess.run(
        [CHISO, "--data", str(data), *words], env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def test_command_prints_the_stages_and_a_sign_in_for_each_role(tmp_path: Path) -> None:
    done = chiso(tmp_path, "demo", "--stage", "preparation")
    assert done.returncode == 0, done.stderr
    assert "Lấy ý kiến Bộ Chỉ số" in done.stdout
    assert done.stdout.count("@halang.example") == 7
    # A second time it neither doubles nor destroys anything, and says what to do.
    assert chiso(tmp_path, "demo", "--stage", "council").returncode == 1
    again = chiso(tmp_path, "demo")
    assert (again.returncode, "--reset" in again.stdout) == (0, True)
    with hold_data_folder(tmp_path, "chiso serve"):
        refused = chiso(tmp_path, "demo", "--stage", "preparation", "--reset")
    assert refused.returncode == 1
    assert "chiso serve" in refused.stderr
    assert chiso(tmp_path, "demo", "--stage", "preparation", "--reset").returncode == 0


def test_command_never_touches_real_data(tmp_path: Path) -> None:
    assert chiso(tmp_path, "manage", "migrate", "-v0").returncode == 0
    code = "from chiso.organizations.models import Unit; Unit.objects.create(code='1', name='Xã', kind='judged')"
    assert chiso(tmp_path, "manage", "shell", "-v0", "-c", code).returncode == 0
    for words in (["demo"], ["demo", "--reset"]):
        refused = chiso(tmp_path, *words)
        assert refused.returncode == 1
        assert "dữ liệu thật" in refused.stderr
