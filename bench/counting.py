"""Queries for one request, and where its time goes, in this process on the database of the environment.

`python -m bench.counting count PLACE` prints the queries of each job; `profile PLACE JOB` prints cProfile's table.
"""

import cProfile
import io
import itertools
import json
import os
import pstats
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django

django.setup()

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402 - after setup
from django.db import connection  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bench.jobs import JOBS, SAVED_LEAF, Job, Place, answer  # noqa: E402
from chiso.assessments.models import Entry  # noqa: E402
from chiso.organizations.models import User  # noqa: E402

_UNCOUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
_PROFILED = 200
_CLIENT = 7
Send = Callable[[], HttpResponse]


def sender(job: Job, place: Place) -> Send:
    """The job as a call; every call is a new save or a new document."""
    client = Client(headers={"host": "localhost", "accept-encoding": "gzip"})
    email = place.coordinator if job.key == "list" else place.dossiers[_CLIENT]["editor"]
    client.force_login(User.objects.get(email=email))
    dossier = place.dossier(_CLIENT)
    leaf = f"/ho-so/{dossier}/{SAVED_LEAF}/"
    if job.key == "save":
        stored = Entry.objects.values_list("version", flat=True).get(pk=place.entry(_CLIENT, SAVED_LEAF))
        versions = itertools.count(stored)
        return lambda: client.post(leaf, answer(next(versions)), headers={"hx-request": "true"})
    if job.key == "upload":
        return lambda: client.post(f"{leaf}tai-lieu/", {"file": _paper(), "place": "trang 1"})
    path = f"/dot/{place.round}/" if job.key == "list" else f"/ho-so/{dossier}/"
    return lambda: client.get(path)


def _paper() -> SimpleUploadedFile:
    return SimpleUploadedFile("Báo cáo.pdf", b"%PDF-1.4\n" + os.urandom(200_000), "application/pdf")


def count(job: Job, place: Place) -> list[str]:
    """The queries of a second request: what a process asks once, it has asked by then."""
    send = sender(job, place)
    send()
    with CaptureQueriesContext(connection) as captured:
        response = send()
    if response.status_code != job.status:
        raise RuntimeError(f"{job.key} was answered with {response.status_code}.")
    queries = [query["sql"] for query in captured.captured_queries]
    return [sql for sql in queries if not sql.startswith(_UNCOUNTED)]


def profile(job: Job, place: Place) -> str:
    """Where the time of many requests goes, in milliseconds for one."""
    send = sender(job, place)
    for _ in range(10):
        send()
    began = time.process_time()
    for _ in range(_PROFILED):
        send()
    plain = (time.process_time() - began) * 1000 / _PROFILED
    profiler = cProfile.Profile()
    profiler.enable()
    for _ in range(_PROFILED):
        send()
    profiler.disable()
    out = io.StringIO()
    pstats.Stats(profiler, stream=out).sort_stats("cumulative").print_stats(90)
    pstats.Stats(profiler, stream=out).sort_stats("tottime").print_stats(50)
    return f"{job.key}: {plain:.2f} ms CPU a request without the profiler; {_PROFILED} requests below\n{out.getvalue()}"


def main(what: str, path: str, *chosen: str) -> None:
    place = Place.read(Path(path).read_text())
    jobs = [job for job in JOBS if not chosen or job.key in chosen]
    if what == "count":
        json.dump({job.key: count(job, place) for job in jobs}, sys.stdout)
    else:
        for job in jobs:
            print(profile(job, place))


if __name__ == "__main__":
    main(*sys.argv[1:])
