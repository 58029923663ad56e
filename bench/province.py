"""Every page at the size of a province: 168 units × 100 leaves, a plan of 32 tasks, in the stage where it is heaviest.

`python -m bench.province` does it in the data folder of the environment (SQLite), and prints the figures of each page;
`python -m bench.province PROFILE words of a name` prints where the time of the pages so named goes instead.
"""

import cProfile
import json
import pstats
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench import servers
from bench.province_pages import STAGES, Asked

UNITS = 168
_OFFICIAL_EVERY = 12
_MOST_REQUESTS, _LEAST_REQUESTS, _SECONDS = 30, 5, 1.0
"""A page is asked until it was asked often enough or for long enough."""
_FIRST = 3
_UNCOUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@dataclass(frozen=True)
class Page:
    """One page: medians in milliseconds of the processor and of the clock, its queries, and the budget that holds."""

    name: str
    stage: str
    cpu_ms: float
    ms: float
    queries: int
    kilobytes: float
    budget: str


def measure(data: Path) -> list[Page]:
    """Fill a database of its own, and ask each page in one process."""
    env = servers.environment(data, "")
    servers.run_module("django", "collectstatic", "--noinput", "--verbosity=0", env=env)
    return [Page(**row) for row in json.loads(servers.run_module("bench.province", env=env))]


def main(*words: str) -> None:
    """In a process of its own: Django is set up here, for this database, and imported only after it."""
    import django

    django.setup()
    from bench import round as played

    played.UNITS, played.OFFICIAL_EVERY = UNITS, _OFFICIAL_EVERY
    played.fill_database(lambda *_: None)
    if words:
        named = " ".join(words[1:])
        for _stage, asked, send in _pages():
            if asked.name.startswith(named):
                _profile(asked.name, send)
        return
    json.dump([_figures(stage, asked, send) for stage, asked, send in _pages()], sys.stdout)


def _pages() -> Iterator[tuple[str, Asked, Callable[[], Any]]]:
    """Each page with a call that asks for it, while the round stands in its stage."""
    from django.db import transaction

    from bench import province_rows as rows
    from chiso.rounds.models import Round

    steps = {"self_assessment": rows.grow, "appraisal": rows.appraise, "notice": rows.to_notice}
    steps |= {"reappraisal": rows.reappraise, "council": rows.meet, "concluded": rows.conclude}
    steps |= {"carry_over": rows.reissue, "approval": rows.adopt, "published": rows.publish}
    for stage, asked in STAGES.items():
        with transaction.atomic():
            steps[stage](Round.objects.select_related("plan").get())
            keys = _keys()
            for one in asked:
                yield stage, one, _sender(one, keys)
            transaction.set_rollback(stage == "carry_over")


def _keys() -> dict[str, object]:
    """What the names in the addresses stand for; those that are not there yet are 0."""
    from django.utils import timezone

    from bench.generated_set import leaves
    from chiso.assessments.choices import Outcome
    from chiso.assessments.models import Citation, Dossier, Entry, Meeting, Motion
    from chiso.indexsets.models import Edition
    from chiso.results.models import Publication, Result, Submission
    from chiso.rounds.models import Block, PanelMember, PlanTask, Round

    models = {"round": Round, "edition": Edition, "block": Block, "meeting": Meeting}
    models |= {"submission": Submission, "result": Result, "publication": Publication}
    keys: dict[str, object] = {
        name: model.objects.order_by("pk").values_list("pk", flat=True).first() or 0 for name, model in models.items()
    }
    dossiers = list(Dossier.objects.order_by("unit__code").values_list("pk", flat=True)[:2])
    motions = Motion.objects.order_by("number").values_list("pk", "entry__code", "entry__dossier__unit__code")
    motion, waiting = motions.first(), motions.filter(outcome=Outcome.OPEN).first()
    entries = Entry.objects.order_by("pk").values_list("code", "dossier__unit__code")
    explained = entries.filter(explanation__isnull=False)
    apart = entries.filter(code__startswith="8.", version__gt=0, appraisals=None)
    unseen = Entry.objects.filter(citations__isnull=False, appraisals=None).exclude(code__startswith="8.")
    codes = [leaf.code for leaf in leaves(100)]
    later = timezone.localdate() + timedelta(days=40)
    shown = PlanTask.objects.get(code="3.2").ends_at
    return keys | {
        "dossier": dossiers[0],
        "sent": dossiers[1],
        "citation": Citation.objects.filter(entry__dossier=dossiers[0]).order_by("pk").values_list("pk", flat=True)[0],
        "leaf": "1.1.2",
        "official": codes[0],
        "expert": PanelMember.objects.get(user__email="expert-1@chiso.example").pk,
        "every_leaf": "&".join(f"chosen={key}" for key in unseen.values_list("criterion", flat=True).distinct()),
        "apart": "/".join(apart.first() or ()),
        "explained": "/".join(explained.first() or ()),
        "item": "/".join(motion[1:]) if motion else "",
        "open_item": "/".join(waiting[1:]) if waiting else "",
        "motion": waiting[0] if waiting else 0,
        "later": f"{later:%d/%m/%Y}",
        "shown": shown.isoformat() if shown else "",
    }


def _sender(asked: Asked, keys: dict[str, object]) -> Callable[[], Any]:
    from django.test import Client

    from chiso.organizations.models import User

    client = Client(headers={"host": "localhost", "accept-encoding": "gzip"})
    if asked.who:
        client.force_login(User.objects.get(email=f"{asked.who}@chiso.example"))
    path = asked.path.format(**keys)
    data = asked.data and {name: words.format(**keys) for name, words in asked.data.items()}

    def send() -> Any:
        answer = client.get(path) if data is None else client.post(path, data)
        if answer.status_code != 200:
            raise RuntimeError(f"{asked.name}: {path} was answered with {answer.status_code}.")
        return answer

    return send


def _figures(stage: str, asked: Asked, send: Callable[[], Any]) -> dict[str, object]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for _ in range(_FIRST):
        answer = send()
    with CaptureQueriesContext(connection) as captured:
        send()
    queries = [query for query in captured.captured_queries if not query["sql"].startswith(_UNCOUNTED)]
    cpu, clock = _timed(send)
    print(f"{stage}: {asked.name} {clock} ms", file=sys.stderr)
    told = {"name": asked.name, "stage": stage, "cpu_ms": cpu, "ms": clock, "queries": len(queries)}
    return told | {"kilobytes": round(len(answer.content) / 1000, 1), "budget": asked.budget}


def _timed(send: Callable[[], Any]) -> tuple[float, float]:
    spent: list[tuple[float, float]] = []
    until = time.perf_counter() + _SECONDS
    while len(spent) < _LEAST_REQUESTS or (len(spent) < _MOST_REQUESTS and time.perf_counter() < until):
        cpu, clock = time.process_time(), time.perf_counter()
        send()
        spent.append(((time.process_time() - cpu) * 1000, (time.perf_counter() - clock) * 1000))
    cpu, clock = (round(statistics.median(side), 1) for side in zip(*spent, strict=True))
    return cpu, clock


def _profile(name: str, send: Callable[[], Any]) -> None:
    for _ in range(_FIRST):
        send()
    profiler = cProfile.Profile()
    profiler.runcall(lambda: [send() for _ in range(_LEAST_REQUESTS)])
    print(f"{name}: {_LEAST_REQUESTS} requests")
    pstats.Stats(profiler, stream=sys.stdout).sort_stats("cumulative").print_stats(60)


if __name__ == "__main__":
    main(*sys.argv[1:])
