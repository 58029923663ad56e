"""The budgets that every run is held against, copied from the founding design.

"Floor" is a bare Django view or kernel doing the same job on the same rows without sign-in, permissions or audit.
Ratios to the floor of the same run carry from machine to machine; absolute budgets were set on two cores of an
AMD EPYC at 2.4 GHz with Python 3.11 on loopback, where the floor took what `floor_then` says.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Budget:
    """What one job may cost. What is None is not limited."""

    job: str
    peer: str
    floor_then: str
    ratio: float | None = None
    """Requests per second, divided by those of the floor in the same run, at least."""
    queries: int | None = None
    """Database queries for one request, at most, without BEGIN, COMMIT and SAVEPOINT."""
    p50_ms: float | None = None
    """The median for one client, at most."""
    rps: float | None = None
    """Requests per second of eight clients, at least."""
    seconds: float | None = None
    """Wall-clock time of the whole command, at most."""
    megabytes: float | None = None
    """Memory, at most."""


BUDGETS = {
    "open": Budget(
        "open a dossier page of 100 leaves (HTML)",
        peer="CISO Assistant 174 ms, 9.5 req/s, 220 queries",
        floor_then="1.3 ms, 1,381 req/s",
        ratio=0.3,
        queries=6,
    ),
    "save": Budget(
        "save one leaf (permission, rule, audit)",
        peer="CISO Assistant 196 ms, 7.7 req/s, 32 queries",
        floor_then="1.3 ms, 766 req/s",
        ratio=0.3,
        queries=8,
    ),
    "list": Budget("list of 20 dossiers", peer="CISO Assistant 44 ms", floor_then="2 ms", p50_ms=6),
    "upload": Budget(
        "upload 200 kB of evidence",
        peer="CISO Assistant 27 ms, 44 req/s",
        floor_then="1.5 ms, 1,029 req/s",
        p50_ms=6,
        rps=260,
    ),
    "score": Budget(
        "exact scoring from the facts CSV to ranks, 3,321 units (the budget: × 52 leaves; measured here: × 48)",
        peer="–",
        floor_then="naive Fractions 5.6 s, scaled integers 0.9 s",
        seconds=1.5,
    ),
    "province": Budget(
        "every page of a province: 168 units × 100 leaves, 32 tasks (server time, in one process)",
        peer="–",
        floor_then="–",
        p50_ms=100,
    ),
    "province files": Budget(
        "a file of a province that is made while one waits", peer="–", floor_then="–", p50_ms=2000
    ),
    "memory": Budget("memory of two web workers", peer="CISO Assistant 703 MB", floor_then="94–120 MB", megabytes=170),
}
