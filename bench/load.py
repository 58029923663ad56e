"""Clients that send one request after another, each in a process of its own, and what they measured."""

import multiprocessing
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection as Pipe
from multiprocessing.synchronize import Barrier

from bench.http import Connection

WARM_UP = 5
Requests = Iterator[bytes]
Visit = Callable[[], Requests]
"""Runs in the client's process before the clock starts; what it yields is sent one by one."""
_fork = multiprocessing.get_context("fork")


@dataclass
class Sample:
    """Latencies in milliseconds, and how long it all took in seconds."""

    latencies: list[float] = field(default_factory=list)
    seconds: float = 0
    cpu_seconds: float = 0
    """Of the web workers, warm-up included."""
    sent: int = 0
    bytes: int = 0

    def add(self, other: "Sample") -> None:
        self.latencies += other.latencies
        self.seconds += other.seconds
        self.cpu_seconds += other.cpu_seconds
        self.sent += other.sent
        self.bytes = other.bytes

    def quantile(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    @property
    def rps(self) -> float:
        return len(self.latencies) / self.seconds

    @property
    def cpu_ms(self) -> float:
        """Processor time of the web workers for one request."""
        return self.cpu_seconds * 1000 / self.sent


def measure(port: int, visits: list[Visit], count: int, status: int) -> Sample:
    """Let each client send `count` requests; every answer must have `status`."""
    barrier = _fork.Barrier(len(visits))
    ends = []
    for visit in visits:
        mine, theirs = _fork.Pipe(duplex=False)
        client = _fork.Process(target=_client, args=(theirs, barrier, port, visit, count, status), daemon=True)
        client.start()
        theirs.close()
        ends.append((client, mine))
    answers = [_answer(mine) for _client_process, mine in ends]
    for client, _mine in ends:
        client.join()
    if problems := [answer for answer in answers if isinstance(answer, str)]:
        raise RuntimeError(min(problems, key=lambda problem: "BrokenBarrier" in problem))
    seconds = max(ended for _, ended, *_ in answers) - min(began for began, *_ in answers)
    latencies = [one for answer in answers for one in answer[2]]
    sent = len(visits) * (count + WARM_UP)
    return Sample(latencies, seconds, sent=sent, bytes=answers[0][3])


def _answer(pipe: Pipe) -> tuple[float, float, list[float], int] | str:
    try:
        answer: tuple[float, float, list[float], int] | str = pipe.recv()
    except EOFError:
        return "A client died."
    return answer


def _client(pipe: Pipe, barrier: Barrier, port: int, visit: Visit, count: int, status: int) -> None:
    try:
        pipe.send(_run(barrier, port, visit, count, status))
    except Exception as problem:  # noqa: BLE001 - told to the parent, which stops the run
        barrier.abort()
        pipe.send(f"{type(problem).__name__}: {problem}")


def _run(barrier: Barrier, port: int, visit: Visit, count: int, status: int) -> tuple[float, float, list[float], int]:
    requests = visit()
    connection = Connection(port)
    for _ in range(WARM_UP):
        _expect(connection, next(requests), status)
    barrier.wait(timeout=60)
    latencies = []
    began = time.perf_counter()
    for _ in range(count):
        request = next(requests)
        sent = time.perf_counter()
        size = _expect(connection, request, status)
        latencies.append((time.perf_counter() - sent) * 1000)
    ended = time.perf_counter()
    connection.close()
    return began, ended, latencies, size


def _expect(connection: Connection, request: bytes, status: int) -> int:
    response = connection.exchange(request)
    if response.status != status:
        told = response.body.decode(errors="replace")[:2000]
        raise RuntimeError(f"{request[:80]!r} was answered with {response.status}, not {status}: {told}")
    return len(response.body)
