"""`make bench`. `ARGS="--database sqlite"` for one database, `ARGS="--profile open"` for where the time goes."""

import argparse
import json
import os
import signal
import sys
import tempfile
from pathlib import Path

from bench import databases, province, report, scoring, servers
from bench.jobs import JOBS
from bench.run import Measured, measure_database, play

RESULTS = Path(__file__).parent / "results.jsonl"
SCORING_RUNS = 3


def main() -> int:
    """Measure, print, and keep one line; or profile one job."""
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="chiso-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if options.profile:
            print(_profile(folder, options.profile))
            return 0
        load = round(os.getloadavg()[0], 2)
        only = options.only or []
        jobs = [key for key in only if key not in ("score", "province")]
        found = _measure_all(folder, options.database, jobs) if jobs or not only else []
        scored = scoring.measure(folder, SCORING_RUNS) if not only or "score" in only else None
        pages = province.measure(_folder(folder, "province")) if not only or "province" in only else []
        print("\n".join(report.write(found, scored, pages, load)))
        if not only:
            with RESULTS.open("a", encoding="utf-8") as file:
                file.write(json.dumps(report.as_line(found, scored, pages, load), ensure_ascii=False) + "\n")
    return 0


def _options() -> argparse.Namespace:
    keys = [job.key for job in JOBS]
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument(
        "--only", action="append", choices=[*keys, "score", "province"], help="some jobs; such a run is not kept"
    )
    parser.add_argument("--profile", choices=keys, help="profile one job in one process on SQLite")
    return parser.parse_args()


def _measure_all(folder: Path, wanted: str, only: list[str]) -> list[Measured]:
    found = []
    if wanted in ("sqlite", "both"):
        found.append(measure_database("SQLite", _folder(folder, "sqlite"), "", only, _tell))
    if wanted in ("postgresql", "both"):
        server, reason = databases.postgresql()
        if server:
            name = f"PostgreSQL {databases.version(server)}"
            with databases.own_database(server) as url:
                found.append(measure_database(name, _folder(folder, "postgresql"), url, only, _tell))
        else:
            _tell(f"PostgreSQL is left out: {reason}.")
    return found


def _folder(folder: Path, name: str) -> Path:
    data = folder / name
    data.mkdir()
    return data


def _profile(data: Path, job: str) -> str:
    env = servers.environment(data, "")
    play(data, "")
    servers.run_module("django", "collectstatic", "--noinput", "--verbosity=0", env=env)
    return servers.run_module("bench.counting", "profile", str(data / "place.json"), job, env=env)


def _tell(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
