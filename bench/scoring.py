"""`chiso score` over the country: 3,321 units × 48 leaves, from the facts file to ranks, beside its floor."""

import csv
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.generated_set import write_facts, write_set
from bench.servers import environment
from chiso.config.processes import die_with

UNITS = 3321
LEAVES = 48


@dataclass(frozen=True)
class Scoring:
    """Medians of the runs in seconds, the memory in megabytes."""

    seconds: float
    cpu_seconds: float
    floor_seconds: float
    floor_cpu_seconds: float
    megabytes: float


def measure(folder: Path, runs: int) -> Scoring:
    """Run both in turn, as commands; check that they agree on every total and rank."""
    index_set, facts = folder / "set.yaml", folder / "facts.csv"
    index_set.write_text(write_set(LEAVES), encoding="utf-8")
    with facts.open("w", encoding="utf-8") as file:
        file.writelines(write_facts(UNITS, LEAVES))
    ours, floors = folder / "scores.csv", folder / "floor.csv"
    words = ["chiso.config.cli", "score", "--set", str(index_set), "--facts", str(facts), "--out", str(ours)]
    bare = ["bench.floor.scoring", str(facts), str(floors), str(LEAVES)]
    pairs = [(_run(bare, folder), _run(words, folder)) for _ in range(runs)]
    _require_same(ours, floors)
    (floor_seconds, floor_cpu, _), (seconds, cpu, megabytes) = (
        [statistics.median(figures) for figures in zip(*side, strict=True)] for side in zip(*pairs, strict=True)
    )
    return Scoring(seconds, cpu, floor_seconds, floor_cpu, megabytes)


def _run(words: list[str], folder: Path) -> tuple[float, float, float]:
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", *words], env=environment(folder, ""), preexec_fn=partial(die_with, os.getpid())
    )
    _pid, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{words[0]} ended with {process.returncode}.")
    return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e6


def _require_same(ours: Path, floors: Path) -> None:
    with ours.open(encoding="utf-8") as file:
        mine = {row["unit"]: (row["score"], row["rank"]) for row in csv.DictReader(file) if row["level"] == "total"}
    with floors.open(encoding="utf-8") as file:
        bare = {row[0]: (row[3], row[4]) for row in csv.reader(file) if row[1] == "total"}
    if mine != bare:
        differing = [unit for unit in bare if mine.get(unit) != bare[unit]]
        raise RuntimeError(f"{len(differing)} units differ from the floor, {differing[0]} first.")
