"""One database, measured: the round is played, both servers run, and they are asked in turn."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench import memory, servers
from bench.jobs import JOBS, Floor, Job, People, Place
from bench.load import Sample, Visit, measure

CLIENTS = (1, 8)
SLICES = 4
REQUESTS = {1: 60, 8: 20}
"""Requests of each client in a slice; the floor is asked twice as often, being quicker."""
ENOUGH_SECONDS = 7
"""No further slice of a figure after so long: a busy machine gets fewer requests, not a longer run."""


@dataclass
class Figure:
    """One job with so many clients, in chiso and at the floor."""

    job: str
    clients: int
    chiso: Sample = field(default_factory=Sample)
    floor: Sample = field(default_factory=Sample)

    @property
    def ratio(self) -> float:
        return self.chiso.rps / self.floor.rps

    @property
    def cpu_ratio(self) -> float:
        return self.floor.cpu_ms / self.chiso.cpu_ms


@dataclass
class Measured:
    """What a database gave."""

    database: str
    figures: list[Figure]
    queries: dict[str, list[str]]
    workers: memory.Memory
    everything: memory.Memory
    floor_workers: memory.Memory


def measure_database(database: str, data: Path, url: str, chosen: list[str], tell: Callable[[str], None]) -> Measured:
    """Measure the chosen jobs on one database."""
    began = time.monotonic()
    place = play(data, url)
    tell(f"{database}: the round was played in {time.monotonic() - began:.0f} s")
    jobs = [job for job in JOBS if not chosen or job.key in chosen]
    with servers.chiso(data, url) as site, servers.floor(data, url) as bare:
        people = People(place, site.port, max(CLIENTS))
        floor = Floor(place, bare.port)
        figures = []
        for job in jobs:
            for clients in CLIENTS:
                figures.append(_figure(job, clients, people, floor, site, bare))
                tell(f"{database}: {job.key}, {clients} client{'s' if clients > 1 else ''}")
        queries = count(data, url, jobs)
        return Measured(
            database,
            figures,
            queries,
            memory.held(memory.web_workers(site.process.pid)),
            memory.everything(site.process.pid),
            memory.held(memory.web_workers(bare.process.pid)),
        )


def play(data: Path, url: str) -> Place:
    """Play the round in a process of its own; leave its places in the data folder for others."""
    printed = servers.run_module("bench.round", env=servers.environment(data, url))
    (data / "place.json").write_text(printed, encoding="utf-8")
    return Place.read(printed)


def count(data: Path, url: str, jobs: list[Job]) -> dict[str, list[str]]:
    words = ["count", str(data / "place.json"), *(job.key for job in jobs)]
    queries: dict[str, list[str]] = json.loads(
        servers.run_module("bench.counting", *words, env=servers.environment(data, url))
    )
    return queries


def _figure(job: Job, clients: int, people: People, floor: Floor, site: servers.Server, bare: servers.Server) -> Figure:
    """Ask both in turn, slice by slice: what disturbs the machine disturbs both."""
    figure = Figure(job.key, clients)
    requests = REQUESTS[clients]
    until = time.monotonic() + ENOUGH_SECONDS
    for _ in range(SLICES):
        if time.monotonic() > until:
            break
        visits = [floor.visit(job, client) for client in range(clients)]
        figure.floor.add(_slice(bare, visits, 2 * requests, job.floor_status))
        visits = [people.visit(job, client) for client in range(clients)]
        figure.chiso.add(_slice(site, visits, requests, job.status))
    return figure


def _slice(server: servers.Server, visits: list[Visit], count: int, status: int) -> Sample:
    workers = memory.web_workers(server.process.pid)
    before = memory.cpu_seconds(workers)
    sample = measure(server.port, visits, count, status)
    sample.cpu_seconds = memory.cpu_seconds(workers) - before
    return sample
