"""The facts file and the result file of a round: what anyone needs to compute the same ranking."""

import csv
import io
import sys
from collections.abc import Sequence
from pathlib import Path

from chiso.assessments.models import Entry
from chiso.assessments.scores import JUDGING_STAGES, facts_of
from chiso.results.freezing import score_round
from chiso.results.models import Result
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Round

FINAL = StageKey.COUNCIL


def export_facts(round_id: int | None, stage: str | None, out: Path) -> int:
    """Write the facts file of a round as judged by the end of a stage; answers the exit code."""
    round = _round(round_id)
    if round is None:
        return _refuse(round_id)
    out.write_text(facts_csv(round, judged_by(stage or FINAL)), encoding="utf-8")
    return 0


def export_results(round_id: int | None, out: Path) -> int:
    """Write `unit,total,rank,class` of a round; answers the exit code."""
    round = _round(round_id)
    if round is None:
        return _refuse(round_id)
    out.write_text(results_csv(round), encoding="utf-8")
    return 0


def judged_by(stage: str) -> StageKey:
    """The last stage of judging that has ended when `stage` ends: the notice shows what pass 1 judged."""
    order = list(StageKey)
    reached = order.index(StageKey(stage))
    return max(
        (key for key in JUDGING_STAGES if order.index(key) <= reached),
        key=order.index,
        default=StageKey.SELF_ASSESSMENT,
    )


def facts_csv(round: Round, stage: str = FINAL) -> str:
    """The facts file of a round (index-set-format.md): `decided` wherever people changed the rule's result."""
    rows = []
    for unit, leaves in facts_of(round, stage).items():
        told = [[unit, code, name, value] for code, inputs in leaves.items() for name, value in inputs.items()]
        # A unit that said nothing is still ranked: a row that claims nothing keeps it in the file.
        rows += told or [[unit, _first_leaf(round, unit), "not_applicable", "no"]]
    return _csv(["unit", "code", "input", "value"], rows)


def results_csv(round: Round) -> str:
    """`unit,total,rank,class` of a round, units by code: the frozen result, or what it would be today."""
    result = Result.objects.filter(round=round).order_by("-pk").first()
    if result is not None:
        frozen = result.bundle["units"]
        rows = [[unit["code"], unit["total"], unit["rank"], unit["grade"]] for unit in frozen]
    else:
        rows = [[line.unit.code, line.score.total, line.rank, line.grade] for line in score_round(round)]
    return _csv(["unit", "total", "rank", "class"], sorted(rows, key=lambda row: str(row[0])))


def _first_leaf(round: Round, unit: str) -> str:
    entries = Entry.objects.filter(dossier__round=round, dossier__unit__code=unit)
    return entries.order_by("criterion__position").values_list("code", flat=True)[0]


def _csv(header: list[str], rows: Sequence[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(["" if value is None else value for value in row] for row in rows)
    return out.getvalue()


def _round(round_id: int | None) -> Round | None:
    rounds = Round.objects.order_by("-created_at", "-pk")
    return (rounds.filter(pk=round_id) if round_id else rounds).first()


def _refuse(round_id: int | None) -> int:
    known = ", ".join(f"{round.pk} ({round.name[:60]})" for round in Round.objects.order_by("pk")) or "chưa có đợt nào"
    what = f"Không có đợt đánh giá số {round_id}" if round_id else "Chưa có đợt đánh giá"
    sys.stderr.write(f"chiso: {what}. Các đợt đang có: {known}.\n")
    return 1
