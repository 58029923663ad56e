"""What a run found: a table beside the budgets, and one line of JSON."""

import datetime
import os
import platform
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.budgets import BUDGETS, Budget
from bench.load import Sample
from bench.memory import Memory
from bench.province import Page
from bench.run import Figure, Measured
from bench.scoring import LEAVES, UNITS, Scoring
from bench.servers import ROOT

HEAD = (
    f"{'job':8} {'clients':>7} {'p50 ms':>8} {'p95 ms':>8} {'req/s':>7} {'CPU ms':>7}  "
    f"{'floor p50':>9} {'p95 ms':>8} {'req/s':>7} {'CPU ms':>7}  {'ratio':>6} {'of CPU':>6} {'queries':>7}  budget"
)


def write(found: list[Measured], scoring: Scoring | None, pages: list[Page], load: float) -> Iterator[str]:
    """The lines of the table."""
    cores = os.cpu_count() or 1
    if load > cores / 2:
        yield f"\nThe machine was busy before the run (load {load} on {cores} cores): trust the ratios of CPU most."
    for measured in found:
        yield f"\n{measured.database}: ratio = requests per second over those of the floor; of CPU = processor time"
        yield HEAD
        for figure in measured.figures:
            yield _row(figure, measured)
        yield from _memory(measured)
    if scoring:
        yield ""
        yield _scoring(scoring)
    if pages:
        yield ""
        yield from _province(pages)
    yield ""
    for budget in BUDGETS.values():
        yield f"{budget.job}: the peer {budget.peer}; the floor when the budget was set {budget.floor_then}"


def _row(figure: Figure, measured: Measured) -> str:
    ours, bare = figure.chiso, figure.floor
    queries = len(measured.queries[figure.job])
    return (
        f"{figure.job:8} {figure.clients:7} {_times(ours)}  {_times(bare):>34}  "
        f"{figure.ratio:6.2f} {figure.cpu_ratio:6.2f} {queries:7}  "
        f"{'; '.join(_verdict(*one) for one in verdicts(figure, queries))}"
    )


def _times(sample: Sample) -> str:
    return f"{sample.quantile(0.5):8.2f} {sample.quantile(0.95):8.2f} {sample.rps:7.0f} {sample.cpu_ms:7.2f}"


def verdicts(figure: Figure, queries: int) -> list[tuple[str, bool]]:
    """The limits that concern a row, and whether it keeps them."""
    budget: Budget = BUDGETS[figure.job]
    told = []
    if budget.ratio is not None:
        told.append((f"ratio ≥ {budget.ratio}", figure.ratio >= budget.ratio))
    if budget.queries is not None and figure.clients == 1:
        told.append((f"≤ {budget.queries} queries", queries <= budget.queries))
    if budget.p50_ms is not None and figure.clients == 1:
        told.append((f"p50 ≤ {budget.p50_ms:g} ms", figure.chiso.quantile(0.5) <= budget.p50_ms))
    if budget.rps is not None and figure.clients > 1:
        told.append((f"≥ {budget.rps:g} req/s", figure.chiso.rps >= budget.rps))
    return told


def _verdict(limit: str, is_kept: bool) -> str:
    return f"{limit}: {'met' if is_kept else 'MISSED'}"


def _memory(measured: Measured) -> Iterator[str]:
    most = BUDGETS["memory"].megabytes or 0
    workers = measured.workers
    verdict = _verdict(f"PSS ≤ {most:g} MB", workers.pss <= most)
    yield f"memory of two web workers: {_megabytes(workers)}; floor {_megabytes(measured.floor_workers)}  {verdict}"
    yield f"memory of all of chiso serve, the worker included: {_megabytes(measured.everything)}"


def _megabytes(memory: Memory) -> str:
    return f"RSS {memory.rss:.0f} MB, PSS {memory.pss:.0f} MB"


def _scoring(scoring: Scoring) -> str:
    most = BUDGETS["score"].seconds or 0
    verdict = _verdict(f"≤ {most:g} s", scoring.seconds <= most)
    return (
        f"chiso score, {UNITS} units × {LEAVES} leaves: {scoring.seconds:.2f} s ({scoring.cpu_seconds:.2f} s CPU), "
        f"{scoring.megabytes:.0f} MB; floor {scoring.floor_seconds:.2f} s ({scoring.floor_cpu_seconds:.2f} s CPU), "
        f"ratio {scoring.floor_seconds / scoring.seconds:.2f}, "
        f"of CPU {scoring.floor_cpu_seconds / scoring.cpu_seconds:.2f}  {verdict}"
    )


def _province(pages: list[Page]) -> Iterator[str]:
    """Every page of a province, by the processor's time: on a busy machine the clock says little."""
    late = 0
    for page in pages:
        most = BUDGETS[page.budget].p50_ms or 0
        late += page.cpu_ms > most
        told = f"{page.stage:16} {page.name:36} {page.ms:7.1f} ms, {page.cpu_ms:7.1f} ms CPU, {page.queries:3} queries"
        yield told if page.cpu_ms <= most else f"{told}  {_verdict(f'≤ {most:g} ms', is_kept=False)}"
    yield f"{len(pages) - late} of {len(pages)} pages of a province keep their budget."


def as_line(found: list[Measured], scoring: Scoring | None, pages: list[Page], load: float) -> dict[str, Any]:
    """The run for `results.jsonl`."""
    return {
        "at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "machine": {
            "processor": _processor(),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "load_before": load,
            "load_after": round(os.getloadavg()[0], 2),
        },
        "databases": {measured.database: _database(measured) for measured in found},
        "province": [vars(page) for page in pages],
        "scoring": vars(scoring) | {"units": UNITS, "leaves": LEAVES} if scoring else None,
    }


def _database(measured: Measured) -> dict[str, Any]:
    jobs = {}
    for figure in measured.figures:
        jobs[f"{figure.job}/{figure.clients}"] = {
            "chiso": _sample(figure.chiso),
            "floor": _sample(figure.floor),
            "ratio": round(figure.ratio, 3),
            "cpu_ratio": round(figure.cpu_ratio, 3),
            "queries": len(measured.queries[figure.job]),
            "missed": [limit for limit, kept in verdicts(figure, len(measured.queries[figure.job])) if not kept],
        }
    megabytes = {name: getattr(measured, name) for name in ("workers", "everything", "floor_workers")}
    told = {name: {"rss": round(one.rss), "pss": round(one.pss)} for name, one in megabytes.items()}
    return {"jobs": jobs, "megabytes": told}


def _sample(sample: Sample) -> dict[str, float]:
    figures = {"p50_ms": sample.quantile(0.5), "p95_ms": sample.quantile(0.95), "rps": sample.rps}
    figures |= {"cpu_ms": sample.cpu_ms, "requests": len(sample.latencies), "bytes": sample.bytes}
    return {name: round(value, 2) for name, value in figures.items()}


def _commit() -> str:
    """The commit, with a + when the tree differs from it; nothing outside a repository."""
    words = ["git", "-C", str(ROOT), "describe", "--always", "--dirty=+", "--exclude=*"]
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
