"""The pages that show a whole round at the size of a province: 168 units × 100 leaves, a plan of 32 tasks.

`python -m bench.province` does it in the data folder of the environment (SQLite), and prints the figures of each page.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench import servers

UNITS = 168
TASKS = 24
_REQUESTS = 40
PAGES = {
    "board": "/dot/{round}/tien-do/",
    "board, filtered": "/dot/{round}/tien-do/?mang=3&ty_le=thang",
    "brief": "/dot/{round}/bao-cao-nhanh/",
    "overview": "/dot/{round}/",
    "chase": "/dot/{round}/don-doc/",
    "board as Excel": "/dot/{round}/tien-do/tep/",
}
"""What is asked, by the coordinator. Only the first is held to the budget; the rest is told beside it."""


@dataclass(frozen=True)
class Page:
    """One page: medians in milliseconds of the processor and of the clock, and its queries."""

    name: str
    cpu_ms: float
    ms: float
    queries: int
    kilobytes: float


def measure(data: Path) -> list[Page]:
    """Fill a database of its own, and ask each page in one process."""
    env = servers.environment(data, "")
    servers.run_module("django", "collectstatic", "--noinput", "--verbosity=0", env=env)
    return [Page(**row) for row in json.loads(servers.run_module("bench.province", env=env))]


def main() -> None:
    """In a process of its own: Django is set up here, for this database, and imported only after it."""
    import django

    django.setup()
    from bench import round as played

    played.UNITS = UNITS
    place = played.fill_database(lambda *_: None)
    _grow(place["round"])
    figures = [_ask(name, path.format(round=place["round"]), place) for name, path in PAGES.items()]
    _appraise(place["round"])
    figures.append(_ask("board, appraisal", PAGES["board"].format(round=place["round"]), place))
    json.dump(figures, sys.stdout)


def _grow(round_pk: int) -> None:
    """Half of the units are done and two thirds of these in time; tasks before and after today, half of them done."""
    from django.utils import timezone

    from bench.generated_set import facts_of, leaves
    from chiso.assessments.models import Dossier, Entry
    from chiso.rounds.choices import DeadlineKind, TaskRole
    from chiso.rounds.models import PlanTask, Round, TaskBody

    at = timezone.now()
    facts = {leaf.code: facts_of(0, leaf) for leaf in leaves(100)}
    entries = list(Entry.objects.filter(dossier__round=round_pk).only("code", "dossier_id"))
    for entry in entries:
        entry.facts = facts[entry.code] if (entry.pk + entry.dossier_id) % 5 else {}
    Entry.objects.bulk_update(entries, ["facts"], batch_size=500)
    for number, dossier in enumerate(Dossier.objects.filter(round=round_pk).order_by("pk")):
        if number % 2:
            sent = {"state": "submitted", "submitted_at": at - timedelta(hours=number), "late_days": number % 3 // 2}
            Dossier.objects.filter(pk=dossier.pk).update(**sent)
    plan = Round.objects.get(pk=round_pk).plan
    for number in range(TASKS):
        ends = at + timedelta(days=number - TASKS // 2)
        task = PlanTask.objects.create(
            plan=plan,
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


def _appraise(round_pk: int) -> None:
    """Put the round where the team works, with every second leaf judged: the stage whose numbers count leaves."""
    from django.utils import timezone

    from chiso.assessments.models import Appraisal, Entry
    from chiso.organizations.models import User
    from chiso.rounds.models import Round

    at, by = timezone.now(), User.objects.get(email="leader@chiso.example")
    Round.objects.filter(pk=round_pk).update(stage="appraisal")
    Round.objects.get(pk=round_pk).stages.filter(key="self_assessment").update(closed_at=at)
    Round.objects.get(pk=round_pk).stages.filter(key="appraisal").update(opened_at=at, closes_at=at - timedelta(days=2))
    leaves = Entry.objects.filter(dossier__round=round_pk).values_list("pk", flat=True).order_by("pk")[::2]
    rows = [Appraisal(entry_id=leaf, pass_number=1, appraised_by=by, appraised_at=at) for leaf in leaves]
    Appraisal.objects.bulk_create(rows, batch_size=500)


def _ask(name: str, path: str, place: dict[str, Any]) -> dict[str, object]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from chiso.organizations.models import User

    client = Client(headers={"host": "localhost", "accept-encoding": "gzip"})
    client.force_login(User.objects.get(email=place["coordinator"]))
    for _ in range(3):
        answer = client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} was answered with {answer.status_code}.")
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    queries = len(captured.captured_queries)  # Before the next request, which empties the log.
    cpu, clock = _timed(lambda: client.get(path))
    kilobytes = round(len(answer.content) / 1000, 1)
    return {"name": name, "cpu_ms": cpu, "ms": clock, "queries": queries, "kilobytes": kilobytes}


def _timed(send: Callable[[], object]) -> tuple[float, float]:
    spent = []
    for _ in range(_REQUESTS):
        cpu, clock = time.process_time(), time.perf_counter()
        send()
        spent.append(((time.process_time() - cpu) * 1000, (time.perf_counter() - clock) * 1000))
    cpu, clock = (round(statistics.median(side), 1) for side in zip(*spent, strict=True))
    return cpu, clock


if __name__ == "__main__":
    main()
