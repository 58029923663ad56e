"""The fourteen published rows of Quyết định 766 (Phú Thọ, 2026) come out to the hundredth."""

import csv
from decimal import Decimal

import pytest

from chiso.scoring import read_index_set, score_unit
from tests.scoring.builders import DATA, LIBRARY

INDEX_SET = read_index_set((LIBRARY / "service_quality_766.yaml").read_text("utf-8"))
ROWS = list(csv.DictReader((DATA / "service_quality_766_satisfaction.csv").read_text("utf-8").splitlines()))
COLUMNS = {
    "DOSSIER_RECEIVING_SATISFACTION": ("satisfied_n", "dossiers_d", "score_dossier(max6;target90%;d=0->0)"),
    "PETITION_PROCESSING_ON_TIME": ("petition_on_time_n", "petition_d", "score_petition_on_time(max6;d=0->6)"),
    "PETITION_HANDLING_SATISFACTION": ("petition_satisfied_n", "petition_d2", "score_petition_satisfied(max6;d=0->6)"),
}


def test_there_are_fourteen_rows():
    assert len(ROWS) == 14


@pytest.mark.parametrize("row", ROWS, ids=[row["unit"] for row in ROWS])
def test_published_row(row):
    facts = {code: {"numerator": row[above], "denominator": row[below]} for code, (above, below, _) in COLUMNS.items()}
    unit = score_unit(INDEX_SET, facts, survey_run=False)
    scores = {code: unit.by_code[code].score for code in COLUMNS}
    assert scores == {code: Decimal(row[published]) for code, (_, _, published) in COLUMNS.items()}
    assert unit.by_code["handling-satisfaction"].score == Decimal(row["total_score(max18)"].split()[0])
