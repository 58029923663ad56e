"""Real servers on this machine: one that takes mail, one that takes posts. Both do as a test tells them to."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class MailServer:
    """Keeps every mail it accepted. `on_sender`, `on_recipient`, `on_content` answer in its place when they say so."""

    def __init__(self) -> None:
        self.port = free_port()
        self.received: list[EmailMessage] = []
        self.connections = 0
        self.on_sender: Callable[[str], str] = lambda _address: ""
        self.on_recipient: Callable[[str], str] = lambda _address: ""
        self.on_content: Callable[[EmailMessage], str] = lambda _message: ""
        self.thinks_for = 0.0
        """Seconds between taking a mail and saying so."""
        self.may_answer: Callable[[], bool] = lambda: True
        """A mail that was taken is not answered before."""
        self._controller: Controller | None = None

    def start(self) -> "MailServer":
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()
        return self

    def stop(self) -> None:
        if self._controller:
            self._controller.stop()
            self._controller = None

    def keys(self) -> list[str]:
        return [str(message["Message-ID"]) for message in self.received]

    async def handle_EHLO(  # noqa: N802 the names that aiosmtpd calls
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if answer := self.on_sender(address):
            return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if answer := self.on_recipient(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content or b"", policy=policy.default)  # type: ignore[arg-type]
        if answer := self.on_content(message):
            return answer
        self.received.append(message)
        await asyncio.sleep(self.thinks_for)
        while not self.may_answer():
            await asyncio.sleep(0.01)
        return "250 OK"


class HookServer:
    """Keeps every post, and answers as the list says: status, headers, text; 200 when it is used up."""

    def __init__(self) -> None:
        self.posts: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[tuple[int, dict[str, str], str]] = []
        self.thinks_for = 0.0
        self.missing = 0
        """How many bytes less than promised a body has; the line stays open."""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.posts.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
                time.sleep(outer.thinks_for)
                code, headers, text = outer.answers.pop(0) if outer.answers else (200, {}, "")
                with suppress(ConnectionError):  # Who asked may have had enough of waiting.
                    self.send_response(code)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(text.encode()) + outer.missing))
                    self.end_headers()
                    self.wfile.write(text.encode())
                    if outer.missing:
                        self.rfile.read(1)  # Until the other side hangs up.

            def do_GET(self) -> None:
                outer.posts.append(({"method": "GET"}, b""))

            def log_message(self, *_args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/chiso?kenh=zalo"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
