"""A line that breaks: a TCP proxy which cuts connections at given numbers of bytes, slows down, and may stand still."""

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Iterable
from types import TracebackType
from urllib.parse import urlsplit

BLOCK = 16 * 1024


class BadLine:
    """Between browser and server. Bytes are counted on the way up, over all connections.

    `cuts`: at each of these counts the connection that carries the byte is reset, in the middle of what it sends.
    `still_at`: at this count the connection stands still until `go_on`; others pass. `pause`: seconds for each block.
    """

    def __init__(self, target: str, cuts: Iterable[int] = (), *, still_at: int = 0, pause: float = 0):
        self._target = (urlsplit(target).hostname or "localhost", urlsplit(target).port or 80)
        self._cuts, self._still_at, self._pause = sorted(cuts, reverse=True), still_at, pause
        self._lock, self._go = threading.Lock(), threading.Event()
        self._listener = socket.create_server(("localhost", 0))
        self.url = f"http://localhost:{self._listener.getsockname()[1]}"
        self.sent = 0
        self.cuts_done = 0
        self.stands_still = threading.Event()

    def __enter__(self) -> "BadLine":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.go_on()
        self._listener.close()

    def go_on(self) -> None:
        """Let the connection that stands still go on, if its browser is still there."""
        self._go.set()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                browser = self._listener.accept()[0]
                server = socket.create_connection(self._target)
                for way in ((browser, server, True), (server, browser, False)):
                    threading.Thread(target=self._carry, args=way, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, is_up: bool) -> None:
        with contextlib.suppress(OSError):
            while block := source.recv(BLOCK):
                if is_up and self._breaks(len(block)):
                    target.sendall(block[: len(block) // 2])
                    time.sleep(0.02)  # The server gets the half before it hears that there is no more.
                    break
                target.sendall(block)
                time.sleep(self._pause)
        for end in (source, target):
            _reset(end)

    def _breaks(self, count: int) -> bool:
        with self._lock:
            self.sent += count
            is_cut = bool(self._cuts) and self.sent >= self._cuts[-1]
            if is_cut:
                self._cuts.pop()
                self.cuts_done += 1
            stands_still = 0 < self._still_at <= self.sent
            if stands_still:
                self._still_at = 0
        if stands_still:
            self.stands_still.set()
            self._go.wait(60)
        return is_cut


def _reset(end: socket.socket) -> None:
    """Close without a farewell, as a lost line does."""
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        end.shutdown(socket.SHUT_RDWR)
    end.close()
