"""What the web workers hold in memory and took of the processors, read from /proc."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Memory:
    """Megabytes. PSS counts what processes share once; RSS counts it in each of them."""

    rss: float
    pss: float


def web_workers(server: int) -> list[int]:
    """The granian workers of a server, be it `chiso serve` or its web role alone."""
    webs = [pid for pid in [server, *_children(server)] if "chiso.config.child web" in _words(pid)]
    return [pid for web in webs for pid in _children(web) if "resource_tracker" not in _words(pid)]


def cpu_seconds(pids: list[int]) -> float:
    """Time on a processor so far: it hardly minds what else the machine does."""
    spent = 0
    for pid in pids:
        for times in Path(f"/proc/{pid}/task").glob("*/schedstat"):
            spent += int(times.read_text().split()[0])
    return spent / 1e9


def everything(server: int) -> Memory:
    """`chiso serve` with all it started."""
    found, last = {server}, {server}
    while last := {child for pid in last for child in _children(pid)}:
        found |= last
    return held(sorted(found))


def held(pids: list[int]) -> Memory:
    rss = pss = 0
    for pid in pids:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
            name, value = line.split()[:2]
            rss += int(value) if name == "Rss:" else 0
            pss += int(value) if name == "Pss:" else 0
    return Memory(rss * 1024 / 1e6, pss * 1024 / 1e6)


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        found += map(int, children.read_text().split())
    return found


def _words(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
